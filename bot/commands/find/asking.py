"""What /search is asked for, and what its buttons carry of it."""

from dataclasses import dataclass

import discord

from bot.commands.filters import Meant
from bot.controls import button
from bot.errors import StoryNotFound
from bot.house import House
from bot.library.base import Found, Order
from bot.prose.query import parse_query
from bot.story import Audience
from bot.texts import say

RESULTS = 5  # stories on one page of results: what a phone shows
WORDS_LENGTH = 80  # characters of what is looked for: so it fits into a button
HOLDER = "search-form"  # the button whose custom_id holds what was typed


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, among what, in which order."""

    words: str
    understood: Meant
    order: Order = Order.RELEVANCE
    is_cut: bool = False  # more was typed than fits a button


async def search_for(
    house: House,
    audience: Audience,
    asked: Asked,
    *,
    after: int = 0,
    before: int = 0,
    limit: int = RESULTS,
) -> Found:
    """Search as was asked.

    Raises:
        StoryNotFound: There is no word in what was typed.
    """
    query = parse_query(asked.words)
    if query.is_empty and asked.words.strip():
        raise StoryNotFound("search.no-word", typed=asked.words)
    return await house.library.search(
        query,
        asked.understood.filter,
        audience,
        order=asked.order,
        after=after,
        before=before,
        limit=limit,
    )


def holder(words: str, language: str) -> discord.ui.Button[discord.ui.View]:
    """Make the button that holds what is looked for and asks for other words."""
    return button(say("button.other-words", language), HOLDER, words)


def fitted(words: str) -> tuple[str, bool]:
    """Make what was typed fit a custom_id, where a colon parts; tells whether it was cut."""
    told = " ".join(words.replace(":", " ").split())
    if len(told) <= WORDS_LENGTH:
        return told, False
    whole, space, _ = told[: WORDS_LENGTH + 1].rpartition(" ")
    return (whole if space else told[:WORDS_LENGTH]), True
