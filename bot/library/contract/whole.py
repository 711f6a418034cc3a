"""The store as a whole: opened, copied, and shared by several processes."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Changed(StrEnum):
    """What may be cached and was changed; each with a number that says whose."""

    SERVER = "server"  # its settings; the server's id
    SHELF = "shelf"  # its stories and their names; the shelf's number
    EVERYTHING = "everything"  # 0: nobody knows what was changed meanwhile


Value = str | int | float | bytes | None  # what a table of either engine holds; True is 1
Batch = list[tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that both engines have."""

    name: str
    columns: tuple[str, ...]
    points_at: frozenset[str]  # tables that its rows need to be there


class Tables(Protocol):
    """Every table of a library as it is at one moment, for whoever copies all of it.

    What an engine can make anew, such as an index of words, is not among them.
    """

    async def every(self) -> list[Table]:
        """List the tables, in no order."""
        ...

    async def count(self, table: Table) -> int:
        """Count the rows of ``table``."""
        ...

    async def last(self, table: Table) -> int | None:
        """Give the highest id that ``table`` ever gave; None when it gives none."""
        ...

    def rows(self, table: Table) -> AsyncIterator[Batch]:
        """Give the rows of ``table`` by its ``columns``, some hundred at a time."""
        ...

    async def fill(self, table: Table, batches: AsyncIterator[Batch], last: int | None) -> None:
        """Add rows to an empty table; ids go on behind ``last``."""
        ...


class Whole(Protocol):
    """A store that is opened, closed and copied."""

    async def open(self) -> None:
        """Open the store, migrating an older one forwards.

        Raises:
            LibraryTooNew: A newer version wrote it; nothing was changed.
            LibraryUnreadable: It cannot be opened, or is something else.
        """
        ...

    async def close(self) -> None:
        """Close every connection; safe to call twice."""
        ...

    async def write_down(self) -> None:
        """Write at once what answers left behind and still waits; see `remember_shown`."""
        ...

    def tables(self, *, to_fill: bool = False) -> AbstractAsyncContextManager[Tables]:
        """Give all tables as they are now, to read; ``to_fill``: alone, in one transaction."""
        ...

    def as_it_is(self) -> AbstractAsyncContextManager[tuple[dict[str, int], Tables]]:
        """Give all tables to read, and the versions of each engine's tables that are the same.

        The library need not be open, and is not migrated.

        Raises:
            LibraryTooNew: Its version is above the newest migration we know.
            LibraryUnreadable: There is none, or it cannot be read.
        """
        ...

    def anew(self, schema: Mapping[str, int]) -> AbstractAsyncContextManager[Tables]:
        """Make this library, which is not there yet, with tables of a version, to be filled.

        ``schema`` holds that version for each engine that can have it. At the end
        the library is brought up to date. It is there whole or not at all.

        Raises:
            BackupUnusable: This engine knows no tables of that version, or they are too new.
            LibraryNotEmpty: There is a library already.
            LibraryUnreadable: It cannot be made.
        """
        ...

    def listen(self, told: Callable[[Changed, int], None]) -> None:
        """Have ``told`` called, from the open library's event loop, for what others change.

        What this process changes may come as well. In a library that only one
        process opens nothing ever comes.
        """
        ...

    def alone(self, doing: str, *, wait: bool = False) -> AbstractAsyncContextManager[bool]:
        """Tell whether no other process is ``doing`` that now, and keep others from it.

        With ``wait`` it takes as long as others do it, and is always True.
        """
        ...

    async def note(self, key: str) -> str | None:
        """Give a small fact written by `write_note`."""
        ...

    async def write_note(self, key: str, value: str) -> None:
        """Keep a small fact, such as the digest of the synced commands."""
        ...
