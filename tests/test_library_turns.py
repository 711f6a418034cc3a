"""Whose turn it is: stories in order and by chance, the same on every engine."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from bot.library.base import Filter, Library
from bot.story import Audience, Rating
from tests.library_contract import DAY, EVERYONE, MINUTE, NOON, TAG, put, story_of


async def _in_order(library: Library, *, by_date: bool, wanted: Filter | None = None) -> list[str]:
    """Give the titles of all stories, each behind the one before."""
    found: list[str] = []
    after: tuple[date | None, int] = (None, 0)
    while True:
        ident = await library.following(wanted or Filter(), EVERYONE, by_date=by_date, after=after)
        if ident is None:
            return found
        card = await library.card(ident, EVERYONE)
        assert card is not None
        found.append(card.record.title)
        after = (card.record.published, ident)


async def test_stories_follow_as_they_were_added_or_by_their_date(library: Library) -> None:
    dated = {"A": date(2020, 5, 1), "B": None, "C": date(1999, 1, 1), "D": date(2020, 5, 1)}
    for title, day in dated.items():
        await put(library, replace(story_of(title), published=day))
    assert await _in_order(library, by_date=False) == ["A", "B", "C", "D"]
    assert await _in_order(library, by_date=True) == ["C", "A", "D", "B"]


async def test_only_what_fits_follows(library: Library) -> None:
    await put(library, story_of("A"), story_of("B", tags=["x"]), story_of("C", tags=["x"]))
    wanted = Filter(names=((TAG, "x"),))
    assert await _in_order(library, by_date=False, wanted=wanted) == ["B", "C"]


async def test_behind_a_story_that_is_gone_the_order_goes_on(library: Library) -> None:
    (_, gone, last) = await put(library, *(story_of(title) for title in "ABC"))
    await library.hide_gone(0, ["stories:B.txt"], NOON)
    await library.forget_gone(NOON + DAY)
    for by_date in (False, True):
        following = await library.following(Filter(), EVERYONE, by_date=by_date, after=(None, gone))
        assert following == last


async def test_random_picks_are_uniform_among_what_fits(library: Library) -> None:
    await put(library, *(story_of(f"No {n}") for n in range(7)))
    fitting = await put(library, *(story_of(f"Yes {n}", tags=["yes"]) for n in range(12)))
    await put(library, story_of("Harsh", tags=["yes"], rating=Rating.EXPLICIT))
    wanted = Filter(names=((TAG, "yes"),))
    teen = Audience(Rating.TEEN)
    draws = 1_200
    picked = Counter(
        [
            await library.random(wanted, teen, None, (number + 0.5) / draws)
            for number in range(draws)
        ]
    )
    assert set(picked) == set(fitting)
    expected = draws / len(fitting)
    assert sum((count - expected) ** 2 / expected for count in picked.values()) < 1
    assert await library.random(wanted, teen, None, 0.0) == fitting[0]
    assert await library.random(wanted, teen, None, 1 - 2**-53) in fitting


async def test_nothing_that_fits_gives_nothing(library: Library) -> None:
    assert await library.random(Filter(), EVERYONE, 5, 0.5) is None
    await put(library, story_of("Ash", words=50))
    assert await library.random(Filter(min_words=51), EVERYONE, 5, 0.5) is None


async def test_a_room_gets_what_it_never_saw_first_then_what_it_saw_longest_ago(
    library: Library,
) -> None:
    ids = await put(library, *(story_of(f"S{n}") for n in range(5)))
    now = NOON
    told: list[int] = []
    for number in range(15):
        pick = await library.random(Filter(), EVERYONE, 7, (number * 0.37) % 1)
        assert pick is not None
        now += timedelta(microseconds=1)
        await library.remember_shown(7, pick, now)
        told.append(pick)
    assert sorted(told[:5]) == ids
    assert told[5:10] == told[:5]
    assert told[10:] == told[:5]


async def test_rooms_do_not_share_their_history(library: Library) -> None:
    ids = await put(library, story_of("A"), story_of("B"))
    await library.remember_shown(7, ids[0], NOON)
    for draw in (0.0, 0.99):
        assert await library.random(Filter(), EVERYONE, 7, draw) == ids[1]
    assert await library.random(Filter(), EVERYONE, 8, 0.0) == ids[0]
    assert await library.random(Filter(), EVERYONE, None, 0.0) == ids[0]


async def test_history_never_widens_what_may_be_shown(library: Library) -> None:
    (seen,) = await put(library, story_of("Seen", tags=["x"]))
    await put(library, story_of("Unseen"), story_of("Harsh", tags=["x"], rating=Rating.EXPLICIT))
    await library.remember_shown(7, seen, NOON)
    wanted = Filter(names=((TAG, "x"),))
    assert await library.random(wanted, Audience(Rating.TEEN), 7, 0.5) == seen


async def test_a_story_shown_again_counts_as_shown_now(library: Library) -> None:
    a, b = await put(library, story_of("A"), story_of("B"))
    for minutes, story in enumerate((a, b, a)):
        await library.remember_shown(7, story, NOON + minutes * MINUTE)
    assert await library.random(Filter(), EVERYONE, 7, 0.5) == b


async def test_what_a_room_was_shown_is_forgotten(library: Library) -> None:
    a, b = await put(library, story_of("A"), story_of("B"))
    await library.remember_shown(7, a, NOON)
    await library.remember_shown(7, b, NOON + DAY)
    assert await library.forget_shown(NOON) == 0
    assert await library.forget_shown(NOON + DAY) == 1
    assert await library.random(Filter(), EVERYONE, 7, 0.99) == a


async def test_of_stories_shown_at_the_same_time_each_has_the_same_chance(
    library: Library,
) -> None:
    ids = await put(library, *(story_of(f"S{n}") for n in range(4)))
    for story in ids[:3]:
        await library.remember_shown(7, story, NOON)
    await library.remember_shown(7, ids[3], NOON + DAY)
    draws = [(number + 0.5) / 6 for number in range(6)]
    drawn = [await library.random(Filter(), EVERYONE, 7, draw) for draw in draws]
    assert drawn == [story for story in ids[:3] for _ in range(2)]


async def test_showing_a_story_that_is_gone_is_no_failure(library: Library) -> None:
    await library.remember_shown(7, 99, NOON)
    (ident,) = await put(library, story_of("A"))
    await library.remember_shown(7, ident, NOON)
    await library.hide_gone(0, ["stories:A.txt"], NOON)
    assert await library.forget_gone(NOON + DAY) == 1
