"""One story as librarians see it: changed or removed on their shelf, hidden in their server."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import discord

from bot import credit
from bot.catalogue.edits import REFLOW
from bot.catalogue.keeping import finds_paragraphs, remove_story
from bot.commands.shelf.allowed import keeper_audience, kept_card, librarian_audience
from bot.commands.shelf.forms import find_form, names_form, record_form
from bot.commands.shelf.panel import draw
from bot.controls import (
    Handler,
    Press,
    Style,
    button,
    choice,
    chosen,
    controls,
    form_choices,
    form_values,
)
from bot.errors import ShelfError, StoryNotFound
from bot.house import House
from bot.importers.metadata import read_facts
from bot.library.base import Card, ServerStory
from bot.prose.warnings import ARCHIVE_WARNINGS
from bot.render import MESSAGE_LIMIT, isolate
from bot.replies import answer
from bot.story import Audience, Rating, Story
from bot.texts import say

FOUND = 25  # stories offered, Discord's limit for a select

# The fields of the form of names beside the characters, as a record has them.
_NAMES = ("fandoms", "relationships", "tags", "source")


async def _pressed_find(interaction: Press, house: House, _: Sequence[str]) -> None:
    audience = await librarian_audience(interaction, house)
    await interaction.response.send_modal(find_form(audience.language))


async def _filled_find(interaction: Press, house: House, _: Sequence[str]) -> None:
    """Offer the stories whose titles hold what was typed, hidden ones too."""
    audience = await keeper_audience(interaction, house)
    typed = form_values(interaction)["words"]
    found = await house.library.find_titles(typed, audience, FOUND)
    if not found:
        raise StoryNotFound("shelf.not-found", typed=typed)
    language = audience.language
    options = [
        (
            str(card.id),
            card.record.title,
            say("shelf.is-ours" if card.shelf else "shelf.is-operators", language),
        )
        for card in sorted(found, key=lambda card: card.shelf == 0)
    ]
    text = say("shelf.found", language, count=len(found))
    pick = choice(say("find.choose", language), options, "shelf-story")
    back = button(say("button.to-shelf", language), "library", "here")
    await answer(interaction, [text], controls([pick], [back]), private=True)


async def _pressed_story(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Show a story: the one chosen in its place, the one that a button names below.

    A second value says that the button stands where the story shall be shown.
    """
    audience = await keeper_audience(interaction, house)
    card = await kept_card(house, audience, values[0] if values else chosen(interaction))
    if len(values) == 1:
        content, view = await _drawn(house, audience, card)
        await answer(interaction, [content], view, private=True)
    else:
        await _redraw(interaction, house, audience, card)


async def _redraw(interaction: Press, house: House, audience: Audience, card: Card) -> None:
    content, view = await _drawn(house, audience, card)
    await interaction.response.edit_message(content=content, view=view)


async def _drawn(house: House, audience: Audience, card: Card) -> tuple[str, discord.ui.View]:
    language, server = audience.language, audience.server
    assert server is not None
    decided = (await house.rights.decided(server)).get(card.id, ServerStory(card.id))
    record, is_ours = card.record, card.shelf == server
    lines = [credit.header(card, language), credit.tags(record, language)]
    lines.append(credit.source(record, language))
    if record.summary:
        lines.append(f"> {isolate(credit.shortened(record.summary, 300))}")
    if is_ours:
        day = discord.utils.format_dt(card.added, "D")
        lines.append(say("shelf.ours-since", language, day=day))
    else:
        lines.append(say("shelf.only-hide", language))
    if decided.is_hidden:
        lines.append(say("shelf.hidden-here", language))
    if decided.is_link_only:
        lines.append(say("shelf.claimed-here", language))
    hide = "button.show-here" if decided.is_hidden else "button.hide-here"
    tending: list[Any] = [
        button(say(hide, language), "shelf-hide", card.id, int(not decided.is_hidden))
    ]
    if is_ours:
        finds = await finds_paragraphs(house.library, card)
        if finds is not None:
            label = "button.keep-walls" if finds else "button.find-paragraphs"
            tending.append(button(say(label, language), "shelf-reflow", card.id, int(not finds)))
        tending += [
            button(say("button.edit-record", language), "shelf-edit-form", card.id, "record"),
            button(say("button.edit-names", language), "shelf-edit-form", card.id, "names"),
            button(
                say("button.remove-story", language),
                "shelf-remove-ask",
                card.id,
                style=Style.danger,
            ),
        ]
    collections = button(say("button.collections", language), "collect-story", card.id)
    back = button(say("button.to-shelf", language), "library", "here")
    content = credit.shortened("\n".join(filter(None, lines)), MESSAGE_LIMIT)
    return content, controls(tending, [collections, back])


async def _pressed_hide(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await keeper_audience(interaction, house)
    card = await kept_card(house, audience, values[0])
    assert audience.server is not None
    await house.rights.hide(audience.server, card.id, is_hidden=values[1] == "1")
    await _redraw(interaction, house, await keeper_audience(interaction, house), card)


async def _pressed_reflow(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience, card = await _ours(interaction, house, values[0])
    await house.editing.edit(card.shelf, card.id, {REFLOW: values[1] == "1"})
    await _redraw(interaction, house, audience, await kept_card(house, audience, values[0]))


async def _ours(interaction: Press, house: House, story: str) -> tuple[Audience, Card]:
    """Give a story of this server's own shelf.

    Raises:
        ShelfError: It stands on another one.
    """
    audience = await keeper_audience(interaction, house)
    card = await kept_card(house, audience, story)
    if card.shelf != audience.server:
        raise ShelfError("shelf.not-ours")
    return audience, card


async def _pressed_edit(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience, card = await _ours(interaction, house, values[0])
    make = names_form if values[1] == "names" else record_form
    await interaction.response.send_modal(make(audience.language, card.id, card.record))


async def _filled_edit(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience, card = await _ours(interaction, house, values[0])
    read = _names if values[1] == "names" else _record
    if changes := read(interaction, card.record):
        await house.editing.edit(card.shelf, card.id, changes)
    house.reading.forget_spellings()
    try:
        card = await kept_card(house, audience, values[0])
    except StoryNotFound:  # it is rated above this channel now
        text = say("shelf.changed-beyond", audience.language)
        back = button(say("button.to-shelf", audience.language), "library", "here")
        await interaction.response.edit_message(content=text, view=controls([back]))
        return
    await _redraw(interaction, house, audience, card)


def _record(interaction: Press, before: Story) -> dict[str, object]:
    """Read what the form of title, authors, summary, rating and warnings changes."""
    told = form_values(interaction)
    known = read_facts({name: told.get(name) or "" for name in ("title", "authors", "summary")})
    others = [each for each in before.warnings if each not in ARCHIVE_WARNINGS]
    warned = [each for each in form_choices(interaction, "warnings") if each in ARCHIVE_WARNINGS]
    now: dict[str, object] = {
        "title": known.title or before.title,
        "authors": known.authors,
        "summary": known.summary,
        "warnings": (*others, *warned),
    }
    changes = _changed(now, before)
    rating = Rating(int(form_choices(interaction, "rating")[0]))
    return changes if rating is before.rating else {**changes, "rating": rating.label}


def _names(interaction: Press, before: Story) -> dict[str, object]:
    """Read what the form of fandoms, characters, relationships, tags and source changes."""
    told = form_values(interaction)
    known = read_facts({name: told.get(name) or "" for name in (*_NAMES, "characters")})
    changes = _changed({name: getattr(known, name) for name in _NAMES}, before)
    names = [who.name for who in known.characters]
    if names != [who.name for who in before.characters]:  # else they stay as they were found
        changes["characters"] = names
    return changes


def _changed(now: Mapping[str, object], before: Story) -> dict[str, object]:
    """Leave out what a form left as it was."""
    return {
        name: list(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else value
        for name, value in now.items()
        if value != getattr(before, name)
    }


async def _pressed_ask(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience, card = await _ours(interaction, house, values[0])
    language = audience.language
    title = isolate(credit.shortened(card.record.title, 120))
    row = [
        button(say("button.remove-sure", language), "shelf-remove", card.id, style=Style.danger),
        button(say("button.to-shelf", language), "library", "here"),
    ]
    text = say("shelf.remove-ask", language, title=title)
    await interaction.response.edit_message(content=text, view=controls(row))


async def _pressed_remove(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience, card = await _ours(interaction, house, values[0])
    await remove_story(house.library, card.shelf, card)
    house.reading.forget_spellings()
    content, view = await draw(interaction, house, audience)
    title = isolate(credit.shortened(card.record.title, 120))
    removed = say("shelf.removed", audience.language, title=title)
    await interaction.response.edit_message(content=f"{removed}\n{content}", view=view)


HANDLERS: dict[str, Handler] = {
    "shelf-find-form": _pressed_find,
    "shelf-find": _filled_find,
    "shelf-story": _pressed_story,
    "shelf-hide": _pressed_hide,
    "shelf-reflow": _pressed_reflow,
    "shelf-edit-form": _pressed_edit,
    "shelf-edit": _filled_edit,
    "shelf-remove-ask": _pressed_ask,
    "shelf-remove": _pressed_remove,
}
