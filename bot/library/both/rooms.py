"""What rooms were shown: noted behind an answer, forgotten in time."""

from datetime import datetime

from bot.library.both.asking import Asking
from bot.library.both.noting import AT_LEISURE, Note
from bot.library.rows import microseconds


class Rooms(Asking):
    """The part of the contract that knows what rooms were shown."""

    async def remember_shown(
        self, room: int, story: int, at: datetime, *, server: int | None = None
    ) -> None:
        """See `Library.remember_shown`."""
        note = Note(
            (("room", room), ("server", server)),
            "INSERT INTO shown (room, story, at, server)"
            " SELECT :room, id, :at, CAST(:server AS bigint) FROM story WHERE id = :story"
            " ON CONFLICT (room, story) DO UPDATE SET at = excluded.at, server = excluded.server",
            {"room": room, "story": story, "at": microseconds(at), "server": server},
        )
        self._notes.add(note, within=AT_LEISURE)

    async def forget_shown(self, before: datetime) -> int:
        """See `Library.forget_shown`."""
        await self._notes.written()
        return await self._change(
            "DELETE FROM shown WHERE at < :before", {"before": microseconds(before)}
        )
