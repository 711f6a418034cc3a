"""A library copied from one engine to another: everything, or nothing."""

import asyncio
import random
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.errors import LibraryDiffers, LibraryNotEmpty, LibraryUnreadable
from bot.library import library_at
from bot.library.base import (
    Batch,
    Entry,
    Filter,
    Library,
    ServerStory,
    StoredReport,
    StoredSubmission,
    SubmittedStory,
    Table,
    Tables,
)
from bot.library.copying import Content, copy_library, in_order
from bot.library.detected import Decision, Detection, Verdict
from bot.library.records import write_down
from bot.story import Character, Place, Rating, TagKind
from tests.library_contract import (
    ENGINES,
    EVERYONE,
    NOON,
    claim,
    entry_of,
    file_of,
    put,
    schedule_of,
    story_of,
)
from tests.postgres import PASSWORD, database
from tests.wire.launching import STRICT, environment

DAY = timedelta(days=1)
WAYS = [("sqlite", "postgres"), ("postgres", "sqlite"), ("sqlite", "sqlite")]


@pytest.fixture(params=WAYS, ids="-to-".join)
async def both(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[tuple[Library, Library]]:
    source, target = [
        ENGINES[engine](_folder(tmp_path, name))()
        for engine, name in zip(request.param, ("old", "new"), strict=True)
    ]
    await source.open()
    await target.open()
    yield source, target
    await source.close()
    await target.close()


def _folder(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir(exist_ok=True)
    return folder


async def fill(library: Library) -> list[int]:
    """Put something into every table; gives the ids of the stories."""
    rng = random.Random(5)
    words = ["rain", "fog", "ink", "lamp", "salt", "狐", "Łódź", "“quoted”", "\\N", "\t", "x'y"]
    stories = [
        story_of(
            f"Title {number} {rng.choice(words)}",
            *(
                "\n\n".join(" ".join(rng.choices(words, k=40)) for _ in range(rng.randint(1, 9)))
                for _ in range(rng.randint(1, 3))
            ),
            tags=rng.sample(words, 3),
            characters=[rng.choice(["Ada", "Ben"])],
        )
        for number in range(620)
    ]
    ids = await put(library, *stories)
    await library.keep(7, [entry_of(story_of("Gone", tags=["own"]))], NOON)
    await library.keep(7, [Entry(replace(file_of("bad.txt"), outcome="refused"))], NOON)
    alike = write_down(story_of("Alike"), marks=(5, 2**62 + 1))
    await library.keep(7, [Entry(file_of("alike.txt"), written=alike)], NOON)
    await library.hide_gone(7, ["stories:Gone.txt"], NOON)
    run = await library.begin_run(0, "stories", NOON)
    changed = replace(entry_of(stories[0], story_id=ids[0]), image="[]")
    await library.keep(0, [changed], NOON, run)
    await library.remember_shown(2**62, ids[3], NOON)
    await library.save_place(9, Place(ids[4], 0, 3), NOON)
    await library.save_story(9, ids[5], NOON)
    await library.write_note("commands", "digest")
    await library.write_server_settings(2**61, '{"a": 1}', NOON)
    for schedule in (schedule_of(), schedule_of(server=None, channel=None, member=4)):
        ident = await library.add_schedule(schedule, NOON)
        delivery = await claim(library, ident)
        assert delivery is not None
        held = NOON + timedelta(minutes=1)
        assert await library.choose(delivery, ids[6], '{"start": 1}', "nonce", held=held)
        assert await library.add_sent_message(delivery, 0, 2**60 + delivery)
    await library.write_preferences(9, '{"avoided": ["Rain"]}', NOON)
    await library.note_left(12, NOON)
    await library.decide_for_server(8, ServerStory(ids[2], is_hidden=True, rating=Rating.MATURE))
    said = StoredReport(0, "other", ids[2], "Title", 8, 9, "It ends badly.", NOON)
    assert await library.add_report(said)
    written = await library.written(ids[9])
    assert written is not None
    assert await library.rewrite(
        ids[9],
        written,
        edits='{"title": "Title"}',
        instead_of="",
        record=written.record,
        is_withheld=False,
        at=NOON,
    )
    assert await library.collect(0, "Salt", ids[8:12])
    await library.remember_posted(10, [11], ids[2], NOON)
    assert await library.take_down(ids[7], NOON)
    brought = StoredSubmission(0, 8, 9, "suggested", "open", "{}", NOON, NOON + DAY)
    brought = replace(brought, id=await library.add_submission(brought))
    await library.add_submitted(brought, [SubmittedStory(1, "ash.txt", "{}", "[]")])
    who = Detection("Cy", ["Cyrus"], True, 80, 4, ["speech: Cy said"], "“No,” Cy said.")
    untagged = story_of("Untagged", characters=[Character("Cy", ("Cyrus",))])
    written = write_down(untagged, fingerprint="untagged", detected=[who])
    (story,) = await library.keep(0, [Entry(file_of("untagged.txt"), written=written)], NOON)
    await library.decide_name(0, Decision("Cy", Verdict.ACCEPTED, story=story), NOON)
    await library.decide_name(8, Decision("Cy", Verdict.RENAMED, "Cyr"), NOON)
    # What was deleted last must not be numbered again.
    (last,) = await put(library, story_of("Last"))
    await library.hide_gone(0, ["stories:Last.txt"], NOON)
    await library.forget_gone(NOON + DAY)
    return [*ids, last]


async def contents(library: Library) -> dict[str, Content]:
    told: dict[str, Content] = {}
    async with library.tables() as tables:
        for table in await tables.every():
            columns = sorted(range(len(table.columns)), key=lambda at: table.columns[at])
            content = Content()
            async for batch in tables.rows(table):
                content += [tuple(row[at] for at in columns) for row in batch]
            told[table.name] = content
    return told


async def test_every_table_is_copied_row_by_row(both: tuple[Library, Library]) -> None:
    source, target = both
    ids = await fill(source)
    before = await contents(source)
    empty = {name for name, content in before.items() if not content.rows}
    assert not empty, "this test has to put something into these tables"
    steps: list[tuple[int, int]] = []
    told = await copy_library(source, target, lambda *step: steps.append(step))
    assert await contents(target) == before == await contents(source)
    assert {name: content.rows for name, content in told.items()} == {
        name: content.rows for name, content in before.items()
    }
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1] == 2 * sum(content.rows for content in told.values())
    story = await source.whole_story(ids[8])
    assert story is not None
    assert await target.whole_story(ids[8]) == story


async def test_numbers_go_on_behind_the_highest_ever_given(both: tuple[Library, Library]) -> None:
    source, target = both
    ids = await fill(source)
    schedules = [schedule.id for schedule in await source.every_schedule()]
    await copy_library(source, target)
    (new,) = await put(target, story_of("New", tags=["never seen"]))
    assert new > max(ids)
    assert await target.add_schedule(schedule_of(), NOON) > max(schedules)
    assert await target.name_called([TagKind.FREEFORM], "never seen", EVERYONE)


async def test_the_copy_finds_what_the_original_finds(both: tuple[Library, Library]) -> None:
    source, target = both
    await fill(source)
    await copy_library(source, target)
    wanted = Filter(names=((TagKind.FREEFORM, "rain"), (TagKind.CHARACTER, "ada")))
    assert await target.listing(wanted, EVERYONE, 0, 99) == await source.listing(
        wanted, EVERYONE, 0, 99
    )
    assert (await target.count(wanted, EVERYONE)).visible > 10


async def test_a_library_that_holds_something_is_never_copied_into(
    both: tuple[Library, Library],
) -> None:
    source, target = both
    await put(source, story_of("Ash"))
    await target.write_note("a", "b")
    before = await contents(target)
    with pytest.raises(LibraryNotEmpty):
        await copy_library(source, target)
    assert await contents(target) == before


async def test_an_empty_library_can_be_copied(both: tuple[Library, Library]) -> None:
    source, target = both
    told = await copy_library(source, target)
    assert set(told.values()) == {Content()}
    assert await put(target, story_of("Ash"))


async def test_stories_kept_meanwhile_are_left_out_whole(both: tuple[Library, Library]) -> None:
    source, target = both
    await fill(source)
    before = (await contents(source))["story"].rows
    kept = False

    def keep_more(_done: int, _total: int) -> None:
        nonlocal kept
        kept = kept or bool(asyncio.ensure_future(put(source, story_of("Late"))))

    await copy_library(source, target, keep_more)
    assert kept
    assert (await contents(target))["story"].rows == before


async def test_a_copy_into_a_closed_library_says_so(tmp_path: Path) -> None:
    for engine in ENGINES:
        library = ENGINES[engine](_folder(tmp_path, engine))()
        with pytest.raises(LibraryUnreadable) as caught:
            await copy_library(library, library)
        assert caught.value.key == "library.closed"


class Forgetful:
    """Tables that lose a row of one table, or change one, while they are written."""

    def __init__(self, tables: Tables, table: str, spoil: Any) -> None:
        self._tables, self._table, self._spoil = tables, table, spoil

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)

    async def fill(self, table: Table, batches: AsyncIterator[Batch], last: int | None) -> None:
        async def spoilt() -> AsyncIterator[Batch]:
            async for batch in batches:
                yield self._spoil(batch) if table.name == self._table else batch

        await self._tables.fill(table, spoilt(), last)


class Spoilt:
    """A library whose disk or network spoils what is written into one table."""

    def __init__(self, library: Library, table: str, spoil: Any) -> None:
        self._library, self._table, self._spoil = library, table, spoil

    @asynccontextmanager
    async def tables(self, *, to_fill: bool = False) -> AsyncGenerator[Any]:
        async with self._library.tables(to_fill=to_fill) as tables:
            yield Forgetful(tables, self._table, self._spoil)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda batch: batch[1:],
        lambda batch: [*batch[1:], (*batch[0][:-1], f"{batch[0][-1]} ")],
    ],
    ids=["a row is lost", "a letter is changed"],
)
async def test_a_copy_that_differs_is_not_kept(both: tuple[Library, Library], spoil: Any) -> None:
    source, target = both
    await fill(source)
    spoilt: Any = Spoilt(target, "part", spoil)
    with pytest.raises(LibraryDiffers) as caught:
        await copy_library(source, spoilt)
    assert caught.value.values == {"table": "part"}
    assert set((await contents(target)).values()) == {Content()}


def test_tables_come_behind_those_they_point_at() -> None:
    def table(name: str, *others: str) -> Table:
        return Table(name, (), frozenset(others))

    told = in_order([table("c", "b", "c"), table("b", "a"), table("a"), table("d", "c", "a")])
    names = [each.name for each in told]
    assert names.index("a") < names.index("b") < names.index("c") < names.index("d")


# The command


def migrate_to(folder: Path, address: str, **more: Any) -> Any:
    return subprocess.Popen(
        [sys.executable, *STRICT, "-m", "bot", "migrate-to", address],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **more,
    )


async def library_of(folder: Path) -> Library:
    """Make a filled library where the command line looks for one in ``folder``."""
    library = library_at(environment(folder)["DATABASE_URL"])
    await library.open()
    await fill(library)
    return library


async def test_the_command_moves_a_library_and_leaves_the_old_one(tmp_path: Path) -> None:
    address = database(tmp_path, is_empty=True)
    source = await library_of(tmp_path)
    before = await contents(source)
    await source.close()
    out, err = migrate_to(tmp_path, address).communicate(timeout=60)
    assert f"{sum(content.rows for content in before.values()):,} rows" in out, err
    assert PASSWORD not in out + err
    target = library_at(address)
    await target.open()
    assert await contents(target) == before
    await target.close()
    await source.open()
    assert await contents(source) == before
    await source.close()
    refused = migrate_to(tmp_path, address)
    _, err = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert "holds something already" in err
    assert len(err.splitlines()) == 1


async def test_killed_in_the_middle_it_leaves_an_empty_library_to_try_again_with(
    tmp_path: Path,
) -> None:
    address = database(tmp_path, is_empty=True)
    source = await library_of(tmp_path)
    before = await contents(source)
    await source.close()
    target = library_at(address)
    await target.open()
    await target.close()
    holder = await asyncpg.connect(address)
    await holder.execute("BEGIN; LOCK TABLE part IN SHARE MODE")
    process = migrate_to(tmp_path, address)
    while not await holder.fetch("SELECT 1 FROM pg_locks WHERE NOT granted"):
        assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    await holder.close()
    await target.open()
    assert set((await contents(target)).values()) == {Content()}
    await target.close()
    again = migrate_to(tmp_path, address)
    _, err = again.communicate(timeout=60)
    assert again.returncode == 0, err
    await target.open()
    assert await contents(target) == before
    await target.close()


def test_an_address_that_no_engine_serves_is_one_sentence(tmp_path: Path) -> None:
    process = migrate_to(tmp_path, f"mysql://ann:{PASSWORD}@host/db")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert PASSWORD not in err
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
