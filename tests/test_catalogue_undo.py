"""A whole import undone: what it added goes, what it changed is as it was."""

import asyncio
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.catalogue import Catalogue
from bot.library import library_at
from bot.library.base import Library
from bot.story import Place
from tests.library_contract import EVERYONE, chapters_in
from tests.shelves import Shelf, words_of

READER = 77


async def everything(library: Library) -> dict[str, object]:
    """Give all that an undo has to bring back."""
    files = await library.files(0)
    known = await library.known(0, list(files))
    # When a line or member was last seen is no fact: it is found anew with each reading.
    within = {
        key: [replace(each, modified=0) for each in await library.within(0, key, (-1, ""), 1_000)]
        for key, file in files.items()
        if file.outcome == "container"
    }
    stories = {ident: await library.whole_story(ident) for ident in range(1, 20)}
    cards = {ident: await library.card(ident, EVERYONE) for ident in range(1, 20)}
    return {"files": known, "within": within, "stories": stories, "cards": cards}


def later(shelf: Shelf, **how: float) -> None:
    shelf.clock.at += timedelta(**(how or {"hours": 1}))


async def test_what_an_import_added_is_gone(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    await shelf.sync()
    before = await everything(shelf.library)
    later(shelf)
    shelf.write("b.txt", words_of(2))
    (shelf.folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    await shelf.imported(shelf.folder)
    undone = await shelf.catalogue.undo()
    assert undone is not None
    assert (undone.removed, undone.restored, undone.left) == ([2], [], [])
    assert undone.in_folder == 2
    assert await everything(shelf.library) == before
    assert undone.run.what == str(shelf.folder)


async def test_what_an_import_changed_has_its_text_and_facts_back(shelf: Shelf) -> None:
    path = shelf.write("a.md", f"---\ntitle: Ash\ntags: [fire]\n---\n\n{words_of(1)}")
    await shelf.sync()
    before = await everything(shelf.library)
    later(shelf)
    path.write_text("---\ntitle: Elm\ntags: [wood]\n---\n\nAll was otherwise.")
    await shelf.imported(path)
    assert await everything(shelf.library) != before
    undone = await shelf.catalogue.undo()
    assert undone is not None
    assert (undone.removed, undone.restored) == ([], [1])
    assert await everything(shelf.library) == before


async def test_lines_and_archives_are_as_they_were(shelf: Shelf) -> None:
    lines = shelf.write("t.jsonl", "".join(f'{{"text": "{words_of(n)}"}}\n' for n in range(4)))
    book = shelf.folder / "book.zip"
    with zipfile.ZipFile(book, "w") as made:
        made.writestr("a.txt", words_of(11))
        made.writestr("b.txt", words_of(12))
    await shelf.sync()
    before = await everything(shelf.library)
    later(shelf)
    changed = [words_of(n) for n in (0, 5, 2)]
    lines.write_text("".join(f'{{"text": "{text}"}}\n' for text in changed))
    with zipfile.ZipFile(book, "w") as made:
        made.writestr("b.txt", "All was otherwise.")
        made.writestr("c.txt", words_of(13))
    await shelf.imported(shelf.folder)
    assert await everything(shelf.library) != before
    assert await shelf.catalogue.undo()
    after = await everything(shelf.library)
    assert after == before


async def test_files_that_were_taken_off_the_shelf_come_back(shelf: Shelf) -> None:
    paths = shelf.fill(3)
    await shelf.sync()
    before = await everything(shelf.library)
    later(shelf)
    paths[0].unlink()
    await shelf.imported(shelf.folder, remove_missing=True)
    assert await shelf.catalogue.undo()
    assert await everything(shelf.library) == before


async def test_an_undo_after_a_restart_is_the_same(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    await shelf.imported(shelf.folder)
    await shelf.library.close()
    again = library_at(shelf.catalogue.settings.database_url)
    await again.open()
    try:
        undone = await Catalogue(again, shelf.catalogue.settings, now=shelf.clock).undo()
        assert undone is not None
        assert undone.removed == [1]
        assert await again.whole_story(1) is None
    finally:
        await again.close()


async def test_an_undo_that_was_stopped_goes_on(shelf: Shelf) -> None:
    path = shelf.write("0.txt", words_of(0))
    await shelf.sync()
    before = await everything(shelf.library)
    later(shelf)
    path.write_text("All was otherwise.")
    shelf.fill(90)
    await shelf.imported(shelf.folder)
    run = await shelf.library.last_run(0)
    assert run is not None
    steps = await shelf.library.run_steps(run.id, 99)
    undoing = asyncio.ensure_future(shelf.catalogue.undo())
    while await shelf.library.run_steps(run.id, 99) == steps:
        assert not undoing.done()
    undoing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await undoing
    undone = await shelf.catalogue.undo()
    assert undone is not None
    assert await everything(shelf.library) == before


async def test_only_the_last_import_can_be_undone_and_only_once(shelf: Shelf) -> None:
    assert await shelf.catalogue.undo() is None
    first = shelf.write("a.txt", words_of(1))
    await shelf.imported(first)
    later(shelf)
    second = shelf.write("b.txt", words_of(2))
    await shelf.imported(second)
    undone = await shelf.catalogue.undo()
    assert undone is not None
    assert undone.removed == [2]
    assert await shelf.catalogue.undo() is None
    assert await shelf.texts() == {words_of(1)}


async def test_an_import_that_does_nothing_leaves_the_one_before_to_undo(shelf: Shelf) -> None:
    path = shelf.write("a.txt", words_of(1))
    await shelf.imported(path)
    later(shelf)
    await shelf.imported(path)
    await shelf.imported(path, dry_run=True)
    undone = await shelf.catalogue.undo()
    assert undone is not None
    assert undone.removed == [1]


async def test_what_was_changed_since_is_left_and_told(shelf: Shelf) -> None:
    changed = shelf.write("a.txt", words_of(1))
    shelf.write("b.txt", words_of(2))
    await shelf.sync()
    later(shelf)
    changed.write_text("All was otherwise.")
    shelf.write("c.txt", words_of(3))
    shelf.write("d.txt", words_of(4))
    await shelf.imported(shelf.folder)
    later(shelf)
    changed.write_text("And otherwise again.")
    shelf.write("c.txt", "And something else.")
    await shelf.sync()
    undone = await shelf.catalogue.undo()
    assert undone is not None
    assert (sorted(undone.left), undone.removed, undone.restored) == ([1, 3], [4], [])
    assert await shelf.texts() == {"And otherwise again.", words_of(2), "And something else."}


async def test_readers_are_carried_over_to_the_new_text_and_back(shelf: Shelf) -> None:
    paragraphs = [f"{words_of(n)} They spoke of number {n}." for n in range(200)]
    path = shelf.write("a.txt", "\n\n".join(paragraphs))
    await shelf.sync()
    (chapter,) = await chapters_in(shelf.library, 1)
    at = chapter.text.index("They spoke of number 150")
    await shelf.library.save_place(READER, Place(1, 0, at), shelf.clock.at)
    later(shelf)
    path.write_text("\n\n".join(["A new beginning.", *paragraphs[:20], *paragraphs[30:]]))
    await shelf.imported(path)
    (chapter,) = await chapters_in(shelf.library, 1)
    moved = await shelf.library.place_in(READER, 1)
    assert moved is not None
    assert chapter.text[moved[0].offset :].startswith("They spoke of number 150")
    assert await shelf.catalogue.undo()
    back = await shelf.library.place_in(READER, 1)
    assert back is not None
    assert back[0] == Place(1, 0, at)


async def test_a_story_taken_down_since_does_not_come_back(shelf: Shelf) -> None:
    path = shelf.write("a.txt", words_of(1))
    await shelf.sync()
    later(shelf)
    path.write_text("All was otherwise.")
    await shelf.imported(path)
    await shelf.library.take_down(1, shelf.clock.at)
    assert await shelf.catalogue.undo()
    assert await shelf.texts() == set()
    run = await shelf.library.last_run(0)
    assert run is not None
    assert await shelf.library.run_image(run.id, 0) is None, "its text went with it"
