"""Stories, pages, passages and lists for an audience; random ones, fairly."""

from dataclasses import dataclass, replace
from random import Random

from bot.config import Settings
from bot.errors import NoStoryFits, StoryNotFound
from bot.library.base import Card, Count, Filter, Library, Opened, Order, Page
from bot.prose.excerpts import choose_excerpt
from bot.reading.seen import card_for, for_random, seen_by
from bot.story import Audience, BlockKind, Chapter, Place

SHORTEST_EXCERPTED = 100  # words; a shorter story is told whole or not at all
MOST_TRIED = 50  # stories looked at for a passage before giving up


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


class Stories:
    """Gives stories."""

    def __init__(self, library: Library, settings: Settings, rng: Random) -> None:
        self._library = library
        self._settings = settings
        self._rng = rng

    async def card(self, story: int, audience: Audience) -> Card:
        """Give a story's card.

        Raises:
            StoryNotFound: It is gone, or may not be shown here.
        """
        return await card_for(self._library, story, audience)

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


def _none(what: str, wanted: Filter) -> str:
    return (f"{what}.none") if wanted == Filter() else (f"{what}.none-with")
