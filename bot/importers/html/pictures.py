"""A picture in a story: its description, or a sign that it only parts two scenes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.importers.charset import clean
from bot.importers.html.tree import Node
from bot.importers.plaintext import is_scene_break

_EMOJI_LIMIT = 8  # code points of a description that is itself a picture
_MARKS_LIMIT = 20  # characters
_PARTS = (
    r"(?:(?:scene|section|page|text|time|story|chapter)[\s_-]*)?"
    r"(?:break|divider|separator|ornament|fleuron|dinkus|asterism|flourish|decoration|hr|rule"
    r"|linebreak|scenebreak)s?"
)
_PARTS_ALONE = re.compile(
    rf"(?:an?\s+|the\s+)?(?:decorative\s+|ornamental\s+)?{_PARTS}(?:\s+(?:image|line))?\d*\.?",
    re.IGNORECASE,
)
_PARTS_WITHIN = re.compile(rf"(?:^|[^a-z]){_PARTS}(?:[^a-z]|$)", re.IGNORECASE)
# What programs write where nobody described a picture.
_SAYS_NOTHING = re.compile(
    r"(?:image|img|picture|photo|illustration|unknown)?[\s_-]*\d*"
    r"|\S+\.(?:png|jpe?g|gif|svg|webp|bmp)",
    re.IGNORECASE,
)
_ADDRESS_LIMIT = 2_000  # characters that are looked at: a picture may be inside its address


@dataclass(frozen=True, slots=True)
class Picture:
    """``description`` is "" where there is none; ``parts``: alone, it parts two scenes."""

    description: str
    parts: bool = False
    is_emoji: bool = False


def picture_of(node: Node, sources: Mapping[str, int]) -> Picture:
    """Read an ``<img>``; ``sources`` counts how often each address stands in the chapter."""
    told = node.attrs.get("alt") or node.attrs.get("title") or node.attrs.get("aria-label") or ""
    told = " ".join(clean(told).split())
    if told and is_scene_break(told[: _MARKS_LIMIT + 1]):
        return Picture("", parts=True)
    if told and len(told) <= _EMOJI_LIMIT and not any(char.isalnum() for char in told):
        return Picture(told, is_emoji=True)
    if _PARTS_ALONE.fullmatch(told):
        return Picture("", parts=True)
    if _SAYS_NOTHING.fullmatch(told) is None:
        return Picture(told)
    address = node.attrs.get("src", "")[:_ADDRESS_LIMIT]
    is_repeated = bool(address) and sources.get(node.attrs.get("src", ""), 0) > 1
    stem = address.rsplit("/", 1)[-1]
    hints = (stem, node.attrs.get("class", ""), node.attrs.get("id", ""))
    return Picture("", parts=is_repeated or any(_PARTS_WITHIN.search(hint) for hint in hints))
