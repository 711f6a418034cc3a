"""Collections: named sets of stories on a shelf, made by people and by what files say.

A collection is there while a story is in it. What a person did wins over what
a file says when that is read again: a story taken out stays out, and a new
name stays the name.
"""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from bot.library.base import COUNT_LIMIT, OPERATOR_SHELF, Collection
from bot.library.both.asking import Asking
from bot.library.records import record_from_json
from bot.prose.words import fold, holds_spaceless, search_key
from bot.story import Audience

_HAND, _FILE, _OUT = "hand", "file", "out"
_MARK = '"collections":'  # in a record that names some
_SPARE = 2  # collections counted for each one offered: some hold nothing for this audience


class Collections(Asking):
    """The part of the contract that keeps collections."""

    @abstractmethod
    def _offered(self, audience: Audience) -> tuple[str, dict[str, Any]]:
        """Give the condition under which ``story`` is offered: visible, and not avoided."""

    async def collect(self, shelf: int, name: str, stories: Sequence[int]) -> int:
        """See `Library.collect`."""
        async with self._transaction() as writer:
            collection = await self._collection_named(writer, shelf, name)
            for story in stories:
                await self._place(writer, shelf, collection, story, _HAND)
            await self._forget_empty_collections(writer)
        return collection

    async def uncollect(self, collection: int, stories: Sequence[int]) -> int:
        """See `Library.uncollect`."""
        taken = 0
        async with self._transaction() as writer:
            for story in stories:
                values = {"collection": collection, "story": story}
                own = "collection = :collection AND story = :story"
                taken += await self._run(
                    writer, f"DELETE FROM collected WHERE {own} AND placed = '{_HAND}'", values
                )
                taken += await self._run(
                    writer,
                    f"UPDATE collected SET placed = '{_OUT}' WHERE {own} AND placed = '{_FILE}'",
                    values,
                )
            await self._forget_empty_collections(writer)
        return taken

    async def rename_collection(self, collection: int, name: str) -> bool:
        """See `Library.rename_collection`."""
        values = {"id": collection, "name": name, "folded": fold(name), "key": search_key(name)}
        changed = await self._change(
            "UPDATE collection SET name = :name, folded = :folded, key = :key WHERE id = :id"
            " AND NOT EXISTS (SELECT 1 FROM collection AS other WHERE other.id <> :id"
            " AND other.shelf = collection.shelf AND other.folded = :folded)",
            values,
        )
        return changed > 0

    async def remove_collection(self, collection: int) -> bool:
        """See `Library.remove_collection`."""
        values = {"collection": collection}
        async with self._transaction() as writer:
            gone = await self._run(
                writer,
                f"DELETE FROM collected WHERE collection = :collection AND placed = '{_HAND}'",
                values,
            )
            gone += await self._run(
                writer,
                f"UPDATE collected SET placed = '{_OUT}' WHERE collection = :collection"
                f" AND placed = '{_FILE}'",
                values,
            )
            await self._forget_empty_collections(writer)
        return gone > 0

    async def collections_on(self, shelf: int, story: int | None = None) -> list[Collection]:
        """See `Library.collections_on`."""
        holds = "" if story is None else " AND own.story = :story"
        rows = await self._ask(
            "SELECT collection.id, collection.shelf, collection.name, count(*) AS stories"
            " FROM collection JOIN collected ON collected.collection = collection.id"
            f" AND collected.placed <> '{_OUT}' WHERE collection.shelf = :shelf AND EXISTS"
            " (SELECT 1 FROM collected AS own WHERE own.collection = collection.id"
            f" AND own.placed <> '{_OUT}'{holds})"
            " GROUP BY collection.id, collection.shelf, collection.name, collection.folded"
            " ORDER BY collection.folded",
            {"shelf": shelf} | ({} if story is None else {"story": story}),
        )
        return [_collection(row) for row in rows]

    async def find_collections(
        self, query: str, audience: Audience, limit: int
    ) -> list[Collection]:
        """See `Library.find_collections`."""
        words = search_key(query)
        if query.strip() and not words:
            return []
        held = words if holds_spaceless(words) else f" {words}"
        rows = await self._ask(
            "SELECT id, key, folded, (SELECT count(*) FROM collected"
            f" WHERE collected.collection = collection.id AND placed <> '{_OUT}') AS stories"
            " FROM collection WHERE shelf IN (:operator_shelf, :server)",
            _shelves(audience),
        )
        found = [row for row in rows if held in f" {row['key']}"]
        found.sort(key=lambda row: (not row["key"].startswith(words), -row["stories"], row["id"]))
        order = [row["id"] for row in found[: limit * _SPARE]]
        seen = {each.id: each for each in await self._seen_collections(order, audience)}
        return [seen[ident] for ident in order if ident in seen][:limit]

    async def collection(self, ident: int, audience: Audience) -> Collection | None:
        """See `Library.collection`."""
        found = await self._seen_collections([ident], audience, avoids=False)
        return found[0] if found else None

    async def collection_called(self, folded: str, audience: Audience) -> Collection | None:
        """See `Library.collection_called`."""
        rows = await self._ask(
            "SELECT id FROM collection WHERE shelf IN (:operator_shelf, :server)"
            " AND folded = :folded ORDER BY shelf DESC",
            _shelves(audience) | {"folded": folded},
        )
        order = [row["id"] for row in rows]
        seen = {e.id: e for e in await self._seen_collections(order, audience, avoids=False)}
        return next((seen[ident] for ident in order if ident in seen), None)

    async def _seen_collections(
        self, collections: Sequence[int], audience: Audience, *, avoids: bool = True
    ) -> list[Collection]:
        """Give those of ``collections`` that hold something ``audience`` may see."""
        if not collections:
            return []
        seen, values = self._offered(audience) if avoids else self._visible(audience)
        named = {f"c{place}": ident for place, ident in enumerate(collections)}
        rows = await self._ask(
            "SELECT id, shelf, name, (SELECT count(*) FROM (SELECT 1 FROM collected"
            " JOIN story ON story.id = collected.story"
            f" WHERE collected.collection = collection.id AND collected.placed <> '{_OUT}'"
            f" AND {seen} LIMIT {COUNT_LIMIT}) AS seen) AS stories"
            " FROM collection WHERE shelf IN (:operator_shelf, :server)"
            f" AND id IN ({', '.join(f':{name}' for name in named)})",
            values | _shelves(audience) | named,
        )
        return [_collection(row) for row in rows if row["stories"]]

    # What files say

    async def _keep_collections(
        self, writer: Any, shelf: int, kept: Iterable[tuple[int, bool, str]]
    ) -> None:
        """Put stories where their files say: (story, whether it was there before, record) each."""
        known: dict[str, int] = {}
        for story, was_there, record in kept:
            names: Sequence[str] = ()
            if _MARK in record:  # most files name no collection
                names = record_from_json(record).collections
            if was_there:
                await self._run(
                    writer,
                    f"DELETE FROM collected WHERE story = :story AND placed = '{_FILE}'",
                    {"story": story},
                )
            for name in names:
                if not fold(name):
                    continue
                if name not in known:
                    known[name] = await self._collection_named(writer, shelf, name, by_file=True)
                await self._place(writer, shelf, known[name], story, _FILE)

    async def _collection_named(
        self, writer: Any, shelf: int, name: str, *, by_file: bool = False
    ) -> int:
        """Give the collection of that name, made now where there is none."""
        called = "stated = :folded OR folded = :folded" if by_file else "folded = :folded"
        values = {"shelf": shelf, "name": name, "folded": fold(name), "key": search_key(name)}
        rows = await self._rows(
            writer,
            f"SELECT id FROM collection WHERE shelf = :shelf AND ({called}) ORDER BY id LIMIT 1",
            {"shelf": shelf, "folded": fold(name)},
        ) or await self._rows(
            writer,
            "INSERT INTO collection (shelf, name, folded, key, stated)"
            " VALUES (:shelf, :name, :folded, :key, :folded) ON CONFLICT (shelf, folded)"
            " DO UPDATE SET name = collection.name RETURNING id",
            values,
        )
        return int(rows[0]["id"])

    async def _place(
        self, writer: Any, shelf: int, collection: int, story: int, placed: str
    ) -> None:
        # What a person did stays; what they do now replaces what was.
        told = (
            "DO UPDATE SET placed = excluded.placed WHERE collected.placed <> 'file'"
            if placed == _HAND
            else "DO NOTHING"
        )
        await self._run(
            writer,
            "INSERT INTO collected (collection, story, placed) SELECT :collection, id, :placed"
            f" FROM story WHERE id = :story AND shelf IN ({OPERATOR_SHELF}, :shelf)"
            f" ON CONFLICT (collection, story) {told}",
            {"collection": collection, "story": story, "shelf": shelf, "placed": placed},
        )

    async def _forget_empty_collections(self, writer: Any) -> int:
        return await self._run(
            writer,
            "DELETE FROM collection WHERE NOT EXISTS"
            " (SELECT 1 FROM collected WHERE collected.collection = collection.id)",
            {},
        )


def _shelves(audience: Audience) -> dict[str, int]:
    server = OPERATOR_SHELF if audience.server is None else audience.server
    return {"operator_shelf": OPERATOR_SHELF, "server": server}


def _collection(row: Any) -> Collection:
    return Collection(row["id"], row["shelf"], row["name"], row["stories"])
