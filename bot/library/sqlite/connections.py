"""The connections of a SQLite library: one that writes, one that looks up, one that searches.

WAL lets the readers go on while the writer commits, and a long search holds up
no look-up. Writes are transactions
under one lock, so statements of two tasks never mix in one transaction.
"""

import asyncio
import logging
import sqlite3
from collections.abc import (
    AsyncGenerator,
    Callable,
    Generator,
    Hashable,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from bot.errors import LibraryUnreachable, LibraryUnreadable
from bot.library.both.asking import Asking
from bot.library.both.noting import Note
from bot.library.rows import moment as moment  # the sibling modules take both from here
from bot.library.rows import seconds as seconds
from bot.library.sqlite.glance import UNKNOWN, Glance
from bot.library.sqlite.index import bring_up
from bot.library.sqlite.lanes import Lane, Work
from bot.library.sqlite.migrate import PATIENCE, migrate
from bot.library.sqlite.visible import visible
from bot.story import Audience

_FLUSH = {True: "PRAGMA synchronous=FULL", False: "PRAGMA synchronous=NORMAL"}
_CACHE_KIB = {"writer": 4_000, "reader": 7_000, "searcher": 4_000}  # with `Glance` 16 MB in all
# What keeps a change from being written, and passes.
_STUCK = {
    sqlite3.SQLITE_FULL: "library.full",
    sqlite3.SQLITE_IOERR: "library.full",  # a limit of file sizes or a quota ends like this
    sqlite3.SQLITE_BUSY: "library.busy",
}

_log = logging.getLogger(__name__)

T = TypeVar("T")


def _committed(work: Work[T], flushing: bool | None, database: sqlite3.Connection) -> T:
    """Run ``work`` and commit; from here on with the disk waited for, or not, or as before."""
    if flushing is not None:
        database.execute(_FLUSH[flushing])
    database.execute("BEGIN IMMEDIATE")
    try:
        told = work(database)
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    return told


def _run_in_turn(
    statements: Sequence[tuple[str, Mapping[str, Any]]], database: sqlite3.Connection
) -> list[sqlite3.Row]:
    rows: list[sqlite3.Row] = []
    for sql, values in statements:
        rows = database.execute(sql, values).fetchall()
        if not rows:
            break
    return rows


def _run_all(
    statements: Sequence[tuple[str, Mapping[str, Any]]], database: sqlite3.Connection
) -> None:
    for sql, values in statements:
        database.execute(sql, values)


class Connections(Asking):
    """Opens, closes and hands out the connections."""

    def __init__(self, path: str | Path) -> None:
        super().__init__()
        self.path = Path(path)
        self._writer: Lane | None = None
        self._reader: Lane | None = None
        self._searcher: Lane | None = None
        self._glance: Glance | None = None
        self._writing = asyncio.Lock()
        self._flushes = False  # whether the writer waits for the disk
        self._is_stuck = False  # whether the last writing failed for want of room or of its turn

    @contextmanager
    def _telling(self) -> Generator[None]:
        """Turn what is wrong with the disk, or held by others, into the error that says so."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._told(error) from error
        if self._is_stuck:
            self._is_stuck = False
            _log.info("The library %s can be written again.", self.path)

    def _told(self, error: sqlite3.Error) -> Exception:
        """Give the error that tells people of ``error``; itself when it is one of ours."""
        code = getattr(error, "sqlite_errorcode", None)
        key = None if code is None else _STUCK.get(code & 0xFF)
        if key is None:
            return error
        if not self._is_stuck:
            self._is_stuck = True
            _log.error("The library %s cannot be written: %s", self.path, error)
        return LibraryUnreachable(key, place=str(self.path), why=str(error))

    async def open(self) -> None:
        """See `bot.library.base.Library.open`."""
        await asyncio.to_thread(migrate, self.path)
        try:
            await asyncio.to_thread(bring_up, self.path)
            self._writer = await self._connect("writer")
            self._reader = await self._connect("reader")
            self._searcher = await self._connect("searcher")
            self._glance = await asyncio.to_thread(Glance, self.path)
        except (sqlite3.Error, OSError) as error:
            await self.close()
            raise LibraryUnreadable(
                "library.unreadable", path=str(self.path), why=str(error)
            ) from error

    async def close(self) -> None:
        """See `bot.library.base.Library.close`."""
        if self._writer is not None:
            await self._notes.written()
        if self._glance is not None:
            self._glance.close()
            self._glance = None
        # Taken away first: aiosqlite never comes back from a second close.
        connections = self._searcher, self._reader, self._writer
        self._searcher = self._reader = self._writer = None
        for connection in connections:
            if connection is not None:
                await connection.close()

    async def _connect(self, kind: str) -> Lane:
        connection = Lane(self.path, remembers=kind != "writer")
        await connection
        connection.row_factory = sqlite3.Row
        await connection.execute(f"PRAGMA busy_timeout={PATIENCE * 1_000:.0f}")
        await connection.execute("PRAGMA foreign_keys=ON")
        await connection.execute("PRAGMA synchronous=NORMAL")
        await connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB[kind]}")
        await connection.execute("PRAGMA mmap_size=0")
        if kind != "writer":
            await connection.execute("PRAGMA query_only=ON")
        return connection

    async def _ask(self, sql: str, values: Mapping[str, Any] | None = None) -> list[sqlite3.Row]:
        """Run one reading statement: one hop to the connection's thread."""
        if self._reader is None:
            raise LibraryUnreadable("library.closed")
        try:
            return cast("list[sqlite3.Row]", await self._reader.execute_fetchall(sql, values))
        except OverflowError:  # a number above 2**63: no row of ours has it
            return []

    async def _look(self, work: Work[T], about: Hashable = None) -> T:
        """Run a function of quick reading statements: one hop as well.

        What it gives is remembered when it is told what that is ``about``, and is then
        given out again and again, without a hop: nobody may change it. None is not kept.
        """
        return await self._read(self._reader, work, about)

    async def _look_once(self, work: Work[T]) -> T:
        """Run a function that sees to it itself that what it gives is of one state."""
        if self._reader is None:
            raise LibraryUnreadable("library.closed")
        return await self._reader.run(work)

    async def _seek(self, work: Work[T], about: Hashable = None) -> T:
        """Do as `_look` for statements that may take longer, where they hold up no look-up.

        What was found ``about`` the same here is given by `_look` as well.
        """
        return await self._read(self._searcher, work, about)

    async def _read(self, lane: Lane | None, work: Work[T], about: Hashable) -> T:
        glance = self._glance
        if lane is None or glance is None:
            raise LibraryUnreadable("library.closed")
        if about is None:
            return await lane.read(work)
        known = glance.known(about)
        if known is not UNKNOWN:
            return cast("T", known)
        found, turnover = await lane.read_as_of(work)
        self._keep(about, found, turnover)
        return found

    def _keep(self, about: Hashable, found: object, turnover: int) -> None:
        """Remember on the event loop what was found in the state ``turnover``."""
        if found is not None and self._glance is not None:
            self._glance.keep(about, found, turnover)

    def _glance_at(
        self, about: Hashable, work: Callable[[Any, sqlite3.Connection, int], object]
    ) -> object:
        """Run ``work`` on the event loop; `UNKNOWN` where nothing is known: see `Glance.look`."""
        return UNKNOWN if self._glance is None else self._glance.look(about, work)

    @asynccontextmanager
    async def _transaction(self, *, for_good: bool = False) -> AsyncGenerator[Lane]:
        """Hold the writer for one transaction: committed at the end, undone on an exception.

        Whatever was committed outlives the process; what is done ``for_good``, and
        all before it, outlives the machine as well, for the price of a flush.
        """
        async with self._writing:
            if self._writer is None:
                raise LibraryUnreadable("library.closed")
            with self._telling():
                if for_good != self._flushes:
                    await self._writer.execute(_FLUSH[for_good])
                    self._flushes = for_good
                try:
                    await self._writer.execute("BEGIN IMMEDIATE")
                    yield self._writer
                    await self._writer.execute("COMMIT")
                except BaseException:
                    # Also when we are cancelled: the thread may have begun by then. It works
                    # in order, so this undoes whatever was begun and not committed.
                    await asyncio.shield(self._writer.rollback())
                    raise

    async def _change(self, sql: str, values: Mapping[str, Any]) -> int:
        """Run one changing statement in its own transaction; gives the rows it changed."""
        return await self._at_once(lambda database: database.execute(sql, values).rowcount)

    async def _change_for_good(self, sql: str, values: Mapping[str, Any]) -> int:
        return await self._at_once(
            lambda database: database.execute(sql, values).rowcount, for_good=True
        )

    async def _in_turn(self, *statements: tuple[str, Mapping[str, Any]]) -> list[sqlite3.Row]:
        return await self._at_once(partial(_run_in_turn, statements))

    async def _write_notes(self, notes: Sequence[Note]) -> None:
        await self._at_once(partial(_run_all, [(note.sql, note.values) for note in notes]))

    async def _at_once(self, work: Work[T], *, for_good: bool = False) -> T:
        """Run a function of changing statements as one transaction, and one hop to the thread."""
        async with self._writing:
            if self._writer is None:
                raise LibraryUnreadable("library.closed")
            flushing = None if for_good == self._flushes else for_good
            self._flushes = for_good
            with self._telling():
                return await self._writer.run(partial(_committed, work, flushing))

    async def _run(self, writer: Lane, sql: str, values: Mapping[str, Any]) -> int:
        """Run one changing statement; gives the rows it changed."""
        return (await writer.execute(sql, values)).rowcount

    async def _rows(self, writer: Lane, sql: str, values: Mapping[str, Any]) -> list[sqlite3.Row]:
        """Run one statement that gives rows."""
        return cast("list[sqlite3.Row]", await writer.execute_fetchall(sql, values))

    def _visible(self, audience: Audience) -> tuple[str, dict[str, Any]]:
        return visible(audience)

    @staticmethod
    async def _many(writer: Lane, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        await writer.executemany(sql, rows)
