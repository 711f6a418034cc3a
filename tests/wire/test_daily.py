"""A daily story on the wire: posted once, whatever happens to the process or the answer."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery import AT_ONCE
from tests.wire import payloads
from tests.wire.clock import Clock
from tests.wire.conftest import Start
from tests.wire.dailies import (
    AFTER_THE_LEASE,
    POSTS,
    daily_story_due_now,
    delivery_of,
    keep_daily,
)
from tests.wire.interactions import SECONDS_TO_ANSWER
from tests.wire.launching import Bot
from tests.wire.payloads import Channel
from tests.wire.stand_in import Fault, StandIn


async def killed_after_posting(stand_in: StandIn, bot: Bot) -> None:
    """Kill the bot once Discord posted its message, before it heard of that."""
    await stand_in.changes.until(lambda: stand_in.messages, "the daily story")
    bot.process.kill()
    await bot.ended()


async def test_a_daily_story_is_posted_once_with_a_nonce(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    schedule = await daily_story_due_now(folder, general, clock)
    async with start() as bot:
        delivery = await delivery_of(folder, schedule, "sent")
        assert await bot.stop() == 0
    async with start() as again:
        await again.is_ready()
        assert await again.stop() == 0
    (posted,) = stand_in.messages[general.id]
    assert "**Anchor**" in posted["content"] or "**Buoy**" in posted["content"]
    assert posted["nonce"]
    assert delivery.messages == (int(posted["id"]),)
    (asked,) = stand_in.asked("POST", POSTS)
    assert isinstance(asked.json, dict)
    assert asked.json["enforce_nonce"] is True


@pytest.mark.parametrize("proof", ["the nonce", "the history"])
async def test_killed_between_the_post_and_its_answer_nothing_is_posted_twice(
    proof: str, stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    schedule = await daily_story_due_now(folder, general, clock)
    stand_in.fail(Fault("POST", POSTS, is_done=True, held=asyncio.Event()))
    async with start() as bot:
        await killed_after_posting(stand_in, bot)
    if proof == "the history":
        stand_in.channels.forget_nonces()
    else:  # what was just posted is not in the history yet
        stand_in.channels.nonces_known = 2 * AFTER_THE_LEASE
        stand_in.channels.hide_from_history(general)
    clock.move(AFTER_THE_LEASE)
    async with start() as again:
        delivery = await delivery_of(folder, schedule, "sent")
        assert await again.stop() == 0
    (posted,) = stand_in.messages[general.id]
    assert delivery.messages == (int(posted["id"]),)


async def test_killed_and_started_again_at_once_the_open_claim_is_left_alone(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    schedule = await daily_story_due_now(folder, general, clock)
    stand_in.fail(Fault("POST", POSTS, is_done=True, held=asyncio.Event()))
    async with start() as bot:
        await killed_after_posting(stand_in, bot)
    async with start() as again:
        await again.is_ready()
        await stand_in.slash(general, "drabble")
        assert await again.stop() == 0
    assert len(stand_in.asked("POST", POSTS)) == 1
    await delivery_of(folder, schedule, "claimed")


async def test_killed_before_discord_posted_anything_it_is_posted_later(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    schedule = await daily_story_due_now(folder, general, clock)
    lost = stand_in.fail(Fault("POST", POSTS, held=asyncio.Event(), is_dropped=True, status=500))
    async with start() as bot:
        await stand_in.changes.until(lambda: lost.times == 0, "the daily story on its way")
        bot.process.kill()
        await bot.ended()
    assert stand_in.messages == {}
    clock.move(AFTER_THE_LEASE)
    async with start() as again:
        delivery = await delivery_of(folder, schedule, "sent")
        assert await again.stop() == 0
    assert [int(each["id"]) for each in stand_in.messages[general.id]] == [*delivery.messages]
    assert len(delivery.messages) == 1


async def test_a_post_that_discord_answers_with_500_is_not_posted_twice(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    schedule = await daily_story_due_now(folder, general, clock)
    stand_in.fail(Fault("POST", POSTS, is_done=True, status=500))
    async with start() as bot:
        await delivery_of(folder, schedule, "sent")
        assert await bot.stop() == 0
    assert len(stand_in.asked("POST", POSTS)) == 2
    assert len(stand_in.messages[general.id]) == 1


async def test_a_lost_answer_is_finished_when_the_claim_runs_out(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    schedule = await daily_story_due_now(folder, general, clock)
    stand_in.fail(Fault("POST", POSTS, is_done=True, is_dropped=True))
    async with start() as bot:
        await bot.says("trying again in a while")
        assert await bot.stop() == 0
    clock.move(AFTER_THE_LEASE)
    async with start() as again:
        await delivery_of(folder, schedule, "sent")
        assert await again.stop() == 0
    assert len(stand_in.messages[general.id]) == 1


# Many at once


async def test_more_than_are_served_at_once_are_all_sent(
    stand_in: StandIn, folder: Path, start: Start, clock: Clock
) -> None:
    stand_in.limits.is_on = False  # how fast they go is for the bench, on a machine at rest
    names = [f"room-{number}" for number in range(AT_ONCE + 20)]
    big = payloads.server(stand_in.servers[0].id + (1 << 22), "Big House", *names)
    stand_in.servers.append(big)
    await keep_daily(folder, *big.channels, clock=clock)
    async with start() as bot:
        await stand_in.changes.until(lambda: len(stand_in.messages) == len(names), "every story")
        assert await bot.stop() == 0
    assert {len(told) for told in stand_in.messages.values()} == {1}


async def test_hundreds_due_in_one_minute_are_sent_once_each_while_commands_are_answered(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    # Within Discord's limits; `make bench ARGS=deliver` does it with ten thousand.
    names = [f"room-{number}" for number in range(250)]
    big = payloads.server(stand_in.servers[0].id + (1 << 22), "Big House", *names)
    stand_in.servers.append(big)
    async with start() as bot:
        await bot.is_ready()
        schedules = await keep_daily(folder, *big.channels, clock=clock)
        answered = 0
        while (posted := _rooms_reached(stand_in, big)) < len(names):
            asked = await stand_in.slash(general, "drabble", by=payloads.READER + answered)
            assert asked.answered - asked.asked < SECONDS_TO_ANSWER
            answered += 1
            await stand_in.changes.until(
                lambda posted=posted: _rooms_reached(stand_in, big) > posted, "another story"
            )
        for schedule in schedules:
            await delivery_of(folder, schedule, "sent")
        assert await bot.stop() == 0
    assert {len(stand_in.messages[room.id]) for room in big.channels} == {1}
    assert answered > 10
    assert stand_in.provoked == [], "none of them was refused"


def _rooms_reached(stand_in: StandIn, told: payloads.Server) -> int:
    return sum(room.id in stand_in.messages for room in told.channels)


async def test_a_channel_that_never_answers_delays_no_other(
    stand_in: StandIn, folder: Path, start: Start, clock: Clock
) -> None:
    general, tales = stand_in.servers[0].channels
    await keep_daily(folder, general, general, tales, clock=clock)
    stand_in.fail(Fault("POST", f"/channels/{general.id}/messages", held=asyncio.Event()))
    async with start() as bot:
        await stand_in.changes.until(lambda: stand_in.messages.get(tales.id), "the other channel")
        assert general.id not in stand_in.messages
        bot.process.kill()
        await bot.ended()


async def test_many_due_in_one_channel_go_out_as_fast_as_it_takes_them(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    await keep_daily(folder, *[general] * 7, clock=clock)
    async with start() as bot:
        told = stand_in.messages
        await stand_in.changes.until(lambda: len(told.get(general.id, [])) == 7, "all seven")
        assert await bot.stop() == 0
    assert len(told[general.id]) == 7


async def test_two_processes_on_one_library_post_once(
    stand_in: StandIn, folder: Path, start: Start, clock: Clock
) -> None:
    stand_in.limits.is_on = False  # each keeps below them, both together may not
    names = [f"room-{number}" for number in range(30)]
    big = payloads.server(stand_in.servers[0].id + (1 << 22), "Big House", *names)
    stand_in.servers.append(big)
    async with start() as one, start() as two:
        await one.is_ready()
        await two.is_ready()
        schedules = await keep_daily(folder, *big.channels, clock=clock)
        for schedule in schedules:
            await delivery_of(folder, schedule, "sent")
        assert await one.stop() == 0
        assert await two.stop() == 0
    assert {len(told) for told in stand_in.messages.values()} == {1}
    assert len(stand_in.asked("POST", POSTS)) == len(names)


async def test_the_gateway_lost_for_three_minutes_over_the_due_time_costs_nothing(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    async with start() as bot:
        await bot.is_ready()
        schedule = await daily_story_due_now(folder, general, clock, in_minutes=1)
        stand_in.gateway.is_open = False
        stand_in.gateway.is_forgetful = True  # what comes back is another session
        stand_in.gateway.drop()
        await bot.says("reconnect")
        clock.move(timedelta(minutes=1))
        await delivery_of(folder, schedule, "sent")
        clock.move(timedelta(minutes=2))
        stand_in.gateway.is_open = True
        await stand_in.changes.until(
            lambda: bot.printed.count("Ready as") == 2, "the gateway again", seconds=60
        )
        await stand_in.slash(general, "fireside help")
        assert await bot.stop() == 0
    assert len(stand_in.messages[general.id]) == 1


async def test_becoming_ready_twice_sends_once(
    stand_in: StandIn, general: Channel, folder: Path, start: Start, clock: Clock
) -> None:
    async with start() as bot:
        await bot.is_ready()
        stand_in.gateway.is_forgetful = True
        stand_in.gateway.drop()
        await stand_in.changes.until(lambda: bot.printed.count("Ready as") == 2, "the second time")
        schedule = await daily_story_due_now(folder, general, clock)
        await delivery_of(folder, schedule, "sent")
        assert await bot.stop() == 0
    assert len(stand_in.messages[general.id]) == 1
