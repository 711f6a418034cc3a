"""What became of files: one report for each, and the one line that sums them up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.catalogue.sums import Sums
from bot.story import Origin, Story
from bot.texts import say

_PLACED = (
    *("title", "authors", "rating", "warnings", "permission", "categories", "fandoms"),
    *("relationships", "characters", "tags", "series", "language", "published", "updated"),
    *("complete", "status", "source", "summary", "notes"),
)
OUTCOMES = ("added", "updated", "unchanged", "duplicate", "withheld", "refused")


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file. ``told`` is the object that ``import --json`` prints.

    ``details`` is what else a person may want to know: see `details_of`, and
    ``double_of``, the path of a file that holds the same. It is empty for a
    file that was not read.
    """

    outcome: str
    told: dict[str, Any]
    is_news: bool = True  # False: it was the same last time
    details: dict[str, Any] = field(default_factory=dict[str, Any])


def report_of(
    path: str,
    outcome: str,
    *,
    line: int | None = None,
    story: int | None = None,
    record: Mapping[str, Any] | None = None,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> FileReport:
    """Make the report of a file in the shape that scripts rely on (docs/formats.md).

    ``record`` is what `told_of` says of its story; nothing when there is none.
    """
    told: dict[str, Any] = {"path": path, "record": line, "outcome": outcome, "story": story}
    told |= record or told_of(Story(chapters=()))
    if outcome == "refused":
        told |= {"title_origin": None, "rating_origin": None, "reason": reason}
    elif reason:
        told["messages"] = [*told.get("messages", []), reason]
    return FileReport(outcome, told, details=dict(details or {}))


def told_of(record: Story) -> dict[str, Any]:
    """Give what a report says of a story itself."""
    return {
        "title": record.title,
        "title_origin": record.title_origin.value,
        "authors": list(record.authors),
        "words": record.words,
        "chapters": len(record.chapters),
        "rating": record.rating.label if record.rating is not None else None,
        "rating_origin": record.rating_origin.value,
        "permission": record.permission.value if record.permission else None,
        "warnings": list(record.warnings),
        "categories": list(record.categories),
        "fandoms": list(record.fandoms),
        "characters": [
            {
                "name": who.name,
                "aliases": list(who.aliases),
                "origin": who.origin.value,
                "appears": who.appears,
            }
            for who in record.characters
        ],
        "relationships": list(record.relationships),
        "tags": list(record.tags),
        "collections": list(record.collections),
        "language": record.language,
        "series": [{"name": part.name, "part": part.part} for part in record.series],
        "published": record.published.isoformat() if record.published else None,
        "updated": record.updated.isoformat() if record.updated else None,
        "complete": record.complete,
        "source": record.source or None,
        "summary": record.summary,
        "notes": record.notes,
        "permission_note": record.permission_note,
        "stated_words": record.stated_words,
        "extra": [{"key": key, "value": value} for key, value in record.extra],
        "messages": list(record.messages),
    }


def details_of(story: Story, reflowed: int = 0) -> dict[str, Any]:
    """Give how a story was read, beside what is told of it.

    ``layout`` (what made the file), ``encoding`` and whether it ``is_guessed``,
    ``stated_words`` (or null), ``permission_note``, ``reflowed`` (how many
    chapters were given paragraphs), ``places``: for each field that says
    something where it comes from, "file", "beside", "relationships" or one of
    the words of `Origin`.
    """
    stated = dict(story.provenance.places)
    places = {name: stated[name] for name in _PLACED if name in stated}
    if story.title_origin is not Origin.STATED:
        places["title"] = story.title_origin.value
    if story.rating_origin is not Origin.STATED:
        places["rating"] = story.rating_origin.value
    if story.characters and "characters" not in places:
        is_detected = story.characters[0].origin is Origin.DETECTED
        places["characters"] = Origin.DETECTED.value if is_detected else "relationships"
    return {
        "layout": story.provenance.layout,
        "encoding": story.provenance.encoding,
        "is_guessed": story.provenance.is_guessed,
        "stated_words": story.stated_words,
        "permission_note": story.permission_note,
        "reflowed": reflowed,
        "places": places,
    }


@dataclass(slots=True)
class ShelfReport:
    """What a reading of files did, counted by outcome."""

    counts: dict[str, int] = field(default_factory=dict[str, int])
    refused: list[FileReport] = field(default_factory=list[FileReport])
    removed: int = 0
    warning: str = ""  # why nothing was removed
    sums: Sums = field(default_factory=Sums)

    def add(self, report: FileReport) -> None:
        """Count one file."""
        self.counts[report.outcome] = self.counts.get(report.outcome, 0) + 1
        self.sums.add(report.outcome, report.told, report.details)
        if report.outcome == "refused" and report.is_news:
            self.refused.append(report)

    @property
    def is_quiet(self) -> bool:
        """Tell whether nothing happened that is worth a line."""
        news = set(self.counts) - {"unchanged", "duplicate", "withheld", "refused"}
        return not (news or self.refused or self.removed or self.warning)

    def line(self) -> str:
        """Give the one line that says what was done."""
        told: Sequence[str] = [
            say(f"catalogue.{outcome}", count=self.counts[outcome])
            for outcome in OUTCOMES
            if self.counts.get(outcome)
        ]
        if self.removed:
            told = [*told, say("catalogue.removed", count=self.removed)]
        line = ", ".join(told) or say("catalogue.nothing")
        return f"{line}. {self.warning}".rstrip()
