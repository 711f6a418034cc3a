"""Finding: random picks and counts.

To draw from very many stories without looking at all of them, they stand in an
index by lot: by a number made of their id that has nothing to do with anything.
A stretch of that index, of a length that is the same for all draws, is begun
anywhere, and a place in it is drawn; is there no story, one draws again. So
every story has the same chance, however unevenly the lots lie.
"""

from random import Random
from typing import Any

from bot.library.base import COUNT_LIMIT, Count, Filter
from bot.library.both.results import capped
from bot.library.postgres.asked import Asked, Understanding
from bot.library.postgres.visible import rated
from bot.story import Audience, Rating

_FEW = 64  # stories of which one is drawn as they are
_IN_A_STRETCH = 16  # stories, on average
_PLACES = 64  # in a stretch; there are hardly ever more stories in one
_TRIES = 40  # stretches until all that fits is looked through
_FIRST_LOT, _LAST_LOT = -(2**63), 2**63 - 1


class Finding(Understanding):
    """The part of the contract that chooses and counts."""

    async def random(
        self,
        wanted: Filter,
        audience: Audience,
        room: int | None,
        draw: float,
        *,
        reader: int | None = None,
    ) -> int | None:
        """See `Library.random`."""
        await self._notes.written(("room", room), ("room", reader))
        asked = await self._understand(wanted, audience)
        if not asked.is_possible:
            return None
        rooms = [each for each in dict.fromkeys((room, reader)) if each is not None]
        found = await self._drawn(asked, rooms, draw)
        if found is None and rooms:
            found = await self._shown_longest_ago(asked, room, reader, draw)
        return found

    async def _drawn(self, asked: Asked, rooms: list[int], draw: float) -> int | None:
        """Draw a story that none of ``rooms`` was shown."""
        lot, rest = _by_lot(asked, rooms)
        values = asked.values | ({"rooms": rooms} if rooms else {})
        rows = await self._find(
            f"SELECT story.id, {lot} AS lot {rest} ORDER BY lot LIMIT :few",
            values | {"few": _FEW + 1},
        )
        if len(rows) <= _FEW:
            few = sorted(row["id"] for row in rows)
            return few[int(draw * len(few))] if few else None
        return await self._drawn_of_many(
            asked, rooms, rows[_IN_A_STRETCH]["lot"] - _FIRST_LOT, Random(draw)
        )

    async def _drawn_of_many(
        self, asked: Asked, rooms: list[int], length: int, rng: Random
    ) -> int | None:
        lot, rest = _by_lot(asked, rooms)
        # They begin outside as well, so that what stands at an end is in as many as others.
        begins = [rng.randint(_FIRST_LOT - length + 1, _LAST_LOT) for _ in range(_TRIES)]
        values = asked.values | ({"rooms": rooms} if rooms else {})
        rows = await self._find(
            "SELECT found.id FROM unnest(:begins, :ends, :places) AS stretch (begins, ends, place)"
            f" CROSS JOIN LATERAL (SELECT story.id {rest}"
            f" AND {lot} BETWEEN stretch.begins AND stretch.ends"
            f" ORDER BY {lot} LIMIT 1 OFFSET stretch.place) AS found LIMIT 1",
            values
            | {
                "begins": [max(begin, _FIRST_LOT) for begin in begins],
                "ends": [min(begin + length - 1, _LAST_LOT) for begin in begins],
                "places": [rng.randrange(_PLACES) for _ in begins],
            },
        )
        if rows:
            return int(rows[0]["id"])
        rows = await self._find(f"SELECT story.id {rest}", values)
        return rng.choice([int(row["id"]) for row in rows]) if rows else None

    async def _shown_longest_ago(
        self, asked: Asked, room: int | None, reader: int | None, draw: float
    ) -> int | None:
        """Draw among those shown longest ago, where no story is left that was never shown."""
        rows = await self._find(
            "WITH fitting AS MATERIALIZED ("
            "  SELECT story.id, coalesce(seen.at, 0) AS at, coalesce(seen.own_at, 0) AS own_at"
            "  FROM (SELECT shown.story, max(shown.at) FILTER (WHERE shown.room = :room) AS at,"
            "   max(shown.at) FILTER (WHERE shown.room = :reader) AS own_at"
            "   FROM shown WHERE shown.room IN (:room, :reader) GROUP BY shown.story) AS seen"
            f" JOIN story ON story.id = seen.story WHERE {asked.condition}"
            "), rarest AS MATERIALIZED ("
            "  SELECT id FROM fitting WHERE (at, own_at)"
            "  = (SELECT at, own_at FROM fitting ORDER BY at, own_at LIMIT 1)"
            ") SELECT id FROM rarest ORDER BY id LIMIT 1"
            " OFFSET floor(:draw * (SELECT count(*) FROM rarest))::bigint",
            asked.values | {"room": room, "reader": reader, "draw": draw},
        )
        return int(rows[0]["id"]) if rows else None

    async def count_unseen(self, wanted: Filter, audience: Audience, room: int) -> int:
        """See `Library.count_unseen`."""
        await self._notes.written(("room", room))
        asked = await self._understand(wanted, audience)
        if not asked.is_possible:
            return 0
        rows = await self._find(
            f"SELECT count(*) AS unseen FROM (SELECT 1 FROM story WHERE {asked.condition}"
            " AND NOT EXISTS"
            " (SELECT 1 FROM shown WHERE shown.room = :room AND shown.story = story.id)"
            " LIMIT :limit) AS counted",
            asked.values | {"room": room, "limit": COUNT_LIMIT},
        )
        return int(rows[0]["unseen"])

    async def count(self, wanted: Filter, audience: Audience) -> Count:
        """See `Library.count`."""
        asked = await self._understand(wanted, audience, highest(audience))
        if not asked.is_possible:
            return Count(0, 0)
        counted = self._counted_by_tally if asked.is_told_by_tally else self._counted
        own = rated(audience, "own_ceiling")
        values = asked.values | {"own_ceiling": int(audience.ceiling)}
        seen = await counted(asked, own, values)
        above = await counted(asked, f"NOT {own}", values) if has_above(audience) else 0
        return capped(seen, above)

    async def _counted(self, asked: Asked, which: str, values: dict[str, Any]) -> int:
        rows = await self._find(
            f"SELECT count(*) AS stories FROM (SELECT 1 FROM story WHERE {asked.condition}"
            f" AND {which} LIMIT :limit) AS counted",
            values | {"limit": COUNT_LIMIT + 1},
        )
        return int(rows[0]["stories"])

    async def _counted_by_tally(self, asked: Asked, which: str, values: dict[str, Any]) -> int:
        # A row of the tally holds what these conditions ask of a story.
        wanted = " AND story.rating <= :max_rating" if asked.wanted.max_rating is not None else ""
        rows = await self._find(
            "SELECT coalesce(sum(story.stories), 0) AS stories FROM tally AS story"
            " WHERE story.name = :tallied AND story.shelf IN (:operator_shelf, :server)"
            f" AND {rated(asked.audience, 'ceiling')}{wanted} AND {which}",
            values | {"tallied": asked.names[0] if asked.names else 0},
        )
        return int(rows[0]["stories"])

    async def size(self) -> int:
        """See `Library.size`."""
        rows = await self._ask(
            "SELECT coalesce(sum(stories), 0) AS stories FROM tally WHERE name = 0"
        )
        return int(rows[0]["stories"])

    async def note(self, key: str) -> str | None:
        """See `Library.note`."""
        rows = await self._ask("SELECT value FROM note WHERE key = :key", {"key": key})
        return str(rows[0]["value"]) if rows else None

    async def write_note(self, key: str, value: str) -> None:
        """See `Library.write_note`."""
        await self._change(
            "INSERT INTO note (key, value) VALUES (:key, :value)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            {"key": key, "value": value},
        )


def highest(audience: Audience) -> Rating:
    """Give the highest rating that is looked for: seen, or only counted."""
    return max(audience.ceiling, audience.beyond)


def has_above(audience: Audience) -> bool:
    """Tell whether there may be stories that are counted and not seen."""
    return audience.beyond > audience.ceiling


def _by_lot(asked: Asked, rooms: list[int]) -> tuple[str, str]:
    """Give the lot of a story, and the rest of a statement about those that fit."""
    unshown = ""
    if rooms:
        unshown = (
            " AND NOT EXISTS (SELECT 1 FROM shown WHERE shown.story = story.id"
            " AND shown.room = ANY(:rooms))"
        )
    if not asked.names:
        return "hashint8extended(story.id, 0)", f"FROM story WHERE {asked.condition}{unshown}"
    return "hashint8extended(own.story, 0)", (
        "FROM story_name AS own JOIN story ON story.id = own.story"
        f" WHERE own.name = :name0 AND own.appears AND {asked.beside}{unshown}"
    )
