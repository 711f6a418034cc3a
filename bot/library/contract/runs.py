"""Imports as they went, step by step, so that one can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.library.contract.shelves import MovedPlace, StoredFile
from bot.library.records import Written


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One import: what was asked for, and what became of it."""

    id: int
    what: str
    at: datetime
    last: datetime  # when its last step was done
    undone: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunStep:
    """What one transaction of an import did.

    ``kept`` holds for each file its key, its story, whether that was added
    then, and what was known of the file before; ``gone`` the keys of files
    that were marked as gone.
    """

    number: int
    at: datetime
    kept: tuple[tuple[str, int | None, bool, StoredFile | None], ...] = ()
    gone: tuple[str, ...] = ()


class Runs(Protocol):
    """Imports, and undoing one."""

    async def begin_run(self, shelf: int, what: str, at: datetime) -> int:
        """Begin an import; gives its id. The one before can no longer be undone."""
        ...

    async def last_run(self, shelf: int) -> StoredRun | None:
        """Give the last import onto ``shelf``."""
        ...

    async def run_steps(self, run: int, limit: int) -> list[RunStep]:
        """List the last steps of an import that were not dropped, the latest first."""
        ...

    async def run_image(self, run: int, after: int) -> tuple[int, Written] | None:
        """Give the next story (by id, behind ``after``) an import changed, as it was before."""
        ...

    async def put_back(
        self,
        shelf: int,
        run: int,
        story: int,
        written: Written,
        moved: Sequence[MovedPlace],
        at: datetime,
    ) -> None:
        """Give a story the text and record of an image back, and drop the image."""
        ...

    async def drop_step(self, run: int, number: int) -> None:
        """Forget a step that was undone."""
        ...

    async def end_undo(self, run: int, at: datetime) -> None:
        """Mark an import as undone."""
        ...
