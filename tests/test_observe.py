"""Log lines: no secret leaves, whoever wrote the record."""

import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.observe import redact, start_logging

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.GabcDe.not-a-real-token-not-a-real-token"
INTERACTION = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5-_" * 6
WEBHOOK = "x9_-Kp3wZrV" * 6
SECRETS = {
    "a token": TOKEN,
    "an authorization header": f"{{'Authorization': 'Bot {TOKEN}'}}",
    "a webhook": f"POST https://discord.com/api/v10/webhooks/123456789012345678/{WEBHOOK}?wait=true",
    "a follow-up": f"PATCH /webhooks/1234567890/{INTERACTION}/messages/@original",
    "an interaction": f"https://discord.com/api/v10/interactions/987654321/{INTERACTION}/callback",
}


@pytest.fixture(autouse=True)
def restore_logging() -> Iterator[None]:
    """Give the loggers back as they were: a process has only one root."""
    loggers = [logging.getLogger(), logging.getLogger("discord")]
    before = [(logger, logger.level, logger.handlers[:]) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


def is_clean(text: str) -> bool:
    parts = [TOKEN, TOKEN.rsplit(".", 1)[1], INTERACTION, WEBHOOK]
    return not any(part in text for part in parts)


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_replaced(text: str) -> None:
    assert is_clean(redact(text))
    assert "[redacted]" in redact(text)


def test_what_stands_around_a_secret_stays() -> None:
    told = redact(f"before {SECRETS['a webhook']} between {SECRETS['a follow-up']} after")
    assert told == (
        "before POST https://discord.com/api/v10/webhooks/123456789012345678/[redacted]?wait=true"
        " between PATCH /webhooks/1234567890/[redacted]/messages/@original after"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ready as Fireside#1234 in 12 servers.",
        "seeds/baker-street/dust.md: The file is empty.",
        "POST https://discord.com/api/v10/channels/1234567890/messages 200",
        "/webhooks/1234567890",
        "example.org, version 2.7.1, 12.5 MB",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@given(st.text(), st.text())
def test_a_token_is_found_between_any_other_text(before: str, after: str) -> None:
    assert TOKEN not in redact(f"{before} {TOKEN} {after}")


def fails_with(text: str) -> None:
    try:
        raise ValueError("the cause: " + text)
    except ValueError as cause:
        raise RuntimeError("on the way: " + text) from cause


@pytest.mark.parametrize("style", ["text", "json"])
@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
def test_no_log_line_holds_a_secret(
    style: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging("debug", style)
    log = logging.getLogger("somebody.else")
    log.warning(text)
    log.warning("in an argument: %s %r", text, {"nested": [text]})
    try:
        fails_with(text)
    except RuntimeError:
        log.exception("in an exception")
    out, err = capsys.readouterr()
    assert out == ""
    assert is_clean(err)
    assert err.count("[redacted]") >= 5
    assert "the cause:" in err
    assert "RuntimeError" in err


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_stack_that_is_logged_holds_no_secret(
    style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging("debug", style)
    logging.getLogger("x").warning(SECRETS["a token"], stack_info=True)
    assert is_clean(capsys.readouterr().err)


def test_a_json_line_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", "json")
    logging.getLogger("bot.client").info("Two\nlines, “%s” and %s", "🦊", SECRETS["a webhook"])
    try:
        fails_with("x")
    except RuntimeError:
        logging.getLogger("bot.client").exception("Failed")
    first, second = capsys.readouterr().err.splitlines()
    told = json.loads(first)
    assert (told["level"], told["logger"]) == ("info", "bot.client")
    assert told["message"].startswith("Two\nlines, “🦊” and POST")
    assert set(told) == {"time", "level", "logger", "message"}
    assert "RuntimeError: on the way: x" in json.loads(second)["exception"]


def test_a_text_line_says_when_how_and_who(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", "text")
    logging.getLogger("bot.client").warning("Hello")
    line = capsys.readouterr().err
    assert line.endswith(" WARNING bot.client: Hello\n")


def test_the_level_is_the_one_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("warning", "text")
    logging.getLogger("bot").info("quiet")
    logging.getLogger("bot").warning("loud")
    assert capsys.readouterr().err.count("\n") == 1


def test_heartbeats_are_not_told_even_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("debug", "text")
    logging.getLogger("discord.gateway").debug("heartbeat")
    logging.getLogger("bot").debug("ours")
    assert "heartbeat" not in capsys.readouterr().err


def test_starting_twice_writes_every_line_once(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", "text")
    start_logging("info", "text")
    logging.getLogger("bot").info("once")
    assert capsys.readouterr().err.count("once") == 1
