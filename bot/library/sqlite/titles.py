"""Titles: what is offered while somebody types one."""

import sqlite3
from dataclasses import replace
from functools import partial
from itertools import islice

from bot.library.base import Card, Filter, Titled
from bot.library.both.stories import CARD_COLUMNS, card_of
from bot.library.sqlite import index
from bot.library.sqlite.asked import Asked, understand
from bot.library.sqlite.connections import Connections
from bot.library.sqlite.memory import eyes
from bot.prose.words import fold, holds_spaceless, search_key, spaced_tokens
from bot.story import Audience

_LOOKED_AT = 2_000  # titles that begin as typed, for those that an audience may see
_SORTED = 500  # titles that hold what was typed, the newest, sorted for the first of them


class Titling(Connections):
    """The part of the contract that knows titles."""

    async def find_titles(self, query: str, audience: Audience, limit: int) -> list[Card]:
        """See `Library.find_titles`."""
        rows = await self._look(partial(_found, query, audience, limit, CARD_COLUMNS))
        return [card_of(row) for row in rows]

    async def offer_titles(self, query: str, audience: Audience, limit: int) -> list[Titled]:
        """See `Library.offer_titles`."""
        about = "titles", query, eyes(audience), limit
        return list(await self._look(partial(_offered, query, audience, limit), about))


def _offered(
    query: str, audience: Audience, limit: int, database: sqlite3.Connection
) -> list[Titled]:
    columns = "story.id, story.title, story.record ->> '$.authors[0]' AS author"
    rows = _found(query, audience, limit, columns, database)
    return [Titled(row["id"], row["title"], row["author"] or "") for row in rows]


def _found(
    query: str, audience: Audience, limit: int, columns: str, database: sqlite3.Connection
) -> list[sqlite3.Row]:
    """Give titles that start with ``query``, then those with a word that does, by title."""
    # Somebody who names a story gets it, avoided or not.
    seen = understand(database, Filter(), replace(audience, avoided=frozenset()))
    words = search_key(query)
    begun = words or not query.strip()
    found = _begun(database, seen, words, limit, columns) if begun else []
    if len(found) < limit and query.strip():
        held = _holding(database, seen, query, words)
        started = [story for story, told in held if told.startswith(words or fold(query))]
        more = dict.fromkeys([*started, *(story for story, _ in held)])
        for row in found:
            more.pop(row["id"], None)
        found += [
            database.execute(f"SELECT {columns} FROM story WHERE id = ?", (story,)).fetchone()
            for story in islice(more, limit - len(found))
        ]
    return found


def _begun(
    database: sqlite3.Connection, seen: Asked, words: str, limit: int, columns: str
) -> list[sqlite3.Row]:
    """Give the first titles that start with ``words``, if they are not too far apart."""
    return database.execute(
        f"SELECT {columns} FROM (SELECT id FROM story INDEXED BY story_by_title"
        " WHERE title_key >= :words AND title_key < :words || char(0x10ffff)"
        " ORDER BY title_key, id LIMIT :looked_at) AS begun"
        f" CROSS JOIN story ON story.id = begun.id WHERE {seen.rest} LIMIT :limit",
        seen.values | {"words": words, "limit": limit, "looked_at": _LOOKED_AT},
    ).fetchall()


def _holding(
    database: sqlite3.Connection, seen: Asked, query: str, words: str
) -> list[tuple[int, str]]:
    """Give the newest titles that hold what was typed, by title, each with what it was found by."""
    *whole, last = spaced_tokens(words).split() or [""]
    asked = [f'"{token}"' for token in whole]
    if last:
        asked.append(f'"{last}"*')
    else:
        asked += [index.facet(f"x{ord(mark)}") for mark in dict.fromkeys(index.marks_in(query))]
    if not asked:
        return []
    must, _ = seen.facets(database)
    held = fold(query) if not words else words if holds_spaceless(words) else f" {words}"
    column = "title_key" if words else "title_folded"
    rows = database.execute(
        f"SELECT story.id, story.{column}, story.title_key FROM titles"
        " CROSS JOIN story ON story.id = titles.rowid"
        f" WHERE titles MATCH :told AND instr(' ' || story.{column}, :held) AND {seen.rest}"
        " ORDER BY titles.rowid DESC LIMIT :most",
        seen.values | {"told": index.all_of([*asked, *must]), "held": held, "most": _SORTED},
    ).fetchall()
    rows.sort(key=lambda row: (row[2], row[0]))
    return [(row[0], row[1]) for row in rows]
