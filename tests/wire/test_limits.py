"""The stand-in's rate limits, counted without waiting for any."""

import pytest

from tests.wire.limits import GLOBAL_REQUESTS, Limits

POST = "/channels/7/messages"


class Time:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def scopes(limits: Limits, method: str, path: str, times: int, channel: int | None = None) -> str:
    """Ask ``times`` times; gives a letter for each answer: "." or the scope's first."""
    told = [limits.take(method, path, channel)[0] for _ in range(times)]
    return "".join("." if each is None else each.scope[0] for each in told)


def test_a_channel_takes_five_messages_in_five_seconds() -> None:
    now = Time()
    limits = Limits(now)
    assert scopes(limits, "POST", POST, 6) == ".....u"
    assert scopes(limits, "POST", "/channels/8/messages", 1) == "."
    now.at += 4.9
    assert scopes(limits, "POST", POST, 1) == "u"
    now.at += 0.2
    assert scopes(limits, "POST", POST, 6) == ".....u"


def test_the_headers_tell_what_is_left_and_for_how_long() -> None:
    now = Time()
    limits = Limits(now)
    limits.take("POST", POST, None)
    now.at += 2
    refusal, headers = limits.take("POST", POST, None)
    assert refusal is None
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("5", "3")
    assert float(headers["X-RateLimit-Reset-After"]) == pytest.approx(3)
    other = limits.take("POST", "/channels/8/messages", None)[1]
    assert other["X-RateLimit-Bucket"] == headers["X-RateLimit-Bucket"]


def test_in_any_second_fifty_requests_are_let_in_and_interactions_are_not_counted() -> None:
    now = Time()
    limits = Limits(now)
    assert scopes(limits, "GET", "/users/@me", GLOBAL_REQUESTS + 1) == "." * 50 + "g"
    assert scopes(limits, "POST", "/interactions/1/token/callback", 60) == "." * 60
    now.at += 0.9
    assert scopes(limits, "GET", "/users/@me", 1) == "g"
    now.at += 0.11
    assert scopes(limits, "GET", "/users/@me", 1) == "."
    assert limits.busiest == GLOBAL_REQUESTS


def test_the_follow_ups_of_a_channel_share_one_limit() -> None:
    limits = Limits(Time())
    told = [scopes(limits, "POST", f"/webhooks/1/token-{n}", 1, channel=7) for n in range(31)]
    assert "".join(told) == "." * 30 + "s"
    assert scopes(limits, "POST", "/webhooks/1/token-40", 1, channel=8) == "."


def test_one_token_takes_five_requests_in_two_seconds() -> None:
    limits = Limits(Time())
    assert scopes(limits, "PATCH", "/webhooks/1/token/messages/@original", 6) == ".....u"


def test_limits_that_are_off_refuse_nothing() -> None:
    limits = Limits(Time(), is_on=False)
    assert scopes(limits, "POST", POST, 99) == "." * 99
