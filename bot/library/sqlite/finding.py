"""Finding: random picks and counts."""

import sqlite3
from array import array
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from bot.library.base import COUNT_LIMIT, Count, Filter, Opened
from bot.library.both.results import capped
from bot.library.both.stories import Opening, Stories, opened_of
from bot.library.sqlite.asked import Asked, candidates, share, understand
from bot.library.sqlite.connections import Connections
from bot.library.sqlite.lanes import in_one_state
from bot.library.sqlite.lists import Urn
from bot.library.sqlite.memory import Remembering, eyes, question, remembered
from bot.library.sqlite.repeats import Room, Rooms, ages, longest_ago, next_of
from bot.story import Audience

_TRIES = 24  # stories drawn before all that fits is looked through
_DRAWS = 200  # from blocks that are a quarter full at least: that many come to a story long before
_DRAWS_AT_ONCE = 2  # on the event loop: each is one look into an index
_KEPT = 10_000  # stories that fit and are remembered at most: 80 kilobytes
_FEW = 1_000  # stories that are looked through without holding anything up: a millisecond
_NOT_QUICK = object()  # this question belongs where it holds nothing up
_CHANGED = object()  # the lists are not any more as they were
_MISSED = object()  # nothing that was drawn fits


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
        rooms = self._rooms(room, reader)
        about = _urn_for(wanted, audience)
        found = self._glance_at(about, partial(_drawn_at_once, rooms, draw))
        if found is None or isinstance(found, int):
            return found
        work = partial(_drawn_with_urn, wanted, audience, rooms, draw, about)
        found, urn, turnover = await self._look_once(work)
        self._keep(about, urn, turnover)
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
        rooms = self._rooms(room, reader)
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

    def _rooms(self, room: int | None, reader: int | None) -> Rooms:
        """Tell what both were just shown, and when; to wait would be to wait for imports."""
        if self._notes.are_written:
            return Room(room, {}), Room(reader, {})
        return self._room(room), self._room(reader)

    def _room(self, room: int | None) -> Room:
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
        urn: Urn | None = memory.recall(_urn_for(wanted, audience))
        if urn is not None:
            known = memory.recall(_repeating(urn, rooms))
            if known is not None:
                found = next_of(known, database, rooms, draw, memory.turnover)
                if found is not None:
                    return found
            found = _drawn_from(urn, rooms, draw, database, memory.turnover)
            if found is _MISSED:
                work = partial(_looked_through, wanted, audience, rooms, draw)
                return in_one_state(work, database)
            if found is not _CHANGED:
                return found
    return in_one_state(partial(_drawn_anew, wanted, audience, rooms, draw), database)


def _drawn_at_once(
    rooms: Rooms, draw: float, urn: Urn, database: sqlite3.Connection, turnover: int
) -> int | object | None:
    return _drawn_from(urn, rooms, draw, database, turnover, _DRAWS_AT_ONCE)


def _drawn_with_urn(
    wanted: Filter,
    audience: Audience,
    rooms: Rooms,
    draw: float,
    about: Hashable,
    database: sqlite3.Connection,
) -> tuple[int | object | None, Urn | None, int]:
    """Do as `_drawn`, and give what was drawn from, with the state in which it holds."""
    found = _drawn(wanted, audience, rooms, draw, database)
    assert isinstance(database, Remembering)
    return found, database.memory.recall(about), database.memory.turnover


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
    asked = understand(database, wanted, audience)
    is_drawn = not (wanted.stories or wanted.collection)
    if asked.rarest(database) and not (is_drawn and share(database, asked) * _TRIES >= 1):
        return _NOT_QUICK
    urn = remembered(database, _urn_for(wanted, audience), partial(asked.urn, database))
    found = _drawn_from(urn, rooms, draw, database)
    if found is None or isinstance(found, int):
        return found
    return _looked_through(wanted, audience, rooms, draw, database)


def _drawn_from(
    urn: Urn,
    rooms: Rooms,
    draw: float,
    database: sqlite3.Connection,
    turnover: int | None = None,
    most: int = _DRAWS,
) -> int | object | None:
    """Draw until something fits that ``rooms`` never saw; None when there is nothing at all."""
    room, reader = rooms
    misses = 0
    for chance in islice(_chances(draw), most):
        drawn = urn.draw(database, chance, room=room.id, reader=reader.id)
        if drawn is None:
            continue
        story, fits, state = drawn
        if turnover is not None and state != turnover:
            return _CHANGED
        if not story:
            return None
        if fits and story not in room.soon and story not in reader.soon:
            return story
        misses += 1
        if misses == _TRIES:
            return _MISSED
    return _CHANGED


def _looked_through(
    wanted: Filter,
    audience: Audience,
    rooms: Rooms,
    draw: float,
    database: sqlite3.Connection,
) -> int | object | None:
    """Look through all that there is where nothing that was drawn fitted, if that is quick."""
    asked = understand(database, wanted, audience)
    stories = sum(each.stories for each in asked.rarest(database))
    looks = 2 if asked.shunned else 1  # at each
    if not asked.is_simple_but_for_shunned or stories * looks > _FEW:
        return _NOT_QUICK
    return _drawn_of_all(wanted, audience, rooms, draw, database)


def _urn_for(wanted: Filter, audience: Audience) -> Hashable:
    return "urn", wanted, eyes(audience)


def _drawn_of_all(
    wanted: Filter,
    audience: Audience,
    rooms: Rooms,
    draw: float,
    database: sqlite3.Connection,
) -> int | None:
    fitting = _all_that_fits(database, wanted, audience)
    if not fitting:
        return None
    room, reader = (room.shown(database) for room in rooms)
    unseen = [story for story in fitting if story not in room and story not in reader]
    if unseen:
        return unseen[int(draw * len(unseen))]
    known = ages(room, reader, fitting)
    if isinstance(database, Remembering) and len(known) <= _FEW:
        urn: Urn | None = database.memory.recall(_urn_for(wanted, audience))
        if urn is not None:
            database.memory.keep(_repeating(urn, rooms), known)
    return longest_ago(known, draw)[2]


def _all_that_fits(
    database: sqlite3.Connection, wanted: Filter, audience: Audience
) -> Sequence[int]:
    """Give all stories that fit, in order; not too many are kept: somebody may want another."""
    about = question("fitting", wanted, audience)
    memory = database.memory if about and isinstance(database, Remembering) else None
    found: Sequence[int] | None = memory.recall(about) if memory else None
    if found is None:
        found = array("q", sorted(candidates(database, understand(database, wanted, audience))))
        if memory and len(found) <= _KEPT:
            memory.keep(about, found)
    return found


def _repeating(urn: Urn, rooms: Rooms) -> Hashable:
    """Name the question what ``rooms`` were shown longest ago of all that is in ``urn``."""
    return "repeats", urn, rooms[0].id, rooms[1].id


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
