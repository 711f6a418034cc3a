"""Characters as metadata names them: "Kylo Ren | Ben Solo", and the people of "A/B" and "A & B"."""

import re
from collections.abc import Iterable

from bot.prose.words import fold
from bot.story import Character

_PAIR_MARK = re.compile(r"\s*/\s*|\s+(?:&|&amp;)\s+")
_BRACKETS_AT_END = re.compile(r"\s*\([^()]*\)\s*$")
_QUALIFIER = re.compile(
    r"(?:past|minor|implied|background|one-sided|mentioned|pre|eventual)[\s-]+", re.IGNORECASE
)
_EVERYBODY = frozenset({"everyone", "everybody", "ensemble"})


def parse_character(told: str, aliases: Iterable[str] = ()) -> Character | None:
    """Read a name, or AO3's several names of one person ("Kylo Ren | Ben Solo"); None if empty."""
    names = [name for part in told.split(" | ") if (name := part.strip())]
    if not names:
        return None
    others = dict.fromkeys(alias for alias in (*names[1:], *aliases) if alias)
    return Character(names[0], tuple(others))


def find_people(relationships: Iterable[str]) -> tuple[Character, ...]:
    """Find who is in relationships such as "A/B", "A & B & C" and "Past A/B (one-sided)"."""
    found: dict[str, Character] = {}
    for relationship in relationships:
        qualifier = _QUALIFIER.match(relationship)
        bare = relationship[qualifier.end() :] if qualifier else relationship
        names = _PAIR_MARK.split(_BRACKETS_AT_END.sub("", bare))
        if len(names) < 2:
            continue
        for name in names:
            character = parse_character(_BRACKETS_AT_END.sub("", name))
            if character is not None and fold(character.name) not in _EVERYBODY:
                found.setdefault(fold(character.name), character)
    return tuple(found.values())
