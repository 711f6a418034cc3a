"""One clock for everybody in a test: it stands still until it is moved.

It is a small file, so that a bot in a process of its own reads the moment that
the test set, at once and without being told. The stand-in makes the ids of its
messages from it, as Discord does from its own.
"""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SECONDS = struct.Struct("<d")  # unix time; eight bytes are written in one go


class Clock:
    """A clock in the file ``path``; give ``at`` to set it, else it is read as it stands."""

    def __init__(self, path: Path, at: datetime | None = None) -> None:
        self.path = path
        if at is not None:
            path.write_bytes(_SECONDS.pack(at.timestamp()))
        with path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), _SECONDS.size)

    def __call__(self) -> datetime:
        """Give the moment it shows, in UTC."""
        return datetime.fromtimestamp(_SECONDS.unpack(self._page[: _SECONDS.size])[0], UTC)

    def set(self, at: datetime) -> None:
        """Show another moment from now on."""
        self._page[: _SECONDS.size] = _SECONDS.pack(at.timestamp())

    def move(self, by: timedelta) -> None:
        """Go on by ``by``, or back when it is negative."""
        self.set(self() + by)
