"""What an import did, step by step, so that a whole one can be undone."""

import json
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.library.base import Entry, MovedPlace, RunStep, StoredFile, StoredRun
from bot.library.both.detections import Detections
from bot.library.records import Written, written_from_json
from bot.library.rows import moment, seconds
from bot.story import Place

_MANY = 400  # values of one statement
_WRITTEN = (
    "title, title_folded, title_key, rating, rating_stated, words, link_only, language, complete,"
    " record, opening, fingerprint"
)


class Runs(Detections):
    """The part of the contract that keeps what imports did; how stories are kept differs."""

    @abstractmethod
    async def _keep_stories(
        self, writer: Any, shelf: int, pairs: list[tuple[Entry, int | None]], at: int
    ) -> None:
        """Keep the stories of entries in a transaction."""

    @abstractmethod
    async def _remove_stories(self, writer: Any, stories: list[int]) -> None:
        """Delete stories in a transaction."""

    async def begin_run(self, shelf: int, what: str, at: datetime) -> int:
        """See `Library.begin_run`."""
        async with self._transaction() as writer:
            values = {"shelf": shelf}
            await self._run(writer, "DELETE FROM run WHERE shelf = :shelf", values)
            rows = await self._rows(
                writer,
                "INSERT INTO run (shelf, what, at, last_at) VALUES (:shelf, :what, :at, :at)"
                " RETURNING id",
                {"shelf": shelf, "what": what, "at": seconds(at)},
            )
        return int(rows[0]["id"])

    async def last_run(self, shelf: int) -> StoredRun | None:
        """See `Library.last_run`."""
        rows = await self._ask(
            "SELECT id, what, at, last_at, undone_at FROM run WHERE shelf = :shelf"
            " ORDER BY id DESC LIMIT 1",
            {"shelf": shelf},
        )
        if not rows:
            return None
        at, last = moment(rows[0]["at"]), moment(rows[0]["last_at"])
        assert at is not None
        assert last is not None
        return StoredRun(rows[0]["id"], rows[0]["what"], at, last, moment(rows[0]["undone_at"]))

    async def run_steps(self, run: int, limit: int) -> list[RunStep]:
        """See `Library.run_steps`."""
        rows = await self._ask(
            "SELECT number, at, told FROM run_step WHERE run = :run"
            " ORDER BY number DESC LIMIT :limit",
            {"run": run, "limit": limit},
        )
        return [_step(row) for row in rows]

    async def run_image(self, run: int, after: int) -> tuple[int, Written] | None:
        """See `Library.run_image`."""
        rows = await self._ask(
            "SELECT story, image FROM run_image WHERE run = :run AND story > :after"
            " ORDER BY story LIMIT 1",
            {"run": run, "after": after},
        )
        return (rows[0]["story"], written_from_json(rows[0]["image"])) if rows else None

    async def drop_step(self, run: int, number: int) -> None:
        """See `Library.drop_step`."""
        await self._change(
            "DELETE FROM run_step WHERE run = :run AND number = :number",
            {"run": run, "number": number},
        )

    async def end_undo(self, run: int, at: datetime) -> None:
        """See `Library.end_undo`."""
        await self._change(
            "UPDATE run SET undone_at = :at WHERE id = :run", {"run": run, "at": seconds(at)}
        )

    async def put_back(
        self,
        shelf: int,
        run: int,
        story: int,
        written: Written,
        moved: Sequence[MovedPlace],
        at: datetime,
    ) -> None:
        """See `Library.put_back`."""
        if moved:
            await self._notes.written()  # where readers are now
        entry = Entry(StoredFile("", "", 0, 0, "", "", "", None), written=written, story_id=story)
        async with self._shelving() as writer:
            hidden = await self._rows(
                writer, "SELECT hidden_at FROM story WHERE id = :story", {"story": story}
            )
            if hidden:
                await self._keep_stories(writer, shelf, [(entry, story)], seconds(at))
                await self._move_places(writer, story, moved)
            await self._run(
                writer,
                "DELETE FROM run_image WHERE run = :run AND story = :story",
                {"run": run, "story": story},
            )

    async def remove_stories(self, stories: Sequence[int]) -> None:
        """See `Library.remove_stories`."""
        async with self._shelving() as writer:
            await self._remove_stories(writer, list(stories))

    async def forget_files(self, shelf: int, keys: Sequence[str]) -> None:
        """See `Library.forget_files`."""
        async with self._transaction() as writer:
            for key in keys:
                source, path = key.split(":", 1)
                await self._run(
                    writer,
                    "DELETE FROM file WHERE shelf = :shelf AND source = :source AND path = :path",
                    {"shelf": shelf, "source": source, "path": path},
                )

    async def changed_at(self, stories: Sequence[int]) -> dict[int, datetime]:
        """See `Library.changed_at`."""
        found: dict[int, datetime] = {}
        for marks, values in _among(stories):
            rows = await self._ask(
                f"SELECT id, updated_at FROM story WHERE id IN ({marks})", values
            )
            for row in rows:
                at = moment(row["updated_at"])
                assert at is not None
                found[row["id"]] = at
        return found

    async def places_of(self, stories: Sequence[int]) -> list[tuple[int, Place]]:
        """See `Library.places_of`."""
        await self._notes.written()
        found: list[tuple[int, Place]] = []
        for marks, values in _among(stories):
            rows = await self._ask(
                f'SELECT member, story, chapter, "offset" FROM place WHERE story IN ({marks})'
                " ORDER BY story, member",
                values,
            )
            found += [
                (row["member"], Place(row["story"], row["chapter"], row["offset"])) for row in rows
            ]
        return found

    async def written(self, story: int) -> Written | None:
        """See `Library.written`."""
        values = {"story": story}
        rows = await self._ask(f"SELECT {_WRITTEN} FROM story WHERE id = :story", values)
        if not rows:
            return None
        chapters = await self._ask(
            "SELECT title, summary, notes, end_notes, length, wall, reflow_version,"
            " pagination_version FROM chapter WHERE story = :story ORDER BY number",
            values,
        )
        parts = await self._ask(
            "SELECT chapter, start, text, blocks FROM part WHERE story = :story"
            " ORDER BY chapter, start",
            values,
        )
        pages = await self._ask(
            "SELECT chapter, start, number FROM page WHERE story = :story ORDER BY chapter, start",
            values,
        )
        names = await self._ask(
            "SELECT name.kind, name.folded, name.key, name.name, story_name.appears"
            " FROM story_name JOIN name ON name.id = story_name.name"
            " WHERE story_name.story = :story ORDER BY name.id",
            values,
        )
        marks = await self._ask(
            "SELECT mark FROM likeness WHERE story = :story ORDER BY mark", values
        )
        row = rows[0]
        complete = row["complete"]
        return Written(
            title=row["title"],
            title_folded=row["title_folded"],
            title_key=row["title_key"],
            rating=row["rating"],
            rating_stated=bool(row["rating_stated"]),
            words=row["words"],
            link_only=bool(row["link_only"]),
            language=row["language"],
            marks=[row["mark"] for row in marks],
            complete=None if complete is None else bool(complete),
            record=row["record"],
            opening=row["opening"],
            fingerprint=row["fingerprint"],
            reflow_version=chapters[0]["reflow_version"] if chapters else 0,
            pagination_version=chapters[0]["pagination_version"] if chapters else 0,
            chapters=[
                (c["title"], c["summary"], c["notes"], c["end_notes"], c["length"], bool(c["wall"]))
                for c in chapters
            ],
            parts=[(p["chapter"], p["start"], p["text"], p["blocks"]) for p in parts],
            pages=[(p["chapter"], p["start"], p["number"]) for p in pages],
            names=[
                (n["kind"], n["folded"], n["key"], n["name"], bool(n["appears"])) for n in names
            ],
            detected=await self._detected_in(story),
        )

    async def _note_step(
        self, writer: Any, run: int, pairs: Sequence[tuple[Entry, int | None]], at: int
    ) -> None:
        """Write down what was kept, in the transaction that keeps it."""
        if not run:
            return
        done = [
            [
                entry.file.key,
                story,
                entry.has_story and entry.story_id is None,
                None if entry.before is None else _file_values(entry.before),
            ]
            for entry, story in pairs
            if not entry.is_touch
        ]
        if done:
            await self._add_step(writer, run, {"kept": done}, at)
        for entry, story in pairs:
            if entry.image and story is not None:
                await self._run(
                    writer,
                    "INSERT INTO run_image (run, story, image) VALUES (:run, :story, :image)"
                    " ON CONFLICT (run, story) DO NOTHING",
                    {"run": run, "story": story, "image": entry.image},
                )

    async def _note_gone(self, writer: Any, run: int, keys: Sequence[str], at: int) -> None:
        if run and keys:
            await self._add_step(writer, run, {"gone": list(keys)}, at)

    async def _add_step(self, writer: Any, run: int, told: dict[str, Any], at: int) -> None:
        await self._run(
            writer,
            "INSERT INTO run_step (run, number, at, told) SELECT :run,"
            " coalesce((SELECT max(number) FROM run_step WHERE run = :run), 0) + 1, :at, :told",
            {"run": run, "at": at, "told": json.dumps(told, ensure_ascii=False)},
        )
        await self._run(
            writer, "UPDATE run SET last_at = :at WHERE id = :run", {"run": run, "at": at}
        )

    async def _move_places(self, writer: Any, story: int, moved: Sequence[MovedPlace]) -> None:
        """Carry readers over to another text; who turned a page meanwhile stays where they are."""
        for each in moved:
            await self._run(
                writer,
                'UPDATE place SET chapter = :chapter, "offset" = :offset WHERE member = :member'
                ' AND story = :story AND chapter = :from_chapter AND "offset" = :from_offset',
                {
                    **{"member": each.member, "story": story},
                    **{"chapter": each.to.chapter, "offset": each.to.offset},
                    **{"from_chapter": each.begun.chapter, "from_offset": each.begun.offset},
                },
            )


def _among(numbers: Sequence[int]) -> Iterator[tuple[str, dict[str, int]]]:
    """Give the marks and values of ``IN (…)``, for some of ``numbers`` at a time."""
    for start in range(0, len(numbers), _MANY):
        values = {f"n{place}": n for place, n in enumerate(numbers[start : start + _MANY])}
        yield ", ".join(f":{name}" for name in values), values


def _file_values(file: StoredFile) -> dict[str, Any]:
    gone = None if file.gone_since is None else seconds(file.gone_since)
    return asdict(file) | {"gone_since": gone}


def _file(values: dict[str, Any]) -> StoredFile:
    told: dict[str, Any] = {**values, "gone_since": moment(values["gone_since"])}
    return StoredFile(**told)


def _step(row: Any) -> RunStep:
    at = moment(row["at"])
    assert at is not None
    told = json.loads(row["told"])
    kept = tuple(
        (key, story, was_added, None if before is None else _file(before))
        for key, story, was_added, before in told.get("kept", ())
    )
    return RunStep(row["number"], at, kept, tuple(told.get("gone", ())))
