"""What becomes of a story that was read: which one of the shelf it is, and what is kept of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.catalogue.blocking import BlockList
from bot.catalogue.changes import OWNING, Changes
from bot.catalogue.folder import STANDARD_INPUT, FileOnDisk
from bot.catalogue.likeness import Likeness, is_newer, is_richer
from bot.catalogue.parsing import Read
from bot.catalogue.relatives import Kin, Relation
from bot.catalogue.reports import FileReport, report_of
from bot.library.base import WITHIN, Entry, StoredFile, Twin
from bot.library.detected import Decision, characters_decided
from bot.library.records import Written, to_json
from bot.texts import say

CONTAINER = "container"  # the outcome of a file that holds several stories
UNDECIDED = "refused"  # of a file that nobody judged yet
LINE_MARK = f"{WITHIN}#"  # before the digest of a line of JSON, which is what it is known by


@dataclass(frozen=True, slots=True)
class Item:
    """A story to judge: a file, or a story of a file that holds several."""

    shown: str  # the path as the person gave it
    file: StoredFile  # as it will be kept, but for what is to be found out
    before: StoredFile | None  # what was known of it
    owner: StoredFile | None  # whose story it may go on with: itself, or a line it replaces

    @property
    def told(self) -> str:
        """The path, and the line if it is one."""
        line = self.file.record
        return self.shown if line is None else say("import.at-line", path=self.shown, line=line)

    @classmethod
    def of(cls, file: FileOnDisk, before: StoredFile | None, context: str) -> "Item":
        """Make the item of a file on a disk."""
        source, path = file.key.split(":", 1)
        stored = StoredFile(path, source, file.size, file.modified, "", context, UNDECIDED, None)
        return cls(file.shown, stored, before, before)


@dataclass(slots=True)
class Run:
    """One reading of files: what was decided so far, and what is to be done with it."""

    blocked: BlockList
    changes: Changes = field(default_factory=Changes)  # none where there is no folder
    # Keys of the files there, and when they were modified.
    on_disk: Mapping[str, int] = field(default_factory=dict[str, int])
    dry_run: bool = False
    read_here: dict[str, Item] = field(default_factory=dict[str, Item])  # by fingerprint
    stories: dict[str, int] = field(default_factory=dict[str, int])  # fingerprint to story
    taken: set[int] = field(default_factory=set[int])  # stories that found their file
    now: set[int] = field(default_factory=set[int])  # stories written since something was kept
    as_before: set[str] = field(default_factory=set[str])  # keys found to hold what they held

    def is_settled(self, key: str, modified: int) -> bool:
        """Tell whether the file ``key`` holds its story for sure: it is no stale one.

        Or it was stale, and was read again in this run.
        """
        base = key.split(WITHIN, 1)[0]
        return (
            base not in self.changes.unsettled
            or self.on_disk.get(base) == modified
            or key in self.as_before
        )

    def forget(self) -> None:
        """Forget what the library knows now: a batch was kept."""
        self.now.clear()
        if not self.dry_run:
            self.read_here.clear()
            self.stories.clear()
            self.as_before.clear()


def judge(
    item: Item,
    read: Read,
    found: Mapping[str, Twin],
    run: Run,
    relation: Relation | None = None,
) -> tuple[Entry, FileReport]:
    """Decide what becomes of a story that was read.

    ``found`` are the stories of its words; ``relation`` tells of other versions and likes.
    """
    relation = relation or Relation()
    stored = item.file
    if read.digest not in ("", stored.digest):
        stored = replace(stored, digest=read.digest)
    owned = item.owner.story if item.owner and item.owner.outcome in OWNING else None
    written = read.written
    if written is None:
        # What was read before stays on the shelf: a broken save loses nothing.
        report = _report(item, "refused", read, story=owned, reason=read.reason)
        return _entry(item, stored, report, owned), report
    if read.withheld:
        report = _report(item, "withheld", read, reason=say("import.withheld"))
        return _entry(item, stored, report, None), report
    words = written.fingerprint
    if run.blocked.holds(words, read.told["source"] or ""):
        report = _report(item, "withheld", read, reason=say("rights.blocked"))
        return _entry(item, stored, report, None), report
    twin = found.get(words, Twin(0))
    own = {stored.key, item.owner.key if item.owner else ""}
    elsewhere = [key for key, at in twin.holders if key not in own and run.is_settled(key, at)]
    earlier = run.read_here.get(words)
    double_of = earlier.told if earlier else _shown(elsewhere[0]) if elsewhere else ""
    says_more = bool(relation.twins) and all(is_richer(read.told, o) for o in relation.twins)
    if double_of and says_more and twin.story and twin.story not in run.now:
        return _update(item, stored, read, twin.story, run, say("import.richer", path=double_of))
    if double_of:
        story = run.stories.get(words, twin.story) or None
        reason = say("import.duplicate", path=double_of)
        report = _report(item, "duplicate", read, story=story, reason=reason)
        report.details["double_of"] = double_of
        return _entry(item, stored, report, story, words), report
    edition = relation.edition
    if edition is not None and edition.is_held and not _goes_before(read, edition):
        return _left_out(item, stored, read, edition)
    run.read_here[words] = item
    for kin, shared in relation.near:
        _note_near(read, kin, shared)
    if edition is not None and owned in (None, edition.story) and edition.story not in run.now:
        return _update(item, stored, read, edition.story, run, _version(read, edition))
    return _update(item, stored, read, _story_of(item, owned, twin.story, run), run)


def _update(
    item: Item, stored: StoredFile, read: Read, story: int | None, run: Run, reason: str = ""
) -> tuple[Entry, FileReport]:
    """Put what was read in the place of ``story``; None adds one."""
    assert read.written is not None
    words = read.written.fingerprint
    if story is not None:
        run.taken.add(story)
        run.now.add(story)
        run.stories[words] = story
    outcome = "added" if story is None else "updated"
    report = _report(item, outcome, read, story=story, reason=reason)
    return _entry(item, stored, report, story, words, read.written), report


def _goes_before(read: Read, edition: Kin) -> bool:
    """Tell whether what was read is to be shown in the place of another version."""
    newer = is_newer(read.told, edition.told)
    return is_richer(read.told, edition.told) if newer is None else newer


def _left_out(item: Item, stored: StoredFile, read: Read, edition: Kin) -> tuple[Entry, FileReport]:
    """Report an older version, or another copy, of a story that is on the shelf."""
    is_older = is_newer(read.told, edition.told) is False
    where = edition.told["title"]
    key = "import.older" if is_older else "import.another-copy"
    report = _report(item, "duplicate", read, story=edition.story, reason=say(key, title=where))
    report.details["double_of"] = edition.path or where
    report.details["newer"] = is_older
    return _entry(item, stored, report, edition.story, edition.fingerprint), report


def _version(read: Read, edition: Kin) -> str:
    title = edition.told["title"]
    newer = is_newer(read.told, edition.told)
    return say("import.newer" if newer else "import.other-version", title=title)


def _note_near(read: Read, kin: Kin, shared: Likeness) -> None:
    percent = round(100 * max(shared.jaccard, shared.containment))
    title = kin.told["title"]
    read.told["messages"].append(say("import.near", title=title, percent=percent))
    near = {"story": kin.story, "title": title, "percent": percent}
    read.details["near"] = [*read.details.get("near", []), near]


def _story_of(item: Item, owned: int | None, twin: int, run: Run) -> int | None:
    """Give the story a file's text belongs to: one that moved here, its own, or a new one."""
    moved = run.changes.moved
    elsewhere = {story for key, story in moved.items() if key != item.file.key}
    for story in (moved.get(item.file.key), twin or None, owned):
        if story is not None and story not in run.taken and story not in elsewhere:
            return story
    return None


def as_before(
    shown: str,
    before: StoredFile,
    line: int | None = None,
    *,
    decisions: Sequence[Decision] = (),
) -> FileReport:
    """Report a story that is as it was: what was refused, withheld or double still is.

    ``line`` is the one it stands on now; ``decisions`` are those about names of the shelf,
    which may have come since it was read.
    """
    told = json.loads(before.report) | {"path": shown, "record": line, "story": before.story}
    if decisions:
        told["characters"] = characters_decided(told["characters"], decisions, before.story)
    came_back = before.gone_since is not None
    outcome = before.outcome
    if outcome in ("added", "updated"):
        outcome = "added" if came_back else "unchanged"
    return FileReport(outcome, told | {"outcome": outcome}, is_news=came_back)


def waits_for_number(entry: Entry) -> bool:
    """Tell whether an entry is the double of a story that gets its number in the same batch."""
    return entry.file.outcome == "duplicate" and entry.story_id is None


def _shown(key: str) -> str:
    """Give the path of a key as people write it; a line is told by its file."""
    path = key.split(":", 1)[1].split(LINE_MARK, 1)[0].replace(WITHIN, "/")
    return say("import.piped") if path.startswith(f"{STANDARD_INPUT}/") else path


def _report(
    item: Item, outcome: str, read: Read, *, story: int | None = None, reason: str = ""
) -> FileReport:
    return report_of(
        item.shown,
        outcome,
        line=item.file.record,
        story=story,
        record=read.told or None,
        reason=reason,
        details=read.details,
    )


def _entry(
    item: Item,
    stored: StoredFile,
    report: FileReport,
    story: int | None,
    words: str = "",
    written: Written | None = None,
) -> Entry:
    told = to_json(report.told)
    file = replace(stored, outcome=report.outcome, story=story, report=told)
    replaced = item.owner is not None and item.owner.path != stored.path
    instead_of = item.owner.path if item.owner and replaced else ""
    before = item.owner if replaced else item.before
    return Entry(
        file,
        story_id=story,
        fingerprint=words,
        written=written,
        instead_of=instead_of,
        before=before,
    )
