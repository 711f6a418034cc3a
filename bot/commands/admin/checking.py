"""What is missing on a server, each with the one thing to do; nothing is posted that others see.

Permissions are read from what Discord told us. What a server switched off
among its commands, and whether the reading desk is still there, is asked.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot import audience as audiences
from bot.commands.admin.allowed import admin_audience, guild_of
from bot.commands.daily.checking import check_daily
from bot.controls import Handler, Press, Style, button, controls
from bot.credit import listed
from bot.delivery.targets import place_of
from bot.errors import DeliveryError
from bot.house import House
from bot.library.base import Filter
from bot.render import MESSAGE_LIMIT
from bot.replies import NETWORK_ERRORS, answer, explained
from bot.servers import ServerSettings
from bot.story import Audience
from bot.texts import say

_SLASH = 1  # Discord's number for commands that are typed
_ROLE, _CHANNEL = 1, 3  # what an entry of Discord's command permissions is about


@dataclass(frozen=True, slots=True)
class _Found:
    """One line of the answer; ``is_good`` when there is nothing to do."""

    text: str
    is_good: bool = False


async def check_server(interaction: Press, house: House) -> None:
    """Answer with what is missing, and what is in order."""
    audience = await admin_audience(interaction, house)
    language = audience.language
    await interaction.response.defer(ephemeral=True, thinking=True)
    found = [each async for each in _look(interaction, house, audience)]
    missing = [each.text for each in found if not each.is_good]
    good = [each.text for each in found if each.is_good]
    heads = [
        (say("check.missing", language, count=len(missing)), missing),
        (say("check.good", language), good),
    ]
    lines = [] if missing else [say("check.nothing-missing", language)]
    for head, told in heads:
        if told:
            lines += [head, *(f"- {line}" for line in told)]
    row = [
        button(say("button.check-again", language), "check", style=Style.primary),
        button(say("button.settings", language), "settings-open"),
    ]
    await answer(interaction, _messages(lines), controls(row), private=True)


def _messages(lines: Sequence[str]) -> list[str]:
    """Put whole lines into as few messages as they take."""
    told = [""]
    for line in lines:
        if len(told[-1]) + len(line) + 1 > MESSAGE_LIMIT:
            told.append("")
        told[-1] = f"{told[-1]}\n{line}".lstrip("\n")
    return told


async def _look(interaction: Press, house: House, audience: Audience) -> AsyncIterator[_Found]:
    guild = guild_of(interaction)
    settings = await house.servers.settings(guild.id)
    for ident in settings.story_channels or [interaction.channel_id or 0]:
        async for each in _channel(interaction, house, audience, ident):
            yield each
    async for each in _notices(interaction, settings, audience.language):
        yield each
    if settings.librarian_role is not None and guild.get_role(settings.librarian_role) is None:
        yield _Found(say("check.no-role", audience.language))
    async for each in _desk(interaction.client, settings, audience.language):
        yield each
    for daily in await check_daily(interaction, house):
        yield _Found(daily.line, daily.is_good)
    async for each in _commands(interaction.client, guild, settings, audience.language):
        yield each


async def _channel(
    interaction: Press, house: House, audience: Audience, ident: int
) -> AsyncIterator[_Found]:
    """Look at a channel in which stories are told."""
    guild, language = guild_of(interaction), audience.language
    mention = f"<#{ident}>"
    place = guild.get_channel_or_thread(ident)
    if place is None:
        yield _Found(say("check.channel-gone", language, channel=mention))
        return
    if not isinstance(place, discord.ForumChannel):
        try:
            await place_of(interaction.client, guild.id, ident)
        except DeliveryError as error:
            yield _Found(explained(error, language))
            return
        except (discord.HTTPException, *NETWORK_ERRORS):
            yield _Found(say("check.unclear", language, channel=mention))
            return
    everyone = place.permissions_for(guild.default_role)
    if everyone.view_channel and not everyone.use_application_commands:
        yield _Found(say("check.may-not-use", language, channel=mention))
    there = await audiences.of_channel(place, house)
    count = (await house.library.count(Filter(), there)).visible
    if count:
        yield _Found(say("check.channel", language, channel=mention, count=count), is_good=True)
    else:
        yield _Found(say("check.nothing-to-read", language, channel=mention))


async def _notices(
    interaction: Press, settings: ServerSettings, language: str
) -> AsyncIterator[_Found]:
    """Look at the channel where admins are told things."""
    if settings.log_channel is None:
        yield _Found(say("check.no-log", language))
        return
    mention = f"<#{settings.log_channel}>"
    try:
        await place_of(interaction.client, guild_of(interaction).id, settings.log_channel)
    except DeliveryError as error:
        gone = error.key == "daily.no-channel"
        yield _Found(say("check.log-gone", language) if gone else explained(error, language))
    except (discord.HTTPException, *NETWORK_ERRORS):
        yield _Found(say("check.unclear", language, channel=mention))
    else:
        yield _Found(say("check.log", language, channel=mention), is_good=True)


async def _desk(
    client: discord.Client, settings: ServerSettings, language: str
) -> AsyncIterator[_Found]:
    if settings.desk is None:
        return
    channel, message = settings.desk
    mention = f"<#{channel}>"
    try:
        await client.get_partial_messageable(channel).fetch_message(message)
    except (discord.NotFound, discord.Forbidden):
        yield _Found(say("check.desk-gone", language, channel=mention))
    except (discord.HTTPException, *NETWORK_ERRORS):
        yield _Found(say("check.unclear", language, channel=mention))
    else:
        yield _Found(say("check.desk", language, channel=mention), is_good=True)


async def _commands(
    client: discord.Client, guild: discord.Guild, settings: ServerSettings, language: str
) -> AsyncIterator[_Found]:
    """Look which commands the server switched off, for everybody or where stories are told."""
    assert client.application_id is not None
    commands: dict[int, str] = {client.application_id: ""}
    off: list[str] = []
    off_in: dict[int, list[str]] = {}
    try:
        known: Any = await client.http.get_global_commands(client.application_id)
        commands |= {int(each["id"]): each["name"] for each in known if each.get("type") == _SLASH}
        for ident, name in commands.items():
            entries = await _entries(client, guild.id, ident)
            told = f"/{name}" if name else say("check.all-commands", language)
            if _is_off(entries, guild.id, _ROLE):
                off.append(told)
            for channel in settings.story_channels:
                if _is_off_in(entries, guild.id, channel):
                    off_in.setdefault(channel, []).append(told)
    except (discord.HTTPException, *NETWORK_ERRORS):
        yield _Found(say("check.commands-unclear", language))
        return
    if off:
        yield _Found(say("check.commands-off", language, commands=listed(off, language)))
    for channel, names in off_in.items():
        told = listed(names, language)
        yield _Found(say("check.commands-off-in", language, commands=told, channel=f"<#{channel}>"))
    if not off and not off_in:
        yield _Found(say("check.commands", language), is_good=True)


async def _entries(client: discord.Client, guild: int, command: int) -> list[dict[str, Any]]:
    """Give what a server decided about a command of ours, or about all of them at once."""
    assert client.application_id is not None
    try:
        told: Any = await client.http.get_application_command_permissions(
            client.application_id, guild, command
        )
    except discord.NotFound:  # Discord's way to say: nothing
        return []
    return list(told["permissions"])


def _is_off(entries: Sequence[dict[str, Any]], guild: int, kind: int) -> bool:
    """Tell whether members were refused a command, with nobody let in beside."""
    refused = any(
        int(each["id"]) == guild and each["type"] == kind and not each["permission"]
        for each in entries
    )
    return refused and not any(each["permission"] for each in entries if each["type"] != _CHANNEL)


def _is_off_in(entries: Sequence[dict[str, Any]], guild: int, channel: int) -> bool:
    """Tell whether a command is switched off in ``channel``, by itself or with all others."""
    told = {int(each["id"]): each["permission"] for each in entries if each["type"] == _CHANNEL}
    every = told.get(guild - 1, True)  # the id that Discord gives to "all channels"
    return not told.get(channel, every)


async def _pressed_check(interaction: Press, house: House, _: Sequence[str]) -> None:
    await check_server(interaction, house)


HANDLERS: dict[str, Handler] = {"check": _pressed_check}
