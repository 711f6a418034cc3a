"""Every question is answered as a store would that goes through all of its stories."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.library.base import Count, Filter, Library, Order
from bot.library.records import names_of
from bot.library.sqlite import index
from bot.prose.query import parse_query
from bot.prose.words import fold, search_key
from bot.story import Audience, Character, Origin, Permission, Rating, Story, TagKind
from tests.library_contract import NOON, put, story_of

NAMES = ("fluff", "angst", "rain", "rare", "hux", "emma")
filters = st.builds(
    Filter,
    names=st.lists(
        st.sampled_from([(TagKind.FREEFORM, name) for name in NAMES[:4]])
        | st.sampled_from([(TagKind.CHARACTER, name) for name in (*NAMES[4:], "nobody")]),
        max_size=2,
    ).map(tuple),
    max_words=st.none() | st.sampled_from([50, 500, 800]),
    min_words=st.none() | st.sampled_from([0, 50, 501]),
    with_text=st.booleans(),
    without_names=st.lists(st.sampled_from(NAMES), max_size=2).map(tuple),
    max_rating=st.none() | st.sampled_from(Rating),
    language=st.sampled_from(["", "", "en", "de"]),
    complete=st.sampled_from([None, None, True, False]),
    stories=st.just(()) | st.lists(st.integers(1, 130), max_size=40).map(tuple),
    without=st.lists(st.integers(1, 130), max_size=3).map(tuple),
)
audiences = st.builds(
    Audience,
    ceiling=st.sampled_from(Rating),
    beyond=st.sampled_from(Rating),
    server=st.sampled_from([None, 5, 6]),
    blocked=st.frozensets(st.sampled_from(NAMES), max_size=1),
    avoided=st.frozensets(st.sampled_from(NAMES), max_size=1),
    trusts_estimates=st.booleans(),
)


def many_stories(rng: Random) -> list[tuple[int, Story]]:
    """Make stories on two shelves, (shelf, story) each."""
    return [
        (
            rng.choice((0, 0, 0, 5)),
            replace(
                story_of(
                    f"{rng.choice('“‘A')}{rng.choice('ABCD')}{number}”",
                    " ".join(rng.choices(("fox", "lamp", "sea"), k=rng.randint(1, 5))),
                    rating=rng.choice(list(Rating)),
                    tags=[name for name in NAMES[:3] if rng.random() < 0.3]
                    + (["rare"] if number % 40 == 7 else []),
                    characters=[
                        Character(name, appears=rng.random() < 0.8)
                        for name in NAMES[4:]
                        if rng.random() < 0.3
                    ],
                    permission=rng.choice((Permission.OWN, Permission.OWN, Permission.LINK_ONLY)),
                    words=rng.choice((10, 50, 400, 500, 501, 900)),
                ),
                language=rng.choice(("en", "de-AT", "")),
                complete=rng.choice((True, False, None)),
                rating_origin=rng.choice((Origin.STATED, Origin.ESTIMATED)),
            ),
        )
        for number in range(120)
    ]


def is_seen(shelf: int, story: Story, audience: Audience, ceiling: Rating) -> bool:
    assert story.rating is not None
    rating = story.rating
    if not audience.trusts_estimates and story.rating_origin is not Origin.STATED:
        rating = Rating.NOT_RATED
    return (
        shelf in (0, audience.server)
        and rating <= ceiling
        and not (audience.blocked & {fold(name) for _, name, _ in names_of(story)})
    )


def does_fit(ident: int, story: Story, wanted: Filter, audience: Audience) -> bool:
    carried = {(kind, fold(name)) for kind, name, appears in names_of(story) if appears}
    mentioned = {fold(name) for _, name, _ in names_of(story)}
    assert story.rating is not None
    return (
        set(wanted.names) <= carried
        and not mentioned & {*wanted.without_names, *audience.avoided}
        and (wanted.max_words is None or story.words <= wanted.max_words)
        and (wanted.min_words is None or story.words >= wanted.min_words)
        and not (wanted.with_text and story.permission is Permission.LINK_ONLY)
        and (wanted.max_rating is None or story.rating <= wanted.max_rating)
        and wanted.language in ("", story.language.partition("-")[0])
        and (wanted.complete is None or story.complete is wanted.complete)
        and (not wanted.stories or ident in wanted.stories)
        and ident not in wanted.without
    )


ORDERED: dict[Order, Callable[[tuple[int, Story]], Any]] = {
    Order.NEWEST: lambda each: -each[0],
    Order.SHORTEST: lambda each: (each[1].words, each[0]),
    Order.LONGEST: lambda each: (-each[1].words, -each[0]),
    Order.TITLE: lambda each: (search_key(each[1].title), each[0]),
}


@pytest.fixture
async def shelf_of_many(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> dict[int, tuple[int, Story]]:
    """Keep many stories, more than a shard of an index holds; gives (shelf, story) by id."""
    monkeypatch.setattr(index, "SHARD", 16)
    made = many_stories(Random(3))
    for _, group in groupby(made, key=lambda each: each[0]):
        own = list(group)
        await put(library, *(story for _, story in own), shelf=own[0][0])
    return dict(enumerate(made, 1))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(wanted=filters, audience=audiences, seed=st.integers(0, 2**32))
async def test_every_question_answers_as_a_naive_store_would(
    library: Library,
    shelf_of_many: dict[int, tuple[int, Story]],
    wanted: Filter,
    audience: Audience,
    seed: int,
) -> None:
    rng = Random(seed)
    fitting = {
        ident: story
        for ident, (shelf, story) in shelf_of_many.items()
        if is_seen(shelf, story, audience, max(audience.ceiling, audience.beyond))
        and does_fit(ident, story, wanted, audience)
    }
    expected = {
        ident: story
        for ident, story in fitting.items()
        if is_seen(shelf_of_many[ident][0], story, audience, audience.ceiling)
    }
    count = Count(len(expected), len(fitting) - len(expected))
    assert await library.count(wanted, audience) == count
    assert await library.count_unseen(wanted, audience, 9) == len(expected)
    drawn = {await library.random(wanted, audience, 9, rng.random()) for _ in range(12)}
    assert drawn <= {*expected, *([] if expected else [None])}
    assert (None in drawn) == (not expected)
    order = rng.choice(list(ORDERED))
    ordered = [ident for ident, _ in sorted(expected.items(), key=ORDERED[order])]
    after = rng.choice([0, *ordered])
    rest = ordered[ordered.index(after) + 1 :] if after else ordered
    page = await library.listing(wanted, audience, after, 7, order=order)
    assert [card.id for card in page] == rest[:7]
    before = ordered[: ordered.index(after)] if after else ordered
    page = await library.listing(wanted, audience, 0, 7, order=order, before=after or -1)
    assert [card.id for card in page] == before[-7:]
    word = rng.choice(("fox", "lamp", "sea"))
    held = [ident for ident in ordered if word in expected[ident].chapters[0].text]
    found = await library.search(parse_query(word), wanted, audience, order=order, limit=8)
    assert [hit.card.id for hit in found.hits] == held[:8]
    restricted = [i for i in fitting.keys() - expected if word in fitting[i].chapters[0].text]
    assert found.count == Count(len(held), len(restricted))
    assert found.has_more == (len(held) > 8)


async def test_a_room_sees_all_that_fits_before_anything_again_whatever_the_filter(
    library: Library, shelf_of_many: dict[int, tuple[int, Story]]
) -> None:
    audience = Audience(Rating.MATURE, server=5, blocked=frozenset({"rain"}))
    wanted = Filter(names=((TagKind.FREEFORM, "fluff"),), without_names=("hux",), max_words=800)
    count = (await library.count(wanted, audience)).visible
    assert count > 5
    rng, told = Random(1), list[int | None]()
    for number in range(2 * count):
        told.append(await library.random(wanted, audience, 9, rng.random()))
        assert told[-1] is not None
        await library.remember_shown(9, told[-1], NOON + timedelta(seconds=number))
        left = count - len(set(told))
        assert await library.count_unseen(wanted, audience, 9) == left
    assert len(set(told[:count])) == count
    assert told[count:] == told[:count], "then the one shown longest ago"


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(audience=audiences, unseen=st.frozensets(st.integers(1, 120), max_size=3))
async def test_names_are_offered_and_counted_as_a_naive_store_would(
    library: Library,
    shelf_of_many: dict[int, tuple[int, Story]],
    audience: Audience,
    unseen: frozenset[int],
) -> None:
    audience = replace(audience, unseen=unseen)
    seen = {
        ident: story
        for ident, (shelf, story) in shelf_of_many.items()
        if is_seen(shelf, story, audience, audience.ceiling) and ident not in unseen
    }
    liked = [s for i, s in seen.items() if does_fit(i, s, Filter(), audience)]
    counts = Counter(
        (kind, fold(name)) for story in liked for kind, name, appears in names_of(story) if appears
    )
    kinds = [TagKind.FREEFORM, TagKind.CHARACTER]
    for typed in ("", "r", "ra", "em"):
        expected = {
            (kind, name): count for (kind, name), count in counts.items() if name.startswith(typed)
        }
        found = await library.find_names(typed, kinds, audience, 20)
        assert {(name.kind, name.name): name.stories for name in found} == expected
        assert [name.stories for name in found] == sorted(expected.values(), reverse=True)
    for kind, name in ((TagKind.FREEFORM, "rain"), (TagKind.CHARACTER, "emma")):
        carriers = [s for s in seen.values() if (kind, name, True) in set(names_of(s))]
        told = await library.name_called([kind], name, audience)
        assert (told.stories if told else 0) == len(carriers)
        assert await library.names_called([kind], [name, "nobody"], audience) == [
            *([told] if told else [])
        ]
        if told is None:
            continue
        assert await library.name(told.id, audience) == told
        beside = Counter(
            (other_kind, fold(other))
            for story in carriers
            if story in liked
            for other_kind, other, appears in names_of(story)
            if appears and (other_kind, fold(other)) != (kind, name)
        )
        companions = await library.companions(told.id, audience, 20)
        assert {(each.kind, each.name): each.stories for each in companions} == beside
