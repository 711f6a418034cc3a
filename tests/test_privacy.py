"""What is kept of members and servers: documented field by field, given out, and forgotten."""

import re
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.library.base import Library
from bot.library.both.keeping import (
    FROM_FIELDS,
    MADE_BY_FIELDS,
    MEMBER_FIELDS,
    SERVER_FIELDS,
    SHELF_FIELDS,
)
from bot.library.sqlite.migrate import migrate
from bot.members import Members
from bot.story import Place, TagKind
from tests.library_contract import ENGINES, NOON, Store, put, schedule_of, story_of

PRIVACY = (Path(__file__).resolve().parents[1] / "docs" / "privacy.md").read_text("utf-8")
ADA, BEN, SERVER, OTHER = 77_000_001, 77_000_002, 55_000_001, 55_000_002
_NUMBERS = count(900)  # no key twice
# Tables that the search index makes for itself, and SQLite's own.
_INTERNAL = re.compile(r"sqlite_.*|words_\d+.*|titles_.+")
_LISTS = {("listed", "shelf"), ("tally", "shelf"), ("block", "shelf")}  # kept by the store itself


def rows_of_the_page() -> list[list[str]]:
    """Give the cells of every row of the tables in docs/privacy.md."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PRIVACY.splitlines()
        if line.startswith("| `")
    ]


def fields(whose: str = "") -> set[tuple[str, str]]:
    """Give the (table, field) pairs of the page, those that hold the id of ``whose`` if given."""
    return {
        (table.strip("`"), field)
        for table, told, *more in rows_of_the_page()
        for field in re.findall(r"`(\w+)`", told)
        if not whose or (len(more) == 3 and whose in more[0])
    }


def schema(path: Path) -> set[tuple[str, str]]:
    """Give every (table, field) of a library."""
    with sqlite3.connect(path) as database:
        tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {
            (table, row[1])
            for (table,) in tables
            if not _INTERNAL.fullmatch(table)
            for row in database.execute(f'PRAGMA table_info("{table}")')
        }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give an empty library of today's schema."""
    made = tmp_path / "library.db"
    migrate(made)
    return made


def test_what_privacy_md_calls_a_members_id_is_what_forgetting_goes_through() -> None:
    assert fields("member's") == {*MEMBER_FIELDS, *MADE_BY_FIELDS}


def test_what_privacy_md_calls_a_servers_id_goes_with_the_server() -> None:
    assert fields("server's") == {
        *SERVER_FIELDS,
        *SHELF_FIELDS,
        *FROM_FIELDS,
        *_LISTS,
    }


def test_every_row_says_why_and_how_long() -> None:
    assert [row for row in rows_of_the_page() if not all(row[-2:])] == []


def contents(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Give every row of every table."""
    with sqlite3.connect(path) as database:
        database.row_factory = sqlite3.Row
        tables = database.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
        ).fetchall()
        return {
            table: [dict(row) for row in database.execute(f'SELECT * FROM "{table}"')]
            for (table,) in tables
        }


def traces(path: Path, ident: int) -> list[str]:
    """List where a number stands, in a field of its own or inside a text."""
    return [
        f"{table}.{name}"
        for table, rows in contents(path).items()
        for row in rows
        for name, value in row.items()
        if value == ident or (isinstance(value, str) and str(ident) in value)
    ]


def fill(path: Path, marked: set[tuple[str, str]], ident: int) -> None:
    """Put a row into each table that has a field of ``marked``, with ``ident`` in these fields.

    Whatever the table is: so one that is added later cannot be forgotten.
    """
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("PRAGMA ignore_check_constraints = ON")
        for table in {table for table, _ in marked}:
            for filled in [field for known, field in marked if known == table]:
                columns = database.execute(f'PRAGMA table_info("{table}")').fetchall()
                values: dict[str, Any] = {}
                for _, name, kind, needed, default, key in columns:
                    if name == filled:
                        values[name] = ident
                    elif (needed and default is None) or key:
                        number = next(_NUMBERS)
                        values[name] = f'{{"x": {number}}}' if kind == "TEXT" else number
                names = ", ".join(f'"{name}"' for name in values)
                marks = ", ".join("?" * len(values))
                database.execute(
                    f'INSERT INTO "{table}" ({names}) VALUES ({marks})',
                    list(values.values()),
                )


async def opened(path: Path) -> Library:
    library = ENGINES["sqlite"](path.parent)()
    await library.open()
    return library


async def test_forgetting_a_member_leaves_no_trace_in_any_table(path: Path) -> None:
    fill(path, fields("member's"), ADA)
    fill(path, fields("member's"), BEN)
    assert {each.split(".")[0] for each in traces(path, ADA)} >= {t for t, _ in MEMBER_FIELDS}
    others = len(traces(path, BEN))
    library = await opened(path)
    try:
        assert await library.forget_member(ADA) > 0
    finally:
        await library.close()
    assert traces(path, ADA) == []
    assert len(traces(path, BEN)) == others, "nobody else loses anything"


async def test_forgetting_a_server_leaves_no_trace_in_any_table(path: Path) -> None:
    fill(path, {*SERVER_FIELDS, *SHELF_FIELDS, *FROM_FIELDS}, SERVER)
    assert traces(path, SERVER)
    library = await opened(path)
    try:
        assert await library.forget_server(SERVER) > 0
    finally:
        await library.close()
    assert traces(path, SERVER) == []


async def test_a_server_that_was_lived_in_leaves_no_trace_either(path: Path) -> None:
    library = await opened(path)
    try:
        await lived(library, ADA, SERVER)
        assert {"story", "listed", "shown"} <= {each.split(".")[0] for each in traces(path, SERVER)}
        await library.forget_server(SERVER)
        await library.forget_member(ADA)
    finally:
        await library.close()
    assert traces(path, SERVER) == []
    assert traces(path, ADA) == []


# On every engine


@pytest.fixture
async def library(store: Store) -> AsyncIterator[Library]:
    library = store()
    await library.open()
    yield library
    await library.close()


async def lived(library: Library, member: int, server: int) -> int:
    """Let a member of a server leave every trace there is; gives the story of the server."""
    everywhere = await put(library, story_of(f"Everybody's {member - server}"))
    authors = [f"Author of {server}", "Author of many"]
    (own,) = await put(library, story_of(f"Own of {server}", authors=authors), shelf=server)
    for story in (*everywhere, own):
        await library.save_place(member, Place(story, 0, 1), NOON)
        await library.save_story(member, story, NOON)
        await library.remember_shown(member, story, NOON)
        await library.remember_shown(server + 5, story, NOON, server=server)
    await library.write_preferences(member, '{"avoided": ["Gore"]}', NOON)
    await library.write_server_settings(server, "{}", NOON)
    mine = schedule_of(server=None, channel=None, member=member)
    await library.add_schedule(replace(mine, made_by=member), NOON)
    theirs = schedule_of(server=server, channel=server + 5)
    await library.add_schedule(replace(theirs, made_by=member), NOON)
    await library.write_down()
    return own


async def test_a_member_is_given_every_row_about_them_and_nobody_elses(library: Library) -> None:
    await lived(library, ADA, SERVER)
    await lived(library, BEN, OTHER)
    records = await library.records_of(ADA)
    assert set(records) == {"place", "saved", "shown", "schedule", "member"}
    assert len(records["place"]) == len(records["saved"]) == len(records["shown"]) == 2
    assert len(records["schedule"]) == 2
    assert str(BEN) not in str(records)
    assert await library.records_of(ADA + 5) == {}


async def test_a_forgotten_members_daily_story_for_a_server_goes_on_made_by_nobody(
    library: Library,
) -> None:
    await lived(library, ADA, SERVER)
    await lived(library, BEN, OTHER)
    assert await library.forget_member(ADA) > 0
    assert await library.records_of(ADA) == {}
    assert set(await library.records_of(BEN)) == {"place", "saved", "shown", "schedule", "member"}
    (theirs,) = await library.schedules_of(server=SERVER)
    assert theirs.made_by == 0
    assert await library.schedules_of(member=ADA) == []
    assert await library.server_settings(SERVER) == "{}"
    assert await library.forget_member(ADA) == 0


async def test_a_forgotten_server_takes_its_shelf_and_what_hangs_on_it(library: Library) -> None:
    own = await lived(library, ADA, SERVER)
    await lived(library, BEN, OTHER)
    assert await library.stored_servers() == [SERVER, OTHER]
    assert await library.forget_server(SERVER) > 0
    assert await library.stored_servers() == [OTHER]
    assert await library.schedules_of(server=SERVER) == []
    assert await library.server_settings(SERVER) is None
    assert await library.whole_story(own) is None
    assert await library.place_in(ADA, own) is None
    assert len((await library.records_of(ADA))["place"]) == 1, "of the operator's shelf"
    names = [name for _, name in await library.spellings([TagKind.AUTHOR], 99)]
    assert sorted(names) == ["Author of 55000002", "Author of many"]
    assert len(await library.schedules_of(server=OTHER)) == 1


async def test_what_is_kept_of_a_server_is_counted_by_table(library: Library) -> None:
    await lived(library, ADA, SERVER)
    await lived(library, BEN, OTHER)
    counted = await library.count_of_server(SERVER)
    assert {table: counted[table] for table in ("server", "schedule", "story", "file")} == {
        "server": 1,
        "schedule": 1,
        "story": 1,
        "file": 1,
    }
    await library.forget_server(SERVER)
    assert await library.count_of_server(SERVER) == {}
    assert await library.count_of_server(OTHER) == counted


async def test_when_a_server_was_left_is_written_down_once_and_taken_back(
    library: Library,
) -> None:
    day = timedelta(days=1)
    await library.note_left(SERVER, NOON)
    await library.note_left(SERVER, NOON + day)
    await library.note_left(OTHER, NOON + day)
    assert await library.left_servers(NOON) == [SERVER]
    assert await library.left_servers(NOON + day) == [SERVER, OTHER]
    await library.note_joined(SERVER)
    assert await library.left_servers(NOON + day) == [OTHER]
    assert await library.stored_servers() == [OTHER]


async def test_preferences_come_back_and_go(library: Library) -> None:
    assert await library.preferences(ADA) is None
    await library.write_preferences(ADA, '{"a": 1}', NOON)
    await library.write_preferences(ADA, '{"b": 2}', NOON)
    assert await library.preferences(ADA) == '{"b": 2}'
    await library.write_preferences(ADA, None, NOON)
    assert await library.preferences(ADA) is None


async def test_an_export_is_readable_and_whole(library: Library) -> None:
    await lived(library, ADA, SERVER)
    told = await Members(library, now=lambda: NOON).export(ADA)
    assert told["member"] == str(ADA)
    assert {table: len(rows) for table, rows in told["kept"].items()} == {
        table: len(rows) for table, rows in (await library.records_of(ADA)).items()
    }
    assert {row["at"] for row in told["kept"]["shown"]} == {"2026-11-20T12:00:00+00:00"}
    assert told["kept"]["place"][0]["at"] == "2026-11-20T12:00:00+00:00"
