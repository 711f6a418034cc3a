"""The lists and the index of the SQLite store stay in step with its stories, whatever happens."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.library import library_at
from bot.library.base import Entry, Library, Titled
from bot.library.sqlite import index, lists, tallies
from bot.library.sqlite.migrate import migrate, migrations
from bot.story import Character, Permission, Rating, Story, TagKind
from tests.library_contract import EVERYONE, NOON, entry_of, file_of, story_of

DAY = timedelta(days=1)
SMALL_BLOCK = 4
WORDS = ("fox", "lamp", "rain", "sea", "well-known", "東京タワー", "don’t")


@dataclass
class Kept:
    """A story as a naive store would know it."""

    story: Story
    shelf: int
    path: str
    hidden: bool = False


@dataclass
class Naive:
    """What should be in the store."""

    stories: dict[int, Kept] = field(default_factory=dict[int, Kept])

    def lists(self) -> dict[tuple[str, int, int], list[int]]:
        found: defaultdict[tuple[str, int, int], list[int]] = defaultdict(list)
        for ident, kept in sorted(self.stories.items()):
            if kept.hidden:
                continue
            story = kept.story
            kind = lists.class_of(
                int(story.rating or 0), story.words, story.permission is Permission.LINK_ONLY
            )
            for name in ("", *story.tags, *(c.name for c in story.characters if c.appears)):
                found[name, kept.shelf, kind].append(ident)
        return dict(found)


def any_story(rng: Random, number: int) -> Story:
    return story_of(
        f"Story {number} {rng.choice(WORDS)}",
        " ".join(rng.choices(WORDS, k=4)),
        *([" ".join(rng.choices(WORDS, k=2))] if rng.random() < 0.3 else []),
        rating=rng.choice((Rating.GENERAL, Rating.MATURE)),
        tags=rng.sample(["tag a", "tag b", "tag c"], k=rng.randint(0, 2)),
        characters=[Character("Emma", appears=rng.random() < 0.7)] if rng.random() < 0.5 else [],
        permission=rng.choice((Permission.UNSTATED, Permission.UNSTATED, Permission.LINK_ONLY)),
        words=rng.choice((10, 400, 501, 9_000)),
    )


def told(path: Path) -> dict[tuple[str, int, int], list[int]]:
    """Read the lists, and see that their tallies and blocks are right."""
    found: defaultdict[tuple[str, int, int], list[int]] = defaultdict(list)
    with closing(sqlite3.connect(path)) as database:
        names = dict(database.execute("SELECT id, name FROM name"))
        for name, shelf, kind, story in database.execute("SELECT * FROM listed ORDER BY story"):
            found[names.get(name, ""), shelf, kind].append(story)
        sizes = {
            (names.get(name, ""), shelf, kind): size
            for (name, shelf), own in tallies.read(
                database, database.execute("SELECT name, shelf FROM tally").fetchall()
            ).items()
            for kind, size in own.items()
        }
        for name, shelf, *counts in database.execute(
            "SELECT name, shelf, general, teen, mature, explicit, not_rated FROM tally"
        ):
            own = {k: size for k, size in sizes.items() if k[:2] == (names.get(name, ""), shelf)}
            for rating, count in zip(Rating, counts, strict=True):
                within = lists.classes(rating)
                assert count == sum(
                    stories for key, (stories, _) in own.items() if key[2] in within
                )
        assert {key: stories for key, (stories, _) in sizes.items()} == {
            key: len(stories) for key, stories in found.items()
        }
        blocks: defaultdict[tuple[str, int, int], list[tuple[int, int, int]]] = defaultdict(list)
        for name, shelf, kind, start, number, stories in database.execute(
            "SELECT name, shelf, class, start, number, stories FROM block ORDER BY start"
        ):
            blocks[names.get(name, ""), shelf, kind].append((start, number, stories))
        for key, (stories, count) in sizes.items():
            own = blocks.pop(key, [])
            assert len(own) == count
            assert sorted(number for _, number, _ in own) == list(range(count))
            assert count or stories <= lists.BLOCK
            for (start, _, size), following in zip(
                own, [*own[1:], (2**62, 0, 0)][: len(own)], strict=True
            ):
                inside = [story for story in found[key] if start <= story < following[0]]
                assert len(inside) == size <= lists.BLOCK
            assert not own or own[0][0] == 0
            assert stories >= len(own) * lists.BLOCK // 4
        assert not blocks
    return dict(found)


def indexed(path: Path, typed: str) -> set[int]:
    with closing(sqlite3.connect(path)) as database:
        found: set[int] = set()
        for number in index.shards(database):
            database.execute(
                f"INSERT INTO words_{number} (words_{number}) VALUES ('integrity-check')"
            )
            found |= {
                row[0]
                for row in database.execute(
                    f"SELECT rowid FROM words_{number} WHERE words_{number} MATCH ?", (typed,)
                )
            }
        return found


def facets_of(path: Path) -> dict[int, set[str]]:
    """Read back every facet of every story."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    with closing(sqlite3.connect(path)) as database:
        for number in index.shards(database):
            database.execute(
                f"CREATE VIRTUAL TABLE temp.seen USING fts5vocab(main, words_{number}, instance)"
            )
            rows = database.execute("SELECT doc, term FROM seen WHERE col = 'facets'")
            for story, term in rows:
                found[story].add(term)
            database.execute("DROP TABLE temp.seen")
    return dict(found)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
async def test_lists_and_index_hold_what_a_naive_store_would_find(
    seed: int, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "BLOCK", SMALL_BLOCK)
    monkeypatch.setattr(lists, "_FEWEST", SMALL_BLOCK // 4)
    monkeypatch.setattr(index, "SHARD", 16)
    rng = Random(seed)
    path = tmp_path_factory.mktemp("random") / "library.db"
    library = library_at(f"sqlite:///{path}")
    await library.open()
    naive, now = Naive(), NOON
    try:
        for _ in range(rng.randint(1, 12)):
            now += DAY
            await any_change(rng)(library, naive, rng, now)
        assert told(path) == naive.lists()
        texts = {ident: kept.story for ident, kept in naive.stories.items()}
        for word in ("fox", "lamp", "東京", "dont"):
            written = {"東京": "東京タワー", "dont": "don’t"}.get(word, word)
            expected = {
                ident
                for ident, story in texts.items()
                if any(written in text.text for text in story.chapters) or written in story.title
            }
            assert indexed(path, f'"{word}"') == expected
        assert set(facets_of(path)) == set(texts)
    finally:
        await library.close()


def any_change(rng: Random) -> Callable[..., Awaitable[None]]:
    return rng.choice((add, add, add, change, change, hide, bring_back, forget))


async def add(library: Library, naive: Naive, rng: Random, now: datetime) -> None:
    shelf, count = rng.choice((0, 0, 0, 5)), rng.choice((1, 3, 20))
    stories = [any_story(rng, len(naive.stories) + number) for number in range(count)]
    paths = [f"{now.isoformat()} {number}.txt" for number in range(count)]
    entries = [entry_of(story, path) for story, path in zip(stories, paths, strict=True)]
    for ident, story, path in zip(
        await library.keep(shelf, entries, now), stories, paths, strict=True
    ):
        assert ident is not None
        naive.stories[ident] = Kept(story, shelf, path)


async def change(library: Library, naive: Naive, rng: Random, now: datetime) -> None:
    for shelf in (0, 5):
        own = [ident for ident, kept in naive.stories.items() if kept.shelf == shelf]
        chosen = rng.sample(own, k=min(len(own), rng.choice((1, 2, 8))))
        anew = {ident: any_story(rng, ident) for ident in chosen}
        entries = [
            entry_of(story, naive.stories[ident].path, story_id=ident)
            for ident, story in anew.items()
        ]
        await library.keep(shelf, entries, now)
        for ident, story in anew.items():
            naive.stories[ident] = Kept(story, shelf, naive.stories[ident].path)


async def hide(library: Library, naive: Naive, rng: Random, now: datetime) -> None:
    for shelf in (0, 5):
        own = [ident for ident, kept in naive.stories.items() if kept.shelf == shelf]
        chosen = rng.sample(own, k=min(len(own), rng.choice((1, 5, 30))))
        keys = [f"stories:{naive.stories[ident].path}" for ident in chosen]
        await library.hide_gone(shelf, keys, now)
        for ident in chosen:
            naive.stories[ident].hidden = True


async def bring_back(library: Library, naive: Naive, rng: Random, now: datetime) -> None:
    hidden = [ident for ident, kept in naive.stories.items() if kept.hidden]
    for ident in rng.sample(hidden, k=min(len(hidden), 4)):
        kept = naive.stories[ident]
        await library.keep(kept.shelf, [Entry(file_of(kept.path), story_id=ident)], now)
        kept.hidden = False


async def forget(library: Library, naive: Naive, rng: Random, now: datetime) -> None:
    await library.forget_gone(now)
    for ident in [ident for ident, kept in naive.stories.items() if kept.hidden]:
        del naive.stories[ident]


async def test_a_draw_gives_every_story_of_long_lists_the_same_chance(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    library = library_at(f"sqlite:///{path}")
    await library.open()
    entries = [
        entry_of(story_of(f"S{n}", tags=["x"], words=10 if n % 3 else 900)) for n in range(700)
    ]
    ids = await library.keep(0, entries, NOON)
    await library.hide_gone(0, [f"stories:S{n}.txt" for n in range(0, 700, 2)], NOON)
    await library.keep(0, [replace_file(n, ids[n]) for n in range(0, 700, 14)], NOON)
    await library.close()
    fitting = [ident for n, ident in enumerate(ids) if n % 2 or n % 14 == 0]
    rng = Random(5)
    with closing(sqlite3.connect(path)) as database:
        found = tallies.counted(1, tallies.packed(database, 1, [0]), lists.classes(4))
        assert sum(each.blocks for each in found) > 4
        urn = lists.Urn(found, "1", {})
        draws = (urn.draw(database, rng.random()) for _ in iter(int, 1))
        drawn = Counter(each[0] for each in islice(filter(None, draws), 60_000))
    assert set(drawn) == set(fitting)
    expected = 60_000 / len(fitting)
    spread = sum((count - expected) ** 2 / expected for count in drawn.values())
    assert drawn.total() == 60_000
    assert spread < len(fitting) + 5 * (2 * len(fitting)) ** 0.5


def replace_file(number: int, ident: int | None) -> Entry:
    return Entry(file_of(f"S{number}.txt"), story_id=ident)


async def test_a_library_of_an_earlier_version_is_listed_and_indexed_when_opened(
    tmp_path: Path,
) -> None:
    path = tmp_path / "library.db"
    library = library_at(f"sqlite:///{path}")
    await library.open()
    await library.keep(0, [entry_of(any_story(Random(n), n)) for n in range(150)], NOON)
    await library.close()
    older = tmp_path / "older.db"
    migrate(older, migrations()[:7])
    with closing(sqlite3.connect(older, isolation_level=None)) as database:
        database.execute("ATTACH ? AS newer", (str(path),))
        for table in ("story", "chapter", "part", "page", "name", "story_name", "file"):
            rows = database.execute("SELECT name FROM pragma_table_info(?, 'main')", (table,))
            columns = ", ".join(row[0] for row in rows)
            database.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM newer.{table}")
    again = library_at(f"sqlite:///{older}")
    await again.open()
    assert [name.name for name in await again.find_names("em", [TagKind.CHARACTER], EVERYONE, 9)]
    assert await again.offer_titles("story 12", EVERYONE, 30) == [
        Titled(card.id, card.record.title)
        for card in await again.find_titles("story 12", EVERYONE, 30)
    ]
    await again.close()
    assert told(older) == told(path)
    assert facets_of(older) == facets_of(path)


def test_lists_that_were_counted_class_by_class_are_counted_by_shelf(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    migrate(path, migrations()[:20])
    rows = [(7, 0, 3, 5, 0), (7, 0, 10, 90, 2), (7, 0, 16, 1, 0), (7, 5, 4, 2, 0), (8, 0, 0, 3, 0)]
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executemany("INSERT INTO tally VALUES (?, ?, ?, ?, ?)", rows)
    migrate(path)
    with closing(sqlite3.connect(path)) as database:
        assert tallies.read(database, [(7, 0)]) == {(7, 0): {10: (90, 2), 3: (5, 0), 16: (1, 0)}}
        assert database.execute(
            "SELECT name, shelf, general, teen, mature, explicit, not_rated FROM tally"
        ).fetchall() == [(7, 0, 5, 5, 95, 95, 96), (7, 5, 0, 2, 2, 2, 2), (8, 0, 3, 3, 3, 3, 3)]


async def test_an_index_made_by_other_code_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.db"
    library = library_at(f"sqlite:///{path}")
    await library.open()
    (ident,) = await library.keep(0, [entry_of(story_of("Ash", "fox"))], NOON)
    await library.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("DELETE FROM listed")
    monkeypatch.setattr(index, "CODE_VERSION", index.CODE_VERSION + 1)
    await library.open()
    await library.close()
    assert indexed(path, '"fox"') == {ident}
    assert told(path) == {("", 0, lists.class_of(0, 1, 0)): [ident]}


def test_the_migration_makes_nothing_when_there_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    migrate(path, migrations())
    index.bring_up(path)
    assert told(path) == {}
