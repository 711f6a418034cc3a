"""Lengths as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prose.lengths import MOST_WORDS, parse_length


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("500-2000", (500, 2_000)),
        ("2000 to 500 words", (500, 2_000)),
        ("2-5k", (2_000, 5_000)),
        ("1.5k – 3k", (1_500, 3_000)),
        ("under 1,000", (None, 1_000)),
        ("<= 1.000", (None, 1_000)),
        ("800", (None, 800)),
        ("5k+", (5_000, None)),
        ("at least 300 words", (300, None)),
        ("9" * 40, (None, MOST_WORDS)),
        ("", None),
        ("quite long", None),
        ("12 monkeys", None),
        ("-", None),
    ],
)
def test_a_length_is_read_as_people_write_it(
    typed: str, expected: tuple[int | None, int | None] | None
) -> None:
    assert parse_length(typed) == expected


@given(st.integers(0, MOST_WORDS), st.integers(0, MOST_WORDS))
def test_a_range_is_read_whichever_end_comes_first(one: int, other: int) -> None:
    assert parse_length(f"{one}-{other}") == (min(one, other), max(one, other))


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_range_or_none(typed: str) -> None:
    found = parse_length(typed)
    assert found is None or all(end is None or 0 <= end <= MOST_WORDS for end in found)
