"""What people write about a story, by field, to the values of a Story.

Nothing stated is ever refused: what cannot be read is left out and told in a
message. Which field a key means is told by `fields`.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import urlsplit

from bot.importers.charset import clean
from bot.importers.dates import parse_date
from bot.importers.fields import by_field, find_field, items_of
from bot.importers.people import find_people, parse_character
from bot.importers.series import parse_series
from bot.prose.ratings import parse_rating
from bot.prose.words import fold
from bot.story import Chapter, Character, Permission, Provenance, Rating, SeriesPart, Story

# AO3's limits, in characters. What is longer is kept, and told.
TITLE_LIMIT = 255
NAME_LIMIT = 150
SUMMARY_LIMIT = 1_250
NOTES_LIMIT = 5_000
ADDRESS_LIMIT = 2_000

_PERMISSIONS = {
    Permission.OWN: "own, own work, my own, mine, i wrote this",
    Permission.PUBLIC_DOMAIN: "public domain, pd, cc0",
    Permission.LICENCE: "licence, license, licensed, creative commons, cc by, cc by-sa",
    Permission.CONSENT: "consent, with consent, author's consent, permission, with permission",
    Permission.BLANKET: "blanket statement, blanket permission, blanket",
    Permission.LINK_ONLY: "link only, none, no",
}
_PERMISSION_NAMES = MappingProxyType(
    {name: kind for kind, names in _PERMISSIONS.items() for name in names.split(", ")}
)
_STATUS = {
    True: "true, yes, complete, completed, finished, done, 1",
    False: "false, no, incomplete, in progress, in-progress, wip, work in progress, ongoing, "
    "unfinished, hiatus, on hiatus, abandoned, discontinued, updating, 0",
}
_STATUS_NAMES = MappingProxyType(
    {name: told for told, names in _STATUS.items() for name in names.split(", ")}
)
_NOT_RATED = frozenset({"not rated", "unrated", "nr", "none"})

_NOWHERE = Provenance()
_CHAPTER_COUNT = re.compile(r"(\d+)\s*/\s*(\d+|\?)")
_NOTE_MARK = re.compile(r"[(:;–—]")
_BARE_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+/\S*")


def read_facts(facts: Mapping[str, object]) -> Story:
    """Read ``facts`` into a Story without chapters; what is unclear is told in its messages."""
    return read_merged(by_field(facts))


def read_merged(
    facts: Mapping[str, object],
    *,
    chapters: tuple[Chapter, ...] = (),
    messages: tuple[str, ...] = (),
    provenance: Provenance = _NOWHERE,
) -> Story:
    """Do the same with facts that are `by_field` already, and what else a story has.

    ``messages`` go before those about the facts.
    """
    reading = _Reading(facts)
    told = reading.told()
    return Story(
        **told,
        chapters=chapters,
        extra=tuple(reading.extra),
        messages=(*messages, *reading.messages),
        provenance=provenance,
    )


class _Reading:
    """One pass over the facts of one story, gathering messages on the way."""

    def __init__(self, facts: Mapping[str, object]) -> None:
        self._facts = facts
        self.messages: list[str] = []
        self.extra: list[tuple[str, str]] = []

    def told(self) -> dict[str, Any]:
        """Read all fields; what is unclear is told in `messages`, the rest kept in `extra`."""
        relationships = self._names("relationships")
        characters = self._characters() or find_people(relationships)
        rating = self._rating()
        source = self._source()
        permission, permission_note = self._permission()
        told: dict[str, Any] = {
            "title": self._title(),
            "authors": self._names("authors"),
            "rating": rating,
            "warnings": self._names("warnings"),
            "categories": self._names("categories"),
            "fandoms": self._names("fandoms"),
            "characters": characters,
            "relationships": relationships,
            "tags": self._names("tags"),
            "collections": self._names("collections"),
            "language": self._line("language"),
            "series": self._series(),
            "published": self._date("published"),
            "updated": self._date("updated"),
            "complete": self._complete(),
            "source": source,
            "summary": self._paragraphs("summary", SUMMARY_LIMIT),
            "notes": self._paragraphs("notes", NOTES_LIMIT),
            "permission": permission,
            "permission_note": permission_note,
            "stated_words": self._stated_words(),
        }
        for key, value in self._facts.items():
            if key in {"id", "chapters"} or find_field(key) is None:
                self._keep(key, value)
        return told

    def _line(self, name: str) -> str:
        value = self._facts.get(name)
        return "" if value is None else " ".join(_text(value).split())

    def _keep(self, key: str, value: object) -> None:
        self.extra.append((key, _text(value)))

    def _tell(self, message: str) -> None:
        self.messages.append(message)

    def _title(self) -> str:
        title = self._line("title")
        if len(title) > TITLE_LIMIT:
            self._tell(f"The title has {len(title):,} characters; AO3 allows {TITLE_LIMIT}.")
        return title

    def _names(self, name: str) -> tuple[str, ...]:
        names: dict[str, str] = {}
        for item in cast("list[object]", self._facts.get(name, [])):
            told = _name_of(item)
            if len(told) > NAME_LIMIT:
                self._tell(f"“{told[:40]}…” ({name}) has {len(told):,} characters.")
            if told:
                names.setdefault(fold(told), told)
        return tuple(names.values())

    def _characters(self) -> tuple[Character, ...]:
        found: dict[str, Character] = {}
        for item in cast("list[object]", self._facts.get("characters", [])):
            character = parse_character(_name_of(item), _aliases_of(item))
            if character is not None:
                found.setdefault(fold(character.name), character)
        return tuple(found.values())

    def _rating(self) -> Rating | None:
        stated = self._line("rating")
        if not stated:
            return None
        rating = parse_rating(stated)
        if rating is Rating.NOT_RATED and fold(stated) not in _NOT_RATED:
            self._tell(f"The rating “{_short(stated)}” is none we know; taken as Not Rated.")
        return rating

    def _date(self, name: str) -> date | None:
        value = self._facts.get(name)
        if isinstance(value, datetime):
            return value.date()
        if value is None or isinstance(value, date):
            return value
        stated = self._line(name)
        found = parse_date(stated)
        if found is None and stated:
            self._tell(
                f"“{_short(stated)}” ({name}) is no date we can read, such as 2024-02-28; left out."
            )
        return found

    def _complete(self) -> bool | None:
        for name in ("complete", "status"):
            stated = self._line(name)
            if not stated:
                continue
            told = _STATUS_NAMES.get(fold(stated))
            if told is not None:
                return told
            self._tell(f"“{_short(stated)}” ({name}) says neither complete nor in progress.")
        count = _CHAPTER_COUNT.fullmatch(self._line("chapters"))
        return None if count is None else count[1].lstrip("0") == count[2].lstrip("0")

    def _source(self) -> str:
        stated = self._line("source")
        if not stated:
            return ""
        address = f"https://{stated}" if _BARE_ADDRESS.fullmatch(stated) else stated
        if _is_web_address(address):
            return address
        self._tell(f"The source “{_short(stated)}” is no web address (https://…); left out.")
        self._keep("source", stated)
        return ""

    def _permission(self) -> tuple[Permission | None, str]:
        stated, note = self._line("permission"), self._line("permission note")
        if not stated:
            return None, note
        permission = _PERMISSION_NAMES.get(fold(stated))
        if permission is not None:
            return permission, note
        # "consent (mail of 3 May)", "licence: CC BY 4.0", "CC BY 4.0"
        start, *rest = _NOTE_MARK.split(stated, maxsplit=1)
        permission = _PERMISSION_NAMES.get(fold(start)) if rest else None
        if permission is not None:
            return permission, note or rest[0].strip().removesuffix(")").strip()
        if fold(stated).startswith(("cc by", "cc-by", "creative commons")):
            return Permission.LICENCE, note or stated
        self._tell(
            f"The permission “{_short(stated)}” is none we know (own, public domain, licence, "
            "consent, blanket statement); left out."
        )
        return None, note

    def _series(self) -> tuple[SeriesPart, ...]:
        part = self._line("part")
        series = parse_series(self._facts.get("series"), part)
        if part and not series:
            self._keep("part", part)
        return series

    def _stated_words(self) -> int | None:
        stated = self._line("words")
        if not stated:
            return None
        digits = re.sub(r"[\s,.'’_]", "", stated)
        if digits.isascii() and digits.isdigit() and len(digits) <= 12:
            return int(digits)
        self._tell(f"“{_short(stated)}” (words) is no number; left out.")
        return None

    def _paragraphs(self, name: str, limit: int) -> str:
        value = self._facts.get(name)
        lines = cast("list[object]", value) if isinstance(value, list) else [value]
        told = [text for line in lines if (text := _text(line))]
        longest = max(map(len, told), default=0)
        if longest > limit:
            self._tell(f"The {name} has {longest:,} characters; AO3 allows {limit:,}.")
        return "\n\n".join(told)


def _text(value: object) -> str:
    """Give a value as clean text: as written, or as JSON when it has parts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list | tuple):
        return clean(json.dumps(value, ensure_ascii=False, default=str))
    return clean(str(value)).strip()


def _name_of(item: object) -> str:
    if isinstance(item, Mapping):
        item = cast("Mapping[str, object]", item).get("name")
    return " ".join(_text(item).split())


def _aliases_of(item: object) -> list[str]:
    if not isinstance(item, Mapping):
        return []
    stated = cast("Mapping[str, object]", item).get("aliases")
    return [_name_of(alias) for alias in items_of(stated)]


def _is_web_address(address: str) -> bool:
    if len(address) > ADDRESS_LIMIT or any(char.isspace() or char in '<>"' for char in address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _short(stated: str) -> str:
    return stated if len(stated) <= 60 else f"{stated[:60]}…"
