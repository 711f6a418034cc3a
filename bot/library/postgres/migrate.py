"""Bring a database to today's tables, or refuse it in one sentence.

Each numbered file in ``migrations/`` is one transaction that ends by writing
its number into the table ``fireside``, so a process killed in the middle
leaves the version before. A file is called like that of SQLite which changes
the same; what concerns only one engine is missing in the other.
"""

from typing import TYPE_CHECKING

import asyncpg

from bot.errors import LibraryTooNew, LibraryUnreadable
from bot.library import schema

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

MARKER = "fireside"  # the table that tells our databases from others, with its version

_ALONE = int.from_bytes(b"FIRE", "big")
_KEEPING = int.from_bytes(b"KEEP", "big")  # the advisory lock of who changes stories


def migrations() -> list[tuple[int, str]]:
    """List the migrations in order: number and SQL."""
    return schema.migrations("postgres")


async def migrate(
    connection: "Connection", place: str, steps: list[tuple[int, str]] | None = None
) -> None:
    """Create or migrate the library in the database that ``connection`` is in.

    Raises:
        LibraryTooNew: Its version is above the newest migration we know.
        LibraryUnreadable: It holds another program's tables, or text in another
            encoding than UTF-8.
    """
    steps = migrations() if steps is None else steps
    encoding = await connection.fetchval("SHOW server_encoding")
    if encoding != "UTF8":
        raise LibraryUnreadable(
            "library.unreadable-server", path=place, why=f"its encoding is {encoding}, not UTF8"
        )
    for number, sql in steps:
        async with connection.transaction():
            # Two processes may start at once: the second waits here, then finds it done.
            await alone(connection)
            version = await _version(connection, place)
            if version > steps[-1][0]:
                raise LibraryTooNew("library.too-new", path=place, version=str(version))
            if number > version:
                await connection.execute(sql)
                await connection.execute("UPDATE fireside SET version = $1", number)


async def alone(connection: "Connection") -> None:
    """Wait until nobody else changes all of this library; then hold it for the transaction."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _ALONE)


async def keeping(connection: "Connection") -> None:
    """Wait until nobody else changes stories; then hold that for the transaction."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _KEEPING)


async def version_of(connection: "Connection", place: str) -> int | None:
    """Give the version of the tables; None where there are none.

    Raises:
        LibraryUnreadable: There are another program's.
    """
    tables = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
        " AND relkind IN ('r', 'p') AND NOT EXISTS (SELECT 1 FROM pg_depend"
        " WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')"
    )
    if not tables:
        return None
    if MARKER not in {row["relname"] for row in tables}:
        raise LibraryUnreadable("library.not-ours", path=place)
    return int(await connection.fetchval("SELECT version FROM fireside"))


async def _version(connection: "Connection", place: str) -> int:
    """Give the version of the tables; 0 where there are none, whose marker is made."""
    version = await version_of(connection, place)
    if version is None:
        await connection.execute("CREATE TABLE fireside (version integer NOT NULL)")
        await connection.execute("INSERT INTO fireside VALUES (0)")
    return version or 0
