"""What the words around a name say about it: a person, somebody who is there, or a place.

Each way of standing in a sentence is a kind of evidence with a name: somebody
said something (``speech``), has a face (``body``), is looked at (``met``); a
place is gone to (``going``) or has an article (``the``). What a kind is worth
was fitted on texts with known people and places (`bot.prose.worth`).
"""

from dataclasses import dataclass
from itertools import pairwise

import regex

from bot.prose.address import find_address, find_letter
from bot.prose.english import (
    CONTINUING_VERBS,
    PERSON_NOUNS,
    PLAIN_SPEECH_VERBS,
    SPEECH_VERBS,
    word_set,
)
from bot.prose.name_words import (
    ACTIONS,
    BODY,
    GESTURES,
    MOODING,
    NO_ACTIONS,
    PLACE_PARTS,
    RELATIVES,
    SOMEBODY,
)
from bot.prose.speech_abroad import GESTURES_ABROAD, SPEECH_ABROAD
from bot.prose.standing import BEING, NO_DOING, OF, find_standing, share_present, words_before

AROUND = 64  # characters on either side that are looked at

WORD = regex.compile(r"[\p{L}\p{M}]+(?:[’'‘-]\p{L}+)*")
_RELATIVE = regex.compile(r",? (?:who|whose|whom)\b| (?:him|her)self\b")
_WHO_DOES = regex.compile(
    r", who (?:(?:\p{Ll}+ly|just|still|only|was|were|had been|is|are) )?(\p{Ll}+)"
)
_APPOSED = regex.compile(r", (?:an?|the|his|her|their|my|our|one) ((?:[\p{L}’'-]+ ?){1,3})")
_ASIDE = regex.compile(
    r", [^,.;!?:“”\"]{2,48}, (?:(?:always|never|still|just|already|\p{Ll}{3,}ly) )?"
    r"(\p{Ll}+)(?! \p{Ll}+,)\b"
)
# "With her uncle, Bran, on the stairs"; "Vell was a thin boy with a lantern".
_KIN_BEFORE = regex.compile(
    r"(?:(\p{Ll}+) )?(?:([Tt]he|an?)|[Hh]is|[Hh]er|[Mm]y|[Tt]heir|[Oo]ur) (?:\p{Ll}+ )?(\p{Ll}+), $"
)
_DESCRIBED = regex.compile(r",? (?:was|is) an? ((?:[\p{L}’'-]+,? ?){1,3})")
_CLOSED = regex.compile(r", (\p{Ll}+)\b")
_PRONOUN = regex.compile(
    r"[^.!?…“”\"]*?\b(?:(he|she|his|her|him|himself|herself)|(its?|itself)|(?:they|their|them|themselves))\b"
)
_AND_NAME = regex.compile(r",? and (?:(I|me|he|him|she|her|you|us)\b|\p{Lu}\p{Ll})")
_SKIPPED = word_set("""
    just then still finally also only almost never always now suddenly slowly all both each
    already even once twice
""")
_PLURAL = word_set("are were have do aren't weren't haven't don't aren’t weren’t haven’t don’t")
_AUXILIARIES = BEING | word_set("""
    had has would could did does might must should can will may hadn't hadn’t couldn't couldn’t
    wouldn't wouldn’t didn't didn’t doesn't doesn’t can't can’t won't won’t cannot
""")
_AFTER_VERBS = word_set("""
    the a an his her their its my your our him them it me us at in on to up down out into onto over
    back away through from with for off toward towards against across past around again closer
    forward like as before until when that so all something himself herself themselves and he she i
    we you they what how if nothing everything everyone
""")
_SOME_PART = word_set("his her their one both a an the two")
_REPORTED = word_set("that he she it they there i we you his her this")
_ENDS_OWNED = word_set("""
    of with and in on at to for from by the a an was is were are had has that which who as when but
""")
_HUMAN = GESTURES | SPEECH_VERBS
# What the subject of a sentence is found by, if it has no article.
_SUBJECT = frozenset({"action", "gesture", "aux", "body"})
_SAID = word_set("said says") | SPEECH_ABROAD
# Who "had told Sirius", or "would ask Pepper", says little of their being there.
_NOT_NOW = word_set("had would could might should must will never not if")
_SHARE_NOT_NOW = 0.5
_SEEN = {"met": 0.75, "there": 1.0, "beside": 0.75}
_INTRODUCED = 0.5  # who is said to be what stands there mostly
_WITH_KIN = word_set("with beside and by between behind against")
_LATELY = word_set("already just now")
_HAD = word_set("had has")
_HAS = regex.compile(r" (?:an?|the|no|his|her|their)\b")
_CODE = regex.compile(r"\p{Lu}{1,3}-?\d{1,3}")  # "XR-12"
# What had been done, or might be, says little of being there.
_REMOTE = word_set("""
    had hadn't hadn’t would wouldn't wouldn’t could couldn't couldn’t might should may must can
    can't can’t cannot will won't won’t
""")
_SAME_IN_PAST = word_set("cut set put shut hit let split spread shed cast burst")
_PART_OF_SUBJECT = frozenset({"of", "from", "part of"})
# Who is so met may be met doing something: "he saw Ukai pretending".
_CAUGHT = frozenset({"object", "met", "and", "beside"})
_NEAR = regex.compile(
    r" (?:at|on|in|beside|behind|under|against|next to|close|right|hot|by|near) (?:\p{Ll}+ ){0,2}?"
    r"(?:his|her|their|him|them|my|me|your|you|our|us)\b"
)
_NOT_MET = frozenset({"the", "a", "one of", "named", "apposed"})
_THING = frozenset({"the", "a"})  # what nods may be a ship
_CLAUSE = frozenset({"", "and", "there"})  # where a name may open a clause
_ONE_OF = frozenset({"the", "a", "one of", "mine"})
_IS = frozenset({"was", "is"})
_RELATING = frozenset({"who", "him", "her"})  # what is cheap to see before a pattern is tried
_BARE_OWNING = frozenset({"' ", "’ "})
_CLOSERS = tuple("\"”'’»")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The kinds found around one name, what they say of being there, and the words."""

    kinds: tuple[str, ...]
    presence: float
    shown: str


_NONE = ("", 0.0, "")


def find_evidence(
    text: str, start: int, end: int, *, owns: bool, titled: bool, quoted: bool
) -> Evidence:
    """Look around the name at ``start`` to ``end``; ``owns``: it ends in a possessive."""
    before = text[max(0, start - AROUND) : start]
    after = text[end : end + AROUND]
    name = text[start:end]
    previous, second, third = words_before(before)
    following = WORD.findall(after)
    if after[:2] in _BARE_OWNING and name.endswith("s") and following:  # "Mrs. Hobbs' eyes"
        owns = owns or (following[0] not in _REPORTED and bool(_part(following)))
    standing = find_standing(previous, second, third, titled=titled)
    kinds: list[str] = []
    if quoted:
        kind, presence, shown = find_address(before, after, name, previous, owns=owns)
        if not kind:
            kind, _, shown = _deed(before, after, name, following, previous, standing, owns=owns)
            presence = 0.0
            kind = f"quoted {kind}" if kind else ""
    else:
        kind, presence, shown = _deed(before, after, name, following, previous, standing, owns=owns)
        if presence and kind not in {"speech", "aux", "owns"}:
            presence *= share_present(previous, second, third)
        if not kind and not owns:
            kind, presence, shown = find_letter(before, after, name, previous)
    if kind:
        kinds.append(kind)
        if (
            not quoted
            and kind in _SUBJECT
            and standing in _CLAUSE
            and (owns or (after[0] == " " and _is_subject(following)))
        ):
            kinds.append("subject")
    next_word = following[0] if following else ""
    if next_word[:3] in _RELATING and _RELATIVE.match(after) and previous not in OF:
        kinds.append("who")
        if not quoted:
            presence += 0.5
            doing = None if owns or standing in _NOT_MET else _WHO_DOES.match(after)
            if doing is not None and _does(doing[1]):
                kinds.append("acting")
                presence += 0.5
            if standing == "is" and second == "it":  # "it was Sizhui who brought it"
                kinds.append("met")
                presence += 0.5
    elif (after[1:2].isdigit() and " " not in name) or (
        name[-1].isdigit() and _CODE.fullmatch(name)
    ):  # "Sector 5", not "Richard Roe 57"
        kinds.append("numbered")
    elif after.startswith(", "):
        apposed = _APPOSED.match(after)
        if apposed is not None and not SOMEBODY.isdisjoint(apposed[1].split()):
            kinds.append("apposed")
            if not quoted and kind in _SUBJECT and standing in _CLAUSE:  # "Abe, the medic, sat"
                kinds.append("subject")
                presence += _INTRODUCED
        elif before.endswith(", ") and (kin := _KIN_BEFORE.search(before)) and kin[3] in SOMEBODY:
            kinds.append("apposed" if kin[2] else "introduced")
            if not quoted and kin[1] in _WITH_KIN:
                presence += _SEEN["met"]
    told = _DESCRIBED.match(after) if next_word in _IS and not quoted else None
    if told is not None and not SOMEBODY.isdisjoint(told[1].replace(",", "").split()):
        kinds.append("apposed")
        presence += _INTRODUCED / 2
        if standing in _CLAUSE:
            kinds.append("subject")
    if standing in _ONE_OF or (standing and not owns):
        kinds.append(standing)
        if standing in _SEEN and not quoted:
            far = standing == "met" and (second in _NOT_NOW or third in _NOT_NOW)
            presence += _SEEN[standing] * (_SHARE_NOT_NOW if far else 1.0)
            shown = shown or f"{previous} {name}"
    if next_word == "and" and not owns and (joined := _AND_NAME.match(after)) is not None:
        kinds.append("with" if joined[1] else "and")
    ahead = _PRONOUN.match(after)
    if ahead is not None:
        kinds.append("pronoun" if ahead[1] else "it" if ahead[2] else "they")
    return Evidence(tuple(kinds), presence, shown)


def _deed(
    before: str,
    after: str,
    name: str,
    following: list[str],
    previous: str,
    standing: str,
    *,
    owns: bool,
) -> tuple[str, float, str]:
    """Tell what somebody of that name does, or has, here."""
    touching = after[:1] == " "
    at = 0
    while touching and at < len(following) - 1 and _is_light(following[at]):
        at += 1
    word = following[at] if at < len(following) else ""
    more = following[at + 1] if at + 1 < len(following) else ""
    if owns:
        part = _part(following)
        if part:
            return "body", 2.0, f"{name} {part}"
        if word in RELATIVES or more in RELATIVES:
            return "kin", 0.25, f"{name} {word}"
        if word in PLACE_PARTS:
            return "parts", 0.0, ""
        if word.endswith("ing"):  # "Ben's crying"
            return "doing", 1.0, f"{name} {word}"
        return "owns", 0.25, f"{name} {word}"
    said = before.rstrip()
    ends_quote = said[-1:] in _CLOSERS and len(said) < len(before)
    if touching and ends_quote and word in CONTINUING_VERBS and more == "on":
        return "speech", 3.0, f"{name} {word} on"
    if touching and word in SPEECH_VERBS and (ends_quote or standing not in _PART_OF_SUBJECT):
        if word in PLAIN_SPEECH_VERBS or ends_quote:
            reported = not ends_quote and more in _REPORTED
            return "speech", 0.5 if reported else 3.0, f"{name} {word}"
        nods = word in GESTURES and _is_alive(word, after, more, standing)
        return "gesture" if nods else "action", 1.5, f"{name} {word}"
    if previous in SPEECH_VERBS or previous in SPEECH_ABROAD:
        said = said[: -len(previous)].rstrip()
        if said[-1:] in _CLOSERS or (previous in _SAID and not said[-1:].isalnum()):
            return "speech", 3.0, f"{previous} {name}"
    if previous in GESTURES_ABROAD:  # "dann nickte Jule"
        return "action", 1.5, f"{previous} {name}"
    if touching and (word in SPEECH_ABROAD or word in GESTURES_ABROAD):
        return "action", 1.5, f"{name} {word}"
    if standing in _PART_OF_SUBJECT:
        return _NONE  # "the villagers of Loray gathered"
    if not touching:
        return _aside(before, after, name, standing)
    if word == "the" and not name.endswith("ly") and (noun := _noun(following[at + 1 : at + 5])):
        word = following[at + 1 + noun]  # "Thanisson the delivery boy ducked in"
        if _is_action(word) or word in _HUMAN:
            return "gesture", 1.5, f"{name} the {following[at + noun]} {word}"
    if _is_action(word) or word in GESTURES:
        named = _is_alive(word, after, more, standing)
        return _action(following[at:]) if named else "action", 1.5, f"{name} {word}"
    if standing in _CLAUSE and _is_present(word, after, more):
        return _action(following[at:]), 1.25, f"{name} {word}"
    if (
        standing in _CAUGHT
        and word.endswith("ing")
        and word not in NO_DOING
        and (more in _AFTER_VERBS or more.endswith("ly"))
    ):
        return "doing", 0.75, f"{name} {word}"  # "and Ukai pretending that"
    if previous == "with" and _NEAR.match(after):
        return "doing", 1.0, f"{previous} {name}{after[:16]}"  # "with Locus at his heels"
    if word in _PLURAL and previous != "and":
        return "plural", 0.25, f"{name} {word} {more}"
    if word in BEING:
        doing = more if not _is_light(more) else "".join(following[at + 2 : at + 3])
        if doing.endswith("ing") and not doing.endswith("thing"):
            return "doing", 1.0, f"{name} {word} {doing}"
    if word in _AUXILIARIES:
        if word in _HAD and standing in _CLAUSE:
            did = next((each for each in following[at + 1 : at + 4] if not _is_light(each)), "")
            if did not in SPEECH_VERBS and _is_action(did):
                # "Had already jumped" is of now, "had left" often is of long ago.
                there = 0.75 if at + 1 < len(following) and more in _LATELY else 0.4
                return "action", there, f"{name} {word} {did}"
        return "aux", 0.1 if word in _REMOTE else 0.5, f"{name} {word} {more}"
    return _NONE


def _is_subject(following: list[str]) -> bool:
    """Tell "Suki steadied her" from "Dread built" and "Harsh smiles met him"."""
    for word, more in pairwise(following):
        if word in BEING:
            return False  # "Whitebait was announced"
        if word not in _AUXILIARIES and not _is_light(word):
            if word in MOODING or not (word.endswith("ed") or word in ACTIONS or word in GESTURES):
                return False
            bare = not word.endswith("ed") and word in _SAME_IN_PAST  # "Thin cut logs"
            return not (bare or word.endswith("s")) or more in _AFTER_VERBS or more[0].isupper()
    return False


def _part(owned: list[str]) -> str:
    """Find the part of a body that somebody owns: "'s dry, tired voice"."""
    for word in owned[:4]:
        if word in BODY:
            return word
        if word in _ENDS_OWNED:
            break
    return ""


def _action(words: list[str]) -> str:
    """Tell a deed that is only a person's: "nods", "folds his arms", "turned and walked"."""
    object_ = words[1:5]
    if words[0] in GESTURES or (object_[:1] == ["and"] and words[2:3] and words[2] in _HUMAN):
        return "gesture"
    if not BODY.isdisjoint(object_[1:]) and object_[0] in _SOME_PART:
        return "gesture"
    return "action"


def _noun(words: list[str]) -> int:
    """Count the words up to the noun that says what a person is, and the noun; 0 for no such."""
    return next((at for at, word in enumerate(words[:-1], 1) if word in PERSON_NOUNS), 0)


def _aside(before: str, after: str, name: str, standing: str) -> tuple[str, float, str]:
    """Look for what somebody does behind an aside: "Harold, the office-boy, entered"."""
    asides = [_ASIDE.match(after)]
    if before.endswith(", "):  # "the captain, Sir Howard, appeared"
        asides.append(_CLOSED.match(after))
    for aside in asides:
        if aside is None:
            continue
        word = aside[1]
        if _is_action(word) or word in _HUMAN:
            deed = "action"
            if standing not in _THING:
                deed = _action([word, *WORD.findall(after, aside.end())])
            return deed, 1.5, f"{name}{aside[0]}"
        if word in _AUXILIARIES:
            has = word in _HAD and _HAS.match(after, aside.end())  # "had a key", not "had gone"
            return "aux", 0.1 if word in _REMOTE and not has else 0.5, f"{name}{aside[0]}"
    return _NONE


def _is_light(word: str) -> bool:
    return word in _SKIPPED or word.endswith("ly")


def _is_present(word: str, after: str, more: str) -> bool:
    """Tell whether an unlisted word looks like a verb in the present: "slams the", "yawns."."""
    if (
        not (word.islower() and word.isalpha())
        or len(word) < 4
        or not word.endswith("s")
        or word.endswith(("ss", "us"))
    ):
        return False
    behind = after.find(word) + len(word)
    return (
        after[behind : behind + 1] in {".", ",", ";"}
        or more in _AFTER_VERBS
        or (more.endswith("ly") and len(more) > 4)
    )


def _is_alive(word: str, after: str, more: str, standing: str) -> bool:
    """Tell a gesture from "the Falcon groaned" and "ragged gasps filled the room"."""
    if standing in _THING:
        return False
    return not word.endswith("s") or more[:1].isupper() or _is_present(word, after, more)


def _does(word: str) -> bool:
    return _is_action(word) or word in _HUMAN or word.endswith("ing")


def _is_action(word: str) -> bool:
    if word in NO_ACTIONS:
        return False
    return word in ACTIONS or (len(word) > 3 and word.endswith("ed"))
