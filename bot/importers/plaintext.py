"""Plain text to chapters: where paragraphs, scenes and chapters begin.

The text stays as it came, white space around a chapter aside; paragraphs are
ranges in it. One thing is changed: a file whose lines were broken at a fixed
width (mail, Project Gutenberg) has line breaks that mean nothing, so each of
those becomes a space in ``Chapter.text``, or nothing between two characters
of a script without spaces and after a hyphen inside a word. Which files those
are is told by the breaks themselves: a break is *forced* when the next word
would not have fitted, and where nearly all are forced, a machine made them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

import regex

from bot.importers.headings import ChapterHeading, find_chapter_heading, is_in_order
from bot.story import Block, BlockKind, Chapter

_WIDTHS = range(50, 131)  # characters of a line that was broken at a fixed width
_FORCED_SHARE = 0.8  # of the breaks of such a file
_FORCED_IN_PARAGRAPH = 0.5  # of the breaks of one paragraph; fewer and it is verse or a list
_OVERLONG_SHARE = 0.02  # of the lines, such as addresses that could not be broken
_SAMPLE = 20_000  # lines looked at to tell how a file was broken
_PARAGRAPH_LINE = 130  # characters; a block with a longer line has a paragraph on each
_LONG_LINES_SHARE = 0.1  # of the lines; then each line of the file is a paragraph
_GAP = 4  # blank lines in a row that part two scenes, where paragraphs are parted by fewer
_SCENE_BREAK_LIMIT = 20  # characters of different marks
RULE_LIMIT = 100  # characters of one mark, such as a line of dashes

_SCENE_BREAK = re.compile(
    r"[-*~#=_•◊❖·⁂—–★☆◆◇✦\s]+|[-*~=_\s]*(?:o[O0](?:o[O0])*o|x(?:Xx)+)[-*~=_\s]*"
)
_TITLE_BEGINNINGS = frozenset("PpEeCc")  # prologue, epilogue, chapter
_BREAK_BEGINNINGS = frozenset("-*~#=_•◊❖·⁂—–★☆◆◇✦oOxX")
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Khmer}\p{Lao}]|[　-〿！-｠]")
_HYPHENATED = re.compile(r"[^\W\d_][-‐]\Z")
_FIRST_WORD = re.compile(r"\S+")


class _Layout(Enum):
    """What a line break without a blank line means."""

    LINES = "a new paragraph"
    BLOCKS = "a new line of the paragraph"
    WRAPPED = "nothing: the lines were broken at a fixed width"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank: a range of the text without the white space around it."""

    start: int
    end: int
    indent: int  # characters of white space before it
    blank_before: int  # blank lines

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class _Part:
    """A paragraph or a scene break, as lines."""

    lines: tuple[_Line, ...]
    kind: BlockKind = BlockKind.PARAGRAPH


def read_chapters(text: str) -> tuple[Chapter, ...]:
    """Cut plain ``text`` into chapters, at "Chapter 1", "Prologue" and the like.

    Two such lines or more, in order and alone between blank lines, are titles;
    fewer are text. What stands before the first is a chapter without a title.
    A text of white space alone has no chapters.
    """
    plain = _plain_chapter(text)
    if plain is not None:
        return (plain,)
    lines = list(_lines(text))
    if not lines:
        return ()
    headings = _find_headings(text, lines)
    starts = [at for at, _ in headings]
    chapters: list[Chapter] = []
    layout = _find_layout(text, lines)
    if not starts or starts[0] > 0:
        first = lines[: starts[0]] if starts else lines
        chapters.append(_chapter(text, first, None, layout))
    for number, (at, heading) in enumerate(headings):
        end = starts[number + 1] if number + 1 < len(starts) else len(lines)
        chapters.append(_chapter(text, lines[at + 1 : end], heading.text, layout))
    return tuple(chapters)


def _plain_chapter(text: str) -> Chapter | None:
    """Give the chapter of a text whose every line is a paragraph between single blank lines.

    Nearly all stories in dumps are written so, and need not be looked at line by line. None for
    any other text, and for one with a line that may be a scene break or a chapter's title.
    """
    blocks: list[Block] = []
    start = 0
    for line in text.split("\n\n"):
        if not line or "\n" in line or line[0].isspace() or line[-1].isspace():
            return None
        if line[0] in _TITLE_BEGINNINGS and find_chapter_heading(line) is not None:
            return None
        if line[0] in _BREAK_BEGINNINGS and is_scene_break(line):
            return None
        blocks.append(Block(BlockKind.PARAGRAPH, start, start + len(line)))
        start += len(line) + 2
    return Chapter(text, tuple(blocks))


def is_scene_break(line: str) -> bool:
    """Tell whether ``line`` holds only marks such as "* * *", "~~~" or "oOo"."""
    marks = line.strip()
    if len(marks) > RULE_LIMIT or (len(marks) > _SCENE_BREAK_LIMIT and len(set(marks)) > 1):
        return False
    return bool(marks) and _SCENE_BREAK.fullmatch(marks) is not None


def joint(before: str, after: str) -> str:
    """Give what stands for a line break that means nothing: a space, or nothing.

    Nothing, where a script without spaces goes on, or a word parted at its
    hyphen. ``before`` and ``after`` are the texts on both sides, or their ends.
    """
    if _SPACELESS.match(before[-1:]) and _SPACELESS.match(after[:1]):
        return ""
    if after[:1].islower() and _HYPHENATED.search(before[-2:]):
        return ""
    return " "


def _lines(text: str) -> Iterator[_Line]:
    blank = 0
    start = 0
    for raw in text.split("\n"):
        bare = raw.strip()
        if bare:
            indent = len(raw) - len(raw.lstrip())
            yield _Line(start + indent, start + indent + len(bare), indent, blank)
            blank = 0
        else:
            blank += 1
        start += len(raw) + 1


def _find_headings(text: str, lines: Sequence[_Line]) -> list[tuple[int, ChapterHeading]]:
    found: list[tuple[int, ChapterHeading]] = []
    for at, line in enumerate(lines):
        is_last = at + 1 == len(lines)
        stands_alone = (at == 0 or line.blank_before > 0) and (
            is_last or lines[at + 1].blank_before > 0
        )
        if stands_alone and not is_last:
            heading = find_chapter_heading(text[line.start : line.end])
            if heading is not None:
                found.append((at, heading))
    # A heading right before another has no chapter: a table of contents.
    kept = [
        (at, heading)
        for number, (at, heading) in enumerate(found)
        if number + 1 == len(found) or found[number + 1][0] > at + 1
    ]
    return kept if len(kept) > 1 and is_in_order([heading for _, heading in kept]) else []


def _find_layout(text: str, lines: Sequence[_Line]) -> _Layout:
    if _is_wrapped(text, lines):
        return _Layout.WRAPPED
    sample = lines[:_SAMPLE]
    gaps = sum(line.blank_before > 0 for line in sample[1:])
    breaks = len(sample) - 1 - gaps
    long_lines = sum(_width(text, line) > _PARAGRAPH_LINE for line in sample)
    if gaps == 0 or (breaks > gaps and long_lines >= len(sample) * _LONG_LINES_SHARE):
        return _Layout.LINES
    return _Layout.BLOCKS


def _width(text: str, line: _Line) -> int:
    """Give the columns a line takes: two for each character of a script without spaces."""
    return len(line) * (2 if _SPACELESS.match(text, line.start) else 1)


def _is_wrapped(text: str, lines: Sequence[_Line]) -> bool:
    """Tell whether the lines were broken at a fixed width rather than by the author."""
    sample = lines[:_SAMPLE]
    if sum(len(line) > _WIDTHS[-1] for line in sample) > len(sample) * _OVERLONG_SHARE:
        return False
    breaks = [
        (line, following)
        for line, following in pairwise(sample)
        if following.blank_before == 0
        and following.indent <= line.indent
        and not is_scene_break(text[line.start : min(line.end, line.start + RULE_LIMIT + 1)])
    ]
    if len(breaks) < 2:
        return False
    lengths = sorted(len(line) for line, _ in breaks)
    width = lengths[len(lengths) * 9 // 10]
    if width not in _WIDTHS or sum(lengths) < len(lengths) * _WIDTHS[0]:
        return False
    forced = sum(_is_forced(text, line, following, width) for line, following in breaks)
    has_blank_lines = any(line.blank_before for line in sample[1:])
    has_indents = any(line.indent for line in sample)
    # Where nothing else parts paragraphs, their last lines count as breaks too.
    share = _FORCED_SHARE if has_blank_lines or has_indents else _FORCED_IN_PARAGRAPH
    return forced >= len(breaks) * share


def _is_forced(text: str, line: _Line, following: _Line, width: int) -> bool:
    if _SPACELESS.match(text, following.start):
        return len(line) + 2 >= width
    word = _FIRST_WORD.match(text, following.start, following.end)
    return len(line) + 1 + (0 if word is None else len(word[0])) >= width


def _chapter(text: str, lines: Sequence[_Line], title: str | None, layout: _Layout) -> Chapter:
    parts = _parts(text, lines, layout)
    pieces: list[str] = []
    blocks: list[Block] = []
    length = 0
    end_of_last: int | None = None
    usual_gap = _usual_gap(lines)
    for part in parts:
        first = part.lines[0]
        if end_of_last is not None:
            between = text[end_of_last : first.start]
            if (
                first.blank_before >= max(_GAP, usual_gap * 2 + 1)
                and blocks[-1].kind is (part.kind) is BlockKind.PARAGRAPH
            ):
                blocks.append(Block(BlockKind.SCENE_BREAK, length, length + len(between)))
            pieces.append(between)
            length += len(between)
        told = _join(text, part.lines, layout)
        blocks.append(Block(part.kind, length, length + len(told)))
        pieces.append(told)
        length += len(told)
        end_of_last = part.lines[-1].end
    return Chapter("".join(pieces), tuple(blocks), title)


def _usual_gap(lines: Sequence[_Line]) -> int:
    gaps = sorted(line.blank_before for line in lines[1:] if line.blank_before)
    return gaps[len(gaps) // 2] if gaps else 0


def _parts(text: str, lines: Sequence[_Line], layout: _Layout) -> Iterator[_Part]:
    has_blank_lines = any(line.blank_before for line in lines[1:])
    run: list[_Line] = []
    for line in lines:
        if is_scene_break(text[line.start : min(line.end, line.start + RULE_LIMIT + 1)]):
            yield from _paragraphs(text, run, layout, has_blank_lines)
            yield _Part((line,), BlockKind.SCENE_BREAK)
            run = []
            continue
        if line.blank_before:
            yield from _paragraphs(text, run, layout, has_blank_lines)
            run = []
        run.append(line)
    yield from _paragraphs(text, run, layout, has_blank_lines)


def _paragraphs(
    text: str, run: Sequence[_Line], layout: _Layout, has_blank_lines: bool
) -> Iterator[_Part]:
    """Cut lines without a blank line between them into paragraphs."""
    if not run:
        return
    if layout is _Layout.LINES or (
        layout is _Layout.BLOCKS and any(len(line) > _PARAGRAPH_LINE for line in run)
    ):
        for line in run:
            yield _Part((line,))
        return
    if layout is _Layout.BLOCKS:
        # A line break between short lines is verse or the head of a letter.
        yield _Part(tuple(run))
        return
    width = max(len(line) for line in run)
    has_indents = len({line.indent for line in run}) > 1
    paragraph: list[_Line] = []
    for line in run:
        if paragraph:
            last = paragraph[-1]
            starts = (
                line.indent > last.indent
                if has_indents
                else (not has_blank_lines and not _is_forced(text, last, line, width))
            )
            if starts:
                yield _Part(tuple(paragraph))
                paragraph = []
        paragraph.append(line)
    yield _Part(tuple(paragraph))


def _join(text: str, lines: Sequence[_Line], layout: _Layout) -> str:
    if len(lines) == 1 or layout is not _Layout.WRAPPED:
        return text[lines[0].start : lines[-1].end]
    width = max(len(line) for line in lines[:-1])
    breaks = list(pairwise(lines))
    forced = sum(_is_forced(text, line, following, width) for line, following in breaks)
    if width < _WIDTHS[0] or forced < len(breaks) * _FORCED_IN_PARAGRAPH:
        return text[lines[0].start : lines[-1].end]
    pieces = [text[lines[0].start : lines[0].end]]
    for line, following in breaks:
        before, after = text[line.end - 2 : line.end], text[following.start : following.start + 1]
        pieces.append(joint(before, after) + text[following.start : following.end])
    return "".join(pieces)
