"""A search that found nothing: what is in the way, and looser ways to ask."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.commands.filters import (
    TRYING_SECONDS,
    Meant,
    told_avoided,
    told_filters,
    without_one,
)
from bot.commands.find.asking import RESULTS, WORDS_LENGTH, Asked, fitted, holder, search_for
from bot.controls import Press, button, controls
from bot.errors import NoStoryFits
from bot.house import House
from bot.library.base import Count, Found
from bot.prose.query import loosely, parse_query, pieces
from bot.replies import answer, explained
from bot.story import Audience
from bot.texts import say

MOST_TRIED = 8  # searches with something left out
LOOSELY, ALL = "loosely", "all"  # what a button changes of the words

# What is left out, what is asked then, and what the button for that carries.
_Way = tuple[str, Asked, tuple[int | str, ...]]


def changed(words: str, change: str) -> str:
    """Give what is looked for instead: looser words, all but one of them, or none."""
    if change == LOOSELY:
        return loosely(words)
    return "" if change == ALL else without_piece(words, int(change))


def without_piece(words: str, number: int) -> str:
    """Give what was typed without one of its words or phrases."""
    told = pieces(words)
    return " ".join((*told[:number], *told[number + 1 :]))


async def answer_no_match(
    interaction: Press, house: House, audience: Audience, asked: Asked, found: Found
) -> None:
    """Say that nothing was found, with a button for each filter or word that is in the way."""
    language = audience.language
    row = await _ways_on(house, audience, asked)
    nothing = nothing_for(asked, found)
    text = explained(nothing, language)
    if asked.is_cut:
        text += f"\n-# {say('search.cut', language, count=WORDS_LENGTH)}"
    if filters := told_filters(asked.understood, language):
        text += "\n" + say("filter.asked", language, filters=filters)
    if row:
        text += "\n" + say("search.drop", language)

    async def count_for(who: Audience) -> Count:
        return (await search_for(house, who, asked, limit=1)).count

    avoided, change = await told_avoided(audience, count_for)
    text = "\n".join([text, *avoided])
    last = [*await _looser(house, audience, asked), holder(asked.words, language), *change]
    view = controls(row[:5], row[5:10], last)
    await answer(interaction, [text], view, private=True)


async def _ways_on(house: House, audience: Audience, asked: Asked) -> list[Any]:
    """Give a button for each filter, word or phrase without which there are stories.

    Where none alone is in the way, one for all filters, and one for all words.
    """
    language, order = audience.language, asked.order.value
    code = asked.understood.wanted.code()
    ways: list[_Way] = [
        (label, replace(asked, understood=rest), (order, rest.wanted.code()))
        for label, rest in without_one(asked.understood, language)
    ]
    has_filters, told = bool(ways), pieces(asked.words)
    if len(told) > 1 or has_filters:
        ways += [
            (piece, replace(asked, words=without_piece(asked.words, number)), (order, code, number))
            for number, piece in enumerate(told[:RESULTS])
        ]
    end = asyncio.get_running_loop().time() + TRYING_SECONDS
    row = await _tried(house, audience, ways[:MOST_TRIED], end)
    if row or not (has_filters and told):
        return row
    filters = told_filters(asked.understood, language)
    without_filters = (filters, replace(asked, understood=Meant()), (order, ""))
    without_words = (asked.words, replace(asked, words=""), (order, code, ALL))
    return await _tried(house, audience, [without_filters, without_words], end)


async def _tried(house: House, audience: Audience, ways: Sequence[_Way], end: float) -> list[Any]:
    """Give a button for each way that finds something, of those there is time for."""
    row: list[Any] = []
    for label, less, values in ways:
        if asyncio.get_running_loop().time() > end:
            break
        found = await search_for(house, audience, less, limit=1)
        if found.hits:
            count = found.count.told
            text = say("filter.drop", audience.language, filter=label, count=count)
            row.append(button(text, "search", *values))
    return row


async def _looser(house: House, audience: Audience, asked: Asked) -> list[Any]:
    """Give a button that looks for the words apart and for what begins so, where that finds any."""
    loose, is_cut = fitted(loosely(asked.words))
    if is_cut or not loose or parse_query(loose) == parse_query(asked.words):
        return []
    found = await search_for(house, audience, replace(asked, words=loose), limit=1)
    if not found.hits:
        return []
    code, count = asked.understood.wanted.code(), found.count.told
    told = say("search.looser", audience.language, count=count)
    return [button(told, "search", asked.order.value, code, LOOSELY)]


def nothing_for(asked: Asked, found: Found) -> NoStoryFits:
    """Give the error that says that nothing was found."""
    key = "search.none" if asked.words else "search.none-filters"
    return NoStoryFits(key, typed=asked.words, restricted=found.count.told_restricted)
