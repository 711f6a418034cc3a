"""/fireside help: what somebody can do here, now, with buttons to try it at once.

It depends on where they are (a channel for stories, another one, direct messages, a
server without the bot), on who they are (member, librarian, manager) and on what there is.
"""

from typing import Any, cast

import discord

from bot import audience as audiences
from bot.commands.daily.telling import set_up_button
from bot.commands.shelf.allowed import is_librarian
from bot.controls import Press, Style, button, controls
from bot.credit import listed
from bot.house import House
from bot.library.base import Count, Filter
from bot.replies import answer, is_direct
from bot.servers import ServerSettings
from bot.story import Audience
from bot.texts import say

CHANNELS_TOLD = 5  # channels for stories that are named


async def answer_help(interaction: Press, house: House) -> None:
    """Answer with what can be done here, privately."""
    audience = await audiences.of(interaction, house)
    count = await house.library.count(Filter(), audience)
    settings = ServerSettings()
    if audience.server is not None:
        settings = await house.servers.settings(audience.server)
    manages = audience.server is not None and interaction.permissions.manage_guild
    looks_after = audience.server is not None and await is_librarian(interaction, house)
    language = audience.language
    lines = _reading(house, audience, count)
    rows: list[list[Any]] = [
        reading_buttons(language) if count.visible else [],
        _own_buttons(interaction, audience),
    ]
    if audience.server is not None and settings.suggestions:
        lines.append(say("help.suggest", language))
        rows[1].append(button(say("button.suggest", language), "suggest-form"))
    if looks_after:
        lines.append(say("help.librarian", language))
        rows.append([button(say("button.our-shelf", language), "library")])
    lines += [
        _where(interaction, audience, settings),
        say("help.restricted" if audience.age_restricted else "help.ordinary", language),
    ]
    if manages:
        lines.append(await _managing(house, audience, settings))
        row = [
            set_up_button(language, cast("int", interaction.channel_id)),
            button(say("button.settings", language), "settings-open"),
            button(say("button.check", language), "check"),
        ]
        rows[2:] = [[*row, *(rows[2] if len(rows) > 2 else [])]]
    await answer(interaction, ["\n".join(lines)], controls(*rows), private=True)


def reading_buttons(language: str) -> list[Any]:
    """Give the buttons that start reading without a command."""
    return [
        button(say("button.a-drabble", language), "do", "drabble", style=Style.primary),
        button(say("button.a-story", language), "do", "story"),
        button(say("button.an-excerpt", language), "do", "excerpt"),
        button(say("button.tags", language), "cloud"),
        button(say("button.find", language), "search-form", ""),
    ]


def _own_buttons(interaction: Press, audience: Audience) -> list[Any]:
    language = audience.language
    row = [
        button(say("button.continue", language), "desk", "continue"),
        button(say("button.mine", language), "my-open"),
    ]
    if audience.server is not None or is_direct(interaction):
        row.append(button(say("button.subscribe", language), "own-form"))
    return row


def _reading(house: House, audience: Audience, count: Count) -> list[str]:
    """Say what there is to read here, and how one gets at it; nothing that does not work."""
    language = audience.language
    lines: list[str] = []
    if count.visible:
        lines += [say("help.intro", language), say("help.commands", language)]
    elif count.restricted:
        lines.append(say("help.only-restricted", language, count=count.told_restricted))
    elif not house.catalogue.is_reading:
        lines.append(say("help.empty", language))
    if house.catalogue.is_reading:
        lines.append(say("catalogue.still-reading", language))
    return lines


def _where(interaction: Press, audience: Audience, settings: ServerSettings) -> str:
    """Say who sees the answers here, and where others would."""
    language = audience.language
    if is_direct(interaction):
        return say("help.direct", language)
    if audience.server is None:
        return say("help.not-a-member", language)
    if audience.is_public:
        return say("help.public", language)
    guild = interaction.guild
    there = [
        f"<#{each}>"
        for each in settings.story_channels
        if guild is not None and _may_see(interaction.user, guild.get_channel(each))
    ][:CHANNELS_TOLD]
    if not there:
        return say("help.private", language)
    return say("help.elsewhere", language, channels=listed(there, language))


def _may_see(person: discord.User | discord.Member, channel: Any) -> bool:
    """Tell whether somebody may see ``channel``: others are not named to them."""
    if channel is None or not isinstance(person, discord.Member):
        return False
    return bool(channel.permissions_for(person).view_channel)


async def _managing(house: House, audience: Audience, settings: ServerSettings) -> str:
    """Say what somebody who manages the server can do, what is missing first."""
    language = audience.language
    dailies = await house.daily_stories.of_server(audience.server or 0)
    told = say("help.manager", language)
    if not dailies:
        told = f"{told}\n{say('help.no-daily', language)}"
    if not settings.story_channels:
        told = f"{told}\n{say('help.no-channels', language)}"
    return told
