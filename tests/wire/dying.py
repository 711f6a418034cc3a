"""A process that kills or stops itself at a given step of its work on deliveries.

A step is the moment before or after something is written into the library, so
that every gap between two of them can be hit, whatever else the machine does.
"""

import os
import signal
from collections.abc import Callable
from functools import wraps
from itertools import count
from typing import Any

_WRITES = (
    "claim",
    "choose",
    "hold",
    "add_sent_message",
    "remember_shown",
    "finish",
    "take_over",
)


def die_at(library: Any, step: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Make ``library`` send this process a signal at ``step``, counted from 1."""
    steps = count(1)

    def passing(step_now: int) -> None:
        if step_now == step:
            os.kill(os.getpid(), number)

    def watched(write: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(write)
        async def run(*values: Any, **named: Any) -> Any:
            passing(next(steps))
            told = await write(*values, **named)
            passing(next(steps))
            return told

        return run

    for name in _WRITES:
        setattr(library, name, watched(getattr(library, name)))
