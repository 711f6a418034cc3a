"""Bytes to all that the shelf keeps of a story: read, completed, written down.

Pure work on one file, for a thread or for a worker process (`child` runs it
there); nothing here knows the library. What was read travels as `Read.values`,
plain values that JSON has.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from bot.catalogue.completing import CODE_VERSION, complete
from bot.catalogue.reports import details_of, told_of
from bot.errors import FiresideError, ImportFailed
from bot.importers import read_story
from bot.importers.jsonl import Line, read_record
from bot.library.records import Written, write_down
from bot.prose.names import Aliases
from bot.prose.ratings import is_withheld
from bot.prose.reflow import REFLOW_VERSION
from bot.render import PAGINATION_VERSION
from bot.story import Rating, Story
from bot.texts import explain


@dataclass(frozen=True, slots=True)
class Read:
    """What became of the bytes of one story; ``written`` is None when ``reason`` refuses them."""

    digest: str
    told: dict[str, Any] = field(default_factory=dict[str, Any])  # as a report tells it
    details: dict[str, Any] = field(default_factory=dict[str, Any])  # what it tells beside that
    written: Written | None = None
    withheld: bool = False
    reason: str = ""

    def values(self) -> list[Any]:
        """Give it as plain values."""
        written = None if self.written is None else [getattr(self.written, f) for f in _WRITTEN]
        return [self.digest, self.told, self.details, written, self.withheld, self.reason]

    @classmethod
    def from_values(cls, values: list[Any]) -> "Read":
        """Read what `values` gave."""
        digest, told, details, written, withheld, reason = values
        whole = Written(*written) if written else None
        return cls(digest, told, details, whole, withheld, reason)


_WRITTEN = Written.__slots__


class Parsing:
    """Reads stories as this shelf does: with its names and its default rating."""

    def __init__(self, aliases: Aliases, default_rating: Rating) -> None:
        self._aliases = aliases
        self._default_rating = default_rating

    def read_file(self, data: bytes, name: str, facts: Mapping[str, object]) -> Read:
        """Read the whole file ``data`` of that ``name``; never fails on what is in it."""
        digest = hashlib.sha256(data).hexdigest()
        try:
            return self._completed(digest, read_story(data, name, facts), PurePosixPath(name).stem)
        except FiresideError as error:
            return Read(digest, reason=explain(error))
        except RecursionError:
            return Read(digest, reason=explain(ImportFailed("import.too-deep", file=name)))

    def read_line(self, line: Line, name: str, facts: Mapping[str, object]) -> Read:
        """Read one line of JSON of the file ``name``; never fails on what is in it."""
        shown = f"{name}, line {line.number}"
        try:
            if line.data is None:
                raise ImportFailed("import.line-too-long", file=shown)
            # Without a name that could be taken for a title.
            return self._completed(line.digest, read_record(line.data, shown, facts), "")
        except FiresideError as error:
            return Read(line.digest, reason=explain(error))
        except RecursionError:
            return Read(line.digest, reason=explain(ImportFailed("import.too-deep", file=shown)))

    def _completed(self, digest: str, story: Story, stem: str) -> Read:
        done = complete(story, stem, self._aliases, self._default_rating)
        rating = Rating.NOT_RATED if done.story.rating is None else done.story.rating
        withheld = is_withheld(rating, done.story.warnings)
        written = write_down(
            done.story,
            opening=done.opening,
            fingerprint=done.fingerprint,
            marks=done.marks,
            page_starts=done.page_starts,
            walls=done.walls,
            reflow_version=REFLOW_VERSION,
            pagination_version=PAGINATION_VERSION,
            detected=done.detected,
        )
        details = details_of(done.story, len(done.walls))
        return Read(digest, told_of(done.story), details, written, withheld)


def context_of(facts: object, aliases_digest: str, default_rating: Rating) -> str:
    """Digest everything but its bytes that decides what comes of a file."""
    decided = [CODE_VERSION, facts, aliases_digest, int(default_rating)]
    told = json.dumps(decided, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def in_pieces(read: Read, most: int) -> list[list[Any]]:
    """Part the text of what was read into pieces of about ``most`` characters each."""
    if read.written is None:
        return []
    pieces: list[list[Any]] = [[]]
    length = 0
    for part in read.written.parts:
        if length >= most:
            pieces.append([])
            length = 0
        pieces[-1].append(part)
        length += len(part[2]) + len(part[3])
    return pieces if len(pieces) > 1 else []


def without_text(read: Read) -> Read:
    """Give what was read without its text."""
    assert read.written is not None
    return replace(read, written=replace(read.written, parts=()))


def with_text(read: Read, parts: list[Any]) -> Read:
    """Put the text back that `without_text` left out."""
    assert read.written is not None
    return replace(read, written=replace(read.written, parts=parts))
