"""What becomes of a file that was read: which story it is, and what is kept of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.catalogue.blocking import BlockList
from bot.catalogue.changes import OWNING, Changes
from bot.catalogue.completing import Completed
from bot.catalogue.folder import FileOnDisk, Folder
from bot.catalogue.reports import FileReport, report_of
from bot.library.base import Entry, Library, StoredFile
from bot.prose.ratings import is_withheld
from bot.prose.reflow import REFLOW_VERSION
from bot.render import PAGINATION_VERSION
from bot.story import Rating
from bot.texts import say


@dataclass(frozen=True, slots=True)
class Read:
    """One file read in the worker; exactly one of ``completed`` and ``reason`` is set."""

    digest: str
    completed: Completed | None = None
    reason: str = ""


@dataclass(slots=True)
class Run:
    """One reading of a folder: what was known before, and what was decided so far."""

    folder: Folder
    known: Mapping[str, StoredFile]
    gone: frozenset[str]
    changes: Changes
    dry_run: bool
    blocked: BlockList
    read_here: dict[str, str] = field(default_factory=dict[str, str])  # fingerprint to path
    stories: dict[str, int] = field(default_factory=dict[str, int])  # fingerprint to story
    taken: set[int] = field(default_factory=set[int])  # stories that found their file


async def judge(
    library: Library,
    shelf: int,
    file: FileOnDisk,
    before: StoredFile | None,
    read: Read,
    run: Run,
) -> tuple[Entry, FileReport]:
    """Decide what becomes of a file that was read."""
    source, path = file.key.split(":", 1)
    owned = before.story if before and before.outcome in OWNING else None
    stored = StoredFile(path, source, file.size, file.modified, read.digest, "", "refused", None)
    if read.completed is None:
        # What was read before stays on the shelf: a broken save loses nothing.
        report = report_of(file.shown, "refused", story=owned, reason=read.reason)
        return _entry(stored, report, owned), report
    done = read.completed
    if is_withheld(done.story.rating or Rating.NOT_RATED, done.story.warnings):
        report = report_of(file.shown, "withheld", record=done.story, reason=say("import.withheld"))
        return _entry(stored, report, None), report
    if run.blocked.holds(done.fingerprint, done.story.source):
        report = report_of(file.shown, "withheld", record=done.story, reason=say("rights.blocked"))
        return _entry(stored, report, None), report
    found = await library.with_fingerprints(shelf, [done.fingerprint])
    twin, keys = found.get(done.fingerprint, (0, ()))
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
    story = _story_of(file, owned, twin, run)
    if story is not None:
        run.taken.add(story)
        run.stories[done.fingerprint] = story
    outcome = "added" if story is None else "updated"
    report = report_of(file.shown, outcome, story=story, record=done.story)
    return _with_story(_entry(stored, report, story), done), report


def _story_of(file: FileOnDisk, owned: int | None, twin: int, run: Run) -> int | None:
    """Give the story a file's text belongs to: one that moved here, its own, or a new one."""
    elsewhere = {story for key, story in run.changes.moved.items() if key != file.key}
    for story in (run.changes.moved.get(file.key), twin or None, owned):
        if story is not None and story not in run.taken and story not in elsewhere:
            return story
    return None


def as_before(file: FileOnDisk, before: StoredFile) -> FileReport:
    """Report a file that is as it was: what was refused, withheld or double still is."""
    told = json.loads(before.report) | {"path": file.shown, "story": before.story}
    came_back = before.gone_since is not None
    outcome = before.outcome
    if outcome in ("added", "updated"):
        outcome = "added" if came_back else "unchanged"
    return FileReport(outcome, told | {"outcome": outcome}, is_news=came_back)


def waits_for_number(entry: Entry) -> bool:
    return entry.file.outcome == "duplicate" and entry.story_id is None


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
