"""Which spans are open where in a Discord text, asked by offset.

Made by the reader of Markdown (``markdown.py``), which has to find the spans,
or by the renderer of blocks (``blocks.py``), which knows them. Most places lie
outside of every span, and that is told at once; spans that touch or nest make
a cluster, which is looked into only when a place inside it is asked for.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Region(NamedTuple):
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


# What a region holds, as it may be given: making a tuple is five times as quick.
Spanned = tuple[int, int, int, int, str, str, bool, bool]


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
        self, regions: Iterable[Spanned], atoms: Iterable[tuple[int, int]], limit: int
    ) -> None:
        self._regions = sorted(region for region in regions if region[1] < region[2])
        self._atoms = sorted(atoms)
        self._most = limit // 3
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._clusters: dict[int, _Cluster] = {}
        self._near: tuple[int, int, _Cluster | None] = (0, 0, None)
        last = -1
        for start, end in sorted(
            [(region[0], region[3]) for region in self._regions] + self._atoms
        ):
            if start < last:
                if end > last:
                    self._ends[-1] = last = end
            else:
                self._starts.append(start)
                self._ends.append(end)
                last = end

    def is_clear(self, place: int) -> bool:
        """Tell whether ``place`` lies outside of every span and unbreakable range."""
        index = bisect_left(self._starts, place) - 1
        return index < 0 or self._ends[index] <= place

    def open_at(self, place: int) -> Open:
        """Give what is open at ``place``."""
        cluster = self._around(place)
        return cluster.open_at(place) if cluster else NOTHING_OPEN

    def before_opening(self, place: int) -> int | None:
        """Give where the mark that ends at ``place`` and opens a span begins, if one does."""
        cluster = self._around(place)
        return cluster.opening.get(place) if cluster else None

    def after_closing(self, place: int) -> int | None:
        """Give where the mark that begins at ``place`` and closes a span ends, if one does."""
        cluster = self._around(place)
        return cluster.closing.get(place) if cluster else None

    def atom_around(self, place: int) -> tuple[int, int] | None:
        """Give the unbreakable range that ``place`` would cut in two, if there is one."""
        cluster = self._around(place)
        return cluster.atom_around(place) if cluster else None

    def _around(self, place: int) -> "_Cluster | None":
        """Give the cluster that ``place`` lies in."""
        start, end, cluster = self._near  # one place is asked about several times
        if start < place < end:
            return cluster
        index = bisect_left(self._starts, place) - 1
        if index < 0 or self._ends[index] <= place:
            return None
        start, end = self._starts[index], self._ends[index]
        cluster = self._clusters.get(index)
        if cluster is None:
            first, stop = (bisect_left(self._regions, at, key=_start_of) for at in (start, end))
            atoms = self._atoms[
                bisect_left(self._atoms, (start,)) : bisect_left(self._atoms, (end,))
            ]
            cluster = self._clusters[index] = _Cluster(self._regions[first:stop], atoms, self._most)
        self._near = (start, end, cluster)
        return cluster


class _Cluster:
    """The spans and unbreakable ranges that lie in or beside each other."""

    def __init__(
        self, spans: Sequence[Spanned], atoms: Sequence[tuple[int, int]], most: int
    ) -> None:
        regions = [Region(*span) for span in spans]
        events: list[tuple[int, int, int]] = []
        held = list(atoms)
        self.opening: dict[int, int] = {}
        self.closing: dict[int, int] = {}
        for index, region in enumerate(regions):
            events.append((region.inner_start, 1, index))
            events.append((region.inner_end, 0, index))
            if region.inner_start > region.start:
                held.append((region.start, region.inner_start))
                self.opening[region.inner_start] = region.start
            if region.end > region.inner_end:
                held.append((region.inner_end, region.end))
                self.closing[region.inner_end] = region.end
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
            self._open.append(_added(stack, most))

    def open_at(self, place: int) -> Open:
        """Give what is open at ``place``."""
        index = bisect_right(self._places, place) - 1
        return self._open[index] if index >= 0 else NOTHING_OPEN

    def atom_around(self, place: int) -> tuple[int, int] | None:
        """Give the unbreakable range that ``place`` would cut in two, if there is one."""
        index = bisect_right(self._atom_starts, place) - 1
        if index >= 0 and self._atom_starts[index] < place < self._atom_ends[index]:
            return self._atom_starts[index], self._atom_ends[index]
        return None


def _start_of(span: Spanned) -> int:
    return span[0]


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
