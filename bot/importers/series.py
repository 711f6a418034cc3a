"""A story's place in its series: "Name #3", "Part 3 of Name", "Name [3]", or its parts apart."""

import re
from collections.abc import Mapping
from typing import cast

from bot.importers.charset import clean
from bot.story import SeriesPart

_PART_OF = re.compile(r"part\s+(\S+)\s+of\s+(.+)", re.IGNORECASE)
_NUMBER = re.compile(
    r"(.*[^\s,])\s*(?:#\s*|\[\s*|,\s*(?:part|book)\s+|\s(?:part|book)\s+)(\d+(?:\.\d+)?)\s*\]?",
    re.IGNORECASE,
)
_LIMIT = 500  # characters; a longer one is taken as a name


def parse_series(value: object, part: str = "") -> tuple[SeriesPart, ...]:
    """Read a series, stated as text, as ``{name, part}``, or as a list of these.

    ``part`` is the number where it is stated apart; it belongs to a lone
    series without one. Text is cut at commas only where each piece has a number.
    """
    found = [told for item in _items(value) if (told := _parse_item(item)) is not None]
    if part and len(found) == 1 and found[0].part is None:
        found = [SeriesPart(found[0].name, part.removeprefix("#").strip())]
    return tuple(dict.fromkeys(found))


def _items(value: object) -> list[object]:
    if isinstance(value, list):
        return cast("list[object]", value)
    if isinstance(value, str) and "," in value:
        pieces = value.split(",")
        if all(_parse_numbered(piece.strip()) is not None for piece in pieces):
            return list(pieces)
    return [] if value is None else [value]


def _parse_item(item: object) -> SeriesPart | None:
    if isinstance(item, Mapping):
        facts = cast("Mapping[str, object]", item)
        stated = {key.strip().lower(): _line(value) for key, value in facts.items()}
        name = stated.get("name") or stated.get("title") or stated.get("series")
        part = stated.get("part") or stated.get("number") or stated.get("index")
        return SeriesPart(name, part or None) if name else None
    told = _line(item)
    return (_parse_numbered(told) or SeriesPart(told)) if told else None


def _parse_numbered(told: str) -> SeriesPart | None:
    if len(told) > _LIMIT:
        return None
    if of := _PART_OF.fullmatch(told):
        return SeriesPart(of[2], of[1])
    number = _NUMBER.fullmatch(told)
    return None if number is None else SeriesPart(number[1], number[2])


def _line(value: object) -> str:
    return "" if value is None else " ".join(clean(str(value)).split())
