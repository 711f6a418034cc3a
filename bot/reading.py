"""What a reader can ask for, answered from the library in plain values.

No Discord and no wording: an answer is a card with its text, a list of cards,
or an error that names what was near.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from random import Random

from rapidfuzz import fuzz, process

from bot.config import Settings
from bot.errors import NoStoryFits, StoryNotFound
from bot.library.base import (
    Card,
    Collection,
    Count,
    Filter,
    Library,
    Name,
    Opened,
    Order,
    Page,
    Titled,
)
from bot.prose.beginnings import Beginnings
from bot.prose.excerpts import choose_excerpt
from bot.prose.names import Aliases
from bot.prose.words import fold
from bot.story import Audience, BlockKind, Chapter, Permission, Place, TagKind

CHOICES = 25  # Discord's limit for autocompletion and for the options of a select
NEAR = 5  # near misses offered as buttons: one row
FUZZY_SCORE = 70  # of 100; below this a name is something else
ALL_NAMES = 20_000  # names looked through for a near miss
COMPARED_AT_ONCE = 1_000  # of them: one to two milliseconds
SHORTEST_ALIAS = 2  # letters, from which on aliases are looked up while somebody types
_SLIPS = 500  # of what was typed wrongly, what it was near to is remembered
SPARE = 4  # times as many near misses looked at, for some may not be shown here
SHORTEST_EXCERPTED = 100  # words; a shorter story is told whole or not at all
MOST_TRIED = 50  # stories looked at for a passage before giving up
# Warnings (folded) of stories that no random pick brings in an ordinary channel.
NOT_BY_CHANCE = ("rape/non-con", "rape/noncon", "major character death")
PICKED = "#"  # a picked name or title travels as "#12", its id

TAG_KINDS = (
    TagKind.FREEFORM,
    TagKind.FANDOM,
    TagKind.RELATIONSHIP,
    TagKind.AUTHOR,
    TagKind.WARNING,
    TagKind.CATEGORY,
    TagKind.CHARACTER,
)
CHARACTER_KINDS = (TagKind.CHARACTER,)


@dataclass(frozen=True, slots=True)
class Telling:
    """A story with its text; ``chapters`` is empty for one that is link only, or was too long."""

    card: Card
    chapters: tuple[Chapter, ...]
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage of a story: a range of one chapter."""

    card: Card
    chapter: Chapter
    place: Place
    end: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the stories that fit, with how many there are in all."""

    cards: tuple[Card, ...]
    count: Count
    has_more: bool


class NearNames(StoryNotFound):
    """No name is exactly what was typed; ``names`` are near, the nearest first."""

    def __init__(self, key: str, names: Sequence[Name], **values: object) -> None:
        super().__init__(key, **values)
        self.names = tuple(names)


class NearTitles(StoryNotFound):
    """No title is exactly what was typed; ``cards`` are near, the nearest first."""

    def __init__(self, key: str, cards: Sequence[Card], **values: object) -> None:
        super().__init__(key, **values)
        self.cards = tuple(cards)


class Reading:
    """Answers readers."""

    def __init__(
        self,
        library: Library,
        settings: Settings,
        *,
        aliases: Callable[[], Aliases],
        rng: Random,
    ) -> None:
        self._library = library
        self._settings = settings
        self._aliases = aliases
        self._rng = rng
        self._called: tuple[Aliases, Beginnings] | None = None
        self._spellings: dict[tuple[TagKind, ...], tuple[list[str], list[int]]] = {}
        self._near: dict[tuple[tuple[TagKind, ...], str, int], list[int]] = {}

    # Names

    async def name(self, kinds: Sequence[TagKind], typed: str, audience: Audience) -> Name:
        """Give the name meant by ``typed``: itself, an alias of it, or the only one it begins.

        Raises:
            NearNames: Nothing is called that, or several are; names may be near.
            NoStoryFits: The name exists, but every story of it is above the
                audience's ceiling; ``values["count"]`` says how many.
        """
        if typed.startswith(PICKED) and typed[1:].isdecimal():
            picked = await self._library.name(int(typed[1:]), audience)
            if picked is not None and picked.kind in kinds:
                return picked
        for spelling in dict.fromkeys((typed, self._canonical(kinds, typed) or typed)):
            found = await self._library.name_called(kinds, fold(spelling), audience)
            if found:
                return found
        meant = await self._also_called(kinds, fold(typed), audience)
        if len(meant) == 1:
            return meant[0]
        canonical = self._canonical(kinds, typed) or typed
        for kind in kinds:
            wanted = Filter(names=((kind, fold(canonical)),))
            count = await self._library.count(wanted, audience)
            if count.restricted:
                raise NoStoryFits(
                    "find.only-restricted", name=canonical, count=count.told_restricted
                )
        near = await self.near_names(kinds, typed, audience)
        starting = await self._library.find_names(fold(typed), kinds, audience, 2)
        if len(starting) == 1 and fold(typed):
            return starting[0]
        key = "find.near-name" if near else "find.no-name"
        raise NearNames(key, near, typed=typed)

    async def near_names(
        self, kinds: Sequence[TagKind], typed: str, audience: Audience, limit: int = NEAR
    ) -> list[Name]:
        """List visible names that ``typed`` may have meant: by word, by alias, by a slip."""
        asked = fold(typed)
        starting = await self._library.find_names(asked, kinds, audience, limit) if asked else []
        found = {name.id: name for name in starting}
        return list((await self._with_near(found, kinds, asked, audience, limit)).values())[:limit]

    async def _with_near(
        self,
        found: dict[int, Name],
        kinds: Sequence[TagKind],
        asked: str,
        audience: Audience,
        limit: int,
    ) -> dict[int, Name]:
        """Add to what was found what is spelt nearly so, until there are ``limit`` names."""
        if len(asked) > 1:
            for ident in await self._nearest(tuple(kinds), asked, limit * SPARE):
                if len(found) < limit and ident not in found:
                    name = await self._library.name(ident, audience)
                    if name is not None:
                        found[name.id] = name
        return found

    async def _nearest(self, kinds: tuple[TagKind, ...], asked: str, limit: int) -> list[int]:
        """Give the ids of names, or of stories where ``kinds`` is empty, spelt like ``asked``.

        The spellings are kept in memory until the shelf changes, and compared in
        a thread: this runs at every letter somebody types wrongly.
        """
        if kinds not in self._spellings:
            if kinds:
                names = await self._library.spellings(kinds, ALL_NAMES)
                known = await asyncio.to_thread(self._with_aliases, names)
            else:
                titles = await self._library.title_spellings(ALL_NAMES)
                known = ([title for _, title in titles], [ident for ident, _ in titles])
            self._spellings[kinds] = known
        about = kinds, asked, limit
        if about not in self._near:
            spelt, ids = self._spellings[kinds]
            near = await asyncio.to_thread(_near, asked, spelt, limit)
            if len(self._near) >= _SLIPS:
                self._near.clear()
            self._near[about] = list(dict.fromkeys(ids[place] for place in near))
        return self._near[about]

    def _with_aliases(self, names: Sequence[tuple[int, str]]) -> tuple[list[str], list[int]]:
        aliases = self._aliases()
        spelt: list[str] = []
        ids: list[int] = []
        for ident, name in names:
            for spelling in (name, *aliases.aliases_of(name)):
                spelt.append(fold(spelling))
                ids.append(ident)
        return spelt, ids

    def forget_spellings(self) -> None:
        """Read the spellings of names and titles anew: the shelf changed."""
        self._spellings.clear()
        self._near.clear()

    async def suggest_names(
        self, kinds: Sequence[TagKind], typed: str, audience: Audience
    ) -> list[Name]:
        """List the names to offer while somebody types: matches, then aliases, then slips."""
        asked = fold(typed)
        called = self._called_otherwise(kinds, asked)
        offered = await self._library.offered_names(asked, kinds, called, audience, CHOICES)
        meant = offered.called
        # Names that begin as typed are cut rather than those that are called so otherwise.
        both = [*offered.names[: CHOICES - len(meant)], *meant]
        names = {name.id: name for name in both}
        if asked and len(names) < NEAR:
            for name in offered.also:
                names.setdefault(name.id, name)
            names = await self._with_near(names, kinds, asked, audience, CHOICES)
        return list(names.values())

    def _called_otherwise(self, kinds: Sequence[TagKind], asked: str) -> list[str]:
        """List the names (folded) that have an alias with a word that begins like ``asked``."""
        if TagKind.CHARACTER not in kinds or len(asked) < SHORTEST_ALIAS:
            return []
        aliases = self._aliases()
        if self._called is None or self._called[0] is not aliases:
            pairs = [
                (alias, fold(entry.name)) for entry in aliases.entries for alias in entry.aliases
            ]
            self._called = aliases, Beginnings(pairs)
        return self._called[1].find(asked, NEAR)

    async def _also_called(
        self, kinds: Sequence[TagKind], asked: str, audience: Audience
    ) -> list[Name]:
        """List the characters that were detected in stories under the name ``asked`` as well."""
        if TagKind.CHARACTER not in kinds or not asked:
            return []
        meant = await self._library.meant_by(asked, audience)
        if not meant:
            return []
        folded = [fold(name) for name in meant]
        return await self._library.names_called(CHARACTER_KINDS, folded, audience)

    def _canonical(self, kinds: Sequence[TagKind], typed: str) -> str | None:
        return self._aliases().canonical(typed) if TagKind.CHARACTER in kinds else None

    # Collections

    async def collection(self, typed: str, audience: Audience) -> Collection:
        """Give the collection meant by ``typed``: itself, or the only one it begins.

        Raises:
            StoryNotFound: None is called that, or several are; those near are named.
        """
        if typed.startswith(PICKED) and typed[1:].isdecimal():
            picked = await self._library.collection(int(typed[1:]), audience)
            if picked is not None:
                return picked
        found = await self._library.collection_called(fold(typed), audience)
        if found is not None:
            return found
        near = await self.suggest_collections(typed, audience)
        if len(near) == 1 and fold(typed):
            return near[0]
        if not near:
            raise StoryNotFound("filter.no-collection", typed=typed)
        names = ", ".join(each.name for each in near[:NEAR])
        raise StoryNotFound("filter.near-collection", typed=typed, names=names)

    async def suggest_collections(self, typed: str, audience: Audience) -> list[Collection]:
        """List the collections to offer while somebody types."""
        return await self._library.find_collections(fold(typed), audience, CHOICES)

    # Titles

    async def titled(self, typed: str, audience: Audience) -> Card:
        """Give the story that ``typed`` names: a picked title ("#12"), or a title.

        Raises:
            NearTitles: No title is that, or several are; titles may be near.
            StoryNotFound: The picked story is gone or may not be shown here.
        """
        if typed.startswith(PICKED) and typed[1:].isdecimal():
            return await self.card(int(typed[1:]), audience)
        cards = await self._library.find_titles(fold(typed), audience, CHOICES)
        exact = [card for card in cards if fold(card.record.title) == fold(typed)]
        if len(exact) == 1 or (len(cards) == 1 and fold(typed)):
            return (exact or cards)[0]
        near = exact or cards or await self._near_titles(typed, audience)
        key = "find.near-title" if near else "find.no-title"
        raise NearTitles(key, near[:NEAR], typed=typed)

    async def _near_titles(self, typed: str, audience: Audience) -> list[Card]:
        found: list[Card] = []
        for ident in await self._nearest((), fold(typed), NEAR * SPARE):
            card = await self._library.card(ident, audience) if len(found) < NEAR else None
            if card is not None:
                found.append(card)
        return found

    async def suggest_titles(self, typed: str, audience: Audience) -> list[Card]:
        """List the titles to offer while somebody types."""
        found = await self._library.find_titles(fold(typed), audience, CHOICES)
        if not found and len(fold(typed)) > 2:
            found = await self._near_titles(typed, audience)
        return found

    async def offer_titles(self, typed: str, audience: Audience) -> list[Titled]:
        """List what `suggest_titles` lists, in little: while somebody types it must be quick."""
        found = await self._library.offer_titles(fold(typed), audience, CHOICES)
        if not found and len(fold(typed)) > 2:
            return [
                Titled(card.id, card.record.title, next(iter(card.record.authors), ""))
                for card in await self._near_titles(typed, audience)
            ]
        return found

    # Stories

    async def card(self, story: int, audience: Audience) -> Card:
        """Give a story's card.

        Raises:
            StoryNotFound: It is gone, or may not be shown here.
        """
        card = await self._library.card(story, audience)
        if card is None:
            raise StoryNotFound("story.gone")
        return seen_by(audience, card)

    async def telling(
        self, story: int, audience: Audience, *, most_words: int | None = None
    ) -> Telling:
        """Give a story with its text, which is left away where it has more words than asked for.

        Raises:
            StoryNotFound: It is gone, or may not be shown here.
        """
        opened = await self._library.opened(story, audience, most_words=most_words)
        if opened is None:
            raise StoryNotFound("story.gone")
        return _telling(opened, audience)

    async def page(self, place: Place, audience: Audience) -> Page:
        """Give the page that holds ``place``.

        Raises:
            StoryNotFound: The story is gone, link only, or may not be shown here.
        """
        page = await self._library.page(place, audience)
        if page is None or seen_by(audience, page.card).is_link_only:
            raise StoryNotFound("story.gone")
        return page

    async def random_drabble(self, wanted: Filter, audience: Audience, room: int | None) -> Telling:
        """Draw a drabble (at most ``DRABBLE_MAX_WORDS`` words) that fits ``wanted``.

        Raises:
            NoStoryFits: There is none for this audience.
        """
        key = _none("drabble", wanted)
        return await self._draw(self._drabbles(wanted), audience, room, key)

    def _drabbles(self, wanted: Filter) -> Filter:
        most = self._settings.drabble_max_words
        if wanted.max_words is not None:
            most = min(most, wanted.max_words)
        return replace(wanted, max_words=most, with_text=True)

    async def count_drawn(self, what: str, wanted: Filter, audience: Audience) -> Count:
        """Count what a random ``what`` (drabble, story or excerpt) would be drawn from."""
        if what == "drabble":
            wanted = self._drabbles(wanted)
        elif what == "excerpt":
            wanted = _excerpted(wanted)
        return await self._library.count(for_random(wanted, audience), audience)

    async def random_story(
        self, wanted: Filter, audience: Audience, room: int | None, *, most_words: int | None = None
    ) -> Telling:
        """Draw any story that fits ``wanted``; as with `telling`, it may come without its text.

        Raises:
            NoStoryFits: There is none for this audience.
        """
        key = _none("story", wanted)
        return await self._draw(wanted, audience, room, key, most_words)

    async def excerpt(
        self,
        wanted: Filter,
        audience: Audience,
        room: int | None,
        *,
        story: int | None = None,
        limit: int,
    ) -> Excerpt:
        """Draw a passage of at most ``limit`` characters, of ``story`` or of any that fits.

        Raises:
            NoStoryFits: No story fits, or it is too short to take a piece of.
            StoryNotFound: ``story`` is gone, or may not be shown here.
        """
        if story is not None:
            passage = self._passage(await self.telling(story, audience), limit)
            if passage is None:
                raise NoStoryFits("excerpt.too-short")
            return passage
        any_length = replace(wanted, with_text=True)
        long_enough = _excerpted(wanted)
        for _ in range(MOST_TRIED):
            fair = for_random(long_enough, audience)
            chosen = await self._random(fair, audience, room)
            if chosen is None:
                break
            passage = self._passage(chosen, limit)
            if passage is not None:
                return passage
            long_enough = replace(long_enough, without=(*long_enough.without, chosen.card.id))
        await self._draw(any_length, audience, room, _none("excerpt", wanted))
        raise NoStoryFits("excerpt.too-short")

    def _passage(self, telling: Telling, limit: int) -> Excerpt | None:
        order = list(range(len(telling.chapters)))
        self._rng.shuffle(order)
        for number in order:
            chapter = telling.chapters[number]
            paragraphs = [
                (block.start, block.end)
                for block in chapter.blocks
                if block.kind is BlockKind.PARAGRAPH
            ]
            last = number + 1 == len(telling.chapters)
            found = choose_excerpt(paragraphs, chapter.text, limit, self._rng, final=last)
            if found is not None:
                start, end = found
                return Excerpt(telling.card, chapter, Place(telling.card.id, number, start), end)
        return None

    async def stories_with(
        self, wanted: Filter, audience: Audience, *, after: int = 0, limit: int
    ) -> Listing:
        """List the stories that fit ``wanted``, the newest first, from behind story ``after``."""
        order = Order.NEWEST
        cards = await self._library.listing(wanted, audience, after, limit + 1, order=order)
        count = await self._library.count(wanted, audience)
        shown = tuple(seen_by(audience, card) for card in cards[:limit])
        return Listing(shown, count, has_more=len(cards) > limit)

    async def _draw(
        self,
        wanted: Filter,
        audience: Audience,
        room: int | None,
        key: str,
        most_words: int | None = None,
    ) -> Telling:
        fair = for_random(wanted, audience)
        found = await self._random(fair, audience, room, most_words)
        if found is None:
            if audience.not_again and await self._random(wanted, audience, None, 0) is not None:
                raise NoStoryFits("mine.all-refused")
            count = await self._library.count(wanted, audience)
            raise NoStoryFits(key, restricted=count.told_restricted)
        return found

    async def _random(
        self, wanted: Filter, audience: Audience, room: int | None, most_words: int | None = None
    ) -> Telling | None:
        """Draw what neither ``room`` nor the person who asks was shown, as long as there is any."""
        draw, reader = self._rng.random(), audience.member if audience.member != room else None
        found = await self._library.drawn(
            wanted, audience, room, draw, reader=reader, most_words=most_words
        )
        return None if found is None else _telling(found, audience)


def _excerpted(wanted: Filter) -> Filter:
    least = max(SHORTEST_EXCERPTED, wanted.min_words or 0)
    return replace(wanted, min_words=least, with_text=True)


def _telling(opened: Opened, audience: Audience) -> Telling:
    card = seen_by(audience, opened.card)
    return Telling(card, () if card.is_link_only else opened.chapters, opened.pages)


def _near(asked: str, spelt: Sequence[str], limit: int) -> list[int]:
    """Give the places in ``spelt`` of what is spelt most like ``asked``.

    Some at once: while they are compared no other thread runs, the event loop's neither.
    """
    found: list[tuple[float, int]] = []
    for first in range(0, len(spelt), COMPARED_AT_ONCE):
        near = process.extract(
            asked,
            spelt[first : first + COMPARED_AT_ONCE],
            scorer=fuzz.WRatio,
            limit=limit,
            score_cutoff=FUZZY_SCORE,
        )
        found += [(score, first + place) for _, score, place in near]
    return [place for _, place in nsmallest(limit, found, key=lambda each: (-each[0], each[1]))]


def seen_by(audience: Audience, card: Card) -> Card:
    """Give a card as ``audience`` sees it: a link only where its author said so in that server."""
    if card.id not in audience.linked:
        return card
    return replace(card, record=replace(card.record, permission=Permission.LINK_ONLY))


def for_random(wanted: Filter, audience: Audience) -> Filter:
    """Leave out what nobody should come upon by chance in an ordinary channel.

    Who asks for a warning by name gets it. What somebody does not want again is left out
    for them. Where text is wanted, a story that is a link
    in this server is left out as well.
    """
    if wanted.with_text and audience.linked:
        wanted = replace(wanted, without=(*wanted.without, *sorted(audience.linked)))
    if audience.not_again:
        wanted = replace(wanted, without=(*wanted.without, *sorted(audience.not_again)))
    if audience.age_restricted or audience.warned_by_chance:
        return wanted
    asked = {folded for _, folded in wanted.names}
    left_out = tuple(name for name in NOT_BY_CHANCE if name not in asked)
    return replace(wanted, without_names=(*wanted.without_names, *left_out))


def _none(what: str, wanted: Filter) -> str:
    return (f"{what}.none") if wanted == Filter() else (f"{what}.none-with")


def filter_of(names: Sequence[Name]) -> Filter:
    """Make the filter that asks for all ``names``."""
    return Filter(names=tuple((name.kind, fold(name.name)) for name in names))
