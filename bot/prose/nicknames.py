"""Short names that begin a longer one of the same text: "Raz" is Razputin, "Juni" Juniper.

Only where one longer name alone begins so, and the two are never told of as two.
"""

from collections.abc import Mapping

import regex

from bot.prose.persons import Person
from bot.prose.sightings import Sighting
from bot.prose.worth import worth

_SHORTEST = 3  # letters; "Al" begins too much …
_LONGEST = 5  # … and what is longer is whole, and begins "Elizabethan"
_USUAL = 6  # times who is called so is "Harry", and not short for "Harrywill", once
_SHORTER_BY = 2  # letters; "Anna" is not Ann's whole name, "Gryffindors" not Gryffindor's
# What makes a family's name, or a place's, of a given one: "Jackson", "Harrison", "Willford".
_FAMILY = (
    "son",
    "sen",
    "ford",
    "ton",
    "man",
    "well",
    "field",
    "land",
    "ville",
    "town",
    "burg",
)
# What makes a people, a school or a word of one: "Indians", "Puritanic", "Bostoned".
_KIND = (
    "an",
    "ans",
    "men",
    "ing",
    "ed",
    "ly",
    "ism",
    "ic",
    "al",
    "ish",
    "shire",
    "haha",
)
_NEAR = 80  # characters between two that are told of together, at most
_BREAK = regex.compile(r"[.!?…\"“”„»«\n]")

_Names = tuple[str, ...]


def find_nicknames(
    text: str, sightings: list[Sighting], people: Mapping[_Names, Person]
) -> dict[_Names, _Names]:
    """Give the whole name of each name that is short for one, by the names of ``people``."""
    begun: dict[str, list[_Names]] = {}
    for key in people:
        if len(key[0]) >= _SHORTEST:
            begun.setdefault(key[0][:_SHORTEST], []).append(key)
    wholes: dict[_Names, _Names] = {}
    for keys in begun.values():
        for short in keys if len(keys) > 1 else ():
            longer = [key for key in keys if key is not short and key[0].startswith(short[0])]
            if len(short) == len(longer) == 1 and _is_short_for(short[0], longer[0][0]):
                whole = people[longer[0]]
                known = len(longer[0]) > 1 or people[short].count < _USUAL * whole.count
                if known and worth(whole.kinds) > 0:
                    wholes[short] = longer[0]
    return {
        short: whole
        for short, whole in wholes.items()
        if not _stand_together(text, sightings, short[0], whole[0])
    }


def _is_short_for(short: str, long: str) -> bool:
    return (
        len(short) <= _LONGEST
        and len(long) - len(short) >= _SHORTER_BY
        and long.isalpha()
        and not long[len(short) :].endswith(_FAMILY + _KIND)
    )


def _stand_together(text: str, sightings: list[Sighting], short: str, long: str) -> bool:
    """Tell whether a sentence tells of both, as of two: "Rob looked at Robin"."""
    last: Sighting | None = None
    for sighting in sightings:
        if not sighting.names or sighting.names[0] not in {short, long}:
            continue
        if (
            last is not None
            and last.names[0] != sighting.names[0]
            and sighting.start - last.end <= _NEAR
            and not _BREAK.search(text, last.end, sighting.start)
        ):
            return True
        last = sighting
    return False
