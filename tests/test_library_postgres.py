"""A PostgreSQL library made, brought forwards, refused; its server gone and back again."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import asyncpg
import pytest

from bot.config import Settings
from bot.errors import FiresideError, LibraryTooNew, LibraryUnreachable, LibraryUnreadable
from bot.house import build_house
from bot.library import library_at
from bot.library.base import Changed, Entry, Filter, Library
from bot.library.postgres.binding import bound
from bot.library.postgres.connections import POOL_SIZE
from bot.library.postgres.migrate import migrate, migrations
from bot.texts import explain
from tests.library_contract import EVERYONE, NOON, claim, file_of, put, schedule_of, story_of
from tests.postgres import PASSWORD, Server, database, postgres_store, server, server_alone

NEWEST = migrations()[-1][0]
END_ALL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fireside'"
)


@pytest.fixture
def empty(tmp_path: Path) -> str:
    return database(tmp_path, is_empty=True)


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    opened = postgres_store(tmp_path)()
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """Give a server that a test may end and start."""
    with server_alone() as started:
        yield started


@pytest.fixture
async def on_own_server(own_server: Server) -> AsyncIterator[Library]:
    library = library_at(own_server.address("postgres"))
    await library.open()
    yield library
    await library.close()


async def ask(address: str, sql: str) -> object:
    connection = await asyncpg.connect(address)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


# Values in SQL


def test_values_are_numbered_in_the_order_of_the_text_with_their_types() -> None:
    text, values = bound(
        "SELECT :b, :a::text, 'x::y' || :a, ARRAY[1][1:1], :c, :d, :e, :f WHERE :none",
        {"a": "é", "b": 1, "c": True, "d": [1, 2], "e": ["x"], "f": 0.5, "none": None, "more": 9},
    )
    assert text == (
        "SELECT $1::bigint, $2::text::text, 'x::y' || $2::text, ARRAY[1][1:1], $3::boolean,"
        " $4::bigint[], $5::text[], $6::float8 WHERE $7"
    )
    assert values == [1, "é", True, [1, 2], ["x"], 0.5, None]


def test_a_value_that_is_missing_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        bound("SELECT :a", {})


async def test_the_character_0_is_looked_for_and_never_found(library: Library) -> None:
    await put(library, story_of("Nought"))
    assert await library.find_titles("\0", EVERYONE, 9) == []
    assert await library.note("a\0b") is None


# Tables


def test_no_number_of_a_migration_is_used_twice() -> None:
    numbers = [number for number, _ in migrations()]
    assert numbers == sorted(set(numbers))


async def test_an_empty_database_gets_its_tables(empty: str) -> None:
    library = library_at(empty)
    await library.open()
    (ident,) = await put(library, story_of("Ash"))
    await library.close()
    assert await ask(empty, "SELECT version FROM fireside") == NEWEST
    await library.open()
    assert await library.card(ident, EVERYONE)
    await library.close()


async def test_libraries_that_open_at_once_make_the_tables_once(empty: str) -> None:
    libraries = [library_at(empty) for _ in range(6)]
    await asyncio.gather(*(library.open() for library in libraries))
    await asyncio.gather(*(library.close() for library in libraries))
    assert await ask(empty, "SELECT count(*) FROM fireside") == 1
    assert await ask(empty, "SELECT version FROM fireside") == NEWEST


async def test_every_version_before_comes_forwards(empty: str) -> None:
    connection = await asyncpg.connect(empty)
    for until, (number, _) in enumerate(migrations(), 1):
        await migrate(connection, "here", migrations()[:until])
        assert await connection.fetchval("SELECT version FROM fireside") == number
    await connection.close()


async def test_a_migration_that_fails_changes_nothing(empty: str) -> None:
    broken = [*migrations(), (99, "CREATE TABLE more (a integer); SELECT 1 / 0;")]
    connection = await asyncpg.connect(empty)
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(connection, "here", broken)
    assert await connection.fetchval("SELECT version FROM fireside") == NEWEST
    assert await connection.fetchval("SELECT to_regclass('more')") is None
    await connection.close()


async def test_a_newer_library_is_refused_untouched(empty: str) -> None:
    library = library_at(empty)
    await library.open()
    await library.close()
    await ask(empty, "UPDATE fireside SET version = 4711")
    with pytest.raises(LibraryTooNew) as caught:
        await library.open()
    assert "4711" in explain(caught.value)
    assert await ask(empty, "SELECT version FROM fireside") == 4711


async def test_another_programs_database_is_refused_untouched(empty: str) -> None:
    await ask(empty, "CREATE TABLE orders (id integer)")
    with pytest.raises(LibraryUnreadable) as caught:
        await library_at(empty).open()
    assert caught.value.key == "library.not-ours"
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert await ask(empty, tables) == 1


async def test_a_library_can_have_a_schema_of_its_own(empty: str) -> None:
    await ask(empty, "CREATE TABLE orders (id integer)")
    await ask(empty, "CREATE SCHEMA stories")
    library = library_at(f"{empty}?search_path=stories")
    await library.open()
    await put(library, story_of("Ash"))
    await library.close()
    assert await ask(empty, "SELECT count(*) FROM stories.story") == 1


async def test_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    running = server()
    running.run("DROP DATABASE IF EXISTS in_latin1")
    running.run("CREATE DATABASE in_latin1 TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(LibraryUnreadable) as caught:
        await library_at(running.address("in_latin1")).open()
    assert "LATIN1" in explain(caught.value)


# Addresses that lead nowhere, and what is said of them


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://fireside:{PASSWORD}@127.0.0.1:1/fireside",
        f"postgresql://fireside:{PASSWORD}@127.0.0.1/fireside?sslmode=perhaps",
    ],
)
async def test_a_server_that_is_not_there_is_one_sentence_without_the_password(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(FiresideError) as caught:
        library = library_at(address)
        await library.open()
    told = explain(caught.value) + str(caught.value) + repr(caught.value) + caplog.text
    assert PASSWORD not in told
    assert "cannot be opened" in told


async def test_a_database_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(LibraryUnreadable) as caught:
        await library_at(server().address("no_such_database")).open()
    assert "no_such_database" in explain(caught.value)
    assert PASSWORD not in explain(caught.value)


# Many at once


async def test_more_questions_than_connections_are_all_answered(library: Library) -> None:
    await put(library, *(story_of(f"S{n}") for n in range(5)))
    told = await asyncio.gather(
        *(library.count(Filter(), EVERYONE) for _ in range(POOL_SIZE * 10)),
        *(library.write_note(f"{n}", "x") for n in range(POOL_SIZE * 5)),
    )
    assert {count.visible for count in told if count is not None} == {5}


# Several processes on one library


@pytest.fixture
async def other(library: Library, tmp_path: Path) -> AsyncIterator[Library]:
    """Give a second library on the same database, not opened, as a second process has."""
    address = f"{library.place}"  # pyright: ignore[reportAttributeAccessIssue]
    opened = library_at(server().address(address.rsplit("/", 1)[-1]))
    yield opened
    await opened.close()


class Heard:
    """What a process was told of, and a way to wait for it."""

    def __init__(self, library: Library) -> None:
        self.told: asyncio.Queue[tuple[Changed, int]] = asyncio.Queue()
        library.listen(lambda *change: self.told.put_nowait(change))

    async def next(self) -> tuple[Changed, int]:
        return await asyncio.wait_for(self.told.get(), 20)


async def test_changes_are_heard_in_another_process(library: Library, other: Library) -> None:
    heard = Heard(other)
    await other.open()
    assert await heard.next() == (Changed.EVERYTHING, 0)
    await library.write_server_settings(2**61, "{}", NOON)
    assert await heard.next() == (Changed.SERVER, 2**61)
    await put(library, story_of("Ash"), shelf=3)
    assert await heard.next() == (Changed.SHELF, 3)
    await library.hide_gone(3, ["stories:Ash.txt"], NOON)
    assert await heard.next() == (Changed.SHELF, 3)


async def test_who_hears_of_a_change_reads_what_is_new(library: Library, other: Library) -> None:
    heard = Heard(other)
    await other.open()
    await heard.next()
    for number in range(20):
        await library.write_server_settings(1, str(number), NOON)
        assert await heard.next() == (Changed.SERVER, 1)
        assert await other.server_settings(1) == str(number)


async def test_settings_changed_in_one_process_hold_in_the_other(
    library: Library, other: Library
) -> None:
    houses = [
        build_house(Settings(), each, now=lambda: NOON, rng=Random(1)) for each in (library, other)
    ]
    await library.close()
    heard = [Heard(library), Heard(other)]
    await library.open()
    await other.open()
    for each in heard:
        assert await each.next() == (Changed.EVERYTHING, 0)
    first, second = (house.servers for house in houses)
    for channel in range(5):
        assert (await first.settings(7)) == (await second.settings(7)), "both are cached"
        changed = await second.change(7, log_channel=channel)
        for each in heard:
            assert await each.next() == (Changed.SERVER, 7)
        assert await first.settings(7) == changed == await second.settings(7)


async def test_what_was_undone_is_not_told(library: Library, other: Library) -> None:
    heard = Heard(other)
    await other.open()
    await heard.next()
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await library.keep(0, [Entry(file_of("x"), story_id=99)], NOON)
    await library.write_server_settings(1, "{}", NOON)
    assert await heard.next() == (Changed.SERVER, 1)


async def test_after_a_lost_connection_everything_may_have_changed(
    library: Library, other: Library
) -> None:
    heard = Heard(other)
    await other.open()
    await heard.next()
    server().run(END_ALL)
    assert await heard.next() == (Changed.EVERYTHING, 0)
    await library.write_server_settings(1, "{}", NOON)
    assert await heard.next() == (Changed.SERVER, 1)


async def test_one_process_at_a_time_does_something_alone(library: Library, other: Library) -> None:
    await other.open()
    async with library.alone("reading") as first, other.alone("reading") as second:
        assert (first, second) == (True, False)
        async with other.alone("else") as third:
            assert third
    async with other.alone("reading") as again:
        assert again


async def test_who_waits_is_alone_when_the_other_is_done(library: Library, other: Library) -> None:
    await other.open()
    done: list[str] = []

    async def wait() -> None:
        async with other.alone("reading", wait=True) as is_alone:
            done.append(f"second, {is_alone}")

    async with library.alone("reading"):
        waiting = asyncio.create_task(wait())
        while not server().run("SELECT 1 FROM pg_locks WHERE NOT granted"):
            assert not waiting.done()
            await asyncio.sleep(0)  # one turn of the loop: until it waits
        done.append("first")
    await waiting
    assert done == ["first", "second, True"]


async def test_a_process_that_dies_is_not_alone_any_more(library: Library, other: Library) -> None:
    await other.open()
    async with library.alone("reading") as first:
        assert first
        server().run(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        )
        async with other.alone("reading", wait=True):
            pass


# The server gone, and back


async def test_a_server_that_is_gone_is_told_and_one_that_is_back_is_used(
    on_own_server: Library, own_server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    library = on_own_server
    (ident,) = await put(library, story_of("Ash"))
    own_server.stop()
    with pytest.raises(LibraryUnreachable) as caught:
        await library.card(ident, EVERYONE)
    with pytest.raises(LibraryUnreachable):
        await library.write_note("a", "b")
    with pytest.raises(LibraryUnreachable):
        await library.card(ident, EVERYONE)
    assert "cannot be reached right now" in explain(caught.value)
    told = [record.getMessage() for record in caplog.records if "reached" in record.getMessage()]
    assert len(told) == 1, "once, not for every question"
    assert PASSWORD not in caplog.text
    own_server.start()
    assert await library.card(ident, EVERYONE)
    await library.write_note("a", "b")
    assert await library.note("a") == "b"


async def test_connections_that_were_ended_are_made_anew_without_anybody_noticing(
    on_own_server: Library, own_server: Server
) -> None:
    await on_own_server.write_note("a", "b")
    await asyncio.gather(*(on_own_server.note("a") for _ in range(20)))
    own_server.run(END_ALL)
    assert await on_own_server.note("a") == "b"
    assert await asyncio.gather(*(on_own_server.note("a") for _ in range(20))) == ["b"] * 20
    await on_own_server.write_note("a", "c")


async def test_a_batch_whose_server_goes_is_kept_whole_or_not_at_all(
    on_own_server: Library, own_server: Server
) -> None:
    before = (await on_own_server.count(Filter(), EVERYONE)).visible
    stories = [story_of(f"Long {n}", "word " * 4_000) for n in range(60)]
    keeping = asyncio.create_task(put(on_own_server, *stories))
    while not own_server.run("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"):
        assert not keeping.done()
        await asyncio.sleep(0)  # one turn of the loop: until the batch is under way
    own_server.stop()
    with pytest.raises(LibraryUnreachable):
        await keeping
    own_server.start()
    assert (await on_own_server.count(Filter(), EVERYONE)).visible == before
    ids = await put(on_own_server, *stories)
    assert len(set(ids)) == 60
    await on_own_server.forget_shown(NOON)


# Claims of several processes


async def test_a_schedule_that_another_process_is_claiming_is_passed_over_without_waiting(
    tmp_path: Path,
) -> None:
    address = database(tmp_path)
    library = library_at(address)
    await library.open()
    schedule = await library.add_schedule(schedule_of(), NOON)
    other = await asyncpg.connect(address)
    holding = other.transaction()
    await holding.start()
    await other.execute("SELECT id FROM schedule WHERE id = $1 FOR UPDATE", schedule)
    async with asyncio.timeout(20):  # waiting for the row would take as long as it is held
        assert await claim(library, schedule) is None
    await holding.rollback()
    delivery = await claim(library, schedule)
    assert delivery is not None
    await holding_of(other, delivery)
    later = NOON + timedelta(hours=1)
    async with asyncio.timeout(20):
        assert await library.take_over(delivery, later, later + timedelta(minutes=5)) is None
    await other.execute("ROLLBACK")
    assert await library.take_over(delivery, later, later + timedelta(minutes=5))
    await other.close()
    await library.close()


async def holding_of(connection: "asyncpg.Connection[asyncpg.Record]", delivery: int) -> None:
    await connection.execute("BEGIN")
    await connection.execute("SELECT id FROM delivery WHERE id = $1 FOR UPDATE", delivery)


async def test_two_processes_that_claim_at_once_share_what_is_due(tmp_path: Path) -> None:
    address = database(tmp_path)
    libraries = [library_at(address) for _ in range(2)]
    for library in libraries:
        await library.open()
    schedules = [await libraries[0].add_schedule(schedule_of(channel=n), NOON) for n in range(60)]
    claimed = await asyncio.gather(
        *(claim(library, each) for each in schedules for library in libraries)
    )
    deliveries = [each for each in claimed if each is not None]
    assert len(deliveries) == len(set(deliveries)) == len(schedules)
    assert await libraries[0].due_schedules(NOON, 99) == []
    for library in libraries:
        await library.close()
