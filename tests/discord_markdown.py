"""How Discord reads Markdown, written down a second time, for tests alone.

Discord's apps follow simple-markdown: at every place the rules are tried in
turn, each a regular expression, and of emphasis, bold and underline the
longest wins. That is slow, but plain; our own reader is quick and must agree.
"""

import re
from collections.abc import Iterator

Seen = tuple[str, frozenset[str]]  # a character, or a token, and the styles it is shown in

_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_TOKEN = re.compile(r"<(?:@[!&]?[0-9]+|#[0-9]+|a?:\w+:[0-9]+|t:-?[0-9]+(?::[A-Za-z])?)>")
_FENCE = re.compile(r"```(?:[a-z0-9_+\-.#]+?\n)?\n*([^\n][\s\S]*?)\n*```", re.IGNORECASE)
_CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
_WEIGHED = (
    ("emphasis", re.compile(r"_((?:__|\\[\s\S]|[^\\_])+?)_(?!\w)", re.ASCII)),
    ("emphasis", re.compile(r"\*(?=\S)((?:\*\*|\s+(?:[^*\s]|\*\*)|[^\s*])+?)\*(?!\*)")),
    ("strong", re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")),
    ("underline", re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)")),
)
_SPANS = (
    ("strike", re.compile(r"~~([\s\S]+?)~~(?!_)")),
    ("spoiler", re.compile(r"\|\|([\s\S]+?)\|\|")),
)
_QUOTE_TO_END = re.compile(r" *>>> ([\s\S]*)")
_QUOTE = re.compile(r" *> [^\n]*(?:\n *> [^\n]*)*\n?")
_QUOTE_MARK = re.compile(r"^ *> ?", re.MULTILINE)
_LINES = (
    ("heading", re.compile(r"#{1,3} +(?!#)([^\n]+)")),
    ("small", re.compile(r"-# +(?!-#)([^\n]+)")),
    ("item", re.compile(r" *(?:[-*+]|[0-9]+\.) +([^\n]+)")),
)


def seen(text: str) -> list[Seen]:
    """Give what a reader sees of ``text``, white space aside."""
    return [
        shown
        for shown in _read(text, frozenset(), at_line_head=True)
        if not shown[0].isspace() and shown[0] != "\u200b"
    ]


def _read(text: str, styles: frozenset[str], *, at_line_head: bool) -> Iterator[Seen]:
    """Read lines where ``at_line_head``; inside a span nothing is the head of a line."""
    place = 0
    while place < len(text):
        if at_line_head and (place == 0 or text[place - 1] == "\n"):
            ruled = _ruled(text, place, styles)
            if ruled is not None:
                shown, place = ruled
                yield from shown
                continue
        shown, place = _one(text, place, styles)
        yield from shown


def _ruled(text: str, place: int, styles: frozenset[str]) -> tuple[list[Seen], int] | None:
    """Read what the mark at the head of a line rules, if there is one."""
    if "quote" not in styles:
        quoted = styles | {"quote"}
        found = _QUOTE_TO_END.match(text, place)
        if found:
            return [*_read(found[1], quoted, at_line_head=True)], found.end()
        found = _QUOTE.match(text, place)
        if found:
            inner = _QUOTE_MARK.sub("", found[0])
            return [*_read(inner, quoted, at_line_head=True)], found.end()
    for style, rule in _LINES:
        found = rule.match(text, place)
        if found:
            inside = styles if style == "item" else styles | {style}
            return [*_read(found[1], inside, at_line_head=False)], found.end()
    return None


def _one(text: str, place: int, styles: frozenset[str]) -> tuple[list[Seen], int]:
    """Read what begins at ``place``: a span with all it holds, or one character."""
    found = _ESCAPE.match(text, place)
    if found:
        return [(found[1], styles)], found.end()
    found = _TOKEN.match(text, place)
    if found:
        return [(found[0], styles)], found.end()
    for style, rule in (("block", _FENCE), ("code", _CODE)):
        found = rule.match(text, place)
        if found:
            inner = found[1] if style == "block" else found[2]
            return [(character, styles | {style}) for character in inner], found.end()
    weighed = [
        (match, style) for style, rule in _WEIGHED if (match := rule.match(text, place)) is not None
    ]
    plain = ((match, style) for style, rule in _SPANS if (match := rule.match(text, place)))
    best = max(weighed, key=lambda one: one[0].end(), default=next(plain, None))
    if best is None:
        return [(text[place], styles)], place + 1
    match, style = best
    return [*_read(match[1], styles | {style}, at_line_head=False)], match.end()
