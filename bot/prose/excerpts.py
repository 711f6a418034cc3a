"""Passages that make sense alone: whole sentences from the start of a paragraph.

A passage never holds any of the story's last paragraph, so it never gives the
ending away.
"""

from bisect import bisect_right
from collections.abc import Sequence
from random import Random

import regex

from bot.prose.english import word_set
from bot.prose.quotes import Quotations, find_quotations
from bot.prose.sentences import sentence_ends

LONG_ENOUGH = 300  # characters; a shorter passage is given only where no longer one exists

_TRIES = 200  # starts looked at of each kind; more would make a huge odd text slow
_ROUND = 0.6  # of the longest passage; ending with a paragraph may cost the rest
_CLOSING = "\"”’'»」』"
_FIRST_WORD = regex.compile(r"[^\p{L}\p{N}]*([\p{L}\p{M}]+)")
# Openings that point back to something the reader has not seen.
_POINTS_BACK = word_set("""
    and but or so nor yet then because which he she it they him her his hers its them their theirs
    this that these those there however instead therefore meanwhile otherwise afterwards still
    besides anyway also both neither
""")


def choose_excerpt(
    paragraphs: Sequence[tuple[int, int]],
    text: str,
    limit: int,
    rng: Random,
    *,
    final: bool = True,
) -> tuple[int, int] | None:
    """Choose a passage of ``text`` at random: its start and end, at most ``limit`` long.

    ``paragraphs`` are the ranges of the paragraphs in order; the passage opens
    one, outside a quotation, and ends with a sentence, rather with a paragraph.
    With ``final`` the last paragraph is the story's last and is left out (give
    False for a chapter that others follow). Passages of 300 characters and
    more come first, among them those that do not open with "And" or "He".

    None when there is no such passage: a story of one paragraph, or one whose
    sentences are all longer than ``limit``. A story of two paragraphs gives
    its first, or the sentences of it that fit.
    """
    usable = list(paragraphs[:-1] if final else paragraphs)
    if not usable or limit < 1:
        return None
    quotations = find_quotations(text)
    starts = [
        start for start, end in usable if start < end and _is_outside(text, start, quotations)
    ]
    rng.shuffle(starts)
    alone = [start for start in starts if not _points_back(text, start)]
    back = [start for start in starts if _points_back(text, start)]
    shorter: list[tuple[int, int]] = []
    for kind in (alone, back):
        for start in kind[:_TRIES]:
            end = _find_end(text, start, limit, usable, quotations)
            if end is None:
                continue
            if end - start >= min(LONG_ENOUGH, limit // 2):
                return start, end
            shorter.append((start, end))
    return max(shorter, key=lambda passage: passage[1] - passage[0], default=None)


def opening_lines(text: str, limit: int) -> str:
    """Give the first whole sentences of ``text`` that fit ``limit``, as one line.

    A first sentence that is too long is cut at a word and ends with "…".
    """
    window = text.lstrip()[: 2 * limit + 200]
    kept = ""
    for end in sentence_ends(window):
        line = " ".join(window[:end].split())
        if len(line) > limit:
            break
        kept = line
    if kept or limit < 1:
        return kept
    line = " ".join(window.split())
    return line if len(line) <= limit else _cut(line, limit - 1) + "…"


def _cut(line: str, room: int) -> str:
    space = line.rfind(" ", 0, room + 1)
    if space > 0:
        return line[:space].rstrip(" ,;:—–-")
    length = 0
    for grapheme in regex.finditer(r"\X", line, endpos=room + 64):
        if grapheme.end() > room:
            break
        length = grapheme.end()
    return line[:length]


def _is_outside(text: str, start: int, quotations: Quotations) -> bool:
    """Tell whether no quotation of an earlier paragraph is still open at ``start``."""
    if not quotations.balanced:
        return True
    at = bisect_right(quotations.ranges, (start, -1)) - 1
    if at < 0:
        return True
    begin, end = quotations.ranges[at]
    if begin < start < end:
        return False
    # Speech over several paragraphs: the one before ended without a closing mark.
    unclosed = text[end - 1] not in _CLOSING
    return not (unclosed and not text[end:start].strip())


def _points_back(text: str, start: int) -> bool:
    found = _FIRST_WORD.match(text, start, start + 80)
    return found is None or found.group(1).casefold() in _POINTS_BACK


def _find_end(
    text: str,
    start: int,
    limit: int,
    paragraphs: Sequence[tuple[int, int]],
    quotations: Quotations,
) -> int | None:
    """Find the best end of a passage from ``start``: a paragraph's, else a sentence's."""
    stop = min(start + limit, paragraphs[-1][1])
    first = bisect_right(paragraphs, (start, len(text)))
    first = first - 1 if first and paragraphs[first - 1][0] == start else first
    whole: int | None = None
    last = first
    while last < len(paragraphs) and paragraphs[last][1] <= stop:
        whole = paragraphs[last][1]
        last += 1
    inside: int | None = None
    if last < len(paragraphs):
        for end in sentence_ends(text, max(start, paragraphs[last][0]), stop):
            if end <= stop and not (quotations.balanced and quotations.holds(end)):
                inside = end
    if whole is None or inside is None:
        return whole if inside is None else inside
    long_enough = max(LONG_ENOUGH, _ROUND * (inside - start))
    return whole if whole - start >= long_enough else inside
