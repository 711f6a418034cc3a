"""A look through the index of words, from shard to shard, with many stories found at once.

A statement gives the interpreter's lock away and takes it back at every row and
every start: two thousand matches one by one, or a hundred shards one by one, held
look-ups up on the other threads to twice and thrice their time. So a stretch of
matches comes back as one row, and where few stories match, several shards are
asked by one statement. It stops as soon as it has as many as are wanted.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from bot.library.sqlite import index

_GROUP = 8  # shards asked by one statement
_FEW = 64  # stories found in a shard: with fewer, the next ones are asked together
_MOST = 2_000  # stories given at once


class Stretch(NamedTuple):
    """Stories found in a row: those of the wanted sort, and of how many they are.

    ``last`` is the one at which the stretch ends.
    """

    stories: list[int]
    looked_at: int
    last: int


class Look:
    """All stories that match ``told`` and fit, the newest first; above ``above``, the oldest first.

    ``rest`` is the condition on the row ``story``, ``sort`` the one that tells the wanted
    sort from others; ``values`` are those of both.
    """

    def __init__(
        self,
        database: sqlite3.Connection,
        told: str,
        rest: str,
        values: Mapping[str, Any] = MappingProxyType({}),
        *,
        sort: str = "1",
        below: int | None = None,
        above: int | None = None,
    ) -> None:
        self._database = database
        self._rest, self._sort = rest, sort
        self._is_down = above is None
        below, above = below or 2**62, above or 0
        self._values = {**values, "told": told, "below": below, "above": above}
        self._left = [
            number
            for number in index.shards(database)[:: 1 if self._is_down else -1]
            if number * index.SHARD < below and (number + 1) * index.SHARD > above
        ]
        self._is_sparse = False

    @property
    def is_over(self) -> bool:
        """Tell whether there is nothing left to look at."""
        return not self._left

    def go_on(self, most: int) -> Stretch:
        """Give the next stories, not more than ``most``; maybe none, though others follow."""
        shards = self._next_shards()
        sql = _statement(tuple(shards), self._rest, self._sort, is_down=self._is_down)
        found, looked_at, last = self._database.execute(
            sql, self._values | {"most": most}
        ).fetchone()
        if looked_at < most:
            del self._left[: len(shards)]
        else:
            del self._left[: self._left.index(last // index.SHARD)]
            self._values["below" if self._is_down else "above"] = last
        self._is_sparse = looked_at < _FEW * len(shards)
        # SQLite gives them in order, but promises none.
        return Stretch(sorted(json.loads(found), reverse=self._is_down), looked_at, last or 0)

    def _next_shards(self) -> Sequence[int]:
        """Give the shards to ask together: always the same ones, so that statements are kept."""
        group = self._left[0] // _GROUP
        if not self._is_sparse:
            return self._left[:1]
        return [number for number in self._left[:_GROUP] if number // _GROUP == group]


def stories_of(look: Look, at_once: int, pause: Callable[[], None] = lambda: None) -> Iterator[int]:
    """Give the stories of a look: at first ``at_once`` at once, then more and more.

    ``pause`` is called before each stretch, and may raise to end it there.
    """
    while not look.is_over:
        pause()
        found = look.go_on(at_once)
        yield from found.stories
        if found.looked_at == at_once:
            at_once = min(at_once * 4, max(at_once, _MOST))


@lru_cache(maxsize=512)
def _statement(shards: tuple[int, ...], rest: str, sort: str, *, is_down: bool) -> str:
    # Stories are judged by an index of all that is asked of them: their rows are long.
    last, direction = ("min", "DESC") if is_down else ("max", "ASC")
    each = [
        f"SELECT words_{number}.rowid AS id, {sort} AS is_wanted"
        f" FROM words_{number} CROSS JOIN story INDEXED BY story_by_sight"
        f" ON story.id = words_{number}.rowid"
        f" WHERE words_{number} MATCH :told AND words_{number}.rowid < :below"
        f" AND words_{number}.rowid > :above AND {rest}"
        f" ORDER BY words_{number}.rowid {direction} LIMIT :most"
        for number in shards
    ]
    found = each[0]
    if len(each) > 1:
        found = " UNION ALL ".join(f"SELECT * FROM ({own})" for own in each) + " LIMIT :most"
    return (
        f"SELECT json_group_array(id) FILTER (WHERE is_wanted), count(*), {last}(id) FROM ({found})"
    )
