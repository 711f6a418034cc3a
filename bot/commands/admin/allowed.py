"""Who may change what holds for a server."""

from typing import cast

import discord

from bot import audience as audiences
from bot.commands.allowed import decides_here
from bot.controls import Press
from bot.errors import NotAllowed
from bot.house import House
from bot.story import Audience


async def admin_audience(interaction: Press, house: House) -> Audience:
    """Give the audience of somebody who may change the settings of the server they are in.

    Raises:
        NotAllowed: They may not, or the bot is not in the server.
    """
    audience = await audiences.of(interaction, house)
    if audience.server is None:
        raise NotAllowed("settings.only-in-servers")
    if not decides_here(interaction):
        raise NotAllowed("settings.only-admins")
    return audience


def guild_of(interaction: Press) -> discord.Guild:
    """Give the server an admin is in, after `admin_audience` found that it is ours."""
    return cast("discord.Guild", interaction.guild)
