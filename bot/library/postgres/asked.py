"""A question of an audience, understood: its names looked up, the rest a condition.

Of a name that is known by its number PostgreSQL knows how many stories carry
it, and so which way to them is the shortest; of one that it would have to look
up first it does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.library.base import Filter
from bot.library.postgres.connections import Connections
from bot.library.postgres.visible import has, on_shelves
from bot.story import Audience, Rating


@dataclass(frozen=True, slots=True)
class Asked:
    """What stories must have and who asks.

    ``names`` are the numbers of those a story must carry, the rarest first;
    ``shunned`` of those it must not carry or mention. ``own`` is what is asked of
    the row ``story`` itself, ``condition`` all of it.
    """

    wanted: Filter
    audience: Audience
    names: tuple[int, ...]
    shunned: tuple[int, ...]
    is_possible: bool
    own: str
    values: dict[str, Any]

    @property
    def condition(self) -> str:
        """Give the condition on ``story`` that holds all."""
        return f"{self.own}{self._carrying(0)}"

    @property
    def beside(self) -> str:
        """Give the same without the first name, for what is read by that name."""
        return f"{self.own}{self._carrying(1)}"

    def _carrying(self, first: int) -> str:
        return "".join(
            " AND EXISTS (SELECT 1 FROM story_name AS other WHERE other.story = story.id"
            f" AND other.name = :name{number} AND other.appears)"
            for number in range(first, len(self.names))
        )

    @property
    def is_told_by_tally(self) -> bool:
        """Tell whether a story fits just when it is counted by name, shelf and rating."""
        wanted = self.wanted
        return (
            len(self.names) <= 1
            and not self.shunned
            and not (self.audience.unseen or wanted.stories or wanted.without)
            and wanted.max_words is None
            and wanted.min_words is None
            and not (wanted.language or wanted.with_text or wanted.collection)
            and wanted.complete is None
        )


class Understanding(Connections):
    """Looks up what a question is about."""

    async def _understand(
        self,
        wanted: Filter,
        audience: Audience,
        ceiling: Rating | None = None,
        *,
        avoids: bool = True,
    ) -> Asked:
        """Look the names up that a question is about.

        ``ceiling`` replaces the audience's own. Without ``avoids`` what the audience
        avoids counts for nothing: somebody who names a story gets it.
        """
        told = {*wanted.without_names, *audience.blocked}
        if avoids:
            told |= audience.avoided
        needed = dict.fromkeys((kind.value, folded) for kind, folded in wanted.names)
        found = await self._numbers({*told, *(folded for _, folded in needed)})
        known = {(kind, folded): (stories, name) for kind, folded, name, stories in found}
        names = sorted(known[each] for each in needed if each in known)
        shunned = tuple(sorted(name for _, folded, name, _ in found if folded in told))
        seen, values = on_shelves(audience, ceiling)
        fitting, more = has(wanted, audience)
        own = f"{seen} AND {fitting}"
        values |= more
        if shunned:
            own += without("shunned")
            values["shunned"] = list(shunned)
        values |= {f"name{number}": name for number, (_, name) in enumerate(names)}
        return Asked(
            wanted,
            audience,
            tuple(name for _, name in names),
            shunned,
            len(names) == len(needed),
            own,
            values,
        )

    async def _numbers(self, folded: set[str]) -> Sequence[tuple[str, str, int, int]]:
        """Give what is called so, of any kind: kind, folded, number, stories in all."""
        if not folded:
            return ()
        rows = await self._ask(
            "SELECT name.kind, name.folded, name.id, coalesce(name_use.stories, 0) AS stories"
            " FROM name LEFT JOIN name_use ON name_use.name = name.id"
            " WHERE name.folded = ANY(:folded)",
            {"folded": sorted(folded)},
        )
        return [(row["kind"], row["folded"], row["id"], row["stories"]) for row in rows]


def without(names: str) -> str:
    """Write that ``story`` carries and mentions none of the names of that list."""
    return (
        " AND NOT EXISTS (SELECT 1 FROM story_name AS other WHERE other.story = story.id"
        f" AND other.name = ANY(:{names}))"
    )
