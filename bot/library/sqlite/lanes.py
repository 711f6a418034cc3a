"""A connection that runs whole functions on its own thread.

The hop to the thread costs ten times what a look-up costs, so a question that
takes several statements goes over as one function. aiosqlite does just that
with each of its own calls; this module alone uses what it does it with.
"""

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosqlite

from bot.library.sqlite.memory import Remembering

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_STATEMENTS = 160  # kept ready: to weigh, a search asks every shard of the index with its own


class Lane(aiosqlite.Connection):
    """One connection with its thread; ``await`` opens it."""

    def __init__(self, path: Path, *, remembers: bool) -> None:
        connect = partial(
            sqlite3.connect,
            path,
            isolation_level=None,
            factory=Remembering if remembers else sqlite3.Connection,
            cached_statements=_STATEMENTS,
        )
        super().__init__(connect, 64)

    async def run(self, work: Work[T]) -> T:
        """Run ``work`` on the connection's thread."""
        run = cast("Callable[..., Any]", self._execute)
        return cast("T", await run(work, self._conn))

    async def read(self, work: Work[T]) -> T:
        """Run ``work``, which only reads, in one transaction: it sees one state of all."""
        return await self.run(partial(in_one_state, work))

    async def read_as_of(self, work: Work[T]) -> tuple[T, int]:
        """Do as `read`, on a connection that remembers, and tell which state that was."""
        return await self.run(partial(in_one_state, partial(_as_of, work)))


def in_one_state(work: Work[T], database: sqlite3.Connection) -> T:
    """Run ``work``, which only reads, in one transaction."""
    database.execute("BEGIN")
    try:
        if isinstance(database, Remembering):
            database.memory.bring_up(database)
        return work(database)
    finally:
        database.execute("ROLLBACK")


def _as_of(work: Work[T], database: sqlite3.Connection) -> tuple[T, int]:
    assert isinstance(database, Remembering)
    return work(database), database.memory.turnover
