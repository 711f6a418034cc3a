"""Titles: what is offered while somebody types one."""

from typing import Any

from bot.library.base import Card, Filter, Titled
from bot.library.both.beginnings import letters_of
from bot.library.both.stories import CARD_COLUMNS, card_of
from bot.library.postgres.asked import Understanding
from bot.library.postgres.index import beginning
from bot.library.postgres.lanes import Record
from bot.prose.words import holds_spaceless
from bot.story import Audience

LAST = "\U0010ffff"  # stands behind whatever begins so
_SORTED = 500  # titles that hold what was typed, the newest, sorted for the first of them


class Titling(Understanding):
    """The part of the contract that knows titles."""

    async def find_titles(self, query: str, audience: Audience, limit: int) -> list[Card]:
        """See `Library.find_titles`."""
        return [card_of(row) for row in await self._titles(query, audience, limit, CARD_COLUMNS)]

    async def offer_titles(self, query: str, audience: Audience, limit: int) -> list[Titled]:
        """See `Library.offer_titles`."""
        columns = "story.id, story.title, story.record::json -> 'authors' ->> 0 AS author"
        return [
            Titled(row["id"], row["title"], row["author"] or "")
            for row in await self._titles(query, audience, limit, columns)
        ]

    async def _titles(
        self, query: str, audience: Audience, limit: int, columns: str
    ) -> list[Record]:
        """Give titles that start with ``query``, then those with a word that does, by title."""
        asked = await self._understand(Filter(), audience, avoids=False)
        letters, is_words = letters_of(query)
        values: dict[str, Any] = asked.values | {
            "typed": letters,
            "last": f"{letters}{LAST}",
            "limit": limit,
        }
        column = "story.title_key" if is_words else "story.title_folded"
        begun = f"{column} >= :typed AND {column} < :last"
        found = f"FROM story WHERE {asked.condition} AND {begun}"
        if not is_words:  # no index goes by marks alone
            found = (
                "FROM title_beginning JOIN story ON story.id = title_beginning.story"
                f" WHERE title_beginning.letters && :letters AND {begun} AND {asked.condition}"
            )
            values["letters"] = beginning(letters, later=False)
        rows = await self._find(
            f"SELECT {columns} {found} ORDER BY story.title_key, story.id LIMIT :limit", values
        )
        if len(rows) == limit or not letters:
            return rows
        held = letters if not is_words or holds_spaceless(letters) else f" {letters}"
        values |= {
            "held": held,
            "letters": beginning(letters),
            "left": limit - len(rows),
            "most": _SORTED,
        }
        rows += await self._find(
            f"SELECT {columns} FROM (SELECT story.* FROM title_beginning"
            " JOIN story ON story.id = title_beginning.story"
            " WHERE title_beginning.letters && :letters"
            f" AND strpos(' ' || {column}, :held) > 0 AND NOT ({begun}) AND {asked.condition}"
            " ORDER BY story.id DESC LIMIT :most) AS story"
            " ORDER BY story.title_key, story.id LIMIT :left",
            values,
        )
        return rows
