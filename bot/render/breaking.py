"""Cut a Discord text into the fewest pieces that whole sentences allow, at the gentlest places.

Two passes, each linear. Backward, every piece takes as much as it can: that
gives the number of pieces and the earliest place of every cut. Forward, every
cut is put where it disturbs least, as late as its piece allows: after a scene
break, else at a blank line, a line end, a sentence end; inside a sentence only
when the sentence does not fit in a piece, then at a clause, a space, and last
between two graphemes.

A cut is the offset just after the left piece's last character; the right
piece begins after the white space that follows. Spans open at a cut are
closed in front of it and reopened behind it, and count against the limit.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from bot.prose.sentences import Sentences
from bot.render import borders
from bot.render.escaping import ZERO_WIDTH
from bot.render.markup import NOTHING_OPEN, Markup, Open

_TRIES = 12  # borders looked at per cut before a less gentle kind is taken
_LINE_MARK = re.compile(r"(?:[-+*]|#{1,3}|-#|>(?:>>)?|[0-9]+(\.))[^\S\n]")
_LINE_MARKS = frozenset("-+*#>0123456789")  # what a line mark begins with
_HEADING = re.compile(r"[^\S\n]*(?:> )?(?:#{1,3}|-#) ")
_LONGEST_HEADING = 300
_INDENTED = re.compile(r"(?:[^\S\n]*\n)+")
_SMALL = 8  # characters of limit below which nothing is added but marks
_WIDOW = 10  # the last piece has at least this part of a whole one, if it costs nothing
_GAP = 2  # characters of white space between two pieces, mostly


class Piece(NamedTuple):
    """One piece: its range of the text, and the Discord text it makes."""

    start: int
    end: int
    text: str


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
        self._size = borders.before_white(text, len(text))
        self._sentences = Sentences(text)
        self._heads: dict[int, tuple[int, str, bool]] = {}
        self._closers: dict[int, str] = {}
        self._backslashes = False  # whether any head has one
        self._inside: set[int] = set()  # cuts inside a sentence that fits in no piece
        self._has_headings = markup is not None and "#" in text

    def pieces(self) -> list[Piece]:
        """Cut the whole text; nothing comes of blank text."""
        return [
            Piece(self._head(left)[0], right, self.piece(left, right))
            for left, right in pairwise(self.cuts())
        ]

    def texts(self) -> list[str]:
        """Cut the whole text, and give the Discord text of every piece."""
        cuts = self.cuts()
        if self._markup is None and not self._backslashes:
            text, heads = self._text, self._heads
            return [text[heads[left][0] : right] for left, right in pairwise(cuts)]
        return [self.piece(left, right) for left, right in pairwise(cuts)]

    def piece(self, left: int, right: int) -> str:
        """Give the Discord text of the piece between two cuts, its spans closed and reopened."""
        start, opener, backslash = self._head(left)
        body = self._text[start:right]
        if backslash:
            found = _LINE_MARK.match(body)
            dot = found.start(1) if found and found.group(1) else 0
            body = f"{body[:dot]}\\{body[dot:]}"
        if self._markup is None:
            return body
        return f"{opener}{body}{self._closer(right)}".strip()

    def cuts(self) -> list[int]:
        """Give the places of all cuts, with the beginning and the end of the text."""
        if self.start_after(0) >= self._size:
            return []
        text, size, heads = self._text, self._size, self._heads
        is_clear = self._markup.is_clear if self._markup else None
        left, limit = 0, self._first_limit
        cuts = [left]
        for low, after in pairwise(self._earliest_cuts()):
            start, opener, backslash = heads.get(left) or self._head(left)
            high = start + limit - len(opener) - backslash
            if high >= after:
                high = after - 1
            if after == size:
                high = min(high, after - self._limit // _WIDOW - _GAP)
            # Nearly always the last blank line will do, and nothing is open there.
            blank = text.rfind("\n\n", low, high + 2) if low < high else -1
            if (
                blank >= low
                and (is_clear is None or is_clear(blank))
                and not text[blank - 1].isspace()
                and not borders.has_scene_break(text, low, high + 1)
                and not (self._has_headings and self._is_after_heading(blank))
            ):
                left = blank
                start = blank + 2
                if text[start].isspace():
                    start = borders.after_white(text, start)
                heads[left] = (start, "", False)
            else:
                left = self._gentlest(left, low, high, after, limit) if low < high else low
            cuts.append(left)
            limit = self._limit
        self._head(left)
        return [*cuts, size]

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
        start, opener, backslash = self._head(left)
        return right - start + len(opener) + backslash + len(self._closer(right))

    def _head(self, left: int) -> tuple[int, str, bool]:
        """Tell how the piece after ``left`` begins: where, what reopens, if with a backslash."""
        head = self._heads.get(left)
        if head is None and left and self._is_free(left):
            head = self._heads[left] = (borders.after_white(self._text, left), "", False)
        elif head is None:
            start = self.start_after(left)
            opener, _, verbatim = self._open(left)
            # What stood in mid-line would become a list or the like at a line's head,
            # and "## #" is no heading.
            first = self._text[start : start + 1]
            backslash = (
                first in _LINE_MARKS
                and not verbatim
                and left > 0
                and self._least >= _SMALL
                and (
                    (
                        _LINE_MARK.match(self._text, start) is not None
                        and "\n" not in self._text[left:start]
                    )
                    or (opener.endswith("# ") and first in "#-")
                )
            )
            self._backslashes = self._backslashes or backslash
            head = self._heads[left] = (start, opener, backslash)
        return head

    def _is_free(self, cut: int) -> bool:
        """Tell quickly that nothing is open at a border and nothing has to be added or moved."""
        text, markup = self._text, self._markup
        if (markup is not None and not markup.is_clear(cut)) or text[cut - 1].isspace():
            return False
        follower = text[cut]
        if follower == "\n":
            return True
        if follower == " ":
            follower = text[cut + 1]
        elif borders.is_joined(text, cut):
            return False
        return not (follower in _LINE_MARKS or follower.isspace())

    def _closer(self, cut: int) -> str:
        """Give what closes the spans open at ``cut``, kept apart from a like character."""
        if self._markup is None:
            return ""
        known = self._closers.get(cut)
        if known is not None:
            return known
        closer = self._open(cut).closer
        if closer and self._text[cut - 1] == closer[0] in "~|_" and self._least >= _SMALL:
            closer = f"{ZERO_WIDTH}{closer}"
        self._closers[cut] = closer
        return closer

    def _open(self, cut: int) -> Open:
        if self._markup is None or cut <= 0 or cut >= self._size:
            return NOTHING_OPEN
        return self._markup.open_at(cut)

    def _earliest_cuts(self) -> list[int]:
        """Find, from the end backwards, the first cuts that need no more pieces."""
        text, limit = self._text, self._limit
        first_end, is_free = self._sentences.first, self._is_free
        start, opener, _ = self._head(0)
        reach = start + self._first_limit - len(opener)
        right = self._size
        found = [right]
        tail = 0  # characters that close what is open at ``right``
        while right + tail > reach:
            # Where the piece may begin; it begins behind the first piece's first character.
            least = right + tail - limit
            if least <= start:
                least = start + 1
            place = borders.before_white(text, least) if text[least - 1].isspace() else least
            line = text.find("\n", place, right - 1)
            good = first_end(place, line if line >= 0 else right - 1)
            if good < 0:
                good = line
            if 0 < good <= least + limit // 4 and is_free(good):
                right, tail = good, 0
            else:
                right = self._earliest(least, right, good)
                tail = len(self._closer(right))
            found.append(right)
        return found[::-1]

    def _earliest(self, least: int, right: int, good: int) -> int:
        """Find the first good cut whose piece reaches ``right``; ``good`` may be it."""
        known = None if self._open(good).verbatim else good  # code has lines, no sentences
        good = self._first_fitting(least, right, self._first_border, known)
        if good < 0 or (good - least > self._limit // 4 and self._is_endless(good, least)):
            return self._forced(least, right, good)
        return good

    def _first_border(self, low: int, high: int) -> int:
        line = self._text.find("\n", low, high)
        sentence = self._sentences.first(low, line if line >= 0 else high)
        return line if sentence < 0 or self._open(sentence).verbatim else sentence

    def _last_border(self, low: int, high: int) -> int:
        line = self._text.rfind("\n", low + 1, high + 1)
        sentence = self._sentences.last(max(low, line), high)
        return line if self._open(sentence).verbatim else max(line, sentence)

    def _is_endless(self, good: int, least: int) -> bool:
        """Tell whether the sentence that ends at ``good`` is longer than a piece."""
        begin = borders.before_white(self._text, max(0, good - self._limit))
        return begin > 0 and self._last_border(begin - 1, least - 1) < 0

    def _first_fitting(
        self, low: int, right: int, find: Callable[[int, int], int], place: int | None = None
    ) -> int:
        """Find the first cut that fits, or give -1; ``find`` gives the first border of a window.

        One that makes a list of what follows is taken only when no other fits.
        """
        text, room = self._text, self._limit - len(self._closer(right))
        misleading = -1
        if place is None:
            place = find(borders.before_white(text, low), right - 1)
        for _ in range(_TRIES):
            if place < 0:
                break
            cut = self.settle(place)
            if 0 < cut < right and not borders.is_joined(text, cut):
                start, opener, backslash = self._head(cut)
                if right - start + len(opener) + backslash <= room:
                    if not backslash:
                        return cut
                    misleading = cut if misleading < 0 else misleading
            place = find(place + 1, right - 1)
        return misleading

    def _forced(self, least: int, right: int, good: int) -> int:
        """Cut inside a sentence that fits in no piece."""
        text = self._text
        near = least + (right - least) * 3 // 10
        cut = self._first_fitting(
            least, right, lambda low, high: borders.first_clause(text, low, min(high, near))
        )
        if cut < 0:
            cut = self._first_fitting(
                least, right, lambda low, high: borders.first_space(text, low, high)
            )
            begin = borders.before_white(text, max(0, cut - self._limit))
            if cut - least > self._limit // 4 and begin > 0:
                space = borders.last_space(text, begin - 1, least - 1)
                cut = cut if space >= 0 else -1  # a word longer than a piece
        if cut < 0:
            cut = self._first_fitting(
                least, right, lambda low, high: borders.first_grapheme(text, low, high)
            )
        if cut < 0 <= good:
            return good
        if cut < 0:
            # Nothing fits whole: one token or grapheme is longer than a piece.
            taken = len(self._closer(right)) + self._least // 3 + (self._least >= _SMALL)
            place = right - max(1, self._limit - taken)
            cut = borders.first_grapheme(text, place, right - 1)
            cut = borders.before_white(text, cut if cut >= place else place)
        self._inside.add(cut)
        return cut

    def _gentlest(self, left: int, low: int, high: int, after: int, limit: int) -> int:
        """Choose the cut in ``low..high`` that disturbs the reader least."""
        text = self._text
        line = text.rfind("\n", low, high + 1)
        if line < 0:
            place = self._sentences.last(low, high)
            if place < 0 and low not in self._inside:
                return low
            if place > 0 and self._is_free(place):
                return place
        elif (
            self._is_free(line)
            and not borders.blank_lines(text, low, high)
            and not borders.has_scene_break(text, low, high + 1)
            and not (self._has_headings and self._is_after_heading(line))
        ):
            return line
        for place in self._gentle(low, high):
            cut = self.settle(place)
            if (
                low <= cut <= high
                and not borders.is_joined(text, cut)
                and self.length(left, cut) <= limit
                and self.length(cut, after) <= self._limit
                and not self._head(cut)[2]
                and not (self._has_headings and self._is_after_heading(cut))
            ):
                return cut
        return low

    def _gentle(self, low: int, high: int) -> Iterator[int]:
        """Give the borders in ``low..high`` from the gentlest on, each kind's last first."""
        text = self._text
        line = text.rfind("\n", low, high + 1)
        if line >= 0:
            yield from borders.scene_breaks(text, low, high)
            yield from borders.blank_lines(text, low, high)
        while line >= 0:
            yield line
            line = text.rfind("\n", low, line)
        place = high
        for _ in range(_TRIES):
            place = self._sentences.last(low, place)
            if place < 0:
                break
            if not self._open(place).verbatim:
                yield place
            place -= 1
        if low in self._inside:
            yield borders.last_clause(text, low, high)
            yield borders.last_space(text, low, high)

    def _is_after_heading(self, cut: int) -> bool:
        line = self._text.rfind("\n", max(0, cut - _LONGEST_HEADING), cut) + 1
        return _HEADING.match(self._text, line, cut) is not None
