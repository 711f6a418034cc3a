"""Which addresses are the same story's."""

import pytest

from bot.catalogue.blocking import address_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.example.org/a/", "http://example.org/a"),
        (
            "https://archiveofourown.org/works/1?view_full_work=true",
            "https://archiveofourown.org/works/1#main",
        ),
    ],
)
def test_copies_of_one_address_are_one(one: str, other: str) -> None:
    assert address_of(one) == address_of(other)


def test_a_query_tells_stories_of_one_site_apart() -> None:
    first, second = (f"https://example.org/viewstory.php?sid={number}" for number in (1, 2))
    assert address_of(first) != address_of(second)
