"""One connection that is held, and a pool for whoever finds it busy.

A question on a held connection costs half of one through a pool, whose every
loan is booked. Connections that were lost are made anew when somebody asks.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import asyncpg

Record = asyncpg.Record
if TYPE_CHECKING:
    Writer = asyncpg.Connection[Record]
else:  # asyncpg's classes take no parameters when they run
    Writer = asyncpg.Connection

CONNECT_SECONDS = 10


class Lane:
    """A way to ask questions one at a time, and more of them where there is ``more``."""

    def __init__(
        self, connect: Callable[[], Awaitable[Writer]], more: "asyncpg.Pool[Record]", seconds: float
    ) -> None:
        self._connect = connect
        self._more = more
        self._seconds = seconds
        self._held: Writer | None = None
        self._asking = asyncio.Lock()

    async def fetch(self, text: str, args: list[Any]) -> list[Record]:
        """Run one reading statement."""
        if self._asking.locked():
            return await self._more.fetch(text, *args, timeout=self._seconds)
        async with self._asking:
            if self._held is None or self._held.is_closed():
                self._held = await self._connect()
            return await self._held.fetch(text, *args)

    async def close(self) -> None:
        """Close the held connection, not the pool."""
        held, self._held = self._held, None
        if held is not None:
            await end(held)


async def end(ending: "Writer | asyncpg.Pool[Record]") -> None:
    """Close a connection, or all of a pool, within a bounded time."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await ending.close()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        ending.terminate()
