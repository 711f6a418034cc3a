"""A person as the name finder sees one: sightings and what they add up to."""

import re
from collections import Counter
from dataclasses import dataclass, field

from bot.prose.name_words import CONNECTORS
from bot.prose.sightings import Sighting
from bot.prose.words import fold
from bot.prose.worth import AWAY, WORTH, worth

_JOINS = "|".join(CONNECTORS)
_JOINING = re.compile(rf"^(?:(?:{_JOINS}) )+")
_JOINING_FIRST = frozenset({"Van", "Von", "De", "Du", "Di", "Della", "La", "Le"})
_PART = re.compile(rf"(?:(?:{_JOINS}) )*\S+")

_EXAMPLES = 3
_TELLING = 0.7  # worth of a kind from which it is told
_PLAIN = 3  # times being named at all counts for being there; more say nothing more


@dataclass(frozen=True, slots=True)
class FoundCharacter:
    """Somebody found in a text, under the canonical name where one is known.

    ``aliases`` are the other forms the text uses, ``evidence`` says in a few
    words why ("speech: Hux said"), ``confidence`` is between 0 and 1.
    ``at`` is an offset of the text read: the place that tells most about them;
    ``example`` the sentence that stands there.
    """

    name: str
    aliases: tuple[str, ...]
    appears: bool  # False: only mentioned
    confidence: float
    evidence: tuple[str, ...]
    mentions: int
    at: int = 0
    example: str = ""


@dataclass(slots=True)
class Person:
    """Sightings that mean one person, and what they add up to."""

    forms: Counter[str] = field(default_factory=Counter[str])
    titles: set[str] = field(default_factory=set[str])
    kinds: Counter[str] = field(default_factory=Counter[str])
    shown: dict[str, str] = field(default_factory=dict[str, str])
    count: int = 0
    inside: int = 0  # sightings that do not open a sentence
    plain: int = 0  # sightings in narration where only those who are there stand …
    away: int = 0  # … and where those stand as well who are only spoken of
    presence: float = 0.0
    telling: float = -1.0  # how much the sighting tells that tells most …
    at: int = 0  # … and where it stands

    def add(self, sighting: Sighting) -> None:
        self.forms[form_of(sighting)] += 1
        self.titles.update(plain_title(title) for title in sighting.titles)
        self.count += 1
        self.inside += not sighting.initial or (len(sighting.names) > 1 and not sighting.shouted)
        self.presence += sighting.presence
        if not sighting.quoted:
            if AWAY.isdisjoint(sighting.kinds):
                self.presence += 0.25 * (self.plain < _PLAIN)
                self.plain += 1
            else:
                self.presence -= 0.15 * (self.away < _PLAIN)
                self.away += 1
        if sighting.presence > self.telling:
            self.telling, self.at = sighting.presence, sighting.start
        for kind in sighting.kinds:
            self.kinds[kind] += 1
        if sighting.kinds and sighting.kinds[0] not in self.shown:
            self.shown[sighting.kinds[0]] = " ".join(sighting.shown.split())

    def join(self, other: "Person") -> None:
        self.forms.update(other.forms)
        self.titles |= other.titles
        self.kinds.update(other.kinds)
        self.shown = other.shown | self.shown
        self.count += other.count
        self.inside += other.inside
        self.plain += other.plain
        self.away += other.away
        self.presence += other.presence
        self.telling, self.at = max((self.telling, self.at), (other.telling, other.at))

    def found(
        self, name: str, confidence: float, *, appears: bool, first: tuple[str, ...] = ()
    ) -> FoundCharacter:
        telling = sorted(
            (kind for kind in self.shown if WORTH.get(kind, 0) >= _TELLING),
            key=lambda kind: -worth(Counter({kind: self.kinds[kind]})),
        )
        told = (f"{kind}: {self.shown[kind]}" for kind in telling[:_EXAMPLES])
        aliases = tuple(form for form, _ in self.forms.most_common() if fold(form) != fold(name))
        return FoundCharacter(
            name,
            aliases,
            appears,
            round(confidence, 2),
            (*first, *told),
            self.count,
            self.at,
        )


def form_of(sighting: Sighting) -> str:
    """Give the name with its titles, as the text has it."""
    return " ".join((*sighting.titles, *sighting.names))


def plain_title(title: str) -> str:
    """Give a title for comparison: "Mrs." is "mrs"."""
    return title.lower().rstrip(".")


def plain_name(names: tuple[str, ...]) -> tuple[str, ...]:
    """Give a name without what joins its parts: "Clara von Altdorf" is Clara Altdorf."""
    bare = tuple(_JOINING.sub("", name) for name in names)
    return bare[1:] if len(bare) > 1 and bare[0] in _JOINING_FIRST else bare


def whole_name(name: str, person: Person) -> str:
    """Give a plain name as the text writes it, with what joins its parts."""
    same = {
        form: n
        for form, n in person.forms.items()
        if plain_name(tuple(_PART.findall(form))) == tuple(name.split())
    }
    return max(same, key=lambda form: (len(form.split()), same[form]), default=name)
