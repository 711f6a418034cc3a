"""The languages other than English: what can be checked without speaking them.

A text holds the same values in every language, its plural forms are those that
the language has, and what Discord bounds stays within its bounds there, too.
"""

import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import discord
import pytest
from babel import Locale

from bot.client import create_client
from bot.commands.translations import CatalogueTranslator
from bot.texts import FALLBACK, catalogue, known_language, say
from tests.rest_check import needs_discord_api, rule_problems, spec_problems
from tests.stage import (
    Clock,
    Stage,
    is_private,
    labels,
    let_all_speak,
    messages,
    settings_for,
    stage,
)
from tests.test_rest_bodies import Sent

LANGUAGES = ("de", "fr", "es", "pt-BR", "ja")
LOCALES = ("de", "fr", "es-ES", "es-419", "pt-BR", "ja")  # as Discord calls them
EN = catalogue(FALLBACK)
DESCRIBED = "described."
# Their texts stay English; single ones that members see as well are translated nonetheless.
OPERATORS_AREAS = {
    *("aliases", "backup", "catalogue", "cli", "config", "doctor", "health", "library", "try"),
}
# Discord's limits, from its reference: a label of a form, and a description of a command.
FORM_LABEL = 45
DESCRIPTION = 100
ALL_PROPERTIES = 8_000  # characters of a command, its options and choices in one language


def forms(text: str | dict[str, str]) -> list[str]:
    return list(text.values()) if isinstance(text, dict) else [text]


def named(text: str | dict[str, str]) -> set[str]:
    """Give the values that a text names; a plural form need not tell its count."""
    told = {name for form in forms(text) for _, name, _, _ in string.Formatter().parse(form)}
    return {name for name in told if name} - {"count"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_all_that_members_read_and_nothing_else(language: str) -> None:
    told = {key for key in catalogue(language) if not key.startswith(DESCRIBED)}
    assert sorted(key for key in EN if key not in told and not is_for_operators(key)) == []
    assert sorted(told - set(EN)) == []


def is_for_operators(key: str) -> bool:
    """Tell whether a text is read on a terminal, in a log or on the local page only."""
    return key.split(".")[0] in OPERATORS_AREAS or key.startswith(("report.sum-", "report.link-"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_name_the_same_values_as_the_english_ones(language: str) -> None:
    wrong = [
        key
        for key, text in catalogue(language).items()
        if key in EN
        if named(text) != named(EN[key]) or isinstance(text, dict) != isinstance(EN[key], dict)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_of_the_language(language: str) -> None:
    known = {*Locale.parse(language.replace("-", "_")).plural_form.tags, "other"}
    # A form for millions may be left out; one for a single thing may not.
    needed = {"one", "other"} & known
    told = {key: set(text) for key, text in catalogue(language).items() if isinstance(text, dict)}
    assert len(told) > 20
    assert {key: has for key, has in told.items() if not needed <= has <= known} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_such_as_discord_takes(language: str) -> None:
    wrong = {
        key: form
        for key, text in catalogue(language).items()
        for form in forms(text)
        if form != form.strip() or not form or "  " in form or len(form) > room_of(key)
    }
    assert wrong == {}


def room_of(key: str) -> int:
    """Give how many characters a text may have in any language."""
    if key.startswith("button."):
        return 80
    if key.startswith(DESCRIBED):
        return DESCRIPTION
    is_of_a_form = key.endswith("-title") or ".form-" in key
    if is_of_a_form and max(map(len, forms(EN.get(key, "")))) <= FORM_LABEL:
        return FORM_LABEL
    return 1_500


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("de", "de"),
        ("fr", "fr"),
        ("es-ES", "es"),
        ("es-419", "es"),
        ("pt-BR", "pt-BR"),
        ("ja", "ja"),
        ("en-US", "en"),
        ("en-GB", "en"),
        ("ko", "en"),
        ("zh-TW", "en"),
    ],
)
def test_every_locale_of_discord_has_the_nearest_language(tag: str, language: str) -> None:
    assert known_language(tag) == language


def test_plurals_and_numbers_follow_the_language() -> None:
    assert say("credit.words", "de", count=1) == "1 Wort"
    assert say("credit.words", "de", count=12_345) == "12.345 Wörter"
    assert say("credit.words", "fr", count=0) == "0 mot"
    assert say("credit.words", "fr", count=12_345) == "12\u202f345 mots"
    assert say("credit.words", "es", count=2_000_000) == "2.000.000 palabras"
    assert say("credit.words", "ja", count=1) == "1 語"


def test_what_a_language_lacks_is_said_in_english() -> None:
    assert say("cli.no-schedules", "ja") == say("cli.no-schedules", "en")


# Commands


@pytest.fixture
async def commands(tmp_path: Path) -> list[dict[str, Any]]:
    """Give every command as it is told to Discord, in all languages."""
    client = create_client(settings_for(tmp_path))
    translator = CatalogueTranslator()
    await client.tree.set_translator(translator)
    told = [
        await command.get_translated_payload(client.tree, translator)
        for command in client.tree.get_commands()
    ]
    await client.close()
    return told


def walk(part: Any) -> Iterator[dict[str, Any]]:
    """Give every command, option and choice in ``part``."""
    yield part
    for key in ("options", "choices"):
        for inner in part.get(key) or ():
            yield from walk(inner)


async def test_every_description_has_every_language(commands: list[dict[str, Any]]) -> None:
    described = [part for each in commands for part in walk(each) if part.get("description")]
    assert len(described) > 30
    texts = {f"{DESCRIBED}{part['description']}" for part in described}
    for language in LANGUAGES:
        known = {key for key in catalogue(language) if key.startswith(DESCRIBED)}
        assert known == texts, language
    for part in described:
        told = part.get("description_localizations") or {}
        for locale, language in zip(LOCALES, ("de", "fr", "es", "es", "pt-BR", "ja"), strict=True):
            text = catalogue(language).get(f"{DESCRIBED}{part['description']}")
            assert told.get(locale) == text
        assert "en-GB" not in told


async def test_names_of_commands_stay_english(commands: list[dict[str, Any]]) -> None:
    menu = discord.AppCommandType.message.value
    for each in commands:
        assert bool(each.get("name_localizations")) == (each.get("type") == menu)
        for part in walk(each):
            if "description" in part and part is not each:
                assert not part.get("name_localizations")


async def test_choices_are_told_in_every_language(commands: list[dict[str, Any]]) -> None:
    choices = [part for each in commands for part in walk(each) if "value" in part]
    assert len(choices) > 10
    for part in choices:
        assert set(part["name_localizations"]) == set(LOCALES)


async def test_commands_stay_within_discords_limits_in_every_language(
    commands: list[dict[str, Any]],
) -> None:
    for each in commands:
        total = 0
        for part in walk(each):
            for name in ("name", "description"):
                told = [part.get(name) or "", *(part.get(f"{name}_localizations") or {}).values()]
                assert max(map(len, told)) <= DESCRIPTION
                total += max(map(len, told))
            total += len(str(part.get("value", "")))
        assert total <= ALL_PROPERTIES


@needs_discord_api
async def test_discord_takes_the_commands_in_all_languages(commands: list[dict[str, Any]]) -> None:
    assert spec_problems([Sent("PUT", "/applications/1/commands", commands)]) == []


# What members see


async def test_a_private_answer_speaks_the_members_language(seeds: Stage) -> None:
    let_all_speak(seeds.client, "de")
    answer = await seeds.ben.slash(seeds.general, "fireside help")
    assert "Geschichten werden gleich hier gelesen" in seeds.texts(answer)[0]
    assert "Ein Drabble" in labels(messages(answer)[-1])


async def test_a_public_answer_speaks_the_servers_language(tmp_path: Path, clock: Clock) -> None:
    async with stage(settings_for(tmp_path), clock, locale="fr") as s:
        let_all_speak(s.client, "de")
        answer = await s.ben.slash(s.general, "drabble")
        assert not is_private(answer)
        assert "Un autre drabble" in labels(messages(answer)[-1])
        alone = await s.ben.slash(s.general, "drabble", character="Nobody At All")
        assert is_private(alone)
        assert "Nichts heißt hier „Nobody At All“" in s.texts(alone)[0]


@pytest.mark.parametrize("locale", ["es-419", "pt-BR", "ja"])
async def test_reading_finding_and_setting_up_work_in_every_language(
    tmp_path: Path, clock: Clock, locale: str
) -> None:
    async with stage(settings_for(tmp_path), clock, locale=locale) as s:
        let_all_speak(s.client, locale)
        for command in ("drabble", "story", "excerpt", "search", "tag", "continue"):
            told = messages(await s.ben.slash(s.general, command))
            assert told, command
            assert all(0 < len(message.content) <= 2_000 for message in told)
        for command in ("fireside help", "fireside about", "fireside privacy"):
            assert is_private(await s.ben.slash(s.general, command))
        for command in ("fireside-admin settings", "fireside-admin check"):
            assert is_private(await s.ada.slash(s.general, command))
        kept = await s.ada.slash(s.general, "daily-story", time="20:00", zone="Berlin")
        assert is_private(kept)
        assert rule_problems(s.env.http_requests) == []
