"""`python -m bot doctor --discord` beside a live bot: every permission tried, nothing posted."""

from pathlib import Path

from bot.texts import say
from tests.wire.channels import SEND
from tests.wire.clock import Clock
from tests.wire.conftest import Start
from tests.wire.dailies import keep_daily
from tests.wire.payloads import BOT_PERMISSIONS, Channel
from tests.wire.stand_in import StandIn


async def test_every_daily_story_is_tried_and_what_stops_one_is_named(
    stand_in: StandIn, folder: Path, start: Start, clock: Clock
) -> None:
    general, tales = stand_in.servers[0].channels
    gone = Channel(general.id + 99, general.server, "gone")
    async with start() as bot:
        await bot.is_ready()
        _, silent, missing = await keep_daily(
            folder, general, tales, gone, clock=clock, in_minutes=30
        )
        await stand_in.channels.permit(tales, BOT_PERMISSIONS & ~SEND)
        asked = len(stand_in.requests)
        async with start("doctor", "--discord") as operator:
            assert await operator.ended() == 1
        assert {each.method for each in stand_in.requests[asked:]} == {"GET"}
        assert await bot.stop() == 0
    named = [line for line in operator.out if "could not be posted now" in line]
    assert len(named) == 2
    assert all(line.startswith("mend  ") for line in named)
    assert f"Daily story {silent} (server {tales.server}, channel {tales.id})" in named[0]
    assert "Give me Send Messages there." in named[0]
    assert f"Daily story {missing} " in named[1]
    assert "That channel is gone." in named[1]
    assert say("doctor.tried", count=1) in operator.printed
    assert "Traceback" not in operator.printed


async def test_without_a_token_discord_is_not_asked(start: Start) -> None:
    async with start("doctor", "--discord", DISCORD_TOKEN="") as operator:
        assert await operator.ended() == 1
    assert say("cli.no-token") in operator.printed
