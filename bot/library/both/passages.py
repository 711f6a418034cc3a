"""Where in a story the words of a search stand: the passage that a hit shows.

A part of the text is looked at closely only when a quick look found the words
in it, so that a word late in a long novel is found as well.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.prose.passages import PASSAGE_LENGTH, Passage, best_passage
from bot.prose.query import Term
from bot.prose.words import spaced_tokens
from bot.story import Place

Part = tuple[int, int, str]  # chapter, start in it, text
Shown = tuple[Place, str, tuple[tuple[int, int], ...]]


def passage_in(story: int, parts: Sequence[Part], terms: Sequence[Term]) -> Shown | None:
    """Give the passage of a story's parts that holds most of ``terms``: place, text and marks.

    The parts come in order.
    """
    return _best(story, parts, terms) or _best(story, _seams(parts), terms)


def _best(
    story: int, parts: Sequence[Part] | Iterator[Part], terms: Sequence[Term]
) -> Shown | None:
    best: tuple[Passage, Part] | None = None
    for part in parts:
        likely = _count_likely(spaced_tokens(part[2]), terms)
        if likely <= (best[0].terms if best else 0):
            continue
        found = best_passage(part[2], terms)
        if found is not None and (best is None or found.terms > best[0].terms):
            best = found, part
            if found.terms == len(terms):
                break
    if best is None:
        return None
    passage, (chapter, start, text) = best
    told = text[passage.start : passage.end]
    shown = "".join(" " if letter.isspace() else letter for letter in told)
    return Place(story, chapter, start + passage.start), shown, passage.marks


def _count_likely(tokens: str, terms: Sequence[Term]) -> int:
    return sum(all(token in tokens for token in term.tokens) for term in terms)


def _seams(parts: Sequence[Part]) -> Iterator[Part]:
    """Give the text around where two parts meet: a phrase may stand there."""
    for (chapter, start, text), (following, _, more) in pairwise(parts):
        if chapter == following:
            begin = max(0, len(text) - PASSAGE_LENGTH)
            yield chapter, start + begin, text[begin:] + more[:PASSAGE_LENGTH]
