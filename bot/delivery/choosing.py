"""What a daily story sends next: chosen and written before anything goes out."""

import json
from dataclasses import dataclass
from typing import Any

import discord

from bot.controls import button, controls
from bot.daily import DailyStory, What
from bot.errors import NoStoryFits
from bot.house import House
from bot.library.base import Filter, StoredDelivery
from bot.pages import (
    EXCERPT_LENGTHS,
    NOBODY,
    cover,
    cover_buttons,
    excerpt_button,
    excerpt_content,
    needs_cover,
    page_content,
    page_controls,
    short_messages,
)
from bot.reading import for_random
from bot.story import Audience, Place
from bot.texts import say


@dataclass(frozen=True, slots=True)
class Post:
    """What is sent: contents in order, and buttons for the last message."""

    story: int
    contents: tuple[str, ...]
    buttons: tuple[tuple[str, str, int], ...]  # label, custom_id, style

    def to_json(self) -> str:
        """Write it down as it will be sent."""
        return json.dumps({"contents": self.contents, "buttons": self.buttons})

    @classmethod
    def from_delivery(cls, delivery: StoredDelivery) -> "Post | None":
        """Read what was chosen; None when nothing was chosen yet."""
        told: dict[str, Any] = json.loads(delivery.part)
        if delivery.story is None or "contents" not in told:
            return None
        return cls(
            delivery.story,
            tuple(told["contents"]),
            tuple((label, ident, style) for label, ident, style in told["buttons"]),
        )

    def view(self) -> discord.ui.View:
        """Give the buttons of the last message."""
        return controls(
            [
                discord.ui.Button[discord.ui.View](
                    label=label, custom_id=ident, style=discord.ButtonStyle(style)
                )
                for label, ident, style in self.buttons
            ]
        )


async def compose(house: House, daily: DailyStory, audience: Audience) -> Post:
    """Choose what ``daily`` sends next to ``audience`` and write it as it will be sent.

    Raises:
        NoStoryFits: There is nothing to send.
    """
    language = audience.room_language
    wanted = daily.wanted(house.settings.drabble_max_words)
    fair = for_random(wanted, audience)
    story = await house.library.random(fair, audience, daily.room, house.rng.random())
    if story is None:
        raise NoStoryFits("daily.paused-no-stories")
    if daily.what is What.EXCERPT:
        contents, row = await _excerpt(house, audience, story)
    else:
        contents, row = await _whole_or_first(house, audience, story)
    if daily.member is None:
        row.append(button(say("button.subscribe", language), "subscribe", daily.id))
    else:
        row.append(button(say("button.stop", language), "unsubscribe", daily.id))
    buttons = tuple(
        (item.label or "", item.custom_id or "", item.style.value)
        for item in row
        if isinstance(item, discord.ui.Button)
    )
    return Post(story, tuple(contents), buttons)


async def _excerpt(house: House, audience: Audience, story: int) -> tuple[list[str], list[Any]]:
    language = audience.room_language
    for limit in EXCERPT_LENGTHS:
        try:
            passage = await house.reading.excerpt(
                Filter(), audience, None, story=story, limit=limit
            )
        except NoStoryFits:
            break  # too short for a passage: sent whole
        content = excerpt_content(passage, language)
        if content is not None:
            return [content], [excerpt_button(passage, language)]
    return await _whole_or_first(house, audience, story)


async def _whole_or_first(
    house: House, audience: Audience, story: int
) -> tuple[list[str], list[Any]]:
    """Give a story as it opens: its cover, all of it when it is short, or its first page."""
    language, is_mine = audience.room_language, audience.server is None
    telling = await house.reading.telling(story, audience)
    if await needs_cover(house, telling.card):
        row = cover_buttons(telling.card, language, NOBODY, private=is_mine)
        return [cover(telling.card, language)], list(row)
    if whole := short_messages(telling, language):
        return whole, []
    page = await house.reading.page(Place(story), audience)
    view = page_controls(page, language, asker=NOBODY, private=is_mine)
    return [page_content(page, language)], list(view.children)
