"""Where a text may be cut besides sentence ends: at scene breaks, clauses, spaces, graphemes.

Every function looks at the window alone, never at the whole text, so that
cutting stays linear in the length of the text. A border is the offset just
after the last character of the left part; white space may follow it.
"""

import re

import regex

# A line of signs that print sets between two scenes; told from others by its first character.
_SCENE_BREAK = re.compile(
    r"\n(?=[⁂☙❧\\*~_=#•◊❖✦─—–oOxX \t-])[^\S\n]*+"
    r"(?:[⁂☙❧]|(?:\\?[*~_=#•◊❖✦─—–-][^\S\n]*+){3,20}|[oO]{3}|[xX]{3})[^\S\n]*+(?=\n)"
)
has_scene_break = _SCENE_BREAK.search  # asked with a text and a range
_BLANK_LINE = re.compile(r"\n[^\S\n]*+(?=\n)")
_CLAUSE = re.compile(r"[,;:)\]—–…、，；：）」』]++[\"'”’*_~|]*+(?=\s|(?<=[—–、，；：）」』]))")
_LAST_CLAUSE = re.compile(rf"(?s:.*){_CLAUSE.pattern}")
_WHITE_BEFORE = regex.compile(r"(?r)[\s\x1c-\x1f]")  # what str.isspace() calls white
_WHITE = re.compile(r"\s+")
# Before these there is always a border of graphemes.
_CERTAIN = regex.compile(
    r"(?r)(?<=[A-Za-z0-9\p{Han}\p{Hiragana}\p{Katakana}])[A-Za-z0-9\p{Han}]"
    r"|(?<=[\uac00-\ud7a3])[\uac00-\ud7a3]|(?<![\u200d\p{Grapheme_Cluster_Break=Prepend}])"
    r"[\p{Extended_Pictographic}--\p{Grapheme_Cluster_Break=Extend}]",
    regex.VERSION1,
)
_GRAPHEME = regex.compile(r"\X")
_JOINED = regex.compile(
    r"[\p{Grapheme_Cluster_Break=Extend}\p{Grapheme_Cluster_Break=SpacingMark}"
    r"\p{Grapheme_Cluster_Break=ZWJ}]"
)
_FIRST_JOINED = "\u0300"
_LONGEST_CLUSTERED = 16_384  # characters looked back for a border of graphemes that is certain


def scene_breaks(text: str, low: int, high: int) -> list[int]:
    """Give the ends of scene break lines in ``low..high``, last first."""
    return [found.end() for found in _SCENE_BREAK.finditer(text, low, high + 1)][::-1]


def blank_lines(text: str, low: int, high: int) -> list[int]:
    """Give the starts of blank lines in ``low..high``, last first."""
    return [found.start() for found in _BLANK_LINE.finditer(text, low, high + 2)][::-1]


def first_clause(text: str, low: int, high: int) -> int:
    """Find the first end of a clause in ``low..high``, or give -1."""
    found = _CLAUSE.search(text, low, high + 1)
    return found.end() if found and found.end() <= high else -1


def last_clause(text: str, low: int, high: int) -> int:
    """Find the last end of a clause in ``low+1..high``, or give -1."""
    found = _LAST_CLAUSE.match(text, low, high + 1)
    if found and found.end() > high:
        found = _LAST_CLAUSE.match(text, low, high)
    return found.end() if found and found.end() > low else -1


def first_space(text: str, low: int, high: int) -> int:
    """Find the first border of words in ``low..high``, or give -1."""
    found = _WHITE.search(text, low, high + 1)
    return found.start() if found else -1


def last_space(text: str, low: int, high: int) -> int:
    """Find the last border of words in ``low+1..high``, or give -1."""
    found = _WHITE_BEFORE.search(text, low + 1, high + 1)
    return found.start() if found else -1


def first_grapheme(text: str, low: int, high: int) -> int:
    """Find the first border of graphemes in ``low..high``, or give -1."""
    for found in _GRAPHEME.finditer(text, _certain_border(text, low)):
        if found.end() > high:
            break
        if found.end() >= low:
            return found.end()
    return -1


def is_joined(text: str, place: int) -> bool:
    """Tell whether the character at ``place`` belongs to the grapheme before it."""
    return text[place] >= _FIRST_JOINED and _JOINED.match(text, place) is not None


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


def _certain_border(text: str, place: int) -> int:
    """Find a border of graphemes before ``place`` from which to count on."""
    floor = max(0, place - _LONGEST_CLUSTERED)
    found = _CERTAIN.search(text, floor, place)
    return found.start() if found else floor
