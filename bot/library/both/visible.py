"""What an audience may see and a filter asks for, as SQL conditions. One place decides.

Every statement that may end in front of a reader takes its conditions from
here; each names the story's row ``story``. Engines differ only in how a value
holds a list.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from bot.library.base import OPERATOR_SHELF, Filter
from bot.story import Audience, Rating

Condition = tuple[str, dict[str, Any]]


class Conditions(ABC):
    """The conditions in one engine's SQL, each with its values."""

    @abstractmethod
    def among(self, listed: str) -> str:
        """Write, behind a value, that it is in the list of that name."""

    @abstractmethod
    def listed(self, values: Sequence[int | str]) -> Any:
        """Give a list as a value."""

    def visible(self, audience: Audience, ceiling: Rating | None = None) -> Condition:
        """Give the condition under which ``audience`` may see a story.

        ``ceiling`` replaces the audience's own, to count what lies above it.
        """
        sql, values = self.on_shelves(audience, ceiling)
        if audience.blocked:
            sql += self._without("blocked")
            values["blocked"] = self.listed(sorted(audience.blocked))
        return sql, values

    def on_shelves(self, audience: Audience, ceiling: Rating | None = None) -> Condition:
        """Do as `visible`, whatever is blocked by its names."""
        sql = (
            "story.hidden_at IS NULL AND story.shelf IN (:operator_shelf, :server)"
            f" AND {rated(audience, 'ceiling')}"
        )
        values: dict[str, Any] = {
            "operator_shelf": OPERATOR_SHELF,
            "server": OPERATOR_SHELF if audience.server is None else audience.server,
            "ceiling": int(audience.ceiling if ceiling is None else ceiling),
        }
        if audience.unseen:
            sql += f" AND NOT story.id {self.among('unseen')}"
            values["unseen"] = self.listed(sorted(audience.unseen))
        return sql, values

    def fits(self, wanted: Filter, audience: Audience) -> Condition:
        """Give the condition under which a story fits ``wanted``.

        What the audience avoids is left out here and not in `visible`: somebody
        who names a story gets it.
        """
        sql, values = self.has(wanted, audience)
        for number, (kind, folded) in enumerate(wanted.names):
            sql += (
                " AND EXISTS (SELECT 1 FROM name JOIN story_name ON story_name.name = name.id"
                f" WHERE name.kind = :kind{number} AND name.folded = :folded{number}"
                " AND story_name.story = story.id AND story_name.appears)"
            )
            values |= {f"kind{number}": kind.value, f"folded{number}": folded}
        if wanted.without_names:
            sql += self._without("without_names")
            values["without_names"] = self.listed(wanted.without_names)
        if audience.avoided:
            sql += self._without("avoided")
            values["avoided"] = self.listed(sorted(audience.avoided))
        return sql, values

    def has(self, wanted: Filter, audience: Audience) -> Condition:
        """Give the condition under which a story has what ``wanted`` asks for beside names."""
        sql, values = "TRUE", dict[str, Any]()
        if wanted.max_words is not None:
            sql += " AND story.words <= :max_words"
            values["max_words"] = wanted.max_words
        if wanted.min_words is not None:
            sql += " AND story.words >= :min_words"
            values["min_words"] = wanted.min_words
        if wanted.max_rating is not None:
            sql += " AND story.rating <= :max_rating"
            values["max_rating"] = int(wanted.max_rating)
        if wanted.language:
            sql += " AND story.language = :language"
            values["language"] = wanted.language
        if wanted.complete is not None:
            sql += " AND story.complete = :complete"
            values["complete"] = wanted.complete
        if wanted.with_text:
            sql += " AND NOT story.link_only"
        if wanted.collection:
            sql += (
                " AND EXISTS (SELECT 1 FROM collected JOIN collection"
                " ON collection.id = collected.collection WHERE collected.story = story.id"
                " AND collected.collection = :collection AND collected.placed <> 'out'"
                " AND collection.shelf IN (:collecting, :collecting_server))"
            )
            values["collection"] = wanted.collection
            values["collecting"] = OPERATOR_SHELF
            values["collecting_server"] = audience.server or OPERATOR_SHELF
        if wanted.stories:
            sql += f" AND story.id {self.among('stories')}"
            values["stories"] = self.listed(wanted.stories)
        if wanted.without:
            sql += f" AND NOT story.id {self.among('without')}"
            values["without"] = self.listed(wanted.without)
        return sql, values

    def offered(self, audience: Audience) -> Condition:
        """Give the condition under which a story is offered: visible, and not avoided."""
        seen, values = self.visible(audience)
        fitting, more = self.fits(Filter(), audience)
        return f"{seen} AND {fitting}", values | more

    def _without(self, names: str) -> str:
        return (
            " AND NOT EXISTS (SELECT 1 FROM story_name JOIN name ON name.id = story_name.name"
            f" WHERE story_name.story = story.id AND name.folded {self.among(names)})"
        )


def rated(audience: Audience, ceiling: str) -> str:
    """Give the condition under which a story's rating is within the value called ``ceiling``.

    Where only stated ratings count, every other is as good as Not Rated.
    """
    sql = f"story.rating <= :{ceiling}"
    if audience.trusts_estimates:
        return sql
    return f"({sql} AND (story.rating_stated OR :{ceiling} >= {int(Rating.NOT_RATED)}))"
