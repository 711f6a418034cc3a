"""Chapter headings in a text without markup: "Chapter 1", "CHAPTER IV", "Epilogue"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_HEADING_LIMIT = 120  # characters of such a line

_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: number for number, word in enumerate(_UNITS.split(), 1)} | {
    word: 10 * number for number, word in enumerate(_TENS.split(), 2)
}
_NUMERALS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_NUMERAL = re.compile(r"(?=.)c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")

_NAMED = re.compile(r"(prologue|epilogue)(?:\s*[:.].*|\s*[–—-]\s.*)?", re.IGNORECASE)
_NUMBERED = re.compile(
    r"chapter\s+(?:(\d{1,4})|([a-z]+(?:[-\s][a-z]+)?))(?:\s*[:.].*|\s*[–—-]\s.*)?", re.IGNORECASE
)
_SITE_NUMBER = re.compile(
    r"chapter\s+(\d{1,5})(?:\s*[:.]\s*|\s+[–—-]\s+|\Z)|(\d{1,5})(?:[.:]\s+|\s+[–—-]\s+|\Z)",
    re.IGNORECASE | re.ASCII,
)
_PROLOGUE, _EPILOGUE = -1, 10_000


@dataclass(frozen=True, slots=True)
class ChapterHeading:
    """A line that names a chapter, as it stands, and where it belongs in the order."""

    text: str
    order: int


def find_chapter_heading(line: str) -> ChapterHeading | None:
    """Read a line that may name a chapter; None if it does not."""
    told = line.strip()
    if not told or len(told) > _HEADING_LIMIT:
        return None
    if named := _NAMED.fullmatch(told):
        return ChapterHeading(told, _PROLOGUE if named[1].lower() == "prologue" else _EPILOGUE)
    if numbered := _NUMBERED.fullmatch(told):
        number = int(numbered[1]) if numbered[1] else _number(numbered[2].lower())
        return None if number is None else ChapterHeading(told, number)
    return None


def is_in_order(headings: Sequence[ChapterHeading]) -> bool:
    """Tell whether the numbers rise, a prologue first and an epilogue last."""
    orders = [heading.order for heading in headings]
    return all(left < right for left, right in pairwise(orders))


def _number(word: str) -> int | None:
    if word in _WORDS:
        return _WORDS[word]
    tens, _, unit = word.replace("-", " ").partition(" ")
    if unit and _WORDS.get(tens, 0) >= 20 and _WORDS.get(unit, 10) < 10:
        return _WORDS[tens] + _WORDS[unit]
    if _NUMERAL.fullmatch(word) is None:
        return None
    values = [_NUMERALS[letter] for letter in word]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )


def site_title(heading: str, number: int) -> str | None:
    """Give the title in a heading made by a site, such as "Chapter 3: The Rain" or "3. The Rain".

    A number that is the chapter's own is left out; "Chapter 3" alone is no title.
    """
    told = " ".join(heading.split())
    numbered = _SITE_NUMBER.match(told)
    if numbered and int(numbered[1] or numbered[2]) == number:
        # Once more: "Chapter 3: Chapter 3", "1. Chapter 1: The Rain".
        return site_title(told[numbered.end() :], number)
    return told or None
