"""Markdown to chapters: CommonMark with strikethrough, read as authors of stories mean it.

markdown-it-py parses; this file walks its tokens into blocks and spans whose
offsets count in the plain text built on the way. HTML is text. Four things
differ from CommonMark, because in a story its rules would lose or spoil text:

* an indented line opens a paragraph, never code (code has a fence);
* "---" under a sentence is a scene break, and a heading only under a short
  line that ends like one; marks alone between blank lines ("~~~", "#") too;
* "[Hux]: Go" is what Hux says, and a link's address only if it looks like one;
* what is nested too deeply to be parsed is read as plain text, not dropped.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.token import Token

from bot.importers.headings import find_chapter_heading
from bot.importers.outline import Outline, Section, arrange
from bot.importers.pieces import SCENE_BREAK_TEXT, Piece, one_line
from bot.importers.plaintext import RULE_LIMIT, is_scene_break, joint, read_chapters
from bot.story import BlockKind, Span, Style

NESTING_LIMIT = 20  # of quotes, lists and their items
_HEADING_LIMIT = 80  # characters of a line underlined with "---" that is a heading
_BULLET = "•"

_STYLES = {
    "em": Style.EMPHASIS,
    "strong": Style.STRONG,
    "s": Style.STRIKE,
    "link": Style.LINK,
}
_ENDS_SENTENCE = re.compile(r"[.!?…,;—–-][\"'”’»)*_]*$|[\"'”’»]$")
_DEFINITION = re.compile(r"\[[^\]\n]*\]:[ \t]*<?(?:https?://|mailto:|www\.|\.{0,2}/|#)", re.I)
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_LANGUAGE = re.compile(r"[\w+#.-]{0,30}")  # of a fence: the name of a language, not text


def read_markdown(text: str, title: str = "") -> Outline:
    """Read a Markdown ``text`` whose title is stated elsewhere as ``title``, or nowhere.

    Headings become title and chapters as ``outline.arrange`` says.
    """
    tokens = _parser().parse(text)
    if any(token.nesting == 1 and token.level + 1 >= NESTING_LIMIT for token in tokens):
        told = "Quotes or lists are nested too deeply: read as plain text."
        return Outline(read_chapters(text), messages=(told,))
    return arrange(list(_sections(tokens)), title)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING_LIMIT})
    parser.enable("strikethrough").disable("code")
    parser.block.ruler.at("reference", _reference)
    parser.block.ruler.before("fence", "scene_break", _scene_break)
    return parser


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    first = state.bMarks[start] + state.tShift[start]
    if state.src[first] != "[" or _DEFINITION.match(state.src, first, state.eMarks[start]) is None:
        return False
    return reference(state, start, end, silent)


def _scene_break(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a line of marks between blank lines for a scene break, whatever else it may be."""
    first, last = state.bMarks[start] + state.tShift[start], state.eMarks[start]
    if state.level or (start > 0 and not state.isEmpty(start - 1)):
        return False
    if start + 1 < end and not state.isEmpty(start + 1):
        return False
    if not is_scene_break(state.src[first : min(last, first + RULE_LIMIT + 1)]):
        return False
    if not silent:
        state.line = start + 1
        state.push("hr", "hr", 0)
    return True


@dataclass(slots=True)
class _Container:
    kind: BlockKind  # a quote or a list item
    marker: str = ""


def _sections(tokens: Sequence[Token]) -> Iterator[Section]:
    """Cut the tokens at headings outside quotes and lists."""
    section = Section(0, None)
    containers: list[_Container] = []
    lists: list[int | None] = []  # the next number of each open list; None: bullets
    heading: Token | None = None
    for token in tokens:
        match token.type:
            case "heading_open":
                heading = token
            case "heading_close":
                heading = None
            case "blockquote_open":
                containers.append(_Container(BlockKind.QUOTE))
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                containers.append(_Container(BlockKind.LIST_ITEM, _next_marker(lists)))
            case "blockquote_close" | "list_item_close":
                containers.pop()
            case "hr":
                section.pieces.append(Piece(BlockKind.SCENE_BREAK, SCENE_BREAK_TEXT))
            case "fence":
                section.pieces += _preformatted(token)
            case "inline":
                pieces = list(_Inline(token).pieces())
                if heading is None:
                    section.pieces += _placed(pieces, containers)
                elif _is_sentence_over_rule(heading, token):
                    section.pieces += _placed(pieces, containers)
                    section.pieces.append(Piece(BlockKind.SCENE_BREAK, SCENE_BREAK_TEXT))
                elif pieces:
                    level = int(heading.tag[1])
                    headed = [_headed(piece, level) for piece in pieces]
                    if containers or len(headed) > 1:
                        section.pieces += headed
                    else:
                        yield section
                        section = Section(level, headed[0])
            case _:
                pass
    yield section


def _next_marker(lists: list[int | None]) -> str:
    number = lists[-1]
    if number is None:
        return _BULLET
    lists[-1] = number + 1
    return f"{number}."


def _placed(pieces: Sequence[Piece], containers: Sequence[_Container]) -> Iterator[Piece]:
    """Give the pieces the kind of the quote or list item they stand in."""
    if not containers:
        yield from pieces
        return
    inner = containers[-1]
    level = sum(container.kind is inner.kind for container in containers)
    for piece in pieces:
        if piece.kind is BlockKind.PARAGRAPH:
            yield Piece(inner.kind, piece.text, piece.spans, level, inner.marker)
            inner.marker = ""  # of an item's paragraphs only the first has it
        else:
            yield piece


def _headed(piece: Piece, level: int) -> Piece:
    if piece.kind is not BlockKind.PARAGRAPH:
        return piece
    return Piece(BlockKind.HEADING, piece.text, piece.spans, level)


def _preformatted(token: Token) -> Iterator[Piece]:
    info = token.info.strip()
    told = token.content.removesuffix("\n")
    if _LANGUAGE.fullmatch(info) is None:
        told = f"{info}\n{told}" if told else info
    if told.strip():
        yield Piece(BlockKind.PREFORMATTED, told)


def _is_sentence_over_rule(heading: Token, inline: Token) -> bool:
    """Tell whether a heading by underline is a paragraph with a scene break below it."""
    if heading.markup not in {"-", "="}:
        return False
    told = inline.content.strip()
    if "\n" in told or len(told) > _HEADING_LIMIT:
        return True
    if heading.markup == "=" or find_chapter_heading(told) is not None:
        return False
    return _ENDS_SENTENCE.search(told[-8:]) is not None


class _Inline:
    """The text of one paragraph or heading, cut where an image stands in it."""

    def __init__(self, token: Token) -> None:
        self._token = token
        self._texts: list[str] = []
        self._length = 0
        self._spans: list[Span] = []
        self._open: list[tuple[int, Style, str | None]] = []
        self._is_broken = False  # a soft line break waits for what follows it

    def pieces(self) -> Iterator[Piece]:
        for token in self._token.children or ():
            if token.type == "image":
                yield from self._paragraph()
                if told := one_line("".join(child.content for child in token.children or ())):
                    yield Piece(BlockKind.IMAGE, told)
            else:
                self._take(token)
        yield from self._paragraph()

    def _take(self, token: Token) -> None:
        if token.type == "softbreak":
            self._is_broken = True
        elif token.type == "hardbreak":
            self._add("\n")
        elif token.type == "code_inline":
            start = self._length
            self._add(token.content)
            self._close(max(start, self._length - len(token.content)), Style.CODE, None)
        elif token.nesting == 1:
            self._open_style(token)
        elif token.nesting == -1:
            if self._open:
                self._close(*self._open.pop())
        else:
            self._add(token.content)

    def _open_style(self, token: Token) -> None:
        style = _STYLES[token.type.removesuffix("_open")]
        href = str(token.attrs.get("href", "")) if style is Style.LINK else None
        self._open.append((self._length, style, href))

    def _close(self, start: int, style: Style, href: str | None) -> None:
        if style is Style.LINK and (href is None or _WEB_ADDRESS.fullmatch(href) is None):
            return  # such as "chapter2.md": its text stays
        start = min(start, self._length)
        if start < self._length:
            self._spans.append(Span(start, self._length, style, href))

    def _add(self, told: str) -> None:
        if self._is_broken:
            self._is_broken = False
            if self._texts and not told.startswith("\n"):
                mark = joint(self._tail(), told)
                self._open = [
                    (start + len(mark) if start == self._length else start, style, href)
                    for start, style, href in self._open
                ]
                self._texts.append(mark)
                self._length += len(mark)
        if told:
            self._texts.append(told)
            self._length += len(told)

    def _tail(self) -> str:
        return "".join(self._texts[-2:])[-2:]

    def _paragraph(self) -> Iterator[Piece]:
        """Give what has been gathered, without the white space around it; open styles go on."""
        for start, style, href in self._open:
            self._close(start, style, href)
        text = "".join(self._texts)
        bare = text.strip()
        if bare:
            offset = len(text) - len(text.lstrip())
            spans = tuple(_moved(self._spans, offset, len(bare)))
            yield Piece(BlockKind.PARAGRAPH, bare, spans)
        self._texts, self._length, self._spans, self._is_broken = [], 0, [], False
        self._open = [(0, style, href) for _, style, href in self._open]


def _moved(spans: Sequence[Span], offset: int, length: int) -> Iterator[Span]:
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        start, end = max(0, span.start - offset), min(length, span.end - offset)
        if start < end:
            yield Span(start, end, span.style, span.href)
