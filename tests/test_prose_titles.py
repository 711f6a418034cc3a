"""Titles derived from a file's name or a story's first words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prose.titles import NO_TITLE, TITLE_LIMIT, derive_title

TEXT = (
    'Chapter 1\n\n"Well, I never," said Jane, and she went down to the river '
    "to look for the boat that had gone missing."
)
FROM_TEXT = '"Well, I never," said Jane…'


@pytest.mark.parametrize(
    ("stem", "title"),
    [
        ("The_Long_Road", "The Long Road"),
        ("the-long-road", "The long road"),
        ("TheColdRiver", "The Cold River"),
        ("003 - the cold river", "The cold river"),
        ("12_Days_of_Christmas", "12 Days of Christmas"),
        ("Don't Look Back - Copy (2)", "Don't Look Back"),
        ("002_cold_river_c5362502d6613442", "Cold river"),
        ("雨の駅", "雨の駅"),
    ],
)
def test_a_telling_file_name_becomes_the_title(stem: str, title: str) -> None:
    assert derive_title(stem, TEXT) == title


@pytest.mark.parametrize(
    "stem",
    [
        "story",
        "untitled (2)",
        "Chapter 3",
        "My story - copy",
        "550e8400-e29b-41d4-a716-446655440000",
        "002_c5362502d6613442",
        "Work_12345",
        "deadbeef01",
        "Ghosts",
        "",
    ],
)
def test_a_file_name_without_two_real_words_gives_way_to_the_first_sentence(stem: str) -> None:
    assert derive_title(stem, TEXT) == FROM_TEXT


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("It rained.", "It rained"),
        ("Was it raining?", "Was it raining?"),
        ("* * *\n\nPrologue\n\nIt rained...", "It rained..."),
        (
            "She let out a long sigh as she was carried all the way to the medbay of a ship.",
            "She let out a long sigh as she was carried all the way…",
        ),
        (
            '"Go and fetch the water from the well before the sun sets tonight or else."',
            "Go and fetch the water from the well before the sun sets…",
        ),
        ("雨が降っていた。彼は去った。", "雨が降っていた"),
        ("a" * 100, "a" * 59 + "…"),
    ],
)
def test_the_first_sentence_is_cut_at_a_clause_or_a_word(text: str, title: str) -> None:
    assert derive_title("x", text) == title


def test_nothing_to_go_by_gives_the_stem_or_untitled() -> None:
    assert derive_title("x1", "") == "x1"
    assert derive_title("", " \n ") == NO_TITLE


@given(st.text(max_size=80), st.text(max_size=200))
def test_a_title_is_one_short_line(stem: str, text: str) -> None:
    title = derive_title(stem, text)
    assert 0 < len(title) <= TITLE_LIMIT
    assert title == " ".join(title.split())
