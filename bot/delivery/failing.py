"""What happens to a daily story when it cannot be sent: it waits, gives up a day, or pauses.

A pause keeps every setting. Whoever made it and the server's log channel hear
what happened and the one thing to do, with a Resume button.
"""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import discord

from bot.controls import Style, button, controls
from bot.daily import FINISHED, UNREADABLE, DailyStory
from bot.delivery.claims import Claim, finish
from bot.delivery.targets import language_there
from bot.delivery.telling import name_of, tell_log_channel, tell_maker, why
from bot.errors import DeliveryError, NoStoryFits, StoryNotFound
from bot.house import House
from bot.replies import NETWORK_ERRORS
from bot.texts import say

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
_FAILING = "daily.paused-failing"

_log = logging.getLogger(__name__)


@asynccontextmanager
async def failing(
    client: discord.Client, house: House, daily: DailyStory, claim: Claim
) -> AsyncGenerator[None]:
    """Decide what becomes of a delivery when the work inside fails.

    1. Nothing fits, the channel is gone, a permission is missing: it pauses at once.
    2. Discord refuses this very message: this day is given up, and that is told.
    3. Discord or the network is out of order: what is missing is tried again, later
       each time; it pauses at the end of `WAITS`, once somebody can be told.
    4. Anything else is our bug and passes through.
    """
    try:
        yield
    except (NoStoryFits, StoryNotFound):
        reason = "daily.paused-story-gone" if daily.is_named else "daily.paused-no-stories"
        await pause(client, house, daily, claim.id, reason)
    except DeliveryError as error:
        await pause(client, house, daily, claim.id, error.key)
    except discord.HTTPException as error:
        if reason := reason_of(error, daily):
            await pause(client, house, daily, claim.id, reason)
        elif 400 <= error.status < 500 and error.status not in _TRY_AGAIN:
            await _give_up(client, house, daily, claim.id, error)
        else:
            await _try_later(client, house, daily, claim, error)
    except NETWORK_ERRORS as error:
        await _try_later(client, house, daily, claim, error)


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
    paused = await house.daily_stories.change(daily, replace(daily, paused=reason))
    if paused is not None:
        await tell_pause(client, house, paused)


async def _try_later(
    client: discord.Client, house: House, daily: DailyStory, claim: Claim, error: Exception
) -> None:
    """Leave it alone for a while, or pause when it failed too often.

    While nobody can be told, as when Discord is out of order for everybody, it does
    not pause: nobody would ever know.
    """
    if claim.is_hopeless and await tell_pause(client, house, replace(daily, paused=_FAILING)):
        await finish(house, claim.id, "failed")
        await house.daily_stories.change(daily, replace(daily, paused=_FAILING))
        return
    wait = await claim.put_off(house.now())
    minutes = wait // timedelta(minutes=1)
    _log.warning(
        "Daily story %d: %s; trying again in a while (%d minutes).", daily.id, error, minutes
    )


async def tell_pause(client: discord.Client, house: House, paused: DailyStory) -> bool:
    """Tell whoever made it and the log channel why it is paused and what to do.

    False when neither could be told.
    """
    _log.warning("Daily story %d is paused: %s", paused.id, paused.paused)
    language = language_there(client, paused)
    reason = why(paused, language)
    can_resume = paused.paused != UNREADABLE
    if can_resume and paused.paused != FINISHED:
        reason = f"{reason} {say('daily.then-resume', language)}"
    if paused.member is None:
        text = say("daily.paused", language, daily=name_of(client, paused), why=reason)
    else:
        text = say("daily.paused-mine", language, why=reason)
    resume = button(say("button.resume", language), "daily-resume", paused.id, style=Style.primary)
    view = controls([resume]) if can_resume else None
    told = await tell_log_channel(client, house, paused, text, view)
    if paused.paused != _CLOSED:  # else there is no other way to reach them
        told = await tell_maker(client, paused, text, view) or told
    return told


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
    language = language_there(client, daily)
    following = (
        f"<t:{int(current.next_due.timestamp())}:F>"
        if current.next_due
        else say("daily.never", language)
    )
    name = name_of(client, daily)
    text = say(key, language, daily=name, next=following, **values)
    if not await tell_log_channel(client, house, daily, text):
        await tell_maker(client, daily, text)
