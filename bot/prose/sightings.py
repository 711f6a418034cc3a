"""Capitalised runs in a text and what their surroundings say about them.

A sighting is one place where a name may stand, with its titles and the
evidence around it: a verb of speech beside it, a body part it owns, an
article before it. What the sightings add up to is judged in ``names.py``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import regex

from bot.prose.english import (
    CONTINUING_VERBS,
    PLAIN_SPEECH_VERBS,
    SPEECH_VERBS,
    TITLES,
    word_set,
)
from bot.prose.name_words import (
    ACTIONS,
    ARTICLES,
    BODY,
    CONNECTORS,
    IN_PLACES,
    NO_ACTIONS,
    NO_NAMES,
    PLACE_HEADS,
    PLACES,
    WITHIN_PLACES,
)
from bot.prose.quotes import find_quotations

_TOKEN = regex.compile(r"\p{Lu}[\p{L}\p{M}\p{N}]*(?:[’'‘-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*")
_POSSESSIVE = regex.compile(r"[’'‘](?:s|S)?$")
_CONTRACTION = regex.compile(r"[’'‘](?:ll|d|ve|re|m|t|LL|D|VE|RE|M|T)$")
_GAP = regex.compile(rf" {{1,2}}(?:(?:{'|'.join(CONNECTORS)}) )*")
_OPENERS = "\"“„‘'«([*_~—–-"
_ENDERS = ".!?…:;。！？"
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:[’'‘-]\p{L}+)*")
_SKIPPED = word_set("just then still finally also only almost never always now suddenly slowly")
_AUXILIARIES = word_set("is was are were")
_AFTER_VERBS = word_set("""
    the a an his her their its my your our him them it me us at in on to up down out into onto over
    back away through from with for off toward towards against across past around
""")
# Behind the name of who speaks in a script: "WREN", and a line below what is said; "Wren: No."
_SPEAKER = regex.compile(r"(?: ?\([^()\n]{1,40}\))?(?:: *\S|:?\n(?=[^\s\p{Lu}]|\p{Lu}\P{Lu}))")
# What Japanese names are given in address: "Haruka-chan" is Haruka, and somebody.
_HONORIFIC = regex.compile(r"[-‐](?:san|kun|chan|sama|senpai|sempai|sensei|dono|tan|hime)$")
_RELATIVE = regex.compile(r",? (?:who|whose|whom)\b")
_VOCATIVE_END = regex.compile(r"[,.!?…—–-]|[\"”’]")
_OF_PLACES = word_set("of from for past")
_ABBREVIATIONS = word_set("mr mrs ms dr mx st prof capt col gen lt sgt rev cmdr maj sr jr")

_AROUND = 48  # characters on either side that are looked at
_LONGEST_RUN = 5  # words; a longer run of capitals is a heading or shouting


@dataclass(frozen=True, slots=True)
class Sighting:
    """One place where a name may stand."""

    titles: tuple[str, ...]  # "General", "Mrs."
    names: tuple[str, ...]  # the words of the name; none for a title alone
    start: int
    end: int
    initial: bool  # opens a sentence, where any word has a capital
    shouted: bool  # all capitals
    quoted: bool
    article: str  # "the", "a" … right before it, or ""
    person: float  # evidence that this names a person
    presence: float  # evidence that the person is there, not only spoken of
    kind: str  # the strongest: speech, speaker, body, title, who, vocative, action … or ""
    shown: str  # that evidence, as the text has it


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int
    possessive: bool
    honoured: bool = False  # "Haruka-chan"


def find_sightings(text: str) -> Iterator[Sighting]:
    """Give every capitalised run that may be a name, in order."""
    quotations = find_quotations(text).ranges
    at = 0
    for run in _runs(text):
        start = run[0].start
        while at < len(quotations) and quotations[at][1] <= start:
            at += 1
        quoted = at < len(quotations) and quotations[at][0] < start
        yield from _read_run(text, run, quoted=quoted)


def _runs(text: str) -> Iterator[list[_Token]]:
    """Give runs of capitalised words; a run never crosses a line break or a possessive."""
    tokens = [_token(match) for match in _TOKEN.finditer(text)]
    if not tokens:
        return
    run = [tokens[0]]
    for before, token in pairwise(tokens):
        gap = text[before.end : token.start]
        if gap.startswith(". ") and (
            before.word.lower() in _ABBREVIATIONS or (len(before.word) == 1 and before.word != "I")
        ):
            gap = gap[1:]
        if before.possessive or not _GAP.fullmatch(gap):
            yield run
            run = []
        elif connector := gap.strip():  # "Ilse de Vries": "de Vries" is one part
            token = _Token(f"{connector} {token.word}", before.end + 1, token.end, token.possessive)
        run.append(token)
    yield run


def _token(match: regex.Match[str]) -> _Token:
    word = match.group()
    bare = _POSSESSIVE.sub("", word)
    owns = len(bare) < len(word)
    plain = _CONTRACTION.sub("", bare)
    owns = owns or len(plain) < len(bare)
    name = _HONORIFIC.sub("", plain)
    return _Token(name, match.start(), match.end(), owns, honoured=len(name) < len(plain))


def _read_run(text: str, run: list[_Token], *, quoted: bool) -> Iterator[Sighting]:
    if len(run) > _LONGEST_RUN:
        return
    before = text[max(0, run[0].start - 8) : run[0].start]
    bare = before.rstrip(_OPENERS + "”’»' \t\n")
    initial = not bare or bare[-1] in _ENDERS or "\n" in before[len(bare) :]
    if before.endswith(('"', "“", "„", "«")):
        initial = True
    titles: list[_Token] = []
    names: list[_Token] = []
    article = ""
    if len(run) > 1 and len(run[0].word) == 1 and before.endswith("."):
        run = run[1:]  # the last letter of "P.S." is no first name
    for token in run:
        small = token.word.lower()
        if small in TITLES or small in _ABBREVIATIONS:
            if names:
                yield _sighting(text, titles, names, article, initial=initial, quoted=quoted)
                titles, names, article, initial = [], [], "", False
            titles.append(token)
        elif small in NO_NAMES or (len(small) == 1 and not names and len(run) == 1):
            if names or titles:
                yield _sighting(text, titles, names, article, initial=initial, quoted=quoted)
                titles, names = [], []
            article = small if small in ARTICLES or small == "the" else ""
            initial = False
        else:
            names.append(token)
    if names or titles:
        yield _sighting(text, titles, names, article, initial=initial, quoted=quoted)


def _sighting(
    text: str,
    titles: list[_Token],
    names: list[_Token],
    article: str,
    *,
    initial: bool,
    quoted: bool,
) -> Sighting:
    tokens = [*titles, *names]
    start, last = tokens[0].start, tokens[-1]
    before = text[max(0, start - _AROUND) : start]
    after = text[last.end : last.end + _AROUND]
    words_before = _WORD.findall(before)
    previous = words_before[-1].lower() if words_before else ""
    if not before.lower().endswith(f"{previous} "):
        previous = ""
    if not article and (previous in ARTICLES or previous == "the"):
        article = previous
    kind, person, presence, shown = _evidence(text, tokens, before, after, previous, quoted=quoted)
    if not kind and before[-1:] in ("", "\n") and _SPEAKER.match(text, last.end):
        kind, person, presence, shown = "speaker", 1.5, 1.5, text[start : last.end]
    holy = bool(titles and names) and titles[-1].word.lower() == "saint"
    if holy and not kind and (last.possessive or previous in IN_PLACES or previous in _OF_PLACES):
        person -= 5  # "the steps of Saint Ann's": a church
    elif (titles and names) or last.honoured:
        person += 2
        kind = kind or "title"
    if names and not titles:
        person -= 6 * (article == "the") + 4 * (article in ARTICLES)
    if not last.possessive and not titles and previous in IN_PLACES:
        person -= 2 if previous in WITHIN_PLACES else 1  # one looks at somebody, or leans on them
    small = [token.word.lower() for token in names]
    if names and not titles and (PLACES.intersection(small) or small[0] in PLACE_HEADS):
        person -= 5
    shouted = all(len(token.word) > 1 and token.word.isupper() for token in tokens)
    return Sighting(
        tuple(_title(token.word) for token in titles),
        tuple(token.word.capitalize() if shouted else token.word for token in names),
        start,
        last.end,
        initial,
        shouted,
        quoted,
        article,
        person,
        presence,
        kind,
        shown or text[start : last.end],
    )


def _title(word: str) -> str:
    return f"{word}." if word.lower() in _ABBREVIATIONS else word


def _evidence(
    text: str, tokens: list[_Token], before: str, after: str, previous: str, *, quoted: bool
) -> tuple[str, float, float, str]:
    """Weigh the surroundings: the kind, for a person, for being there, and the words."""
    start, last = tokens[0].start, tokens[-1]
    following = _WORD.findall(after)
    touching = after[:1] == " "
    if quoted:
        addressed = (before.endswith((", ", "“", '"', "„", "«")) or previous in {"oh", "o"}) and (
            _VOCATIVE_END.match(after)
        )
        if addressed and not last.possessive:
            return "vocative", 1.5, 0.5, text[max(0, start - 2) : last.end + 1]
        if before.endswith((". ", "! ", "? ", "… ")) and after[:1] == "!":
            return "vocative", 1.0, 0.75, text[start : last.end + 1]
        return "", 0.0, 0.0, ""
    while touching and following and (following[0] in _SKIPPED or following[0].endswith("ly")):
        del following[0]
    word = following[0] if following else ""
    if last.possessive:
        near = {word, *following[1:2]}
        if near & BODY:
            return "body", 2.0, 2.0, f"{text[start : last.end]} {word}"
        if word.endswith("ing"):  # "Ben's crying"
            return "action", 1.0, 1.0, f"{text[start : last.end]} {word}"
        return "", 0.2, 0.0, ""
    ends_quote = before.rstrip()[-1:] in tuple("\"”'’»") and not before.endswith(
        ('"', "“", "'", "‘")
    )
    if touching and ends_quote and word in CONTINUING_VERBS and following[1:2] == ["on"]:
        return "speech", 3.0, 3.0, f"{text[start : last.end]} {word} on"
    if touching and word in SPEECH_VERBS:
        if word in PLAIN_SPEECH_VERBS or ends_quote:
            return "speech", 3.0, 3.0, f"{text[start : last.end]} {word}"
        return "action", 1.5, 1.5, f"{text[start : last.end]} {word}"
    if previous in SPEECH_VERBS:
        said = before.rstrip()[: -len(previous)].rstrip()
        if said[-1:] in tuple("\"”'’»") or (
            previous in {"said", "says"} and not said[-1:].isalpha()
        ):
            return "speech", 3.0, 3.0, f"{previous} {text[start : last.end]}"
        if previous in {"told", "tells", "asked", "asks", "thanked", "reminded", "assured"}:
            return "spoken to", 1.0, 1.0, f"{previous} {text[start : last.end]}"
    if _RELATIVE.match(after):
        return "who", 2.0, 0.5, text[start : last.end] + ", who"
    if touching and _is_action(word):
        moved = following[1:2] in (["his"], ["her"], ["their"]) and following[2:3]
        own = 1.0 if moved and moved[0] in BODY else 0.0  # "wipes his forehead"
        return "action", 1.5 + own, 1.5 + own, f"{text[start : last.end]} {word}"
    if touching and _is_present(word, after, following):
        return "action", 1.25, 1.25, f"{text[start : last.end]} {word}"
    if touching and word in _AUXILIARIES:
        doing = [each for each in following[1:3] if each not in _SKIPPED][:1]
        if doing and doing[0].endswith("ing"):
            return "action", 1.0, 1.0, f"{text[start : last.end]} {word} {doing[0]}"
    return "", 0.0, 0.0, ""


def _is_present(word: str, after: str, following: list[str]) -> bool:
    """Tell whether an unlisted word looks like a verb in the present: "slams the", "yawns."."""
    if not word.islower() or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us")):
        return False
    behind = after.find(word) + len(word)
    if after[behind : behind + 1] in {".", ",", ";"}:
        return True
    return len(following) > 1 and following[1] in _AFTER_VERBS


def _is_action(word: str) -> bool:
    if word in NO_ACTIONS:
        return False
    return word in ACTIONS or (len(word) > 3 and word.endswith("ed"))
