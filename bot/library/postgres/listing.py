"""Lists of stories, page by page in any order."""

from typing import Any

from bot.library.base import Card, Filter, Order
from bot.library.both.stories import CARD_COLUMNS, card_of
from bot.library.postgres.asked import Understanding
from bot.story import Audience

# What each order goes by, and whether the largest comes first.
COLUMNS = {
    Order.RELEVANCE: ("id", True),
    Order.NEWEST: ("id", True),
    Order.SHORTEST: ("words", False),
    Order.LONGEST: ("words", True),
    Order.TITLE: ("title_key", False),
}


class Listing(Understanding):
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
        asked = await self._understand(wanted, audience)
        if not asked.is_possible:
            return []
        bound, sorting, values = await self._stretch(order, after, before)
        rows = await self._find(
            f"SELECT {CARD_COLUMNS} FROM story WHERE {asked.condition}{bound}"
            f" ORDER BY {sorting} LIMIT :limit",
            asked.values | values | {"limit": limit},
        )
        return [card_of(row) for row in (reversed(rows) if before else rows)]

    async def _stretch(
        self, order: Order, after: int, before: int
    ) -> tuple[str, str, dict[str, Any]]:
        """Give the condition for being behind ``after`` or before ``before``, and the sorting.

        Away from ``before``: the rows come the other way round.
        """
        column, runs_down = COLUMNS[order]
        direction = "DESC" if runs_down != bool(before) else "ASC"
        sorting = f"story.{column} {direction}, story.id {direction}"
        at = before or after
        rows = (
            await self._ask(
                f"SELECT story.{column} AS bound FROM story WHERE story.id = :at", {"at": at}
            )
            if at > 0
            else []
        )
        if not rows:
            return "", sorting, {}
        compared = "<" if direction == "DESC" else ">"
        return (
            f" AND (story.{column}, story.id) {compared} (:bound, :at)",
            sorting,
            {"bound": rows[0]["bound"], "at": at},
        )
