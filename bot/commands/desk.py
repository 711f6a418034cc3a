"""The reading desk: one message that an admin places, with buttons for reading without commands.

Some members cannot use slash commands, and nobody has to learn them: what the
desk's buttons bring is private, and what has to be typed goes into a form.
"""

from collections.abc import Sequence
from typing import Any

import discord

from bot import audience as audiences
from bot.commands.filters import Meant
from bot.commands.find.lists import story_choice
from bot.commands.mine import continue_reading
from bot.commands.read import send_drabble
from bot.controls import Handler, Press, Style, button, choice, controls, form_values, text_form
from bot.credit import stories_of
from bot.errors import StoryNotFound
from bot.house import House
from bot.reading import TAG_KINDS
from bot.render import escape
from bot.replies import TYPED_LENGTH, answer
from bot.texts import say

FOUND = 10  # stories, and as many names, in one answer


def desk_message(language: str) -> tuple[str, discord.ui.View]:
    """Give what the desk says, with its buttons."""
    row = [
        button(say("button.a-drabble", language), "desk", "drabble", style=Style.primary),
        button(say("button.find", language), "desk", "find"),
        button(say("button.continue", language), "desk", "continue"),
        button(say("button.subscribe", language), "own-form"),
    ]
    return say("desk.text", language), controls(row)


async def _pressed_desk(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Answer a press at the desk, always privately."""
    audience = await audiences.of(interaction, house)
    language = audience.language
    if values[0] == "drabble":
        await send_drabble(interaction, house, audience, Meant(), private=True)
    elif values[0] == "continue":
        await continue_reading(interaction, house, audience)
    else:
        fields = [("words", say("desk.find-label", language), "", "")]
        title = say("desk.find-title", language)
        form = text_form(title, "desk-find", (), texts=fields)
        await interaction.response.send_modal(form)


async def _filled_find(interaction: Press, house: House, _: Sequence[str]) -> None:
    """Answer with the stories and names that were meant."""
    audience = await audiences.of(interaction, house)
    language = audience.language
    typed = form_values(interaction).get("words", "").strip()
    cards = (await house.reading.suggest_titles(typed, audience))[:FOUND] if typed else []
    names = await house.reading.suggest_names(TAG_KINDS, typed, audience) if typed else []
    if not cards and not names:
        raise StoryNotFound("desk.nothing", typed=typed)
    rows: list[list[Any]] = []
    if cards:
        rows.append([story_choice(cards, language)])
    if names:
        options = [
            (
                str(name.id),
                name.name,
                say(
                    "desk.name",
                    language,
                    kind=say(f"kind.{name.kind.value}", language),
                    stories=stories_of(name.stories, language),
                ),
            )
            for name in names[:FOUND]
        ]
        rows.append([choice(say("find.choose-tag", language), options, "list")])
    text = say("desk.found", language, typed=escape(typed[:TYPED_LENGTH]))
    await answer(interaction, [text], controls(*rows), private=True)


HANDLERS: dict[str, Handler] = {"desk": _pressed_desk, "desk-find": _filled_find}
