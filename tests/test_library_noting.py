"""What answers leave behind: written together a moment later, and known before, on every engine."""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar

import pytest

from bot.errors import LibraryUnreachable
from bot.library.base import Filter, Library
from bot.library.both.noting import MOST, SOON, Note, Notes
from bot.story import Audience, Place, Rating
from tests.library_contract import NOON, Store, put, story_of

TEEN = Audience(ceiling=Rating.TEEN)
SERVER, ROOM, ADA, BEN = 7, 70, 1, 2


async def drawn(library: Library, room: int, reader: int | None = None) -> int | None:
    return await library.random(Filter(), TEEN, room, 0.0, reader=reader)


async def test_what_was_noted_a_moment_ago_is_known_to_all_who_ask(library: Library) -> None:
    first, second = await put(library, story_of("Ash"), story_of("Elm"))
    await library.remember_shown(ROOM, first, NOON, server=SERVER)
    await library.save_place(ADA, Place(first, 0, 5), NOON)
    await library.remember_posted(ROOM, [90], first, NOON)
    assert await drawn(library, ROOM) == second
    assert await drawn(library, ROOM + 1, reader=ROOM) == second
    assert await library.count_unseen(Filter(), TEEN, ROOM) == 1
    assert await library.place_in(ADA, first) == (Place(first, 0, 5), NOON)
    assert await library.posted(first) == [(ROOM, 90)]


async def test_when_all_was_shown_what_was_noted_last_comes_last(library: Library) -> None:
    first, second = await put(library, story_of("Ash"), story_of("Elm"))
    for minute, story in enumerate((first, second, first)):
        await library.remember_shown(ROOM, story, NOON.replace(minute=minute))
    assert await drawn(library, ROOM) == second


async def test_who_is_forgotten_is_not_written_down_a_moment_later(library: Library) -> None:
    (story,) = await put(library, story_of("Ash"))
    await library.remember_shown(ADA, story, NOON)
    await library.save_place(ADA, Place(story, 0, 5), NOON)
    await library.save_place(BEN, Place(story, 0, 5), NOON)
    assert await library.forget_member(ADA) == 2
    await library.write_down()
    assert await library.records_of(ADA) == {}
    assert await library.place_in(BEN, story) is not None
    await library.remember_shown(ROOM, story, NOON, server=SERVER)
    assert await library.forget_server(SERVER) > 0
    await library.write_down()
    assert await library.count_unseen(Filter(), TEEN, ROOM) == 1


async def test_closing_the_library_writes_what_waits(store: Store) -> None:
    library = store()
    await library.open()
    (story,) = await put(library, story_of("Ash"))
    await library.save_place(ADA, Place(story, 0, 5), NOON)
    await library.close()
    await library.open()
    assert await library.place_in(ADA, story) is not None
    await library.close()


async def test_a_story_that_is_gone_meanwhile_is_noted_nowhere(library: Library) -> None:
    (story,) = await put(library, story_of("Ash"))
    await library.save_place(ADA, Place(story, 0, 5), NOON)
    await library.remember_shown(ROOM, story, NOON)
    await library.remove_stories([story])
    await library.write_down()
    assert await library.records_of(ADA) == {}


class Disk:
    """Takes notes, unless it is full or the note is a bad one."""

    def __init__(self) -> None:
        self.is_full = False
        self.written: list[str] = []
        self.times = 0
        self.was_written = asyncio.Event()

    async def write(self, notes: object) -> None:
        assert isinstance(notes, list)
        if self.is_full:
            raise LibraryUnreachable("library.full", place="disk", why="full")
        told = [note.sql for note in notes]
        if "bad" in told:
            raise ValueError(told)
        self.times += 1
        self.written += told
        self.was_written.set()


def note(sql: str, about: str = "") -> Note:
    return Note((about,), sql, {})


async def test_notes_of_many_answers_are_written_in_one_go() -> None:
    disk = Disk()
    notes = Notes(disk.write)
    for number in range(9):
        notes.add(note(str(number)), within=9.0)
    assert disk.times == 0
    notes.add(note("9"), within=SOON)
    await notes.written()
    assert disk.written == list("0123456789")
    assert disk.times == 1


async def test_what_may_not_wait_takes_along_what_waits() -> None:
    disk = Disk()
    notes = Notes(disk.write)
    notes.add(note("a"), within=9.0)
    notes.add(note("b"), within=0.0)
    await disk.was_written.wait()
    assert disk.written == ["a", "b"]


async def test_the_writing_belongs_to_no_answer() -> None:
    answer = ContextVar("answer", default="none")
    asked_in: list[str] = []
    was_written = asyncio.Event()

    async def write(_: Sequence[Note]) -> None:
        asked_in.append(answer.get())
        was_written.set()

    answer.set("the first one")
    Notes(write).add(note("a"), within=0.0)
    await was_written.wait()
    assert asked_in == ["none"]


async def test_only_who_asks_for_what_waits_has_it_written() -> None:
    disk = Disk()
    notes = Notes(disk.write)
    notes.add(note("a", about="ada"), within=9.0)
    await notes.written("ben")
    assert disk.written == []
    await notes.written("ben", "ada")
    assert disk.written == ["a"]


async def test_no_more_wait_than_are_written_well_at_once() -> None:
    disk = Disk()
    notes = Notes(disk.write)
    for _ in range(MOST):
        notes.add(note("a", about="ada"), within=9.0)
    await notes.written()
    assert len(disk.written) == MOST


async def test_notes_outlast_a_full_disk_but_not_who_is_forgotten() -> None:
    disk = Disk()
    disk.is_full = True
    notes = Notes(disk.write)
    notes.add(note("a", about="ada"), within=SOON)
    notes.add(note("b", about="ben"), within=9.0)
    await notes.written()
    assert [values for who in ("ada", "ben") for values in notes.told(who)] == [{}, {}]
    await notes.forgotten("ada")
    disk.is_full = False
    await notes.written()
    assert disk.written == ["b"]


async def test_a_note_that_cannot_be_written_keeps_no_other_from_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    disk = Disk()
    notes = Notes(disk.write)
    for each in ("a", "bad", "b"):
        notes.add(note(each), within=9.0)
    await notes.written()
    assert disk.written == ["a", "b"]
    assert "could not be written down" in caplog.text
    await notes.written()
    assert disk.times == 2
