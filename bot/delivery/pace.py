"""How fast we ask Discord for things, so that it never has to refuse.

Discord lets a bot ask 50 times a second in all; answers to interactions are not
counted (topics/rate-limits of its documentation). Daily stories wait for their
turn below that, so that thousands due in the same minute leave room for what
people ask for meanwhile, which never waits here. Every request of the client
passes by, the repeated ones of discord.py included.

Discord counts requests when they arrive, and we only know when they left and
when the answer was there: some are held up by a new connection, by the network
or by a busy machine, and then arrive together with those behind them. So a
request counts for a second from the latest moment at which it may have arrived.
"""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import ceil, inf
from types import SimpleNamespace

import aiohttp

# Requests of all processes with one token, on average and in any second as they arrive.
PER_SECOND = 46
MOST = 48
# Seconds that a request may be held up; one that has no answer for longer has arrived, and
# it is Discord that takes its time. Else a few channels that never answer would stop all.
HELD_UP = 1.0
_CAUGHT_UP = 0.5  # seconds of missed turns
# Seconds for which the quickest answer is remembered, and as long again at most. Shorter, and
# hold-ups that come again and again would be taken for the way to Discord.
_REMEMBERED = 600.0
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


@dataclass(slots=True, eq=False)
class Turn:
    """A request: when it left, and how many seconds later it was answered, on the loop's clock."""

    left: float
    took: float | None = None


class Pace:
    """Spaces requests; ``share`` is this process's part of the bot's shards."""

    def __init__(self, share: float = 1.0) -> None:
        self._apart = 1 / (PER_SECOND * share)  # seconds
        self._most = ceil(MOST * share)
        self._next = 0.0  # when the next turn is, on the loop's clock
        self._turns: list[Turn] = []  # those that count, or may
        self._quickest = (inf, inf)  # seconds until an answer: this while, and the one before
        self._while_ends = 0.0
        self._queue = asyncio.Lock()

    def trace(self) -> aiohttp.TraceConfig:
        """Give what makes a client's requests keep the pace."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._on_request)
        trace.on_request_end.append(self._on_end)
        trace.on_request_exception.append(self._on_end)
        return trace

    async def _on_request(
        self,
        _: aiohttp.ClientSession,
        context: SimpleNamespace,
        request: aiohttp.TraceRequestStartParams,
    ) -> None:
        path = request.url.path
        if "/api/" in path and not any(each in path for each in _NOT_COUNTED):
            context.turn = await self.turn()

    async def _on_end(self, _: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
        if (turn := getattr(context, "turn", None)) is not None:
            self.answered(turn)

    async def turn(self) -> Turn:
        """Take a turn; who has time waits until it comes, others only push it back."""
        clock = asyncio.get_running_loop().time
        if not self._queue.locked():  # nobody missed a turn: nothing to catch up with
            self._next = max(self._next, clock())
        may_go = _may_go.get()
        if may_go is None:
            return self._take(clock())
        async with self._queue:
            while (wait := self._free_at(clock()) - clock()) > 0:  # noqa: ASYNC110 - time is waited for
                await asyncio.sleep(wait)
            may_go()
            return self._take(clock())

    def answered(self, turn: Turn) -> None:
        """Take down that the request of ``turn`` has its answer, or never gets one."""
        now = asyncio.get_running_loop().time()
        turn.took = now - turn.left
        this, before = self._quickest
        if now >= self._while_ends:
            this, before, self._while_ends = inf, this, now + _REMEMBERED
        self._quickest = min(this, turn.took), before

    def _free_at(self, now: float) -> float:
        """Tell when the next turn is, if nothing else happens until then."""
        # What even the quickest takes is the way to Discord and back, the same for all.
        way = quickest if (quickest := min(self._quickest)) < inf else 0.0
        ends = sorted(_counts_until(turn, now, way) for turn in self._turns)
        over = len(ends) - self._most
        return self._next if over < 0 else max(self._next, ends[over])

    def _take(self, now: float) -> Turn:
        self._next = max(self._next, now - _CAUGHT_UP) + self._apart
        self._turns = [each for each in self._turns if now < each.left + HELD_UP + 1]
        turn = Turn(now)
        self._turns.append(turn)
        return turn


def _counts_until(turn: Turn, now: float, way: float) -> float:
    took = now - turn.left if turn.took is None else turn.took
    return turn.left + min(max(took - way, 0), HELD_UP) + 1
