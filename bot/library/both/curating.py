"""What people changed of stories and took off their shelf, beside what files say."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.library.base import Entry, KeptBack, Shelved, StoredEdits, StoredFile
from bot.library.both.asking import Asking
from bot.library.records import Written, record_from_json
from bot.library.rows import moment, seconds

_SHELVED = (
    "story.id, story.shelf, story.record, story.chapters, story.added_at, story.updated_at,"
    " story.hidden_at, story.kept_back, coalesce(edited.edits, '') AS edits"
)


class Curating(Asking):
    """The part of the contract that curates; how a story is kept and hidden differs by engine."""

    @abstractmethod
    async def _keep_stories(
        self, writer: Any, shelf: int, pairs: list[tuple[Entry, int | None]], at: int
    ) -> None:
        """Keep the stories of entries in a transaction."""

    @abstractmethod
    async def _set_hidden(self, writer: Any, story: int, at: int | None) -> None:
        """Hide a story in a transaction, since ``at``, or show it (None)."""

    async def shelved(self, story: int) -> Shelved | None:
        """See `Library.shelved`."""
        rows = await self._ask(
            f"SELECT {_SHELVED} FROM story LEFT JOIN edited ON edited.story = story.id"
            " WHERE story.id = :story",
            {"story": story},
        )
        return _shelved(rows[0]) if rows else None

    async def on_shelf(
        self, shelf: int, after: int, limit: int, *, hidden: bool | None = None
    ) -> list[Shelved]:
        """See `Library.on_shelf`."""
        which = {None: "", True: " AND hidden_at IS NOT NULL", False: " AND hidden_at IS NULL"}
        rows = await self._ask(
            f"SELECT {_SHELVED} FROM story LEFT JOIN edited ON edited.story = story.id"
            f" WHERE story.shelf = :shelf AND story.id > :after{which[hidden]}"
            " ORDER BY story.id LIMIT :limit",
            {"shelf": shelf, "after": after, "limit": limit},
        )
        return [_shelved(row) for row in rows]

    async def edited(self, stories: Sequence[int]) -> dict[int, StoredEdits]:
        """See `Library.edited`."""
        if not stories:
            return {}
        named = {f"s{place}": story for place, story in enumerate(stories)}
        rows = await self._ask(
            "SELECT story, edits, record FROM edited WHERE story IN"
            f" ({', '.join(f':{name}' for name in named)})",
            named,
        )
        return {row["story"]: StoredEdits(row["edits"], row["record"]) for row in rows}

    async def rewrite(
        self,
        story: int,
        written: Written,
        *,
        edits: str,
        instead_of: str,
        record: str,
        is_withheld: bool,
        at: datetime,
    ) -> bool:
        """See `Library.rewrite`."""
        entry = Entry(StoredFile("", "", 0, 0, "", "", "", None), written=written, story_id=story)
        async with self._shelving() as writer:
            rows = await self._rows(
                writer,
                "SELECT story.shelf, story.hidden_at, coalesce(edited.edits, '') AS edits"
                " FROM story LEFT JOIN edited ON edited.story = story.id WHERE story.id = :story",
                {"story": story},
            )
            if not rows or rows[0]["edits"] != instead_of:
                return False
            await self._keep_stories(writer, rows[0]["shelf"], [(entry, story)], seconds(at))
            if rows[0]["hidden_at"] is not None:
                await self._set_hidden(writer, story, rows[0]["hidden_at"])
            await self._run(writer, "DELETE FROM edited WHERE story = :story", {"story": story})
            if edits:
                await self._run(
                    writer,
                    "INSERT INTO edited (story, edits, record) VALUES (:story, :edits, :record)",
                    {"story": story, "edits": edits, "record": record},
                )
            await self._withhold(writer, story, seconds(at), is_withheld=is_withheld)
        return True

    async def keep_back(self, story: int, at: datetime) -> bool:
        """See `Library.keep_back`."""
        async with self._shelving() as writer:
            changed = await self._mark(writer, story, KeptBack.BY_HAND)
            if changed:
                await self._set_hidden(writer, story, seconds(at))
        return changed

    async def let_back(self, story: int) -> bool:
        """See `Library.let_back`."""
        async with self._shelving() as writer:
            await self._mark(writer, story, KeptBack.NOT)
            return await self._show(writer, story)

    async def _note_edited(self, writer: Any, story: int, entry: Entry, at: int) -> None:
        """Write down what the file of an edited story says now."""
        await self._run(
            writer,
            "UPDATE edited SET record = :record WHERE story = :story",
            {"story": story, "record": entry.unedited},
        )
        await self._withhold(writer, story, at, is_withheld=entry.is_withheld)

    async def _withhold(self, writer: Any, story: int, at: int, *, is_withheld: bool) -> None:
        rows = await self._rows(
            writer, "SELECT kept_back FROM story WHERE id = :story", {"story": story}
        )
        if not rows:
            return
        now = KeptBack(rows[0]["kept_back"])
        if is_withheld and now is KeptBack.NOT:
            await self._mark(writer, story, KeptBack.WITHHELD)
            await self._set_hidden(writer, story, at)
        elif now is KeptBack.WITHHELD and not is_withheld:
            await self._mark(writer, story, KeptBack.NOT)
            await self._show(writer, story)

    async def _mark(self, writer: Any, story: int, kept_back: KeptBack) -> bool:
        changed = await self._run(
            writer,
            "UPDATE story SET kept_back = :kept_back WHERE id = :story",
            {"story": story, "kept_back": kept_back.value},
        )
        return changed > 0

    async def _show(self, writer: Any, story: int) -> bool:
        """Show a story whose file is there; one that never had a file is shown as well."""
        rows = await self._rows(
            writer,
            "SELECT gone_at FROM file WHERE story = :story ORDER BY gone_at IS NOT NULL LIMIT 1",
            {"story": story},
        )
        if rows and rows[0]["gone_at"] is not None:
            return False
        await self._set_hidden(writer, story, None)
        return True


def _shelved(row: Any) -> Shelved:
    added, updated = moment(row["added_at"]), moment(row["updated_at"])
    assert added is not None
    assert updated is not None
    return Shelved(
        id=row["id"],
        shelf=row["shelf"],
        record=record_from_json(row["record"]),
        chapters=row["chapters"],
        added=added,
        updated=updated,
        hidden_since=moment(row["hidden_at"]),
        kept_back=KeptBack(row["kept_back"]),
        edits=row["edits"],
    )
