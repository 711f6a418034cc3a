"""Cut a Discord text into the fewest pieces that whole sentences allow, at the gentlest places.

Three passes, each linear. Forward, every piece takes as much as it can: that
gives the number of pieces and the latest place of every cut. Backward, the
earliest place of every cut that keeps this number. Between the two, every
cut is put where it disturbs least: after a scene break, else at a blank line,
a line end, a sentence end; inside a sentence only when the sentence does not
fit in a piece, then at a clause, a space, and last between two graphemes.

A cut is the offset just after the left piece's last character; the right
piece begins after the white space that follows. Spans open at a cut are
closed in front of it and reopened behind it, and count against the limit.
"""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from bot.render import borders
from bot.render.escaping import ZERO_WIDTH
from bot.render.markup import NOTHING_OPEN, Markup, Open

_TRIES = 12  # borders looked at per cut before a less gentle kind is taken
_LINE_MARK = re.compile(r"(?:[-+*]|#{1,3}|-#|>(?:>>)?|[0-9]+(\.))[^\S\n]")
_HEADING = re.compile(r"[^\S\n]*(?:> )?(?:#{1,3}|-#) ")
_LONGEST_HEADING = 300
_INDENTED = re.compile(r"(?:[^\S\n]*\n)+")
_SMALL = 8  # characters of limit below which nothing is added but marks


_GENTLE = (borders.scene_breaks, borders.blank_lines, borders.lines_down)


class Piece(NamedTuple):
    """One piece: its range of the text, and the Discord text it makes."""

    start: int
    end: int
    text: str


class _Head(NamedTuple):
    """How the piece after a cut begins, and how many characters that adds."""

    start: int
    opener: str
    backslash: bool
    added: int


class Cutter:
    """Cuts one text; ``first_limit`` holds for the first piece alone."""

    def __init__(
        self, text: str, markup: Markup | None, limit: int, first_limit: int | None = None
    ) -> None:
        if limit < 1 or (first_limit is not None and first_limit < 1):
            raise ValueError(f"a piece needs room for one character, not {limit}/{first_limit}")
        self._text = text
        self._markup = markup
        self._limit = limit
        self._first_limit = limit if first_limit is None else first_limit
        self._least = min(self._limit, self._first_limit)
        self._heads: dict[int, _Head] = {}
        self._size = borders.before_white(text, len(text))

    def pieces(self) -> list[Piece]:
        """Cut the whole text; nothing comes of blank text."""
        cuts = self.cuts()
        return [self.piece(left, right) for left, right in pairwise(cuts)]

    def piece(self, left: int, right: int) -> Piece:
        """Give the piece between two cuts, its spans closed and reopened."""
        head = self._heads.get(left) or self._head(left)
        body = self._text[head.start : right]
        if head.backslash:
            found = _LINE_MARK.match(body)
            dot = found.start(1) if found and found.group(1) else 0
            body = f"{body[:dot]}\\{body[dot:]}"
        text = f"{head.opener}{body}{self._closer(right)}".strip()
        return Piece(head.start, right, text)

    def cuts(self) -> list[int]:
        """Give the places of all cuts, with the beginning and the end of the text."""
        if self.start_after(0) >= self._size:
            return []
        latest = [0]
        while latest[-1] < self._size:
            latest.append(self._farthest(latest[-1], self._limit_of(len(latest) - 1)))
        last = len(latest) - 1
        if last == 1:
            return latest
        earliest = self._earliest_cuts(latest)
        cuts = [0]
        for index in range(1, last):
            low, high = earliest[index], latest[index]
            if index == last - 1:
                high = max(low, min(high, self._size - self._limit // 10))
            cuts.append(self._gentlest(cuts[-1], low, high, earliest[index + 1], index))
        return [*cuts, self._size]

    def settle(self, place: int) -> int:
        """Move ``place`` to the cut it stands for: off white space, marks and atoms."""
        text, markup = self._text, self._markup
        if markup is None:
            return borders.before_white(text, place)
        while True:
            place = borders.before_white(text, place)
            atom = markup.atom_around(place)
            opening = atom[0] if atom else markup.before_opening(place)
            if opening is None:
                break
            place = opening
        while True:
            closed = markup.after_closing(borders.after_white(text, place))
            if closed is None:
                return place
            place = closed

    def settle_after(self, place: int) -> int:
        """Settle a ``place`` that is a cut, or is followed by something that belongs to it."""
        atom = self._markup.atom_around(place) if self._markup else None
        return self.settle(atom[1] if atom else place)

    def start_after(self, cut: int) -> int:
        """Give where the piece after ``cut`` begins."""
        text = self._text
        if cut < len(text) and not text[cut].isspace():
            return cut
        if self._markup is not None and self._markup.open_at(cut).verbatim:
            found = _INDENTED.match(text, cut)
            if found:
                return found.end()
        return borders.after_white(text, cut)

    def length(self, left: int, right: int) -> int:
        """Count the characters of the piece between two cuts."""
        head = self._heads.get(left) or self._head(left)
        tail = len(self._closer(right)) if self._markup else 0
        return right - head.start + head.added + tail

    def _head(self, left: int) -> "_Head":
        """Find how the piece after ``left`` begins."""
        start = self.start_after(left)
        opened = self._open(left)
        # What stood in mid-line would become a list or the like at a line's head,
        # and "## #" is no heading.
        backslash = (
            not opened.verbatim
            and left > 0
            and self._least >= _SMALL
            and (
                (
                    _LINE_MARK.match(self._text, start) is not None
                    and "\n" not in self._text[left:start]
                )
                or (opened.opener.endswith("# ") and self._text[start] in "#-")
            )
        )
        head = _Head(start, opened.opener, backslash, len(opened.opener) + backslash)
        self._heads[left] = head
        return head

    def _closer(self, cut: int) -> str:
        """Give what closes the spans open at ``cut``, kept apart from a like character."""
        closer = self._open(cut).closer
        if closer and self._text[cut - 1] == closer[0] in "~|_" and self._least >= _SMALL:
            return f"{ZERO_WIDTH}{closer}"
        return closer

    def _open(self, cut: int) -> Open:
        if self._markup is None or cut <= 0 or cut >= self._size:
            return NOTHING_OPEN
        return self._markup.open_at(cut)

    def _limit_of(self, index: int) -> int:
        return self._limit if index else self._first_limit

    def _farthest(self, left: int, limit: int) -> int:
        """Find the last good cut that a piece beginning after ``left`` reaches."""
        if self.length(left, self._size) <= limit:
            return self._size
        start = self._heads[left].start
        top = start + limit - self._heads[left].added
        good = self._last_fitting(
            left, limit, start, top, lambda high: self._last_border(start, high)
        )
        if good is None or (top - good > limit // 4 and self._is_endless(good, top)):
            return self._forced(left, limit, start, top, good)
        return good

    def _last_border(self, low: int, high: int) -> int:
        line = self._text.rfind("\n", low + 1, high + 1)
        sentence = borders.last_sentence(self._text, max(low, line), high)
        return line if self._open(sentence).verbatim else max(line, sentence)

    def _is_endless(self, good: int, top: int) -> bool:
        """Tell whether the sentence after ``good`` is longer than a piece."""
        begin = self.start_after(good)
        reach = begin + self._limit
        line = self._text.find("\n", max(begin, top), reach + 1)
        ending = borders.first_sentence(self._text, top, line if line >= 0 else reach)
        return line < 0 and ending < 0

    def _last_fitting(
        self, left: int, limit: int, low: int, high: int, find: Callable[[int], int]
    ) -> int | None:
        """Find the last cut that fits; ``find`` gives the last border at or below a place.

        One that makes a list of what follows is taken only when no other fits.
        """
        misleading = None
        for _ in range(_TRIES):
            place = find(high)
            if place <= low:
                break
            cut = self.settle(place)
            if cut > low and self.length(left, cut) <= limit:
                if not self._misleads(cut):
                    return cut
                misleading = misleading or cut
            high = place - 1
        return misleading

    def _misleads(self, cut: int) -> bool:
        """Tell whether the text after ``cut`` would turn into a list or heading there."""
        return (self._heads.get(cut) or self._head(cut)).backslash

    def _forced(self, left: int, limit: int, start: int, top: int, good: int | None) -> int:
        """Cut inside a sentence that fits in no piece."""
        text = self._text
        low = start + (top - start) * 7 // 10
        cut = self._last_fitting(
            left, limit, low, top, lambda high: borders.last_clause(text, low, high)
        )
        if cut is None:
            cut = self._last_fitting(
                left, limit, start, top, lambda high: borders.last_space(text, start, high)
            )
            if cut is not None and top - cut > limit // 4:
                begin = self.start_after(cut)
                reach = begin + self._limit
                if reach < self._size and not borders.has_space(text, max(begin, top), reach):
                    cut = None  # a word longer than a piece
        if cut is None:
            cut = self._last_fitting(
                left, limit, start, top, lambda high: borders.last_grapheme(text, start, high)
            )
        if cut is None and good is not None:
            return good
        if cut is None:
            # Nothing fits whole: one token or grapheme is longer than a piece.
            taken = self._heads[left].added + self._least // 3 + (self._least >= _SMALL)
            top = start + max(1, limit - taken)
            cut = borders.last_grapheme(text, start, top)
            if cut <= start:
                cut = top
        return cut

    def _earliest_cuts(self, latest: list[int]) -> list[int]:
        """Find, from the end backwards, the first cuts that need no more pieces."""
        earliest = list(latest)
        for index in range(len(latest) - 2, 0, -1):
            earliest[index] = self._earliest(
                earliest[index + 1], latest[index], self._limit, latest[index - 1]
            )
            if self._markup is not None:
                # With spans of unlike cost an earlier target can be out of reach.
                self._relax(earliest, latest, index)
        if self._markup is not None:
            self._relax(earliest, latest, 0)
        return earliest

    def _relax(self, earliest: list[int], latest: list[int], index: int) -> None:
        while self.length(earliest[index], earliest[index + 1]) > self._limit_of(index):
            index += 1
            earliest[index] = latest[index]

    def _earliest(self, target: int, latest: int, limit: int, floor: int) -> int:
        low = max(floor + 1, target + len(self._open(target).closer) - limit - 2)
        for _ in range(_TRIES):
            if low >= latest:
                break
            line = self._text.find("\n", low, latest)
            place = borders.first_sentence(self._text, low, line if line >= 0 else latest)
            if place < 0 or self._open(place).verbatim:
                place = line  # code has lines, no sentences
            if place < 0:
                break
            cut = self.settle(place)
            if cut > latest:
                break
            if cut > floor and self.length(cut, target) <= limit and not self._misleads(cut):
                return cut
            low = place + 1
        return latest

    def _gentlest(self, before: int, low: int, high: int, after: int, index: int) -> int:
        """Choose the cut in ``low..high`` that disturbs the reader least."""
        text = self._text
        head = self._heads[before]
        high = min(high, head.start + self._limit_of(index - 1) - head.added)
        if low >= high:
            return low
        for find in _GENTLE if text.find("\n", low, high + 1) >= 0 else ():
            for place in find(text, low, high):
                cut = self.settle(place)
                if low <= cut <= high and self._suits(before, cut, after, index):
                    return cut
        place = high
        for _ in range(_TRIES):
            place = borders.last_sentence(text, low, place)
            if place < 0:
                break
            cut = self.settle(place)
            is_code = self._open(cut).verbatim
            if low <= cut <= high and not is_code and self._suits(before, cut, after, index):
                return cut
            place -= 1
        return low

    def _suits(self, before: int, cut: int, after: int, index: int) -> bool:
        if (
            self.length(before, cut) > self._limit_of(index - 1)
            or self.length(cut, after) > self._limit
            or self._misleads(cut)
        ):
            return False
        line = self._text.rfind("\n", max(0, cut - _LONGEST_HEADING), cut) + 1
        return _HEADING.match(self._text, line, cut) is None
