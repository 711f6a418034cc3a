"""Headings to chapters: what is the story's title, and where its chapters begin."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.importers.headings import find_chapter_heading, is_in_order
from bot.importers.pieces import Piece, chapter_of, one_line
from bot.prose.words import fold
from bot.story import BlockKind, Chapter, Origin


@dataclass(frozen=True, slots=True)
class Outline:
    """The chapters of a text; ``title`` is "" where no heading names the story."""

    chapters: tuple[Chapter, ...]
    title: str = ""
    title_origin: Origin = Origin.STATED
    messages: tuple[str, ...] = ()


@dataclass(slots=True)
class Section:
    """A heading outside quotes and lists (level 0: none, the start) and what stands below it."""

    level: int
    heading: Piece | None
    pieces: list[Piece] = field(default_factory=list[Piece])


def arrange(sections: Sequence[Section], title: str) -> Outline:
    """Cut ``sections`` into chapters; ``title`` is the story's where it is stated elsewhere.

    A lone first heading of level 1 is the title. Chapters begin at level 1 if
    there are several, else at level 2. Of several the first is the title too
    if another heading follows at once; else it names the first chapter, and
    the story as long as nothing better is known (origin ``DERIVED``).
    """
    origin = Origin.STATED
    found = ""
    first = next((section for section in sections if section.level or section.pieces), None)
    tops = sum(section.level == 1 for section in sections)
    has_second = any(section.level == 2 for section in sections)
    split_level = 1 if tops > 1 or not has_second else 2
    if first is not None and first.heading is not None and first.level == 1:
        told = one_line(first.heading.text)
        is_alone = tops == 1 or (not first.pieces and first is not sections[-1])
        if find_chapter_heading(told) is not None:
            split_level = 1
        elif is_alone and (not title or fold(title) == fold(told)):
            found = told
            first.level, first.heading = 0, None
        elif not title:
            found, origin = told, Origin.DERIVED
    return Outline(tuple(_chapters(sections, split_level)), title or found, origin)


def _chapters(sections: Sequence[Section], split_level: int) -> Iterator[Chapter]:
    title: str | None = None
    pieces: list[Piece] = []
    waiting: list[Piece] = []  # headings with nothing below them yet
    for section in sections:
        own = section.pieces
        if section.heading is not None:
            if section.level <= split_level:
                waiting.append(section.heading)
            else:
                own = [section.heading, *own]
        if waiting and own:
            if title is not None or _has_text(pieces):
                yield chapter_of(title, pieces)
            # Of headings right above one another the last names the chapter.
            *above, last = waiting
            title, pieces, waiting = one_line(last.text), [*above, *own], []
        else:
            pieces += own
    if title is not None or waiting or _has_text(pieces):
        yield chapter_of(title, [*pieces, *waiting])


def _has_text(pieces: Sequence[Piece]) -> bool:
    return any(piece.kind is not BlockKind.SCENE_BREAK for piece in pieces)


def sections_of(pieces: Sequence[Piece]) -> list[Section]:
    """Cut ``pieces`` at their headings; the highest level there is counts as 1, and so on.

    Where no two headings stand, paragraphs such as "Chapter 1" are headings,
    when there are several and their numbers rise.
    """
    headings = [piece for piece in pieces if piece.kind is BlockKind.HEADING]
    if len(headings) < 2:
        pieces = _promoted(pieces, 2 if headings else 1)
        headings = [piece for piece in pieces if piece.kind is BlockKind.HEADING]
    levels = sorted({piece.level for piece in headings})
    ranks = {level: rank for rank, level in enumerate(levels, 1)}
    sections = [Section(0, None)]
    for piece in pieces:
        if piece.kind is BlockKind.HEADING:
            sections.append(Section(ranks[piece.level], piece))
        else:
            sections[-1].pieces.append(piece)
    return sections


def _promoted(pieces: Sequence[Piece], level: int) -> Sequence[Piece]:
    found = {
        place: heading
        for place, piece in enumerate(pieces)
        if piece.kind is BlockKind.PARAGRAPH
        and (heading := find_chapter_heading(piece.text)) is not None
    }
    if len(found) < 2 or not is_in_order(list(found.values())):
        return pieces
    return [
        replace(piece, kind=BlockKind.HEADING, level=level + 6) if place in found else piece
        for place, piece in enumerate(pieces)
    ]
