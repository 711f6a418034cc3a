"""/continue: the story one is reading, at the place where one was."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from discord import app_commands

from bot import audience as audiences
from bot.controls import Handler, Press, button, choice, chosen, controls
from bot.errors import StoryNotFound
from bot.house import House
from bot.library.base import Page
from bot.pages import open_story, page_content, page_controls
from bot.prose.sentences import sentences
from bot.render import MESSAGE_LIMIT, escape
from bot.replies import answer, answering
from bot.story import Audience, BlockKind, Place
from bot.texts import say

LISTED = 10  # stories that are read, and as many saved ones, in one list
RECALLED = 2  # sentences that are told again after a while
RECALLED_LENGTH = 300  # characters of them
A_WHILE = timedelta(days=1)


def declare(tree: app_commands.CommandTree[Any], house: House) -> None:
    """Declare /continue."""

    @tree.command(name="continue")
    @answering(house)
    async def continue_(interaction: Press) -> None:
        """Go on with the story you were reading"""
        await continue_reading(interaction, house, await audiences.of(interaction, house))


async def continue_reading(interaction: Press, house: House, audience: Audience) -> None:
    """Open the story that was read last; the list of saved ones where none was."""
    places = await house.library.places(interaction.user.id, audience, 1)
    if places:
        await _go_on(interaction, house, audience, places[0].place)
    else:
        await _show_list(interaction, house, audience)


async def _go_on(interaction: Press, house: House, audience: Audience, place: Place) -> None:
    """Open a page privately; after more than a day with the last sentences before it."""
    try:
        page = await house.reading.page(place, audience)
    except StoryNotFound:
        # Its chapter is gone in a newer version: the story itself may still be there.
        page = await house.reading.page(Place(place.story), audience)
    language = audience.language
    content = page_content(page, language)
    found = await house.library.place_in(interaction.user.id, place.story)
    if found is not None and house.now() - found[1] > A_WHILE and page.previous:
        before = await house.reading.page(page.previous, audience)
        if told := _last_sentences(before):
            recalled = f"-# {say('page.last-time', language)} {escape(told)}\n\n{content}"
            content = recalled if len(recalled) <= MESSAGE_LIMIT else content
    view = page_controls(page, language, asker=interaction.user.id, private=True, can_post=False)
    mine = button(say("button.another-of-mine", language), "mine")
    await answer(interaction, [content], controls(list(view.children), [mine]), private=True)


def _last_sentences(page: Page) -> str:
    """Give the last sentences of a page on one line."""
    start, end = page.start - page.base, page.end - page.base
    text = " ".join(
        page.chapter.text[max(block.start, start) : min(block.end, end)]
        for block in page.chapter.blocks
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTE)
        and block.start < end
        and block.end > start
    )
    last = " ".join(" ".join(sentences(text)[-RECALLED:]).split())
    return last if len(last) <= RECALLED_LENGTH else ""


async def _show_list(interaction: Press, house: House, audience: Audience) -> None:
    member, language = interaction.user.id, audience.language
    places = await house.library.places(member, audience, LISTED)
    saved = await house.library.saved(member, audience, LISTED)
    options = [
        (
            str(each.card.id),
            each.card.record.title,
            say("mine.at-chapter", language, number=each.place.chapter + 1),
        )
        for each in places
    ]
    known = {each.card.id for each in places}
    options += [
        (str(each.card.id), each.card.record.title, say("mine.saved", language))
        for each in saved
        if each.card.id not in known
    ]
    if not options:
        elsewhere = await house.library.has_places(member)
        raise StoryNotFound("mine.nothing-here" if elsewhere else "mine.nothing")
    pick = choice(say("mine.choose", language), options, "go-on")
    await answer(interaction, [say("mine.list", language)], controls([pick]), private=True)


async def _pressed_mine(interaction: Press, house: House, _: Sequence[str]) -> None:
    await _show_list(interaction, house, await audiences.of(interaction, house))


async def _pressed_go_on(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    story = int(values[0] if values else chosen(interaction))
    found = await house.library.place_in(interaction.user.id, story)
    if found is None:
        await open_story(interaction, house, audience, story, private=True)
    else:
        await _go_on(interaction, house, audience, found[0])


HANDLERS: dict[str, Handler] = {"mine": _pressed_mine, "go-on": _pressed_go_on}
