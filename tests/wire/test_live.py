"""The bot as a process of its own, live against a Discord on this machine."""

import asyncio
import re
import signal
import socket
import sqlite3
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.client import PERMISSIONS
from tests.rest_check import needs_discord_api, spec_problems
from tests.wire import payloads
from tests.wire.bot_process import REFUSED
from tests.wire.conftest import Start
from tests.wire.launching import Bot
from tests.wire.payloads import OWNER, SLASH, Channel
from tests.wire.stand_in import Fault, StandIn
from tests.wire.trust import TOKEN

SYNC = "/applications/*/commands"
ANSWER, FOLLOW_UP = "/interactions/*", "/webhooks/*"
LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [A-Z]+ +\S+: ")


def is_library_free(folder: Path) -> bool:
    """Tell whether nobody holds the library, and nothing is left to be written into it."""
    is_written = not (folder / "library.db-wal").exists()
    library = sqlite3.connect(folder / "library.db", timeout=0)
    try:
        library.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    else:
        return is_written
    finally:
        library.close()


def assert_stopped_with_one_sentence(bot: Bot, words: str) -> None:
    (sentence,) = [line for line in bot.err if not LOG_LINE.match(line)]
    assert words in sentence
    assert " ERROR " not in bot.printed


# Going live


async def test_it_logs_in_syncs_once_becomes_ready_and_answers(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        assert {each["name"] for each in stand_in.commands} >= {"drabble", "story", "fireside"}
        answer = await stand_in.slash(general, "drabble")
        (content,) = answer.contents
        assert "**Anchor**" in content or "**Buoy**" in content
        assert not answer.messages[0]["flags"] & 64
        assert stand_in.gateway.session.identify["intents"] == 1  # guilds, and nothing else
        assert await bot.stop() == 0
    async with start() as again:
        await again.is_ready()
        await stand_in.slash(general, "drabble")
        assert await again.stop() == 0
    assert len(stand_in.asked("PUT", SYNC)) == 1
    assert REFUSED not in bot.printed + again.printed


@needs_discord_api
async def test_every_body_on_the_wire_is_one_discord_takes(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        for command in ("drabble", "story", "excerpt", "fireside about", "fireside help"):
            answer = await stand_in.slash(general, command)
            for row in answer.messages[-1]["components"]:
                for label in [item.get("label") for item in row["components"]]:
                    if label:
                        await stand_in.press(general, answer.messages[-1], label)
        await stand_in.complete(general, "story", "title", "a")
    assert len(stand_in.asked("POST", "/interactions/*")) > 10
    assert spec_problems(stand_in.requests) == []


async def test_a_button_turns_the_page_of_a_message(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        shown = await stand_in.slash(general, "story", title="Capstan")
        first = shown.contents[-1]
        turned = await stand_in.press(general, shown.messages[-1], "Next")
    assert "Page 1 of" in first
    assert "Page 2 of" in turned.contents[-1]


async def test_an_option_is_completed_while_it_is_typed(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        choices = await stand_in.complete(general, "story", "title", "buo")
    assert [each["name"].split(" · ")[0] for each in choices] == ["Buoy"]


async def test_a_server_that_invites_it_later_is_served_at_once(
    stand_in: StandIn, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        joined = payloads.server(1_400_000_000_000_000_000, "Late Room", "books")
        stand_in.servers.append(joined)
        await stand_in.gateway.session.emit("GUILD_CREATE", stand_in.described(joined))
        answer = await stand_in.slash(joined.channels[0], "drabble")
        assert answer.contents
        assert await bot.stop() == 0


async def test_the_invite_link_asks_for_exactly_four_permissions(start: Start) -> None:
    async with start() as bot:
        await bot.is_ready()
        (link,) = [line for line in bot.out if line.startswith("https://")]
    asked = parse_qs(urlsplit(link).query)
    assert asked["permissions"] == [str(PERMISSIONS.value)] == [str(payloads.BOT_PERMISSIONS)]
    assert PERMISSIONS.value.bit_count() == 4
    assert asked["client_id"] == [str(payloads.APPLICATION)]
    assert set(asked["scope"][0].split()) == {"bot", "applications.commands"}


# The gateway breaks


async def test_after_a_broken_connection_it_resumes_and_answers_what_was_typed_meanwhile(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        stand_in.gateway.drop()
        session = stand_in.gateway.session
        assert (await stand_in.slash(general, "drabble")).contents
        assert (await stand_in.slash(general, "story")).contents
        assert await bot.stop() == 0
    assert stand_in.gateway.sessions == [session], "a new session would lose what was typed"
    assert session.resumes == 1


async def test_a_session_that_discord_forgot_is_begun_anew(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        stand_in.gateway.session.id = "forgotten"
        stand_in.gateway.drop()
        await stand_in.changes.until(lambda: len(stand_in.gateway.sessions) == 2, "an IDENTIFY")
        assert (await stand_in.slash(general, "drabble")).contents
        assert await bot.stop() == 0


# Its end


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_cleanly(
    number: signal.Signals, stand_in: StandIn, folder: Path, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        assert await bot.stop(number) == 0
    assert "Traceback" not in bot.printed
    assert stand_in.gateway.session.closed == [1000]
    assert is_library_free(folder)


async def test_a_signal_while_discord_is_slow_ends_it(
    stand_in: StandIn, folder: Path, start: Start
) -> None:
    stand_in.fail(Fault("PUT", SYNC, held=asyncio.Event()))
    async with start() as bot:
        await stand_in.changes.until(lambda: stand_in.asked("PUT", SYNC), "the sync")
        assert await bot.stop() == 0
    assert "Traceback" not in bot.printed
    assert is_library_free(folder)


async def test_a_signal_while_the_gateway_lets_nobody_in_ends_it(
    stand_in: StandIn, folder: Path, start: Start
) -> None:
    stand_in.gateway.is_open = False
    async with start() as bot:
        await bot.says("Failed to connect")
        assert await bot.stop() == 0
    assert is_library_free(folder)


async def test_a_second_signal_changes_nothing(
    stand_in: StandIn, folder: Path, start: Start
) -> None:
    async with start() as bot:
        await bot.is_ready()
        bot.process.send_signal(signal.SIGINT)
        assert await bot.stop(signal.SIGINT) == 0
    assert "Traceback" not in bot.printed
    assert is_library_free(folder)


async def test_an_answer_under_way_reaches_its_reader_before_it_ends(
    stand_in: StandIn, general: Channel, folder: Path, start: Start
) -> None:
    slow = asyncio.Event()
    stand_in.fail(Fault("POST", ANSWER, held=slow))
    async with start() as bot:
        await bot.is_ready()
        asked = await stand_in.send(SLASH, general, payloads.command_options("drabble", {}))
        await stand_in.changes.until(lambda: stand_in.asked("POST", ANSWER), "the answer")
        bot.process.send_signal(signal.SIGTERM)
        await bot.says("Ending what is being answered: 1.")
        slow.set()
        assert await bot.ended() == 0
    assert "Traceback" not in bot.printed
    assert (await stand_in.answered(asked)).contents
    assert is_library_free(folder)


async def test_what_comes_behind_an_answer_is_told_before_it_ends(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    slow = asyncio.Event()
    stand_in.fail(Fault("POST", FOLLOW_UP, held=slow))
    async with start() as bot:
        await bot.is_ready()
        answered = await stand_in.slash(general, "drabble", by=OWNER)
        await stand_in.changes.until(lambda: stand_in.asked("POST", FOLLOW_UP), "the offer")
        bot.process.send_signal(signal.SIGTERM)
        await bot.says("Ending what is being answered: 1.")
        slow.set()
        assert await bot.ended() == 0
    assert "Traceback" not in bot.printed
    assert len(answered.messages) == 2


async def test_an_answer_that_discord_does_not_take_is_given_up(
    stand_in: StandIn, general: Channel, folder: Path, start: Start
) -> None:
    stand_in.fail(Fault("POST", ANSWER, held=asyncio.Event(), status=503))
    async with start() as bot:
        await bot.is_ready()
        await stand_in.send(SLASH, general, payloads.command_options("drabble", {}))
        await stand_in.changes.until(lambda: stand_in.asked("POST", ANSWER), "the answer")
        assert await bot.stop() == 0
    assert "Traceback" not in bot.printed
    assert is_library_free(folder)


# What Discord refuses


async def test_a_rejected_token_is_told_in_one_sentence(stand_in: StandIn, start: Start) -> None:
    other = ".".join(("wire" * 6, "stand-in", "another-token" * 3))
    async with start(DISCORD_TOKEN=other) as bot:
        assert await bot.ended() == 1
    assert_stopped_with_one_sentence(bot, "Discord rejected the token")
    assert "another-token" not in bot.printed
    assert stand_in.invalid == 1


async def test_forbidden_commands_are_told_in_one_sentence(
    stand_in: StandIn, folder: Path, start: Start
) -> None:
    stand_in.fail(Fault("PUT", SYNC, status=403, code=50001))
    async with start() as bot:
        assert await bot.ended() == 1
    assert_stopped_with_one_sentence(bot, "Discord does not allow this bot to do that")
    assert stand_in.invalid == 1
    assert is_library_free(folder)


async def test_a_sync_that_discord_fails_is_tried_again(
    stand_in: StandIn, general: Channel, start: Start
) -> None:
    stand_in.fail(Fault("PUT", SYNC, status=500, times=2))
    async with start() as bot:
        await bot.is_ready()
        assert (await stand_in.slash(general, "drabble")).contents
    assert [each.status for each in stand_in.asked("PUT", SYNC)] == [500, 500, 200]


async def test_a_sync_that_came_too_often_is_tried_again_when_discord_allows(
    stand_in: StandIn, start: Start
) -> None:
    stand_in.fail(Fault("PUT", SYNC, status=429, retry_after=0.2))
    async with start() as bot:
        await bot.is_ready()
    assert [each.status for each in stand_in.asked("PUT", SYNC)] == [429, 200]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("GET", "/users/@me", status=503), "Discord answered 503"),
        # More than once: aiohttp itself tries a broken GET or PUT once more.
        (Fault("GET", "/users/@me", is_dropped=True, times=9), "Discord cannot be reached"),
        (Fault("GET", "/gateway/bot", status=403), "Discord"),
        (Fault("PUT", SYNC, is_dropped=True, times=9), "Discord cannot be reached"),
    ],
    ids=lambda told: told if isinstance(told, str) else f"{told.path} {told.status}",
)
async def test_what_stops_a_start_is_told_in_one_sentence(
    fault: Fault, words: str, stand_in: StandIn, start: Start
) -> None:
    stand_in.fail(fault)
    async with start() as bot:
        assert await bot.ended() == 1
    assert_stopped_with_one_sentence(bot, words)


@pytest.mark.parametrize(
    ("code", "words"),
    [(4004, "Discord rejected the token"), (4014, "intent"), (4010, "4010")],
)
async def test_a_gateway_that_refuses_the_bot_is_told_in_one_sentence(
    code: int, words: str, stand_in: StandIn, folder: Path, start: Start
) -> None:
    stand_in.gateway.refuses_with = code
    async with start() as bot:
        assert await bot.ended() == 1
    assert_stopped_with_one_sentence(bot, words)
    assert is_library_free(folder)


async def test_without_a_network_it_says_so_in_one_sentence(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        async with start(port=taken.getsockname()[1]) as bot:
            assert await bot.ended() == 1
    assert_stopped_with_one_sentence(bot, "Discord cannot be reached")


async def test_a_library_that_is_none_is_told_in_one_sentence(folder: Path, start: Start) -> None:
    (folder / "library.db").write_text("Dear diary, " * 200, "utf-8")
    async with start() as bot:
        assert await bot.ended() == 1
    assert_stopped_with_one_sentence(bot, "library.db")


# Secrets


async def test_no_token_is_ever_printed(stand_in: StandIn, general: Channel, start: Start) -> None:
    async with start(LOG_LEVEL="debug") as bot:
        await bot.is_ready()
        await stand_in.slash(general, "drabble")
        stand_in.fail(Fault("POST", "/interactions/*", status=500, code=0, times=1))
        asked = await stand_in.slash(general, "story")
        stand_in.gateway.drop()
        await stand_in.slash(general, "drabble")
        assert await bot.stop() == 0
    assert len(bot.printed) > 500
    assert max(TOKEN.split("."), key=len) not in bot.printed
    assert asked.token not in bot.printed
