"""The whole story here, and removing a page: what More moves and takes away."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.controls import button, controls
from bot.pages import NOBODY
from tests.library_contract import EVERYONE
from tests.stage import Clock, Stage, is_private, labels, past_cover, settings_for, stage
from tests.tales import first_page, last, mark_of, planted, rest_problems, write_tale

ROAD, STILE = "Long Road", "Low Stile"
PARAGRAPHS = 36  # of the stile: about four messages, and no cover
SOURCE = "https://example.org/works/1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a story of a few messages, and one of far too many."""
    stories = tmp_path / "stories"
    write_tale(stories, ROAD, chapters=["Out", "Back"], paragraphs=90)
    write_tale(stories, STILE, paragraphs=PARAGRAPHS, url=SOURCE, permission="consent")
    return stories


@pytest.fixture
async def room(folder: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with both; in the end every body is held against what Discord takes."""
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready
        assert rest_problems(ready) == []


async def thread_of(s: Stage, channel: Any) -> Any:
    place: Any = s.client.get_channel(channel.id)
    await place.create_thread(name="aside", type=discord.ChannelType.public_thread)
    await s.env.settle()
    (thread,) = channel.threads
    return thread


async def menu(who: Any, page: Any) -> Any:
    return last(await who.click(page, label="More"))


def whole_label(message: Any) -> str | None:
    return next((label for label in labels(message) if label.startswith("Whole story")), None)


# The whole story here


@pytest.mark.parametrize("where", ["thread", "direct messages"])
async def test_the_whole_story_comes_in_as_many_messages_as_the_button_says(
    where: str, room: Stage
) -> None:
    if where == "thread":
        who: Any = room.ben
        page = await first_page(room, STILE, channel=await thread_of(room, room.general))
    else:
        who = room.ben.user
        page = last(await who.slash("story", title=STILE))
    shown = await menu(who, page)
    label = whole_label(shown)
    assert label is not None
    found = re.fullmatch(r"Whole story here \((\d+) messages\)", label)
    assert found
    number = int(found.group(1))
    answer = await who.click(shown, label=label)
    told = room.texts(answer)
    assert not is_private(answer)
    assert len(told) == number
    assert max(map(len, told)) <= 2_000
    assert told[0].startswith(f"**{STILE}** by Ida Penn")
    assert SOURCE in told[-1]
    assert [text.rsplit("-# ", 1)[1] for text in told] == [
        f"{n}/{number}" for n in range(1, number + 1)
    ]
    marks = re.findall(rf"{mark_of(STILE)}-1-(\d+)-[ab]", "".join(told).replace("\\", ""))
    assert [int(mark) for mark in marks] == [n for n in range(PARAGRAPHS) for _ in "ab"]


async def test_no_message_of_the_whole_story_holds_next_to_nothing(room: Stage) -> None:
    page = last(await room.ben.user.slash("story", title=STILE))
    shown = await menu(room.ben.user, page)
    told = room.texts(await room.ben.user.click(shown, label=whole_label(shown)))
    assert [text for text in told if mark_of(STILE) not in text] == [], "each holds some story"


async def test_a_channel_never_gets_a_run_of_messages(room: Stage) -> None:
    page = await first_page(room, STILE)
    assert whole_label(await menu(room.ben, page)) is None
    private = last(await room.ben.click(page, label="Read privately"))
    assert whole_label(await menu(room.ben, private)) is None


async def test_a_story_of_too_many_messages_is_not_offered_whole(room: Stage) -> None:
    page = await first_page(room, ROAD, channel=await thread_of(room, room.general))
    assert whole_label(await menu(room.ben, page)) is None


async def test_chapters_follow_each_other_under_their_titles(
    folder: Path, tmp_path: Path, clock: Clock
) -> None:
    write_tale(folder, "Two Stiles", chapters=["Out there", "Back"], paragraphs=14)
    async with stage(settings_for(tmp_path, folder), clock) as s:
        page = await first_page(s, "Two Stiles", channel=await thread_of(s, s.general))
        shown = await menu(s.ben, page)
        told = "\n".join(s.texts(await s.ben.click(shown, label=whole_label(shown))))
        assert rest_problems(s) == []
    order = [
        told.index("Out there"),
        told.index("twostiles-1-0"),
        told.index("Back"),
        told.index("twostiles-2-0"),
    ]
    assert order == sorted(order)


async def test_titles_longer_than_a_message_break_neither_menu_nor_list_nor_the_whole(
    folder: Path, tmp_path: Path, clock: Clock
) -> None:
    long = "ve_ry* " * 400
    write_tale(
        folder,
        "odd",
        chapters=[f"First {long}", f"Second {long}"],
        paragraphs=9,
        title=f"Odd {long}",
        summary=f'"{"||s|| " * 200}"',
        tags=f"[{', '.join(f'_tag_ {n}' for n in range(60))}]",
    )
    async with stage(settings_for(tmp_path, folder), clock) as s:
        (choice,) = await s.ben.autocomplete(s.general, "story", "title", "odd")
        thread = await thread_of(s, s.general)
        page = await first_page(s, choice["value"], channel=thread)
        private = last(await s.ben.click(page, label="Read privately"))
        shown = await menu(s.ben, private)
        answers = [await s.ben.click(private, label="Chapters")]
        if label := whole_label(shown):
            answers.append(await s.ben.click(shown, label=label))
        assert rest_problems(s) == []
        assert "Save for later" in labels(shown)
        for answer in answers:
            assert "reference" not in "".join(s.texts(answer))


# Removing a page


async def test_the_asker_removes_their_page(room: Stage) -> None:
    page = last(await room.ben.click(await first_page(room, ROAD), label="Next"))
    answer = await room.ben.click(await menu(room.ben, page), label="Remove this page")
    assert is_private(answer)
    assert room.texts(answer) == ["Removed."]
    assert room.general.history() == []


async def test_who_may_manage_messages_removes_anybodys_page(room: Stage) -> None:
    page = await first_page(room, ROAD)
    answer = await room.ada.click(await menu(room.ada, page), label="Remove this page")
    assert room.texts(answer) == ["Removed."]
    assert room.general.history() == []


async def test_a_stranger_is_not_offered_to_remove_and_cannot(room: Stage) -> None:
    page = await first_page(room, ROAD)
    assert "Remove this page" not in labels(await menu(room.cid, page))
    made = button("Go", "remove-page", page.id, room.ben.id)
    answer = await room.cid.click(await planted(room, controls([made])), label="Go")
    assert is_private(answer)
    assert "Only whoever asked for this page" in room.texts(answer)[-1]
    assert page.id in [message.id for message in room.general.history()]


async def test_a_page_that_is_removed_twice_is_gone_already(room: Stage) -> None:
    page = await first_page(room, ROAD)
    shown = [await menu(who, page) for who in (room.ben, room.ada)]
    assert room.texts(await room.ben.click(shown[0], label="Remove this page")) == ["Removed."]
    for who, message in zip((room.ben, room.ada), shown, strict=True):
        answer = await who.click(message, label="Remove this page")
        assert is_private(answer)
        assert room.texts(answer) == ["That message is gone already."]


async def test_a_page_that_nobody_asked_for_is_removed_by_who_may_manage_messages(
    room: Stage,
) -> None:
    (card,) = await room.client.house.library.find_titles("low", EVERYONE, 1)
    page = await planted(room, controls([button("More", "more", card.id, 0, 0, NOBODY)]))
    for who in (room.ben, room.cid):
        assert "Remove this page" not in labels(await menu(who, page))
    answer = await room.ada.click(await menu(room.ada, page), label="Remove this page")
    assert room.texts(answer) == ["Removed."]
    assert room.general.history() == []


async def test_after_one_is_removed_the_other_pages_of_a_channel_stay(room: Stage) -> None:
    kept = await first_page(room, STILE, who=room.cid)
    page = await first_page(room, ROAD)
    await room.ben.click(await menu(room.ben, page), label="Remove this page")
    assert [message.id for message in room.general.history()] == [kept.id]
    assert "Page 2 of" in last(await room.cid.click(kept, label="Next")).content


async def test_nothing_is_removed_from_direct_messages_or_a_private_copy(room: Stage) -> None:
    reader = room.ben.user
    direct = last(await past_cover(await reader.slash("story", title=ROAD), reader))
    private = last(await room.ben.click(await first_page(room, ROAD), label="Read privately"))
    assert "Remove this page" not in labels(await menu(reader, direct))
    assert "Remove this page" not in labels(await menu(room.ben, private))
