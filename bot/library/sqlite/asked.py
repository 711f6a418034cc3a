"""A question of an audience, understood: which lists answer it, which conditions are left.

Names become numbers here, so that a story is judged by one quick statement;
what lists and facets cannot tell (or may tell wrongly, were they ever out of
step) is always asked of the story's own row.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from typing import Any

from bot.library.base import OPERATOR_SHELF, Filter
from bot.library.sqlite import index, lists, tallies
from bot.library.sqlite.looks import Look, stories_of
from bot.library.sqlite.memory import eyes, remembered
from bot.library.sqlite.tallies import Counted
from bot.library.sqlite.visible import has, on_shelves, rated
from bot.prose.query import Query
from bot.story import Audience, Rating, TagKind

_RAREST = -1  # in place of a name: the shortest lists of those asked for
_UNSHOWN = " AND ".join(  # one look for each: a list of both would cost more than both
    f"NOT EXISTS (SELECT 1 FROM shown WHERE shown.story = listed.story AND shown.room = {room})"
    for room in (":room", ":reader")
)
_SHORT = 2_000  # stories
_FEW = 0.3  # a smaller share of all stories is worth asking the index for
_FIRST, _MOST = 8, 128  # matches read at once: more and more, as most want only a few


@dataclass(frozen=True)  # without slots: what follows from it is kept with it
class Asked:
    """What stories must have and who asks, in numbers.

    ``names`` are those a story must carry, ``shunned`` those it must not carry
    or mention, each with whether there is mentioning. Whoever ``audience`` is, others
    who see the same may be meant; it holds for one state of the library. What is not
    needed to answer is not made.
    """

    wanted: Filter
    audience: Audience
    names: tuple[int, ...]
    shunned: tuple[tuple[int, bool], ...]
    is_possible: bool
    beside: Audience | None = None  # only what this one may not see for its rating
    found: dict[int, list[Counted]] = field(default_factory=dict[int, list[Counted]], init=False)

    @property
    def rest(self) -> str:
        """Give a condition on the row ``story`` that holds all that is asked."""
        return self._conditions[0]

    @property
    def values(self) -> dict[str, Any]:
        """Give the values of `rest`."""
        return self._conditions[1]

    @cached_property
    def _conditions(self) -> tuple[str, dict[str, Any]]:
        seen, values = on_shelves(self.audience)
        fitting, more = has(self.wanted, self.audience)
        sql, values = f"{seen} AND {fitting}", values | more
        for number, name in enumerate(self.names):
            sql += (
                " AND EXISTS (SELECT 1 FROM story_name AS own WHERE own.story = story.id"
                f" AND own.name = :name{number} AND own.appears)"
            )
            values[f"name{number}"] = name
        if self.shunned:
            sql += f" AND {self._unshunned}"
            values |= self._shunned_values
        if self.beside is not None:
            sql += f" AND NOT {rated(self.beside, 'own_ceiling')}"
            values["own_ceiling"] = int(self.beside.ceiling)
        return sql, values

    @property
    def _unshunned(self) -> str:
        marks = ", ".join(f":{value}" for value in self._shunned_values)
        return (
            "NOT EXISTS (SELECT 1 FROM story_name AS own WHERE own.story = story.id"
            f" AND own.name IN ({marks}))"
        )

    @property
    def _shunned_values(self) -> dict[str, Any]:
        return {f"shunned{number}": name for number, (name, _) in enumerate(self.shunned)}

    @property
    def shelves(self) -> tuple[int, ...]:
        """Give the shelves that are read."""
        server = self.audience.server
        return (OPERATOR_SHELF,) if server is None else (OPERATOR_SHELF, server)

    @property
    def ceiling(self) -> Rating:
        """Give the highest rating that fits."""
        most = self.wanted.max_rating
        return self.audience.ceiling if most is None else min(self.audience.ceiling, most)

    @property
    def is_told_by_lists(self) -> bool:
        """Tell whether a story fits just when it stands in the lists of `lists_of`."""
        return not self.shunned and self._is_listed_but_for_shunned

    @property
    def _is_listed_but_for_shunned(self) -> bool:
        wanted = self.wanted
        return (
            self.is_simple_but_for_shunned
            and self.audience.trusts_estimates
            and not (self.audience.unseen or wanted.stories or wanted.without)
        )

    @property
    def is_simple(self) -> bool:
        """Tell whether most stories of the lists of its rarest name fit."""
        return not self.shunned and self.is_simple_but_for_shunned

    @property
    def is_simple_but_for_shunned(self) -> bool:
        """Tell so whatever is shunned, which costs another look at each."""
        wanted = self.wanted
        return (
            len(self.names) <= 1
            and not wanted.collection
            and not wanted.language
            and wanted.complete is None
            and wanted.max_words in (None, lists.SHORT)
            and wanted.min_words in (None, 0, lists.SHORT + 1)
        )

    @property
    def classes(self) -> frozenset[int]:
        """Give the classes in which stories that fit can be."""
        wanted = self.wanted
        # Where estimates are not trusted, they stand above any ceiling.
        is_above = self.beside is not None and self.beside.trusts_estimates
        return lists.classes(
            self.ceiling,
            above=int(self.beside.ceiling) if self.beside is not None and is_above else -1,
            short=wanted.min_words is None or wanted.min_words <= lists.SHORT,
            long=wanted.max_words is None or wanted.max_words > lists.SHORT,
            link_only=not wanted.with_text,
        )

    def lists_of(self, database: sqlite3.Connection, name: int) -> list[Counted]:
        """Give the lists of ``name`` in which stories that fit can be."""
        if name not in self.found:
            find = partial(tallies.packed, database, name, self.shelves)
            rows = remembered(database, ("lists", name, self.shelves), find)
            self.found[name] = tallies.counted(name, rows, self.classes)
        return self.found[name]

    def rarest(self, database: sqlite3.Connection) -> list[Counted]:
        """Give the shortest lists that hold all that fits: of the rarest name asked for."""
        if not self.is_possible:
            return []
        if _RAREST not in self.found:
            found = [self.lists_of(database, name) for name in self.names or (lists.ANY,)]
            self.found[_RAREST] = min(found, key=lambda own: sum(each.stories for each in own))
        return self.found[_RAREST]

    def urn(self, database: sqlite3.Connection) -> lists.Urn:
        """Give what to draw from: `rarest`, which holds some, and who draws judges.

        That lacks the values ``room`` and ``reader``: neither was ever shown it.
        """
        sql, values = _UNSHOWN, dict[str, Any]()
        if not self._is_listed_but_for_shunned:
            sql += (
                f" AND EXISTS (SELECT 1 FROM story WHERE story.id = listed.story AND {self.rest})"
            )
            values = self.values
        elif self.shunned:
            # What cannot be only mentioned is in its lists, which are short as a rule and
            # then at hand; the names of a story drawn by chance never are.
            for number, (_, may_be_mentioned) in enumerate(self.shunned):
                own = (
                    "story_name AS own WHERE"
                    if may_be_mentioned
                    else "listed AS own WHERE own.shelf = :shelf AND own.class = :class AND"
                )
                sql += (
                    f" AND NOT EXISTS (SELECT 1 FROM {own} own.story = listed.story"
                    f" AND own.name = :shunned{number})"
                )
            values = self._shunned_values
        return lists.Urn(self.rarest(database), sql, values)

    def is_short(self, database: sqlite3.Connection) -> bool:
        """Tell whether all of `rarest` is looked through faster than every shard of the index."""
        return (
            self.is_simple_but_for_shunned
            and sum(each.stories for each in self.rarest(database)) <= _SHORT
        )

    @property
    def sieve(self) -> tuple[str, dict[str, Any]]:
        """Give a statement that tells which of ``some`` fit: out of `rarest`, or any where
        stories are named, with its values.
        """
        some = "(SELECT value AS id FROM json_each(:some)) AS"
        if self._is_listed_but_for_shunned:
            return f"SELECT id FROM {some} story WHERE {self._unshunned}", self._shunned_values
        return (
            f"SELECT story.id FROM {some} wanted CROSS JOIN story ON story.id = wanted.id"
            f" WHERE {self.rest}",
            self.values,
        )

    def fitting(self, database: sqlite3.Connection) -> Callable[[int], bool]:
        """Give a function that tells whether a story fits."""
        sql = f"SELECT 1 FROM story WHERE story.id = :id AND {self.rest}"
        values = dict(self.values)

        def fits_all(story: int) -> bool:
            values["id"] = story
            return database.execute(sql, values).fetchone() is not None

        return fits_all

    def look(
        self,
        database: sqlite3.Connection,
        told: str,
        *,
        below: int | None = None,
        above: int | None = None,
    ) -> Look:
        """Begin to look for what fits and matches an expression of the index."""
        return Look(database, told, self.rest, self.values, below=below, above=above)

    def facets(self, database: sqlite3.Connection) -> tuple[list[str], list[str]]:
        """Give what to ask the index for beside words, and what it must leave out."""
        wanted = self.wanted
        must = [index.carries(name) for name in self.names]
        never = [index.names_at_all(name) for name, _ in self.shunned]
        if wanted.language:
            must.append(index.in_language(wanted.language))
        if wanted.complete is not None:
            must.append(index.facet(f"f{int(wanted.complete)}"))
        if wanted.min_words or wanted.max_words is not None:
            must.append(index.of_length(wanted.min_words, wanted.max_words))
        if (
            not self.audience.trusts_estimates
            and self.ceiling < Rating.NOT_RATED
            and wanted.max_rating is None
        ):
            never.append(index.facet("u"))
        within = self.lists_of(database, lists.ANY)
        (last,) = database.execute("SELECT coalesce(max(id), 1) FROM story").fetchone()
        if sum(each.stories for each in within) < _FEW * last:
            for letter, told in (
                ("s", {each.shelf for each in within}),
                ("c", {each.kind for each in within}),
            ):
                marks = [f"{letter}{each}" for each in sorted(told)] or ["none"]
                must.append(index.any_of(map(index.facet, marks)))
        return must, never


def understand(database: sqlite3.Connection, wanted: Filter, audience: Audience) -> Asked:
    """Look the names up that a question is about."""
    about = "asked", wanted, eyes(audience)
    return remembered(database, about, partial(_understand, database, wanted, audience))


def _understand(database: sqlite3.Connection, wanted: Filter, audience: Audience) -> Asked:
    names: list[int] = []
    is_possible = True
    for kind, folded in dict.fromkeys(wanted.names):
        row = database.execute(
            "SELECT id FROM name WHERE kind = ? AND folded = ?", (kind.value, folded)
        ).fetchone()
        if row is None:
            is_possible = False
        else:
            names.append(row[0])
    told = frozenset((*wanted.without_names, *audience.blocked, *audience.avoided))
    shunned: tuple[tuple[int, bool], ...] = ()
    if told:
        shunned = remembered(database, ("numbers", told), partial(numbers_of, database, told))
    return Asked(wanted, audience, tuple(names), shunned, is_possible)


def numbers_of(
    database: sqlite3.Connection, folded: frozenset[str]
) -> tuple[tuple[int, bool], ...]:
    """Give the numbers of the names of any kind that are one of ``folded``.

    Each with whether stories may only mention it: characters alone.
    """
    rows = database.execute(
        "SELECT id, kind FROM name WHERE folded IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(folded)),),
    )
    return tuple((row[0], row[1] == TagKind.CHARACTER.value) for row in rows)


def candidates(
    database: sqlite3.Connection,
    asked: Asked,
    *,
    below: int | None = None,
    above: int | None = None,
) -> Iterator[int]:
    """Give all stories that fit: the newest first, or from behind ``above`` the oldest first.

    Lazily, so that whoever wants only some pays for these.
    """
    if not asked.is_possible:
        return
    if asked.wanted.stories:
        stories = sorted(set(asked.wanted.stories), reverse=above is None)
        found: Iterator[int] = (
            story for story in stories if (story < below if below else story > (above or 0))
        )
        yield from _sifted(database, asked, found)
    elif asked.wanted.collection:
        yield from _sifted(database, asked, _collected(database, asked, below, above))
    elif asked.is_simple or asked.is_short(database):
        own = asked.rarest(database)
        found = (
            lists.newest(database, own, below)
            if above is None
            else lists.oldest(database, own, above)
        )
        yield from found if asked.is_told_by_lists else _sifted(database, asked, found)
    else:
        must, never = asked.facets(database)
        told = index.expression(Query(), must, never)
        yield from stories_of(asked.look(database, told, below=below, above=above), _FIRST)


def _sifted(database: sqlite3.Connection, asked: Asked, stories: Iterator[int]) -> Iterator[int]:
    """Leave out what does not fit; looks at some at once, of lists at what they do not tell."""
    fits, values = asked.sieve
    length = _FIRST
    while some := list(islice(stories, length)):
        rows = database.execute(fits, values | {"some": json.dumps(some)})
        left = {row[0] for row in rows}
        yield from (story for story in some if story in left)
        length = min(length * 2, _MOST)


def _collected(
    database: sqlite3.Connection, asked: Asked, below: int | None, above: int | None
) -> Iterator[int]:
    """Give the stories of the collection that is asked for, in order, read as they are taken."""
    direction = "DESC" if above is None else "ASC"
    for row in database.execute(
        "SELECT story FROM collected WHERE collection = ? AND story < ? AND story > ?"
        f" ORDER BY story {direction}",
        (asked.wanted.collection, below or 2**62, above or 0),
    ):
        yield row[0]


def share(database: sqlite3.Connection, asked: Asked) -> float:
    """Estimate how much of the rarest list fits, as if names had nothing to do with each other."""
    if len(asked.names) < 2:
        return 1.0
    every = sum(each.stories for each in asked.lists_of(database, lists.ANY)) or 1
    sizes = sorted(
        sum(each.stories for each in asked.lists_of(database, name)) for name in asked.names
    )
    share = 1.0
    for size in sizes[1:]:
        share *= size / every
    return share
