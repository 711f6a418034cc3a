"""Where quotations begin and end, whatever marks the author uses.

Only the outermost quotations are told. Straight, curly, low, angled and
corner marks count together as one kind; single marks count only where the
author plainly prefers them, since an apostrophe looks the same.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

_DOUBLE = re.compile(r"[\"“”„«»「」『』]|\n[^\S\n]*\n\s*")
_SINGLE = re.compile(r"[‘’']|\n[^\S\n]*\n\s*")
_DOUBLE_OPENING = re.compile(r"(?:(?<![^\s(\[—–-])\"(?=[^\s])|[“„«「](?=\s?\S))")
_SINGLE_OPENING = re.compile(r"(?<![^\s(\[—–])[‘'](?=[’'…]?[^\W_])")
_REVERSED = re.compile(r"(?<![^\s(\[—–-])»(?=\w)")
_BEFORE_CLOSING = ",.!?…—–-~*_)"
_AFTER_CLOSING = re.compile(r"[\s)\]*_,.;:!?…—–-]|\Z")

_SINGLES_PER_DOUBLE = 3
_FEWEST_SINGLES = 4
_ERRORS_IN = 10  # one mark astray in ten quotations is a slip; more is disorder


@dataclass(frozen=True, slots=True)
class Quotations:
    """The outermost quotations of a text as ``(start, end)``, marks included.

    ``balanced`` is False when so many marks have no partner that the ranges
    should not be trusted.
    """

    ranges: tuple[tuple[int, int], ...]
    balanced: bool

    def holds(self, offset: int) -> bool:
        """Tell whether ``offset`` lies inside a quotation, after its opening mark."""
        at = bisect_right(self.ranges, (offset - 1, len(self.ranges) and self.ranges[-1][1])) - 1
        return at >= 0 and self.ranges[at][0] < offset < self.ranges[at][1]


def find_quotations(text: str) -> Quotations:
    """Find the outermost quotations of ``text``.

    A quotation that reaches a blank line without closing ends there, as
    speech over several paragraphs does. A second opening mark before any
    closing one starts afresh: the first had lost its partner.
    """
    doubles = len(_DOUBLE_OPENING.findall(text))
    singles = len(_SINGLE_OPENING.findall(text))
    if singles >= _FEWEST_SINGLES and singles > _SINGLES_PER_DOUBLE * doubles:
        return _scan_singles(text)
    return _scan_doubles(text)


def _scan_doubles(text: str) -> Quotations:
    low = "„" in text
    openers, closers = ("»", "«") if _REVERSED.search(text) else ("«", "»")
    ranges: list[tuple[int, int]] = []
    errors = 0
    opened = -1
    for match in _DOUBLE.finditer(text):
        mark = match.group()
        at = match.start()
        if mark[0] == "\n":
            if opened >= 0:
                ranges.append((opened, at))
                opened = -1
            continue
        before = text[at - 1] if at else " "
        after = text[at + 1] if at + 1 < len(text) else " "
        if mark in "“„「『" or mark == openers:
            opens = opened < 0 or not (low and mark == "“")
        elif mark in "”」』" or mark == closers:
            opens = mark == "”" and opened < 0 and before.isspace() and not after.isspace()
        elif opened < 0:
            opens = not before.isdigit()
        else:
            opens = before.isspace() and after.isalnum()
        if opens:
            if mark in "「『" and opened >= 0:
                continue  # corner marks nest: 「…『…』…」
            errors += opened >= 0
            opened = at
        elif opened >= 0:
            if mark == "』" and text[opened] == "「":
                continue
            ranges.append((opened, at + 1))
            opened = -1
        else:
            errors += mark != '"'
    if opened >= 0:
        errors += 1
    return Quotations(tuple(ranges), errors * _ERRORS_IN <= len(ranges))


def _scan_singles(text: str) -> Quotations:
    """Scan for British quotations: a closing mark needs , . ! ? … or a dash before it."""
    ranges: list[tuple[int, int]] = []
    opened = -1
    for match in _SINGLE.finditer(text):
        at = match.start()
        if match.group()[0] == "\n":
            if opened >= 0 and text[opened] == "‘":
                ranges.append((opened, at))
            opened = -1
        elif _SINGLE_OPENING.match(text, at):
            opened = at
        elif opened >= 0 and text[at - 1] in _BEFORE_CLOSING and _AFTER_CLOSING.match(text, at + 1):
            ranges.append((opened, at + 1))
            opened = -1
    return Quotations(tuple(ranges), balanced=True)
