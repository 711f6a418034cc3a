"""Requests keep below Discord's limit, on a loop whose time passes while it waits."""

import asyncio
import selectors
from bisect import bisect_left
from collections.abc import Coroutine
from typing import Any

import pytest

from bot.delivery.pace import PER_SECOND, Pace, with_time

LIMIT = 50  # requests in a second, Discord's


class _Selector(selectors.SelectSelector):
    """Waits by moving the time."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready and timeout is not None:
            self.passed += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._now = _Selector()
        super().__init__(self._now)

    def time(self) -> float:
        return 1_000 + self._now.passed

    def stall(self, seconds: float) -> None:
        """Let time pass in which nothing happens here."""
        self._now.passed += seconds


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)


async def _turns(pace: Pace, count: int, *, stall_after: int = 0, stall: float = 0) -> list[float]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, _Loop)
    taken: list[float] = []

    async def ask() -> None:
        with with_time():
            await pace.turn()
        taken.append(loop.time())
        if len(taken) == stall_after:
            loop.stall(stall)

    await asyncio.gather(*(ask() for _ in range(count)))
    return taken


def _most_in_a_second(taken: list[float]) -> int:
    return max(end - bisect_left(taken, taken[end - 1] - 0.999) for end in range(1, len(taken) + 1))


def test_a_thousand_take_as_long_as_their_number_says() -> None:
    taken = _run(_turns(Pace(), 1_000))
    assert taken[-1] - taken[0] == pytest.approx(999 / PER_SECOND, rel=0.01)
    assert _most_in_a_second(taken) <= PER_SECOND + 1


@pytest.mark.parametrize("stall", [0.05, 0.3, 1.0, 7.0])
def test_after_a_stall_it_catches_up_without_going_above_the_limit(stall: float) -> None:
    taken = _run(_turns(Pace(), 500, stall_after=200, stall=stall))
    assert _most_in_a_second(taken) < LIMIT
    late = taken[-1] - taken[0] - 499 / PER_SECOND
    assert late < max(0.05, stall - 0.3), "what can be caught up with is"


def test_what_people_wait_for_takes_no_turn_but_counts() -> None:
    async def both() -> tuple[float, float]:
        pace, loop = Pace(), asyncio.get_running_loop()
        daily = asyncio.create_task(_turns(pace, 90))
        await asyncio.sleep(0.5)
        asked = loop.time()
        for _ in range(20):
            await pace.turn()
        waited = loop.time() - asked
        taken = await daily
        return waited, taken[-1] - taken[0]

    waited, took = _run(both())
    assert waited == 0
    assert took == pytest.approx((89 + 20) / PER_SECOND, rel=0.02)


def test_processes_share_the_limit_by_their_shards() -> None:
    taken = _run(_turns(Pace(1 / 4), 100))
    assert taken[-1] - taken[0] == pytest.approx(99 / PER_SECOND * 4, rel=0.02)


def test_what_has_grown_too_old_while_it_waited_does_not_go() -> None:
    async def wait_behind_ten() -> None:
        pace, loop = Pace(), asyncio.get_running_loop()
        begun = loop.time()

        def may_go() -> None:
            if loop.time() > begun + 0.1:
                raise TimeoutError

        for _ in range(10):
            await pace.turn()
        with with_time(may_go):
            await pace.turn()

    with pytest.raises(TimeoutError):
        _run(wait_behind_ten())
