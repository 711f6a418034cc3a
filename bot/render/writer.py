"""Write Discord text from a chapter's text and keep track of where everything came from.

The map is a list of anchors, pairs of an offset in the Discord text and one
in the source. Between two anchors that lie equally far apart in both, text
was copied and offsets move together; elsewhere something was replaced, and
an offset inside it falls back to its beginning.
"""

from bisect import bisect_left, bisect_right

from bot.render.escaping import ZERO_WIDTH, insertions
from bot.render.markup import Region


class OffsetMap:
    """A monotone map between the offsets of a source and of the text written from it."""

    def __init__(self, written: list[int], source: list[int]) -> None:
        self._written = written
        self._source = source

    def source_of(self, written: int) -> int:
        """Give the source's offset for an offset in the written text."""
        index = bisect_right(self._written, written) - 1
        return _follow(self._written, self._source, index, written)

    def last_written_of(self, source: int) -> int:
        """Give the last offset in the written text for ``source``: behind opening marks."""
        index = bisect_right(self._source, source) - 1
        return _follow(self._source, self._written, index, source)

    def first_written_of(self, source: int) -> int:
        """Give the first offset in the written text for ``source``: before closing marks."""
        index = bisect_left(self._source, source)
        if index == len(self._source) or self._source[index] != source:
            index -= 1
        return _follow(self._source, self._written, index, source)

    def shifted(self, dropped: list[int]) -> "OffsetMap":
        """Give the map for the source as it was before the places ``dropped`` were left out."""
        left_out = [place - index for index, place in enumerate(dropped)]
        anchors = [
            (written, source + bisect_right(left_out, source))
            for written, source in zip(self._written, self._source, strict=True)
        ]
        for index, place in enumerate(left_out):
            written = self.first_written_of(place)
            anchors += ((written, dropped[index]), (written, dropped[index] + 1))
        anchors.sort()
        return OffsetMap([written for written, _ in anchors], [source for _, source in anchors])


def _follow(keys: list[int], values: list[int], index: int, key: int) -> int:
    if index < 0:
        return values[0]
    if index + 1 < len(keys) and keys[index + 1] - keys[index] == values[index + 1] - values[index]:
        return values[index] + key - keys[index]
    return values[index]


class Writer:
    """Collects Discord text, its spans, its unbreakable ranges and its map."""

    def __init__(self, source: str, start: int) -> None:
        self._source = source
        self._parts: list[str] = []
        self._written = [0]
        self._sources = [start]
        self.size = 0
        self.last = ""
        self.regions: list[Region] = []
        self.atoms: list[tuple[int, int]] = []

    def finish(self) -> tuple[str, OffsetMap]:
        """Give all that was written, and its map."""
        return "".join(self._parts), OffsetMap(self._written, self._sources)

    def copy(self, start: int, end: int) -> None:
        """Write a range of the source as it is."""
        if start < end:
            self._anchor(start)
            self._add(self._source[start:end])
            self._anchor(end)

    def put(self, text: str) -> None:
        """Write what the source does not hold: a mark."""
        self._anchor(self._sources[-1])
        self._add(text)
        self._anchor(self._sources[-1])

    def replace(self, text: str, start: int, end: int, *, held: bool = True) -> None:
        """Write ``text`` for a range of the source; ``held`` forbids breaks inside."""
        self._anchor(start)
        if held:
            self.atoms.append((self.size, self.size + len(text)))
        self._add(text)
        self._anchor(end)

    def text(self, start: int, end: int) -> None:
        """Write a range of the source so that Discord does nothing with it."""
        self._insert(start, end, [*insertions(self._source[start:end])])

    def verbatim(self, start: int, end: int) -> None:
        """Write a range of the source for the inside of a code block."""
        fences: list[tuple[int, str]] = []
        found = self._source.find("```", start, end)
        while found >= 0:
            fences.append((found + 2 - start, ZERO_WIDTH))
            found = self._source.find("```", found + 2, end)
        self._insert(start, end, fences)

    def _insert(self, start: int, end: int, insertions: list[tuple[int, str]]) -> None:
        done = start
        for place, added in insertions:
            at = start + place
            self.copy(done, at)
            self.replace(added + self._source[at], at, at + 1)
            done = at + 1
        self.copy(done, end)

    def _add(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self.size += len(text)
            self.last = text[-1]

    def _anchor(self, source: int) -> None:
        if self._written[-1] != self.size or self._sources[-1] != source:
            self._written.append(self.size)
            self._sources.append(source)
