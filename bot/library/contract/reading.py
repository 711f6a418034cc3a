"""One story, as a reader sees it: its card, its chapters, its pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.story import Audience, Chapter, Place, Story


@dataclass(frozen=True, slots=True)
class Card:
    """A story without its text: what headers and lists show.

    ``record.chapters`` is empty; ``chapters`` counts them.
    """

    id: int
    shelf: int
    record: Story
    chapters: int
    opening: str  # the first whole sentences, for lists
    added: datetime

    @property
    def is_link_only(self) -> bool:
        """Tell whether only a card with a link may be shown (DESIGN: credit and consent)."""
        return self.record.permission is not None and self.record.permission.value == "link only"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a chapter as stored, with where its neighbours start.

    ``chapter`` holds only the text around the page, and the blocks that the
    page touches; offsets in it are counted
    from ``base``, an offset of the whole chapter. ``start`` and ``end`` are
    offsets of the whole chapter.
    """

    card: Card
    chapter: Chapter
    base: int
    number: int  # from 1, within the chapter
    pages: int  # of the chapter
    start: int
    end: int
    place: Place
    previous: Place | None
    next: Place | None
    chapter_length: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A story as it is opened; ``chapters`` is empty where its text was not asked for."""

    card: Card
    pages: int  # of all its chapters
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a chapter as stored, whole parts of it; offsets count as in `Page`."""

    card: Card
    chapter: Chapter
    base: int
    chapter_length: int


class Reading(Protocol):
    """Stories, read page by page."""

    async def card(self, story: int, audience: Audience) -> Card | None:
        """Give the card of a story that is visible to ``audience``."""
        ...

    async def opened(
        self, story: int, audience: Audience, *, most_words: int | None = None
    ) -> Opened | None:
        """Give a visible story whole, in one statement.

        A story of more than ``most_words`` words comes without its text.
        """
        ...

    async def page_start(self, story: int, chapter: int, number: int) -> Place | None:
        """Give where page ``number`` (from 1) of a chapter (from 0) starts.

        A number past the end gives the last page; a chapter that does not exist None.
        """
        ...

    async def chapter_titles(
        self, story: int, audience: Audience, first: int, limit: int
    ) -> list[str | None]:
        """List the titles of a visible story's chapters from number ``first`` (from 0)."""
        ...

    async def page(self, place: Place, audience: Audience) -> Page | None:
        """Give the page that holds ``place`` of a visible story.

        A place past the end is on the last page; a chapter that no longer
        exists gives None.
        """
        ...

    async def stretch(self, place: Place, length: int, audience: Audience) -> Stretch | None:
        """Give at least ``length`` characters of a visible story's chapter from ``place`` on.

        Less where the chapter ends; None when it has no such chapter, or may not be shown.
        """
        ...
