"""What answers leave behind, written down together a moment later.

After a reply three things are noted: which message holds the story, what the room
was shown, and what the reader was. Each in a transaction of its own costs more than
the answer. So notes wait for each other: those that a crash may take for a second,
the others for no longer than a request to Discord takes. Whoever asks for what a note
is about asks here first.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextvars import Context
from typing import Any, NamedTuple

from bot.errors import LibraryUnreachable

AT_LEISURE = 1.0  # seconds that a note waits at most which a crash may take
SOON = 0.05  # seconds that any other waits
MOST = 500  # notes that wait before they are written without waiting on
KEPT = 5_000  # notes that are kept while the library cannot be written; older ones go

_log = logging.getLogger(__name__)


class Note(NamedTuple):
    """One statement, and what it writes about."""

    about: tuple[Hashable, ...]
    sql: str
    values: Mapping[str, Any]


class Notes:
    """Waits, and writes what waited in one transaction."""

    def __init__(self, write: Callable[[Sequence[Note]], Awaitable[None]]) -> None:
        self._write = write
        self._waiting: list[Note] = []
        self._leaving: list[Note] = []  # those that are being written
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    def add(self, note: Note, *, within: float) -> None:
        """Have ``note`` written within some seconds, and all that waits with it."""
        self._waiting.append(note)
        if len(self._waiting) >= MOST:
            self._begin()
        elif self._writing is None:  # else it goes behind those that are being written
            loop = asyncio.get_running_loop()
            due = loop.time() + within
            if self._timer is None or due < self._timer.when():
                self._stop_timer()
                # In no answer's context: it is nobody's own, and no answer waits for it.
                self._timer = Context().run(loop.call_at, due, self._begin)

    @property
    def are_written(self) -> bool:
        """Whether the library holds all of them."""
        return not self._waiting and not self._leaving

    def told(self, about: Hashable) -> list[Mapping[str, Any]]:
        """Give the values of the notes about something that the library does not hold yet."""
        return [
            note.values
            for notes in (self._leaving, self._waiting)
            for note in notes
            if about in note.about
        ]

    async def written(self, *about: Hashable) -> None:
        """Wait until what is noted about one of these, or anything at all, is written.

        Where the library cannot be written now, notes go on waiting.
        """
        if self.are_written:
            return
        if about and not any(map(self.told, about)):
            return
        await asyncio.wait([self._begin()])

    async def forgotten(self, *about: Hashable) -> None:
        """Do as `written`; what cannot be written now never will be."""
        await self.written(*about)
        self._waiting = [note for note in self._waiting if not set(about) & set(note.about)]

    def _begin(self) -> "asyncio.Task[None]":
        self._stop_timer()
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_waiting())
        return self._writing

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _write_waiting(self) -> None:
        try:
            while self._waiting:
                self._leaving, self._waiting = self._waiting, []
                await self._write_all(self._leaving)
                self._leaving = []
        except LibraryUnreachable:  # the library has told its log
            self._waiting = [*self._leaving, *self._waiting][-KEPT:]
        finally:
            self._leaving = []
            self._writing = None

    async def _write_all(self, notes: Sequence[Note]) -> None:
        try:
            await self._write(notes)
        except LibraryUnreachable:
            raise
        except Exception:
            if len(notes) == 1:
                _log.exception("What an answer left behind could not be written down.")
                return
            for note in notes:  # one that cannot be written keeps no other from it
                await self._write_all([note])
