"""Where the words of a query stand in a text: matches, and the passage that holds most.

The text is the original one; folding changes lengths, so each stretch without
white space is folded letter by letter when its offsets are needed.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from bot.prose.query import Term
from bot.prose.sentences import sentence_ends
from bot.prose.words import fold, tokens_of_folded

PASSAGE_LENGTH = 240  # characters: three lines of a list on a phone
_LEAD = 100  # at most so many characters of it stand before the first match
_WORD = 24  # characters: longer ones hardly come twice

_STRETCH = regex.compile(r"\S+")
_LETTER = regex.compile(r"\P{M}\p{M}*")
_SPACE = regex.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Match:
    """A term of a query at a range of a text."""

    start: int
    end: int
    term: Term


@dataclass(frozen=True, slots=True)
class Passage:
    """A range of a text, the ranges of ``text[start:end]`` that matched, and how much does."""

    start: int
    end: int
    marks: tuple[tuple[int, int], ...]
    terms: int  # different ones


def placed_tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Give `words.tokens` of ``text``, each with the range of ``text`` it comes from."""
    for stretch in _STRETCH.finditer(text):
        at, written = stretch.start(), stretch.group()
        tokens = _known_tokens(written) if len(written) <= _WORD else _tokens_in(written)
        for token, start, end in tokens:
            yield token, at + start, at + end


def _tokens_in(written: str) -> tuple[tuple[str, int, int], ...]:
    folded = fold(written)
    letters = _letters(written, folded)
    return tuple(
        (token, letters[start][0], letters[end - 1][1])
        for token, start, end in tokens_of_folded(folded)
    )


_known_tokens = lru_cache(maxsize=4_096)(_tokens_in)  # the same few words, again and again


def find_matches(text: str, terms: Sequence[Term]) -> list[Match]:
    """Find every place in ``text`` where one of ``terms`` stands, in order."""
    placed = list(placed_tokens(text))
    found = [
        Match(placed[at][1], placed[at + len(term.tokens) - 1][2], term)
        for term in terms
        for at in _firsts(term, placed)
        if _stands_at(term, placed, at)
    ]
    return sorted(found, key=lambda match: (match.start, match.end))


def best_passage(text: str, terms: Sequence[Term], length: int = PASSAGE_LENGTH) -> Passage | None:
    """Choose the passage of at most ``length`` characters with the most different terms.

    Then the one with the most matches, then the first. It starts at a sentence
    or a word. None when no term stands in ``text``.
    """
    matches = find_matches(text, terms)
    if not matches:
        return None
    reach = length - _LEAD // 2
    inside: Counter[Term] = Counter()
    best, best_score, behind = 0, (0, 0), 0
    for first, match in enumerate(matches):
        while behind < len(matches) and (
            behind <= first or matches[behind].end - match.start <= reach
        ):
            inside[matches[behind].term] += 1
            behind += 1
        score = (len(inside), behind - first)
        if score > best_score:
            best, best_score = first, score
        inside[match.term] -= 1
        if not inside[match.term]:
            del inside[match.term]
    start = _start_before(text, matches[best].start)
    if matches[best].end - start > length:
        start = matches[best].start
    end = _end_behind(text, start, length, matches[best].end)
    marks = _merged(
        (match.start - start, match.end - start)
        for match in matches
        if start <= match.start and match.end <= end
    )
    return Passage(start, end, marks, best_score[0])


def _firsts(term: Term, placed: Sequence[tuple[str, int, int]]) -> list[int]:
    """Give the places where a term may begin: its first token stands there."""
    first, last = term.tokens[0], len(placed) - len(term.tokens)
    if len(term.tokens) == 1 and term.is_beginning:
        return [at for at, each in enumerate(placed) if each[0].startswith(first)]
    return [at for at, each in enumerate(placed) if each[0] == first and at <= last]


def _stands_at(term: Term, placed: Sequence[tuple[str, int, int]], at: int) -> bool:
    last = len(term.tokens) - 1
    for number, wanted in enumerate(term.tokens):
        token = placed[at + number][0]
        if token != wanted and not (
            number == last and term.is_beginning and token.startswith(wanted)
        ):
            return False
    return True


def _merged(ranges: Iterator[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in ranges:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def _start_before(text: str, match: int) -> int:
    floor = max(0, match - _LEAD)
    starts = [0] if floor == 0 else []
    starts += [end for end in sentence_ends(text, floor, match) if end < match]
    if starts:
        start = starts[-1]
    else:
        spaces = [space.end() for space in _SPACE.finditer(text, match - _LEAD // 2, match)]
        start = spaces[0] if spaces else match
    while start < match and text[start].isspace():
        start += 1
    return start


def _end_behind(text: str, start: int, length: int, match_end: int) -> int:
    end = min(len(text), max(match_end, start + length))
    if match_end < end < len(text):
        spaces = [space.start() for space in _SPACE.finditer(text, match_end, end + 1)]
        end = spaces[-1] if spaces else end
    return len(text[start:end].rstrip()) + start


def _letters(written: str, folded: str) -> Sequence[tuple[int, int]]:
    """Give for each character of ``folded`` the range of ``written`` it comes from."""
    if written.isascii():
        return [(at, at + 1) for at in range(len(written))]
    ranges: list[tuple[int, int]] = []
    pieces: list[str] = []
    for letter in _LETTER.finditer(written):
        pieces.append(_fold_letter(letter.group()))
        ranges += [letter.span()] * len(pieces[-1])
    if "".join(pieces) != folded:  # letters that fold together, such as parts of Hangul
        return [(0, len(written))] * len(folded)
    return ranges


@lru_cache(maxsize=8_192)
def _fold_letter(letter: str) -> str:
    return fold(letter)
