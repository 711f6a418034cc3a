"""What happens to a daily story when it cannot be sent: it waits, gives up a day, or pauses.

A pause keeps every setting. Whoever made it and the server's log channel hear
what happened and the one thing to do, with a Resume button.
"""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

import discord

from bot.controls import Style, button, controls
from bot.daily import FINISHED, DailyStory
from bot.delivery.claims import finish
from bot.delivery.telling import name_of, tell_log_channel, tell_maker, why
from bot.errors import DeliveryError, NoStoryFits, StoryNotFound
from bot.house import House
from bot.replies import NETWORK_ERRORS
from bot.texts import FALLBACK, say

# Discord's error codes (topics/opcodes-and-status-codes) that only a person can mend.
_REASONS = {
    10003: "daily.no-channel",
    10004: "daily.not-in-server",
    50001: "daily.may-not-view",
    50083: "daily.thread-archived",
    160005: "daily.thread-locked",
}
_TRY_AGAIN = (401, 408, 429)  # of the 4xx: what may work later, unchanged
_CLOSED = "daily.messages-closed"

_log = logging.getLogger(__name__)


@asynccontextmanager
async def failing(
    client: discord.Client, house: House, daily: DailyStory, delivery: int
) -> AsyncGenerator[None]:
    """Decide what becomes of ``delivery`` when the work inside fails.

    1. Nothing fits, the channel is gone, a permission is missing: it pauses at once.
    2. Discord refuses this very message: this day is given up, and that is told.
    3. Discord or the network is out of order: the claim stays open; when it runs
       out, what is missing is tried again.
    4. Anything else is our bug and passes through.
    """
    try:
        yield
    except (NoStoryFits, StoryNotFound):
        reason = "daily.paused-story-gone" if daily.is_named else "daily.paused-no-stories"
        await pause(client, house, daily, delivery, reason)
    except DeliveryError as error:
        await pause(client, house, daily, delivery, error.key)
    except discord.HTTPException as error:
        if reason := reason_of(error, daily):
            await pause(client, house, daily, delivery, reason)
        elif 400 <= error.status < 500 and error.status not in _TRY_AGAIN:
            await _give_up(client, house, daily, delivery, error)
        else:
            _log.warning("Daily story %d: %s; trying again in a while.", daily.id, error)
    except NETWORK_ERRORS as error:
        _log.warning("Daily story %d: %s; trying again in a while.", daily.id, error)


def reason_of(error: discord.HTTPException, daily: DailyStory) -> str:
    """Give the key of the text that says why ``daily`` cannot go on; "" when it still may."""
    if daily.member is not None and isinstance(error, discord.NotFound | discord.Forbidden):
        return _CLOSED
    if error.code in _REASONS:
        return _REASONS[error.code]
    if isinstance(error, discord.NotFound):
        return "daily.no-channel"
    return "daily.paused-forbidden" if isinstance(error, discord.Forbidden) else ""


async def pause(
    client: discord.Client, house: House, daily: DailyStory, delivery: int, reason: str
) -> None:
    """Pause, keep every setting, and tell whoever made it what to do."""
    await finish(house, delivery, "failed")
    current = await house.daily_stories.find(daily.id)
    if current is None:
        return
    paused = await house.daily_stories.change(current, replace(current, paused=reason))
    if paused is not None:
        await tell_pause(client, house, paused)


async def tell_pause(client: discord.Client, house: House, paused: DailyStory) -> None:
    """Tell whoever made it and the log channel why it is paused and what to do."""
    _log.warning("Daily story %d is paused: %s", paused.id, paused.paused)
    told = why(paused, FALLBACK)
    if paused.paused != FINISHED:
        told = f"{told} {say('daily.then-resume', FALLBACK)}"
    if paused.member is None:
        text = say("daily.paused", FALLBACK, daily=name_of(client, paused), why=told)
    else:
        text = say("daily.paused-mine", FALLBACK, why=told)
    resume = button(say("button.resume", FALLBACK), "daily-resume", paused.id, style=Style.primary)
    await tell_log_channel(client, house, paused, text, controls([resume]))
    if paused.paused != _CLOSED:  # else there is no other way to reach them
        await tell_maker(client, paused, text, controls([resume]))


async def _give_up(
    client: discord.Client,
    house: House,
    daily: DailyStory,
    delivery: int,
    error: discord.HTTPException,
) -> None:
    """Leave this day out: Discord refuses the message itself, so it would refuse it again."""
    _log.warning("Daily story %d: Discord refused it: %s; given up.", daily.id, error)
    await finish(house, delivery, "failed")
    await _tell_left_out(client, house, daily, "daily.refused", why=error.text or str(error.code))


async def leave_out(client: discord.Client, house: House, daily: DailyStory, due: datetime) -> None:
    """Tell that what was due at ``due`` was left out because it would come too late."""
    hours = house.settings.catch_up_hours
    _log.warning("Daily story %d was due more than %d hours ago; left out.", daily.id, hours)
    at = f"<t:{int(due.timestamp())}:F>"
    await _tell_left_out(client, house, daily, "daily.left-out", due=at, count=hours)


async def _tell_left_out(
    client: discord.Client, house: House, daily: DailyStory, key: str, **values: object
) -> None:
    """Tell the server's log channel, or where there is none whoever made it."""
    current = await house.daily_stories.find(daily.id) or daily
    following = (
        f"<t:{int(current.next_due.timestamp())}:F>"
        if current.next_due
        else say("daily.never", FALLBACK)
    )
    name = name_of(client, daily)
    text = say(key, FALLBACK, daily=name, next=following, **values)
    if not await tell_log_channel(client, house, daily, text):
        await tell_maker(client, daily, text)
