"""What a member would rather not come upon: their avoid list, written by themselves.

Random picks, lists and their own daily stories skip what carries a name on it; a
story that somebody else brought opens for them as a cover.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot import audience as audiences
from bot.commands.mine.own import answer_mine
from bot.commands.naming import code_of, name_meant, name_pressed
from bot.controls import (
    Handler,
    Press,
    all_chosen,
    chosen,
    chosen_before,
    form_values,
    text_form,
)
from bot.house import House
from bot.render import isolate
from bot.story import Audience
from bot.texts import say

AVOID = "avoid"  # the section of /fireside mine


async def avoid_typed(interaction: Press, house: House, typed: str) -> None:
    """Avoid the name that was typed, or ask which one was meant."""
    name = await name_meant(
        interaction, house, await _all_names(interaction, house), typed, "avoid"
    )
    if name is not None:
        await _avoid(interaction, house, name)


async def _all_names(interaction: Press, house: House) -> Audience:
    """Give the person's audience as if they avoided nothing: names on their list exist too."""
    return replace(await audiences.of(interaction, house), avoided=frozenset())


async def _avoid(interaction: Press, house: House, name: str) -> None:
    await house.members.change(interaction.user.id, lambda before: before.avoiding([name]))
    lead = say("mine.now-avoided", audiences.language_of(interaction), name=isolate(name))
    await answer_mine(interaction, house, AVOID, lead=lead)


async def _pressed_avoid(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await _all_names(interaction, house)
    await _avoid(interaction, house, await name_pressed(house, audience, values))


async def _pressed_form(interaction: Press, house: House, _: Sequence[str]) -> None:
    language = audiences.language_of(interaction)
    form = text_form(
        say("mine.avoid-title", language),
        "avoid-typed",
        (),
        texts=[("name", say("settings.block-name", language), "", "")],
    )
    await interaction.response.send_modal(form)


async def _filled_form(interaction: Press, house: House, _: Sequence[str]) -> None:
    await avoid_typed(interaction, house, form_values(interaction).get("name", ""))


async def _pressed_warnings(interaction: Press, house: House, _: Sequence[str]) -> None:
    """Avoid the warnings that were added in the select, and those no longer that were taken out."""
    now, before = set(all_chosen(interaction)), chosen_before(interaction)
    added, removed = sorted(now - before), sorted(before - now)
    await house.members.change(
        interaction.user.id, lambda known: known.not_avoiding(removed).avoiding(added)
    )
    await answer_mine(interaction, house, AVOID)


async def _pressed_off(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Avoid one name no longer; the select holds its code."""
    code = chosen(interaction)
    avoided = (await house.members.preferences(interaction.user.id)).avoided
    gone = [name for name in avoided if code_of(name) == code]
    await house.members.change(interaction.user.id, lambda known: known.not_avoiding(gone))
    await answer_mine(interaction, house, AVOID, int(values[0]))


HANDLERS: dict[str, Handler] = {
    "avoid": _pressed_avoid,
    "avoid-form": _pressed_form,
    "avoid-typed": _filled_form,
    "avoid-warnings": _pressed_warnings,
    "avoid-off": _pressed_off,
}
