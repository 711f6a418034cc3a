"""Names and titles: what is offered while somebody types, and what goes with what."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from bot.library.base import Card, Name
from bot.library.both.stories import CARD_COLUMNS, card_of
from bot.library.sqlite.connections import Connections
from bot.library.sqlite.visible import visible
from bot.prose.words import fold, holds_spaceless, search_key
from bot.story import Audience, TagKind


class Naming(Connections):
    """The part of the contract that knows names and titles."""

    async def find_titles(self, query: str, audience: Audience, limit: int) -> list[Card]:
        """See `Library.find_titles`."""
        column, words = _words_of(query, "story.title_key", "story.title_folded")
        condition, values = visible(audience)
        rows = await self._ask(
            f"SELECT {CARD_COLUMNS} FROM story"
            f" WHERE instr(' ' || {column}, :word) AND {condition}"
            f" ORDER BY instr({column}, :query) != 1, story.title_folded, story.id"
            " LIMIT :limit",
            values | words | {"limit": limit},
        )
        return [card_of(row) for row in rows]

    async def find_names(
        self, query: str, kinds: Sequence[TagKind], audience: Audience, limit: int
    ) -> list[Name]:
        """See `Library.find_names`."""
        column, words = _words_of(query, "name.key", "name.folded")
        condition, values = visible(audience)
        rows = await self._ask(
            "SELECT name.id, name.kind, name.name, count(*) AS stories FROM name"
            " JOIN story_name ON story_name.name = name.id AND story_name.appears"
            " JOIN story ON story.id = story_name.story"
            " WHERE name.kind IN (SELECT value FROM json_each(:kinds))"
            f" AND instr(' ' || {column}, :word) AND {condition}"
            f" GROUP BY name.id ORDER BY instr({column}, :query) != 1, stories DESC, name.folded"
            " LIMIT :limit",
            values | words | {"kinds": json.dumps(list(kinds)), "limit": limit},
        )
        return [_name(row) for row in rows]

    async def spellings(self, kinds: Sequence[TagKind], limit: int) -> list[tuple[int, str]]:
        """See `Library.spellings`."""
        rows = await self._ask(
            "SELECT name.id, name.name FROM name"
            " JOIN story_name ON story_name.name = name.id AND story_name.appears"
            " WHERE name.kind IN (SELECT value FROM json_each(:kinds))"
            " GROUP BY name.id ORDER BY count(*) DESC, name.id LIMIT :limit",
            {"kinds": json.dumps(list(kinds)), "limit": limit},
        )
        return [(row["id"], row["name"]) for row in rows]

    async def title_spellings(self, limit: int) -> list[tuple[int, str]]:
        """See `Library.title_spellings`."""
        rows = await self._ask(
            "SELECT id, title_folded FROM story WHERE hidden_at IS NULL ORDER BY id LIMIT :limit",
            {"limit": limit},
        )
        return [(row["id"], row["title_folded"]) for row in rows]

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

    async def companions(self, name: int, audience: Audience, limit: int) -> list[Name]:
        """See `Library.companions`."""
        condition, values = visible(audience)
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


def _name(row: sqlite3.Row) -> Name:
    return Name(id=row["id"], kind=TagKind(row["kind"]), name=row["name"], stories=row["stories"])
