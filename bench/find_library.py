"""Libraries of generated stories for the bench of finding, made by the library's own writers.

One library grows from the smallest size to the largest and is copied on the way,
so that the smaller ones are its beginnings. The files stay in ``data/bench``,
named after all that decides what is in them.
"""

import asyncio
import math
import multiprocessing
import shutil
import sqlite3
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from multiprocessing.queues import Queue
from pathlib import Path
from random import Random
from typing import Any, cast

from bot.library.base import OPERATOR_SHELF, Entry, StoredFile
from bot.library.records import write_down
from bot.library.sqlite import SqliteLibrary, index
from bot.story import (
    Block,
    BlockKind,
    Chapter,
    Character,
    Origin,
    Permission,
    Rating,
    SeriesPart,
    Story,
)

FOLDER = Path(__file__).resolve().parents[1] / "data" / "bench"
VERSION = 1  # of what is generated here
SERVER = 1  # whose shelf holds every fiftieth story
EVERYWHERE = "and so it was said again"  # words of every story
RARE = "quillwort"  # a word of `RARE_STORIES` of the first thousand
RARE_STORIES = 10
_BATCH = 5_000  # stories of a transaction
_PATIENCE = 600  # seconds for a batch of stories
_CACHE_KIB = 200_000  # of the writer, while it makes a library
LIBRARY_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
_RATINGS = (0,) * 6 + (1,) * 6 + (2,) * 4 + (3,) * 3 + (4,)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_STARTS = _words("b c d f g h j k l m n p r s t v w br cl dr gr sh st th tr")
_MIDDLES = _words("a e i o u ai ee oa ou")
_ENDS = ("", *_words("l m n r s t nd rk st"))
_COMMON = _words("the and of to a in was it that with for as on but at by from not all which")

# How many there are of each; the n-th most used has 1/n of the uses of the first.
CHARACTERS, FANDOMS, TAGS, AUTHORS, WORDS = 30_000, 3_000, 60_000, 100_000, 60_000


def libraries(sizes: list[int]) -> dict[int, Path]:
    """Give the libraries of ``sizes`` stories, made now unless they are there."""
    found = {size: FOLDER / f"find-{size}-{_made_by()}.db" for size in sizes}
    missing = [size for size, path in found.items() if not path.exists()]
    if missing:
        FOLDER.mkdir(parents=True, exist_ok=True)
        asyncio.run(_grow({size: found[size] for size in sorted(missing)}))
    return found


def _made_by() -> str:
    """Name the version of everything that decides what is in a library.

    Its tables are not among it: an older library is brought to today's when it is opened.
    """
    told = f"{VERSION} {index.SHARD} {index.version()}"
    return sha256(told.encode()).hexdigest()[:8]


async def _grow(wanted: dict[int, Path]) -> None:
    growing = FOLDER / f"growing-{_made_by()}.db"
    _forget(growing)
    begun, had = time.monotonic(), 0
    with _told_apart(list(wanted)) as batches:
        for size, path in wanted.items():
            library = SqliteLibrary(growing)
            await library.open()
            await _hurry(library)
            while had < size:
                for shelf, entries in await asyncio.to_thread(batches.get, timeout=_PATIENCE):
                    await library.keep(shelf, entries, LIBRARY_AT)
                    had += len(entries)
                seconds = time.monotonic() - begun
                sys.stderr.write(f"\rmaking a library: {had:,} stories, {seconds:,.0f} seconds ")
            await library.close()
            with closing(sqlite3.connect(growing)) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if size == max(wanted):
                growing.rename(path)
            else:
                partly = path.with_suffix(".part")
                shutil.copyfile(growing, partly)
                partly.rename(path)
    sys.stderr.write("\n")


async def _hurry(library: SqliteLibrary) -> None:
    """Let a library be lost if the machine stops, and keep more of it at hand."""
    writer = cast("Any", library)._writer
    await writer.execute("PRAGMA synchronous=OFF")
    await writer.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")


Batch = list[tuple[int, list[Entry]]]  # by shelf


@contextmanager
def _told_apart(sizes: Sequence[int]) -> Generator["Queue[Batch]"]:
    """Have the stories made by another process, a batch or two ahead."""
    spawning = multiprocessing.get_context("spawn")
    batches: Queue[Batch] = spawning.Queue(2)
    teller = spawning.Process(target=_tell, args=(sizes, batches), daemon=True)
    teller.start()
    try:
        yield batches
    finally:
        teller.terminate()
        teller.join()


def _tell(sizes: Sequence[int], batches: "Queue[Batch]") -> None:
    told, had = generate(), 0
    for size in sizes:
        while had < size:
            batch = list(islice(told, min(_BATCH, size - had)))
            had += len(batch)
            batches.put(
                [
                    (shelf, [entry_of(number, story) for at, number, story in batch if at == shelf])
                    for shelf in (OPERATOR_SHELF, SERVER)
                ]
            )


def _forget(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def entry_of(number: int, story: Story) -> Entry:
    """Give a story as the library keeps it."""
    path = f"{number}.md"
    told = sha256(path.encode()).hexdigest()
    file = StoredFile(path, "import", len(story.chapters[0].text), 0, told, "bench", "added", None)
    opening = story.chapters[0].text[:140]
    return Entry(file, written=write_down(story, opening=opening, fingerprint=told))


# Stories


def nth(rng: Random, most: int) -> int:
    """Draw a number from 0, the n-th with 1/n of the chance of the first (Zipf's law)."""
    return int(math.exp(rng.random() * math.log(most + 1))) - 1


def word(number: int) -> str:
    """Make the word of that number; no two are the same."""
    if number < len(_COMMON):
        return _COMMON[number]
    told = ""
    number -= len(_COMMON)
    while True:
        number, start = divmod(number, len(_STARTS))
        number, middle = divmod(number, len(_MIDDLES))
        told += _STARTS[start] + _MIDDLES[middle]
        if number < len(_ENDS):
            return told + ("lle" if len(told) < 4 else "") + _ENDS[number]
        number -= len(_ENDS)


def character(number: int) -> str:
    """Name a character."""
    return f"{word(number * 7 + 40)} {word(number % 997 * 3 + 60)}".title()


def tag(number: int) -> str:
    """Name a tag; every third has a word that others have as well."""
    first = word(number * 5 + 41)
    return f"{first} {word(number % 50 + 30)}".title() if number % 3 else first.title()


def generate() -> Iterator[tuple[int, int, Story]]:
    """Give stories without end: shelf, number and story, the same at every run."""
    rng = Random(20_261_120)
    words = [word(number) for number in range(WORDS)]
    weights: list[float] = []
    total = 0.0
    for number in range(WORDS):
        total += 1 / (number + 2)
        weights.append(total)
    number = 0
    while True:
        text = rng.choices(words, cum_weights=weights, k=rng.randint(50, 110))
        text[rng.randrange(len(text))] = EVERYWHERE
        if number % (1_000 // RARE_STORIES) == 7 and number < 1_000:
            text[0] = RARE
        yield (SERVER if number % 50 == 49 else OPERATOR_SHELF), number, _story(rng, text)
        number += 1


def _story(rng: Random, words: list[str]) -> Story:
    body = " ".join(words)
    length = int(math.exp(rng.uniform(math.log(60), math.log(100_000))))
    is_stated = rng.random() < 0.8
    people = {nth(rng, CHARACTERS) for _ in range(rng.randint(1, 3))}
    return Story(
        chapters=(Chapter(body, (Block(BlockKind.PARAGRAPH, 0, len(body)),)),),
        title=" ".join(words[1 : 2 + rng.randint(0, 3)]).capitalize(),
        authors=(f"{word(nth(rng, AUTHORS) + 500)} {word(rng.randrange(40) + 90)}".title(),),
        rating=Rating(rng.choice(_RATINGS)),
        rating_origin=Origin.STATED if is_stated else Origin.ESTIMATED,
        warnings=("Major Character Death",)
        if rng.random() < 0.03
        else ("No Archive Warnings Apply",),
        fandoms=(f"{word(nth(rng, FANDOMS) * 11 + 100)} Tales".title(),),
        characters=tuple(Character(character(each)) for each in sorted(people)),
        tags=tuple({tag(nth(rng, TAGS)): None for _ in range(rng.randint(1, 4))}),
        language="en" if rng.random() < 0.9 else "de",
        series=(SeriesPart("The Long Series", "1"),) if rng.random() < 0.1 else (),
        published=date(2010, 1, 1) + timedelta(days=rng.randrange(6_000)),
        complete=rng.random() < 0.7,
        permission=Permission.LINK_ONLY if rng.random() < 0.05 else Permission.UNSTATED,
        words=length,
    )
