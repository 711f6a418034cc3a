"""Lists of stories, page by page in any order."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from bot.library.base import Card, Filter, Order
from bot.library.both.stories import CARD_COLUMNS, card_of
from bot.library.sqlite import lists
from bot.library.sqlite.asked import Asked, candidates, share, understand
from bot.library.sqlite.connections import Connections
from bot.library.sqlite.memory import question
from bot.story import Audience

_SORTED = 5_000  # stories that are sorted for a page; more are read in the order of an index
_QUICK = 30  # stories looked at for each one listed, at most, where look-ups are made

BY_AGE = (Order.RELEVANCE, Order.NEWEST)
# What each other order goes by, and whether the largest comes first.
_COLUMNS = {
    Order.SHORTEST: ("words", False),
    Order.LONGEST: ("words", True),
    Order.TITLE: ("title_key", False),
}
_INDEXES = {
    Order.SHORTEST: "story_by_length",
    Order.LONGEST: "story_by_length",
    Order.TITLE: "story_by_title",
}


class Listing(Connections):
    """The part of the contract that lists."""

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
        """See `Library.listing`."""
        work = partial(_listed, wanted, audience, order, after, before, limit)
        about = question("list", wanted, audience, order, after, before, limit)
        found = await self._look(partial(work, quick=True), about)
        if found is None:
            found = await self._seek(partial(work, quick=False), about)
        return list(found or ())


def _listed(
    wanted: Filter,
    audience: Audience,
    order: Order,
    after: int,
    before: int,
    limit: int,
    database: sqlite3.Connection,
    *,
    quick: bool,
) -> list[Card] | None:
    """Give one page of a list; None when that is not quick and has to be."""
    asked = understand(database, wanted, audience)
    if not asked.is_possible:
        return []
    if order in BY_AGE:
        if quick and not (asked.is_simple and audience.trusts_estimates):
            return None
        return cards(database, page_by_age(database, asked, after, before, limit))
    is_walked = _is_walked(database, asked, limit, quick=quick)
    if is_walked is None:
        return None
    if not is_walked:
        found = list(islice(candidates(database, asked), _SORTED + 1))
        if len(found) <= _SORTED:
            page = page_of_sorted(database, found, order, after, before, limit)
            return cards(database, page)
    rows = list(islice(walk(database, asked, order, after, before), limit))
    return [card_of(row) for row in (rows[::-1] if before else rows)]


def _is_walked(
    database: sqlite3.Connection, asked: Asked, limit: int, *, quick: bool
) -> bool | None:
    """Tell whether to read all stories in order or to sort those that fit.

    None: neither is quick, and it has to be.
    """
    every = sum(each.stories for each in asked.lists_of(database, lists.ANY)) or 1
    fitting = sum(each.stories for each in asked.rarest(database)) * share(database, asked)
    if asked.is_simple and fitting * _QUICK >= every:
        return True
    if quick:
        return False if asked.is_simple and fitting <= _QUICK else None
    is_named = asked.wanted.stories or asked.wanted.collection
    return fitting * fitting * 2 > limit * every and not is_named


def page_by_age(
    database: sqlite3.Connection, asked: Asked, after: int, before: int, limit: int
) -> list[int]:
    """Give one page of what fits, the newest first."""
    edge = before or after
    bound = edge if edge > 0 and exists(database, edge) else None
    below, above = (None, bound or 0) if before else (bound, None)
    if asked.is_possible and asked.is_told_by_lists:
        page = lists.page(database, asked.rarest(database), limit, below=below, above=above)
    else:
        page = list(islice(candidates(database, asked, below=below, above=above), limit))
    return page[::-1] if before else page


def page_of_sorted(
    database: sqlite3.Connection,
    stories: Sequence[int],
    order: Order,
    after: int,
    before: int,
    limit: int,
) -> list[int]:
    """Give one page of ``stories`` in ``order``."""
    bound, values, direction = _bound(database, order, after, before)
    rows = database.execute(
        "SELECT story.id FROM json_each(:stories) JOIN story ON story.id = value"
        f" WHERE {bound} ORDER BY {_sorted_by(order, direction)} LIMIT :limit",
        values | {"stories": json.dumps(stories), "limit": limit},
    ).fetchall()
    page = [row[0] for row in rows]
    return page[::-1] if before else page


def in_order(database: sqlite3.Connection, stories: Sequence[int], order: Order) -> list[int]:
    """Sort ``stories``."""
    direction = "DESC" if _COLUMNS[order][1] else "ASC"
    rows = database.execute(
        "SELECT story.id FROM json_each(?) JOIN story ON story.id = value"
        f" ORDER BY {_sorted_by(order, direction)}",
        (json.dumps(stories),),
    )
    return [row[0] for row in rows]


def walk(
    database: sqlite3.Connection, asked: Asked, order: Order, after: int, before: int
) -> Iterator[sqlite3.Row]:
    """Read all stories in ``order``, leaving out what does not fit; away from ``before``."""
    bound, values, direction = _bound(database, order, after, before)
    yield from database.execute(
        f"SELECT {CARD_COLUMNS} FROM story INDEXED BY {_INDEXES[order]}"
        f" WHERE {bound} AND {asked.rest} ORDER BY {_sorted_by(order, direction)}",
        asked.values | values,
    )


def _bound(
    database: sqlite3.Connection, order: Order, after: int, before: int
) -> tuple[str, dict[str, Any], str]:
    """Give the condition for being behind ``after`` or before ``before``, and the direction."""
    column, runs_down = _COLUMNS[order]
    direction = "DESC" if runs_down != bool(before) else "ASC"
    row = database.execute(
        f"SELECT {column} FROM story WHERE id = ?", (before or after,)
    ).fetchone()
    if row is None:
        return "1", {}, direction
    compared = "<" if direction == "DESC" else ">"
    return (
        f"(story.{column}, story.id) {compared} (:bound, :at)",
        {"bound": row[0], "at": before or after},
        direction,
    )


def _sorted_by(order: Order, direction: str) -> str:
    return f"story.{_COLUMNS[order][0]} {direction}, story.id {direction}"


def exists(database: sqlite3.Connection, story: int) -> bool:
    """Tell whether a story is not forgotten."""
    row = database.execute("SELECT 1 FROM story WHERE id = ?", (story,)).fetchone()
    return row is not None


def cards(database: sqlite3.Connection, stories: Sequence[int]) -> list[Card]:
    """Give the cards of ``stories``, which are there, in the same order."""
    marks = ", ".join("?" * len(stories))
    rows = database.execute(f"SELECT {CARD_COLUMNS} FROM story WHERE id IN ({marks})", stories)
    found = {row["id"]: card_of(row) for row in rows}
    return [found[story] for story in stories]
