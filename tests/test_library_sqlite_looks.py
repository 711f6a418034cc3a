"""A look through the index gives every story once and in order, however it is cut up."""

import itertools
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.library import library_at
from bot.library.sqlite import index, looks
from bot.library.sqlite.looks import Look, stories_of
from bot.story import Rating
from tests.library_contract import put, story_of

STORIES = 100
FOXES = [n for n in range(1, STORIES + 1) if n % 3 == 0 or 40 <= n < 60]


@pytest.fixture
async def database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[sqlite3.Connection]:
    """Give a library of small shards, one of which holds nothing but foxes."""
    monkeypatch.setattr(index, "SHARD", 8)
    path = tmp_path / "library.db"
    library = library_at(f"sqlite:///{path}")
    await library.open()
    await put(
        library,
        *(
            story_of(
                f"Tale {n}",
                "a fox it was" if n in FOXES else "a hound it was",
                rating=Rating.MATURE if n % 2 else Rating.TEEN,
            )
            for n in range(1, STORIES + 1)
        ),
    )
    await library.close()
    with closing(sqlite3.connect(path)) as opened:
        yield opened


@pytest.mark.parametrize("few", [0, 4, 1_000])
@pytest.mark.parametrize("group", [1, 3, 8])
@pytest.mark.parametrize("most", [1, 2, 7, 8, 1_000])
async def test_the_stretches_of_a_look_hold_every_match_once_in_order(
    database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, few: int, group: int, most: int
) -> None:
    monkeypatch.setattr(looks, "_FEW", few)
    monkeypatch.setattr(looks, "_GROUP", group)
    for bound in (None, 1, 39, 40, 48, 57, 100):
        down = Look(database, "fox", "TRUE", below=bound)
        assert stretched(down, most) == [n for n in FOXES[::-1] if bound is None or n < bound]
        up = Look(database, "fox", "TRUE", above=bound or 0)
        assert stretched(up, most) == [n for n in FOXES if n > (bound or 0)]
        lazily = Look(database, "fox", "TRUE", below=bound)
        assert (
            list(itertools.islice(stories_of(lazily, most), 5))
            == [n for n in FOXES[::-1] if bound is None or n < bound][:5]
        )


async def test_of_another_sort_only_the_number_is_told(database: sqlite3.Connection) -> None:
    look = Look(
        database,
        "fox",
        "story.rating <= :most_rated",
        {"most_rated": Rating.MATURE, "own": Rating.TEEN},
        sort="story.rating <= :own",
    )
    found: list[int] = []
    looked_at = 0
    while not look.is_over:
        stretch = look.go_on(5)
        assert stretch.looked_at <= 5
        found += stretch.stories
        looked_at += stretch.looked_at
    assert found == [n for n in FOXES[::-1] if n % 2 == 0]
    assert looked_at == len(FOXES)


async def test_nothing_is_looked_at_in_an_empty_library(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    library = library_at(f"sqlite:///{path}")
    await library.open()
    await library.close()
    with closing(sqlite3.connect(path)) as opened:
        look = Look(opened, "fox", "TRUE")
        assert look.is_over
        assert list(stories_of(look, 8)) == []


def stretched(look: Look, most: int) -> list[int]:
    found: list[int] = []
    while not look.is_over:
        stretch = look.go_on(most)
        assert len(stretch.stories) == stretch.looked_at <= most
        assert not stretch.stories or stretch.stories[-1] == stretch.last
        found += stretch.stories
    return found
