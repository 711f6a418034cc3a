"""Stories by what they are and by the words inside; names and titles while somebody types."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from bot.library.contract.reading import Card, Opened
from bot.prose.query import Query
from bot.story import Audience, MoreThan, Place, Rating, TagKind

COUNT_LIMIT = 1_000  # counts are exact up to here; above, only that there are more


@dataclass(frozen=True, slots=True)
class Titled:
    """A story by its title alone: what is offered while somebody types."""

    id: int
    title: str
    author: str = ""  # the first


@dataclass(frozen=True, slots=True)
class Name:
    """A name that stories are found by: a character, fandom, author, tag …"""

    id: int
    kind: TagKind
    name: str
    stories: int = 0  # visible to the audience that asked; exact to `COUNT_LIMIT` at least


@dataclass(frozen=True, slots=True)
class Offered:
    """Names to offer while somebody types, none of them lists to be changed.

    Those that begin so (`Finding.find_names`), those asked for by their names
    (`Finding.names_called`), and the characters that were detected in stories under
    just that name as well (`Detections.meant_by`).
    """

    names: list[Name]
    called: list[Name]
    also: list[Name]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a story must have; every field given must hold. Names are folded."""

    names: tuple[tuple[TagKind, str], ...] = ()
    max_words: int | None = None
    min_words: int | None = None
    with_text: bool = False  # leave out stories that are link only
    stories: tuple[int, ...] = ()  # only these, when given
    without: tuple[int, ...] = ()  # none of these
    without_names: tuple[str, ...] = ()  # none that carries one of these folded names
    max_rating: Rating | None = None  # rated this at most
    language: str = ""  # a primary language subtag such as "en"
    complete: bool | None = None
    collection: int = 0  # 0: of any


@dataclass(frozen=True, slots=True)
class Count:
    """How many stories fit: those visible, and those only an age-restricted channel may see.

    Exact up to `COUNT_LIMIT`; a count that is higher says `COUNT_LIMIT` and that there
    are more.
    """

    visible: int
    restricted: int
    is_more: bool = False  # more than ``visible``
    is_more_restricted: bool = False

    @property
    def told(self) -> int:
        """Give those visible as people are told: of more than the limit, that there are more."""
        return MoreThan(self.visible) if self.is_more else self.visible

    @property
    def told_restricted(self) -> int:
        """Give the restricted ones as people are told."""
        return MoreThan(self.restricted) if self.is_more_restricted else self.restricted


class Order(StrEnum):
    """How stories found are sorted; stories that are equal in it go by id."""

    RELEVANCE = "relevance"
    NEWEST = "newest"  # the last added first
    SHORTEST = "shortest"
    LONGEST = "longest"
    TITLE = "title"  # by its words, as `prose.words.search_key` gives them


@dataclass(frozen=True, slots=True)
class Hit:
    """A story that a search found, with the passage that holds most of the words.

    ``passage`` is as long as ``place`` to its end in the stored text, with line breaks as
    spaces; it is empty when the words stand only in the title or the names, and for a
    story that is link only.
    """

    card: Card
    place: Place  # where the passage starts; the beginning of the story without one
    passage: str = ""
    marks: tuple[tuple[int, int], ...] = ()  # ranges of ``passage`` that matched, in order


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what a search found."""

    hits: tuple[Hit, ...]
    count: Count
    has_more: bool = False  # behind the last hit
    has_earlier: bool = False  # before the first
    is_ranked: bool = True  # False: too many match to weigh each one


class Finding(Protocol):
    """Stories found, listed, counted and picked."""

    async def following(
        self,
        wanted: Filter,
        audience: Audience,
        *,
        by_date: bool,
        after: tuple[date | None, int],
    ) -> int | None:
        """Give the visible story that fits and comes next; None behind the last.

        Args:
            wanted: What it must have.
            audience: Who will see it.
            by_date: In the order of when they were published, those without a date
                last; else in the order in which they were added.
            after: Date and id of the story before it, which may be gone since; id 0
                gives the first.
        """
        ...

    async def random(
        self,
        wanted: Filter,
        audience: Audience,
        room: int | None,
        draw: float,
        *,
        reader: int | None = None,
    ) -> int | None:
        """Draw a visible story uniformly among those that fit and that were shown least.

        Args:
            wanted: What it must have.
            audience: Who will see it.
            room: The channel (or member, in direct messages) whose history
                counts: stories it was never shown come first, then the one
                shown longest ago. None: no history.
            draw: A number in [0, 1) that decides.
            reader: The member whose history counts as well. Where there is no
                story that neither saw, what the room did not see comes first.
        """
        ...

    async def drawn(
        self,
        wanted: Filter,
        audience: Audience,
        room: int | None,
        draw: float,
        *,
        reader: int | None = None,
        most_words: int | None = None,
    ) -> Opened | None:
        """Draw a story as `random` does, and give it as `opened` does."""
        ...

    async def count_unseen(self, wanted: Filter, audience: Audience, room: int) -> int:
        """Count the visible stories that fit and that ``room`` was never shown.

        At most `COUNT_LIMIT`.
        """
        ...

    async def count(self, wanted: Filter, audience: Audience) -> Count:
        """Count the stories that fit."""
        ...

    async def listing(
        self,
        wanted: Filter,
        audience: Audience,
        after: int,
        limit: int,
        *,
        order: Order = Order.TITLE,
        before: int = 0,
    ) -> list[Card]:
        """List visible stories that fit, from behind story ``after``.

        0, or a story that is forgotten, begins at the first. With ``before`` instead it
        lists those that stand right before that story, in the same order; one that is
        forgotten (or -1) gives the last ones. By relevance a list without words goes by
        `Order.NEWEST`.
        """
        ...

    async def search(
        self,
        query: Query,
        wanted: Filter,
        audience: Audience,
        *,
        order: Order = Order.RELEVANCE,
        after: int = 0,
        before: int = 0,
        limit: int,
    ) -> Found:
        """Find visible stories whose title, names or text hold what ``query`` asks for.

        ``after`` and ``before`` are those of `listing`. An empty query gives what the
        filter gives.
        """
        ...

    async def find_titles(self, query: str, audience: Audience, limit: int) -> list[Card]:
        """List visible stories whose title starts with, or holds a word that starts with,
        ``query`` (compared as `prose.words.search_key`); those that start with it first,
        then by title. An empty query lists all. Where very many match, those that only
        hold such a word may be the newest of them.
        """
        ...

    async def offer_titles(self, query: str, audience: Audience, limit: int) -> list[Titled]:
        """List what `find_titles` lists, in little."""
        ...

    async def find_names(
        self, query: str, kinds: Sequence[TagKind], audience: Audience, limit: int
    ) -> list[Name]:
        """List names of ``kinds`` that visible stories carry and that match like titles do.

        Those that start with ``query`` come first, then the most used. What the audience
        avoids is left out, and its stories are not counted.
        """
        ...

    async def spellings(self, kinds: Sequence[TagKind], limit: int) -> list[tuple[int, str]]:
        """List names of ``kinds``, the most used first, as (id, name), whoever may see them.

        For near misses; what comes of it must be asked for again with `name`.
        """
        ...

    async def title_spellings(self, limit: int) -> list[tuple[int, str]]:
        """List titles, the newest first, as (story id, folded title), whoever may see them;
        for near misses.
        """
        ...

    async def name(self, ident: int, audience: Audience) -> Name | None:
        """Give a name by its id when a visible story carries it."""
        ...

    async def name_called(
        self, kinds: Sequence[TagKind], folded: str, audience: Audience
    ) -> Name | None:
        """Give the name that is exactly ``folded``, of the first of ``kinds`` that has it,
        when a visible story carries it.
        """
        ...

    async def offered_names(
        self,
        query: str,
        kinds: Sequence[TagKind],
        called: Sequence[str],
        audience: Audience,
        limit: int,
    ) -> Offered:
        """Give all names to offer for ``query`` (folded), as the three questions below do.

        ``called`` are the folded names of characters that somebody who types so may mean.
        """
        ...

    async def names_called(
        self, kinds: Sequence[TagKind], folded: Sequence[str], audience: Audience
    ) -> list[Name]:
        """List the names of ``kinds`` that are exactly one of ``folded``, the most used first,
        as far as visible stories carry them.
        """
        ...

    async def companions(self, name: int, audience: Audience, limit: int) -> list[Name]:
        """List the names most often on the same visible stories as ``name``, of any kind.

        Of very many stories the newest are looked at, and counted. What the audience
        avoids is left out.
        """
        ...

    async def remember_shown(
        self, room: int, story: int, at: datetime, *, server: int | None = None
    ) -> None:
        """Note that ``room``, a channel of ``server`` if any, was shown ``story``.

        Written within a second, together with what else was noted; until then a
        crash may take it. Whoever asks this library is told of it from now on.
        """
        ...

    async def forget_shown(self, before: datetime) -> int:
        """Delete what rooms were shown before ``before``; gives how many rows."""
        ...
