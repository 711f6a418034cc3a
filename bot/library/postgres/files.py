"""Files onto shelves: what was read, kept, gone and forgotten."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asyncpg import Record

from bot.library.base import ALIKE_LIMIT, Changed, Entry, StoredFile, Twin
from bot.library.both.collections import Collections
from bot.library.both.curating import Curating
from bot.library.both.files import STORED_FILE, KnownFiles, stored_file
from bot.library.both.runs import Runs
from bot.library.detected import character_names, other_names
from bot.library.postgres import index
from bot.library.postgres.connections import Connections
from bot.library.postgres.lanes import Writer
from bot.library.postgres.visible import offered
from bot.library.records import NameRow, Written
from bot.library.rows import (
    CHAPTER_COLUMNS,
    DETECTED_COLUMNS,
    FILE_COLUMNS,
    PAGE_COLUMNS,
    PART_COLUMNS,
    STORY_COLUMNS,
    chapter_rows,
    detected_rows,
    file_row,
    mark_rows,
    page_rows,
    part_rows,
    seconds,
    story_row,
    written_of,
)
from bot.story import Audience, TagKind

_Told = list[tuple[Entry, int, Written]]


class Files(KnownFiles, Runs, Collections, Curating, Connections):
    """The part of the contract that keeps files and stories."""

    def _offered(self, audience: Audience) -> tuple[str, dict[str, Any]]:
        return offered(audience)

    async def known(self, shelf: int, keys: Sequence[str]) -> dict[str, StoredFile]:
        """See `Library.known`."""
        rows = await self._ask(
            f"SELECT {STORED_FILE}, report FROM {_NAMED} JOIN file ON file.shelf = :shelf"
            " AND file.source = named.named_source AND file.path = named.named_path",
            {"shelf": shelf, "keys": list(keys)},
        )
        return {file.key: file for file in map(stored_file, rows)}

    async def count_within(self, shelf: int, container: str) -> dict[str, int]:
        """See `Library.count_within`."""
        source, path = container.split(":", 1)
        rows = await self._ask(
            "SELECT outcome, count(*) AS files FROM file WHERE shelf = :shelf"
            " AND container = :container AND source = :source AND gone_at IS NULL"
            " GROUP BY outcome",
            {"shelf": shelf, "source": source, "container": path},
        )
        return {row["outcome"]: row["files"] for row in rows}

    async def keep(
        self, shelf: int, entries: Sequence[Entry], at: datetime, run: int = 0
    ) -> list[int | None]:
        """See `Library.keep`."""
        if any(entry.moved for entry in entries):
            await self._notes.written()  # where readers are now
        async with self._shelving() as writer:
            new = sum(entry.has_story and entry.story_id is None for entry in entries)
            fresh = iter(
                await self._rows(
                    writer,
                    "SELECT nextval(pg_get_serial_sequence('story', 'id')) AS id"
                    " FROM generate_series(1, :new)",
                    {"new": new},
                )
            )
            ids: list[int | None] = [
                next(fresh)["id"] if entry.has_story and entry.story_id is None else entry.story_id
                for entry in entries
            ]
            pairs = list(zip(entries, ids, strict=True))
            await self._keep_stories(writer, shelf, pairs, seconds(at))
            await self._keep_files(writer, shelf, pairs, seconds(at))
            for entry, ident in pairs:
                if entry.moved and ident is not None:
                    await self._move_places(writer, ident, entry.moved)
            for entry, ident in pairs:
                if entry.unedited and ident is not None:
                    await self._note_edited(writer, ident, entry, seconds(at))
            await self._note_step(writer, run, pairs, seconds(at))
            await self._tell(writer, Changed.SHELF, shelf)
        return ids

    async def _keep_stories(
        self, writer: Writer, shelf: int, pairs: list[tuple[Entry, int | None]], at: int
    ) -> None:
        told: _Told = [
            (entry, ident, written)
            for entry, ident in pairs
            if ident is not None and (written := written_of(entry)) is not None
        ]
        told = await self._as_decided(writer, shelf, told)
        replaced = [ident for entry, ident, _ in told if entry.story_id is not None]
        if replaced:
            await index.take_out(writer, replaced)
            for table in ("chapter", "story_name", "detected", "other_name", "likeness"):
                await self._run(
                    writer,
                    f"DELETE FROM {table} WHERE story = ANY(:replaced)",
                    {"replaced": replaced},
                )
        marks = ", ".join(f"${number}" for number in range(1, len(STORY_COLUMNS) + 1))
        kept = ", ".join(
            f"{column} = excluded.{column}"
            for column in STORY_COLUMNS
            if column not in ("id", "shelf", "added_at")
        )
        await self._many(
            writer,
            f"INSERT INTO story ({', '.join(STORY_COLUMNS)}) VALUES ({marks})"
            f" ON CONFLICT (id) DO UPDATE SET {kept}, hidden_at ="
            " CASE WHEN story.kept_back = '' THEN NULL ELSE story.hidden_at END",
            (story_row(ident, shelf, written, at) for _, ident, written in told),
        )
        await self._fill(
            writer,
            "chapter",
            CHAPTER_COLUMNS,
            (row for _, ident, written in told for row in chapter_rows(ident, written)),
        )
        await self._fill(
            writer,
            "part",
            PART_COLUMNS,
            (row for _, ident, written in told for row in part_rows(ident, written)),
        )
        await self._fill(
            writer,
            "page",
            PAGE_COLUMNS,
            (row for _, ident, written in told for row in page_rows(ident, written)),
        )
        await self._keep_names(
            writer, [(ident, row) for _, ident, written in told for row in written.names]
        )
        await self._fill(
            writer,
            "detected",
            DETECTED_COLUMNS,
            (row for _, ident, written in told for row in detected_rows(ident, written)),
        )
        called = [(ident, written.record) for _, ident, written in told if written.detected]
        await self._keep_other_names(writer, called)
        await self._fill(
            writer,
            "likeness",
            ("mark", "story"),
            (row for _, ident, written in told for row in mark_rows(ident, written)),
        )
        told_of = [(ident, entry.story_id is not None, w.record) for entry, ident, w in told]
        await self._keep_collections(writer, shelf, told_of)
        await index.put_in(writer, [ident for _, ident, _ in told])

    async def _keep_names(self, writer: Writer, rows: Sequence[tuple[int, NameRow]]) -> None:
        named = [(ident, *row) for ident, row in rows]
        if not named:
            return
        stories, kinds, folded, keys, names, appear = (
            list(column) for column in zip(*named, strict=True)
        )
        fresh = await self._rows(
            writer,
            # The first spelling is the one that stays.
            "INSERT INTO name (kind, folded, key, name)"
            " SELECT DISTINCT ON (kind, folded) kind, folded, key, name"
            " FROM unnest(:kinds, :folded, :keys, :names)"
            " WITH ORDINALITY AS told (kind, folded, key, name, number)"
            " ORDER BY kind, folded, number ON CONFLICT (kind, folded) DO NOTHING"
            " RETURNING id, key, folded",
            {"kinds": kinds, "folded": folded, "keys": keys, "names": names},
        )
        await index.add_names(writer, fresh)
        await self._run(
            writer,
            "INSERT INTO story_name (name, story, appears)"
            " SELECT name.id, told.story, bool_or(told.appears)"
            " FROM unnest(:stories, :kinds, :folded, :appear)"
            " AS told (story, kind, folded, appears)"
            " JOIN name ON name.kind = told.kind AND name.folded = told.folded"
            " GROUP BY name.id, told.story ON CONFLICT (name, story)"
            " DO UPDATE SET appears = story_name.appears OR excluded.appears",
            {"stories": stories, "kinds": kinds, "folded": folded, "appear": appear},
        )

    async def _keep_other_names(self, writer: Writer, records: Sequence[tuple[int, str]]) -> None:
        """Write down by which other forms the characters of stories go."""
        told = [(story, *each) for story, record in records for each in other_names(record)]
        if not told:
            return
        stories, forms, names = (list(column) for column in zip(*told, strict=True))
        await self._run(
            writer,
            "INSERT INTO other_name (folded, name, story) SELECT told.form, name.id, told.story"
            " FROM unnest(:stories, :forms, :names) AS told (story, form, folded)"
            " JOIN name ON name.kind = :kind AND name.folded = told.folded",
            {
                **{"stories": stories, "forms": forms, "names": names},
                "kind": TagKind.CHARACTER.value,
            },
        )

    async def _recast(self, writer: Writer, changed: Sequence[tuple[int, str]]) -> None:
        """See `Detections._recast`."""
        values = {"stories": [story for story, _ in changed]}
        await index.take_out(writer, values["stories"])
        await self._run(
            writer,
            "UPDATE story SET record = told.record"
            " FROM unnest(:stories, :records) AS told (id, record) WHERE story.id = told.id",
            values | {"records": [record for _, record in changed]},
        )
        await self._run(writer, "DELETE FROM other_name WHERE story = ANY(:stories)", values)
        await self._run(
            writer,
            "DELETE FROM story_name USING name WHERE story_name.story = ANY(:stories)"
            " AND name.id = story_name.name AND name.kind = :kind",
            values | {"kind": TagKind.CHARACTER.value},
        )
        await self._keep_names(
            writer, [(story, row) for story, record in changed for row in character_names(record)]
        )
        await self._keep_other_names(writer, changed)
        await index.put_in(writer, values["stories"])

    async def _keep_files(
        self, writer: Writer, shelf: int, pairs: list[tuple[Entry, int | None]], at: int
    ) -> None:
        keys = [entry.file.key for entry, _ in pairs]
        replaced = [f"{e.file.source}:{e.instead_of}" for e, _ in pairs if e.instead_of]
        held = await self._stories_of(writer, shelf, keys + replaced)
        if replaced:
            await self._run(
                writer,
                f"DELETE FROM file USING {_NAMED} WHERE file.shelf = :shelf"
                " AND file.source = named.named_source AND file.path = named.named_path",
                {"shelf": shelf, "keys": replaced},
            )
        marks = ", ".join(f"${number}" for number in range(1, len(FILE_COLUMNS) + 1))
        kept = ", ".join(
            f"{column} = excluded.{column}"
            for column in FILE_COLUMNS
            if column not in ("shelf", "source", "path", "container")
        )
        await self._many(
            writer,
            f"INSERT INTO file ({', '.join(FILE_COLUMNS)}) VALUES ({marks})"
            f" ON CONFLICT (shelf, source, path) DO UPDATE SET {kept}, gone_at = NULL",
            (file_row(shelf, entry, ident) for entry, ident in pairs),
        )
        # A file that came back unchanged brings its story back.
        present = [ident for _, ident in pairs if ident is not None]
        shown = await self._rows(
            writer,
            "UPDATE story SET hidden_at = NULL WHERE id = ANY(:present) AND hidden_at IS NOT NULL"
            " AND kept_back = '' RETURNING id",
            {"present": present},
        )
        await index.count(writer, [row["id"] for row in shown], 1)
        # A file that no longer holds a story (now withheld, refused) takes it off the shelf.
        await self._hide_orphans(writer, held, at)

    async def hide_gone(self, shelf: int, keys: Sequence[str], at: datetime, run: int = 0) -> int:
        """See `Library.hide_gone`."""
        values = {"shelf": shelf, "at": seconds(at), "keys": list(keys)}
        async with self._shelving() as writer:
            gone: list[Record] = []
            for column in ("path", "container"):
                gone += await self._rows(
                    writer,
                    f"UPDATE file SET gone_at = :at FROM {_NAMED} WHERE file.shelf = :shelf"
                    " AND file.source = named.named_source"
                    f" AND file.{column} = named.named_path AND file.gone_at IS NULL"
                    f" RETURNING {_GONE}",
                    values,
                )
            return await self._gone(writer, shelf, gone, seconds(at), run)

    async def _gone(
        self, writer: Writer, shelf: int, gone: Sequence[Record], at: int, run: int
    ) -> int:
        await self._tell(writer, Changed.SHELF, shelf)
        await self._note_gone(writer, run, [row["key"] for row in gone], at)
        stories = [row["story"] for row in gone if row["story"] is not None]
        return await self._hide_orphans(writer, stories, at)

    async def hide_unseen(
        self, shelf: int, container: str, modified: int, at: datetime, run: int = 0
    ) -> int:
        """See `Library.hide_unseen`."""
        source, path = container.split(":", 1)
        async with self._shelving() as writer:
            rows = await self._rows(
                writer,
                "UPDATE file SET gone_at = :at WHERE shelf = :shelf AND container = :container"
                " AND source = :source AND gone_at IS NULL AND modified <> :modified"
                f" RETURNING {_GONE}",
                {
                    **{"shelf": shelf, "source": source, "container": path},
                    **{"modified": modified, "at": seconds(at)},
                },
            )
            return await self._gone(writer, shelf, rows, seconds(at), run)

    async def _stories_of(self, writer: Writer, shelf: int, keys: Sequence[str]) -> list[int]:
        """Give the stories of these files, and of all that is in those that are containers."""
        rows = await self._rows(
            writer,
            " UNION ".join(
                f"SELECT file.story FROM {_NAMED} JOIN file ON file.shelf = :shelf"
                f" AND file.source = named.named_source AND file.{column} = named.named_path"
                " WHERE file.story IS NOT NULL"
                for column in ("path", "container")
            ),
            {"shelf": shelf, "keys": list(keys)},
        )
        return [row["story"] for row in rows]

    async def _hide_orphans(self, writer: Writer, stories: list[int], at: int) -> int:
        """Hide those of ``stories`` that no present file holds; gives how many."""
        rows = await self._rows(
            writer,
            "UPDATE story SET hidden_at = :at WHERE id = ANY(:stories) AND hidden_at IS NULL"
            " AND NOT EXISTS"
            " (SELECT 1 FROM file WHERE file.story = story.id AND file.gone_at IS NULL)"
            " RETURNING id",
            {"at": at, "stories": stories},
        )
        await index.count(writer, [row["id"] for row in rows], -1)
        return len(rows)

    async def forget_gone(self, before: datetime) -> int:
        """See `Library.forget_gone`."""
        values = {"before": seconds(before)}
        async with self._shelving() as writer:
            await self._run(writer, "DELETE FROM file WHERE gone_at < :before", values)
            gone = await self._run(
                writer,
                "DELETE FROM story WHERE hidden_at < :before AND (kept_back = ''"
                " OR NOT EXISTS (SELECT 1 FROM file WHERE file.story = story.id))",
                values,
            )
            await self._forget_empty_collections(writer)
            return gone

    async def _set_hidden(self, writer: Writer, story: int, at: int | None) -> None:
        """See `Curating._set_hidden`."""
        await index.count(writer, [story], -1, only_shown=True)
        await self._run(
            writer,
            "UPDATE story SET hidden_at = CAST(:at AS bigint) WHERE id = :story",
            {"at": at, "story": story},
        )
        await index.count(writer, [story], 1, only_shown=True)

    async def _remove_stories(self, writer: Writer, stories: list[int]) -> None:
        """See `Rights._remove_stories`."""
        await index.count(writer, stories, -1, only_shown=True)
        await self._run(writer, "DELETE FROM story WHERE id = ANY(:stories)", {"stories": stories})

    async def _empty_shelf(self, writer: Writer, shelf: int) -> int:
        values = {"shelf": shelf}
        files = await self._run(writer, "DELETE FROM file WHERE shelf = :shelf", values)
        files += await self._run(writer, "DELETE FROM collection WHERE shelf = :shelf", values)
        rows = await self._rows(
            writer,
            "SELECT DISTINCT story_name.name FROM story_name JOIN story"
            " ON story.id = story_name.story WHERE story.shelf = :shelf",
            values,
        )
        owned = await self._rows(writer, "SELECT id FROM story WHERE shelf = :shelf", values)
        await self._remove_stories(writer, [row["id"] for row in owned])
        if names := [row["name"] for row in rows]:
            # What no other story carries was a name of this shelf's alone: an author, perhaps.
            await self._run(
                writer,
                "DELETE FROM name WHERE id = ANY(:names) AND NOT EXISTS"
                " (SELECT 1 FROM story_name WHERE story_name.name = name.id)",
                {"names": names},
            )
        return files + len(owned)

    async def with_fingerprints(self, shelf: int, fingerprints: Sequence[str]) -> dict[str, Twin]:
        """See `Library.with_fingerprints`."""
        rows = await self._ask(
            "SELECT story.fingerprint, story.id,"
            " array_agg(file.source || ':' || file.path ORDER BY file.source, file.path)"
            " FILTER (WHERE file.path IS NOT NULL) AS keys,"
            " array_agg(file.modified ORDER BY file.source, file.path)"
            " FILTER (WHERE file.path IS NOT NULL) AS times FROM story"
            " LEFT JOIN file ON file.story = story.id AND file.gone_at IS NULL"
            " WHERE story.shelf = :shelf AND story.fingerprint = ANY(:fingerprints)"
            " GROUP BY story.id ORDER BY story.id DESC",
            {"shelf": shelf, "fingerprints": list(fingerprints)},
        )
        return {
            row["fingerprint"]: Twin(
                row["id"], tuple(zip(row["keys"] or (), row["times"] or (), strict=True))
            )
            for row in rows
        }

    async def alike(self, shelf: int, marks: Sequence[int]) -> dict[int, list[int]]:
        """See `Library.alike`."""
        rows = await self._ask(
            "SELECT wanted.mark, array_agg(found.story ORDER BY found.story DESC) AS stories"
            " FROM unnest(:marks::bigint[]) AS wanted (mark) CROSS JOIN LATERAL ("
            "SELECT likeness.story FROM likeness JOIN story ON story.id = likeness.story"
            " WHERE likeness.mark = wanted.mark AND story.shelf = :shelf"
            " ORDER BY likeness.story DESC LIMIT :limit) AS found GROUP BY wanted.mark",
            {"shelf": shelf, "marks": list(dict.fromkeys(marks)), "limit": ALIKE_LIMIT},
        )
        return {row["mark"]: list(row["stories"]) for row in rows}


_GONE = "file.source || ':' || file.path AS key, file.story"
# The sources and paths of the files that ``:keys`` name.
_NAMED = (
    "(SELECT split_part(key, ':', 1) AS named_source, substr(key, strpos(key, ':') + 1)"
    " AS named_path FROM unnest(:keys::text[]) AS told (key)) AS named"
)
