"""What finding rests on beside the stories themselves: words, beginnings, tallies.

`word_index` holds of every story its tokens, ours and not PostgreSQL's, so that
both engines find the same. The index of words tells which stories hold all that
was typed; where words have to follow each other, the tokens themselves are
looked at. A `tsvector` has room for a megabyte of words: of a story with more
the rest is cut off, and it is a candidate for everything.

`tally` counts the stories of a name by what decides who may see them, so that
a count is a sum. Whatever takes a story off its shelf, puts it back or changes
its shelf, rating, words or names calls `take_out` before and `put_in` after,
or `count` where only its hiding changed, in a transaction of `_shelving`.

All of it can be made anew: `bring_up` does where there is none, or one of other
code.
"""

import asyncio
import logging
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import regex

from bot.errors import FiresideError
from bot.library.both.beginnings import LETTERS, places_of
from bot.library.postgres.connections import Connections
from bot.library.postgres.lanes import Record, Writer, end
from bot.library.postgres.migrate import alone, keeping
from bot.prose.query import Query, Term
from bot.prose.words import tokens_in_line

CODE_VERSION = 1  # of what is indexed; another one makes all of it anew
TABLES = (
    "index_version",
    "word_index",
    "title_beginning",
    "name_beginning",
    "tally",
    "name_use",
)
ANY = 0  # in place of a name: all stories
CUT = "'§cut'"  # no word can be that
_APART = "§ "  # no phrase reaches over it
_MOST_BYTES = 800_000  # of words with their places; a `tsvector` holds 2**20
_LONGEST = 2_000  # bytes of one word; 2,046 fit
_MOST_PLACES = 6  # that are written down of a word
_AT_ONCE = 200  # stories that are indexed at once
_HELD = 4_000_000  # characters of them, if it is more than one
_MANY = 20_000  # stories; who waits for more than that wants to know what for

_STORY = (
    "SELECT story.id, story.title, story.title_key, story.title_folded,"
    " ARRAY(SELECT name.name FROM story_name JOIN name ON name.id = story_name.name"
    "  WHERE story_name.story = story.id ORDER BY name.id) AS names,"
    " ARRAY(SELECT string_agg(part.text, '' ORDER BY part.start) FROM part"
    "  WHERE part.story = story.id GROUP BY part.chapter ORDER BY part.chapter) AS chapters"
    " FROM story WHERE story.id = ANY($1::bigint[])"
)
# Locked in order: two that count at once never wait for each other.
_TALLY = (
    "WITH changed AS (INSERT INTO tally (name, shelf, rating, rating_stated, stories)"
    " SELECT own.name, story.shelf, story.rating, story.rating_stated, {sign} * count(*)"
    " FROM story CROSS JOIN LATERAL (SELECT 0 AS name UNION ALL SELECT story_name.name"
    "  FROM story_name WHERE story_name.story = story.id AND story_name.appears) AS own"
    " WHERE {which} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
    " ON CONFLICT (name, shelf, rating, rating_stated)"
    " DO UPDATE SET stories = tally.stories + excluded.stories"
    " RETURNING name, shelf, rating, rating_stated, stories)"
    " SELECT name, bool_or(stories = 0) AS is_none FROM changed GROUP BY name ORDER BY name"
)
_USE = (
    "INSERT INTO name_use (name, kind, stories) SELECT name.id, name.kind,"
    " (SELECT coalesce(sum(tally.stories), 0) FROM tally WHERE tally.name = name.id)"
    " FROM name WHERE {which} ORDER BY name.id"
    " ON CONFLICT (name) DO UPDATE SET stories = excluded.stories"
)


_log = logging.getLogger(__name__)


def version() -> str:
    """Give the version of everything that decides what is indexed."""
    return f"{CODE_VERSION} {unicodedata.unidata_version} {regex.__version__}"


# Asking


class Asked(NamedTuple):
    """What a search asks of ``word_index AS found``: a condition with its values."""

    condition: str
    values: dict[str, str]
    wanted: str  # the words, for weighing


def asked(query: Query) -> Asked:
    """Write a query as a condition."""
    wanted = " & ".join(_word(each) for term in query.wanted for each in _parts(term))
    unwanted = [term for term in query.unwanted if len(term.tokens) == 1]
    never = [f"!{_word(each)}" for term in unwanted for each in _parts(term)]
    told = " & ".join([*([wanted] if wanted else []), *never])
    condition, values = "found.words @@ :asked::tsquery", dict[str, str]()
    values["asked"] = f"({told}) | {CUT}" if told else ""
    if not told:  # only phrases that are not wanted
        condition, values = "TRUE", {}
    for number, term in enumerate(query.wanted):
        test = f"strpos(found.told, :wanted{number}) > 0"
        condition += f" AND {test if len(term.tokens) > 1 else f'(NOT found.is_cut OR {test})'}"
        values[f"wanted{number}"] = _spaced(term)
    for number, term in enumerate(query.unwanted):
        test = f"strpos(found.told, :unwanted{number}) = 0"
        condition += f" AND {test if len(term.tokens) > 1 else f'(NOT found.is_cut OR {test})'}"
        values[f"unwanted{number}"] = _spaced(term)
    return Asked(condition, values, wanted)


def _parts(term: Term) -> Iterable[tuple[str, bool]]:
    *whole, last = term.tokens
    yield from ((token, False) for token in whole)
    yield last, term.is_beginning


def _word(part: tuple[str, bool]) -> str:
    token, is_beginning = part
    if len(token.encode()) > _LONGEST:
        return CUT  # what holds it was cut
    return f"'{token}'{':*' if is_beginning else ''}"  # tokens are letters and digits alone


def _spaced(term: Term) -> str:
    return f" {' '.join(term.tokens)}{'' if term.is_beginning else ' '}"


# Writing


async def take_out(writer: Writer, stories: Sequence[int]) -> None:
    """Take stories that will change out of index and tallies, while they are what they were."""
    await count(writer, stories, -1, only_shown=True)
    for table in ("word_index", "title_beginning"):
        await writer.execute(f"DELETE FROM {table} WHERE story = ANY($1::bigint[])", stories)


async def put_in(writer: Writer, stories: Sequence[int]) -> None:
    """Put stories, which are in neither, into index and tallies as they are now."""
    await count(writer, stories, 1, only_shown=True)
    await _index(writer, stories)


async def count(
    writer: Writer, stories: Sequence[int], sign: int, *, only_shown: bool = False
) -> None:
    """Count stories that came (1) or went (-1), by name."""
    if not stories:
        return
    which = "story.id = ANY($1::bigint[])"
    if only_shown:
        which += " AND story.hidden_at IS NULL"
    rows = await writer.fetch(_TALLY.format(sign=sign, which=which), stories)
    if emptied := [row["name"] for row in rows if row["is_none"]]:
        await writer.execute(
            "DELETE FROM tally WHERE name = ANY($1::bigint[]) AND stories = 0", emptied
        )
    names = [row["name"] for row in rows]
    await writer.execute(_USE.format(which="name.id = ANY($1::bigint[])"), names)


async def add_names(writer: Writer, names: Sequence[Record]) -> None:
    """Write down what new names begin with; each has ``id``, ``key`` and ``folded``."""
    await writer.copy_records_to_table(
        "name_beginning",
        columns=("name", "letters"),
        records=[(row["id"], _letters(row["key"], row["folded"])) for row in names],
    )


async def _index(writer: Writer, stories: Sequence[int]) -> None:
    lengths = await writer.fetch(
        "SELECT story, sum(length)::bigint AS length FROM chapter"
        " WHERE story = ANY($1::bigint[]) GROUP BY story",
        stories,
    )
    known = {row["story"]: row["length"] for row in lengths}
    for batch in batches([(story, known.get(story, 0)) for story in stories]):
        rows = await writer.fetch(_STORY, batch)
        words, titles = await asyncio.to_thread(_documents, rows)
        await writer.executemany(
            "INSERT INTO word_index (story, words, told, is_cut)"
            " VALUES ($1, $2::text::tsvector, $3, $4)",
            words,
        )
        await writer.copy_records_to_table(
            "title_beginning", columns=("story", "letters"), records=titles
        )


def batches(stories: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Part stories, each with the length of its text, into what is held in memory at once."""
    batch, held = list[int](), 0
    for story, length in stories:
        if batch and (held + length > _HELD or len(batch) == _AT_ONCE):
            yield batch
            batch, held = [], 0
        batch.append(story)
        held += length
    if batch:
        yield batch


def _documents(
    rows: Sequence[Record],
) -> tuple[list[tuple[int, str, str, bool]], list[tuple[int, list[str]]]]:
    words: list[tuple[int, str, str, bool]] = []
    titles: list[tuple[int, list[str]]] = []
    for row in rows:
        fields = [_told([row["title"]]), _told(row["names"]), _told(row["chapters"])]
        written, is_cut = _vector(fields)
        words.append((row["id"], written, f" {_APART.join(fields)}", is_cut))
        titles.append((row["id"], _letters(row["title_key"], row["title_folded"])))
    return words, titles


def _told(texts: Iterable[str]) -> str:
    return _APART.join(tokens_in_line(text).decode() for text in texts)


def _vector(fields: Sequence[str]) -> tuple[str, bool]:
    """Write tokens as a `tsvector`; and whether some are missing.

    Where a word stands is told by its field (A: title, B: names); how often, by how
    many places it has, which doubles with each.
    """
    title, names, text = (Counter(field.split()) for field in fields)
    told: list[str] = []
    is_cut, size = False, 0
    for token in title | names | text:
        if token == _APART.strip():
            continue
        length = len(token.encode())
        size += length + 4 + 2 * _MOST_PLACES
        if length > _LONGEST or size > _MOST_BYTES:
            is_cut = True
            size -= length
            continue
        places = ["1A"] * (token in title) + ["2B"] * (token in names)
        times = min(text[token].bit_length(), _MOST_PLACES)
        told.append(f"'{token}':{','.join([*places, *map(str, range(3, 3 + times))])}")
    if is_cut:
        told.append(CUT)
    return " ".join(told), is_cut


def _letters(key: str, folded: str) -> list[str]:
    return [f"{later}{letters}" for letters, later in places_of(key, folded) if letters]


def beginning(letters: str, *, later: bool = True) -> list[str]:
    """Give the letters to look up of what begins so, or holds a word that does."""
    first = letters[:LETTERS]
    # Of long ones only the first place that they stand in is kept.
    return [f"0{first}"] if not later else [f"0{first}", f"1{first}"]


# All anew


async def bring_up(connection: Writer) -> None:
    """Index all stories, unless what there is was made as we do it; in a transaction."""
    if await connection.fetchval("SELECT version FROM index_version") != version():
        await make_anew(connection)


async def make_anew(connection: Writer) -> None:
    """Index all stories, in the transaction that runs."""
    (stories,) = await connection.fetchrow("SELECT count(*) FROM story") or (0,)
    if stories > _MANY:
        _log.info("Making an index of %s stories, once; that takes some minutes.", f"{stories:,}")
    for table in TABLES:
        await connection.execute(f"TRUNCATE {table}")
    await connection.execute("DROP INDEX word_index_by_word")  # made at once it takes half as long
    await connection.fetch(_TALLY.format(sign=1, which="story.hidden_at IS NULL"))
    await connection.execute(_USE.format(which="TRUE"))
    for table, fill in (("name", _fill_names), ("story", _index)):
        last = 0
        while True:
            rows = await connection.fetch(
                f"SELECT id FROM {table} WHERE id > $1 ORDER BY id LIMIT $2", last, _AT_ONCE * 5
            )
            if not rows:
                break
            await fill(connection, [row["id"] for row in rows])
            last = rows[-1]["id"]
    await connection.execute("CREATE INDEX word_index_by_word ON word_index USING gin (words)")
    await connection.execute("INSERT INTO index_version (version) VALUES ($1)", version())
    if stories:  # so that the way to them is known from the first question on
        for table in ("story", "story_name", "name", *TABLES):
            await connection.execute(f"ANALYZE {table}")


async def _fill_names(connection: Writer, names: Sequence[int]) -> None:
    rows = await connection.fetch(
        "SELECT id, key, folded FROM name WHERE id = ANY($1::bigint[])", names
    )
    await add_names(connection, rows)


class Indexed(Connections):
    """Opens a library with an index."""

    async def open(self) -> None:
        """See `Library.open`."""
        await super().open()
        try:
            with self._opening():
                connection = await self._connect(seconds=None)
                try:
                    async with connection.transaction():
                        await alone(connection)
                        await keeping(connection)
                        await bring_up(connection)
                finally:
                    await end(connection)
        except FiresideError:
            await self.close()
            raise
