"""Every table of a PostgreSQL library, for whoever copies all of it."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.errors import LibraryNotEmpty, LibraryTooNew, LibraryUnreadable
from bot.library.base import Batch, Table
from bot.library.postgres import index
from bot.library.postgres.connections import Connections
from bot.library.postgres.lanes import Writer, end
from bot.library.postgres.migrate import MARKER, alone, migrate, migrations, version_of
from bot.library.schema import newest, of_engine, same_as

BATCH = 500  # rows read at once
MADE_ANEW = frozenset(index.TABLES)  # tables that hold nothing of their own


class PostgresTables:
    """`bot.library.base.Tables` through one connection."""

    def __init__(self, connection: Writer) -> None:
        self._connection = connection

    async def every(self) -> list[Table]:
        """See `Tables.every`."""
        rows = await self._connection.fetch(
            "SELECT relname::text AS name,"
            " (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute"
            "  WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped"
            "  AND attgenerated = '') AS columns,"
            " (SELECT array_agg(other.relname::text) FROM pg_constraint"
            "  JOIN pg_class AS other ON other.oid = confrelid"
            "  WHERE conrelid = pg_class.oid AND contype = 'f') AS others"
            " FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        )
        return [
            Table(row["name"], tuple(row["columns"]), frozenset(row["others"] or ()))
            for row in rows
            if row["name"] != MARKER and row["name"] not in MADE_ANEW
        ]

    async def count(self, table: Table) -> int:
        """See `Tables.count`."""
        return int(await self._connection.fetchval(f'SELECT count(*) FROM "{table.name}"'))

    async def last(self, table: Table) -> int | None:
        """See `Tables.last`."""
        numbers = await self._numbers(table)
        if numbers is None:
            return None
        return int(
            await self._connection.fetchval(
                f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {numbers}"
            )
        )

    async def _numbers(self, table: Table) -> str | None:
        """Give what numbers the rows of ``table``."""
        if "id" not in table.columns:
            return None
        return await self._connection.fetchval(
            "SELECT pg_get_serial_sequence(quote_ident($1), 'id')", table.name
        )

    async def rows(self, table: Table) -> AsyncIterator[Batch]:
        """See `Tables.rows`."""
        batch: Batch = []
        async for row in self._connection.cursor(
            f'SELECT {_listed(table)} FROM "{table.name}"', prefetch=BATCH
        ):
            batch.append(
                tuple(int(value) if isinstance(value, bool) else value for value in row.values())
            )
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    async def fill(self, table: Table, batches: AsyncIterator[Batch], last: int | None) -> None:
        """See `Tables.fill`."""
        flags = {
            row["column_name"]
            for row in await self._connection.fetch(
                "SELECT column_name FROM information_schema.columns WHERE data_type = 'boolean'"
                " AND table_schema = current_schema() AND table_name = $1",
                table.name,
            )
        }
        are_flags = [column in flags for column in table.columns]

        async def records() -> AsyncGenerator[tuple[object, ...]]:
            async for batch in batches:
                for row in batch:
                    yield tuple(
                        bool(value) if is_flag and value is not None else value
                        for value, is_flag in zip(row, are_flags, strict=True)
                    )

        await self._connection.copy_records_to_table(
            table.name, columns=table.columns, records=records()
        )
        numbers = await self._numbers(table)
        if numbers is not None and last:
            await self._connection.execute("SELECT setval($1::regclass, $2)", numbers, last)


def _listed(table: Table) -> str:
    return ", ".join(f'"{column}"' for column in table.columns)


class Whole(Connections):
    """The part of the contract that gives all tables."""

    @asynccontextmanager
    async def tables(self, *, to_fill: bool = False) -> AsyncGenerator[PostgresTables]:
        """See `Library.tables`."""
        await self.write_down()
        self._opened()
        with self._telling():
            connection = await self._connect(seconds=None)
            try:
                if to_fill:
                    async with connection.transaction():
                        await alone(connection)
                        yield PostgresTables(connection)
                        await index.make_anew(connection)
                    await connection.execute("ANALYZE")
                else:
                    async with connection.transaction(isolation="repeatable_read", readonly=True):
                        yield PostgresTables(connection)
            finally:
                await end(connection)

    @asynccontextmanager
    async def as_it_is(self) -> AsyncGenerator[tuple[dict[str, int], PostgresTables]]:
        """See `Library.as_it_is`."""
        async with (
            self._unopened() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            version = await version_of(connection, self.place)
            if version is None:
                raise LibraryUnreadable("library.missing", path=self.place)
            if version > newest("postgres"):
                raise LibraryTooNew("library.too-new", path=self.place, version=str(version))
            yield same_as("postgres", version), PostgresTables(connection)

    @asynccontextmanager
    async def anew(self, schema: Mapping[str, int]) -> AsyncGenerator[PostgresTables]:
        """See `Library.anew`: everything in one transaction, the tables too."""
        version = of_engine("postgres", schema)
        async with self._unopened() as connection:
            async with connection.transaction():
                await alone(connection)
                await self._clear(connection)
                steps = [step for step in migrations() if step[0] <= version]
                await migrate(connection, self.place, steps)
                yield PostgresTables(connection)
                await migrate(connection, self.place)
                await index.bring_up(connection)
            await connection.execute("ANALYZE")

    async def _clear(self, connection: Writer) -> None:
        """Take away tables of ours that hold nothing: a bot that was started makes them."""
        if await version_of(connection, self.place) is None:
            return
        tables = PostgresTables(connection)
        every = await tables.every()
        for table in every:
            if await tables.count(table):
                raise LibraryNotEmpty("library.not-empty")
        for name in [MARKER, *MADE_ANEW, *(table.name for table in every)]:
            await connection.execute(f'DROP TABLE IF EXISTS "{name}" CASCADE')

    @asynccontextmanager
    async def _unopened(self) -> AsyncGenerator[Writer]:
        """Lend a connection of its own to a library that need not be open."""
        with self._opening():
            connection = await self._connect(seconds=None)
            try:
                yield connection
            finally:
                await end(connection)
