"""A whole library from one engine to the other, with everything in it.

Both engines keep the same tables (`rows`, `records`), so a library is copied
table by table, in the order in which they point at each other, in one
transaction of the target: it gets everything or nothing. Before that ends,
every table is read back and compared by a count and a sum of its rows' hashes.
What an engine makes for itself, such as its index of words, is made anew.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from graphlib import TopologicalSorter
from hashlib import blake2b

from bot.errors import LibraryDiffers, LibraryNotEmpty
from bot.library.base import Batch, Library, Table, Tables, Value

Progress = Callable[[int, int], None]  # (rows done, rows to do); every row is handled twice


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a table, whatever the order of its rows."""

    rows: int = 0
    digest: int = 0

    def __add__(self, batch: Batch) -> "Content":
        """Add rows: the sum of their hashes does not know their order."""
        total = self.digest
        for row in batch:
            total += int.from_bytes(blake2b(repr(row).encode(), digest_size=16).digest(), "big")
        return Content(self.rows + len(batch), total % 2**128)


async def copy_library(
    source: Library, target: Library, progress: Progress | None = None
) -> dict[str, Content]:
    """Copy everything from ``source`` to ``target``; gives what is in each table.

    Both are open. ``source`` is only read, as it is at this moment.

    Raises:
        LibraryNotEmpty: ``target`` holds something already.
        LibraryDiffers: What was read back is not what was written; nothing is kept.
    """
    async with source.tables() as old, target.tables(to_fill=True) as new:
        return await copy_tables(old, new, in_order(await old.every()), progress)


async def copy_tables(
    old: Tables, new: Tables, order: list[Table], progress: Progress | None = None
) -> dict[str, Content]:
    """Copy ``order``, which are all tables of ``old``, and compare; see `copy_library`.

    Raises:
        LookupError: One side has a table or a column that the other has not.
    """
    waiting = {table.name: table for table in await new.every()}
    if [table.name for table in waiting.values() if await new.count(table)]:
        raise LibraryNotEmpty("library.not-empty")
    if different := waiting.keys() ^ {table.name for table in order}:
        raise LookupError(f"tables that only one side has: {sorted(different)}")
    tell = teller(progress, 2 * sum([await old.count(table) for table in order]))
    return {table.name: await _copy(old, new, table, waiting[table.name], tell) for table in order}


def in_order(tables: list[Table]) -> list[Table]:
    """Sort tables so that each comes behind those that it points at."""
    named = {table.name: table for table in tables}
    sorter = TopologicalSorter({table.name: table.points_at - {table.name} for table in tables})
    return [named[name] for name in sorter.static_order()]


async def _copy(
    old: Tables, new: Tables, table: Table, into: Table, tell: Callable[[int], None]
) -> Content:
    if set(table.columns) != set(into.columns):
        raise LookupError(f"{table.name} has other columns in the target: {into.columns}")
    read = Content()

    async def batches() -> AsyncIterator[Batch]:
        nonlocal read
        async for batch in old.rows(table):
            kept = [tuple(map(_kept, row)) for row in batch]
            read += kept
            yield kept
            tell(len(kept))

    last = await old.last(table)
    await new.fill(table, batches(), last)
    written = Content()
    async for batch in new.rows(table):
        written += batch
        tell(len(batch))
    if written != read or await new.last(table) != last:
        raise LibraryDiffers("library.differs", table=table.name)
    return written


def _kept(value: Value) -> Value:
    # PostgreSQL's text holds no character 0; nothing that was imported does.
    return value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value


def teller(progress: Progress | None, total: int) -> Callable[[int], None]:
    """Give what adds up the rows that were handled, and tells ``progress`` of them."""
    done = 0

    def tell(rows: int) -> None:
        nonlocal done
        done += rows
        if progress is not None:
            progress(done, total)

    return tell
