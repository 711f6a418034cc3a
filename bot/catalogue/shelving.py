"""Keeping what was read: a batch is judged, kept in one transaction, and told."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.catalogue.edits import Rewritten
from bot.catalogue.judging import Item, Run, as_before, judge, waits_for_number
from bot.catalogue.parsing import Read
from bot.catalogue.relating import Reads, Relating, parts
from bot.catalogue.reports import FileReport
from bot.catalogue.undoing import moved_places
from bot.library.base import Entry, Library, StoredEdits, StoredFile
from bot.library.detected import Decision, characters_told, decided
from bot.library.records import Written, written_to_json

LayOver = Callable[[Written, str, str], Rewritten]  # a story, its record, edits as JSON


class Recording:
    """One import that is written down so that it can be undone, from the first thing it does."""

    def __init__(
        self, library: Library, shelf: int, what: str, *, now: Callable[[], datetime]
    ) -> None:
        self._library = library
        self._shelf = shelf
        self._what = what
        self._now = now
        self._run = 0

    async def run(self) -> int:
        """Give its id; the import before this one can be undone no more."""
        if not self._run:
            self._run = await self._library.begin_run(self._shelf, self._what, self._now())
        return self._run


class Shelving:
    """Puts what one run read onto a shelf, batch by batch."""

    def __init__(
        self,
        library: Library,
        shelf: int,
        run: Run,
        *,
        now: Callable[[], datetime],
        recording: Recording | None = None,
        lay_over: LayOver | None = None,
    ) -> None:
        """Take where to; what is done is written down in ``recording``, for an undo.

        ``lay_over`` lays what people edited over what a file says.
        """
        self.library = library
        self.shelf = shelf
        self.run = run
        self._now = now
        self._recording = recording
        self._lay_over = lay_over
        self._relating = Relating(library, shelf, run)

    async def keep(self, items: Sequence[tuple[Item, Read | None]]) -> list[FileReport]:
        """Judge ``items`` in order and keep them; what was not read is as it was."""
        reports: list[FileReport] = []
        for part in parts(items, dry_run=self.run.dry_run):
            reports += await self._keep_part(part)
        return reports

    async def _keep_part(self, items: Reads) -> list[FileReport]:
        words = [read.written.fingerprint for _, read in items if read is not None and read.written]
        found = await self.library.with_fingerprints(self.shelf, words) if words else {}
        relations = await self._relating.relations(items, found)
        self.run.as_before.update(item.file.key for item, read in items if read is None)
        decisions = await self.library.name_decisions(self.shelf)
        reports: list[FileReport] = []
        entries: list[tuple[int, Entry]] = []
        for number, (item, read) in enumerate(items):
            if read is None:
                assert item.before is not None
                reports.append(
                    as_before(item.shown, item.before, item.file.record, decisions=decisions)
                )
                entry = _touched(item.before, item.file)
            else:
                decided = _as_decided(read, item, decisions)
                relation = relations.get(number)
                entry, report = judge(item, decided, found, self.run, relation)
                reports.append(report)
            if entry is not None:
                entries.append((len(reports) - 1, entry))
        if not self.run.dry_run:
            await self._keep(entries, reports)
            self.run.forget()
        return reports

    async def keep_file(self, file: StoredFile) -> None:
        """Keep what is known of a container."""
        if not self.run.dry_run:
            before = (await self.library.known(self.shelf, [file.key])).get(file.key)
            entry = Entry(file, before=before)
            await self.library.keep(self.shelf, [entry], self._now(), await self._run_id())

    async def keep_touched(self, before: StoredFile, now: StoredFile) -> None:
        """Write down the size and time of a file that is as it was."""
        entry = _touched(before, now)
        if entry is not None and not self.run.dry_run:
            await self.library.keep(self.shelf, [entry], self._now())

    async def hide_unseen(self, container: StoredFile) -> int:
        """Hide what a container no longer holds; gives how many stories."""
        if self.run.dry_run:
            return 0
        return await self.library.hide_unseen(
            self.shelf, container.key, container.modified, self._now(), await self._run_id()
        )

    async def hide_gone(self, keys: Sequence[str]) -> int:
        """Hide the stories of files that are gone; gives how many."""
        if self.run.dry_run or not keys:
            return 0
        return await self.library.hide_gone(self.shelf, keys, self._now(), await self._run_id())

    async def _keep(
        self, entries: Sequence[tuple[int, Entry]], reports: Sequence[FileReport]
    ) -> None:
        """Keep a batch, then the doubles of stories that only now have a number."""
        late = [each for each in entries if waits_for_number(each[1])]
        ready = [each for each in entries if not waits_for_number(each[1])]
        updated = [e.story_id for _, e in ready if e.story_id and e.written is not None]
        edited = await self.library.edited(updated)
        ready = [
            (place, await self._with_image(await self._with_edits(entry, edited)))
            for place, entry in ready
        ]
        run = 0 if all(entry.is_touch for _, entry in entries) else await self._run_id()
        ids = await self.library.keep(self.shelf, [entry for _, entry in ready], self._now(), run)
        for (place, entry), story in zip(ready, ids, strict=True):
            if entry.has_story and story is not None:
                reports[place].told["story"] = story
                self.run.stories[entry.fingerprint] = story
        doubles: list[Entry] = []
        for place, entry in late:
            story = self.run.stories.get(entry.fingerprint)
            reports[place].told["story"] = story
            doubles.append(replace(entry, story_id=story))
        if doubles:
            await self.library.keep(self.shelf, doubles, self._now(), run)

    async def _with_edits(self, entry: Entry, edited: Mapping[int, StoredEdits]) -> Entry:
        """Lay over a story that is updated what people changed of it."""
        stored = edited.get(entry.story_id or 0)
        if stored is None or entry.written is None or self._lay_over is None:
            return entry
        record = entry.written.record
        done = await asyncio.to_thread(self._lay_over, entry.written, record, stored.edits)
        return replace(entry, written=done.written, unedited=record, is_withheld=done.is_withheld)

    async def _with_image(self, entry: Entry) -> Entry:
        """Add what a story that is updated was, and where its readers will be."""
        if entry.story_id is None or entry.written is None:
            return entry
        moved = await moved_places(self.library, entry.story_id, entry.written)
        if self._recording is None:
            return replace(entry, moved=moved)
        image = await self.library.written(entry.story_id)
        told = "" if image is None else await asyncio.to_thread(written_to_json, image)
        return replace(entry, moved=moved, image=told)

    async def _run_id(self) -> int:
        return 0 if self._recording is None else await self._recording.run()


def _as_decided(read: Read, item: Item, decisions: Sequence[Decision]) -> Read:
    """Tell of a story what people decided about the names detected in it."""
    story = item.owner.story if item.owner else None
    if read.written is None or not decisions:
        return read
    record = decided(read.written, decisions, story).record
    return replace(read, told=read.told | {"characters": characters_told(record)})


def _touched(before: StoredFile, now: StoredFile) -> Entry | None:
    """Give the entry of a file whose story is as it was, if anything else is to be kept."""
    touched = replace(
        before, size=now.size, modified=now.modified, record=now.record, gone_since=None
    )
    if touched == before:
        return None
    came_back = before.gone_since is not None
    return Entry(touched, story_id=before.story, before=before, is_touch=not came_back)
