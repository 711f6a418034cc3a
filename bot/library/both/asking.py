"""What a topic needs of its engine: to ask, to change, and who may see a story."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from bot.library.base import Changed
from bot.library.both.noting import Note, Notes
from bot.story import Audience

Values = Mapping[str, Any]


class Row(Protocol):
    """What the rows of every engine can do: ``row["title"]``."""

    def __getitem__(self, column: str, /) -> Any: ...


class Asking(ABC):
    """An engine, as its topics see it; values are named (``:story``) in the SQL."""

    def __init__(self) -> None:
        self._notes = Notes(self._write_notes)

    @abstractmethod
    async def _ask(self, sql: str, values: Values | None = None) -> list[Any]:
        """Run one reading statement; gives rows that are read by name."""

    @abstractmethod
    async def _change(self, sql: str, values: Values) -> int:
        """Run one changing statement in its own transaction; gives the rows it changed."""

    async def _change_for_good(self, sql: str, values: Values) -> int:
        """Run one changing statement, on the disk when it returns: a power cut undoes nothing."""
        return await self._change(sql, values)

    async def _in_turn(self, *statements: tuple[str, Values]) -> list[Any]:
        """Run statements in one transaction as long as each gives a row.

        Gives the rows of the last one that was run.
        """
        rows: list[Any] = []
        async with self._transaction() as writer:
            for sql, values in statements:
                rows = await self._rows(writer, sql, values)
                if not rows:
                    break
        return rows

    async def _write_notes(self, notes: Sequence[Note]) -> None:
        """Run the statements of ``notes`` in one transaction."""
        async with self._transaction() as writer:
            for note in notes:
                await self._run(writer, note.sql, note.values)

    async def write_down(self) -> None:
        """See `Library.write_down`."""
        await self._notes.written()

    @abstractmethod
    def _transaction(self) -> AbstractAsyncContextManager[Any]:
        """Hold a writer for one transaction: committed at the end, undone on an exception."""

    def _shelving(self) -> AbstractAsyncContextManager[Any]:
        """Do as `_transaction`, for one that changes stories or takes them off their shelf."""
        return self._transaction()

    @abstractmethod
    async def _run(self, writer: Any, sql: str, values: Values) -> int:
        """Run one changing statement in a transaction; gives the rows it changed."""

    @abstractmethod
    async def _rows(self, writer: Any, sql: str, values: Values) -> list[Any]:
        """Run one statement that gives rows in a transaction."""

    @abstractmethod
    async def _tell(self, writer: Any, changed: Changed, ident: int) -> None:
        """Tell other processes of a change once its transaction is committed."""

    @abstractmethod
    def _visible(self, audience: Audience) -> tuple[str, dict[str, Any]]:
        """Give the condition under which ``audience`` may see ``story``, with its values."""

    @abstractmethod
    async def _empty_shelf(self, writer: Any, shelf: int) -> int:
        """Delete the stories and files of a shelf in a transaction; gives how many rows."""
