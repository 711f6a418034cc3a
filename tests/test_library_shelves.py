"""Files and the stories from them, as every engine keeps them."""

from contextlib import suppress
from dataclasses import replace

from bot.library.base import ALIKE_LIMIT, WITHIN, Count, Entry, Filter, Library, StoredFile, Twin
from bot.library.records import write_down, written_from_json, written_to_json
from bot.story import Chapter, Character, Permission, Place, Rating, Story
from tests.library_contract import (
    DAY,
    EVERYONE,
    MINUTE,
    NOON,
    QUESTIONS,
    TAGS,
    Known,
    Store,
    chapter_of,
    chapters_in,
    entry_of,
    file_of,
    pages_in,
    put,
    seen_by,
    story_of,
)

IN_A_SERVER = replace(EVERYONE, server=1)


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
