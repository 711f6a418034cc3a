"""How fast we ask Discord for things, so that it never has to refuse.

Discord lets a bot ask 50 times a second in all; answers to interactions are not
counted (topics/rate-limits of its documentation). Daily stories wait for their
turn below that, so that thousands due in the same minute leave room for what
people ask for meanwhile, which never waits here. Every request of the client
passes by, the repeated ones of discord.py included.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from math import ceil
from types import SimpleNamespace

import aiohttp

# Requests of all processes with one token. Discord refuses above 50, counted where they
# arrive: what is under way for a tenth of a second longer than its neighbours stays below.
PER_SECOND = 44
MOST = 45  # in any second, when turns that were missed are caught up with
_CAUGHT_UP = 0.5  # seconds of missed turns
_NOT_COUNTED = ("/interactions/", "/webhooks/")

_may_go: ContextVar[Callable[[], None] | None] = ContextVar("may_go", default=None)


@contextmanager
def with_time(may_go: Callable[[], None] = lambda: None) -> Generator[None]:
    """Let requests made inside wait for their turn.

    ``may_go`` is asked at the last moment before each of them; it raises what
    shall come instead of a request that has grown too old.
    """
    token = _may_go.set(may_go)
    try:
        yield
    finally:
        _may_go.reset(token)


class Pace:
    """Spaces requests; ``share`` is this process's part of the bot's shards."""

    def __init__(self, share: float = 1.0) -> None:
        self._apart = 1 / (PER_SECOND * share)  # seconds
        self._next = 0.0  # when the next turn is, on the loop's clock
        self._recent: deque[float] = deque(maxlen=ceil(MOST * share))
        self._queue = asyncio.Lock()

    def trace(self) -> aiohttp.TraceConfig:
        """Give what makes a client's requests keep the pace."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._on_request)
        return trace

    async def _on_request(
        self,
        _: aiohttp.ClientSession,
        __: SimpleNamespace,
        request: aiohttp.TraceRequestStartParams,
    ) -> None:
        path = request.url.path
        if "/api/" in path and not any(each in path for each in _NOT_COUNTED):
            await self.turn()

    async def turn(self) -> None:
        """Take a turn; who has time waits until it comes, others only push it back."""
        clock = asyncio.get_running_loop().time
        if not self._queue.locked():  # nobody missed a turn: nothing to catch up with
            self._next = max(self._next, clock())
        may_go = _may_go.get()
        if may_go is None:
            self._take(clock())
            return
        async with self._queue:
            while (wait := self._free_at() - clock()) > 0:  # noqa: ASYNC110 - time is waited for
                await asyncio.sleep(wait)
            may_go()
            self._take(clock())

    def _free_at(self) -> float:
        is_full = len(self._recent) == self._recent.maxlen
        return max(self._next, self._recent[0] + 1) if is_full else self._next

    def _take(self, now: float) -> None:
        self._next = max(self._next, now - _CAUGHT_UP) + self._apart
        self._recent.append(now)
