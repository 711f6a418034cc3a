"""Reading on in a serial: the next instalment now, privately, at one's own pace."""

from collections.abc import Sequence

from bot import audience as audiences
from bot.controls import Handler, Press, controls
from bot.daily import Length
from bot.delivery.instalments import Part, part_at, part_buttons, part_messages
from bot.errors import StoryNotFound
from bot.house import House
from bot.pages import is_private_copy, what_stays
from bot.replies import answer, is_direct
from bot.story import Place


async def _pressed_part(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Send the instalment at the button's place to the person who pressed, and nobody else."""
    story, chapter, offset, told = map(int, values[:4])
    length = Length(values[4])
    audience = await audiences.of(interaction, house)
    if audience.server is None and not is_direct(interaction):
        # Where the bot is not a member Discord allows five messages for a press.
        length = min(length, Length.MEDIUM, key=lambda each: each.span.most)
    part = await part_at(house, Place(story, chapter, offset), length, audience)
    if part is None:
        raise StoryNotFound("serial.no-more")
    language = audience.language
    contents = part_messages(part, told, language)
    view = controls(part_buttons(part, told, length, language, opened=True))
    if is_private_copy(interaction):
        await interaction.response.defer()
        await answer(interaction, contents, view, private=True)
        # Only now: had it failed to come, its reader would have no way on.
        await interaction.edit_original_response(view=what_stays(interaction))
    else:
        await answer(interaction, contents, view, private=True)
    await _keep_place(interaction, house, part)


async def _keep_place(interaction: Press, house: House, part: Part) -> None:
    """Write down where somebody is, for /continue; never back from where they were."""
    place = part.next or part.place
    await house.members.save_place(interaction.user.id, place, unless_beyond=place)


HANDLERS: dict[str, Handler] = {"part": _pressed_part}
