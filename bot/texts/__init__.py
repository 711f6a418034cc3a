"""What the bot says: message catalogues by language.

``say("drabble.none", "de", tag="Regen")`` gives the German text, or the
English one where German has none. A text is a string with ``{named}`` values,
or a table of plural forms (``one``, ``other`` …, CLDR's categories) chosen by
the value ``count``. Whole numbers are written as the language writes them.
Values are put in as they are: escape story text before it comes here.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, cast

from babel import Locale
from babel.numbers import format_decimal

from bot.errors import FiresideError
from bot.story import MoreThan

FALLBACK = "en"


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


@lru_cache(maxsize=4096)  # numbering costs more than all else there is to say
def _number(value: int, language: str) -> str:
    return format_decimal(value, locale=_locale(language))


def _told_number(value: int, language: str) -> str:
    more = "+" if isinstance(value, MoreThan) else ""
    return f"{_number(int(value), language)}{more}"


@lru_cache(maxsize=4096)  # and finding the plural form costs as much again
def _form(count: int, language: str) -> str:
    return str(_locale(language).plural_form(count))


@lru_cache(maxsize=256)  # above the locales of Discord: most have no file, and are asked for too
def catalogue(language: str) -> dict[str, str | dict[str, str]]:
    """Read the texts of ``language``: dotted keys to a text or to plural forms."""
    file = resources.files("bot.texts").joinpath(f"{language}.toml")
    if not file.is_file():
        return {}
    found: dict[str, str | dict[str, str]] = {}
    for area, texts in tomllib.loads(file.read_text("utf-8")).items():
        for name, text in cast("dict[str, Any]", texts).items():
            found[f"{area}.{name}"] = text
    return found


def known_language(tag: str | None) -> str:
    """Give the language we speak that is nearest to a Discord locale such as ``"es-419"``."""
    for language in (tag or "", (tag or "").split("-")[0]):
        if language and catalogue(language):
            return language
    return FALLBACK


def has_text(key: str, language: str = FALLBACK) -> bool:
    """Tell whether there is a text ``key``; what a later version stored may have none here."""
    return key in catalogue(language)


def described(text: str, language: str) -> str | None:
    """Give the description ``text`` of a command or an option in ``language``, if it has one."""
    told = catalogue(language).get(f"described.{text}")
    return told if isinstance(told, str) else None


def explain(error: FiresideError, language: str = FALLBACK) -> str:
    """Give the sentence of an expected failure, for a terminal or a log: nothing is escaped."""
    return _filled(error.key, language, error.values)


def say(key: str, language: str = FALLBACK, **values: object) -> str:
    """Give the text ``key`` in ``language``, filled with ``values``.

    Raises:
        KeyError: No catalogue has ``key``, or a value that the text names is missing.
    """
    return _filled(key, language, values)


def _filled(key: str, language: str, values: Mapping[str, object]) -> str:
    text = catalogue(language).get(key)
    if text is None:
        language, text = FALLBACK, catalogue(FALLBACK)[key]
    if isinstance(text, dict):
        text = text.get(_form(cast("int", values["count"]), language)) or text["other"]
    return text.format_map(
        {
            name: _told_number(value, language)
            if isinstance(value, int) and not isinstance(value, bool)
            else value
            for name, value in values.items()
        }
    )
