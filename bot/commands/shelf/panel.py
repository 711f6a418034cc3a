"""The shelf of a server as its librarians see it: one private message, and its ways in."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.commands.find.lists import story_choice
from bot.commands.shelf.allowed import librarian_audience
from bot.commands.shelf.naming import names_button
from bot.commands.shelf.reports import reports_button
from bot.controls import Handler, Press, Style, button, controls
from bot.credit import listed, shortened
from bot.house import House
from bot.library.base import Card
from bot.render import MESSAGE_LIMIT, isolate
from bot.replies import answer
from bot.story import Audience
from bot.texts import say

NEWEST = 5  # stories named in the panel
TITLE_LENGTH = 60  # characters of a title in a row of titles


async def show_library(interaction: Press, house: House) -> None:
    """Answer a librarian with the shelf of their server."""
    audience = await librarian_audience(interaction, house)
    content, view = await draw(interaction, house, audience)
    await answer(interaction, [content], view, private=True)


async def draw(interaction: Press, house: House, audience: Audience) -> tuple[str, discord.ui.View]:
    """Give the panel: what is on the shelf, what waits, and what can be done."""
    language, server = audience.language, audience.server
    assert server is not None
    assert interaction.guild is not None
    shown, gone = await house.library.shelf_size(server)
    decided = await house.rights.decided(server)
    hidden = gone + sum(each.is_hidden for each in decided.values())
    newest = await house.library.newest_on(server, NEWEST)
    waiting = await house.suggestions.count_waiting(server)
    lines = [
        say("shelf.heading", language, server=isolate(interaction.guild.name)),
        say("shelf.about", language),
        say("shelf.stories", language, count=shown) if shown else say("shelf.empty", language),
    ]
    if hidden:
        lines.append(say("shelf.hidden", language, count=hidden))
    if newest:
        lines.append(say("shelf.newest", language, titles=titles_of(newest, language)))
    if waiting:
        lines.append(say("shelf.waiting", language, count=waiting))
    else:
        lines.append(say("shelf.no-waiting", language))
    readable = [card for card in newest if await house.library.card(card.id, audience) is not None]
    rows: list[list[Any]] = [
        [
            button(say("button.add-stories", language), "shelf-add-form", style=Style.primary),
            button(say("button.paste-text", language), "shelf-paste-form"),
            button(say("button.find-on-shelf", language), "shelf-find-form"),
        ],
        [
            button(say("button.collections", language), "collections"),
            *await reports_button(house, audience),
        ],
        [story_choice(readable, language)] if readable else [],
    ]
    if waiting:
        label = say("button.suggestions-queue", language)
        rows[0].append(button(label, "shelf-queue", 0, "new"))
    rows[0] += await names_button(house, audience)
    return shortened("\n".join(lines), MESSAGE_LIMIT), controls(*rows)


def titles_of(cards: Sequence[Card], language: str) -> str:
    """Name stories by their titles."""
    return listed_titles([card.record.title for card in cards], language)


def listed_titles(titles: Sequence[str], language: str) -> str:
    """Give titles in one row, some of many."""
    told = [f"“{isolate(shortened(title, TITLE_LENGTH))}”" for title in titles[:NEWEST]]
    return listed([*told, "…"] if len(titles) > NEWEST else told, language)


async def _pressed_library(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Show the shelf, in the place of what stands there when the button says so."""
    if values != ["here"]:
        await show_library(interaction, house)
        return
    audience = await librarian_audience(interaction, house)
    content, view = await draw(interaction, house, audience)
    await interaction.response.edit_message(content=content, view=view)


HANDLERS: dict[str, Handler] = {"library": _pressed_library}
