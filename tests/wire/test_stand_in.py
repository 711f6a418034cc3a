"""The stand-in does what Discord does, seen through the bot that talks to it."""

from tests.wire import payloads
from tests.wire.conftest import Start
from tests.wire.payloads import OWNER, READER, SLASH, Channel
from tests.wire.stand_in import StandIn


async def test_each_shard_hears_of_its_own_servers(stand_in: StandIn, start: Start) -> None:
    other = payloads.server(stand_in.servers[0].id + (1 << 22), "Next Door", "hall")
    stand_in.servers.append(other)
    async with start(SHARD_COUNT="2") as bot:
        await bot.is_ready()
        for server in stand_in.servers:
            session = stand_in.gateway.session_of(server.id)
            assert session is not None
            heard = [data["id"] for name, data in session.events if name == "GUILD_CREATE"]
            assert heard == [str(server.id)]
            assert (await stand_in.slash(server.channels[0], "drabble")).contents
        assert len(stand_in.gateway.sessions) == 2
        assert await bot.stop() == 0


async def test_a_command_in_direct_messages_is_answered_there(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        data = payloads.command_options("drabble", {})
        asked = await stand_in.answered(await stand_in.send(SLASH, general, data, is_direct=True))
        assert asked.contents
        assert stand_in.messages[payloads.direct_channel(READER)] == asked.messages
        assert general.id not in stand_in.messages


async def test_public_answers_stand_in_the_channel_and_private_ones_do_not(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        shown = await stand_in.slash(general, "drabble")
        listed = await stand_in.slash(general, "fireside help")
    assert listed.is_private
    assert stand_in.messages[general.id] == shown.messages


async def test_a_form_is_filled_and_answered(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        listed = await stand_in.slash(
            general, "daily-story", by=OWNER, time="20:30", zone="Europe/Berlin"
        )
        assert "20:30" in listed.contents[-1]
        asked = await stand_in.slash(general, "daily-story", by=OWNER)
        form = await stand_in.press(general, asked.messages[-1], "Edit", by=OWNER)
        told = await stand_in.fill(form, time="21:15", zone="Europe/Berlin", what=["drabble"])
    assert "21:15" in told.contents[-1]
