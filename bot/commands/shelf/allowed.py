"""Who looks after the shelf of a server: its librarians."""

import discord

from bot import audience as audiences
from bot.controls import Press
from bot.errors import NotAllowed, Written
from bot.house import House
from bot.story import Audience


async def librarian_audience(interaction: Press, house: House) -> Audience:
    """Give the audience of a librarian of the server they are in; judged at every press.

    Raises:
        NotAllowed: They are none, or the bot is not in the server; the text says who is.
    """
    audience = await audiences.of(interaction, house)
    if audience.server is None:
        raise NotAllowed("shelf.only-in-servers")
    role = await _role_of(interaction, house, audience.server)
    if interaction.permissions.manage_guild or (role is not None and _has(interaction, role)):
        return audience
    if role is None:
        raise NotAllowed("shelf.only-managers")
    raise NotAllowed("shelf.only-librarians", role=Written(f"<@&{role}>"))


async def is_librarian(interaction: Press, house: House) -> bool:
    """Tell whether somebody is a librarian of the server they are in."""
    try:
        await librarian_audience(interaction, house)
    except NotAllowed:
        return False
    return True


async def _role_of(interaction: Press, house: House, server: int) -> int | None:
    """Give the librarian role of a server, when there still is one."""
    role = (await house.servers.settings(server)).librarian_role
    guild = interaction.guild
    return role if role and guild is not None and guild.get_role(role) is not None else None


def _has(interaction: Press, role: int) -> bool:
    member = interaction.user
    return isinstance(member, discord.Member) and member.get_role(role) is not None
