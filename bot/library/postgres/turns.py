"""Whose turn it is: the story that comes next in an order."""

from datetime import date

from bot.library.base import Filter
from bot.library.postgres.connections import Connections
from bot.library.postgres.visible import fits, visible
from bot.story import Audience

# As in the index `story_by_date`: stories without a date come last.
_DATE = "coalesce(story.record::json ->> 'published', '9999-12-31') COLLATE \"C\""
_LAST = date.max.isoformat()


class Turns(Connections):
    """The part of the contract that goes through stories in order."""

    async def following(
        self,
        wanted: Filter,
        audience: Audience,
        *,
        by_date: bool,
        after: tuple[date | None, int],
    ) -> int | None:
        """See `Library.following`."""
        seen, values = visible(audience)
        fitting, more = fits(wanted, audience)
        day, story = after
        if by_date:
            order, behind = f"{_DATE}, story.id", f"({_DATE}, story.id) > (:day, :after)"
        else:
            order, behind = "story.id ASC", "story.id > :after"
        told = day.isoformat() if day else _LAST
        rows = await self._ask(
            f"SELECT story.id FROM story WHERE {seen} AND {fitting} AND {behind}"
            f" ORDER BY {order} LIMIT 1",
            values | more | {"after": story, "day": told if story else ""},
        )
        return int(rows[0]["id"]) if rows else None
