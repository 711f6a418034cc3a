"""A delivery that is ours to finish, as long as nobody else took it over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.house import House
from bot.library.base import Library

LEASE = timedelta(minutes=5)  # how long a claim holds before somebody else may finish it
# How long after its claim was held a request may go out, the repeated ones of
# discord.py too: Discord knows a nonce for "the past few minutes" only.
FRESH = timedelta(minutes=2)
# How long we wait before the next try when Discord fails: a little more than five hours
# in all, which is less than what is caught up with by default.
WAITS = tuple(timedelta(minutes=each) for each in (5, 10, 20, 40, 80, 160))


async def finish(house: House, delivery: int, state: str) -> None:
    """Close a delivery as "sent", "skipped" or "failed", and count it."""
    await house.library.finish(delivery, state)
    house.watch.delivery(state)


class ClaimLost(Exception):
    """Somebody else finishes the delivery: we were away for longer than its lease."""


@dataclass(slots=True)
class Claim:
    """The delivery ``id``, ours to ``until``."""

    library: Library
    id: int
    until: datetime
    tries: int = 0  # how often it was put off before

    async def hold(self, now: datetime) -> None:
        """Make sure that it is still ours, and stays so for another lease.

        Raises:
            ClaimLost: It is not.
        """
        until = max(self.until, now + LEASE)  # a clock that was set back takes nothing away
        if not await self.library.hold(self.id, self.until, until):
            raise ClaimLost
        self.until = until

    def may_send(self, now: datetime) -> None:
        """Make sure, at the last moment before a request, that it is still fresh.

        We may have been stopped since the claim was last held: a machine that slept,
        a process that got no time. Then somebody else may have taken it over, or the
        nonce of a request that is repeated may be forgotten.

        Raises:
            ClaimLost: It was held too long ago; it is finished when its lease ran out.
        """
        if now > self.until - LEASE + FRESH:
            raise ClaimLost

    async def put_off(self, now: datetime) -> timedelta:
        """Leave it alone for a while, longer each time; gives how long."""
        wait = WAITS[min(self.tries, len(WAITS) - 1)]
        until = max(self.until, now + wait)
        await self.library.put_off(self.id, self.until, until)  # else it is somebody else's
        return wait

    @property
    def is_hopeless(self) -> bool:
        """Tell whether it failed as often as we try."""
        return self.tries >= len(WAITS)

    async def choose(self, story: int, part: str, nonce: str) -> None:
        """Write down what it sends.

        Raises:
            ClaimLost: It is not ours any more.
        """
        if not await self.library.choose(self.id, story, part, nonce, held=self.until):
            raise ClaimLost
