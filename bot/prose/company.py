"""Names that stand joined: a deed of one is a deed of all, and who keeps company is somebody."""

from dataclasses import replace
from itertools import pairwise

from bot.prose.persons import plain_name
from bot.prose.sightings import Sighting
from bot.prose.worth import AWAY

_SHARED = frozenset({"met", "there", "action", "gesture", "doing", "speech", "who"})
_PLACED = AWAY - {"of", "from", "part of"}
_ONE_DEED = 1.5  # presence that one of a list gives to the others, at most
_WIDEST_JOIN = 6  # characters
_JOINED = frozenset({" and ", " or ", ", and ", ", ", " und ", " y ", " et ", " e "})
_SURE = 1.0  # score from which a name vouches for others


def share_deeds(text: str, sightings: list[Sighting]) -> list[Sighting]:
    """Give what one of a list does to all of it: "he met Ann, Doctor Bell, and Crane"."""
    shared = list(sightings)
    first, joined = 0, ""
    for at, (one, other) in enumerate(pairwise(sightings), start=1):
        gap = text[one.end : other.start] if other.start - one.end <= _WIDEST_JOIN else ""
        if gap in _JOINED and one.quoted == other.quoted:
            joined = gap
            continue
        if joined:
            if joined != ", ":
                shared[first:at] = _share(sightings[first:at])
            joined = ""
        first = at
    if joined not in {"", ", "}:
        shared[first:] = _share(sightings[first:])
    return shared


def _share(listed: list[Sighting]) -> list[Sighting]:
    best = max(listed, key=lambda one: one.presence)
    kinds = _SHARED.intersection(best.kinds)
    if best.quoted or not kinds or any(not _PLACED.isdisjoint(one.kinds) for one in listed):
        return listed
    presence = min(best.presence, _ONE_DEED)
    return [
        replace(
            one,
            initial=False,  # two names in a row are no accident of the sentence
            presence=max(one.presence, presence),
            kinds=tuple(dict.fromkeys((*one.kinds, *sorted(kinds)))),
        )
        for one in listed
    ]


def find_company(
    text: str, sightings: list[Sighting], scores: dict[tuple[str, ...], float]
) -> set[tuple[str, ...]]:
    """Find the names that stand joined to a person's: "Crabbe and Goyle"."""
    parts = {part for names, score in scores.items() if score >= _SURE for part in names}
    company: set[tuple[str, ...]] = set()
    for one, other in pairwise(sightings):
        gap = text[one.end : other.start] if other.start - one.end <= _WIDEST_JOIN else ""
        listed = gap in _JOINED and not (one.quoted and gap == ", ")  # "Use the knife, Ben."
        if listed and one.names and other.names:
            if one.names[-1] in parts:
                company.add(plain_name(other.names))
            if other.names[-1] in parts:
                company.add(plain_name(one.names))
    return company
