"""One file's report in words: the same rows on a terminal and in Discord.

Values are plain text, as they stand in the story: whoever shows them escapes.
"""

from dataclasses import dataclass
from typing import Any

from bot.catalogue.reports import FileReport
from bot.texts import FALLBACK, has_text, say

_SHOWN_NAMES = 12  # of one kind; more are counted


@dataclass(frozen=True, slots=True)
class Row:
    """One fact: what it is called, what it is, and where it comes from ("" where that is plain)."""

    label: str
    value: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class ToldReport:
    """A report to show.

    ``heading`` is the path (and line), ``outcome`` a word or two such as "new";
    ``rows`` are empty when nothing could be read; ``notes`` are sentences a
    person should know: what was repaired, guessed, doubled, or why it was refused.
    """

    heading: str
    outcome: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


def tell(report: FileReport, language: str = FALLBACK) -> ToldReport:
    """Put ``report`` into words."""
    told, line = report.told, report.told.get("record")
    heading = told["path"]
    if line is not None:
        heading = say("import.at-line", language, path=heading, line=line)
    outcome = say(f"report.outcome-{report.outcome}", language)
    if report.outcome == "refused":
        return ToldReport(heading, outcome, (), (told["reason"],))
    return ToldReport(
        heading, outcome, tuple(_rows(told, report.details, language)), tuple(told["messages"])
    )


def _rows(told: dict[str, Any], details: dict[str, Any], language: str) -> list[Row]:
    places: dict[str, str] = details.get("places", {})

    def origin(name: str) -> str:
        place = places.get(name, "")
        return say(f"report.from-{place}", language) if place else ""

    rows: list[Row] = []

    def row(name: str, value: str, place: str = "") -> None:
        if value:
            label = say(f"report.{name}", language)
            rows.append(Row(label, value, origin(place or name)))

    def names(name: str, found: list[str]) -> None:
        row(name, _joined(found, language))

    row("title", told["title"])
    row("authors", _joined(told["authors"], language) or say("report.unknown-author", language))
    row("chapters", str(told["chapters"]))
    row("words", _words(told, details, language))
    row("rating", told["rating"] or "")
    names("warnings", told["warnings"])
    row("permission", _permission(told, details, language))
    names("fandoms", told["fandoms"])
    names("relationships", told["relationships"])
    names("characters", [_character(who, language) for who in told["characters"]])
    names("tags", told["tags"])
    names("categories", told["categories"])
    names("series", [_series(part, language) for part in told["series"]])
    row("language", told["language"])
    row("published", told["published"] or "")
    row("updated", told["updated"] or "")
    if told["complete"] is not None:
        status = "complete" if told["complete"] else "unfinished"
        where = "status" if "status" in places else "complete"
        row("status", say(f"report.{status}", language), where)
    row("source", told["source"] or "")
    row("layout", _layout(details, language))
    row("encoding", _encoding(details, language))
    if details.get("reflowed"):
        row("repaired", say("report.reflowed", language, count=details["reflowed"]))
    return rows


def _joined(names: list[str], language: str) -> str:
    shown = ", ".join(names[:_SHOWN_NAMES])
    more = len(names) - _SHOWN_NAMES
    return say("report.and-more", language, names=shown, count=more) if more > 0 else shown


def _words(told: dict[str, Any], details: dict[str, Any], language: str) -> str:
    counted, stated = told["words"], details.get("stated_words")
    if stated is None:
        return say("report.counted", language, count=counted)
    return say("report.counted-and-stated", language, count=counted, stated=stated)


def _permission(told: dict[str, Any], details: dict[str, Any], language: str) -> str:
    key = str(told["permission"] or "unstated").replace(" ", "-")
    value = say(f"report.permission-{key}", language)
    note = details.get("permission_note")
    return f"{value}: {note}" if note else value


def _character(who: dict[str, Any], language: str) -> str:
    return who["name"] if who["appears"] else say("report.mentioned", language, name=who["name"])


def _series(part: dict[str, Any], language: str) -> str:
    if part["part"] is None:
        return part["name"]
    return say("report.series-part", language, name=part["name"], part=str(part["part"]))


def _layout(details: dict[str, Any], language: str) -> str:
    key = f"report.layout-{details.get('layout')}"
    return say(key, language) if has_text(key) else ""


def _encoding(details: dict[str, Any], language: str) -> str:
    name = str(details.get("encoding") or "")
    # UTF-8 needs no word; everything else is worth a look.
    if not name or (name == "utf-8" and not details.get("is_guessed")):
        return ""
    return say("report.guessed", language, encoding=name) if details.get("is_guessed") else name
