"""The filters that reading and finding share, declared once and understood once.

`with_filters` adds the same options to a command; what was typed becomes a
`Meant`: ids that travel in buttons, the names as they are called, and the
question to the library.
"""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import fields
from functools import wraps
from typing import Any, Optional

from discord import app_commands

from bot import audience as audiences
from bot.commands.filters.beside import offer_beside
from bot.commands.filters.languages import LANGUAGES, spellings
from bot.commands.filters.meaning import (
    LENGTHS,
    NAMED,
    Meant,
    NamesMissed,
    Typed,
    meant,
    meant_by_code,
    words_meant,
)
from bot.commands.filters.telling import (
    TRYING_SECONDS,
    answer_missed,
    answer_nothing,
    told_avoided,
    told_filters,
    without_one,
    words_told,
)
from bot.commands.options import PLAIN_KINDS, Choices, offer_collections
from bot.commands.translations import named_choice
from bot.controls import Press
from bot.house import House
from bot.prose.lengths import TRUE_DRABBLE, parse_length
from bot.reading import CHARACTER_KINDS, TAG_KINDS
from bot.story import Rating, TagKind
from bot.texts import say

TYPED_LENGTH = 100  # characters of what may be typed into an option

_DESCRIPTIONS = {
    "character": "Only with this character; leave empty for anybody",
    "companion": "And with this character as well",
    "tag": "Only with this tag, fandom, relationship or author",
    "fandom": "Only of this fandom",
    "author": "Only by this author",
    "without": "Nothing with this tag, character or warning",
    "length": "How long? short, long, or words such as 500-2000",
    "rating": "Rated this at most",
    "language": "Written in this language",
    "complete": "Only finished stories, or only unfinished ones",
    "collection": "Only from this collection",
}


def with_filters(
    house: House, *, leave_out: Sequence[str] = (), most_words: int | None = None
) -> Callable[[Callable[..., Awaitable[None]]], Callable[..., Any]]:
    """Add the filters to a command's body, which takes (interaction, typed, its own options).

    Its own options come first in Discord's list. It never brings more than ``most_words``.
    """
    offered = [field for field in fields(Typed) if field.name not in leave_out]

    def add(body: Callable[..., Awaitable[None]]) -> Callable[..., Any]:
        interaction, _, *own = inspect.signature(body).parameters.values()

        @wraps(body)
        async def run(press: Press, /, **options: Any) -> None:
            typed = Typed(**{field.name: options.pop(field.name, None) for field in offered})
            await body(press, typed, **options)

        given = [
            inspect.Parameter(
                field.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=None,
                annotation=_annotation(field.name),
            )
            for field in offered
        ]
        own = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
        # discord.py reads a command's options from its signature.
        run.__signature__ = inspect.Signature([interaction, *own, *given])  # pyright: ignore[reportAttributeAccessIssue]
        names = {field.name for field in offered}
        app_commands.describe(**{name: _DESCRIPTIONS[name] for name in names})(run)
        app_commands.rename(companion="with")(run)
        ratings = [named_choice(f"rating.{each.key}", int(each)) for each in Rating]
        app_commands.choices(rating=ratings)(run)
        offers: dict[str, Any] = {n: o for n, o in _offers(house, most_words).items() if n in names}
        app_commands.autocomplete(**offers)(run)
        return run

    return add


def _annotation(option: str) -> Any:
    match option:
        case "rating":
            return int | None
        case "complete":
            return bool | None
        case _:
            return Optional[app_commands.Range[str, 1, TYPED_LENGTH]]  # noqa: UP045 (no "|" at run time)


def _offers(
    house: House, most_words: int | None
) -> dict[str, Callable[[Press, str], Awaitable[Choices]]]:
    def beside(option: str, kinds: Sequence[TagKind]) -> Callable[[Press, str], Awaitable[Choices]]:
        async def offer(interaction: Press, typed: str) -> Choices:
            return await offer_beside(interaction, house, typed, kinds, option)

        return offer

    async def collections(interaction: Press, typed: str) -> Choices:
        return await offer_collections(interaction, house, typed)

    async def lengths(interaction: Press, typed: str) -> Choices:
        return offer_lengths(interaction, house, typed, most_words)

    async def languages(interaction: Press, typed: str) -> Choices:
        return offer_languages(interaction, typed)

    return {
        "character": beside("character", CHARACTER_KINDS),
        "companion": beside("with", CHARACTER_KINDS),
        "tag": beside("tag", PLAIN_KINDS),
        "fandom": beside("fandom", NAMED["fandom"]),
        "author": beside("author", NAMED["author"]),
        "without": beside("without", TAG_KINDS),
        "length": lengths,
        "language": languages,
        "collection": collections,
    }


def offer_lengths(
    interaction: Press, house: House, typed: str, most_words: int | None = None
) -> Choices:
    """Offer the named lengths and, once something was typed, what it means in words.

    A true drabble comes first where there is nothing longer than ``most_words``.
    """
    language = audiences.language_of(interaction)
    choices: Choices = []
    if (most_words or 0) >= TRUE_DRABBLE and str(TRUE_DRABBLE).startswith(typed.strip()):
        told = words_told(TRUE_DRABBLE, TRUE_DRABBLE, language)
        choices.append(app_commands.Choice(name=told, value=f"{TRUE_DRABBLE}-{TRUE_DRABBLE}"))
    for key in LENGTHS:
        least, most = words_meant(house, key) or (None, None)
        if most_words is not None and (most is None or most > most_words):
            continue
        label = say(f"length.{key}", language, told=words_told(least, most, language))
        if typed.casefold() in label.casefold():
            choices.append(app_commands.Choice(name=label, value=key))
    if not choices and (found := parse_length(typed)):
        choices.append(app_commands.Choice(name=words_told(*found, language), value=typed))
    return choices


def offer_languages(interaction: Press, typed: str) -> Choices:
    """Offer languages by their name in the person's own language, in English or in themselves."""
    language = audiences.language_of(interaction)
    asked = typed.strip().casefold()
    choices: Choices = []
    for tag in LANGUAGES:
        spelt = spellings(tag, language)
        if any(each.casefold().startswith(asked) for each in spelt):
            choices.append(app_commands.Choice(name=spelt[0], value=tag))
    return choices


__all__ = [
    "TRYING_SECONDS",
    "TYPED_LENGTH",
    "Meant",
    "NamesMissed",
    "Typed",
    "answer_missed",
    "answer_nothing",
    "meant",
    "meant_by_code",
    "told_avoided",
    "told_filters",
    "with_filters",
    "without_one",
]
