"""Where a daily story goes, who reads there, and whether it may be posted there at all.

Permissions are read from what Discord told us before anything is sent: a
refusal costs nothing then, says exactly which permission is missing, and does
not count towards the refused requests that Discord bans bots for.
"""

from typing import cast

import discord

from bot import audience as audiences
from bot.daily import DailyStory
from bot.errors import DeliveryError, Written
from bot.house import House
from bot.story import Audience
from bot.texts import known_language

Place = discord.TextChannel | discord.Thread


async def target_of(
    client: discord.Client, house: House, daily: DailyStory
) -> tuple[discord.abc.Messageable, Audience]:
    """Give where to send and who reads there; an archived thread is opened again.

    Raises:
        DeliveryError: It cannot be posted there; the key says why.
        discord.HTTPException: Discord could not say.
    """
    if daily.member is not None:
        person = discord.Object(daily.member)
        return (
            await client.create_dm(person),
            await audiences.of_member(daily.member, house, language_there(client, daily)),
        )
    place = await place_of(client, daily.server, daily.channel)
    if isinstance(place, discord.Thread) and place.archived:
        try:
            place = await place.edit(archived=False)
        except discord.Forbidden:
            raise DeliveryError("daily.thread-archived", channel=_mention(place.id)) from None
    return place, await audiences.of_channel(place, house)


def language_there(client: discord.Client, daily: DailyStory) -> str:
    """Give the language of its server, or for somebody's own the one they set it up in."""
    guild = None if daily.server is None else client.get_guild(daily.server)
    return known_language(daily.language if guild is None else str(guild.preferred_locale))


async def place_of(client: discord.Client, server: int | None, ident: int | None) -> Place:
    """Give the channel ``ident`` of ``server`` when everything a daily story needs is allowed.

    Nothing is changed and nothing is posted.

    Raises:
        DeliveryError: It is gone, locked, or a permission is missing; the key says which.
        discord.HTTPException: Discord could not say.
    """
    assert server is not None
    assert ident is not None
    channel = client.get_channel(ident)
    if channel is None:  # gone, not ours to see, or an archived thread
        try:
            channel = await client.fetch_channel(ident)
        except (discord.NotFound, discord.InvalidData):
            raise DeliveryError("daily.no-channel") from None
        except discord.Forbidden:
            if client.get_guild(server) is None:
                raise DeliveryError("daily.not-in-server") from None
            raise DeliveryError("daily.may-not-view", channel=_mention(ident)) from None
    guild = getattr(channel, "guild", None)
    if guild is None or guild.id != server or not hasattr(channel, "send"):
        raise DeliveryError("daily.no-channel")
    place = cast("Place", channel)
    if key := _missing(place):
        raise DeliveryError(key, channel=_mention(ident))
    return place


def _missing(place: Place) -> str:
    """Give the key that says what stands in the way of posting in ``place``; "" when nothing."""
    # Discord tells of ourselves with the server; without that only trying can show.
    if cast("discord.Member | None", place.guild.me) is None:
        return ""
    try:
        allowed = place.permissions_for(place.guild.me)
    except discord.ClientException:  # a thread whose channel is gone, or not ours to see
        return "daily.no-channel"
    if not allowed.view_channel:
        return "daily.may-not-view"
    if isinstance(place, discord.Thread):
        if place.locked:  # a moderator ended the talk there, even for those who could reopen it
            return "daily.thread-locked"
        if not allowed.send_messages_in_threads:
            return "daily.may-not-send-in-threads"
    elif not allowed.send_messages:
        return "daily.may-not-send"
    return "" if allowed.read_message_history else "daily.may-not-history"


def _mention(channel: int) -> Written:
    return Written(f"<#{channel}>")


def check_role_and_threads(place: Place, daily: DailyStory) -> None:
    """Make sure that we may mention its role and open its threads in ``place``.

    Raises:
        DeliveryError: One of it is not possible; the key says which.
    """
    own, channel = place.permissions_for(place.guild.me), _mention(place.id)
    if daily.role is not None:
        role = place.guild.get_role(daily.role)
        if role is None:
            raise DeliveryError("daily.role-gone")
        if not (role.mentionable or own.mention_everyone):
            raise DeliveryError("daily.role-not-mine", role=Written(role.mention))
    if daily.opens_thread:
        if not isinstance(place, discord.TextChannel):
            raise DeliveryError("daily.no-threads-here", channel=channel)
        if not own.create_public_threads:
            raise DeliveryError("daily.may-not-thread", channel=channel)


def mentionable(place: discord.abc.Messageable, daily: DailyStory) -> int | None:
    """Give the role that a post in ``place`` mentions; None when it is gone or we may not.

    Whether whoever set it up may mention it was asked then.
    """
    guild = getattr(place, "guild", None)
    if daily.role is None or not isinstance(guild, discord.Guild):
        return None
    role = guild.get_role(daily.role)
    if role is None or role.is_default():
        return None
    may_any = cast("Place", place).permissions_for(guild.me).mention_everyone
    return role.id if role.mentionable or may_any else None
