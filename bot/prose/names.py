"""Who is in a story that does not say: aliases first, then evidence around capitals.

Known characters are recognised by any form of their name, strangers by what
their names do in the text (``strangers.py``). A person with enough evidence in
the narration appears; one only spoken of is mentioned.
"""

import re
import string
from collections.abc import Iterable
from dataclasses import replace

from bot.prose.aliases import AliasEntry, Aliases, load_aliases, shipped_aliases
from bot.prose.persons import FoundCharacter, Person, form_of
from bot.prose.sentences import sentences
from bot.prose.sightings import Sighting, find_sightings
from bot.prose.strangers import KNOWN_PRESENT, find_strangers
from bot.prose.words import fold

__all__ = [
    "AliasEntry",
    "Aliases",
    "FoundCharacter",
    "find_characters",
    "load_aliases",
    "shipped_aliases",
]

SAMPLE = 200_000  # characters looked at in a longer story: its start, middle and end
EXAMPLE_LENGTH = 240  # characters of the sentence that shows somebody

_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_ASCII_LETTERS = string.ascii_letters.encode()
_LETTER = re.compile(r"[^\W\d_]")
_UNCASED = re.compile(r"[\u0590-\u0fff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def find_characters(
    text: str, aliases: Aliases | None = None, fandoms: Iterable[str] = ()
) -> list[FoundCharacter]:
    """Find who appears in ``text`` or is mentioned, those who appear first.

    ``aliases``: the shipped ones when None; ``Aliases.empty()`` for evidence
    alone. Weak aliases count with one of ``fandoms`` or beside another
    character of theirs. Of a text longer than 200,000 characters its start,
    middle and end are read.
    """
    known = shipped_aliases() if aliases is None else aliases
    sample = _sample(text)
    sightings = list(find_sightings(sample))
    people, left = _recognise(sample, sightings, known, tuple(fandoms))
    found = [_recognised(entry, person) for entry, person in people]
    if _is_mostly_latin(sample):
        bearers = [person for _, person in people]
        found += find_strangers(sample, left, bearers)
    rejected = set(map(fold, known.rejected))
    shown = [
        replace(who, example=_sentence_at(sample, who.at))
        for who in found
        if fold(who.name) not in rejected
    ]
    return sorted(shown, key=lambda who: (not who.appears, -who.mentions, who.name))


def _sentence_at(text: str, at: int) -> str:
    """Give the sentence at an offset on one line, cut where it is long."""
    start = max(text.rfind("\n\n", 0, at) + 2 if "\n\n" in text[:at] else 0, at - EXAMPLE_LENGTH)
    end = text.find("\n\n", at)
    around = text[start : min(len(text) if end < 0 else end, at + EXAMPLE_LENGTH)]
    place = 0
    for sentence in sentences(around):
        place = around.index(sentence, place) + len(sentence)
        if place > at - start:
            told = " ".join(sentence.split())
            return told if len(told) <= EXAMPLE_LENGTH else f"{told[: EXAMPLE_LENGTH - 1]}…"
    return ""


def _sample(text: str) -> str:
    if len(text) <= SAMPLE:
        return text
    middle, part = len(text) // 2, SAMPLE * 3 // 10
    slices = (
        text[: SAMPLE - 2 * part],
        text[middle : middle + part],
        text[len(text) - part :],
    )
    return "\n\n".join(slices)


def _is_mostly_latin(text: str) -> bool:
    ascii_only = text.encode("ascii", "ignore")
    plain = len(ascii_only) - len(ascii_only.translate(None, _ASCII_LETTERS))
    if plain >= len(text) - len(ascii_only):  # enough, whatever the others are
        return True
    letters = len(_LETTER.findall(text))
    return 2 * len(_LATIN.findall(text)) >= letters


def _recognised(entry: AliasEntry, person: Person) -> FoundCharacter:
    appears = person.presence >= KNOWN_PRESENT
    confidence = min(0.98, 0.8 + 0.03 * person.count) if appears else 0.75
    return person.found(entry.name, confidence, appears=appears, first=(f"alias of {entry.name}",))


def _recognise(
    text: str, sightings: list[Sighting], aliases: Aliases, fandoms: tuple[str, ...]
) -> tuple[list[tuple[AliasEntry, Person]], list[Sighting]]:
    """Tell known characters' sightings from the rest: first sure forms, then weak ones."""
    sure: dict[str, tuple[AliasEntry, list[Sighting]]] = {}
    partly: dict[str, tuple[AliasEntry, list[Sighting]]] = {}
    rest: list[Sighting] = []
    for sighting in sightings:
        entry, whole = _bearer(sighting, aliases)
        if entry is None:
            rest.append(sighting)
        else:
            kept = (sure if whole else partly).setdefault(entry.name, (entry, []))
            kept[1].append(sighting)
    phrases = _Phrases(text)
    for name, (entry, seen) in list(sure.items()):
        inside = [sighting for sighting in seen if phrases.hold(sighting, entry)]
        if inside:
            rest += inside
            outside = [sighting for sighting in seen if not phrases.hold(sighting, entry)]
            sure[name] = (entry, outside)
    sure = {name: kept for name, kept in sure.items() if kept[1]}
    for name, (_, seen) in partly.items():
        # "Cameron Hux" once in a story of Hux is Hux; Sarah Watson all through it is not Watson.
        others = len(sure[name][1]) if name in sure else 0
        if len(seen) <= 2 and 10 * len(seen) <= others:
            entry = sure[name][0]
            sure[name][1].extend(one for one in seen if not phrases.hold(one, entry))
        else:
            rest += seen
    for entry, seen in _uncased(text, aliases):
        sure.setdefault(entry.name, (entry, []))[1].extend(seen)
    rest.sort(key=lambda sighting: sighting.start)
    rest = _add_weak(rest, aliases, fandoms, sure, phrases)
    people: list[tuple[AliasEntry, Person]] = []
    for entry, seen in sure.values():
        person = Person()
        for sighting in seen:
            person.add(sighting)
        people.append((entry, person))
    return people, rest


def _bearer(sighting: Sighting, aliases: Aliases) -> tuple[AliasEntry | None, bool]:
    """Find who a sighting means for sure, and whether the form fits it whole."""
    for words in ((*sighting.titles, *sighting.names), sighting.names):
        if words:
            entry = _sure(" ".join(words), aliases)
            if entry is not None:
                return entry, True
    names = sighting.names
    for size in range(len(names) - 1, 0, -1):
        for first in (len(names) - size, 0):
            entry = _sure(" ".join(names[first : first + size]), aliases)
            if entry is not None:
                return entry, False
    return None, False


def _sure(form: str, aliases: Aliases) -> AliasEntry | None:
    key = fold(form)
    bearers = aliases.bearers(key, weak=False)
    # "The Doctor" may stand in any story, and so may a name listed as weak.
    if len(bearers) != 1 or key.startswith("the ") or key in map(fold, bearers[0].weak):
        return None
    return bearers[0]


class _Phrases:
    """Where the phrases stand that hold a character's name and mean something else."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends: dict[str, dict[int, int]] = {}  # by name: each word of a phrase, its end

    def hold(self, sighting: Sighting, entry: AliasEntry) -> bool:
        """Tell whether the sighting lies in such a phrase."""
        if not entry.never:
            return False
        if entry.name not in self._ends:
            self._ends[entry.name] = self._find(entry)
        end = self._ends[entry.name].get(sighting.start)
        # A possessive ("the Knights of Ren's") is part of the sighting alone.
        return end is not None and sighting.end - 2 <= end

    def _find(self, entry: AliasEntry) -> dict[int, int]:
        listed = "|".join(map(re.escape, sorted(entry.never, key=len, reverse=True)))
        return {
            match.start() + word.start(): match.end()
            for match in re.finditer(rf"(?<!\w)(?:{listed})(?!\w)", self._text, re.IGNORECASE)
            for word in re.finditer(r"\S+", match.group())
        }


def _add_weak(
    rest: list[Sighting],
    aliases: Aliases,
    fandoms: tuple[str, ...],
    sure: dict[str, tuple[AliasEntry, list[Sighting]]],
    phrases: _Phrases,
) -> list[Sighting]:
    """Add the sightings of weak forms that the company they keep makes sure."""
    company = (*fandoms, *(fandom for entry, _ in sure.values() for fandom in entry.fandoms))
    if not company:
        return rest
    known = set(sure)
    answers: dict[str, AliasEntry | None] = {}
    left: list[Sighting] = []
    for sighting in rest:
        form = f"{sighting.article} {form_of(sighting)}"
        if form not in answers:
            answers[form] = _weak_bearer(sighting, aliases, company, known)
        entry = answers[form]
        if entry is None or phrases.hold(sighting, entry):
            left.append(sighting)
        else:
            sure.setdefault(entry.name, (entry, []))[1].append(sighting)
    return left


def _weak_bearer(
    sighting: Sighting, aliases: Aliases, company: tuple[str, ...], known: set[str]
) -> AliasEntry | None:
    the = f"{sighting.article} " if sighting.article == "the" else ""
    for words in ((*sighting.titles, *sighting.names), sighting.names):
        for form in (the + " ".join(words), " ".join(words)):
            key = fold(form)
            bearers = [*aliases.bearers(key, weak=True), *aliases.bearers(key, weak=False)]
            near = {entry.name: entry for entry in bearers if entry.belongs_to(company)}
            beside = [entry for name, entry in near.items() if name in known]
            if len(beside) == 1:
                return beside[0]
            if len(near) == 1:
                return next(iter(near.values()))
    return None


def _uncased(text: str, aliases: Aliases) -> list[tuple[AliasEntry, list[Sighting]]]:
    """Find forms in scripts without capitals, which are written without spaces as well."""
    found: list[tuple[AliasEntry, list[Sighting]]] = []
    if _UNCASED.search(text) is None:
        return found
    for entry in aliases.entries:
        seen = [
            Sighting((), (form,), match.start(), match.end(), False, False, False, "", 1, (), form)
            for form in (entry.name, *entry.aliases)
            if _UNCASED.search(form) and "|" not in form
            for match in re.finditer(re.escape(form), text)
        ]
        if seen:
            found.append((entry, seen))
    return found
