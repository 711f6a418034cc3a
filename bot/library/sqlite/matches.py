"""The matches of a search, the newest first, found in bounded time.

One look through the index serves both for what the asker may see and for how
much an age-restricted channel would show beside that, until there are enough
of both; a beginning of a word costs as much as all the words that begin so
each time it is looked for. The look ends at a deadline, with what it has found
by then.

Matches come back as many at once as are missing. A statement gives the interpreter's
lock away and takes it back at every row: two thousand rows, one by one, held
look-ups up on the other threads to twice and thrice their time.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from bot.library.base import COUNT_LIMIT, Filter
from bot.library.sqlite import index
from bot.library.sqlite.asked import Asked, indexed, understand
from bot.library.sqlite.finding import above_ceiling
from bot.library.sqlite.visible import rated
from bot.prose.query import Query
from bot.story import Audience

RANKED = 1_000  # matches that are all weighed; of more, the newest stand for all
SECONDS = 0.15  # until a search ends with what it has
MORE_SECONDS = 0.05  # for the rest of what lies above the ceiling
_PATIENCE = 2_000  # matches looked at when there are enough of one sort, for the other
_MERGED = 3_000  # matches of a beginning asked for first: to ask for more costs the same again
_DENSE = 4  # stories of which one matches: closer together, their rows are quicker than an index


class Late(Exception):
    """The time for a search is over."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: the filter understood, and all of it as an expression."""

    query: Query
    asked: Asked
    told: str


@dataclass(frozen=True, slots=True)
class Matches:
    """The newest stories that match, and why there are no more of them.

    ``restricted`` counts those that only an age-restricted channel may see, to one
    more than `COUNT_LIMIT`.
    """

    stories: list[int]
    are_too_many: bool = False
    are_late: bool = False
    restricted: int = 0
    is_more_restricted: bool = False

    @property
    def are_all(self) -> bool:
        """Tell whether there are no others."""
        return not (self.are_too_many or self.are_late)


@dataclass(slots=True)
class _Seen:
    """How far a look through the index came, and what it saw."""

    has_two_sorts: bool  # whether any match can be one of an age-restricted channel alone
    least: int  # looked at first
    stories: list[int] = field(default_factory=list[int])
    restricted: int = 0
    last: int | None = None  # the match at which it stopped; None: it came to the end
    is_late: bool = False
    is_dense: bool = False  # whether the last ones stood close together
    patience: int = field(default_factory=lambda: _PATIENCE)

    def add(self, stories: Sequence[int], looked_at: int, last: int) -> None:
        """Take in some matches: those of the first sort, and how many there were of both."""
        if self.has_one_sort:
            self.patience -= looked_at
        self.stories.extend(stories)
        self.restricted += looked_at - len(stories)
        self.last = last

    @property
    def has_stories(self) -> bool:
        return len(self.stories) > RANKED

    @property
    def has_restricted(self) -> bool:
        return self.restricted > COUNT_LIMIT

    @property
    def has_one_sort(self) -> bool:
        return self.has_stories or self.has_restricted

    @property
    def is_enough(self) -> bool:
        has_both = self.has_stories and (self.has_restricted or not self.has_two_sorts)
        return has_both or (self.has_one_sort and self.patience <= 0)

    @property
    def missing(self) -> int:
        """Guess how many more matches to look at: as if the rest were like those seen."""
        seen = len(self.stories) + self.restricted
        lacks = [(RANKED + 1 - len(self.stories), len(self.stories))]
        if self.has_two_sorts:
            lacks.append((COUNT_LIMIT + 1 - self.restricted, self.restricted))
        if not seen:
            return max(self.least, sum(lack for lack, _ in lacks))
        guesses = sorted(max(0, lack) * seen // max(1, had) for lack, had in lacks)
        guess = min(guesses[-1], guesses[0] + max(0, self.patience))
        return guess + guess // 8 + 1


def alarm(seconds: float) -> Callable[[], None]:
    """Give a function that raises `Late` from ``seconds`` on."""
    end = time.monotonic() + seconds

    def stop() -> None:
        if time.monotonic() > end:
            raise Late

    return stop


def sought_for(database: sqlite3.Connection, query: Query, asked: Asked) -> Sought:
    """Write what is looked for as an expression of the index."""
    must, never = asked.facets(database)
    return Sought(query, asked, index.expression(query, must, never))


def collect(
    database: sqlite3.Connection, sought: Sought, wanted: Filter, audience: Audience
) -> Matches:
    """Give the newest `RANKED` matches, or those found until the time is over."""
    stop = alarm(SECONDS)
    above = above_ceiling(database, wanted, audience)
    seen = _look(database, sought, wanted, audience, stop, is_any_above=bool(above.classes))
    if not (seen.is_late or seen.last is None or seen.has_stories):
        try:
            more = in_time(database, sought, stop, below=seen.last)
            seen.stories.extend(islice(more, RANKED + 1 - len(seen.stories)))
        except Late:
            seen.is_late = True
    restricted, is_more = _restricted(database, seen, sought, above)
    return Matches(
        seen.stories[:RANKED],
        are_too_many=seen.has_stories,
        are_late=seen.is_late and not seen.has_stories,
        restricted=restricted,
        is_more_restricted=is_more,
    )


def _look(
    database: sqlite3.Connection,
    sought: Sought,
    wanted: Filter,
    audience: Audience,
    stop: Callable[[], None],
    *,
    is_any_above: bool,
) -> _Seen:
    """Look through all matches up to the higher ceiling, until there are enough of one sort."""
    own, values = "1", dict[str, Any]()
    if is_any_above:
        most = max(audience.ceiling, audience.beyond)
        asked = understand(database, wanted, replace(audience, ceiling=most))
        sought = sought_for(database, sought.query, asked)
        own, values = rated(audience, "own_ceiling"), {"own_ceiling": int(audience.ceiling)}
    is_merged = any(term.is_beginning for term in sought.query.wanted)
    seen = _Seen(has_two_sorts=is_any_above, least=_MERGED if is_merged else 0)
    if not sought.asked.is_possible:
        return seen
    try:
        for number in index.shards(database):
            if _look_into(database, number, sought, own, values, stop, seen):
                return seen
        seen.last = None
    except Late:
        seen.is_late = True
    return seen


def _look_into(
    database: sqlite3.Connection,
    number: int,
    sought: Sought,
    own: str,
    more: Mapping[str, Any],
    stop: Callable[[], None],
    seen: _Seen,
) -> bool:
    """Look through the matches of one shard; gives whether ``seen`` has enough of them."""
    words = f"words_{number}"
    values = {**sought.asked.values, **more, "told": sought.told, "below": 2**62}
    while True:
        stop()
        values["most"] = most = seen.missing
        by = "" if seen.is_dense else "INDEXED BY story_by_sight"
        found, looked_at, first, last = database.execute(
            "SELECT json_group_array(id) FILTER (WHERE is_own), count(*), max(id), min(id) FROM"
            f" (SELECT {words}.rowid AS id, {own} AS is_own FROM {words}"
            f" CROSS JOIN story {by} ON story.id = {words}.rowid"
            f" WHERE {words} MATCH :told AND {words}.rowid < :below AND {sought.asked.rest}"
            f" ORDER BY {words}.rowid DESC LIMIT :most)",
            values,
        ).fetchone()
        if looked_at:
            seen.add(sorted(json.loads(found), reverse=True), looked_at, last)
            seen.is_dense = first - last < _DENSE * looked_at
            if seen.is_enough:
                return True
        if looked_at < most:
            return False
        values["below"] = last


def _restricted(
    database: sqlite3.Connection, seen: _Seen, sought: Sought, above: Asked
) -> tuple[int, bool]:
    """Count what lies above the ceiling, from where the look stopped; and whether there is more."""
    found = seen.restricted
    if not above.classes or seen.has_restricted:
        return found, seen.has_restricted
    if seen.last is None and not seen.is_late:
        return found, False
    rest = sought_for(database, sought.query, above)
    more = in_time(database, rest, alarm(MORE_SECONDS), below=seen.last)
    try:
        for _ in islice(more, COUNT_LIMIT + 1 - found):
            found += 1
    except Late:
        return found, True
    return found, found > COUNT_LIMIT


def in_time(
    database: sqlite3.Connection, sought: Sought, stop: Callable[[], None], **bounds: int | None
) -> Iterator[int]:
    """Give all matches, and raise what ``stop`` raises."""
    if sought.asked.is_possible:
        yield from indexed(database, sought.asked, sought.told, pause=stop, **bounds)


def some(
    database: sqlite3.Connection, sought: Sought, most: int, **bounds: int | None
) -> list[int]:
    """Give the next matches by age, or those of them that are found in time."""
    found: list[int] = []
    with suppress(Late):
        matches = in_time(database, sought, alarm(SECONDS), **bounds)
        found.extend(islice(matches, max(0, most)))
    return found
