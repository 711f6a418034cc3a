"""What a server's log channel hears about its daily stories."""

import logging
from dataclasses import replace

import discord

from bot.daily import DailyStory
from bot.house import House
from bot.reading import for_random
from bot.replies import NETWORK_ERRORS
from bot.story import Audience
from bot.texts import say

_log = logging.getLogger(__name__)


async def tell_log_channel(
    client: discord.Client, house: House, daily: DailyStory, text: str
) -> bool:
    """Write ``text`` into the server's log channel; False where there is none to write to."""
    if daily.server is None:
        return False
    settings = await house.servers.settings(daily.server)
    if settings.log_channel is None:
        return False
    channel = client.get_partial_messageable(settings.log_channel)
    try:
        await channel.send(text)
    except (discord.HTTPException, *NETWORK_ERRORS) as error:
        _log.info("The log channel of server %d cannot be used: %s", daily.server, error)
        return False
    return True


async def notice_new_round(
    client: discord.Client, house: House, daily: DailyStory, audience: Audience
) -> DailyStory:
    """Say once in the log channel that a used-up pool starts again."""
    if daily.starts_again or daily.member is not None:
        return daily
    wanted = for_random(daily.wanted(house.settings.drabble_max_words), audience)
    library = house.library
    if await library.count_unseen(wanted, audience, daily.room):
        return daily
    if not (await library.count(wanted, audience)).visible:
        return daily
    text = say("daily.starts-again", audience.room_language, channel=f"<#{daily.channel}>")
    if not await tell_log_channel(client, house, daily, text):
        return daily  # said once there is somewhere to say it
    current = await house.daily_stories.find(daily.id)
    told = replace(current or daily, starts_again=True)
    await house.daily_stories.change(told)
    return told
