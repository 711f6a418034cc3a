"""Filters: what stories must have, in every question that takes one."""

from dataclasses import replace

import pytest

from bot.library.base import Count, Filter, Library, Order
from bot.library.filters import filter_from_json, filter_to_json
from bot.prose.query import parse_query
from bot.story import Audience, Character, Rating, Story, TagKind
from tests.library_contract import EVERYONE, put, story_of, titles_of

TEEN = Audience(Rating.TEEN, Rating.NOT_RATED)


def full_story(title: str, **changes: object) -> Story:
    return replace(story_of(title, "fox"), **changes)


CASES: list[tuple[Filter, list[str]]] = [
    (Filter(max_rating=Rating.GENERAL), ["English", "German"]),
    (Filter(max_rating=Rating.NOT_RATED), ["Done", "English", "German", "Unknown"]),
    (Filter(language="en"), ["Done", "English"]),
    (Filter(language="de"), ["German"]),
    (Filter(complete=True), ["Done"]),
    (Filter(complete=False), ["German"]),
    (Filter(names=((TagKind.CHARACTER, "hux"),), complete=False), ["German"]),
    (Filter(without_names=("hux",)), ["Done", "English", "Unknown"]),
    (Filter(language="en", complete=True, max_rating=Rating.TEEN), ["Done"]),
    (Filter(language="en", complete=False), []),
]


@pytest.mark.parametrize(("wanted", "titles"), CASES)
async def test_each_filter_holds_in_every_question(
    library: Library, wanted: Filter, titles: list[str]
) -> None:
    await put(
        library,
        full_story("English", language="en-GB"),
        full_story("German", language="Deutsch", complete=False, characters=(Character("Hux"),)),
        full_story("Done", language="English", complete=True, rating=Rating.TEEN),
        full_story("Unknown", rating=None),
    )
    assert titles_of(await library.listing(wanted, EVERYONE, 0, 9)) == titles
    found = await library.search(parse_query("fox"), wanted, EVERYONE, order=Order.TITLE, limit=9)
    assert titles_of([hit.card for hit in found.hits]) == titles
    assert await library.count(wanted, EVERYONE) == Count(len(titles), 0)
    drawn = {await library.random(wanted, EVERYONE, None, (n + 0.5) / 20) for n in range(20)}
    assert len(drawn - {None}) == len(titles)


async def test_a_filter_never_raises_the_ceiling(library: Library) -> None:
    await put(library, full_story("Harsh", rating=Rating.EXPLICIT), full_story("Mild"))
    wanted = Filter(max_rating=Rating.NOT_RATED)
    assert titles_of(await library.listing(wanted, TEEN, 0, 9)) == ["Mild"]
    assert await library.count(wanted, TEEN) == Count(1, 1)
    assert await library.count(Filter(max_rating=Rating.TEEN), TEEN) == Count(1, 0)


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        *(wanted for wanted, _ in CASES),
        Filter(
            names=((TagKind.FREEFORM, "x"), (TagKind.AUTHOR, "y")),
            max_words=0,
            min_words=3,
            with_text=True,
            stories=(3, 4),
            without=(5,),
            without_names=("a", "b"),
            max_rating=Rating.GENERAL,
            language="en",
            complete=False,
            collection=7,
        ),
    ],
)
def test_a_filter_is_written_and_read_again(wanted: Filter) -> None:
    assert filter_from_json(filter_to_json(wanted)) == wanted
    assert filter_to_json(Filter()) == "{}"
    assert filter_from_json('{"later": 1}') == Filter()
