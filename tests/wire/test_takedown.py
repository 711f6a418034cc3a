"""A story is taken down while it is read: `python -m bot takedown` beside a live bot."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.texts import say
from tests.wire import payloads
from tests.wire.bot_process import REFUSED
from tests.wire.channels import VIEW
from tests.wire.conftest import Start
from tests.wire.dailies import library_in
from tests.wire.interactions import PRIVATE
from tests.wire.launching import Bot
from tests.wire.payloads import BOT_PERMISSIONS, Channel, Json
from tests.wire.stand_in import Fault, StandIn
from tests.wire.waiting import eventually

STORY = "Capstan"
WORDS = "of the capstan went slowly"
EDITS = "/channels/*/messages/*"
STRANGER = payloads.READER + 50  # who asked for none of the stories


@dataclass
class Told:
    """The same story told to everybody in several channels, in their order."""

    number: int
    rooms: Sequence[Channel]
    pages: list[Json]

    def not_reached(self, bot: Bot) -> list[int]:
        """Give the places in ``rooms`` of the messages that were listed as not reached."""
        lines = [
            say("cli.takedown-left", channel=str(room.id), message=page["id"])
            for room, page in zip(self.rooms, self.pages, strict=True)
        ]
        assert {line for line in bot.err if line.startswith("Not reached")} <= {*lines}
        return [place for place, line in enumerate(lines) if line in bot.err]

    def assert_removed(self, *places: int) -> None:
        """Check that of all messages exactly these became the sentence, without buttons."""
        for place, page in enumerate(self.pages):
            if place in places:
                assert page["content"] == say("rights.removed")
                assert page["components"] == []
            else:
                assert WORDS in page["content"]
                assert page["components"]


@pytest.fixture
def rooms(stand_in: StandIn) -> tuple[Channel, ...]:
    """Give three channels of another server."""
    house = payloads.server(stand_in.servers[0].id + (1 << 22), "Big House", "one", "two", "three")
    stand_in.servers.append(house)
    return house.channels


async def told_in(stand_in: StandIn, rooms: Sequence[Channel], folder: Path) -> Told:
    """Have the story told to everybody in each of ``rooms``, by another reader each."""
    for reader, room in enumerate(rooms):
        shown = await stand_in.slash(room, "story", title=STORY, by=payloads.READER + reader)
        assert not shown.is_private
    pages = [message for room in rooms for message in stand_in.messages[room.id]]
    assert [int(page["channel_id"]) for page in pages] == [room.id for room in rooms]
    assert all(WORDS in page["content"] for page in pages)
    async with library_in(folder) as library:

        async def held() -> list[int]:  # written down just after the answers
            return [each for each in (1, 2, 3) if len(await library.posted(each)) == len(pages)]

        (number,) = await eventually(held, "all messages to be written down under one story")
    return Told(number, rooms, pages)


async def test_a_story_is_taken_down_while_it_is_read_in_three_channels(
    stand_in: StandIn, rooms: tuple[Channel, ...], folder: Path, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        told = await told_in(stand_in, rooms, folder)
        alone = await stand_in.press(rooms[1], told.pages[1], "Next", by=STRANGER)
        assert alone.messages[-1]["flags"] & PRIVATE
        assert "Page 2 of" in alone.contents[-1]
        seen_before = deepcopy(told.pages[0])  # as an app shows it that heard of no edit yet
        await stand_in.channels.permit(rooms[2], BOT_PERMISSIONS & ~VIEW)

        async with start("takedown", str(told.number)) as operator:
            assert await operator.ended() == 1
        told.assert_removed(0, 1)
        assert told.not_reached(operator) == [2]
        assert say("cli.takedown-edited", count=2) in operator.out
        assert f"“{STORY}” is gone from every shelf" in operator.printed
        assert REFUSED not in operator.printed
        assert "Traceback" not in operator.printed

        for room, page, reader in (
            (rooms[0], seen_before, payloads.READER),
            (rooms[1], alone.messages[-1], STRANGER),
        ):
            pressed = await stand_in.press(room, page, "Next", by=reader)
            assert pressed.is_private
            assert pressed.contents == [say("story.gone")]
        searched = await stand_in.slash(rooms[0], "story", title=STORY)
        assert searched.is_private
        assert WORDS not in "".join(searched.contents)
        assert STORY not in str(await stand_in.complete(rooms[0], "story", "title", STORY))
        assert "**Buoy**" in "".join(
            (await stand_in.slash(rooms[0], "story", title="Buoy")).contents
        )
        assert "Traceback" not in bot.printed
        assert await bot.stop() == 0


async def test_the_file_of_a_story_that_was_taken_down_is_not_taken_again(
    stand_in: StandIn, rooms: tuple[Channel, ...], folder: Path, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        told = await told_in(stand_in, rooms[:1], folder)
        async with start("takedown", str(told.number)) as operator:
            assert await operator.ended() == 0
        told.assert_removed(0)
        file = folder / "stories" / f"{STORY.lower()}.md"
        async with start("import", str(file)) as again:  # it is not even read
            await again.ended()
        assert again.out == ["1 unchanged."]
        file = file.rename(folder / "another-name.md")
        async with start("import", str(file)) as again:
            await again.ended()
        assert say("rights.blocked") in again.printed
        assert WORDS not in "".join((await stand_in.slash(rooms[0], "story", title=STORY)).contents)
        assert await bot.stop() == 0
    async with start() as later:
        await later.is_ready()
        searched = await stand_in.slash(rooms[0], "story", title=STORY)
        assert WORDS not in "".join(searched.contents)
        assert await later.stop() == 0


async def test_messages_that_were_deleted_are_neither_edited_nor_left(
    stand_in: StandIn, rooms: tuple[Channel, ...], folder: Path, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        told = await told_in(stand_in, rooms, folder)
        await stand_in.channels.remove(rooms[0])
        stand_in.channels.forget(told.pages[1])
        async with start("takedown", str(told.number)) as operator:
            assert await operator.ended() == 0
        assert await bot.stop() == 0
    told.assert_removed(2)
    assert told.not_reached(operator) == []
    assert say("cli.takedown-edited", count=1) in operator.out


async def test_a_connection_that_breaks_leaves_one_message_and_not_those_after_it(
    stand_in: StandIn, rooms: tuple[Channel, ...], folder: Path, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        told = await told_in(stand_in, rooms, folder)
        lost = f"/channels/{rooms[0].id}/messages/*"
        stand_in.fail(Fault("PATCH", lost, status=500, is_dropped=True, times=100))
        async with start("takedown", str(told.number)) as operator:
            assert await operator.ended() == 1
        assert await bot.stop() == 0
    told.assert_removed(1, 2)
    assert told.not_reached(operator) == [0]
    assert stand_in.asked("PATCH", EDITS)


async def test_a_token_that_is_refused_lists_every_message_as_not_reached(
    stand_in: StandIn, rooms: tuple[Channel, ...], folder: Path, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        told = await told_in(stand_in, rooms, folder)
        other = ".".join(("wire" * 6, "stand-in", "another-token" * 3))
        async with start("takedown", str(told.number), DISCORD_TOKEN=other) as operator:
            assert await operator.ended() == 1
        pressed = await stand_in.press(rooms[0], told.pages[0], "Next")
        assert pressed.contents == [say("story.gone")]
        assert await bot.stop() == 0
    told.assert_removed()
    assert told.not_reached(operator) == [0, 1, 2]
    assert say("cli.token-rejected") in operator.err
    assert "another-token" not in operator.printed
