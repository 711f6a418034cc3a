"""Names: what is offered while somebody types, and what goes with what."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.library.base import COUNT_LIMIT, Filter, Name
from bot.library.both.beginnings import letters_of
from bot.library.both.offering import Offering
from bot.library.postgres.asked import Asked, Understanding
from bot.library.postgres.index import beginning
from bot.library.postgres.lanes import Record
from bot.library.postgres.titles import LAST
from bot.library.postgres.visible import on_shelves, rated
from bot.prose.words import holds_spaceless
from bot.story import Audience, TagKind

_SAMPLE = 300  # stories looked at for what goes with a name: the newest
_SPARE = 15  # names more than asked for are sorted: within a rank they stand in no order
_LOOKED_AT = 5_000  # names that begin so, for those that an audience may see

_COLUMNS = "name.id, name.kind, name.name, name.folded"


class Naming(Offering, Understanding):
    """The part of the contract that knows names."""

    async def find_names(
        self, query: str, kinds: Sequence[TagKind], audience: Audience, limit: int
    ) -> list[Name]:
        """See `Library.find_names`."""
        if not kinds:
            return []
        asked = await self._understand(Filter(), audience)
        letters, is_words = letters_of(query)
        column = "name.key" if is_words else "name.folded"
        begun = f"{column} >= :typed AND {column} < :last"
        held = letters if not is_words or holds_spaceless(letters) else f" {letters}"
        values = asked.values | {"typed": letters, "last": f"{letters}{LAST}", "held": held}
        first = begun
        if not is_words:  # no index goes by marks alone
            first = f"name_beginning.letters && :letters AND {begun}"
            values["letters"] = beginning(letters, later=False)
        found = await self._begun(first, values, kinds, asked, limit)
        if len(found) < limit and letters:
            values["letters"] = beginning(letters)
            later = (
                "name_beginning.letters && :letters"
                f" AND strpos(' ' || {column}, :held) > 0 AND NOT ({begun})"
            )
            found += await self._begun(later, values, kinds, asked, limit - len(found))
        return found

    async def _begun(
        self,
        which: str,
        values: dict[str, Any],
        kinds: Sequence[TagKind],
        asked: Asked,
        limit: int,
    ) -> list[Name]:
        """Give the names that stand in a place, the most used first."""
        beginnings = " JOIN name_beginning ON name_beginning.name = name.id"
        stories, more = _stories(asked)
        found = await self._find(
            "SELECT found.* FROM unnest(:kinds) AS wanted (kind) CROSS JOIN LATERAL ("
            f"SELECT begun.*, seen.stories FROM (SELECT {_COLUMNS} FROM name_use"
            " JOIN name ON name.id = name_use.name"
            f"{beginnings if 'name_beginning' in which else ''}"
            " WHERE name_use.kind = wanted.kind AND name_use.rank < 0 AND name.kind = wanted.kind"
            f" AND {which} ORDER BY name_use.rank, name_use.name LIMIT :looked_at) AS begun"
            f" CROSS JOIN LATERAL (SELECT {stories} AS stories OFFSET 0) AS seen"
            " WHERE seen.stories > 0 LIMIT :limit) AS found",
            values
            | more
            | {
                "kinds": [kind.value for kind in dict.fromkeys(kinds)],
                "limit": limit + _SPARE,
                "looked_at": _LOOKED_AT,
            },
        )
        found.sort(key=lambda row: (-row["stories"], row["folded"]))
        return [_name(row) for row in found[:limit]]

    async def spellings(self, kinds: Sequence[TagKind], limit: int) -> list[tuple[int, str]]:
        """See `Library.spellings`."""
        rows = await self._find(
            "SELECT name.id, name.name FROM unnest(:kinds) AS wanted (kind)"
            " CROSS JOIN LATERAL (SELECT name_use.name, name_use.rank FROM name_use"
            "  WHERE name_use.kind = wanted.kind AND name_use.rank < 0"
            "  ORDER BY name_use.rank, name_use.name LIMIT :limit) AS used"
            " JOIN name ON name.id = used.name ORDER BY used.rank, name.id LIMIT :limit",
            {"kinds": [kind.value for kind in kinds], "limit": limit},
        )
        return [(row["id"], row["name"]) for row in rows]

    async def _names(self, which: str, values: dict[str, Any], audience: Audience) -> list[Name]:
        """Give names that visible stories carry, each with how many do."""
        asked = await self._understand(Filter(), audience, avoids=False)
        stories, more = _stories(asked)
        rows = await self._find(
            f"SELECT begun.*, seen.stories FROM (SELECT {_COLUMNS} FROM name"
            f" WHERE {which} OFFSET 0) AS begun"
            f" CROSS JOIN LATERAL (SELECT {stories} AS stories OFFSET 0) AS seen"
            " WHERE seen.stories > 0",
            asked.values | values | more,
        )
        return [_name(row) for row in rows]

    def _called(
        self, kinds: Sequence[TagKind], folded: Sequence[str]
    ) -> tuple[str, dict[str, Any]]:
        return "name.folded = ANY(:folded) AND name.kind = ANY(:kinds)", {
            "folded": list(folded),
            "kinds": [kind.value for kind in kinds],
        }

    async def companions(self, name: int, audience: Audience, limit: int) -> list[Name]:
        """See `Library.companions`."""
        asked = await self._understand(Filter(), audience)
        rows = await self._find(
            f"SELECT {_COLUMNS}, beside.stories FROM (SELECT story_name.name, count(*) AS stories"
            " FROM (SELECT own.story FROM story_name AS own JOIN story ON story.id = own.story"
            f"  WHERE own.name = :name AND own.appears AND {asked.condition}"
            "  ORDER BY own.story DESC LIMIT :sample) AS newest"
            " JOIN story_name ON story_name.story = newest.story AND story_name.appears"
            " WHERE story_name.name <> :name GROUP BY story_name.name) AS beside"
            " JOIN name ON name.id = beside.name"
            " ORDER BY beside.stories DESC, name.folded LIMIT :limit",
            asked.values | {"name": name, "sample": _SAMPLE, "limit": limit},
        )
        return [_name(row) for row in rows]


def _stories(asked: Asked) -> tuple[str, dict[str, Any]]:
    """Write how many stories of the name ``begun`` an audience sees, with its values."""
    audience = asked.audience
    if asked.shunned:
        return (
            "(SELECT count(*) FROM (SELECT 1 FROM story_name AS own"
            " JOIN story ON story.id = own.story WHERE own.name = begun.id AND own.appears"
            f" AND {asked.condition} LIMIT :counted) AS counted)"
        ), {"counted": COUNT_LIMIT + 1}
    # A row of the tally holds what is asked of a story here.
    tallied = (
        "(SELECT coalesce(sum(story.stories), 0) FROM tally AS story"
        " WHERE story.name = begun.id AND story.shelf IN (:operator_shelf, :server)"
        f" AND {rated(audience, 'ceiling')})"
    )
    if not audience.unseen:
        return tallied, {}
    within, _ = on_shelves(replace(audience, unseen=frozenset()))
    return (
        f"{tallied} - (SELECT count(*) FROM story_name AS own JOIN story ON story.id = own.story"
        " WHERE own.name = begun.id AND own.appears AND own.story = ANY(:unseen)"
        f" AND {within})"
    ), {}


def _name(row: Record) -> Name:
    return Name(id=row["id"], kind=TagKind(row["kind"]), name=row["name"], stories=row["stories"])
