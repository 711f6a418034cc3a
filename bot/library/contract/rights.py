"""Authors' rights: claims, reports, takedowns, and which messages hold a story's text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.story import Rating


@dataclass(frozen=True, slots=True)
class ServerStory:
    """What one server decided about a story of the operator's shelf; all unset means nothing."""

    story: int
    is_hidden: bool = False
    rating: Rating | None = None  # raised: it counts when it is above the story's own
    is_link_only: bool = False  # somebody said that they wrote it, and the operator decides


@dataclass(frozen=True, slots=True)
class StoredReport:
    """What somebody said about a story, for the operator to decide."""

    id: int
    kind: str  # "wrote", "rating", "tags" or "other"
    story: int
    title: str  # as it was then
    server: int | None
    member: int
    words: str  # what they wrote, at most 1,000 characters
    at: datetime
    decision: str = ""  # "" while open, else "upheld" or "dismissed"


@dataclass(frozen=True, slots=True)
class Takedown:
    """A story that its author had removed; its words and address are never taken again."""

    id: int
    story: int
    title: str
    fingerprint: str
    source: str
    at: datetime


class Rights(Protocol):
    """Claims, reports and takedowns."""

    async def server_stories(self, server: int) -> list[ServerStory]:
        """List what ``server`` decided about single stories."""
        ...

    async def decide_for_server(self, server: int, decided: ServerStory) -> None:
        """Keep what ``server`` decided about a story; nothing set takes it back."""
        ...

    async def add_report(self, report: StoredReport) -> int:
        """Keep a report (its ``id`` is ignored); gives its id."""
        ...

    async def report(self, report: int) -> StoredReport | None:
        """Give one report."""
        ...

    async def reports(
        self, limit: int, *, are_open: bool = True, shelf: int | None = None
    ) -> list[StoredReport]:
        """List the reports that wait, or those that were decided, the oldest first.

        ``shelf`` asks for those about its stories alone.
        """
        ...

    async def decide_report(self, report: int, decision: str) -> bool:
        """Close a report; False when it is gone or was closed before."""
        ...

    async def count_reports(self, member: int, kind: str, since: datetime) -> int:
        """Count the reports of ``kind`` that ``member`` made at or after ``since``."""
        ...

    async def forget_reports(self, before: datetime) -> int:
        """Delete reports that were closed and made before ``before``; gives how many."""
        ...

    async def remember_posted(
        self, channel: int, messages: Sequence[int], story: int, at: datetime
    ) -> None:
        """Note that messages everybody sees hold text of ``story``; written in an instant."""
        ...

    async def posted(self, story: int) -> list[tuple[int, int]]:
        """List the messages that hold text of ``story``: (channel, message), the newest first."""
        ...

    async def forget_posted(self, before: datetime) -> int:
        """Delete what was posted before ``before``; gives how many rows."""
        ...

    async def take_down(self, story: int, at: datetime) -> Takedown | None:
        """Remove a story with all its text, and block its words and its address for good.

        The same words on another shelf go as well. What was posted stays known by
        its number. None when there is no such story.
        """
        ...

    async def takedowns(self) -> list[Takedown]:
        """List what was taken down, the oldest first."""
        ...

    async def lift_takedown(self, takedown: int) -> bool:
        """Let a story be taken in again; False when there is no such takedown."""
        ...
