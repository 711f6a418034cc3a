"""What stands behind Chapters and More on a page, as those who press them meet it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.controls import button, controls
from tests.library_contract import EVERYONE
from tests.stage import (
    Clock,
    Stage,
    is_private,
    labels,
    messages,
    option_value,
    options,
    past_cover,
    select_id,
    settings_for,
    stage,
)
from tests.tales import first_page, last, mark_of, paragraph, planted, rest_problems, write_tale

ROAD, DOORS, STILE, HARSH = "Long Road", "Sixty Doors", "Low Stile", "Harsh Road"
STILE_PARAGRAPHS = 36  # about four messages, and no cover
MENU = ["Go to a page", "Save for later", "Not this again", "Read in my direct messages"]
RIGHTS = ["I wrote this", "Report"]
GONE = "not here any more"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a story of 60 chapters (the third has no title), a long one, and one of a few pages."""
    stories = tmp_path / "stories"
    write_tale(stories, ROAD, chapters=["Out", "Back"], paragraphs=60, summary="There and back.")
    doors = [f"Door {n}" if n != 3 else "3" for n in range(1, 61)]
    write_tale(stories, DOORS, chapters=doors, paragraphs=14)
    write_tale(
        stories,
        STILE,
        paragraphs=STILE_PARAGRAPHS,
        url="https://example.org/works/1",
        permission="consent",
    )
    write_tale(stories, HARSH, paragraphs=50, rating="Mature")
    return stories


@pytest.fixture
async def room(folder: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with those; in the end every body is held against what Discord takes."""
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready
        assert rest_problems(ready) == []


async def private_page(s: Stage, title: str, who: Any = None) -> Any:
    page = await first_page(s, title, who=who)
    return last(await (who or s.ben).click(page, label="Read privately"))


async def menu(who: Any, page: Any) -> Any:
    answer = await who.click(page, label="More")
    (shown,) = messages(answer)
    return shown


async def jump(who: Any, shown: Any, **filled: str) -> Any:
    """Press Go to a page in the menu of a page that is shown, and fill the form."""
    form = await who.click(await menu(who, shown), label="Go to a page")
    return await who.submit_modal(form, filled)


async def pick(who: Any, listed: Any, label: str) -> Any:
    value = option_value(listed, label)
    return await who.select(listed, [value], custom_id=select_id(listed))


# Chapters


async def test_chapters_beyond_25_are_turned_to_in_the_same_list(room: Stage) -> None:
    answer = await room.ben.click(await private_page(room, DOORS), label="Chapters")
    assert is_private(answer)
    listed = last(answer)
    assert options(listed) == [f"{n}. Door {n}" if n != 3 else "3. 3" for n in range(1, 26)]
    assert labels(listed)[1:] == ["Later chapters"]
    seen = options(listed)
    for expected in (["Earlier chapters", "Later chapters"], ["Earlier chapters"]):
        turned = last(await room.ben.click(listed, label="Later chapters"))
        assert turned.id == listed.id
        assert labels(turned)[1:] == expected
        seen += options(turned)
        listed = turned
    assert [int(label.split(".")[0]) for label in seen] == list(range(1, 61))
    back = last(await room.ben.click(listed, label="Earlier chapters"))
    assert options(back)[0] == "26. Door 26"


async def test_a_chosen_chapter_opens_at_its_beginning_privately(room: Stage) -> None:
    page = await private_page(room, DOORS)
    listed = last(await room.ben.click(page, label="Chapters"))
    for _ in range(2):
        listed = last(await room.ben.click(listed, label="Later chapters"))
    answer = await pick(room.ben, listed, "57. Door 57")
    assert is_private(answer)
    assert "Chapter 57 of 60: Door 57 · Page 1 of" in last(answer).content
    assert paragraph(DOORS, 57, 0).split(".")[0] in last(answer).content.replace("\\", "")


async def test_the_list_opens_around_the_chapter_that_is_read(room: Stage) -> None:
    page = await private_page(room, DOORS)
    thirty = last(await jump(room.ben, page, chapter="30", page="1"))
    listed = last(await room.ben.click(thirty, label="Chapters"))
    assert options(listed)[0] == "26. Door 26"


async def test_a_chapter_without_a_title_is_called_by_its_number(
    folder: Path, tmp_path: Path, clock: Clock
) -> None:
    write_tale(folder, "Bare", chapters=["Chapter 1", "Chapter 2"], paragraphs=20)
    async with stage(settings_for(tmp_path, folder), clock) as s:
        page = await private_page(s, "Bare")
        listed = last(await s.ben.click(page, label="Chapters"))
    assert [label.removeprefix(f"{n}. ") for n, label in enumerate(options(listed), 1)] == [
        "Chapter 1",
        "Chapter 2",
    ]


async def test_a_story_of_one_chapter_has_no_list_of_chapters(room: Stage) -> None:
    page = await private_page(room, STILE)
    assert "Chapters" not in labels(page)
    assert "Chapters" not in labels(await menu(room.ben, page))


async def test_chapters_of_a_public_page_are_in_its_menu_and_leave_the_page(room: Stage) -> None:
    page = await first_page(room, DOORS)
    assert "Chapters" not in labels(page)
    listed = last(await room.cid.click(await menu(room.cid, page), label="Chapters"))
    assert listed.ephemeral
    answer = await pick(room.cid, listed, "9. Door 9")
    assert is_private(answer)
    assert "Chapter 9 of 60" in last(answer).content
    assert "Chapter 1 of 60" in room.general.history()[0].content


async def test_the_list_of_chapters_works_after_a_restart(room: Stage) -> None:
    listed = last(await room.ben.click(await private_page(room, DOORS), label="Chapters"))
    await room.restart()
    listed = last(await room.ben.click(listed, label="Later chapters"))
    assert "Chapter 26 of 60" in last(await pick(room.ben, listed, "26. Door 26")).content


async def test_chapters_of_a_story_that_became_shorter_are_those_it_has(
    folder: Path, room: Stage
) -> None:
    page = last(await jump(room.ben, await private_page(room, DOORS), chapter="59", page="1"))
    listed = last(await room.ben.click(page, label="Chapters"))
    write_tale(folder, DOORS, chapters=["Door 1", "Door 2"], paragraphs=14)
    await room.client.house.catalogue.sync()
    gone = await pick(room.ben, listed, "59. Door 59")
    assert GONE in room.texts(gone)[-1]
    answer = await room.ben.click(page, label="Chapters")
    assert options(last(answer)) == ["1. Door 1", "2. Door 2"]


async def test_a_story_that_is_gone_is_told_kindly_by_every_button(
    folder: Path, room: Stage
) -> None:
    page = await private_page(room, ROAD)
    listed = last(await room.ben.click(page, label="Chapters"))
    shown = await menu(room.ben, page)
    form = await room.ben.click(shown, label="Go to a page")
    (folder / "longroad.md").unlink()
    await room.client.house.catalogue.sync()
    answers = [await room.ben.click(page, label=label) for label in ("Chapters", "More")]
    answers += [await room.ben.click(shown, label=label) for label in labels(shown)]
    answers.append(await room.ben.submit_modal(form, {"chapter": "1", "page": "1"}))
    answers.append(await pick(room.ben, listed, "2. Back"))
    assert [GONE in room.texts(answer)[-1] for answer in answers] == [True] * len(answers)


# Going to a page


@pytest.mark.parametrize(
    ("chapter", "number", "where"),
    [
        ("2", "3", "Chapter 2 of 2: Back · Page 3 of"),
        (" 1 ", " 2 ", "Chapter 1 of 2: Out · Page 2 of"),
        ("2", "999999999", "Chapter 2 of 2: Back · Page"),
    ],
)
async def test_a_jump_opens_the_page_privately(
    chapter: str, number: str, where: str, room: Stage
) -> None:
    page = await first_page(room, ROAD)
    answer = await jump(room.ben, page, chapter=chapter, page=number)
    assert is_private(answer)
    assert where in last(answer).content
    assert "Page 1 of" in room.general.history()[0].content


async def test_a_jump_past_the_end_opens_the_last_page(room: Stage) -> None:
    answer = await jump(room.ben, await first_page(room, ROAD), chapter="2", page="999999999")
    assert "Next" not in labels(last(answer))
    found = re.search(r"Page (\d+) of (\d+)", last(answer).content)
    assert found
    assert found.group(1) == found.group(2)


@pytest.mark.parametrize(
    "chapter", ["0", "3", "-1", "two", "1.5", "²", "9" * 100, "@everyone", "**2**", "<@1>"]
)
async def test_a_jump_to_a_chapter_that_is_none_says_how_many_there_are(
    chapter: str, room: Stage
) -> None:
    page = await first_page(room, ROAD)
    await room.client.house.library.forget_places(room.clock.at.replace(year=2100))
    answer = await jump(room.cid, page, chapter=chapter, page="1")
    assert is_private(answer)
    (told,) = room.texts(answer)
    assert "There is no chapter" in told
    assert "This story has 2" in told
    assert mark_of(ROAD) not in told
    assert "@everyone" not in told
    assert "have not turned a page" in room.texts(await room.cid.slash(room.general, "continue"))[0]


@pytest.mark.parametrize("number", ["0", "-4", "last", "²", "9" * 100])
async def test_a_jump_to_a_page_that_is_none_is_answered(number: str, room: Stage) -> None:
    answer = await jump(room.ben, await first_page(room, STILE), page=number)
    assert is_private(answer)
    assert "reference" not in room.texts(answer)[-1]


# What More holds


async def test_more_is_private_and_holds_the_credit_in_full(room: Stage) -> None:
    page = await first_page(room, ROAD)
    answer = await room.ben.click(page, label="More")
    assert is_private(answer)
    told = last(answer).content
    for part in ("Long Road", "Ida Penn", "General", "walking", "There and back.", "2 chapters"):
        assert part in told
    assert mark_of(ROAD) not in told
    link = await room.ben.click(await first_page(room, STILE), label="More")
    assert "Source: <https://example.org/works/1>" in last(link).content


async def test_more_offers_what_can_be_done_where_one_is(room: Stage) -> None:
    page = await first_page(room, ROAD)
    assert labels(await menu(room.ben, page)) == ["Chapters", *MENU, "Remove this page", *RIGHTS]
    assert labels(await menu(room.cid, page)) == ["Chapters", *MENU, *RIGHTS]
    told = labels(await menu(room.ada, page))
    assert told == ["Chapters", *MENU, "Remove this page", *RIGHTS, "Look after it"]
    private = last(await room.ben.click(page, label="Read privately"))
    assert labels(await menu(room.ben, private)) == ["Chapters", *MENU, *RIGHTS]
    reader = room.ben.user
    direct = last(await past_cover(await reader.slash("story", title=ROAD), reader))
    assert labels(await menu(reader, direct)) == ["Chapters", *MENU[:3], *RIGHTS]


async def test_saving_twice_is_once_and_can_be_undone(room: Stage) -> None:
    page = await first_page(room, STILE)
    shown = await menu(room.ben, page)
    for answer in [await room.ben.click(shown, label="Save for later") for _ in range(2)]:
        assert is_private(answer)
        assert "Saved" in last(answer).content
    saved = last(await room.ben.click(shown, label="Save for later"))
    assert "Take off my saved stories" in labels(await menu(room.ben, page))
    assert "Save for later" in labels(await menu(room.cid, page)), "that is Ben's alone"
    listed = last(await room.ben.slash(room.general, "continue"))
    assert options(listed) == [STILE]
    for _ in range(2):
        assert is_private(await room.ben.click(saved, label="Take off my saved stories"))
    assert "Save for later" in labels(await menu(room.ben, page))
    assert options(last(await room.ben.slash(room.general, "continue"))) == []


# Read in my direct messages


async def test_a_page_goes_to_ones_direct_messages_and_is_read_on_there(room: Stage) -> None:
    page = last(await room.ben.click(await first_page(room, ROAD), label="Next"))
    answer = await room.cid.click(await menu(room.cid, page), label="Read in my direct messages")
    assert is_private(answer)
    assert room.texts(answer)[-1] == "Sent. Go on in your direct messages."
    reader = room.cid.user
    (sent,) = reader.dm_channel.history()
    assert "Page 2 of" in sent.content
    assert labels(sent) == ["Previous", "Next", "Chapters", "More"]
    await room.restart()
    third = last(await reader.click(sent, label="Next"))
    assert "Page 3 of" in third.content


async def test_closed_direct_messages_are_explained(room: Stage) -> None:
    shown = await menu(room.ben, await first_page(room, ROAD))
    room.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    answer = await room.ben.click(shown, label="Read in my direct messages")
    assert is_private(answer)
    assert "I cannot send you direct messages." in room.texts(answer)[-1]
    again = await room.ben.click(shown, label="Read in my direct messages")
    assert "Sent." in room.texts(again)[-1]


async def test_a_story_for_adults_never_goes_to_direct_messages(room: Stage) -> None:
    (card,) = await room.client.house.library.find_titles("harsh", EVERYONE, 1)
    made = button("Go", "to-messages", card.id, 0, 0)
    answer = await room.ben.click(await planted(room, controls([made]), room.adult), label="Go")
    assert is_private(answer)
    assert GONE in room.texts(answer)[-1]
    channel = room.ben.user.dm_channel
    assert channel is None or channel.history() == []


async def test_what_cannot_go_to_direct_messages_is_not_offered_there(room: Stage) -> None:
    page = await first_page(room, HARSH, channel=room.adult)
    assert "Read in my direct messages" not in labels(await menu(room.ben, page))
