"""Days and dates as people write them: "weekdays", "Mon, Thu", "Mo-Fr"; "1 Dec", "24.12.", "12/24".

Names of days and months are understood in the person's language and in
English. A date without a year is the next one there is.
"""

from datetime import date, timedelta
from functools import lru_cache

import regex
from babel import Locale, UnknownLocaleError

from bot.prose.words import fold

EVERY, WEEKDAYS, WEEKENDS = "every", "weekdays", "weekends"  # besides days, by number
_GROUPS = {
    EVERY: frozenset(range(7)),
    WEEKDAYS: frozenset(range(5)),
    WEEKENDS: frozenset({5, 6}),
}
_SAID = {
    "every day": EVERY,
    "daily": EVERY,
    "every": EVERY,
    "weekdays": WEEKDAYS,
    "weekday": WEEKDAYS,
    "working days": WEEKDAYS,
    "workdays": WEEKDAYS,
    "weekends": WEEKENDS,
    "weekend": WEEKENDS,
}
_LONGEST = 100  # characters
_NUMBERS = regex.compile(r"(\d{1,2})([./ -])\s?(\d{1,2})(?:\2\s?|\.)?(\d{4}|\d{2})?")
_ISO = regex.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_MONTH = regex.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.|er|º)?\s(?:de\s|of\s)?(\D+?)(?:\s(?:de\s)?(\d{4}))?"
)
_MONTH_DAY = regex.compile(r"(\D+?)\s(\d{1,2})(?:st|nd|rd|th)?(?:\s(\d{4}))?")
_EAST_ASIAN = regex.compile(r"(?:(\d{4})年)?\s?(\d{1,2})月\s?(\d{1,2})日")


def parse_days(text: str, locale: str) -> frozenset[int] | None:
    """Read days of the week, Monday 0; None when it is something else.

    "weekdays", "Mon, Thu", "Mo-Fr", "saturday and sunday" are understood.
    """
    asked = fold(text[:_LONGEST])
    if asked in _SAID or asked in _GROUPS:
        return _GROUPS[_SAID.get(asked, asked)]
    names = _day_names(locale) | _day_names("en")
    found: set[int] = set()
    for piece in regex.split(r"\s*(?:[,;&+/]|\band\b|\bund\b|\bet\b|\by\b|\be\b|\s)\s*", asked):
        if not piece:
            continue
        ends = [names.get(end.rstrip(".")) for end in regex.split(r"[-–]", piece, maxsplit=1)]
        first, last = ends[0], ends[-1]
        if first is None or last is None:
            return None
        found.update((first + n) % 7 for n in range((last - first) % 7 + 1))
    return frozenset(found) or None


def parse_day(text: str, locale: str, today: date) -> date | None:
    """Read a date; None when it is none. Without a year it is the next one, today included."""
    asked = fold(text[:_LONGEST]).replace(",", " ")
    asked = " ".join(asked.split())
    if asked in ("today", "tomorrow"):
        return today + timedelta(days=asked == "tomorrow")
    if match := _ISO.fullmatch(asked):
        return _date(int(match[3]), int(match[2]), match[1], today)
    if match := _EAST_ASIAN.fullmatch(asked):
        return _date(int(match[3]), int(match[2]), match[1], today)
    if match := _NUMBERS.fullmatch(asked):
        first, second = int(match[1]), int(match[3])
        month_first = match[2] in "/-" and locale.replace("_", "-").lower() in ("en", "en-us")
        if month_first and first <= 12:
            first, second = second, first
        return _date(first, second, match[4], today)
    months = _month_names(locale) | _month_names("en")
    for pattern, day, month in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        match = pattern.fullmatch(asked)
        number = months.get(match[month].strip().rstrip(".")) if match else None
        if match and number is not None:
            return _date(int(match[day]), number, match[3], today)
    return None


def _date(day: int, month: int, year: str | None, today: date) -> date | None:
    if year is not None:
        return _made(int(year) + (2000 if len(year) == 2 else 0), month, day)
    # A leap day may be up to eight years away.
    found = (_made(today.year + n, month, day) for n in range(9))
    return next((each for each in found if each is not None and each >= today), None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _locale(tag: str) -> Locale:
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@lru_cache(maxsize=64)
def _day_names(locale: str) -> dict[str, int]:
    days = _locale(locale).days
    return {
        fold(str(name)).rstrip("."): number
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated", "short")
        for number, name in days[context].get(width, {}).items()
    }


@lru_cache(maxsize=64)
def _month_names(locale: str) -> dict[str, int]:
    months = _locale(locale).months
    return {
        fold(str(name)).rstrip("."): number
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in months[context].get(width, {}).items()
    }
