"""Generated stories whose sentence ends and Markdown spans are known, because they were put there.

A splitter is judged against what the generator wrote down while writing, never
against another reader of sentences. The same seed gives the same stories.
"""

import math
import random
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bench.prose_markdown import write_markdown
from bench.prose_sentences import (
    chat_paragraph,
    chinese_paragraph,
    dialogue_paragraph,
    foreign_paragraph,
    japanese_paragraph,
    narration,
)

SEED = 20_261_120
SHORTEST, LONGEST = 3_000, 600_000  # characters of a story
# Share of the whole by kind. All but "markdown" hold nothing that Discord reads as a mark.
SHARES = {"dialogue": 0.40, "wall": 0.20, "markdown": 0.25, "cjk": 0.10, "emoji": 0.05}


class Marked(NamedTuple):
    """A span of Markdown with its marks, and what closing and reopening it takes.

    Without ``opener`` it is one token (a link, a mention) that no cut may enter.
    """

    start: int
    end: int
    opener: str
    closer: str


@dataclass(frozen=True, slots=True)
class Story:
    """A text, the offsets just after its sentences, and its spans by where they begin."""

    kind: str
    text: str
    ends: Sequence[int]
    spans: tuple[Marked, ...]


class Page:
    """A story while it is written; remembers where sentences end and what is marked."""

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[str] = []
        self._ends = array("I")
        self._spans: list[Marked] = []

    def put(self, text: str) -> None:
        """Write ``text`` as it is."""
        self._parts.append(text)
        self.size += len(text)

    def end(self) -> None:
        """Say that a sentence, or a line that stands for one, ends here."""
        if not self._ends or self._ends[-1] < self.size:
            self._ends.append(self.size)

    def write(self, sentences: list[str], gap: str = " ") -> None:
        """Write sentences with ``gap`` between them."""
        for number, sentence in enumerate(sentences):
            if number:
                self.put(gap)
            self.put(sentence)
            self.end()

    def mark(self, start: int, opener: str, closer: str) -> None:
        """Say that what was written since ``start`` is one span, its marks included."""
        self._spans.append(Marked(start, self.size, opener, closer))

    def story(self, kind: str) -> Story:
        """Give what was written."""
        text = "".join(self._parts)
        ends = array("I", (end for end in self._ends if end <= len(text.rstrip())))
        return Story(kind, text.rstrip(), ends, tuple(sorted(self._spans)))


def generate(size: int, seed: int = SEED) -> list[Story]:
    """Write stories of ``size`` characters altogether (a little more), in a mixed order."""
    rng = random.Random(seed)
    longest = min(LONGEST, max(SHORTEST * 2, size // 7))
    stories = [
        _WRITERS[kind](rng, length)
        for kind, share in SHARES.items()
        for length in _lengths(rng, math.ceil(size * share), longest)
    ]
    rng.shuffle(stories)
    return stories


def _lengths(rng: random.Random, total: int, longest: int) -> Iterator[int]:
    while total > 0:
        length = int(SHORTEST * (longest / SHORTEST) ** rng.random())
        total -= length
        yield length


def _dialogue(rng: random.Random, length: int) -> Story:
    page = Page()
    straight = rng.random() < 0.4
    while page.size < length:
        page.write(dialogue_paragraph(rng, straight=straight))
        if rng.random() < 0.01:
            page.put("\n\n⁂")
            page.end()
        page.put("\n\n")
    return page.story("dialogue")


def _wall(rng: random.Random, length: int) -> Story:
    """Write paragraphs of a page and more; every third story has no line break at all."""
    page = Page()
    unbroken = rng.random() < 0.34
    straight = rng.random() < 0.7
    while page.size < length:
        target = page.size + rng.randint(2_500, 12_000)
        while page.size < target:
            if rng.random() < 0.35:
                page.write(dialogue_paragraph(rng, straight=straight))
            else:
                page.write(narration(rng, rng.randint(3, 9), run_ons=True))
            page.put(" ")
        if not unbroken:
            page.put("\n\n")
    return page.story("wall")


def _cjk(rng: random.Random, length: int) -> Story:
    page = Page()
    write = chinese_paragraph if rng.random() < 0.5 else japanese_paragraph
    while page.size < length:
        page.put("\u3000")
        page.write(write(rng), gap="")
        page.put("\n" if rng.random() < 0.7 else "\n\n")
    return page.story("cjk")


def _emoji(rng: random.Random, length: int) -> Story:
    """Write chat full of emoji, and paragraphs in scripts whose letters are made of several."""
    page = Page()
    while page.size < length:
        if rng.random() < 0.25:
            page.write(foreign_paragraph(rng))
        else:
            page.write(chat_paragraph(rng))
        page.put("\n" if rng.random() < 0.5 else "\n\n")
    return page.story("emoji")


def _markdown(rng: random.Random, length: int) -> Story:
    page = Page()
    while page.size < length:
        write_markdown(page, rng)
        page.put("\n\n")
    return page.story("markdown")


_WRITERS: dict[str, Callable[[random.Random, int], Story]] = {
    "dialogue": _dialogue,
    "wall": _wall,
    "markdown": _markdown,
    "cjk": _cjk,
    "emoji": _emoji,
}
