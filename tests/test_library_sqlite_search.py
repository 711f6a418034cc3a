"""Searches in the SQLite store end in time, whatever is looked for in however many stories."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.library import library_at
from bot.library.base import Count, Filter, Found, Library, Order
from bot.library.sqlite import index, looks, matches, search
from bot.prose.query import parse_query
from bot.story import Audience, Rating
from tests.library_contract import EVERYONE, put, story_of

STORIES = 120
FOX = Filter()


@pytest.fixture(params=[0, 64], ids=["each shard alone", "shards together"])
async def library(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Library]:
    """Give a library whose shards are small, with as many foxes in it as it has stories."""
    monkeypatch.setattr(index, "SHARD", 16)
    monkeypatch.setattr(looks, "_GROUP", 3)
    monkeypatch.setattr(looks, "_FEW", request.param)
    opened = library_at(f"sqlite:///{tmp_path / 'library.db'}")
    await opened.open()
    await put(
        opened,
        *(
            story_of(
                f"{'Fox' if n == 118 else 'Tale'} {n:03}",
                "fox " * (n % 5 + 1) + "hound " * (n % 2) + "and nothing more",
                words=n % 11,
                rating=Rating.EXPLICIT if n % 10 == 3 else Rating.GENERAL,
            )
            for n in range(STORIES)
        ),
    )
    yield opened
    await opened.close()


async def read_all(
    library: Library, typed: str, order: Order, audience: Audience, *, back: bool = False
) -> list[int]:
    """Read page after page of what is found, from the first on or from the last back."""
    read: list[int] = []
    for turn in itertools.count():
        at = (read[0] if back else read[-1]) if read else (-1 if back else 0)
        page: Found = await library.search(
            parse_query(typed),
            FOX,
            audience,
            order=order,
            after=0 if back else at,
            before=at if back else 0,
            limit=7,
        )
        ids = [hit.card.id for hit in page.hits]
        read = ids + read if back else read + ids
        assert page.has_earlier == (back and len(read) < expected(audience)) or not back
        if not (page.has_earlier if back else page.has_more):
            return read
        assert turn < STORIES
    raise AssertionError


def expected(audience: Audience) -> int:
    return sum(1 for n in range(STORIES) if n % 10 != 3 or audience.ceiling > Rating.TEEN)


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("most", [1_000, 20])
@pytest.mark.parametrize("audience", [EVERYONE, Audience(Rating.TEEN)], ids=["all", "teen"])
async def test_the_pages_hold_all_matches_once_however_many_there_are(
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    order: Order,
    most: int,
    audience: Audience,
) -> None:
    monkeypatch.setattr(matches, "RANKED", most)
    monkeypatch.setattr(matches, "SECONDS", 60)
    monkeypatch.setattr(matches, "MORE_SECONDS", 60)
    read = await read_all(library, "fox", order, audience)
    assert len(read) == len(set(read)) == expected(audience)
    if order is not Order.RELEVANCE or most == 1_000:
        assert await read_all(library, "fox", order, audience, back=True) == read


async def test_of_too_many_matches_the_newest_are_weighed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matches, "RANKED", 20)
    monkeypatch.setattr(matches, "SECONDS", 60)
    found = await library.search(parse_query("fox"), FOX, EVERYONE, limit=3)
    assert not found.is_ranked
    assert found.hits[0].card.record.title == "Fox 118"
    assert found.count == Count(20, 0, is_more=True)
    assert all(hit.marks for hit in found.hits)


@pytest.mark.parametrize("limit", [3, 1_000])
@pytest.mark.parametrize("most", [1, 5, 20, 60, 107, 108, 1_000])
async def test_both_sorts_of_matches_are_counted_however_many_are_looked_at_at_once(
    library: Library, monkeypatch: pytest.MonkeyPatch, most: int, limit: int
) -> None:
    monkeypatch.setattr(matches, "RANKED", most)
    monkeypatch.setattr(matches, "COUNT_LIMIT", limit)
    monkeypatch.setattr(matches, "SECONDS", 60)
    monkeypatch.setattr(matches, "MORE_SECONDS", 60)
    found = await library.search(
        parse_query("fox"), FOX, Audience(Rating.TEEN, Rating.EXPLICIT), limit=3
    )
    assert min(found.count.restricted, limit + 1) == min(12, limit + 1)
    assert found.count.is_more_restricted == (limit < 12)
    assert found.count.visible == min(108, most)
    assert found.count.is_more == (most < 108)


@pytest.mark.parametrize("patience", [0, 1, 40])
async def test_when_patience_ends_the_rest_of_the_other_sort_is_still_counted(
    library: Library, monkeypatch: pytest.MonkeyPatch, patience: int
) -> None:
    monkeypatch.setattr(matches, "RANKED", 5)
    monkeypatch.setattr(matches, "_PATIENCE", patience)
    monkeypatch.setattr(matches, "SECONDS", 60)
    monkeypatch.setattr(matches, "MORE_SECONDS", 60)
    found = await library.search(
        parse_query("fox"), FOX, Audience(Rating.TEEN, Rating.EXPLICIT), limit=3
    )
    assert found.count == Count(5, 12, is_more=True)


@pytest.mark.parametrize("order", Order)
async def test_a_search_that_is_late_answers_with_what_it_has(
    library: Library, monkeypatch: pytest.MonkeyPatch, order: Order
) -> None:
    turns = itertools.count()

    def alarm(_: float) -> object:
        def stop() -> None:
            if next(turns) > 2:
                raise matches.Late

        return stop

    monkeypatch.setattr(matches, "alarm", alarm)
    found = await library.search(parse_query("fox"), FOX, EVERYONE, order=order, limit=3)
    assert len(found.hits) == 3
    assert not found.is_ranked
    assert found.count.is_more
    assert 3 <= found.count.visible < STORIES


async def test_a_search_without_any_time_is_an_answer_too(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matches, "SECONDS", -1)
    monkeypatch.setattr(matches, "MORE_SECONDS", -1)
    found = await library.search(
        parse_query("fox"), FOX, Audience(Rating.TEEN, Rating.MATURE), limit=3
    )
    assert found == Found((), Count(0, 0, is_more=True, is_more_restricted=True), is_ranked=False)


async def test_words_that_stand_everywhere_are_weighed_by_the_title(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_COMMON", 5)
    found = await library.search(parse_query("fox nothing"), FOX, EVERYONE, limit=1)
    assert found.is_ranked
    assert found.hits[0].card.record.title == "Fox 118"
