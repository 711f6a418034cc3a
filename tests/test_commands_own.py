"""/fireside mine: what is a member's own, section by section, and nobody else sees it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.controls import button, controls
from bot.members import MOST_AVOIDED
from bot.story import Place
from tests.stage import (
    Clock,
    Stage,
    is_private,
    labels,
    messages,
    option_value,
    options,
    select_id,
    settings_for,
    stage,
)
from tests.tales import first_page, last, planted, rest_problems, write_tale

SECTIONS = ["Stories I read", "Saved stories", "My daily stories", "What I avoid", "Not again"]


@pytest.fixture
async def s(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with thirty stories; every body is held against what Discord takes."""
    folder = tmp_path / "stories"
    for number in range(28):
        write_tale(folder, f"Inn {number:02}", paragraphs=3)
    write_tale(folder, "Long Road", chapters=["Out", "Back"], paragraphs=40)
    write_tale(folder, "Harsh Road", paragraphs=40, rating="Explicit", tags="[Spiders]")
    write_tale(folder, "Eight Legs", paragraphs=3, tags="[Spiders, Wool]", characters="[Ada Moor]")
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready
        assert rest_problems(ready) == []


async def stories(s: Stage) -> dict[str, int]:
    """Give the ids of all stories by title."""
    found = await s.client.house.library.files(0)
    cards = [await s.client.house.library.whole_story(f.story or 0) for f in found.values()]
    return {
        card.title: file.story or 0
        for card, file in zip(cards, found.values(), strict=True)
        if card is not None
    }


async def mine(s: Stage, section: str = "", channel: Any = None) -> Any:
    """Open the message, and a section of it; gives the message."""
    answer = await s.ben.slash(channel or s.general, "fireside mine")
    assert is_private(answer)
    shown = last(answer)
    return last(await s.ben.click(shown, label=section)) if section else shown


async def test_who_has_nothing_is_told_so_and_how_to_begin(s: Stage) -> None:
    shown = await mine(s)
    assert shown.content.splitlines() == [
        "**What is yours.** Only you see this.",
        "- You are reading 0 stories.",
        "- You saved 0 stories for later.",
        "- 0 daily stories come to you.",
        "- You avoid nothing.",
    ]
    assert labels(shown) == [*SECTIONS, "What is kept of me"]
    for section, told in zip(SECTIONS[:3], ("Type /story", "Press More", "No daily"), strict=True):
        assert told in (await mine(s, section)).content


async def test_a_press_draws_the_section_in_its_place_and_back_again(s: Stage) -> None:
    shown = await mine(s)
    before = len(s.env.http_requests)
    section = last(await s.ben.click(shown, label="What I avoid"))
    assert section.id == shown.id
    back = last(await s.ben.click(section, label="Back"))
    assert back.id == shown.id
    assert labels(back)[:5] == SECTIONS
    assert len(s.env.http_requests) - before == 2, "one answer for a press"


# Stories


async def test_a_place_is_gone_on_from_and_forgotten_alone(s: Stage) -> None:
    ids = await stories(s)
    page = await first_page(s, "Long Road")
    await s.ben.click(page, label="Next")
    await s.client.house.members.save_place(s.ben.id, Place(ids["Inn 03"]))
    listed = await mine(s, "Stories I read")
    assert sorted(options(listed)) == ["Inn 03", "Long Road"]
    card = last(await s.ben.select(listed, [option_value(listed, "Long Road")]))
    assert "You are at chapter 1." in card.content
    assert labels(card) == ["Go on", "Forget my place", "Back"]
    again = last(await s.ben.click(card, label="Go on"))
    assert again.ephemeral
    assert "Page 2 of" in again.content
    left = last(await s.ben.click(card, label="Forget my place"))
    assert left.content.startswith("Your place in that story is forgotten.")
    assert options(left) == ["Inn 03"]
    records = await s.client.house.library.records_of(s.ben.id)
    assert [row["story"] for row in records["place"]] == [ids["Inn 03"]]


async def test_a_saved_story_is_opened_and_taken_off(s: Stage) -> None:
    ids = await stories(s)
    await s.client.house.library.save_story(s.ben.id, ids["Inn 05"], s.clock())
    listed = await mine(s, "Saved stories")
    card = last(await s.ben.select(listed, [option_value(listed, "Inn 05")]))
    assert labels(card) == ["Go on", "Take off my saved stories", "Back"]
    assert "inn05-1-0" in "".join(s.texts(await s.ben.click(card, label="Go on")))
    left = last(await s.ben.click(card, label="Take off my saved stories"))
    assert "You saved no story yet." in left.content
    assert not await s.client.house.library.has_saved(s.ben.id, ids["Inn 05"])


async def test_lists_of_more_than_25_turn_after_a_restart_too(s: Stage) -> None:
    ids = await stories(s)
    for number in range(28):
        at = s.clock() + timedelta(minutes=number)
        await s.client.house.library.save_story(s.ben.id, ids[f"Inn {number:02}"], at)
    first = await mine(s, "Saved stories")
    assert options(first) == [f"Inn {number:02}" for number in range(27, 2, -1)]
    assert "1 to 25 of 28" in first.content
    await s.restart()
    second = last(await s.ben.click(first, label="Later ones"))
    assert options(second) == ["Inn 02", "Inn 01", "Inn 00"]
    assert "26 to 28 of 28" in second.content
    card = last(await s.ben.select(second, [option_value(second, "Inn 00")]))
    left = last(await s.ben.click(card, label="Take off my saved stories"))
    assert options(left) == ["Inn 02", "Inn 01"], "the same page of the list"
    assert options(last(await s.ben.click(left, label="Earlier ones")))[0] == "Inn 27"


async def test_what_may_not_be_shown_here_is_counted_and_not_named(s: Stage) -> None:
    ids = await stories(s)
    for title in ("Harsh Road", "Inn 01"):
        await s.client.house.members.save_place(s.ben.id, Place(ids[title]))
        await s.client.house.library.save_story(s.ben.id, ids[title], s.clock())
    for section in SECTIONS[:2]:
        here = await mine(s, section)
        assert options(here) == ["Inn 01"]
        assert "1 more may not be shown in this place." in here.content
        assert "Harsh" not in str(here.components) + here.content
        there = await mine(s, section, s.adult)
        assert sorted(options(there)) == ["Harsh Road", "Inn 01"]


async def test_a_story_chosen_that_may_not_be_shown_any_more_says_so(s: Stage) -> None:
    ids = await stories(s)
    await s.client.house.library.save_story(s.ben.id, ids["Inn 05"], s.clock())
    listed = await mine(s, "Saved stories")
    value = option_value(listed, "Inn 05")
    await s.client.house.servers.change(s.guild.id, blocked=("walking",))
    answer = await s.ben.select(listed, [value])
    assert "not here any more" in s.texts(answer)[-1]


# Daily stories


async def test_ones_own_daily_stories_are_listed_changed_and_stopped(s: Stage) -> None:
    empty = await mine(s, "My daily stories")
    form = await s.ben.click(empty, label="Send me one every day")
    await s.ben.submit_modal(form, {"time": "19:10", "zone": "Berlin", "what": ["drabble"]})
    listed = await mine(s, "My daily stories")
    assert "Every day at 19:10, Berlin time, a drabble in your direct messages" in listed.content
    (shown,) = options(listed)
    assert shown == "1. 19:10, a drabble"
    (own,) = await s.client.house.daily_stories.of_member(s.ben.id)
    opened = last(await s.ben.select(listed, [str(own.id)]))
    assert opened.ephemeral
    assert {"Edit", "Pause", "Remove"} <= set(labels(opened))
    await s.ben.click(opened, label="Remove")
    assert await s.client.house.daily_stories.of_member(s.ben.id) == []
    assert "No daily story comes to you yet" in (await mine(s, "My daily stories")).content


# What somebody avoids


async def avoid(s: Stage, typed: str) -> Any:
    """Type a name into the form of the avoid list; gives what came of it."""
    form = await s.ben.click(await mine(s, "What I avoid"), label="Avoid a tag or a character")
    return await s.ben.submit_modal(form, {"name": typed})


async def avoided(s: Stage) -> tuple[str, ...]:
    return (await s.client.house.members.preferences(s.ben.id)).avoided


@pytest.mark.parametrize(("typed", "name"), [("spiders", "Spiders"), ("ada moor", "Ada Moor")])
async def test_a_tag_or_character_is_avoided_and_no_longer(typed: str, name: str, s: Stage) -> None:
    shown = last(await avoid(s, typed))
    assert shown.content.startswith(f"You avoid {name} from now on.")
    assert await avoided(s) == (name,)
    listed = await s.ben.slash(s.general, "tag", author="Ida Penn")
    assert "Eight Legs" not in s.texts(listed)[0]
    await s.restart()
    left = last(await s.ben.select(shown, [option_value(shown, name)], custom_id="fs:avoid-off:0"))
    assert "You avoid nothing." in left.content
    assert await avoided(s) == ()


async def test_a_slip_is_offered_what_is_near_and_a_name_nobody_carries_as_it_is(s: Stage) -> None:
    near = last(await avoid(s, "spidres"))
    assert labels(near)[0] == "Spiders"
    await s.ben.click(near, label="Spiders")
    unknown = last(await avoid(s, "clowns in lifts"))
    assert labels(unknown) == ["“clowns in lifts” as it is"]
    await s.ben.click(unknown, label="“clowns in lifts” as it is")
    assert await avoided(s) == ("clowns in lifts", "Spiders")


async def test_what_is_avoided_already_can_be_typed_again(s: Stage) -> None:
    await avoid(s, "Spiders")
    assert last(await avoid(s, "spiders")).content.startswith("You avoid Spiders from now on.")
    assert await avoided(s) == ("Spiders",)


async def test_warnings_are_chosen_in_a_select(s: Stage) -> None:
    shown = await mine(s, "What I avoid")
    death = "Major Character Death"
    shown = last(await s.ben.select(shown, [death], custom_id=select_id(shown)))
    assert await avoided(s) == (death,)
    await s.ben.select(shown, [], custom_id=select_id(shown))
    assert await avoided(s) == ()


async def test_the_command_offers_names_and_takes_one(s: Stage) -> None:
    offered = await s.ben.autocomplete(s.general, "fireside mine", "avoid", "spid")
    assert [each["name"] for each in offered] == ["Spiders (tag, 1 story)"]
    answer = await s.ben.slash(s.general, "fireside mine", avoid=offered[0]["value"])
    assert is_private(answer)
    assert await avoided(s) == ("Spiders",)


async def test_a_full_list_says_so_and_loses_nothing(s: Stage) -> None:
    names = [f"Thing {number:03}" for number in range(MOST_AVOIDED)]
    await s.client.house.members.change(s.ben.id, lambda known: known.avoiding(names))
    answer = await avoid(s, "Spiders")
    assert "You can avoid 100 names at most." in s.texts(answer)[-1]
    assert await avoided(s) == tuple(names)
    first = await mine(s, "What I avoid")
    assert options(first)[5:] == names[:25]
    later = last(await s.ben.click(first, label="Later ones"))
    assert options(later)[5:] == names[25:50]


async def test_a_name_of_the_longest_kind_can_be_taken_off(s: Stage) -> None:
    name = "ß" * 150
    await s.client.house.members.change(s.ben.id, lambda known: known.avoiding([name]))
    shown = await mine(s, "What I avoid")
    value = option_value(shown, options(shown)[5])
    await s.ben.select(shown, [value], custom_id="fs:avoid-off:0")
    assert await avoided(s) == ()


# Nobody else sees it


@pytest.mark.parametrize("section", ["", "places", "saved", "daily", "avoid"])
async def test_a_button_in_a_message_for_everybody_answers_privately(
    section: str, s: Stage
) -> None:
    await s.client.house.members.change(s.ben.id, lambda known: known.avoiding(["Spiders"]))
    message = await planted(s, controls([button("Press", "my", section)]))
    answer = await s.ben.click(message, label="Press")
    assert is_private(answer)
    assert s.general.history()[-1].content == "Planted."


async def test_in_direct_messages_it_works_the_same(s: Stage) -> None:
    reader = s.ben.user
    shown = messages(await reader.slash("fireside mine"))[-1]
    section = last(await reader.click(shown, label="What I avoid"))
    form = await reader.click(section, label="Avoid a tag or a character")
    await reader.submit_modal(form, {"name": "spiders"})
    assert await avoided(s) == ("Spiders",)
