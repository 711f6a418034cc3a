"""Who may change which daily story, and what it may do where it is posted."""

from dataclasses import replace
from typing import cast

import discord

from bot import audience as audiences
from bot.commands.allowed import decides_here
from bot.controls import Press
from bot.daily import DailyStory
from bot.delivery.targets import check_role_and_threads, place_of
from bot.errors import DeliveryError, Written
from bot.house import House
from bot.story import Audience


async def admin_audience(interaction: Press, house: House) -> Audience:
    """Give the audience of somebody who may manage the server.

    Raises:
        DeliveryError: They may not, or the bot is not in the server.
    """
    audience = await audiences.of(interaction, house)
    if audience.server is None:
        raise DeliveryError("daily.only-in-servers")
    if not decides_here(interaction):
        raise DeliveryError("daily.only-admins")
    return audience


async def editable(interaction: Press, house: House, ident: int) -> tuple[DailyStory, Audience]:
    """Give a daily story that the person may change, and who they are.

    Raises:
        DeliveryError: It was removed, or is not theirs to change here.
    """
    daily = await house.daily_stories.find(ident)
    if daily is None:
        raise DeliveryError("daily.gone")
    if daily.member is not None:
        if daily.member != interaction.user.id:
            raise DeliveryError("daily.gone")
        language = audiences.language_of(interaction)
        return daily, await audiences.of_member(daily.member, house, language)
    audience = await admin_audience(interaction, house)
    if daily.server != interaction.guild_id:
        raise DeliveryError("daily.gone")
    return daily, audience


async def change(house: House, before: DailyStory, after: DailyStory) -> DailyStory:
    """Change what differs between the two, and give it as it is now.

    Raises:
        DeliveryError: It was removed.
    """
    daily = await house.daily_stories.change(before, after)
    if daily is None:
        raise DeliveryError("daily.gone")
    return daily


async def asker(interaction: Press, house: House, daily: DailyStory) -> Audience:
    """Give what somebody may be told of ``daily`` wherever they press: Teen, their language."""
    language = audiences.language_of(interaction)
    own = await audiences.of_member(interaction.user.id, house, language)
    return replace(own, server=daily.server)


async def readers(interaction: Press, house: House, daily: DailyStory) -> Audience:
    """Give who reads ``daily`` where it is posted.

    Raises:
        DeliveryError: It may not be posted there; the key says why.
    """
    if daily.member is not None:
        return await audiences.of_member(daily.member, house, audiences.language_of(interaction))
    place = await place_of(interaction.client, daily.server, daily.channel)
    return await audiences.of_channel(place, house)


async def check_extras(interaction: Press, daily: DailyStory) -> None:
    """Make sure that the role may be mentioned and the threads may be opened.

    Raises:
        DeliveryError: The person may not mention the role, or the bot may not do one of it.
    """
    if daily.role is None and not daily.opens_thread:
        return
    place = await place_of(interaction.client, daily.server, daily.channel)
    role = place.guild.get_role(daily.role or 0)
    if role is not None:
        if role.is_default():
            raise DeliveryError("daily.role-everyone")
        theirs = place.permissions_for(cast("discord.Member", interaction.user))
        if not (role.mentionable or theirs.mention_everyone):
            raise DeliveryError("daily.role-not-yours", role=Written(role.mention))
    check_role_and_threads(place, daily)


def nearest(there: Audience, asker: Audience) -> Audience:
    """Give who may see what both may: names are looked up here and told there."""
    return replace(there, ceiling=min(there.ceiling, asker.ceiling), language=asker.language)
