"""What a member left here: places, saved stories, decisions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.library.contract.reading import Card
from bot.story import Audience, Place


@dataclass(frozen=True, slots=True)
class Marked:
    """A story with a place in it: where a member is, or its beginning."""

    card: Card
    place: Place


@dataclass(frozen=True, slots=True)
class Kept:
    """How many stories a member is in and has saved, and how many of them are visible here."""

    places: int
    places_here: int
    saved: int
    saved_here: int


class Members(Protocol):
    """What members keep."""

    async def save_place(
        self, member: int, place: Place, at: datetime, *, unless_beyond: Place | None = None
    ) -> None:
        """Keep where ``member`` is in a story; one place for each story.

        Written within a second, as with `remember_shown`.
        A place that is kept already stays when it lies ``unless_beyond`` that one.
        """
        ...

    async def place_in(self, member: int, story: int) -> tuple[Place, datetime] | None:
        """Give where ``member`` is in ``story``, and since when."""
        ...

    async def places(
        self, member: int, audience: Audience, limit: int, *, skip: int = 0
    ) -> list[Marked]:
        """List the visible stories ``member`` reads, the latest first, behind ``skip`` of them."""
        ...

    async def forget_place(self, member: int, story: int) -> bool:
        """Delete where ``member`` is in ``story``; False when that was not kept."""
        ...

    async def kept_by(self, member: int, audience: Audience) -> Kept:
        """Count the stories ``member`` is in and has saved, in all and visible ones."""
        ...

    async def forget_places(self, before: datetime) -> int:
        """Delete places not used since ``before``; gives how many."""
        ...

    async def save_story(self, member: int, story: int, at: datetime) -> None:
        """Save a story for later; twice is once."""
        ...

    async def unsave_story(self, member: int, story: int) -> bool:
        """Take a story from what ``member`` saved; False when it was not there."""
        ...

    async def has_saved(self, member: int, story: int) -> bool:
        """Tell whether ``member`` saved ``story``."""
        ...

    async def has_places(self, member: int) -> bool:
        """Tell whether ``member`` has a place in any story, whoever may see it where."""
        ...

    async def saved(
        self, member: int, audience: Audience, limit: int, *, skip: int = 0
    ) -> list[Marked]:
        """List the visible stories ``member`` saved, the latest first, behind ``skip`` of them."""
        ...

    async def preferences(self, member: int) -> str | None:
        """Give what ``member`` decided as JSON; None when that is nothing."""
        ...

    async def write_preferences(self, member: int, preferences: str | None, at: datetime) -> None:
        """Keep what ``member`` decided; None forgets it."""
        ...

    async def forget_places_of(self, member: int) -> int:
        """Delete every place of ``member``; gives how many."""
        ...

    async def records_of(self, member: int) -> dict[str, list[dict[str, Any]]]:
        """Give every row that is about ``member``, by table; tables without one are left out."""
        ...

    async def forget_member(self, member: int) -> int:
        """Delete everything about ``member`` in one transaction; gives how many rows.

        What others go on using, such as a server's daily story, stays and is
        made by nobody.
        """
        ...
