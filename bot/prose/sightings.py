"""Capitalised runs in a text and what their surroundings say about them.

A sighting is one place where a name may stand, with its titles and the
evidence around it: a verb of speech beside it, a body part it owns, an
article before it. What the sightings add up to is judged in ``names.py``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import regex

from bot.prose.english import TITLES, word_set
from bot.prose.evidence import find_evidence
from bot.prose.name_words import ARTICLES, CONNECTORS, NO_NAMES, PLACE_HEADS, PLACES
from bot.prose.quotes import find_quotations
from bot.prose.speech_abroad import NO_NAMES_ABROAD

_TOKEN = regex.compile(r"\p{Lu}[\p{L}\p{M}\p{N}]*(?:[’'‘-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*")
_POSSESSIVE = regex.compile(r"[’'‘](?:s|S)?$")
_CONTRACTION = regex.compile(r"[’'‘](?:ll|d|ve|re|m|t|LL|D|VE|RE|M|T)$")
_GAP = regex.compile(rf" {{1,2}}(?:(?:{'|'.join(CONNECTORS)}) )*")
_OPENERS = "\"“„‘'«([*_~—–-"
_ENDERS = ".!?…:;。！？"
_NO_NAMES = NO_NAMES | NO_NAMES_ABROAD
_ARTICLES = ARTICLES | {"the"}
_DIGIT = regex.compile(r"\d")
# Capitals that may stand before a name without being a part of it: "Poor Harry", "But I, Ben".
_BARE = word_set("""
    i oh o ah god dear old young little poor big dead darling sweet miss mister sir mum mom dad mama
    papa mummy daddy grandma grandpa granny good saint
""")
_WHERE = frozenset({"within", "at", "going", "part of", "of", "from"})
_PHRASE = regex.compile(r"-\p{Ll}+-\p{Ll}")  # "Miss Never-on-time"
_HOLY = word_set("saint st")
# Behind the name of who speaks in a script: "WREN", and a line below what is said; "Wren: No."
_SPEAKER = regex.compile(r"(?: ?\([^()\n]{1,40}\))?(?:: *\S|:?\n(?=[^\s\p{Lu}]|\p{Lu}\P{Lu}))")
# What Japanese names are given in address: "Haruka-chan" is Haruka, and somebody.
_HONORIFIC = regex.compile(
    r"[-‐](?:san|kun|chan|sama|senpai|sempai|sensei|dono|tan|hime|ssi|nim|hyung|noona|oppa|unnie)$"
)
# What fear and longing do to a name: "H-Hux", "Kylooo".
_STUTTERED = regex.compile(r"(?:(\p{L}{1,3})-)+(?=\1\p{Ll})", regex.IGNORECASE)
_ABBREVIATIONS = word_set("mr mrs ms dr mx st prof capt col gen lt sgt rev cmdr maj sr jr")

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
    presence: float  # evidence that the person is there, not only spoken of
    kinds: tuple[str, ...]  # of evidence, see `evidence`; the one that ``shown`` shows first
    shown: str  # the words around that tell most


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
    if word[-3:] == word[-1] * 3 and word[-1].islower():
        word = word.rstrip(word[-1]) + word[-1]
    elif "-" in word and (stutter := _STUTTERED.match(word)) is not None:
        word = word[0] + word[stutter.end() + 1 :]
    if word.isalnum():
        return _Token(word, match.start(), match.end(), possessive=False)
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
    article, part = "", False
    if len(run) > 1 and len(run[0].word) == 1 and before.endswith("."):
        run = run[1:]  # the last letter of "P.S." is no first name
    for token in run:
        small = token.word.lower()
        if small in TITLES or small in _ABBREVIATIONS:
            if names:
                people = bool(article) and not titles  # "the Orvish Ambassador"
                yield _sighting(
                    text, titles, names, article, initial=initial, quoted=quoted, part=people
                )
                titles, names, article, initial = [], [], "", False
            titles.append(token)
        elif small in _NO_NAMES or (len(small) == 1 and not names and len(run) == 1):
            if names or titles:
                yield _sighting(text, titles, names, article, initial=initial, quoted=quoted)
                titles, names = [], []
            article = small if small in ARTICLES or small == "the" else ""
            part = not initial and not article and small not in _BARE
            initial = False
        else:
            names.append(token)
    if names or titles:
        yield _sighting(text, titles, names, article, initial=initial, quoted=quoted, part=part)


def _sighting(
    text: str,
    titles: list[_Token],
    names: list[_Token],
    article: str,
    *,
    initial: bool,
    quoted: bool,
    part: bool = False,  # "Fleet" of "the Third Fleet"
) -> Sighting:
    tokens = [*titles, *names]
    start, last = tokens[0].start, tokens[-1]
    found = find_evidence(
        text, start, last.end, owns=last.possessive, titled=bool(titles), quoted=quoted
    )
    kinds, presence, shown = list(found.kinds), found.presence, found.shown
    if not article:
        before = text[max(0, start - 8) : start].lower()
        previous = before.rstrip(" ").rpartition(" ")[2].lstrip(_OPENERS)
        article = previous if before.endswith(" ") and previous in _ARTICLES else ""
    if text[start - 1 : start] in ("", "\n") and _SPEAKER.match(text, last.end):
        kinds.append("speaker")
        presence, shown = max(presence, 1.5), shown or text[start : last.end]
    if text[max(0, start - 2) : start] == "& ":
        part = True  # "Rise & Shine"
    if part and not titles:
        kinds.append("part")
    if names and "-" in names[-1].word and _PHRASE.search(names[-1].word):
        kinds.append("phrase")
    church = last.possessive or not _WHERE.isdisjoint(kinds)
    if titles and names and titles[-1].word.lower() in _HOLY and church and not presence >= 1:
        kinds.append("holy")  # "the steps of Saint Ann's"
    elif (titles and names) or last.honoured:
        kinds.append("title")
    small = [token.word.lower() for token in names]
    placed = PLACES.intersection(small) and (len(names) > 1 or article)
    if names and not titles and (placed or small[0] in PLACE_HEADS):
        kinds.append("place")
    shouted = all(
        len(token.word) > 1 and token.word.isupper() and not _DIGIT.search(token.word)
        for token in tokens
    )  # R2-D2 is no shouting
    return Sighting(
        tuple(_title(token.word) for token in titles),
        tuple(_part(text, token, shouted=shouted) for token in names),
        start,
        last.end,
        initial,
        shouted,
        quoted,
        article,
        presence,
        tuple(kinds),
        shown or text[start : last.end],
    )


def _part(text: str, token: _Token, *, shouted: bool) -> str:
    """Give a word of a name as it is shown: "Hux" for "HUX", with the point of an initial."""
    if len(token.word) == 1 and text.startswith(". ", token.end):
        return f"{token.word}."
    return token.word.capitalize() if shouted else token.word


def _title(word: str) -> str:
    return f"{word}." if word.lower() in _ABBREVIATIONS else word
