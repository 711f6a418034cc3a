"""What members decided for themselves: kept, cached, followed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import NotAllowed
from bot.library import library_at
from bot.library.base import Library
from bot.members import MOST_AVOIDED, Members, Preferences
from bot.story import Place
from tests.library_contract import NOON, put, story_of
from tests.stage import Clock

ADA, BEN = 1, 2


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    opened = library_at(f"sqlite:///{tmp_path / 'library.db'}")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def now() -> Clock:
    return Clock(NOON)


@pytest.fixture
def members(library: Library, now: Clock) -> Members:
    return Members(library, now=now)


async def test_who_decided_nothing_avoids_nothing_and_keeps_places(members: Members) -> None:
    assert await members.preferences(ADA) == Preferences()
    assert await members.avoided(ADA) == frozenset()


async def test_what_is_avoided_is_kept_as_written_and_asked_folded(
    members: Members, library: Library, now: Clock
) -> None:
    await members.change(ADA, lambda p: p.avoiding(["Major Character Death", "Straße"]))
    await members.change(ADA, lambda p: p.avoiding(["STRASSE", "狐"]))
    for each in (members, Members(library, now=now)):
        assert (await each.preferences(ADA)).avoided == ("Major Character Death", "Straße", "狐")
        assert await each.avoided(ADA) == {"major character death", "strasse", "狐"}
    assert await members.avoided(BEN) == frozenset()
    await members.change(ADA, lambda p: p.not_avoiding(["straße", "狐"]))
    assert await members.avoided(ADA) == {"major character death"}


async def test_a_warning_is_avoided_however_files_spell_it(members: Members) -> None:
    await members.change(ADA, lambda p: p.avoiding(["Rape/Non-Con", "Underage Sex"]))
    assert await members.avoided(ADA) == {
        "rape/non-con", "rape/noncon", "underage sex", "underage",
    }  # fmt: skip


async def test_nothing_is_kept_of_who_changed_everything_back(
    members: Members, library: Library
) -> None:
    await members.change(ADA, lambda p: p.avoiding(["Gore"]))
    assert await library.preferences(ADA) is not None
    await members.change(ADA, lambda p: p.not_avoiding(["gore"]))
    assert await library.preferences(ADA) is None


async def test_two_changes_at_once_are_both_kept(members: Members) -> None:
    await asyncio.gather(
        members.change(ADA, lambda p: p.avoiding(["Gore"])),
        members.change(ADA, lambda p: p.avoiding(["Ash"])),
    )
    assert (await members.preferences(ADA)).avoided == ("Ash", "Gore")


async def test_another_processs_change_is_seen_within_a_minute(
    members: Members, library: Library, now: Clock
) -> None:
    assert await members.avoided(ADA) == frozenset()
    await Members(library, now=now).change(ADA, lambda p: p.avoiding(["Gore"]))
    now.at += timedelta(minutes=1)
    assert await members.avoided(ADA) == {"gore"}


async def test_a_change_is_made_to_what_is_stored_not_to_what_is_remembered(
    members: Members, library: Library, now: Clock
) -> None:
    await members.preferences(ADA)
    await Members(library, now=now).change(ADA, lambda p: p.avoiding(["Gore"]))
    await members.change(ADA, lambda p: p.avoiding(["Ash"]))
    assert (await members.preferences(ADA)).avoided == ("Ash", "Gore")


async def test_who_turns_places_off_has_none_and_gets_none(
    members: Members, library: Library
) -> None:
    (story,) = await put(library, story_of("Ash"))
    await members.save_place(ADA, Place(story))
    assert await library.has_places(ADA)
    await members.change(ADA, lambda p: Preferences(p.avoided, keeps_places=False))
    assert not await library.has_places(ADA)
    await members.save_place(ADA, Place(story))
    assert not await library.has_places(ADA)
    await members.change(ADA, lambda p: Preferences(p.avoided))
    await members.save_place(ADA, Place(story))
    assert await library.has_places(ADA)


async def test_who_is_forgotten_decided_nothing(members: Members, library: Library) -> None:
    await members.change(ADA, lambda p: p.avoiding(["Gore"]))
    assert await members.forget(ADA) == 1
    assert await members.preferences(ADA) == Preferences()
    assert await library.preferences(ADA) is None
    assert (await members.export(ADA))["kept"] == {}


def test_the_list_has_an_end() -> None:
    many = Preferences().avoiding([f"Tag {number:03}" for number in range(MOST_AVOIDED)])
    assert many.avoiding(["tag 007"]) == many
    with pytest.raises(NotAllowed):
        many.avoiding(["One too many"])
