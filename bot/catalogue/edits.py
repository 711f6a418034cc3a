"""What a person changed of a story, laid over what its file says. Pure.

Edits are facts as front matter gives them, one for each field, kept beside the
story with the record that its file gave. So a file that is read again changes
what nobody edited, and an edit that is undone leaves what the file says.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, cast

from bot.catalogue.completing import (
    opening_of,
    pages_of,
    text_of,
    with_characters,
    with_rating,
)
from bot.catalogue.paragraphs import with_reflow, without_reflow
from bot.errors import CurationError
from bot.importers.fields import by_field
from bot.importers.metadata import read_facts
from bot.library.records import Written, record_from_json, story_of, write_down
from bot.prose.names import Aliases
from bot.prose.ratings import is_withheld
from bot.prose.reflow import REFLOW_VERSION
from bot.render import PAGINATION_VERSION
from bot.story import Origin, Permission, Rating, Story
from bot.texts import say

REFLOW = "reflow"  # whether paragraphs are looked for in walls of text; None: yes

# What can be edited, by the names of `importers.fields`, and the fields of a story it sets.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "authors": ("authors",),
    "rating": ("rating",),
    "warnings": ("warnings",),
    "categories": ("categories",),
    "fandoms": ("fandoms",),
    "characters": ("characters",),
    "relationships": ("relationships",),
    "tags": ("tags",),
    "language": ("language",),
    "series": ("series",),
    "published": ("published",),
    "updated": ("updated",),
    "complete": ("complete",),
    "source": ("source",),
    "summary": ("summary",),
    "notes": ("notes",),
    "permission": ("permission", "permission_note"),
    REFLOW: (),
}
_DERIVED = (Permission.UNSTATED, Permission.LINK_ONLY)  # may follow from the source alone
_NOTHING = Story(chapters=())

Edits = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A story with a person's edits in it, and what is to be kept of it."""

    story: Story  # without its chapters
    written: Written
    is_withheld: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that an edit changed, in words for people; "" where nothing is said."""

    field: str
    before: str
    after: str


def parse_edits(changes: Mapping[str, object]) -> dict[str, object]:
    """Bring what somebody wants changed to the names of `FIELDS`; "" or [] empties a field.

    Raises:
        CurationError: A field cannot be edited, or its value cannot be read.
    """
    edits: dict[str, object] = {}
    for key, value in changes.items():
        if key == REFLOW:
            edits[REFLOW] = bool(value)
            continue
        (found,) = by_field({key: value}).items() or ((_name_of(key), ""),)
        field, told = found
        if field not in FIELDS:
            raise CurationError("curation.no-field", field=key, fields=", ".join(FIELDS))
        edits[field] = told
    if edits.get("title", "kept") in ("", []):
        raise CurationError("curation.no-title")
    for message in read_facts(_stated(edits)).messages:
        raise CurationError("curation.unclear", why=message)
    return edits


def _name_of(key: str) -> str:
    """Give the field of a key that was given without a value."""
    return next(iter(by_field({key: "x"})))


def edits_to_json(edits: Edits) -> str:
    """Write edits down."""
    return json.dumps(edits, ensure_ascii=False, default=str)


def edits_from_json(text: str) -> dict[str, object]:
    """Read what `edits_to_json` wrote."""
    return cast("dict[str, object]", json.loads(text)) if text else {}


def rewritten(
    written: Written, record: str, edits: Edits, aliases: Aliases, default_rating: Rating
) -> Rewritten:
    """Lay ``edits`` over a story whose file gave ``record``; its text is that of ``written``.

    What followed from a field that was edited is found anew: an estimated rating,
    whether the story is a link only, where its paragraphs and pages begin.
    """
    before = story_of(written).chapters
    walls = frozenset(number for number, chapter in enumerate(written.chapters) if chapter[5])
    if edits.get(REFLOW) is False:
        chapters, walls = without_reflow(before, walls), frozenset[int]()
    else:
        chapters, walls = with_reflow(before, walls)
    starts = {
        number: tuple(start for _, start, _ in pages)
        for number, pages in groupby(written.pages, key=lambda page: page[0])
    }
    page_starts = [
        starts.get(number, (0,)) if now == was else pages_of(now)
        for number, (was, now) in enumerate(zip(before, chapters, strict=True))
    ]
    filed = replace(record_from_json(record), chapters=chapters)
    if "characters" not in edits and written.detected:
        # What people decided about detected names stands in the record that is shown.
        filed = replace(filed, characters=record_from_json(written.record).characters)
    story = _edited(filed, edits, aliases, default_rating)
    kept = write_down(
        story,
        opening=opening_of(chapters),
        fingerprint=written.fingerprint,
        page_starts=page_starts,
        walls=walls,
        reflow_version=written.reflow_version or REFLOW_VERSION,
        pagination_version=written.pagination_version or PAGINATION_VERSION,
        detected=() if "characters" in edits else written.detected,
        marks=written.marks,
    )
    rating = Rating.NOT_RATED if story.rating is None else story.rating
    return Rewritten(replace(story, chapters=()), kept, is_withheld(rating, story.warnings))


def laying_over(
    aliases: Aliases, default_rating: Rating
) -> Callable[[Written, str, str], Rewritten]:
    """Give what lays edits (JSON) over a story and the record its file gave."""

    def lay(written: Written, record: str, edits: str) -> Rewritten:
        return rewritten(written, record, edits_from_json(edits), aliases, default_rating)

    return lay


def _edited(story: Story, edits: Edits, aliases: Aliases, default_rating: Rating) -> Story:
    told = read_facts(_stated(edits))
    changes: dict[str, Any] = {}
    for field in edits:
        source = _NOTHING if _is_empty(edits[field]) else told
        changes |= {name: getattr(source, name) for name in FIELDS[field]}
    done = replace(story, **changes)
    if "title" in edits:
        derived = say("import.title-derived", title=story.title)
        kept = tuple(message for message in done.messages if message != derived)
        done = replace(done, title_origin=Origin.STATED, messages=kept)
    if "rating" in edits or story.rating_origin is not Origin.STATED:
        estimates = {say("import.rating-estimated", rating=rating.label) for rating in Rating}
        kept = tuple(message for message in done.messages if message not in estimates)
        stated = done.rating if "rating" in edits else None
        done = replace(done, rating=stated, messages=kept)
        done = with_rating(done, text_of(done.chapters), default_rating)
    if "characters" in edits:
        done = with_characters(done, (), aliases)
    if done.permission is None or ("permission" not in edits and done.permission in _DERIVED):
        was_link = story.permission is Permission.LINK_ONLY and "permission" not in edits
        link = bool(done.source) or was_link
        done = replace(done, permission=Permission.LINK_ONLY if link else Permission.UNSTATED)
    return done


def _stated(edits: Edits) -> dict[str, object]:
    return {name: v for name, v in edits.items() if name != REFLOW and not _is_empty(v)}


def _is_empty(value: object) -> bool:
    return value in ("", [], None)


# Telling


def differences(before: Story, after: Story) -> list[Difference]:
    """List what differs between two records, by field, in words."""
    found: list[Difference] = []
    for field in FIELDS:
        was, now = told_field(before, field), told_field(after, field)
        if was != now:
            found.append(Difference(field, was, now))
    return found


def told_field(story: Story, field: str) -> str:
    """Write one of `FIELDS` in words; "" when nothing is said."""
    match field:
        case "rating":
            rating = story.rating.label if story.rating is not None else ""
            is_stated = story.rating_origin is Origin.STATED
            return rating if is_stated or not rating else f"{rating} ({story.rating_origin.value})"
        case "characters":
            return ", ".join(who.name for who in story.characters)
        case "series":
            return ", ".join(f"{s.name} #{s.part}" if s.part else s.name for s in story.series)
        case "permission":
            permission = story.permission.value if story.permission else ""
            note = story.permission_note
            return f"{permission} ({note})" if permission and note else permission
        case "complete":
            return {True: "yes", False: "no", None: ""}[story.complete]
        case _:
            value: object = getattr(story, field, "")
            if isinstance(value, tuple):
                return ", ".join(cast("Sequence[str]", value))
            return "" if value is None else str(value)


def fields_named(names: Iterable[str]) -> list[str]:
    """Give the fields that ``names`` stand for.

    Raises:
        CurationError: One is no field that can be edited.
    """
    found = [name if name == REFLOW else _name_of(name) for name in names]
    for name, field in zip(names, found, strict=True):
        if field not in FIELDS:
            raise CurationError("curation.no-field", field=name, fields=", ".join(FIELDS))
    return found
