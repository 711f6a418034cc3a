"""Generated stories in Discord's Markdown, each span noted as it is written."""

import random
from collections.abc import Callable
from typing import Protocol

from bench.prose_sentences import clause, dialogue_paragraph, narration, sentence
from bench.prose_words import CODE

_STYLES = ("*", "*", "*", "*", "**", "**", "__", "~~", "||", "`")


class _Page(Protocol):
    @property
    def size(self) -> int: ...
    def put(self, text: str) -> None: ...
    def end(self) -> None: ...
    def write(self, sentences: list[str], gap: str = " ") -> None: ...
    def mark(self, start: int, opener: str, closer: str) -> None: ...


def write_markdown(page: _Page, rng: random.Random) -> None:
    """Write one paragraph, or what stands in a paragraph's place."""
    (write,) = rng.choices(_KINDS, _WEIGHTS)
    write(page, rng)


def _paragraph(page: _Page, rng: random.Random) -> None:
    _styled(page, rng, dialogue_paragraph(rng, straight=False))


def _narrated(page: _Page, rng: random.Random) -> None:
    _styled(page, rng, narration(rng, rng.randint(3, 10)))


def _thought(page: _Page, rng: random.Random) -> None:
    """Write a paragraph that is in one style as a whole; some are longer than a message."""
    mark = rng.choice(("*", "*", "*", "**", "||"))
    count = rng.randint(40, 60) if rng.random() < 0.06 else rng.randint(2, 8)
    found = narration(rng, count)
    if mark == "*" and rng.random() < 0.3:
        found[0] = f"**{found[0]}**"
    start = page.size
    page.put(mark)
    for number, written in enumerate(found):
        page.put(" " if number else "")
        inner = page.size
        page.put(written)
        if written.startswith("**"):
            page.mark(inner, "**", "**")
        if number == count - 1:
            page.put(mark)
        page.end()
    page.mark(start, mark, mark)


def _spoiler(page: _Page, rng: random.Random) -> None:
    """Hide several paragraphs at once."""
    start = page.size
    page.put("||")
    for _ in range(rng.randint(2, 6)):
        page.write(narration(rng, rng.randint(1, 6)))
        page.put("\n\n")
    page.put(f"{sentence(rng)}||")
    page.mark(start, "||", "||")
    page.end()


def _quote(page: _Page, rng: random.Random) -> None:
    """Quote one to four lines; some lines are longer than a message."""
    for number in range(rng.randint(1, 4)):
        if number:
            page.put("\n")
        start = page.size
        page.put("> ")
        _styled(page, rng, narration(rng, 45 if rng.random() < 0.03 else rng.randint(1, 6)))
        page.mark(start, "> ", "")


def _heading(page: _Page, rng: random.Random) -> None:
    start = page.size
    opener = rng.choice(("# ", "## ", "### ", "-# "))
    page.put(opener + " ".join(clause(rng)[:6]).capitalize())
    page.mark(start, opener, "")
    page.end()


def _list(page: _Page, rng: random.Random) -> None:
    numbered = rng.random() < 0.4
    for number in range(1, rng.randint(3, 9)):
        if number > 1:
            page.put("\n")
        page.put(f"{number}. " if numbered else "- ")
        _styled(page, rng, narration(rng, rng.randint(1, 3)))


def _fence(page: _Page, rng: random.Random) -> None:
    """Write a code block; every fifth is longer than a message."""
    language = rng.choice(("", "py", "python"))
    start = page.size
    page.put(f"```{language}\n")
    for _ in range(rng.randint(60, 110) if rng.random() < 0.2 else rng.randint(3, 20)):
        page.put(rng.choice(CODE))
        page.end()
        page.put("\n")
    page.put("```")
    page.mark(start, "```", "```")
    page.end()


def _break(page: _Page, rng: random.Random) -> None:
    page.put(rng.choice((r"\* \* \*", "⁂")))
    page.end()


def _styled(page: _Page, rng: random.Random, sentences: list[str]) -> None:
    """Write sentences, some words of them in a style, linked, or a mention."""
    for number, plain in enumerate(sentences):
        if number:
            page.put(" ")
        words = plain.split(" ")
        if len(words) < 5 or rng.random() > 0.2:
            page.put(plain)
            page.end()
            continue
        at = rng.randint(1, len(words) - 3)
        length = rng.randint(1, len(words) - 2 - at)
        inner = " ".join(words[at : at + length])
        page.put(" ".join(words[:at]) + " ")
        start = page.size
        chance = rng.random()
        if chance < 0.08:
            page.put(f"[{inner}](https://example.org/{rng.randint(1, 10**9)}/a_b_c)")
            page.mark(start, "", "")
        elif chance < 0.12:
            page.put(f"<@{rng.randint(10**17, 10**18)}>")
            page.mark(start, "", "")
        else:
            mark = rng.choice(_STYLES)
            page.put(f"{mark}{inner}{mark}")
            page.mark(start, mark, mark)
        page.put(" " + " ".join(words[at + length :]))
        page.end()


_CHOICES: tuple[tuple[Callable[[_Page, random.Random], None], int], ...] = (
    (_paragraph, 50),
    (_narrated, 20),
    (_thought, 10),
    (_spoiler, 1),
    (_quote, 5),
    (_heading, 3),
    (_list, 3),
    (_fence, 2),
    (_break, 2),
)
_KINDS = [write for write, _ in _CHOICES]
_WEIGHTS = [weight for _, weight in _CHOICES]
