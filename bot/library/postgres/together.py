"""Several processes on one library: told of each other's changes, and one alone where it must be.

A change is told with its own transaction (NOTIFY), so whoever hears of it reads
what is new. Who is alone holds an advisory lock, which the server takes away
from a process that dies.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress

from bot.library.base import Changed
from bot.library.postgres.connections import Connections, is_away
from bot.library.postgres.lanes import Writer, end

_CHANNEL = "fireside"
_STILL_THERE = 30  # seconds between two looks whether the listening connection lives
_AGAIN = 1  # seconds until a lost one is made anew

_log = logging.getLogger(__name__)


class Together(Connections):
    """The part of the contract about several processes."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._listeners: list[Callable[[Changed, int], None]] = []
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """See `Library.open`; with it, listening begins."""
        await super().open()
        if self._listeners:
            listens = asyncio.Event()
            self._listening = asyncio.create_task(self._keep_listening(listens))
            await listens.wait()

    async def close(self) -> None:
        """See `Library.close`."""
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
        await super().close()

    def listen(self, told: Callable[[Changed, int], None]) -> None:
        """See `Library.listen`; those of an open library hear from its next opening on."""
        self._listeners.append(told)

    async def _tell(self, writer: Writer, changed: Changed, ident: int) -> None:
        await writer.execute("SELECT pg_notify($1, $2)", _CHANNEL, f"{changed}:{ident}")

    def _hear(self, told: str) -> None:
        try:
            name, _, ident = told.partition(":")
            changed, whose = Changed(name), int(ident)
        except ValueError:  # a later version's word
            changed, whose = Changed.EVERYTHING, 0
        for each in self._listeners:
            each(changed, whose)

    async def _keep_listening(self, listens: asyncio.Event) -> None:
        while True:
            try:
                await self._listen(listens)
            except Exception as error:  # an exception would end the listening for good
                if not is_away(error):
                    _log.exception("Changes of other processes cannot be listened to.")
            listens.set()
            await asyncio.sleep(_AGAIN)

    async def _listen(self, listens: asyncio.Event) -> None:
        """Listen until the connection is lost."""
        connection = await self._connect()
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(_CHANNEL, lambda _c, _p, _n, told: self._hear(str(told)))
            # What was changed before, nobody heard of.
            self._hear(f"{Changed.EVERYTHING}:0")
            listens.set()
            while not lost.is_set():
                await connection.execute("SELECT")
                with suppress(TimeoutError):
                    await asyncio.wait_for(lost.wait(), _STILL_THERE)
        finally:
            await end(connection)

    @asynccontextmanager
    async def alone(self, doing: str, *, wait: bool = False) -> AsyncGenerator[bool]:
        """See `Library.alone`."""
        self._opened()
        lock = int.from_bytes(hashlib.sha256(doing.encode()).digest()[:8], "big", signed=True)
        with self._telling():
            # Closing it gives the lock back, however this ends.
            connection = await self._connect(seconds=None)
        try:
            with self._telling():
                if wait:
                    await connection.execute("SELECT pg_advisory_lock($1)", lock)
                    is_alone = True
                else:
                    is_alone = await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock)
            yield bool(is_alone)
        finally:
            await end(connection)
