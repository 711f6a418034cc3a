"""Editing, hiding and restoring stories: a person's word holds whatever their files say."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.catalogue.editing import Editing
from bot.catalogue.edits import differences
from bot.errors import CurationError, StoryNotFound
from bot.library.base import OPERATOR_SHELF, Filter, KeptBack
from bot.story import Audience, BlockKind, Origin, Permission, Place, Rating, TagKind
from tests.library_contract import EVERYONE, chapters_in, put, story_of
from tests.shelves import Shelf

HERE, THERE = 1, 2
TEEN = Audience(ceiling=Rating.TEEN, beyond=Rating.NOT_RATED)
TALE = """---
title: The Anchor
author: Ada Quay
rating: Teen
tags: [Rain, Fog]
---

It rained on the pier, and nobody said so. The anchor held.
"""
WALL = " ".join(
    f"“Where is boat {n}?” Ada asked the harbour master. “Gone out,” he said, and shut the book."
    for n in range(40)
)


def editing(shelf: Shelf) -> Editing:
    catalogue = shelf.catalogue
    return Editing(
        shelf.library, catalogue.settings, aliases=lambda: catalogue.aliases, now=shelf.clock
    )


async def kept(shelf: Shelf, text: str = TALE, name: str = "anchor.md") -> int:
    """Write a file and read it; gives its story."""
    shelf.write(name, text)
    await shelf.sync()
    files = await shelf.library.files(0)
    story = files[f"stories:{name}"].story
    assert story is not None
    return story


async def record(shelf: Shelf, story: int) -> Any:
    found = await shelf.library.shelved(story)
    assert found is not None
    return found.record


async def test_an_edit_changes_what_readers_see_and_find(shelf: Shelf) -> None:
    story = await kept(shelf)
    done = await editing(shelf).edit(
        OPERATOR_SHELF, story, {"title": "The Buoy", "tags": "Snow, Fog", "rating": "General"}
    )
    assert [(d.field, d.before, d.after) for d in done.differences] == [
        ("title", "The Anchor", "The Buoy"),
        ("rating", "Teen", "General"),
        ("tags", "Rain, Fog", "Snow, Fog"),
    ]
    general = Audience(ceiling=Rating.GENERAL)
    snow, rain = (Filter(names=((TagKind.FREEFORM, tag),)) for tag in ("snow", "rain"))
    assert (await shelf.library.count(snow, general)).visible == 1
    assert (await shelf.library.count(rain, EVERYONE)).visible == 0
    assert [c.id for c in await shelf.library.find_titles("buoy", general, 9)] == [story]
    assert await shelf.library.find_titles("anchor", EVERYONE, 9) == []


async def test_an_edit_holds_when_the_file_changes_until_it_is_undone(shelf: Shelf) -> None:
    story = await kept(shelf)
    await editing(shelf).edit(OPERATOR_SHELF, story, {"title": "The Buoy", "rating": "General"})
    assert await kept(shelf, TALE.replace("Rain", "Sleet").replace("Teen", "Mature")) == story
    told = await record(shelf, story)
    assert (told.title, told.rating, told.tags) == ("The Buoy", Rating.GENERAL, ("Sleet", "Fog"))
    await editing(shelf).undo_edits(OPERATOR_SHELF, story, ["rating"])
    told = await record(shelf, story)
    assert (told.title, told.rating) == ("The Buoy", Rating.MATURE)
    await editing(shelf).undo_edits(OPERATOR_SHELF, story)
    assert (await record(shelf, story)).title == "The Anchor"
    assert await shelf.library.edited([story]) == {}
    with pytest.raises(CurationError):
        await editing(shelf).undo_edits(OPERATOR_SHELF, story)


async def test_a_second_edit_keeps_the_first_and_each_goes_back_alone(shelf: Shelf) -> None:
    story = await kept(shelf)
    await editing(shelf).edit(None, story, {"title": "The Buoy", "tags": "Snow"})
    await editing(shelf).edit(OPERATOR_SHELF, story, {"tags": "Hail", "rating": "General"})
    told = await record(shelf, story)
    assert (told.title, told.tags, told.rating) == ("The Buoy", ("Hail",), Rating.GENERAL)
    await editing(shelf).undo_edits(None, story, ["tags"])
    told = await record(shelf, story)
    assert (told.title, told.tags, told.rating) == ("The Buoy", ("Rain", "Fog"), Rating.GENERAL)


async def test_undone_edits_leave_the_very_record_of_the_file(shelf: Shelf) -> None:
    story = await kept(shelf)
    before = await shelf.library.written(story)
    everything: dict[str, object] = {
        "title": "New", "authors": "Bo, Cy", "rating": "Explicit", "warnings": "Violence",
        "categories": "Gen", "fandoms": "Ships", "characters": "Ann", "relationships": "Ann & Bo",
        "tags": "", "language": "de", "series": "Tides #2", "published": "2020-02-29",
        "updated": "2021-01-01", "complete": "yes", "source": "https://example.org/1",
        "summary": "Short.", "notes": "Thanks.", "permission": "consent (by letter)",
    }  # fmt: skip
    done = await editing(shelf).edit(OPERATOR_SHELF, story, everything)
    assert {d.field for d in done.differences} == set(everything)
    assert (await record(shelf, story)).permission is Permission.CONSENT
    await editing(shelf).undo_edits(OPERATOR_SHELF, story)
    after = await shelf.library.written(story)
    assert before is not None
    assert after is not None
    assert after.record == before.record
    assert after.names == before.names
    assert after.pages == before.pages


async def test_an_estimated_rating_is_estimated_anew_from_what_was_edited(shelf: Shelf) -> None:
    story = await kept(shelf, TALE.replace("rating: Teen\n", ""))
    assert (await record(shelf, story)).rating_origin is not Origin.STATED
    await editing(shelf).edit(OPERATOR_SHELF, story, {"tags": "Smut"})
    told = await record(shelf, story)
    assert (told.rating, told.rating_origin) == (Rating.EXPLICIT, Origin.ESTIMATED)
    assert await shelf.library.card(story, TEEN) is None
    await editing(shelf).edit(OPERATOR_SHELF, story, {"tags": "Rain"})
    told = await record(shelf, story)
    assert told.rating is Rating.TEEN
    assert [m for m in told.messages if "Explicit" in m] == []


async def test_a_source_makes_a_story_a_link_and_a_permission_a_text_again(shelf: Shelf) -> None:
    story = await kept(shelf)
    await editing(shelf).edit(OPERATOR_SHELF, story, {"source": "https://example.org/1"})
    assert (await record(shelf, story)).permission is Permission.LINK_ONLY
    # Taking the address away says nothing of a permission … while the file has none.
    await editing(shelf).edit(OPERATOR_SHELF, story, {"permission": "consent (mail of 3 May)"})
    told = await record(shelf, story)
    assert (told.permission, told.permission_note) == (Permission.CONSENT, "mail of 3 May")


async def test_what_must_never_be_served_is_not_after_an_edit_either(shelf: Shelf) -> None:
    story = await kept(shelf)
    done = await editing(shelf).edit(OPERATOR_SHELF, story, {"warnings": "Underage Sex"})
    assert not done.is_withheld
    done = await editing(shelf).edit(OPERATOR_SHELF, story, {"rating": "Mature"})
    assert done.is_withheld
    assert await shelf.library.card(story, EVERYONE) is None
    assert (await shelf.library.count(Filter(), EVERYONE)).visible == 0
    with pytest.raises(CurationError) as refused:
        await editing(shelf).restore(OPERATOR_SHELF, story)
    assert refused.value.key == "curation.withheld"
    assert await kept(shelf, TALE.replace("Rain", "Sleet")) == story
    assert await shelf.library.card(story, EVERYONE) is None
    await editing(shelf).undo_edits(OPERATOR_SHELF, story, ["warnings"])
    assert await shelf.library.card(story, EVERYONE)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"mood": "grim"}, "curation.no-field"),
        ({"words": "3"}, "curation.no-field"),
        ({"title": " "}, "curation.no-title"),
        ({"rating": "spicy"}, "curation.unclear"),
        ({"published": "someday"}, "curation.unclear"),
        ({"source": "my drawer"}, "curation.unclear"),
        ({"title": "The Anchor"}, "curation.kept-as-stated"),
    ],
)
async def test_what_cannot_be_kept_is_refused_and_changes_nothing(
    shelf: Shelf, changes: dict[str, object], key: str
) -> None:
    story = await kept(shelf)
    before = await record(shelf, story)
    if key == "curation.kept-as-stated":  # saying what the file says keeps it whatever comes
        assert (await editing(shelf).edit(OPERATOR_SHELF, story, changes)).differences == []
        await kept(shelf, TALE.replace("The Anchor", "The Rope"))
        assert (await record(shelf, story)).title == "The Anchor"
        return
    with pytest.raises(CurationError) as refused:
        await editing(shelf).edit(OPERATOR_SHELF, story, changes)
    assert refused.value.key == key
    assert await record(shelf, story) == before


# Hiding


async def test_a_hidden_story_stays_hidden_whatever_becomes_of_its_file(shelf: Shelf) -> None:
    story = await kept(shelf)
    await editing(shelf).hide(OPERATOR_SHELF, story)
    assert await shelf.library.card(story, EVERYONE) is None
    with pytest.raises(CurationError):
        await editing(shelf).hide(OPERATOR_SHELF, story)
    assert await kept(shelf, TALE.replace("Rain", "Sleet")) == story
    await editing(shelf).edit(OPERATOR_SHELF, story, {"title": "The Buoy"})
    found = await shelf.library.shelved(story)
    assert found is not None
    assert (found.kept_back, found.record.tags) == (KeptBack.BY_HAND, ("Sleet", "Fog"))
    assert (await shelf.library.count(Filter(), EVERYONE)).visible == 0
    shelf.clock.at += timedelta(days=90)
    await shelf.sync()
    await editing(shelf).restore(OPERATOR_SHELF, story)
    assert await shelf.library.card(story, EVERYONE)
    assert (await shelf.library.count(Filter(), EVERYONE)).visible == 1
    with pytest.raises(CurationError):
        await editing(shelf).restore(OPERATOR_SHELF, story)


async def test_editing_a_story_whose_file_is_gone_does_not_bring_it_back(shelf: Shelf) -> None:
    story = await kept(shelf)
    (shelf.folder / "anchor.md").unlink()
    await shelf.sync(remove_missing=True)
    await editing(shelf).edit(OPERATOR_SHELF, story, {"title": "The Buoy"})
    assert await shelf.library.card(story, EVERYONE) is None
    await editing(shelf).hide(OPERATOR_SHELF, story)
    with pytest.raises(CurationError) as refused:
        await editing(shelf).restore(OPERATOR_SHELF, story)
    assert refused.value.key == "curation.file-gone"
    assert await kept(shelf) == story
    assert (await record(shelf, story)).title == "The Buoy"
    assert await shelf.library.card(story, EVERYONE)


async def test_a_server_changes_its_own_stories_and_hides_the_operator_s_for_itself(
    shelf: Shelf,
) -> None:
    story = await kept(shelf)
    (own,) = await put(shelf.library, story_of("Own"), shelf=HERE)
    done = await editing(shelf).edit(HERE, own, {"title": "Ours"})
    assert done.title == "Ours"
    with pytest.raises(CurationError) as refused:
        await editing(shelf).edit(HERE, story, {"title": "Ours"})
    assert refused.value.key == "curation.not-yours"
    await editing(shelf).hide(HERE, story)
    assert await shelf.library.card(story, EVERYONE)
    assert [each.is_hidden for each in await shelf.library.server_stories(HERE)] == [True]
    assert await shelf.library.server_stories(THERE) == []
    await editing(shelf).restore(HERE, story)
    assert await shelf.library.server_stories(HERE) == []
    with pytest.raises(StoryNotFound):
        await editing(shelf).hide(THERE, own)
    with pytest.raises(StoryNotFound):
        await editing(shelf).edit(THERE, own, {"title": "Theirs"})


# Walls of text


async def test_reflow_is_switched_off_and_on_again_for_one_story(shelf: Shelf) -> None:
    story = await kept(shelf, WALL, "wall.txt")
    before = await shelf.library.written(story)
    assert before is not None
    assert [chapter[5] for chapter in before.chapters] == [True]
    place = Place(story, 0, 2_500)
    page = await shelf.library.page(place, EVERYONE)
    assert page is not None

    done = await editing(shelf).edit(OPERATOR_SHELF, story, {"reflow": False})
    assert (done.reflow, done.differences) == (False, [])
    (chapter,) = await chapters_in(shelf.library, story)
    assert chapter.text == WALL
    assert [block.kind for block in chapter.blocks] == [BlockKind.PARAGRAPH]
    assert (chapter.blocks[0].start, chapter.blocks[0].end) == (0, len(WALL))
    off = await shelf.library.page(place, EVERYONE)
    assert off is not None
    assert off.start <= 2_500 < off.end
    assert (off.start, off.pages) != (page.start, page.pages)

    # Read again, it is left as it came all the same.
    assert await kept(shelf, WALL + " The end.", "wall.txt") == story
    (chapter,) = await chapters_in(shelf.library, story)
    assert len(chapter.blocks) == 1
    await kept(shelf, WALL, "wall.txt")

    done = await editing(shelf).edit(OPERATOR_SHELF, story, {"reflow": True})
    assert done.reflow is True
    after = await shelf.library.written(story)
    assert after is not None
    assert (after.parts, after.pages) == (before.parts, before.pages)
    assert after.chapters == before.chapters


def test_differences_are_told_in_words() -> None:
    before = story_of("Ash", tags=["Rain"])
    after = story_of("Ash", tags=["Rain", "Fog"], rating=Rating.NOT_RATED)
    told = [(each.field, each.before, each.after) for each in differences(before, after)]
    assert told == [("rating", "General", "Not Rated"), ("tags", "Rain", "Rain, Fog")]
    assert json.dumps(told)
