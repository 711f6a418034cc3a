"""Two processes of two shards each on one PostgreSQL library: one bot, whichever dies."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from random import Random

import pytest

from bot.library.base import Library
from tests.postgres import postgres_store
from tests.wire import payloads
from tests.wire.clock import Clock
from tests.wire.conftest import Start
from tests.wire.dailies import AFTER_THE_LEASE, keep_daily_in
from tests.wire.launching import Bot
from tests.wire.payloads import Channel, shard_of
from tests.wire.stand_in import StandIn
from tests.wire.waiting import eventually

SHARDS = 4
SERVERS = 8
ROOMS = 25  # in each server
KILLS = 6

StartShards = Callable[[str], AbstractAsyncContextManager[Bot]]  # given SHARD_IDS


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    """Give the library of all processes, opened beside them."""
    opened = postgres_store(tmp_path)()
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def rooms(stand_in: StandIn) -> list[Channel]:
    """Give 200 channels of servers that are on all four shards."""
    stand_in.limits.is_on = False  # a process that starts anew knows nothing of the one before
    first = stand_in.servers[0].id
    stand_in.servers[:] = [
        payloads.server(
            first + (number << 22), f"House {number}", *(f"room-{n}" for n in range(ROOMS))
        )
        for number in range(SERVERS)
    ]
    shards = [shard_of(server.id, SHARDS) for server in stand_in.servers]
    assert sorted(shards) == sorted([*range(SHARDS)] * (SERVERS // SHARDS))
    return [room for server in stand_in.servers for room in server.channels]


@pytest.fixture
def start_shards(library: Library, start: Start) -> StartShards:
    """Give a way to start a process that runs some shards of the bot."""
    address: str = library._address  # pyright: ignore[reportAttributeAccessIssue]
    return lambda shards: start(DATABASE_URL=address, SHARD_IDS=shards, SHARD_COUNT=str(SHARDS))


async def test_every_daily_story_is_sent_exactly_once_while_a_process_is_killed_again_and_again(
    stand_in: StandIn,
    rooms: list[Channel],
    library: Library,
    start_shards: StartShards,
    clock: Clock,
) -> None:
    rng = Random(20)
    theirs = {room.id for room in rooms if shard_of(room.server, SHARDS) >= SHARDS // 2}

    def sent_by_the_second() -> int:
        return sum(len(stand_in.messages.get(room, [])) for room in theirs)

    async with start_shards("0,1") as steady:
        await steady.is_ready()
        schedules = await keep_daily_in(library, *rooms, clock=clock)
        for _ in range(KILLS):
            goal = sent_by_the_second() + rng.randint(1, len(theirs) // KILLS)
            async with start_shards("2,3") as doomed:
                await stand_in.changes.until(
                    lambda goal=goal: sent_by_the_second() >= goal, "more", seconds=60
                )
                doomed.process.kill()
                await doomed.ended()
            clock.move(AFTER_THE_LEASE)
        async with start_shards("2,3") as last:

            async def are_sent() -> bool:
                told = [await library.deliveries_of(schedule, 2) for schedule in schedules]
                return all([each.state for each in own] == ["sent"] for own in told)

            await eventually(are_sent, "every delivery to be sent", seconds=60)
            assert await last.stop() == 0
        assert await steady.stop() == 0
    assert {room.id: len(stand_in.messages[room.id]) for room in rooms} == {
        room.id: 1 for room in rooms
    }
    for schedule, room in zip(schedules, rooms, strict=True):
        (delivery,) = await library.deliveries_of(schedule, 2)
        (posted,) = stand_in.messages[room.id]
        assert delivery.messages == (int(posted["id"]),)


async def test_a_process_serves_its_own_shards_and_leaves_the_others(
    stand_in: StandIn,
    rooms: list[Channel],
    library: Library,
    start_shards: StartShards,
    clock: Clock,
) -> None:
    ours = {room.id for room in rooms if shard_of(room.server, SHARDS) < SHARDS // 2}
    await keep_daily_in(library, *rooms, clock=clock)
    async with start_shards("0,1") as bot:
        await stand_in.changes.until(lambda: len(stand_in.messages) >= len(ours), "all of ours")
        clock.move(AFTER_THE_LEASE)
        await stand_in.slash(rooms[0], "drabble")
        assert await bot.stop() == 0
    assert set(stand_in.messages) - {rooms[0].id} == ours - {rooms[0].id}
    assert len(await library.due_schedules(clock(), 999)) == len(rooms) - len(ours)
