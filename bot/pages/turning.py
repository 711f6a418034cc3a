"""The presses on a page: turn it, open it alone, post it."""

from collections.abc import Sequence

import discord

from bot import audience as audiences
from bot.controls import Handler, Press, chosen, controls
from bot.covers import carries_avoided
from bot.errors import NotAllowed, StoryNotFound, Written
from bot.house import House
from bot.library.base import Page
from bot.pages.buttons import is_private_copy, page_controls, what_stays
from bot.pages.content import page_content
from bot.pages.opening import moment, open_alone, open_story, open_story_at
from bot.pages.remembering import keep_place, posted, remember, with_further
from bot.replies import is_direct
from bot.story import Place


async def _pressed_turn(interaction: Press, house: House, values: Sequence[str]) -> None:
    story, chapter, offset, asker = map(int, values)
    audience = await audiences.of(interaction, house)
    place = Place(story, chapter, offset)
    if is_private_copy(interaction):
        page = await house.reading.page(place, audience)
        language = audience.language
        content = page_content(page, language)
        content = await with_further(interaction, house, page, content, language)
        view = page_controls(
            page,
            audience.language,
            asker=asker,
            private=True,
            can_post=audience.is_public,
        )
        if not house.crowding.may_follow_up(interaction.channel_id):
            await _turn_in_place(interaction, house, page, content, view)
            return
        await interaction.response.defer()
        sent = await interaction.followup.send(
            content, view=view, ephemeral=not is_direct(interaction), wait=True
        )
        if is_direct(interaction):
            await posted(interaction, house, story, [sent.id])
        # Only now: had the page failed to come, its reader would have no way on.
        await interaction.edit_original_response(view=what_stays(interaction))
    elif asker == interaction.user.id and audience.is_public:
        page = await house.reading.page(place, audience)
        await interaction.response.edit_message(
            content=page_content(page, audience.room_language),
            view=page_controls(page, audience.room_language, asker=asker, private=False),
        )
        if interaction.message is not None:  # what was a cover until now holds text
            await posted(interaction, house, story, [interaction.message.id], are_new=False)
    else:
        page = await house.reading.page(place, audience)
        await open_alone(interaction, house, audience, place)
        if carries_avoided(page.card, audience):
            return  # nothing of it was read yet
    await keep_place(interaction, house, page)


async def _turn_in_place(
    interaction: Press, house: House, page: Page, content: str, view: discord.ui.View
) -> None:
    """Put a page where the last one stood: so much is read here that no more may be sent."""
    kept = what_stays(interaction)
    rows = controls(list(view.children), list(kept.children) if kept is not None else [])
    await interaction.response.edit_message(content=content, view=rows)
    if is_direct(interaction) and interaction.message is not None:
        told = [interaction.message.id]
        await posted(interaction, house, page.place.story, told, are_new=False)
    await keep_place(interaction, house, page)


async def _pressed_alone(interaction: Press, house: House, values: Sequence[str]) -> None:
    story, chapter, offset = map(int, values)
    audience = await audiences.of(interaction, house)
    await open_alone(interaction, house, audience, Place(story, chapter, offset))


async def _pressed_post(interaction: Press, house: House, values: Sequence[str]) -> None:
    story, chapter, offset = map(int, values)
    audience = await audiences.of(interaction, house)
    if not audience.is_public:
        raise StoryNotFound("story.not-public-here")
    if audience.free_at is not None:
        raise NotAllowed("story.too-soon", when=Written(moment(audience.free_at)))
    place = Place(story, chapter, offset)
    await open_story_at(interaction, house, audience, place, private=False)
    await remember(interaction, house, story)


async def _pressed_open(interaction: Press, house: House, values: Sequence[str]) -> None:
    told = values[0] if values else chosen(interaction)
    if not told.isdecimal():
        raise StoryNotFound("story.gone")
    audience = await audiences.of(interaction, house)
    await open_story(interaction, house, audience, int(told), private=True)


HANDLERS: dict[str, Handler] = {
    "turn": _pressed_turn,
    "alone": _pressed_alone,
    "post": _pressed_post,
    "open": _pressed_open,
}
