"""What names begin with: found by a few letters of any word, the most used first.

Each name stands under the first letters of itself and of every word in it (in
scripts without spaces, of every letter), so that what somebody typed so far is
one look into an index in the order that is shown. How often a name is used
counts by powers of four: a name moves only a few times in its life.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from functools import lru_cache

from bot.prose.words import fold, holds_spaceless, search_key

LETTERS = 6  # that are told apart; of more, the name itself is asked


def rank_of(stories: int) -> int:
    """Give the place of names that so many stories carry: 0 is none, and -1 the last."""
    return -((stories.bit_length() + 1) // 2)


def letters_of(typed: str) -> tuple[str, bool]:
    """Give what typed letters are looked up as, and whether they are words (else only marks)."""
    words = search_key(typed)
    if words or not typed.strip():
        return words, True
    return fold(typed), False


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
    places = list(_places(key, folded))
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


def _places(key: str, folded: str) -> Iterator[tuple[str, int]]:
    """Give the letters a name stands under, each once, and whether they come later in it."""
    found: dict[str, int] = {"": 0}
    for start, letter in enumerate(key):
        if start == 0 or key[start - 1] == " " or _is_spaceless(letter):
            for letters in _firsts(key, start):
                found.setdefault(letters, int(start > 0))
    for start, letter in enumerate(folded):
        if _is_mark(letter):
            marks = folded[start : start + LETTERS]
            for end in range(1, len(marks) + 1):
                if search_key(marks[:end]):
                    break
                found.setdefault(marks[:end], int(start > 0))
    yield from found.items()


# Letters are few and names are many, so what is known of a letter is kept.


@lru_cache(maxsize=4_096)
def _is_mark(letter: str) -> bool:
    return not letter.isspace() and not search_key(letter)


@lru_cache(maxsize=4_096)
def _is_spaceless(letter: str) -> bool:
    return holds_spaceless(letter)


def _firsts(key: str, start: int) -> Iterator[str]:
    """Give the first letters from ``start`` on; a space ends them only where more follow."""
    letters = key[start : start + LETTERS]
    for end in range(1, len(letters) + 1):
        if letters[end - 1] != " " or end == LETTERS:
            yield letters[:end]
