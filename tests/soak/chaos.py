"""What goes wrong in the soak: where a bot dies, and what Discord does meanwhile."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.wire.faults import Fault
from tests.wire.stand_in import StandIn

POSTS, HISTORY = "/channels/*/messages", "/channels/*/messages"
DIRECT = "/users/@me/channels"


@dataclass
class Chaos:
    """Decides by ``rng`` what goes wrong, and counts what did."""

    rng: Random
    stand_in: StandIn
    kills: Counter[str] = field(default_factory=Counter[str])
    faults: Counter[str] = field(default_factory=Counter[str])
    _planned: list[tuple[str, Fault, int]] = field(default_factory=list[tuple[str, Fault, int]])

    def plan_faults(self) -> None:
        """Let a few of the next requests fail in some way."""
        for _ in range(self.rng.choice((0, 0, 1, 1, 2, 4))):
            name, fault = self._fault()
            self._planned.append((name, fault, fault.times))
            # Some bite at once and some later.
            self.stand_in.fail(fault)
        self.rng.shuffle(self.stand_in.faults)

    def _fault(self) -> tuple[str, Fault]:
        rng = self.rng
        method, path = rng.choice(
            (("POST", POSTS), ("POST", POSTS), ("POST", POSTS), ("GET", HISTORY), ("POST", DIRECT))
        )
        is_done = rng.random() < 0.5
        told = "after" if is_done else "before"
        kind = rng.choice(("status", "status", "dropped", "limited", "late"))
        if kind == "status":
            status = rng.choice((500, 502, 503))
            return f"{status} {told} the work", Fault(method, path, status, is_done=is_done)
        if kind == "dropped":
            # Without the work the answer is never made: the bot's request is simply gone.
            lost = Fault(method, path, 0 if is_done else 500, is_done=is_done, is_dropped=True)
            return f"connection lost {told} the work", lost
        if kind == "limited":
            scope = rng.choice(("user", "shared", "global"))
            wait = rng.uniform(0.02, 0.3)
            return f"429 ({scope})", Fault(method, path, 429, retry_after=wait, scope=scope)
        return "slow answer", Fault(method, path, late=rng.uniform(0.05, 1.0), is_done=is_done)

    def plan_ambush(self) -> tuple[str, Fault]:
        """Hold a request to kill the bot while it waits for the answer."""
        rng = self.rng
        method, path, what = rng.choice(
            (("POST", POSTS, "a post"), ("POST", POSTS, "a post"), ("GET", HISTORY, "a look"))
        )
        how = rng.choice(("lost", "done later", "done"))
        fault = Fault(method, path, held=asyncio.Event(), is_done=how == "done")
        if how == "lost":
            fault.is_dropped, fault.status = True, 500
        self.stand_in.fail(fault)
        return f"in {what} that was {how}", fault

    def clear(self) -> None:
        """End what was planned and count what happened."""
        for name, fault, times in self._planned:
            if fault.times < times:
                self.faults[name] += 1
        self._planned.clear()
        for fault in self.stand_in.faults:
            fault.times = 0
            if fault.held is not None:
                fault.held.set()
        self.stand_in.faults.clear()
