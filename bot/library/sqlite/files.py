"""Files onto shelves: what was read, kept, gone and forgotten."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bot.library.base import ALIKE_LIMIT, Entry, StoredFile, Twin
from bot.library.both.collections import Collections
from bot.library.both.curating import Curating
from bot.library.both.files import STORED_FILE, KnownFiles, stored_file
from bot.library.both.runs import Runs
from bot.library.detected import character_names, other_names
from bot.library.rows import (
    DETECTED_COLUMNS,
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
from bot.library.sqlite import index, lists
from bot.library.sqlite.connections import Connections
from bot.library.sqlite.lanes import Lane
from bot.library.sqlite.visible import offered
from bot.story import Audience, TagKind


class Files(KnownFiles, Runs, Collections, Curating, Connections):
    """The part of the contract that keeps files and stories."""

    def _offered(self, audience: Audience) -> tuple[str, dict[str, Any]]:
        return offered(audience)

    async def known(self, shelf: int, keys: Sequence[str]) -> dict[str, StoredFile]:
        """See `Library.known`."""
        rows = await self._ask(
            f"SELECT {STORED_FILE}, report FROM (SELECT value AS key FROM json_each(:keys))"
            " CROSS JOIN file ON file.shelf = :shelf"
            " AND file.source = substr(key, 1, instr(key, ':') - 1)"
            " AND file.path = substr(key, instr(key, ':') + 1)",
            {"shelf": shelf, "keys": json.dumps(keys)},
        )
        return {file.key: file for file in map(stored_file, rows)}

    async def count_within(self, shelf: int, container: str) -> dict[str, int]:
        """See `Library.count_within`."""
        source, path = container.split(":", 1)
        rows = await self._ask(
            "SELECT outcome, count(*) AS files FROM file INDEXED BY file_by_container"
            " WHERE shelf = :shelf"
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
        ids: list[int | None] = []
        async with self._transaction() as writer:
            rows = await self._rows(
                writer,
                "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'story'), 0),"
                " coalesce((SELECT max(id) FROM story), 0)) AS last",
                {},
            )
            following = int(rows[0]["last"]) + 1
            for entry in entries:
                if entry.has_story and entry.story_id is None:
                    ids.append(following)
                    following += 1
                else:
                    ids.append(entry.story_id)
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
        return ids

    async def _keep_stories(
        self,
        writer: Lane,
        shelf: int,
        pairs: list[tuple[Entry, int | None]],
        at: int,
    ) -> None:
        told = [
            (entry, ident, written)
            for entry, ident in pairs
            if ident is not None and (written := written_of(entry)) is not None
        ]
        told = await self._as_decided(writer, shelf, told)
        replaced = [(ident,) for entry, ident, _ in told if entry.story_id is not None]
        await writer.run(lambda database: _take_out(database, [ident for (ident,) in replaced]))
        await self._many(writer, "DELETE FROM chapter WHERE story = ?", replaced)
        for table in ("story_name", "detected", "other_name", "likeness"):
            await self._many(writer, f"DELETE FROM {table} WHERE story = ?", replaced)
        await self._many(
            writer,
            "INSERT INTO story (id, shelf, title, title_folded, title_key, rating, rating_stated,"
            " words, chapters, link_only, language, complete, record, opening, fingerprint,"
            " added_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET title = excluded.title,"
            " title_folded = excluded.title_folded, title_key = excluded.title_key,"
            " rating = excluded.rating, rating_stated = excluded.rating_stated,"
            " words = excluded.words, chapters = excluded.chapters,"
            " link_only = excluded.link_only, language = excluded.language,"
            " complete = excluded.complete, record = excluded.record,"
            " opening = excluded.opening, fingerprint = excluded.fingerprint,"
            " updated_at = excluded.updated_at,"
            " hidden_at = CASE WHEN story.kept_back = '' THEN NULL ELSE story.hidden_at END",
            (story_row(ident, shelf, written, at) for _, ident, written in told),
        )
        await self._many(
            writer,
            "INSERT INTO chapter (story, number, title, summary, notes, end_notes, length, wall,"
            " reflow_version, pagination_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (row for _, ident, written in told for row in chapter_rows(ident, written)),
        )
        await self._many(
            writer,
            "INSERT INTO part (story, chapter, start, text, blocks) VALUES (?, ?, ?, ?, ?)",
            (row for _, ident, written in told for row in part_rows(ident, written)),
        )
        await self._many(
            writer,
            "INSERT INTO page (story, chapter, start, number) VALUES (?, ?, ?, ?)",
            (row for _, ident, written in told for row in page_rows(ident, written)),
        )
        await self._many(
            writer,
            "INSERT INTO likeness (mark, story) VALUES (?, ?)",
            (row for _, ident, written in told for row in mark_rows(ident, written)),
        )
        named = [(ident, row) for _, ident, written in told for row in written.names]
        await writer.run(lambda database: _keep_names(database, named))
        await self._many(
            writer,
            f"INSERT INTO detected ({', '.join(DETECTED_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (row for _, ident, written in told for row in detected_rows(ident, written)),
        )
        called = [(ident, written.record) for _, ident, written in told if written.detected]
        await writer.run(lambda database: _keep_other_names(database, called))
        parts = {ident: written.parts for _, ident, written in told}
        await writer.run(lambda database: _put_in(database, list(parts), parts))
        told_of = [(ident, entry.story_id is not None, w.record) for entry, ident, w in told]
        await self._keep_collections(writer, shelf, told_of)

    async def _recast(self, writer: Lane, changed: Sequence[tuple[int, str]]) -> None:
        """See `Detections._recast`."""
        await writer.run(lambda database: _recast(database, changed))

    async def _keep_files(
        self,
        writer: Lane,
        shelf: int,
        pairs: list[tuple[Entry, int | None]],
        at: int,
    ) -> None:
        keys = [entry.file.key for entry, _ in pairs]
        keys += [f"{e.file.source}:{e.instead_of}" for e, _ in pairs if e.instead_of]
        held = await self._stories_of(writer, shelf, keys)
        await self._many(
            writer,
            "DELETE FROM file WHERE shelf = ? AND source = ? AND path = ?",
            ((shelf, e.file.source, e.instead_of) for e, _ in pairs if e.instead_of),
        )
        await self._many(
            writer,
            "INSERT INTO file (shelf, source, path, size, modified, digest, context, outcome,"
            " report, container, record, story, gone_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)"
            " ON CONFLICT DO UPDATE SET size = excluded.size, modified = excluded.modified,"
            " digest = excluded.digest, context = excluded.context, outcome = excluded.outcome,"
            " report = excluded.report, record = excluded.record, story = excluded.story,"
            " gone_at = NULL",
            (file_row(shelf, entry, ident) for entry, ident in pairs),
        )
        # A file that came back unchanged brings its story back.
        back = [ident for _, ident in pairs if ident is not None]
        await writer.run(lambda database: _bring_back(database, back))
        # A file that no longer holds a story (now withheld, refused) takes it off the shelf.
        await self._hide_orphans(writer, held, at)

    async def hide_gone(self, shelf: int, keys: Sequence[str], at: datetime, run: int = 0) -> int:
        """See `Library.hide_gone`."""
        async with self._transaction() as writer:
            gone = await writer.run(lambda database: _mark_gone(database, shelf, keys, seconds(at)))
            return await self._gone(writer, gone, seconds(at), run)

    async def hide_unseen(
        self, shelf: int, container: str, modified: int, at: datetime, run: int = 0
    ) -> int:
        """See `Library.hide_unseen`."""
        source, path = container.split(":", 1)
        values = {"shelf": shelf, "source": source, "container": path, "modified": modified}
        async with self._transaction() as writer:
            gone = await self._rows(
                writer,
                "UPDATE file INDEXED BY file_by_container SET gone_at = :at"
                " WHERE shelf = :shelf AND container = :container AND source = :source"
                f" AND gone_at IS NULL AND modified <> :modified RETURNING {_GONE}",
                values | {"at": seconds(at)},
            )
            return await self._gone(writer, gone, seconds(at), run)

    async def _gone(self, writer: Lane, gone: Sequence[sqlite3.Row], at: int, run: int) -> int:
        await self._note_gone(writer, run, [row["key"] for row in gone], at)
        stories = [row["story"] for row in gone if row["story"] is not None]
        return await self._hide_orphans(writer, stories, at)

    async def _stories_of(self, writer: Lane, shelf: int, keys: Sequence[str]) -> list[int]:
        """Give the stories of these files, and of all that is in those that are containers."""
        rows = await self._rows(
            writer,
            "WITH wanted (source, path) AS MATERIALIZED (SELECT"
            " substr(value, 1, instr(value, ':') - 1), substr(value, instr(value, ':') + 1)"
            " FROM json_each(:keys))"
            " SELECT story FROM wanted JOIN file ON file.shelf = :shelf"
            " AND file.source = wanted.source AND file.path = wanted.path"
            " WHERE story IS NOT NULL"
            " UNION SELECT story FROM wanted CROSS JOIN file INDEXED BY file_by_container"
            " ON file.shelf = :shelf"
            " AND file.source = wanted.source AND file.container = wanted.path"
            " WHERE story IS NOT NULL",
            {"shelf": shelf, "keys": json.dumps(keys)},
        )
        return [row["story"] for row in rows]

    @staticmethod
    async def _hide_orphans(writer: Lane, stories: list[int], at: int) -> int:
        """Hide those of ``stories`` that no present file holds; gives how many."""
        return await writer.run(lambda database: _hide_orphans(database, stories, at))

    async def forget_gone(self, before: datetime) -> int:
        """See `Library.forget_gone`."""
        values = {"before": seconds(before)}
        async with self._transaction() as writer:
            await writer.execute("DELETE FROM file WHERE gone_at < :before", values)
            gone = await writer.run(lambda database: _forget_hidden(database, seconds(before)))
            await self._forget_empty_collections(writer)
            return gone

    async def _set_hidden(self, writer: Lane, story: int, at: int | None) -> None:
        """See `Curating._set_hidden`."""
        await writer.run(lambda database: _hide_or_show(database, story, at))

    async def _remove_stories(self, writer: Lane, stories: list[int]) -> None:
        """See `Rights._remove_stories`."""
        await writer.run(lambda database: _remove(database, stories))

    async def _empty_shelf(self, writer: Lane, shelf: int) -> int:
        files = (await writer.execute("DELETE FROM file WHERE shelf = ?", (shelf,))).rowcount
        files += (await writer.execute("DELETE FROM collection WHERE shelf = ?", (shelf,))).rowcount
        return files + await writer.run(lambda database: _forget_shelf(database, shelf))

    async def with_fingerprints(self, shelf: int, fingerprints: Sequence[str]) -> dict[str, Twin]:
        """See `Library.with_fingerprints`."""
        rows = await self._ask(
            "SELECT story.fingerprint, story.id,"
            " json_group_array(json_array(file.source || ':' || file.path, file.modified))"
            " FILTER (WHERE file.path IS NOT NULL) AS holders"
            " FROM json_each(:fingerprints) AS wanted"
            " JOIN story ON story.shelf = :shelf AND story.fingerprint = wanted.value"
            " LEFT JOIN file ON file.story = story.id AND file.gone_at IS NULL"
            " GROUP BY story.id ORDER BY story.id DESC",
            {"shelf": shelf, "fingerprints": json.dumps(fingerprints)},
        )
        return {
            row["fingerprint"]: Twin(
                row["id"], tuple((key, at) for key, at in json.loads(row["holders"]))
            )
            for row in rows
        }

    async def alike(self, shelf: int, marks: Sequence[int]) -> dict[int, list[int]]:
        """See `Library.alike`."""
        rows = await self._ask(
            "SELECT wanted.value AS mark, json_group_array(found.story) AS stories"
            " FROM json_each(:marks) AS wanted JOIN likeness AS found"
            " ON found.mark = wanted.value AND found.story IN ("
            "SELECT likeness.story FROM likeness JOIN story ON story.id = likeness.story"
            " WHERE likeness.mark = wanted.value AND story.shelf = :shelf"
            " ORDER BY likeness.story DESC LIMIT :limit)"
            " GROUP BY wanted.value",
            {
                "shelf": shelf,
                "marks": json.dumps(list(dict.fromkeys(marks))),
                "limit": ALIKE_LIMIT,
            },
        )
        return {row["mark"]: sorted(json.loads(row["stories"]), reverse=True) for row in rows}


def _take_out(database: sqlite3.Connection, stories: Sequence[int]) -> None:
    """Take stories that will change out of lists and index, while they are what they were."""
    lists.remove(database, stories)
    index.remove(database, stories)


def _put_in(
    database: sqlite3.Connection,
    stories: Sequence[int],
    parts: Mapping[int, index.Parts] = MappingProxyType({}),
) -> None:
    lists.add(database, stories)
    index.add(database, stories, parts)


def _keep_names(
    database: sqlite3.Connection, named: Sequence[tuple[int, tuple[str, str, str, str, bool]]]
) -> None:
    """Write down which names stories carry; a name that is new gets its number."""
    told: dict[tuple[str, str], tuple[str, str]] = {}
    for _, (kind, folded, key, name, _) in named:
        told.setdefault((kind, folded), (key, name))
    numbers = _numbers_of(database, told)
    unknown = [each for each in told if each not in numbers]
    database.executemany(
        "INSERT INTO name (kind, folded, key, name) VALUES (?, ?, ?, ?)",
        ((*each, *told[each]) for each in unknown),
    )
    numbers |= _numbers_of(database, unknown)
    database.executemany(
        "INSERT INTO story_name (story, name, appears) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET appears = max(appears, excluded.appears)",
        ((story, numbers[kind, folded], appears) for story, (kind, folded, _, _, appears) in named),
    )


def _numbers_of(
    database: sqlite3.Connection, names: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Give the numbers of those of ``names``, by kind and folded, that have one."""
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for kind, folded in names:
        by_kind[kind].append(folded)
    return {
        (kind, folded): number
        for kind, wanted in by_kind.items()
        for number, folded in database.execute(
            "SELECT name.id, name.folded FROM json_each(?) AS wanted"
            " CROSS JOIN name ON name.kind = ? AND name.folded = wanted.value",
            (json.dumps(wanted), kind),
        )
    }


def _keep_other_names(database: sqlite3.Connection, records: Sequence[tuple[int, str]]) -> None:
    """Write down by which other forms the characters of stories go."""
    database.executemany(
        "INSERT INTO other_name (folded, name, story)"
        " SELECT ?, id, ? FROM name WHERE kind = ? AND folded = ?",
        (
            (form, story, TagKind.CHARACTER.value, name)
            for story, record in records
            for form, name in other_names(record)
        ),
    )


def _recast(database: sqlite3.Connection, changed: Sequence[tuple[int, str]]) -> None:
    """Give stories other records with other characters."""
    stories = [story for story, _ in changed]
    _take_out(database, stories)
    for story, record in changed:
        database.execute("UPDATE story SET record = ? WHERE id = ?", (record, story))
        database.execute("DELETE FROM other_name WHERE story = ?", (story,))
        database.execute(
            "DELETE FROM story_name WHERE story = ?"
            " AND name IN (SELECT id FROM name WHERE kind = ?)",
            (story, TagKind.CHARACTER.value),
        )
    named = [(story, row) for story, record in changed for row in character_names(record)]
    _keep_names(database, named)
    _keep_other_names(database, changed)
    _put_in(database, stories)


def _mark_gone(
    database: sqlite3.Connection, shelf: int, keys: Sequence[str], at: int
) -> list[sqlite3.Row]:
    """Mark files as gone, with all that is in them; gives those that were present."""
    rows: list[sqlite3.Row] = []
    for key in keys:
        values = (at, shelf, *key.split(":", 1))
        rows += database.execute(
            "UPDATE file SET gone_at = ? WHERE shelf = ? AND source = ? AND path = ?"
            f" AND gone_at IS NULL RETURNING {_GONE}",
            values,
        ).fetchall()
        rows += database.execute(
            "UPDATE file INDEXED BY file_by_container SET gone_at = ?"
            " WHERE shelf = ? AND source = ? AND container = ?"
            f" AND gone_at IS NULL RETURNING {_GONE}",
            values,
        ).fetchall()
    return rows


def _bring_back(database: sqlite3.Connection, stories: Sequence[int]) -> None:
    rows = database.execute(
        "UPDATE story SET hidden_at = NULL WHERE id IN (SELECT value FROM json_each(?))"
        " AND hidden_at IS NOT NULL AND kept_back = '' RETURNING id",
        (json.dumps(stories),),
    ).fetchall()
    lists.add(database, [row[0] for row in rows])


def _hide_orphans(database: sqlite3.Connection, stories: Sequence[int], at: int) -> int:
    rows = database.execute(
        "SELECT id FROM story WHERE id IN (SELECT value FROM json_each(?))"
        " AND hidden_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM file WHERE file.story = story.id AND file.gone_at IS NULL)",
        (json.dumps(stories),),
    ).fetchall()
    orphans = [row[0] for row in rows]
    lists.remove(database, orphans)
    database.executemany(
        "UPDATE story SET hidden_at = ? WHERE id = ?", ((at, story) for story in orphans)
    )
    return len(orphans)


def _hide_or_show(database: sqlite3.Connection, story: int, at: int | None) -> None:
    if at is not None:
        lists.remove(database, [story])
        database.execute("UPDATE story SET hidden_at = ? WHERE id = ?", (at, story))
        return
    shown = database.execute(
        "UPDATE story SET hidden_at = NULL WHERE id = ? AND hidden_at IS NOT NULL RETURNING id",
        (story,),
    ).fetchall()
    lists.add(database, [row[0] for row in shown])


def _remove(database: sqlite3.Connection, stories: Sequence[int]) -> None:
    rows = database.execute(
        "SELECT id FROM story WHERE id IN (SELECT value FROM json_each(?)) AND hidden_at IS NULL",
        (json.dumps(stories),),
    ).fetchall()
    lists.remove(database, [row[0] for row in rows])
    index.remove(database, stories)
    database.executemany("DELETE FROM story WHERE id = ?", ((story,) for story in stories))


def _forget_hidden(database: sqlite3.Connection, before: int) -> int:
    rows = database.execute(
        "SELECT id FROM story WHERE hidden_at < ? AND (kept_back = ''"
        " OR NOT EXISTS (SELECT 1 FROM file WHERE file.story = story.id))",
        (before,),
    ).fetchall()
    gone = [row[0] for row in rows]
    _remove(database, gone)
    return len(gone)


def _forget_shelf(database: sqlite3.Connection, shelf: int) -> int:
    rows = database.execute("SELECT id FROM story WHERE shelf = ?", (shelf,)).fetchall()
    stories = [row[0] for row in rows]
    names = database.execute(
        "SELECT DISTINCT name FROM story_name WHERE story IN (SELECT value FROM json_each(?))",
        (json.dumps(stories),),
    ).fetchall()
    _remove(database, stories)
    # What no other story carries was a name of this shelf's alone: an author, perhaps.
    database.execute(
        "DELETE FROM name WHERE id IN (SELECT value FROM json_each(:names)) AND id NOT IN"
        " (SELECT name FROM story_name WHERE name IN (SELECT value FROM json_each(:names)))",
        {"names": json.dumps([row[0] for row in names])},
    )
    return len(stories)


_GONE = "source || ':' || path AS key, story"
