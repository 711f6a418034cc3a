"""Spellings found by the first letters of any word in them, in memory."""

from bisect import bisect_left
from collections.abc import Iterable

from bot.prose.words import search_key


class Beginnings:
    """A look-up from first letters to what is spelt so."""

    def __init__(self, spellings: Iterable[tuple[str, str]]) -> None:
        """Take pairs of a spelling and what it stands for."""
        found = [
            (key[start:], meant)
            for spelling, meant in spellings
            if (key := search_key(spelling))
            for start in range(len(key))
            if start == 0 or key[start - 1] == " "
        ]
        self._sorted = sorted(set(found))

    def find(self, typed: str, limit: int) -> list[str]:
        """Give what has a spelling with a word that starts like ``typed``, each once."""
        asked = search_key(typed)
        found: dict[str, None] = {}
        at = bisect_left(self._sorted, (asked, ""))
        while at < len(self._sorted) and len(found) < limit:
            told, meant = self._sorted[at]
            if not told.startswith(asked):
                break
            found[meant] = None
            at += 1
        return list(found)
