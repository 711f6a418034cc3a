"""The cover of a story: what it is, and what is in it, before a word of it is read.

A story with warnings opens as one, and so does a long one, and for somebody
who avoids something of it.
"""

import discord

from bot import credit
from bot.controls import Style, button
from bot.library.base import Card
from bot.library.records import names_of
from bot.prose.words import fold
from bot.render import escape
from bot.story import Audience, Place
from bot.texts import FALLBACK, say

COVER_PAGES = 10  # a story of more pages opens as a cover


def turn_button(
    label: str, place: Place, asker: int, style: Style = Style.secondary
) -> discord.ui.Button[discord.ui.View]:
    """Give a button that opens the page at ``place``; ``asker``'s presses turn it in place."""
    return button(label, "turn", place.story, place.chapter, place.offset, asker, style=style)


def needs_cover(card: Card, pages: int, audience: Audience) -> bool:
    """Tell whether a story opens as a cover.

    It has warnings, is longer than ten pages, or carries what the person avoids.
    """
    if card.is_link_only:
        return False
    if credit.warnings(card.record, FALLBACK) or carries_avoided(card, audience):
        return True
    return pages > COVER_PAGES


def carries_avoided(card: Card, audience: Audience) -> bool:
    """Tell whether a story carries a name that the person avoids."""
    carried = (fold(name) for _, name, _ in names_of(card.record))
    return bool(audience.avoided) and not audience.avoided.isdisjoint(carried)


def cover(card: Card, language: str) -> str:
    """Give the cover of a story: credit, warnings, summary, tags, source; no text of it."""
    record = card.record
    lines = [
        credit.header(card, language),
        credit.tags(record, language),
        credit.source(record, language),
    ]
    if record.summary.strip():
        summary = " ".join(record.summary.split())
        lines.append(f"> {escape(credit.shortened(summary, credit.SUMMARY_LENGTH // 2))}")
    return "\n".join(filter(None, lines))


def cover_buttons(
    card: Card, language: str, asker: int, *, private: bool, place: Place | None = None
) -> list[discord.ui.Item[discord.ui.View]]:
    """Give the buttons of a cover; the text comes after the press, from ``place`` on."""
    at = place or Place(card.id)
    read = turn_button(say("button.read", language), at, asker, Style.primary)
    if private:
        return [read]
    label = say("button.read-privately", language)
    return [read, button(label, "alone", at.story, at.chapter, at.offset)]
