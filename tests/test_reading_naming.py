"""What people mean by what they type: names, nicknames, slips, titles."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import NoStoryFits, StoryNotFound
from bot.library import library_at
from bot.library.base import Library
from bot.reading import (
    CHARACTER_KINDS,
    CHOICES,
    NEAR,
    TAG_KINDS,
    NearNames,
    NearTitles,
    Reading,
)
from bot.story import Audience, Rating, TagKind
from bot.texts import explain
from tests.library_contract import EVERYONE, put, story_of, titles_of
from tests.readings import reading_of
from tests.stage import settings_for

TEEN = Audience(Rating.TEEN, Rating.NOT_RATED)


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    opened = library_at(settings_for(tmp_path).database_url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def reading(library: Library, tmp_path: Path) -> Reading:
    return reading_of(library, tmp_path)


# Names


@pytest.mark.parametrize(
    "typed",
    ["Kylo Ren", "kylo ren", " KYLO  REN ", "Ben Solo", "lord ren", "kylo", "ren", "kyl"],
)
async def test_a_person_is_found_by_name_alias_or_a_beginning_of_either(
    library: Library, reading: Reading, typed: str
) -> None:
    await put(library, story_of("A", characters=["Kylo Ren"]), story_of("B", characters=["Rey"]))
    found = await reading.name(CHARACTER_KINDS, typed, EVERYONE)
    assert (found.name, found.stories) == ("Kylo Ren", 1)


async def test_a_picked_name_is_that_name(library: Library, reading: Reading) -> None:
    await put(library, story_of("A", tags=["Rain", "Rain City"]))
    (name, _) = await library.find_names("rain", [TagKind.FREEFORM], EVERYONE, 2)
    assert await reading.name(TAG_KINDS, f"#{name.id}", EVERYONE) == name
    with pytest.raises(NearNames):
        await reading.name(CHARACTER_KINDS, f"#{name.id}", EVERYONE)


async def test_a_name_that_is_one_wins_over_those_it_begins(
    library: Library, reading: Reading
) -> None:
    await put(library, story_of("A", tags=["Rain", "Rain City", "Rainfall"]))
    assert (await reading.name(TAG_KINDS, "rain", EVERYONE)).name == "Rain"


async def test_a_beginning_of_several_offers_them(library: Library, reading: Reading) -> None:
    await put(library, story_of("A", tags=["Rain City", "Rainfall"]))
    with pytest.raises(NearNames) as caught:
        await reading.name(TAG_KINDS, "rain", EVERYONE)
    assert {name.name for name in caught.value.names} == {"Rain City", "Rainfall"}


@pytest.mark.parametrize("typed", ["Armitaje Hux", "Huxx", "General Huks"])
async def test_a_slip_offers_who_was_meant(library: Library, reading: Reading, typed: str) -> None:
    await put(library, story_of("A", characters=["Armitage Hux", "Rey"]))
    with pytest.raises(NearNames) as caught:
        await reading.name(CHARACTER_KINDS, typed, EVERYONE)
    assert caught.value.names[0].name == "Armitage Hux"
    assert typed in explain(caught.value)


@pytest.mark.parametrize("typed", ["zzzzqqq", "🦊", "", "   ", "#", "#x", "%", "狐", "x" * 5_000])
async def test_a_name_that_is_nothing_offers_nothing(
    library: Library, reading: Reading, typed: str
) -> None:
    await put(library, story_of("A", characters=["Armitage Hux"]))
    with pytest.raises(NearNames) as caught:
        await reading.name(CHARACTER_KINDS, typed, EVERYONE)
    assert caught.value.names == ()
    assert explain(caught.value)


@pytest.mark.parametrize("typed", ["#99", "#0", f"#{10**30}", "#²"])
async def test_a_picked_name_that_is_gone_is_not_found(
    library: Library, reading: Reading, typed: str
) -> None:
    await put(library, story_of("A", characters=["Armitage Hux"]))
    with pytest.raises(StoryNotFound):
        await reading.name(CHARACTER_KINDS, typed, EVERYONE)


@pytest.mark.parametrize("typed", ["Kylo Ren", "Ben Solo"])
async def test_a_name_that_only_adults_may_read_of_says_so(
    library: Library, reading: Reading, typed: str
) -> None:
    harsh = [story_of(t, characters=["Kylo Ren"], rating=Rating.EXPLICIT) for t in "AB"]
    await put(library, *harsh)
    with pytest.raises(NoStoryFits) as caught:
        await reading.name(CHARACTER_KINDS, typed, TEEN)
    assert "2 stories with “Kylo Ren” are for age-restricted channels" in explain(caught.value)


async def test_a_name_of_another_server_or_that_is_blocked_is_never_spoken_of(
    library: Library, reading: Reading
) -> None:
    await put(library, story_of("Theirs", tags=["Secret Rain"]), shelf=1)
    await put(library, story_of("Harsh", tags=["Gory Rain"]))
    audience = replace(EVERYONE, server=2, blocked=frozenset({"gory rain"}))
    for typed in ("Secret Rain", "secret", "Gory Rain", "gory", "Secrt Rain"):
        with pytest.raises(NearNames) as caught:
            await reading.name(TAG_KINDS, typed, audience)
        assert caught.value.names == ()
        assert await reading.suggest_names(TAG_KINDS, typed, audience) == []


async def test_near_names_are_the_same_however_many_are_compared_at_once(
    library: Library, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = [f"{letter}arbour {word}" for letter in "hbl" for word in ("light", "night", "rain")]
    await put(library, *(story_of(f"S {tag}", tags=[tag]) for tag in tags))
    whole = await reading.near_names(TAG_KINDS, "harbor nigth", EVERYONE)
    assert whole[0].name == "harbour night"
    monkeypatch.setattr("bot.reading.spelling.COMPARED_AT_ONCE", 2)
    assert await reading.near_names(TAG_KINDS, "harbor nigth", EVERYONE) == whole


async def test_near_names_are_at_most_a_row_of_buttons(library: Library, reading: Reading) -> None:
    await put(library, story_of("A", tags=[f"Rain {n}" for n in range(40)]))
    with pytest.raises(NearNames) as caught:
        await reading.name(TAG_KINDS, "rain", EVERYONE)
    assert len(caught.value.names) == NEAR
    assert len(await reading.suggest_names(TAG_KINDS, "rain", EVERYONE)) == CHOICES
    assert len(await reading.suggest_names(TAG_KINDS, "", EVERYONE)) == CHOICES


@pytest.mark.parametrize("typed", ["hux", "gen", "General H", "armit", "huxx"])
async def test_names_are_suggested_while_typing_by_alias_and_slip_too(
    library: Library, reading: Reading, typed: str
) -> None:
    await put(library, story_of("A", characters=["Armitage Hux"]))
    found = await reading.suggest_names(CHARACTER_KINDS, typed, EVERYONE)
    assert [name.name for name in found] == ["Armitage Hux"]


# Titles


async def test_a_title_is_found_whole_picked_or_by_the_only_one_it_begins(
    library: Library, reading: Reading
) -> None:
    ids = await put(library, story_of("The Tooth"), story_of("The Tooth Fairy"), story_of("Dust"))
    for typed in ("the tooth", "THE  TOOTH", f"#{ids[0]}"):
        assert (await reading.titled(typed, EVERYONE)).id == ids[0]
    assert (await reading.titled("dus", EVERYONE)).id == ids[2]
    assert (await reading.titled("fairy", EVERYONE)).id == ids[1]


async def test_a_title_of_two_stories_offers_both(library: Library, reading: Reading) -> None:
    await put(library, story_of("Dust", authors=["Ann"]), story_of("Other"))
    await put(library, story_of("dust", authors=["Bo"]), shelf=1)
    with pytest.raises(NearTitles) as caught:
        await reading.titled("Dust", replace(EVERYONE, server=1))
    assert titles_of(caught.value.cards) == ["Dust", "dust"]


async def test_a_slip_offers_the_title_that_was_meant(library: Library, reading: Reading) -> None:
    await put(library, story_of("A Martyr to His Ear"), story_of("Notices"))
    with pytest.raises(NearTitles) as caught:
        await reading.titled("a marter to his eer", EVERYONE)
    assert titles_of(caught.value.cards) == ["A Martyr to His Ear"]
    found = await reading.suggest_titles("a marter to his eer", EVERYONE)
    assert titles_of(found) == ["A Martyr to His Ear"]


@pytest.mark.parametrize("typed", ["zzzzqqq", "🦊", "%", "#", "#x", "x" * 5_000])
async def test_a_title_that_is_nothing_offers_nothing(
    library: Library, reading: Reading, typed: str
) -> None:
    await put(library, story_of("The Tooth"))
    with pytest.raises(NearTitles) as caught:
        await reading.titled(typed, EVERYONE)
    assert caught.value.cards == ()
    assert explain(caught.value)


@pytest.mark.parametrize("typed", ["#99", "#0", f"#{10**30}"])
async def test_a_picked_title_that_is_gone_is_not_found(
    library: Library, reading: Reading, typed: str
) -> None:
    await put(library, story_of("The Tooth"))
    with pytest.raises(StoryNotFound):
        await reading.titled(typed, EVERYONE)


async def test_titles_one_may_not_see_are_neither_found_nor_offered(
    library: Library, reading: Reading
) -> None:
    (harsh,) = await put(library, story_of("Harsh Rain", rating=Rating.EXPLICIT))
    await put(library, story_of("Secret Rain"), shelf=1)
    for typed in ("Harsh Rain", "harsh", "Harsch Rain", f"#{harsh}", "Secret Rain", "rain"):
        with pytest.raises(StoryNotFound) as caught:
            await reading.titled(typed, TEEN)
        assert getattr(caught.value, "cards", ()) == ()
        assert await reading.suggest_titles(typed, TEEN) == []


async def test_titles_suggested_fit_what_discord_takes(library: Library, reading: Reading) -> None:
    await put(library, *(story_of(f"Rain {n:02}") for n in range(40)))
    assert len(await reading.suggest_titles("rain", EVERYONE)) == CHOICES
    assert len(await reading.suggest_titles("", EVERYONE)) == CHOICES
