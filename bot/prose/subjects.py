"""Who a sentence is about and who a tag says is speaking, as far as words and names tell.

A name counts as a person's here when it is capitalised inside sentences and
comes twice: enough to tell one speaker from another, which is all the
paragraph finder asks. Who is in a story is another matter (``names.py``).
"""

import re
from collections import Counter
from dataclasses import dataclass

from bot.prose.english import PERSON_NOUNS, SPEECH_VERBS, SUBORDINATORS, TITLES, word_set

PRONOUN = "<pronoun>"  # a person, but which one only the meaning tells
THEY = "<they>"
THING = "<thing>"

HEAD = 160  # characters of a sentence that tell its subject
_TAG_WORDS = 5

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_MID_SENTENCE = re.compile(r"(?<=[\w,;’'] )[^\W\d_]\w+")
_PERSONAL = word_set("he she i we you his her my your our him who someone somebody everyone one")
_THEY = word_set("they their both neither")
_FRONTED = word_set(
    "with in on at from without for to by despite of like after before during upon through under"
)
_LIGHT = word_set(
    "then and but so finally suddenly slowly now still again instead silently quietly gently just"
    " carefully immediately almost even eventually abruptly only perhaps maybe yet"
)


@dataclass(frozen=True, slots=True)
class Tag:
    """Who a quotation's tag says is speaking: a name, ``PRONOUN`` or "" (no verb of speech)."""

    speaker: str
    verb: str = ""


def bare_name(word: str) -> str:
    """Drop the possessive or contraction from a name: "Kylo's" gives "Kylo"."""
    return re.sub(r"[’'](?:s|ll|d|re|ve|m)?$", "", word)


def find_names(text: str) -> dict[str, str]:
    """Find words that seem to name persons; each part of a name gives its first part."""
    inside = Counter(
        bare_name(word)
        for word in _MID_SENTENCE.findall(text)
        if word[0].isupper() and not word.isupper()
    )
    words = Counter(bare_name(word) for word in _WORD.findall(text))
    names = {
        word: word
        for word in inside
        if words[word] >= 2
        and words[word] > words[word.lower()]
        and word.lower() not in TITLES
        and word.lower() not in _PERSONAL
        and word not in {"I", "I'm"}
    }
    if names:
        listed = "|".join(map(re.escape, names))
        for first, second in re.findall(rf"\b({listed}) ({listed})\b", text):
            if names[first] == first and names[second] == second:
                names[second] = first
    return names


def find_subject(head: str, names: dict[str, str]) -> str:
    """Give what a sentence is about: a name of ``names``, PRONOUN, THEY or THING."""
    found = [(match.group(), match.end()) for match in _WORD.finditer(head)]
    words = [word for word, _ in found]
    at = 0
    while at < len(words) - 1 and words[at].casefold() in _LIGHT:
        at += 1
    direct = _person(words, at, names)
    if direct != THING:
        return direct
    if not words:
        return THING
    first = words[at].casefold()
    if first in SUBORDINATORS:
        for near in range(at + 1, min(at + 4, len(words))):
            person = _person(words, near, names)
            if person != THING:
                return person
    if first in _FRONTED or first in SUBORDINATORS or first.endswith("ing"):
        comma = head.find(",", found[at][1])
        if comma >= 0:
            after = next((i for i, (_, end) in enumerate(found) if end > comma), len(words))
            return _person(words, after, names)
    return THING


def _person(words: list[str], at: int, names: dict[str, str]) -> str:
    if at >= len(words):
        return THING
    word = bare_name(words[at])
    small = word.casefold()
    if small in _PERSONAL:
        return PRONOUN
    if small in _THEY:
        return THEY
    if word in names:
        return names[word]
    following = bare_name(words[at + 1]) if at + 1 < len(words) else ""
    if small in TITLES and word[0].isupper():
        return names.get(following, PRONOUN)
    if small in {"the", "this", "that"} and (
        following.casefold() in PERSON_NOUNS or following.casefold() in TITLES
    ):
        return PRONOUN
    return THING


def read_tag(head: str, names: dict[str, str], *, introduced: bool) -> Tag | None:
    """Read narration right after a quotation as its tag; None if it is no tag.

    ``introduced``: the quotation ends in a comma, so a tag must follow.
    """
    words = _WORD.findall(head)
    if not words:
        return None
    clause = _WORD.findall(re.split(r"[,;.!?]", head, maxsplit=1)[0])[: _TAG_WORDS + 1]
    for at, word in enumerate(clause[:_TAG_WORDS]):
        if word not in SPEECH_VERBS:
            continue
        if at + 1 < len(clause) and clause[at + 1] in {"nothing", "no"}:
            continue
        speaker = _speaker(clause, at, names)
        if speaker:
            return Tag(speaker, word)
    if words[0][0].islower() or introduced:
        subject = find_subject(head, names)
        return Tag(subject if subject not in {THING, THEY} else "")
    return None


def _speaker(clause: list[str], verb: int, names: dict[str, str]) -> str:
    """Give the name or pronoun beside a verb of speech, or "" if there is none."""
    near = [*range(verb - 1, max(-1, verb - 4), -1), verb + 1, verb + 2, verb + 3]
    if clause[0][0].islower() and verb == 0:
        near = [verb + 1, verb + 2, verb + 3]
    for at in near:
        if not 0 <= at < len(clause):
            continue
        word = bare_name(clause[at])
        if word in names:
            return names[word]
        small = word.casefold()
        if small in _PERSONAL or small in _THEY or small in PERSON_NOUNS or small in TITLES:
            following = bare_name(clause[at + 1]) if at + 1 < len(clause) else ""
            return names.get(following, PRONOUN)
        if word[0].isupper() and (at > 0 or at + 1 == verb) and abs(at - verb) == 1:
            return word
    return ""
