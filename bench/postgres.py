"""Finding in PostgreSQL: the questions of `find`, beside a bare read by key.

The server runs on this machine and does most of the work, so what is counted is
the time that passes, and not our CPU; a library of a tenth of the stories is
asked in turn on the same server.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Any, cast

from bench import find_library
from bench.find import Question, quick_questions, searches_for_words, show_many
from bench.measure import in_turn_awaited, percentile
from bench.report import Outcome, at_most, table
from bot.library import library_at
from bot.library.base import OPERATOR_SHELF, Library
from tests.postgres import NoServer, Server

SIZES, QUICK_SIZES = (5_000, 50_000), (1_000, 10_000)
ROUNDS, EACH = 4, 10
GROWN = 5.0  # times as long with ten times the stories, where no words are looked for
LONGEST = 1_500  # milliseconds: the server ends a search after 1,000, then the newest are searched
_BATCH = 1_000  # stories of a transaction


@dataclass(slots=True)
class _Opened:
    size: int
    library: Library
    rng: Random
    bare: list[float] = field(default_factory=list[float])
    asked: list[float] = field(default_factory=list[float])


@dataclass(frozen=True, slots=True)
class _Taken:
    """What one question took in one library, in milliseconds, and beside a bare read."""

    middle: float
    tail: float
    ratio: float


Results = dict[str, dict[int, _Taken]]


def measure(quick: bool) -> Outcome:
    """Ask 50,000 stories (quick: 10,000), and a tenth of them."""
    sizes = QUICK_SIZES if quick else SIZES
    try:
        server = Server()
    except NoServer as error:
        return Outcome("Finding in PostgreSQL", f"Not measured: {error}.", "", ())
    try:
        server.start()
        version = str(server.run("SHOW server_version")[0][0])
        plain, words, made = asyncio.run(_measured(server, sizes))
    finally:
        server.remove()
    few, many = sizes
    growth = {name: taken[many].middle / taken[few].middle for name, taken in plain.items()}
    slowest = max(taken[many].tail for taken in (plain | words).values())
    aims = (
        at_most(
            f"no question without words takes more than {GROWN:.0f} times as long with ten times"
            " the stories",
            max(growth.values()),
            GROWN,
            note=f" ({max(growth, key=lambda name: growth[name])})",
        ),
        at_most(f"no answer takes {LONGEST:,} ms, p99", slowest, LONGEST, ".0f", " ms"),
    )
    head = ["", *(f"{size:,}, bare reads" for size in sizes), f"{many:,}, ms", "p99, ms"]
    body = "\n\n".join(
        f"## {title}\n\n{table(head, [_row(name, taken) for name, taken in found.items()])}"
        for title, found in (("Without words", plain), ("With words", words))
    )
    about = (
        f"PostgreSQL {version} on the same machine, its tables in memory. Times that passed, p50 as"
        f" multiples of reading one row by its key; {ROUNDS * EACH} times each, in turn."
        f" {made}"
    )
    return Outcome("Finding in PostgreSQL", about, body, aims, ("asyncpg",))


def _row(name: str, taken: dict[int, _Taken]) -> list[str]:
    last = taken[max(taken)]
    ratios = [f"{taken[size].ratio:.1f}" for size in sorted(taken)]
    return [name, *ratios, f"{last.middle:.1f}", f"{last.tail:.0f}"]


async def _measured(server: Server, sizes: tuple[int, ...]) -> tuple[Results, Results, str]:
    async with _filled(server, sizes) as (opened, made):
        plain = {each.name: await _asked(each, opened) for each in quick_questions()}
        words = {each.name: await _asked(each, opened) for each in searches_for_words()}
    return plain, words, made


@asynccontextmanager
async def _filled(
    server: Server, sizes: tuple[int, ...]
) -> AsyncGenerator[tuple[list[_Opened], str]]:
    """Make a library of each size; tells how long the largest took."""
    opened: list[_Opened] = []
    told = ""
    try:
        for size in sizes:
            name = f"of_{size}"
            server.run(f"CREATE DATABASE {name}")
            library = library_at(server.address(name))
            await library.open()
            opened.append(_Opened(size, library, Random(size)))
            begun = time.monotonic()
            await _fill(library, size)
            told = f"Making the larger library took {time.monotonic() - begun:.0f} seconds."
            await show_many(library, size)
            server.run("VACUUM ANALYZE", name)
        sys.stderr.write("\n")
        yield opened, told
    finally:
        for each in opened:
            await each.library.close()


async def _fill(library: Library, size: int) -> None:
    stories = find_library.generate()
    for had in range(0, size, _BATCH):
        batch = list(islice(stories, min(_BATCH, size - had)))
        for shelf in (OPERATOR_SHELF, find_library.SERVER):
            entries = [
                find_library.entry_of(number, story) for at, number, story in batch if at == shelf
            ]
            await library.keep(shelf, entries, find_library.LIBRARY_AT)
        sys.stderr.write(f"\rmaking a library: {had + len(batch):,} stories ")


async def _asked(question: Question, opened: list[_Opened]) -> dict[int, _Taken]:
    ways: dict[str, Callable[[], Awaitable[object]]] = {}
    for of in opened:
        of.bare, of.asked = [], []

        def ask(of: _Opened = of) -> Awaitable[object]:
            return question.ask(of.library, of.rng)

        ways[f"bare {of.size}"] = _calls(of.bare, lambda of=of: _bare(of), EACH * 4)
        ways[f"ours {of.size}"] = _calls(of.asked, ask, EACH)
    await in_turn_awaited(ways, ROUNDS + 1)
    return {of.size: _taken(of) for of in opened}


def _calls(
    taken: list[float], call: Callable[[], Awaitable[object]], each: int
) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        for _ in range(each):
            asking = call()  # what to ask is thought of before the clock runs
            begin = time.perf_counter()
            await asking
            taken.append((time.perf_counter() - begin) * 1_000)

    return run


def _bare(of: _Opened) -> Awaitable[object]:
    """Read a row by its key, through the connection that answers look-ups."""
    told = cast("Any", of.library)._ask(
        "SELECT id, title, rating, words FROM story WHERE id = :id",
        {"id": of.rng.randint(1, of.size)},
    )
    return cast("Awaitable[object]", told)


def _taken(of: _Opened) -> _Taken:
    bare, asked = of.bare[EACH * 4 :], of.asked[EACH:]  # the first round warms up
    middle = statistics.median(asked)
    return _Taken(middle, percentile(asked, 99), middle / statistics.median(bare))
