"""Daily stories on the stage: keep one, move the clock, change what the bot may do there."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord
from simcord.backend.models.channel import Overwrite
from simcord.enums import OverwriteType

from bot.daily import DailyStory, What
from bot.schedule import DailyTime
from tests.stage import Stage

BERLIN = ZoneInfo("Europe/Berlin")
DUE = datetime(2026, 11, 20, 20, 0, tzinfo=BERLIN)  # the clock of the stage stands at 19:00 there
EVENING = DailyTime(20, 0, "Europe/Berlin")
BYLINE = re.compile(r"\*\*.+\*\* (?:by|·) ")
LOOK = 21  # seconds: a little more than the time between two looks at what is due


async def move_to(s: Stage, moment: datetime) -> None:
    """Move the clock and let the bot look at what is due."""
    s.clock.at = moment.astimezone(UTC)
    await s.env.advance_time(LOOK)


async def keep_daily(s: Stage, channel: Any, what: What = What.DRABBLE, **more: Any) -> DailyStory:
    """Keep a daily story of Ada's at 20:00, Berlin time."""
    order = DailyStory(0, EVENING, what, s.ada.id, server=s.guild.id, channel=channel.id)
    return await s.client.house.daily_stories.add(replace(order, **more))


async def keep_own(s: Stage, who: Any, what: What = What.DRABBLE, **more: Any) -> DailyStory:
    """Keep a daily story in somebody's own direct messages."""
    order = DailyStory(0, EVENING, what, who.id, member=who.id)
    return await s.client.house.daily_stories.add(replace(order, **more))


async def kept(s: Stage, daily: DailyStory) -> DailyStory:
    """Give a daily story as it is kept now."""
    found = await s.client.house.daily_stories.find(daily.id)
    assert found is not None
    return found


def posts(channel: Any) -> list[str]:
    """Give the messages of a channel that begin a story: with its title and whose it is."""
    return [each.content for each in channel.history() if BYLINE.match(each.content)]


def inbox(who: Any) -> list[Any]:
    """Give what the bot wrote to somebody's direct messages."""
    return list(who.user.dm_channel.history())


async def deny(s: Stage, channel: Any, *, but: Any = None, **permissions: bool) -> None:
    """Take permissions away in a channel from everybody (``but`` a role); none gives all back."""
    _, denied = discord.PermissionOverwrite(**permissions).pair()
    told = [Overwrite(s.guild.default_role.id, OverwriteType.ROLE, deny=denied.value)]
    if but is not None:
        told.append(Overwrite(but.id, OverwriteType.ROLE, allow=denied.value))
    s.env.backend.edit_channel(channel.id, {}, overwrites=told if permissions else [])
    await s.env.settle()


async def delete(s: Stage, channel: Any) -> None:
    """Delete a channel."""
    s.env.backend.delete_channel(channel.id)
    await s.env.settle()


async def thread_in(s: Stage, channel: Any, **metadata: bool) -> Any:
    """Open a thread in a channel; gives a handle of it."""
    thread = s.env.backend.create_thread(channel.id, "Tales", s.ada.id)
    await s.env.settle()
    if metadata:
        await change_thread(s, thread, **metadata)
    return next(each for each in channel.threads if each.id == thread.id)


async def change_thread(s: Stage, thread: Any, **metadata: bool) -> None:
    """Archive or lock a thread, or open it again."""
    s.env.backend.edit_channel(thread.id, {}, thread_metadata=metadata)
    await s.env.settle()
