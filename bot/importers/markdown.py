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
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.token import Token

from bot.importers.headings import find_chapter_heading
from bot.importers.plaintext import RULE_LIMIT, is_scene_break, joint, read_chapters
from bot.prose.words import fold
from bot.story import Block, BlockKind, Chapter, Origin, Span, Style

NESTING_LIMIT = 20  # of quotes, lists and their items
_HEADING_LIMIT = 80  # characters of a line underlined with "---" that is a heading
_SCENE_BREAK_TEXT = "* * *"
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


@dataclass(frozen=True, slots=True)
class Markdown:
    """What a Markdown text holds; ``title`` is "" where no heading names the story."""

    chapters: tuple[Chapter, ...]
    title: str = ""
    title_origin: Origin = Origin.STATED
    messages: tuple[str, ...] = ()


def read_markdown(text: str, title: str = "") -> Markdown:
    """Read a Markdown ``text`` whose title is stated elsewhere as ``title``, or nowhere.

    A lone first ``# heading`` is the title. Chapters begin at ``#`` if there
    are several, else at ``##``. Of several ``#`` the first is the title too
    if another heading follows at once; else it names the first chapter, and
    the story as long as nothing better is known (origin ``DERIVED``).
    """
    tokens = _parser().parse(text)
    if any(token.nesting == 1 and token.level + 1 >= NESTING_LIMIT for token in tokens):
        told = "Quotes or lists are nested too deeply: read as plain text."
        return Markdown(read_chapters(text), messages=(told,))
    return _arrange(list(_sections(tokens)), title)


@dataclass(slots=True)
class _Section:
    """A heading outside quotes and lists (level 0: none, the start) and what stands below it."""

    level: int
    heading: "_Piece | None"
    pieces: "list[_Piece]" = field(default_factory=list["_Piece"])


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block whose spans count from its own start."""

    kind: BlockKind
    text: str
    spans: tuple[Span, ...] = ()
    level: int = 0
    marker: str = ""


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


def _arrange(sections: list[_Section], title: str) -> Markdown:
    origin = Origin.STATED
    found = ""
    first = next((section for section in sections if section.level or section.pieces), None)
    tops = sum(section.level == 1 for section in sections)
    has_second = any(section.level == 2 for section in sections)
    split_level = 1 if tops > 1 or not has_second else 2
    if first is not None and first.heading is not None and first.level == 1:
        told = _one_line(first.heading.text)
        is_alone = tops == 1 or (not first.pieces and first is not sections[-1])
        if find_chapter_heading(told) is not None:
            split_level = 1
        elif is_alone and (not title or fold(title) == fold(told)):
            found = told
            first.level, first.heading = 0, None
        elif not title:
            found, origin = told, Origin.DERIVED
    return Markdown(tuple(_chapters(sections, split_level)), title or found, origin)


def _chapters(sections: Sequence[_Section], split_level: int) -> Iterator[Chapter]:
    title: str | None = None
    pieces: list[_Piece] = []
    waiting: list[_Piece] = []  # headings with nothing below them yet
    for section in sections:
        own = section.pieces
        if section.heading is not None:
            if section.level <= split_level:
                waiting.append(section.heading)
            else:
                own = [section.heading, *own]
        if waiting and own:
            if title is not None or _has_text(pieces):
                yield _chapter(title, pieces)
            # Of headings right above one another the last names the chapter.
            *above, last = waiting
            title, pieces, waiting = _one_line(last.text), [*above, *own], []
        else:
            pieces += own
    if title is not None or waiting or _has_text(pieces):
        yield _chapter(title, [*pieces, *waiting])


def _has_text(pieces: Sequence[_Piece]) -> bool:
    return any(piece.kind is not BlockKind.SCENE_BREAK for piece in pieces)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _chapter(title: str | None, pieces: Sequence[_Piece]) -> Chapter:
    texts: list[str] = []
    blocks: list[Block] = []
    start = 0
    for piece in pieces:
        if texts:
            texts.append("\n\n")
            start += 2
        end = start + len(piece.text)
        spans = tuple(
            Span(start + span.start, start + span.end, span.style, span.href)
            for span in piece.spans
        )
        blocks.append(Block(piece.kind, start, end, spans, piece.level, piece.marker))
        texts.append(piece.text)
        start = end
    return Chapter("".join(texts), tuple(blocks), title)


@dataclass(slots=True)
class _Container:
    kind: BlockKind  # a quote or a list item
    marker: str = ""


def _sections(tokens: Sequence[Token]) -> Iterator[_Section]:
    """Cut the tokens at headings outside quotes and lists."""
    section = _Section(0, None)
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
                section.pieces.append(_Piece(BlockKind.SCENE_BREAK, _SCENE_BREAK_TEXT))
            case "fence":
                section.pieces += _preformatted(token)
            case "inline":
                pieces = list(_Inline(token).pieces())
                if heading is None:
                    section.pieces += _placed(pieces, containers)
                elif _is_sentence_over_rule(heading, token):
                    section.pieces += _placed(pieces, containers)
                    section.pieces.append(_Piece(BlockKind.SCENE_BREAK, _SCENE_BREAK_TEXT))
                elif pieces:
                    level = int(heading.tag[1])
                    headed = [_headed(piece, level) for piece in pieces]
                    if containers or len(headed) > 1:
                        section.pieces += headed
                    else:
                        yield section
                        section = _Section(level, headed[0])
            case _:
                pass
    yield section


def _next_marker(lists: list[int | None]) -> str:
    number = lists[-1]
    if number is None:
        return _BULLET
    lists[-1] = number + 1
    return f"{number}."


def _placed(pieces: Sequence[_Piece], containers: Sequence[_Container]) -> Iterator[_Piece]:
    """Give the pieces the kind of the quote or list item they stand in."""
    if not containers:
        yield from pieces
        return
    inner = containers[-1]
    level = sum(container.kind is inner.kind for container in containers)
    for piece in pieces:
        if piece.kind is BlockKind.PARAGRAPH:
            yield _Piece(inner.kind, piece.text, piece.spans, level, inner.marker)
            inner.marker = ""  # of an item's paragraphs only the first has it
        else:
            yield piece


def _headed(piece: _Piece, level: int) -> _Piece:
    if piece.kind is not BlockKind.PARAGRAPH:
        return piece
    return _Piece(BlockKind.HEADING, piece.text, piece.spans, level)


def _preformatted(token: Token) -> Iterator[_Piece]:
    info = token.info.strip()
    told = token.content.removesuffix("\n")
    if _LANGUAGE.fullmatch(info) is None:
        told = f"{info}\n{told}" if told else info
    if told.strip():
        yield _Piece(BlockKind.PREFORMATTED, told)


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

    def pieces(self) -> Iterator[_Piece]:
        for token in self._token.children or ():
            if token.type == "image":
                yield from self._paragraph()
                if told := _one_line("".join(child.content for child in token.children or ())):
                    yield _Piece(BlockKind.IMAGE, told)
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

    def _paragraph(self) -> Iterator[_Piece]:
        """Give what has been gathered, without the white space around it; open styles go on."""
        for start, style, href in self._open:
            self._close(start, style, href)
        text = "".join(self._texts)
        bare = text.strip()
        if bare:
            offset = len(text) - len(text.lstrip())
            spans = tuple(_moved(self._spans, offset, len(bare)))
            yield _Piece(BlockKind.PARAGRAPH, bare, spans)
        self._texts, self._length, self._spans, self._is_broken = [], 0, [], False
        self._open = [(0, style, href) for _, style, href in self._open]


def _moved(spans: Sequence[Span], offset: int, length: int) -> Iterator[Span]:
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        start, end = max(0, span.start - offset), min(length, span.end - offset)
        if start < end:
            yield Span(start, end, span.style, span.href)
