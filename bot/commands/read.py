"""/drabble, /story and /excerpt: something to read, in public."""

from collections.abc import Sequence
from typing import Any

from discord import app_commands

from bot import audience as audiences
from bot.commands.options import (
    Choices,
    answer_near_names,
    answer_near_titles,
    names_by_id,
    names_meant,
    offer_characters,
    offer_tags,
    offer_titles,
)
from bot.controls import Handler, Press, Style, button, controls
from bot.errors import NoStoryFits
from bot.house import House
from bot.library.base import Name
from bot.pages import (
    EXCERPT_LENGTHS,
    excerpt_button,
    excerpt_content,
    open_story,
    remember,
    room_of,
)
from bot.reading import NearTitles
from bot.replies import answer, answering
from bot.story import Audience
from bot.texts import say


def declare(tree: app_commands.CommandTree[Any], house: House) -> None:
    """Declare the reading commands."""

    @tree.command(name="drabble")
    @answering(house)
    @app_commands.describe(
        character="Only drabbles with this character; leave empty for anybody",
        tag="Only drabbles with this tag, fandom, relationship or author",
    )
    async def drabble(
        interaction: Press, character: str | None = None, tag: str | None = None
    ) -> None:
        """Read a very short story, picked at random"""
        await _with_names(interaction, house, "drabble", character, tag)

    @tree.command(name="story")
    @answering(house)
    @app_commands.describe(
        title="The story you want; leave empty to be surprised",
        character="Only stories with this character",
        tag="Only stories with this tag, fandom, relationship or author",
    )
    async def story(
        interaction: Press,
        title: str | None = None,
        character: str | None = None,
        tag: str | None = None,
    ) -> None:
        """Read a story: name one, or be surprised"""
        if title:
            await _titled(interaction, house, title)
        else:
            await _with_names(interaction, house, "story", character, tag)

    @tree.command(name="excerpt")
    @answering(house)
    @app_commands.describe(
        character="Only from stories with this character",
        tag="Only from stories with this tag, fandom, relationship or author",
        title="From this story",
    )
    async def excerpt(
        interaction: Press,
        character: str | None = None,
        tag: str | None = None,
        title: str | None = None,
    ) -> None:
        """Read a passage that makes you want the rest"""
        if title:
            audience = await audiences.of(interaction, house)
            try:
                card = await house.reading.titled(title, audience)
            except NearTitles as near:
                await answer_near_titles(interaction, audience, near, "excerpt")
                return
            await send_excerpt(interaction, house, audience, [], story=card.id)
        else:
            await _with_names(interaction, house, "excerpt", character, tag)

    @drabble.autocomplete("character")
    @story.autocomplete("character")
    @excerpt.autocomplete("character")
    async def characters(interaction: Press, typed: str) -> Choices:
        return await offer_characters(interaction, house, typed)

    @drabble.autocomplete("tag")
    @story.autocomplete("tag")
    @excerpt.autocomplete("tag")
    async def tags(interaction: Press, typed: str) -> Choices:
        return await offer_tags(interaction, house, typed)

    @story.autocomplete("title")
    @excerpt.autocomplete("title")
    async def titles(interaction: Press, typed: str) -> Choices:
        return await offer_titles(interaction, house, typed)


async def _with_names(
    interaction: Press, house: House, what: str, character: str | None, tag: str | None
) -> None:
    audience = await audiences.of(interaction, house)
    names, near = await names_meant(house, audience, character, tag)
    if near is not None:
        kept = [name.id for name in names]
        await answer_near_names(interaction, audience, near, "do", what, *kept)
        return
    await _PICKS[what](interaction, house, audience, names)


async def _titled(interaction: Press, house: House, title: str) -> None:
    audience = await audiences.of(interaction, house)
    try:
        card = await house.reading.titled(title, audience)
    except NearTitles as near:
        await answer_near_titles(interaction, audience, near, "story")
        return
    await open_story(interaction, house, audience, card.id, private=False)
    await remember(interaction, house, card.id)


def again_button(what: str, names: Sequence[Name], language: str) -> Any:
    """Give the button that asks for another one of the same."""
    ids = [name.id for name in names]
    return button(say(f"button.another-{what}", language), "do", what, *ids, style=Style.primary)


async def send_drabble(
    interaction: Press, house: House, audience: Audience, names: Sequence[Name]
) -> None:
    """Answer with a random drabble."""
    telling = await house.reading.random_drabble(names, audience, room_of(interaction))
    again = again_button("drabble", names, audience.room_language)
    await open_story(interaction, house, audience, telling.card.id, private=False, again=[again])
    await remember(interaction, house, telling.card.id)


async def send_story(
    interaction: Press, house: House, audience: Audience, names: Sequence[Name]
) -> None:
    """Answer with a random story."""
    card = await house.reading.random_story(names, audience, room_of(interaction))
    again = again_button("story", names, audience.room_language)
    await open_story(interaction, house, audience, card.id, private=False, again=[again])
    await remember(interaction, house, card.id)


async def send_excerpt(
    interaction: Press,
    house: House,
    audience: Audience,
    names: Sequence[Name],
    story: int | None = None,
) -> None:
    """Answer with a passage of a story."""
    if story is not None and (await house.reading.card(story, audience)).is_link_only:
        await open_story(interaction, house, audience, story, private=False)
        return
    language = audience.room_language
    for limit in EXCERPT_LENGTHS:
        passage = await house.reading.excerpt(
            names, audience, room_of(interaction), story=story, limit=limit
        )
        content = excerpt_content(passage, language)
        if content is not None:
            break
    else:
        raise NoStoryFits("excerpt.too-short")
    row = [excerpt_button(passage, language)]
    if story is None:
        row.append(again_button("excerpt", names, language))
    await answer(interaction, [content], controls(row), private=False)
    await remember(interaction, house, passage.card.id)


_PICKS = {"drabble": send_drabble, "story": send_story, "excerpt": send_excerpt}


async def _pressed_do(interaction: Press, house: House, values: Sequence[str]) -> None:
    what, *ids = values
    audience = await audiences.of(interaction, house)
    names = await names_by_id(house, audience, ids)
    await _PICKS[what](interaction, house, audience, names)


async def _pressed_story(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    await open_story(interaction, house, audience, int(values[0]), private=False)
    await remember(interaction, house, int(values[0]))


async def _pressed_excerpt(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    await send_excerpt(interaction, house, audience, [], story=int(values[0]))


HANDLERS: dict[str, Handler] = {
    "do": _pressed_do,
    "story": _pressed_story,
    "excerpt": _pressed_excerpt,
}
