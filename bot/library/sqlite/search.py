"""Finding stories by any words inside them, in bounded time.

Up to `RANKED` matches are all weighed. Words that stand in more stories than
that tell these apart badly and cost much, so there the newest matches stand
for all, those first whose titles or names hold most of the words.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from bot.library.base import COUNT_LIMIT, Card, Count, Filter, Found, Hit, Order
from bot.library.both.passages import Part, passage_in
from bot.library.both.results import Filtered, ResultPage, slice_of
from bot.library.sqlite import index, matches
from bot.library.sqlite.asked import understand
from bot.library.sqlite.finding import Finding
from bot.library.sqlite.listing import Listing, cards, exists, in_order, walk
from bot.library.sqlite.matches import Late, Matches, Sought, collect, some, sought_for
from bot.prose.query import Query, Term
from bot.story import Audience, Place

_WEIGHED = 100  # of more matches than are ranked, so many are weighed by titles and names
_COMMON = 500  # stories of a shard: a word that stands in more tells little
_RANKING_SECONDS = 0.05  # until the rest is not weighed any more
_WEIGHTS = (8.0, 4.0, 1.0, 0.0)  # of title, names, text and facets


class Searching(Finding, Listing, Filtered):
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
    sought = sought_for(database, query, understand(database, wanted, audience))
    found = collect(database, sought, wanted, audience)
    page = _page(database, sought, found, order, after, before, limit)
    return Found(
        hits=tuple(_hit(database, card, query, audience) for card in cards(database, page.stories)),
        count=Count(
            min(len(found.stories), COUNT_LIMIT),
            min(found.restricted, COUNT_LIMIT),
            is_more=not found.are_all or len(found.stories) > COUNT_LIMIT,
            is_more_restricted=found.is_more_restricted,
        ),
        has_more=page.has_more,
        has_earlier=page.has_earlier,
        is_ranked=found.are_all,
    )


def _page(
    database: sqlite3.Connection,
    sought: Sought,
    found: Matches,
    order: Order,
    after: int,
    before: int,
    limit: int,
) -> ResultPage:
    if order is Order.RELEVANCE:
        stories = _ranked(database, sought, found)
    elif order is Order.NEWEST:
        stories = found.stories
    elif not found.are_too_many:
        stories = in_order(database, found.stories, order)
    else:
        return _walked(database, sought, order, after, before, limit)
    if not found.are_too_many:
        return slice_of(stories, after, before, limit)
    if before:
        return _before(database, sought, stories, before, limit)
    return _behind(database, sought, stories, after, limit)


def _behind(
    database: sqlite3.Connection, sought: Sought, first: Sequence[int], after: int, limit: int
) -> ResultPage:
    """Give a page of ``first``, the newest matches sorted, and of the older ones behind them."""
    below = min(first)
    if after in first:
        page = list(first[first.index(after) + 1 :][: limit + 1])
    elif after and exists(database, after):
        page, below = [], after
    else:
        page, after = list(first[: limit + 1]), 0
    page += some(database, sought, limit + 1 - len(page), below=below)
    return ResultPage(page[:limit], has_more=len(page) > limit, has_earlier=bool(after))


def _before(
    database: sqlite3.Connection, sought: Sought, first: Sequence[int], before: int, limit: int
) -> ResultPage:
    """Give the page that stands right before a match, as `_behind` counts them."""
    if before in first:
        page = list(first[: first.index(before)][-limit - 1 :])
        return ResultPage(page[-limit:], has_more=True, has_earlier=len(page) > limit)
    above = before if exists(database, before) else 0
    older = [
        story for story in some(database, sought, limit + 1, above=above) if story < min(first)
    ]
    missing = limit + 1 - len(older)
    page = [*(first[-missing:] if missing else ()), *reversed(older)]
    return ResultPage(page[-limit:], has_more=above > 0, has_earlier=len(page) > limit)


def _walked(
    database: sqlite3.Connection,
    sought: Sought,
    order: Order,
    after: int,
    before: int,
    limit: int,
) -> ResultPage:
    """Give a page by reading all stories in order: every few of them match."""
    stop, found = matches.alarm(matches.SECONDS), list[int]()
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
        return ResultPage(page[::-1], has_more=before > 0, has_earlier=is_cut)
    return ResultPage(page, has_more=is_cut, has_earlier=bool(after))


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


def _ranked(database: sqlite3.Connection, sought: Sought, found: Matches) -> list[int]:
    """Sort matches by how much of them is what was looked for; equal ones go by age."""
    if found.are_all:
        scores = _scores(database, sought.query, found.stories)
        return sorted(found.stories, key=lambda story: (-scores.get(story, 0.0), -story))
    return _weighed_first(database, sought.query, found.stories)


def _scores(database: sqlite3.Connection, query: Query, stories: Sequence[int]) -> dict[int, float]:
    """Weigh stories by those words that not every other story holds (BM25)."""
    telling = [term for term in query.wanted if not _is_common(database, term)]
    if not telling:
        return _weights(database, query, stories[:_WEIGHED])
    told = index.all_of(map(index.term_of, telling))
    scores: dict[int, float] = {}
    wanted = set(stories)
    stop = matches.alarm(_RANKING_SECONDS)
    with suppress(Late):
        for number in sorted({story // index.SHARD for story in stories}, reverse=True):
            stop()
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


def _weighed_first(database: sqlite3.Connection, query: Query, stories: Sequence[int]) -> list[int]:
    """Put the newest stories in order by their titles and names, before all older ones."""
    newest = stories[:_WEIGHED]
    weights = _weights(database, query, newest)
    return [*sorted(newest, key=lambda story: (-weights[story], -story)), *stories[_WEIGHED:]]


def _weights(
    database: sqlite3.Connection, query: Query, stories: Sequence[int]
) -> dict[int, float]:
    """Weigh stories by how many of the words stand in their titles and names.

    Beginnings are left out: looking for one costs as much as a whole search.
    """
    weights = dict.fromkeys(stories, 0.0)
    terms = [index.term_of(term) for term in query.wanted if not term.is_beginning]
    for number in {story // index.SHARD for story in stories}:
        words = f"words_{number}"
        for column, weight in zip(("title", "names"), _WEIGHTS, strict=False):
            for term in terms:
                for (story,) in database.execute(
                    f"SELECT rowid FROM {words} WHERE {words} MATCH ?"
                    " AND rowid BETWEEN ? AND ? ORDER BY rowid DESC",
                    (f"{column} : {term}", min(stories), max(stories)),
                ):
                    if story in weights:
                        weights[story] += weight
    return weights


# Hits


def _hit(database: sqlite3.Connection, card: Card, query: Query, audience: Audience) -> Hit:
    is_link = card.is_link_only or card.id in audience.linked
    found = None if is_link else passage_in(card.id, _parts(database, card.id), query.wanted)
    if found is None:
        return Hit(card, Place(card.id))
    place, passage, marks = found
    return Hit(card, place, passage, marks)


def _parts(database: sqlite3.Connection, story: int) -> list[Part]:
    return database.execute(
        "SELECT chapter, start, text FROM part WHERE story = ? ORDER BY chapter, start", (story,)
    ).fetchall()
