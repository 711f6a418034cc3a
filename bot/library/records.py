"""How stories are written down in the store: metadata and blocks as compact JSON.

Both engines keep the same JSON, so a library can move from one to the other.
Unknown keys are ignored when reading: a record written by a later version of
the same schema still opens.

Writing down is work, so it is done where a story was read (another process, as
a rule) and not where it is kept: `Written` is all that the store needs, in
values that JSON has, and `written_to_json` carries it over and keeps it for an
undo.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from bot.prose.languages import code_of
from bot.prose.words import fold, key_of_folded, search_key
from bot.story import (
    Block,
    BlockKind,
    Chapter,
    Character,
    Origin,
    Permission,
    Rating,
    SeriesPart,
    Span,
    Story,
    Style,
    TagKind,
)

PART_LENGTH = 8_000  # characters of text kept together: a page reads one or two parts

_BLOCK_CODES = {kind: number for number, kind in enumerate(BlockKind)}
_BLOCK_KINDS: list[BlockKind] = list(BlockKind)
_STYLE_CODES = {style: number for number, style in enumerate(Style)}
_STYLES: list[Style] = list(Style)
# Enums by their values: to look one up takes a tenth of what calling the enum takes.
_ORIGINS = {origin.value: origin for origin in Origin}
_RATINGS = {rating.value: rating for rating in Rating}
_PERMISSIONS = {permission.value: permission for permission in Permission}

_read_json = json.JSONDecoder().raw_decode  # of what we wrote: nothing stands around it
to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

NameRow = tuple[str, str, str, str, bool]  # kind, folded, key, name, appears


@dataclass(frozen=True, slots=True)
class Written:
    """A completed story as both engines keep it; rows are those of the tables named."""

    title: str
    title_folded: str
    title_key: str
    rating: int
    rating_stated: bool
    words: int
    link_only: bool
    record: str  # the metadata, as `record_to_json` writes it
    opening: str
    fingerprint: str
    reflow_version: int
    pagination_version: int
    # title, summary, notes, end notes, length in characters, whether it was reflowed
    chapters: Sequence[tuple[str | None, str, str, str, int, bool]]
    parts: Sequence[tuple[int, int, str, str]]  # chapter, start, text, blocks
    pages: Sequence[tuple[int, int, int]]  # chapter, start, number from 1
    names: Sequence[NameRow]
    language: str = ""  # the first part of its tag: see `languages.code_of`
    complete: bool | None = None
    # Who was found in the text, each as a `detected.Detection`; nobody where the file says who
    detected: Sequence[Sequence[Any]] = ()
    marks: Sequence[int] = ()  # by which stories that are alike are found


def write_down(
    story: Story,
    *,
    opening: str = "",
    fingerprint: str = "",
    page_starts: Sequence[Sequence[int]] = (),
    walls: frozenset[int] = frozenset(),
    reflow_version: int = 0,
    pagination_version: int = 0,
    detected: Sequence[Sequence[Any]] = (),
    marks: Sequence[int] = (),
) -> Written:
    """Write a completed ``story`` down, with what is stored beside it."""
    rating = Rating.NOT_RATED if story.rating is None else story.rating
    return Written(
        title=story.title,
        title_folded=fold(story.title),
        title_key=search_key(story.title),
        rating=int(rating),
        rating_stated=story.rating_origin is Origin.STATED,
        words=story.words,
        link_only=story.permission is Permission.LINK_ONLY,
        record=record_to_json(story),
        opening=opening,
        fingerprint=fingerprint,
        reflow_version=reflow_version,
        pagination_version=pagination_version,
        chapters=[
            (
                chapter.title,
                chapter.summary,
                chapter.notes,
                chapter.end_notes,
                len(chapter.text),
                number in walls,
            )
            for number, chapter in enumerate(story.chapters)
        ],
        parts=[
            (number, *part)
            for number, chapter in enumerate(story.chapters)
            for part in parts_of(chapter)
        ],
        pages=[
            (chapter, start, number)
            for chapter, starts in enumerate(page_starts)
            for number, start in enumerate(starts, 1)
        ],
        names=[
            (kind.value, folded, key_of_folded(folded), name, appears)
            for kind, name, appears in names_of(story)
            if (folded := fold(name))
        ],
        language=code_of(story.language),
        complete=story.complete,
        detected=detected,
        marks=marks,
    )


def story_of(written: Written) -> Story:
    """Give back the story that was written down, with its text."""
    texts: list[list[str]] = [[] for _ in written.chapters]
    blocks: list[list[Block]] = [[] for _ in written.chapters]
    for number, _, text, told in written.parts:
        texts[number].append(text)
        blocks[number].extend(blocks_from_json(told))
    return replace(
        record_from_json(written.record),
        chapters=tuple(
            Chapter("".join(texts[number]), tuple(blocks[number]), *chapter[:4])
            for number, chapter in enumerate(written.chapters)
        ),
    )


def written_to_json(written: Written) -> str:
    """Write a story down as one line of JSON."""
    return to_json([getattr(written, name) for name in Written.__slots__])


def written_from_json(text: str) -> Written:
    """Read what `written_to_json` wrote."""
    return Written(*cast("list[Any]", json.loads(text)))


def record_to_json(story: Story) -> str:
    """Write the metadata of ``story`` (all but its chapters) as JSON."""
    told: dict[str, Any] = {
        "title": story.title,
        "title_origin": story.title_origin,
        "authors": story.authors,
        "rating": story.rating,
        "rating_origin": story.rating_origin,
        "warnings": story.warnings,
        "categories": story.categories,
        "fandoms": story.fandoms,
        "characters": [[c.name, c.aliases, c.origin, c.appears] for c in story.characters],
        "relationships": story.relationships,
        "tags": story.tags,
        "collections": story.collections,
        "language": story.language,
        "series": [[s.name, s.part] for s in story.series],
        "published": story.published and story.published.isoformat(),
        "updated": story.updated and story.updated.isoformat(),
        "complete": story.complete,
        "source": story.source,
        "summary": story.summary,
        "notes": story.notes,
        "permission": story.permission,
        "permission_note": story.permission_note,
        "words": story.words,
        "stated_words": story.stated_words,
        "ends_in_note": story.ends_in_note or None,
        "extra": story.extra,
        "messages": story.messages,
    }
    empty: tuple[object, ...] = (None, "", (), [])
    kept = {key: value for key, value in told.items() if value not in empty}
    return to_json(kept)


def _characters(value: list[Any]) -> tuple[Character, ...]:
    return tuple(
        Character(name, tuple(aliases), _ORIGINS[origin], appears)
        for name, aliases, origin, appears in value
    )


# How each field of a record is read (None: as it is); those that are left out are empty.
_FIELDS: dict[str, Callable[[Any], Any] | None] = {
    "title": None,
    "title_origin": _ORIGINS.__getitem__,
    "authors": tuple,
    "rating": _RATINGS.__getitem__,
    "rating_origin": _ORIGINS.__getitem__,
    "warnings": tuple,
    "categories": tuple,
    "fandoms": tuple,
    "characters": _characters,
    "relationships": tuple,
    "tags": tuple,
    "collections": tuple,
    "language": None,
    "series": lambda value: tuple(SeriesPart(name, part) for name, part in value),
    "published": date.fromisoformat,
    "updated": date.fromisoformat,
    "complete": None,
    "source": None,
    "summary": None,
    "notes": None,
    "permission": _PERMISSIONS.__getitem__,
    "permission_note": None,
    "words": None,
    "stated_words": None,
    "ends_in_note": None,
    "extra": lambda value: tuple((key, told) for key, told in value),
    "messages": tuple,
}


def record_from_json(text: str) -> Story:
    """Read the metadata of a story; its chapters are empty."""
    told = cast("dict[str, Any]", _read_json(text)[0])
    known = {
        name: value if (read := _FIELDS[name]) is None else read(value)
        for name, value in told.items()
        if name in _FIELDS
    }
    return Story((), **known)


def blocks_to_json(blocks: Sequence[Block]) -> str:
    """Write blocks as JSON; offsets stay those of the chapter."""
    return f"[{','.join(map(_block_to_json, blocks))}]"


def _block_to_json(block: Block) -> str:
    code, start, end = _BLOCK_CODES[block.kind], block.start, block.end
    if not (block.spans or block.marker):  # nearly all
        return f'[{code},{start},{end},[],{block.level},""]'
    spans = [[s.start, s.end, _STYLE_CODES[s.style], s.href] for s in block.spans]
    return to_json([code, start, end, spans, block.level, block.marker])


def blocks_from_json(
    text: str, shift: int = 0, *, touching: tuple[int, int] | None = None
) -> tuple[Block, ...]:
    """Read blocks, with ``shift`` taken from every offset.

    With ``touching`` only those that stand in that range, or reach into it or up to it.
    """
    first_kept, last_kept = touching or (0, sys.maxsize)
    return tuple(
        Block(
            _BLOCK_KINDS[int(kind)],
            start - shift,
            end - shift,
            tuple(
                Span(first - shift, last - shift, _STYLES[int(style)], href)
                for first, last, style, href in spans
            ),
            level,
            marker,
        )
        for kind, start, end, spans, level, marker in cast("list[Any]", _read_json(text)[0])
        if end >= first_kept and start <= last_kept
    )


def parts_of(chapter: Chapter) -> list[tuple[int, str, str]]:
    """Cut a chapter into parts of whole blocks: (start, text, blocks as JSON) each.

    Joined, the texts are ``chapter.text`` exactly, white space between blocks
    included. One block longer than `PART_LENGTH` makes one long part.
    """
    parts: list[tuple[int, str, str]] = []
    start, first = 0, 0
    blocks = chapter.blocks
    for number, block in enumerate(blocks):
        following = blocks[number + 1].start if number + 1 < len(blocks) else len(chapter.text)
        last = number + 1 == len(blocks)
        if last or following - start >= PART_LENGTH or block.end - start >= PART_LENGTH:
            parts.append(
                (start, chapter.text[start:following], blocks_to_json(blocks[first : number + 1]))
            )
            start, first = following, number + 1
    if not parts:
        parts.append((0, chapter.text, "[]"))
    return parts


def names_of(story: Story) -> list[tuple[TagKind, str, bool]]:
    """List the names a story is found by: (kind, name, whether a character appears)."""
    return [
        *((TagKind.AUTHOR, name, True) for name in story.authors),
        *((TagKind.FANDOM, name, True) for name in story.fandoms),
        *((TagKind.CHARACTER, who.name, who.appears) for who in story.characters),
        *((TagKind.RELATIONSHIP, name, True) for name in story.relationships),
        *((TagKind.FREEFORM, name, True) for name in story.tags),
        *((TagKind.WARNING, name, True) for name in story.warnings),
        *((TagKind.CATEGORY, name, True) for name in story.categories),
    ]
