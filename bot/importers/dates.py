"""Dates as people write them: "2024-02-28", "28 Feb 2024", "February 28, 2024", "28.2.2024"."""

import re
from datetime import date

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\S.*)?", re.ASCII)
_DAY_FIRST = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(\d{{4}})", re.I)
_MONTH_FIRST = re.compile(rf"{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})", re.I)
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.I)
_LONGEST = 100  # characters


def parse_date(stated: str) -> date | None:
    """Read a date; None if it is none, has no day, or may be read in two ways ("3/4/2024")."""
    plain = _WEEKDAY.sub("", stated.strip()[:_LONGEST], count=1)
    if match := _YEAR_FIRST.fullmatch(plain):
        return _date(match[1], match[3], match[4])
    if match := _DAY_FIRST.fullmatch(plain):
        return _date(match[3], _number(match[2]), match[1])
    if match := _MONTH_FIRST.fullmatch(plain):
        return _date(match[3], _number(match[1]), match[2])
    if match := _DOTTED.fullmatch(plain):
        return _date(match[3], match[2], match[1])
    if match := _SLASHED.fullmatch(plain):
        first, second = int(match[1]), int(match[2])
        if first != second and first <= 12 and second <= 12:
            return None
        month, day = (first, second) if first <= 12 else (second, first)
        return _date(match[3], month, day)
    return None


def _number(month: str) -> int:
    return _MONTHS[month[:3].lower()]


def _date(year: str, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
