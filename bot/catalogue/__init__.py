"""Files onto a shelf: read, completed, kept; and a shelf kept in step with its folder.

The idea: a file is read again only when its size or time changed, or when
something else that decided the result did (facts in library.toml, aliases, a
default, a version of our own code). All of that other is one digest, the
file's *context*.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bot.catalogue.batches import BATCH
from bot.catalogue.blocking import BlockList
from bot.catalogue.bringing import SMALL_CHANGE, Bringing
from bot.catalogue.changes import Changes, find_changes
from bot.catalogue.containers import digest_of
from bot.catalogue.edits import laying_over
from bot.catalogue.folder import ALIAS_FILE, STANDARD_INPUT, FileOnDisk, Folder, piped, scan
from bot.catalogue.garbage import rare_collections
from bot.catalogue.judging import Run
from bot.catalogue.parsing import context_of
from bot.catalogue.readers import Readers
from bot.catalogue.reports import FileReport, ShelfReport, report_of
from bot.catalogue.shelving import Recording, Shelving
from bot.catalogue.undoing import Undoing, Undone
from bot.config import Settings
from bot.errors import FiresideError
from bot.importers.worker import Limits
from bot.library.base import OPERATOR_SHELF, Library, StoredFile
from bot.prose.names import Aliases, load_aliases, shipped_aliases
from bot.texts import explain, say

GRACE = timedelta(days=30)  # a story whose file is gone is hidden this long, then forgotten
GONE_SHARE = 5  # more than a fifth of the known files gone at once …
GONE_COUNT = 5  # … and more than five: the folder is probably not there
STORIES = "stories"  # the source of files below STORIES_DIR
READING = "reading stories"  # what one process does alone

_log = logging.getLogger(__name__)

__all__ = ["BATCH", "SMALL_CHANGE", "Catalogue", "FileReport", "Progress", "ShelfReport"]

Progress = Callable[[int, int, int], None]  # stories read, bytes read, bytes to read


class Catalogue:
    """Brings stories onto the operator's shelf; one reading at a time, whoever asks."""

    def __init__(
        self,
        library: Library,
        settings: Settings,
        *,
        now: Callable[[], datetime],
        workers: int = 1,
        limits: Limits | None = None,
    ) -> None:
        """Take the shelf's library; at most ``workers`` processes read at once."""
        self.workers = workers
        self.limits = Limits() if limits is None else limits
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
        await self.read_aliases()
        folder = await asyncio.to_thread(scan, self.settings.stories_dir, self.settings.stories_dir)
        # Of files that lie elsewhere there may be a million, which are nothing to it.
        known = await self.library.files(self.shelf, STORIES)
        changes = await self._changes(folder, known, frozenset())
        is_empty = not known and not await self.library.size()
        return sum(map(changes.is_to_read, folder.files)), is_empty

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
            await self.read_aliases()
            if not is_alone:  # another process of this bot reads the same folder now
                return report
            self.is_reading = True
            try:
                folder = await asyncio.to_thread(
                    scan, self.settings.stories_dir, self.settings.stories_dir
                )
                known = await self.library.files(self.shelf, STORIES)
                async with self._readers() as readers:
                    await self._bring_in(
                        folder,
                        known,
                        report,
                        readers,
                        below=f"{STORIES}:",
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
        standard_input: Path | None = None,
    ) -> ShelfReport:
        """Read ``paths`` (files and folders) onto the shelf, telling of each file in order.

        The path "-" is what came through standard input, which lies at ``standard_input``.

        A path inside ``STORIES_DIR`` is the same file as the one a `sync`
        reads. ``dry_run`` reads and judges everything and keeps nothing.
        Files gone from a folder are hidden only when ``remove_missing`` asks.
        A path that does not exist is refused and stops no other.
        """
        async with self._turn, self.library.alone(READING, wait=True):
            await self.read_aliases()
            report = ShelfReport()
            what = ", ".join(map(str, paths))
            recording = Recording(self.library, self.shelf, what, now=self.now)
            async with self._readers() as readers:
                for path in paths:
                    is_piped = str(path) == STANDARD_INPUT and standard_input is not None
                    if is_piped and standard_input is not None:
                        folder = await asyncio.to_thread(piped, standard_input)
                    else:
                        folder = await asyncio.to_thread(scan, path, self.settings.stories_dir)
                    if not folder.exists:
                        reason = say("import.no-such-path", path=str(path))
                        missing = report_of(str(path), "refused", reason=reason)
                        report.add(missing)
                        tell(missing)
                        continue
                    known = await self.library.files(self.shelf)
                    below = None
                    if remove_missing and not is_piped:
                        below = _keys_below(path, self.settings.stories_dir)
                    await self._bring_in(
                        folder,
                        known,
                        report,
                        readers,
                        below=below,
                        named=path,
                        insist=remove_missing,
                        progress=progress,
                        tell=tell,
                        dry_run=dry_run,
                        recording=recording,
                    )
            return report

    async def undo(self) -> Undone | None:
        """Undo the last `import_paths` that did anything; None if there is none to undo."""
        async with self._turn, self.library.alone(READING, wait=True):
            return await Undoing(self.library, self.shelf, now=self.now).undo()

    async def _bring_in(
        self,
        folder: Folder,
        known: Mapping[str, StoredFile],
        report: ShelfReport,
        readers: Readers,
        *,
        below: str | None,
        named: Path,
        insist: bool,
        progress: Progress | None = None,
        tell: Callable[[FileReport], None] | None = None,
        dry_run: bool = False,
        recording: Recording | None = None,
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
        changes = await self._changes(folder, known, frozenset(gone))
        blocked = BlockList(await self.library.takedowns())
        run = Run(blocked, changes, {file.key: file.modified for file in folder.files}, dry_run)
        shelving = Shelving(
            self.library,
            self.shelf,
            run,
            now=self.now,
            recording=recording,
            lay_over=laying_over(self.aliases, self.settings.default_rating),
        )
        bringing = Bringing(folder, known, shelving, readers, lambda f: self._context(f, folder))
        async with aclosing(bringing.reports(tells_unchanged=tell is not None)) as telling:
            async for reports in telling:
                if progress is not None and bringing.bytes_to_read:
                    progress(bringing.stories, bringing.bytes, bringing.bytes_to_read)
                for told in reports:
                    report.add(told)
                    if tell is not None:
                        tell(told)
        report.removed += await shelving.hide_gone(gone)

    async def _changes(
        self, folder: Folder, known: Mapping[str, StoredFile], gone: frozenset[str]
    ) -> Changes:
        return await asyncio.to_thread(
            find_changes,
            folder,
            known,
            gone,
            lambda file: self._context(file, folder),
            lambda file: "" if file.leads_outside else digest_of(file.path),
        )

    @asynccontextmanager
    async def _readers(self) -> AsyncGenerator[Readers]:
        readers = Readers(
            self.aliases,
            self._aliases_digest,
            self.settings.default_rating,
            limits=self.limits,
            workers=self.workers,
        )
        try:
            with rare_collections():
                yield readers
        finally:
            await readers.close()

    def _context(self, file: FileOnDisk, folder: Folder) -> str:
        try:
            facts: object = folder.facts(file)
        except FiresideError as error:
            facts = str(error)
        return context_of(facts, self._aliases_digest, self.settings.default_rating)

    def _tell_notes(self, folder: Folder) -> None:
        """Log, once each, what is odd in the files of facts: misspelt names and keys."""
        for note in folder.notes():
            if note not in self._told_notes:
                self._told_notes.add(note)
                _log.warning("%s", note)

    async def read_aliases(self) -> None:
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


def _keys_below(path: Path, stories_dir: Path) -> str:
    resolved, home = path.resolve(), stories_dir.resolve()
    if resolved == home:
        return f"{STORIES}:"
    if resolved.is_relative_to(home):
        return f"{STORIES}:{resolved.relative_to(home).as_posix()}/"
    return f"import:{resolved.as_posix()}/"


def _looks_unmounted(gone: int, known: int, folder: Folder) -> bool:
    return not folder.files or (gone > GONE_COUNT and gone * GONE_SHARE > known)
