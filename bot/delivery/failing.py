"""A daily story that cannot go on: it pauses, keeps its settings, and people are told."""

import logging
from dataclasses import replace

import discord

from bot.controls import Style, button, controls
from bot.daily import DailyStory
from bot.delivery.telling import tell_log_channel
from bot.house import House
from bot.replies import NETWORK_ERRORS
from bot.texts import FALLBACK, say

_log = logging.getLogger(__name__)


def reason_of(error: discord.NotFound | discord.Forbidden, daily: DailyStory) -> str:
    """Give the key of the text that says why ``daily`` cannot go on."""
    if isinstance(error, discord.NotFound):
        return "daily.paused-no-channel"
    return "daily.paused-forbidden" if daily.member is None else "daily.paused-messages-closed"


async def pause(
    client: discord.Client, house: House, daily: DailyStory, delivery: int, reason: str
) -> None:
    """Pause, keep every setting, and tell whoever made it what to do."""
    await house.library.finish(delivery, "failed")
    current = await house.daily_stories.find(daily.id)
    if current is None:
        return
    await house.daily_stories.change(replace(current, paused=reason))
    _log.warning("Daily story %d is paused: %s", daily.id, reason)
    if daily.member is not None and reason == "daily.paused-messages-closed":
        return  # there is no other way to reach them
    why = say(reason, FALLBACK)
    text = (
        say("daily.paused", FALLBACK, channel=f"<#{daily.channel}>", why=why)
        if daily.member is None
        else say("daily.paused-mine", FALLBACK, why=why)
    )
    await tell_log_channel(client, house, daily, text)
    view = controls(
        [button(say("button.resume", FALLBACK), "daily-resume", daily.id, style=Style.primary)]
    )
    try:
        person = await client.create_dm(discord.Object(daily.made_by))
        await person.send(text, view=view)
    except (discord.HTTPException, *NETWORK_ERRORS) as error:
        _log.info("Nobody could be told that daily story %d is paused: %s", daily.id, error)
