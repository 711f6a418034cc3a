"""Languages as files state them."""

import tomllib
from pathlib import Path

import pytest
from babel import Locale

import bot
from bot.prose.languages import code_of


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("EN_us", "en"),
        ("English", "en"),
        ("ENGLISH (UK)", "en"),
        ("中文-普通话 國語", "zh"),
        ("Français", "fr"),
        ("Español", "es"),
        ("日本語", "ja"),
        ("Deutsch", "de"),
        ("Quenya (Exilic)", "quenya"),
        ("", ""),
    ],
)
def test_a_language_is_known_by_tag_and_by_name(stated: str, code: str) -> None:
    assert code_of(stated) == code


def test_names_of_languages_in_themselves_are_those_of_babel() -> None:
    told = tomllib.loads((Path(bot.__file__).parent / "data/languages.toml").read_text("utf-8"))
    assert len(told) > 200
    for code in ("ar", "cy", "hi", "ko", "pl", "ru", "th", "uk", "zh"):
        assert told[code] == Locale(code).languages[code]
        assert code_of(told[code]) == code
