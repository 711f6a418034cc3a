"""What was answered lately, told on the event loop itself.

To hand a question to a connection's thread and the answer back costs ten times what
it costs to see that nothing changed since that answer was given: one read of one row.
So the loop has a small connection of its own for that look, and for nothing else; where
the look fails, or nothing is known, the question goes to its thread as ever.
"""

import sqlite3
from collections.abc import Hashable
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.library.sqlite.memory import MOST, Memory

UNKNOWN: Any = object()  # what is told of a question that was not answered lately
_CACHE_KIB = 100  # the page with that row, and what leads to it


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
        try:
            self._memory.bring_up(self._database)
        except sqlite3.Error:
            return UNKNOWN  # the question itself will tell what is wrong
        return self._memory.recall(question, UNKNOWN)

    def keep(self, question: Hashable, found: object, turnover: int) -> None:
        """Remember what was found in the state ``turnover``, if that is the one known here."""
        if turnover == self._memory.turnover:
            self._memory.keep(question, found)
