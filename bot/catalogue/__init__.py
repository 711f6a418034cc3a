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
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from bot.catalogue.changes import OWNING, Changes, find_changes
from bot.catalogue.completing import CODE_VERSION, Completed, complete
from bot.catalogue.folder import ALIAS_FILE, FileOnDisk, Folder, scan
from bot.catalogue.reports import FileReport, ShelfReport, report_of
from bot.config import Settings
from bot.errors import FiresideError, ImportFailed
from bot.importers import FILE_LIMIT, read_story
from bot.library.base import OPERATOR_SHELF, Entry, Library, StoredFile
from bot.prose.names import Aliases, load_aliases, shipped_aliases
from bot.prose.ratings import is_withheld
from bot.prose.reflow import REFLOW_VERSION
from bot.render import PAGINATION_VERSION
from bot.story import Rating
from bot.texts import explain, say

GRACE = timedelta(days=30)  # a story whose file is gone is hidden this long, then forgotten
GONE_SHARE = 5  # more than a fifth of the known files gone at once …
GONE_COUNT = 5  # … and more than five: the folder is probably not there
BATCH = 40  # files kept in one transaction
SMALL_CHANGE = 200  # changed files that are read before the bot is ready

_log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]  # files done, files to do


@dataclass(frozen=True, slots=True)
class _Read:
    """One file read in the worker; exactly one of ``completed`` and ``reason`` is set."""

    digest: str
    completed: Completed | None = None
    reason: str = ""


@dataclass(slots=True)
class _Run:
    """One reading of a folder: what was known before, and what was decided so far."""

    folder: Folder
    known: Mapping[str, StoredFile]
    gone: frozenset[str]
    changes: Changes
    dry_run: bool
    read_here: dict[str, str] = field(default_factory=dict[str, str])  # fingerprint to path
    stories: dict[str, int] = field(default_factory=dict[str, int])  # fingerprint to story
    taken: set[int] = field(default_factory=set[int])  # stories that found their file


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
        async with self._turn:
            self.is_reading = True
            try:
                report = ShelfReport()
                await self._load_aliases()
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
        async with self._turn:
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
        run = _Run(folder, known, gone, changes, dry_run)
        to_read = sum(map(changes.is_to_read, folder.files))
        done = 0
        for batch in _batches(folder.files, changes):
            reports = await self._read_batch(batch, run)
            done += sum(map(changes.is_to_read, batch))
            if progress is not None and to_read:
                progress(done, to_read)
            for report in reports:
                yield report

    async def _read_batch(self, batch: Sequence[FileOnDisk], run: "_Run") -> list[FileReport]:
        reports: list[FileReport] = []
        entries: list[tuple[int, Entry]] = []
        for file in batch:
            before = run.known.get(file.key)
            if before is not None and not run.changes.is_to_read(file):
                reports.append(_as_before(file, before))
                if file.key in run.changes.same_bytes:
                    touched = replace(
                        before, size=file.size, modified=file.modified, gone_since=None
                    )
                    entries.append((len(reports) - 1, Entry(touched, story_id=before.story)))
                continue
            read = await asyncio.to_thread(self._read_file, file, run.folder)
            entry, report = await self._judge(file, before, read, run)
            context = self._context(file, run.folder)
            entry = replace(entry, file=replace(entry.file, context=context))
            reports.append(report)
            entries.append((len(reports) - 1, entry))
        if not run.dry_run:
            await self._keep(entries, reports, run)
        return reports

    async def _keep(
        self, entries: Sequence[tuple[int, Entry]], reports: Sequence[FileReport], run: "_Run"
    ) -> None:
        """Keep a batch, then the doubles of stories that only now have a number."""
        late = [each for each in entries if _waits_for_number(each[1])]
        ready = [each for each in entries if not _waits_for_number(each[1])]
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

    def _read_file(self, file: FileOnDisk, folder: Folder) -> _Read:
        """Read and complete one file; runs in a worker thread."""
        digest = ""
        try:
            if file.size > FILE_LIMIT:
                raise ImportFailed("import.too-big", file=file.shown, limit=FILE_LIMIT // 1_000_000)
            data = file.path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            story = read_story(data, PurePosixPath(file.relative).name, folder.facts(file))
            return _Read(
                digest,
                complete(
                    story,
                    PurePosixPath(file.relative).stem,
                    self.aliases,
                    self.settings.default_rating,
                ),
            )
        except FiresideError as error:
            return _Read(digest, reason=explain(error))
        except OSError as error:
            return _Read(digest, reason=say("import.unreadable", why=error.strerror or str(error)))

    async def _judge(
        self, file: FileOnDisk, before: StoredFile | None, read: _Read, run: "_Run"
    ) -> tuple[Entry, FileReport]:
        """Decide what becomes of a file that was read."""
        source, path = file.key.split(":", 1)
        owned = before.story if before and before.outcome in OWNING else None
        stored = StoredFile(
            path, source, file.size, file.modified, read.digest, "", "refused", None
        )
        if read.completed is None:
            # What was read before stays on the shelf: a broken save loses nothing.
            report = report_of(file.shown, "refused", story=owned, reason=read.reason)
            return _entry(stored, report, owned), report
        done = read.completed
        if is_withheld(done.story.rating or Rating.NOT_RATED, done.story.warnings):
            report = report_of(
                file.shown, "withheld", record=done.story, reason=say("import.withheld")
            )
            return _entry(stored, report, None), report
        twin, keys = await self.library.with_fingerprint(self.shelf, done.fingerprint)
        elsewhere = [key for key in keys if key != file.key and key not in run.changes.unsettled]
        double_of = run.read_here.get(done.fingerprint) or (
            elsewhere[0].split(":", 1)[1] if elsewhere else ""
        )
        if double_of:
            story = run.stories.get(done.fingerprint, twin) or None
            report = report_of(
                file.shown,
                "duplicate",
                story=story,
                record=done.story,
                reason=say("import.duplicate", path=double_of),
            )
            entry = replace(_entry(stored, report, story), fingerprint=done.fingerprint)
            return entry, report
        run.read_here[done.fingerprint] = file.shown
        story = self._story_of(file, owned, twin, run)
        if story is not None:
            run.taken.add(story)
            run.stories[done.fingerprint] = story
        outcome = "added" if story is None else "updated"
        report = report_of(file.shown, outcome, story=story, record=done.story)
        return _with_story(_entry(stored, report, story), done), report

    @staticmethod
    def _story_of(file: FileOnDisk, owned: int | None, twin: int, run: "_Run") -> int | None:
        """Give the story a file's text belongs to: one that moved here, its own, or a new one."""
        elsewhere = {story for key, story in run.changes.moved.items() if key != file.key}
        for story in (run.changes.moved.get(file.key), twin or None, owned):
            if story is not None and story not in run.taken and story not in elsewhere:
                return story
        return None

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


def _waits_for_number(entry: Entry) -> bool:
    return entry.file.outcome == "duplicate" and entry.story_id is None


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


def _as_before(file: FileOnDisk, before: StoredFile) -> FileReport:
    """Report a file that is as it was: what was refused, withheld or double still is."""
    told = json.loads(before.report) | {"path": file.shown, "story": before.story}
    came_back = before.gone_since is not None
    outcome = before.outcome
    if outcome in ("added", "updated"):
        outcome = "added" if came_back else "unchanged"
    return FileReport(outcome, told | {"outcome": outcome}, is_news=came_back)


def _entry(stored: StoredFile, report: FileReport, story: int | None) -> Entry:
    file = replace(stored, outcome=report.outcome, story=story, report=json.dumps(report.told))
    return Entry(file, story_id=story)


def _with_story(entry: Entry, done: Completed) -> Entry:
    return replace(
        entry,
        story=done.story,
        fingerprint=done.fingerprint,
        opening=done.opening,
        page_starts=done.page_starts,
        walls=done.walls,
        reflow_version=REFLOW_VERSION,
        pagination_version=PAGINATION_VERSION,
    )
