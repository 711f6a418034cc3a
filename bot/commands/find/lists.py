"""A private list of the stories that fit, a few at a time, and a way into each."""

from collections.abc import Sequence
from typing import Any

import discord

from bot import audience as audiences
from bot import credit
from bot.commands.filters import Meant, answer_nothing, meant_by_code, told_filters
from bot.controls import Handler, Press, Style, button, choice, chosen, controls
from bot.errors import NoStoryFits
from bot.house import House
from bot.library.base import Card, Name
from bot.prose.words import fold
from bot.reading import Listing
from bot.render import MESSAGE_LIMIT, isolate
from bot.replies import answer
from bot.story import Audience, TagKind
from bot.texts import say
from bot.wanted import Wanted

LIST_LENGTH = 5  # stories on one page of a list: what a phone shows
OPENING_LENGTH = 140  # characters of a story's opening lines in a list
COMPANIONS = 48  # names looked at for those most often on the same stories
COMPANIONS_TOLD = 4  # of each kind
TOLD_LENGTH = 120  # characters of a line of names


async def answer_list(
    interaction: Press, house: House, audience: Audience, understood: Meant
) -> None:
    """Answer with the first stories that fit."""
    try:
        content, view = await list_page(house, audience, understood, after=0)
    except NoStoryFits as nothing:
        await answer_nothing(interaction, house, audience, nothing, understood, "list")
        return
    await answer(interaction, [content], view, private=True)


async def list_page(
    house: House, audience: Audience, understood: Meant, *, after: int
) -> tuple[str, discord.ui.View]:
    """Give one page of the stories that fit, with its controls.

    Raises:
        NoStoryFits: There is none.
    """
    language = audience.language
    listing = await house.reading.stories_with(
        understood.filter, audience, after=after, limit=LIST_LENGTH
    )
    if not listing.cards and not after:
        raise NoStoryFits("story.none-with", restricted=listing.count.told_restricted)
    head, *more = await _head(house, audience, understood, listing)
    restricted = (
        say("find.restricted", language, count=listing.count.told_restricted)
        if listing.count.restricted
        else ""
    )
    content = _fitted(head, more, listing.cards, restricted, language, understood.names)
    code = understood.wanted.code()
    row: list[Any] = []
    if after:
        row.append(button(say("button.first-stories", language), "list", code, 0))
    if listing.has_more:
        last = listing.cards[-1].id
        label = say("button.more-stories", language)
        row.append(button(label, "list", code, last, style=Style.primary))
    row.append(button(say("button.surprise-me", language), "do", "story", code))
    return content, controls([story_choice(listing.cards, language)], row)


def story_choice(cards: Sequence[Card], language: str) -> discord.ui.Select[discord.ui.View]:
    """Make the select that opens one of ``cards`` privately."""
    options = [
        (str(card.id), card.record.title, say("credit.words", language, count=card.record.words))
        for card in cards
    ]
    return choice(say("find.choose", language), options, "open")


def _fitted(
    head: str,
    more: Sequence[str],
    cards: Sequence[Card],
    restricted: str,
    language: str,
    asked: Sequence[Name],
) -> str:
    """Put a list together, leaving out what is least missed until it fits a message."""
    shown = list(cards)
    lines = [head, *more]
    for opening_length in (OPENING_LENGTH, 60, 0):
        content = _joined(lines, shown, opening_length, restricted, language, asked)
        if len(content) <= MESSAGE_LIMIT:
            return content
        lines = [head]
    while len(content) > MESSAGE_LIMIT and shown:  # names of the longest kind
        shown.pop()
        content = _joined(lines, shown, 0, restricted, language, asked)
    return content


def _joined(
    lines: Sequence[str],
    cards: Sequence[Card],
    opening_length: int,
    restricted: str,
    language: str,
    asked: Sequence[Name],
) -> str:
    entries = [credit.entry(card, language, opening_length, asked) for card in cards]
    return "\n\n".join(part for part in ("\n".join(lines), *entries, restricted) if part)


async def _head(house: House, audience: Audience, understood: Meant, listing: Listing) -> list[str]:
    """Say what the list is of, and of one name alone its card, with filters or without."""
    language = audience.language
    stories = credit.stories(listing.count, language)
    if understood.wanted.is_empty:
        return [say("find.heading-all", language, stories=stories)]
    filters = told_filters(understood, language)
    heading = say("find.heading-filters", language, filters=filters, stories=stories)
    if len(understood.names) != 1:
        return [heading]
    (name,) = understood.names
    if understood.wanted == Wanted().naming(name):
        told = isolate(credit.shortened(name.name, 100))
        kind = say(f"kind.{name.kind.value}", language)
        heading = say("find.heading", language, name=told, kind=kind, stories=stories)
    companions = await house.library.companions(name.id, audience, COMPANIONS)
    aliases = _aliases(house, name, listing.cards)
    return [heading, *_also_called(aliases, language), *_company(companions, language)]


def _aliases(house: House, name: Name, cards: Sequence[Card]) -> list[str]:
    """List what a character is called as well: in the alias files, and in ``cards``."""
    if name.kind is not TagKind.CHARACTER:
        return []
    known = {fold(alias): alias for alias in house.catalogue.aliases.aliases_of(name.name)}
    for card in cards:
        for who in card.record.characters:
            if fold(who.name) == fold(name.name):
                for alias in who.aliases:
                    known.setdefault(fold(alias), alias)
    return [alias for folded, alias in known.items() if folded != fold(name.name)]


def _also_called(aliases: Sequence[str], language: str) -> list[str]:
    if not aliases:
        return []
    listed = isolate(credit.shortened(credit.listed(list(aliases), language), TOLD_LENGTH))
    return ["-# " + say("find.aliases", language, aliases=listed)]


def _company(companions: Sequence[Name], language: str) -> list[str]:
    """Say who and what is most often on the same stories."""
    lines: list[str] = []
    for kind in (TagKind.CHARACTER, TagKind.FREEFORM, TagKind.FANDOM):
        names = [name.name for name in companions if name.kind is kind][:COMPANIONS_TOLD]
        if names:
            told = isolate(credit.shortened(credit.listed(names, language), TOLD_LENGTH))
            lines.append("-# " + say(f"find.with-{kind.value}", language, names=told))
    return lines


async def _pressed_list(interaction: Press, house: House, values: Sequence[str]) -> None:
    told = values[0] if values else chosen(interaction)
    # A select holds the number of a name; so did the buttons of earlier versions.
    code = Wanted(names=(int(told),)).code() if told.isdecimal() else told
    after = int(values[1]) if len(values) > 1 else 0
    audience = await audiences.of(interaction, house)
    understood = await meant_by_code(house, audience, code)
    if len(values) > 1:  # a turn of the list itself
        content, view = await list_page(house, audience, understood, after=after)
        await interaction.response.edit_message(content=content, view=view)
    else:
        await answer_list(interaction, house, audience, understood)


HANDLERS: dict[str, Handler] = {"list": _pressed_list}
