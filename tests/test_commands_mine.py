"""/continue: a reader goes on where they were, and nobody else learns of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.stage import (
    Clock,
    Stage,
    is_private,
    labels,
    option_value,
    options,
    past_cover,
    settings_for,
    stage,
)
from tests.tales import first_page, last, mark_of, paragraph, rest_problems, write_tale

ROAD, STILE, HARSH = "Long Road", "Low Stile", "Harsh Road"
NOTHING = "You have not turned a page of a story yet."
AGAIN = "Last time:"
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a long story, one of a few pages, one of adults, and twelve short ones."""
    stories = tmp_path / "stories"
    write_tale(stories, ROAD, chapters=["Out", "Back"], paragraphs=60)
    write_tale(stories, STILE, paragraphs=40)
    write_tale(stories, HARSH, paragraphs=60, rating="Explicit")
    for number in range(12):
        write_tale(stories, f"Inn {number:02}", paragraphs=25)
    return stories


@pytest.fixture
async def room(folder: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with those; in the end every body is held against what Discord takes."""
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready
        assert rest_problems(ready) == []


async def read(
    s: Stage, title: str, *, turns: int = 1, who: Any = None, channel: Any = None
) -> Any:
    """Open a story and turn ``turns`` pages, a minute each; gives the last page."""
    page = await first_page(s, title, who=who, channel=channel)
    for _ in range(turns):
        s.clock.at += MINUTE
        page = last(await (who or s.ben).click(page, label="Next"))
    return page


async def go_on(s: Stage, who: Any = None, channel: Any = None) -> Any:
    return await (who or s.ben).slash(channel or s.general, "continue")


def text_of(content: str) -> str:
    """Give the story's text of a page: without our lines above and below."""
    return "\n\n".join(content.split("\n\n")[1:-1])


async def pick(s: Stage, listed: Any, title: str) -> Any:
    return await s.ben.select(listed, [option_value(listed, title)])


# Going on


async def test_with_nothing_read_yet_it_says_how_to_begin(room: Stage) -> None:
    answer = await go_on(room)
    assert is_private(answer)
    assert room.texts(answer) == [f"{NOTHING} Type /story to begin one."]


async def test_a_story_that_was_only_opened_leaves_no_place(room: Stage) -> None:
    page = await first_page(room, STILE)
    await room.ben.click(page, label="Read privately")
    await room.ben.slash(room.general, "story", title=ROAD)  # a cover
    await room.ben.slash(room.general, "excerpt", title=STILE)
    assert NOTHING in room.texts(await go_on(room))[0]


async def test_it_opens_the_page_one_turned_to_at_once_and_privately(room: Stage) -> None:
    page = await read(room, ROAD, turns=2)
    answer = await go_on(room)
    assert is_private(answer)
    (shown,) = room.texts(answer)
    assert "Page 3 of" in shown
    assert text_of(shown) == text_of(page.content)
    assert labels(last(answer)) == ["Previous", "Next", "Chapters", "More", "Another story of mine"]
    assert "Page 4 of" in last(await room.ben.click(last(answer), label="Next")).content
    assert "Page 4 of" in room.texts(await go_on(room))[0]


@pytest.mark.parametrize("label", ["Next", "Previous"])
async def test_pages_turned_privately_are_places_too(label: str, room: Stage) -> None:
    page = await read(room, ROAD, turns=2)
    private = last(await room.cid.click(page, label="Read privately"))
    turned = last(await room.cid.click(private, label=label))
    assert text_of(room.texts(await go_on(room, room.cid))[0]) == text_of(turned.content)


async def test_it_goes_on_in_another_channel_in_direct_messages_and_back(room: Stage) -> None:
    page = await read(room, ROAD, turns=1)
    other = room.guild.create_text_channel("elsewhere")
    await room.env.settle()
    answer = await go_on(room, channel=other)
    assert is_private(answer)
    assert text_of(last(answer).content) == text_of(page.content)
    reader = room.ben.user
    answer = await reader.slash("continue")
    assert not last(answer).ephemeral, "it stays when the app is started again"
    assert text_of(last(answer).content) == text_of(page.content)
    assert "Page 3 of" in last(await reader.click(last(answer), label="Next")).content
    assert "Page 3 of" in room.texts(await go_on(room))[0]


async def test_it_goes_on_after_a_restart_and_for_a_year(room: Stage) -> None:
    await read(room, ROAD, turns=1)
    room.clock.at += timedelta(days=360)
    await room.restart()
    assert "Page 2 of" in room.texts(await go_on(room))[0]


async def test_a_place_is_forgotten_after_a_year(room: Stage) -> None:
    await read(room, ROAD, turns=1)
    room.clock.at += timedelta(days=366)
    await room.restart()
    assert NOTHING in room.texts(await go_on(room))[0]


async def test_the_story_read_last_opens(room: Stage) -> None:
    await read(room, ROAD, turns=2)
    await read(room, STILE, turns=1)
    assert f"**{STILE}**" in room.texts(await go_on(room))[0]
    await read(room, ROAD, turns=1)
    assert f"**{ROAD}**" in room.texts(await go_on(room))[0]


# What may not be shown any more


async def test_a_story_that_was_re_rated_does_not_open_where_it_may_not(
    folder: Path, room: Stage
) -> None:
    await read(room, STILE, turns=1)
    await read(room, ROAD, turns=1)
    write_tale(folder, ROAD, chapters=["Out", "Back"], paragraphs=60, rating="Explicit")
    await room.client.house.catalogue.sync()
    assert f"**{STILE}**" in room.texts(await go_on(room))[0]
    listed = last(await room.ben.click(last(await go_on(room)), label="Another story of mine"))
    assert options(listed) == [STILE]
    assert f"**{ROAD}**" in room.texts(await go_on(room, channel=room.adult))[0]


async def test_a_list_opened_before_a_story_was_re_rated_does_not_open_it(
    folder: Path, room: Stage
) -> None:
    await read(room, ROAD, turns=1)
    listed = last(await room.ben.click(last(await go_on(room)), label="Another story of mine"))
    write_tale(folder, ROAD, chapters=["Out", "Back"], paragraphs=60, rating="Explicit")
    await room.client.house.catalogue.sync()
    answer = await pick(room, listed, ROAD)
    assert is_private(answer)
    assert "not here any more" in room.texts(answer)[-1]
    assert mark_of(ROAD) not in "".join(room.texts(answer))


@pytest.mark.parametrize("why", ["gone", "re-rated"])
async def test_when_the_only_story_may_not_be_shown_nobody_is_told_they_read_nothing(
    why: str, folder: Path, room: Stage
) -> None:
    await read(room, ROAD, turns=1)
    if why == "gone":
        (folder / f"{mark_of(ROAD)}.md").unlink()
    else:
        write_tale(folder, ROAD, paragraphs=60, rating="Explicit")
    await room.client.house.catalogue.sync()
    answer = await go_on(room)
    assert is_private(answer)
    told = "".join(room.texts(answer))
    assert ROAD not in told
    assert mark_of(ROAD) not in told
    assert "reference" not in told
    assert NOTHING not in told, "they did turn pages"


async def test_a_story_that_comes_back_is_gone_on_with(folder: Path, room: Stage) -> None:
    await read(room, ROAD, turns=2)
    path = folder / f"{mark_of(ROAD)}.md"
    told = path.read_text("utf-8")
    path.unlink()
    await room.client.house.catalogue.sync()
    path.write_text(told, "utf-8")
    await room.client.house.catalogue.sync()
    assert "Page 3 of" in room.texts(await go_on(room))[0]


async def test_a_story_that_lost_the_chapter_one_was_in_still_opens(
    folder: Path, room: Stage
) -> None:
    await read(room, ROAD, turns=9)
    assert "Chapter 2 of 2" in room.texts(await go_on(room))[0]
    write_tale(folder, ROAD, chapters=["Out"], paragraphs=60)
    await room.client.house.catalogue.sync()
    answer = await go_on(room)
    assert "not here any more" not in room.texts(answer)[-1], "the story is here"
    assert f"**{ROAD}**" in room.texts(answer)[0]


# Another story of mine


async def test_another_story_lists_what_is_read_latest_first_then_what_was_saved(
    room: Stage,
) -> None:
    await read(room, STILE, turns=1)
    page = await read(room, ROAD, turns=9)
    for saved in (page, await first_page(room, "Inn 05")):
        menu = last(await room.ben.click(saved, label="More"))
        await room.ben.click(menu, label="Save for later")
    answer = await room.ben.click(last(await go_on(room)), label="Another story of mine")
    assert is_private(answer)
    listed = last(answer)
    assert options(listed) == [ROAD, STILE, "Inn 05"]
    assert "Chapter 2 of 2" in last(await pick(room, listed, ROAD)).content
    assert "Page 2 of" in last(await pick(room, listed, STILE)).content
    opened = await pick(room, listed, "Inn 05")
    assert is_private(opened)
    assert "Page 1 of" in last(opened).content
    assert mark_of("Inn 05") in last(opened).content


async def test_at_most_ten_stories_that_are_read_are_listed(room: Stage) -> None:
    for number in range(12):
        await read(room, f"Inn {number:02}", turns=1)
    listed = last(await room.ben.click(last(await go_on(room)), label="Another story of mine"))
    assert options(listed) == [f"Inn {number:02}" for number in range(11, 1, -1)]


async def test_a_saved_story_that_needs_a_cover_opens_as_one(folder: Path, room: Stage) -> None:
    write_tale(folder, "Warned", paragraphs=3, warnings="[Graphic Depictions Of Violence]")
    await room.client.house.catalogue.sync()
    menu = last(await room.ben.click(await first_page(room, "Warned"), label="More"))
    await room.ben.click(menu, label="Save for later")
    await room.client.house.library.forget_places(room.clock.at + DAY)
    listed = last(await go_on(room))
    assert options(listed) == ["Warned"]
    opened = await pick(room, listed, "Warned")
    assert mark_of("Warned") not in "".join(room.texts(opened)).replace("**Warned**", "")
    assert mark_of("Warned") in last(await past_cover(opened, room.ben)).content


async def test_nobody_ever_sees_anothers_places_or_saved_stories(room: Stage) -> None:
    page = await read(room, ROAD, turns=3)
    menu = last(await room.ben.click(page, label="More"))
    await room.ben.click(menu, label="Save for later")
    await read(room, STILE, turns=1, who=room.cid)
    assert f"**{STILE}**" in room.texts(await go_on(room, room.cid))[0]
    listed = await room.cid.click(last(await go_on(room, room.cid)), label="Another story of mine")
    assert options(last(listed)) == [STILE]
    assert NOTHING in room.texts(await go_on(room, room.ada))[0]
    assert NOTHING in room.texts(await room.ada.user.slash("continue"))[0]
    shown = last(await go_on(room))
    assert shown.ephemeral
    seen = room.general.history(viewer=room.ada)
    assert shown.id not in [message.id for message in seen]


# After a while


async def test_after_more_than_a_day_the_last_two_sentences_come_first(room: Stage) -> None:
    page = await read(room, ROAD, turns=2)
    private = last(await room.cid.click(page, label="Previous"))
    number = max(n for n in range(60) if f"longroad-1-{n}-b" in _plain(private.content))
    room.clock.at += DAY + MINUTE
    (shown,) = room.texts(await go_on(room))
    first = _plain(shown).split("\n\n", 1)[0]
    assert AGAIN in first
    assert paragraph(ROAD, 1, number) in first
    assert f"longroad-1-{number - 1}-b" not in first
    assert text_of(page.content) in shown


async def test_before_a_day_is_over_nothing_is_told_again(room: Stage) -> None:
    await read(room, ROAD, turns=2)
    room.clock.at += DAY - MINUTE
    assert AGAIN not in room.texts(await go_on(room))[0]


async def test_on_the_first_page_there_is_nothing_to_tell_again(room: Stage) -> None:
    page = await read(room, ROAD, turns=1)
    await room.ben.click(page, label="Previous")
    room.clock.at += DAY * 3
    (shown,) = room.texts(await go_on(room))
    assert AGAIN not in shown
    assert "Page 1 of" in shown


async def test_every_page_after_the_first_tells_the_last_sentences_again(
    folder: Path, room: Stage
) -> None:
    address = "https://archive.example.org/works/12345678/chapters/23456789"
    facts = {"url": address, "permission": "consent"}
    write_tale(folder, "Far Road", chapters=["Out", "And back"], paragraphs=60, **facts)
    await room.client.house.catalogue.sync()
    page = await first_page(room, "Far Road")
    missing: list[str] = []
    while "Next" in labels(page):
        page = last(await room.ben.click(page, label="Next"))
        room.clock.at += DAY * 2
        (shown,) = room.texts(await go_on(room))
        if AGAIN not in shown:
            missing.append(shown[-80:])
        assert len(shown) <= 2_000
    assert missing == []


def _plain(markdown: str) -> str:
    return markdown.replace("\\", "")
