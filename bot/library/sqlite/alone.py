"""One process alone: a SQLite library is opened by one bot, so nobody else is told or asked."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import aiosqlite

from bot.library.base import Changed
from bot.library.sqlite.connections import Connections


class Alone(Connections):
    """The part of the contract about several processes."""

    def listen(self, told: Callable[[Changed, int], None]) -> None:
        """See `Library.listen`."""

    async def _tell(self, writer: aiosqlite.Connection, changed: Changed, ident: int) -> None:
        pass

    @asynccontextmanager
    async def alone(self, doing: str, *, wait: bool = False) -> AsyncGenerator[bool]:
        """See `Library.alone`."""
        yield True
