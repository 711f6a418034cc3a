"""The contract of the store (bot/library/base.py), held to by every engine."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import Settings
from bot.daily import DailyStories, DailyStory, Progress, What
from bot.errors import ConfigurationError, LibraryUnreadable
from bot.library import library_at
from bot.library.base import (
    ALIKE_LIMIT,
    WITHIN,
    Count,
    Entry,
    Filter,
    Library,
    Shards,
    StoredDelivery,
    StoredFile,
    StoredSchedule,
    Twin,
)
from bot.library.records import PART_LENGTH, write_down, written_from_json, written_to_json
from bot.schedule import DailyTime
from bot.story import (
    Audience,
    Chapter,
    Character,
    Origin,
    Permission,
    Place,
    Rating,
    Story,
    TagKind,
)
from tests.library_contract import (
    ENGINES,
    EVERYONE,
    NOON,
    QUESTIONS,
    Known,
    Store,
    chapter_of,
    chapters_in,
    claim,
    entry_of,
    file_of,
    pages_in,
    put,
    schedule_of,
    seen_by,
    story_of,
    titles_of,
)

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
IN_A_SERVER = replace(EVERYONE, server=1)
TAG = TagKind.FREEFORM
TAGS = [TAG]


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return ENGINES[request.param](tmp_path)


@pytest.fixture
async def library(store: Store) -> AsyncIterator[Library]:
    opened = store()
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def other(library: Library, store: Store) -> AsyncIterator[Library]:
    """Open a second library on the same store, as a second process would."""
    opened = store()
    await opened.open()
    yield opened
    await opened.close()


# Opening and closing


def test_every_address_that_settings_take_has_an_engine() -> None:
    assert library_at(Settings().database_url)


@pytest.mark.parametrize("address", ["mysql:///x", "sqlite:///", "library.db", ""])
def test_an_address_without_an_engine_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        library_at(address)
    assert caught.value.key == "config.database"


async def test_a_library_closes_twice_and_opens_again(store: Store) -> None:
    library = store()
    await library.open()
    (ident,) = await put(library, story_of("Ash"))
    await library.close()
    await library.close()
    await library.open()
    assert await library.card(ident, EVERYONE)
    await library.close()


async def test_a_library_that_never_opened_closes(store: Store) -> None:
    await store().close()


async def test_a_closed_library_says_so(store: Store) -> None:
    library = store()
    with pytest.raises(LibraryUnreadable) as caught:
        await library.note("commands")
    assert caught.value.key == "library.closed"
    with pytest.raises(LibraryUnreadable):
        await library.write_note("commands", "x")


# Keeping


async def test_a_kept_story_comes_back_whole(library: Library) -> None:
    story = story_of(
        "The Tooth",
        "One.\n\nTwo.",
        "Three.",
        tags=["fog"],
        characters=[Character("Mary", ("Molly",), appears=False)],
        authors=["Ann"],
    )
    (ident,) = await put(library, story)
    assert await library.whole_story(ident) == story
    assert await chapters_in(library, ident) == story.chapters


async def test_a_card_is_the_record_without_its_text(library: Library) -> None:
    story = story_of("The Tooth", "One.", "Two.", tags=["fog"])
    (ident,) = await put(library, story)
    card = await library.card(ident, EVERYONE)
    assert card is not None
    assert card.record == replace(story, chapters=())
    assert (card.id, card.shelf, card.chapters) == (ident, 0, 2)
    assert (card.opening, card.added) == ("The Tooth opens.", NOON)


async def test_a_story_that_only_links_is_marked(library: Library) -> None:
    ids = await put(
        library,
        story_of("Near"),
        story_of("Far", permission=Permission.LINK_ONLY),
    )
    cards = [await library.card(ident, EVERYONE) for ident in ids]
    assert [card.is_link_only for card in cards if card] == [False, True]


async def test_an_updated_story_keeps_its_id_and_when_it_was_added(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash", "Long.\n\nLonger.", "More.", tags=["old"]))
    entry = entry_of(story_of("Ember", "Short.", tags=["new"]), "Ash.txt", story_id=ident)
    assert await library.keep(0, [entry], NOON + DAY) == [ident]
    card = await library.card(ident, EVERYONE)
    assert card is not None
    assert (card.record.title, card.added, card.chapters) == ("Ember", NOON, 1)
    assert await chapters_in(library, ident) == (chapter_of("Short."),)
    assert await library.find_names("old", TAGS, EVERYONE, 5) == []
    assert await library.page(Place(ident, 1), EVERYONE) is None


async def test_ids_come_back_in_the_order_of_the_entries(library: Library) -> None:
    (known,) = await put(library, story_of("Known"))
    entries = [
        entry_of(story_of("First")),
        Entry(replace(file_of("broken.txt"), outcome="refused")),
        entry_of(story_of("Known", "Anew."), story_id=known),
        entry_of(story_of("Last")),
    ]
    first, none, same, last = await library.keep(0, entries, NOON)
    assert (none, same) == (None, known)
    for ident, title in ((first, "First"), (last, "Last")):
        assert ident is not None
        card = await library.card(ident, EVERYONE)
        assert card is not None
        assert card.record.title == title


async def test_a_story_written_down_elsewhere_is_kept_like_one_that_is_not(
    library: Library,
) -> None:
    entry = entry_of(story_of("Ash", "It burned.\n\nIt fell.", tags=["fire"]), page=5)
    assert entry.story is not None
    written = write_down(
        entry.story,
        opening=entry.opening,
        fingerprint=entry.fingerprint,
        page_starts=entry.page_starts,
    )
    there = written_from_json(written_to_json(written))
    first, second = await library.keep(
        0, [entry, Entry(file_of("Elsewhere.txt"), written=there)], NOON
    )
    assert first is not None
    assert second is not None
    assert await library.whole_story(first) == await library.whole_story(second)
    assert await pages_in(library, first) == await pages_in(library, second) == 2


async def test_what_is_known_of_a_file_comes_back(library: Library) -> None:
    file = replace(file_of("a/b.txt", "import"), report='{"path": "b"}', size=0, modified=2**60)
    await library.keep(3, [Entry(file)], NOON)
    assert await library.known(3, ["import:a/b.txt"]) == {"import:a/b.txt": file}
    assert await library.files(3) == {"import:a/b.txt": replace(file, report="{}")}
    assert await library.files(0) == {}


async def test_a_file_knows_the_story_that_was_read_from_it(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash"))
    assert (await library.files(0))["stories:Ash.txt"].story == ident


async def test_a_batch_with_a_fault_keeps_nothing(library: Library) -> None:
    with suppress(Exception):  # each engine fails in its own words: this is a bug of the caller
        await library.keep(0, [entry_of(story_of("Ash")), Entry(file_of("x"), story_id=99)], NOON)
    assert await library.files(0) == {}
    assert await library.count(Filter(), EVERYONE) == Count(0, 0)


async def test_an_empty_batch_is_kept(library: Library) -> None:
    assert await library.keep(0, [], NOON) == []


async def test_a_story_of_odd_characters_comes_back(library: Library) -> None:
    text = "🏳️‍🌈 שלום.\n\nが行く。\u200b 'x' \"y\" %s {z} \\ \u2028"
    story = story_of("Łucja’s 🦊 'quote\" %_", text, tags=["100% 'fluff'", "__", "狐"])
    (ident,) = await put(library, story)
    assert await library.whole_story(ident) == story
    assert await library.name_called(TAGS, "100% 'fluff'", EVERYONE)
    assert await library.name_called(TAGS, "狐", EVERYONE)


async def test_a_story_without_any_text_is_kept(library: Library) -> None:
    story = Story(chapters=(Chapter("", ()),), title="Blank", rating=Rating.GENERAL)
    (ident,) = await put(library, story)
    assert await library.whole_story(ident) == story
    assert await library.page(Place(ident), EVERYONE)


# Gone, hidden, back again, forgotten


async def test_a_story_whose_file_is_gone_is_hidden(library: Library) -> None:
    await put(library, story_of("Stays", tags=["x"]))
    (ident,) = await put(library, story_of("Goes", tags=["own", "x"]))
    about = Known(ident, "Goes", "own", "x")
    assert await seen_by(library, EVERYONE, about) == QUESTIONS
    assert await library.hide_gone(0, ["stories:Goes.txt"], NOON) == 1
    assert await seen_by(library, EVERYONE, about) == set()
    assert (await library.files(0))["stories:Goes.txt"].gone_since == NOON
    assert await library.whole_story(ident), "the operator still sees it"


async def test_hiding_twice_keeps_the_first_moment(library: Library) -> None:
    await put(library, story_of("Goes"))
    assert await library.hide_gone(0, ["stories:Goes.txt"], NOON) == 1
    assert await library.hide_gone(0, ["stories:Goes.txt"], NOON + DAY) == 0
    assert (await library.files(0))["stories:Goes.txt"].gone_since == NOON


async def test_only_the_named_shelf_loses_its_file(library: Library) -> None:
    ids = [(await put(library, story_of("Goes"), shelf=shelf))[0] for shelf in (0, 1)]
    await library.hide_gone(0, ["stories:Goes.txt"], NOON)
    told = [await library.card(ident, IN_A_SERVER) is None for ident in ids]
    assert told == [True, False]


async def test_a_story_that_another_present_file_holds_stays(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash"))
    await library.keep(0, [Entry(file_of("copy.txt"), story_id=ident)], NOON)
    assert await library.hide_gone(0, ["stories:Ash.txt"], NOON) == 0
    assert await library.card(ident, EVERYONE)
    assert await library.hide_gone(0, ["stories:copy.txt"], NOON) == 1


async def test_a_file_that_returns_brings_the_same_story_back(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash"))
    await library.hide_gone(0, ["stories:Ash.txt"], NOON)
    assert await library.keep(0, [Entry(file_of("Ash.txt"), story_id=ident)], NOON + DAY) == [ident]
    card = await library.card(ident, EVERYONE)
    assert card is not None
    assert card.added == NOON
    assert (await library.files(0))["stories:Ash.txt"].gone_since is None


async def test_a_file_that_returns_changed_brings_its_story_back_changed(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash"))
    await library.hide_gone(0, ["stories:Ash.txt"], NOON)
    await library.keep(0, [entry_of(story_of("Ash", "Anew."), story_id=ident)], NOON + DAY)
    assert await chapters_in(library, ident) == (chapter_of("Anew."),)


async def test_a_file_that_holds_no_story_any_more_takes_it_off_the_shelf(
    library: Library,
) -> None:
    (ident,) = await put(library, story_of("Ash"))
    withheld = replace(file_of("Ash.txt"), outcome="withheld")
    assert await library.keep(0, [Entry(withheld)], NOON) == [None]
    assert await library.card(ident, EVERYONE) is None


async def test_gone_stories_are_forgotten_after_a_while(library: Library) -> None:
    (ident, kept) = await put(library, story_of("Goes"), story_of("Stays"))
    await library.hide_gone(0, ["stories:Goes.txt"], NOON)
    assert await library.forget_gone(NOON) == 0
    assert await library.forget_gone(NOON + MINUTE) == 1
    assert await library.whole_story(ident) is None
    assert list(await library.files(0)) == ["stories:Stays.txt"]
    assert await library.card(kept, EVERYONE)


async def test_ids_are_never_used_again(library: Library, store: Store) -> None:
    ids = await put(library, story_of("Ash"), story_of("Oak"))
    await library.hide_gone(0, ["stories:Ash.txt", "stories:Oak.txt"], NOON)
    assert await library.forget_gone(NOON + DAY) == 2
    await library.close()
    again = store()
    await again.open()
    (ident,) = await put(again, story_of("Elm"))
    await again.close()
    assert ident > max(ids)


async def test_words_are_found_again_on_their_own_shelf_only(library: Library) -> None:
    assert await library.with_fingerprints(0, ["words of Ash"]) == {}
    ash, elm = await put(library, story_of("Ash"), story_of("Elm"))
    await library.keep(0, [Entry(file_of("copy.txt", "import"), story_id=ash)], NOON)
    words = ["words of Ash", "words of Elm", "words of nobody"]
    found = await library.with_fingerprints(0, words)
    assert {words: (twin.story, sorted(twin.holders)) for words, twin in found.items()} == {
        "words of Ash": (ash, [("import:copy.txt", 5), ("stories:Ash.txt", 5)]),
        "words of Elm": (elm, [("stories:Elm.txt", 5)]),
    }
    assert await library.with_fingerprints(1, words) == {}


async def test_words_of_a_hidden_story_are_found_with_no_present_file(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash"))
    await library.hide_gone(0, ["stories:Ash.txt"], NOON)
    found = await library.with_fingerprints(0, ["words of Ash"])
    assert found == {"words of Ash": Twin(ident)}


async def test_of_two_stories_with_the_same_words_the_older_is_found(library: Library) -> None:
    first, _ = await library.keep(
        0, [entry_of(story_of("Ash"), "a.txt"), entry_of(story_of("Ash"), "b.txt")], NOON
    )
    found = await library.with_fingerprints(0, ["words of Ash"])
    assert first is not None
    assert found == {"words of Ash": Twin(first, (("stories:a.txt", 5),))}


# Files of several stories


def in_book(name: str, record: int | None = None) -> StoredFile:
    """Make what is known of a story in the archive ``book.zip``."""
    return replace(file_of(f"book.zip{WITHIN}{name}"), container="book.zip", record=record)


async def put_book(library: Library, *names: str) -> list[int | None]:
    """Keep an archive of stories, in which ``names`` stand on lines 1, 2 …"""
    book = replace(file_of("book.zip"), outcome="container")
    stories = [
        replace(entry_of(story_of(name)), file=in_book(name, line))
        for line, name in enumerate(names, 1)
    ]
    return (await library.keep(0, [Entry(book), *stories], NOON))[1:]


async def test_what_is_in_a_container_is_listed_by_line_and_not_among_the_files(
    library: Library,
) -> None:
    await put(library, story_of("Loose"))
    elm, ash, oak = await put_book(library, "Elm", "Ash", "Oak")
    assert set(await library.files(0)) == {"stories:Loose.txt", "stories:book.zip"}
    assert [f.story for f in await library.within(0, "stories:book.zip", (-1, ""), 9)] == [
        *(elm, ash, oak)
    ]
    first, second = await library.within(0, "stories:book.zip", (-1, ""), 2)
    assert (first.key, first.record, first.container) == ("stories:book.zip//Elm", 1, "book.zip")
    (last,) = await library.within(0, "stories:book.zip", (2, second.path), 9)
    assert (last.story, last.record) == (oak, 3)
    assert await library.count_within(0, "stories:book.zip") == {"added": 3}
    assert await library.within(0, "stories:Loose.txt", (-1, ""), 9) == []


async def test_members_of_an_archive_have_no_line_and_are_listed_by_name(
    library: Library,
) -> None:
    await library.keep(0, [Entry(in_book(name)) for name in ("b", "a", "c")], NOON)
    found = await library.within(0, "stories:book.zip", (0, "book.zip//a"), 9)
    assert [(file.path, file.record) for file in found] == [
        ("book.zip//b", None),
        ("book.zip//c", None),
    ]


async def test_known_files_are_given_by_their_keys_whatever_they_are_in(library: Library) -> None:
    (elm,) = await put_book(library, "Elm")
    told = replace(file_of("told.txt"), report='{"words": 3}')
    await library.keep(0, [Entry(told)], NOON)
    keys = ["stories:told.txt", "stories:book.zip//Elm", "stories:nothing", "import:told.txt"]
    known = await library.known(0, keys)
    assert set(known) == set(keys[:2])
    assert known["stories:told.txt"] == told
    assert known["stories:book.zip//Elm"].story == elm
    assert await library.known(1, keys) == {}


async def test_with_a_container_goes_all_that_is_in_it(library: Library) -> None:
    loose, *_ = await put(library, story_of("Loose"))
    elm, ash = await put_book(library, "Elm", "Ash")
    assert elm is not None
    assert ash is not None
    assert await library.hide_gone(0, ["stories:book.zip"], NOON) == 2
    assert await library.card(elm, EVERYONE) is None
    assert await library.card(loose, EVERYONE)
    assert await library.within(0, "stories:book.zip", (-1, ""), 9) == []
    assert await library.count_within(0, "stories:book.zip") == {}
    assert await library.forget_gone(NOON + DAY) == 2
    assert set(await library.files(0)) == {"stories:Loose.txt"}


async def test_what_was_not_seen_lately_in_a_container_goes(library: Library) -> None:
    elm, ash = await put_book(library, "Elm", "Ash")
    assert elm is not None
    assert ash is not None
    await library.keep(0, [Entry(replace(in_book("Ash", 1), modified=6), story_id=ash)], NOON)
    assert await library.hide_unseen(0, "stories:book.zip", 6, NOON) == 1
    assert [f.story for f in await library.within(0, "stories:book.zip", (-1, ""), 9)] == [ash]
    assert await library.card(elm, EVERYONE) is None
    assert await library.card(ash, EVERYONE)
    assert "stories:book.zip" in await library.files(0), "the container itself stays"
    assert await library.hide_unseen(0, "stories:book.zip", 6, NOON) == 0


async def test_a_changed_line_takes_the_place_of_the_one_before(library: Library) -> None:
    (elm,) = await put_book(library, "Elm")
    entry = replace(entry_of(story_of("Elm", "It grew."), story_id=elm), file=in_book("new", 1))
    kept = await library.keep(0, [replace(entry, instead_of="book.zip//Elm")], NOON)
    assert kept == [elm]
    (file,) = await library.within(0, "stories:book.zip", (-1, ""), 9)
    assert (file.path, file.story) == ("book.zip//new", elm)
    assert elm is not None
    assert await library.card(elm, EVERYONE)


async def test_a_line_that_moved_is_known_by_its_new_number(library: Library) -> None:
    (elm,) = await put_book(library, "Elm")
    await library.keep(0, [Entry(in_book("Elm", 7), story_id=elm)], NOON)
    (file,) = await library.within(0, "stories:book.zip", (-1, ""), 9)
    assert file.record == 7


# Who may see what


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


# Filters


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


# Lists and names


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


# Pages


async def test_pages_know_their_neighbours_across_chapters(library: Library) -> None:
    first = "\n\n".join(f"{n}" * 90 for n in range(6))
    (ident,) = await library.keep(0, [entry_of(story_of("Ash", first, "End."), page=200)], NOON)
    assert ident is not None

    async def page(chapter: int, offset: int) -> tuple[int, int, Place | None, Place | None]:
        found = await library.page(Place(ident, chapter, offset), EVERYONE)
        assert found is not None
        assert found.place == Place(ident, chapter, found.start)
        assert found.chapter_length == len(first if chapter == 0 else "End.")
        return found.number, found.pages, found.previous, found.next

    starts = [0, 276]
    assert await page(0, 0) == (1, 2, None, Place(ident, 0, starts[1]))
    assert await page(0, 275) == await page(0, 0)
    assert await page(0, 276) == (2, 2, Place(ident, 0, 0), Place(ident, 1, 0))
    assert await page(1, 0) == (1, 1, Place(ident, 0, 276), None)


async def test_a_place_past_the_end_is_on_the_last_page(library: Library) -> None:
    text = "\n\n".join("x" * 90 for _ in range(6))
    (ident,) = await library.keep(0, [entry_of(story_of("Ash", text), page=200)], NOON)
    assert ident is not None
    last = await library.page(Place(ident, 0, len(text) - 1), EVERYONE)
    assert last is not None
    assert (last.number, last.end, last.next) == (last.pages, len(text), None)
    assert await library.page(Place(ident, 0, len(text)), EVERYONE) == last
    assert await library.page(Place(ident, 0, 10**9), EVERYONE) == last


async def test_a_chapter_that_no_longer_exists_has_no_page(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash"))
    assert await library.page(Place(ident, 1, 0), EVERYONE) is None
    assert await library.page(Place(ident, -1, 0), EVERYONE) is None


async def test_a_page_holds_only_the_text_around_it(library: Library) -> None:
    text = "\n\n".join(f"{n:05} " * 40 for n in range(1_000))
    (ident,) = await library.keep(0, [entry_of(story_of("Long", text), page=1_500)], NOON)
    assert ident is not None
    page = await library.page(Place(ident, 0, len(text) // 2), EVERYONE)
    assert page is not None
    assert len(page.chapter.text) < 4 * PART_LENGTH < len(text)
    inside = page.chapter.text[page.start - page.base : page.end - page.base]
    assert inside == text[page.start : page.end]


paragraphs = st.lists(st.integers(1, 3 * PART_LENGTH), min_size=1, max_size=8)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    lengths=st.lists(paragraphs, min_size=1, max_size=4),
    page=st.sampled_from([200, 1_600, 20_000]),
    lead=st.sampled_from(["", "\n\n", " \n\n\n"]),
)
async def test_turning_the_pages_gives_all_text_in_order_exactly_once(
    library: Library, lengths: list[list[int]], page: int, lead: str
) -> None:
    texts = [
        lead
        + "\n\n".join(
            (f"{chapter}.{number} " * (length // 4 + 1))[:length].rstrip() or "x"
            for number, length in enumerate(own)
        )
        for chapter, own in enumerate(lengths)
    ]
    story = story_of("Turned", *texts)
    (ident,) = await library.keep(0, [entry_of(story, page=page)], NOON)
    assert ident is not None
    read = [""] * len(texts)
    place: Place | None = Place(ident)
    behind: Place | None = None
    while place is not None:
        found = await library.page(place, EVERYONE)
        assert found is not None
        assert found.place == place
        assert found.previous == behind
        original = story.chapters[place.chapter]
        shown = found.chapter.text[found.start - found.base : found.end - found.base]
        assert shown == original.text[found.start : found.end]
        assert found.start == len(read[place.chapter]), "pages lie end to end"
        around = [(b.start + found.base, b.end + found.base) for b in found.chapter.blocks]
        touched = [
            (b.start, b.end) for b in original.blocks if b.start < found.end and b.end > found.start
        ]
        assert set(touched) <= set(around), "every block of the page is there whole"
        read[place.chapter] += shown
        place, behind = found.next, place
    assert read == texts


async def test_a_stretch_holds_whole_parts_from_a_place_on(library: Library) -> None:
    text = "\n\n".join(f"{n:04}" * 250 for n in range(40))  # 40,000 characters in parts of 8,000
    (ident,) = await put(library, story_of("Ash", "Before.", text))
    found = await library.stretch(Place(ident, 1, 17_000), 3_000, EVERYONE)
    assert found is not None
    assert found.chapter_length == len(text)
    assert found.base <= 17_000
    stop = found.base + len(found.chapter.text)
    assert 20_000 <= stop < 20_000 + 2 * PART_LENGTH
    assert found.chapter.text == text[found.base : stop]
    first = found.chapter.blocks[0]
    shown = found.chapter.text[first.start : first.end]
    assert text[found.base + first.start : found.base + first.end] == shown


async def test_a_stretch_ends_with_its_chapter(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash", "Rain fell.", "It stopped."))
    found = await library.stretch(Place(ident, 0, 5), 10**6, EVERYONE)
    assert found is not None
    assert found.chapter.text == "Rain fell."
    assert await library.stretch(Place(ident, 2), 100, EVERYONE) is None


# In order


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


# Random picks


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


# Notes and servers


async def test_notes_are_kept_and_replaced(library: Library, other: Library) -> None:
    assert await library.note("commands") is None
    await library.write_note("commands", "a")
    await library.write_note("commands", "b")
    await library.write_note("else", "")
    assert await other.note("commands") == "b"
    assert await other.note("else") == ""


async def test_settings_belong_to_one_server(library: Library, other: Library) -> None:
    server = 2**62 + 3
    await library.write_server_settings(server, '{"a": 1}', NOON)
    await library.write_server_settings(server, '{"a": 2}', NOON)
    assert await other.server_settings(server) == '{"a": 2}'
    assert await other.server_settings(1) is None


# Schedules


async def test_a_schedule_comes_back_as_it_was_kept(library: Library) -> None:
    told = [
        schedule_of(server=2**62, channel=2**62 + 1, last_day=NOON.date()),
        schedule_of(server=None, channel=None, member=9, next_due=None, paused="daily.lost"),
    ]
    for schedule in told:
        ident = await library.add_schedule(replace(schedule, id=77), NOON)
        assert await library.schedule(ident) == replace(schedule, id=ident)
    assert await library.schedule(99) is None


async def test_schedules_are_listed_by_where_they_go_oldest_first(library: Library) -> None:
    ours = [await library.add_schedule(schedule_of(server=1), NOON) for _ in range(3)]
    await library.add_schedule(schedule_of(server=2), NOON)
    mine = schedule_of(server=None, channel=None, member=1)
    own = await library.add_schedule(mine, NOON)
    assert [s.id for s in await library.schedules_of(server=1)] == ours
    assert [s.id for s in await library.schedules_of(member=1)] == [own]
    assert await library.schedules_of(server=3) == []
    assert await library.schedules_of() == []


async def test_a_changed_schedule_is_kept(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    changed = replace(
        schedule_of(ident=ident, channel=11, next_due=NOON + DAY), rule="{}", paused="why"
    )
    assert await library.change_schedule(schedule_of(ident=ident), changed)
    assert await library.schedule(ident) == changed
    assert not await library.change_schedule(replace(changed, id=99), changed)


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"next_due": NOON + DAY},
        {"next_due": None},
        {"last_day": NOON.date()},
        {"paused": "daily.lost"},
        {"rule": "{}"},
        {"content": "{}"},
        {"made_by": 0},
        {"channel": 77},
    ],
    ids=str,
)
async def test_a_schedule_that_changed_meanwhile_is_not_changed(
    library: Library, meanwhile: dict[str, Any]
) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    before = schedule_of(ident=ident)
    now = replace(before, **meanwhile)
    assert await library.change_schedule(before, now)
    assert not await library.change_schedule(before, replace(before, paused="daily.other"))
    assert await library.schedule(ident) == now


@pytest.mark.parametrize(
    "edit",
    [
        lambda daily: replace(daily, role=5),
        lambda daily: replace(daily, rule=replace(daily.rule, minute=30)).scheduled(NOON),
        lambda daily: replace(daily, paused="daily.lost"),
    ],
    ids=["a role", "another time", "a pause"],
)
async def test_an_edit_beside_a_claim_gives_no_day_back(
    library: Library, edit: Callable[[DailyStory], DailyStory]
) -> None:
    stories = DailyStories(library, now=lambda: NOON)
    daily = await stories.add(
        replace(DailyStory(0, DailyTime(12, 0, "UTC"), What.STORY, 1), server=2, channel=3)
    )
    daily = await stories.change(daily, replace(daily, next_due=NOON)) or daily
    seen = await stories.find(daily.id)  # by an admin, just before it is claimed
    assert seen is not None
    assert await claim(library, daily.id, NOON, NOON + DAY, NOON + MINUTE)
    assert await stories.advance(daily.id, Progress(), Progress(story=4))
    edited = await stories.change(seen, edit(seen))
    assert edited == await stories.find(daily.id)
    assert edited is not None
    assert edited.last_day == NOON.date()
    assert edited.progress == Progress(story=4)
    assert edited.next_due is not None
    assert edited.next_due.date() == NOON.date() + DAY
    assert (edited.role, edited.rule, edited.paused) == (
        edit(seen).role,
        edit(seen).rule,
        edit(seen).paused,
    )


async def test_a_removed_schedule_takes_its_deliveries_along(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    assert await claim(library, ident, NOON, None, NOON + MINUTE)
    assert await library.remove_schedule(ident)
    assert not await library.remove_schedule(ident)
    assert await library.schedule(ident) is None
    assert await library.deliveries_of(ident, 9) == []
    assert await library.open_deliveries(NOON + DAY, 9) == []


async def test_ids_of_schedules_are_never_used_again(library: Library) -> None:
    first = await library.add_schedule(schedule_of(), NOON)
    await library.remove_schedule(first)
    assert await library.add_schedule(schedule_of(), NOON) > first


async def test_every_schedule_is_listed_oldest_first(library: Library) -> None:
    assert await library.every_schedule() == []
    ours = await library.add_schedule(schedule_of(server=1), NOON)
    own = schedule_of(server=None, channel=None, member=1, paused="daily.lost", next_due=None)
    mine = await library.add_schedule(own, NOON)
    assert [each.id for each in await library.every_schedule()] == [ours, mine]


async def test_content_is_replaced_alone_and_only_when_nobody_changed_it(
    library: Library,
) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    before = await library.schedule(ident)
    assert before is not None
    assert await library.change_content(ident, before.content, '{"what": "story"}')
    assert await library.schedule(ident) == replace(before, content='{"what": "story"}')
    assert not await library.change_content(ident, before.content, "{}")
    assert not await library.change_content(99, before.content, "{}")


async def test_due_schedules_come_longest_due_first(library: Library) -> None:
    late, now, early = [
        await library.add_schedule(schedule_of(next_due=due), NOON)
        for due in (NOON - DAY, NOON, NOON - 2 * DAY)
    ]
    await library.add_schedule(schedule_of(next_due=NOON + MINUTE), NOON)
    await library.add_schedule(schedule_of(next_due=None), NOON)
    await library.add_schedule(schedule_of(next_due=NOON - DAY, paused="daily.lost"), NOON)
    assert [s.id for s in await library.due_schedules(NOON, 9)] == [early, late, now]
    assert [s.id for s in await library.due_schedules(NOON, 2)] == [early, late]
    assert await library.due_schedules(NOON - 3 * DAY, 9) == []


async def test_a_process_is_given_what_its_shards_serve(library: Library) -> None:
    servers = [(number << 22) + 4_711 for number in range(6)]
    places = [schedule_of(server=server, channel=server + 1) for server in servers]
    places += [schedule_of(server=None, channel=None, member=servers[3])]
    ids = [await library.add_schedule(place, NOON) for place in places]

    async def due(*shards: int, count: int = 4) -> list[int]:
        found = await library.due_schedules(NOON, 99, Shards(shards, count))
        return [ids.index(schedule.id) for schedule in found]

    assert await due(0, 1) == [0, 1, 4, 5]
    assert await due(2) == [2]
    assert await due(3) == [3, 6]
    assert await due(0, count=1) == await due() == list(range(7))
    for number in ids:
        assert await claim(library, number)
    left_open = await library.open_deliveries(NOON + DAY, 99, Shards((1, 3), 4))
    assert [ids.index(delivery.schedule) for delivery in left_open] == [1, 3, 5, 6]
    assert len(await library.open_deliveries(NOON + DAY, 99)) == 7
    first = await library.open_deliveries(NOON + DAY, 1, Shards((3,), 4))
    assert [ids.index(delivery.schedule) for delivery in first] == [3]


# Several processes


async def test_one_process_that_is_alone_is_told_so(library: Library) -> None:
    async with library.alone("reading") as is_alone:
        assert is_alone
    async with library.alone("reading", wait=True) as is_alone:
        assert is_alone


# Deliveries


async def test_a_due_sending_is_claimed_once(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    delivery = await claim(library, ident, NOON, NOON + DAY, NOON + MINUTE)
    assert delivery is not None
    assert await claim(library, ident, NOON, NOON + DAY, NOON + MINUTE) is None
    schedule = await library.schedule(ident)
    assert schedule is not None
    assert schedule.next_due == NOON + DAY
    (claimed,) = await library.deliveries_of(ident, 9)
    assert (claimed.id, claimed.due, claimed.state) == (delivery, NOON, "claimed")
    assert (claimed.story, claimed.messages, claimed.nonce) == (None, (), "")
    assert schedule.last_day == NOON.date()
    assert await claim(library, ident, NOON + DAY, None, NOON + DAY + MINUTE)


async def test_of_many_claims_at_once_one_succeeds(library: Library, other: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    told = await asyncio.gather(
        *(
            claim(asker, ident, NOON, NOON + DAY, NOON + MINUTE)
            for _ in range(10)
            for asker in (library, other)
        )
    )
    assert sum(delivery is not None for delivery in told) == 1
    assert len(await other.deliveries_of(ident, 9)) == 1


@pytest.mark.parametrize(
    "meanwhile",
    [
        schedule_of(next_due=NOON + DAY),
        schedule_of(next_due=None),
        schedule_of(paused="daily.lost"),
    ],
    ids=["another time", "never again", "paused"],
)
async def test_a_schedule_that_changed_meanwhile_is_not_claimed(
    library: Library, meanwhile: StoredSchedule
) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    changed = replace(meanwhile, id=ident)
    assert await library.change_schedule(schedule_of(ident=ident), changed)
    assert await claim(library, ident, NOON, NOON + 2 * DAY, NOON + MINUTE) is None
    assert await library.schedule(ident) == changed
    assert await library.deliveries_of(ident, 9) == []


async def test_a_removed_schedule_is_not_claimed(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    await library.remove_schedule(ident)
    assert await claim(library, ident, NOON, None, NOON + MINUTE) is None


async def test_a_day_that_was_delivered_is_never_claimed_again(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    delivery = await claim(library, ident, NOON, NOON + DAY, NOON + MINUTE)
    assert delivery is not None
    await library.finish(delivery, "sent")
    stored = await library.schedule(ident)
    assert stored is not None
    await library.change_schedule(stored, schedule_of(ident=ident))  # set back to the same moment
    assert await claim(library, ident, NOON, NOON + DAY, NOON + MINUTE) is None
    assert [d.id for d in await library.deliveries_of(ident, 9)] == [delivery]
    schedule = await library.schedule(ident)
    assert schedule is not None
    assert schedule.next_due == NOON + DAY, "it goes on with the next day"


async def test_of_several_missed_times_the_one_that_is_sent_is_claimed(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    delivery = await library.claim(
        ident,
        NOON,
        occurrence=NOON + 2 * DAY,
        day=NOON.date() + 2 * DAY,
        next_due=NOON + 3 * DAY,
        until=NOON + 2 * DAY + MINUTE,
    )
    (told,) = await library.deliveries_of(ident, 9)
    assert (told.id, told.due) == (delivery, NOON + 2 * DAY)


async def test_a_schedule_is_not_due_again_before_its_delivery_is_closed(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    delivery = await claim(library, ident, NOON, NOON + DAY)
    assert delivery is not None
    assert await library.due_schedules(NOON + DAY, 9) == []
    await library.finish(delivery, "sent")
    assert [s.id for s in await library.due_schedules(NOON + DAY, 9)] == [ident]


async def test_moments_in_any_zone_are_the_same_moment(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    due = datetime.fromisoformat("2026-11-20T21:00+09:00")
    assert due == NOON
    assert await claim(library, ident, due, None, NOON + MINUTE)
    (told,) = await library.deliveries_of(ident, 9)
    assert told.due == NOON
    assert told.due.tzinfo == UTC


async def claimed(library: Library, until: datetime = NOON + MINUTE) -> int:
    """Claim a delivery of a new schedule; gives its id."""
    ident = await library.add_schedule(schedule_of(), NOON)
    delivery = await claim(library, ident, until=until)
    assert delivery is not None
    return delivery


async def delivery_of(library: Library, delivery: int) -> StoredDelivery:
    """Give the delivery of the schedule that has only this one."""
    for schedule in await library.schedules_of(server=1):
        for told in await library.deliveries_of(schedule.id, 9):
            if told.id == delivery:
                return told
    raise AssertionError(f"there is no delivery {delivery}")


async def test_what_is_chosen_and_sent_is_written_down_in_order(library: Library) -> None:
    (story,) = await put(library, story_of("Ash"))
    delivery = await claimed(library)
    assert await library.choose(delivery, story, '{"start": 3}', "nonce-1", held=NOON + MINUTE)
    sent = [2**62 + 5, 17, 2**53 + 1, 4]
    for number, message in enumerate(sent):
        assert await library.add_sent_message(delivery, number, message)
    told = await delivery_of(library, delivery)
    assert (told.story, told.part, told.nonce) == (story, '{"start": 3}', "nonce-1")
    assert (told.messages, told.state) == (tuple(sent), "claimed")


async def test_a_finished_delivery_keeps_its_messages_but_not_its_part(library: Library) -> None:
    (story,) = await put(library, story_of("Ash"))
    delivery = await claimed(library)
    await library.choose(delivery, story, '{"start": 3}', "nonce-1", held=NOON + MINUTE)
    await library.add_sent_message(delivery, 0, 7)
    await library.finish(delivery, "sent")
    told = await delivery_of(library, delivery)
    assert (told.story, told.part, told.messages, told.state) == (story, "{}", (7,), "sent")


async def test_a_delivery_knows_the_newest_message_when_it_was_chosen(library: Library) -> None:
    (story,) = await put(library, story_of("Ash"))
    first, second = [await claimed(library) for _ in range(2)]
    for delivery in (first, second):
        await library.choose(delivery, story, "{}", "n", held=NOON + MINUTE)
        for number, message in enumerate((2**62 + delivery, delivery)):
            await library.add_sent_message(delivery, number, message)
    assert (await delivery_of(library, first)).follows is None
    assert (await delivery_of(library, second)).follows == 2**62 + first


async def test_a_message_belongs_to_one_delivery(library: Library) -> None:
    one, two = [await claimed(library) for _ in range(2)]
    assert await library.add_sent_message(one, 0, 7)
    assert not await library.add_sent_message(two, 0, 7)
    assert await library.add_sent_message(one, 0, 7), "twice is once"
    assert await library.add_sent_message(two, 0, 8)
    assert (await delivery_of(library, one)).messages == (7,)
    assert (await delivery_of(library, two)).messages == (8,)


async def test_of_many_deliveries_at_once_one_gets_the_message(
    library: Library, other: Library
) -> None:
    ids = [await claimed(library) for _ in range(10)]
    told = await asyncio.gather(
        *((library, other)[ident % 2].add_sent_message(ident, 0, 7) for ident in ids)
    )
    assert sum(told) == 1


async def test_a_part_that_was_written_down_stays_the_message_it_was(library: Library) -> None:
    delivery = await claimed(library)
    assert await library.add_sent_message(delivery, 0, 7)
    assert await library.add_sent_message(delivery, 0, 8)
    assert (await delivery_of(library, delivery)).messages == (7,)


async def test_messages_written_down_at_once_are_all_kept(library: Library, other: Library) -> None:
    delivery = await claimed(library)
    await asyncio.gather(
        *(
            (library, other)[number % 2].add_sent_message(delivery, number, 100 - number)
            for number in range(20)
        )
    )
    assert (await delivery_of(library, delivery)).messages == tuple(range(100, 80, -1))


async def test_only_claims_that_ran_out_are_taken_over(library: Library) -> None:
    expired, running, done = [
        await claimed(library, NOON + minutes * MINUTE) for minutes in (1, 5, 1)
    ]
    await library.finish(done, "sent")
    await library.add_sent_message(expired, 0, 31)
    assert await library.open_deliveries(NOON + MINUTE, 9) == [], "it holds until then"
    assert await library.take_over(expired, NOON + MINUTE, NOON + DAY) is None
    (told,) = await library.open_deliveries(NOON + 2 * MINUTE, 9)
    taken = await library.take_over(expired, NOON + 2 * MINUTE, NOON + 4 * MINUTE)
    assert taken is not None
    assert taken == told
    assert (taken.id, taken.messages) == (expired, (31,))
    assert await library.open_deliveries(NOON + 3 * MINUTE, 9) == [], "it is ours now"
    assert await library.take_over(expired, NOON + 3 * MINUTE, NOON + DAY) is None
    again = await library.open_deliveries(NOON + DAY, 9)
    assert [d.id for d in again] == [expired, running]
    assert [d.id for d in await library.open_deliveries(NOON + DAY, 1)] == [expired]
    assert await library.take_over(done, NOON + DAY, NOON + 2 * DAY) is None


async def test_of_many_who_take_over_at_once_one_gets_it(library: Library, other: Library) -> None:
    delivery = await claimed(library)
    told = await asyncio.gather(
        *(
            asker.take_over(delivery, NOON + DAY, NOON + 2 * DAY)
            for _ in range(5)
            for asker in (library, other)
        )
    )
    assert sum(taken is not None for taken in told) == 1


async def test_a_delivery_that_is_put_off_comes_up_later_and_knows_how_often(
    library: Library,
) -> None:
    delivery = await claimed(library, NOON + MINUTE)
    assert (await delivery_of(library, delivery)).put_off == 0
    assert await library.put_off(delivery, NOON + MINUTE, NOON + DAY)
    assert not await library.put_off(delivery, NOON + MINUTE, NOON + DAY), "it is held to another"
    assert (await delivery_of(library, delivery)).put_off == 1
    assert await library.open_deliveries(NOON + DAY, 9) == []
    later = NOON + DAY + MINUTE
    assert [each.id for each in await library.open_deliveries(later, 9)] == [delivery]
    taken = await library.take_over(delivery, later, later + MINUTE)
    assert taken is not None
    assert taken.put_off == 1


async def test_a_claim_is_held_for_longer_by_who_has_it(library: Library) -> None:
    delivery = await claimed(library, NOON + MINUTE)
    assert await library.hold(delivery, NOON + MINUTE, NOON + 3 * MINUTE)
    assert await library.hold(delivery, NOON + 3 * MINUTE, NOON + 3 * MINUTE)
    assert await library.open_deliveries(NOON + 2 * MINUTE, 9) == []
    assert await library.take_over(delivery, NOON + DAY, NOON + DAY + MINUTE)
    assert not await library.hold(delivery, NOON + 3 * MINUTE, NOON + 2 * DAY)
    await library.finish(delivery, "sent")
    assert not await library.hold(delivery, NOON + DAY + MINUTE, NOON + 2 * DAY)


async def test_who_lost_a_claim_chooses_nothing(library: Library) -> None:
    ash, oak = await put(library, story_of("Ash"), story_of("Oak"))
    delivery = await claimed(library)
    assert await library.take_over(delivery, NOON + DAY, NOON + 2 * DAY)
    assert await library.choose(delivery, oak, "{}", "n", held=NOON + 2 * DAY)
    assert not await library.choose(delivery, ash, "{}", "n", held=NOON + MINUTE)
    assert (await delivery_of(library, delivery)).story == oak


@pytest.mark.parametrize("state", ["sent", "skipped", "failed"])
async def test_a_finished_delivery_is_not_open(library: Library, state: str) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    delivery = await claim(library, ident, NOON, None, NOON + MINUTE)
    assert delivery is not None
    await library.finish(delivery, state)
    assert await library.open_deliveries(NOON + DAY, 9) == []
    (told,) = await library.deliveries_of(ident, 1)
    assert told.state == state


async def test_deliveries_are_listed_newest_first(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    for day in range(4):
        await claim(library, ident, NOON + day * DAY, NOON + (day + 1) * DAY, NOON)
    told = await library.deliveries_of(ident, 3)
    assert [d.due for d in told] == [NOON + day * DAY for day in (3, 2, 1)]


async def test_a_delivery_outlives_the_story_it_sent(library: Library) -> None:
    (story,) = await put(library, story_of("Ash"))
    ident = await library.add_schedule(schedule_of(), NOON)
    delivery = await claim(library, ident, NOON, None, NOON + MINUTE)
    assert delivery is not None
    await library.choose(delivery, story, "{}", "n", held=NOON + MINUTE)
    await library.hide_gone(0, ["stories:Ash.txt"], NOON)
    await library.forget_gone(NOON + DAY)
    (told,) = await library.deliveries_of(ident, 9)
    assert told.story is None


# Two at once


async def test_two_libraries_on_one_store_see_each_others_stories(
    library: Library, other: Library
) -> None:
    (ident,) = await put(library, story_of("Ash"))
    assert await other.card(ident, EVERYONE)
    (second,) = await put(other, story_of("Oak"))
    assert second > ident
    assert await library.count(Filter(), EVERYONE) == Count(2, 0)


async def test_two_libraries_that_keep_at_once_give_every_story_its_own_id(
    library: Library, other: Library
) -> None:
    told = await asyncio.gather(
        *(
            put((library, other)[number % 2], story_of(f"S{number}a"), story_of(f"S{number}b"))
            for number in range(12)
        )
    )
    ids = [ident for pair in told for ident in pair]
    assert len(set(ids)) == 24
    titles = {
        card.record.title
        for ident in ids
        if (card := await library.card(ident, EVERYONE)) is not None
    }
    assert titles == {f"S{number}{half}" for number in range(12) for half in "ab"}


async def test_reading_goes_on_while_stories_are_kept(library: Library) -> None:
    await put(library, story_of("Ash"))
    long = [story_of(f"Long {n}", "word " * 4_000) for n in range(40)]
    told = await asyncio.gather(
        put(library, *long), *(library.count(Filter(), EVERYONE) for _ in range(50))
    )
    counts = {count.visible for count in told[1:] if isinstance(count, Count)}
    assert counts <= {1, 41}, "a batch is seen whole or not at all"


@pytest.mark.parametrize("turns", range(8))
async def test_a_cancelled_write_leaves_the_store_usable(library: Library, turns: int) -> None:
    task = asyncio.create_task(put(library, story_of("A"), story_of("B")))
    for _ in range(turns):
        await asyncio.sleep(0)  # one turn of the loop: wherever the write is by then
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await library.write_note("after", "wards")
    assert await library.note("after") == "wards"
    count = await library.count(Filter(), EVERYONE)
    assert count.visible in (0, 2), "whole or not at all"


async def test_closing_twice_at_once_ends(library: Library) -> None:
    await asyncio.gather(library.close(), library.close())


async def marked(library: Library, title: str, *marks: int, shelf: int = 0) -> int:
    """Keep a story that bears ``marks``; gives its id."""
    written = write_down(story_of(title), marks=marks)
    (ident,) = await library.keep(shelf, [Entry(file_of(title), written=written)], NOON)
    assert ident is not None
    return ident


async def test_stories_are_found_by_their_marks_on_their_own_shelf_only(library: Library) -> None:
    assert await library.alike(0, [1, 2]) == {}
    ash = await marked(library, "Ash", 1, 2, 2**62 + 5)
    elm = await marked(library, "Elm", 2)
    other = await marked(library, "Oak", 2, shelf=4)
    assert await library.alike(0, [1, 2, 2, 3, 2**62 + 5]) == {
        1: [ash],
        2: [elm, ash],
        2**62 + 5: [ash],
    }
    assert await library.alike(4, [1, 2]) == {2: [other]}


async def test_marks_go_with_what_bore_them(library: Library) -> None:
    ash = await marked(library, "Ash", 1, 2)
    changed = write_down(story_of("Ash", "Anew."), marks=(3,))
    await library.keep(0, [Entry(file_of("Ash"), written=changed, story_id=ash)], NOON)
    assert await library.alike(0, [1, 2, 3]) == {3: [ash]}
    written = await library.written(ash)
    assert written is not None
    assert list(written.marks) == [3]
    await library.remove_stories([ash])
    assert await library.alike(0, [3]) == {}


async def test_of_many_that_bear_a_mark_the_newest_are_found(library: Library) -> None:
    ids = [await marked(library, f"Ash {n}", 1) for n in range(ALIKE_LIMIT + 2)]
    assert await library.alike(0, [1]) == {1: ids[:1:-1]}


async def test_a_story_opens_in_one_question_with_its_pages_and_text(library: Library) -> None:
    short, long = await put(
        library, story_of("Ash", "One two.", "Three."), story_of("Oak", "A lot of words, more.")
    )
    opened = await library.opened(short, EVERYONE)
    assert opened is not None
    assert opened.card == await library.card(short, EVERYONE)
    assert opened.pages == 2
    assert opened.chapters == story_of("Ash", "One two.", "Three.").chapters
    words = opened.card.record.words
    assert (await library.opened(short, EVERYONE, most_words=words)) == opened
    without = await library.opened(long, EVERYONE, most_words=0)
    assert without is not None
    assert without.card == await library.card(long, EVERYONE)
    assert without.chapters == ()
    assert await library.opened(10**6, EVERYONE) is None
