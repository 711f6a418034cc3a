"""Who looks after the shelf of a server: its librarians."""

from dataclasses import replace

import discord

from bot import audience as audiences
from bot.controls import Press
from bot.errors import NotAllowed, StoryNotFound, Written
from bot.house import House
from bot.library.base import Card
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


async def keeper_audience(interaction: Press, house: House) -> Audience:
    """Give the audience of a librarian who sees what their server hid, too.

    What is above the rating of the channel stays unseen: so does its title.
    """
    audience = await librarian_audience(interaction, house)
    assert audience.server is not None
    decided = await house.rights.decided(audience.server)
    hidden = {
        story
        for story, told in decided.items()
        if told.is_hidden and (told.rating is None or told.rating <= audience.ceiling)
    }
    return replace(
        audience,
        unseen=audience.unseen - hidden,
        linked=frozenset(),
        blocked=frozenset(),
        avoided=frozenset(),
    )


async def kept_card(house: House, audience: Audience, told: str) -> Card:
    """Give the story that a control names.

    Raises:
        StoryNotFound: It is gone, or its rating is above this channel's.
    """
    if not told.isdecimal():
        raise StoryNotFound("story.gone")
    return await house.reading.card(int(told), audience)


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
