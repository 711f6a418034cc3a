"""Time several ways of doing the same work, in turn, in one process."""

import gc
import math
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple


class Spread(NamedTuple):
    """A median with the smallest and largest value beside it."""

    median: float
    low: float
    high: float


def spread(values: Iterable[float]) -> Spread:
    """Give the median of ``values`` and how far they lie apart."""
    found = sorted(values)
    return Spread(statistics.median(found), found[0], found[-1])


def in_turn(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Run every way once per round (A B C A B C ...) and give the CPU seconds of each run.

    A neighbour's load then falls on all of them alike, so that ratios within a
    round say more than seconds do. Every other round goes backwards, so that
    nobody always runs behind the same one.
    """
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        order = list(ways)[:: -1 if number % 2 else 1]
        for name in order:
            gc.collect()
            begin = time.process_time()
            ways[name]()
            taken[name].append(time.process_time() - begin)
    return taken


def ratios(taken: list[float], reference: list[float]) -> Spread:
    """Give how many times as long as the reference it took, round by round."""
    return spread(one / other for one, other in zip(taken, reference, strict=True))


def slope(sizes: list[int], seconds: list[float]) -> float:
    """Give the exponent of growth: 1 is linear, 2 is quadratic."""
    return statistics.linear_regression(
        [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    ).slope
