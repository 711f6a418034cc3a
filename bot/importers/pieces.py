"""Blocks on their way into a chapter: each a text of its own, joined at the end."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.story import Block, BlockKind, Chapter, Span

SCENE_BREAK_TEXT = "* * *"


@dataclass(frozen=True, slots=True)
class Piece:
    """A block whose spans count from its own start."""

    kind: BlockKind
    text: str
    spans: tuple[Span, ...] = ()
    level: int = 0
    marker: str = ""


def chapter_of(title: str | None, pieces: Iterable[Piece]) -> Chapter:
    """Join ``pieces`` to a chapter, a blank line between them."""
    texts: list[str] = []
    blocks: list[Block] = []
    start = 0
    for piece in pieces:
        if texts:
            texts.append("\n\n")
            start += 2
        end = start + len(piece.text)
        spans = tuple(
            Span(start + span.start, start + span.end, span.style, span.href)
            for span in piece.spans
        )
        blocks.append(Block(piece.kind, start, end, spans, piece.level, piece.marker))
        texts.append(piece.text)
        start = end
    return Chapter("".join(texts), tuple(blocks), title)


def plain_text(pieces: Iterable[Piece]) -> str:
    """Write ``pieces`` as plain text, as summaries and notes are kept."""
    return "\n\n".join(
        f"{piece.marker} {piece.text}" if piece.marker else piece.text for piece in pieces
    )


def one_line(text: str) -> str:
    """Give ``text`` with every run of white space as one space."""
    return " ".join(text.split())
