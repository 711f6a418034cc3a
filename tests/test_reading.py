"""What a reader can ask for: names and titles as people type them, stories, passages, lists."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bot.errors import NoStoryFits, StoryNotFound
from bot.library import library_at
from bot.library.base import Count, Filter, Library, Name
from bot.prose.aliases import load_aliases
from bot.prose.words import fold
from bot.reading import (
    CHARACTER_KINDS,
    CHOICES,
    NEAR,
    TAG_KINDS,
    NearNames,
    NearTitles,
    Reading,
)
from bot.story import Audience, Permission, Place, Rating, Story, TagKind
from bot.texts import explain
from tests.library_contract import EVERYONE, NOON, chapters_in, put, story_of, titles_of
from tests.stage import settings_for

ALIASES = load_aliases(
    '[[character]]\nname = "Kylo Ren"\naliases = ["Ben Solo", "Lord Ren"]\n'
    '[[character]]\nname = "Armitage Hux"\naliases = ["General Hux"]\n'
)
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


def reading_of(library: Library, tmp_path: Path, seed: int = 1, words: str = "") -> Reading:
    settings = settings_for(tmp_path, DRABBLE_MAX_WORDS=words)
    return Reading(library, settings, aliases=lambda: ALIASES, rng=Random(seed))


def filter_of(names: Sequence[Name]) -> Filter:
    """Make the filter that asks for all ``names``."""
    return Filter(names=tuple((name.kind, fold(name.name)) for name in names))


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
