"""Ratings: what a file's words for one mean, and an estimate where it says nothing.

An estimate only ever raises the operator's default: by words in the text, by
tags and by archive warnings. The words stand in ``bot/data/ratings.toml``.
In a language without a word list the text may hold anything, so the story is
Not Rated.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain
from typing import cast

from bot.prose.words import fold, stretches
from bot.story import Origin, Rating

_LATIN_LETTER = re.compile(r"[A-Za-zÀ-ɏ]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
_WORD_OR_NUMBER = re.compile(r"[^\W_]+")
_LABEL = re.compile(r"^(?:(?:rated|rating|fiction)\b[\s:]*)+")
_LIST_MARK = re.compile(r"[,;]")

_SAMPLE = 4_000  # characters from the start, the middle and the end
_NEARBY = 3  # words on either side that decide about a guarded word
_NEARBY_CHARACTERS = 60
_COMMON_SHARE = 0.06  # of all words; English prose has 0.12 to 0.25, its neighbours under 0.02
_SHORT = 12  # words; below that the share says little

_STATED = {
    Rating.GENERAL: ("general", "general audiences", "g", "k", "k+", "pg"),
    Rating.TEEN: ("teen", "teen and up", "teen and up audiences", "t", "pg-13", "pg13"),
    Rating.MATURE: ("mature", "mature audiences", "m", "r"),
    Rating.EXPLICIT: ("explicit", "e", "ma", "nc-17", "nc17", "18", "18+", "x"),
}
_WITHHELD = frozenset({"underage", "underage sex"})


@dataclass(frozen=True, slots=True)
class _Guarded:
    """A word that is sexual only in company."""

    words: frozenset[str]
    after: frozenset[str]
    beside: re.Pattern[str]
    never_beside: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Language:
    names: frozenset[str]
    common: frozenset[str]
    strong: frozenset[str]
    sexual: frozenset[str]
    sexual_phrases: tuple[tuple[frozenset[str], re.Pattern[str]], ...]
    weak: frozenset[str]
    weak_phrases: tuple[tuple[frozenset[str], re.Pattern[str]], ...]
    enough: int
    guarded: tuple[_Guarded, ...]


@dataclass(frozen=True, slots=True)
class _Lists:
    languages: tuple[_Language, ...]
    tags: tuple[tuple[Rating, frozenset[str], re.Pattern[str]], ...]
    alone: dict[str, Rating]
    no: frozenset[str]
    softer: frozenset[str]
    warnings: frozenset[str]


def parse_rating(stated: str) -> Rating:
    """Read a stated rating, in the words of AO3, FanFiction.Net or film boards.

    Words we do not know give Not Rated, the strictest: whoever stated them
    meant something.
    """
    plain = _LABEL.sub("", fold(stated)).strip()
    for rating, names in _STATED.items():
        if plain in names:
            return rating
    return Rating.NOT_RATED


def is_withheld(rating: Rating, warnings: Iterable[str]) -> bool:
    """Tell whether a story is never served: Underage and rated above Teen, or Not Rated."""
    if rating <= Rating.TEEN:
        return False
    return any(
        fold(part) in _WITHHELD for warning in warnings for part in _LIST_MARK.split(warning)
    )


def estimate_rating(
    text: str,
    language: str,
    default: Rating,
    tags: Iterable[str] = (),
    warnings: Iterable[str] = (),
) -> tuple[Rating, Origin]:
    """Estimate the rating of a story that states none, at least ``default``.

    Strong language makes it Mature, sexual vocabulary Explicit; tags and
    archive warnings count as well. ``language`` is a tag ("en-GB") or a name
    ("English"); when it is empty, script and common words decide, and a text
    without letters passes for any language. The origin is ``DEFAULT`` when
    nothing raised the rating, else ``ESTIMATED``.
    """
    lists = _lists()
    spoken = _find_language(lists, language, text)
    if spoken is None:
        found = Rating.NOT_RATED
    else:
        found = max(
            _rate_text(spoken, text), _rate_tags(lists, tags), _rate_warnings(lists, warnings)
        )
    return (found, Origin.ESTIMATED) if found > default else (default, Origin.DEFAULT)


def _find_language(lists: _Lists, stated: str, text: str) -> _Language | None:
    sample = _sample(text)
    letters = len(_LETTER.findall(sample))
    latin = len(_LATIN_LETTER.findall(sample))
    name = re.split(r"[-_ (]", fold(stated), maxsplit=1)[0]
    for language in lists.languages:
        if letters and latin < 0.7 * letters:
            continue  # stated by mistake: no word of the list can match
        if name in language.names or not letters:
            return language
        if name in {"", "und", "mul", "unknown"} and _sounds_like(language, sample):
            return language
    return None


def _sample(text: str) -> str:
    if len(text) <= 3 * _SAMPLE:
        return text
    middle = len(text) // 2
    return " ".join((text[:_SAMPLE], text[middle : middle + _SAMPLE], text[-_SAMPLE:]))


def _sounds_like(language: _Language, sample: str) -> bool:
    words = [word.casefold() for word in _WORD.findall(sample)]
    common = sum(word in language.common for word in words)
    if len(words) < _SHORT:
        return common > 0 or sample.isascii()
    return common >= _COMMON_SHARE * len(words)


def _rate_text(language: _Language, text: str) -> Rating:
    spelt = set[str]()
    for stretch in stretches(text):
        spelt.update(_WORD.findall(stretch))
    words = {word.casefold() for word in spelt}
    if (
        words & language.sexual
        or any(
            parts <= words and pattern.search(text) for parts, pattern in language.sexual_phrases
        )
        or any(spelt & rule.words and _is_in_company(rule, text) for rule in language.guarded)
        or _has_enough_weak(language, words, text)
    ):
        return Rating.EXPLICIT
    return Rating.MATURE if words & language.strong else Rating.GENERAL


def _has_enough_weak(language: _Language, words: set[str], text: str) -> bool:
    present = words & language.weak
    phrases = [pattern for parts, pattern in language.weak_phrases if parts <= words]
    if len(present) + len(phrases) < 2:
        return False
    words_of = chain.from_iterable(map(_WORD.findall, stretches(text)))
    hits = sum(word.casefold() in present for word in words_of) if present else 0
    found = len(present)
    for pattern in phrases:
        count = sum(1 for _ in pattern.finditer(text))
        hits += count
        found += count > 0
    return found >= 2 and hits >= language.enough


def _is_in_company(rule: _Guarded, text: str) -> bool:
    for match in _WORD.finditer(text):
        if match.group() not in rule.words:
            continue
        begin, end = match.span()
        if text[begin - 1 : begin] == "-" or text[end : end + 1] == "-":
            continue  # cock-a-doodle-doo, half-cock
        before = _WORD.findall(text, max(0, begin - _NEARBY_CHARACTERS), begin)[-_NEARBY:]
        behind = _WORD.findall(text, end, end + _NEARBY_CHARACTERS)[:_NEARBY]
        around = [word.casefold() for word in before + behind]
        if any(rule.never_beside.fullmatch(word) for word in around):
            continue
        if before and before[-1].casefold() in rule.after:
            return True
        if any(rule.beside.fullmatch(word) for word in around):
            return True
    return False


def _rate_tags(lists: _Lists, tags: Iterable[str]) -> Rating:
    highest = Rating.GENERAL
    for tag in tags:
        words = _WORD_OR_NUMBER.findall(fold(tag))
        plain = " ".join(words)
        highest = max(highest, lists.alone.get(plain, Rating.GENERAL))
        for rating, parts, pattern in lists.tags:
            if rating <= highest or parts.isdisjoint(words):
                continue
            for match in pattern.finditer(plain):
                before = plain[: match.start()].split()[-1:]
                if plain[match.end() :].startswith(" free") or lists.no.intersection(before):
                    continue
                softened = bool(lists.softer.intersection(before))
                highest = max(highest, Rating(rating - 1) if softened else rating)
    # A softened Mature is Teen, which an unrated story may well be below: no raise.
    return highest if highest >= Rating.MATURE else Rating.GENERAL


def _rate_warnings(lists: _Lists, warnings: Iterable[str]) -> Rating:
    for warning in warnings:
        for part in (warning, *_LIST_MARK.split(warning)):
            if " ".join(_WORD_OR_NUMBER.findall(fold(part))) in lists.warnings:
                return Rating.MATURE
    return Rating.GENERAL


@cache  # package data: the same for as long as the program runs
def _lists() -> _Lists:
    raw = tomllib.loads(
        resources.files("bot").joinpath("data", "ratings.toml").read_text(encoding="utf-8")
    )
    tags = cast(dict[str, list[str]], raw["tags"])
    return _Lists(
        languages=tuple(
            _language(cast(dict[str, object], entry)) for entry in raw["languages"].values()
        ),
        tags=tuple(
            (rating, frozenset(word for phrase in phrases for word in phrase.split()), pattern)
            for rating, phrases in (
                (Rating.EXPLICIT, tags["explicit"]),
                (Rating.MATURE, tags["mature"]),
            )
            for pattern in (re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b"),)
        ),
        alone=dict.fromkeys(tags["mature_alone"], Rating.MATURE)
        | dict.fromkeys(tags["explicit_alone"], Rating.EXPLICIT),
        no=frozenset(tags["no"]),
        softer=frozenset(tags["softer"]),
        warnings=frozenset(cast(dict[str, list[str]], raw["warnings"])["mature"]),
    )


def _language(raw: dict[str, object]) -> _Language:
    def words(key: str) -> list[str]:
        return cast(list[str], raw[key])

    def phrases(key: str) -> tuple[tuple[frozenset[str], re.Pattern[str]], ...]:
        return tuple(
            (frozenset(_WORD.findall(phrase)), _phrase(phrase))
            for phrase in words(key)
            if not phrase.isalpha()
        )

    return _Language(
        names=frozenset(words("names")),
        common=frozenset(words("common")),
        strong=frozenset(words("strong")),
        sexual=frozenset(filter(str.isalpha, words("sexual"))),
        sexual_phrases=phrases("sexual"),
        weak=frozenset(filter(str.isalpha, words("sexual_weak"))),
        weak_phrases=phrases("sexual_weak"),
        enough=cast(int, raw["enough"]),
        guarded=tuple(
            _Guarded(
                words=frozenset(rule["words"]),
                after=frozenset(rule["after"]),
                beside=_endings(rule["beside"]),
                never_beside=_endings(rule["never_beside"]),
            )
            for rule in cast(list[dict[str, list[str]]], raw["guarded"])
        ),
    )


def _phrase(phrase: str) -> re.Pattern[str]:
    """Give a pattern: a space stands for white space or a hyphen, a hyphen for itself."""
    return re.compile(
        r"\b" + r"[\s-]{1,3}".join(map(re.escape, phrase.split())) + r"\b", re.IGNORECASE
    )


def _endings(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word).replace(r"\*", r"\w*") for word in words) or r"(?!)")
