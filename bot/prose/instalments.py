"""Where the next instalment of a long story ends: with its chapter, with a scene, or gently.

An instalment never goes on into the next chapter. A chapter that is longer
than an instalment may be ends at the scene break nearest to the length that
was asked for; where there is none, at a paragraph, and in one huge paragraph
at a sentence.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import regex

from bot.prose.sentences import sentence_ends
from bot.story import Block, BlockKind, Chapter

_LOOKED_BEYOND = 64  # characters behind an end, to see whether it stands within a grapheme
_SHOWN = frozenset(BlockKind) - {BlockKind.SCENE_BREAK}


@dataclass(frozen=True, slots=True)
class Span:
    """How long instalments are, in characters: near ``ideal``, never above ``most``."""

    ideal: int
    most: int


@dataclass(frozen=True, slots=True)
class Instalment:
    """A range of a chapter's text; ``next`` is where the following one starts, None at its end."""

    start: int
    end: int
    next: int | None


def next_instalment(chapter: Chapter, start: int, span: Span) -> Instalment | None:
    """Find the instalment of ``chapter`` from ``start`` on; None when nothing is left to show.

    ``chapter`` may be a window of a longer one when more than ``span.most``
    characters of it lie behind ``start``.
    """
    blocks = [block for block in chapter.blocks if block.end > start]
    while blocks and blocks[0].kind not in _SHOWN:
        blocks.pop(0)  # a scene break is no way to begin
    if not any(block.kind in _SHOWN for block in blocks):
        return None
    begin = max(start, blocks[0].start)
    last = max(block.end for block in blocks if block.kind in _SHOWN)
    if last - begin <= span.most:
        return Instalment(begin, last, None)
    # Near its end a chapter is shared out evenly, so that no last line stands alone.
    aim = min(span.ideal, ceil((last - begin) / ceil((last - begin) / span.most)))
    for places in (_scene_ends(blocks), _paragraph_ends(blocks)):
        near = [
            (end, following)
            for end, following in places
            if begin + aim // 2 <= end <= begin + span.most and end > begin
        ]
        if near:
            end, following = min(near, key=lambda place: abs(place[0] - begin - aim))
            return Instalment(begin, end, following)
    end = _inside(chapter.text, begin, aim, span.most)
    return Instalment(begin, end, end)


def _scene_ends(blocks: list[Block]) -> Iterator[tuple[int, int]]:
    """Give where scenes end, and where what follows starts: at breaks and headings."""
    for number in range(1, len(blocks)):
        before, block = blocks[number - 1], blocks[number]
        if before.kind is BlockKind.SCENE_BREAK or before.kind is BlockKind.HEADING:
            continue
        if block.kind is BlockKind.HEADING:
            yield before.end, block.start
        elif block.kind is BlockKind.SCENE_BREAK:
            shown = next((b for b in blocks[number + 1 :] if b.kind in _SHOWN), None)
            if shown is not None:
                yield before.end, shown.start


def _paragraph_ends(blocks: list[Block]) -> Iterator[tuple[int, int]]:
    for before, block in itertools.pairwise(blocks):
        # What belongs to the block below it stays with it.
        if before.kind is not BlockKind.HEADING and block.kind is not BlockKind.SCENE_BREAK:
            yield before.end, block.start


def _inside(text: str, begin: int, aim: int, most: int) -> int:
    """Find an end within one huge paragraph: a sentence's, else a word's."""
    stop = min(begin + most, len(text))
    ends = [end for end in sentence_ends(text, begin, stop) if end >= begin + aim // 2]
    if ends:
        return min(ends, key=lambda end: abs(end - begin - aim))
    space = max(text.rfind(" ", begin + aim // 2, stop), text.rfind("\n", begin + aim // 2, stop))
    if space > begin:
        return space
    graphemes = regex.finditer(r"\X", text, pos=begin, endpos=stop + _LOOKED_BEYOND)
    return max((g.end() for g in graphemes if g.end() <= stop), default=stop)
