"""What walking a tree cannot tell piece by piece: scene breaks, quotes and walls as a whole.

A paragraph of marks is a scene break. Breaks made of ``<hr>`` or empty lines
count once, and not at the edges of a chapter. A chapter that is all quotation
is none, and a chapter inside one ``<pre>`` is prose whose lines are read like
those of a plain text.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.importers.html.blocks import MADE_BREAK, convert
from bot.importers.html.looks import NO_LOOKS, Looks
from bot.importers.html.tree import Node
from bot.importers.pieces import Piece, plain_text
from bot.importers.plaintext import RULE_LIMIT, is_scene_break, read_chapters
from bot.story import BlockKind, Span

_PROSE_SHARE = 0.8  # of a chapter's characters inside <pre>, and it is prose
_MARKED_KINDS = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.QUOTE})


def read_pieces(nodes: Iterable[Node | str], looks: Looks = NO_LOOKS) -> list[Piece]:
    """Read ``nodes`` as what a reader meets."""
    return tidied(convert(nodes, looks).pieces)


def read_plain(nodes: Iterable[Node | str], looks: Looks = NO_LOOKS) -> str:
    """Read ``nodes`` as plain text, as summaries and notes are kept."""
    return plain_text(read_pieces(nodes, looks))


def tidied(pieces: Sequence[Piece]) -> list[Piece]:
    """Make walked ``pieces`` those of one chapter."""
    return list(_scenes(_without_outer_quote(_without_pre(pieces))))


def _scenes(pieces: Iterable[Piece]) -> Iterator[Piece]:
    made: Piece | None = None  # waits for text on its other side
    is_parted = True  # nothing stands before the first piece
    for piece in pieces:
        if piece is MADE_BREAK:
            made = None if is_parted else piece
            continue
        told = piece
        if piece.kind in _MARKED_KINDS and is_scene_break(piece.text[: RULE_LIMIT + 1]):
            told = Piece(BlockKind.SCENE_BREAK, piece.text)
        is_break = told.kind is BlockKind.SCENE_BREAK
        if made is not None and not is_break:
            yield made
        made = None
        yield told
        is_parted = is_break


def _without_outer_quote(pieces: Sequence[Piece]) -> Sequence[Piece]:
    kinds = {piece.kind for piece in pieces if piece is not MADE_BREAK}
    if kinds != {BlockKind.QUOTE}:
        return pieces
    lowest = min(piece.level for piece in pieces if piece is not MADE_BREAK)
    return [piece if piece is MADE_BREAK else _raised(piece, lowest) for piece in pieces]


def _raised(piece: Piece, levels: int) -> Piece:
    level = piece.level - levels
    kind = BlockKind.QUOTE if level else BlockKind.PARAGRAPH
    return replace(piece, kind=kind, level=level)


def _without_pre(pieces: Sequence[Piece]) -> Sequence[Piece]:
    inside = sum(len(piece.text) for piece in pieces if piece.kind is BlockKind.PREFORMATTED)
    if inside == 0 or inside < _PROSE_SHARE * sum(len(piece.text) for piece in pieces):
        return pieces
    told: list[Piece] = []
    for piece in pieces:
        if piece.kind is BlockKind.PREFORMATTED:
            told.extend(_prose(piece))
        else:
            told.append(piece)
    return told


def _prose(piece: Piece) -> Iterator[Piece]:
    """Read preformatted text like a plain text file; styles stay on their words."""
    mover = _Mover(piece) if piece.spans else None
    for chapter in read_chapters(piece.text):
        if chapter.title is not None:
            if mover is not None:
                mover.move(chapter.title)
            yield Piece(BlockKind.HEADING, chapter.title, level=2)
        for block in chapter.blocks:
            text = chapter.text[block.start : block.end]
            spans = mover.move(text) if mover is not None else ()
            yield Piece(block.kind, text, spans) if text.strip() else MADE_BREAK


class _Mover:
    """Moves spans from one text to parts of it, given in order, by counting ink.

    White space may differ between both; everything else is the same.
    """

    def __init__(self, piece: Piece) -> None:
        self._ink = _ink(piece.text)
        self._spans = list(piece.spans)
        self._next = 0  # the next span that was not reached
        self._reached: list[Span] = []  # few: spans of one style never overlap
        self._done = 0  # characters of ink that were given

    def move(self, text: str) -> tuple[Span, ...]:
        """Give the spans of ``text``, the next part."""
        places = _ink(text)
        if not places:
            return ()
        first = self._ink[self._done]
        last = self._ink[self._done + len(places) - 1] + 1
        while self._next < len(self._spans) and self._spans[self._next].start < last:
            self._reached.append(self._spans[self._next])
            self._next += 1
        self._reached = [span for span in self._reached if span.end > first]
        found: list[Span] = []
        for span in self._reached:
            start = max(0, bisect_left(self._ink, span.start) - self._done)
            end = min(bisect_left(self._ink, span.end) - self._done, len(places))
            if start < end:
                found.append(replace(span, start=places[start], end=places[end - 1] + 1))
        self._done += len(places)
        return tuple(found)


def _ink(text: str) -> "array[int]":
    """Give the places of all characters that are no white space."""
    return array("I", (place for place, char in enumerate(text) if not char.isspace()))
