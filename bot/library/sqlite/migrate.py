"""Bring a library file to today's schema, or refuse it in one sentence.

Each numbered file in ``migrations/`` is one transaction and sets ``user_version``
inside it, so a process killed in the middle leaves the version before.
"""

import getpass
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from bot.errors import LibraryTooNew, LibraryUnreadable
from bot.library import schema
from bot.library.sqlite.tallies import Packing
from bot.prose.languages import code_of

_COMMENT = re.compile(r"--[^\n]*")
_TRANSACTION = re.compile(r"\s*(?:BEGIN(?:\s+\w+)?|COMMIT)\s*;\s*", re.IGNORECASE)
PATIENCE = 10  # seconds another program may hold the library
_WAL_TRIES = 100
_WAL_PAUSE = 0.1  # seconds

APPLICATION_ID = int.from_bytes(b"FIRE", "big")


def migrations() -> list[tuple[int, str]]:
    """List the migrations in order: number and SQL."""
    return schema.migrations("sqlite")


def migrate(path: Path, steps: list[tuple[int, str]] | None = None) -> None:
    """Create or migrate the library at ``path``.

    Raises:
        LibraryTooNew: Its version is above the newest migration we know.
        LibraryUnreadable: The folder cannot be made, the file cannot be
            opened, or it holds something that is not a library.
    """
    steps = migrations() if steps is None else steps
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Closing rolls back a migration that failed half-way.
        with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as database:
            _check_identity(database, path, steps[-1][0])
            _use_wal(database)
            # What migrations need of our own code to fill new columns of old rows.
            database.create_function("language_code", 1, code_of, deterministic=True)
            database.create_aggregate("packed_lists", 3, cast("Any", Packing))
            for number, sql in steps:
                _step(database, number, sql)
    except PermissionError as error:
        raise unwritable(path) from error
    except (sqlite3.Error, OSError) as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise LibraryUnreadable("library.held", path=str(path)) from error
        if path.parent.is_dir() and not os.access(path.parent, os.W_OK):
            raise unwritable(path) from error
        raise LibraryUnreadable("library.unreadable", path=str(path), why=str(error)) from error


def check(path: Path) -> None:
    """See that there is a library at ``path`` that we can read, and change nothing.

    Raises:
        LibraryTooNew, LibraryUnreadable: As `migrate`; also when there is none.
    """
    try:
        if not path.exists():
            raise LibraryUnreadable("library.missing", path=str(path))
        with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as database:
            _check_identity(database, path, migrations()[-1][0])
            if not _version(database):
                raise LibraryUnreadable("library.missing", path=str(path))
    except (sqlite3.Error, OSError) as error:
        raise LibraryUnreadable("library.unreadable", path=str(path), why=str(error)) from error


def unwritable(path: Path) -> LibraryUnreadable:
    # The number is what a container's volume has to belong to; Windows has none.
    user = str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()
    return LibraryUnreadable("library.unwritable", folder=str(path.parent.absolute()), user=user)


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _check_identity(database: sqlite3.Connection, path: Path, newest: int) -> None:
    database.execute("BEGIN")  # another process may be making the library just now
    version = _version(database)
    application = int(database.execute("PRAGMA application_id").fetchone()[0])
    tables = int(database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    database.execute("COMMIT")
    if application != APPLICATION_ID and (tables or version or application):
        raise LibraryUnreadable("library.not-ours", path=str(path))
    if version > newest:
        raise LibraryTooNew("library.too-new", path=str(path), version=str(version))


def _step(database: sqlite3.Connection, number: int, sql: str) -> None:
    # Two processes may start at once: the second waits for the lock here and then
    # finds the step done. executescript would commit before it begins, so the
    # statements are run one by one.
    database.execute("BEGIN IMMEDIATE")
    if number > _version(database):
        for statement in _statements(sql):
            database.execute(statement)
        if _version(database) != number:
            raise sqlite3.OperationalError(f"migration {number} did not come to its end")
    database.execute("COMMIT")


def _statements(sql: str) -> Iterator[str]:
    """Part a file into its statements; those that begin or end its transaction are ours."""
    statement = ""
    for piece in re.split(r"(?<=;)", sql):
        statement += piece
        if sqlite3.complete_statement(statement):
            if not _TRANSACTION.fullmatch(_COMMENT.sub("", statement)):
                yield statement
            statement = ""
    if _COMMENT.sub("", statement).strip():
        yield statement  # not complete: SQLite says why


def _use_wal(database: sqlite3.Connection) -> None:
    """Switch to write-ahead logging, waiting for others: SQLite itself does not wait here."""
    for _ in range(_WAL_TRIES):
        try:
            database.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(_WAL_PAUSE)
    database.execute("PRAGMA journal_mode=WAL")
