"""Stories from files onto the shelf: how many a second, in how much memory, beside bare SQLite.

Lines of JSON, plain texts, and downloads of the Archive as HTML and as EPUB are
imported as the command line does it, reading in worker processes. The floor is
the same rows and the same index of words, written by bare sqlite3 in one
transaction from values that lie ready.
"""

import asyncio
import json
import os
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bench.measure import Spread, apart, in_turn, ratios, spread
from bench.prose_sentences import dialogue_paragraph, narration
from bench.report import Outcome, at_most, none_of, shown, table
from bot.catalogue import Catalogue
from bot.catalogue.readers import processors
from bot.config import Settings
from bot.importers import read_story
from bot.library import library_at
from bot.library.sqlite import SqliteLibrary, index
from tests.ao3_pages import Part, Work, download
from tests.epubs import archive_epub

SLOWER = 1.9  # the aim: times the floor, for lines of JSON
GROWTH = 1.25  # the aim: times the memory, for ten times the lines
_BATCH = 1_000  # rows
_LENGTHS = (600, 1_200, 2_400)  # characters of a story
_LONG = 12_000  # of a download
_SEED = 20_261_121

Make = Callable[[Path, int], None]


class Imported(NamedTuple):
    """What one import took."""

    seconds: float
    cpu: float  # seconds, of all processes
    stories: int
    peak: int  # bytes: the main process and its largest worker together, at the most


class Floor(NamedTuple):
    """What the same rows took."""

    seconds: float
    cpu: float


class Kind(NamedTuple):
    """A kind of files to import."""

    name: str
    make: Make
    quick: int
    full: int
    rounds: int = 3


def measure(quick: bool) -> Outcome:
    """Import every kind in turn with its floor."""
    load = os.getloadavg()[0]
    rows: list[list[str]] = []
    measured: list[_Found] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for kind in KINDS:
            rounds = 1 if quick else kind.rounds
            found = _measured(kind, kind.quick if quick else kind.full, rounds, home)
            rows.append(found.row)
            measured.append(found)
        small = _peak(KINDS[0], (KINDS[0].quick if quick else KINDS[0].full) // 10, home)
        again = _again(KINDS[1].quick if quick else KINDS[1].full, home)
        parsing = _parsers(20 if quick else 60)
    lines = measured[0]
    body = "\n\n".join(
        (
            table(
                [
                    *("files", "stories", "a second", "seconds", "floor, seconds"),
                    *("ratio", "ratio in CPU", "peak MB"),
                ],
                rows,
            ),
            "A folder of plain texts once more, with nothing changed:",
            table(
                ["", "seconds", "stories read", "ratio to the first run"],
                [["second run", f"{again[0]:.2f}", str(again[2]), f"{again[0] / again[1]:.3f}"]],
            ),
            "One download of the Archive, from HTML to a tree or a story (CPU, one process):",
            table(["reader", "milliseconds", "ratio to ours"], parsing),
        )
    )
    aims = (
        at_most("lines of JSON, times the floor", lines.ratio.median, SLOWER),
        at_most("memory, for ten times the lines", lines.peak / small, GROWTH),
        none_of("stories read again in an unchanged folder", again[2]),
    )
    return Outcome(
        "import: stories from files onto the shelf",
        f"Wall clock; {processors()} worker processes read while the main one writes. The floor "
        "writes the same rows and index from memory in one process. The CPU is that of all "
        f"processes. {load:.1f} processes wanted the processors when it began.",
        body,
        aims,
        ("aiosqlite", "justhtml", "beautifulsoup4", "html5lib"),
    )


class _Found(NamedTuple):
    row: list[str]
    ratio: Spread
    peak: int


def _measured(kind: Kind, count: int, rounds: int, home: Path) -> _Found:
    source = home / kind.name
    kind.make(source, count)
    runs: list[Imported] = []
    floors: list[Floor] = []
    for number in range(rounds):
        database = home / f"{kind.name}-{number}.db"
        runs.append(_run(source, database))
        # It writes what this import left, so the two cannot change places.
        floors.append(_floor_of(database))
    taken = spread(run.seconds for run in runs)
    ratio = ratios([run.seconds for run in runs], [floor.seconds for floor in floors])
    cpu = ratios([run.cpu for run in runs], [floor.cpu for floor in floors])
    peak = max(run.peak for run in runs)
    row = [
        *(kind.name, f"{runs[0].stories:,}", f"{runs[0].stories / taken.median:,.0f}"),
        *(shown(taken), shown(spread(floor.seconds for floor in floors)), shown(ratio)),
        *(shown(cpu), f"{peak / 1e6:.0f}"),
    ]
    return _Found(row, ratio, peak)


def _peak(kind: Kind, count: int, home: Path) -> int:
    source = home / "small"
    kind.make(source, count)
    return _run(source, home / "small.db").peak


def _again(count: int, home: Path) -> tuple[float, float, int]:
    """Import a folder twice: seconds of the second run, of the first, stories it read."""
    source = home / KINDS[1].name
    database = home / "again.db"
    first, second = _run(source, database), _run(source, database)
    return second.seconds, first.seconds, second.stories


# Ours


def _run(source: Path, database: Path) -> Imported:
    done = apart(_import, str(source), str(database))
    assert isinstance(done.found, Imported)
    return done.found._replace(peak=done.peak + done.found.peak)


def _import(source: str, database: str) -> Imported:
    """Import like the command line; the peak is that of the largest worker."""
    return asyncio.run(_imported(Path(source), f"sqlite:///{database}"))


async def _imported(source: Path, address: str) -> Imported:
    settings = Settings.from_mapping({"DATABASE_URL": address, "STORIES_DIR": "/nowhere"})
    library = library_at(address)
    await library.open()
    try:
        catalogue = Catalogue(
            library, settings, now=lambda: datetime.now(UTC), workers=processors()
        )
        begin, cpu = time.perf_counter(), time.process_time()
        report = await catalogue.import_paths([source], lambda _: None)
        seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    finally:
        await library.close()
    assert "refused" not in report.counts, report.counts
    read = sum(report.counts.get(name, 0) for name in ("added", "updated", "duplicate"))
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu += children.ru_utime + children.ru_stime
    # In kilobytes; what a child began with was this process, small as it is.
    return Imported(seconds, cpu, read, children.ru_maxrss * 1024)


# The floor


def _floor_of(database: Path) -> Floor:
    found = apart(_floor, str(database)).found
    assert isinstance(found, Floor)
    return found


class _Clock:
    """Adds up what some stretches of work took."""

    def __init__(self) -> None:
        self.seconds = self.cpu = 0.0

    @contextmanager
    def running(self) -> Generator[None]:
        begin, cpu = time.perf_counter(), time.process_time()
        yield
        self.seconds += time.perf_counter() - begin
        self.cpu += time.process_time() - cpu


def _floor(database: str) -> Floor:
    """Write every row of ``database`` into a new library; what that took without the reading."""
    target = Path(f"{database}.floor")
    asyncio.run(_empty(target))
    clock = _Clock()
    with (
        closing(sqlite3.connect(database)) as ours,
        closing(sqlite3.connect(target, isolation_level=None)) as floor,
    ):
        floor.execute("PRAGMA synchronous = NORMAL")
        floor.execute("PRAGMA foreign_keys = OFF")
        floor.execute("BEGIN IMMEDIATE")
        for name in _plain_tables(ours):
            _copy(ours, floor, name, clock)
        for number in index.shards(ours):
            _index(ours, floor, number, clock)
        with clock.running():
            floor.execute("COMMIT")
    target.unlink()
    return Floor(clock.seconds, clock.cpu)


async def _empty(path: Path) -> None:
    library = SqliteLibrary(str(path))
    await library.open()
    await library.close()


def _plain_tables(database: sqlite3.Connection) -> list[str]:
    rows = database.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        " AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return sorted(name for (name,) in rows)


def _copy(ours: sqlite3.Connection, floor: sqlite3.Connection, name: str, clock: _Clock) -> None:
    cursor = ours.execute(f"SELECT * FROM {name}")
    marks = ", ".join("?" * len(cursor.description))
    while rows := cursor.fetchmany(_BATCH):
        with clock.running():
            floor.executemany(f"INSERT OR REPLACE INTO {name} VALUES ({marks})", rows)


def _index(ours: sqlite3.Connection, floor: sqlite3.Connection, number: int, clock: _Clock) -> None:
    floor.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS words_{number} USING"
        " fts5(title, names, body, facets, content='', tokenize='ascii')"
    )
    ids = (
        row[0]
        for row in ours.execute(
            "SELECT id FROM story WHERE id >= ? AND id < ? ORDER BY id",
            (number * index.SHARD, (number + 1) * index.SHARD),
        )
    )
    while own := list(islice(ids, _BATCH)):
        made = list(index.documents(ours, own))
        words = [(n, d.title, d.names, d.body, d.facets) for n, d in made]
        titles = [(n, d.offered) for n, d in made]
        with clock.running():
            floor.executemany(
                f"INSERT INTO words_{number} (rowid, title, names, body, facets)"
                " VALUES (?, ?, ?, ?, ?)",
                words,
            )
            floor.executemany("INSERT INTO titles (rowid, words) VALUES (?, ?)", titles)


# What other readers take for the same page


def _parsers(count: int) -> list[list[str]]:
    soup: Callable[[str, str], object] = import_module("bs4").BeautifulSoup
    pages = [download(work) for work in islice(_works(_LONG), count)]

    def every(read: Callable[[str], object]) -> Callable[[], None]:
        def run() -> None:
            for page in pages:
                read(page)

        return run

    ways = {
        "Fireside, to a story": every(lambda page: read_story(page.encode(), "a.html")),
        "BeautifulSoup with html5lib (FanFicFare's), a tree": every(
            lambda page: soup(page, "html5lib")
        ),
        "BeautifulSoup with html.parser, a tree": every(lambda page: soup(page, "html.parser")),
    }
    taken = in_turn(ways, 3)
    ours = taken["Fireside, to a story"]
    return [
        [name, f"{spread(each).median / count * 1_000:.1f}", shown(ratios(each, ours))]
        for name, each in taken.items()
    ]


# What is imported


def _texts(rng: random.Random, lengths: tuple[int, ...]) -> Iterator[list[str]]:
    """Give stories in paragraphs, no two with a sentence in common."""
    while True:
        wanted = rng.choice(lengths)
        told: list[str] = []
        length = 0
        while length < wanted:
            is_speech = len(told) % 2
            found = dialogue_paragraph(rng, straight=True) if is_speech else narration(rng, 4)
            told.append(" ".join(found))
            length += len(told[-1])
        yield told


def _make_lines(path: Path, count: int) -> None:
    rng = random.Random(_SEED)
    texts = _texts(rng, _LENGTHS)
    with path.open("w", encoding="utf-8") as lines:
        for number in range(count):
            record = {
                "title": f"Tale {number}",
                "author": f"Author {rng.randrange(5_000)}",
                "rating": "General",
                "fandom": f"Fandom {rng.randrange(300)}",
                "characters": [f"Person {rng.randrange(2_000)}" for _ in range(2)],
                "tags": [f"tag {rng.randrange(1_000)}" for _ in range(3)],
                "language": "en",
                "text": "\n\n".join(next(texts)),
            }
            lines.write(f"{json.dumps(record)}\n")


def _make_texts(folder: Path, count: int) -> None:
    folder.mkdir(exist_ok=True)
    rng = random.Random(_SEED)
    for number, text in enumerate(islice(_texts(rng, _LENGTHS), count)):
        head = f"Title: Tale {number}\nAuthor: Author {rng.randrange(500)}\nRating: General\n\n"
        path = folder / f"{number // 1_000}-{number % 1_000}.txt"
        path.write_text(head + "\n\n".join(text), "utf-8")


def _works(length: int) -> Iterator[Work]:
    rng = random.Random(_SEED)
    for number, text in enumerate(_texts(rng, (length,))):
        body = "".join(f"<p>{escape(each)}</p>" for each in text)
        work = Work(parts=(Part(body),), title=f"Tale {number}", number=number + 1)
        yield replace(work, tags=[f"tag {rng.randrange(1_000)}" for _ in range(5)])


def _make_pages(folder: Path, count: int) -> None:
    folder.mkdir()
    for number, work in enumerate(islice(_works(_LONG), count)):
        (folder / f"{number}.html").write_text(download(work), "utf-8")


def _make_books(folder: Path, count: int) -> None:
    folder.mkdir()
    for number, work in enumerate(islice(_works(_LONG), count)):
        (folder / f"{number}.epub").write_bytes(archive_epub(work))


KINDS = (
    Kind("lines of JSON", _make_lines, 3_000, 100_000, rounds=1),
    Kind("plain texts", _make_texts, 1_000, 10_000),
    Kind("downloads, HTML", _make_pages, 100, 1_000),
    Kind("downloads, EPUB", _make_books, 60, 600),
)
