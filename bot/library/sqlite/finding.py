"""Finding: random picks and counts."""

import sqlite3
from collections.abc import Hashable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from bot.library.base import COUNT_LIMIT, Count, Filter, Opened
from bot.library.both.results import capped
from bot.library.both.stories import Opening, Stories, opened_of
from bot.library.sqlite import lists
from bot.library.sqlite.asked import Asked, candidates, share, understand
from bot.library.sqlite.connections import Connections
from bot.library.sqlite.lanes import in_one_state
from bot.library.sqlite.memory import Remembering, eyes, question
from bot.library.sqlite.repeats import Room, Rooms, ages, longest_ago, next_of
from bot.story import Audience

_TRIES = 24  # draws before all that fits is looked through
_FEW = 1_000  # stories that are looked through without holding anything up: a millisecond
_NOT_QUICK = object()  # this question belongs where it holds nothing up
_CHANGED = object()  # what is remembered of the lists does not hold any more


class Finding(Stories, Connections):
    """The part of the contract that chooses and counts."""

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
        rooms = self._room(room), self._room(reader)
        found = await self._look_once(partial(_drawn, wanted, audience, rooms, draw))
        if found is _NOT_QUICK:
            found = await self._seek(partial(_drawn_of_all, wanted, audience, rooms, draw))
        assert found is None or isinstance(found, int)
        return found

    async def drawn(
        self,
        wanted: Filter,
        audience: Audience,
        room: int | None,
        draw: float,
        *,
        reader: int | None = None,
        most_words: int | None = None,
    ) -> Opened | None:
        """See `Library.drawn`: one hop for both."""
        rooms = self._room(room), self._room(reader)
        opening = self._to_open(audience, most_words)
        found = await self._look_once(
            partial(_drawn_open, wanted, audience, rooms, draw, opening=opening)
        )
        if found is _NOT_QUICK:
            return await super().drawn(
                wanted, audience, room, draw, reader=reader, most_words=most_words
            )
        assert found is None or isinstance(found, Opened)
        return found

    def _room(self, room: int | None) -> Room:
        """Tell what ``room`` was just shown, and when; to wait would be to wait for imports."""
        return Room(room, {note["story"]: note["at"] for note in self._notes.told(("room", room))})

    async def count_unseen(self, wanted: Filter, audience: Audience, room: int) -> int:
        """See `Library.count_unseen`."""
        await self._notes.written(("room", room))
        return await self._seek(partial(_count_unseen, wanted, audience, room))

    async def count(self, wanted: Filter, audience: Audience) -> Count:
        """See `Library.count`."""
        about = question("count", wanted, audience)
        found = await self._look(partial(_counted_by_lists, wanted, audience), about)
        return found or await self._seek(partial(_counted_one_by_one, wanted, audience), about)

    async def note(self, key: str) -> str | None:
        """See `Library.note`."""
        rows = await self._ask("SELECT value FROM note WHERE key = :key", {"key": key})
        return str(rows[0]["value"]) if rows else None

    async def write_note(self, key: str, value: str) -> None:
        """See `Library.write_note`."""
        await self._change(
            "INSERT INTO note (key, value) VALUES (:key, :value)"
            " ON CONFLICT DO UPDATE SET value = excluded.value",
            {"key": key, "value": value},
        )


# Random picks


def _drawn(
    wanted: Filter,
    audience: Audience,
    rooms: Rooms,
    draw: float,
    database: sqlite3.Connection,
) -> int | object | None:
    """Draw until something fits that ``rooms`` never saw; after some tries that is not quick.

    One statement draws, judges and tells whether the lists are still as they are
    remembered; only when they are not, or nothing is, does it take more.
    """
    if isinstance(database, Remembering):
        memory = database.memory
        asked: Asked | None = memory.recall(("asked", wanted, eyes(audience)))
        if asked is not None and asked.found:
            known = memory.recall(_repeating(asked, rooms))
            found = next_of(known, database, rooms, draw, memory.turnover) if known else None
            if found is not None:
                return found
            found = _drawn_from(asked, rooms, draw, database, memory.turnover)
            if found is not _CHANGED:
                return found
    return in_one_state(partial(_drawn_anew, wanted, audience, rooms, draw), database)


def _drawn_open(
    wanted: Filter,
    audience: Audience,
    rooms: Rooms,
    draw: float,
    database: sqlite3.Connection,
    *,
    opening: Opening,
) -> Opened | object | None:
    found = _drawn(wanted, audience, rooms, draw, database)
    if not isinstance(found, int):
        return found
    sql, values = opening
    # None in the one case that somebody changed the story between the two.
    return opened_of(database.execute(sql, values | {"story": found}).fetchall()) or _NOT_QUICK


def _drawn_anew(
    wanted: Filter,
    audience: Audience,
    rooms: Rooms,
    draw: float,
    database: sqlite3.Connection,
) -> int | object | None:
    return _drawn_from(understand(database, wanted, audience), rooms, draw, database)


def _drawn_from(
    asked: Asked,
    rooms: Rooms,
    draw: float,
    database: sqlite3.Connection,
    turnover: int | None = None,
) -> int | object | None:
    own = asked.rarest(database)
    if not own:
        return None if turnover is None else _CHANGED
    if asked.wanted.stories or asked.wanted.collection or share(database, asked) * _TRIES < 1:
        return _NOT_QUICK
    how, values = asked.drawing
    values = {**values, "room": rooms[0].id, "reader": rooms[1].id}
    chances = _chances(draw)
    for _ in range(_TRIES):
        drawn = lists.draw(database, own, chances, how, values, asked.short)
        if turnover is not None and (drawn is None or drawn.turnover != turnover):
            return _CHANGED
        if drawn is None:
            return None
        if drawn.fits and not any(drawn.story in room.soon for room in rooms):
            return drawn.story
    if not asked.is_simple or sum(each.stories for each in own) > _FEW:
        return _NOT_QUICK
    work = partial(_drawn_of_all, asked.wanted, asked.audience, rooms, draw)
    return work(database) if turnover is None else in_one_state(work, database)


def _drawn_of_all(
    wanted: Filter,
    audience: Audience,
    rooms: Rooms,
    draw: float,
    database: sqlite3.Connection,
) -> int | None:
    asked = understand(database, wanted, audience)
    fitting = sorted(candidates(database, asked))
    if not fitting:
        return None
    known = ages(database, rooms, fitting)
    unseen = sorted(age for age in known if age[:2] == (0, 0))
    if unseen:
        return unseen[int(draw * len(unseen))][2]
    if isinstance(database, Remembering) and len(known) <= _FEW:
        database.memory.keep(_repeating(asked, rooms), known)
    return longest_ago(known, draw)[2]


def _repeating(asked: Asked, rooms: Rooms) -> Hashable:
    """Name the question what ``rooms`` were shown longest ago of all that is asked for."""
    return "repeats", asked.wanted, eyes(asked.audience), *(room.id for room in rooms)


def _chances(draw: float) -> Iterator[float]:
    """Give ``draw``, then numbers in [0, 1) that follow from it (SplitMix64)."""
    yield draw
    state = int(draw * 2**53)
    while True:
        state = (state + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        yield ((mixed ^ (mixed >> 31)) >> 11) / 2**53


# Counts


def _count_unseen(
    wanted: Filter, audience: Audience, room: int, database: sqlite3.Connection
) -> int:
    shown = Room(room, {}).shown(database)
    fitting = candidates(database, understand(database, wanted, audience))
    return sum(1 for _ in islice((s for s in fitting if s not in shown), COUNT_LIMIT))


def _counted_by_lists(
    wanted: Filter, audience: Audience, database: sqlite3.Connection
) -> Count | None:
    asked = understand(database, wanted, audience)
    if not asked.is_possible:
        return Count(0, 0)
    if not asked.is_told_by_lists:
        return None
    restricted = above_ceiling(database, wanted, audience)
    return capped(_sum(asked, database), _sum(restricted, database))


def _counted_one_by_one(wanted: Filter, audience: Audience, database: sqlite3.Connection) -> Count:
    asked = understand(database, wanted, audience)
    restricted = above_ceiling(database, wanted, audience)
    return capped(
        _length(candidates(database, asked)),
        _length(candidates(database, restricted)),
    )


def _sum(asked: Asked, database: sqlite3.Connection) -> int:
    return sum(each.stories for each in asked.rarest(database))


def above_ceiling(database: sqlite3.Connection, wanted: Filter, audience: Audience) -> Asked:
    """Ask for what an age-restricted channel would show beside what is visible."""
    beyond = replace(audience, ceiling=max(audience.ceiling, audience.beyond))
    return replace(understand(database, wanted, beyond), beside=audience)


def _length(stories: Iterator[int]) -> int:
    return sum(1 for _ in islice(stories, COUNT_LIMIT + 1))
