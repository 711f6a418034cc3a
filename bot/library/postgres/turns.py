"""Whose turn it is: the story that comes next in an order."""

from datetime import date

from bot.library.base import Filter
from bot.library.postgres.asked import Understanding
from bot.story import Audience

# As in the index `story_by_date`: stories without a date come last.
_DATE = "coalesce(story.record::json ->> 'published', '9999-12-31') COLLATE \"C\""
_LAST = date.max.isoformat()


class Turns(Understanding):
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
        asked = await self._understand(wanted, audience)
        if not asked.is_possible:
            return None
        day, story = after
        if by_date:
            order, behind = f"{_DATE}, story.id", f"({_DATE}, story.id) > (:day, :after)"
        else:
            order, behind = "story.id ASC", "story.id > :after"
        told = day.isoformat() if day else _LAST
        rows = await self._find(
            f"SELECT story.id FROM story WHERE {asked.condition} AND {behind}"
            f" ORDER BY {order} LIMIT 1",
            asked.values | {"after": story, "day": told if story else ""},
        )
        return int(rows[0]["id"]) if rows else None
