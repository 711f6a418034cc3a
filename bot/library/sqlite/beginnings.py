"""What names begin with: found by a few letters of any word, the most used first.

See `both.beginnings`: here each place of a name is a row, in the order that is shown.
"""

import sqlite3
from collections.abc import Mapping

from bot.library.both.beginnings import places_of, rank_of


def count(database: sqlite3.Connection, changes: Mapping[int, int]) -> None:
    """Count stories that came or went, by name."""
    for name, by in changes.items():
        (stories,) = database.execute(
            "INSERT INTO name_use (name, stories) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET stories = stories + excluded.stories RETURNING stories",
            (name, by),
        ).fetchone()
        before, now = rank_of(stories - by), rank_of(stories)
        if before != now:
            _move(database, name, before, now)


def clear(database: sqlite3.Connection) -> None:
    """Forget all names."""
    database.execute("DELETE FROM beginning")
    database.execute("DELETE FROM name_use")


def _move(database: sqlite3.Connection, name: int, before: int, now: int) -> None:
    kind, key, folded = database.execute(
        "SELECT kind, key, folded FROM name WHERE id = ?", (name,)
    ).fetchone()
    places = list(places_of(key, folded))
    if before:
        database.executemany(
            "DELETE FROM beginning"
            " WHERE kind = ? AND letters = ? AND later = ? AND rank = ? AND name = ?",
            ((kind, letters, later, before, name) for letters, later in places),
        )
    if now:
        database.executemany(
            "INSERT INTO beginning (kind, letters, later, rank, name) VALUES (?, ?, ?, ?, ?)",
            ((kind, letters, later, now, name) for letters, later in places),
        )
