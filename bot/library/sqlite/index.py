"""The index of words: which stories hold which, in shards of consecutive ids.

What is indexed are our own tokens, so that FTS5's tokenizer only has to part
them at spaces. Beside title, names and text every story has *facets*: marks
for its class, shelf, names, language, which no word can be (they begin with
"§"), so that one expression asks for words and filter alike, and the index
itself finds what both hold.

A shard holds the stories of `SHARD` ids. FTS5 cannot be interrupted while it
merges what begins with a prefix or looks for a phrase of common words, and
both take as long as there are stories; a shard bounds that, and between two
shards a search can stop. The index keeps no text: to take a story out it is
given the same words again, from the stored text.
"""

import json
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

import regex

from bot.library.both.beginnings import is_mark
from bot.library.sqlite import lists
from bot.library.sqlite.memory import count_change
from bot.prose.query import Query, Term
from bot.prose.words import fold, spaced_tokens

SHARD = 8_192  # ids
_STRETCH = 500_000  # characters made ready at once
CODE_VERSION = 4  # of what is indexed and listed; another one makes all of it anew
Parts = Iterable[tuple[int, int, str, str]]  # chapter, start, text, blocks
_NO_PARTS: Mapping[int, Parts] = MappingProxyType({})
_APART = " § "  # no phrase reaches over it
_COLUMNS = "title, names, body, facets"
_USUAL_NAME = 150  # characters: as long as the Archive allows
_AT_ONCE = 5_000  # stories, when all are indexed anew
_PATIENCE = 3_600  # seconds: another process may be indexing a very large library just now


def version() -> str:
    """Give the version of everything that decides what is indexed."""
    return f"{CODE_VERSION} {unicodedata.unidata_version} {regex.__version__}"


# Expressions


def term_of(term: Term) -> str:
    """Write a term as an expression of FTS5."""
    return f'"{" ".join(term.tokens)}"{"*" if term.is_beginning else ""}'


def all_of(parts: Iterable[str]) -> str:
    """Join expressions that must all hold."""
    return " AND ".join(f"({part})" for part in parts)


def any_of(parts: Iterable[str]) -> str:
    """Join expressions of which one must hold; of none, nothing holds it."""
    return " OR ".join(parts) or facet("none")


def expression(query: Query, wanted: Sequence[str], unwanted: Sequence[str]) -> str:
    """Ask for the words of ``query`` and the facets ``wanted``, without those ``unwanted``."""
    must = [*map(term_of, query.wanted), *wanted] or [facet("all")]
    never = [*map(term_of, query.unwanted), *unwanted]
    return f"({all_of(must)}) NOT ({any_of(never)})" if never else all_of(must)


def facet(told: str) -> str:
    """Write a facet as an expression."""
    return f'"§{told}"'


def carries(name: int) -> str:
    """Ask for stories that carry a name."""
    return facet(f"n{name}")


def names_at_all(name: int) -> str:
    """Ask for stories that carry a name, or only mention it."""
    return any_of((facet(f"n{name}"), facet(f"m{name}")))


def in_language(language: str) -> str:
    """Ask for stories in a language."""
    return facet(f"l{''.join(spaced_tokens(language).split())}")


def of_length(least: int | None, most: int | None) -> str:
    """Ask for stories of about so many words: each power of two has a mark."""
    first = (least or 0).bit_length()
    last = 40 if most is None else max(0, most).bit_length()
    return any_of(facet(f"w{bits}") for bits in range(first, last + 1))


# Reading


def shards(database: sqlite3.Connection) -> list[int]:
    """List the numbers of the shards there are, the newest first."""
    rows = database.execute("SELECT number FROM shard ORDER BY number DESC").fetchall()
    return [row[0] for row in rows]


# Writing


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed of a story, as `spaced_tokens`."""

    title: str
    names: str
    body: str
    facets: str
    offered: str  # what the title is found by while somebody types it


def add(
    database: sqlite3.Connection, stories: Iterable[int], parts: Mapping[int, Parts] = _NO_PARTS
) -> None:
    """Index ``stories``, none of which is in it yet; ``parts`` are those at hand, as kept."""
    for number, own in groupby(sorted(set(stories)), key=_shard_of):
        _make_shard(database, number)
        found = list(documents(database, own, parts))
        database.executemany(
            f"INSERT INTO words_{number} (rowid, {_COLUMNS}) VALUES (?, ?, ?, ?, ?)",
            (_row(story, document) for story, document in found),
        )
        database.executemany(
            "INSERT INTO titles (rowid, words) VALUES (?, ?)",
            ((story, document.offered) for story, document in found),
        )
    count_change(database)


def remove(database: sqlite3.Connection, stories: Iterable[int]) -> None:
    """Take ``stories`` out, as long as they are as they were indexed."""
    for number, own in groupby(sorted(set(stories)), key=_shard_of):
        found = list(documents(database, own))
        database.executemany(
            f"INSERT INTO words_{number} (words_{number}, rowid, {_COLUMNS})"
            " VALUES ('delete', ?, ?, ?, ?, ?)",
            (_row(story, document) for story, document in found),
        )
        database.executemany(
            "INSERT INTO titles (titles, rowid, words) VALUES ('delete', ?, ?)",
            ((story, document.offered) for story, document in found),
        )
    count_change(database)


def _row(story: int, document: Document) -> tuple[int, str, str, str, str]:
    return story, document.title, document.names, document.body, document.facets


def bring_up(path: Path) -> None:
    """Make lists and index of all stories, unless those there are were made as we do it."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE)) as database:
        if _is_current(database):
            return
        database.execute("BEGIN IMMEDIATE")
        if not _is_current(database):  # another process may have done it meanwhile
            make_anew(database)
        database.execute("COMMIT")


def _is_current(database: sqlite3.Connection) -> bool:
    row = database.execute("SELECT version FROM index_version").fetchone()
    return row is not None and row[0] == version()


def make_anew(database: sqlite3.Connection) -> None:
    """Make lists and index of all stories, in the transaction that runs."""
    lists.clear(database)
    database.execute("INSERT INTO titles (titles) VALUES ('delete-all')")
    for number in shards(database):
        database.execute(f"DROP TABLE words_{number}")
    database.execute("DELETE FROM shard")
    (last,) = database.execute("SELECT coalesce(max(id), 0) FROM story").fetchone()
    for first in range(0, last + 1, _AT_ONCE):
        stories = [
            row[0]
            for row in database.execute(
                "SELECT id FROM story WHERE id >= ? AND id < ?", (first, first + _AT_ONCE)
            )
        ]
        lists.add(database, stories)
        add(database, stories)
    database.execute("DELETE FROM index_version")
    database.execute("INSERT INTO index_version (version) VALUES (?)", (version(),))


def _shard_of(story: int) -> int:
    return story // SHARD


def _make_shard(database: sqlite3.Connection, number: int) -> None:
    if database.execute("SELECT 1 FROM shard WHERE number = ?", (number,)).fetchone():
        return
    database.execute(
        f"CREATE VIRTUAL TABLE words_{number} USING fts5({_COLUMNS}, content='', tokenize='ascii')"
    )
    row = database.execute("SELECT max(number) FROM shard WHERE number < ?", (number,)).fetchone()
    if row[0] is not None:
        # It is full now, and is looked up ten times as fast when it is in one piece.
        database.execute(f"INSERT INTO words_{row[0]} (words_{row[0]}) VALUES ('optimize')")
    database.execute("INSERT INTO shard (number) VALUES (?)", (number,))


def documents(
    database: sqlite3.Connection, stories: Iterable[int], parts: Mapping[int, Parts] = _NO_PARTS
) -> Iterator[tuple[int, Document]]:
    """Give what is indexed of ``stories`` as they are now."""
    wanted = json.dumps(list(stories))
    names: defaultdict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for story, number, appears, name in database.execute(
        "SELECT story_name.story, name.id, story_name.appears, name.name"
        " FROM json_each(?) AS wanted"
        " CROSS JOIN story_name ON story_name.story = wanted.value"
        " CROSS JOIN name ON name.id = story_name.name",
        (wanted,),
    ):
        names[story].append((number, appears, name))
    rows = database.execute(
        "SELECT story.id, title, shelf, rating, rating_stated, words, link_only, language, complete"
        " FROM json_each(?) AS wanted CROSS JOIN story ON story.id = wanted.value",
        (wanted,),
    ).fetchall()
    for story, title, shelf, rating, is_stated, words, link_only, language, complete in rows:
        seen = [f"c{lists.class_of(rating, words, link_only)}", f"s{shelf}"]
        facets = [
            "all",
            *seen,
            f"w{words.bit_length()}",
            *([] if complete is None else [f"f{complete}"]),
            *([] if is_stated else ["u"]),
            *([f"l{''.join(spaced_tokens(language).split())}"] if language else []),
            *(f"{'n' if appears else 'm'}{number}" for number, appears, _ in names[story]),
        ]
        told = spaced_tokens(title)
        yield (
            story,
            Document(
                title=told,
                offered=" ".join([told, *_marks(title), _facets(seen)]),
                names=_APART.join(_tokens_of_name(name) for _, _, name in names[story]),
                body=_APART.join(_chapters(parts.get(story) or _parts_of(database, story))),
                facets=_facets(facets),
            ),
        )


def _facets(told: Iterable[str]) -> str:
    return f"§{' §'.join(told)}"


def _tokens_of_name(name: str) -> str:
    return _tokens_kept(name) if len(name) <= _USUAL_NAME else spaced_tokens(name)


# Many stories carry the same names.
_tokens_kept = lru_cache(maxsize=4_096)(spaced_tokens)


def _marks(title: str) -> list[str]:
    """Give the marks of a title as facets: somebody may type nothing else."""
    return [f"§x{ord(mark)}" for mark in dict.fromkeys(marks_in(title))]


def marks_in(title: str) -> Iterator[str]:
    """Give what is neither white space nor part of a word."""
    return filter(is_mark, fold(title))


def _parts_of(database: sqlite3.Connection, story: int) -> Parts:
    return database.execute(
        "SELECT chapter, start, text, '' FROM part WHERE story = ? ORDER BY chapter, start",
        (story,),
    )


def _chapters(parts: Parts) -> Iterator[str]:
    for _, own in groupby(parts, key=lambda part: part[0]):
        yield " ".join(map(spaced_tokens, _stretches(part[2] for part in own)))


def _stretches(parts: Iterable[str]) -> Iterator[str]:
    """Join parts up to white space: 25 MB at once, folded and made apart, would take 700."""
    joined: list[str] = []
    length = 0
    for part in parts:
        joined.append(part)
        length += len(part)
        if length >= _STRETCH and part[-1:].isspace():
            yield "".join(joined)
            joined, length = [], 0
    yield "".join(joined)
