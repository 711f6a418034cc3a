"""Ratings, shelves, blocked and avoided names: in every question, on every engine."""

from dataclasses import replace

import pytest

from bot.library.base import Count, Filter, Library
from bot.story import Audience, Origin, Place, Rating, Story
from tests.library_contract import (
    EVERYONE,
    NOON,
    QUESTIONS,
    TAG,
    TAGS,
    Known,
    chapters_in,
    entry_of,
    put,
    seen_by,
    story_of,
    titles_of,
)


async def test_a_story_on_a_servers_shelf_comes_up_in_no_question_of_another(
    library: Library,
) -> None:
    await put(library, story_of("Everywhere", tags=["ink"]))
    (ident,) = await put(library, story_of("Ours", tags=["only ours", "ink"]), shelf=1)
    about = Known(ident, "Ours", "only ours", "ink")
    assert await seen_by(library, replace(EVERYONE, server=1), about) == QUESTIONS
    assert await seen_by(library, replace(EVERYONE, server=2), about) == set()
    assert await seen_by(library, EVERYONE, about) == set()


async def test_the_operators_shelf_is_read_everywhere(library: Library) -> None:
    await put(library, story_of("Other", tags=["ink"]))
    (ident,) = await put(library, story_of("Ours", tags=["rare", "ink"]))
    about = Known(ident, "Ours", "rare", "ink")
    for server in (None, 1, 2):
        assert await seen_by(library, replace(EVERYONE, server=server), about) == QUESTIONS


async def test_a_name_counts_only_the_stories_of_the_shelves_one_reads(library: Library) -> None:
    await put(library, story_of("Everywhere", tags=["ink"]))
    await put(library, story_of("Ours", tags=["ink"]), shelf=1)
    found = {
        server: await library.name_called(TAGS, "ink", replace(EVERYONE, server=server))
        for server in (1, 2)
    }
    assert {server: name and name.stories for server, name in found.items()} == {1: 2, 2: 1}


@pytest.mark.parametrize("ceiling", Rating)
async def test_no_question_gives_a_story_above_the_ceiling(
    library: Library, ceiling: Rating
) -> None:
    audience = Audience(ceiling=ceiling, beyond=Rating.NOT_RATED)
    await put(library, story_of("Ink", tags=["ink"]))
    for rating in Rating:
        title = f"Rated {rating.label}"
        (ident,) = await put(library, story_of(title, tags=[title, "ink"], rating=rating))
        seen = await seen_by(library, audience, Known(ident, title, title, "ink"))
        assert seen == (QUESTIONS if rating <= ceiling else set()), title


async def test_a_story_without_a_rating_counts_as_not_rated(library: Library) -> None:
    (ident,) = await put(library, replace(story_of("Unknown"), rating=None))
    assert await library.card(ident, Audience(ceiling=Rating.EXPLICIT)) is None
    assert await library.card(ident, EVERYONE)


async def test_a_story_rated_anew_is_judged_by_its_new_rating(library: Library) -> None:
    teen = Audience(ceiling=Rating.TEEN)
    (ident,) = await put(library, story_of("Ash"))
    assert await library.page(Place(ident), teen)
    harsher = story_of("Ash", rating=Rating.MATURE)
    await library.keep(0, [entry_of(harsher, story_id=ident)], NOON)
    assert await library.page(Place(ident), teen) is None


async def test_a_count_tells_what_an_age_restricted_channel_would_show(library: Library) -> None:
    await put(library, *(story_of(rating.label, rating=rating, tags=["x"]) for rating in Rating))
    wanted = Filter(names=((TAG, "x"),))
    teen = Audience(ceiling=Rating.TEEN, beyond=Rating.NOT_RATED)
    assert await library.count(wanted, teen) == Count(2, 3)
    assert await library.count(wanted, replace(teen, beyond=Rating.MATURE)) == Count(2, 1)
    assert await library.count(wanted, replace(teen, beyond=Rating.GENERAL)) == Count(2, 0)
    assert await library.count(Filter(names=((TAG, "y"),)), teen) == Count(0, 0)


@pytest.mark.parametrize("ceiling", Rating)
@pytest.mark.parametrize("origin", [Origin.DEFAULT, Origin.ESTIMATED])
async def test_where_only_stated_ratings_count_every_other_is_as_good_as_not_rated(
    library: Library, ceiling: Rating, origin: Origin
) -> None:
    audience = Audience(ceiling=ceiling, beyond=Rating.NOT_RATED, trusts_estimates=False)
    await put(library, story_of("Ink", tags=["ink"]))
    guessed = replace(story_of("Guessed", tags=["own", "ink"]), rating_origin=origin)
    (ident,) = await put(library, guessed)
    about = Known(ident, "Guessed", "own", "ink")
    assert await seen_by(library, replace(audience, trusts_estimates=True), about) == QUESTIONS
    may = ceiling is Rating.NOT_RATED
    assert await seen_by(library, audience, about) == (QUESTIONS if may else set())
    counted = Count(2, 0) if may else Count(1, 1)
    assert await library.count(Filter(), audience) == counted


@pytest.mark.parametrize(
    "harsh",
    [
        story_of("Harsh", tags=["own", "ink", "Blood & Gore"]),
        story_of("Harsh", tags=["own", "ink"], authors=["Blood & Gore"]),
        story_of("Harsh", tags=["own", "ink"], characters=["Blood & Gore"]),
    ],
    ids=["tag", "author", "character"],
)
async def test_a_blocked_name_of_any_kind_takes_its_stories_from_every_question(
    library: Library, harsh: Story
) -> None:
    await put(library, story_of("Other", tags=["ink"]))
    (ident,) = await put(library, harsh)
    about = Known(ident, "Harsh", "own", "ink")
    blocking = replace(EVERYONE, blocked=frozenset({"blood & gore", "else"}))
    assert await seen_by(library, EVERYONE, about) == QUESTIONS
    assert await seen_by(library, blocking, about) == set()
    assert await library.count(Filter(), blocking) == Count(1, 0)


async def test_blocked_stories_are_not_counted_among_the_restricted(library: Library) -> None:
    await put(library, story_of("Harsh", tags=["gore"], rating=Rating.EXPLICIT))
    teen = Audience(Rating.TEEN, Rating.NOT_RATED, blocked=frozenset({"gore"}))
    assert await library.count(Filter(), teen) == Count(0, 0)


async def test_what_one_avoids_is_left_out_of_lists_and_random_picks_alone(
    library: Library,
) -> None:
    (sad, glad) = await put(library, story_of("Sad", tags=["Angst"]), story_of("Glad"))
    audience = replace(EVERYONE, avoided=frozenset({"angst"}))
    assert titles_of(await library.listing(Filter(), audience, 0, 5)) == ["Glad"]
    picks = {await library.random(Filter(), audience, None, draw / 10) for draw in range(10)}
    assert picks == {glad}
    assert await library.card(sad, audience), "somebody who names a story gets it"
    assert await library.page(Place(sad), audience)


async def test_numbers_no_story_has_give_nothing(library: Library) -> None:
    await put(library, story_of("Ash"))
    for ident in (0, -1, 99, 2**63 - 1):
        assert await library.card(ident, EVERYONE) is None
        assert await chapters_in(library, ident) == ()
        assert await library.whole_story(ident) is None
        assert await library.page(Place(ident), EVERYONE) is None
        assert await library.name(ident, EVERYONE) is None


async def test_a_number_larger_than_any_store_takes_gives_nothing(library: Library) -> None:
    assert await library.card(10**30, EVERYONE) is None
