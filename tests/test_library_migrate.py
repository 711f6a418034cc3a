"""A SQLite library made, brought forwards, or refused untouched."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import LibraryTooNew, LibraryUnreadable
from bot.library import library_at
from bot.library.sqlite.migrate import APPLICATION_ID, migrate, migrations
from bot.texts import say
from tests.library_contract import EVERYONE, put, story_of

PROJECT = Path(__file__).resolve().parents[1]
NEWEST = migrations()[-1][0]

# What a second process runs: it tells that it is ready and waits for the word to go.
MIGRATES = """
import sys
from pathlib import Path
from bot.library.sqlite.migrate import migrate, migrations
steps = migrations() + [(99, sql) for sql in sys.argv[2:]]
print("ready", flush=True)
sys.stdin.readline()
migrate(Path(sys.argv[1]), steps)
"""
COUNTS_ITSELF = """
BEGIN IMMEDIATE;
WITH RECURSIVE slow (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM slow WHERE n < 1000000)
UPDATE note SET value = value + 1 WHERE (SELECT max(n) FROM slow);
PRAGMA user_version = 99;
COMMIT;
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.db"


def ask(path: Path, sql: str) -> object:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        row = database.execute(sql).fetchone()
        return row[0] if row else None


def everything_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def schema(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT name, sql FROM sqlite_schema ORDER BY name")
        return [(name, sql) for name, sql in rows]


def test_the_migrations_are_numbered_from_one_without_gaps() -> None:
    assert [number for number, _ in migrations()] == list(range(1, NEWEST + 1))


def test_every_migration_sets_its_own_version_in_its_own_transaction() -> None:
    for number, sql in migrations():
        assert "BEGIN IMMEDIATE;" in sql
        assert f"PRAGMA user_version = {number};" in sql
        assert sql.rstrip().endswith("COMMIT;")


def test_a_fresh_library_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "not" / "there" / "library.db"
    migrate(path)
    assert ask(path, "PRAGMA user_version") == NEWEST
    assert ask(path, "PRAGMA application_id") == APPLICATION_ID
    assert ask(path, "PRAGMA journal_mode") == "wal"
    assert ask(path, "PRAGMA integrity_check") == "ok"


def test_an_empty_file_becomes_a_library(path: Path) -> None:
    path.touch()
    migrate(path)
    assert ask(path, "PRAGMA user_version") == NEWEST


def test_migrating_twice_changes_nothing(path: Path) -> None:
    migrate(path)
    before = everything_in(path.parent)
    migrate(path)
    assert everything_in(path.parent) == before


def test_every_version_before_reaches_the_same_tables(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.db"
    migrate(fresh)
    for number, _ in migrations():
        older = tmp_path / f"{number}.db"
        migrate(older, migrations()[:number])
        assert ask(older, "PRAGMA user_version") == number
        migrate(older)
        assert schema(older) == schema(fresh)


async def test_stories_outlive_a_migration(path: Path) -> None:
    library = library_at(f"sqlite:///{path}")
    await library.open()
    (ident,) = await put(library, story_of("Ash"))
    await library.close()
    later = (99, "BEGIN IMMEDIATE; CREATE TABLE more (x); PRAGMA user_version = 99; COMMIT;")
    migrate(path, [*migrations(), later])
    assert ask(path, "PRAGMA user_version") == 99
    assert ask(path, f"SELECT title FROM story WHERE id = {ident}") == "Ash"


def test_messages_that_were_sent_outlive_the_table_they_moved_to(path: Path) -> None:
    migrate(path, migrations()[:6])
    with closing(sqlite3.connect(path)) as older:
        older.executescript("""
            INSERT INTO schedule (id, server, channel, made_by, rule, content, made_at)
                VALUES (1, 2, 3, 4, '{}', '{}', 0);
            INSERT INTO delivery (id, schedule, due, messages, state, claimed_until)
                VALUES (7, 1, 10, '[4611686018427387909,17]', 'sent', 0),
                       (8, 1, 20, '[]', 'claimed', 0);
        """)
    migrate(path)
    with closing(sqlite3.connect(path)) as newer:
        told = newer.execute("SELECT message, delivery, number FROM sent_message ORDER BY number")
        assert told.fetchall() == [(4611686018427387909, 7, 0), (17, 7, 1)]


async def test_a_newer_library_is_refused_and_not_a_byte_is_changed(path: Path) -> None:
    migrate(path)
    ask(path, f"PRAGMA user_version = {NEWEST + 1}")
    before = everything_in(path.parent)
    with pytest.raises(LibraryTooNew) as caught:
        await library_at(f"sqlite:///{path}").open()
    told = say(caught.value.key, "en", **caught.value.values)
    assert str(path) in told
    assert str(NEWEST + 1) in told
    assert everything_in(path.parent) == before


@pytest.mark.parametrize(
    "made_by",
    [
        "CREATE TABLE bookmarks (url TEXT)",
        "PRAGMA user_version = 1",
        "PRAGMA application_id = 252006674",
        "CREATE TABLE story (id INTEGER PRIMARY KEY)",
    ],
)
async def test_a_database_of_another_program_is_refused_untouched(path: Path, made_by: str) -> None:
    ask(path, made_by)
    before = everything_in(path.parent)
    with pytest.raises(LibraryUnreadable) as caught:
        await library_at(f"sqlite:///{path}").open()
    assert caught.value.key == "library.not-ours"
    assert str(path) in say(caught.value.key, "en", **caught.value.values)
    assert everything_in(path.parent) == before


@pytest.mark.parametrize("text", ["Once upon a time.\n", "x" * 5_000, "SQLite format 4\0" * 99])
def test_a_text_file_is_refused_untouched(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(LibraryUnreadable) as caught:
        asyncio.run(library_at(f"sqlite:///{path}").open())
    assert str(path) in say(caught.value.key, "en", **caught.value.values)
    assert path.read_text() == text


@pytest.fixture(params=["below a file", "a folder", "in a folder of the kernel", "read-only"])
def impossible(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    match request.param:
        case "below a file":
            (tmp_path / "file").write_text("x")
            yield tmp_path / "file" / "library.db"
        case "a folder":
            yield tmp_path
        case "in a folder of the kernel":
            if not Path("/proc/self").is_dir():
                pytest.skip("this system has no /proc")
            yield Path("/proc/self/library.db")
        case _:
            folder = tmp_path / "locked"
            folder.mkdir()
            folder.chmod(0o555)
            try:
                (folder / "probe").touch()
            except PermissionError:
                yield folder / "library.db"
            else:
                pytest.skip("this user may write everywhere")
            finally:
                folder.chmod(0o755)


async def test_a_place_that_cannot_be_written_is_named(impossible: Path) -> None:
    library = library_at(f"sqlite:///{impossible}")
    with pytest.raises(LibraryUnreadable) as caught:
        await library.open()
    assert str(impossible.parent) in say(caught.value.key, "en", **caught.value.values)
    await library.close()


def test_a_migration_that_fails_half_way_leaves_the_version_before(path: Path) -> None:
    migrate(path)
    before = schema(path)
    breaks = (
        99,
        "BEGIN IMMEDIATE; CREATE TABLE half (x); INSERT INTO note VALUES ('half', 'done');"
        " INSERT INTO nowhere VALUES (1); PRAGMA user_version = 99; COMMIT;",
    )
    with pytest.raises(LibraryUnreadable):
        migrate(path, [*migrations(), breaks])
    assert ask(path, "PRAGMA user_version") == NEWEST
    assert schema(path) == before
    assert ask(path, "SELECT count(*) FROM note") == 0
    migrate(path)


def test_a_first_migration_that_fails_leaves_a_file_that_can_still_become_a_library(
    path: Path,
) -> None:
    (number, sql), *_ = migrations()
    broken = sql.replace("COMMIT;", "INSERT INTO nowhere VALUES (1); COMMIT;")
    with pytest.raises(LibraryUnreadable):
        migrate(path, [(number, broken)])
    assert ask(path, "PRAGMA user_version") == 0
    assert schema(path) == []
    migrate(path)
    assert ask(path, "PRAGMA user_version") == NEWEST


def test_a_migration_cut_off_before_its_end_leaves_the_version_before(path: Path) -> None:
    migrate(path)
    with pytest.raises(LibraryUnreadable):
        migrate(path, [*migrations(), (99, "BEGIN IMMEDIATE; CREATE TABLE half (x; COMMIT;")])
    assert ask(path, "PRAGMA user_version") == NEWEST


def run_at_once(path: Path, count: int, *steps: str) -> list[str]:
    """Migrate in ``count`` processes that start together; gives what they complained of."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATES, str(path), *steps],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [
        errors
        for process in running
        for _, errors in [process.communicate(timeout=60)]
        if process.returncode
    ]


def test_processes_that_make_the_library_at_once_all_succeed(path: Path) -> None:
    assert run_at_once(path, 5) == []
    assert ask(path, "PRAGMA user_version") == NEWEST
    assert ask(path, "PRAGMA integrity_check") == "ok"


def test_processes_that_migrate_at_once_run_each_step_once(path: Path) -> None:
    migrate(path)
    ask(path, "INSERT INTO note VALUES ('runs', '0')")
    assert run_at_once(path, 3, COUNTS_ITSELF) == []
    assert ask(path, "PRAGMA user_version") == 99
    assert ask(path, "SELECT CAST(value AS INTEGER) FROM note") == 1


async def test_a_library_in_use_opens_a_second_time(path: Path) -> None:
    first, second = (library_at(f"sqlite:///{path}") for _ in range(2))
    await first.open()
    (ident,) = await put(first, story_of("Ash"))
    await second.open()
    assert await second.card(ident, EVERYONE)
    await second.close()
    await first.close()


def test_what_is_gone_is_found_without_a_look_at_every_file(path: Path) -> None:
    migrate(path)
    with closing(sqlite3.connect(path)) as database:
        plan = database.execute("EXPLAIN QUERY PLAN DELETE FROM file WHERE gone_at < 5")
        assert [row[3] for row in plan] == [
            "SEARCH file USING COVERING INDEX file_gone (gone_at<?)"
        ]
