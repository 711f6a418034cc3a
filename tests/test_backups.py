"""A library in a backup file and back again: everything, or nothing, whoever writes or dies."""

import gzip
import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.errors import BackupUnusable, LibraryNotEmpty, LibraryTooNew, LibraryUnreadable
from bot.library import library_at, schema
from bot.library.backups import restore_backup, write_backup
from bot.library.base import Library, Value
from bot.library.copying import Content
from bot.library.postgres.migrate import migrate as migrate_postgres
from bot.library.sqlite.migrate import migrate as migrate_sqlite
from tests.library_contract import ENGINES, NOON, put, story_of
from tests.postgres import PASSWORD, database
from tests.test_library_copying import contents, fill
from tests.wire.launching import STRICT, environment

WAYS = [(one, other) for one in ENGINES for other in ENGINES]


def address_of(engine: str, folder: Path, name: str) -> str:
    """Give the address of a place where no library is yet."""
    if engine == "sqlite":
        return f"sqlite:///{folder / name / 'library.db'}"
    return database(folder, is_empty=True)


@pytest.fixture(params=WAYS, ids="-to-".join)
async def places(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[tuple[Library, Library]]:
    """Give a filled library that is open, and one that is not there yet."""
    old, new = request.param
    source = library_at(address_of(old, tmp_path, "old"))
    target = library_at(address_of(new, tmp_path, "new"))
    await source.open()
    await fill(source)
    yield source, target
    await source.close()
    await target.close()


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Library]:
    """Give a filled SQLite library that is open."""
    library = library_at(f"sqlite:///{tmp_path / 'old' / 'library.db'}")
    await library.open()
    await put(library, story_of("Ash"), story_of("Ember"))
    yield library
    await library.close()


async def test_every_table_comes_back_as_it_was(
    places: tuple[Library, Library], tmp_path: Path
) -> None:
    source, target = places
    before = await contents(source)
    file = tmp_path / "kept.jsonl.gz"
    steps: list[tuple[int, int]] = []
    told = await write_backup(source, file, NOON, lambda *step: steps.append(step))
    assert {name: content.rows for name, content in told.items()} == {
        name: content.rows for name, content in before.items()
    }
    assert steps[-1][0] == steps[-1][1]
    assert await restore_backup(file, target) == told
    await target.open()
    assert await contents(target) == before
    (new,) = await put(target, story_of("New"))
    (also_new,) = await put(source, story_of("New"))
    assert new == also_new  # numbers go on behind the highest ever given
    assert listed(tmp_path, "*.part") == []


async def test_what_was_restored_is_searched_as_before(sqlite: Library, tmp_path: Path) -> None:
    file = tmp_path / "kept.gz"
    await write_backup(sqlite, file, NOON)
    target = library_at(f"sqlite:///{tmp_path / 'new.db'}")
    await restore_backup(file, target)
    await target.open()
    again = tmp_path / "again.gz"
    await write_backup(target, again, NOON)
    await target.close()
    assert gzip.decompress(file.read_bytes()) == gzip.decompress(again.read_bytes())


async def test_only_its_owner_may_read_a_backup(sqlite: Library, tmp_path: Path) -> None:
    file = tmp_path / "kept.gz"
    await write_backup(sqlite, file, NOON)
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_file_that_is_there_is_not_overwritten(sqlite: Library, tmp_path: Path) -> None:
    file = tmp_path / "kept.gz"
    file.write_text("dear")
    with pytest.raises(BackupUnusable) as caught:
        await write_backup(sqlite, file, NOON)
    assert caught.value.key == "backup.exists"
    assert file.read_text() == "dear"


@pytest.mark.parametrize("companion", ["", "-wal"])
async def test_nothing_is_restored_over_a_library(
    sqlite: Library, tmp_path: Path, companion: str
) -> None:
    file = tmp_path / "kept.gz"
    await write_backup(sqlite, file, NOON)
    there = tmp_path / f"new.db{companion}"
    there.write_text("dear")
    with pytest.raises(LibraryNotEmpty):
        await restore_backup(file, library_at(f"sqlite:///{tmp_path / 'new.db'}"))
    assert there.read_text() == "dear"
    assert listed(tmp_path) == ["kept.gz", there.name, "old"]


async def test_a_database_that_holds_something_is_left_alone(
    sqlite: Library, tmp_path: Path
) -> None:
    file = tmp_path / "kept.gz"
    await write_backup(sqlite, file, NOON)
    target = library_at(database(tmp_path))
    await target.open()
    await target.write_note("a", "b")
    with pytest.raises(LibraryNotEmpty):
        await restore_backup(file, target)
    assert await target.note("a") == "b"
    await target.close()


async def test_tables_that_a_first_start_made_are_no_hindrance(
    sqlite: Library, tmp_path: Path
) -> None:
    file = tmp_path / "kept.gz"
    await write_backup(sqlite, file, NOON)
    target = library_at(database(tmp_path))  # with today's tables, and nothing in them
    await restore_backup(file, target)
    await target.open()
    assert await contents(target) == await contents(sqlite)
    await target.close()


def spoilt(whole: bytes) -> dict[str, bytes]:
    """Give what may become of a backup on a bad disk, by name."""
    lines = gzip.decompress(whole).splitlines(keepends=True)
    story = next(at for at, line in enumerate(lines) if b"Ember" in line)
    return {
        "empty": b"",
        "cut in the middle": whole[: len(whole) // 2],
        "cut by a byte": whole[:-1],
        "a byte is another": whole[:-200] + bytes([whole[-200] ^ 1]) + whole[-199:],
        "not compressed": b"".join(lines),
        "a letter is another": gzip.compress(b"".join(lines).replace(b"Ember", b"Amber", 1)),
        "a row is missing": gzip.compress(b"".join(lines[:story] + lines[story + 1 :])),
        "the end is missing": gzip.compress(b"".join(lines[:-1])),
        "something else": gzip.compress(b'{"a": 1}\n'),
        "no lines": gzip.compress(b"[1, 2]\n"),
        "no text": gzip.compress(bytes(range(256))),
    }


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_damaged_backup_leaves_nothing_behind(
    sqlite: Library, tmp_path: Path, engine: str
) -> None:
    file = tmp_path / "kept.gz"
    await write_backup(sqlite, file, NOON)
    whole = file.read_bytes()
    target = library_at(address_of(engine, tmp_path, "new"))
    for name, damaged in spoilt(whole).items():
        file.write_bytes(damaged)
        with pytest.raises(BackupUnusable) as caught:
            await restore_backup(file, target)
        assert caught.value.key == "backup.damaged", name
    assert listed(tmp_path, "new/*") == []
    file.write_bytes(whole)
    await restore_backup(file, target)


async def test_there_must_be_a_library_to_back_up(tmp_path: Path) -> None:
    for engine in ENGINES:
        library = library_at(address_of(engine, tmp_path, "old"))
        with pytest.raises(LibraryUnreadable) as caught:
            await write_backup(library, tmp_path / "kept.gz", NOON)
        assert caught.value.key == "library.missing"
    assert listed(tmp_path) == []


async def test_a_file_that_is_no_library_is_not_backed_up(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_text("Once upon a time")
    with pytest.raises(LibraryUnreadable):
        await write_backup(
            library_at(f"sqlite:///{tmp_path / 'library.db'}"), tmp_path / "kept.gz", NOON
        )
    assert listed(tmp_path) == ["library.db"]


# Versions


def rewritten(file: Path, **head: Any) -> None:
    """Change what a backup says of itself."""
    first, rest = gzip.decompress(file.read_bytes()).split(b"\n", 1)
    told = json.dumps(json.loads(first) | head).encode()
    file.write_bytes(gzip.compress(told + b"\n" + rest))


@pytest.mark.parametrize(
    ("head", "key"),
    [
        ({"format": 2}, "backup.too-new"),
        ({"schema": {"sqlite": schema.newest("sqlite") + 1}}, "backup.newer-tables"),
        ({"schema": {"postgres": 3}}, "backup.other-engine"),
    ],
)
async def test_a_backup_of_a_newer_version_is_refused(
    sqlite: Library, tmp_path: Path, head: dict[str, Any], key: str
) -> None:
    file = tmp_path / "kept.gz"
    await write_backup(sqlite, file, NOON)
    rewritten(file, **head)
    with pytest.raises(BackupUnusable) as caught:
        await restore_backup(file, library_at(f"sqlite:///{tmp_path / 'new.db'}"))
    assert caught.value.key == key
    assert listed(tmp_path) == ["kept.gz", "old"]


@pytest.mark.parametrize("version", range(1, schema.newest("sqlite") + 1))
async def test_a_backup_of_an_older_sqlite_library_comes_forwards(
    tmp_path: Path, version: int
) -> None:
    old = tmp_path / "library.db"
    migrate_sqlite(old, schema.migrations("sqlite")[:version])
    with closing(sqlite3.connect(old)) as older:
        older.execute("INSERT INTO note VALUES ('a', 'b')")
        older.execute("INSERT INTO server (id, settings, changed_at) VALUES (7, '{}', 0)")
        older.commit()
    await write_backup(library_at(f"sqlite:///{old}"), tmp_path / "kept.gz", NOON)
    with closing(sqlite3.connect(old)) as older:
        assert older.execute("PRAGMA user_version").fetchone() == (version,)
    target = library_at(f"sqlite:///{tmp_path / 'new.db'}")
    await restore_backup(tmp_path / "kept.gz", target)
    await target.open()
    assert await target.note("a") == "b"
    assert await put(target, story_of("Ash"))
    await target.close()


async def test_backups_of_older_postgresql_libraries_come_forwards(tmp_path: Path) -> None:
    steps = schema.migrations("postgres")
    for until in range(1, len(steps) + 1):
        old, new = database(tmp_path, is_empty=True), database(tmp_path, is_empty=True)
        connection = await asyncpg.connect(old)
        await migrate_postgres(connection, "here", steps[:until])
        await connection.execute("INSERT INTO note VALUES ('a', 'b')")
        file = tmp_path / f"{until}.gz"
        await write_backup(library_at(old), file, NOON)
        assert await connection.fetchval("SELECT version FROM fireside") == steps[until - 1][0]
        await connection.close()
        target = library_at(new)
        await restore_backup(file, target)
        await target.open()
        assert await target.note("a") == "b"
        assert await put(target, story_of("Ash"))
        await target.close()


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_newer_library_is_not_backed_up(tmp_path: Path, engine: str) -> None:
    address = address_of(engine, tmp_path, "old")
    library = library_at(address)
    await library.open()
    await library.close()
    if engine == "sqlite":
        with closing(sqlite3.connect(tmp_path / "old" / "library.db")) as newer:
            newer.execute("PRAGMA user_version = 999")
    else:
        connection = await asyncpg.connect(address)
        await connection.execute("UPDATE fireside SET version = 999")
        await connection.close()
    with pytest.raises(LibraryTooNew):
        await write_backup(library, tmp_path / "kept.gz", NOON)
    assert not (tmp_path / "kept.gz").exists()


# The commands


def bot(folder: Path, address: str, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, *STRICT, "-m", "bot", *words],
        cwd=folder,
        env=environment(folder, DATABASE_URL=address),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def done(process: "subprocess.Popen[str]") -> str:
    """Wait for the end of a command that must succeed; gives what it said."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert PASSWORD not in out + err
    return out


# Adds five stories at a time, each batch whole or not at all, until it is killed.
WRITER = """
import asyncio, sys
from itertools import count
from bot.library import library_at
from tests.library_contract import put, story_of
async def write():
    library = library_at(sys.argv[1])
    await library.open()
    for number in count():
        stories = [story_of(f"{number} {each}", tags=[f"of {number}"]) for each in range(5)]
        await put(library, *stories)
        print(number, flush=True)
asyncio.run(write())
"""


def writer_of(folder: Path, address: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, address],
        env=environment(folder),
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def listed(folder: Path, pattern: str = "*") -> list[str]:
    """Give the names in ``folder`` that are like ``pattern``."""
    return sorted(path.name for path in folder.glob(pattern))


def is_begun(folder: Path, pattern: str, size: int = 0) -> bool:
    """Tell whether a file like ``pattern`` holds more than ``size`` bytes."""
    return any(path.stat().st_size > size for path in folder.glob(pattern))


async def rows_of(address: str) -> dict[str, set[tuple[Value, ...]]]:
    """Give every row of every table."""
    library = library_at(address)
    told: dict[str, set[tuple[Value, ...]]] = {}
    async with library.as_it_is() as (_, tables):
        for table in await tables.every():
            order = sorted(range(len(table.columns)), key=lambda at: table.columns[at])
            told[table.name] = {
                tuple(row[at] for at in order)
                async for batch in tables.rows(table)
                for row in batch
            }
    return told


@pytest.mark.parametrize(("old", "new"), WAYS, ids=map("-to-".join, WAYS))
async def test_a_backup_under_load_holds_one_moment(tmp_path: Path, old: str, new: str) -> None:
    source, target = address_of(old, tmp_path, "old"), address_of(new, tmp_path, "new")
    writer = writer_of(tmp_path, source)
    assert writer.stdout is not None
    try:
        while writer.stdout.readline() != "20\n":
            assert writer.poll() is None
        backup = bot(tmp_path, source, "backup", "kept.gz")
        while backup.poll() is None:
            assert writer.stdout.readline()  # it goes on meanwhile
        done(backup)
    finally:
        writer.kill()
        writer.communicate()
    said = done(bot(tmp_path, target, "restore", "kept.gz"))
    before, after = await rows_of(source), await rows_of(target)
    assert f"{sum(map(len, after.values())):,} rows" in said
    assert before.keys() == after.keys()
    assert [name for name in after if not after[name] <= before[name]] == []
    assert 20 * 5 < len(after["story"]) < len(before["story"])
    assert len(after["story"]) % 5 == 0
    assert len(after["part"]) == len(after["chapter"]) == len(after["file"]) == len(after["story"])
    assert len(after["name"]) * 5 == len(after["story"])


async def filled(engine: str, tmp_path: Path) -> tuple[str, dict[str, Content]]:
    address = address_of(engine, tmp_path, "old")
    library = library_at(address)
    await library.open()
    await fill(library)
    before = await contents(library)
    await library.close()
    return address, before


async def held_at(address: str) -> dict[str, Content]:
    library = library_at(address)
    await library.open()
    try:
        return await contents(library)
    finally:
        await library.close()


def kill(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_backup_that_is_killed_has_no_name_and_the_next_one_is_whole(
    tmp_path: Path, engine: str
) -> None:
    source, before = await filled(engine, tmp_path)
    process = bot(tmp_path, source, "backup", "kept.gz")
    # More than the head is there: it is in the middle of the rows.
    while not is_begun(tmp_path, "*.part", 1_000):
        assert process.poll() is None
    process.send_signal(signal.SIGSTOP)
    assert not (tmp_path / "kept.gz").exists()
    kill(process)
    assert not (tmp_path / "kept.gz").exists()
    done(bot(tmp_path, source, "backup", "kept.gz"))
    target = address_of(engine, tmp_path, "new")
    done(bot(tmp_path, target, "restore", "kept.gz"))
    assert await held_at(target) == await held_at(source) == before


async def test_a_restore_that_is_killed_leaves_no_library(tmp_path: Path) -> None:
    source, before = await filled("sqlite", tmp_path)
    await write_backup(library_at(source), tmp_path / "kept.gz", NOON)
    target = address_of("sqlite", tmp_path, "new")
    process = bot(tmp_path, target, "restore", "kept.gz")
    while not is_begun(tmp_path, "new/.restoring-*/library.db-wal"):
        assert process.poll() is None
    kill(process)
    assert listed(tmp_path, "new/library.db*") == []
    done(bot(tmp_path, target, "restore", "kept.gz"))
    assert await held_at(target) == before


async def test_a_restore_into_postgresql_that_is_killed_leaves_no_table(tmp_path: Path) -> None:
    source, before = await filled("sqlite", tmp_path)
    await write_backup(library_at(source), tmp_path / "kept.gz", NOON)
    target = database(tmp_path, is_empty=True)
    watching = await asyncpg.connect(target)
    process = bot(tmp_path, target, "restore", "kept.gz")
    while not await watching.fetch(
        "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY%' AND datname = current_database()"
    ):
        assert process.poll() is None
    kill(process)
    while await watching.fetch(
        "SELECT 1 FROM pg_stat_activity"
        " WHERE application_name = 'fireside' AND datname = current_database()"
    ):
        pass  # the server has not noticed yet
    assert await watching.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname='public'") == 0
    await watching.close()
    done(bot(tmp_path, target, "restore", "kept.gz"))
    assert await held_at(target) == before


async def test_the_commands_end_in_one_sentence(tmp_path: Path) -> None:
    source, _ = await filled("sqlite", tmp_path)
    assert "kept.gz" in done(bot(tmp_path, source, "backup", "kept.gz"))
    for words, told in (
        (("backup", "kept.gz"), "nothing is overwritten"),
        (("backup", "nowhere/kept.gz"), "No such file or directory"),
        (("restore", "kept.gz"), "nothing is overwritten"),
        (("restore", "missing.gz"), "No such file or directory"),
    ):
        process = bot(tmp_path, source, *words)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 1
        assert told in err
        assert (out, len(err.splitlines())) == ("", 1)


async def test_a_folder_gets_a_backup_with_the_date_as_its_name(tmp_path: Path) -> None:
    source, _ = await filled("sqlite", tmp_path)
    (tmp_path / "backups").mkdir()
    done(bot(tmp_path, source, "backup", "backups"))
    (file,) = (tmp_path / "backups").iterdir()
    assert file.match("fireside-????-??-??-??????.jsonl.gz")
