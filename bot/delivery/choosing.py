"""What a daily story sends next: chosen and written before anything goes out."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import discord

from bot import credit
from bot.controls import button, controls
from bot.covers import cover, cover_buttons, needs_cover
from bot.daily import DailyStory, Order, Progress, What, progress_from, progress_to
from bot.delivery.instalments import (
    Part,
    is_covered,
    part_at,
    part_buttons,
    part_cover,
    part_messages,
)
from bot.errors import DeliveryError, NoStoryFits, StoryNotFound
from bot.house import House
from bot.library.base import Filter, StoredDelivery
from bot.pages import (
    EXCERPT_LENGTHS,
    MOST_WORDS_WHOLE,
    NOBODY,
    excerpt_button,
    excerpt_content,
    page_content,
    page_controls,
    short_messages,
)
from bot.reading import for_random
from bot.render import MESSAGE_LIMIT
from bot.story import Audience, Place
from bot.texts import say

THREAD_NAME = 90  # characters of a thread's name; Discord takes 100


@dataclass(frozen=True, slots=True)
class Post:
    """What is sent: contents in order, and buttons for the last message.

    ``begun`` and ``reached`` say how far the daily story had come before it and
    has come once it is out; ``ends`` that it has then told its story to the end.
    """

    story: int
    contents: tuple[str, ...]
    buttons: tuple[tuple[str, str, int], ...]  # label, custom_id, style
    role: int | None = None  # may be mentioned, and nothing else
    thread: str = ""  # the name of the thread to open under the last message
    begun: Progress = field(default_factory=Progress)
    reached: Progress = field(default_factory=Progress)
    ends: bool = False

    def to_json(self) -> str:
        """Write it down as it will be sent."""
        return json.dumps(
            {
                "contents": self.contents,
                "buttons": self.buttons,
                "role": self.role,
                "thread": self.thread,
                "begun": progress_to(self.begun),
                "reached": progress_to(self.reached),
                "ends": self.ends,
            }
        )

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
            role=told.get("role"),
            thread=told.get("thread", ""),
            begun=progress_from(told.get("begun", {})),
            reached=progress_from(told.get("reached", {})),
            ends=told.get("ends", False),
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

    def mentions(self) -> discord.AllowedMentions:
        """Give whom it may mention: its role, and nobody a story or a title names."""
        mentions = discord.AllowedMentions.none()
        if self.role is not None:
            mentions.roles = [discord.Object(self.role)]
        return mentions


async def compose(
    house: House, daily: DailyStory, audience: Audience, *, role: int | None = None
) -> Post:
    """Choose what ``daily`` sends next to ``audience`` and write it as it will be sent.

    Raises:
        NoStoryFits, StoryNotFound: There is nothing to send.
        DeliveryError: It has told its story to the end.
    """
    if daily.what is What.SERIAL:
        post = await _compose_part(house, daily, audience, mention=role is not None)
    else:
        post = await _compose_story(house, daily, audience)
    if role is not None:
        post = replace(post, role=role, contents=_mentioning(role, post.contents))
    return post


async def _compose_story(house: House, daily: DailyStory, audience: Audience) -> Post:
    language = audience.room_language
    story = await next_story(house, daily, audience)
    card = await house.reading.card(story, audience)
    if daily.what is What.EXCERPT:
        contents, row = await _excerpt(house, audience, story)
    else:
        contents, row = await _whole_or_first(house, audience, story)
    if daily.member is None:
        row.append(button(say("button.subscribe", language), "subscribe", daily.id))
    else:
        row.append(button(say("button.stop", language), "unsubscribe", daily.id))
    reached = daily.progress
    if daily.order is not Order.RANDOM:
        reached = Progress(story, card.record.published)
    return Post(
        story,
        tuple(contents),
        _told(row),
        thread=_thread(daily, card.record.title),
        begun=daily.progress,
        reached=reached,
    )


async def _compose_part(
    house: House, daily: DailyStory, audience: Audience, *, mention: bool
) -> Post:
    """Write the next instalment of the story being told, else the first of another."""
    language, told = audience.room_language, daily.progress.told
    part = None
    if daily.place is not None:
        try:
            part = await part_at(house, daily.place, daily.length, audience)
        except StoryNotFound:
            if daily.is_named:
                raise
    if part is None and daily.is_named:
        raise DeliveryError("daily.paused-finished")
    if part is None:
        told = 0
        place = Place(await next_story(house, daily, audience))
        part = await part_at(house, place, daily.length, audience)
    if part is None:
        raise NoStoryFits("daily.paused-no-stories")
    story, covered = part.place.story, is_covered(part)
    if covered:
        contents = [part_cover(part, told, language)]
    else:
        contents = part_messages(part, told, language, mention=mention)
    row = part_buttons(part, told, daily.length, language, opened=not covered)
    if daily.member is None:
        row.append(button(say("button.subscribe-serial", language), "subscribe", daily.id, story))
    else:
        row.append(button(say("button.stop", language), "unsubscribe", daily.id))
    return Post(
        story,
        tuple(contents),
        _told(row),
        thread=_thread(
            daily,
            say("serial.thread", language, title=part.card.record.title, number=told + 1),
        ),
        begun=daily.progress,
        reached=_reached(part, told + 1),
        ends=part.next is None,
    )


def _reached(part: Part, told: int) -> Progress:
    """Give where the next instalment starts; at the end that is where a new chapter would."""
    card = part.card
    following = part.next or Place(card.id, card.chapters)
    return Progress(card.id, card.record.published, following.chapter, following.offset, told)


async def next_story(house: House, daily: DailyStory, audience: Audience) -> int:
    """Choose the story that comes next.

    Raises:
        NoStoryFits: There is none.
    """
    wanted = pool_of(house, daily, audience)
    library = house.library
    if daily.is_named:
        return daily.serial_of
    if daily.order is Order.RANDOM:
        story = await library.random(wanted, audience, daily.room, house.rng.random())
    else:
        by_date = daily.order is Order.DATE
        after = (daily.progress.day, daily.progress.story)
        story = await library.following(wanted, audience, by_date=by_date, after=after)
        if story is None:  # at the end of the order it starts again
            after = (None, 0)
            story = await library.following(wanted, audience, by_date=by_date, after=after)
    if story is None:
        raise NoStoryFits("daily.paused-no-stories")
    return story


def pool_of(house: House, daily: DailyStory, audience: Audience) -> Filter:
    """Give the filter that its stories must fit in front of ``audience``."""
    wanted = daily.wanted(house.settings.drabble_max_words)
    # Who chose a story by its title gets it, warnings and all, behind its cover.
    return wanted if daily.is_named else for_random(wanted, audience)


def _mentioning(role: int, contents: tuple[str, ...]) -> tuple[str, ...]:
    """Put the mention of a role above the text, or before it where there is no room."""
    mention = f"<@&{role}>"
    first = f"{mention}\n{contents[0]}"
    return (first, *contents[1:]) if len(first) <= MESSAGE_LIMIT else (mention, *contents)


def _told(row: list[Any]) -> tuple[tuple[str, str, int], ...]:
    return tuple(
        (item.label or "", item.custom_id or "", item.style.value)
        for item in row
        if isinstance(item, discord.ui.Button)
    )


def _thread(daily: DailyStory, title: str) -> str:
    if not daily.opens_thread:
        return ""
    return credit.shortened(" ".join(title.split()), THREAD_NAME) or "…"


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
    telling = await house.reading.telling(story, audience, most_words=MOST_WORDS_WHOLE)
    if needs_cover(telling.card, telling.pages, audience):
        row = cover_buttons(telling.card, language, NOBODY, private=is_mine)
        return [cover(telling.card, language)], list(row)
    if whole := short_messages(telling, language, house.settings.operator_contact):
        return whole, []
    page = await house.reading.page(Place(story), audience)
    view = page_controls(page, language, asker=NOBODY, private=is_mine)
    return [page_content(page, language)], list(view.children)
