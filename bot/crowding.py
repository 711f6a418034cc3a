"""No member fills a channel: between two stories of theirs that everybody sees lies a pause.

Who asks for more meanwhile gets it all the same, but alone. Follow-ups, which all members
of a channel share a limit for, have a budget here; past it answers find another way. Kept
in memory only: after a restart everybody may post at once, which harms nobody.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta

# Discord's shared limit of follow-ups in a channel is not documented; 30 a minute were seen,
# and refusals there have led to bans (discord-api-docs #7243).
FOLLOW_UPS = 20
FOLLOW_UPS_WITHIN = timedelta(minutes=1)
_CHANNELS_MOST = 10_000  # channels whose follow-ups are remembered


class Crowding:
    """Remembers who lately had a story told to everybody, and where follow-ups were sent."""

    def __init__(self, pause: timedelta, *, now: Callable[[], datetime]) -> None:
        self._pause = pause
        self._now = now
        self._free: OrderedDict[int, datetime] = OrderedDict()  # by member, the earliest first
        self._followed: OrderedDict[int, deque[datetime]] = OrderedDict()  # by channel

    def free_at(self, member: int) -> datetime | None:
        """Give when ``member`` may post to everybody again; None when that is now."""
        free = self._free.get(member)
        return free if free is not None and free > self._now() else None

    def may_follow_up(self, channel: int | None) -> bool:
        """Take one follow-up of the budget of ``channel``; False when it is used up."""
        now, key = self._now(), channel or 0
        sent = self._followed.setdefault(key, deque())
        self._followed.move_to_end(key)
        if len(self._followed) > _CHANNELS_MOST:
            self._followed.popitem(last=False)
        while sent and sent[0] <= now - FOLLOW_UPS_WITHIN:
            sent.popleft()
        if len(sent) >= FOLLOW_UPS:
            return False
        sent.append(now)
        return True

    def posted(self, member: int) -> None:
        """Note that ``member`` has just had a story told to everybody."""
        now = self._now()
        self._free.pop(member, None)
        while self._free and next(iter(self._free.values())) <= now:
            self._free.popitem(last=False)
        self._free[member] = now + self._pause
