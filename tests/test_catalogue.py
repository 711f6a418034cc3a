"""A shelf kept in step with its folder: new files, changed ones, and those that are gone."""

import asyncio
import os
from datetime import timedelta

import pytest

from bot.catalogue import BATCH, Catalogue
from tests.shelves import Shelf, replaced_in_secret, touched, words_of

# A folder for the first time


async def test_the_first_sync_adds_every_file(shelf: Shelf) -> None:
    shelf.fill(3)
    shelf.write("deep/er/tale.md", "# A Title\n\nIt was told below.")
    assert await shelf.catalogue.changes() == (4, True)
    report = await shelf.sync()
    assert report.counts == {"added": 4}
    assert report.line() == "4 stories added."
    assert not report.is_quiet
    assert {words_of(n) for n in range(3)} < await shelf.texts()
    assert await shelf.catalogue.changes() == (0, False)


async def test_a_second_sync_finds_nothing_to_do(shelf: Shelf) -> None:
    shelf.fill(3)
    await shelf.sync()
    report = await shelf.sync()
    assert report.counts == {"unchanged": 3}
    assert report.is_quiet


async def test_an_unchanged_file_is_not_read_again(shelf: Shelf) -> None:
    (path,) = shelf.fill(1)
    await shelf.sync()
    replaced_in_secret(path, words_of(0).replace("lamp", "fire"))
    assert (await shelf.sync()).counts == {"unchanged": 1}
    assert await shelf.texts() == {words_of(0)}


async def test_a_file_that_was_only_touched_is_unchanged_and_remembered_so(shelf: Shelf) -> None:
    (path,) = shelf.fill(1)
    await shelf.sync()
    touched(path)
    assert await shelf.catalogue.changes() == (0, False), "its bytes are the same"
    assert (await shelf.sync()).counts == {"unchanged": 1}
    known = await shelf.library.files(shelf.catalogue.shelf)
    assert [file.modified for file in known.values()] == [path.stat().st_mtime_ns]


async def test_another_catalogue_on_the_same_library_goes_on(shelf: Shelf) -> None:
    shelf.fill(2)
    await shelf.sync()
    again = Catalogue(shelf.library, shelf.catalogue.settings, now=shelf.clock)
    assert await again.changes() == (0, False)
    assert (await again.sync()).counts == {"unchanged": 2}


async def test_two_syncs_at_once_add_every_story_once(shelf: Shelf) -> None:
    shelf.fill(5)
    first, second = await asyncio.gather(shelf.sync(), shelf.sync())
    assert (first.counts, second.counts) == ({"added": 5}, {"unchanged": 5})


async def test_progress_is_told_up_to_the_end(shelf: Shelf) -> None:
    paths = shelf.fill(BATCH * 2 + 3)
    sizes = [path.stat().st_size for path in paths]
    told: list[tuple[int, int, int]] = []
    await shelf.catalogue.sync(progress=lambda *step: told.append(step))
    assert told == [
        (count, sum(sizes[:count]), sum(sizes)) for count in (BATCH, BATCH * 2, BATCH * 2 + 3)
    ]


# Changed, renamed, removed, returned


async def test_a_changed_file_updates_its_story(shelf: Shelf) -> None:
    path, _ = shelf.fill(2)
    await shelf.sync()
    before = await shelf.ids()
    shelf.clock.at += timedelta(hours=1)
    path.write_text("Everything was otherwise now.")
    report = await shelf.sync()
    assert report.counts == {"updated": 1, "unchanged": 1}
    assert await shelf.ids() == {
        "Everything was otherwise now.": before[words_of(0)],
        words_of(1): before[words_of(1)],
    }


@pytest.mark.parametrize("name", ["other.txt", "deep/tale 000.txt", "tale 000.md", "a.txt"])
async def test_a_renamed_file_keeps_its_story(shelf: Shelf, name: str) -> None:
    path, *_ = shelf.fill(2)
    await shelf.sync()
    before = await shelf.ids()
    (shelf.folder / name).parent.mkdir(exist_ok=True)
    path.rename(shelf.folder / name)
    report = await shelf.sync()
    assert report.removed == 0
    assert await shelf.ids() == before


async def test_renumbered_files_lose_no_story(shelf: Shelf) -> None:
    paths = shelf.fill(4)
    await shelf.sync()
    paths[0].unlink()
    for number in (1, 2, 3):
        paths[number].rename(paths[number - 1])
    await shelf.sync()
    assert await shelf.texts() == {words_of(n) for n in (1, 2, 3)}
    await shelf.sync()
    assert await shelf.texts() == {words_of(n) for n in (1, 2, 3)}


async def test_files_that_swap_their_names_lose_no_story(shelf: Shelf) -> None:
    first, second = shelf.fill(2)
    await shelf.sync()
    aside = first.rename(shelf.folder.parent / "aside")
    second.rename(first)
    aside.rename(second)
    await shelf.sync()
    assert await shelf.texts() == {words_of(0), words_of(1)}
    second.write_text("Something new stands here.")
    await shelf.sync()
    assert await shelf.texts() == {words_of(1), "Something new stands here."}


async def test_a_removed_file_hides_its_story(shelf: Shelf) -> None:
    path, *_ = shelf.fill(3)
    await shelf.sync()
    ident = (await shelf.ids())[words_of(0)]
    path.unlink()
    report = await shelf.sync()
    assert report.removed == 1
    assert report.line() == "2 unchanged, 1 removed (kept hidden for 30 days)."
    assert await shelf.texts() == {words_of(1), words_of(2)}
    assert await shelf.library.whole_story(ident), "hidden, not forgotten"
    assert (await shelf.sync()).removed == 0


async def test_a_file_that_returns_brings_the_same_story_back(shelf: Shelf) -> None:
    path, *_ = shelf.fill(3)
    await shelf.sync()
    before = await shelf.ids()
    stat = path.stat()
    path.unlink()
    await shelf.sync()
    shelf.clock.at += timedelta(days=29)
    path.write_text(words_of(0))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    report = await shelf.sync()
    assert report.counts == {"added": 1, "unchanged": 2}
    assert await shelf.ids() == before


async def test_a_file_that_returns_changed_brings_the_same_story_back(shelf: Shelf) -> None:
    path, *_ = shelf.fill(3)
    await shelf.sync()
    ident = (await shelf.ids())[words_of(0)]
    path.unlink()
    await shelf.sync()
    path.write_text("Everything was otherwise now.")
    await shelf.sync()
    assert (await shelf.ids())["Everything was otherwise now."] == ident


async def test_a_gone_story_is_forgotten_after_thirty_days(shelf: Shelf) -> None:
    path, *_ = shelf.fill(3)
    await shelf.sync()
    ident = (await shelf.ids())[words_of(0)]
    path.unlink()
    await shelf.sync()
    shelf.clock.at += timedelta(days=30)
    await shelf.sync()
    assert await shelf.library.whole_story(ident)
    shelf.clock.at += timedelta(seconds=1)
    await shelf.sync()
    assert await shelf.library.whole_story(ident) is None
    path.write_text(words_of(0))
    assert (await shelf.sync()).counts == {"added": 1, "unchanged": 2}
    assert (await shelf.ids())[words_of(0)] > ident, "a number is never used again"


# A folder that is not there


async def test_a_missing_folder_removes_nothing_and_says_how_many_are_gone(shelf: Shelf) -> None:
    shelf.fill(12)
    await shelf.sync()
    shelf.folder.rename(shelf.folder.with_name("elsewhere"))
    report = await shelf.sync()
    assert report.removed == 0
    assert "12 of 12 files are gone. Is the folder mounted?" in report.line()
    assert not report.is_quiet
    assert len(await shelf.texts()) == 12
    shelf.folder.with_name("elsewhere").rename(shelf.folder)
    assert (await shelf.sync()).is_quiet


@pytest.mark.parametrize("count", [1, 5, 6, 12])
async def test_an_empty_folder_removes_nothing(shelf: Shelf, count: int) -> None:
    paths = shelf.fill(count)
    await shelf.sync()
    for path in paths:
        path.unlink()
    report = await shelf.sync()
    assert report.removed == 0
    assert f"{count} of {count} files are gone. Is the folder mounted?" in report.line()
    assert len(await shelf.texts()) == count


@pytest.mark.parametrize(
    ("known", "gone", "removed"),
    [(6, 5, True), (7, 6, False), (29, 6, False), (30, 6, True), (31, 7, False), (36, 7, True)],
)
async def test_more_than_a_fifth_and_more_than_five_gone_removes_nothing(
    shelf: Shelf, known: int, gone: int, removed: bool
) -> None:
    paths = shelf.fill(known)
    await shelf.sync()
    for path in paths[:gone]:
        path.unlink()
    report = await shelf.sync()
    assert report.removed == (gone if removed else 0)
    told = f"{gone} of {known} files are gone. Is the folder mounted?"
    assert (told in report.line()) == (not removed)
    assert len(await shelf.texts()) == known - report.removed


async def test_somebody_who_insists_removes_them_all(shelf: Shelf) -> None:
    paths = shelf.fill(12)
    await shelf.sync()
    for path in paths:
        path.unlink()
    report = await shelf.sync(remove_missing=True)
    assert (report.removed, report.warning) == (12, "")
    assert await shelf.texts() == set()


async def test_a_reorganised_folder_loses_nothing(shelf: Shelf) -> None:
    paths = shelf.fill(12)
    await shelf.sync()
    before = await shelf.ids()
    (shelf.folder / "new").mkdir()
    for path in paths:
        path.rename(shelf.folder / "new" / path.name)
    await shelf.sync()
    assert await shelf.ids() == before
    await shelf.sync(remove_missing=True)
    assert await shelf.ids() == before


async def test_a_folder_that_never_held_stories_is_named(shelf: Shelf) -> None:
    assert str(shelf.folder) in (await shelf.sync()).line()
    shelf.folder.rmdir()
    assert await shelf.catalogue.changes() == (0, True)
    report = await shelf.sync()
    assert str(shelf.folder) in report.line()
    assert report.counts == {}
