"""Covers: a story with warnings, or a long one, shows no text before somebody presses Read."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.library_contract import EVERYONE, pages_in
from tests.rest_check import messages_of
from tests.stage import (
    Clock,
    Stage,
    is_private,
    labels,
    messages,
    option_value,
    options,
    settings_for,
    stage,
)
from tests.tales import last, mark_of, rest_problems, write_tale

WARNED, UNSAID, LONG, PLAIN = "Warned Walk", "Unsaid Walk", "Long Walk", "Plain Walk"
COVERED = (WARNED, UNSAID, LONG)
VIOLENCE = "Graphic Depictions Of Violence"
FACTS = {"summary": "Somebody walks to the sea.", "fandoms": "[Roads]", "characters": "[Mira Vale]"}
LOOK = 21  # seconds: a little more than the time between two looks at what is due


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write three stories that open as a cover."""
    stories = tmp_path / "stories"
    write_tale(stories, WARNED, warnings=f"[{VIOLENCE}]", paragraphs=2, **FACTS)
    unsaid = "[Creator Chose Not To Use Archive Warnings]"
    write_tale(stories, UNSAID, warnings=unsaid, paragraphs=3, **FACTS)
    write_tale(stories, LONG, chapters=[f"Day {n}" for n in range(1, 13)], paragraphs=9, **FACTS)
    return stories


@pytest.fixture
async def room(folder: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with those; in the end every body is held against what Discord takes."""
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready
        assert rest_problems(ready) == []


def told_since(s: Stage, before: int) -> str:
    """Give everything that was sent since the request ``before``, and edited too."""
    return "\n".join(
        body.get("content") or "" for body in messages_of(s.env.http_requests[before:])
    )


def texts_in(told: str) -> list[str]:
    """Name the stories of whose text something was told."""
    return [title for title in COVERED if f"{mark_of(title)}-" in told]


async def opened(s: Stage, title: str, channel: Any = None) -> Any:
    (shown,) = messages(await s.ben.slash(channel or s.general, "story", title=title))
    return shown


async def daily_posts(s: Stage, what: str, days: int) -> list[Any]:
    """Set up a daily story in a channel of its own and give what it brought in ``days`` days."""
    stories = s.guild.create_text_channel("stories")
    await s.env.settle()
    set_up = {"time": "20:00", "zone": "Berlin", "channel": stories, "what": what}
    assert is_private(await s.ada.slash(s.general, "daily-story", **set_up))
    s.clock.at += timedelta(hours=1)  # the clock stood at 19:00 there
    for _ in range(days):
        await s.env.advance_time(LOOK)
        s.clock.at += timedelta(days=1)
    posts = [message for message in stories.history() if message.content.startswith("**")]
    assert len(posts) == days
    return posts


# Which stories


@pytest.mark.parametrize("title", COVERED)
async def test_warnings_or_more_than_ten_pages_make_a_cover(title: str, room: Stage) -> None:
    shown = await opened(room, title)
    assert labels(shown) == ["Read", "Read privately"]
    assert texts_in(shown.content) == []


@pytest.mark.parametrize(("chapters", "covered"), [(1, False), (10, False), (11, True)])
async def test_ten_pages_open_as_a_page_and_eleven_as_a_cover(
    chapters: int, covered: bool, folder: Path, tmp_path: Path, clock: Clock
) -> None:
    names = [f"Day {n}" for n in range(1, chapters + 1)] if chapters > 1 else [""]
    write_tale(folder, PLAIN, chapters=names, paragraphs=3)
    async with stage(settings_for(tmp_path, folder), clock) as s:
        (card,) = await s.client.house.reading.suggest_titles("plain walk", EVERYONE)
        assert await pages_in(s.client.house.library, card.id) == chapters
        shown = await opened(s, PLAIN)
    assert ("Read" in labels(shown)) is covered
    assert (mark_of(PLAIN) in shown.content) is not covered


@pytest.mark.parametrize("given", ["[No Archive Warnings Apply]", "[]"])
async def test_without_a_warning_to_give_a_short_story_opens_at_once(
    given: str, folder: Path, tmp_path: Path, clock: Clock
) -> None:
    write_tale(folder, PLAIN, warnings=given, paragraphs=2)
    async with stage(settings_for(tmp_path, folder), clock) as s:
        shown = await opened(s, PLAIN)
    assert mark_of(PLAIN) in shown.content
    assert "Read" not in labels(shown)


async def test_a_cover_says_what_one_is_about_to_read(room: Stage) -> None:
    told = (await opened(room, WARNED)).content
    for part in (
        f"**{WARNED}** by Ida Penn",
        "General",
        f"Warnings: {VIOLENCE}",
        "Somebody walks to the sea.",
        "words",
        "Tags: walking",
        "Roads",
        "Mira Vale",
    ):
        assert part in told
    assert "12 chapters" in (await opened(room, LONG)).content


# Every path


async def test_no_command_shows_text_before_the_press(room: Stage) -> None:
    s, before = room, len(room.env.http_requests)
    for title in COVERED:
        await s.ben.slash(s.general, "story", title=title)
        await s.ben.slash(s.adult, "story", title=title)
        await s.ben.user.slash("story", title=title)
        near = await s.ben.slash(s.general, "story", title=f"{title[:-2]}kl")
        await s.ben.click(last(near), label=title)
    for command in ("story", "drabble"):
        for typed in ({}, {"character": "Mira Vale"}, {"tag": "walking"}):
            for _ in range(3):
                s.clock.at += timedelta(seconds=1)
                shown = last(await s.ben.slash(s.general, command, **typed))
                s.clock.at += timedelta(seconds=1)
                await s.cid.click(shown, label=f"Another {command}")
    told = told_since(room, before)
    assert texts_in(told) == []
    assert told.count(WARNED) > 3, "it was named, and shown as a cover"


@pytest.mark.parametrize(("command", "name"), [("tag", "walking"), ("character", "Mira Vale")])
async def test_what_is_opened_from_a_list_is_a_cover(command: str, name: str, room: Stage) -> None:
    listed = last(await room.ben.slash(room.general, command, name=name))
    assert sorted(options(listed)) == sorted(COVERED)
    for title in COVERED:
        answer = await room.ben.select(listed, [option_value(listed, title)])
        assert is_private(answer)
        assert texts_in(last(answer).content) == []


@pytest.mark.parametrize(("command", "name"), [("tag", "walking"), ("character", "Mira Vale")])
async def test_a_list_tells_no_text_of_a_story_with_warnings(
    command: str, name: str, room: Stage
) -> None:
    listed = last(await room.ben.slash(room.general, command, name=name))
    assert [title for title in texts_in(listed.content) if title != LONG] == []


@pytest.mark.parametrize(("what", "fit"), [("drabble", 2), ("story", 3)])
async def test_no_daily_story_shows_text_before_the_press(what: str, fit: int, room: Stage) -> None:
    posts = await daily_posts(room, what, fit)
    assert len({post.content.split("\n")[0] for post in posts}) == fit
    assert [title for post in posts for title in texts_in(post.content)] == []


async def test_a_daily_excerpt_says_its_warnings_first(room: Stage) -> None:
    for post in await daily_posts(room, "excerpt", 3):
        (title,) = texts_in(post.content)
        assert "Read from here" in labels(post)
        if title != LONG:
            assert post.content.index("Warnings: ") < post.content.index(f"{mark_of(title)}-")


async def test_a_story_too_short_for_a_daily_excerpt_is_covered_like_any_other(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "stories"
    path = write_tale(folder, WARNED, warnings=f"[{VIOLENCE}]", paragraphs=1)
    head = path.read_text("utf-8").rsplit("---", 1)[0]
    path.write_text(f"{head}---\n\nIt ended at {mark_of(WARNED)}-1.\n", "utf-8")
    async with stage(settings_for(tmp_path, folder), clock) as s:
        (post,) = await daily_posts(s, "excerpt", 1)
    assert texts_in(post.content) == []
    assert labels(post)[:2] == ["Read", "Read privately"]


async def test_a_daily_cover_opens_privately_for_everybody(room: Stage) -> None:
    (post,) = await daily_posts(room, "story", 1)
    told = post.content
    for who in (room.ada, room.ben):
        for label in ("Read", "Read privately"):
            answer = await who.click(post, label=label)
            assert is_private(answer)
            assert len(texts_in(last(answer).content)) == 1
    history = room.guild.channels["stories"].history()
    (left,) = [message for message in history if message.id == post.id]
    assert left.content == told
    assert labels(left)[:2] == ["Read", "Read privately"]


async def test_a_cover_in_ones_own_direct_messages_offers_one_way_to_read(room: Stage) -> None:
    (post,) = await daily_posts(room, "story", 1)
    await room.ben.click(post, label="Send me one every day")
    room.clock.at += timedelta(days=1)
    await room.env.advance_time(LOOK)
    sent = room.ben.user.dm_channel.history()[-1]
    assert sent.content.startswith("**")
    assert texts_in(sent.content) == []
    assert labels(sent) == ["Read", "Stop"], "everything is private there already"


# Post here


async def test_post_here_from_the_first_page_posts_the_cover(room: Stage) -> None:
    cover = await opened(room, WARNED)
    private = last(await room.cid.click(cover, label="Read privately"))
    assert texts_in(private.content) == [WARNED]
    answer = await room.cid.click(private, label="Post here")
    assert not is_private(answer)
    assert texts_in(last(answer).content) == []
    assert labels(last(answer)) == ["Read", "Read privately"]
    read = last(await room.cid.click(last(answer), label="Read"))
    assert read.id == last(answer).id, "who posted it turns it"


async def test_post_here_from_a_later_page_posts_no_text_that_was_not_warned_of(
    folder: Path, tmp_path: Path, clock: Clock
) -> None:
    write_tale(folder, WARNED, warnings=f"[{VIOLENCE}]", paragraphs=40)
    async with stage(settings_for(tmp_path, folder), clock) as s:
        page = last(await s.ben.click(await opened(s, WARNED), label="Read privately"))
        page = last(await s.ben.click(page, label="Next"))
        told = last(await s.ben.click(page, label="Post here")).content
    assert VIOLENCE in told
    assert texts_in(told.split(VIOLENCE)[0]) == []


# The press


async def test_the_askers_read_opens_the_cover_in_place(room: Stage) -> None:
    cover = await opened(room, LONG)
    told = cover.content
    answer = await room.ben.click(cover, label="Read")
    page = last(answer)
    assert page.id == cover.id
    assert not page.ephemeral
    assert page.content != told
    assert "Page 1 of" in page.content
    assert texts_in(page.content) == [LONG]
    assert len(room.general.history()) == 1


@pytest.mark.parametrize("label", ["Read", "Read privately"])
async def test_anothers_press_opens_privately_and_leaves_the_cover(label: str, room: Stage) -> None:
    cover = await opened(room, WARNED)
    answer = await room.cid.click(cover, label=label)
    assert is_private(answer)
    assert texts_in(last(answer).content) == [WARNED]
    (left,) = room.general.history()
    assert texts_in(left.content) == []
    assert labels(left) == ["Read", "Read privately"]


async def test_a_private_cover_reads_on_below(room: Stage) -> None:
    listed = last(await room.ben.slash(room.general, "tag", name="walking"))
    cover = last(await room.ben.select(listed, [option_value(listed, WARNED)]))
    assert cover.ephemeral
    assert labels(cover) == ["Read"]
    page = last(await room.ben.click(cover, label="Read"))
    assert page.ephemeral
    assert page.id != cover.id
    assert texts_in(page.content) == [WARNED]


async def test_a_cover_in_direct_messages_reads_on_below(room: Stage) -> None:
    reader = room.ben.user
    cover = last(await reader.slash("story", title=LONG))
    assert labels(cover) == ["Read"]
    page = last(await reader.click(cover, label="Read"))
    assert page.id != cover.id
    assert not page.ephemeral
    assert texts_in(page.content) == [LONG]


async def test_a_cover_opens_after_a_restart_but_not_once_its_story_is_gone(
    folder: Path, room: Stage
) -> None:
    first, second = await opened(room, WARNED), await opened(room, WARNED)
    await room.restart()
    assert texts_in(last(await room.ben.click(first, label="Read")).content) == [WARNED]
    (folder / f"{mark_of(WARNED)}.md").unlink()
    await room.client.house.catalogue.sync()
    for label in ("Read", "Read privately"):
        answer = await room.ben.click(second, label=label)
        assert is_private(answer)
        assert "not here any more" in room.texts(answer)[-1]


async def test_a_page_behind_a_cover_still_says_the_warnings_first(room: Stage) -> None:
    told = last(await room.ben.click(await opened(room, WARNED), label="Read")).content
    assert told.index(VIOLENCE) < told.index(f"{mark_of(WARNED)}-")
