"""An answer: what Fireside adds to a bare discord.py command that says the same.

Both clients are real and get the gateway's own payloads; what they send goes over
loopback to a process that answers as Discord does. The bare command holds the very
text and buttons that Fireside sent, made anew each time, and knows nothing else.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, cast

from discord.http import Route

from bench.answer_clients import GUILD, Client, bare, fireside
from bench.answer_stub import Stub
from bench.measure import Spread, in_turn_awaited, percentile, ratios, spread
from bench.report import Outcome, at_most, shown, table
from bot.library.base import Found, Library
from bot.story import Audience, Rating
from tests.wire import payloads

WORDS = [
    "lamp",
    "harbour",
    "rope",
    "tide",
    "gull",
    "lantern",
    "quay",
    "salt",
    "hull",
    "keel",
    "mast",
    "bell",
    "fog",
    "pier",
]
DRABBLES = 300
CHAPTERS, CHAPTER_WORDS = 60, 1_700  # a story of about 100,000 words
AT_ONCE = (1, 32, 200)
MOST = 1.5  # times the bare command's CPU
CHANNEL = GUILD.channels[0]
READER = payloads.READER


def measure(quick: bool) -> Outcome:
    """Measure every kind of answer in turn with its bare twin."""
    return asyncio.run(_measure(quick))


async def _measure(quick: bool) -> Outcome:
    rounds, each = (5, 200) if quick else (11, 400)
    with Stub() as stub, tempfile.TemporaryDirectory() as folder:
        Route.BASE = stub.address
        _write_stories(Path(folder) / "stories")
        async with fireside(Path(folder)) as ours:
            cases = await _cases(ours)
            taken: dict[str, dict[int, tuple[Spread, Spread, float, float]]] = {}
            for name, case in cases.items():
                async with bare(case.command, case.callback["data"]) as twin:
                    taken[name] = {
                        at_once: await _compared(ours, twin, case, at_once, rounds, each)
                        for at_once in AT_ONCE
                    }
            pages = await _pages(ours, rounds, each)
    aims = [
        at_most(
            f"{name}: at most {MOST} times the CPU of the bare command, {at_once} at once",
            found[0].median,
            MOST,
        )
        for name, by_load in taken.items()
        for at_once, found in by_load.items()
    ]
    aims.append(
        at_most(f"page 500 at most {MOST} times page 1 of the same story", pages.median, MOST)
    )
    return Outcome(
        title="Answering beside a bare discord.py command",
        about=_about(rounds, each),
        body=_body(taken, pages),
        aims=tuple(aims),
        packages=("discord.py", "aiohttp", "aiosqlite"),
    )


@dataclass(frozen=True)
class Case:
    """One kind of interaction, what Fireside answered, and how to ask for it."""

    make: Callable[[int], dict[str, Any]]
    command: str
    callback: dict[str, Any]


def _write_stories(folder: Path) -> None:
    folder.mkdir()
    rng = Random(7)

    def text(words: int) -> str:
        lines = [" ".join(rng.choices(WORDS, k=12)).capitalize() + "." for _ in range(words // 12)]
        return "\n\n".join(" ".join(lines[at : at + 5]) for at in range(0, len(lines), 5))

    for number in range(DRABBLES):
        head = f"title: Drabble {number:03}\nauthor: Ida Penn\nrating: General\nlanguage: en"
        names = f"characters: [Mira Vale, Person {number % 40}]\ntags: [Rain, Fog]"
        body = text(240)
        (folder / f"{number:03}.md").write_text(f"---\n{head}\n{names}\n---\n\n{body}\n")
    chapters = "\n\n".join(f"## Chapter {n}\n\n{text(CHAPTER_WORDS)}" for n in range(CHAPTERS))
    head = "title: The Long One\nauthor: Ida Penn\nrating: General\nlanguage: en"
    (folder / "long.md").write_text(f"---\n{head}\n---\n\n{chapters}\n")


def _asked(kind: int, data: dict[str, Any], pressed: dict[str, Any] | None = None) -> Any:
    def make(ident: int) -> dict[str, Any]:
        return payloads.interaction(ident, f"token{ident}", kind, CHANNEL, data, pressed)

    return make


def _command(name: str, *options: dict[str, Any], kind: int = payloads.SLASH) -> Any:
    data = {"id": "77", "name": name, "type": 1, "options": list(options)}
    return _asked(kind, data)


async def _cases(ours: Client) -> dict[str, Case]:
    """Make each kind of interaction, answer it once, and keep what was sent."""
    library = cast("Any", ours.client).house.library
    long = await _long_story(library)
    press = {"custom_id": f"fs:turn:{long}:1:0:{READER}", "component_type": 2}
    message = payloads.message(5, CHANNEL.id, {"content": "A page."})
    character = {"type": 3, "name": "character", "value": "mi", "focused": True}
    words = {"type": 3, "name": "words", "value": "lantern quay"}
    _without_engine(library)
    asked = {
        "/drabble": ("drabble", _command("drabble")),
        "a page turned": ("", _asked(payloads.COMPONENT, press, message)),
        "autocompletion": (
            "drabble",
            _command("drabble", character, kind=payloads.AUTOCOMPLETE),
        ),
        "/search": ("search", _command("search", words)),
    }
    return {
        name: Case(make, command, await _callback_of(ours, make))
        for name, (command, make) in asked.items()
    }


async def _long_story(library: Library) -> int:
    everybody = Audience(ceiling=Rating.GENERAL)
    (card,) = await library.find_titles("the long one", everybody, 1)
    return card.id


def _without_engine(library: Any) -> None:
    """Let a search find at once what it found before: its engine has a subject of its own."""
    found: dict[object, Found] = {}
    search = library.search

    async def remembered(query: object, *given: object, **named: object) -> Found:
        if query not in found:
            found[query] = await search(query, *given, **named)
        return found[query]

    library.search = remembered


async def _callback_of(ours: Client, make: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    ours.is_keeping = True
    ours.bodies.clear()
    ours.feed(make)
    await ours.settle()
    ours.is_keeping = False
    return cast("dict[str, Any]", json.loads(ours.bodies[0]))


async def _compared(
    ours: Client, twin: Client, case: Case, at_once: int, rounds: int, each: int
) -> tuple[Spread, Spread, float, float]:
    """Give CPU as a ratio, CPU of ours in microseconds, and the latencies' ratios p50 and p99."""
    taken = await in_turn_awaited(
        {
            "ours": lambda: ours.answer(case.make, each, at_once),
            "bare": lambda: twin.answer(case.make, each, at_once),
        },
        rounds,
    )
    mine = await _latencies(ours, case, each, at_once)
    theirs = await _latencies(twin, case, each, at_once)
    return (
        ratios(taken["ours"], taken["bare"]),
        spread(seconds / each * 1e6 for seconds in taken["ours"]),
        percentile(mine, 0.5) / percentile(theirs, 0.5),
        percentile(mine, 0.99) / percentile(theirs, 0.99),
    )


async def _latencies(of: Client, case: Case, count: int, at_once: int) -> list[float]:
    """Give the seconds from each payload to the end of its answer's request."""
    of.ended.clear()
    began: dict[str, float] = {}
    for first in range(0, count, at_once):
        for _ in range(min(at_once, count - first)):
            now = time.perf_counter()
            began[of.feed(case.make)] = now
        await of.settle()
    return [of.ended[ident] - began[ident] for ident in began]


async def _pages(ours: Client, rounds: int, each: int) -> Spread:
    """Give the CPU of turning to page 500 of the long story, beside its first page."""
    library: Library = cast("Any", ours.client).house.library
    story = await _long_story(library)
    last = await library.page_start(story, CHAPTERS - 1, 9)
    assert last is not None
    message = payloads.message(5, CHANNEL.id, {"content": "A page."})

    def turning(chapter: int, offset: int) -> Callable[[], Awaitable[None]]:
        data = {
            "custom_id": f"fs:turn:{story}:{chapter}:{offset}:{READER}",
            "component_type": 2,
        }
        make = _asked(payloads.COMPONENT, data, message)
        return lambda: ours.answer(make, each, 1)

    taken = await in_turn_awaited(
        {"first": turning(0, 0), "late": turning(last.chapter, last.offset)}, rounds
    )
    return ratios(taken["late"], taken["first"])


def _body(taken: dict[str, dict[int, tuple[Spread, Spread, float, float]]], pages: Spread) -> str:
    def rows() -> Iterator[list[str]]:
        for name, by_load in taken.items():
            for at_once, (cpu, own, middle, tail) in by_load.items():
                yield [
                    f"{name}, {at_once} at once",
                    shown(cpu),
                    shown(own, 0),
                    f"{middle:.2f}",
                    f"{tail:.2f}",
                ]

    head = ["answer", "CPU ÷ bare", "CPU (µs)", "p50 ÷ bare", "p99 ÷ bare"]
    late = table(["page", "CPU ÷ page 1"], [["the last chapter's last page", shown(pages)]])
    return f"## Beside the bare command\n\n{table(head, rows())}\n\n## Late pages\n\n{late}"


def _about(rounds: int, each: int) -> str:
    return (
        f"{rounds} rounds of {each} interactions each, ours and the bare command in turn, from the "
        "gateway's payload to the end of everything it set going (what is written after the reply "
        "included); CPU is that of the whole process with all its threads. The bare command "
        "answers with the text and buttons that Fireside sent. The search's engine is not in it."
    )
