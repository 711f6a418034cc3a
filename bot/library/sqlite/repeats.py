"""A room that was shown all that fits: what it was shown longest ago.

A small library is used up soon, and from then on every draw is one of these. What
was shown when is kept in order in memory. A moment only ever moves on, so the first
in order is right as soon as the database says the same of it; what says less was
forgotten there, and then all is read anew.
"""

import heapq
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

Age = tuple[int, int, int]  # when the room was shown it, when the reader was, and the story

_NOW = (
    "SELECT (SELECT number FROM turnover),"
    " (SELECT at FROM shown WHERE room = :room AND story = :story),"
    " (SELECT at FROM shown WHERE room = :reader AND story = :story)"
)


class Room(NamedTuple):
    """Who is not shown the same again, and what they were shown since the library knows."""

    id: int | None
    soon: dict[int, int]  # when, by story

    def shown(self, database: sqlite3.Connection) -> dict[int, int]:
        """Give when each story was shown here last."""
        if self.id is None:
            return {}
        rows = database.execute("SELECT story, at FROM shown WHERE room = ?", (self.id,))
        return {row[0]: row[1] for row in rows} | self.soon


Rooms = tuple[Room, Room]  # the channel's, and the reader's own


def ages(shown: Mapping[int, int], read: Mapping[int, int], fitting: Iterable[int]) -> list[Age]:
    """Give since when a room and a reader were not shown each of ``fitting``, as a heap.

    They are told what was shown when; 0 is never.
    """
    known = [(shown.get(story, 0), read.get(story, 0), story) for story in fitting]
    heapq.heapify(known)
    return known


def longest_ago(known: Sequence[Age], draw: float) -> Age:
    """Choose among those that were shown longest ago; what the room saw, many may have seen."""
    first, found, places = known[0][:2], list[Age](), [0]
    while places:  # in a heap nothing stands below what is later
        place = places.pop()
        if place < len(known) and known[place][:2] == first:
            found.append(known[place])
            places += (2 * place + 1, 2 * place + 2)
    return sorted(found)[int(draw * len(found))]


def next_of(
    known: list[Age], database: sqlite3.Connection, rooms: Rooms, draw: float, turnover: int
) -> int | None:
    """Choose as `longest_ago` does of what was ``known`` once, and bring that up to date.

    None when it does not hold any more: stories changed, or something was forgotten.
    """
    while True:
        chosen = longest_ago(known, draw)
        story = chosen[2]
        state, at, own_at = database.execute(
            _NOW, {"room": rooms[0].id, "reader": rooms[1].id, "story": story}
        ).fetchone()
        now = rooms[0].soon.get(story, at or 0), rooms[1].soon.get(story, own_at or 0), story
        if state != turnover or now[0] < chosen[0] or now[1] < chosen[1]:
            return None
        if now == chosen:
            return story
        if chosen is known[0]:
            heapq.heapreplace(known, now)
        else:
            known[known.index(chosen)] = now
            heapq.heapify(known)
