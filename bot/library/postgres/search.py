"""Finding stories by any words inside them, in bounded time.

Up to `RANKED` matches are all weighed; of more, the newest stand for all, those
first whose titles or names hold the words. Where finding them takes too long,
only the newest stories are looked through, one by one.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import LibraryUnreachable
from bot.library.base import COUNT_LIMIT, Card, Count, Filter, Found, Hit, Order
from bot.library.both.passages import Part, passage_in
from bot.library.both.results import Filtered, ResultPage, slice_of
from bot.library.both.stories import CARD_COLUMNS, card_of
from bot.library.postgres import index
from bot.library.postgres.asked import Asked
from bot.library.postgres.connections import TooLong
from bot.library.postgres.finding import Finding, has_above, highest
from bot.library.postgres.lanes import Record
from bot.library.postgres.listing import COLUMNS, Listing
from bot.library.postgres.visible import rated
from bot.prose.query import Query, Term
from bot.story import Audience, Place

RANKED = 1_000  # matches that are all weighed; of more, the newest stand for all
_WEIGHED = 100  # of more matches than are ranked, so many are weighed
_NEWEST = 5_000  # stories that are looked through where the index takes too long
_WEIGHTS = "{0.05, 0.05, 0.4, 0.8}"  # of text, nothing, names and title

_FOUND = "FROM story JOIN word_index AS found ON found.story = story.id"


@dataclass(frozen=True, slots=True)
class _Sought:
    """What is looked for: a condition on ``story`` and ``found``, and words to weigh by."""

    condition: str
    values: dict[str, Any]
    own: str  # what is within the ceiling, of all that is counted
    audience: Audience


@dataclass(frozen=True, slots=True)
class _Matches:
    """The newest stories that match, and whether there are more of them."""

    rows: list[Record]
    restricted: int
    are_all: bool


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
        asked = await self._understand(wanted, audience, highest(audience))
        if not asked.is_possible:
            return Found((), Count(0, 0))
        sought = _sought(query, asked)
        try:
            found = await self._matches(sought)
        except TooLong:
            sought = await self._newest(sought)
            try:
                found = await self._matches(sought)
            except TooLong:
                raise LibraryUnreachable("library.too-long") from None
            found = _Matches(found.rows, found.restricted, are_all=False)
        page = await self._page(sought, found, order, after, before, limit)
        return Found(
            hits=tuple(await self._hits(page.stories, query.wanted, audience)),
            count=Count(
                min(len(found.rows), COUNT_LIMIT),
                min(found.restricted, COUNT_LIMIT),
                is_more=not found.are_all or len(found.rows) > COUNT_LIMIT,
                is_more_restricted=found.restricted > COUNT_LIMIT,
            ),
            has_more=page.has_more,
            has_earlier=page.has_earlier,
            is_ranked=found.are_all,
        )

    async def _matches(self, sought: _Sought) -> _Matches:
        """Give the newest matches, and count those above the ceiling.

        Raises:
            TooLong: It took too long.
        """
        values = sought.values | {"most": RANKED + 1}
        rows = await self._find_in_time(
            "SELECT newest.*, ts_rank(CAST(:weights AS float4[]), found.words,"
            " CAST(:weighed AS tsquery), 1) AS score"
            " FROM (SELECT story.id, story.words, story.title_key"
            f"  {_FOUND} WHERE {sought.condition} AND {sought.own}"
            "  ORDER BY story.id DESC LIMIT :most) AS newest"
            " JOIN word_index AS found ON found.story = newest.id ORDER BY newest.id DESC",
            values,
        )
        restricted = 0
        if has_above(sought.audience):
            above = await self._find_in_time(
                f"SELECT count(*) AS stories FROM (SELECT 1 {_FOUND}"
                f" WHERE {sought.condition} AND NOT {sought.own} LIMIT :most) AS counted",
                values,
            )
            restricted = int(above[0]["stories"])
        return _Matches(rows[:RANKED], restricted, are_all=len(rows) <= RANKED)

    async def _newest(self, sought: _Sought) -> _Sought:
        """Look for the same among the newest stories alone."""
        (row,) = await self._ask("SELECT coalesce(max(id), 0) AS last FROM story")
        return _Sought(
            f"{sought.condition} AND story.id > :oldest",
            sought.values | {"oldest": row["last"] - _NEWEST},
            sought.own,
            sought.audience,
        )

    async def _page(
        self,
        sought: _Sought,
        found: _Matches,
        order: Order,
        after: int,
        before: int,
        limit: int,
    ) -> ResultPage:
        ids = _sorted(found, order)
        if found.are_all or len(ids) < RANKED:  # all there are, or all that were found in time
            return slice_of(ids, after, before, limit)
        if order is not Order.RELEVANCE:
            return await self._walked(sought, order, after, before, limit)
        if before:
            return await self._before(sought, ids, before, limit)
        return await self._behind(sought, ids, after, limit)

    async def _walked(
        self, sought: _Sought, order: Order, after: int, before: int, limit: int
    ) -> ResultPage:
        """Give a page of very many matches by the index of their order."""
        bound, sorting, values = await self._stretch(order, after, before)
        rows = await self._find(
            f"SELECT story.id {_FOUND} WHERE {sought.condition} AND {sought.own}{bound}"
            f" ORDER BY {sorting} LIMIT :limit",
            sought.values | values | {"limit": limit + 1},
        )
        page, is_cut = [row["id"] for row in rows[:limit]], len(rows) > limit
        if before:
            return ResultPage(page[::-1], has_more=before > 0, has_earlier=is_cut)
        return ResultPage(page, has_more=is_cut, has_earlier=bool(values))

    async def _behind(
        self, sought: _Sought, first: Sequence[int], after: int, limit: int
    ) -> ResultPage:
        """Give a page of ``first``, the newest matches sorted, and of the older ones behind."""
        start = first.index(after) + 1 if after in first else 0
        if after in first or not await self._exists(after):
            page = list(first[start : start + limit + 1])
            older = await self._some(sought, "story.id < :bound", min(first), limit + 1 - len(page))
        else:
            page = []
            older = await self._some(sought, "story.id < :bound", after, limit + 1)
            start = 1
        page += older
        return ResultPage(page[:limit], has_more=len(page) > limit, has_earlier=start > 0)

    async def _before(
        self, sought: _Sought, first: Sequence[int], before: int, limit: int
    ) -> ResultPage:
        """Give the page that stands right before a match, as `_behind` counts them."""
        if before in first:
            page = list(first[: first.index(before)][-limit - 1 :])
            return ResultPage(page[-limit:], has_more=True, has_earlier=len(page) > limit)
        above = before if await self._exists(before) else 0
        older = await self._some(sought, "story.id > :bound", above, limit + 1, below=min(first))
        missing = limit + 1 - len(older)
        page = [*(first[-missing:] if missing else ()), *reversed(older)]
        return ResultPage(page[-limit:], has_more=above > 0, has_earlier=len(page) > limit)

    async def _some(
        self, sought: _Sought, which: str, bound: int, most: int, *, below: int | None = None
    ) -> list[int]:
        """Give the next matches by age: the newest below ``bound``, or the oldest above it."""
        if most <= 0:
            return []
        direction = "DESC" if below is None else "ASC"
        beyond = "" if below is None else " AND story.id < :below"
        rows = await self._find(
            f"SELECT story.id {_FOUND} WHERE {sought.condition} AND {sought.own}"
            f" AND {which}{beyond} ORDER BY story.id {direction} LIMIT :limit",
            sought.values | {"bound": bound, "limit": most, "below": below},
        )
        return [row["id"] for row in rows]

    async def _exists(self, story: int) -> bool:
        return bool(await self._ask("SELECT 1 FROM story WHERE id = :story", {"story": story}))

    async def _hits(
        self, stories: Sequence[int], terms: Sequence[Term], audience: Audience
    ) -> list[Hit]:
        """Make hits of stories that are there, with their passages."""
        rows = await self._ask(
            f"SELECT {CARD_COLUMNS} FROM story WHERE id = ANY(:stories)",
            {"stories": list(stories)},
        )
        cards = {row["id"]: card_of(row) for row in rows}
        told = [cards[story] for story in stories if story in cards]
        return [await self._hit(card, terms, audience) for card in told]

    async def _hit(self, card: Card, terms: Sequence[Term], audience: Audience) -> Hit:
        if card.is_link_only or card.id in audience.linked:
            return Hit(card, Place(card.id))
        rows = await self._ask(
            "SELECT chapter, start, text FROM part WHERE story = :story ORDER BY chapter, start",
            {"story": card.id},
        )
        parts: list[Part] = [(row["chapter"], row["start"], row["text"]) for row in rows]
        found = await asyncio.to_thread(passage_in, card.id, parts, terms)
        if found is None:
            return Hit(card, Place(card.id))
        place, passage, marks = found
        return Hit(card, place, passage, marks)


def _sought(query: Query, asked: Asked) -> _Sought:
    words = index.asked(query)
    return _Sought(
        f"{asked.condition} AND {words.condition}",
        asked.values
        | words.values
        | {
            "weights": _WEIGHTS,
            "weighed": words.wanted,
            "own_ceiling": int(asked.audience.ceiling),
        },
        rated(asked.audience, "own_ceiling"),
        asked.audience,
    )


def _sorted(found: _Matches, order: Order) -> list[int]:
    rows = found.rows
    if order is Order.RELEVANCE:
        first = rows if found.are_all else rows[:_WEIGHED]
        best = sorted(first, key=lambda row: (-row["score"], -row["id"]))
        return [row["id"] for row in (*best, *rows[len(first) :])]
    column, runs_down = COLUMNS[order]
    return [
        row["id"]
        for row in sorted(rows, key=lambda row: (row[column], row["id"]), reverse=runs_down)
    ]
