"""Requests keep below Discord's limit, on a loop whose time passes while it waits."""

import asyncio
import selectors
from bisect import bisect_left
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.delivery.pace import HELD_UP, PER_SECOND, Pace, with_time

LIMIT = 50  # requests in a second, Discord's
WAY = 0.06  # seconds to Discord, and as many back


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
            pace.answered(await pace.turn())
        taken.append(loop.time())
        if len(taken) == stall_after:
            loop.stall(stall)

    await asyncio.gather(*(ask() for _ in range(count)))
    return taken


async def _arrivals(pace: Pace, count: int, held_up: Callable[[float], float]) -> list[float]:
    """Ask ``count`` times; gives when the requests arrived, ``held_up`` at the time they left."""
    loop = asyncio.get_running_loop()
    arrived: list[float] = []

    async def ask() -> None:
        with with_time():
            turn = await pace.turn()
        await asyncio.sleep(WAY + held_up(loop.time()))
        arrived.append(loop.time())
        await asyncio.sleep(WAY)
        pace.answered(turn)

    await asyncio.gather(*(ask() for _ in range(count)))
    return sorted(arrived)


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


@example(stalls=[(1.0, 1.0), (1.0, 1.0), (1.0, 1.0)])  # each begins where turns are free again
@given(stalls=st.lists(st.tuples(st.floats(0.1, 3), st.floats(0.01, HELD_UP)), max_size=8))
def test_requests_that_are_held_up_and_arrive_together_stay_below_the_limit(
    stalls: list[tuple[float, float]],
) -> None:
    """Each stall is (seconds after the one before, its length); what left in it arrives after."""

    async def ask() -> list[float]:
        begun = asyncio.get_running_loop().time()
        ends: list[tuple[float, float]] = []
        for after, length in stalls:
            begun += after
            ends.append((begun, begun + length))
            begun += length

        def held_up(left: float) -> float:
            return max((end - left for start, end in ends if start <= left < end), default=0)

        return await _arrivals(Pace(), 300, held_up)

    assert _most_in_a_second(_run(ask())) < LIMIT


def test_requests_that_take_one_longer_than_the_other_stay_below_the_limit() -> None:
    rng = Random(7)
    arrived = _run(_arrivals(Pace(), 1_000, lambda _: rng.choice((0, 0, 0, 0.4, 0.9))))
    assert _most_in_a_second(arrived) < LIMIT


def test_a_long_way_to_discord_makes_nothing_slower() -> None:
    arrived = _run(_arrivals(Pace(), 1_000, lambda _: 0))
    assert arrived[-1] - arrived[0] == pytest.approx(999 / PER_SECOND, rel=0.01)


def test_requests_that_never_have_an_answer_slow_the_others_down_but_do_not_stop_them() -> None:
    async def ask() -> float:
        pace, loop = Pace(), asyncio.get_running_loop()
        with with_time():
            for _ in range(100):
                await pace.turn()
            begun = loop.time()
            for _ in range(100):
                pace.answered(await pace.turn())
        return loop.time() - begun

    assert _run(ask()) < 2 * (1 + HELD_UP)


def test_what_people_wait_for_takes_no_turn_but_counts() -> None:
    async def both() -> tuple[float, float]:
        pace, loop = Pace(), asyncio.get_running_loop()
        daily = asyncio.create_task(_turns(pace, 90))
        await asyncio.sleep(0.5)
        asked = loop.time()
        for _ in range(20):
            pace.answered(await pace.turn())
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
