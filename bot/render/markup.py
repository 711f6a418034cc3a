"""Which spans are open where in a Discord text, asked by offset.

Made by the reader of Markdown (``markdown.py``), which has to find the spans,
or by the renderer of blocks (``blocks.py``), which knows them.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Region:
    """A span of Markdown: where it stands, and what closes and reopens it at a break.

    ``start:inner_start`` and ``inner_end:end`` are its marks in the text;
    either may be empty. A line region (quote, heading, small print, list item)
    has its mark at the head of a line and ends with that line.
    """

    start: int
    inner_start: int
    inner_end: int
    end: int
    opener: str
    closer: str
    line: bool = False
    verbatim: bool = False  # a code block: indentation counts, nothing is escaped


class Open(NamedTuple):
    """The spans open at one place: what reopens them, what closes them."""

    opener: str
    closer: str
    verbatim: bool


NOTHING_OPEN = Open("", "", False)


class Markup:
    """The spans of one text and the ranges of it that no break may enter.

    ``limit`` bounds what is added at a break: from the outermost inwards,
    spans are kept while their openers and closers take at most a third of
    it each, so that something of the text always fits between them.
    """

    def __init__(
        self, regions: Iterable[Region], atoms: Iterable[tuple[int, int]], limit: int
    ) -> None:
        events: list[tuple[int, int, int]] = []
        regions = tuple(regions)
        held = list(atoms)
        self._opening: dict[int, int] = {}
        self._closing: dict[int, int] = {}
        for index, region in enumerate(regions):
            if region.inner_start >= region.inner_end:
                continue
            events.append((region.inner_start, 1, index))
            events.append((region.inner_end, 0, index))
            if region.inner_start > region.start:
                held.append((region.start, region.inner_start))
                self._opening[region.inner_start] = region.start
            if region.end > region.inner_end:
                held.append((region.inner_end, region.end))
                self._closing[region.inner_end] = region.end
        events.sort()
        held.sort()
        self._atom_starts: list[int] = []
        self._atom_ends: list[int] = []
        for start, end in held:
            if self._atom_ends and start < self._atom_ends[-1]:
                self._atom_ends[-1] = max(self._atom_ends[-1], end)
            else:
                self._atom_starts.append(start)
                self._atom_ends.append(end)
        self._places: list[int] = []
        self._open: list[Open] = []
        stack: list[Region] = []
        for place, opens, index in events:
            region = regions[index]
            if not opens:
                stack.remove(region)
            elif region.line:
                stack.insert(sum(1 for other in stack if other.line), region)
            else:
                stack.append(region)
            self._places.append(place)
            self._open.append(_added(stack, limit // 3))

    def open_at(self, place: int) -> Open:
        """Give what is open at ``place``."""
        index = bisect_right(self._places, place) - 1
        return self._open[index] if index >= 0 else NOTHING_OPEN

    def before_opening(self, place: int) -> int | None:
        """Give where the mark that ends at ``place`` and opens a span begins, if one does."""
        return self._opening.get(place)

    def after_closing(self, place: int) -> int | None:
        """Give where the mark that begins at ``place`` and closes a span ends, if one does."""
        return self._closing.get(place)

    def atom_around(self, place: int) -> tuple[int, int] | None:
        """Give the unbreakable range that ``place`` would cut in two, if there is one."""
        index = bisect_right(self._atom_starts, place) - 1
        if index >= 0 and self._atom_starts[index] < place < self._atom_ends[index]:
            return self._atom_starts[index], self._atom_ends[index]
        return None


def _added(stack: list[Region], most: int) -> Open:
    opener = ""
    closer = ""
    verbatim = False
    for region in stack:
        if len(opener) + len(region.opener) > most or len(closer) + len(region.closer) > most:
            break
        opener += region.opener
        closer = region.closer + closer
        verbatim = verbatim or region.verbatim
    return Open(opener, closer, verbatim) if stack else NOTHING_OPEN
