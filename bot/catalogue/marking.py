"""Styled text to Markdown that is read again as the same text with the same styles. Pure.

Each character is written with what is needed around it: a mark that would mean
something is escaped, and a letter or space at the edge of a style is written as
its number where Markdown's rules of flanking would not see the style else.
"""

import re
from collections.abc import Iterable

from bot.story import Span, Style

Look = frozenset[tuple[Style, str | None]]  # what one character looks like

_MARKS = {Style.STRONG: 2, Style.EMPHASIS: 1}  # how many of its mark
_WRITTEN = (Style.LINK, Style.STRIKE, Style.STRONG, Style.EMPHASIS)  # the outermost first
_ALWAYS = frozenset("\\`*_[]<~")
_ENTITY = re.compile(r"&#?\w+;")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)", re.ASCII)


def looks_of(spans: Iterable[Span], start: int, end: int) -> list[Look]:
    """Give the styles of every character from ``start`` to ``end``."""
    looks: list[Look] = [frozenset()] * (end - start)
    for span in spans:
        for at in range(max(span.start, start), min(span.end, end)):
            looks[at - start] |= {(span.style, span.href)}
    return looks


def marked(text: str, looks: list[Look], *, one_line: bool = False) -> str:
    """Write ``text`` as Markdown; ``one_line`` keeps line breaks out, for a heading."""
    writing = _Writing(text, looks, one_line)
    return writing.write()


class _Writing:
    """One pass over a text; ``_out`` has an entry for each character and each mark."""

    def __init__(self, text: str, looks: list[Look], one_line: bool) -> None:
        self._text = text
        self._looks = looks
        self._one_line = one_line
        self._out: list[str] = []
        self._open: list[tuple[Style, str | None, str]] = []  # with the mark that closes it
        self._encodes = False  # the next character must be written as its number

    def write(self) -> str:
        at = 0
        while at < len(self._text):
            self._turn_to(at)
            if any(style is Style.CODE for style, _ in self._looks[at]):
                at = self._code(at)
            else:
                self._character(at)
                at += 1
        self._turn_to(at)
        return "".join(self._out)

    def _turn_to(self, at: int) -> None:
        """Close the styles that end before ``at``, and open those that begin there."""
        look: Look = self._looks[at] if at < len(self._looks) else frozenset()
        if at and look == self._looks[at - 1]:
            return
        while any((style, href) not in look for style, href, _ in self._open):
            *_, mark = self._open.pop()
            if self._out[-1] in {" ", "\t"}:
                self._out[-1] = _number(self._out[-1])
            elif self._out[-1] == "\\\n":
                self._out[-1] = "&#10;"
            before = self._out[-1][-1]
            self._out.append(mark)
            self._encodes = not before.isalnum() or mark.startswith("_")
        opened = {(style, href) for style, href, _ in self._open}
        wanted = [each for each in look if each not in opened and each[0] in _WRITTEN]
        wanted.sort(key=lambda each: (-self._length(each, at), _WRITTEN.index(each[0])))
        for style, href in wanted:
            self._begin(style, href, at)

    def _length(self, each: tuple[Style, str | None], at: int) -> int:
        end = at
        while end < len(self._looks) and each in self._looks[end]:
            end += 1
        return end - at

    def _begin(self, style: Style, href: str | None, at: int) -> None:
        last = self._out[-1] if self._out else ""
        if style is Style.LINK:
            if last == "!":
                self._out[-1] = "\\!"
            address = re.sub(r"([\\<>])", r"\\\1", href or "").replace("&", "&amp;")
            self._open.append((style, href, f"](<{address}>)"))
            self._out.append("[")
            return
        if style is Style.STRIKE:
            mark = "~~"
        else:
            mark = ("_" if last.endswith("*") else "*") * _MARKS[style]
        if self._text[at].isspace():
            self._encodes = True
        if last.isalnum() and (
            mark[0] == "_" or self._encodes or not self._text[at].isalnum() or len(last) > 1
        ):
            self._out[-1] = _number(last)
        self._open.append((style, href, mark))
        self._out.append(mark)

    def _code(self, at: int) -> int:
        end = at
        while end < len(self._text) and self._looks[end] == self._looks[at]:
            end += 1
        told = self._text[at:end]
        ticks = "`" * (1 + max(map(len, re.findall(r"`+", told)), default=0))
        is_padded = told[0] == "`" or told[-1] == "`" or (told[0] == told[-1] == " ")
        pad = " " if is_padded and told.strip(" ") else ""
        self._out.append(f"{ticks}{pad}{told}{pad}{ticks}")
        self._encodes = False
        return end

    def _character(self, at: int) -> None:
        char = self._text[at]
        is_first = at == 0 or self._text[at - 1] == "\n"
        if char == "\n":
            told = self._line_break(at)
        elif (self._encodes and (char.isalnum() or char.isspace())) or (is_first and char in " \t"):
            told = _number(char)
        elif (
            char in _ALWAYS
            or (char == "#" and self._one_line)
            or (char == "&" and _ENTITY.match(self._text, at))
            or (is_first and char in "#>+-=")
            or (char in ".)" and self._is_after_number(at))
        ):
            told = f"\\{char}"
        else:
            told = char
        self._encodes = False
        self._out.append(told)

    def _line_break(self, at: int) -> str:
        is_alone = self._text[at - 1 : at] != "\n" and self._text[at + 1 : at + 2] != "\n"
        return "\\\n" if is_alone and not self._one_line and not self._encodes else "&#10;"

    def _is_after_number(self, at: int) -> bool:
        line = self._text.rfind("\n", 0, at) + 1
        if at - line > 9:
            return False
        found = _NUMBERED.match(self._text, line)
        return found is not None and found.end() == at + 1


def _number(char: str) -> str:
    return f"&#{ord(char)};"
