"""What operators and librarians change about a stored story."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.library.records import Written
from bot.story import Story


class KeptBack(StrEnum):
    """Why a story is kept off its shelf whatever becomes of its file."""

    NOT = ""
    BY_HAND = "hand"  # a person hid it
    WITHHELD = "withheld"  # as it was edited it may never be served (DESIGN: withheld)


@dataclass(frozen=True, slots=True)
class Shelved:
    """A story for who keeps its shelf: hidden or not, and why. ``record.chapters`` is empty."""

    id: int
    shelf: int
    record: Story
    chapters: int
    added: datetime
    updated: datetime
    hidden_since: datetime | None
    kept_back: KeptBack
    edits: str  # JSON: what people changed; "" when nothing


@dataclass(frozen=True, slots=True)
class StoredEdits:
    """What people changed of a story, and what its file says; both JSON."""

    edits: str
    record: str


class Curation(Protocol):
    """Stories changed, kept back and let back."""

    async def shelved(self, story: int) -> Shelved | None:
        """Give a story for who keeps its shelf, hidden or not."""
        ...

    async def on_shelf(
        self, shelf: int, after: int, limit: int, *, hidden: bool | None = None
    ) -> list[Shelved]:
        """List the stories of ``shelf`` by number from behind ``after``.

        ``hidden`` True gives only those that are hidden, False those that are not.
        """
        ...

    async def edited(self, stories: Sequence[int]) -> dict[int, StoredEdits]:
        """Give what people changed of ``stories``; those that nobody edited are left out."""
        ...

    async def rewrite(
        self,
        story: int,
        written: Written,
        *,
        edits: str,
        instead_of: str,
        record: str,
        is_withheld: bool,
        at: datetime,
    ) -> bool:
        """Keep a story as people edited it; "" as ``edits`` says that nothing is edited any more.

        False when it is gone, or its edits are not ``instead_of`` any more. ``record``
        is what its file says. What is withheld is hidden until it is not.
        """
        ...

    async def keep_back(self, story: int, at: datetime) -> bool:
        """Hide a story by hand; False when it is gone."""
        ...

    async def let_back(self, story: int) -> bool:
        """Show a story again that was kept back; False when its file is gone."""
        ...
