"""Files onto a shelf: read, completed, kept; and a shelf kept in step with its folder.

The idea: a file is read again only when its size or time changed, or when
something else that decided the result did (facts in library.toml, aliases, a
default, a version of our own code). All of that other is one digest, the
file's *context*.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from bot.catalogue.blocking import BlockList
from bot.catalogue.changes import Changes, find_changes
from bot.catalogue.completing import CODE_VERSION, complete
from bot.catalogue.folder import ALIAS_FILE, FileOnDisk, Folder, scan
from bot.catalogue.judging import Read, Run, as_before, judge, waits_for_number
from bot.catalogue.reports import FileReport, ShelfReport, report_of
from bot.config import Settings
from bot.errors import FiresideError, ImportFailed
from bot.importers import FILE_LIMIT, read_story
from bot.library.base import OPERATOR_SHELF, Entry, Library, StoredFile
from bot.prose.names import Aliases, load_aliases, shipped_aliases
from bot.texts import explain, say

GRACE = timedelta(days=30)  # a story whose file is gone is hidden this long, then forgotten
GONE_SHARE = 5  # more than a fifth of the known files gone at once …
GONE_COUNT = 5  # … and more than five: the folder is probably not there
BATCH = 40  # files kept in one transaction
READING = "reading stories"  # what one process does alone
SMALL_CHANGE = 200  # changed files that are read before the bot is ready

_log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]  # files done, files to do


class Catalogue:
    """Brings stories onto the operator's shelf; one reading at a time, whoever asks."""

    def __init__(
        self, library: Library, settings: Settings, *, now: Callable[[], datetime]
    ) -> None:
        self.library = library
        self.settings = settings
        self.now = now
        self.shelf = OPERATOR_SHELF
        self.aliases: Aliases = shipped_aliases()
        self.is_reading = False
        self._aliases_digest = ""
        self._turn = asyncio.Lock()
        self._told_notes: set[str] = set()

    async def changes(self) -> tuple[int, bool]:
        """Count the files that a `sync` would read, and tell whether the shelf is empty."""
        await self._load_aliases()
        folder = await asyncio.to_thread(scan, self.settings.stories_dir, self.settings.stories_dir)
        known = await self.library.files(self.shelf)
        changes = await asyncio.to_thread(
            find_changes,
            folder,
            known,
            frozenset[str](),
            lambda file: self._context(file, folder),
            _digest_of,
        )
        return sum(map(changes.is_to_read, folder.files)), not known

    async def sync(
        self, *, progress: Progress | None = None, remove_missing: bool = False
    ) -> ShelfReport:
        """Bring the shelf in step with ``STORIES_DIR``: new, changed and removed files.

        A folder that is missing or empty, or that lost more than a fifth (and
        more than five) of its known files, removes nothing unless
        ``remove_missing`` insists.
        """
        async with self._turn, self.library.alone(READING) as is_alone:
            report = ShelfReport()
            await self._load_aliases()
            if not is_alone:  # another process of this bot reads the same folder now
                return report
            self.is_reading = True
            try:
                folder = await asyncio.to_thread(
                    scan, self.settings.stories_dir, self.settings.stories_dir
                )
                known = await self.library.files(self.shelf)
                await self._bring_in(
                    folder,
                    known,
                    report,
                    below="stories:",
                    named=self.settings.stories_dir,
                    insist=remove_missing,
                    progress=progress,
                )
                await self.library.forget_gone(self.now() - GRACE)
                return report
            finally:
                self.is_reading = False

    async def import_paths(
        self,
        paths: Sequence[Path],
        tell: Callable[[FileReport], None],
        *,
        dry_run: bool = False,
        remove_missing: bool = False,
        progress: Progress | None = None,
    ) -> ShelfReport:
        """Read ``paths`` (files and folders) onto the shelf, telling of each file in order.

        A path inside ``STORIES_DIR`` is the same file as the one a `sync`
        reads. ``dry_run`` reads and judges everything and keeps nothing.
        Files gone from a folder are hidden only when ``remove_missing`` asks.
        A path that does not exist is refused and stops no other.
        """
        async with self._turn, self.library.alone(READING, wait=True):
            await self._load_aliases()
            report = ShelfReport()
            for path in paths:
                folder = await asyncio.to_thread(scan, path, self.settings.stories_dir)
                if not folder.exists:
                    reason = say("import.no-such-path", path=str(path))
                    missing = report_of(str(path), "refused", reason=reason)
                    report.add(missing)
                    tell(missing)
                    continue
                known = await self.library.files(self.shelf)
                below = _keys_below(path, self.settings.stories_dir) if remove_missing else None
                await self._bring_in(
                    folder,
                    known,
                    report,
                    below=below,
                    named=path,
                    insist=remove_missing,
                    progress=progress,
                    tell=tell,
                    dry_run=dry_run,
                )
            return report

    async def _bring_in(
        self,
        folder: Folder,
        known: Mapping[str, StoredFile],
        report: ShelfReport,
        *,
        below: str | None,
        named: Path,
        insist: bool,
        progress: Progress | None = None,
        tell: Callable[[FileReport], None] | None = None,
        dry_run: bool = False,
    ) -> None:
        self._tell_notes(folder)
        gone: list[str] = []
        if below is not None:
            present = [
                key
                for key, file in known.items()
                if file.gone_since is None and key.startswith(below)
            ]
            gone = sorted(set(present) - {file.key for file in folder.files})
            if not insist and gone and _looks_unmounted(len(gone), len(present), folder):
                report.warning = say("catalogue.unmounted", gone=len(gone), known=len(present))
                gone = []
            elif not folder.files and not present:
                report.warning = say("catalogue.no-stories", folder=str(named))
        async for told in self._read(folder, known, frozenset(gone), progress, dry_run):
            report.add(told)
            if tell is not None:
                tell(told)
        if gone and not dry_run:
            report.removed += await self.library.hide_gone(self.shelf, gone, self.now())

    async def _read(
        self,
        folder: Folder,
        known: Mapping[str, StoredFile],
        gone: frozenset[str],
        progress: Progress | None,
        dry_run: bool,
    ) -> AsyncIterator[FileReport]:
        changes = await asyncio.to_thread(
            find_changes,
            folder,
            known,
            gone,
            lambda file: self._context(file, folder),
            _digest_of,
        )
        blocked = BlockList(await self.library.takedowns())
        run = Run(folder, known, gone, changes, dry_run, blocked)
        to_read = sum(map(changes.is_to_read, folder.files))
        done = 0
        for batch in _batches(folder.files, changes):
            reports = await self._read_batch(batch, run)
            done += sum(map(changes.is_to_read, batch))
            if progress is not None and to_read:
                progress(done, to_read)
            for report in reports:
                yield report

    async def _read_batch(self, batch: Sequence[FileOnDisk], run: Run) -> list[FileReport]:
        reports: list[FileReport] = []
        entries: list[tuple[int, Entry]] = []
        stored = await self.library.known(self.shelf, [file.key for file in batch])
        for file in batch:
            before = stored.get(file.key)
            if before is not None and not run.changes.is_to_read(file):
                reports.append(as_before(file, before))
                if file.key in run.changes.same_bytes:
                    touched = replace(
                        before, size=file.size, modified=file.modified, gone_since=None
                    )
                    entries.append((len(reports) - 1, Entry(touched, story_id=before.story)))
                continue
            read = await asyncio.to_thread(self._read_file, file, run.folder)
            entry, report = await judge(self.library, self.shelf, file, before, read, run)
            context = self._context(file, run.folder)
            entry = replace(entry, file=replace(entry.file, context=context))
            reports.append(report)
            entries.append((len(reports) - 1, entry))
        if not run.dry_run:
            await self._keep(entries, reports, run)
        return reports

    async def _keep(
        self, entries: Sequence[tuple[int, Entry]], reports: Sequence[FileReport], run: Run
    ) -> None:
        """Keep a batch, then the doubles of stories that only now have a number."""
        late = [each for each in entries if waits_for_number(each[1])]
        ready = [each for each in entries if not waits_for_number(each[1])]
        ids = await self.library.keep(self.shelf, [entry for _, entry in ready], self.now())
        for (place, entry), story in zip(ready, ids, strict=True):
            if entry.story is not None and story is not None:
                reports[place].told["story"] = story
                run.stories[entry.fingerprint] = story
        doubles: list[Entry] = []
        for place, entry in late:
            story = run.stories.get(entry.fingerprint)
            reports[place].told["story"] = story
            doubles.append(replace(entry, story_id=story))
        await self.library.keep(self.shelf, doubles, self.now())

    def _read_file(self, file: FileOnDisk, folder: Folder) -> Read:
        """Read and complete one file; runs in a worker thread."""
        digest = ""
        try:
            if file.size > FILE_LIMIT:
                raise ImportFailed("import.too-big", file=file.shown, limit=FILE_LIMIT // 1_000_000)
            data = file.path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            story = read_story(data, PurePosixPath(file.relative).name, folder.facts(file))
            return Read(
                digest,
                complete(
                    story,
                    PurePosixPath(file.relative).stem,
                    self.aliases,
                    self.settings.default_rating,
                ),
            )
        except FiresideError as error:
            return Read(digest, reason=explain(error))
        except OSError as error:
            return Read(digest, reason=say("import.unreadable", why=error.strerror or str(error)))

    def _context(self, file: FileOnDisk, folder: Folder) -> str:
        try:
            facts: object = folder.facts(file)
        except FiresideError as error:
            facts = str(error)
        decided = [CODE_VERSION, facts, self._aliases_digest, int(self.settings.default_rating)]
        told = json.dumps(decided, sort_keys=True, default=str)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def _tell_notes(self, folder: Folder) -> None:
        """Log, once each, what is odd in the files of facts: misspelt names and keys."""
        for note in folder.notes():
            if note not in self._told_notes:
                self._told_notes.add(note)
                _log.warning("%s", note)

    async def _load_aliases(self) -> None:
        """Read ``characters.toml`` of the stories folder over the shipped names."""
        path = self.settings.stories_dir / ALIAS_FILE
        text = await asyncio.to_thread(_text_of, path)
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest == self._aliases_digest:
            return
        try:
            self.aliases = shipped_aliases().merged(load_aliases(text))
        except FiresideError as error:
            _log.error("%s: %s", path, explain(error))
        self._aliases_digest = digest


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace") if path.is_file() else ""
    except OSError as error:
        _log.error("%s cannot be read: %s", path, error.strerror)
        return ""


def _digest_of(file: FileOnDisk) -> str:
    try:
        with file.path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""


def _batches(files: Sequence[FileOnDisk], changes: Changes) -> Iterator[Sequence[FileOnDisk]]:
    """Part ``files`` in order so that each batch holds at most `BATCH` to read."""
    batch: list[FileOnDisk] = []
    reading = 0
    for file in files:
        batch.append(file)
        reading += changes.is_to_read(file)
        if reading == BATCH or len(batch) == BATCH * 25:
            yield batch
            batch, reading = [], 0
    if batch:
        yield batch


def _keys_below(path: Path, stories_dir: Path) -> str:
    resolved, home = path.resolve(), stories_dir.resolve()
    if resolved == home:
        return "stories:"
    if resolved.is_relative_to(home):
        return f"stories:{resolved.relative_to(home).as_posix()}/"
    return f"import:{resolved.as_posix()}/"


def _looks_unmounted(gone: int, known: int, folder: Folder) -> bool:
    return not folder.files or (gone > GONE_COUNT and gone * GONE_SHARE > known)
