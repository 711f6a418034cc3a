"""Names: what is offered while somebody types, and what goes with what."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from heapq import merge
from itertools import islice
from typing import Any

from bot.library.base import COUNT_LIMIT, OPERATOR_SHELF, Filter, Name, Offered
from bot.library.both.beginnings import LETTERS, letters_of
from bot.library.both.detections import MEANT
from bot.library.both.offering import CHARACTERS, Offering
from bot.library.sqlite.asked import Asked, candidates, understand
from bot.library.sqlite.connections import Connections
from bot.library.sqlite.memory import eyes
from bot.library.sqlite.tallies import column_of
from bot.prose.words import fold, holds_spaceless
from bot.story import Audience, TagKind

_SAMPLE = 300  # stories looked at for what goes with a name: the newest
_SPARE = 15  # names more than asked for are sorted: within a rank they stand in no order
_REACH = 1_000  # names that share their first letters, looked through at once
_LOOKED_AT = 5_000  # names, for those that an audience may see

_KINDS = {kind.value: kind for kind in TagKind}


class Naming(Offering, Connections):
    """The part of the contract that knows names."""

    async def find_names(
        self, query: str, kinds: Sequence[TagKind], audience: Audience, limit: int
    ) -> list[Name]:
        """See `Library.find_names`."""
        if not kinds:
            return []
        about = "names", query, tuple(kinds), eyes(audience), limit
        found: list[Name] | None = None
        if _is_told_by_lists(audience):
            found = await self._look(partial(_offered, query, kinds, audience, limit), about)
        if found is None:
            work = partial(_offered_one_by_one, query, kinds, audience, limit)
            found = await self._seek(work, about)
        return list(found)

    async def spellings(self, kinds: Sequence[TagKind], limit: int) -> list[tuple[int, str]]:
        """See `Library.spellings`."""
        rows = await self._ask(
            "SELECT name.id, name.name FROM json_each(:kinds) AS wanted"
            " JOIN beginning ON beginning.kind = wanted.value AND beginning.letters = ''"
            " JOIN name ON name.id = beginning.name"
            " ORDER BY beginning.rank, name.id LIMIT :limit",
            {"kinds": json.dumps(list(kinds)), "limit": limit},
        )
        return [(row["id"], row["name"]) for row in rows]

    async def offered_names(
        self,
        query: str,
        kinds: Sequence[TagKind],
        called: Sequence[str],
        audience: Audience,
        limit: int,
    ) -> Offered:
        """See `Library.offered_names`: one hop where lists tell."""
        found: Offered | None = None
        if kinds and _is_told_by_lists(audience):
            about = "offered", query, tuple(kinds), tuple(called), eyes(audience), limit
            meant = self._visible(audience)
            found = await self._look(
                partial(_offered_all, query, kinds, called, meant, audience, limit), about
            )
        return found or await super().offered_names(query, kinds, called, audience, limit)

    async def _names(self, which: str, values: dict[str, Any], audience: Audience) -> list[Name]:
        """Give names that visible stories carry, each with how many do."""
        about = "called", which, tuple(values.values()), eyes(audience)
        try:
            if _is_told_by_lists(audience, avoids=False):
                found = await self._look(partial(_counted, which, values, audience), about)
            else:
                work = partial(_counted_one_by_one, which, values, audience)
                found = await self._seek(work, about)
        except OverflowError:  # a number above 2**63: no row of ours has it
            return []
        return list(found)

    def _called(
        self, kinds: Sequence[TagKind], folded: Sequence[str]
    ) -> tuple[str, dict[str, Any]]:
        return _called(kinds, folded)

    async def companions(self, name: int, audience: Audience, limit: int) -> list[Name]:
        """See `Library.companions`."""
        return await self._seek(partial(_companions, name, audience, limit))


def _is_told_by_lists(audience: Audience, *, avoids: bool = True) -> bool:
    """Tell whether an audience sees all of a name that stands in the lists of its ratings."""
    shuns = audience.blocked or (avoids and audience.avoided)
    return audience.trusts_estimates and not shuns


def _stories(audience: Audience) -> str:
    """Count the stories of ``name`` that an audience sees, where its lists tell."""
    # A sum of both rows is slower than both alone.
    return " + ".join(
        f"coalesce((SELECT tally.{column_of(audience.ceiling)} FROM tally"
        f" WHERE tally.name = name.id AND tally.shelf = :{shelf}), 0)"
        for shelf in _seen_by(audience)
    )


def _seen_by(audience: Audience) -> dict[str, Any]:
    shelves = {"operator_shelf": OPERATOR_SHELF}
    return shelves if audience.server is None else shelves | {"server": audience.server}


def _offered_one_by_one(
    query: str,
    kinds: Sequence[TagKind],
    audience: Audience,
    limit: int,
    database: sqlite3.Connection,
) -> list[Name]:
    """Look names up as long as it takes to find some that the audience sees."""
    letters, held = _sought(query)
    is_words = letters_of(query)[1]
    rows = merge(*(_begun(database, kind, letters[:LETTERS]) for kind in kinds))
    found: list[tuple[int, int, str, Name]] = []
    last: tuple[int, int] | None = None
    for later, rank, name in islice(rows, _LOOKED_AT):
        if len(found) >= limit and (later, rank) != last:
            break
        row = database.execute(
            "SELECT id, kind, name, key, folded FROM name WHERE id = ?", (name,)
        ).fetchone()
        told = row["key"] if is_words else row["folded"]
        if held not in f" {told}":
            continue
        stories = _count_of(database, row, audience)
        if stories:
            last = later, rank
            is_later = int(not told.startswith(letters))
            found.append((is_later, -stories, row["folded"], _name(row, stories)))
    return [entry for *_, entry in sorted(found, key=lambda each: each[:3])[:limit]]


def _counted(
    which: str, values: dict[str, Any], audience: Audience, database: sqlite3.Connection
) -> list[Name]:
    """Give the names that stand in lists the audience sees, with how many stories."""
    return [_name(*row) for row in _seen(which, values, audience, database)]


def _counted_one_by_one(
    which: str, values: dict[str, Any], audience: Audience, database: sqlite3.Connection
) -> list[Name]:
    """Do as `_counted` for whom lists do not tell."""
    who = replace(audience, avoided=frozenset())  # somebody who names it gets it
    return [
        _name(row, stories)
        for row, _ in _seen(which, values, audience, database)
        if (stories := _count_of(database, row, who))
    ]


def _seen(
    which: str, values: dict[str, Any], audience: Audience, database: sqlite3.Connection
) -> list[tuple[sqlite3.Row, int]]:
    rows = database.execute(
        f"SELECT name.id, name.kind, name.name, name.folded, {_stories(audience)} AS stories"
        f" FROM name WHERE {which}",
        _seen_by(audience) | values,
    ).fetchall()
    return _left(database, rows, audience)


def _left(
    database: sqlite3.Connection, rows: Sequence[sqlite3.Row], audience: Audience
) -> list[tuple[sqlite3.Row, int]]:
    """Give those of ``rows`` that keep stories without the ones this server hides."""
    hidden: Counter[int] = Counter()
    if audience.unseen:
        who = replace(audience, unseen=frozenset(), avoided=frozenset())
        own = understand(database, Filter(), who)
        within = own.fitting(database)
        for story in filter(within, audience.unseen):
            hidden.update(_carried(database, story))
    found = [(row, row["stories"] - hidden[row["id"]]) for row in rows]
    return [(row, stories) for row, stories in found if stories > 0]


def _carried(database: sqlite3.Connection, story: int) -> Iterator[int]:
    """Give the names a story carries."""
    rows = database.execute("SELECT name FROM story_name WHERE story = ? AND appears", (story,))
    return (row[0] for row in rows)


def _offered(
    query: str,
    kinds: Sequence[TagKind],
    audience: Audience,
    limit: int,
    database: sqlite3.Connection,
) -> list[Name] | None:
    """Give the names that begin so; None when one has to look further for them."""
    letters, held = _sought(query)
    is_long = len(letters) > LETTERS
    most = limit + _SPARE
    reach = _REACH if is_long else most
    # Each in its order already, so that no more of them are read than are taken.
    begun = (
        " UNION ALL ".join(
            "SELECT later, rank, name FROM beginning"
            f" WHERE kind = :kind{number} AND letters = :letters"
            for number in range(len(kinds))
        )
        + " ORDER BY later, rank, name LIMIT :reach"
    )
    told = (
        "later, name.id, name.kind, name.name, name.key, name.folded,"
        f" {_stories(audience)} AS stories"
    )
    if is_long:
        sql = (
            f"WITH begun AS MATERIALIZED ({begun}), first AS MATERIALIZED ("
            "  SELECT * FROM begun WHERE"
            "   (SELECT instr(' ' || name.key, :held) FROM name WHERE name.id = begun.name)"
            "  ORDER BY later, rank, name LIMIT :most)"
            f" SELECT {told}, (SELECT count(*) FROM begun) AS begun"
            " FROM first CROSS JOIN name ON name.id = first.name"
        )
    else:
        sql = f"SELECT {told} FROM ({begun}) AS first CROSS JOIN name ON name.id = first.name"
    rows = database.execute(
        sql,
        _seen_by(audience)
        | {f"kind{number}": kind.value for number, kind in enumerate(kinds)}
        | {"letters": letters[:LETTERS], "held": held, "reach": reach, "most": most},
    ).fetchall()
    seen = _left(database, rows, audience)
    looked_at = (rows[0]["begun"] if rows else 0) if is_long else len(rows)
    if len(seen) < limit and looked_at >= reach:
        return None
    seen.sort(
        key=lambda each: (
            not each[0]["key"].startswith(letters) if is_long else each[0]["later"],
            -each[1],
            each[0]["folded"],
        )
    )
    return [_name(row, stories) for row, stories in seen[:limit]]


def _offered_all(
    query: str,
    kinds: Sequence[TagKind],
    called: Sequence[str],
    visible: tuple[str, dict[str, Any]],
    audience: Audience,
    limit: int,
    database: sqlite3.Connection,
) -> Offered | None:
    """Give all names there are to offer; None when one has to look further for some."""
    names = _offered(query, kinds, audience, limit, database)
    if names is None:
        return None
    meant: list[str] = []
    if query and TagKind.CHARACTER in kinds:
        condition, values = visible
        rows = database.execute(MEANT.format(condition=condition), values | {"folded": query})
        meant = [fold(row["name"]) for row in rows]

    def known(folded: Sequence[str]) -> list[Name]:
        found = _counted(*_called(CHARACTERS, folded), audience, database) if folded else []
        return sorted(found, key=lambda name: (-name.stories, name.id))

    return Offered(names, known(called), known(meant))


def _called(kinds: Sequence[TagKind], folded: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Give the condition on ``name`` of being of some kind and called so, with its values."""
    which = (
        "name.folded IN (SELECT value FROM json_each(:folded))"
        " AND name.kind IN (SELECT value FROM json_each(:kinds))"
    )
    return which, {"folded": json.dumps(list(folded)), "kinds": json.dumps(list(kinds))}


def _sought(query: str) -> tuple[str, str]:
    """Give the letters typed, and what a name must hold: a word that starts with them."""
    letters, is_words = letters_of(query)
    return letters, letters if not is_words or holds_spaceless(letters) else f" {letters}"


def _begun(
    database: sqlite3.Connection, kind: TagKind, letters: str
) -> Iterator[tuple[int, int, int]]:
    for row in database.execute(
        "SELECT later, rank, name FROM beginning WHERE kind = ? AND letters = ?"
        " ORDER BY later, rank, name",
        (kind.value, letters),
    ):
        yield row[0], row[1], row[2]


def _count_of(database: sqlite3.Connection, row: sqlite3.Row, audience: Audience) -> int:
    """Count the stories of a name that an audience sees, up to one more than the limit."""
    asked = _asked(database, row, audience)
    if asked.is_told_by_lists:
        return sum(each.stories for each in asked.rarest(database))
    return sum(1 for _ in islice(candidates(database, asked), COUNT_LIMIT + 1))


def _asked(database: sqlite3.Connection, row: sqlite3.Row, audience: Audience) -> Asked:
    wanted = Filter(names=((TagKind(row["kind"]), row["folded"]),))
    return understand(database, wanted, audience)


def _companions(
    name: int, audience: Audience, limit: int, database: sqlite3.Connection
) -> list[Name]:
    row = database.execute(
        "SELECT id, kind, name, folded FROM name WHERE id = ?", (name,)
    ).fetchone()
    if row is None:
        return []
    beside: Counter[int] = Counter()
    for story in islice(candidates(database, _asked(database, row, audience)), _SAMPLE):
        beside.update(_carried(database, story))
    del beside[name]
    found: list[Name] = []
    for other, stories in sorted(beside.items(), key=lambda each: -each[1])[: limit * 2]:
        told = database.execute(
            "SELECT id, kind, name, folded FROM name WHERE id = ?", (other,)
        ).fetchone()
        found.append(_name(told, stories))
    return sorted(found, key=lambda each: (-each.stories, each.name))[:limit]


def _name(row: sqlite3.Row, stories: int) -> Name:
    return Name(row["id"], _KINDS[row["kind"]], row["name"], stories)
