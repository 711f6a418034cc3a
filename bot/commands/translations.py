"""Descriptions and choices of commands in every language we speak.

Names of commands and options stay English, since a mention of a command shows
its English name anyway. A description stands in the code, in English; the other
catalogues translate it in their area ``described``, under the English words. A
choice is a text of the catalogue like any other.

Discord's locales and the limits (100 characters for a description and for a
choice) are those of its reference, "Locales" and "Application Commands".
"""

from typing import Any

import discord
from discord import app_commands

from bot.texts import FALLBACK, described, has_text, known_language, say

_NAMES = (
    app_commands.TranslationContextLocation.command_name,
    app_commands.TranslationContextLocation.group_name,
    app_commands.TranslationContextLocation.parameter_name,
)


class CatalogueTranslator(app_commands.Translator):
    """Gives discord.py what a command says in another language, when commands are synced."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Give ``string`` in the language of ``locale``; None leaves Discord with the English."""
        language = known_language(locale.value)
        if language == FALLBACK:
            return None
        if key := string.extras.get("key"):
            return say(key, language) if has_text(key, language) else None
        if context.location in _NAMES:
            return None
        return described(string.message, language)


def named_choice(key: str, value: Any) -> app_commands.Choice[Any]:
    """Make a choice of an option, called what the text ``key`` says."""
    return app_commands.Choice(name=spoken(key), value=value)


def spoken(key: str) -> app_commands.locale_str:
    """Give the English text ``key`` as discord.py takes names that have translations."""
    return app_commands.locale_str(say(key), key=key)
