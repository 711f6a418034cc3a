"""Stories read page by page, as those do who press, and as those see who look on."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.controls import button, controls
from bot.story import Audience, Rating
from tests.stage import (
    Clock,
    Stage,
    is_private,
    labels,
    messages,
    option_value,
    past_cover,
    plain,
    settings_for,
    stage,
)
from tests.tales import body, last, read_to_the_end

PARAGRAPHS = 60
LONG_TITLE = "The Long Road"


def paragraph(chapter: int, number: int) -> str:
    return (
        f"In part {chapter} the walker came to milestone {number} and sat down on it for a while. "
        f"“How far is it to the sea?” she asked of whoever came by. Nobody knew."
    )


def long_story() -> str:
    chapters = [
        f"## Part {chapter}\n\n"
        + "\n\n".join(paragraph(chapter, number) for number in range(PARAGRAPHS))
        for chapter in (1, 2)
    ]
    head = f"---\ntitle: {LONG_TITLE}\nauthor: Ida Penn\nrating: General\ntags: [walking]\n---\n\n"
    return head + "\n\n".join(chapters) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a story of two chapters of many pages, and a short one."""
    stories = tmp_path / "stories"
    stories.mkdir()
    (stories / "long-road.md").write_text(long_story(), "utf-8")
    (stories / "short.md").write_text(
        "---\ntitle: A Short Stop\nauthor: Tom Osk\nrating: General\ntags: [resting]\n---\n\n"
        "She stopped at the well. It was dry, and she went on.\n",
        "utf-8",
    )
    return stories


@pytest.fixture
async def road(folder: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with those two."""
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready


def now_of(channel: Any, message: Any, viewer: Any = None) -> Any:
    """Give a message as it stands in its channel now, to everybody or to ``viewer``."""
    seen = channel.history(viewer=viewer) if viewer is not None else channel.history()
    (found,) = [each for each in seen if each.id == message.id]
    return found


async def opened(s: Stage, channel: Any = None) -> Any:
    answer = await s.ben.slash(channel or s.general, "story", title=LONG_TITLE)
    return last(await past_cover(answer, s.ben))


async def opened_directly(s: Stage) -> Any:
    reader = s.ben.user
    return last(await past_cover(await reader.slash("story", title=LONG_TITLE), reader))


# Whose press does what


async def test_a_long_story_opens_as_one_public_page(road: Stage) -> None:
    answer = await road.ben.slash(road.general, "story", title=LONG_TITLE)
    (cover,) = messages(answer)
    assert not is_private(answer)
    assert cover.content.startswith(f"**{LONG_TITLE}** by Ida Penn\n")
    (page,) = messages(await road.ben.click(cover, label="Read"))
    assert page.id == cover.id
    assert not page.ephemeral
    assert page.content.startswith(f"**{LONG_TITLE}** by Ida Penn\n")
    assert "Page 1 of" in page.content
    assert "Chapter 1 of 2" in page.content
    assert labels(page) == ["Next", "Read privately", "More"]


async def test_the_askers_presses_turn_a_public_page_in_place(road: Stage) -> None:
    page = await opened(road)
    second = last(await road.ben.click(page, label="Next"))
    assert second.id == page.id
    assert "Page 2 of" in second.content
    first = last(await road.ben.click(second, label="Previous"))
    assert first.id == page.id
    assert first.content == page.content
    assert len(road.general.history()) == 1


async def test_anothers_press_opens_their_own_page_and_leaves_the_public_one(road: Stage) -> None:
    page = await opened(road)
    answer = await road.cid.click(page, label="Next")
    assert is_private(answer)
    own = last(answer)
    assert own.id != page.id
    assert "Page 2 of" in own.content
    assert now_of(road.general, page).content == page.content
    assert labels(now_of(road.general, page)) == labels(page)
    turned = last(await road.ben.click(page, label="Next"))
    assert turned.id == page.id, "the asker still turns it"


async def test_an_admin_cannot_turn_anothers_page_either(road: Stage) -> None:
    page = await opened(road)
    assert is_private(await road.ada.click(page, label="Next"))
    assert now_of(road.general, page).content == page.content


async def test_read_privately_opens_the_same_page_for_whoever_presses(road: Stage) -> None:
    page = last(await road.ben.click(await opened(road), label="Next"))
    for member in (road.ben, road.cid):
        answer = await member.click(page, label="Read privately")
        assert is_private(answer)
        assert body(last(answer).content) == body(page.content)
        assert "Read privately" not in labels(last(answer))
    assert now_of(road.general, page).content == page.content


async def test_private_next_sends_the_next_page_below_and_takes_the_old_buttons_away(
    road: Stage,
) -> None:
    page = await opened(road)
    second = last(await road.cid.click(page, label="Next"))
    answer = await road.cid.click(second, label="Next")
    third = answer.followups[-1]
    assert third.ephemeral
    assert third.id != second.id
    assert "Page 3 of" in third.content
    left = now_of(road.general, second, viewer=road.cid)
    assert left.content == second.content, "what was read stays to be scrolled back to"
    assert labels(left) == []
    assert labels(third) == ["Previous", "Next", "Chapters", "Post here", "More"]


async def test_a_private_copy_is_seen_by_its_reader_only(road: Stage) -> None:
    page = await opened(road)
    await road.cid.click(page, label="Next")
    assert [message.id for message in road.general.history(viewer=road.ben)] == [page.id]
    assert len(road.general.history(viewer=road.cid)) == 2


async def test_in_direct_messages_next_sends_the_next_page_below(road: Stage) -> None:
    reader = road.ben.user
    page = await opened_directly(road)
    answer = await reader.click(page, label="Next")
    second = answer.followups[-1]
    assert second.id != page.id
    assert "Page 2 of" in second.content
    assert labels(now_of(reader.dm_channel, page)) == []
    assert "Post here" not in labels(second), "there is nobody to post it to"
    assert "Read privately" not in labels(second), "it is private already"


async def test_the_first_page_in_direct_messages_offers_no_way_to_where_one_is(
    road: Stage,
) -> None:
    page = await opened_directly(road)
    assert labels(page) == ["Next", "Chapters", "More"]


async def test_what_is_read_in_direct_messages_stays_there(road: Stage) -> None:
    # An ephemeral message is gone when the app is started again; there is nobody to hide it from.
    reader = road.ben.user
    (listed,) = messages(await reader.slash("tag", name="walking"))
    for answer in (
        await reader.slash("drabble"),
        await reader.slash("story", title="A Short Stop"),
        await reader.slash("story", title=LONG_TITLE),
        await reader.select(listed, [option_value(listed, LONG_TITLE)]),
    ):
        for shown in (last(answer), last(await past_cover(answer, reader))):
            assert not shown.ephemeral
            assert "Read privately" not in labels(shown)


async def test_post_here_posts_the_page_one_is_at(road: Stage) -> None:
    page = await opened(road)
    second = last(await road.cid.click(page, label="Next"))
    answer = await road.cid.click(second, label="Post here")
    posted = last(answer)
    assert not is_private(answer)
    assert body(posted.content) == body(second.content)
    turned = last(await road.cid.click(posted, label="Next"))
    assert turned.id == posted.id, "who posted it turns it"


async def test_post_here_posts_a_short_story_whole(road: Stage) -> None:
    (listed,) = messages(await road.ben.slash(road.general, "tag", name="resting"))
    copy = await road.ben.select(listed, [option_value(listed, "A Short Stop")])
    assert is_private(copy)
    posted = await road.ben.click(last(copy), label="Post here")
    assert not is_private(posted)
    assert "It was dry, and she went on." in last(posted).content


# Ends, edges and restarts


async def test_buttons_that_cannot_act_are_not_there(road: Stage) -> None:
    page = await opened(road)
    assert "Previous" not in labels(page)
    while "Next" in labels(page):
        page = last(await road.ben.click(page, label="Next"))
    assert labels(page) == ["Previous", "Read privately", "More"]
    disabled = [i.get("disabled") for row in page.components for i in _items(row)]
    assert not any(disabled)


def _items(row: Any) -> list[Any]:
    return row["components"] if isinstance(row, dict) else row.to_dict()["components"]


async def test_pages_of_two_chapters_bring_all_text_in_order_once(road: Stage) -> None:
    pages = await read_to_the_end(road.ben.click, await opened(road))
    told = "".join(plain(body(page)) for page in pages)
    for chapter in (1, 2):
        whole = "".join(plain(paragraph(chapter, n)) for n in range(PARAGRAPHS))
        assert told.count(whole) == 1
    assert told.index("Inpart1") < told.index("Inpart2")


async def test_no_page_reaches_across_a_chapter(road: Stage) -> None:
    pages = await read_to_the_end(road.ben.click, await opened(road))
    assert not [page for page in pages if "In part 1" in page and "In part 2" in page]
    numbers = [re.search(r"Chapter (\d) of 2.* · Page (\d+) of (\d+)", page) for page in pages]
    told = [tuple(map(int, found.groups())) for found in numbers if found]
    assert told == sorted(told)
    assert next(number for chapter, number, _ in told if chapter == 2) == 1
    assert told[-1][1] == told[-1][2]


async def test_previous_goes_back_the_way_next_came(road: Stage) -> None:
    page = await opened(road)
    forth = [page.content]
    while "Next" in labels(page):
        page = last(await road.ben.click(page, label="Next"))
        forth.append(page.content)
    back = [page.content]
    while "Previous" in labels(page):
        page = last(await road.ben.click(page, label="Previous"))
        back.append(page.content)
    assert back[::-1] == forth


async def test_reading_goes_on_from_the_same_message_after_a_restart(road: Stage) -> None:
    page = last(await road.ben.click(await opened(road), label="Next"))
    copy = last(await road.cid.click(page, label="Next"))
    await road.restart()
    third = last(await road.ben.click(page, label="Next"))
    assert third.id == page.id
    assert "Page 3 of" in third.content
    private = await road.cid.click(copy, label="Next")
    assert "Page 4 of" in private.followups[-1].content
    await road.restart()
    fourth = last(await road.ben.click(third, label="Next"))
    assert "Page 4 of" in fourth.content


async def test_direct_messages_go_on_after_a_restart(road: Stage) -> None:
    reader = road.ben.user
    page = await opened_directly(road)
    await road.restart()
    second = (await reader.click(page, label="Next")).followups[-1]
    assert "Page 2 of" in second.content


async def test_a_story_that_is_gone_is_told_kindly_and_the_page_stays(
    folder: Path, road: Stage
) -> None:
    page = await opened(road)
    copy = last(await road.cid.click(page, label="Next"))
    (folder / "long-road.md").unlink()
    await road.client.house.catalogue.sync()
    for who, message in ((road.ben, page), (road.cid, page), (road.cid, copy)):
        answer = await who.click(message, label="Next")
        assert is_private(answer)
        assert road.texts(answer) == [
            "This story is not here any more, or may not be shown in this place. "
            "Use /story to find another."
        ]
    assert now_of(road.general, page).content == page.content


async def test_a_story_that_comes_back_is_read_on_from_the_same_page(
    folder: Path, road: Stage
) -> None:
    page = last(await road.ben.click(await opened(road), label="Next"))
    told = (folder / "long-road.md").read_text("utf-8")
    (folder / "long-road.md").unlink()
    await road.client.house.catalogue.sync()
    (folder / "long-road.md").write_text(told, "utf-8")
    await road.client.house.catalogue.sync()
    third = last(await road.ben.click(page, label="Next"))
    assert "Page 3 of" in third.content


async def test_a_place_past_the_end_is_on_the_last_page(road: Stage) -> None:
    last_page = (await read_to_the_end(road.ben.click, await opened(road)))[-1]
    (card,) = await road.client.house.reading.suggest_titles("the long", _anyone())
    place: Any = road.client.get_channel(road.general.id)
    planted = await place.send(
        "Planted.", view=controls([button("Go", "alone", card.id, 1, 10_000_000)])
    )
    answer = await road.ben.click(planted, label="Go")
    assert body(last(answer).content) == body(last_page)


async def test_a_chapter_that_is_no_longer_there_is_told_kindly(road: Stage) -> None:
    (card,) = await road.client.house.reading.suggest_titles("the long", _anyone())
    place: Any = road.client.get_channel(road.general.id)
    planted = await place.send("Planted.", view=controls([button("Go", "alone", card.id, 7, 0)]))
    answer = await road.ben.click(planted, label="Go")
    assert is_private(answer)
    assert "not here any more" in last(answer).content


def _anyone() -> Audience:
    return Audience(ceiling=Rating.NOT_RATED)


async def test_every_page_fits_and_says_whose_it_is(road: Stage) -> None:
    pages = await read_to_the_end(road.ben.click, await opened(road))
    assert max(map(len, pages)) <= 2_000
    assert {page.split("\n")[0] for page in pages} == {f"**{LONG_TITLE}** by Ida Penn"}


async def test_a_thread_turns_pages_like_its_channel(road: Stage) -> None:
    place: Any = road.client.get_channel(road.general.id)
    await place.create_thread(name="aside", type=discord.ChannelType.public_thread)
    await road.env.settle()
    (thread,) = road.general.threads
    page = await opened(road, thread)
    assert last(await road.ben.click(page, label="Next")).id == page.id
    assert is_private(await road.cid.click(page, label="Next"))


async def test_custom_ids_of_pages_hold_all_they_need(road: Stage) -> None:
    page = last(await road.ben.click(await opened(road), label="Next"))
    ids = [item["custom_id"] for row in page.components for item in _items(row)]
    assert max(map(len, ids)) <= 100
    assert [told.rsplit(":", 1)[1] for told in ids if ":turn:" in told] == [str(road.ben.id)] * 2


# How much is left, and who was further


async def test_a_page_says_how_long_the_rest_of_its_chapter_takes(road: Stage) -> None:
    pages = await read_to_the_end(road.ben.click, await opened(road))
    first = [page for page in pages if "Chapter 1 of 2" in page]
    told = [re.search(r"about (\d+) minutes? left in the chapter", page) for page in first]
    minutes = [int(found.group(1)) if found else 0 for found in told]
    assert minutes == sorted(minutes, reverse=True)
    assert 6 <= minutes[0] <= 9, "9,600 characters, at about 220 words a minute"
    assert minutes[-1] == 0, "the last page of a chapter leaves nothing"
    assert "about 1 minutes" not in "".join(pages)
    assert "about 0 minute" not in "".join(pages)


async def test_a_story_of_one_chapter_says_how_long_the_rest_of_it_takes(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    text = "\n\n".join(paragraph(1, number) for number in range(PARAGRAPHS))
    (folder / "one.md").write_text(
        f"---\ntitle: {LONG_TITLE}\nrating: General\n---\n\n{text}\n", "utf-8"
    )
    async with stage(settings_for(tmp_path, folder), clock) as s:
        page = await opened(s)
    assert re.search(r"Page 1 of \d+ · about \d+ minutes left$", page.content)
    assert "chapter" not in page.content.splitlines()[-1]


async def _far_and_an_older_copy(s: Stage) -> Any:
    """Bring Ben into the second chapter, with a private copy of the second page left behind."""
    page = last(await s.ben.click(await opened(s), label="Next"))
    older = last(await s.ben.click(page, label="Read privately"))
    while "Chapter 2 of 2" not in page.content:
        page = last(await s.ben.click(page, label="Next"))
    return older


FURTHER = "You were further"


async def test_a_press_on_an_older_copy_follows_it_and_says_who_was_further(road: Stage) -> None:
    older = await _far_and_an_older_copy(road)
    third = last(await road.ben.click(older, label="Next"))
    assert "Page 3 of" in third.content
    assert third.content.splitlines()[-1].startswith(f"-# {FURTHER}: chapter 2.")
    assert len(third.content) <= 2_000


async def test_continue_goes_on_where_one_was_further_as_the_older_copy_says(road: Stage) -> None:
    older = await _far_and_an_older_copy(road)
    third = last(await road.ben.click(older, label="Next"))
    assert "Type /continue to go on there." in third.content
    assert "Chapter 2 of 2" in last(await road.ben.slash(road.general, "continue")).content


async def test_an_older_copy_in_direct_messages_says_it_too(road: Stage) -> None:
    await _far_and_an_older_copy(road)
    page = await opened_directly(road)
    assert FURTHER in page.content


async def test_anothers_page_that_opens_privately_says_so_too(road: Stage) -> None:
    await _far_and_an_older_copy(road)
    shown = last(await road.cid.slash(road.general, "story", title=LONG_TITLE))
    first = last(await road.cid.click(shown, label="Read"))
    own = last(await road.ben.click(first, label="Next"))
    assert own.ephemeral
    assert "Page 2 of" in own.content
    assert FURTHER in own.content


async def test_going_on_or_one_page_back_says_nothing_of_being_further(road: Stage) -> None:
    page = last(await road.cid.click(await opened(road), label="Read privately"))
    for label in ("Next", "Next", "Previous", "Next", "Next"):
        page = last(await road.cid.click(page, label=label))
        assert FURTHER not in page.content


async def test_nobody_else_reads_how_far_somebody_was(road: Stage) -> None:
    await _far_and_an_older_copy(road)
    page = await opened(road)
    page = last(await road.ben.click(page, label="Next"))
    assert not page.ephemeral
    assert FURTHER not in page.content
    other = last(await road.cid.click(page, label="Next"))
    assert FURTHER not in other.content
