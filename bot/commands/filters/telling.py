"""Filters in words, and what to say when they find nothing or a name is not known."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from bot import credit
from bot.commands.filters.languages import language_name
from bot.commands.filters.meaning import Meant, NamesMissed
from bot.controls import Press, button, controls
from bot.errors import NoStoryFits
from bot.house import House
from bot.library.base import Count
from bot.render import isolate
from bot.replies import answer, explained
from bot.story import Audience
from bot.texts import say
from bot.wanted import Wanted

MOST_PAIRS = 15  # of filters: as many as six have, each of which is counted
TRYING_SECONDS = 1.0  # for all of that: Discord waits three for an answer


async def answer_missed(
    interaction: Press,
    audience: Audience,
    missed: NamesMissed,
    verb: str,
    *values: int | str,
    below: Sequence[Any] = (),
) -> None:
    """Answer names that were not found, with a button for each way to mean them.

    A press does ``verb`` with ``values`` and the code of what was meant; ``below`` holds
    more buttons.
    """
    row = [button(label, verb, *values, wanted.code()) for label, wanted in missed.offers]
    text = "\n".join(explained(near, audience.language) for near in missed.missed)
    await answer(interaction, [text], controls(row, below), private=True)


async def answer_nothing(
    interaction: Press,
    house: House,
    audience: Audience,
    nothing: NoStoryFits,
    what: Meant,
    verb: str,
    *values: str,
) -> None:
    """Answer that nothing fits, with a button for each filter that alone is in the way.

    Where none is alone, with one for each two of them that are.
    ``values`` is empty for a list, else what is drawn: only what fits that is counted.
    """
    language = audience.language
    row: list[Any] = []
    loop = asyncio.get_running_loop()
    end = loop.time() + TRYING_SECONDS
    for ways in (without_one(what, language), without_two(what, language)[:MOST_PAIRS]):
        for label, rest in () if row else ways:
            if loop.time() > end:
                break
            count = await (
                house.reading.count_drawn(values[0], rest.filter, audience)
                if values
                else house.library.count(rest.filter, audience)
            )
            if count.visible:
                told = say("filter.drop", language, filter=label, count=count.told)
                row.append(button(told, verb, *values, rest.wanted.code()))
    lines = [explained(nothing, language)]
    if filters := told_filters(what, language):
        lines.append(say("filter.asked-drop" if row else "filter.asked", language, filters=filters))

    async def count_for(who: Audience) -> Count:
        if values:
            return await house.reading.count_drawn(values[0], what.filter, who)
        return await house.library.count(what.filter, who)

    avoided, change = await told_avoided(audience, count_for)
    text = "\n".join([*lines, *avoided])
    await answer(interaction, [text], controls(row[:5], row[5:10], change), private=True)


async def told_avoided(
    audience: Audience, count_for: Callable[[Audience], Awaitable[Count]]
) -> tuple[list[str], list[Any]]:
    """Say how many stories somebody's own avoid list keeps back, with a button that opens it."""
    if not audience.avoided:
        return [], []
    count = await count_for(replace(audience, avoided=frozenset()))
    if not count.visible:
        return [], []
    language = audience.language
    told = say("filter.avoided", language, count=count.told)
    return [told], [button(say("button.my-avoid", language), "my", "avoid")]


def without_one(what: Meant, language: str) -> list[tuple[str, Meant]]:
    """Give what was meant with one filter left out, for each filter, with what it is called."""
    wanted = what.wanted
    rest: list[tuple[str, Meant]] = []
    for name in what.names:
        names = tuple(each for each in what.names if each != name)
        ids = tuple(each.id for each in names)
        left = replace(what, wanted=replace(wanted, names=ids), names=names)
        rest.append((credit.shortened(name.name, 40), left))
    for name in what.without:
        left_out = tuple(each for each in what.without if each != name)
        ids = tuple(each.id for each in left_out)
        left = replace(what, wanted=replace(wanted, without=ids), without=left_out)
        told = say("filter.without", language, names=credit.shortened(name.name, 40))
        rest.append((told, left))
    if what.collection is not None:
        left = replace(what, wanted=replace(wanted, collection=0), collection=None)
        rest.append((_collection(what, language), left))
    limits: list[tuple[str, dict[str, Any]]] = [
        (label, change)
        for label, change in (
            (_rating(wanted, language), {"max_rating": None}),
            (_length(wanted, language), {"min_words": None, "max_words": None}),
            (_language(wanted, language), {"language": ""}),
            (_completeness(wanted, language), {"complete": None}),
        )
        if label
    ]
    rest.extend((label, replace(what, wanted=replace(wanted, **gone))) for label, gone in limits)
    return rest


def without_two(what: Meant, language: str) -> list[tuple[str, Meant]]:
    """Give what was meant with two filters left out, for each two of them, as `without_one`."""
    rest: dict[Meant, str] = {}
    for one, left in without_one(what, language):
        for other, less in without_one(left, language):
            rest.setdefault(less, credit.listed([one, other], language))
    return [(label, left) for left, label in rest.items()]


def told_filters(what: Meant, language: str) -> str:
    """Say in words what was asked for; "" when anything will do."""
    parts = [isolate(credit.shortened(name.name, 60)) for name in what.names]
    if what.without:
        told = [isolate(credit.shortened(name.name, 60)) for name in what.without]
        names = credit.listed(told, language)
        parts.append(say("filter.without", language, names=names))
    wanted = what.wanted
    parts += filter(
        None,
        (
            _collection(what, language),
            _rating(wanted, language),
            _length(wanted, language),
            _language(wanted, language),
            _completeness(wanted, language),
        ),
    )
    return ", ".join(parts)


def _collection(what: Meant, language: str) -> str:
    if what.collection is None:
        return ""
    name = isolate(credit.shortened(what.collection.name, 40))
    return say("filter.collection", language, name=name)


def _rating(wanted: Wanted, language: str) -> str:
    if wanted.max_rating is None:
        return ""
    return say("filter.rating", language, rating=say(f"rating.{wanted.max_rating.key}", language))


def _length(wanted: Wanted, language: str) -> str:
    if wanted.min_words is None and wanted.max_words is None:
        return ""
    return words_told(wanted.min_words, wanted.max_words, language)


def words_told(least: int | None, most: int | None, language: str) -> str:
    """Say a range of words."""
    if least and least == most:
        return say("credit.words", language, count=most)
    if least and most is not None:
        return say("length.between", language, least=least, count=most)
    if most is not None:
        return say("length.at-most", language, count=most)
    return say("length.at-least", language, count=least or 0)


def _language(wanted: Wanted, language: str) -> str:
    if not wanted.language:
        return ""
    return say("filter.language", language, name=language_name(wanted.language, language))


def _completeness(wanted: Wanted, language: str) -> str:
    if wanted.complete is None:
        return ""
    return say("filter.complete" if wanted.complete else "filter.unfinished", language)
