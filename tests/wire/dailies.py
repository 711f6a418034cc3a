"""Daily stories that a test keeps beside the bot, and what became of them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.daily import DailyStories, DailyStory, What
from bot.delivery import LEASE
from bot.library import library_at
from bot.library.base import Library, StoredDelivery
from bot.schedule import DailyTime
from tests.wire import payloads
from tests.wire.clock import Clock
from tests.wire.payloads import Channel
from tests.wire.waiting import eventually

POSTS = "/channels/*/messages"
AFTER_THE_LEASE = LEASE + timedelta(minutes=1)

Where = Path | str  # the folder of a bot and its library, or the address of a database


@asynccontextmanager
async def library_in(where: Where) -> AsyncGenerator[Library]:
    """Open the bot's library beside the bot."""
    address = where if isinstance(where, str) else f"sqlite:///{where / 'library.db'}"
    library = library_at(address)
    await library.open()
    try:
        yield library
    finally:
        await library.close()


async def keep_daily_in(
    library: Library, *channels: Channel, clock: Clock, in_minutes: int = 0
) -> list[int]:
    """Keep a daily story for each of ``channels`` that is due this very minute, or in some."""
    due = clock() + timedelta(minutes=in_minutes)
    stories = DailyStories(library, now=lambda: due - timedelta(seconds=30))
    rule = DailyTime(due.hour, due.minute, "UTC")
    orders = [
        DailyStory(0, rule, What.DRABBLE, payloads.OWNER, server=each.server, channel=each.id)
        for each in channels
    ]
    return [(await stories.add(order)).id for order in orders]


async def keep_daily(
    where: Where, *channels: Channel, clock: Clock, in_minutes: int = 0
) -> list[int]:
    """Do the same with a library that nobody opened here."""
    async with library_in(where) as library:
        return await keep_daily_in(library, *channels, clock=clock, in_minutes=in_minutes)


async def daily_story_due_now(
    where: Where, channel: Channel, clock: Clock, in_minutes: int = 0
) -> int:
    """Keep a daily story that is due this very minute, or in some; gives its id."""
    (ident,) = await keep_daily(where, channel, clock=clock, in_minutes=in_minutes)
    return ident


async def delivery_of(where: Where, schedule: int, state: str) -> StoredDelivery:
    """Wait until the only delivery of ``schedule`` is in ``state``."""
    async with library_in(where) as library:

        async def found() -> list[StoredDelivery]:
            told = await library.deliveries_of(schedule, 10)
            return [each for each in told if each.state == state]

        (delivery,) = await eventually(found, f"a delivery to be {state}")
        assert len(await library.deliveries_of(schedule, 10)) == 1
        return delivery
