"""Where a text may be cut, by how gently: the borders inside a window.

Every function looks at the window alone, never at the whole text, so that
cutting stays linear in the length of the text. A border is the offset just
after the last character of the left part; white space may follow it.
"""

import re
from collections.abc import Iterator

import regex

from bot.prose.sentences import sentence_ends

_FIRST_LOOK = 160  # characters before a window's end, where a sentence end usually is
_FIRST_TRIES = 4
_RUN_UP = 6  # characters read before a window, for a sentence end right at its start
# What the sentence rule is shown around a window. It tells from what comes
# before whether the author uses capitals at all; and a window keeps it from
# searching a text without sentences to its end, over and over.
_CONTEXT_BEFORE = 4_200
_CONTEXT_AFTER = 120
_MARKS = re.compile(r"[.!?…。！？｡؟۔।॥։‽．]+|[—–―-]+(?=[\"”])")
_SCENE_BREAK = re.compile(
    r"\n[^\S\n]*(?:[⁂☙❧]|(?:\\?[*~=_#•◊❖✦─—–-][^\S\n]*){3,20}|[oO]{3}|[xX]{3})[^\S\n]*(?=\n)"
)
_BLANK_LINE = re.compile(r"\n[^\S\n]*(?=\n)")
_CLAUSE = re.compile(r"[,;:)\]—–…、，；：）」』]+[\"'”’*_~|]*(?=\s|(?<=[—–、，；：）」』]))")
_WHITE_BEFORE = regex.compile(r"(?r)[\s\x1c-\x1f]")  # what str.isspace() calls white
_WHITE = re.compile(r"\s+")
# Between two of these there is always a border of graphemes.
_CERTAIN = regex.compile(r"(?r)(?<=[A-Za-z0-9\p{Han}\p{Hiragana}\p{Katakana}])[A-Za-z0-9\p{Han}]")
_GRAPHEME = regex.compile(r"\X")


def scene_breaks(text: str, low: int, high: int) -> list[int]:
    """Give the ends of scene break lines in ``low..high``, last first."""
    return [found.end() for found in _SCENE_BREAK.finditer(text, low, high + 1)][::-1]


def blank_lines(text: str, low: int, high: int) -> list[int]:
    """Give the starts of blank lines in ``low..high``, last first."""
    return [found.start() for found in _BLANK_LINE.finditer(text, low, high + 2)][::-1]


def lines_down(text: str, low: int, high: int) -> Iterator[int]:
    """Give the line ends in ``low..high``, last first."""
    place = text.rfind("\n", low, high + 1)
    while place >= 0:
        yield place
        place = text.rfind("\n", low, place)


def last_sentence(text: str, low: int, high: int) -> int:
    """Find the last sentence end in ``low+1..high``, or give -1."""
    look = max(low, high - _FIRST_LOOK)
    base = max(0, look - _CONTEXT_BEFORE)
    window = text[base : high + _CONTEXT_AFTER]
    marks = [found.start() for found in _MARKS.finditer(window, look - base, high - base)]
    for mark in marks[: -_FIRST_TRIES - 1 : -1]:
        place = base + next(sentence_ends(window, mark), 0)
        if low < place <= high:
            return place
    top = high
    while True:
        last = -1
        for place in sentence_ends(window, look - base):
            if base + place > top:
                break
            last = base + place
        if last > low or look == low:
            return last if last > low else -1
        # Nothing ends behind ``look``, so only what lies before it is read next.
        top = min(high, look + _RUN_UP)
        look = max(low, high - 4 * (high - look))
        base = max(0, look - _CONTEXT_BEFORE)
        window = text[base : top + _CONTEXT_AFTER]


def first_sentence(text: str, low: int, high: int) -> int:
    """Find the first sentence end in ``low..high``, or give -1."""
    base = max(0, low - _CONTEXT_BEFORE)
    window = text[base : high + _CONTEXT_AFTER]
    for place in sentence_ends(window, max(0, low - base - _RUN_UP)):
        if base + place > high:
            return -1
        if base + place >= low:
            return base + place
    return -1


def last_clause(text: str, low: int, high: int) -> int:
    """Find the last end of a clause in ``low+1..high``, or give -1."""
    last = -1
    for found in _CLAUSE.finditer(text, low, high + 1):
        if found.end() <= high:
            last = found.end()
    return last


def last_space(text: str, low: int, high: int) -> int:
    """Find the last border of words in ``low+1..high``, or give -1."""
    found = _WHITE_BEFORE.search(text, low + 1, high + 1)
    return found.start() if found else -1


def last_grapheme(text: str, low: int, high: int) -> int:
    """Find the last border of graphemes in ``low+1..high``, or give -1."""
    certain = _CERTAIN.search(text, low, high)
    start = certain.start() if certain else low
    last = -1
    for found in _GRAPHEME.finditer(text, start):
        if found.end() > high:
            break
        last = found.end()
    return last if last > low else (start if start > low else -1)


def has_space(text: str, low: int, high: int) -> bool:
    """Tell whether there is white space in ``low..high``."""
    return _WHITE.search(text, low, high + 1) is not None


def before_white(text: str, place: int) -> int:
    """Move ``place`` back over white space."""
    look = 16
    while place > 0 and text[place - 1].isspace():
        start = max(0, place - look)
        place = start + len(text[start:place].rstrip())
        look *= 4
    return place


def after_white(text: str, place: int) -> int:
    """Move ``place`` on over white space."""
    found = _WHITE.match(text, place)
    return found.end() if found else place
