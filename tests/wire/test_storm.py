"""A press storm: many buttons pressed at once, each answered, and nothing asked too often."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.wire.conftest import Start
from tests.wire.interactions import SECONDS_TO_ANSWER, Interaction
from tests.wire.payloads import COMPONENT, READER, Channel
from tests.wire.stand_in import StandIn

MEMBERS = 10
PRESSES = 100  # of each member; all thousand come at once, not in ten seconds
AT_ONCE = 50


async def waits_of_all(press: Callable[[int], Awaitable[Interaction]]) -> list[float]:
    """Have every member press again and again; gives the seconds until each answer."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def pressed(member: int) -> float:
        async with slots:
            asked = await press(member)
            return asked.answered - asked.asked

    return await asyncio.gather(*(pressed(n % MEMBERS) for n in range(MEMBERS * PRESSES)))


def assert_calm(stand_in: StandIn, waits: list[float]) -> None:
    assert len(waits) == MEMBERS * PRESSES
    assert max(waits) < SECONDS_TO_ANSWER
    assert stand_in.provoked == []
    assert stand_in.invalid == 0
    assert stand_in.problems == []


async def test_a_thousand_turns_of_private_pages_are_answered_in_time_and_provoke_no_limit(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        shown = await stand_in.slash(general, "story", title="Capstan")
        copies = [
            (await stand_in.press(general, shown.messages[-1], "Next", by=READER + member)).messages
            for member in range(1, MEMBERS + 1)
        ]

        async def press(member: int) -> Interaction:
            (copy,) = copies[member][-1:]
            return await stand_in.press(general, {**copy}, "Next", by=READER + 1 + member)

        waits = await waits_of_all(press)
        assert await bot.stop() == 0
    assert_calm(stand_in, waits)


async def test_a_thousand_presses_are_answered_in_time_and_provoke_no_limit(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        shown = await stand_in.slash(general, "story", title="Capstan")
        (message,) = shown.messages
        buttons = [item for row in message["components"] for item in row["components"]]
        custom_id = next(each["custom_id"] for each in buttons if each.get("label") == "Next")

        async def press(member: int) -> Interaction:
            data = {"custom_id": custom_id, "component_type": 2}
            return await stand_in.answered(
                await stand_in.send(
                    COMPONENT, general, data, pressed={**message}, by=READER + member
                )
            )

        waits = await waits_of_all(press)
        assert await bot.stop() == 0
    assert_calm(stand_in, waits)
