"""What a text is judged by: its quotations and the sentences of narration between them."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from bot.prose.english import SPEECH_VERBS
from bot.prose.quotes import find_quotations
from bot.prose.sentences import sentence_ends

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_SPEECH_END = ",.!?…—–-~"
_SPACELESS_END = "。！？｡」』）"


@dataclass(frozen=True, slots=True)
class Unit:
    """A quotation or a sentence of narration (``complete`` if its end is a sentence's end)."""

    start: int
    end: int
    quoted: bool = False
    complete: bool = True


def cut_units(text: str, start: int, end: int) -> list[Unit]:
    """Cut a range of ``text`` into quotations and sentences of narration, in order.

    Only sentences come back when the quotation marks are in disorder.
    """
    piece = text[start:end]
    ends = [start + offset for offset in sentence_ends(piece)]
    quotations = find_quotations(piece)
    units: list[Unit] = []
    at = start
    if quotations.balanced:
        for left, right in quotations.ranges:
            if not _is_speech(piece, left, right):
                continue
            _add_sentences(text, at, start + left, ends, units)
            units.append(Unit(start + left, start + right, quoted=True))
            at = start + right
    _add_sentences(text, at, end, ends, units)
    return units


def _add_sentences(text: str, start: int, end: int, ends: list[int], units: list[Unit]) -> None:
    at = start
    inner = ends[bisect_left(ends, start + 1) : bisect_left(ends, end + 1)]
    for number, stop in enumerate((*inner, end)):
        begin = at
        while begin < stop and text[begin].isspace():
            begin += 1
        finish = stop
        while finish > begin and text[finish - 1].isspace():
            finish -= 1
        at = stop
        if begin == finish:
            continue
        if units and _WORD.search(text, begin, finish) is None:
            units[-1] = Unit(units[-1].start, finish, units[-1].quoted)
        else:
            units.append(Unit(begin, finish, complete=number < len(inner)))


def _is_speech(text: str, left: int, right: int) -> bool:
    """Tell speech from a quoted word or title inside a sentence."""
    inner = text[left + 1 : right - 1].strip()
    if not inner:
        return False
    if inner[-1] in _SPEECH_END or not inner[-1].isalnum():
        return True
    before = text[max(0, left - 4) : left].rstrip()[-1:]
    following = _WORD.search(text, right, right + 40)
    if following is not None and following.group().casefold() in SPEECH_VERBS:
        return True
    if before.isalnum():
        return False
    small = following is not None and following.group().islower()
    return not (small and len(inner.split()) <= 3)


def may_break(text: str, at: int) -> bool:
    """Tell whether a paragraph may open there: after white space, or Han and Kana's full stops."""
    return text[at - 1].isspace() or text[at - 1] in _SPACELESS_END
