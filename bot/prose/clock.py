"""A time of day as people write it: 20:00, 8pm, 20 Uhr 30, 20h, 午後8時, noon.

Only a bare hour from 1 to 12 is ambiguous ("8"); with minutes, a leading zero
or a word for "hour" it is read on the 24-hour clock, where people write so.
Guessing wrong would send a story twelve hours off every day, so a bare hour
gives both readings and somebody asks.
"""

from dataclasses import dataclass

import regex

from bot.errors import DeliveryError
from bot.prose.words import fold

_TEXT_LIMIT = 64  # characters; nobody writes a time longer than this
_SHOWN_LIMIT = 40  # characters of the text that an error repeats


@dataclass(frozen=True, slots=True, order=True)
class ClockTime:
    """A time of day on the 24-hour clock."""

    hour: int
    minute: int = 0


@dataclass(frozen=True, slots=True)
class AmbiguousTime:
    """An hour from 1 to 12 that may be either half of the day."""

    morning: ClockTime
    evening: ClockTime


# All names are written folded, as the text is: no accents, single spaces.
_NAMED = {
    name: time
    for time, names in {
        ClockTime(12): (
            "noon|midday|12 noon|mittag|mittags|12 uhr mittags|midi|mediodia|meio-dia|meio dia"
            "|mezzogiorno|poludnie|полдень|正午|中午|中午12点|中午12點|昼の12時|정오|낮 12시"
        ),
        ClockTime(0): (
            "midnight|12 midnight|mitternacht|mitternachts|minuit|medianoche|meia-noite|meia noite"
            "|mezzanotte|middernacht|midnatt|polnoc|полночь|真夜中|午夜|半夜|零時|零时|자정"
        ),
    }.items()
    for name in names.split("|")
}

_LEAD = r"(?:at|um|kl\.?|a|a\slas?|as|alle|om|o|в|@)\s"
_AM_BEFORE = "午前|上午|凌晨|早上|오전|새벽|아침"
_PM_BEFORE = "午後|下午|오후"
_EVENING_BEFORE = "晚上|夜|저녁|밤"
_AM = (
    r"a\.?\s?m\.?|a|morgens|vormittags|fruh|du\smatin|de\sla\smanana|da\smanha|di\smattina"
    r"|in\sthe\smorning|утра"
)
_PM = r"p\.?\s?m\.?|p|nachmittags|de\sl'apres-midi|de\sla\starde|da\starde|in\sthe\safternoon|дня"
_EVENING = r"abends|du\ssoir|de\sla\snoche|da\snoite|di\ssera|in\sthe\sevening|вечера"
_HOUR = r"h|hrs?|hs|hours?|uhr|uur|heures?|horas?|ore|godz\.?|ч|час(?:а|ов)?|時|时|点|點|시"
_MINUTE = r"m|min|분|分"

# Every part is bounded and starts with a mark of its own: matching is linear.
_TIME = regex.compile(
    rf"""
    (?:{_LEAD})?
    (?P<before> (?P<am>{_AM_BEFORE})|(?P<pm>{_PM_BEFORE})|(?P<evening>{_EVENING_BEFORE}) )? \s?
    (?:
        (?P<compact>\d{{3,4}}) (?:\s?(?:h|hrs?|hours))?
      | (?P<hour>\d{{1,2}})
        (?:
            (?P<sharp>\s?o'clock)
          | [:.,] (?P<minute>\d\d) (?::00)? (?:\s?(?:{_HOUR}))?
          | \s? (?P<unit>{_HOUR})
            (?: \s? (?P<minute>\d\d) (?:\s?(?:{_MINUTE}))? | \s?(?P<half>半|반) )?
        )?
    )
    (?: \s? (?P<after> (?P<am>{_AM})|(?P<pm>{_PM})|(?P<evening>{_EVENING}) ) )?
    """,
    regex.VERBOSE,
)


def parse_time(text: str) -> ClockTime | AmbiguousTime:
    """Read a time of day; a bare hour from 1 to 12 gives both halves of the day.

    24:00 is midnight, and so is 12 in the evening ("12 de la noche"). With
    "pm" an hour past 12 is taken as it stands; 0 goes only with 午前 and 午後,
    where it is written so.

    Raises:
        DeliveryError: ``text`` is no time, or one that no clock shows.
    """
    folded = fold(text) if len(text) <= _TEXT_LIMIT else ""
    named = _NAMED.get(folded)
    if named is not None:
        return named
    match = _TIME.fullmatch(folded)
    if match is None or (match["before"] and match["after"]):
        raise DeliveryError("daily.time-not-understood", text=_shown(text))
    if match["compact"]:
        hour, minute = int(match["compact"][:-2]), int(match["compact"][-2:])
    else:
        hour, minute = int(match["hour"]), 30 if match["half"] else int(match["minute"] or 0)
    if (hour, minute) == (24, 0):
        hour = 0
        is_possible = not (match["before"] or match["after"])
    else:
        is_possible = _is_possible(hour, minute, match)
    if not is_possible:
        raise DeliveryError("daily.no-such-time", text=_shown(text))
    if _is_ambiguous(hour, minute, match):
        return AmbiguousTime(ClockTime(hour % 12), ClockTime(hour % 12 + 12))
    if match["am"] or (match["evening"] and hour == 12):
        hour %= 12
    elif match["pm"] or match["evening"]:
        hour = hour % 12 + 12
    return ClockTime(hour, minute)


def _is_possible(hour: int, minute: int, match: regex.Match[str]) -> bool:
    """Tell whether a clock shows this, on the 24-hour clock or in the half named."""
    lowest = 1 if match["after"] or match["evening"] else 0
    return lowest <= hour <= (12 if match["am"] else 23) and minute <= 59


def _is_ambiguous(hour: int, minute: int, match: regex.Match[str]) -> bool:
    """Tell whether either half of the day may be meant."""
    if match["before"] in ("午前", "午後"):
        # By law 午後12時 is midnight, by habit it is noon; 午後12時30分 is clear.
        return (hour, minute) == (12, 0)
    if match["before"] or match["after"] or match["minute"] or match["unit"]:
        return False
    return not match["compact"] and 1 <= hour <= 12 and not match["hour"].startswith("0")


def _shown(text: str) -> str:
    """Cut what somebody wrote to a length that an error can repeat."""
    line = " ".join(text[: 4 * _SHOWN_LIMIT].split())
    return line if len(line) <= _SHOWN_LIMIT else line[: _SHOWN_LIMIT - 1] + "…"
