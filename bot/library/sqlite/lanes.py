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

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]


class Lane(aiosqlite.Connection):
    """One connection with its thread; ``await`` opens it."""

    def __init__(self, path: Path) -> None:
        super().__init__(partial(sqlite3.connect, path, isolation_level=None), 64)

    async def run(self, work: Work[T]) -> T:
        """Run ``work`` on the connection's thread."""
        run = cast("Callable[..., Any]", self._execute)
        return cast("T", await run(work, self._conn))

    async def read(self, work: Work[T]) -> T:
        """Run ``work``, which only reads, in one transaction: it sees one state of all."""
        return await self.run(partial(_in_one_state, work))


def _in_one_state(work: Work[T], database: sqlite3.Connection) -> T:
    database.execute("BEGIN")
    try:
        return work(database)
    finally:
        database.execute("ROLLBACK")
