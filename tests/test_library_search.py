"""Searching and filtering (bot/library/base.py), held to by every engine."""

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

from bot.library.base import COUNT_LIMIT, Count, Filter, Found, Library, Order
from bot.library.filters import filter_from_json, filter_to_json
from bot.library.records import names_of
from bot.prose.query import parse_query
from bot.prose.words import fold, search_key
from bot.story import Audience, Character, Origin, Permission, Place, Rating, Story, TagKind
from tests.library_contract import (
    EVERYONE,
    NOON,
    entry_of,
    put,
    story_of,
    titles_of,
)

TEEN = Audience(Rating.TEEN, Rating.NOT_RATED)
FOX = "The lamp was lit. A red fox slept under the table, and nobody woke it. Rain fell."


async def search(
    library: Library,
    typed: str,
    wanted: Filter | None = None,
    audience: Audience = EVERYONE,
    order: Order = Order.RELEVANCE,
    limit: int = 20,
) -> Found:
    return await library.search(
        parse_query(typed), wanted or Filter(), audience, order=order, limit=limit
    )


async def found(
    library: Library,
    typed: str,
    wanted: Filter | None = None,
    audience: Audience = EVERYONE,
    order: Order = Order.TITLE,
) -> list[str]:
    hits = (await search(library, typed, wanted, audience, order)).hits
    return titles_of([hit.card for hit in hits])


# Words


async def test_lengths_that_leave_nothing_find_nothing(library: Library) -> None:
    await put(library, story_of("A", "fox", words=300, tags=["x", "y"]))
    names = ((TagKind.FREEFORM, "x"), (TagKind.FREEFORM, "y"))
    wanted = Filter(names=names, min_words=501, max_words=100)
    assert await found(library, "fox", wanted) == []
    assert await library.listing(wanted, EVERYONE, 0, 9) == []
    assert await library.count(wanted, EVERYONE) == Count(0, 0)


async def test_every_word_must_stand_somewhere_in_the_story(library: Library) -> None:
    await put(
        library,
        story_of("Both", "A fox.", "And a lamp."),
        story_of("Fox", "Only a fox."),
        story_of("Lamp", "Only a lamp."),
    )
    assert await found(library, "fox lamp") == ["Both"]
    assert await found(library, "FOX") == ["Both", "Fox"]
    assert await found(library, "foxes") == []


async def test_titles_authors_and_names_count_as_words_of_the_story(library: Library) -> None:
    await put(
        library,
        story_of("The Harbour", "x"),
        story_of("Tagged", "x", tags=["Harbour Lights"]),
        story_of("Written", "x", authors=["Ann Harbour"]),
        story_of("Cast", "x", characters=["Old Harbour"]),
        story_of("Other", "x"),
    )
    assert await found(library, "harbour") == ["Cast", "Tagged", "The Harbour", "Written"]
    assert await found(library, '"harbour lights"') == ["Tagged"]


async def test_a_phrase_is_found_where_its_words_follow_each_other(library: Library) -> None:
    await put(
        library,
        story_of("Yes", "He saw the red, red fox."),
        story_of("No", "A red hat. The fox."),
        story_of("Apart", "So red.", "Fox and hound."),
    )
    assert await found(library, '"red fox"') == ["Yes"]
    assert await found(library, "“RED FOX") == ["Yes"]
    assert await found(library, '"fox red"') == []


async def test_a_phrase_is_found_across_the_parts_that_a_chapter_is_stored_in(
    library: Library,
) -> None:
    before, behind = "lamp " * 1_590 + "red", "Fox " + "and lamp " * 900
    await put(library, story_of("Long", f"{before}\n\n{behind}"))
    assert await found(library, '"red fox and"') == ["Long"]


async def test_a_minus_leaves_stories_out(library: Library) -> None:
    await put(
        library,
        story_of("A", "fox and hound"),
        story_of("B", "fox alone"),
        story_of("C", "fox", tags=["Old Hound"]),
        story_of("D", "nothing"),
    )
    assert await found(library, "fox -hound") == ["B"]
    assert await found(library, '-"old hound" fox') == ["A", "B"]
    assert await found(library, "-fox") == ["D"]


async def test_a_star_finds_words_that_begin_so(library: Library) -> None:
    await put(library, story_of("A", "the shadow"), story_of("B", "shame"), story_of("C", "ash"))
    assert await found(library, "sha*") == ["A", "B"]
    assert await found(library, "-sha*") == ["C"]


async def test_words_are_found_however_they_are_written(library: Library) -> None:
    await put(
        library,
        story_of("A", "Łucja went along the Straße with Øystein; he didn’t."),
        story_of("B", "昨日、カイロ・レンは東京タワーへ行った。"),
        story_of("C", "वह हिन्दी में लिखता है"),
        story_of("D", "여우가 잤다"),
    )
    for typed in ("lucja", "STRASSE", "oystein", "didn't", "didnt"):
        assert await found(library, typed) == ["A"], typed
    for typed in ("東京", "タワー", "カイロ・レン", "京", '"東京タワー"'):
        assert await found(library, typed) == ["B"], typed
    assert await found(library, "हिन्दी") == ["C"]
    assert await found(library, "여우") == ["D"]
    assert await found(library, "京都") == []


@pytest.mark.parametrize(
    "typed",
    [
        'AND OR NOT NEAR() " * ^ title:fox {a b}: (fox',
        "'; DROP TABLE story; --",
        "fox:*",
        '"fox*',
        "& | ! <-> :*",
        "\\ \x00 %_",
        "the " * 40,
    ],
)
async def test_marks_and_operators_are_only_words(library: Library, typed: str) -> None:
    await put(library, story_of("Ash", "A fox."))
    told = await search(library, typed)
    assert {hit.card.record.title for hit in told.hits} <= {"Ash"}
    assert await library.count(Filter(), EVERYONE) == Count(1, 0)


@pytest.mark.parametrize("typed", ["", "🦊" * 100, '"', "-"])
async def test_nothing_to_look_for_gives_what_the_filter_gives(
    library: Library, typed: str
) -> None:
    await put(library, story_of("A", tags=["x"]), story_of("B"))
    told = await search(library, typed, Filter(names=((TagKind.FREEFORM, "x"),)))
    assert titles_of([hit.card for hit in told.hits]) == ["A"]
    assert told.count == Count(1, 0)
    assert told.hits[0].passage == ""


# Passages


async def test_a_hit_tells_where_the_passage_stands_in_the_stored_text(library: Library) -> None:
    filler = "\n\n".join(
        f"Paragraph {n} of the long story, where little happens." for n in range(900)
    )
    text = f"{filler}\n\n{FOX}\n\n{filler}"
    await put(library, story_of("Long", "Nothing here.", text))
    (hit,) = (await search(library, "fox lamp")).hits
    assert hit.place.chapter == 1
    stored = text[hit.place.offset : hit.place.offset + len(hit.passage)]
    assert hit.passage == stored.replace("\n", " ")
    assert [hit.passage[start:end] for start, end in hit.marks] == ["lamp", "fox"]
    page = await library.page(hit.place, EVERYONE)
    assert page is not None
    assert page.start <= hit.place.offset < page.end


async def test_a_phrase_that_occurs_once_is_shown_where_it_occurs(library: Library) -> None:
    text = "\n\n".join([*(["A red hat and a fox."] * 50), FOX, *(["Fox. Rust."] * 50)])
    await put(library, story_of("Long", text))
    (hit,) = (await search(library, '"red fox"')).hits
    assert hit.marks
    assert [hit.passage[start:end] for start, end in hit.marks] == ["red fox"]


async def test_a_hit_by_title_alone_begins_at_the_beginning(library: Library) -> None:
    (ident,) = await put(library, story_of("The Harbour", "x"))
    (hit,) = (await search(library, "harbour")).hits
    assert (hit.place, hit.passage, hit.marks) == (Place(ident), "", ())


async def test_a_story_that_only_links_is_found_without_a_passage(library: Library) -> None:
    (ident,) = await put(library, story_of("Far", FOX, permission=Permission.LINK_ONLY))
    (hit,) = (await search(library, "fox")).hits
    assert (hit.place, hit.passage, hit.marks) == (Place(ident), "", ())


# Order, pages and counts


async def test_a_title_counts_more_than_a_tag_and_a_tag_more_than_the_text(
    library: Library,
) -> None:
    await put(
        library,
        story_of("Third", "The fox came. " + "Nothing more. " * 20),
        story_of("Second", "Nothing.", tags=["fox"]),
        story_of("The Fox", "Nothing."),
    )
    told = await search(library, "fox")
    assert titles_of([hit.card for hit in told.hits]) == ["The Fox", "Second", "Third"]


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        (Order.NEWEST, ["D", "C", "B", "A"]),
        (Order.SHORTEST, ["B", "A", "C", "D"]),
        (Order.LONGEST, ["D", "C", "A", "B"]),
        (Order.TITLE, ["A", "B", "C", "D"]),
    ],
)
@pytest.mark.parametrize("typed", ["fox", ""])
async def test_what_is_found_is_sorted_and_read_in_pages_both_ways(
    library: Library, order: Order, titles: list[str], typed: str
) -> None:
    for title, words in (("A", 20), ("B", 10), ("C", 20), ("D", 30)):
        await put(library, story_of(title, "A fox.", words=words))
    query = parse_query(typed)
    read: list[str] = []
    after = 0
    for _ in range(4):
        page = await library.search(query, Filter(), EVERYONE, order=order, after=after, limit=1)
        read += titles_of([hit.card for hit in page.hits])
        assert page.has_earlier == (len(read) > 1)
        assert page.has_more == (len(read) < 4)
        after = page.hits[-1].card.id
    assert read == titles
    back = await library.search(query, Filter(), EVERYONE, order=order, before=after, limit=2)
    assert titles_of([hit.card for hit in back.hits]) == titles[1:3]
    assert (back.has_earlier, back.has_more) == (True, True)
    last = await library.search(query, Filter(), EVERYONE, order=order, before=-1, limit=3)
    assert titles_of([hit.card for hit in last.hits]) == titles[1:]


@pytest.mark.parametrize("order", Order)
async def test_a_list_is_read_in_pages_both_ways(library: Library, order: Order) -> None:
    ids = await put(library, *(story_of(f"S{n:02}", words=n % 7) for n in range(20)))
    whole = [card.id for card in await library.listing(Filter(), EVERYONE, 0, 99, order=order)]
    assert sorted(whole) == sorted(ids)
    read: list[int] = []
    while cards := await library.listing(
        Filter(), EVERYONE, read[-1] if read else 0, 6, order=order
    ):
        read += [card.id for card in cards]
    assert read == whole
    back: list[int] = []
    before = -1
    while cards := await library.listing(Filter(), EVERYONE, 0, 6, order=order, before=before):
        back = [card.id for card in cards] + back
        before = back[0]
    assert back == whole


async def test_pages_of_a_search_by_relevance_hold_every_story_once(library: Library) -> None:
    await put(library, *(story_of(f"S{n}", "fox " * (n % 4 + 1)) for n in range(11)))
    query = parse_query("fox")
    read: list[int] = []
    more = True
    while more:
        page = await library.search(
            query, Filter(), EVERYONE, after=read[-1] if read else 0, limit=3
        )
        read += [hit.card.id for hit in page.hits]
        more = page.has_more
    assert len(read) == len(set(read)) == 11


async def test_counts_are_exact_to_the_limit_and_then_only_more(library: Library) -> None:
    entries = [entry_of(story_of(f"S{n}", "fox", tags=["x"])) for n in range(COUNT_LIMIT)]
    await library.keep(0, entries, NOON)
    wanted = Filter(names=((TagKind.FREEFORM, "x"),))
    assert await library.count(wanted, EVERYONE) == Count(COUNT_LIMIT, 0)
    assert (await search(library, "fox")).count == Count(COUNT_LIMIT, 0)
    await put(library, story_of("One more", "fox", tags=["x"]))
    assert await library.count(wanted, EVERYONE) == Count(COUNT_LIMIT, 0, is_more=True)
    assert (await search(library, "fox")).count == Count(COUNT_LIMIT, 0, is_more=True)


# Who may find what


@pytest.mark.parametrize("ceiling", Rating)
async def test_no_search_finds_a_story_above_the_ceiling(library: Library, ceiling: Rating) -> None:
    await put(library, *(story_of(rating.label, "fox", rating=rating) for rating in Rating))
    audience = Audience(ceiling, Rating.NOT_RATED)
    told = await search(library, "fox", audience=audience)
    assert {hit.card.record.rating for hit in told.hits} == set(Rating) - {
        rating for rating in Rating if rating > ceiling
    }
    assert told.count == Count(ceiling + 1, 4 - ceiling)


async def test_no_search_finds_what_is_hidden_blocked_avoided_or_on_another_shelf(
    library: Library,
) -> None:
    await put(library, story_of("Seen", "fox"), story_of("Gone", "fox"))
    await put(library, story_of("Harsh", "fox", tags=["Gore"], rating=Rating.EXPLICIT))
    await put(library, story_of("Sad", "fox", tags=["Angst"]))
    await put(library, story_of("Theirs", "fox"), shelf=2)
    await put(library, story_of("Ours", "fox"), shelf=1)
    await library.hide_gone(0, ["stories:Gone.txt"], NOON)
    audience = replace(TEEN, server=1, blocked=frozenset({"gore"}), avoided=frozenset({"angst"}))
    assert await found(library, "fox", audience=audience) == ["Ours", "Seen"]
    assert (await search(library, "fox", audience=audience)).count == Count(2, 0)
    assert await found(library, "-dog", audience=audience) == ["Ours", "Seen"]
    assert await found(library, "", audience=audience) == ["Ours", "Seen"]


async def test_a_changed_story_is_found_by_its_new_words_only(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash", "fox"))
    entry = entry_of(story_of("Ember", "hound", tags=["x"]), "Ash.txt", story_id=ident)
    await library.keep(0, [entry], NOON)
    for gone in ("fox", "ash"):
        assert await found(library, gone) == []
    for there in ("hound", "ember", "x"):
        assert await found(library, there) == ["Ember"]
    assert await found(library, "hound -fox") == ["Ember"]


async def test_a_story_that_comes_back_is_found_again(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash", "fox"))
    await library.hide_gone(0, ["stories:Ash.txt"], NOON)
    assert await found(library, "fox") == []
    await library.keep(0, [replace(entry_of(story_of("Ash")), story=None, story_id=ident)], NOON)
    assert await found(library, "fox") == ["Ash"]


# Filters


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
    assert await found(library, "fox", wanted) == titles
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


# Everything beside a naive answer


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
async def shelf_of_many(library: Library) -> dict[int, tuple[int, Story]]:
    """Keep many stories; gives (shelf, story) by id."""
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


async def test_a_story_that_a_server_links_shows_no_passage(library: Library) -> None:
    (ident,) = await put(library, story_of("Far", FOX))
    audience = replace(EVERYONE, server=1, linked=frozenset({ident}))
    (hit,) = (await search(library, "fox", audience=audience)).hits
    assert (hit.place, hit.passage, hit.marks) == (Place(ident), "", ())
