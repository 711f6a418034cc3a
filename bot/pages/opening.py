"""Opening a story: whole when it is short, else at a page, behind a cover where it has one."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil

import discord

from bot import credit
from bot.controls import Press, button, controls
from bot.covers import carries_avoided, cover, cover_buttons, needs_cover
from bot.house import House
from bot.library.base import Card
from bot.pages.buttons import more_button, page_controls
from bot.pages.content import page_content
from bot.pages.remembering import note_posted, posted, with_further
from bot.pages.whole import MOST_WORDS_WHOLE, short_messages
from bot.reading import Telling
from bot.render import MESSAGE_LIMIT
from bot.replies import answer
from bot.story import Audience, Place
from bot.texts import FALLBACK, say


async def send_page(
    interaction: Press, house: House, audience: Audience, place: Place, *, private: bool
) -> None:
    """Answer with the page at ``place``."""
    is_held = not private and audience.is_held
    private = private or not audience.posts
    page = await house.reading.page(place, audience)
    language = audience.language if private else audience.room_language
    content = page_content(page, language)
    if private:
        content = await with_further(interaction, house, page, content, language)
    (content,) = with_pause([content], audience, is_held=is_held)
    view = page_controls(
        page,
        language,
        asker=interaction.user.id,
        private=private,
        can_post=audience.is_public,
    )
    told = await answer(interaction, [content], view, private=private)
    await posted(interaction, house, place.story, told)


async def open_story(
    interaction: Press,
    house: House,
    audience: Audience,
    story: int | Telling,
    *,
    private: bool,
    again: Sequence[discord.ui.Item[discord.ui.View]] = (),
) -> None:
    """Answer with a story: whole when it is short, else its first page, else its link."""
    is_held = not private and audience.is_held
    if isinstance(story, Telling):
        telling, story = story, story.card.id
    else:
        telling = await house.reading.telling(story, audience, most_words=MOST_WORDS_WHOLE)
    if needs_cover(telling.card, telling.pages, audience):
        await _send_cover(interaction, house, audience, telling.card, private=private, again=again)
        return
    language = audience.language if private or not audience.posts else audience.room_language
    told = short_messages(telling, language, house.settings.operator_contact)
    if told is None or (len(told) > 1 and not house.crowding.may_follow_up(interaction.channel_id)):
        await send_page(interaction, house, audience, Place(story), private=private)
        return
    private = private or not audience.posts
    told = with_pause(told, audience, is_held=is_held)
    post = private and audience.is_public
    own = [button(say("button.post-here", language), "post", story, 0, 0)] if post else []
    more = more_button(Place(story), interaction.user.id, language)
    stay = await answer(interaction, told, controls([*own, *again, more]), private=private)
    await posted(interaction, house, story, stay)


async def open_story_at(
    interaction: Press, house: House, audience: Audience, place: Place, *, private: bool
) -> None:
    """Answer with the page that holds ``place``, behind a cover when there are warnings."""
    if place.chapter == place.offset == 0:
        await open_story(interaction, house, audience, place.story, private=private)
        return
    card = await house.reading.card(place.story, audience)
    if credit.warnings(card.record, FALLBACK) or carries_avoided(card, audience):
        await _send_cover(interaction, house, audience, card, private=private, place=place)
    else:
        await send_page(interaction, house, audience, place, private=private)


async def open_alone(interaction: Press, house: House, audience: Audience, place: Place) -> None:
    """Answer with the page that holds ``place`` privately, as a press on a public page does.

    What the person avoids opens as a cover: another may have asked for it.
    """
    card = await house.reading.card(place.story, audience)
    if carries_avoided(card, audience):
        await _send_cover(interaction, house, audience, card, private=True, place=place)
    else:
        await send_page(interaction, house, audience, place, private=True)


async def _send_cover(
    interaction: Press,
    house: House,
    audience: Audience,
    card: Card,
    *,
    private: bool,
    place: Place | None = None,
    again: Sequence[discord.ui.Item[discord.ui.View]] = (),
) -> None:
    """Answer with a cover; what somebody avoids is named to themselves only."""
    is_held = not private and audience.is_held
    private = private or not audience.posts
    language = audience.language if private else audience.room_language
    row = cover_buttons(card, language, interaction.user.id, private=private, place=place)
    content = cover(card, language)
    if private and carries_avoided(card, audience):
        content = f"{content}\n{say('page.avoided', language)}"
    told = with_pause([content], audience, is_held=is_held)
    stay = await answer(interaction, told, controls([*row, *again]), private=private)
    note_posted(interaction, house, stay)


def with_pause(told: list[str], audience: Audience, *, is_held: bool) -> list[str]:
    """Say below an answer that is held back from everybody until when that lasts."""
    if not is_held or audience.free_at is None:
        return told
    line = f"-# {say('story.held', audience.language, when=moment(audience.free_at))}"
    last = f"{told[-1]}\n{line}"
    return [*told[:-1], last] if len(last) <= MESSAGE_LIMIT else told


def moment(at: datetime) -> str:
    """Write a moment so that Discord counts it down to each reader."""
    return f"<t:{ceil(at.timestamp())}:R>"
