"""Every table of a SQLite library, for whoever copies all of it."""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiosqlite

from bot.library.base import Batch, Table
from bot.library.sqlite.connections import Connections
from bot.library.sqlite.index import make_anew

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
        if to_fill:
            async with self._transaction() as writer:
                yield SqliteTables(writer)
                await writer.run(make_anew)
            return
        # A connection of its own: one look at everything, while others go on.
        connection = await self._connect("reader")
        try:
            await connection.execute("BEGIN")
            yield SqliteTables(connection)
        finally:
            await connection.close()
