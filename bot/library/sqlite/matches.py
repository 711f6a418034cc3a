"""The matches of a search, the newest first, found in bounded time.

One look through the index serves both for what the asker may see and for how
much an age-restricted channel would show beside that, until there are enough
of both; a beginning of a word costs as much as all the words that begin so
each time it is looked for. The look ends at a deadline, with what it has found
by then.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from bot.library.base import COUNT_LIMIT, Filter
from bot.library.sqlite import index
from bot.library.sqlite.asked import Asked, understand
from bot.library.sqlite.finding import above_ceiling
from bot.library.sqlite.looks import Look, Stretch, stories_of
from bot.library.sqlite.visible import rated
from bot.prose.query import Query
from bot.story import Audience

RANKED = 1_000  # matches that are all weighed; of more, the newest stand for all
SECONDS = 0.15  # until a search ends with what it has
MORE_SECONDS = 0.05  # for the rest of what lies above the ceiling
_PATIENCE = 2_000  # matches looked at when there are enough of one sort, for the other
_MERGED = 3_000  # matches of a beginning asked for first: to ask for more costs the same again


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
    patience: int = field(default_factory=lambda: _PATIENCE)

    def add(self, found: Stretch) -> None:
        """Take in some matches: those of the first sort, and how many there were of both."""
        if not found.looked_at:
            return
        if self.has_one_sort:
            self.patience -= found.looked_at
        self.stories.extend(found.stories)
        self.restricted += found.looked_at - len(found.stories)
        self.last = found.last

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
            lack = RANKED + 1 - len(seen.stories)
            more = in_time(database, sought, stop, lack, below=seen.last)
            seen.stories.extend(islice(more, lack))
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
    look = Look(
        database,
        sought.told,
        sought.asked.rest,
        {**sought.asked.values, **values},
        sort=own,
    )
    try:
        while not (look.is_over or seen.is_enough):
            stop()
            seen.add(look.go_on(seen.missing))
    except Late:
        seen.is_late = True
    if look.is_over and not seen.is_enough:
        seen.last = None
    return seen


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
    lack = COUNT_LIMIT + 1 - found
    more = in_time(database, rest, alarm(MORE_SECONDS), lack, below=seen.last)
    try:
        for _ in islice(more, lack):
            found += 1
    except Late:
        return found, True
    return found, found > COUNT_LIMIT


def in_time(
    database: sqlite3.Connection,
    sought: Sought,
    stop: Callable[[], None],
    at_once: int,
    **bounds: int | None,
) -> Iterator[int]:
    """Give all matches, the first ones ``at_once``, and raise what ``stop`` raises."""
    if sought.asked.is_possible:
        yield from stories_of(sought.asked.look(database, sought.told, **bounds), at_once, stop)


def some(
    database: sqlite3.Connection, sought: Sought, most: int, **bounds: int | None
) -> list[int]:
    """Give the next matches by age, or those of them that are found in time."""
    found: list[int] = []
    with suppress(Late):
        matches = in_time(database, sought, alarm(SECONDS), max(1, most), **bounds)
        found.extend(islice(matches, max(0, most)))
    return found
