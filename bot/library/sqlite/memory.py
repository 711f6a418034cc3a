"""What was found lately, kept until lists, index or names change.

People ask the same again and again: the first letters of a name, the first
page of somebody everybody reads. Every change of what is found by raises one
number in the database, so that whoever wrote it, a command line beside the
bot included, nothing stale is told: the number is read with each question.
"""

import sqlite3
from array import array
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from bot.library.base import Card, Filter
from bot.story import Audience

MOST = 5_000  # kilobytes of answers, about
MOST_BETWEEN = 2_500  # kilobytes of what a connection found on the way to them

T = TypeVar("T")
_NOTHING: Any = object()  # None is an answer
_CARD, _OTHER = 3.0, 0.25  # kilobytes of one of a list


class Memory:
    """Answers by question, as of one state of the library.

    They are kept in two generations: what is asked for again moves to the younger
    one, and when that has grown to half of all, the older one is forgotten for it.
    An answer is then found with one look, and what nobody asks for goes.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most / 2
        self._turnover = 0
        self._known: dict[Hashable, Any] = {}
        self._older: dict[Hashable, Any] = {}
        self._size = 0.0  # kilobytes of ``_known``

    @property
    def turnover(self) -> int:
        """Give the state of the library that is known."""
        return self._turnover

    def bring_up(self, database: sqlite3.Connection) -> None:
        """Forget everything if the library changed since."""
        (turnover,) = database.execute("SELECT number FROM turnover").fetchone()
        if turnover != self._turnover:
            self._known, self._older, self._size = {}, {}, 0.0
            self._turnover = turnover

    def recall(self, question: Hashable, otherwise: Any = None) -> Any:
        """Give the answer to a question, if it is known."""
        found = self._known.get(question, _NOTHING)
        if found is not _NOTHING:
            return found
        found = self._older.get(question, _NOTHING)
        if found is _NOTHING:
            return otherwise
        self.keep(question, found)
        return found

    def keep(self, question: Hashable, found: object) -> None:
        """Remember what was found."""
        if self._size >= self._most:
            self._older, self._known, self._size = self._known, {}, 0.0
        self._known[question] = found
        self._size += _size(found)


def _size(found: object) -> float:
    """Estimate what an answer and its question take, in kilobytes."""
    if isinstance(found, array):
        numbers = cast("array[int]", found)
        return 1.0 + len(numbers) * numbers.itemsize / 1_000
    if not isinstance(found, list):
        return 1.0
    items = cast("list[object]", found)
    each = _CARD if items and isinstance(items[0], Card) else _OTHER
    return 1.0 + each * len(items)


class Remembering(sqlite3.Connection):
    """A connection with a memory of what leads to answers, for the one thread that uses it."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.memory = Memory(MOST_BETWEEN)


def remembered(database: sqlite3.Connection, question: Hashable, find: Callable[[], T]) -> T:
    """Give what ``database`` knows of ``question`` if it has a memory, else ``find`` it.

    The memory has been brought up in the transaction that runs.
    """
    if not isinstance(database, Remembering):
        return find()
    memory = database.memory
    found = memory.recall(question, _NOTHING)
    if found is _NOTHING:
        found = find()
        memory.keep(question, found)
    return cast("T", found)


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
