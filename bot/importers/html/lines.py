"""A line of text as it is gathered from many elements, and the styles it has in the end."""

from dataclasses import dataclass, field

from bot.importers.html.looks import BITS, STYLES
from bot.story import Span, Style


@dataclass(slots=True)
class Run:
    """A range of a line with one set of styles (bits of ``looks.BITS``) and one link."""

    start: int
    end: int
    styles: int
    href: str


@dataclass(slots=True)
class Line:
    """The text of the block that is being gathered, its white space collapsed."""

    texts: list[str] = field(default_factory=list[str])
    length: int = 0
    runs: list[Run] = field(default_factory=list[Run])
    ends_in: str = ""
    waiting: str = ""  # a space or a line break that waits for what follows it

    def add(self, told: str, styles: int, href: str) -> None:
        """Add some text behind what waits."""
        if self.waiting and self.length:
            # It keeps what both sides have, so that a style goes on over it.
            last = self.runs[-1]
            self._put(self.waiting, last.styles & styles, last.href if last.href == href else "")
        self.waiting = ""
        self._put(told, styles, href)

    def _put(self, told: str, styles: int, href: str) -> None:
        end = self.length + len(told)
        last = self.runs[-1] if self.runs else None
        if last is not None and last.styles == styles and last.href == href:
            last.end = end
        else:
            self.runs.append(Run(self.length, end, styles, href))
        self.texts.append(told)
        self.length = end
        self.ends_in = told[-1:]

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Give the styles of a range, each as few spans as can be, counted from its start."""
        found: list[Span] = []
        opened: dict[Style, int] = {}
        link = (start, "")
        everything = 0
        for run in self.runs:
            everything |= run.styles
        used = [style for style in STYLES if everything & BITS[style]]
        for run in (*self.runs, Run(end, end, 0, "")):
            at = min(max(run.start, start), end)
            for style in used:
                if run.styles & BITS[style]:
                    opened.setdefault(style, at)
                elif style in opened:
                    found.append(Span(opened.pop(style) - start, at - start, style))
            if run.href != link[1]:
                if link[1]:
                    found.append(Span(link[0] - start, at - start, Style.LINK, link[1]))
                link = (at, run.href)
        kept = [span for span in found if span.start < span.end]
        return tuple(sorted(kept, key=lambda span: (span.start, -span.end)))
