"""Files onto a shelf: a folder kept in step, and files imported by hand."""

import asyncio
import gc
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.catalogue import BATCH, Catalogue
from bot.library import library_at
from bot.story import Rating
from bot.texts import say
from tests.library_contract import EVERYONE
from tests.shelves import Shelf, words_of
from tests.stage import Clock, settings_for

PROJECT = Path(__file__).resolve().parents[1]


def touched(path: Path, seconds: int = 5) -> None:
    """Make ``path`` look as if it had been written later."""
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + seconds * 10**9))


def replaced_in_secret(path: Path, text: str) -> None:
    """Put other bytes into ``path`` that its size and time do not show."""
    stat = path.stat()
    assert len(text.encode()) == stat.st_size
    path.write_text(text, "utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


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


# Refused, broken, withheld


async def test_a_refused_file_is_told_each_time_but_is_news_once(shelf: Shelf) -> None:
    shelf.fill(1)
    (shelf.folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    report = await shelf.sync()
    assert report.counts == {"added": 1, "refused": 1}
    (refused,) = report.refused
    assert refused.told["path"] == str(shelf.folder / "picture.txt")
    assert refused.told["reason"]
    again = await shelf.sync()
    assert again.counts == {"unchanged": 1, "refused": 1}
    assert again.refused == []
    assert again.is_quiet
    _, told = await shelf.imported(shelf.folder)
    assert [(r.outcome, r.told.get("reason")) for r in told] == [
        ("refused", refused.told["reason"]),
        ("unchanged", None),
    ]


@pytest.mark.parametrize("data", [b"", b" \n\n", b"%PDF-1.7\n", b"PK\x03\x04" + bytes(99)])
async def test_a_file_that_is_no_story_is_refused_with_a_reason(shelf: Shelf, data: bytes) -> None:
    (shelf.folder / "odd.txt").write_bytes(data)
    shelf.fill(1)
    report = await shelf.sync()
    assert report.counts == {"added": 1, "refused": 1}
    assert len(report.refused[0].told["reason"]) > 10


async def test_a_file_that_breaks_keeps_its_earlier_story(shelf: Shelf) -> None:
    (path,) = shelf.fill(1)
    await shelf.sync()
    before = await shelf.ids()
    path.write_bytes(b"")
    assert (await shelf.sync()).counts == {"refused": 1}
    assert await shelf.ids() == before


async def test_a_file_that_breaks_twice_keeps_its_earlier_story(shelf: Shelf) -> None:
    (path,) = shelf.fill(1)
    await shelf.sync()
    before = await shelf.ids()
    for broken in (b"", b"\x89PNG\r\n\x1a\n" + bytes(50)):
        path.write_bytes(broken)
        assert (await shelf.sync()).counts == {"refused": 1}
    assert await shelf.ids() == before


async def test_a_file_that_is_mended_updates_its_earlier_story(shelf: Shelf) -> None:
    (path,) = shelf.fill(1)
    await shelf.sync()
    before = await shelf.ids()
    path.write_bytes(b"")
    await shelf.sync()
    path.write_text("Everything was otherwise now.")
    assert (await shelf.sync()).counts == {"updated": 1}
    assert await shelf.ids() == {"Everything was otherwise now.": before[words_of(0)]}


async def test_a_file_that_is_restored_is_its_earlier_story(shelf: Shelf) -> None:
    (path,) = shelf.fill(1)
    await shelf.sync()
    before = await shelf.ids()
    path.write_bytes(b"")
    await shelf.sync()
    path.write_text(words_of(0))
    assert (await shelf.sync()).counts == {"updated": 1}
    assert await shelf.ids() == before


async def test_an_underage_story_above_teen_is_withheld_until_it_is_mended(shelf: Shelf) -> None:
    path = shelf.write("a.txt", words_of(1))
    facts = shelf.write("library.toml", '["a.txt"]\nwarnings = ["Underage"]\nrating = "Mature"\n')
    report = await shelf.sync()
    assert report.counts == {"withheld": 1}
    assert await shelf.texts() == set()
    _, (told,) = await shelf.imported(path)
    assert told.outcome == "withheld"
    assert say("import.withheld") in told.told["messages"]
    facts.write_text('["a.txt"]\nwarnings = ["Underage"]\nrating = "Teen"\n')
    assert (await shelf.sync()).counts == {"added": 1}
    assert await shelf.texts() == {words_of(1)}


async def test_a_served_story_that_is_to_be_withheld_leaves_and_returns_as_itself(
    shelf: Shelf,
) -> None:
    shelf.write("a.txt", words_of(1))
    await shelf.sync()
    before = await shelf.ids()
    facts = shelf.write("library.toml", 'warnings = "Underage Sex"\nrating = "Not Rated"\n')
    assert (await shelf.sync()).counts == {"withheld": 1}
    assert await shelf.texts() == set()
    facts.unlink()
    await shelf.sync()
    assert await shelf.ids() == before


async def test_a_name_that_is_no_utf8_stops_no_other_file(shelf: Shelf) -> None:
    shelf.fill(2)
    try:
        shelf.write(os.fsdecode(b"caf\xe9 tale.txt"), "It was told.")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    await shelf.sync()
    assert {words_of(0), words_of(1)} <= await shelf.texts()


# Doubles


async def test_the_same_words_twice_are_one_story(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    shelf.write("b.md", f"*{words_of(1)}*\n")
    report = await shelf.sync()
    assert report.counts == {"added": 1, "duplicate": 1}
    _, told = await shelf.imported(shelf.folder)
    double = told[1]
    assert double.outcome == "duplicate"
    assert any("a.txt" in message for message in double.told["messages"])
    assert len(await shelf.ids()) == 1


@pytest.mark.parametrize("when", ["at once", "later"])
async def test_when_the_first_of_two_doubles_goes_the_other_keeps_the_story(
    shelf: Shelf, when: str
) -> None:
    shelf.fill(3)
    first = shelf.write("a.txt", words_of(50))
    if when == "later":
        await shelf.sync()
    shelf.write("b.txt", words_of(50))
    await shelf.sync()
    before = await shelf.ids()
    first.unlink()
    await shelf.sync()
    assert await shelf.ids() == before
    shelf.clock.at += timedelta(days=40)
    await shelf.sync()
    assert await shelf.ids() == before


@pytest.mark.parametrize("when", ["at once", "later"])
async def test_when_the_first_of_two_doubles_is_rewritten_both_are_served(
    shelf: Shelf, when: str
) -> None:
    first = shelf.write("a.txt", words_of(50))
    if when == "later":
        await shelf.sync()
    shelf.write("b.txt", words_of(50))
    await shelf.sync()
    first.write_text("Everything was otherwise now.")
    await shelf.sync()
    await shelf.sync()
    assert await shelf.texts() == {"Everything was otherwise now.", words_of(50)}


async def test_a_double_that_is_rewritten_becomes_a_story_of_its_own(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(50))
    second = shelf.write("b.txt", words_of(50))
    await shelf.sync()
    second.write_text("Everything was otherwise now.")
    assert (await shelf.sync()).counts == {"unchanged": 1, "added": 1}
    assert len(await shelf.ids()) == 2


async def test_stories_of_nothing_but_pictures_are_not_doubles(shelf: Shelf) -> None:
    shelf.write("a.txt", "🦊 🦊 🌲")
    shelf.write("b.txt", "🐋 🌊 🐋 🐋")
    assert (await shelf.sync()).counts == {"added": 2}


# Facts beside the files


async def test_facts_that_change_make_only_their_story_anew(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    shelf.write("b.txt", words_of(2))
    facts = shelf.write("library.toml", '["a.txt"]\nauthor = "Ann"\n')
    await shelf.sync()
    before = await shelf.ids()
    facts.write_text('["a.txt"]\nauthor = "Bo"\n')
    assert (await shelf.sync()).counts == {"updated": 1, "unchanged": 1}
    assert await shelf.ids() == before
    card = await shelf.library.card(before[words_of(1)], EVERYONE)
    assert card is not None
    assert card.record.authors == ("Bo",)


async def test_a_comment_in_library_toml_changes_nothing(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    facts = shelf.write("library.toml", 'author = "Ann"\n')
    await shelf.sync()
    facts.write_text('# Hers.\nauthor = "Ann"\n')
    assert (await shelf.sync()).is_quiet


async def test_a_stated_rating_replaces_an_estimated_one(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    await shelf.sync()
    shelf.write("a.meta.toml", 'rating = "Explicit"\n')
    assert (await shelf.sync()).counts == {"updated": 1}
    (ident,) = (await shelf.ids()).values()
    card = await shelf.library.card(ident, EVERYONE)
    assert card is not None
    assert card.record.rating is Rating.EXPLICIT


async def test_a_broken_library_toml_refuses_its_files_and_keeps_their_stories(
    shelf: Shelf,
) -> None:
    shelf.write("a.txt", words_of(1))
    shelf.write("b/b.txt", words_of(2))
    facts = shelf.write("b/library.toml", 'rating = "Mature"\n')
    await shelf.sync()
    before = await shelf.ids()
    facts.write_text('rating = "Mature\n')
    report = await shelf.sync()
    assert report.counts == {"unchanged": 1, "refused": 1}
    assert "library.toml" in report.refused[0].told["reason"]
    assert await shelf.ids() == before
    assert (await shelf.sync()).refused == [], "told once"
    facts.write_text('rating = "Teen"\n')
    await shelf.sync()
    assert await shelf.ids() == before


async def test_a_link_that_leads_out_of_the_folder_is_named_and_not_followed(
    shelf: Shelf, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text(words_of(1))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "other.txt").write_text(words_of(2))
    (shelf.folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (shelf.folder / "folder").symlink_to(tmp_path / "elsewhere")
    (shelf.folder / "nowhere.txt").symlink_to(tmp_path / "nothing")
    (shelf.folder / "loop.txt").symlink_to(shelf.folder / "loop.txt")
    shelf.fill(1)
    report = await shelf.sync()
    assert report.counts == {"refused": 2, "added": 1}
    for refused in report.refused:
        assert "a link that leads out of the folder" in refused.told["reason"]
    assert await shelf.texts() == {words_of(0)}
    assert (await shelf.sync()).is_quiet, "told once"


async def test_a_link_inside_the_folder_is_a_double_and_one_that_is_named_is_read(
    shelf: Shelf, tmp_path: Path
) -> None:
    (path,) = shelf.fill(1)
    (shelf.folder / "z.txt").symlink_to(path)
    assert (await shelf.sync()).counts == {"added": 1, "duplicate": 1}
    other = tmp_path / "other.txt"
    other.write_text(words_of(7))
    link = tmp_path / "link.txt"
    link.symlink_to(other)
    _, (told,) = await shelf.imported(link)
    assert told.outcome == "added"


async def test_a_library_toml_behind_a_link_out_of_the_folder_is_not_read(
    shelf: Shelf, tmp_path: Path
) -> None:
    (tmp_path / "facts.toml").write_text('author = "Ann"')
    (shelf.folder / "library.toml").symlink_to(tmp_path / "facts.toml")
    shelf.fill(1)
    report = await shelf.sync()
    assert report.counts == {"refused": 1}
    assert "leads out of the folder" in report.refused[0].told["reason"]


async def test_what_is_no_file_is_passed_over(shelf: Shelf) -> None:
    os.mkfifo(shelf.folder / "pipe.txt")
    os.mkfifo(shelf.folder / "library.toml")
    shelf.fill(1)
    assert (await shelf.sync()).counts == {"refused": 1}


async def test_a_library_toml_that_cannot_be_opened_refuses_its_files(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    shelf.write("b/b.txt", words_of(2))
    (shelf.folder / "b" / "library.toml").symlink_to(shelf.folder / "nowhere")
    report = await shelf.sync()
    assert report.counts == {"added": 1, "refused": 1}
    assert await shelf.texts() == {words_of(1)}


async def test_names_of_the_folder_change_who_is_found(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    shelf.write("a.meta.toml", 'characters = ["Old Wick"]\n')
    await shelf.sync()
    (ident,) = (await shelf.ids()).values()
    shelf.write("characters.toml", '[[character]]\nname = "Josiah Wick"\naliases = ["Old Wick"]\n')
    assert (await shelf.sync()).counts == {"updated": 1}
    card = await shelf.library.card(ident, EVERYONE)
    assert card is not None
    assert [who.name for who in card.record.characters] == ["Josiah Wick"]
    assert shelf.catalogue.aliases.canonical("old wick") == "Josiah Wick"


@pytest.mark.parametrize("broken", ["[[character", '[[character]]\nnom = "x"\n', "character = 5"])
async def test_broken_names_are_logged_and_stop_nothing(
    shelf: Shelf, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.fill(1)
    shelf.write("characters.toml", broken)
    with caplog.at_level(logging.ERROR):
        assert (await shelf.sync()).counts == {"added": 1}
    assert "characters.toml" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.ERROR):
        await shelf.sync()
    assert caplog.text == "", "told once"


async def test_names_that_are_no_utf8_stop_nothing(shelf: Shelf) -> None:
    shelf.fill(1)
    (shelf.folder / "characters.toml").write_bytes(b'\xff[[character]]\nname = "x"')
    assert (await shelf.sync()).counts == {"added": 1}


# Importing by hand


async def test_a_path_inside_the_folder_is_the_file_that_sync_knows(shelf: Shelf) -> None:
    (path,) = shelf.fill(1)
    await shelf.sync()
    for spelling in (path, shelf.folder, shelf.folder / ".." / "stories" / path.name):
        _, (told,) = await shelf.imported(spelling)
        assert told.outcome == "unchanged"
    assert (await shelf.sync()).is_quiet
    assert list(await shelf.library.files(0)) == ["stories:tale 000.txt"]


async def test_a_path_reached_through_a_link_is_the_file_that_sync_knows(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.fill(1)
    await shelf.sync()
    link = tmp_path / "link"
    link.symlink_to(shelf.folder)
    _, (told,) = await shelf.imported(link)
    assert told.outcome == "unchanged"


@pytest.mark.parametrize("what", ["sub/a.txt", "sub"])
async def test_facts_of_the_folders_above_hold_for_a_part_of_the_folder(
    shelf: Shelf, what: str
) -> None:
    shelf.write("sub/a.txt", words_of(1))
    shelf.write("library.toml", '["sub/a.txt"]\nauthor = "Ann"\nrating = "Explicit"\n')
    await shelf.sync()
    _, (told,) = await shelf.imported(shelf.folder / what)
    assert told.outcome == "unchanged"
    assert told.told["authors"] == ["Ann"]
    assert (await shelf.sync()).is_quiet


async def test_a_file_from_elsewhere_stays_whatever_sync_finds(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.fill(1)
    other = tmp_path / "other.txt"
    other.write_text(words_of(7))
    report, (told,) = await shelf.imported(other)
    assert (told.outcome, told.told["path"]) == ("added", str(other))
    assert report.counts == {"added": 1}
    await shelf.sync()
    other.unlink()
    assert (await shelf.sync()).is_quiet
    assert await shelf.texts() == {words_of(0), words_of(7)}


async def test_each_file_is_told_in_order_with_its_number(shelf: Shelf) -> None:
    shelf.fill(BATCH + 5)
    _, told = await shelf.imported(shelf.folder)
    assert [r.told["path"] for r in told] == [
        str(shelf.folder / f"tale {n:03}.txt") for n in range(BATCH + 5)
    ]
    ids = await shelf.ids()
    assert [r.told["story"] for r in told] == [ids[words_of(n)] for n in range(BATCH + 5)]


async def test_a_report_holds_everything_scripts_rely_on(shelf: Shelf) -> None:
    shelf.fill(1)
    (shelf.folder / "empty.txt").touch()
    _, (refused, added) = await shelf.imported(shelf.folder)
    assert set(added.told) == {
        *("path", "record", "outcome", "story", "title", "title_origin", "authors", "words"),
        *("chapters", "rating", "rating_origin", "permission", "warnings", "categories"),
        *("fandoms", "characters", "relationships", "tags", "language", "series", "published"),
        *("updated", "complete", "source", "summary", "notes", "messages"),
        *("collections", "permission_note", "stated_words", "extra"),
    }
    assert {"path", "record", "outcome", "story", "reason"} <= set(refused.told)
    assert json.loads(json.dumps(added.told)) == added.told


async def test_a_dry_run_judges_and_keeps_nothing(shelf: Shelf) -> None:
    shelf.fill(2)
    report, told = await shelf.imported(shelf.folder, dry_run=True)
    assert report.counts == {"added": 2}
    assert [r.told["story"] for r in told] == [None, None]
    assert await shelf.library.files(0) == {}
    assert await shelf.texts() == set()
    await shelf.sync()
    before = await shelf.library.files(0)
    (shelf.folder / "tale 000.txt").write_text("Otherwise.")
    (shelf.folder / "tale 001.txt").unlink()
    report, (told_now,) = await shelf.imported(shelf.folder, dry_run=True, remove_missing=True)
    assert told_now.outcome == "updated"
    assert await shelf.library.files(0) == before


async def test_a_dry_run_judges_as_the_run_itself(shelf: Shelf) -> None:
    shelf.fill(BATCH + 5)
    shelf.write("a double.txt", words_of(BATCH + 2))
    shelf.write("z double.txt", words_of(0))
    (shelf.folder / "empty.txt").touch()
    _, dry = await shelf.imported(shelf.folder, dry_run=True)
    _, done = await shelf.imported(shelf.folder)
    assert [(r.told["path"], r.outcome) for r in dry] == [(r.told["path"], r.outcome) for r in done]


async def test_a_path_that_does_not_exist_is_refused_by_name(shelf: Shelf, tmp_path: Path) -> None:
    report, (told,) = await shelf.imported(tmp_path / "nowhere.txt")
    assert told.outcome == "refused"
    assert "nowhere.txt" in told.told["reason"]
    assert report.counts == {"refused": 1}


async def test_an_import_removes_only_when_asked_and_only_below_its_path(shelf: Shelf) -> None:
    paths = shelf.fill(2)
    shelf.write("sub/a.txt", words_of(7))
    shelf.write("sub/b.txt", words_of(8))
    await shelf.sync()
    paths[0].unlink()
    (shelf.folder / "sub" / "a.txt").unlink()
    report, _ = await shelf.imported(shelf.folder / "sub")
    assert report.removed == 0
    report, _ = await shelf.imported(shelf.folder / "sub", remove_missing=True)
    assert report.removed == 1
    assert await shelf.texts() == {words_of(0), words_of(1), words_of(8)}


async def test_an_empty_folder_elsewhere_is_named_itself(shelf: Shelf, tmp_path: Path) -> None:
    shelf.fill(1)
    await shelf.sync()
    empty = tmp_path / "empty"
    empty.mkdir()
    report, told = await shelf.imported(empty, remove_missing=True)
    assert told == []
    assert report.removed == 0
    assert str(shelf.folder) not in report.line()


# Killed in the middle


@contextmanager
def importing(shelf: Shelf, *options: str) -> Generator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "import", str(shelf.folder), *options],
        cwd=PROJECT,
        env=os.environ
        | {
            "DATABASE_URL": shelf.catalogue.settings.database_url,
            "STORIES_DIR": str(shelf.folder),
            "DISCORD_TOKEN": "",
            "PYTHONUNBUFFERED": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process


@pytest.mark.parametrize("told", [1, BATCH + 1, BATCH * 2])
def test_an_import_that_is_killed_goes_on_where_it_was(
    tmp_path: Path, clock: Clock, told: int
) -> None:
    folder = tmp_path / "stories"
    folder.mkdir()
    settings = settings_for(tmp_path, folder)
    library = library_at(settings.database_url)
    shelf = Shelf(folder, library, Catalogue(library, settings, now=clock), clock)
    shelf.fill(BATCH * 3)
    with importing(shelf, "--json") as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(told)]
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    with importing(shelf, "--json") as process:
        out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    outcomes = [json.loads(line) for line in out.splitlines()]
    assert len(outcomes) == BATCH * 3
    assert {each["outcome"] for each in outcomes} <= {"added", "unchanged"}
    known = {each["path"]: each["story"] for each in outcomes}
    for line in lines:
        assert known[json.loads(line)["path"]] == json.loads(line)["story"]
    with closing(sqlite3.connect(tmp_path / "library.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        counted = database.execute(
            "SELECT (SELECT count(*) FROM story), (SELECT count(*) FROM file),"
            " (SELECT count(DISTINCT fingerprint) FROM story WHERE hidden_at IS NULL),"
            " (SELECT count(DISTINCT story) FROM page)"
        ).fetchone()
    assert counted == (BATCH * 3, BATCH * 3, BATCH * 3, BATCH * 3)


async def test_an_import_leaves_the_looking_for_garbage_as_it_was(shelf: Shelf) -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    during: list[tuple[int, int, int]] = []
    shelf.fill(3)
    await shelf.catalogue.import_paths(
        [shelf.folder], lambda _: None, progress=lambda *_: during.append(gc.get_threshold())
    )
    assert all(told[0] > before[0][0] for told in during)
    assert during
    assert (gc.get_threshold(), gc.get_freeze_count()) == before
