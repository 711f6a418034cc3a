"""Names and titles that are spelt like what somebody typed, kept in memory until they change."""

import asyncio
from collections.abc import Callable, Sequence
from heapq import nsmallest

from rapidfuzz import fuzz, process

from bot.library.base import Library
from bot.prose.beginnings import Beginnings
from bot.prose.names import Aliases
from bot.prose.words import fold, search_key
from bot.story import TagKind

FUZZY_SCORE = 70  # of 100; below this a name is something else
ALL_NAMES = 20_000  # names looked through for a near miss
COMPARED_AT_ONCE = 1_000  # of them: one to two milliseconds
SHORTEST_ALIAS = 2  # letters, from which on aliases are looked up while somebody types
_SLIPS = 500  # of what was typed wrongly, what it was near to is remembered


class Spellings:
    """Finds what is spelt nearly like what was typed, and who is called so otherwise."""

    def __init__(self, library: Library, aliases: Callable[[], Aliases]) -> None:
        self._library = library
        self._aliases = aliases
        self._called: tuple[Aliases, Beginnings] | None = None
        self._known: dict[tuple[TagKind, ...], tuple[list[str], list[int]]] = {}
        self._near: dict[tuple[tuple[TagKind, ...], str, int], list[int]] = {}
        self._pairings: tuple[Aliases, dict[str, list[int]]] | None = None

    async def nearest(self, kinds: tuple[TagKind, ...], asked: str, limit: int) -> list[int]:
        """Give the ids of names, or of stories where ``kinds`` is empty, spelt like ``asked``.

        The spellings are kept in memory until the shelf changes, and compared in
        a thread: this runs at every letter somebody types wrongly.
        """
        if kinds not in self._known:
            if kinds:
                names = await self._library.spellings(kinds, ALL_NAMES)
                known = await asyncio.to_thread(self._with_aliases, names)
            else:
                titles = await self._library.title_spellings(ALL_NAMES)
                known = ([title for _, title in titles], [ident for ident, _ in titles])
            self._known[kinds] = known
        about = kinds, asked, limit
        if about not in self._near:
            spelt, ids = self._known[kinds]
            told = _compared(asked) if kinds else asked
            near = await asyncio.to_thread(_near, told, spelt, limit)
            if len(self._near) >= _SLIPS:
                self._near.clear()
            self._near[about] = list(dict.fromkeys(ids[place] for place in near))
        return self._near[about]

    def _with_aliases(self, names: Sequence[tuple[int, str]]) -> tuple[list[str], list[int]]:
        aliases = self._aliases()
        spelt: list[str] = []
        ids: list[int] = []
        for ident, name in names:
            for spelling in (name, *aliases.aliases_of(name), aliases.pairing(name)):
                if spelling:
                    spelt.append(_compared(spelling))
                    ids.append(ident)
        return spelt, ids

    def forget(self) -> None:
        """Read the spellings of names and titles anew: the shelf changed."""
        self._known.clear()
        self._near.clear()
        self._called = self._pairings = None

    async def called_otherwise(self, kinds: Sequence[TagKind], asked: str, limit: int) -> list[str]:
        """List the names (folded) that have an alias with a word that begins like ``asked``.

        Most characters that the alias files know are in no story here, and would take the
        places of those who are: "captain" is dozens. So these are left out.
        """
        if TagKind.CHARACTER not in kinds or len(asked) < SHORTEST_ALIAS:
            return []
        aliases = self._aliases()
        if self._called is None or self._called[0] is not aliases:
            spelt = await self._library.spellings((TagKind.CHARACTER,), ALL_NAMES)
            here = await asyncio.to_thread(_folded, spelt)
            pairs = [
                (alias, name)
                for entry in aliases.entries
                if (name := fold(entry.name)) in here or len(spelt) == ALL_NAMES
                for alias in entry.aliases
            ]
            self._called = aliases, Beginnings(pairs)
        return self._called[1].find(asked, limit)

    async def paired(self, typed: str, limit: int) -> list[int]:
        """Give the ids of relationships of those whom ``typed`` pairs: any order, any alias."""
        aliases = self._aliases()
        pairing = aliases.pairing(typed)
        if not pairing:
            return []
        if self._pairings is None or self._pairings[0] is not aliases:
            names = await self._library.spellings((TagKind.RELATIONSHIP,), ALL_NAMES)
            self._pairings = aliases, await asyncio.to_thread(_pairings, aliases, names)
        return self._pairings[1].get(pairing, [])[:limit]

    def canonical(self, kinds: Sequence[TagKind], typed: str) -> str | None:
        """Give the name that ``typed`` is an alias of."""
        return self._aliases().canonical(typed) if TagKind.CHARACTER in kinds else None


def _folded(names: Sequence[tuple[int, str]]) -> set[str]:
    return {fold(name) for _, name in names}


def _pairings(aliases: Aliases, names: Sequence[tuple[int, str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for ident, name in names:
        found.setdefault(aliases.pairing(name), []).append(ident)
    return found


def _compared(name: str) -> str:
    """Give a name as near misses are looked for: its words, whatever stands between them."""
    return search_key(name) or fold(name)


def _near(asked: str, spelt: Sequence[str], limit: int) -> list[int]:
    """Give the places in ``spelt`` of what is spelt most like ``asked``.

    Some at once: while they are compared no other thread runs, the event loop's neither.
    """
    found: list[tuple[float, int]] = []
    for first in range(0, len(spelt), COMPARED_AT_ONCE):
        near = process.extract(
            asked,
            spelt[first : first + COMPARED_AT_ONCE],
            scorer=fuzz.WRatio,
            limit=limit,
            score_cutoff=FUZZY_SCORE,
        )
        found += [(score, first + place) for _, score, place in near]
    return [place for _, place in nsmallest(limit, found, key=lambda each: (-each[0], each[1]))]
