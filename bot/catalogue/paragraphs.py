"""Where the paragraphs of a chapter are: found in walls of text, or left as they came. Pure.

Only chapters of one paragraph are looked at. Finding paragraphs cuts that one
block into several, its styles with it; leaving it as it came joins them again.
The text itself stays as it is, so every place in it does.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.prose.notes import split_trailing_notes
from bot.prose.reflow import is_wall, paragraph_starts
from bot.story import Block, BlockKind, Chapter

Chapters = tuple[Chapter, ...]


def with_paragraphs(chapters: Chapters) -> tuple[Chapters, frozenset[int], list[str]]:
    """Find the paragraphs of walls of text, and the author's note at the very end.

    Gives the chapters, the numbers of those that are walls, and the notes.
    """
    done: list[Chapter] = []
    walls: set[int] = set()
    notes: list[str] = []
    for number, chapter in enumerate(chapters):
        lone = _lone_paragraph(chapter)
        if lone is None or len(chapter.blocks) > 1:
            done.append(chapter)
            continue
        blocks: list[Block] = []
        end = lone.end
        offset, note = split_trailing_notes(chapter.text[lone.start : lone.end])
        if note and number + 1 == len(chapters):
            end = lone.start + offset
            notes.append(note)
            blocks.append(_piece(lone, end, lone.end, BlockKind.NOTE))
        found = _reflowed(chapter, replace(lone, end=end))
        if found:
            walls.add(number)
        paragraphs = found or [_trimmed(chapter.text, lone, lone.start, end)]
        done.append(replace(chapter, blocks=(*paragraphs, *blocks)))
    return tuple(done), frozenset(walls), notes


def with_reflow(chapters: Chapters, walls: frozenset[int]) -> tuple[Chapters, frozenset[int]]:
    """Find the paragraphs of walls that were left as they came; ``walls`` have theirs already."""
    done = list(chapters)
    found_in = set(walls)
    for number, chapter in enumerate(chapters):
        lone = None if number in walls else _lone_paragraph(chapter)
        if lone is not None and (found := _reflowed(chapter, lone)):
            done[number] = replace(chapter, blocks=(*found, *chapter.blocks[1:]))
            found_in.add(number)
    return tuple(done), frozenset(found_in)


def without_reflow(chapters: Chapters, walls: frozenset[int]) -> Chapters:
    """Leave ``walls`` as they came: what was cut into paragraphs is one again."""
    done = list(chapters)
    for number in walls:
        chapter = chapters[number]
        cut = [block for block in chapter.blocks if block.kind is BlockKind.PARAGRAPH]
        rest = [block for block in chapter.blocks if block.kind is not BlockKind.PARAGRAPH]
        spans = [span for block in cut for span in block.spans]
        joined = list(spans[:1])
        for span in spans[1:]:
            before = joined[-1]
            is_same = (before.style, before.href) == (span.style, span.href)
            if is_same and not chapter.text[before.end : span.start].strip():
                joined[-1] = replace(before, end=span.end)
            else:
                joined.append(span)
        whole = Block(BlockKind.PARAGRAPH, cut[0].start, cut[-1].end, tuple(joined))
        done[number] = replace(chapter, blocks=(whole, *rest))
    return tuple(done)


def _lone_paragraph(chapter: Chapter) -> Block | None:
    """Give the only paragraph of a chapter, if it has no line break; notes may follow it."""
    if not chapter.blocks or any(b.kind is not BlockKind.NOTE for b in chapter.blocks[1:]):
        return None
    block = chapter.blocks[0]
    is_paragraph = block.kind is BlockKind.PARAGRAPH
    return block if is_paragraph and "\n" not in chapter.text[block.start : block.end] else None


def _reflowed(chapter: Chapter, lone: Block) -> list[Block]:
    """Give the paragraphs of a wall; none when it is no wall."""
    body = chapter.text[lone.start : lone.end].rstrip()
    if not is_wall(body):
        return []
    starts: Sequence[int] = paragraph_starts(body)
    return [
        _trimmed(chapter.text, lone, lone.start + first, lone.start + last)
        for first, last in pairwise([*starts, len(body)])
    ]


def _trimmed(text: str, block: Block, start: int, end: int) -> Block:
    return _piece(block, start, start + len(text[start:end].rstrip()), block.kind)


def _piece(block: Block, start: int, end: int, kind: BlockKind) -> Block:
    """Give a part of a block with the styles in it."""
    spans = tuple(
        replace(span, start=max(span.start, start), end=min(span.end, end))
        for span in block.spans
        if span.start < end and span.end > start
    )
    return Block(kind, start, end, spans)
