"""Paragraphs for walls of text: chapters that lost every paragraph break.

The idea: dialogue shows where an author broke. A new speaker opens a
paragraph; a tag, a beat and the next words of the same speaker stay together
(``dialogue.py`` judges that). What is still too long is split where the reader
minds least. Where only the meaning could tell, we do not guess: a paragraph
too long is a smaller fault than speech torn apart.

Only white space changes. A text that has blank lines keeps its author's
paragraphs and is not judged at all.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.prose.dialogue import break_units
from bot.prose.notes import split_leading_notes, split_trailing_notes
from bot.prose.sentences import sentence_ends
from bot.prose.subjects import HEAD, THING, find_subject
from bot.prose.units import Unit, cut_units, may_break

__all__ = [
    "REFLOW_VERSION",
    "is_wall",
    "paragraph_starts",
    "reflow",
    "split_leading_notes",
    "split_trailing_notes",
]

REFLOW_VERSION = 1  # raise it when paragraphs change: stored paragraph starts are then redone

WALL = 800  # characters; a chapter up to this long may be one paragraph
LONGEST = 700  # characters; a longer paragraph is split where that is possible
UNBEARABLE = 900  # characters; above this even one long quotation is split
_SHORTEST_SIDE = 160  # characters on either side of such a split

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"[^\n]+")
_POOR_START = re.compile(r"(?:But|And|So|Or|Nor|Yet|It|This|That|Which|Because)\b")


def is_wall(text: str) -> bool:
    """Tell whether ``text`` is a long chapter without any paragraph break.

    Any blank line is a paragraph break. Single line breaks are not, unless
    the lines are so short that they must be verse, a script or hard-wrapped.
    """
    body = text.strip()
    if len(body) <= WALL or _BLANK_LINE.search(body):
        return False
    return len(body) > WALL * (body.count("\n") + 1)


def reflow(text: str) -> list[str]:
    """Cut ``text`` into paragraphs; joined without white space they equal the text.

    A text that is no wall is cut at its blank lines only.
    """
    starts = paragraph_starts(text)
    return [text[start:end].rstrip() for start, end in pairwise([*starts, len(text)])]


def paragraph_starts(text: str) -> list[int]:
    """Give the offset of each paragraph's first character, in order."""
    begin = len(text) - len(text.lstrip())
    if begin == len(text):
        return []
    stop = len(text.rstrip())
    if not is_wall(text):
        return [begin, *(match.end() for match in _BLANK_LINE.finditer(text, begin, stop))]
    notes_at, notes = split_trailing_notes(text)
    starts: list[int] = []
    for line in _LINE.finditer(text, begin, min(stop, notes_at)):
        if not line.group().isspace():
            starts += _starts_in(text, *line.span())
    if notes:
        starts.append(notes_at)
    return starts


def _starts_in(text: str, start: int, end: int) -> Iterator[int]:
    units = cut_units(text, start, end)
    opening = [0, *break_units(text, units)]
    for first, last in pairwise([*opening, len(units)]):
        yield from _split_long(text, units[first:last])


def _split_long(text: str, units: Sequence[Unit]) -> Iterator[int]:
    """Give the starts of the paragraphs that one too long becomes."""
    waiting = [units]
    while waiting:
        part = waiting.pop()
        size = part[-1].end - part[0].start
        at = _gentlest_split(text, part, desperate=size > UNBEARABLE) if size > LONGEST else None
        if at is not None:
            waiting += [part[at:], part[:at]]
        elif size > UNBEARABLE and any(unit.quoted for unit in part) and len(part) <= 3:
            finer = _cut_quotations(text, part)
            if len(finer) > len(part):
                waiting.append(finer)
            else:
                yield part[0].start
        else:
            yield part[0].start


def _gentlest_split(text: str, units: Sequence[Unit], *, desperate: bool) -> int | None:
    """Find the unit nearest the middle that may open a paragraph; None if none may."""
    begin, end = units[0].start, units[-1].end
    middle = (begin + end) // 2
    allowed: list[tuple[int, int]] = []
    for at in range(1, len(units)):
        unit, before = units[at], units[at - 1]
        start = unit.start
        if min(start - begin, end - start) < _SHORTEST_SIDE or not may_break(text, start):
            continue
        if not before.complete and not before.quoted:
            continue
        touches_speech = unit.quoted or before.quoted
        if touches_speech and (not desperate or text[start].islower()):
            continue
        allowed.append((abs(start - middle) + 200 * touches_speech, at))
    best: tuple[int, int] | None = None
    for cost, at in sorted(allowed):  # what a unit is about is looked at where it can matter
        if best is not None and cost > best[0]:
            break
        told = (cost + _reluctance(text, units[at]), at)
        best = told if best is None else min(best, told)
    return None if best is None else best[1]


def _reluctance(text: str, unit: Unit) -> int:
    head = text[unit.start : min(unit.end, unit.start + HEAD)]
    if _POOR_START.match(head):
        return 120
    return 60 if find_subject(head, {}) != THING else 0


def _cut_quotations(text: str, units: Sequence[Unit]) -> list[Unit]:
    """Cut the quotations of a monster paragraph into their sentences."""
    finer: list[Unit] = []
    for unit in units:
        at = unit.start
        for end in sentence_ends(text, unit.start, unit.end):
            finer.append(Unit(at, end))
            at = end
            while at < unit.end and text[at].isspace():
                at += 1
        if at < unit.end:
            finer.append(Unit(at, unit.end))
    return finer
