"""What names begin with: found by a few letters of any word, the most used first.

See `both.beginnings`: here each place of a name is a row, in the order that is shown.
"""

import json
import sqlite3
from collections.abc import Mapping

from bot.library.both.beginnings import places_of, rank_of


def count(database: sqlite3.Connection, changes: Mapping[int, int]) -> None:
    """Count stories that came or went, by name."""
    counted = database.execute(
        "SELECT name_use.name, name_use.stories FROM json_each(?) AS wanted"
        " CROSS JOIN name_use ON name_use.name = wanted.value",
        (json.dumps(sorted(changes)),),
    )
    had: dict[int, int] = dict(counted)
    has = {name: had.get(name, 0) + by for name, by in sorted(changes.items())}
    database.executemany(
        "INSERT INTO name_use (name, stories) VALUES (?, ?)"
        " ON CONFLICT DO UPDATE SET stories = excluded.stories",
        has.items(),
    )
    ranks = {name: (rank_of(had.get(name, 0)), rank_of(stories)) for name, stories in has.items()}
    _move(database, {name: (then, now) for name, (then, now) in ranks.items() if then != now})


def clear(database: sqlite3.Connection) -> None:
    """Forget all names."""
    database.execute("DELETE FROM beginning")
    database.execute("DELETE FROM name_use")


def _move(database: sqlite3.Connection, ranks: Mapping[int, tuple[int, int]]) -> None:
    """Give names other ranks: (the one it had, the one it has) each, 0 for none."""
    gone: list[tuple[str, str, int, int, int]] = []
    come: list[tuple[str, str, int, int, int]] = []
    for name, kind, key, folded in database.execute(
        "SELECT name.id, name.kind, name.key, name.folded FROM json_each(?) AS wanted"
        " CROSS JOIN name ON name.id = wanted.value",
        (json.dumps(list(ranks)),),
    ):
        before, now = ranks[name]
        for letters, later in places_of(key, folded):
            if before:
                gone.append((kind, letters, later, before, name))
            if now:
                come.append((kind, letters, later, now, name))
    # In the order of the table: neighbours lie on one page of it.
    database.executemany(
        "DELETE FROM beginning"
        " WHERE kind = ? AND letters = ? AND later = ? AND rank = ? AND name = ?",
        sorted(gone),
    )
    database.executemany(
        "INSERT INTO beginning (kind, letters, later, rank, name) VALUES (?, ?, ?, ?, ?)",
        sorted(come),
    )
