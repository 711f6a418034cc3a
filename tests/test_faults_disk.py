"""No room, or another program in the way: a clear word, nothing lost, and on when it is over."""

import asyncio
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.errors import LibraryUnreachable, LibraryUnreadable
from bot.library import library_at
from bot.library.base import Filter, Library
from bot.library.sqlite import connections, migrate
from bot.prose.query import parse_query
from bot.story import Rating
from bot.texts import explain
from tests.disks import fill, leave, server_on, small_disk
from tests.library_contract import EVERYONE, put, story_of
from tests.postgres import PASSWORD
from tests.test_library_copying import contents
from tests.test_library_copying import fill as fill_library
from tests.wire.launching import STRICT, environment

STORIES = 600
KB = 1_024
# Above what an empty library takes, and below what all stories do.
ROOM = {"a limit": 1_500 * KB, "a small disk": 3_000 * KB}


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    """Give an open library in a file."""
    opened = library_at(f"sqlite:///{tmp_path / 'library.db'}")
    await opened.open()
    yield opened
    await opened.close()


@contextmanager
def held(path: Path) -> Generator[None]:
    """Hold the right to write, as another program might."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def bot(
    folder: Path, *words: str, limit: int | None = None, **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command of the bot to its end, which may write files of at most ``limit`` bytes."""

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, *STRICT, "-m", "bot", *words],
        cwd=folder,
        env=environment(folder, **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        preexec_fn=limited,
    )


def names(folder: Path) -> list[str]:
    """Give the names of the files in ``folder``."""
    return sorted(path.name for path in folder.iterdir())


# Locked


async def test_while_another_program_writes_everything_is_read_and_a_change_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.05)
    library = library_at(f"sqlite:///{tmp_path / 'library.db'}")
    await library.open()
    caplog.set_level("INFO")
    (ident,) = await put(library, story_of("Ash"))
    with held(tmp_path / "library.db"):
        assert await library.card(ident, EVERYONE)
        for _ in range(3):
            with pytest.raises(LibraryUnreachable) as caught:
                await library.write_note("a", "b")
            assert "try again in a minute" in explain(caught.value)
    await library.write_note("a", "b")
    assert await library.note("a") == "b"
    await library.close()
    told = [record.getMessage() for record in caplog.records]
    assert [each.rpartition("written")[2] for each in told] == [": database is locked", " again."]


async def test_a_library_that_is_held_at_the_start_is_one_sentence(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "PATIENCE", 0.05)
    with held(tmp_path / "library.db"):
        other = library_at(f"sqlite:///{tmp_path / 'library.db'}")
        with pytest.raises(LibraryUnreadable) as caught:
            await other.open()
    assert caught.value.key == "library.held"
    await other.open()
    await other.close()


# Full


def write_stories(folder: Path) -> None:
    folder.mkdir()
    for number in range(STORIES):
        told = f"---\ntitle: Lamp {number}\nrating: General\n---\n\n" + (
            f"The lamp of house {number} was lit, and somebody came to tell of it. " * 30
        )
        (folder / f"lamp-{number}.md").write_text(told, "utf-8")


@contextmanager
def disk_of(tmp_path: Path, size: int, how: str) -> Generator[tuple[Path, int | None]]:
    """Give a folder whose files can hold about ``size`` bytes, and the limit that sees to it."""
    if how == "a limit":
        folder = tmp_path / "disk"
        folder.mkdir()
        yield folder, size
    else:
        with small_disk(tmp_path / "disk", size) as folder:
            yield folder, None


WAYS = pytest.mark.parametrize("how", ["a limit", "a small disk"])


@WAYS
async def test_a_disk_that_fills_up_during_an_import_loses_nothing(
    tmp_path: Path, how: str
) -> None:
    write_stories(tmp_path / "more")
    with disk_of(tmp_path, ROOM[how], how) as (folder, limit):
        full = bot(folder, "import", str(tmp_path / "more"), limit=limit)
        assert full.returncode == 1
        assert "Traceback" not in full.stderr
        assert "Nothing was lost" in full.stderr
        with closing(sqlite3.connect(folder / "library.db")) as kept:
            assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for file in [*folder.glob("library.db*")]:  # to where there is room
            shutil.move(file, tmp_path / file.name)
    again = bot(tmp_path, "import", str(tmp_path / "more"))
    assert again.returncode == 0, again.stderr
    whole = library_at(f"sqlite:///{tmp_path / 'library.db'}")
    await whole.open()
    assert await whole.size() == STORIES
    told = await whole.find_titles("lamp 599", EVERYONE, 5)
    assert [card.record.title for card in told] == ["Lamp 599"]
    await whole.close()


@WAYS
async def test_a_backup_that_finds_no_room_leaves_nothing_and_says_so(
    tmp_path: Path, how: str
) -> None:
    library = library_at(f"sqlite:///{tmp_path / 'library.db'}")
    await library.open()
    await fill_library(library)
    before = await contents(library)
    with disk_of(tmp_path, 64 * KB, how) as (folder, limit):
        full = bot(tmp_path, "backup", str(folder / "kept.gz"), limit=limit)
        assert full.returncode == 1
        assert "cannot be written" in full.stderr
        assert len(full.stderr.splitlines()) == 1
        assert names(folder) == []
    assert await contents(library) == before
    done = bot(tmp_path, "backup", str(tmp_path / "kept.gz"))
    assert done.returncode == 0, done.stderr
    await library.close()


async def test_a_restore_that_finds_no_room_leaves_no_library(tmp_path: Path) -> None:
    library = library_at(f"sqlite:///{tmp_path / 'library.db'}")
    await library.open()
    await fill_library(library)
    before = await contents(library)
    await library.close()
    assert bot(tmp_path, "backup", "kept.gz").returncode == 0
    (tmp_path / "library.db").rename(tmp_path / "old.db")
    full = bot(tmp_path, "restore", "kept.gz", limit=200 * KB)
    assert full.returncode == 1
    assert "Traceback" not in full.stderr
    assert names(tmp_path) == ["kept.gz", "old.db"]
    assert bot(tmp_path, "restore", "kept.gz").returncode == 0
    await library.open()
    assert await contents(library) == before
    await library.close()


async def test_without_room_everything_is_read_and_changes_go_on_when_there_is(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "disk", 2_000 * KB) as disk:
        library = library_at(f"sqlite:///{disk / 'library.db'}")
        await library.open()
        (ident,) = await put(library, story_of("Ash"))
        filler = fill(disk)
        with pytest.raises(LibraryUnreachable) as caught:
            for number in range(1_000):  # what is left of the log is used up first
                await library.write_note(f"a {number}", "b" * 1_000)
        assert "no room on the disk" in explain(caught.value)
        assert await library.card(ident, EVERYONE)
        filler.unlink()
        await library.write_note("a", "b")
        assert await library.note("a") == "b"
        assert await put(library, story_of("Ember", rating=Rating.TEEN))
        await library.close()


# A PostgreSQL server without room


async def test_an_import_into_a_server_without_room_loses_nothing_and_goes_on(
    tmp_path: Path,
) -> None:
    write_stories(tmp_path / "more")
    with server_on(96 * KB * KB) as (running, disk):
        address = running.address("postgres")
        library = library_at(address)
        await library.open()
        (ident,) = await put(library, story_of("Ash"))
        filler = leave(disk, 1_000 * KB)
        full = bot(tmp_path, "import", str(tmp_path / "more"), DATABASE_URL=address)
        assert full.returncode == 1, full.stdout
        assert "Traceback" not in full.stderr
        assert "Nothing was lost" in full.stderr
        assert PASSWORD not in full.stderr
        assert await library.card(ident, EVERYONE), "people go on reading"
        done = bot(tmp_path, "backup", "kept.gz", DATABASE_URL=address)
        assert done.returncode == 0, "who has no room can still be backed up"
        filler.unlink()
        again = bot(tmp_path, "import", str(tmp_path / "more"), DATABASE_URL=address)
        assert again.returncode == 0, again.stderr
        assert await library.size() == STORIES + 1
        found = await library.search(parse_query("lamp 599"), Filter(), EVERYONE, limit=5)
        assert [hit.card.record.title for hit in found.hits][:1] == ["Lamp 599"]
        await library.close()


async def test_a_server_without_room_refuses_changes_in_words_and_goes_on_when_there_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    with server_on(96 * KB * KB) as (running, disk):
        library = library_at(running.address("postgres"))
        await library.open()
        (ident,) = await put(library, story_of("Ash"))
        filler = fill(disk)
        for number in range(3):
            with pytest.raises(LibraryUnreachable) as caught:
                for each in range(1_000):  # what is left of the last page is used up first
                    await library.write_note(f"{number} {each}", "b" * 1_000)
            assert "no room on the disk" in explain(caught.value)
        assert await library.card(ident, EVERYONE)
        filler.unlink()
        await library.write_note("a", "b")
        assert await library.note("a") == "b"
        await library.close()


async def test_a_server_whose_log_has_no_room_ends_and_is_whole_when_it_is_started_again() -> None:
    with server_on(96 * KB * KB, log_apart=False) as (running, disk):
        library = library_at(running.address("postgres"))
        await library.open()
        (ident,) = await put(library, story_of("Ash"))
        await library.write_note("a", "0")
        filler, written = fill(disk), 0
        with pytest.raises(LibraryUnreachable):
            for number in range(1, 50_000):  # in one place: only the log grows
                await library.write_note("a", f"{number}{'b' * 1_000}")
                written = number
        filler.unlink()
        await asyncio.to_thread(running.stop)
        await asyncio.to_thread(running.start)
        assert await library.card(ident, EVERYONE)
        kept = await library.note("a") or ""
        assert int(kept.rstrip("b")) in (written, written + 1), "what was told to be written is"
        await library.write_note("a", "b")
        await library.close()
