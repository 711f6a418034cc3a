"""A server's collections: its librarians name sets of stories that members can draw from.

A collection is there while a story is in it, so it is made by putting a story
into it. Stories of the operator's may be in one as well.
"""

from collections.abc import Sequence
from typing import Any

import discord

from bot.commands.shelf.allowed import keeper_audience, kept_card, librarian_audience
from bot.controls import (
    Handler,
    Press,
    Style,
    all_chosen,
    button,
    choice,
    chosen,
    chosen_before,
    controls,
    form_values,
    several,
    text_form,
)
from bot.credit import listed, shortened
from bot.errors import ShelfError
from bot.house import House
from bot.library.base import Card, Collection, Filter
from bot.prose.words import fold
from bot.render import MESSAGE_LIMIT, isolate
from bot.story import Audience
from bot.texts import say

LISTED = 25  # options of one select, Discord's limit
LONGEST_NAME = 80  # characters
NAMED = 10  # collections named in one sentence
NAMES_LENGTH = 600  # characters of these

_Drawn = tuple[str, discord.ui.View]


async def _collections(
    house: House, audience: Audience, story: int | None = None
) -> list[Collection]:
    """List the collections of the server's own shelf by name, or those that hold ``story``."""
    assert audience.server is not None
    return await house.library.collections_on(audience.server, story)


async def _named(house: House, audience: Audience, told: str) -> Collection:
    """Give a collection of this server.

    Raises:
        ShelfError: It is gone, or another's.
    """
    for each in await _collections(house, audience):
        if str(each.id) == told:
            return each
    raise ShelfError("collections.gone")


def _name(collection: Collection) -> str:
    return isolate(shortened(collection.name, LONGEST_NAME))


def _turning(verb: str, values: Sequence[str | int], page: int, count: int, language: str) -> Any:
    """Give the buttons to other pages of a list of ``count``."""
    row: list[Any] = []
    if page:
        row.append(button(say("button.earlier-ones", language), verb, *values, page - 1))
    if count > (page + 1) * LISTED:
        row.append(button(say("button.later-ones", language), verb, *values, page + 1))
    return row


# All of them


async def _list(house: House, audience: Audience, page: int = 0, *, lead: str = "") -> _Drawn:
    language = audience.language
    found = await _collections(house, audience)
    shown = found[page * LISTED : (page + 1) * LISTED] or found[:LISTED]
    lines = [lead, say("collections.about", language)]
    rows: list[list[Any]] = []
    if shown:
        options = [(str(each.id), each.name, "") for each in shown]
        rows.append([choice(say("collections.choose", language), options, "collection")])
        rows.append(_turning("collections", (), page, len(found), language))
    else:
        lines.append(say("collections.none", language))
    rows.append([button(say("button.to-shelf", language), "library", "here")])
    return "\n".join(filter(None, lines)), controls(*rows)


async def _pressed_list(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await librarian_audience(interaction, house)
    content, view = await _list(house, audience, int(values[0]) if values else 0)
    await interaction.response.edit_message(content=content, view=view)


# One of them


async def _one(
    house: House, audience: Audience, collection: Collection, *, lead: str = ""
) -> _Drawn:
    """Show what a collection holds, as far as it may be seen here."""
    language, ident = audience.language, collection.id
    wanted = Filter(collection=ident)
    count = await house.library.count(wanted, audience)
    cards = await house.library.listing(wanted, audience, 0, LISTED)
    lines = [lead, say("collections.holds", language, name=_name(collection), count=count.told)]
    if count.restricted:
        lines.append(say("find.restricted", language, count=count.told_restricted))
    rows: list[list[Any]] = []
    if cards:
        options = [(str(c.id), c.record.title, ", ".join(c.record.authors)) for c in cards]
        rows.append([choice(say("collections.take-out", language), options, "uncollect", ident)])
    rows.append(
        [
            button(say("button.collection-rename", language), "collection-name", ident),
            button(
                say("button.collection-end", language),
                "collection-end-ask",
                ident,
                style=Style.danger,
            ),
            button(say("button.back", language), "collections"),
        ]
    )
    return "\n".join(filter(None, lines)), controls(*rows)


async def _pressed_one(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await keeper_audience(interaction, house)
    collection = await _named(house, audience, values[0] if values else chosen(interaction))
    content, view = await _one(house, audience, collection)
    await interaction.response.edit_message(content=content, view=view)


async def _pressed_take_out(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await keeper_audience(interaction, house)
    language = audience.language
    collection = await _named(house, audience, values[0])
    card = await kept_card(house, audience, chosen(interaction))
    await house.library.uncollect(collection.id, [card.id])
    title = isolate(shortened(card.record.title, LONGEST_NAME))
    lead = say("collections.taken-out", language, title=title, name=_name(collection))
    if collection.stories > 1:
        content, view = await _one(house, audience, collection, lead=lead)
    else:
        content, view = await _list(house, audience, lead=lead)
    await interaction.response.edit_message(content=content, view=view)


async def _pressed_name(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await librarian_audience(interaction, house)
    collection = await _named(house, audience, values[0])
    language = audience.language
    fields = [("name", say("collections.name", language), collection.name[:LONGEST_NAME], "")]
    title = say("button.collection-rename", language)
    form = text_form(title, "collection-named", values, texts=fields, length=LONGEST_NAME)
    await interaction.response.send_modal(form)


async def _filled_name(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await keeper_audience(interaction, house)
    collection = await _named(house, audience, values[0])
    name = _typed(interaction)
    if not await house.library.rename_collection(collection.id, name):
        raise ShelfError("collections.name-taken", name=name)
    content, view = await _one(house, audience, await _named(house, audience, values[0]))
    await interaction.response.edit_message(content=content, view=view)


def _typed(interaction: Press) -> str:
    """Give the name that was typed.

    Raises:
        ShelfError: There is no letter in it by which it could be found.
    """
    name = " ".join(form_values(interaction).get("name", "").split())
    if not fold(name):
        raise ShelfError("collections.no-name")
    return name


async def _pressed_end_ask(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await librarian_audience(interaction, house)
    collection = await _named(house, audience, values[0])
    language = audience.language
    row = [
        button(
            say("button.collection-end-sure", language),
            "collection-end",
            collection.id,
            style=Style.danger,
        ),
        button(say("button.back", language), "collection", collection.id),
    ]
    text = say("collections.end-ask", language, name=_name(collection))
    await interaction.response.edit_message(content=text, view=controls(row))


async def _pressed_end(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await librarian_audience(interaction, house)
    collection = await _named(house, audience, values[0])
    await house.library.remove_collection(collection.id)
    lead = say("collections.ended", audience.language, name=_name(collection))
    content, view = await _list(house, audience, lead=lead)
    await interaction.response.edit_message(content=content, view=view)


# Of one story


async def _of_story(house: House, audience: Audience, card: Card, page: int = 0) -> _Drawn:
    """Show in which collections of the server a story is, to be changed."""
    language = audience.language
    found = await _collections(house, audience)
    holding = await _collections(house, audience, card.id)
    title = isolate(shortened(card.record.title, LONGEST_NAME))
    lines = [say("collections.of-none", language, title=title)]
    if holding:
        names = [each.name for each in holding[:NAMED]]
        told = isolate(shortened(listed(names, language), NAMES_LENGTH))
        lines = [say("collections.of-story", language, title=title, names=told)]
    rows: list[list[Any]] = []
    held = {each.id for each in holding}
    if shown := found[page * LISTED : (page + 1) * LISTED] or found[:LISTED]:
        options = [(str(each.id), each.name, each.id in held) for each in shown]
        pick = say("collections.put", language)
        rows.append([several(pick, options, "collect", card.id, page)])
        rows.append(_turning("collect-story", (card.id,), page, len(found), language))
    new = button(
        say("button.collection-new", language), "collect-new", card.id, style=Style.primary
    )
    rows.append([new, button(say("button.back", language), "shelf-story", card.id, "here")])
    return shortened("\n".join(lines), MESSAGE_LIMIT), controls(*rows)


async def _pressed_story(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await keeper_audience(interaction, house)
    card = await kept_card(house, audience, values[0])
    page = int(values[1]) if len(values) > 1 else 0
    content, view = await _of_story(house, audience, card, page)
    await interaction.response.edit_message(content=content, view=view)


async def _pressed_collect(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Put a story into what was chosen, and take it out of what was chosen before."""
    audience = await keeper_audience(interaction, house)
    assert audience.server is not None
    card = await kept_card(house, audience, values[0])
    before, now = chosen_before(interaction), set(all_chosen(interaction))
    for each in await _collections(house, audience):
        told = str(each.id)
        if told in now - before:
            await house.library.collect(audience.server, each.name, [card.id])
        elif told in before - now:
            await house.library.uncollect(each.id, [card.id])
    content, view = await _of_story(house, audience, card, int(values[1]))
    await interaction.response.edit_message(content=content, view=view)


async def _pressed_new(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await keeper_audience(interaction, house)
    await kept_card(house, audience, values[0])
    language = audience.language
    fields = [("name", say("collections.name", language), "", say("collections.example", language))]
    title = say("button.collection-new", language)
    form = text_form(title, "collect-named", values, texts=fields, length=LONGEST_NAME)
    await interaction.response.send_modal(form)


async def _filled_new(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await keeper_audience(interaction, house)
    assert audience.server is not None
    card = await kept_card(house, audience, values[0])
    await house.library.collect(audience.server, _typed(interaction), [card.id])
    content, view = await _of_story(house, audience, card)
    await interaction.response.edit_message(content=content, view=view)


HANDLERS: dict[str, Handler] = {
    "collections": _pressed_list,
    "collection": _pressed_one,
    "uncollect": _pressed_take_out,
    "collection-name": _pressed_name,
    "collection-named": _filled_name,
    "collection-end-ask": _pressed_end_ask,
    "collection-end": _pressed_end,
    "collect-story": _pressed_story,
    "collect": _pressed_collect,
    "collect-new": _pressed_new,
    "collect-named": _filled_new,
}
