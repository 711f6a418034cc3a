"""/drabble, /story and /excerpt: something to read, in public."""

from collections.abc import Sequence
from typing import Any

from discord import app_commands

from bot import audience as audiences
from bot.commands.filters import (
    Meant,
    NamesMissed,
    Typed,
    answer_missed,
    answer_nothing,
    meant,
    meant_by_code,
    with_filters,
)
from bot.commands.options import Choices, answer_near_titles, offer_titles
from bot.controls import Handler, Press, Style, button, controls
from bot.covers import carries_avoided
from bot.errors import NoStoryFits
from bot.house import House
from bot.pages import (
    EXCERPT_LENGTHS,
    MOST_WORDS_WHOLE,
    excerpt_button,
    excerpt_content,
    more_button,
    open_story,
    posted,
    remember,
    room_of,
    with_pause,
)
from bot.reading import NearTitles
from bot.replies import answer, answering
from bot.story import Audience
from bot.texts import say
from bot.wanted import Wanted


def declare(tree: app_commands.CommandTree[Any], house: House) -> None:
    """Declare the reading commands."""

    @tree.command(name="drabble")
    @answering(house)
    @with_filters(house, most_words=house.settings.drabble_max_words)
    async def drabble(interaction: Press, typed: Typed) -> None:
        """Read a very short story, picked at random"""
        await _with_filters(interaction, house, "drabble", typed)

    @tree.command(name="story")
    @app_commands.describe(title="The story you want; leave empty to be surprised")
    @answering(house)
    @with_filters(house)
    async def story(interaction: Press, typed: Typed, title: str | None = None) -> None:
        """Read a story: name one, or be surprised"""
        if title:
            await _titled(interaction, house, title)
        else:
            await _with_filters(interaction, house, "story", typed)

    @tree.command(name="excerpt")
    @app_commands.describe(title="From this story; leave empty for any")
    @answering(house)
    @with_filters(house)
    async def excerpt(interaction: Press, typed: Typed, title: str | None = None) -> None:
        """Read a passage that makes you want the rest"""
        if title:
            await _excerpt_of(interaction, house, title)
        else:
            await _with_filters(interaction, house, "excerpt", typed)

    @story.autocomplete("title")
    @excerpt.autocomplete("title")
    async def titles(interaction: Press, typed: str) -> Choices:
        return await offer_titles(interaction, house, typed)


async def _with_filters(interaction: Press, house: House, what: str, typed: Typed) -> None:
    audience = await audiences.of(interaction, house)
    try:
        understood = await meant(house, audience, typed)
    except NamesMissed as missed:
        await answer_missed(interaction, audience, missed, "do", what)
        return
    await _pick(interaction, house, audience, what, understood)


async def _pick(
    interaction: Press,
    house: House,
    audience: Audience,
    what: str,
    understood: Meant,
    *,
    private: bool = False,
) -> None:
    private = private or not audience.is_public
    try:
        await _PICKS[what](interaction, house, audience, understood, private=private)
    except NoStoryFits as nothing:
        if understood.wanted.is_empty and not audience.avoided:
            raise
        await answer_nothing(interaction, house, audience, nothing, understood, "do", what)


async def _excerpt_of(interaction: Press, house: House, title: str) -> None:
    audience = await audiences.of(interaction, house)
    try:
        card = await house.reading.titled(title, audience)
    except NearTitles as near:
        await answer_near_titles(interaction, audience, near, "excerpt")
        return
    private = not audience.is_public
    await send_excerpt(interaction, house, audience, Meant(), story=card.id, private=private)


async def _titled(interaction: Press, house: House, title: str) -> None:
    audience = await audiences.of(interaction, house)
    try:
        card = await house.reading.titled(title, audience)
    except NearTitles as near:
        await answer_near_titles(interaction, audience, near, "story")
        return
    await open_story(interaction, house, audience, card.id, private=False)
    await remember(interaction, house, card.id)


def again_button(what: str, understood: Meant, audience: Audience, *, private: bool) -> Any:
    """Give the button that asks for another one of the same, as privately as this one was."""
    private = private or not audience.posts
    label = say(f"button.another-{what}", language_here(audience, private=private))
    verb = "do-alone" if private else "do"
    return button(label, verb, what, understood.wanted.code(), style=Style.primary)


def language_here(audience: Audience, *, private: bool) -> str:
    """Give the language of an answer: the person's own, or the room's."""
    return audience.language if private else audience.room_language


async def send_drabble(
    interaction: Press, house: House, audience: Audience, understood: Meant, *, private: bool
) -> None:
    """Answer with a random drabble."""
    telling = await house.reading.random_drabble(understood.filter, audience, room_of(interaction))
    again = again_button("drabble", understood, audience, private=private)
    await open_story(interaction, house, audience, telling, private=private, again=[again])
    await remember(interaction, house, telling.card.id)


async def send_story(
    interaction: Press, house: House, audience: Audience, understood: Meant, *, private: bool
) -> None:
    """Answer with a random story."""
    telling = await house.reading.random_story(
        understood.filter, audience, room_of(interaction), most_words=MOST_WORDS_WHOLE
    )
    again = again_button("story", understood, audience, private=private)
    await open_story(interaction, house, audience, telling, private=private, again=[again])
    await remember(interaction, house, telling.card.id)


async def send_excerpt(
    interaction: Press,
    house: House,
    audience: Audience,
    understood: Meant,
    *,
    private: bool,
    story: int | None = None,
) -> None:
    """Answer with a passage of a story."""
    card = None if story is None else await house.reading.card(story, audience)
    if card is not None and (card.is_link_only or carries_avoided(card, audience)):
        await open_story(interaction, house, audience, card.id, private=private)
        return
    is_held = not private and audience.is_held
    private = private or not audience.posts
    language = language_here(audience, private=private)
    for limit in EXCERPT_LENGTHS:
        passage = await house.reading.excerpt(
            understood.filter, audience, room_of(interaction), story=story, limit=limit
        )
        content = excerpt_content(passage, language)
        if content is not None:
            break
    else:
        raise NoStoryFits("excerpt.too-short")
    row = [excerpt_button(passage, language)]
    if story is None:
        row.append(again_button("excerpt", understood, audience, private=private))
    row.append(more_button(passage.place, interaction.user.id, language))
    told = with_pause([content], audience, is_held=is_held)
    stay = await answer(interaction, told, controls(row), private=private)
    await posted(interaction, house, passage.card.id, stay)
    await remember(interaction, house, passage.card.id)


_PICKS = {"drabble": send_drabble, "story": send_story, "excerpt": send_excerpt}


async def _pressed_do(interaction: Press, house: House, values: Sequence[str]) -> None:
    await _do(interaction, house, values, private=False)


async def _pressed_do_alone(interaction: Press, house: House, values: Sequence[str]) -> None:
    await _do(interaction, house, values, private=True)


async def _do(interaction: Press, house: House, values: Sequence[str], *, private: bool) -> None:
    what, *rest = values
    audience = await audiences.of(interaction, house)
    # Before filters had a code, the button held the numbers of names.
    codes = (Wanted(names=(int(each),)).code() if each.isdecimal() else each for each in rest)
    code = ".".join(codes)
    understood = await meant_by_code(house, audience, code)
    await _pick(interaction, house, audience, what, understood, private=private)


async def _pressed_story(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    await open_story(interaction, house, audience, int(values[0]), private=False)
    await remember(interaction, house, int(values[0]))


async def _pressed_excerpt(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    story, private = int(values[0]), not audience.is_public
    await send_excerpt(interaction, house, audience, Meant(), story=story, private=private)


HANDLERS: dict[str, Handler] = {
    "do": _pressed_do,
    "do-alone": _pressed_do_alone,
    "story": _pressed_story,
    "excerpt": _pressed_excerpt,
}
