"""What stands in the tables of both engines: moments as numbers, stories as rows.

An engine knows SQL and how to send rows; what is in them is decided here once,
so that a library can move from one engine to the other as it is.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.library.base import Entry
from bot.library.detected import Detection
from bot.library.records import Written, write_down
from bot.prose.words import fold

STORY_COLUMNS = (
    "id",
    "shelf",
    "title",
    "title_folded",
    "title_key",
    "rating",
    "rating_stated",
    "words",
    "chapters",
    "link_only",
    "language",
    "complete",
    "record",
    "opening",
    "fingerprint",
    "added_at",
    "updated_at",
)
CHAPTER_COLUMNS = (
    "story",
    "number",
    "title",
    "summary",
    "notes",
    "end_notes",
    "length",
    "wall",
    "reflow_version",
    "pagination_version",
)
PART_COLUMNS = ("story", "chapter", "start", "text", "blocks")
PAGE_COLUMNS = ("story", "chapter", "start", "number")
DETECTED_COLUMNS = (
    "story",
    "folded",
    "name",
    "number",
    "appears",
    "confidence",
    "mentions",
    "told",
)
FILE_COLUMNS = (
    "shelf",
    "source",
    "path",
    "size",
    "modified",
    "digest",
    "context",
    "outcome",
    "report",
    "container",
    "record",
    "story",
)

Row = tuple[Any, ...]


def seconds(moment: datetime) -> int:
    """Write an aware moment as unix seconds."""
    return int(moment.timestamp())


def microseconds(moment: datetime) -> int:
    """Write an aware moment as unix microseconds, where order within a second counts."""
    return seconds(moment) * 1_000_000 + moment.microsecond


def moment(stored: int | None) -> datetime | None:
    """Read unix seconds as an aware moment in UTC."""
    return None if stored is None else datetime.fromtimestamp(stored, UTC)


def written_of(entry: Entry) -> Written | None:
    """Give the story of an entry as it is kept, written down now if it is not yet."""
    if entry.written is not None or entry.story is None:
        return entry.written
    return write_down(
        entry.story,
        opening=entry.opening,
        fingerprint=entry.fingerprint,
        page_starts=entry.page_starts,
        walls=entry.walls,
        reflow_version=entry.reflow_version,
        pagination_version=entry.pagination_version,
    )


def story_row(ident: int, shelf: int, written: Written, at: int) -> Row:
    """Give the row of a story, by `STORY_COLUMNS`."""
    return (
        ident,
        shelf,
        written.title,
        written.title_folded,
        written.title_key,
        written.rating,
        written.rating_stated,
        written.words,
        len(written.chapters),
        written.link_only,
        written.language,
        written.complete,
        written.record,
        written.opening,
        written.fingerprint,
        at,
        at,
    )


def chapter_rows(ident: int, written: Written) -> Iterator[Row]:
    """Give the rows of a story's chapters, by `CHAPTER_COLUMNS`."""
    versions = written.reflow_version, written.pagination_version
    for number, chapter in enumerate(written.chapters):
        yield ident, number, *chapter, *versions


def part_rows(ident: int, written: Written) -> Iterator[Row]:
    """Give the rows of a story's text, by `PART_COLUMNS`."""
    for part in written.parts:
        yield ident, *part


def page_rows(ident: int, written: Written) -> Iterator[Row]:
    """Give the rows of where a story's pages start, by `PAGE_COLUMNS`."""
    for page in written.pages:
        yield ident, *page


def detected_rows(ident: int, written: Written) -> Iterator[Row]:
    """Give the rows of who was detected in a story, by `DETECTED_COLUMNS`."""
    told: dict[str, Detection] = {}
    for each in written.detected:
        detection = Detection(*each)
        if fold(detection.name):
            told.setdefault(fold(detection.name), detection)
    for number, (folded, each) in enumerate(told.items()):
        more = [list(each.aliases), list(each.evidence), each.example]
        yield (
            ident,
            folded,
            each.name,
            number,
            bool(each.appears),
            each.confidence,
            each.mentions,
            json.dumps(more, ensure_ascii=False, separators=(",", ":")),
        )


def mark_rows(ident: int, written: Written) -> Iterator[Row]:
    """Give the rows of a story's marks: mark, story."""
    for mark in dict.fromkeys(written.marks):
        yield mark, ident


def file_row(shelf: int, entry: Entry, ident: int | None) -> Row:
    """Give the row of a file whose story is ``ident``, by `FILE_COLUMNS`."""
    file = entry.file
    return (
        shelf,
        file.source,
        file.path,
        file.size,
        file.modified,
        file.digest,
        file.context,
        file.outcome,
        file.report,
        file.container,
        file.record or 0,
        ident,
    )
