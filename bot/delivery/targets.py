"""Where a daily story goes, and who reads there."""

from typing import cast

import discord

from bot import audience as audiences
from bot.daily import DailyStory
from bot.house import House
from bot.story import Audience
from bot.texts import FALLBACK


async def target_of(
    client: discord.Client, house: House, daily: DailyStory
) -> tuple[discord.abc.Messageable, Audience]:
    """Give where to send and who reads there.

    Raises:
        discord.NotFound, discord.Forbidden: The channel is gone, or not ours to see.
    """
    if daily.member is not None:
        person = discord.Object(daily.member)
        return (
            await client.create_dm(person),
            audiences.of_member(daily.member, house, FALLBACK),
        )
    assert daily.channel is not None
    channel = client.get_channel(daily.channel) or await client.fetch_channel(daily.channel)
    place = cast("discord.TextChannel | discord.Thread", channel)
    return place, await audiences.of_channel(place, house)
