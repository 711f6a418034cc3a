"""/fireside mine: one private message for everything of a member's own, section by section.

A section draws its lines and its controls anew each time, so what a press did is
read at once; what is drawn travels in the custom_ids.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord

from bot import audience as audiences
from bot import credit
from bot.commands.daily.telling import told
from bot.commands.naming import code_of
from bot.controls import Handler, Press, Style, button, choice, chosen, controls, several
from bot.credit import listed, shortened
from bot.errors import StoryNotFound
from bot.house import House
from bot.library.base import Card, Marked
from bot.pages import is_private_copy
from bot.prose.warnings import ARCHIVE_WARNINGS
from bot.prose.words import fold
from bot.render import MESSAGE_LIMIT, isolate
from bot.replies import answer
from bot.story import Audience
from bot.texts import say

LISTED = 25  # entries of one select: Discord's limit
OPENING_LENGTH = 140  # characters of how a story begins
NAMES_LENGTH = 500  # characters of the names that are avoided

Rows = list[list[Any]]
Section = Callable[[Press, House, Audience, int], Awaitable[tuple[list[str], Rows]]]


async def answer_mine(
    interaction: Press,
    house: House,
    section: str = "",
    page: int = 0,
    *,
    lead: str = "",
    anew: bool = False,
) -> None:
    """Show a section of what is somebody's own ("" is the way in), where only they see it.

    A press in a message that is theirs alone redraws it; anything else gets a new one.
    ``lead`` says what was just done; ``anew`` leaves the message that was pressed alone.
    """
    audience = await audiences.of(interaction, house)
    lines, rows = await _SECTIONS.get(section, _way_in)(interaction, house, audience, page)
    if section in _SECTIONS:
        rows = [*rows, [button(say("button.back", audience.language), "my", "")]]
    content = shortened("\n".join([*([lead] if lead else []), *lines]), MESSAGE_LIMIT)
    if anew:
        await answer(interaction, [content], controls(*rows), private=True)
    else:
        await show(interaction, content, controls(*rows))


async def show(interaction: Press, content: str, view: discord.ui.View) -> None:
    """Put ``content`` in the place of the private message that was pressed, or send it."""
    is_command = interaction.type is discord.InteractionType.application_command
    if not is_command and is_private_copy(interaction) and interaction.message is not None:
        await interaction.response.edit_message(content=content, view=view)
    else:
        await answer(interaction, [content], view, private=True)


async def _way_in(
    interaction: Press, house: House, audience: Audience, _: int
) -> tuple[list[str], Rows]:
    member, language = interaction.user.id, audience.language
    kept = await house.library.kept_by(member, audience)
    dailies = await house.daily_stories.of_member(member)
    avoided = (await house.members.preferences(member)).avoided
    lines = [
        say("mine.heading", language),
        f"- {say('mine.reading', language, count=kept.places)}",
        f"- {say('mine.kept', language, count=kept.saved)}",
        f"- {say('mine.dailies', language, count=len(dailies))}",
        f"- {avoided_told(avoided, language)}",
    ]
    row = [button(say(f"button.my-{each}", language), "my", each) for each in _SECTIONS]
    return lines, [row, [button(say("button.my-privacy", language), "privacy")]]


def avoided_told(avoided: Sequence[str], language: str) -> str:
    """Say what somebody avoids in a sentence."""
    if not avoided:
        return say("mine.avoid-nothing", language)
    names = isolate(shortened(listed(list(avoided), language), NAMES_LENGTH))
    return say("mine.avoid-these", language, names=names)


async def _places(
    interaction: Press, house: House, audience: Audience, page: int
) -> tuple[list[str], Rows]:
    """List the stories somebody is in, the latest first."""
    member, language = interaction.user.id, audience.language
    kept = await house.library.kept_by(member, audience)
    page, found = await _page_of(house.library.places, member, audience, page)
    lines = [say("mine.about-places" if kept.places else "mine.nothing", language)]
    options = [
        _option(each.card, say("mine.at-chapter", language, number=each.place.chapter + 1))
        for each in found
    ]
    return _listed(lines, options, kept.places_here, kept.places, "places", page, language)


async def _saved(
    interaction: Press, house: House, audience: Audience, page: int
) -> tuple[list[str], Rows]:
    """List the stories somebody saved, the latest first."""
    member, language = interaction.user.id, audience.language
    kept = await house.library.kept_by(member, audience)
    page, found = await _page_of(house.library.saved, member, audience, page)
    lines = [say("mine.about-saved" if kept.saved else "mine.none-saved", language)]
    options = [
        _option(each.card, say("credit.words", language, count=each.card.record.words))
        for each in found
    ]
    return _listed(lines, options, kept.saved_here, kept.saved, "saved", page, language)


async def _page_of(
    listing: Callable[..., Awaitable[Sequence[Marked]]], member: int, audience: Audience, page: int
) -> tuple[int, Sequence[Marked]]:
    """Give a page of ``listing``, the first where there is none any more."""
    found = await listing(member, audience, LISTED, skip=page * LISTED)
    if page and not found:
        return 0, await listing(member, audience, LISTED, skip=0)
    return page, found


def _option(card: Card, told: str) -> tuple[str, str, str]:
    return str(card.id), card.record.title, told


def _listed(
    lines: list[str],
    options: Sequence[tuple[str, str, str]],
    here: int,
    in_all: int,
    section: str,
    page: int,
    language: str,
) -> tuple[list[str], Rows]:
    """Put a page of a list into a select, with buttons to the pages before and behind it."""
    rows: Rows = []
    if options:
        rows.append([choice(say("mine.choose", language), options, "my-story", section, page)])
        rows.append(turning(section, page, here, language))
    if here > LISTED:
        first = page * LISTED + 1
        last = first + len(options) - 1
        lines.append(f"-# {say('mine.of', language, first=first, last=last, all=here)}")
    if in_all > here:
        lines.append(f"-# {say('mine.elsewhere', language, count=in_all - here)}")
    return lines, rows


def turning(section: str, page: int, in_all: int, language: str) -> list[Any]:
    """Give the buttons that turn a list of ``in_all`` entries."""
    row: list[Any] = []
    if page:
        row.append(button(say("button.earlier-ones", language), "my", section, page - 1))
    if in_all > (page + 1) * LISTED:
        row.append(button(say("button.later-ones", language), "my", section, page + 1))
    return row


async def _daily(
    interaction: Press, house: House, audience: Audience, _: int
) -> tuple[list[str], Rows]:
    """List the daily stories somebody gets in direct messages; there are ten at most."""
    language, locale = audience.language, str(interaction.locale)
    own = await audiences.of_member(interaction.user.id, house, language)
    dailies = await house.daily_stories.of_member(interaction.user.id)
    lines = [say("mine.about-daily" if dailies else "mine.no-daily", language)]
    rows: Rows = []
    options: list[tuple[str, str, str]] = []
    for number, daily in enumerate(dailies, 1):
        lines.append(f"{number}. {await told(house, daily, own, locale)}")
        clock = f"{daily.rule.hour:02}:{daily.rule.minute:02}"
        label = f"{number}. {clock}, {say(f'daily.what-{daily.what}', language)}"
        options.append((str(daily.id), label, ""))
    if options:
        rows.append([choice(say("daily.choose", language), options, "daily-open")])
    rows.append([button(say("button.subscribe", language), "own-form", style=Style.primary)])
    return lines, rows


async def _avoid(
    interaction: Press, house: House, audience: Audience, page: int
) -> tuple[list[str], Rows]:
    """Show what somebody avoids: warnings in one select, everything else in another."""
    language = audience.language
    avoided = (await house.members.preferences(interaction.user.id)).avoided
    lines = [say("mine.about-avoid", language), avoided_told(avoided, language)]
    folded = {fold(name) for name in avoided}
    warnings = [(name, name, fold(name) in folded) for name in ARCHIVE_WARNINGS]
    rows: Rows = [[several(say("mine.pick-warnings", language), warnings, "avoid-warnings")]]
    others = [name for name in avoided if name not in ARCHIVE_WARNINGS]
    page = min(page, max(0, len(others) - 1) // LISTED)
    if shown := others[page * LISTED : (page + 1) * LISTED]:
        options = [(code_of(name), name, "") for name in shown]
        rows.append([choice(say("mine.pick-unavoid", language), options, "avoid-off", page)])
    add = button(say("button.avoid", language), "avoid-form", style=Style.primary)
    rows.append([add, *turning("avoid", page, len(others), language)])
    return lines, rows


async def _refused(
    interaction: Press, house: House, audience: Audience, page: int
) -> tuple[list[str], Rows]:
    """List the stories somebody does not want to come upon again, to take that back."""
    language = audience.language
    cards = await house.members.refused(interaction.user.id, audience)
    lines = [say("mine.about-refused" if cards else "mine.none-refused", language)]
    page = min(page, max(0, len(cards) - 1) // LISTED)
    rows: Rows = []
    if shown := cards[page * LISTED : (page + 1) * LISTED]:
        options = [_option(card, next(iter(card.record.authors), "")) for card in shown]
        rows.append([choice(say("mine.pick-again", language), options, "again-of", page)])
        rows.append(turning("refused", page, len(cards), language))
    return lines, rows


_SECTIONS: dict[str, Section] = {
    "places": _places,
    "saved": _saved,
    "daily": _daily,
    "avoid": _avoid,
    "refused": _refused,
}


async def _pressed_my(interaction: Press, house: House, values: Sequence[str]) -> None:
    section, page = values[0], int(values[1]) if len(values) > 1 else 0
    await answer_mine(interaction, house, section, page)


async def _pressed_open(interaction: Press, house: House, _: Sequence[str]) -> None:
    await answer_mine(interaction, house, anew=True)


async def _pressed_story(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Show one story of a list, with what can be done about it."""
    section, page = values
    if not chosen(interaction).isdecimal():
        raise StoryNotFound("story.gone")
    audience = await audiences.of(interaction, house)
    language, member = audience.language, interaction.user.id
    card = await house.reading.card(int(chosen(interaction)), audience)
    found = await house.library.place_in(member, card.id)
    lines = [credit.entry(card, language, OPENING_LENGTH)]
    if found is not None:
        at = say("mine.at-chapter", language, number=found[0].chapter + 1)
        lines.append(f"-# {say('mine.you-are', language, at=at)}")
    row = [button(say("button.go-on", language), "go-on", card.id, style=Style.primary)]
    if found is not None:
        label = say("button.forget-place", language)
        row.append(button(label, "forget-place", section, page, card.id))
    if await house.library.has_saved(member, card.id):
        row.append(button(say("button.unsave", language), "my-unsave", section, page, card.id))
    row.append(button(say("button.back", language), "my", section, page))
    await show(interaction, "\n".join(lines), controls(row))


async def _pressed_forget_place(interaction: Press, house: House, values: Sequence[str]) -> None:
    section, page, story = values[0], int(values[1]), int(values[2])
    await house.library.forget_place(interaction.user.id, story)
    lead = say("mine.place-forgotten", audiences.language_of(interaction))
    await answer_mine(interaction, house, section, page, lead=lead)


async def _pressed_unsave(interaction: Press, house: House, values: Sequence[str]) -> None:
    section, page, story = values[0], int(values[1]), int(values[2])
    await house.library.unsave_story(interaction.user.id, story)
    lead = say("mine.now-unsaved", audiences.language_of(interaction))
    await answer_mine(interaction, house, section, page, lead=lead)


HANDLERS: dict[str, Handler] = {
    "my": _pressed_my,
    "my-open": _pressed_open,
    "my-story": _pressed_story,
    "forget-place": _pressed_forget_place,
    "my-unsave": _pressed_unsave,
}
