"""What a SQLite library remembers of its answers is never older than the library."""

import asyncio
import sqlite3
import threading
from array import array
from collections.abc import AsyncIterator, Awaitable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.library import library_at
from bot.library.base import Filter, Library, Name, Order
from bot.library.sqlite import SqliteLibrary
from bot.library.sqlite.glance import UNKNOWN, Glance
from bot.library.sqlite.memory import Memory, Remembering, remembered
from bot.story import Audience, Rating, TagKind
from tests.library_contract import EVERYONE, put, story_of

KINDS = (TagKind.FREEFORM,)
FOG = Filter(names=((TagKind.FREEFORM, "fog"),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.db"


@pytest.fixture
async def library(path: Path) -> AsyncIterator[Library]:
    opened = library_at(f"sqlite:///{path}")
    await opened.open()
    await put(opened, story_of("One", tags=["Fog"]))
    yield opened
    await opened.close()


async def stories_of(asking: Awaitable[Name | None]) -> int | None:
    found = await asking
    return found and found.stories


async def everything(library: Library, audience: Audience = EVERYONE) -> dict[str, object]:
    """Ask everything that is remembered, twice; gives the second answers."""

    async def asked() -> dict[str, object]:
        return {
            "names": [each.stories for each in await library.find_names("f", KINDS, audience, 5)],
            "titles": [each.title for each in await library.offer_titles("", audience, 5)],
            "list": [
                card.record.title
                for card in await library.listing(FOG, audience, 0, 5, order=Order.NEWEST)
            ],
            "count": (await library.count(FOG, audience)).visible,
            "called": await stories_of(library.name_called(KINDS, "fog", audience)),
            "drawn": await library.random(FOG, audience, None, 0.99),
            "of some": await library.random(Filter(stories=(1, 2)), audience, None, 0.99),
        }

    first = await asked()
    assert await asked() == first
    return first


async def test_a_story_that_comes_is_in_every_answer(library: Library) -> None:
    assert (await everything(library))["count"] == 1
    await put(library, story_of("Two", tags=["Fog"]))
    assert await everything(library) == {
        "names": [2],
        "titles": ["One", "Two"],
        "list": ["Two", "One"],
        "count": 2,
        "called": 2,
        "drawn": 2,
        "of some": 2,
    }


async def test_a_story_that_goes_is_in_no_answer(library: Library) -> None:
    before = await everything(library)
    assert before["names"] == [1]
    await library.remove_stories([1])
    assert await everything(library) == {
        "names": [],
        "titles": [],
        "list": [],
        "count": 0,
        "called": None,
        "drawn": None,
        "of some": None,
    }


async def test_what_another_process_changes_is_told_at_once(library: Library, path: Path) -> None:
    await everything(library)
    other = library_at(f"sqlite:///{path}")
    await other.open()
    await put(other, story_of("Two", tags=["Fog"]))
    await other.close()
    assert (await everything(library))["titles"] == ["One", "Two"]


async def test_a_name_that_is_written_otherwise_is_told_so_at_once(
    library: Library, path: Path
) -> None:
    (before,) = await library.find_names("f", KINDS, EVERYONE, 5)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE name SET name = 'fog (weather)' WHERE id = ?", (before.id,))
    (after,) = await library.find_names("f", KINDS, EVERYONE, 5)
    assert (before.name, after.name) == ("Fog", "fog (weather)")


async def test_what_one_audience_sees_is_not_told_to_another(library: Library) -> None:
    await put(library, story_of("Two", rating=Rating.EXPLICIT, tags=["Fog"]))
    assert (await everything(library))["count"] == 2
    careful = Audience(ceiling=Rating.TEEN)
    assert (await everything(library, careful))["titles"] == ["One"]
    for other in (
        replace(EVERYONE, blocked=frozenset({"fog"})),
        replace(EVERYONE, avoided=frozenset({"fog"})),
        replace(EVERYONE, unseen=frozenset({1, 2})),
    ):
        assert (await everything(library, other))["count"] == 0


async def test_what_is_known_is_told_without_waiting_for_whoever_looks_up(
    library: Library,
) -> None:
    known = await everything(library)
    assert isinstance(library, SqliteLibrary)
    assert library._reader is not None
    is_over = threading.Event()
    busy = asyncio.create_task(library._reader.run(lambda _: is_over.wait(10)))
    await asyncio.sleep(0)  # that work goes ahead of any that comes later
    told = [
        [each.stories for each in await library.find_names("f", KINDS, EVERYONE, 5)],
        [each.title for each in await library.offer_titles("", EVERYONE, 5)],
        (await library.count(FOG, EVERYONE)).visible,
        await stories_of(library.name_called(KINDS, "fog", EVERYONE)),
        await library.random(FOG, EVERYONE, None, 0.99),
    ]
    assert not busy.done()
    is_over.set()
    assert await busy
    assert told == [known[each] for each in ("names", "titles", "count", "called", "drawn")]


def test_an_answer_of_another_state_is_not_kept(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "library.db", isolation_level=None)) as database:
        database.execute("CREATE TABLE turnover (number INTEGER)")
        database.execute("INSERT INTO turnover VALUES (1)")
        with closing(Glance(tmp_path / "library.db")) as glance:
            assert glance.known("question") is UNKNOWN
            glance.keep("question", "older", 0)
            assert glance.known("question") is UNKNOWN
            glance.keep("question", "answer", 1)
            assert glance.known("question") == "answer"
            database.execute("UPDATE turnover SET number = 2")
            assert glance.known("question") is UNKNOWN
            database.execute("UPDATE turnover SET number = 3")
            glance.keep("question", "newer", 3)
            assert glance.known("question") == "newer"


def test_a_library_that_cannot_be_looked_at_makes_nothing_known(tmp_path: Path) -> None:
    with closing(Glance(tmp_path / "empty.db")) as glance:
        glance.keep("question", "answer", 0)
        assert glance.known("question") is UNKNOWN
        assert glance.look("other", lambda *_: "answer") is UNKNOWN
        asking = glance.look(
            "question", lambda _, database, __: database.execute("SELECT a FROM b")
        )
        assert asking is UNKNOWN


async def test_who_changes_an_answer_changes_no_other(library: Library) -> None:
    (await library.find_names("f", KINDS, EVERYONE, 5)).clear()
    (await library.offer_titles("", EVERYONE, 5)).clear()
    (await library.listing(FOG, EVERYONE, 0, 5)).clear()
    (await library.names_called(KINDS, ["fog"], EVERYONE)).clear()
    assert (await everything(library))["names"] == [1]
    assert len(await library.listing(FOG, EVERYONE, 0, 5)) == 1
    assert len(await library.names_called(KINDS, ["fog"], EVERYONE)) == 1


def test_a_memory_keeps_what_is_asked_for_again_and_no_more_than_it_may() -> None:
    memory = Memory(most=20)
    memory.keep("popular", None)
    for number in range(200):
        memory.keep(number, number)
        assert memory.recall("popular", "gone") is None
    assert 10 <= sum(memory.recall(number) is not None for number in range(200)) <= 20


def test_a_memory_holds_fewer_of_larger_answers() -> None:
    memory = Memory(most=40)
    for number in range(100):
        memory.keep(number, [Name(1, TagKind.CHARACTER, "Emma", 1)] * 36)
    assert 2 <= sum(memory.recall(number) is not None for number in range(100)) <= 5


def test_a_memory_holds_fewer_of_longer_lists_of_stories() -> None:
    memory = Memory(most=40)
    for number in range(100):
        memory.keep(number, array("q", range(1_000)))
    assert 2 <= sum(memory.recall(number) is not None for number in range(100)) <= 5


def test_a_connection_without_a_memory_finds_anew() -> None:
    found = iter(range(9))
    with closing(sqlite3.connect(":memory:")) as plain:
        assert [remembered(plain, "question", lambda: next(found)) for _ in range(2)] == [0, 1]
    with closing(sqlite3.connect(":memory:", factory=Remembering)) as keeping:
        assert [remembered(keeping, "question", lambda: next(found)) for _ in range(2)] == [2, 2]
