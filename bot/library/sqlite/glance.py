"""What was answered lately, told on the event loop itself.

To hand a question to a connection's thread and the answer back costs ten times what
it costs to see that nothing changed since that answer was given: one read of one row.
So the loop has a small connection of its own for that look, and for drawing a story by what
is known of its lists, which is one look as well; where that fails, or nothing is known, the
question goes to its thread as ever.
"""

import sqlite3
from collections.abc import Callable, Hashable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from bot.library.sqlite.memory import MOST, Memory

UNKNOWN: Any = object()  # what is told of a question that was not answered lately
_CACHE_KIB = 1_000

T = TypeVar("T")


class Glance:
    """Answers as of one state of the library, and a connection to see which it is in."""

    def __init__(self, path: Path) -> None:
        self._memory = Memory(MOST)
        # It never waits: who holds the library up would hold everything up. Whichever
        # thread runs the loop asks, and there is one.
        self._database = sqlite3.connect(
            path, timeout=0, isolation_level=None, check_same_thread=False
        )
        for told in (f"cache_size=-{_CACHE_KIB}", "mmap_size=0", "query_only=ON"):
            with closing(self._database.execute(f"PRAGMA {told}")):
                pass

    def close(self) -> None:
        """Let go of the library."""
        self._database.close()

    def known(self, question: Hashable) -> Any:
        """Give the answer to a question if it still holds, else `UNKNOWN`."""
        return self._memory.recall(question, UNKNOWN) if self._is_up() else UNKNOWN

    def look(
        self, question: Hashable, work: Callable[[Any, sqlite3.Connection, int], T]
    ) -> T | Any:
        """Run ``work``, one indexed read or two, with what is known of a question.

        It is told as of which state that holds and sees to it itself whether it still does.
        """
        found = self._memory.recall(question, UNKNOWN)
        if found is UNKNOWN:
            return UNKNOWN
        try:
            return work(found, self._database, self._memory.turnover)
        except sqlite3.Error:
            return UNKNOWN

    def keep(self, question: Hashable, found: object, turnover: int) -> None:
        """Remember what was found in the state ``turnover``, if that is still the last."""
        if turnover == self._memory.turnover or (
            self._is_up() and turnover == self._memory.turnover
        ):
            self._memory.keep(question, found)

    def _is_up(self) -> bool:
        """Forget everything if the library changed since; tell whether that could be seen."""
        try:
            self._memory.bring_up(self._database)
        except sqlite3.Error:
            return False  # the question itself will tell what is wrong
        return True
