"""Finding stories by any words inside them, in bounded time.

Up to `RANKED` matches are all weighed. Words that stand in more stories than
that tell these apart badly and cost much, so there the newest matches stand
for all, those first whose titles, names or text hold most of the words. The
look through the index ends at a deadline, with what it has found by then.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice

from bot.library.base import COUNT_LIMIT, Card, Count, Filter, Found, Hit, Order
from bot.library.sqlite import index
from bot.library.sqlite.asked import Asked, indexed, understand
from bot.library.sqlite.finding import Finding, above_ceiling
from bot.library.sqlite.listing import Listing, cards, exists, in_order, walk
from bot.library.sqlite.passages import passage_of
from bot.prose.query import Query, Term
from bot.story import Audience, Place

RANKED = 5_000  # matches
_WEIGHED = 100  # of more matches than that, so many are weighed by their text
_COMMON = 2_000  # stories of a shard: a word that stands in more tells little
_SECONDS = 0.15  # until a search ends with what it has
_MORE_SECONDS = 0.05  # for what lies above the ceiling
_WEIGHTS = (8.0, 4.0, 1.0, 0.0)  # of title, names, text and facets


class Late(Exception):
    """The time for a search is over."""


@dataclass(frozen=True, slots=True)
class _Page:
    """Ids of hits in order, and what lies around them."""

    stories: Sequence[int]
    has_more: bool
    has_earlier: bool


class Searching(Finding, Listing):
    """The part of the contract that searches."""

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
        """See `Library.search`."""
        if query.is_empty:
            return await self._filtered(wanted, audience, order, after, before, limit)
        return await self._seek(
            partial(_search, query, wanted, audience, order, after, before, limit)
        )

    async def _filtered(
        self,
        wanted: Filter,
        audience: Audience,
        order: Order,
        after: int,
        before: int,
        limit: int,
    ) -> Found:
        """Give a page of what the filter gives."""
        found = await self.listing(wanted, audience, after, limit + 1, order=order, before=before)
        is_cut = len(found) > limit
        page = found[-limit:] if before else found[:limit]
        if before and page:
            beside = await self.listing(wanted, audience, page[-1].id, 1, order=order)
        elif after and page:
            first = page[0].id
            beside = await self.listing(wanted, audience, 0, 1, order=order, before=first)
        else:
            beside = []
        return Found(
            tuple(Hit(card, Place(card.id)) for card in page),
            await self.count(wanted, audience),
            has_more=bool(beside) if before else is_cut,
            has_earlier=is_cut if before else bool(beside),
        )


@dataclass(frozen=True, slots=True)
class _Matches:
    """The newest stories that match, and why there are no more of them."""

    stories: list[int]
    are_too_many: bool = False
    are_late: bool = False

    @property
    def are_all(self) -> bool:
        return not (self.are_too_many or self.are_late)


@dataclass(frozen=True, slots=True)
class _Search:
    """What is looked for: the filter understood, and all of it as an expression."""

    query: Query
    asked: Asked
    told: str


def _search(
    query: Query,
    wanted: Filter,
    audience: Audience,
    order: Order,
    after: int,
    before: int,
    limit: int,
    database: sqlite3.Connection,
) -> Found:
    sought = _understood(database, query, understand(database, wanted, audience))
    matches = _collect(database, sought, RANKED, _SECONDS)
    beyond = above_ceiling(database, wanted, audience)
    restricted = _Matches([])
    if beyond.classes:
        sought_beyond = _understood(database, query, beyond)
        restricted = _collect(database, sought_beyond, COUNT_LIMIT, _MORE_SECONDS)
    page = _page(database, sought, matches, order, after, before, limit)
    return Found(
        hits=tuple(_hit(database, card, query, audience) for card in cards(database, page.stories)),
        count=Count(
            min(len(matches.stories), COUNT_LIMIT),
            min(len(restricted.stories), COUNT_LIMIT),
            is_more=not matches.are_all or len(matches.stories) > COUNT_LIMIT,
            is_more_restricted=not restricted.are_all,
        ),
        has_more=page.has_more,
        has_earlier=page.has_earlier,
        is_ranked=matches.are_all,
    )


def _understood(database: sqlite3.Connection, query: Query, asked: Asked) -> _Search:
    must, never = asked.facets(database)
    return _Search(query, asked, index.expression(query, must, never))


def _collect(database: sqlite3.Connection, sought: _Search, most: int, seconds: float) -> _Matches:
    """Give the newest ``most`` matches, or those found until the time is over."""
    found: list[int] = []
    try:
        for story in _indexed(database, sought, seconds):
            if len(found) == most:
                return _Matches(found, are_too_many=True)
            found.append(story)
    except Late:
        return _Matches(found, are_late=True)
    return _Matches(found)


def _indexed(
    database: sqlite3.Connection, sought: _Search, seconds: float, **bounds: int | None
) -> Iterator[int]:
    if not sought.asked.is_possible:
        return
    stop = _alarm(seconds)
    for story in indexed(database, sought.asked, sought.told, pause=stop, **bounds):
        yield story
        stop()


def _alarm(seconds: float) -> Callable[[], None]:
    """Give a function that raises `Late` from ``seconds`` on."""
    end = time.monotonic() + seconds

    def stop() -> None:
        if time.monotonic() > end:
            raise Late

    return stop


def _page(
    database: sqlite3.Connection,
    sought: _Search,
    matches: _Matches,
    order: Order,
    after: int,
    before: int,
    limit: int,
) -> _Page:
    if order is Order.RELEVANCE:
        stories = _ranked(database, sought, matches)
    elif order is Order.NEWEST:
        stories = matches.stories
    elif not matches.are_too_many:
        stories = in_order(database, matches.stories, order)
    else:
        return _walked(database, sought, order, after, before, limit)
    if not matches.are_too_many:
        return _slice(stories, after, before, limit)
    if before:
        return _before(database, sought, stories, before, limit)
    return _behind(database, sought, stories, after, limit)


def _slice(stories: Sequence[int], after: int, before: int, limit: int) -> _Page:
    if before:
        end = stories.index(before) if before in stories else len(stories)
        start = max(0, end - limit)
    else:
        start = stories.index(after) + 1 if after in stories else 0
        end = start + limit
    return _Page(stories[start:end], has_more=end < len(stories), has_earlier=start > 0)


def _behind(
    database: sqlite3.Connection, sought: _Search, first: Sequence[int], after: int, limit: int
) -> _Page:
    """Give a page of ``first``, the newest matches sorted, and of the older ones behind them."""
    below = min(first)
    if after in first:
        page = list(first[first.index(after) + 1 :][: limit + 1])
    elif after and exists(database, after):
        page, below = [], after
    else:
        page, after = list(first[: limit + 1]), 0
    page += _some(database, sought, limit + 1 - len(page), below=below)
    return _Page(page[:limit], has_more=len(page) > limit, has_earlier=bool(after))


def _before(
    database: sqlite3.Connection, sought: _Search, first: Sequence[int], before: int, limit: int
) -> _Page:
    """Give the page that stands right before a match, as `_behind` counts them."""
    if before in first:
        page = list(first[: first.index(before)][-limit - 1 :])
        return _Page(page[-limit:], has_more=True, has_earlier=len(page) > limit)
    above = before if exists(database, before) else 0
    older = [
        story for story in _some(database, sought, limit + 1, above=above) if story < min(first)
    ]
    missing = limit + 1 - len(older)
    page = [*(first[-missing:] if missing else ()), *reversed(older)]
    return _Page(page[-limit:], has_more=above > 0, has_earlier=len(page) > limit)


def _some(
    database: sqlite3.Connection, sought: _Search, most: int, **bounds: int | None
) -> list[int]:
    """Give the next matches by age, or those of them that are found in time."""
    found: list[int] = []
    with suppress(Late):
        found.extend(islice(_indexed(database, sought, _SECONDS, **bounds), max(0, most)))
    return found


def _walked(
    database: sqlite3.Connection,
    sought: _Search,
    order: Order,
    after: int,
    before: int,
    limit: int,
) -> _Page:
    """Give a page by reading all stories in order: every few of them match."""
    stop, found = _alarm(_SECONDS), list[int]()
    holds = _holding(database, sought.told)
    try:
        for row in walk(database, sought.asked, order, after, before):
            if holds(row["id"]):
                found.append(row["id"])
                if len(found) > limit:
                    break
            stop()
    except Late:
        pass
    is_cut, page = len(found) > limit, found[:limit]
    if before:
        return _Page(page[::-1], has_more=before > 0, has_earlier=is_cut)
    return _Page(page, has_more=is_cut, has_earlier=bool(after))


def _holding(database: sqlite3.Connection, told: str) -> Callable[[int], bool]:
    """Give a function that tells whether a story matches."""
    known = set(index.shards(database))

    def holds(story: int) -> bool:
        number = story // index.SHARD
        if number not in known:
            return False
        words = f"words_{number}"
        row = database.execute(
            f"SELECT 1 FROM {words} WHERE {words} MATCH ? AND rowid = ?", (told, story)
        ).fetchone()
        return row is not None

    return holds


# Relevance


def _ranked(database: sqlite3.Connection, sought: _Search, matches: _Matches) -> list[int]:
    """Sort matches by how much of them is what was looked for; equal ones go by age."""
    scores = (
        _scores(database, sought.query, matches.stories)
        if matches.are_all
        else _weights(database, sought.query, matches.stories[:_WEIGHED])
    )
    return sorted(matches.stories, key=lambda story: (-scores.get(story, 0.0), -story))


def _scores(database: sqlite3.Connection, query: Query, stories: Sequence[int]) -> dict[int, float]:
    """Weigh stories by those words that not every other story holds (BM25)."""
    telling = [term for term in query.wanted if not _is_common(database, term)]
    if not telling:
        return _weights(database, query, stories[:_WEIGHED])
    told = index.all_of(map(index.term_of, telling))
    scores: dict[int, float] = {}
    wanted = set(stories)
    for number in sorted({story // index.SHARD for story in stories}):
        words = f"words_{number}"
        rows = database.execute(
            f"SELECT rowid, -bm25({words}, {', '.join(map(str, _WEIGHTS))}) FROM {words}"
            f" WHERE {words} MATCH ?",
            (told,),
        )
        scores |= {story: score for story, score in rows if story in wanted}
    return scores


def _is_common(database: sqlite3.Connection, term: Term) -> bool:
    """Tell whether a term stands in very many of the newest stories."""
    for number in index.shards(database)[:2]:
        words = f"words_{number}"
        (found,) = database.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM {words} WHERE {words} MATCH ? LIMIT {_COMMON})",
            (index.term_of(term),),
        ).fetchone()
        if found == _COMMON:
            return True
    return False


def _weights(
    database: sqlite3.Connection, query: Query, stories: Sequence[int]
) -> dict[int, float]:
    """Weigh stories by their own words alone."""
    in_title, in_names, in_text, _ = _WEIGHTS
    return {
        story: sum(
            in_title * (token in document.title.split())
            + in_names * (token in document.names)
            + in_text * _density(document.body, token)
            for term in query.wanted
            for token in term.tokens
        )
        for story, document in index.documents(database, stories)
    }


def _density(body: str, token: str) -> float:
    return min(1.0, 50 * body.count(token) / (500 + len(body) / 6))


# Hits


def _hit(database: sqlite3.Connection, card: Card, query: Query, audience: Audience) -> Hit:
    is_link = card.is_link_only or card.id in audience.linked
    found = None if is_link else passage_of(database, card.id, query.wanted)
    if found is None:
        return Hit(card, Place(card.id))
    place, passage, marks = found
    return Hit(card, place, passage, marks)
