"""What a connection found lately, kept until lists, index or names change.

People ask the same again and again: the first letters of a name, the first
page of somebody everybody reads. Every change of what is found by raises one
number in the database, so that whoever wrote it, a command line beside the
bot included, nothing stale is told: the number is read with each question.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from bot.library.base import Filter
from bot.story import Audience

MOST = 1_000  # answers kept: some 5 MB at the most

T = TypeVar("T")


class Memory:
    """Answers by question, as of one state of the library."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._turnover = 0
        self._known: OrderedDict[Hashable, Any] = OrderedDict()

    def bring_up(self, database: sqlite3.Connection) -> None:
        """Forget everything if the library changed since."""
        (turnover,) = database.execute("SELECT number FROM turnover").fetchone()
        if turnover != self._turnover:
            self._known.clear()
            self._turnover = turnover

    def __contains__(self, question: Hashable) -> bool:
        return question in self._known

    def recall(self, question: Hashable) -> Any:
        """Give the answer to a question that is known."""
        self._known.move_to_end(question)
        return self._known[question]

    def keep(self, question: Hashable, found: object) -> None:
        """Remember what was found; what nobody asked for the longest is forgotten for it."""
        self._known[question] = found
        if len(self._known) > self._most:
            self._known.popitem(last=False)


class Remembering(sqlite3.Connection):
    """A connection with a memory, for the one thread that uses it."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.memory = Memory()


def remembered(database: sqlite3.Connection, question: Hashable, find: Callable[[], T]) -> T:
    """Give what ``database`` knows of ``question`` if it has a memory, else ``find`` it.

    The memory has been brought up in the transaction that runs.
    """
    if not isinstance(database, Remembering):
        return find()
    memory = database.memory
    if question in memory:
        return cast("T", memory.recall(question))
    found = find()
    memory.keep(question, found)
    return found


def count_change(database: sqlite3.Connection) -> None:
    """Have everything forgotten that was found before the transaction that runs."""
    database.execute("UPDATE turnover SET number = number + 1")


def question(what: str, wanted: Filter, audience: Audience, *more: Hashable) -> Hashable:
    """Name a question about the stories that fit; None where no answer may be kept.

    What is in a collection changes while the stories stay as they are.
    """
    return None if wanted.collection else (what, wanted, eyes(audience), *more)


def eyes(audience: Audience) -> Hashable:
    """Give what decides which stories an audience sees, whoever they are."""
    return (
        audience.ceiling,
        audience.beyond,
        audience.server,
        audience.blocked,
        audience.avoided,
        audience.unseen,
        audience.trusts_estimates,
    )
