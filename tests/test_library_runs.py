"""What imports did, kept by every engine."""

from dataclasses import replace
from datetime import timedelta

from bot.library.base import Entry, Library, MovedPlace
from bot.library.records import write_down, written_to_json
from bot.story import Place
from tests.library_contract import (
    EVERYONE,
    NOON,
    entry_of,
    file_of,
    pages_in,
    put,
    story_of,
)

HOUR = timedelta(hours=1)


async def test_a_run_begins_and_ends_the_one_before(library: Library) -> None:
    assert await library.last_run(0) is None
    first = await library.begin_run(0, "a.txt", NOON)
    await library.keep(0, [entry_of(story_of("Ash"))], NOON, first)
    other = await library.begin_run(1, "b.txt", NOON)
    second = await library.begin_run(0, "c.txt", NOON + HOUR)
    assert second > first
    run = await library.last_run(0)
    assert run is not None
    assert (run.id, run.what, run.at, run.undone) == (second, "c.txt", NOON + HOUR, None)
    assert await library.run_steps(first, 9) == []
    on_other = await library.last_run(1)
    assert on_other is not None
    assert on_other.id == other
    await library.end_undo(second, NOON + HOUR)
    run = await library.last_run(0)
    assert run is not None
    assert run.undone == NOON + HOUR


async def test_steps_tell_what_was_kept_and_come_latest_first(library: Library) -> None:
    run = await library.begin_run(0, "x", NOON)
    (ash,) = await library.keep(0, [entry_of(story_of("Ash"))], NOON, run)
    before = replace(file_of("Ash.txt"), story=ash)
    touched = Entry(file_of("Elm.txt"), is_touch=True)
    update = replace(entry_of(story_of("Ash", "Anew."), story_id=ash), before=before)
    await library.keep(0, [update, touched], NOON + HOUR, run)
    await library.keep(0, [touched], NOON + HOUR * 2, run)
    await library.keep(0, [entry_of(story_of("Oak"))], NOON + HOUR * 2)
    second, first = await library.run_steps(run, 9)
    assert first.kept == (("stories:Ash.txt", ash, True, None),)
    assert second.kept == (("stories:Ash.txt", ash, False, before),)
    assert (first.at, second.at) == (NOON, NOON + HOUR)
    told = await library.last_run(0)
    assert told is not None
    assert told.last == NOON + HOUR
    await library.drop_step(run, second.number)
    assert await library.run_steps(run, 9) == [first]


async def test_steps_tell_which_files_went(library: Library) -> None:
    await put(library, story_of("Ash"), story_of("Elm"))
    inside = replace(file_of("book.zip//a"), container="book.zip")
    await library.keep(0, [Entry(file_of("book.zip")), Entry(inside)], NOON)
    run = await library.begin_run(0, "x", NOON)
    await library.hide_gone(0, ["stories:Ash.txt", "stories:book.zip"], NOON, run)
    (step,) = await library.run_steps(run, 9)
    assert sorted(step.gone) == ["stories:Ash.txt", "stories:book.zip", "stories:book.zip//a"]
    await library.hide_gone(0, ["stories:Ash.txt"], NOON, run)
    assert await library.run_steps(run, 9) == [step], "it was gone"
    await library.keep(0, [Entry(file_of("book.zip")), Entry(inside)], NOON)
    await library.hide_unseen(0, "stories:book.zip", 6, NOON, run)
    assert (await library.run_steps(run, 1))[0].gone == ("stories:book.zip//a",)


async def test_an_image_brings_a_story_back_with_its_readers(library: Library) -> None:
    story = story_of("Ash", "It burned.", tags=["fire"], characters=["Ann"])
    (ash,) = await put(library, story)
    before = await library.written(ash)
    assert before is not None
    whole, card = await library.whole_story(ash), await library.card(ash, EVERYONE)
    await library.save_place(7, Place(ash, 0, 3), NOON)
    await library.save_place(8, Place(ash, 0, 4), NOON)
    run = await library.begin_run(0, "x", NOON)
    there, back = Place(ash, 0, 3), Place(ash, 1, 5)
    entry = replace(
        entry_of(story_of("Elm", "It grew.", "And grew."), "Ash.txt", story_id=ash),
        image=written_to_json(before),
        moved=(MovedPlace(7, there, back), MovedPlace(8, there, back)),
    )
    await library.keep(0, [entry], NOON + HOUR, run)
    assert await library.places_of([ash]) == [(7, back), (8, Place(ash, 0, 4))]
    await library.keep(0, [replace(entry, image='["another"]')], NOON + HOUR, run)
    image = await library.run_image(run, 0)
    assert image is not None
    assert image[0] == ash, "the first is kept: that is what was there before the run"
    assert written_to_json(image[1]) == written_to_json(before)
    await library.put_back(0, run, ash, image[1], (MovedPlace(7, back, there),), NOON)
    assert await library.whole_story(ash) == whole
    assert await library.card(ash, EVERYONE) == card
    assert await library.places_of([ash]) == [(7, there), (8, Place(ash, 0, 4))]
    assert await library.run_image(run, 0) is None


async def test_an_image_of_a_story_that_is_gone_is_gone(library: Library) -> None:
    ash, elm = await put(library, story_of("Ash"), story_of("Elm"))
    run = await library.begin_run(0, "x", NOON)
    entries = [
        replace(
            entry_of(story_of(name), story_id=story),
            image=written_to_json(write_down(story_of(name))),
        )
        for name, story in (("Ash", ash), ("Elm", elm))
    ]
    await library.keep(0, entries, NOON, run)
    await library.remove_stories([ash])
    image = await library.run_image(run, 0)
    assert image is not None
    assert image[0] == elm
    assert await library.run_image(run, elm) is None
    await library.put_back(0, run, ash, write_down(story_of("Ash")), (), NOON)
    assert await library.whole_story(ash) is None


async def test_what_is_written_of_a_story_is_what_was_kept(library: Library) -> None:
    story = story_of("Ash", "It burned.\n\nIt fell.", "It grew.", tags=["fire"], authors=["Ann"])
    entry = entry_of(story, page=5)
    (ash,) = await library.keep(0, [entry], NOON)
    assert ash is not None
    written = await library.written(ash)
    assert written is not None
    again = [replace(entry, written=written, story=None, file=file_of("again.txt"))]
    (copy,) = await library.keep(0, again, NOON)
    assert copy is not None
    assert await library.whole_story(copy) == await library.whole_story(ash)
    assert await pages_in(library, copy) == await pages_in(library, ash)
    assert await library.written(999) is None


async def test_stories_tell_when_they_changed(library: Library) -> None:
    ash, elm = await put(library, story_of("Ash"), story_of("Elm"))
    await library.keep(0, [entry_of(story_of("Ash", "Anew."), story_id=ash)], NOON + HOUR)
    assert await library.changed_at([ash, elm, 999]) == {ash: NOON + HOUR, elm: NOON}
    assert await library.changed_at([]) == {}


async def test_files_are_forgotten_and_not_their_stories(library: Library) -> None:
    ash, elm = await put(library, story_of("Ash"), story_of("Elm"))
    await library.forget_files(0, ["stories:Ash.txt", "stories:nothing"])
    assert list(await library.files(0)) == ["stories:Elm.txt"]
    assert await library.card(ash, EVERYONE)
    await library.remove_stories([elm])
    assert (await library.files(0))["stories:Elm.txt"].story is None
    assert await library.card(elm, EVERYONE) is None
