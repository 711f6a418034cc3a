"""What stands in the tables of both engines: moments as numbers, stories as rows.

An engine knows SQL and how to send rows; what is in them is decided here once,
so that a library can move from one engine to the other as it is.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.library.base import Entry
from bot.library.records import names_of, parts_of, record_to_json
from bot.prose.words import fold, search_key
from bot.story import Origin, Permission, Rating, Story

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


def story_row(ident: int, shelf: int, story: Story, entry: Entry, at: int) -> Row:
    """Give the row of a story, by `STORY_COLUMNS`."""
    rating = Rating.NOT_RATED if story.rating is None else story.rating
    return (
        ident,
        shelf,
        story.title,
        fold(story.title),
        search_key(story.title),
        int(rating),
        story.rating_origin is Origin.STATED,
        story.words,
        len(story.chapters),
        story.permission is Permission.LINK_ONLY,
        record_to_json(story),
        entry.opening,
        entry.fingerprint,
        at,
        at,
    )


def chapter_rows(ident: int, story: Story, entry: Entry) -> Iterator[Row]:
    """Give the rows of a story's chapters, by `CHAPTER_COLUMNS`."""
    for number, chapter in enumerate(story.chapters):
        yield (
            ident,
            number,
            chapter.title,
            chapter.summary,
            chapter.notes,
            chapter.end_notes,
            len(chapter.text),
            number in entry.walls,
            entry.reflow_version,
            entry.pagination_version,
        )


def part_rows(ident: int, story: Story) -> Iterator[Row]:
    """Give the rows of a story's text, by `PART_COLUMNS`."""
    for number, chapter in enumerate(story.chapters):
        for start, text, blocks in parts_of(chapter):
            yield ident, number, start, text, blocks


def page_rows(ident: int, entry: Entry) -> Iterator[Row]:
    """Give the rows of where a story's pages start, by `PAGE_COLUMNS`."""
    for chapter, starts in enumerate(entry.page_starts):
        for number, start in enumerate(starts, 1):
            yield ident, chapter, start, number


def name_rows(story: Story) -> Iterator[tuple[str, str, str, str, bool]]:
    """Give the names a story carries: (kind, folded, key, name, whether it appears)."""
    for kind, name, appears in names_of(story):
        if folded := fold(name):
            yield kind.value, folded, search_key(name), name, appears


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
        ident,
    )
