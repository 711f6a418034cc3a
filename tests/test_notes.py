"""What authors say around chapters stands on their pages, and whole behind a button."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notes import quoted
from bot.render import MESSAGE_LIMIT, escape
from tests.ao3_pages import Part, Work, download
from tests.stage import Clock, Stage, is_private, labels, messages, past_cover, settings_for, stage
from tests.tales import last
from tests.test_page_menu_moving import thread_of

TITLE = "The Harbour Log"
LONG = " ".join(f"Note {number} on *ropes* and knots." for number in range(120))
WALK = "".join(
    f"<p>Ada walked to pier {number} and back before the tide.</p>" for number in range(90)
)
WORK = Work(
    title=TITLE,
    notes="<p>Thanks to the pilot.</p>",
    end_notes="",
    rating="General Audiences",
    parts=(
        Part("<p>The tide went out.</p>", summary="<p>Ada *waits*.</p>", notes="<p>Rope ahead.</p>",
             end_notes="<p>The rope held.</p>"),
        Part(WALK, notes=f"<p>{LONG}</p>", end_notes="<p>Ben falls in.</p>"),
        Part("<p>It came back.</p>"),
    ),
)  # fmt: skip


NOTES = st.lists(st.tuples(st.just("notes.end"), st.text(min_size=1, max_size=300)), max_size=3)


@given(NOTES, st.integers(0, 500))
def test_quoted_notes_keep_to_their_room_and_to_their_lines(
    told: list[tuple[str, str]], room: int
) -> None:
    text, is_whole = quoted(tuple(told), "en", room)
    assert len(text) <= room
    assert all(line.startswith("> ") for line in text.split("\n") if text)
    if is_whole:
        assert all(escape(" ".join(words.split())) in text for _, words in told)


@given(NOTES)
def test_quoted_notes_are_whole_where_there_is_room(told: list[tuple[str, str]]) -> None:
    assert quoted(tuple(told), "en", 6_000)[1]


@pytest.fixture
async def log(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with a work of three chapters whose author says much around them."""
    stories = tmp_path / "stories"
    stories.mkdir()
    (stories / "log.html").write_text(download(WORK), "utf-8")
    (stories / "library.toml").write_text('permission = "own"\n', "utf-8")
    async with stage(settings_for(tmp_path, stories), clock) as ready:
        yield ready


async def opened(s: Stage) -> Any:
    return last(await past_cover(await s.ben.slash(s.general, "story", title=TITLE), s.ben))


async def test_short_notes_stand_before_and_behind_the_text_of_their_chapter(log: Stage) -> None:
    content = (await opened(log)).content
    told = ["Summary:** Ada \\*waits\\*.", "Notes:** Rope ahead.", "The tide went out.",
            "End notes:** The rope held."]  # fmt: skip
    places = [content.index(each) for each in told]
    assert places == sorted(places)


async def test_long_notes_are_quoted_on_the_page_and_whole_behind_a_button(log: Stage) -> None:
    page = last(await log.ben.click(await opened(log), label="Next"))
    assert "> **Notes:** Note 0 on \\*ropes\\*" in page.content
    assert "pier 0 and back" in page.content
    assert "Ben falls in" not in page.content
    assert len(page.content) <= MESSAGE_LIMIT
    shown = await log.ada.click(page, label="Author's notes")
    assert is_private(shown)
    told = "".join(log.texts(shown))
    assert told.count("Note 119 on \\*ropes\\* and knots.") == 1
    assert "Ben falls in" not in told


async def test_end_notes_come_where_the_chapter_ends(log: Stage) -> None:
    page = last(await log.ben.click(await opened(log), label="Next"))
    pages = [page.content]
    while "It came back" not in page.content:
        page = last(await log.ben.click(page, label="Next"))
        pages.append(page.content)
    assert [("Ben falls in" in content) for content in pages] == [False] * (len(pages) - 2) + [
        True,
        False,
    ]
    assert "Author's notes" not in labels(page)


async def test_more_holds_the_notes_of_the_story_and_hides_how_a_chapter_ends(log: Stage) -> None:
    first = await opened(log)
    assert "Thanks to the pilot." in "".join(
        log.texts(await log.ben.click(first, label="Author's notes"))
    )
    page = last(await log.ben.click(first, label="Next"))
    more = last(await log.ben.click(page, label="More"))
    told = "".join(log.texts(await log.ben.click(more, label="Author's notes")))
    assert "Thanks to the pilot." in told
    assert "||Ben falls in.||" in told


async def test_a_whole_story_in_a_thread_carries_its_notes(log: Stage) -> None:
    thread = await thread_of(log, log.general)
    page = last(await past_cover(await log.ben.slash(thread, "story", title=TITLE), log.ben))
    more = last(await log.ben.click(page, label="More"))
    (label,) = [each for each in labels(more) if "messages" in each and "whole" in each.lower()]
    told = "\n".join(each.content for each in messages(await log.ben.click(more, label=label)))
    expected = ["Rope ahead.", "The tide went out.", "The rope held.", "Note 0 on", "pier 89",
                "Ben falls in.", "It came back."]  # fmt: skip
    places = [told.index(each) for each in expected]
    assert places == sorted(places)


async def test_a_note_that_stands_at_the_end_of_a_text_is_not_told_before_it(
    tmp_path: Path, clock: Clock
) -> None:
    stories = tmp_path / "stories"
    stories.mkdir()
    walk = " ".join(f"Ada walked to pier {number} and back." for number in range(200))
    (stories / "Ada at the piers.txt").write_text(f"{walk} A/N: Ben falls in.", "utf-8")
    async with stage(settings_for(tmp_path, stories), clock) as s:
        answer = await s.ben.slash(s.general, "story", title="Ada at the piers")
        page = last(await past_cover(answer, s.ben))
        assert "pier 0 and back" in page.content
        assert "Author's notes" not in labels(page)
        assert "Author's notes" in labels(last(await s.ben.click(page, label="More")))
