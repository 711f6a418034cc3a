"""A press storm: many buttons pressed at once, each answered, and nothing asked too often."""

import asyncio

from tests.wire.conftest import Start
from tests.wire.interactions import SECONDS_TO_ANSWER
from tests.wire.payloads import COMPONENT, READER, Channel
from tests.wire.stand_in import StandIn

MEMBERS = 10
PRESSES = 100  # of each member; all thousand come at once, not in ten seconds
AT_ONCE = 50


async def test_a_thousand_turns_of_private_pages_are_answered_in_time_and_provoke_no_limit(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    waits: list[float] = []
    async with start() as bot:
        await bot.is_ready()
        shown = await stand_in.slash(general, "story", title="Capstan")
        copies = [
            (await stand_in.press(general, shown.messages[-1], "Next", by=READER + member)).messages
            for member in range(1, MEMBERS + 1)
        ]
        slots = asyncio.Semaphore(AT_ONCE)

        async def press(member: int) -> None:
            async with slots:
                (copy,) = copies[member][-1:]
                asked = await stand_in.press(general, {**copy}, "Next", by=READER + 1 + member)
                waits.append(asked.answered - asked.asked)

        await asyncio.gather(*(press(n % MEMBERS) for n in range(MEMBERS * PRESSES)))
        assert await bot.stop() == 0
    assert len(waits) == MEMBERS * PRESSES
    assert max(waits) < SECONDS_TO_ANSWER
    assert stand_in.provoked == []
    assert stand_in.invalid == 0
    assert stand_in.problems == []


async def test_a_thousand_presses_are_answered_in_time_and_provoke_no_limit(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    waits: list[float] = []
    async with start() as bot:
        await bot.is_ready()
        shown = await stand_in.slash(general, "story", title="Capstan")
        (message,) = shown.messages
        buttons = [item for row in message["components"] for item in row["components"]]
        custom_id = next(each["custom_id"] for each in buttons if each.get("label") == "Next")
        slots = asyncio.Semaphore(AT_ONCE)

        async def press(member: int) -> None:
            async with slots:
                data = {"custom_id": custom_id, "component_type": 2}
                asked = await stand_in.answered(
                    await stand_in.send(
                        COMPONENT, general, data, pressed={**message}, by=READER + member
                    )
                )
                waits.append(asked.answered - asked.asked)

        await asyncio.gather(*(press(n % MEMBERS) for n in range(MEMBERS * PRESSES)))
        assert await bot.stop() == 0
    assert len(waits) == MEMBERS * PRESSES
    assert max(waits) < SECONDS_TO_ANSWER
    assert stand_in.provoked == []
    assert stand_in.invalid == 0
