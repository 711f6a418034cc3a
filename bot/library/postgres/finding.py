"""Finding: random picks, lists, counts, names; and what rooms were shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asyncpg import Record

from bot.library.base import COUNT_LIMIT, Card, Count, Filter, Name, Order, Titled
from bot.library.both.stories import CARD_COLUMNS, card_of
from bot.library.postgres.connections import Connections
from bot.library.postgres.visible import fits, rated, visible
from bot.library.rows import microseconds
from bot.prose.words import fold, holds_spaceless, search_key
from bot.story import Audience, TagKind


def _both(wanted: Filter, audience: Audience) -> tuple[str, dict[str, Any]]:
    seen, seen_values = visible(audience)
    fitting, fitting_values = fits(wanted, audience)
    return f"{seen} AND {fitting}", seen_values | fitting_values


class Finding(Connections):
    """The part of the contract that chooses, lists and counts."""

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
        condition, values = _both(wanted, audience)
        rows = await self._ask(
            "WITH fitting AS MATERIALIZED ("
            "  SELECT story.id, coalesce(theirs.at, 0) AS at, coalesce(own.at, 0) AS own_at"
            "  FROM story"
            "  LEFT JOIN shown AS theirs ON theirs.room = :room AND theirs.story = story.id"
            "  LEFT JOIN shown AS own ON own.room = :reader AND own.story = story.id"
            f" WHERE {condition}"
            "), rarest AS MATERIALIZED ("
            "  SELECT id FROM fitting WHERE (at, own_at)"
            "  = (SELECT at, own_at FROM fitting ORDER BY at, own_at LIMIT 1)"
            ") SELECT id FROM rarest ORDER BY id LIMIT 1"
            " OFFSET floor(:draw * (SELECT count(*) FROM rarest))::bigint",
            values | {"room": room, "reader": reader, "draw": draw},
        )
        return int(rows[0]["id"]) if rows else None

    async def count_unseen(self, wanted: Filter, audience: Audience, room: int) -> int:
        """See `Library.count_unseen`."""
        condition, values = _both(wanted, audience)
        rows = await self._ask(
            f"SELECT count(*) AS unseen FROM story WHERE {condition} AND NOT EXISTS"
            " (SELECT 1 FROM shown WHERE shown.room = :room AND shown.story = story.id)",
            values | {"room": room},
        )
        return int(rows[0]["unseen"])

    async def count(self, wanted: Filter, audience: Audience) -> Count:
        """See `Library.count`."""
        seen, values = visible(audience, max(audience.ceiling, audience.beyond))
        fitting, more = fits(wanted, audience)
        rows = await self._ask(
            f"SELECT count(*) FILTER (WHERE {rated(audience, 'own_ceiling')}) AS visible,"
            f" count(*) AS fitting FROM story WHERE {seen} AND {fitting}",
            values | more | {"own_ceiling": int(audience.ceiling)},
        )
        seen_now = int(rows[0]["visible"])
        return capped(seen_now, int(rows[0]["fitting"]) - seen_now)

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
        condition, values = _both(wanted, audience)
        column, runs_down = _COLUMNS[order]
        backwards = before != 0
        direction = "DESC" if runs_down != backwards else "ASC"
        rows = await self._ask(
            f"SELECT {CARD_COLUMNS} FROM story WHERE {condition} AND (:at = 0 OR"
            " NOT EXISTS (SELECT 1 FROM story WHERE id = :at)"
            f" OR (story.{column}, story.id) {'<' if direction == 'DESC' else '>'}"
            f" (SELECT {column}, id FROM story WHERE id = :at))"
            f" ORDER BY story.{column} {direction}, story.id {direction} LIMIT :limit",
            values | {"at": before or after, "limit": limit},
        )
        return [card_of(row) for row in (reversed(rows) if backwards else rows)]

    async def find_titles(self, query: str, audience: Audience, limit: int) -> list[Card]:
        """See `Library.find_titles`."""
        column, words = _words_of(query, "story.title_key", "story.title_folded")
        condition, values = visible(audience)
        rows = await self._ask(
            f"SELECT {CARD_COLUMNS} FROM story"
            f" WHERE strpos(' ' || {column}, :word) > 0 AND {condition}"
            f" ORDER BY strpos({column}, :query) != 1, story.title_key, story.id"
            " LIMIT :limit",
            values | words | {"limit": limit},
        )
        return [card_of(row) for row in rows]

    async def offer_titles(self, query: str, audience: Audience, limit: int) -> list[Titled]:
        """See `Library.offer_titles`."""
        return [
            Titled(card.id, card.record.title, next(iter(card.record.authors), ""))
            for card in await self.find_titles(query, audience, limit)
        ]

    async def find_names(
        self, query: str, kinds: Sequence[TagKind], audience: Audience, limit: int
    ) -> list[Name]:
        """See `Library.find_names`."""
        column, words = _words_of(query, "name.key", "name.folded")
        condition, values = _both(Filter(), audience)
        rows = await self._ask(
            "SELECT name.id, name.kind, name.name, count(*) AS stories FROM name"
            " JOIN story_name ON story_name.name = name.id AND story_name.appears"
            " JOIN story ON story.id = story_name.story"
            " WHERE name.kind = ANY(:kinds)"
            f" AND strpos(' ' || {column}, :word) > 0 AND {condition}"
            f" GROUP BY name.id ORDER BY strpos({column}, :query) != 1, stories DESC, name.folded"
            " LIMIT :limit",
            values | words | {"kinds": [kind.value for kind in kinds], "limit": limit},
        )
        return [_name(row) for row in rows]

    async def spellings(self, kinds: Sequence[TagKind], limit: int) -> list[tuple[int, str]]:
        """See `Library.spellings`."""
        rows = await self._ask(
            "SELECT name.id, name.name FROM name"
            " JOIN story_name ON story_name.name = name.id AND story_name.appears"
            " WHERE name.kind = ANY(:kinds)"
            " GROUP BY name.id ORDER BY count(*) DESC, name.id LIMIT :limit",
            {"kinds": [kind.value for kind in kinds], "limit": limit},
        )
        return [(row["id"], row["name"]) for row in rows]

    async def name(self, ident: int, audience: Audience) -> Name | None:
        """See `Library.name`."""
        return await self._one_name("name.id = :ident", {"ident": ident}, audience)

    async def name_called(
        self, kinds: Sequence[TagKind], folded: str, audience: Audience
    ) -> Name | None:
        """See `Library.name_called`."""
        for kind in kinds:
            found = await self._one_name(
                "name.kind = :kind AND name.folded = :folded",
                {"kind": kind.value, "folded": folded},
                audience,
            )
            if found:
                return found
        return None

    async def _one_name(
        self, which: str, which_values: dict[str, Any], audience: Audience
    ) -> Name | None:
        condition, values = visible(audience)
        rows = await self._ask(
            "SELECT name.id, name.kind, name.name, count(*) AS stories FROM name"
            " JOIN story_name ON story_name.name = name.id AND story_name.appears"
            f" JOIN story ON story.id = story_name.story WHERE {which} AND {condition}"
            " GROUP BY name.id",
            values | which_values,
        )
        return _name(rows[0]) if rows else None

    async def names_called(
        self, kinds: Sequence[TagKind], folded: Sequence[str], audience: Audience
    ) -> list[Name]:
        """See `Library.names_called`."""
        found = [
            name
            for kind in kinds
            for each in dict.fromkeys(folded)
            if (name := await self.name_called([kind], each, audience))
        ]
        return sorted(found, key=lambda name: (-name.stories, name.id))

    async def companions(self, name: int, audience: Audience, limit: int) -> list[Name]:
        """See `Library.companions`."""
        condition, values = _both(Filter(), audience)
        rows = await self._ask(
            "SELECT other.id, other.kind, other.name, count(*) AS stories FROM story_name AS own"
            " JOIN story ON story.id = own.story"
            " JOIN story_name ON story_name.story = story.id AND story_name.appears"
            " JOIN name AS other ON other.id = story_name.name AND other.id != own.name"
            f" WHERE own.name = :name AND own.appears AND {condition}"
            " GROUP BY other.id ORDER BY stories DESC, other.folded LIMIT :limit",
            values | {"name": name, "limit": limit},
        )
        return [_name(row) for row in rows]

    async def remember_shown(
        self, room: int, story: int, at: datetime, *, server: int | None = None
    ) -> None:
        """See `Library.remember_shown`."""
        await self._change(
            "INSERT INTO shown (room, story, at, server)"
            " SELECT :room, id, :at, CAST(:server AS bigint) FROM story WHERE id = :story"
            " ON CONFLICT (room, story) DO UPDATE SET at = excluded.at, server = excluded.server",
            {"room": room, "story": story, "at": microseconds(at), "server": server},
        )

    async def forget_shown(self, before: datetime) -> int:
        """See `Library.forget_shown`."""
        return await self._change(
            "DELETE FROM shown WHERE at < :before", {"before": microseconds(before)}
        )

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


# What each order goes by, and whether the largest comes first.
_COLUMNS = {
    Order.RELEVANCE: ("id", True),
    Order.NEWEST: ("id", True),
    Order.SHORTEST: ("words", False),
    Order.LONGEST: ("words", True),
    Order.TITLE: ("title_key", False),
}


def capped(visible: int, restricted: int) -> Count:
    """Make a `Count` that is exact up to `COUNT_LIMIT`."""
    return Count(
        min(visible, COUNT_LIMIT),
        min(restricted, COUNT_LIMIT),
        is_more=visible > COUNT_LIMIT,
        is_more_restricted=restricted > COUNT_LIMIT,
    )


def _words_of(query: str, key: str, folded: str) -> tuple[str, dict[str, str]]:
    """Give the column to look into and what it must hold.

    That is a word that starts like ``query``, or where no spaces are written
    just ``query``. Nothing but marks is looked for in the folded text itself.
    """
    words = search_key(query)
    if words or not query.strip():
        return key, {"query": words, "word": words if holds_spaceless(words) else f" {words}"}
    marks = fold(query)
    return folded, {"query": marks, "word": marks}


def _name(row: Record) -> Name:
    return Name(id=row["id"], kind=TagKind(row["kind"]), name=row["name"], stories=row["stories"])
