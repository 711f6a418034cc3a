"""No member fills a channel: between two stories of theirs that everybody sees lies a pause.

Who asks for more meanwhile gets it all the same, but alone. Kept in memory only: after
a restart everybody may post at once, which harms nobody.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta


class Crowding:
    """Remembers who lately had a story told to everybody."""

    def __init__(self, pause: timedelta, *, now: Callable[[], datetime]) -> None:
        self._pause = pause
        self._now = now
        self._free: OrderedDict[int, datetime] = OrderedDict()  # by member, the earliest first

    def free_at(self, member: int) -> datetime | None:
        """Give when ``member`` may post to everybody again; None when that is now."""
        free = self._free.get(member)
        return free if free is not None and free > self._now() else None

    def posted(self, member: int) -> None:
        """Note that ``member`` has just had a story told to everybody."""
        now = self._now()
        self._free.pop(member, None)
        while self._free and next(iter(self._free.values())) <= now:
            self._free.popitem(last=False)
        self._free[member] = now + self._pause
