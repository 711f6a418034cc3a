"""Which field of a story a key means, by any of its usual names; layers of facts.

``_SYNONYMS`` is the one table of keys. Facts come in layers (a file's own
front matter below, library.toml above); each layer is first brought to the
names of our fields by ``by_field``, so that "author" in one overrides
"creators" in the other.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import cast

from bot.importers.charset import clean
from bot.prose.words import fold

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
_LIST_MARK = re.compile(r"[,\n]")


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
            items = items_of(value, semicolons=_is_parted_by_semicolons(key))
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


def items_of(value: object, *, semicolons: bool = False) -> list[object]:
    """Give a value as a list: as it is, or cut at commas, lines or ``semicolons``."""
    if isinstance(value, list | tuple):
        listed = cast("Iterable[object]", value)
        return [item for item in listed if not _is_empty(item)]
    if isinstance(value, str):
        pieces = value.split(";") if semicolons and ";" in value else _LIST_MARK.split(value)
        return [piece.strip() for piece in pieces if piece.strip()]
    return [] if _is_empty(value) else [value]


def _is_empty(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == [] or value == {}
