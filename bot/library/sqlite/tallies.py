"""How long the lists of a name are: one row for each shelf, so that one look tells.

A row counts the stories by the highest rating an audience may see, for names
that are offered and counted, and then holds every list of the name on that
shelf, the longest first, for whoever draws or reads some of them.
"""

import json
import sqlite3
import struct
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import NamedTuple

from bot.story import Rating

Key = tuple[int, int, int]  # name, shelf, class
Sizes = dict[int, tuple[int, int]]  # of one name on one shelf, by class: stories, blocks
Packed = tuple[int, bytes]  # a shelf, and the lists there

_LIST = struct.Struct("<3I")  # class, stories, blocks
_RATED = {rating: rating.name.lower() for rating in Rating}  # the columns
_CLASSES = 4  # of each rating


class Counted(NamedTuple):
    """One list with how long it is."""

    name: int
    shelf: int
    kind: int  # its class
    stories: int
    blocks: int

    @property
    def key(self) -> Key:
        """Give what the list is found by."""
        return self[:3]


class Packing:
    """A way for SQLite to gather rows of class, stories and blocks (an aggregate)."""

    def __init__(self) -> None:
        self._lists: Sizes = {}

    def step(self, kind: int, stories: int, blocks: int) -> None:
        """Take one row."""
        self._lists[kind] = stories, blocks

    def finalize(self) -> bytes:
        """Give all of them, as they are kept."""
        return _pack(self._lists)


def column_of(ceiling: Rating) -> str:
    """Give the column that counts the stories which are rated ``ceiling`` at most."""
    return _RATED[ceiling]


def packed(database: sqlite3.Connection, name: int, shelves: Iterable[int]) -> list[Packed]:
    """Read the lists of ``name`` on ``shelves``, to be unpacked by `counted`."""
    numbers = tuple(dict.fromkeys(shelves))
    rows = database.execute(
        f"SELECT shelf, lists FROM tally WHERE name = ? AND shelf IN"
        f" ({', '.join('?' * len(numbers))})",
        (name, *numbers),
    )
    return [(shelf, lists) for shelf, lists in rows.fetchall()]


def counted(name: int, rows: Iterable[Packed], within: Container[int]) -> list[Counted]:
    """Give those lists of ``name`` whose class is one of ``within``."""
    return [
        Counted(name, shelf, kind, stories, blocks)
        for shelf, lists in rows
        for kind, stories, blocks in _LIST.iter_unpack(lists)
        if kind in within
    ]


def read(
    database: sqlite3.Connection, which: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], Sizes]:
    """Give the sizes of all lists of names on shelves, of those that are there."""
    wanted = set(which)
    found = database.execute(
        "SELECT name, shelf, lists FROM json_each(:names) AS wanted"
        " CROSS JOIN tally ON tally.name = wanted.value"
        " AND tally.shelf IN (SELECT value FROM json_each(:shelves))",
        {
            "names": json.dumps(sorted({name for name, _ in wanted})),
            "shelves": json.dumps(sorted({shelf for _, shelf in wanted})),
        },
    )
    return {
        (name, shelf): {
            kind: (stories, blocks) for kind, stories, blocks in _LIST.iter_unpack(lists)
        }
        for name, shelf, lists in found
        if (name, shelf) in wanted
    }


def write(database: sqlite3.Connection, sizes: Mapping[tuple[int, int], Sizes]) -> None:
    """Write down the sizes of all lists of names on shelves; empty ones are left out."""
    left = {
        which: {kind: size for kind, size in own.items() if size[0]} for which, own in sizes.items()
    }
    database.executemany(
        _WRITE, ((*which, *_by_rating(own), _pack(own)) for which, own in left.items() if own)
    )
    database.executemany(
        "DELETE FROM tally WHERE name = ? AND shelf = ?",
        (which for which, own in left.items() if not own),
    )


def _by_rating(lists: Sizes) -> Iterator[int]:
    counts = [0] * len(_RATED)
    for kind, (stories, _) in lists.items():
        counts[min(kind // _CLASSES, max(_RATED))] += stories  # what we do not know is last
    return accumulate(counts)


def _pack(lists: Mapping[int, tuple[int, int]]) -> bytes:
    longest_first = sorted(lists.items(), key=lambda each: (-each[1][0], each[0]))
    return b"".join(_LIST.pack(kind, *sizes) for kind, sizes in longest_first)


_WRITE = (
    f"INSERT OR REPLACE INTO tally (name, shelf, {', '.join(_RATED.values())}, lists)"
    f" VALUES ({', '.join('?' * (len(_RATED) + 3))})"
)
