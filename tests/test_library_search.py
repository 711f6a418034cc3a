"""Searching for words (bot/library/contract/finding.py), held to by every engine."""

from dataclasses import replace

import pytest

from bot.library.base import COUNT_LIMIT, Count, Filter, Found, Library, Order
from bot.prose.query import parse_query
from bot.story import Audience, Permission, Place, Rating, TagKind
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


async def test_a_story_that_a_server_links_shows_no_passage(library: Library) -> None:
    (ident,) = await put(library, story_of("Far", FOX))
    audience = replace(EVERYONE, server=1, linked=frozenset({ident}))
    (hit,) = (await search(library, "fox", audience=audience)).hits
    assert (hit.place, hit.passage, hit.marks) == (Place(ident), "", ())
