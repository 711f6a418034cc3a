"""Finding in SQLite: libraries of 1,000 to 1,000,000 stories beside a bare read by primary key."""

import asyncio
import statistics
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, cast

from bench import find_library
from bench.find_library import EVERYWHERE, RARE, SERVER, character, nth, tag
from bench.measure import Spread, in_turn_awaited, percentile, slope, spread
from bench.report import Aim, Outcome, at_most, shown, table
from bot.library.base import Filter, Library, Order
from bot.library.sqlite import SqliteLibrary
from bot.library.sqlite.memory import Memory, Remembering
from bot.prose.query import parse_query
from bot.prose.words import fold
from bot.reading import CHARACTER_KINDS, TAG_KINDS, for_random
from bot.story import Audience, Rating, TagKind

SIZES = (1_000, 10_000, 100_000, 1_000_000)
PAGE = 6  # stories: five on a page, and one that tells whether there are more
CHOICES = 25
LETTERS = range(1, 7)
ROOM = 7
FULL_ROOM, READER = 8, 9  # both were shown a thousand stories
SHOWN = 1_000
WARMING = 3  # rounds that are not counted
_SHOWN_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
MOST = 2.0  # times the bare read, at p50
MOST_SLOPE = 0.1
SEARCH_MOST, SEARCH_MOST_P99 = 400, 2_000
BESIDE_MOST = 1.5
# What an ordinary channel of a server asks with.
ASKER = Audience(ceiling=Rating.TEEN, beyond=Rating.NOT_RATED, server=SERVER)
HEAVIEST = f'"{EVERYWHERE}"'

Ask = Callable[[Library, Random], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask: a name for the table, and whether it is bound by an aim."""

    name: str
    ask: Ask
    is_aimed: bool = True


Call = tuple[float, float]  # seconds of CPU, seconds on the wall


@dataclass(slots=True)
class Opened:
    """An open library, its size, and what every call took, by round."""

    size: int
    library: SqliteLibrary
    rng: Random
    bare: list[list[Call]] = field(default_factory=list[list[Call]])
    asked: list[list[Call]] = field(default_factory=list[list[Call]])
    first: list[list[Call]] = field(default_factory=list[list[Call]])  # with nothing remembered
    bare_then: list[list[Call]] = field(default_factory=list[list[Call]])  # in turn with those


@dataclass(frozen=True, slots=True)
class Taken:
    """What one question took in one library; ratios are to the bare read's p50, of CPU time."""

    middle: float  # seconds of CPU
    ratio: Spread  # p50, round by round
    tail: float  # p99
    first: float  # p50 with nothing remembered
    wall: float  # seconds
    wall_tail: float  # seconds, p99
    wall_bare: float  # seconds


Results = dict[str, dict[int, Taken]]


def measure(quick: bool) -> Outcome:
    """Make the libraries that are missing, ask everything in turn, and name what is missed."""
    sizes = SIZES[:2] if quick else SIZES
    paths = find_library.libraries(list(sizes))
    for path in paths.values():
        _read_once(path)
    rounds, each = (5, 40) if quick else (7, 80)
    searches = 4 if quick else 12
    quickly, words, beside = asyncio.run(_measured(paths, rounds, each, searches))
    return Outcome(
        title="Finding stories in a library of up to a million",
        about=_about(sizes, rounds, each, searches),
        body=_body(quickly, words, beside, sizes),
        aims=tuple(_aims(quickly, words, beside, sizes)),
        packages=("aiosqlite",),
    )


def _read_once(path: Path) -> None:
    """Have the system hold a file in memory, as far as it has room: no disk is measured."""
    with path.open("rb") as file:
        while file.read(2**20):
            pass


# What is asked


def quick_questions() -> list[Question]:
    """Give all that has to be answered at once."""

    def random(*names: tuple[TagKind, str], room: int = ROOM, reader: int | None = None) -> Ask:
        wanted = for_random(Filter(names=tuple((k, fold(name)) for k, name in names)), ASKER)
        return lambda library, rng: library.random(wanted, ASKER, room, rng.random(), reader=reader)

    def page(number: Callable[[Random], int], *, is_last: bool) -> Ask:
        return lambda library, rng: library.listing(
            Filter(names=((TagKind.CHARACTER, fold(character(number(rng)))),)),
            ASKER,
            0,
            PAGE,
            order=Order.NEWEST,
            before=-1 if is_last else 0,
        )

    def listed(what: str, number: Callable[[Random], int]) -> Iterator[Question]:
        for which, is_last in (("first", False), ("last", True)):
            yield Question(f"{what}, {which} page", page(number, is_last=is_last))

    def called(library: Library, rng: Random) -> Awaitable[object]:
        return library.name_called(TAG_KINDS, fold(tag(nth(rng, 1_000))), ASKER)

    def counted(library: Library, rng: Random) -> Awaitable[object]:
        name = fold(character(nth(rng, 1_000)))
        return library.count(Filter(names=((TagKind.CHARACTER, name),)), ASKER)

    def opened(library: Library, rng: Random) -> Awaitable[object]:
        return library.drawn(for_random(Filter(), ASKER), ASKER, ROOM, rng.random())

    popular, rare = (TagKind.CHARACTER, character(0)), (TagKind.CHARACTER, character(30))
    return [
        Question("random, no filter", random()),
        Question("random, popular character", random(popular)),
        Question("random, a thousand shown", random(room=FULL_ROOM, reader=READER)),
        Question("random, any character", _random_of_any),
        Question("random, opened to be read", opened, False),
        Question("random, rare pair of filters", random(rare, (TagKind.FREEFORM, tag(30))), False),
        *listed("popular character", lambda _: 0),
        *listed("any character", lambda rng: nth(rng, 1_000)),
        Question("tag looked up", called),
        Question("character's stories counted", counted),
        *_completions(),
    ]


def _random_of_any(library: Library, rng: Random) -> Awaitable[object]:
    name = fold(character(nth(rng, 1_000)))
    wanted = for_random(Filter(names=((TagKind.CHARACTER, name),)), ASKER)
    return library.random(wanted, ASKER, ROOM, rng.random())


def _completions() -> Iterator[Question]:
    def character_named(letters: int) -> Ask:
        return lambda library, rng: library.find_names(
            fold(character(nth(rng, 1_000)))[:letters], CHARACTER_KINDS, ASKER, CHOICES
        )

    def tagged(letters: int) -> Ask:
        return lambda library, rng: library.find_names(
            fold(tag(nth(rng, 1_000)))[:letters], TAG_KINDS, ASKER, CHOICES
        )

    def titled(letters: int) -> Ask:
        return lambda library, rng: library.offer_titles(
            find_library.word(nth(rng, 1_000))[:letters], ASKER, CHOICES
        )

    for what, make in (("character", character_named), ("tag", tagged), ("title", titled)):
        for letters in LETTERS:
            yield Question(f"{what}, {letters} letter{'s' * (letters > 1)} typed", make(letters))


def searches_for_words() -> list[Question]:
    """Give the searches for words."""

    def search(typed: str, wanted: Filter | None = None, order: Order = Order.RELEVANCE) -> Ask:
        query = parse_query(typed)
        return lambda library, _: library.search(
            query, wanted or Filter(), ASKER, order=order, limit=PAGE - 1
        )

    popular = Filter(names=((TagKind.CHARACTER, fold(character(0))),))

    return [
        Question("the commonest word", search("the")),
        Question("a rare word", search(RARE)),
        Question("a phrase of common words", search('"of the"')),
        Question("a phrase in every story", search(HEAVIEST)),
        Question("a prefix", search("th*")),
        Question("two common words", search("the and")),
        Question("a common and a rare word", search(f"the {RARE}")),
        Question("a word of one story in a hundred", search(find_library.word(60))),
        Question("the commonest word of a popular character", search("the", popular)),
        Question("the commonest word, longest first", search("the", order=Order.LONGEST)),
        Question("all of a popular character, longest first", search("", popular, Order.LONGEST)),
    ]


# Asking it


async def _measured(
    paths: dict[int, Path], rounds: int, each: int, searches: int
) -> tuple[Results, Results, dict[str, Spread]]:
    async with _opened(paths) as opened:
        quickly = {
            question.name: await _asked(question, opened, rounds, each)
            for question in quick_questions()
        }
        words = {
            question.name: await _asked(question, opened, rounds, searches)
            for question in searches_for_words()
        }
        return quickly, words, await _beside(opened[-1], rounds, each)


@asynccontextmanager
async def _opened(paths: dict[int, Path]) -> AsyncGenerator[list[Opened]]:
    opened = [
        Opened(size, SqliteLibrary(path), Random(size)) for size, path in sorted(paths.items())
    ]
    try:
        for each in opened:
            await each.library.open()
            await show_many(each.library, each.size)
        yield opened
    finally:
        for each in opened:
            await each.library.close()


async def show_many(library: Library, size: int) -> None:
    """Have a channel and a reader been shown a thousand stories, or a tenth where there are few."""
    rng, wanted = Random(size), for_random(Filter(), ASKER)
    for room in (FULL_ROOM, READER):
        for _ in range(min(SHOWN, size // 10)):
            story = await library.random(wanted, ASKER, None, rng.random())
            if story is not None:
                await library.remember_shown(room, story, _SHOWN_AT, server=SERVER)
        await library.count_unseen(wanted, ASKER, room)  # comes when all of it is written


def _bare(of: Opened) -> Awaitable[object]:
    """Read a row by its key, through the connection that answers look-ups."""
    reader = cast("Any", of.library)._reader
    told = reader.execute_fetchall(
        "SELECT id, title, rating, words FROM story WHERE id = ?", (of.rng.randint(1, of.size),)
    )
    return cast("Awaitable[object]", told)


async def _asked(
    question: Question, opened: Sequence[Opened], rounds: int, each: int
) -> dict[int, Taken]:
    """Ask in every library, and read a row from each, in turn."""
    ways: dict[str, Callable[[], Awaitable[object]]] = {}
    anew: dict[str, Callable[[], Awaitable[object]]] = {}
    for of in opened:
        of.bare, of.asked, of.first, of.bare_then = [], [], [], []

        def ask(of: Opened = of) -> Awaitable[object]:
            return question.ask(of.library, of.rng)

        ways[f"bare {of.size}"] = _calls(of.bare, lambda of=of: _bare(of), max(each, 40))
        ways[f"ours {of.size}"] = _calls(of.asked, ask, each)
        anew[f"bare {of.size}"] = _calls(of.bare_then, lambda of=of: _bare(of), each // 4)
        anew[f"first {of.size}"] = _calls(of.first, ask, each // 4, before=partial(_forget, of))
    await in_turn_awaited(ways, rounds + WARMING)
    await in_turn_awaited(anew, 1 + rounds // 2)
    return {of.size: _taken(of) for of in opened}


def _calls(
    taken: list[list[Call]],
    call: Callable[[], Awaitable[object]],
    each: int,
    before: Callable[[], Awaitable[object]] | None = None,
) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        own: list[Call] = []
        for _ in range(each):
            if before is not None:
                await before()
            asking = call()  # what to ask is thought of before the clock runs
            wall, cpu = time.perf_counter(), time.process_time()
            await asking
            own.append((time.process_time() - cpu, time.perf_counter() - wall))
        taken.append(own)

    return run


async def _forget(of: Opened) -> None:
    """Have a library forget what it remembers of its answers."""
    library = cast("Any", of.library)
    library._glance._memory = Memory()
    for lane in (library._reader, library._searcher):
        await lane.run(_without_memory)


def _without_memory(database: Remembering) -> None:
    database.memory = Memory()


def _taken(of: Opened) -> Taken:
    bare, asked = of.bare[WARMING:], of.asked[WARMING:]
    every, floor = [call for own in asked for call in own], _p50([c for own in bare for c in own])
    return Taken(
        middle=_p50(every),
        ratio=spread(_p50(own) / _p50(other) for own, other in zip(asked, bare, strict=True)),
        tail=percentile((cpu for cpu, _ in every), 0.99) / floor,
        first=_p50([c for own in of.first for c in own])
        / _p50([c for own in of.bare_then for c in own]),
        wall=statistics.median(wall for _, wall in every),
        wall_tail=percentile((wall for _, wall in every), 0.99),
        wall_bare=statistics.median(wall for own in bare for _, wall in own),
    )


def _p50(calls: Sequence[Call]) -> float:
    return statistics.median(cpu for cpu, _ in calls)


async def _beside(of: Opened, rounds: int, each: int) -> dict[str, Spread]:
    """Ask look-ups of an idle library and beside the heaviest search, in turn."""
    heaviest = parse_query(HEAVIEST)
    is_over = asyncio.Event()
    calls = 10 * each  # as long as several searches, not their beginning alone

    async def search() -> None:
        while not is_over.is_set():
            await of.library.search(heaviest, Filter(), ASKER, limit=PAGE - 1)

    found: dict[str, Spread] = {}
    wanted = {
        "bare read",
        "random, popular character",
        "tag looked up",
        "character, 3 letters typed",
    }
    questions = [each for each in quick_questions() if each.name in wanted]
    for question in (Question("bare read", lambda _, __: _bare(of)), *questions):
        idle, beside = list[list[Call]](), list[list[Call]]()
        run_idle = _calls(idle, lambda q=question: q.ask(of.library, of.rng), calls)
        run_beside = _calls(beside, lambda q=question: q.ask(of.library, of.rng), calls)
        for _ in range(rounds):
            await run_idle()
            is_over.clear()
            searching = asyncio.create_task(search())
            await asyncio.sleep(0)
            await run_beside()
            is_over.set()
            await searching
        found[question.name] = spread(
            statistics.median(wall for _, wall in own) / statistics.median(w for _, w in other)
            for own, other in zip(beside, idle, strict=True)
        )
    return found


# What came of it


def _slope(taken: dict[int, Taken]) -> float:
    return slope(list(taken), [each.middle for each in taken.values()])


def _aims(
    quickly: Results, words: Results, beside: dict[str, Spread], sizes: Sequence[int]
) -> Iterator[Aim]:
    most = sizes[-1]
    for question in quick_questions():
        if question.is_aimed:
            taken = quickly[question.name]
            worst, growth = max(each.ratio.median for each in taken.values()), _slope(taken)
            yield Aim(
                f"{question.name}: p50 at most {MOST:.0f} times the bare read, slope from"
                f" {sizes[0]:,} to {most:,} stories at most {MOST_SLOPE}",
                f"{worst:.2f}, slope {growth:.2f}",
                worst <= MOST and growth <= MOST_SLOPE,
            )
    for name, taken in words.items():
        last = taken[most]
        yield Aim(
            f"search for {name}: p50 at most {SEARCH_MOST} times the bare read,"
            f" p99 at most {SEARCH_MOST_P99:,} times",
            f"{last.ratio.median:.0f} and {last.tail:,.0f}",
            last.ratio.median <= SEARCH_MOST and last.tail <= SEARCH_MOST_P99,
        )
    for name, found in beside.items():
        yield at_most(
            f"{name}: p50 beside the heaviest search at most {BESIDE_MOST} times idle",
            found.median,
            BESIDE_MOST,
        )


def _body(quickly: Results, words: Results, beside: dict[str, Spread], sizes: Sequence[int]) -> str:
    beside_rows = [[name, shown(found)] for name, found in beside.items()]
    return "\n\n".join(
        (
            "## Look-ups, lists, random picks and autocompletion",
            _table(quickly, sizes, 2),
            "## Searching for words",
            _table(words, sizes, 0),
            f"## Beside the heaviest search, in {sizes[-1]:,} stories",
            table(["question", "p50 ÷ idle"], beside_rows),
        )
    )


def _table(results: Results, sizes: Sequence[int], digits: int) -> str:
    most = sizes[-1]
    head = [
        "p50 ÷ bare read, by stories",
        *(f"{size:,}" for size in sizes),
        "p99 ÷",
        "first time ÷",
        "slope",
        "wall p50 (µs)",
        "wall p99 (µs)",
        "bare (µs)",
    ]

    def row(name: str, taken: dict[int, Taken]) -> list[str]:
        last = taken[most]
        ratios = [f"{taken[size].ratio.median:,.{digits}f}" for size in sizes[:-1]]
        return [
            name,
            *ratios,
            shown(last.ratio, digits),
            f"{last.tail:,.{digits}f}",
            f"{last.first:,.{digits}f}",
            f"{_slope(taken):.2f}",
            f"{last.wall * 1e6:,.0f}",
            f"{last.wall_tail * 1e6:,.0f}",
            f"{last.wall_bare * 1e6:,.0f}",
        ]

    return table(head, (row(name, taken) for name, taken in results.items()))


def _about(sizes: Sequence[int], rounds: int, each: int, searches: int) -> str:
    return (
        f"{rounds} rounds of {each} calls each ({searches} of each search), of all "
        f"{len(sizes)} libraries and of a bare read by primary key (four columns, through the "
        "connection that answers look-ups) in turn, one call after the other. Ratios and the "
        "slope are of CPU time, all threads together; those beside the heaviest search of "
        f"time on the wall. What is asked was asked {WARMING} rounds long before, which are not "
        "counted: a bot that runs has answered some hundred questions. *First time* is the p50 "
        "with nothing remembered of earlier answers. "
        "The asker is in an ordinary channel of a server with stories of its own. The last "
        "columns are those of the largest library."
    )
