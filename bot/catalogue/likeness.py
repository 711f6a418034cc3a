"""When two stories are alike: the same work in another version, or nearly the same words.

Each story bears a few *marks*: one stands for the address it comes from, the
others for words. Those are the smallest numbers of its shingles (five words
that follow one another): of two stories that share most shingles, the smallest
are most likely shared too, so one look into an index finds them, however many
stories there are. What a mark finds is then compared word by word.

Shingles count only where they begin with a long word, if there are enough of
these: that is quicker, and says as much.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from bot.catalogue.blocking import address_of
from bot.prose.words import fold, tokens_in_line
from bot.story import Origin, Permission, Rating

MARKS = 4  # of words: of two stories with nine of ten shingles in common, one is all but sure
SHINGLE = 5  # words
NEAR_JACCARD, NEAR_CONTAINMENT = 0.8, 0.9  # facts measured on stories that were changed a little
SAME_WORK = 0.3  # of the shingles of the shorter text: two versions of one work
_NOTHING = 0.05  # of the shingles: two texts with nothing in common but phrases …
_TELLING = 150  # … when both have so many words
_FEWEST = 8  # shingles that begin with a long word
_LONG = 8  # bytes of a long word
_LOOKED_AT = 20_000  # words of a story
_BEGUN_LONG = re.compile(rb" (?=([^ ]{%d,}+(?: [^ ]++){%d}))" % (_LONG, SHINGLE - 1))

_SAID = (
    *("authors", "warnings", "fandoms", "relationships", "tags", "categories", "series"),
    *("summary", "notes", "language", "published", "updated", "source"),
)
_UNSTATED = (None, Permission.UNSTATED, Permission.LINK_ONLY)

Told = Mapping[str, Any]


def marks_of(line: bytes, source: str) -> tuple[int, ...]:
    """Give the marks of a story whose words are ``line`` (see `tokens_in_line`)."""
    found = sorted(map(crc32, shingles(line)))[:MARKS]
    return (*([source_mark(source)] if source else []), *dict.fromkeys(found))


def source_mark(source: str) -> int:
    """Give the mark of an address; two spellings of one address have the same."""
    digest = hashlib.sha256(address_of(source).encode()).digest()
    # Above the marks of words, below what a signed number of 64 bits can hold.
    return int.from_bytes(digest[:8]) >> 1 | 1 << 62


def shingles(line: bytes) -> set[bytes]:
    """Give the shingles of a text whose words are ``line``, that count."""
    if line.count(b" ") > _LOOKED_AT:
        line = b" ".join(line.split(maxsplit=_LOOKED_AT)[:_LOOKED_AT])
    found = _BEGUN_LONG.findall(b" " + line)
    return set(found) if len(found) >= _FEWEST else _every_shingle(line)


def words_of(texts: Iterable[str]) -> bytes:
    """Give the words of some texts in one line."""
    return b"".join(map(tokens_in_line, texts))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts share: of all shingles, and of those of the shorter one."""

    jaccard: float
    containment: float

    @property
    def is_near(self) -> bool:
        """Tell whether they are nearly the same."""
        return self.jaccard >= NEAR_JACCARD or self.containment >= NEAR_CONTAINMENT


def likeness(one: bytes, other: bytes) -> Likeness:
    """Compare two texts by their words in a line."""
    left, right = _every_shingle(one), _every_shingle(other)
    shared = len(left & right)
    if not shared:
        return Likeness(0.0, 0.0)
    return Likeness(shared / (len(left) + len(right) - shared), shared / min(len(left), len(right)))


def _every_shingle(line: bytes) -> set[bytes]:
    words = line.split(maxsplit=_LOOKED_AT)[:_LOOKED_AT]
    return {b" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}


# What is told of two stories (`reports.told_of`), compared


def is_same_work(one: Told, other: Told, shared: Likeness) -> bool:
    """Tell whether two stories are one work, perhaps in two versions.

    The address alone does not say so: some name the page that lists many stories, and
    dumps have a line for each chapter of a work, all of one address and one title.
    """
    if not (one["source"] and other["source"]):
        return False
    if address_of(one["source"]) != address_of(other["source"]):
        return False
    if shared.containment >= SAME_WORK:
        return True
    is_long = min(one["words"], other["words"]) >= _TELLING
    is_other_text = is_long and shared.containment < _NOTHING
    return fold(one["title"]) == fold(other["title"]) and not is_other_text


def is_newer(one: Told, other: Told) -> bool | None:
    """Tell whether ``one`` is a newer version than ``other``; None when nothing says so.

    Its dates decide, else how many chapters it has, else how many words.
    """
    mine, theirs = (told["updated"] or told["published"] for told in (one, other))
    if mine and theirs and mine != theirs:
        return mine > theirs
    for name in ("chapters", "words"):
        if one[name] != other[name]:
            return one[name] > other[name]
    return None


def is_richer(one: Told, other: Told) -> bool:
    """Tell whether the facts of ``one`` may go before those of ``other``, and say more.

    A record without an address, a stated permission or a stated rating never
    goes before one that has it, nor one with a lower rating: with the text
    would go what it may not be shown without.
    """
    if (other["source"] and not one["source"]) or (
        other["permission"] not in _UNSTATED and one["permission"] in _UNSTATED
    ):
        return False
    if other["rating_origin"] == Origin.STATED and (
        one["rating_origin"] != Origin.STATED or _rank(one) < _rank(other)
    ):
        return False
    return _richness(one) > _richness(other)


def _rank(told: Told) -> int:
    return next((rating for rating in Rating if rating.label == told["rating"]), 0)


def _richness(told: Told) -> int:
    is_cast = any(who["origin"] == Origin.STATED for who in told["characters"])
    return (
        2 * (told["title_origin"] == Origin.STATED)
        + 2 * (told["rating_origin"] == Origin.STATED)
        + 2 * (told["permission"] not in _UNSTATED)
        + is_cast
        + (told["complete"] is not None)
        + sum(bool(told[name]) for name in _SAID)
    )
