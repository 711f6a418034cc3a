"""Persons nobody told us of, found by the evidence around their names.

A name must earn its place: somebody said something, or nodded, or has a hand.
Places, ships and orders of knights have capitals too, but they do not frown.
Everything that is known of a name adds up to one sum (`evidence.worth`), fitted
on texts whose people and places are known; a few names need more than a sum.
"""

import math
import re
from collections import Counter
from dataclasses import replace

from bot.prose.company import find_company, share_deeds
from bot.prose.given_names import GIVEN_NAMES
from bot.prose.name_words import (
    BORNE_WORDS,
    COUNTED_WORDS,
    FEMALE,
    KEPT_TITLES,
    MALE,
    MOODS,
    OPENING,
    PLACE_HEADS,
    PLACES,
    WORD_NAMES,
)
from bot.prose.nicknames import find_nicknames
from bot.prose.persons import FoundCharacter, Person, plain_name, plain_title, whole_name
from bot.prose.sightings import Sighting
from bot.prose.worth import DEEDS, worth

SHOWN = 30  # persons found by evidence alone that are given at most
KNOWN_PRESENT = 1.5  # evidence in narration from which somebody appears …
_PRESENT = 1.0  # … and a stranger

# What a name is worth before anything is known, and by its looks alone. Fitted with
# `worth.WORTH`: the sum is the logarithm of the odds that it is a person's.
_ANY = -1.3
_GIVEN = 2.7  # a common given name
_OPENS_ONLY = -1.6  # stands at the start of sentences alone, shared by its sightings
_SUBJECT = 0.6  # does something and has no article: "Suki steadied her"
_IN_LOWER = -2.3  # times the share of its uses that have no capital
_MOSTLY_LOWER = -1.4
_COMPANY = 1.2  # joined to somebody: "Crabbe and Goyle"
_CROWD = 0.15  # for each sure person of the text …
_FEW = 4  # … above this number …
_CROWDED = 5  # … at most: where many are named, who is named once more is one of them
_SURE = 1.0  # the sum from which a person is one of those
_MANY = -0.7  # stands once and looks like more: "Gryffindors"
_PEOPLE = -1.5  # one of those who are many: "the Night Warden", "Night Wardens"
_LOWER_TAIL = -0.7  # its last word is used without a capital: "Chaos Magic"

# The sum from which a name is taken for a person's.
_PERSON = 0.0
_ONCE = -0.2  # it stands once: where somebody is met, or does what only people do
_SPOKEN_OF = 1.0  # nothing shows the person there
_PASSING = 2.3  # both
_SOME_PLACE = -2.0  # below this a whole name says nothing about who bears a part of it

_LONG = 5_000  # words; in a longer story a person comes up more than twice
_WORDS_PER_SIGHTING = 2_000
_ONLY_CALLED = 3  # times somebody must be called who never comes up otherwise
_USUAL = 4  # times a whole name is used as often as another to be what its parts mean
_MOST_CRIES = 2  # times a name is shouted as often as said
_MOST_NAMESAKES = 20  # whole names that share a part; with more, nothing can be told

# Ways to stand that are those of ships, schools and peoples too.
_AMONG_THINGS = frozenset(
    {"the", "a", "one of", "mine", "part", "place", "it", "within", "at", "going"}
)
# What moods, weathers and doings end in: "Exhaustion gripped him".
_NO_PERSONS = (
    "ness", "tion", "sion", "ment", "ity", "ence", "ance", "ing", "ly", "ed", "ship", "light",
    "hood", "ism", "ure", "age", "fast", "noon", "time", "thing", "ry", "ght", "dom",
)  # fmt: skip
_LETTERS = re.compile(r"[^\W\d_]+")
_EDGES = ".,;:!?…\"'“”‘’()[]*_—–-"
_ELIDED = re.compile(r"\w\w[’'‘][a-z]")


def find_strangers(
    text: str, sightings: list[Sighting], known: list[Person]
) -> list[FoundCharacter]:
    """Find the persons in ``sightings``; titles alone may mean one of the ``known``."""
    sightings = share_deeds(text, sightings)
    lower = _count_words(text)
    words = sum(lower.values())
    people = _gather(sightings, lower)
    for short, whole in find_nicknames(text, sightings, people).items():
        people[whole].join(people.pop(short))
    titled = _titles_alone(sightings, [*known, *people.values()])
    scores = {
        names: _score(names, person, lower) for names, person in (*people.items(), *titled.items())
    }
    for names, person in people.items():
        several = not _AMONG_THINGS.isdisjoint(person.kinds)
        if several and (*names[:-1], f"{names[-1]}s") in people:
            scores[names] += _PEOPLE
    company = find_company(text, sightings, scores)
    crowd = _CROWD * min(max(sum(score >= _SURE for score in scores.values()) - _FEW, 0), _CROWDED)
    found: list[FoundCharacter] = []
    for names, person in (*people.items(), *titled.items()):
        score = scores[names] + _COMPANY * (names in company)
        if person.presence >= _PRESENT and _AMONG_THINGS.isdisjoint(person.kinds):
            score += crowd
        if names in company and not person.inside:
            score -= _OPENS_ONLY / person.count  # "Wexcombe and Tillard ran"
        if _is_person(names, person, score, lower, words):
            confidence = 0.95 / (1 + math.exp(-score))
            appears = person.presence >= _PRESENT
            found.append(person.found(_best_name(names, person), confidence, appears=appears))
    found.sort(key=lambda who: (not who.appears, -who.mentions))
    return found[:SHOWN]


def _count_words(text: str) -> Counter[str]:
    words: Counter[str] = Counter()
    for token, count in Counter(text.split()).items():
        if token.endswith(":"):
            continue  # who writes, in a chat: "hinata: ok"
        bare = token.strip(_EDGES)
        if bare.isalpha():
            words[bare] += count
        else:
            for word in _LETTERS.findall(token):
                words[word] += count
    return words


def _gather(sightings: list[Sighting], lower: Counter[str]) -> dict[tuple[str, ...], Person]:
    """Gather sightings by name; a part of a name joins the only whole name that holds it."""
    people: dict[tuple[str, ...], Person] = {}
    heads = {sighting.names[0] for sighting in sightings if sighting.names and not sighting.initial}
    genders = _genders(sightings)
    shouted: list[Sighting] = []
    for sighting in sightings:
        if not sighting.names:
            continue
        names = sighting.names
        if (
            sighting.initial
            and len(names) > 1
            and names[0] not in heads
            and names[1] in heads
            and _opens(names[0].lower(), lower)
        ):
            names = names[1:]  # "Despite Albus"
            sighting = replace(sighting, names=names, initial=False)
        key = plain_name(names)
        if sighting.shouted and "speaker" not in sighting.kinds:
            shouted.append(sighting)
            continue
        if len(key) == 1 and len(genders.get(sighting.names[0], ())) > 1 and sighting.titles:
            key = (sighting.titles[-1], *key)  # Mr. and Mrs. Abernathy stay apart
        people.setdefault(key, Person()).add(sighting)
    cries = Counter(plain_name(sighting.names) for sighting in shouted)
    for sighting in shouted:
        key = plain_name(sighting.names)
        if key in people and cries[key] <= _MOST_CRIES * people[key].count:
            people[key].add(sighting)  # "HUX!", but not the city of LA for La Rue
    for key in [key for key in people if any(_is_initial(part) for part in key[:-1])]:
        whole = next((other for other in people if _spells_out(other, key)), None)
        if whole is not None:  # "V. N. Dzhoubinsky" is Vladmir N. Dzhoubinsky
            people[whole].join(people.pop(key))
    holders: dict[str, list[tuple[str, ...]]] = {}
    for key, person in people.items():
        if len(key) > 1 and not _is_place(key) and worth(person.kinds) > _SOME_PLACE:
            for part in set(key):
                holders.setdefault(part, []).append(key)
    for key in sorted(people, key=len):
        rarest = min((holders.get(part, []) for part in key), key=len)
        whole = _only_whole(key, rarest) if len(rarest) <= _MOST_NAMESAKES else None
        if whole is None and 1 < len(rarest) <= _MOST_NAMESAKES:
            told = _usual(rarest, people)
            whole = _only_whole(key, told) or _first_named(key, told, people)
        if whole is not None and not _is_place(key):
            people[whole].join(people.pop(key))
    return people


def _opens(word: str, lower: Counter[str]) -> bool:
    """Tell whether a word only has its capital because it opens a sentence."""
    return bool(lower[word]) or word.endswith(("ing", "ed", "ly")) or word in OPENING


def _only_whole(key: tuple[str, ...], candidates: list[tuple[str, ...]]) -> tuple[str, ...] | None:
    """Give the one longer name that holds every part of ``key``; None if there are more."""
    parts = set(key)
    wholes = [whole for whole in candidates if len(whole) > len(key) and parts <= set(whole)]
    longest = [whole for whole in wholes if all(set(other) <= set(whole) for other in wholes)]
    return longest[0] if len(longest) == 1 else None


def _is_initial(part: str) -> bool:
    return len(part) == 2 and part.endswith(".")


def _spells_out(whole: tuple[str, ...], key: tuple[str, ...]) -> bool:
    """Tell whether a name is another one with more of its initials written out."""
    return (
        len(whole) == len(key)
        and whole != key
        and all(
            long == short or (_is_initial(short) and long[0] == short[0])
            for long, short in zip(whole, key, strict=True)
        )
    )


def _usual(
    wholes: list[tuple[str, ...]], people: dict[tuple[str, ...], Person]
) -> list[tuple[str, ...]]:
    """Leave out whole names that are used in passing: "Darth Kylo", once, in jest."""
    told = [whole for whole in wholes if whole in people and worth(people[whole].kinds) > 0]
    told.sort(key=lambda whole: -people[whole].count)
    if len(told) > 1 and people[told[0]].count >= _USUAL * people[told[1]].count:
        return told[:1]
    return told


def _first_named(
    key: tuple[str, ...], wholes: list[tuple[str, ...]], people: dict[tuple[str, ...], Person]
) -> tuple[str, ...] | None:
    """Give the one whole name that a name is the first of: "Kylo Ren", not "Darth Kylo"."""
    first = [whole for whole in wholes if whole[:-1] == key]
    if len(first) != 1 or people[first[0]].count < max(people[whole].count for whole in wholes):
        return None
    return first[0]


def _genders(sightings: list[Sighting]) -> dict[str, set[str]]:
    genders: dict[str, set[str]] = {}
    for sighting in sightings:
        if sighting.titles and len(sighting.names) == 1:
            title = plain_title(sighting.titles[-1])
            gender = "m" if title in MALE else "f" if title in FEMALE else ""
            if gender:
                genders.setdefault(sighting.names[0], set()).add(gender)
    return genders


def _titles_alone(sightings: list[Sighting], people: list[Person]) -> dict[tuple[str, ...], Person]:
    """Read "the Doctor" as a person, or as the only bearer of that title in the story."""
    alone: dict[tuple[str, ...], Person] = {}
    for sighting in sightings:
        if sighting.names or sighting.shouted or sighting.article not in {"the", ""}:
            continue
        if sighting.article == "" and sighting.initial and "speech" not in sighting.kinds:
            continue
        key = ("the", *sighting.titles) if sighting.article else sighting.titles
        alone.setdefault(key, Person()).add(sighting)
    strangers: dict[tuple[str, ...], Person] = {}
    for key, person in alone.items():
        title = plain_title(key[-1])
        bearers = [other for other in people if title in other.titles]
        if len(bearers) == 1:
            bearers[0].join(person)
        elif not bearers and key[0] == "the":
            strangers[key] = person
    return strangers


def _is_place(names: tuple[str, ...]) -> bool:
    small = [name.lower() for name in names]
    return small[0] in PLACE_HEADS or bool(PLACES.intersection(small))


def _score(names: tuple[str, ...], person: Person, lower: Counter[str]) -> float:
    """Weigh whether a name is a person's: above 0 it is one rather than not."""
    score = _ANY + worth(person.kinds)
    if _is_subject(names, person, lower):
        score += _SUBJECT
    elif not (person.inside or person.titles or _gestures(names, person) or _answers(person)):
        score += _OPENS_ONLY / person.count
    if person.count == 1 and _is_many(names):
        score += _MANY
    small = names[0].lower()
    if _is_given(small, lower):
        score += _GIVEN
    if len(names) == 1:
        uses = lower[names[0].lower()]
        score += _IN_LOWER * uses / (uses + person.count)
        if 2 * uses > person.count:
            score += _MOSTLY_LOWER
    elif lower[names[-1].lower()]:
        score += _LOWER_TAIL  # "Chaos Magic"
    return score


def _is_given(small: str, lower: Counter[str]) -> bool:
    """Tell whether a word is a given name, and not "rose" or "mark" with a capital."""
    return small in GIVEN_NAMES or (small in COUNTED_WORDS and not lower[small])


def _gestures(names: tuple[str, ...], person: Person) -> bool:
    """Tell whether somebody nods or frowns: "Footsteps echoed", but they notice nothing."""
    if not person.kinds["gesture"]:
        return False
    return (
        not (_is_many(names) or names[-1].endswith(("ing", "ly")))
        or names[-1].lower() in GIVEN_NAMES
    )


def _is_subject(names: tuple[str, ...], person: Person, lower: Counter[str]) -> bool:
    """Tell whether a name does what mood and weather do not, though it opens a sentence."""
    small = names[-1].lower()
    stands = person.kinds["subject"] + person.kinds["introduced"]
    if not stands or not _AMONG_THINGS.isdisjoint(person.kinds):
        return False
    return not (
        lower[small]
        or small in WORD_NAMES
        or small in MOODS
        or _is_many(names)
        or (small.endswith(_NO_PERSONS) and small not in GIVEN_NAMES)
    )


def _is_many(names: tuple[str, ...]) -> bool:
    """Tell whether a name looks like one of a people: "Gryffindors"."""
    small = names[-1].lower()
    if small in GIVEN_NAMES:
        return False
    return small.endswith("s") and not small.endswith(("ss", "us", "is", "as", "os"))


def _answers(person: Person) -> bool:
    """Tell whether somebody is both spoken to and does something."""
    called = person.kinds["opening"] + person.kinds["vocative"]
    return called > 0 and not DEEDS.isdisjoint(person.kinds)


def _is_person(
    names: tuple[str, ...], person: Person, score: float, lower: Counter[str], words: int
) -> bool:
    spoke = person.kinds["speech"] + (person.kinds["speaker"] if person.count > 1 else 0)
    acts = (
        person.kinds["action"]
        + person.kinds["gesture"]
        + person.kinds["body"]
        + person.kinds["doing"]
    )
    small = names[0].lower()
    uses = lower[small] if len(names) == 1 else 0
    seen = acts + person.kinds["met"] + person.kinds["beside"]
    is_word = small in WORD_NAMES and not (seen and small in COUNTED_WORDS)
    if len(names) == 1 and (is_word or 2 * uses > person.count) and not spoke and acts < 2:
        return False
    if names[0] == "the" and not (person.count >= 2 and spoke + acts):
        return False
    plain = not uses and (
        small not in WORD_NAMES or (acts >= 2 and small in BORNE_WORDS) or not is_word
    )
    called = _answers(person)
    given = _is_given(small, lower) and acts + person.kinds["aux"]
    nods = _gestures(names, person)
    subject = _is_subject(names, person, lower)
    opened = spoke or person.titles or ((acts >= 2 or called or given or nods or subject) and plain)
    if not person.inside and not opened:
        return False  # "Tears streamed": any word may open a sentence
    if person.kinds["vocative"] == person.count and (
        (person.count < _ONLY_CALLED and names[-1].lower() not in GIVEN_NAMES)
        or _ELIDED.search(names[-1])
    ):
        return False  # "Gen'ral", "Captain", "Sunshine"
    if words > _LONG and person.count < max(3, words // _WORDS_PER_SIGHTING // 4):
        return False
    if person.presence >= _PRESENT:
        return score >= (_PERSON if person.count > 1 else _ONCE)
    return score >= (_SPOKEN_OF if person.count > 1 else _PASSING)


def _best_name(names: tuple[str, ...], person: Person) -> str:
    """Choose how to call a stranger: the whole name if it is used, with a title if it must."""
    full = whole_name(" ".join(names), person)
    if names[0] == "the" or any(plain_title(name) in KEPT_TITLES for name in names[:1]):
        return full
    plain = sum(n for form, n in person.forms.items() if form == full)
    if len(names) > 1:
        singles = Counter(
            {form: n for form, n in person.forms.items() if form in names}
        ).most_common(1)
        titled = sum(n for form, n in person.forms.items() if form.endswith(full))
        odd = names[-1].lower() in GIVEN_NAMES and names[0].lower() not in GIVEN_NAMES
        rarely = 2 if odd or any(map(_is_initial, names)) else 20  # "Stunner Harry", once
        if singles and rarely * titled < singles[0][1]:
            return singles[0][0]
        return full
    if plain * 4 < person.count:
        form, _ = person.forms.most_common(1)[0]
        if plain_title(form.split()[0]) in KEPT_TITLES:
            return form
    return full
