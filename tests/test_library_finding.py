"""Filters, lists, titles and names, the same on every engine."""

from dataclasses import replace

import pytest

from bot.library.base import Count, Filter, Library
from bot.story import Audience, Character, Permission, Rating, TagKind
from tests.library_contract import (
    DAY,
    EVERYONE,
    NOON,
    TAG,
    TAGS,
    entry_of,
    put,
    story_of,
    titles_of,
)

TEEN = Audience(Rating.TEEN, Rating.NOT_RATED)


async def test_every_name_of_a_filter_must_be_carried(library: Library) -> None:
    await put(
        library,
        story_of("Both", tags=["Fluff", "Rain"]),
        story_of("One", tags=["fluff"]),
        story_of("Named", characters=["Fluff"]),
    )

    async def found(*names: tuple[TagKind, str]) -> list[str]:
        return titles_of(await library.listing(Filter(names=names), EVERYONE, 0, 9))

    assert await found((TAG, "fluff")) == ["Both", "One"]
    assert await found((TAG, "fluff"), (TAG, "rain")) == ["Both"]
    assert await found((TagKind.CHARACTER, "fluff")) == ["Named"]
    assert await found((TAG, "fluff"), (TagKind.CHARACTER, "fluff")) == []


async def test_somebody_only_mentioned_is_not_in_a_story(library: Library) -> None:
    mentioned = Character("Emma", appears=False)
    await put(
        library, story_of("Told", characters=[mentioned]), story_of("In", characters=["Emma"])
    )
    wanted = Filter(names=((TagKind.CHARACTER, "emma"),))
    assert titles_of(await library.listing(wanted, EVERYONE, 0, 5)) == ["In"]
    found = await library.name_called([TagKind.CHARACTER], "emma", EVERYONE)
    assert found is not None
    assert found.stories == 1


async def test_lengths_bound_both_ends_inclusively(library: Library) -> None:
    await put(library, *(story_of(f"{n:03}", words=n) for n in (0, 99, 100, 101)))

    async def found(wanted: Filter) -> list[str]:
        return titles_of(await library.listing(wanted, EVERYONE, 0, 9))

    assert await found(Filter(max_words=100)) == ["000", "099", "100"]
    assert await found(Filter(min_words=100)) == ["100", "101"]
    assert await found(Filter(min_words=100, max_words=100)) == ["100"]
    assert await found(Filter(max_words=0)) == ["000"]


async def test_stories_without_text_to_show_can_be_left_out(library: Library) -> None:
    await put(library, story_of("Far", permission=Permission.LINK_ONLY), story_of("Near"))
    assert titles_of(await library.listing(Filter(), EVERYONE, 0, 5)) == ["Far", "Near"]
    assert titles_of(await library.listing(Filter(with_text=True), EVERYONE, 0, 5)) == ["Near"]


async def test_a_filter_can_name_its_stories(library: Library) -> None:
    ids = await put(library, *(story_of(title) for title in "ABC"))
    wanted = Filter(stories=(ids[2], ids[0], 99))
    assert titles_of(await library.listing(wanted, EVERYONE, 0, 5)) == ["A", "C"]
    assert await library.count(wanted, EVERYONE) == Count(2, 0)


async def test_a_list_goes_by_folded_title_and_goes_on_behind_a_story(library: Library) -> None:
    titles = ["banana", "Äpfel", "Cherry", "apple", "apple", "zoo"]
    entries = [entry_of(story_of(title), f"{number}") for number, title in enumerate(titles)]
    await library.keep(0, entries, NOON)
    whole = await library.listing(Filter(), EVERYONE, 0, 99)
    assert titles_of(whole) == ["Äpfel", "apple", "apple", "banana", "Cherry", "zoo"]
    read: list[int] = []
    after = 0
    while cards := await library.listing(Filter(), EVERYONE, after, 2):
        read += [card.id for card in cards]
        after = read[-1]
    assert read == [card.id for card in whole]


async def test_a_list_goes_on_behind_a_story_that_was_hidden_meanwhile(library: Library) -> None:
    ids = await put(library, *(story_of(title) for title in "ABCD"))
    await library.hide_gone(0, ["stories:B.txt"], NOON)
    assert titles_of(await library.listing(Filter(), EVERYONE, ids[1], 9)) == ["C", "D"]


async def test_titles_are_found_by_their_start_and_by_the_start_of_a_word(
    library: Library,
) -> None:
    await put(
        library,
        *(story_of(title) for title in ["Warm Rain", "Rainfall", "Brainstorm", "rain", "Sun"]),
    )

    async def found(query: str, limit: int = 9) -> list[str]:
        return titles_of(await library.find_titles(query, EVERYONE, limit))

    assert await found("rain") == ["rain", "Rainfall", "Warm Rain"]
    assert await found("warm r") == ["Warm Rain"]
    assert await found("storm") == []
    assert await found("rain", 2) == ["rain", "Rainfall"]


async def test_an_empty_query_finds_every_title(library: Library) -> None:
    await put(library, *(story_of(title) for title in ["B", "a"]))
    assert titles_of(await library.find_titles("", EVERYONE, 9)) == ["a", "B"]


@pytest.mark.parametrize("query", ["%", "_", "*", "'", '"', "\\", "a%b", "🦊"])
async def test_marks_in_a_query_are_only_marks(library: Library, query: str) -> None:
    await put(library, story_of("Plain", tags=["plain"]), story_of(f"{query} x", tags=[query]))
    assert titles_of(await library.find_titles(query, EVERYONE, 9)) == [f"{query} x"]
    assert [n.name for n in await library.find_names(query, TAGS, EVERYONE, 9)] == [query]


async def test_a_word_behind_a_dash_is_found_as_a_word(library: Library) -> None:
    await put(library, story_of("Ashes—Embers"), story_of("Wait...what"))
    assert titles_of(await library.find_titles("embers", EVERYONE, 9)) == ["Ashes—Embers"]
    assert titles_of(await library.find_titles("what", EVERYONE, 9)) == ["Wait...what"]


async def test_a_word_behind_a_quotation_mark_is_found_as_a_word(library: Library) -> None:
    await put(library, story_of("“Hush,” She Said"), story_of("(Not) A Ghost"))
    assert titles_of(await library.find_titles("hush", EVERYONE, 9)) == ["“Hush,” She Said"]
    assert titles_of(await library.find_titles("not", EVERYONE, 9)) == ["(Not) A Ghost"]


async def test_names_that_start_with_the_query_come_first_then_the_most_used(
    library: Library,
) -> None:
    await put(
        library,
        story_of("A", tags=["slow rain", "rain", "rainbow"]),
        story_of("B", tags=["slow rain", "rainbow"]),
        story_of("C", tags=["slow rain", "train"]),
    )
    found = await library.find_names("rain", TAGS, EVERYONE, 9)
    assert [(n.name, n.stories) for n in found] == [("rainbow", 2), ("rain", 1), ("slow rain", 3)]
    assert len(await library.find_names("rain", TAGS, EVERYONE, 1)) == 1
    every = await library.find_names("", TAGS, EVERYONE, 9)
    assert {n.name for n in every} == {"slow rain", "rain", "rainbow", "train"}


async def test_only_the_kinds_asked_for_are_found(library: Library) -> None:
    await put(library, story_of("A", tags=["Hux"], characters=["Hux"], authors=["Hux"]))
    kinds = [TagKind.AUTHOR, TagKind.CHARACTER]
    assert {n.kind for n in await library.find_names("hux", kinds, EVERYONE, 9)} == set(kinds)
    assert await library.find_names("hux", [], EVERYONE, 9) == []
    first = await library.name_called([TagKind.FANDOM, TagKind.AUTHOR, TAG], "hux", EVERYONE)
    assert first is not None
    assert first.kind is TagKind.AUTHOR


async def test_spellings_that_fold_alike_are_one_name(library: Library) -> None:
    await put(library, story_of("A", tags=["Café"]), story_of("B", tags=["CAFE", "cafe"]))
    (found,) = await library.find_names("cafe", TAGS, EVERYONE, 9)
    assert (found.name, found.stories) == ("Café", 2)
    assert await library.name(found.id, EVERYONE) == found
    assert await library.name_called(TAGS, "cafe", EVERYONE) == found


async def test_a_name_whose_stories_are_all_gone_is_gone(library: Library) -> None:
    await put(library, story_of("A", tags=["rare"]))
    found = await library.name_called(TAGS, "rare", EVERYONE)
    assert found is not None
    await library.hide_gone(0, ["stories:A.txt"], NOON)
    await library.forget_gone(NOON + DAY)
    assert await library.name(found.id, EVERYONE) is None
    assert await library.find_names("", TAGS, EVERYONE, 9) == []


async def test_companions_are_the_names_most_often_beside_a_name(library: Library) -> None:
    await put(
        library,
        story_of("A", tags=["ink", "fog"], characters=["Emma"]),
        story_of("B", tags=["ink"], characters=["Emma", Character("Bob", appears=False)]),
        story_of("C", tags=["fog", "alone"]),
    )
    ink = await library.name_called(TAGS, "ink", EVERYONE)
    assert ink is not None
    found = await library.companions(ink.id, EVERYONE, 9)
    assert [(n.kind, n.name, n.stories) for n in found] == [
        (TagKind.CHARACTER, "Emma", 2),
        (TAG, "fog", 1),
    ]
    assert len(await library.companions(ink.id, EVERYONE, 1)) == 1
    assert await library.companions(999, EVERYONE, 9) == []


async def test_a_name_counts_no_story_that_a_server_hides_whatever_one_avoids(
    library: Library,
) -> None:
    hidden, _ = await put(
        library, story_of("A", tags=["rain", "fluff"]), story_of("B", tags=["rain"])
    )
    audience = replace(EVERYONE, server=5, unseen=frozenset({hidden}), avoided=frozenset({"fluff"}))
    told = await library.name_called([TagKind.FREEFORM], "rain", audience)
    assert told is not None
    assert told.stories == 1


async def test_titles_are_offered_as_they_are_found(library: Library) -> None:
    await put(
        library,
        story_of("Warm Rain", authors=["Ann", "Ben"]),
        story_of("Rainfall"),
        story_of("Harsh Rain", rating=Rating.EXPLICIT),
    )
    offered = await library.offer_titles("rain", TEEN, 9)
    assert [(each.title, each.author) for each in offered] == [
        ("Rainfall", ""),
        ("Warm Rain", "Ann"),
    ]
    cards = await library.find_titles("rain", TEEN, 9)
    assert [each.id for each in offered] == [card.id for card in cards]


async def test_a_title_in_a_script_without_spaces_is_found_by_any_part(library: Library) -> None:
    await put(library, story_of("東京タワーの狐"), story_of("狐の嫁入り"), story_of("Tokyo"))
    for typed, titles in (
        ("タワー", ["東京タワーの狐"]),
        ("狐", ["狐の嫁入り", "東京タワーの狐"]),
        ("東", ["東京タワーの狐"]),
        ("京タ", ["東京タワーの狐"]),
    ):
        assert titles_of(await library.find_titles(typed, EVERYONE, 9)) == titles, typed
