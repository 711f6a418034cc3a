"""Time several ways of doing the same work, in turn, and ask what a process holds.

Ways are timed in one process (A B C A B C ...), every other round backwards: a
neighbour's load falls on all of them alike, nobody always runs behind the same
one, and ratios within a round say more than seconds do. CPU time is counted
where nothing else is asked for; it holds all threads of the process, and not
the time it waited.
"""

import gc
import math
import multiprocessing
import re
import statistics
import time
from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")
Clock = Callable[[], float]


class Spread(NamedTuple):
    """A median with the smallest and largest value beside it."""

    median: float
    low: float
    high: float


def spread(values: Iterable[float]) -> Spread:
    """Give the median of ``values`` and how far they lie apart."""
    found = sorted(values)
    return Spread(statistics.median(found), found[0], found[-1])


def in_turn(
    ways: Mapping[str, Callable[[], object]], rounds: int, clock: Clock = time.process_time
) -> dict[str, list[float]]:
    """Run every way once per round and give the seconds of each run."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    with _own_garbage():
        for name in _turns(ways, rounds):
            begin = clock()
            ways[name]()
            taken[name].append(clock() - begin)
    return taken


async def in_turn_awaited(
    ways: Mapping[str, Callable[[], Awaitable[object]]],
    rounds: int,
    clock: Clock = time.process_time,
) -> dict[str, list[float]]:
    """Do as ``in_turn`` with ways that are awaited, on the running event loop."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    with _own_garbage():
        for name in _turns(ways, rounds):
            begin = clock()
            await ways[name]()
            taken[name].append(clock() - begin)
    return taken


def _turns(ways: Iterable[str], rounds: int) -> Iterator[str]:
    names = list(ways)
    for number in range(rounds):
        for name in names[:: -1 if number % 2 else 1]:
            gc.collect()
            yield name


@contextmanager
def _own_garbage() -> Generator[None]:
    """Keep the collector from going through what the bench itself holds, while ways are timed."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def ratios(taken: list[float], reference: list[float]) -> Spread:
    """Give how many times as long as the reference it took, round by round."""
    return spread(one / other for one, other in zip(taken, reference, strict=True))


def slope(sizes: list[int], seconds: list[float]) -> float:
    """Give the exponent of growth: 1 is linear, 2 is quadratic."""
    return statistics.linear_regression(
        [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    ).slope


def percentile(values: Iterable[float], share: float) -> float:
    """Give the value that ``share`` (0 to 1) of ``values`` do not exceed."""
    found = sorted(values)
    return found[min(len(found) - 1, math.ceil(share * len(found)) - 1)] if share > 0 else found[0]


def resident() -> int:
    """Give the bytes of memory this process holds now (Linux)."""
    return _status("VmRSS")


def most_resident() -> int:
    """Give the most bytes of memory this process ever held (Linux).

    ``getrusage`` would not do: a child starts with its parent's peak there.
    """
    return _status("VmHWM")


def _status(field: str) -> int:
    found = re.search(rf"{field}:\s*([0-9]+) kB", Path("/proc/self/status").read_text("ascii"))
    if found is None:
        raise RuntimeError(f"this system does not tell {field}")
    return int(found.group(1)) * 1024


class Apart(NamedTuple):
    """What a function gave in a process of its own, and what that process took for it."""

    found: object
    cpu: float  # seconds
    wall: float  # seconds
    peak: int  # bytes of memory, the interpreter and all imports included


def apart(work: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Apart:
    """Run ``work``, a function of a module, in a fresh process that holds nothing of this one."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_weighed, work, given, named).result()


def _weighed(
    work: Callable[..., object], given: tuple[object, ...], named: dict[str, object]
) -> Apart:
    cpu, wall = time.process_time(), time.perf_counter()
    found = work(*given, **named)
    return Apart(found, time.process_time() - cpu, time.perf_counter() - wall, most_resident())
