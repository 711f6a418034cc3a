"""How long a story shall be, as people say it: "short", "500-2000", "under 1,000", "5k+"."""

import regex

TRUE_DRABBLE = 100  # words, exactly
SHORT_MOST = 2_000  # words: read in about ten minutes
LONG_LEAST = 10_000  # words: several sittings
MOST_WORDS = 100_000_000  # no story is longer; a larger number typed means this

_NUMBER = r"(\d[\d,.' _]*)\s*(k)?"
_RANGE = regex.compile(rf"{_NUMBER}\s*(?:-|–|—|\.\.+|…|to|bis|à|a|~|〜)\s*{_NUMBER}")
_MOST = regex.compile(rf"(?:<=?|≤|-|under|below|up to|at most|max(?:imum)?)\s*{_NUMBER}")
_LEAST = regex.compile(rf"(?:>=?|≥|over|above|from|at least|min(?:imum)?)\s*{_NUMBER}")
_FROM = regex.compile(rf"{_NUMBER}\s*\+")
_UNIT = regex.compile(r"\s*words?\s*$")


def parse_length(typed: str) -> tuple[int | None, int | None] | None:
    """Read a range of words: (least, most), None where open; None when it says no length.

    A number alone is the most. Ends given the wrong way round are swapped.
    """
    asked = _UNIT.sub("", typed.strip().casefold())
    if found := _RANGE.fullmatch(asked):
        least, most = _number(found[1], found[2] or found[4]), _number(found[3], found[4])
        return min(least, most), max(least, most)
    if found := _FROM.fullmatch(asked) or _LEAST.fullmatch(asked):
        return _number(found[1], found[2]), None
    if found := _MOST.fullmatch(asked) or regex.fullmatch(_NUMBER, asked):
        return None, _number(found[1], found[2])
    return None


def _number(digits: str, thousands: str | None) -> int:
    """Read a number; points and commas group thousands, except before one or two digits and k."""
    told = digits.strip(" ,.'_")
    if thousands and (found := regex.fullmatch(r"(\d+)[.,](\d{1,2})", told)):
        return min(round(float(f"{found[1][:9]}.{found[2]}") * 1_000), MOST_WORDS)
    whole = int("".join(filter(str.isdecimal, told))[:12])
    return min(whole * (1_000 if thousands else 1), MOST_WORDS)
