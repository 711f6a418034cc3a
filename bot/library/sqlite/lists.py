"""The lists of stories: for each name those that carry it, counted, in order, drawn from evenly.

A list holds the stories of one shelf that carry one name (`ANY`: all stories)
and are of one class: a rating, short or not, with text or link only. What an
audience may see of a name is then a few whole lists, so that a count is a sum
and the newest come from the ends, whatever the size of the library.

To draw the n-th of a long list without counting to it, a list of more than
`BLOCK` stories is cut into blocks of at most that many, numbered in no order.
Drawing a number of a block and a place in it, and drawing again where the
block is not that full, gives every story the same chance.

A story stands in its lists while it is not hidden: `add` and `remove` are
called for whatever changes that, its class, its shelf or its names.
"""

import heapq
import json
import sqlite3
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, islice
from typing import Any

from bot.library.sqlite import beginnings, tallies
from bot.library.sqlite.memory import count_change
from bot.library.sqlite.tallies import Counted, Key

ANY = 0  # in place of a name: the list of all stories
BLOCK = 64  # stories
SHORT = 500  # words: what `/drabble` draws from unless told otherwise
_FEWEST = BLOCK // 4  # on average in a block; below, the blocks of a list are made anew
_SHORT, _LINK = 2, 1  # bits of a class; the rating stands above them

# A story (0: there is none at all), whether it fits, and the turnover (see memory).
Drawn = tuple[int, bool, int]


def class_of(rating: int, words: int, link_only: int) -> int:
    """Give the class of a story."""
    return rating * 4 + (_SHORT if words <= SHORT else 0) + (_LINK if link_only else 0)


@lru_cache
def classes(
    ceiling: int,
    *,
    above: int = -1,
    short: bool = True,
    long: bool = True,
    link_only: bool = True,
) -> frozenset[int]:
    """Give the classes of what is rated ``ceiling`` at most, and higher than ``above``."""
    lengths = [_SHORT] * short + [0] * long
    links = [0, _LINK] if link_only else [0]
    return frozenset(
        rating * 4 + length + link
        for rating in range(above + 1, ceiling + 1)
        for length in lengths
        for link in links
    )


# Reading


def newest(
    database: sqlite3.Connection, lists: Iterable[Counted], below: int | None = None
) -> Iterator[int]:
    """Give the stories of ``lists``, the newest first, from those below ``below`` on."""
    return heapq.merge(
        *(_run(database, each.key, below, down=True) for each in lists), reverse=True
    )


def oldest(database: sqlite3.Connection, lists: Iterable[Counted], above: int = 0) -> Iterator[int]:
    """Give the stories of ``lists``, the oldest first, from those above ``above`` on."""
    return heapq.merge(*(_run(database, each.key, above, down=False) for each in lists))


def page(
    database: sqlite3.Connection,
    lists: Sequence[Counted],
    limit: int,
    *,
    below: int | None = None,
    above: int | None = None,
) -> list[int]:
    """Do as `newest`, or from above ``above`` on as `oldest`, for ``limit`` stories at once."""
    if not lists:
        return []
    low, high = (0, 2**62 if below is None else below) if above is None else (above, 2**62)
    values = [value for name, shelf, kind, *_ in lists for value in (name, shelf, kind, low, high)]
    sql = _merged(len(lists), "DESC" if above is None else "ASC")
    return [row[0] for row in database.execute(sql, (*values, limit)).fetchall()]


@lru_cache
def _merged(lists: int, direction: str) -> str:
    """Write down how to read the first stories of some lists, in order."""
    # Each is in order already, so that no more of them are read than are taken.
    each = "SELECT story FROM listed WHERE name = ? AND shelf = ? AND class = ?"
    each += " AND story > ? AND story < ?"
    return f"{' UNION ALL '.join([each] * lists)} ORDER BY story {direction} LIMIT ?"


@lru_cache
def _statements(fits: str) -> tuple[str, str]:
    """Write down how to draw out of a list that is cut into blocks, and out of a short one."""
    # Not by a join: then all of a list would be sorted first.
    told = f"SELECT listed.story, {fits}, (SELECT number FROM turnover)"
    return (
        f"{told} FROM block CROSS JOIN listed ON listed.name = block.name"
        " AND listed.shelf = block.shelf AND listed.class = block.class"
        " AND listed.story >= block.start"
        " WHERE block.name = :name AND block.shelf = :shelf AND block.class = :class"
        " AND block.number = :number AND block.stories > :place"
        " ORDER BY listed.story LIMIT 1 OFFSET :place",
        f"{told} FROM listed"
        " WHERE listed.name = :name AND listed.shelf = :shelf AND listed.class = :class"
        " ORDER BY listed.story LIMIT 1 OFFSET :place",
    )


class Urn:
    """Lists to draw stories from, each with the same chance, and what every story is asked.

    One statement draws a story ``listed.story``, tells whether it ``fits``, and as of when;
    all else is made ready here. It holds for one state of the library.
    """

    def __init__(self, lists: Sequence[Counted], fits: str, values: Mapping[str, Any]) -> None:
        self._lists = lists
        self._ends = list(accumulate(each.stories for each in lists))
        self._values = values
        self._from_block, self._from_short = _statements(fits)

    def draw(self, database: sqlite3.Connection, chance: float, **own: Any) -> Drawn | None:
        """Draw one story; ``own`` are the values of ``fits`` that change.

        None when there is none in that place of a block, or not any more.
        """
        if not self._lists:
            return database.execute("SELECT 0, 0, number FROM turnover").fetchone()
        place = chance * self._ends[-1]
        number = bisect_right(self._ends, place)
        name, shelf, kind, stories, blocks = self._lists[number]
        place += stories - self._ends[number]
        own |= self._values
        own["name"], own["shelf"], own["class"] = name, shelf, kind
        if not blocks:
            own["place"] = int(place)
            return database.execute(self._from_short, own).fetchone()
        place *= blocks / stories
        own["number"] = block = int(place)
        own["place"] = int((place - block) * BLOCK)
        return database.execute(self._from_block, own).fetchone()


def _all_of(database: sqlite3.Connection, key: Key) -> Sequence[int]:
    rows = database.execute(
        "SELECT story FROM listed WHERE name = ? AND shelf = ? AND class = ? ORDER BY story", key
    )
    return array("q", [row[0] for row in rows])


def _run(database: sqlite3.Connection, key: Key, bound: int | None, *, down: bool) -> Iterator[int]:
    """Give one list in order, read in stretches that grow: most readers want only a few."""
    compared, direction = ("<", "DESC") if down else (">", "ASC")
    after = 2**62 if bound is None else bound
    length = 8
    while True:
        rows = database.execute(
            f"SELECT story FROM listed WHERE name = ? AND shelf = ? AND class = ?"
            f" AND story {compared} ? ORDER BY story {direction} LIMIT ?",
            (*key, after, length),
        ).fetchall()
        for (story,) in rows:
            yield story
        if len(rows) < length:
            return
        after, length = rows[-1][0], min(length * 4, 1_000)


# Writing


def add(database: sqlite3.Connection, stories: Iterable[int]) -> None:
    """Put those of ``stories`` that are not hidden into their lists; none is in them yet."""
    found = _by_list(database, stories)
    _add_to(database, found)
    beginnings.count(database, _by_name(found, 1))
    count_change(database)


def remove(database: sqlite3.Connection, stories: Iterable[int]) -> None:
    """Take those of ``stories`` that are not hidden out of their lists."""
    found = _by_list(database, stories)
    _remove_from(database, found)
    beginnings.count(database, _by_name(found, -1))
    count_change(database)


def clear(database: sqlite3.Connection) -> None:
    """Empty every list."""
    for table in ("listed", "tally", "block"):
        database.execute(f"DELETE FROM {table}")
    beginnings.clear(database)
    count_change(database)


def _by_list(database: sqlite3.Connection, stories: Iterable[int]) -> dict[Key, list[int]]:
    """Give for each list which of ``stories`` belong into it, in order."""
    found: defaultdict[Key, list[int]] = defaultdict(list)
    wanted = json.dumps(sorted(set(stories)))
    kinds: dict[int, tuple[int, int]] = {}
    for story, shelf, rating, words, link_only in database.execute(
        "SELECT story.id, shelf, rating, words, link_only FROM json_each(?) AS wanted"
        " CROSS JOIN story ON story.id = wanted.value WHERE hidden_at IS NULL",
        (wanted,),
    ):
        kinds[story] = shelf, class_of(rating, words, link_only)
        found[ANY, *kinds[story]].append(story)
    for story, name in database.execute(
        "SELECT story_name.story, story_name.name FROM json_each(?) AS wanted"
        " CROSS JOIN story_name ON story_name.story = wanted.value WHERE appears",
        (wanted,),
    ):
        if story in kinds:
            found[name, *kinds[story]].append(story)
    return {key: found[key] for key in sorted(found)}


def _by_name(found: Mapping[Key, Sequence[int]], sign: int) -> Mapping[int, int]:
    counts: Counter[int] = Counter()
    for (name, _, _), stories in found.items():
        counts[name] += sign * len(stories)
    del counts[ANY]
    return counts


def _add_to(database: sqlite3.Connection, found: Mapping[Key, Sequence[int]]) -> None:
    database.executemany(
        "INSERT INTO listed (name, shelf, class, story) VALUES (?, ?, ?, ?)",
        ((*key, story) for key, stories in found.items() for story in stories),
    )
    sizes = tallies.read(database, (key[:2] for key in found))
    for key, stories in found.items():
        own = sizes.setdefault(key[:2], {})
        had, blocks = own.get(key[2], (0, 0))
        if blocks:
            blocks = _add_to_blocks(database, key, stories, blocks)
        elif had + len(stories) > BLOCK:
            blocks = _make_blocks(database, key)
        own[key[2]] = had + len(stories), blocks
    tallies.write(database, sizes)


def _remove_from(database: sqlite3.Connection, found: Mapping[Key, Sequence[int]]) -> None:
    database.executemany(
        "DELETE FROM listed WHERE name = ? AND shelf = ? AND class = ? AND story = ?",
        ((*key, story) for key, stories in found.items() for story in stories),
    )
    sizes = tallies.read(database, (key[:2] for key in found))
    for key, stories in found.items():
        own = sizes.setdefault(key[:2], {})
        had, blocks = own.get(key[2], (0, 0))
        left = had - len(stories)
        if blocks:
            if left < max(BLOCK // 2, blocks * _FEWEST):
                blocks = _make_blocks(database, key)
            else:
                for story in stories:
                    start = _block_of(database, key, story)[0]
                    _change_block(database, key, start, -1)
        own[key[2]] = left, blocks
    tallies.write(database, sizes)


def _make_blocks(database: sqlite3.Connection, key: Key) -> int:
    """Cut a list into full blocks, or none when it is short; gives how many."""
    database.execute("DELETE FROM block WHERE name = ? AND shelf = ? AND class = ?", key)
    stories = _all_of(database, key)
    if len(stories) <= BLOCK:
        return 0
    return _append_blocks(database, key, stories, 0, first=0)


def _append_blocks(
    database: sqlite3.Connection,
    key: Key,
    stories: Sequence[int],
    blocks: int,
    *,
    first: int | None = None,
) -> int:
    """Add full blocks of ``stories`` behind the last; gives how many there are now.

    The first block of a list starts at 0, so that every story belongs to one.
    """
    for at in range(0, len(stories), BLOCK):
        own = stories[at : at + BLOCK]
        start = first if at == 0 and first is not None else own[0]
        database.execute(
            "INSERT INTO block (name, shelf, class, start, number, stories)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (*key, start, blocks, len(own)),
        )
        blocks += 1
    return blocks


def _add_to_blocks(
    database: sqlite3.Connection, key: Key, stories: Sequence[int], blocks: int
) -> int:
    """Count ``stories``, which stand in their list already, into its blocks."""
    at = 0
    while at < len(stories):
        start, has, following = _block_of(database, key, stories[at])
        behind = len(stories) if following is None else bisect_left(stories, following, at)
        own = stories[at:behind]
        room = BLOCK - has
        if len(own) <= room:
            _change_block(database, key, start, len(own))
        elif following is None and _is_end(database, key, own):
            _change_block(database, key, start, room)
            blocks = _append_blocks(database, key, own[room:], blocks)
        else:
            blocks = _part_block(database, key, start, following, blocks)
        at = behind
    return blocks


def _block_of(database: sqlite3.Connection, key: Key, story: int) -> tuple[int, int, int | None]:
    """Give start and size of the block that ``story`` belongs to, and where the next starts."""
    start, has, following = database.execute(
        "SELECT start, stories, (SELECT min(next.start) FROM block AS next"
        " WHERE next.name = own.name AND next.shelf = own.shelf AND next.class = own.class"
        " AND next.start > own.start)"
        " FROM block AS own WHERE name = ? AND shelf = ? AND class = ?"
        " AND start <= ? ORDER BY start DESC LIMIT 1",
        (*key, story),
    ).fetchone()
    return start, has, following


def _is_end(database: sqlite3.Connection, key: Key, stories: Sequence[int]) -> bool:
    """Tell whether ``stories``, in their list already, are the last of it."""
    rows = database.execute(
        "SELECT count(*) FROM listed WHERE name = ? AND shelf = ? AND class = ? AND story >= ?",
        (*key, stories[0]),
    ).fetchone()
    return int(rows[0]) == len(stories)


def _change_block(database: sqlite3.Connection, key: Key, start: int, by: int) -> None:
    database.execute(
        "UPDATE block SET stories = stories + ?"
        " WHERE name = ? AND shelf = ? AND class = ? AND start = ?",
        (by, *key, start),
    )


def _part_block(
    database: sqlite3.Connection, key: Key, start: int, following: int | None, blocks: int
) -> int:
    """Part a block that has become too full into halves of a block; gives how many there are."""
    own = [
        row[0]
        for row in database.execute(
            "SELECT story FROM listed WHERE name = ? AND shelf = ? AND class = ?"
            " AND story >= ? AND story < ? ORDER BY story",
            (*key, start, 2**62 if following is None else following),
        )
    ]
    half = BLOCK // 2
    pieces = [own[at : at + half] for at in range(0, len(own), half)]
    database.execute(
        "UPDATE block SET stories = ? WHERE name = ? AND shelf = ? AND class = ? AND start = ?",
        (len(pieces[0]), *key, start),
    )
    for piece in islice(pieces, 1, None):
        blocks = _append_blocks(database, key, piece, blocks)
    return blocks
