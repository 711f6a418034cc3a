"""What the store keeps for members, and what it knows of chapters and pages, on every engine.

That ratings, shelves and blocks hold in these answers too is shown with the
other questions, in test_library.py.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.library.base import Filter, Kept, Library, StoredReport
from bot.prose.words import fold
from bot.story import Audience, Place, Rating, Story
from tests.library_contract import (
    EVERYONE,
    NOON,
    Store,
    chapter_of,
    entry_of,
    pages_in,
    put,
    story_of,
    titles_of,
)

DAY = timedelta(days=1)
ADA, BEN = 1, 2
TEEN = Audience(ceiling=Rating.TEEN)
PARAGRAPHS = "\n\n".join(f"Paragraph {n} of a chapter that has some of them." for n in range(20))


def titled(title: str, *chapters: str | None) -> Story:
    """Make a story of empty-looking chapters with these titles."""
    return replace(
        story_of(title), chapters=tuple(chapter_of("Some text.", name) for name in chapters)
    )


# Places


async def test_a_place_comes_back_with_when_it_was_kept(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash", "One.", "Two."))
    assert await library.place_in(ADA, ident) is None
    await library.save_place(ADA, Place(ident, 1, 2), NOON)
    assert await library.place_in(ADA, ident) == (Place(ident, 1, 2), NOON)


async def test_there_is_one_place_for_each_story_and_the_last_one_counts(
    library: Library,
) -> None:
    ash, oak = await put(library, story_of("Ash"), story_of("Oak"))
    await library.save_place(ADA, Place(ash, 3, 7), NOON)
    await library.save_place(ADA, Place(oak, 1, 1), NOON + DAY)
    await library.save_place(ADA, Place(ash, 0, 2), NOON + DAY * 2)
    found = await library.places(ADA, EVERYONE, 10)
    assert [marked.place for marked in found] == [Place(ash, 0, 2), Place(oak, 1, 1)]
    assert titles_of([marked.card for marked in found]) == ["Ash", "Oak"]
    assert await library.place_in(ADA, ash) == (Place(ash, 0, 2), NOON + DAY * 2)


async def test_places_are_listed_latest_first_up_to_the_limit(library: Library) -> None:
    ids = await put(library, *(story_of(f"S{n}") for n in range(12)))
    for number, ident in enumerate(ids):
        await library.save_place(ADA, Place(ident), NOON + DAY * number)
    found = await library.places(ADA, EVERYONE, 10)
    assert titles_of([marked.card for marked in found]) == [f"S{n}" for n in range(11, 1, -1)]


async def test_places_and_saved_stories_are_listed_from_behind_some(library: Library) -> None:
    ids = await put(library, *(story_of(f"S{n}") for n in range(5)))
    for number, ident in enumerate(ids):
        await library.save_place(ADA, Place(ident), NOON + DAY * number)
        await library.save_story(ADA, ident, NOON + DAY * number)
    for ask in (library.places, library.saved):
        found = [
            titles_of([m.card for m in await ask(ADA, EVERYONE, 2, skip=n)]) for n in (0, 2, 4)
        ]
        assert found == [["S4", "S3"], ["S2", "S1"], ["S0"]]


async def test_one_place_is_forgotten_and_the_others_stay(library: Library) -> None:
    ash, oak = await put(library, story_of("Ash"), story_of("Oak"))
    for member, story in ((ADA, ash), (ADA, oak), (BEN, ash)):
        await library.save_place(member, Place(story), NOON)
    assert await library.forget_place(ADA, ash)
    assert not await library.forget_place(ADA, ash)
    assert await library.place_in(ADA, ash) is None
    assert await library.place_in(ADA, oak)
    assert await library.place_in(BEN, ash)


async def test_what_is_kept_is_counted_in_all_and_as_far_as_it_may_be_seen(
    library: Library,
) -> None:
    mild, harsh = await put(library, story_of("Mild"), story_of("Harsh", rating=Rating.EXPLICIT))
    assert await library.kept_by(ADA, EVERYONE) == Kept(0, 0, 0, 0)
    for story in (mild, harsh):
        await library.save_place(ADA, Place(story), NOON)
    await library.save_story(ADA, harsh, NOON)
    await library.save_story(BEN, mild, NOON)
    assert await library.kept_by(ADA, EVERYONE) == Kept(2, 2, 1, 1)
    assert await library.kept_by(ADA, TEEN) == Kept(2, 1, 1, 0)


async def test_the_limit_counts_only_what_may_be_seen(library: Library) -> None:
    harsh = [story_of(f"H{n}", rating=Rating.EXPLICIT) for n in range(5)]
    (mild,) = await put(library, story_of("Mild"))
    for number, ident in enumerate([mild, *await put(library, *harsh)]):
        await library.save_place(ADA, Place(ident), NOON + DAY * number)
        await library.save_story(ADA, ident, NOON + DAY * number)
    for ask in (library.places, library.saved):
        assert titles_of([marked.card for marked in await ask(ADA, TEEN, 1)]) == ["Mild"]


async def test_no_member_is_told_of_anothers(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash"))
    await library.save_place(ADA, Place(ident), NOON)
    await library.save_story(ADA, ident, NOON)
    assert await library.place_in(BEN, ident) is None
    assert await library.places(BEN, EVERYONE, 10) == []
    assert await library.saved(BEN, EVERYONE, 10) == []
    assert await library.unsave_story(BEN, ident) is False
    assert len(await library.saved(ADA, EVERYONE, 10)) == 1


async def test_places_not_used_for_long_are_forgotten(library: Library) -> None:
    ash, oak = await put(library, story_of("Ash"), story_of("Oak"))
    await library.save_place(ADA, Place(ash), NOON)
    await library.save_place(BEN, Place(ash), NOON + DAY)
    await library.save_place(ADA, Place(oak), NOON)
    await library.save_place(ADA, Place(oak), NOON + DAY)
    await library.save_story(ADA, ash, NOON)
    assert await library.forget_places(NOON) == 0
    assert await library.forget_places(NOON + DAY) == 1
    assert await library.place_in(ADA, ash) is None
    assert await library.place_in(BEN, ash)
    assert await library.place_in(ADA, oak)
    assert len(await library.saved(ADA, EVERYONE, 10)) == 1, "what was saved stays"


async def test_places_and_saved_stories_are_there_when_the_store_is_opened_again(
    library: Library, store: Store
) -> None:
    (ident,) = await put(library, story_of("Ash"))
    await library.save_place(ADA, Place(ident, 0, 3), NOON)
    await library.save_story(ADA, ident, NOON)
    await library.close()
    again = store()
    await again.open()
    try:
        assert await again.place_in(ADA, ident) == (Place(ident, 0, 3), NOON)
        assert len(await again.saved(ADA, EVERYONE, 10)) == 1
    finally:
        await again.close()


# Saved stories


async def test_a_story_saved_twice_is_saved_once(library: Library) -> None:
    ash, oak = await put(library, story_of("Ash"), story_of("Oak"))
    await library.save_story(ADA, ash, NOON)
    await library.save_story(ADA, oak, NOON + DAY)
    await library.save_story(ADA, ash, NOON + DAY * 2)
    found = await library.saved(ADA, EVERYONE, 10)
    assert sorted(titles_of([marked.card for marked in found])) == ["Ash", "Oak"]
    assert {marked.place for marked in found} == {Place(ash), Place(oak)}
    assert await library.unsave_story(ADA, ash) is True
    assert await library.unsave_story(ADA, ash) is False
    assert titles_of([m.card for m in await library.saved(ADA, EVERYONE, 10)]) == ["Oak"]


async def test_saved_stories_are_listed_latest_first_up_to_the_limit(library: Library) -> None:
    ids = await put(library, *(story_of(f"S{n}") for n in range(12)))
    for number, ident in enumerate(ids):
        await library.save_story(ADA, ident, NOON + DAY * number)
    found = await library.saved(ADA, EVERYONE, 10)
    assert titles_of([marked.card for marked in found]) == [f"S{n}" for n in range(11, 1, -1)]


# Stories that are gone


async def test_a_story_that_is_gone_keeps_its_marks_until_it_is_back(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash"))
    await library.save_place(ADA, Place(ident, 0, 4), NOON)
    await library.save_story(ADA, ident, NOON)
    await library.hide_gone(0, ["stories:Ash.txt"], NOON)
    assert await library.places(ADA, EVERYONE, 10) == []
    assert await library.saved(ADA, EVERYONE, 10) == []
    assert await library.chapter_titles(ident, EVERYONE, 0, 5) == []
    await library.keep(0, [entry_of(story_of("Ash"), story_id=ident)], NOON + DAY)
    (marked,) = await library.places(ADA, EVERYONE, 10)
    assert marked.place == Place(ident, 0, 4)
    assert len(await library.saved(ADA, EVERYONE, 10)) == 1


async def test_a_story_that_is_forgotten_takes_its_marks_along(library: Library) -> None:
    gone, stays = await put(library, story_of("Ash"), story_of("Oak"))
    for ident in (gone, stays):
        await library.save_place(ADA, Place(ident), NOON)
        await library.save_story(ADA, ident, NOON)
    await library.hide_gone(0, ["stories:Ash.txt"], NOON)
    assert await library.forget_gone(NOON + DAY) == 1
    assert await library.place_in(ADA, gone) is None
    assert await library.unsave_story(ADA, gone) is False
    assert await library.place_in(ADA, stays)
    assert await pages_in(library, gone) == 0
    assert await library.page_start(gone, 0, 1) is None


@pytest.mark.parametrize("story", [0, 99, -1, 2**62])
async def test_marking_a_story_that_is_not_there_is_no_failure(
    library: Library, story: int
) -> None:
    await library.save_place(ADA, Place(story), NOON)
    await library.save_story(ADA, story, NOON)
    assert await library.place_in(ADA, story) is None
    assert await library.places(ADA, EVERYONE, 10) == []
    assert await library.saved(ADA, EVERYONE, 10) == []
    assert await library.chapter_titles(story, EVERYONE, 0, 5) == []
    assert await pages_in(library, story) == 0


# Chapters and pages


async def test_titles_of_chapters_come_in_order_from_any_of_them(library: Library) -> None:
    names = [f"Door {n}" if n % 7 else None for n in range(60)]
    (ident,) = await put(library, titled("Doors", *names))
    assert await library.chapter_titles(ident, EVERYONE, 0, 25) == names[:25]
    assert await library.chapter_titles(ident, EVERYONE, 50, 25) == names[50:]
    assert await library.chapter_titles(ident, EVERYONE, 59, 1) == names[59:]
    assert await library.chapter_titles(ident, EVERYONE, 60, 25) == []


async def test_pages_of_all_chapters_are_counted(library: Library) -> None:
    short, long = await put(
        library, story_of("Short"), story_of("Long", PARAGRAPHS * 3, "One.", PARAGRAPHS * 2)
    )
    assert await pages_in(library, short) == 1
    pages = 0
    place: Place | None = Place(long)
    while place is not None:
        page = await library.page(place, EVERYONE)
        assert page is not None
        pages, place = pages + 1, page.next
    assert pages > 3
    assert await pages_in(library, long) == pages


async def test_every_number_of_a_page_leads_to_its_start(library: Library) -> None:
    (ident,) = await put(library, story_of("Long", PARAGRAPHS * 3, PARAGRAPHS * 2))
    for chapter in (0, 1):
        first = await library.page(Place(ident, chapter), EVERYONE)
        assert first is not None
        for number in range(1, first.pages + 1):
            place = await library.page_start(ident, chapter, number)
            assert place is not None
            page = await library.page(place, EVERYONE)
            assert page is not None
            assert (page.number, page.start, page.place.chapter) == (number, place.offset, chapter)
        last = await library.page_start(ident, chapter, first.pages)
        assert await library.page_start(ident, chapter, first.pages + 1) == last
        assert await library.page_start(ident, chapter, 10**9) == last
        assert await library.page_start(ident, chapter, 0) == Place(ident, chapter, first.start)
    assert await library.page_start(ident, 2, 1) is None
    assert await library.page_start(ident, -1, 1) is None


# Names that are left out


async def test_a_filter_can_leave_out_names_of_any_kind(library: Library) -> None:
    await put(
        library,
        story_of("Mild", tags=["Fluff"]),
        story_of("Tagged", tags=["Major  Character DEATH"]),
        replace(story_of("Warned"), warnings=("Major Character Death",)),
    )
    wanted = Filter(without_names=(fold("Major Character Death"),))
    assert titles_of(await library.listing(wanted, EVERYONE, 0, 10)) == ["Mild"]
    assert (await library.count(wanted, EVERYONE)).visible == 1
    drawn = {await library.random(wanted, EVERYONE, None, n / 20) for n in range(20)}
    assert len(drawn) == 1


async def test_a_place_stays_where_it_lies_beyond_what_is_read_again(library: Library) -> None:
    (ident,) = await put(library, story_of("Ash", "One."))
    await library.save_place(ADA, Place(ident, 3, 40), NOON)
    behind = Place(ident, 2, 10)
    await library.save_place(ADA, behind, NOON + DAY, unless_beyond=Place(ident, 3, 39))
    assert await library.place_in(ADA, ident) == (Place(ident, 3, 40), NOON)
    await library.save_place(ADA, behind, NOON + DAY, unless_beyond=Place(ident, 3, 40))
    assert await library.place_in(ADA, ident) == (behind, NOON + DAY)


async def test_reports_are_listed_for_one_shelf_or_for_all(library: Library) -> None:
    (ours,) = await put(library, story_of("Ours"))
    (theirs,) = await put(library, story_of("Theirs"), shelf=7)
    for story, kind in ((theirs, "tags"), (ours, "rating"), (theirs, "other")):
        said = StoredReport(0, kind, story, "A title", 7, ADA, "", NOON)
        assert await library.add_report(said)

    async def kinds(shelf: int | None, *, are_open: bool = True) -> list[str]:
        found = await library.reports(9, are_open=are_open, shelf=shelf)
        return [each.kind for each in found]

    assert await kinds(None) == ["tags", "rating", "other"]
    assert await kinds(7) == ["tags", "other"]
    assert await kinds(0) == ["rating"]
    assert await kinds(8) == []
    first = (await library.reports(1, shelf=7))[0]
    assert await library.decide_report(first.id, "upheld")
    assert await kinds(7) == ["other"]
    assert await kinds(7, are_open=False) == ["tags"]
