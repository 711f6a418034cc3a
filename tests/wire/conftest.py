"""Fixtures of the wire: a Discord that answers, stories to tell, a bot to start."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest
import trustme

from tests.rest_check import rule_problems, spec_problems
from tests.stage import DISCORD_API
from tests.wire.clock import Clock
from tests.wire.launching import Bot, bot_process
from tests.wire.payloads import Channel, server
from tests.wire.stand_in import StandIn
from tests.wire.trust import TOKEN, server_context


class Start(Protocol):
    """Starts the bot against the stand-in; ``settings`` are its environment.

    It goes live unless another ``command`` of ``python -m bot`` is given.
    """

    def __call__(
        self, *command: str, port: int | None = None, **settings: str
    ) -> AbstractAsyncContextManager[Bot]: ...


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Make a certificate authority that nobody else trusts."""
    return trustme.CA()


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    """Give the clock of the stand-in and of every bot; it stands still on an evening."""
    return Clock(tmp_path / "clock", datetime(2026, 11, 20, 20, 0, tzinfo=UTC))


@pytest.fixture
async def stand_in(authority: trustme.CA, clock: Clock) -> AsyncIterator[StandIn]:
    """Give a Discord with one server; fails the test when a rule was broken."""
    room = server(1_300_000_000_000_000_000, "Reading Room", "general", "tales")
    ready = StandIn(TOKEN, room, now=clock)
    await ready.start(server_context(authority))
    try:
        yield ready
    finally:
        await ready.stop()
    assert ready.problems == []
    assert ready.provoked == []
    assert rule_problems(ready.requests) == []
    if (DISCORD_API / "spec_check.py").is_file():
        assert spec_problems(ready.requests) == []


@pytest.fixture
def general(stand_in: StandIn) -> Channel:
    """Give the channel everybody is in."""
    return stand_in.servers[0].channels[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder a bot works in, with two drabbles and a long story."""
    stories = tmp_path / "stories"
    stories.mkdir()
    for title, words in (
        ("Anchor", "The anchor lay by the quay. Nobody had come for it."),
        ("Buoy", "The buoy rang all night. Ada counted the strokes."),
        (
            "Capstan",
            "\n\n".join(f"Round {n} of the capstan went slowly. They sang." for n in [*range(300)]),
        ),
    ):
        told = f"---\ntitle: {title}\nrating: General\n---\n\n{words}\n"
        (stories / f"{title.lower()}.md").write_text(told, "utf-8")
    return tmp_path


@pytest.fixture
def start(stand_in: StandIn, authority: trustme.CA, folder: Path, clock: Clock) -> Start:
    """Give a way to start the bot; it is gone at the end of the ``async with``."""
    certificate = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(certificate))

    @asynccontextmanager
    async def started(
        *command: str, port: int | None = None, **settings: str
    ) -> AsyncGenerator[Bot]:
        options = (
            *("--port", str(port or stand_in.port), "--certificate", str(certificate)),
            *("--clock", str(clock.path), "--look", "0.1"),
        )
        async with bot_process(
            folder,
            stand_in.changes,
            *options,
            *(("--", *command) if command else ()),
            **{"DISCORD_TOKEN": TOKEN, "OPERATOR_CONTACT": "ada@example.org", **settings},
        ) as bot:
            yield bot

    return started
