"""A wish travels in a button and comes back whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.controls import ID_LIMIT, custom_id
from bot.story import Rating
from bot.wanted import MOST_NAMES, Wanted

IDS = st.integers(1, 10**9)
WORDS = st.none() | st.integers(0, 10**8)
WISHES = st.builds(
    Wanted,
    names=st.lists(IDS, max_size=MOST_NAMES, unique=True).map(tuple),
    without=st.lists(IDS, max_size=1).map(tuple),
    max_rating=st.none() | st.sampled_from(Rating),
    min_words=WORDS,
    max_words=WORDS,
    language=st.sampled_from(["", "en", "fil", "zh"]),
    complete=st.none() | st.booleans(),
    collection=st.integers(0, 10**6),
)


@given(WISHES)
def test_a_wish_comes_back_from_its_code(wanted: Wanted) -> None:
    assert Wanted.from_code(wanted.code()) == wanted


@given(WISHES)
def test_every_wish_fits_a_button(wanted: Wanted) -> None:
    assert len(custom_id("more-found", wanted.code(), "relevance", 10**9)) <= ID_LIMIT


def test_anything_will_do_has_no_code() -> None:
    assert Wanted().code() == ""
    assert Wanted.from_code("") == Wanted()
    assert Wanted().is_empty


def test_what_a_later_version_added_is_passed_over() -> None:
    assert Wanted.from_code("n1.q7") == Wanted(names=(1,))


@pytest.mark.parametrize("code", ["n", "nüber", "r9", "a-", "z"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Wanted.from_code(code)
