"""Languages as files state them."""

import pytest

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
