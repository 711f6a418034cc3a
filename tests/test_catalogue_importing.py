"""Files imported by hand, and an import that is killed."""

import gc
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.catalogue import BATCH, Catalogue
from bot.library import library_at
from tests.shelves import Shelf, words_of
from tests.stage import Clock, settings_for

PROJECT = Path(__file__).resolve().parents[1]


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
