"""Every table of a SQLite library, for whoever copies all of it."""

import asyncio
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from bot.errors import LibraryNotEmpty, LibraryUnreadable
from bot.library.base import Batch, Table
from bot.library.schema import of_engine, same_as
from bot.library.sqlite.connections import Connections
from bot.library.sqlite.index import make_anew
from bot.library.sqlite.migrate import check, migrate, migrations, unwritable

COMPANIONS = ("-wal", "-shm", "-journal")  # files that lie beside a library
BATCH = 500  # rows read and written at once
# Tables that hold nothing of their own: see index.make_anew.
MADE_ANEW = re.compile(
    r"turnover|listed|tally|block|shard|index_version|name_use|beginning|(words_\d+|titles)(_\w+)?"
)


class SqliteTables:
    """`bot.library.base.Tables` through one connection."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def every(self) -> list[Table]:
        """See `Tables.every`."""
        names = [
            str(row[0])
            for row in await self._ask(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%'"
                " ESCAPE '!'"
            )
        ]
        return [await self._table(name) for name in names if not MADE_ANEW.fullmatch(name)]

    async def _table(self, name: str) -> Table:
        columns = await self._ask("SELECT name FROM pragma_table_info(?)", name)
        others = await self._ask('SELECT "table" FROM pragma_foreign_key_list(?)', name)
        return Table(
            name, tuple(row[0] for row in columns), frozenset(str(row[0]) for row in others)
        )

    async def version(self) -> int:
        """Give the version of the tables."""
        return int((await self._ask("PRAGMA user_version"))[0][0])

    async def count(self, table: Table) -> int:
        """See `Tables.count`."""
        rows = await self._ask(f'SELECT count(*) FROM "{table.name}"')
        return int(rows[0][0])

    async def last(self, table: Table) -> int | None:
        """See `Tables.last`."""
        made = await self._ask(
            "SELECT 1 FROM sqlite_schema WHERE name = ? AND sql LIKE '%AUTOINCREMENT%'", table.name
        )
        rows = await self._ask("SELECT seq FROM sqlite_sequence WHERE name = ?", table.name)
        return int(rows[0][0]) if rows else 0 if made else None

    async def rows(self, table: Table) -> AsyncIterator[Batch]:
        """See `Tables.rows`."""
        async with self._connection.execute(
            f'SELECT {_listed(table)} FROM "{table.name}"'
        ) as cursor:
            while rows := await cursor.fetchmany(BATCH):
                yield [tuple(row) for row in rows]

    async def fill(self, table: Table, batches: AsyncIterator[Batch], last: int | None) -> None:
        """See `Tables.fill`."""
        marks = ", ".join("?" for _ in table.columns)
        async for batch in batches:
            await self._connection.executemany(
                f'INSERT INTO "{table.name}" ({_listed(table)}) VALUES ({marks})', batch
            )
        if last is not None:
            await self._ask("DELETE FROM sqlite_sequence WHERE name = ?", table.name)
            await self._ask("INSERT INTO sqlite_sequence VALUES (?, ?)", table.name, last)

    async def _ask(self, sql: str, *values: Any) -> list[Any]:
        return list(await self._connection.execute_fetchall(sql, values))


def _listed(table: Table) -> str:
    return ", ".join(f'"{column}"' for column in table.columns)


class Whole(Connections):
    """The part of the contract that gives all tables."""

    @asynccontextmanager
    async def tables(self, *, to_fill: bool = False) -> AsyncGenerator[SqliteTables]:
        """See `Library.tables`."""
        await self.write_down()
        if to_fill:
            async with self._transaction() as writer:
                yield SqliteTables(writer)
                await writer.run(make_anew)
            return
        async with self._one_look() as tables:
            yield tables

    @asynccontextmanager
    async def as_it_is(self) -> AsyncGenerator[tuple[dict[str, int], SqliteTables]]:
        """See `Library.as_it_is`."""
        await asyncio.to_thread(check, self.path)
        try:
            async with self._one_look() as tables:
                yield same_as("sqlite", await tables.version()), tables
        except sqlite3.Error as error:
            raise LibraryUnreadable(
                "library.unreadable", path=str(self.path), why=str(error)
            ) from error

    @asynccontextmanager
    async def _one_look(self) -> AsyncGenerator[SqliteTables]:
        # A connection of its own: one look at everything, while others go on.
        connection = await self._connect("reader")
        try:
            await connection.execute("BEGIN")
            yield SqliteTables(connection)
        finally:
            await connection.close()

    @asynccontextmanager
    async def anew(self, schema: Mapping[str, int]) -> AsyncGenerator[SqliteTables]:
        """See `Library.anew`: made in a folder beside its place, and put there when it is whole."""
        version = of_engine("sqlite", schema)
        for end in ("", *COMPANIONS):
            if (there := self.path.with_name(self.path.name + end)).exists():
                raise LibraryNotEmpty("library.in-the-way", path=str(there))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=".restoring-", dir=self.path.parent))
        except OSError as error:
            raise unwritable(self.path) from error
        try:
            with self._telling():
                made = type(self)(folder / self.path.name)
                steps = [step for step in migrations() if step[0] <= version]
                await asyncio.to_thread(migrate, made.path, steps)
                connection = await made._connect("writer")
                try:
                    # Nothing of it is needed before all of it is there.
                    await connection.execute("PRAGMA synchronous=OFF")
                    await connection.execute("BEGIN")
                    yield SqliteTables(connection)
                    await connection.execute("COMMIT")
                finally:
                    await connection.close()
                await made.open()  # the later migrations, and the index of words
                await made.close()
                await asyncio.to_thread(_put, made.path, self.path)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _put(made: Path, place: Path) -> None:
    """Give a library that is whole its name, once it is on the disk."""
    handle = os.open(made, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(made, place)  # unlike renaming this overwrites nothing
    except FileExistsError:
        raise LibraryNotEmpty("library.in-the-way", path=str(place)) from None
    except OSError:  # a file system without links
        made.rename(place)
