"""What people write about a story, under any of its usual names, to the fields of a Story.

``_SYNONYMS`` is the one table of keys. Facts come in layers (a file's own
front matter below, library.toml above); each layer is first brought to the
names of our fields by ``by_field``, so that "author" in one overrides
"creators" in the other, and read at the end by ``read_facts``. Nothing stated
is ever refused: what cannot be read is left out and told in a message.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import urlsplit

from bot.importers.charset import clean
from bot.importers.dates import parse_date
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

_SYNONYMS = {
    "title": "title",
    "authors": "author authors by creator creators writer writers",
    "rating": "rating rated",
    "warnings": "warning warnings archive_warning archive_warnings",
    "categories": "category categories",
    "fandoms": "fandom fandoms",
    "relationships": "relationship relationships pairing pairings ship ships",
    "characters": "character characters cast",
    "tags": "tag tags additional_tag additional_tags freeform freeforms "
    "genre genres keyword keywords subject subjects",
    "collections": "collection collections",
    "summary": "summary description blurb",
    "notes": "note notes author's_note author's_notes authors_note authors_notes a/n",
    "series": "series",
    "part": "part",
    "language": "language lang",
    "published": "published date",
    "updated": "updated",
    "words": "words",
    "chapters": "chapters",
    "complete": "complete completed",
    "status": "status",
    "source": "url source link",
    "permission": "permission",
    "permission note": "permission_note",
    "id": "id",
    "format": "format",
    "encoding": "encoding",
}
_FIELDS = MappingProxyType(
    {
        synonym.replace("_", " "): name
        for name, synonyms in _SYNONYMS.items()
        for synonym in synonyms.split()
    }
)
FIELD_NAMES = frozenset(_SYNONYMS)  # what `by_field` brings facts to
_LISTS = frozenset(
    {
        *("authors", "warnings", "categories", "fandoms", "relationships", "characters"),
        *("tags", "collections"),
    }
)
_SEMICOLON_KEYS = frozenset({"genre", "genres"})
# A layer that states the first also ends what a lower layer said by the second.
_ENDS = (
    ("series", "part"),
    ("permission", "permission note"),
    ("complete", "status"),
    ("status", "complete"),
)

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
_LIST_MARK = re.compile(r"[,\n]")
_CHAPTER_COUNT = re.compile(r"(\d+)\s*/\s*(\d+|\?)")
_NOTE_MARK = re.compile(r"[(:;–—]")
_BARE_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+/\S*")


@lru_cache(maxsize=1_000)
def find_field(key: str) -> str | None:
    """Find the field a key stands for; None if we do not know it."""
    return _FIELDS.get(" ".join(fold(key).replace("_", " ").replace("-", " ").split()))


@lru_cache(maxsize=1_000)
def _is_parted_by_semicolons(key: str) -> bool:
    return fold(key) in _SEMICOLON_KEYS


def by_field(facts: Mapping[str, object]) -> dict[str, object]:
    """Bring ``facts`` to the names of our fields; lists become lists, empty values go.

    Keys we do not know stay under their own names. Two keys for one list add
    up; of two for one value the first stands.
    """
    found: dict[str, object] = {}
    for key, value in facts.items():
        name = find_field(key)
        if name is None:
            if not _is_empty(value):
                found.setdefault(clean(key).strip(), value)
        elif name in _LISTS:
            items = _items(value, semicolons=_is_parted_by_semicolons(key))
            if items:
                found[name] = [*cast("list[object]", found.get(name, [])), *items]
        elif not _is_empty(value):
            found.setdefault(name, value)
    return found


def merge(*layers: Mapping[str, object]) -> dict[str, object]:
    """Lay the ``layers`` over one another, the last on top; all by field already."""
    merged: dict[str, object] = {}
    for layer in layers:
        for name, ended in _ENDS:
            if name in layer:
                merged.pop(ended, None)
        merged.update(layer)
    return merged


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


def _is_empty(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == [] or value == {}


def _items(value: object, *, semicolons: bool) -> list[object]:
    if isinstance(value, list | tuple):
        listed = cast("Iterable[object]", value)
        return [item for item in listed if not _is_empty(item)]
    if isinstance(value, str):
        pieces = value.split(";") if semicolons and ";" in value else _LIST_MARK.split(value)
        return [piece.strip() for piece in pieces if piece.strip()]
    return [] if _is_empty(value) else [value]


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
    return [_name_of(alias) for alias in _items(stated, semicolons=False)]


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
