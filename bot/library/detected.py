"""Who was detected in a story, what people decided about it, and what comes of both.

What was detected is kept as it was found; a decision is applied over it, so
that it can be changed or taken back, and holds for a story that is read later.
A decision about one story goes before one about all stories of the shelf.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

from bot.library.records import NameRow, Written
from bot.prose.words import fold, search_key
from bot.story import Origin, TagKind

SHOWN_CHARACTERS = 10  # the most that are detected in one story; the rest waits behind them


class Verdict(StrEnum):
    """What somebody decided about a name that was detected."""

    ACCEPTED = "accepted"  # it is a character, and called that
    RENAMED = "renamed"  # it is a character, and called otherwise
    MERGED = "merged"  # it is a character who has another name already
    REJECTED = "rejected"  # it is no character


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about the detected ``name``, in one ``story`` or on the whole shelf."""

    name: str
    verdict: Verdict
    becomes: str = ""  # renamed and merged: the name it goes by
    story: int | None = None  # None: in every story

    @property
    def folded(self) -> str:
        """The name, as look-ups compare it."""
        return fold(self.name)


class Detection(NamedTuple):
    """Somebody detected in a story, in values that JSON has."""

    name: str
    aliases: Sequence[str]
    appears: bool  # False: only mentioned
    confidence: int  # of 100
    mentions: int
    evidence: Sequence[str]
    example: str  # a sentence of the story


@dataclass(frozen=True, slots=True)
class Spotted:
    """A detection with the story it was made in."""

    story: int
    title: str
    detection: Detection


@dataclass(frozen=True, slots=True)
class DetectedName:
    """A name that was detected on a shelf, with some of the stories, the surest first."""

    name: str
    stories: int
    appears: int  # in so many of them; in the others it is mentioned
    mentions: int  # in all of them
    confidence: int  # the highest, of 100
    spotted: tuple[Spotted, ...] = ()
    decisions: tuple[Decision, ...] = ()  # for every story first


def decided(written: Written, decisions: Iterable[Decision], story: int | None) -> Written:
    """Apply ``decisions`` to a story as it is kept; one that they do not touch stays as it is."""
    detected = [Detection(*each) for each in written.detected]
    told = list(decisions)
    holding = _holding(told, story)
    if not any(fold(each.name) in holding for each in detected):
        return written
    record = record_decided(written.record, detected, told, story)
    others = [row for row in written.names if row[0] != TagKind.CHARACTER.value]
    return replace(written, record=record, names=[*others, *character_names(record)])


def record_decided(
    record: str, detected: Sequence[Detection], decisions: Iterable[Decision], story: int | None
) -> str:
    """Give the record of a story with the characters that were detected, as was decided."""
    told: dict[str, Any] = json.loads(record)
    told.pop("characters", None)
    characters = _characters(detected, _holding(decisions, story))
    if characters:
        told["characters"] = characters
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def characters_decided(
    told: list[dict[str, Any]], decisions: Iterable[Decision], story: int | None
) -> list[dict[str, Any]]:
    """Apply ``decisions`` to what an earlier report told of the characters of a story."""
    holding = _holding(decisions, story)
    detected = [
        Detection(who["name"], who["aliases"], who["appears"], 0, 0, (), "")
        for who in told
        if who["origin"] == Origin.DETECTED.value
    ]
    if not any(fold(each.name) in holding for each in detected):
        return told
    stated = [who for who in told if who["origin"] != Origin.DETECTED.value]
    known = {fold(who["name"]) for who in stated}
    now = [_told(*each) for each in _characters(detected, holding)]
    return [*stated, *(who for who in now if fold(who["name"]) not in known)]


def characters_told(record: str) -> list[dict[str, Any]]:
    """Give the characters of a record as a report tells them."""
    return [_told(*each) for each in _listed(record)]


def _told(name: str, aliases: list[str], origin: str, appears: bool) -> dict[str, Any]:
    return {"name": name, "aliases": aliases, "origin": origin, "appears": appears}


def character_names(record: str) -> list[NameRow]:
    """Give the rows under which the characters of a record are found."""
    return [
        (TagKind.CHARACTER.value, fold(name), search_key(name), name, bool(appears))
        for name, _, _, appears in _listed(record)
        if fold(name)
    ]


def other_names(record: str) -> list[tuple[str, str]]:
    """Give the other forms of the characters of a record: (form, name), both folded."""
    names = {fold(name) for name, *_ in _listed(record)}
    told = (
        (form, fold(name))
        for name, aliases, *_ in _listed(record)
        for form in map(fold, aliases)
        if form and form not in names and fold(name)
    )
    return list(dict.fromkeys(told))


def _listed(record: str) -> list[list[Any]]:
    return json.loads(record).get("characters", [])


def touched_by(changed: Iterable[str], decisions: Iterable[Decision]) -> set[str]:
    """Give the folded names whose stories a change of decisions about ``changed`` may alter."""
    told = list(decisions)
    found = set(changed)
    while True:
        more = {each.folded for each in told if each.becomes and fold(each.becomes) in found}
        if more <= found:
            return found
        found |= more


def _holding(decisions: Iterable[Decision], story: int | None) -> Mapping[str, Decision]:
    """Give what holds in a story, by folded name."""
    told = [each for each in decisions if each.story is None or each.story == story]
    told.sort(key=lambda each: each.story is not None)
    return {each.folded: each for each in told}


def _characters(detected: Sequence[Detection], holding: Mapping[str, Decision]) -> list[list[Any]]:
    """Give the characters of a story as its record has them."""
    found: dict[str, list[Any]] = {}
    for each in detected:
        decision = holding.get(fold(each.name))
        if decision is not None and decision.verdict is Verdict.REJECTED:
            continue
        name = final_name(each.name, holding)
        origin = Origin.DETECTED if decision is None else Origin.STATED
        forms = (each.name, *each.aliases)
        known = found.setdefault(fold(name), [name, [], origin, each.appears])
        taken = {fold(form) for form in (name, *known[1])}
        known[1] += {fold(form): form for form in forms if fold(form) not in taken}.values()
        known[2] = Origin.STATED if Origin.STATED in (known[2], origin) else origin
        known[3] = known[3] or each.appears
    return [[n, a, o.value, p] for n, a, o, p in list(found.values())[:SHOWN_CHARACTERS]]


def final_name(name: str, holding: Mapping[str, Decision]) -> str:
    """Follow decisions, by folded name, to the name somebody goes by; a circle just ends."""
    passed = {fold(name)}
    while (decision := holding.get(fold(name))) is not None and decision.becomes:
        name = decision.becomes
        if fold(name) in passed:
            return name
        passed.add(fold(name))
    return name
