"""The worker's own side: it limits itself, then answers until its input ends.

The limits are the kernel's, so that no parser can talk its way past them:
memory (the address space), for each answer seconds of a processor and seconds
that pass (alarms; the second also ends a worker whose owner is gone), and no
byte written to any file.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any, BinaryIO, cast

from bot.importers.worker.frames import pack, read_frame

Answer = Callable[[dict[str, Any], bytes], Iterator[Any]]

OUT_OF_MEMORY = 71  # exit status
_FLUSH_BYTES = 200_000  # answers that go out together
_FLUSH_SECONDS = 0.3  # at most so long an answer waits for others


def serve(prepare: Callable[[dict[str, Any]], Answer]) -> None:
    """Answer requests from standard input.

    Args:
        prepare: Takes the first frame's settings, gives what answers the
            requests after it: an iterator of values for each. Values that
            came are sent even when a later one fails.
    """
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a parser prints is no answer
    first = read_frame(source)
    if first is None:
        return
    greeting, _ = first
    answer = prepare(greeting)
    _limit(greeting["memory"])
    while (frame := read_frame(source)) is not None:
        request, blob = frame
        _answer(answer, request, blob, greeting["seconds"], sink)


def _answer(
    answer: Answer, request: dict[str, Any], blob: bytes, seconds: list[float], sink: BinaryIO
) -> None:
    sending = _Sending(sink, is_careful=bool(request.get("careful")))
    try:
        _alarm(*seconds)
        for value in answer(request, blob):
            sending.add(value)
            _alarm(*seconds)
    except MemoryError:
        try:
            sending.flush()
        finally:  # there may be no memory for that either
            # What is left of this process may be in pieces; a new one is made.
            os._exit(OUT_OF_MEMORY)
    finally:
        _alarm(0, 0)
    sending.flush(is_last=True)


class _Sending:
    """Gathers answers into frames; a careful one sends each at once, so that none is lost."""

    def __init__(self, sink: BinaryIO, *, is_careful: bool) -> None:
        self._sink = sink
        self._is_careful = is_careful
        self._values: list[Any] = []
        self._bytes = 0
        self._since = monotonic()

    def add(self, value: Any) -> None:
        self._values.append(value)
        self._bytes += _size(value)
        if (
            self._is_careful
            or self._bytes >= _FLUSH_BYTES
            or monotonic() - self._since >= _FLUSH_SECONDS
        ):
            self.flush()

    def flush(self, *, is_last: bool = False) -> None:
        self._sink.write(pack([is_last, self._values]))
        self._sink.flush()
        self._values, self._bytes, self._since = [], 0, monotonic()


def _size(value: Any) -> int:
    """Guess how many bytes a value takes: its texts, two lists deep and more."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_size, cast("dict[str, Any]", value).values()))
    if isinstance(value, list | tuple):
        return sum(map(_size, cast("list[Any]", value)))
    return 8


def _alarm(worked: float, passed: float) -> None:
    # Windows has no alarm; there the owner's own clock has to do.
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, worked)
        signal.setitimer(signal.ITIMER_REAL, passed)


def _limit(memory: int) -> None:
    """Take away what a parser does not need, for good."""
    if sys.platform == "win32":
        return
    import resource

    for alarm in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(alarm, signal.SIG_DFL)  # by the kernel, also inside a parser in C
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner, who ends us
    os.nice(5)  # readers first
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        hard = resource.getrlimit(what)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (allowed, allowed))
        except (OSError, ValueError):  # macOS knows no limit of the address space
            continue
