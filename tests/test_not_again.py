"""Random picks that know what a channel and a reader saw, and what somebody does not want again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.library.base import Filter, Library
from bot.members import MOST_REFUSED, Members, Preferences
from bot.story import Audience, Rating
from tests.library_contract import ENGINES, EVERYONE, NOON, put, story_of
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
from tests.tales import last, rest_problems, write_tale

ROOM, OTHER_ROOM, READER = 7, 8, 70
DAY = timedelta(days=1)
TITLES = ["Ash Lane", "Elm Lane", "Oak Lane", "Yew Lane"]


@pytest.fixture(params=ENGINES)
async def library(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Library]:
    opened = ENGINES[request.param](tmp_path)()
    await opened.open()
    yield opened
    await opened.close()


async def drawn(library: Library, draw: float, wanted: Filter | None = None) -> int | None:
    return await library.random(wanted or Filter(), EVERYONE, ROOM, draw, reader=READER)


async def test_what_the_room_or_the_reader_saw_does_not_come_while_there_is_more(
    library: Library,
) -> None:
    ash, elm, oak, yew = await put(library, *map(story_of, TITLES))
    await library.remember_shown(ROOM, ash, NOON)
    await library.remember_shown(READER, elm, NOON)
    await library.remember_shown(OTHER_ROOM, oak, NOON)
    picks = {await drawn(library, number / 40) for number in range(40)}
    assert picks == {oak, yew}


async def test_with_nothing_left_that_neither_saw_the_room_comes_first(library: Library) -> None:
    ash, elm, oak = await put(library, *map(story_of, TITLES[:3]))
    await library.remember_shown(ROOM, ash, NOON)
    await library.remember_shown(READER, elm, NOON + DAY)
    await library.remember_shown(READER, oak, NOON)
    for draw in (0.0, 0.4, 0.99):
        assert await drawn(library, draw) == oak
    for story, at in ((oak, NOON + 2 * DAY), (elm, NOON + 3 * DAY)):
        await library.remember_shown(ROOM, story, at)
    assert await drawn(library, 0.9) == ash


async def test_what_somebody_refuses_holds_for_a_year_and_can_be_taken_back(
    library: Library,
) -> None:
    clock = Clock(NOON)
    ash, elm = await put(library, *map(story_of, TITLES[:2]))
    members = Members(library, now=clock)
    await members.refuse(READER, ash)
    await members.refuse(READER, elm)
    assert [card.id for card in await members.refused(READER, EVERYONE)] == [elm, ash]
    await members.want_again(READER, elm)
    assert await members.not_again(READER) == {ash}
    assert await Members(library, now=clock).not_again(READER) == {ash}
    assert "preferences" in (await members.export(READER))["kept"]["member"][0]
    clock.at += 366 * DAY
    assert await members.not_again(READER) == set()
    assert await members.refused(READER, EVERYONE) == []
    await members.refuse(READER, elm)
    assert [story for story, _ in (await members.preferences(READER)).not_again] == [elm]
    await members.forget(READER)
    assert await members.not_again(READER) == set()


async def test_a_refused_story_is_listed_only_where_it_may_be_seen(library: Library) -> None:
    (harsh,) = await put(library, story_of("Harsh", rating=Rating.MATURE))
    members = Members(library, now=lambda: NOON)
    await members.refuse(READER, harsh)
    assert await members.refused(READER, Audience(Rating.TEEN)) == []


def test_of_too_many_refused_stories_the_first_give_way() -> None:
    told = Preferences()
    for story in range(MOST_REFUSED + 2):
        told = told.refusing(story, NOON.date())
    assert [story for story, _ in told.not_again] == list(range(2, MOST_REFUSED + 2))


@pytest.fixture
async def room(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with four short stories."""
    for title in TITLES:
        write_tale(tmp_path / "stories", title)
    async with stage(settings_for(tmp_path, tmp_path / "stories"), clock) as ready:
        yield ready
        assert rest_problems(ready) == []


def title_of(shown: Any) -> str:
    (title,) = [title for title in TITLES if title in shown.content]
    return title


async def surprise(s: Stage, who: Any, channel: Any = None) -> Any:
    s.clock.at += timedelta(minutes=1)
    return last(await who.slash(channel or s.general, "story"))


async def press(who: Any, shown: Any, *path: str) -> Any:
    """Press buttons one after another, each in the answer to the one before."""
    for label in path:
        shown = last(await who.click(shown, label=label))
    return shown


async def test_a_reader_meets_every_story_once_whatever_the_channel(room: Stage) -> None:
    channels = [room.general, room.adult, room.general, room.adult]
    seen = [title_of(await surprise(room, room.ben, channel)) for channel in channels]
    assert sorted(seen) == TITLES


async def test_a_reader_who_wants_no_places_kept_leaves_no_history(room: Stage) -> None:
    house = room.client.house
    ben = room.ben.id

    def none_kept(before: Preferences) -> Preferences:
        return Preferences(before.avoided, keeps_places=False)

    await house.members.change(ben, none_kept)
    await surprise(room, room.ben)
    assert set(await house.library.records_of(ben)) == {"member"}
    await house.members.change(ben, lambda _: Preferences())
    await surprise(room, room.ben)
    assert set(await house.library.records_of(ben)) == {"shown"}


async def test_not_this_again_keeps_a_story_from_whoever_pressed_and_nobody_else(
    room: Stage,
) -> None:
    shown = await surprise(room, room.ben)
    refused = title_of(shown)
    answer = await room.ben.click(await press(room.ben, shown, "More"), label="Not this again")
    assert is_private(answer)
    assert f"{refused}" in last(answer).content
    assert "won't come to you by chance" in last(answer).content
    for day in range(2, 7):
        room.clock.at = NOON + 100 * day * DAY / 2  # what was shown is forgotten between
        await room.client.house.library.forget_shown(room.clock.at)
        if day < 7:
            assert title_of(await surprise(room, room.ben)) != refused
    # It is named and read as before.
    assert refused in last(await room.ben.slash(room.general, "story", title=refused)).content
    await room.client.house.library.forget_shown(room.clock.at + DAY)
    others = {title_of(await surprise(room, room.cid)) for _ in range(4)}
    assert refused in others


async def test_it_is_taken_back_where_it_was_said_in_more_and_in_mine(room: Stage) -> None:
    shown = await surprise(room, room.ben)
    refused = title_of(shown)
    menu = await press(room.ben, shown, "More")
    said = await press(room.ben, menu, "Not this again")
    assert "Let it come again" in labels(await press(room.ben, shown, "More"))
    back = await press(room.ben, said, "Let it come again")
    assert "may come to you by chance again" in back.content
    assert "Not this again" in labels(await press(room.ben, shown, "More"))
    await press(room.ben, menu, "Not this again")
    mine = messages(await room.ben.slash(room.general, "fireside mine"))[-1]
    listed = await press(room.ben, mine, "Not again")
    assert options(listed) == [refused]
    value = option_value(listed, refused)
    done = last(await room.ben.select(listed, [value], custom_id=select_id(listed)))
    assert "There is no story here" in done.content


async def test_who_refuses_all_that_fits_is_told_how_to_get_on(room: Stage) -> None:
    house = room.client.house
    for story in (await room_ids(room)).values():
        await house.members.refuse(room.ben.id, story)
    answer = await room.ben.slash(room.general, "story")
    assert is_private(answer)
    assert "what you do not want again" in last(answer).content
    assert title_of(await surprise(room, room.cid)) in TITLES


async def room_ids(s: Stage) -> dict[str, int]:
    cards = await s.client.house.library.listing(Filter(), EVERYONE, 0, 10)
    return {card.record.title: card.id for card in cards}
