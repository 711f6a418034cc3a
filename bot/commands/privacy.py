"""/fireside privacy: what is kept of somebody, given out, turned off, forgotten."""

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord

from bot import audience as audiences
from bot.controls import Handler, Press, Style, button, controls
from bot.house import House
from bot.replies import answer, is_direct
from bot.texts import say

FILE_NAME = "fireside-about-me.json"


async def answer_privacy(interaction: Press, house: House) -> None:
    """Say what is kept of the person who asks, with a button for each of their rights."""
    language = audiences.language_of(interaction)
    member = interaction.user.id
    kept: dict[str, list[Any]] = (await house.members.export(member))["kept"]
    preferences = await house.members.preferences(member)
    lines = [say("privacy.what", language)]
    lines += [
        say(key, language, count=len(kept[table]))
        for table, key in (
            ("place", "privacy.places"),
            ("saved", "privacy.saved"),
            ("schedule", "privacy.daily"),
            ("submission", "privacy.submissions"),
            ("report", "privacy.reports"),
        )
        if kept.get(table)
    ]
    if not any(kept.values()):
        lines.append(say("privacy.nothing", language))
    if not preferences.keeps_places:
        lines.append(say("privacy.places-off", language))
    lines.append(say("privacy.rest", language))
    turn = "off" if preferences.keeps_places else "on"
    row = [
        button(say("button.my-data", language), "my-data"),
        button(say(f"button.places-{turn}", language), "keep-places", turn),
        button(say("button.forget-me", language), "forget-ask", style=Style.danger),
    ]
    await answer(interaction, ["\n".join(lines)], controls(row), private=True)


async def _pressed_privacy(interaction: Press, house: House, _: Sequence[str]) -> None:
    await answer_privacy(interaction, house)


async def _pressed_data(interaction: Press, house: House, _: Sequence[str]) -> None:
    """Send everything that is kept of somebody as a file."""
    told = await house.members.export(interaction.user.id)
    written = json.dumps(told, ensure_ascii=False, indent=2).encode()
    text = say("privacy.file", audiences.language_of(interaction))
    file = discord.File(io.BytesIO(written), FILE_NAME)
    await interaction.response.send_message(text, file=file, ephemeral=not is_direct(interaction))


async def _pressed_places(interaction: Press, house: House, values: Sequence[str]) -> None:
    keeps = values[0] == "on"
    await house.members.change(
        interaction.user.id, lambda before: replace(before, keeps_places=keeps)
    )
    key = "privacy.places-now-on" if keeps else "privacy.places-now-off"
    await answer(interaction, [say(key, audiences.language_of(interaction))], private=True)


async def _pressed_ask(interaction: Press, house: House, _: Sequence[str]) -> None:
    language = audiences.language_of(interaction)
    sure = button(say("button.forget-sure", language), "forget-me", style=Style.danger)
    await answer(interaction, [say("privacy.sure", language)], controls([sure]), private=True)


async def _pressed_forget(interaction: Press, house: House, _: Sequence[str]) -> None:
    await house.members.forget(interaction.user.id)
    text = say("privacy.forgotten", audiences.language_of(interaction))
    await answer(interaction, [text], private=True)


HANDLERS: dict[str, Handler] = {
    "privacy": _pressed_privacy,
    "my-data": _pressed_data,
    "keep-places": _pressed_places,
    "forget-ask": _pressed_ask,
    "forget-me": _pressed_forget,
}
