"""Readers carried over to a text that changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.places import Text, carried_over
from bot.story import Place

PARAGRAPHS = [f"Paragraph {n} tells of day {n}, and of what the {n} lamps did." for n in range(60)]
WHOLE = "\n\n".join(PARAGRAPHS)


def carried(before: str, now: str, offset: int) -> str:
    """Give what a reader at ``offset`` reads next in the new text."""
    place = carried_over(Place(1, 0, offset), [Text("", before)], [Text("", now)])
    assert (place.story, place.chapter) == (1, 0)
    return now[place.offset :]


@pytest.mark.parametrize("day", [0, 1, 30, 59])
@pytest.mark.parametrize(
    "now",
    [
        WHOLE,
        "A new beginning, and a long one.\n\n" + WHOLE,
        WHOLE + "\n\nAnd an end.",
        "\n\n".join(PARAGRAPHS[:10] + PARAGRAPHS[12:]),
        WHOLE.replace("\n\n", "\n"),
        "\n\n".join(p.replace("what the", "all that the") for p in PARAGRAPHS),
    ],
    ids=["same", "longer before", "longer behind", "a part gone", "other white space", "reworded"],
)
def test_a_reader_reads_on_at_the_same_words(now: str, day: int) -> None:
    offset = WHOLE.index(f"Paragraph {day} tells")
    found = carried(WHOLE, now, offset)
    assert found.startswith(f"Paragraph {day} tells") or day == 0


def test_where_the_words_are_gone_the_words_near_them_are_found() -> None:
    offset = WHOLE.index("Paragraph 30 tells")
    now = "\n\n".join(PARAGRAPHS[:30] + PARAGRAPHS[31:])
    found = carried(WHOLE, now, offset)
    assert found[:160].count("Paragraph 31 tells") == 1


def test_of_words_that_stand_often_those_in_the_same_part_of_the_text_count() -> None:
    before = "It rained. " * 400
    at = len(before) // 2
    place = carried_over(Place(1, 0, at), [Text("", before)], [Text("", before + "It rained. ")])
    assert abs(place.offset - at) < 200


def test_another_text_keeps_the_share_that_was_read() -> None:
    place = carried_over(Place(1, 0, 500), [Text("", "a" * 1_000)], [Text("", "b" * 200)])
    assert place == Place(1, 0, 100)


def test_a_chapter_is_found_by_its_title_when_others_came_before_it() -> None:
    before = [Text("ebb", WHOLE), Text("flood", WHOLE.upper())]
    now = [Text("prologue", "It was said."), *before]
    assert carried_over(Place(1, 1, 300), before, now) == Place(1, 2, 300)


def test_a_chapter_without_a_title_is_found_by_its_words() -> None:
    before = [Text("", WHOLE), Text("", WHOLE.upper())]
    now = [Text("", "It was said."), *before]
    assert carried_over(Place(1, 1, 300), before, now) == Place(1, 2, 300)


def test_a_place_in_a_chapter_that_never_was_is_the_beginning() -> None:
    assert carried_over(Place(1, 7, 9), [Text("", "x")], [Text("", "x")]) == Place(1)
    assert carried_over(Place(1, 0, 0), [Text("", "x")], []) == Place(1)


@given(
    st.lists(st.text(max_size=300), min_size=1, max_size=4),
    st.lists(st.text(max_size=300), min_size=1, max_size=4),
    st.integers(0, 5),
    st.integers(0, 400),
)
def test_every_place_is_carried_to_one_that_exists(
    before: list[str], now: list[str], chapter: int, offset: int
) -> None:
    place = carried_over(
        Place(1, chapter, offset), [Text("", t) for t in before], [Text("", t) for t in now]
    )
    assert 0 <= place.chapter < len(now)
    assert 0 <= place.offset <= len(now[place.chapter])
