"""Which files of a folder are new, changed, moved or gone since they were last read.

A file is read again when its size or time changed, or when something else that
decided the result did. Its bytes then tell whether it really changed, and
whether they are those of another file that is gone or rewritten: then the story
moved, and keeps its number.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.catalogue.folder import FileOnDisk, Folder
from bot.library.base import StoredFile

# Outcomes of files whose story is theirs: a refused one keeps what it held before.
OWNING = ("added", "updated", "refused")


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be done about each file of a folder; keys are those of the files."""

    unchanged: frozenset[str] = frozenset()
    same_bytes: frozenset[str] = frozenset()  # touched only: their stat is written down
    moved: Mapping[str, int] = field(default_factory=dict[str, int])  # key to story
    unsettled: frozenset[str] = frozenset()  # files that may no longer hold their story

    def is_to_read(self, file: FileOnDisk) -> bool:
        """Tell whether ``file`` must be read as a story."""
        return file.key not in self.unchanged and file.key not in self.same_bytes


def find_changes(
    folder: Folder,
    known: Mapping[str, StoredFile],
    gone: frozenset[str],
    context: Callable[[FileOnDisk], str],
    digest: Callable[[FileOnDisk], str],
) -> Changes:
    """Compare ``folder`` with what is ``known``; reads the bytes of stale files (slow).

    Args:
        folder: As scanned.
        known: Every file the shelf knows.
        gone: Keys of known files that are to be taken off the shelf.
        context: Gives the digest of everything else that decides a file's result.
        digest: Gives the digest of a file's bytes, "" when it cannot be read.
    """
    contexts = {file.key: context(file) for file in folder.files}
    stale = [file for file in folder.files if not _is_fresh(file, known.get(file.key), contexts)]
    unchanged = frozenset(file.key for file in folder.files) - {file.key for file in stale}
    if not known:
        return Changes(unchanged)
    digests = {file.key: digest(file) for file in stale}
    same = frozenset(
        key
        for key, found in digests.items()
        if (before := known.get(key)) is not None
        and (before.digest, before.context) == (found, contexts[key])
    )
    unsettled = gone | (frozenset(digests) - same)
    # A double whose first copy is rewritten or gone must show its own words now.
    lost = {known[key].story for key in unsettled if key in known}
    doubles = frozenset(
        key
        for key in unchanged | same
        if known[key].outcome == "duplicate" and known[key].story in lost
    )
    homes = {
        known[key].digest: known[key].story
        for key in unsettled
        if key in known and known[key].outcome in OWNING
    }
    moved = {
        key: story
        for key, found in digests.items()
        if key not in same and found and (story := homes.get(found)) is not None
    }
    return Changes(unchanged - doubles, same - doubles, moved, unsettled)


def _is_fresh(file: FileOnDisk, before: StoredFile | None, contexts: Mapping[str, str]) -> bool:
    return (
        before is not None
        and before.gone_since is None
        and (before.size, before.modified) == (file.size, file.modified)
        and before.context == contexts[file.key]
    )
