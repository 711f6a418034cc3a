"""/character and /tag: which stories there are, privately, and a way into each."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands

from bot import audience as audiences
from bot import credit
from bot.commands.options import (
    Choices,
    answer_near_names,
    offer_characters,
    offer_tags,
)
from bot.controls import Handler, Press, Style, button, choice, chosen, controls
from bot.errors import StoryNotFound
from bot.house import House
from bot.library.base import Name
from bot.pages import MESSAGE_LIMIT
from bot.reading import CHARACTER_KINDS, TAG_KINDS, Listing, NearNames, filter_of
from bot.render import isolate
from bot.replies import answer, answering
from bot.story import Audience, TagKind
from bot.texts import say
from bot.wanted import Wanted

LIST_LENGTH = 5  # stories on one page of a list: what a phone shows
OPENING_LENGTH = 140  # characters of a story's opening lines in a list
CLOUD_LENGTH = 12  # names of each kind in the answer of /tag without a name


def declare(tree: app_commands.CommandTree[Any], house: House) -> None:
    """Declare the finding commands."""

    @tree.command(name="character")
    @answering(house)
    @app_commands.describe(name="Who? A nickname will do")
    async def character(interaction: Press, name: str) -> None:
        """List the stories a character is in"""
        await _listed(interaction, house, CHARACTER_KINDS, name)

    @tree.command(name="tag")
    @answering(house)
    @app_commands.describe(
        name="A tag, fandom, relationship or author; leave empty for the most used"
    )
    async def tag(interaction: Press, name: str | None = None) -> None:
        """List the stories with a tag, of a fandom, a relationship or an author"""
        if name is None:
            await _cloud(interaction, house)
        else:
            await _listed(interaction, house, TAG_KINDS, name)

    @character.autocomplete("name")
    async def characters(interaction: Press, typed: str) -> Choices:
        return await offer_characters(interaction, house, typed)

    @tag.autocomplete("name")
    async def tags(interaction: Press, typed: str) -> Choices:
        return await offer_tags(interaction, house, typed)


async def _listed(interaction: Press, house: House, kinds: Sequence[TagKind], typed: str) -> None:
    audience = await audiences.of(interaction, house)
    try:
        name = await house.reading.name(kinds, typed, audience)
    except NearNames as near:
        await answer_near_names(interaction, audience, near, "list")
        return
    content, view = await _list_page(house, audience, name, after=0)
    await answer(interaction, [content], view, private=True)


async def _list_page(
    house: House, audience: Audience, name: Name, *, after: int
) -> tuple[str, discord.ui.View]:
    """Give one page of the stories that carry ``name``, with its controls."""
    wanted = filter_of([name])
    listing = await house.reading.stories_with(wanted, audience, after=after, limit=LIST_LENGTH)
    language = audience.language
    companions = await house.library.companions(name.id, audience, CLOUD_LENGTH * 2)
    head = [_card_head(house, name, listing, language), *_card_lines(companions, language)]
    restricted = (
        say("find.restricted", language, count=listing.count.restricted)
        if listing.count.restricted
        else ""
    )
    content = ""
    for opening_length in (OPENING_LENGTH, 60, 0):
        entries = [credit.entry(card, language, opening_length) for card in listing.cards]
        content = "\n\n".join(part for part in ("\n".join(head), *entries, restricted) if part)
        if len(content) <= MESSAGE_LIMIT:
            break
        head = head[:1]
    cards = list(listing.cards)
    while len(content) > MESSAGE_LIMIT and cards:  # names of the longest kind
        cards.pop()
        entries = [credit.entry(card, language, 0) for card in cards]
        content = "\n\n".join(part for part in (head[0], *entries, restricted) if part)
    options = [
        (
            str(card.id),
            card.record.title,
            say("credit.words", language, count=card.record.words),
        )
        for card in listing.cards
    ]
    row: list[Any] = []
    if after:
        row.append(button(say("button.first-stories", language), "list", name.id, 0))
    if listing.has_more:
        last = listing.cards[-1].id
        row.append(
            button(say("button.more-stories", language), "list", name.id, last, style=Style.primary)
        )
    again = Wanted().naming(name).code()
    row.append(button(say("button.surprise-me", language), "do", "story", again))
    pick = choice(say("find.choose", language), options, "open")
    return content, controls([pick] if options else [], row)


def _card_head(house: House, name: Name, listing: Listing, language: str) -> str:
    count = say("find.stories", language, count=listing.count.visible)
    head = say(
        "find.heading",
        language,
        name=isolate(credit.shortened(name.name, 100)),
        kind=say(f"kind.{name.kind.value}", language),
        stories=count,
    )
    aliases = house.catalogue.aliases.aliases_of(name.name)
    if name.kind is TagKind.CHARACTER and aliases:
        told = isolate(credit.shortened(credit.listed(list(aliases), language), 120))
        head += "\n-# " + say("find.aliases", language, aliases=told)
    return head


def _card_lines(companions: Sequence[Name], language: str) -> list[str]:
    """Say who and what is most often on the same stories."""
    lines: list[str] = []
    for kind in (TagKind.CHARACTER, TagKind.FREEFORM):
        names = [name.name for name in companions if name.kind is kind][:4]
        if names:
            told = isolate(credit.shortened(credit.listed(names, language), 120))
            lines.append("-# " + say(f"find.with-{kind.value}", language, names=told))
    return lines


async def _cloud(interaction: Press, house: House) -> None:
    """Answer with the most used names of each kind."""
    audience = await audiences.of(interaction, house)
    language = audience.language
    lines = [say("find.cloud", language)]
    options: list[tuple[str, str, str]] = []
    for kind in (TagKind.FREEFORM, TagKind.FANDOM, TagKind.RELATIONSHIP, TagKind.AUTHOR):
        names = await house.library.find_names("", [kind], audience, CLOUD_LENGTH)
        if not names:
            continue
        label = say(f"kinds.{kind.value}", language)
        told = ", ".join(f"{isolate(credit.shortened(n.name, 50))} ({n.stories})" for n in names)
        lines.append(f"**{label}**: {told}")
        options.extend(
            (str(n.id), n.name, f"{say(f'kind.{kind.value}', language)}, {n.stories}")
            for n in names[:6]
        )
    if not options:
        raise StoryNotFound("find.nothing-yet")
    while len("\n".join(lines)) > MESSAGE_LIMIT:
        lines.pop()
    pick = choice(say("find.choose-tag", language), options[:25], "list")
    await answer(interaction, ["\n".join(lines)], controls([pick]), private=True)


async def _pressed_list(interaction: Press, house: House, values: Sequence[str]) -> None:
    ident = int(values[0]) if values else int(chosen(interaction))
    after = int(values[1]) if len(values) > 1 else 0
    audience = await audiences.of(interaction, house)
    name = await house.library.name(ident, audience)
    if name is None:
        raise StoryNotFound("find.gone")
    content, view = await _list_page(house, audience, name, after=after)
    if len(values) > 1:  # a turn of the list itself
        await interaction.response.edit_message(content=content, view=view)
    else:
        await answer(interaction, [content], view, private=True)


async def _pressed_cloud(interaction: Press, house: House, _: Sequence[str]) -> None:
    await _cloud(interaction, house)


HANDLERS: dict[str, Handler] = {"list": _pressed_list, "cloud": _pressed_cloud}
