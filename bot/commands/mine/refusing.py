"""Not this again: a story that somebody does not want to come upon by chance.

It stays to be found, named and read; only random picks and their own daily
stories pass it over. The channel it was shown in passes it over anyway, as
all it was shown lately, until there is nothing else.
"""

from collections.abc import Sequence
from typing import Any

from bot import audience as audiences
from bot.commands.mine.own import answer_mine
from bot.controls import Handler, Press, button, chosen, controls
from bot.credit import shortened
from bot.house import House
from bot.render import isolate
from bot.replies import answer
from bot.story import Audience
from bot.texts import say

TITLE_LENGTH = 120  # characters
SECTION = "refused"  # of /fireside mine


def again_button(story: int, audience: Audience) -> Any:
    """Give the button that refuses a story, or that takes this back."""
    is_refused = story in audience.not_again
    label, verb = ("button.again", "again") if is_refused else ("button.not-again", "not-again")
    return button(say(label, audience.language), verb, story)


async def _pressed_not_again(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    card = await house.reading.card(int(values[0]), audience)
    await house.members.refuse(interaction.user.id, card.id)
    language = audience.language
    title = isolate(shortened(card.record.title, TITLE_LENGTH))
    undo = button(say("button.again", language), "again", card.id)
    text = say("mine.now-refused", language, title=title)
    await answer(interaction, [text], controls([undo]), private=True)


async def _pressed_again(interaction: Press, house: House, values: Sequence[str]) -> None:
    await house.members.want_again(interaction.user.id, int(values[0]))
    text = say("mine.now-wanted", audiences.language_of(interaction))
    await answer(interaction, [text], private=True)


async def _pressed_off(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Take one story of the list back."""
    if chosen(interaction).isdecimal():
        await house.members.want_again(interaction.user.id, int(chosen(interaction)))
    lead = say("mine.now-wanted", audiences.language_of(interaction))
    await answer_mine(interaction, house, SECTION, int(values[0]), lead=lead)


HANDLERS: dict[str, Handler] = {
    "not-again": _pressed_not_again,
    "again": _pressed_again,
    "again-of": _pressed_off,
}
