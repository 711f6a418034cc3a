"""What a reader can ask for: stories, random ones, passages, lists."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import NoStoryFits, StoryNotFound
from bot.library import library_at
from bot.library.base import Count, Filter, Library, Name
from bot.prose.words import fold
from bot.reading import (
    CHARACTER_KINDS,
    TAG_KINDS,
    Reading,
)
from bot.story import Audience, Permission, Place, Rating, Story
from bot.texts import explain
from tests.library_contract import EVERYONE, NOON, chapters_in, put, story_of, titles_of
from tests.readings import reading_of
from tests.stage import settings_for

TEEN = Audience(Rating.TEEN, Rating.NOT_RATED)
LONG = "\n\n".join(
    f"The lamp burned on the night number {n}, and rain fell on the roof of the house by the sea. "
    f"Nobody came up the road. The keeper slept in the chair by the stove until morning came."
    for n in range(30)
)


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    opened = library_at(settings_for(tmp_path).database_url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def reading(library: Library, tmp_path: Path) -> Reading:
    return reading_of(library, tmp_path)


def filter_of(names: Sequence[Name]) -> Filter:
    """Make the filter that asks for all ``names``."""
    return Filter(names=tuple((name.kind, fold(name.name)) for name in names))


# Stories


async def test_a_story_that_is_gone_or_not_for_here_says_so(
    library: Library, reading: Reading
) -> None:
    (ident,) = await put(library, story_of("Harsh", rating=Rating.EXPLICIT))
    for story, audience in ((ident, TEEN), (99, EVERYONE)):
        for asking in (
            reading.card(story, audience),
            reading.telling(story, audience),
            reading.page(Place(story), audience),
            reading.excerpt(Filter(), audience, None, story=story, limit=900),
        ):
            with pytest.raises(StoryNotFound) as caught:
                await asking
            assert explain(caught.value)


async def test_a_story_that_only_links_gives_its_card_and_no_text(
    library: Library, reading: Reading
) -> None:
    (ident,) = await put(library, story_of("Far", LONG, permission=Permission.LINK_ONLY))
    telling = await reading.telling(ident, EVERYONE)
    assert telling.card.record.title == "Far"
    assert telling.chapters == ()
    with pytest.raises(StoryNotFound):
        await reading.page(Place(ident), EVERYONE)
    with pytest.raises(NoStoryFits):
        await reading.excerpt(Filter(), EVERYONE, None, story=ident, limit=900)
    with pytest.raises(NoStoryFits):
        await reading.excerpt(Filter(), EVERYONE, None, limit=900)
    with pytest.raises(NoStoryFits):
        await reading.random_drabble(Filter(), EVERYONE, None)
    assert (await reading.random_story(Filter(), EVERYONE, None)).card.id == ident


@pytest.mark.parametrize("limit", ["1", "100", "500"])
async def test_a_drabble_is_never_longer_than_the_operator_says(
    library: Library, tmp_path: Path, limit: str
) -> None:
    await put(library, *(story_of(f"{n}", words=n) for n in (1, 100, 101, 500, 501)))
    seen: set[int] = set()
    for seed in range(25):
        reading = reading_of(library, tmp_path, seed, limit)
        telling = await reading.random_drabble(Filter(), EVERYONE, None)
        assert telling.chapters
        seen.add(telling.card.record.words)
    assert seen == {n for n in (1, 100, 101, 500, 501) if n <= int(limit)}


async def test_a_pick_carries_every_name_asked_for(library: Library, reading: Reading) -> None:
    await put(
        library,
        story_of("Both", characters=["Kylo Ren"], tags=["Rain"]),
        *(story_of(f"One {n}", characters=["Kylo Ren"]) for n in range(9)),
    )
    names = [
        await reading.name(CHARACTER_KINDS, "Ben Solo", EVERYONE),
        await reading.name(TAG_KINDS, "rain", EVERYONE),
    ]
    for _ in range(9):
        assert (
            await reading.random_drabble(filter_of(names), EVERYONE, None)
        ).card.record.title == "Both"
        assert (
            await reading.random_story(filter_of(names), EVERYONE, None)
        ).card.record.title == "Both"


async def test_a_room_is_told_every_drabble_before_one_comes_again(
    library: Library, reading: Reading
) -> None:
    ids = await put(library, *(story_of(f"S{n}") for n in range(6)))
    told: list[int] = []
    for _ in range(6):
        telling = await reading.random_drabble(Filter(), EVERYONE, 7)
        await library.remember_shown(7, telling.card.id, NOON)
        told.append(telling.card.id)
    assert sorted(told) == ids


async def test_nothing_that_fits_says_so_and_how_many_adults_could_read(
    library: Library, reading: Reading
) -> None:
    await put(library, story_of("Harsh", tags=["Rain"], rating=Rating.EXPLICIT))
    (name,) = await library.find_names("rain", TAG_KINDS, EVERYONE, 1)
    asking = [
        (reading.random_drabble, "drabble.none"),
        (reading.random_story, "story.none"),
    ]
    for ask, key in asking:
        for wanted, expected in ((Filter(), key), (filter_of([name]), f"{key}-with")):
            with pytest.raises(NoStoryFits) as caught:
                await ask(wanted, TEEN, None)
            assert caught.value.key == expected
            assert caught.value.values["restricted"] == 1
            assert explain(caught.value)


# By chance


CHANCE = ("Rape/Non-Con", "Major Character Death")
VIOLENCE = "Graphic Depictions Of Violence"
RESTRICTED = replace(EVERYONE, age_restricted=True)


def warned(title: str, *warnings: str, tags: Sequence[str] = ()) -> Story:
    return replace(story_of(title, LONG, words=400, tags=tags), warnings=warnings)


async def drawn(library: Library, tmp_path: Path, names: list[Name], who: Audience) -> set[str]:
    """Draw by every command, many times; give the titles."""
    titles: set[str] = set()
    for seed in range(12):
        reading = reading_of(library, tmp_path, seed)
        titles.add((await reading.random_drabble(filter_of(names), who, None)).card.record.title)
        titles.add((await reading.random_story(filter_of(names), who, None)).card.record.title)
        titles.add(
            (await reading.excerpt(filter_of(names), who, None, limit=900)).card.record.title
        )
    return titles


@pytest.mark.parametrize("warning", [*CHANCE, CHANCE[0].upper(), "  major  character death "])
async def test_nobody_comes_upon_two_warnings_by_chance_in_an_ordinary_channel(
    library: Library, tmp_path: Path, warning: str
) -> None:
    await put(library, warned("Mild", tags=["Rain"]), warned("Harsh", warning, tags=["Rain"]))
    await put(library, warned("Both", VIOLENCE, warning, tags=["Rain"]))
    (rain,) = await library.find_names("rain", TAG_KINDS, EVERYONE, 1)
    for names in ([], [rain]):
        assert await drawn(library, tmp_path, names, EVERYONE) == {"Mild"}
        assert await drawn(library, tmp_path, names, RESTRICTED) == {"Mild", "Harsh", "Both"}


async def test_other_warnings_do_come_by_chance(library: Library, tmp_path: Path) -> None:
    chosen_not = "Creator Chose Not To Use Archive Warnings"
    await put(library, warned("Mild"), warned("Rough", VIOLENCE), warned("Unsaid", chosen_not))
    assert await drawn(library, tmp_path, [], EVERYONE) == {"Mild", "Rough", "Unsaid"}


async def test_who_names_the_story_gets_it(library: Library, reading: Reading) -> None:
    (ident,) = await put(library, warned("Harsh", CHANCE[1]))
    assert (await reading.titled("harsh", EVERYONE)).id == ident
    assert (
        await reading.excerpt(Filter(), EVERYONE, None, story=ident, limit=900)
    ).card.id == ident
    assert titles_of((await reading.stories_with(Filter(), EVERYONE, limit=5)).cards) == ["Harsh"]
    with pytest.raises(NoStoryFits) as caught:
        await reading.random_story(Filter(), EVERYONE, None)
    assert explain(caught.value)


async def test_who_asks_for_a_warning_by_name_gets_it(library: Library, tmp_path: Path) -> None:
    await put(library, warned("Mild"), warned("Harsh", CHANCE[1]))
    name = await reading_of(library, tmp_path).name(TAG_KINDS, CHANCE[1], EVERYONE)
    assert await drawn(library, tmp_path, [name], EVERYONE) == {"Harsh"}


async def test_who_asks_for_one_warning_does_not_get_another_by_chance(
    library: Library, tmp_path: Path
) -> None:
    await put(library, warned("Rough", VIOLENCE), warned("Harsh", VIOLENCE, CHANCE[0]))
    name = await reading_of(library, tmp_path).name(TAG_KINDS, VIOLENCE, EVERYONE)
    assert await drawn(library, tmp_path, [name], EVERYONE) == {"Rough"}


async def test_a_warning_that_somebody_wrote_as_a_tag_can_be_asked_for_too(
    library: Library, tmp_path: Path
) -> None:
    await put(library, warned("Mild"), warned("Tagged", tags=[CHANCE[1]]))
    name = await reading_of(library, tmp_path).name(TAG_KINDS, CHANCE[1], EVERYONE)
    assert await drawn(library, tmp_path, [name], EVERYONE) == {"Tagged"}
    assert await drawn(library, tmp_path, [], EVERYONE) == {"Mild"}


# Passages


@pytest.mark.parametrize("seed", range(12))
async def test_an_excerpt_is_whole_sentences_of_the_story_that_fit(
    library: Library, tmp_path: Path, seed: int
) -> None:
    (ident,) = await put(library, story_of("Long", LONG, LONG.replace("lamp", "fire")))
    reading = reading_of(library, tmp_path, seed)
    found = await reading.excerpt(Filter(), EVERYONE, None, limit=900)
    assert found.card.id == ident
    start, text = found.place.offset, found.chapter.text
    shown = text[start : found.end]
    assert 0 < len(shown) <= 900
    assert text == (await chapters_in(library, ident))[found.place.chapter].text
    assert shown[0].isupper()
    assert shown.rstrip().endswith(".")
    assert start == 0 or text[:start].endswith("\n\n")


async def test_excerpts_come_from_all_over_a_story(library: Library, tmp_path: Path) -> None:
    await put(library, story_of("Long", LONG, LONG))
    places = {
        (
            await reading_of(library, tmp_path, seed).excerpt(Filter(), EVERYONE, None, limit=600)
        ).place
        for seed in range(30)
    }
    assert len(places) > 10
    assert {place.chapter for place in places} == {0, 1}


async def test_a_story_too_short_for_a_passage_says_so(library: Library, reading: Reading) -> None:
    (ident,) = await put(library, story_of("Short", "It rained."))
    for story in (ident, None):
        with pytest.raises(NoStoryFits) as caught:
            await reading.excerpt(Filter(), EVERYONE, None, story=story, limit=900)
        assert caught.value.key == "excerpt.too-short"


@pytest.mark.parametrize("seed", range(6))
async def test_one_long_story_among_many_short_ones_gives_a_passage(
    library: Library, tmp_path: Path, seed: int
) -> None:
    (ident,) = await put(library, story_of("Long", LONG))
    await put(library, *(story_of(f"Short {n}", "It rained.") for n in range(60)))
    found = await reading_of(library, tmp_path, seed).excerpt(Filter(), EVERYONE, 7, limit=900)
    assert found.card.id == ident


# Lists


async def test_a_list_goes_on_to_its_end(library: Library, reading: Reading) -> None:
    await put(library, *(story_of(f"S{n}", tags=["Rain"]) for n in range(5)))
    await put(library, story_of("Harsh", tags=["Rain"], rating=Rating.EXPLICIT))
    (name,) = await library.find_names("rain", TAG_KINDS, TEEN, 1)
    read: list[str] = []
    after, more = 0, True
    while more:
        listing = await reading.stories_with(filter_of([name]), TEEN, after=after, limit=2)
        assert listing.count == Count(5, 1)
        read += titles_of(listing.cards)
        after, more = listing.cards[-1].id, listing.has_more
    assert read == [f"S{n}" for n in reversed(range(5))]


async def test_a_list_of_exactly_its_limit_has_no_more(library: Library, reading: Reading) -> None:
    await put(library, story_of("A"), story_of("B"))
    listing = await reading.stories_with(Filter(), EVERYONE, limit=2)
    assert (len(listing.cards), listing.has_more) == (2, False)
    empty = await reading.stories_with(Filter(), TEEN, after=listing.cards[-1].id, limit=2)
    assert (empty.cards, empty.has_more) == ((), False)


async def test_a_filter_asks_for_names_as_they_fold(library: Library) -> None:
    story = Story((), title="A", rating=Rating.TEEN, tags=("Ärger & “Glück”",))
    await put(library, replace(story, chapters=story_of("A").chapters))
    (name,) = await library.find_names("", TAG_KINDS, EVERYONE, 1)
    assert await library.count(filter_of([name]), EVERYONE) == Count(1, 0)
