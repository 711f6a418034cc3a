"""/search: stories by the words in them, privately, with the passage that matched.

What was typed travels in the button that changes it, the filters and the place in
the list in the others; so a list of results turns after any restart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from bot import audience as audiences
from bot import credit
from bot.commands.filters import (
    NamesMissed,
    Typed,
    answer_missed,
    meant,
    meant_by_code,
    told_filters,
    with_filters,
)
from bot.commands.find.asking import (
    HOLDER,
    WORDS_LENGTH,
    Asked,
    fitted,
    holder,
    search_for,
)
from bot.commands.find.nothing import answer_no_match, changed, nothing_for
from bot.commands.translations import named_choice
from bot.controls import (
    Handler,
    Press,
    Style,
    button,
    choice,
    chosen,
    controls,
    form_values,
    parse_custom_id,
    text_form,
)
from bot.errors import StoryNotFound
from bot.house import House
from bot.library.base import Found, Hit, Name, Order
from bot.pages import MOST_WORDS_WHOLE, open_story, open_story_at, remember, room_of
from bot.render import MESSAGE_LIMIT, isolate
from bot.replies import answer, answering
from bot.story import Audience, Place
from bot.texts import say

SURPRISES = 25  # of the best results, one of which is posted
PASSAGE_LENGTHS = (200, 130, 80, 0)  # characters of a passage, the most generous first
TYPED_LENGTH = 6_000  # characters of what may be typed: all that Discord takes


def declare(tree: app_commands.CommandTree[Any], house: House) -> None:
    """Declare /search."""

    @tree.command(name="search")
    @app_commands.describe(
        words="Words or a “phrase” in the text or title; -word leaves out; leave empty for any",
        sort="In which order? The best matches first if you leave it empty",
    )
    @app_commands.choices(
        sort=[named_choice(f"search.by-{order.value}", order.value) for order in Order]
    )
    @answering(house)
    @with_filters(house)
    async def search(
        interaction: Press,
        typed: Typed,
        words: app_commands.Range[str, 1, TYPED_LENGTH] | None = None,
        sort: str | None = None,
    ) -> None:
        """Find stories by the words in them"""
        audience = await audiences.of(interaction, house)
        told, is_cut = fitted(words or "")
        order = Order(sort or Order.RELEVANCE)
        try:
            understood = await meant(house, audience, typed)
        except NamesMissed as missed:
            held = holder(told, audience.language)
            await answer_missed(interaction, audience, missed, "search", order.value, below=[held])
            return
        await answer_search(interaction, house, audience, Asked(told, understood, order, is_cut))


async def answer_search(interaction: Press, house: House, audience: Audience, asked: Asked) -> None:
    """Answer with the first page of what was found, or with what could be left out."""
    found = await search_for(house, audience, asked)
    if found.hits:
        content, view = _page(found, asked, audience.language)
        await answer(interaction, [content], view, private=True)
        return
    await answer_no_match(interaction, house, audience, asked, found)


def _page(found: Found, asked: Asked, language: str) -> tuple[str, discord.ui.View]:
    head = _head(found, asked, language)
    restricted = found.count.told_restricted
    below = say("find.restricted", language, count=restricted) if restricted else ""
    content = ""
    hits, names = list(found.hits), asked.understood.names
    for length in PASSAGE_LENGTHS:
        content = _joined(head, hits, length, below, language, names)
        if len(content) <= MESSAGE_LIMIT:
            break
    while len(content) > MESSAGE_LIMIT and hits:  # titles and names of the longest kind
        hits.pop()
        content = _joined(head, hits, 0, below, language, names)
    options = [
        (_place_code(hit.place), hit.card.record.title, _where(hit, language)) for hit in found.hits
    ]
    pick = choice(say("find.choose", language), options, "hit")
    code, order = asked.understood.wanted.code(), asked.order.value
    row: list[Any] = []
    if found.has_earlier:
        first = found.hits[0].card.id
        row.append(button(say("button.earlier-results", language), "found", code, order, 0, first))
    if found.has_more:
        last = found.hits[-1].card.id
        label = say("button.more-results", language)
        row.append(button(label, "found", code, order, last, 0, style=Style.primary))
    row.append(holder(asked.words, language))
    row.append(button(say("button.surprise-me", language), "found-any", code, order))
    return content, controls([pick], row)


def _head(found: Found, asked: Asked, language: str) -> str:
    parts: list[str] = []
    if asked.words:
        parts.append(f"**{isolate(asked.words)}**")
    if filters := told_filters(asked.understood, language):
        parts.append(filters)
    parts.append(credit.stories(found.count, language))
    head = " · ".join(parts)
    if asked.is_cut:
        head += f"\n-# {say('search.cut', language, count=WORDS_LENGTH)}"
    if not found.is_ranked:
        head += f"\n-# {say('search.unranked', language)}"
    return head


def _joined(
    head: str, hits: Sequence[Hit], length: int, below: str, language: str, names: Sequence[Name]
) -> str:
    return "\n\n".join(
        part
        for part in (head, *(_entry(hit, length, language, names) for hit in hits), below)
        if part
    )


def _entry(hit: Hit, length: int, language: str, names: Sequence[Name]) -> str:
    if not hit.passage or not length:
        return credit.entry(hit.card, language, length // 2, names)
    passage = credit.marked_passage(hit.passage, hit.marks, length)
    if credit.warnings(hit.card.record, language):
        passage = f"||{passage}||"  # opens with a press, as a cover does
    return f"{credit.entry(hit.card, language, 0, names)}\n> {passage}"


def _where(hit: Hit, language: str) -> str:
    words = say("credit.words", language, count=hit.card.record.words)
    if hit.card.chapters < 2 or not hit.passage:
        return words
    return f"{words}, {say('mine.at-chapter', language, number=hit.place.chapter + 1)}"


def _place_code(place: Place) -> str:
    return f"{place.story}.{place.chapter}.{place.offset}"


def _words_of(press: Press) -> str:
    """Give what the list that was pressed looks for, from the button that holds it."""
    for verb, values in _controls_of(press):
        if verb == HOLDER:
            return values[0]
    raise StoryNotFound("error.old-button")


def _controls_of(press: Press) -> Iterator[tuple[str, list[str]]]:
    for row in press.message.components if press.message else ():
        for item in row.children if isinstance(row, discord.ActionRow) else ():
            parsed = parse_custom_id(getattr(item, "custom_id", None) or "")
            if parsed is not None:
                yield parsed


async def _pressed_found(interaction: Press, house: House, values: Sequence[str]) -> None:
    code, order, after, before = values
    audience = await audiences.of(interaction, house)
    understood = await meant_by_code(house, audience, code)
    asked = Asked(_words_of(interaction), understood, Order(order))
    found = await search_for(house, audience, asked, after=int(after), before=int(before))
    if not found.hits:
        raise nothing_for(asked, found)
    content, view = _page(found, asked, audience.language)
    await interaction.response.edit_message(content=content, view=view)


async def _pressed_any(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Post one of the best results, as a random pick: none twice, and nothing unasked for."""
    audience = await audiences.of(interaction, house)
    understood = await meant_by_code(house, audience, values[0])
    asked = Asked(_words_of(interaction), understood)
    found = await search_for(house, audience, asked, limit=SURPRISES)
    if not found.hits:
        raise nothing_for(asked, found)
    best = replace(understood.filter, stories=tuple(hit.card.id for hit in found.hits))
    among = best if asked.words else understood.filter
    telling = await house.reading.random_story(
        among, audience, room_of(interaction), most_words=MOST_WORDS_WHOLE
    )
    await open_story(interaction, house, audience, telling, private=False)
    await remember(interaction, house, telling.card.id)


async def _pressed_search(interaction: Press, house: House, values: Sequence[str]) -> None:
    order, code, *change = values
    words = _words_of(interaction)
    if change:
        words = changed(words, change[0])
    audience = await audiences.of(interaction, house)
    understood = await meant_by_code(house, audience, code)
    await answer_search(interaction, house, audience, Asked(words, understood, Order(order)))


async def _pressed_hit(interaction: Press, house: House, _: Sequence[str]) -> None:
    told = chosen(interaction).split(".")
    if len(told) != 3 or not all(map(str.isdecimal, told)):
        raise StoryNotFound("story.gone")
    place = Place(*map(int, told))
    audience = await audiences.of(interaction, house)
    await open_story_at(interaction, house, audience, place, private=True)


def _limits_of(press: Press) -> tuple[str, str]:
    """Give the order and the code of the filters of the list that was pressed, where it has any."""
    for verb, values in _controls_of(press):
        if verb == "found-any" and len(values) > 1:
            return values[1], values[0]
        if verb == "search" and len(values) > 2:  # a word is left out there, and no filter
            return values[0], values[1]
    return Order.RELEVANCE.value, ""


async def _pressed_form(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Show the form for words, with what was looked for last in it; the filters stay."""
    language = audiences.language_of(interaction)
    field = (
        "words",
        say("search.form-words", language),
        values[0] if values else "",
        say("search.form-example", language),
    )
    form = text_form(
        say("search.form-title", language),
        "search-filled",
        _limits_of(interaction),
        texts=[field],
        length=WORDS_LENGTH,
    )
    await interaction.response.send_modal(form)


async def _filled(interaction: Press, house: House, values: Sequence[str]) -> None:
    order, code = values or (Order.RELEVANCE.value, "")
    words, _ = fitted(form_values(interaction).get("words", ""))
    audience = await audiences.of(interaction, house)
    understood = await meant_by_code(house, audience, code)
    await answer_search(interaction, house, audience, Asked(words, understood, Order(order)))


HANDLERS: dict[str, Handler] = {
    "found": _pressed_found,
    "found-any": _pressed_any,
    "search": _pressed_search,
    "hit": _pressed_hit,
    HOLDER: _pressed_form,
    "search-filled": _filled,
}
