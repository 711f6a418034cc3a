"""What goes wrong around a running bot: a clear word, nothing lost or doubled, and on it goes."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.library import library_at
from tests.disks import fill, may_write, server_on
from tests.postgres import PASSWORD, Server, server_alone
from tests.wire.clock import Clock
from tests.wire.conftest import Start
from tests.wire.dailies import AFTER_THE_LEASE, POSTS, daily_story_due_now, delivery_of
from tests.wire.interactions import Interaction
from tests.wire.payloads import Channel
from tests.wire.stand_in import Fault, StandIn
from tests.wire.waiting import eventually

DAY = timedelta(days=1)


def told_by(asked: Interaction) -> str:
    """Give the text of an answer."""
    assert asked.callback is not None
    return asked.callback["data"]["content"]


def posted(stand_in: StandIn, where: Channel) -> list[str]:
    """List the daily stories that stand in a channel, and not what answers somebody."""
    messages: list[dict[str, Any]] = stand_in.messages.get(where.id, [])
    return [each["content"] for each in messages if "interaction_metadata" not in each]


# The library's file


async def test_while_the_library_is_held_readers_read_and_the_daily_story_comes_after_it(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    async with start() as bot:
        await bot.is_ready()
        schedule = await daily_story_due_now(folder, general, clock, in_minutes=1)
        with closing(sqlite3.connect(folder / "library.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            clock.move(timedelta(minutes=2))
            for _ in range(3):
                assert "**" in told_by(await stand_in.slash(general, "drabble"))
            assert posted(stand_in, general) == []
            other.execute("ROLLBACK")
        await delivery_of(folder, schedule, "sent")
        assert await bot.stop() == 0
    assert len(posted(stand_in, general)) == 1


async def test_without_room_readers_read_and_the_daily_story_comes_when_there_is_room(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    async with start() as bot:
        await bot.is_ready()
        schedule = await daily_story_due_now(folder, general, clock, in_minutes=1)
        may_write(bot.process.pid, 0)
        clock.move(timedelta(minutes=2))
        await bot.says("cannot be written")
        for _ in range(3):
            assert "**" in told_by(await stand_in.slash(general, "drabble"))
        assert posted(stand_in, general) == []
        may_write(bot.process.pid, None)
        await delivery_of(folder, schedule, "sent")
        await bot.says("can be written again")
        assert await bot.stop() == 0
    assert len(posted(stand_in, general)) == 1
    assert bot.printed.count("cannot be written") == 1, "once, not every time"
    assert "Traceback" not in bot.printed.partition("cannot be written")[2].partition("drabble")[0]


async def test_a_disk_that_fills_up_between_a_post_and_its_note_costs_no_second_post(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    schedule = await daily_story_due_now(folder, general, clock)
    answered = asyncio.Event()
    stand_in.fail(Fault("POST", POSTS, is_done=True, held=answered))
    async with start() as bot:
        await stand_in.changes.until(lambda: posted(stand_in, general), "the daily story")
        may_write(bot.process.pid, 0)
        answered.set()
        await bot.says("trying again in a while")
        may_write(bot.process.pid, None)
        clock.move(AFTER_THE_LEASE)
        await delivery_of(folder, schedule, "sent")
        assert await bot.stop() == 0
    assert len(posted(stand_in, general)) == 1


# The library's server


@pytest.fixture
def own_server() -> Iterator[Server]:
    """Give a database server that a test may end and start."""
    with server_alone() as started:
        yield started


async def test_a_database_without_room_gets_the_daily_story_when_there_is(
    stand_in: StandIn, general: Channel, start: Start, clock: Clock
) -> None:
    with server_on(96 * 1024 * 1024) as (running, disk):
        address = running.address("postgres")
        async with start(DATABASE_URL=address) as bot:
            await bot.is_ready()
            schedule = await daily_story_due_now(address, general, clock, in_minutes=30)
            filler = await asyncio.to_thread(fill, disk)  # no delivery was written down before
            clock.move(timedelta(minutes=31))
            await bot.says("No space left")
            assert "**" in told_by(await stand_in.slash(general, "drabble"))
            assert posted(stand_in, general) == []
            filler.unlink()
            await stand_in.changes.until(lambda: posted(stand_in, general), "the daily story")
            await delivery_of(address, schedule, "sent")
            assert await bot.stop() == 0
    assert len(posted(stand_in, general)) == 1
    assert PASSWORD not in bot.printed


async def test_a_database_that_is_gone_and_back_costs_nothing_but_time(
    stand_in: StandIn, general: Channel, start: Start, clock: Clock, own_server: Server
) -> None:
    address = own_server.address("postgres")
    async with start(DATABASE_URL=address) as bot:
        await bot.is_ready()
        schedule = await daily_story_due_now(address, general, clock, in_minutes=30)
        await asyncio.to_thread(own_server.stop)
        assert "cannot be reached right now" in told_by(await stand_in.slash(general, "drabble"))
        clock.move(timedelta(minutes=31))
        await bot.says("cannot be reached")
        await asyncio.to_thread(own_server.start)
        await stand_in.changes.until(lambda: posted(stand_in, general), "the daily story")
        await delivery_of(address, schedule, "sent")
        assert "**" in told_by(await stand_in.slash(general, "drabble"))
        assert await bot.stop() == 0
    assert len(posted(stand_in, general)) == 1
    assert PASSWORD not in bot.printed


# Discord


async def test_a_gateway_that_is_away_at_the_start_is_waited_for(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    stand_in.gateway.is_open = False
    async with start() as bot:
        await bot.says("Retrying")
        assert "Ready as" not in bot.printed
        stand_in.gateway.is_open = True
        await bot.is_ready()
        assert "**" in told_by(await stand_in.slash(general, "drabble"))
        assert await bot.stop() == 0


async def test_a_token_that_is_taken_back_while_it_runs_ends_it_with_one_sentence(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    async with start() as bot:
        await bot.is_ready()
        stand_in.gateway.token = "another one"
        stand_in.gateway.drop()
        assert await bot.ended() == 1
    assert bot.err[-1].startswith("Discord rejected the token")
    assert "Traceback" not in bot.printed
    with closing(sqlite3.connect(folder / "library.db")) as kept:
        assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    stand_in.gateway.token = stand_in.token
    async with start() as again:
        await again.is_ready()
        assert await again.stop() == 0


# The clock


async def test_a_clock_that_jumps_three_days_ahead_sends_one_story_and_not_three(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    schedule = await daily_story_due_now(folder, general, clock)
    async with start() as bot:
        await delivery_of(folder, schedule, "sent")
        clock.move(3 * DAY)
        await stand_in.changes.until(lambda: len(posted(stand_in, general)) == 2, "the next one")
        clock.move(DAY)
        await stand_in.changes.until(lambda: len(posted(stand_in, general)) == 3, "and the next")
        assert await bot.stop() == 0
    assert len(posted(stand_in, general)) == 3


async def test_a_clock_that_jumps_back_sends_no_day_again(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    schedule = await daily_story_due_now(folder, general, clock)
    async with start() as bot:
        await delivery_of(folder, schedule, "sent")
        clock.move(-2 * DAY)
        await stand_in.slash(general, "drabble")
        assert await bot.stop() == 0
    async with start() as again:  # nor after a start with the wrong time
        await again.is_ready()
        clock.move(2 * DAY)  # right again
        await stand_in.slash(general, "drabble")
        assert len(posted(stand_in, general)) == 1
        clock.move(DAY)
        await stand_in.changes.until(lambda: len(posted(stand_in, general)) == 2, "the next day")
        assert await again.stop() == 0
    assert len(posted(stand_in, general)) == 2


# Processes


def children_of(pid: int) -> list[int]:
    """List the processes that a process started."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(child) for child in told.split()]


async def test_a_worker_that_is_killed_costs_no_answer_and_no_story(
    stand_in: StandIn, general: Channel, folder: Path, start: Start
) -> None:
    long = "\n\n".join(f"Round {n} of the capstan went slowly. They sang." for n in range(60_000))
    (folder / "stories" / "derrick.md").write_text(
        f"---\nrating: General\n---\n\n{long}\n", "utf-8"
    )
    async with start() as bot:

        async def worker() -> list[int]:
            return await asyncio.to_thread(children_of, bot.process.pid)

        (child, *_) = await eventually(worker, "a worker")
        os.kill(child, signal.SIGKILL)
        await bot.is_ready()
        assert "**" in told_by(await stand_in.slash(general, "drabble"))
        assert await bot.stop() == 0
    library = library_at(f"sqlite:///{folder / 'library.db'}")
    await library.open()
    assert await library.size() == 4
    await library.close()
