"""A tree of markup to blocks: paragraphs, headings, lists, quotes, scene breaks, pictures.

One walk over the tree, as a loop. Text gathers in a line of runs, each with
the styles it stands in, until a block begins or ends; then the runs become
one piece. ``<br>`` counts: one is a line break, two part paragraphs, five
part scenes. Empty paragraphs are dropped; three in a row part scenes.
What cannot be read aloud (scripts, forms, what is hidden) is dropped.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.importers.charset import clean
from bot.importers.html.lines import Line
from bot.importers.html.looks import BITS, NO_LOOKS, Looks
from bot.importers.html.markers import marker_of, whole_number
from bot.importers.html.pictures import Picture, picture_of
from bot.importers.html.tree import Node, walk_all
from bot.importers.pieces import SCENE_BREAK_TEXT, Piece
from bot.story import BlockKind, Style

PARAGRAPH_BREAKS = 2  # <br> in a row that part paragraphs
SCENE_BREAKS = 5  # <br> in a row that part scenes
EMPTY_PARAGRAPHS = 3  # in a row that part scenes

# What parts scenes without marks of its own; told from marks by identity.
MADE_BREAK = Piece(BlockKind.SCENE_BREAK, SCENE_BREAK_TEXT)

_DROPPED = frozenset(
    {"script", "style", "template", "noscript", "iframe", "object", "embed", "applet", "head"}
    | {"title", "svg", "audio", "video", "canvas", "map", "button", "input", "select", "textarea"}
    | {"nav", "rp", "colgroup", "datalist", "progress", "meter", "link", "meta", "frameset"}
)
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "aside", "main", "header", "footer", "address", "center"}
    | {"figure", "figcaption", "blockquote", "ul", "ol", "menu", "dir", "li", "dl", "dt", "dd"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "pre", "listing", "xmp", "table", "caption", "form"}
    | {"fieldset", "legend", "details", "summary", "hgroup", "body", "html", "search"}
)
_WRAPPERS = frozenset({"p", "div", "center"})
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_PRE = frozenset({"pre", "listing", "xmp"})
_CELLS = frozenset({"td", "th"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ELEMENT_STYLES = {
    name: BITS[style]
    for style, names in {
        Style.EMPHASIS: "em i cite dfn var",
        Style.STRONG: "strong b",
        Style.UNDERLINE: "u ins",
        Style.STRIKE: "s strike del",
        Style.SMALL: "small",
        Style.CODE: "code tt kbd samp",
        Style.SPOILER: "details",
    }.items()
    for name in names.split()
}
_SPOILER = BITS[Style.SPOILER]
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)

_WHITE = re.compile("[ \t\n\r\f]+")
_TO_COLLAPSE = ("\n", "  ", "\t", "\r", "\f")
_UNCLEAN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u0100-\U0010ffff]")
_SOFT_HYPHEN = "\xad"  # where a word may be parted: it is no part of the word
_NOTHING = " \xa0\t\n\r\f\u2000-\u200f\u2028\u2029\u2060\ufeff\u3000"
_BLANK = re.compile(f"[{_NOTHING}]*")
_CELL_MARK = " | "


@dataclass(frozen=True, slots=True)
class Converted:
    """Pieces as they were walked, and at which of them the wanted ids stand."""

    pieces: list[Piece]
    anchors: dict[str, int]


def convert(
    nodes: Iterable[Node | str], looks: Looks = NO_LOOKS, anchors: Collection[str] = ()
) -> Converted:
    """Walk ``nodes`` into pieces; ``tidy.tidied`` makes them what a reader meets."""
    converter = _Converter(looks, anchors)
    return converter.convert(list(nodes))


@dataclass(slots=True)
class _Context:
    """What a block of text is where it stands."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    marker: str = ""  # of a list item: its first piece takes it
    quotes: int = 0
    lists: int = 0

    def kind_of_piece(self) -> BlockKind:
        """Give the kind of the next piece: only the first of a list item has a mark."""
        is_further = self.kind is BlockKind.LIST_ITEM and not self.marker
        return BlockKind.PARAGRAPH if is_further else self.kind


@dataclass(slots=True)
class _Frame:
    """An element that is being walked."""

    children: Iterator[Node | str]
    context: _Context
    name: str = ""
    styles: int = 0
    href: str = ""
    is_block: bool = True
    is_pre: bool = False
    holds_blocks: bool = False
    pieces_before: int = 0
    number: int = 0  # of the next item of a numbered list
    numbering: str = ""  # "1", "a", "A", "i", "I", or "" for bullets
    closing: str = ""  # text at its end
    holds_one: bool = False  # a cell with one element in it


class _Converter:
    def __init__(self, looks: Looks, anchors: Collection[str]) -> None:
        self._looks = looks
        self._wanted = frozenset(anchors)
        self._anchors: dict[str, int] = {}
        self._pieces: list[Piece] = []
        self._frames: list[_Frame] = []
        self._line = Line()
        self._breaks = 0  # <br> since the last text
        self._has_nbsp = False  # white space that shows
        self._blank_lines = 0  # since the last piece
        self._picture: Picture | None = None  # waits to know whether it stands alone
        self._is_next_cell = False
        self._quotations = 0  # open <q>
        self._sources: Counter[str] = Counter()

    def convert(self, nodes: Sequence[Node | str]) -> Converted:
        self._sources.update(
            node.attrs.get("src", "") for node in walk_all(nodes) if node.name == "img"
        )
        top = _Frame(iter(nodes), _Context())
        self._frames.append(top)
        while self._frames:
            frame = self._frames[-1]
            child = next(frame.children, None)
            if child is None:
                self._leave(frame)
                self._frames.pop()
            elif isinstance(child, str):
                self._text(child, frame)
            else:
                self._enter(child, frame)
        return Converted(self._pieces, self._anchors)

    # Elements

    def _enter(self, node: Node, parent: _Frame) -> None:
        name = node.name
        if name in _DROPPED or "hidden" in node.attrs:
            return
        look = self._looks.of(node)
        if look.display == "none":
            return
        is_block = name in _BLOCKS or look.display == "block"
        if parent.holds_one and name in _WRAPPERS:
            is_block = False  # <td><p>…</p></td> is one line with its neighbours
        if is_block and not parent.is_pre:
            self._end_block(parent.context)
            parent.holds_blocks = True
        self._mark(node)
        if self._is_leaf(node, parent):
            return
        frame = _Frame(
            iter(node.children),
            parent.context,
            name,
            ((parent.styles | _ELEMENT_STYLES.get(name, 0)) & ~look.removes) | look.adds,
            parent.href,
            is_block,
            parent.is_pre,
            pieces_before=len(self._pieces),
        )
        self._open(frame, node, parent)
        self._frames.append(frame)

    def _is_leaf(self, node: Node, parent: _Frame) -> bool:
        """Take an element that holds nothing; False if it is none."""
        match node.name:
            case "br":
                if parent.is_pre:
                    self._line.add("\n", 0, "")
                else:
                    self._breaks += 1
                    self._line.waiting = ""
            case "hr":
                if parent.is_pre:
                    self._line.add(f"\n\n{SCENE_BREAK_TEXT}\n\n", 0, "")
                else:
                    self._end_block(parent.context)
                    parent.holds_blocks = True
                    self._part_scenes()
            case "img" | "image":
                if not parent.is_pre:
                    self._take_picture(node, parent)
            case "wbr" | "col":
                pass
            case _:
                return False
        return True

    def _open(self, frame: _Frame, node: Node, parent: _Frame) -> None:
        name = node.name
        context = parent.context
        if parent.is_pre:
            if frame.is_block and self._line.length and self._line.ends_in != "\n":
                self._line.add("\n", 0, "")
        elif name in _HEADINGS:
            frame.context = _Context(
                BlockKind.HEADING, _HEADINGS[name], quotes=context.quotes, lists=context.lists
            )
        elif name == "blockquote":
            depth = context.quotes + 1
            frame.context = _Context(BlockKind.QUOTE, depth, "", depth, context.lists)
        elif name in _LISTS:
            frame.numbering = node.attrs.get("type", "1")[:1] if name == "ol" else ""
            frame.number = whole_number(node.attrs.get("start", ""), 1)
            frame.context = _Context(
                context.kind, context.level, context.marker, context.quotes, context.lists + 1
            )
        elif name == "li":
            marker, parent.number = marker_of(node, parent.numbering, parent.number)
            level = max(1, context.lists)
            frame.context = _Context(BlockKind.LIST_ITEM, level, marker, context.quotes, level)
        elif name in _PRE:
            frame.is_pre = True
        elif name in {"tr", "td", "th"}:
            frame.holds_one = name != "tr" and sum(1 for _ in node.elements()) == 1
            self._begin_cell(name, frame)
        elif name == "summary":
            frame.styles &= ~_SPOILER
        elif name == "a":
            href = node.attrs.get("href", "").strip()
            frame.href = href if _WEB_ADDRESS.fullmatch(href) else ""
        elif name == "q":
            self._text("“" if self._quotations % 2 == 0 else "‘", frame)
            frame.closing = "”" if self._quotations % 2 == 0 else "’"
            self._quotations += 1
        elif name == "rt" and any(
            isinstance(child, Node) or child.strip() for child in node.children
        ):
            self._line.waiting = ""
            self._text("(", frame)
            frame.closing = ")"

    def _leave(self, frame: _Frame) -> None:
        if frame.name == "q":
            self._quotations -= 1
        if frame.closing:
            self._line.waiting = ""
            self._text(frame.closing, frame)
        if frame.name in _PRE and not (len(self._frames) > 1 and self._frames[-2].is_pre):
            self._end_verbatim()
        elif frame.name in _CELLS:
            self._is_next_cell = self._line.length > 0
        elif frame.is_block and not frame.is_pre:
            self._leave_block(frame)

    def _leave_block(self, frame: _Frame) -> None:
        had_picture = self._picture is not None
        blank_lines, has_nbsp = self._blank_lines, self._has_nbsp
        self._end_block(frame.context)
        is_empty = (
            not (frame.holds_blocks or had_picture)
            and len(self._pieces) == frame.pieces_before
            and self._blank_lines == blank_lines
        )
        if is_empty and (frame.name == "p" or (frame.name in _WRAPPERS and has_nbsp)):
            self._blank_lines += 1

    def _begin_cell(self, name: str, frame: _Frame) -> None:
        frame.is_block = False
        if name == "tr":
            if self._line.length and not self._breaks:
                self._breaks = 1
            self._is_next_cell = False
        elif self._is_next_cell and self._line.length and not self._breaks:
            self._line.waiting = ""
            self._line.add(_CELL_MARK, 0, "")
            self._is_next_cell = False

    def _mark(self, node: Node) -> None:
        if not self._wanted:
            return
        for name in (node.attrs.get("id"), node.attrs.get("name")):
            if name and name in self._wanted:
                self._anchors.setdefault(name, len(self._pieces))

    # Text

    def _text(self, raw: str, frame: _Frame) -> None:
        told = raw
        if _UNCLEAN.search(raw):
            told = clean(raw).replace(_SOFT_HYPHEN, "")
        if frame.is_pre:
            if told:
                self._line.add(told, frame.styles, frame.href)
            return
        if any(white in told for white in _TO_COLLAPSE):  # elsewhere every space would be replaced
            told = _WHITE.sub(" ", told)
        bare = told.strip(" ")
        if not bare:
            if told and not self._breaks:
                self._line.waiting = self._line.waiting or " "
            return
        if bare.strip("\xa0") == "" and (self._breaks or not self._line.length):
            self._has_nbsp = True
            return
        if self._picture is not None:
            self._settle_picture(is_alone=False)
        if self._breaks:
            self._end_line(frame.context)
        if told[0] == " ":
            self._line.waiting = self._line.waiting or " "
        self._line.add(bare, frame.styles, frame.href)
        self._line.waiting = " " if told[-1] == " " else ""

    def _end_line(self, context: _Context) -> None:
        """Decide what the ``<br>`` before some text mean."""
        breaks, self._breaks = self._breaks, 0
        if not self._line.length:
            self._blank_lines += breaks
        elif breaks < PARAGRAPH_BREAKS or context.kind is BlockKind.HEADING:
            self._line.waiting = "\n"
        else:
            self._end_piece(context)
            if breaks >= SCENE_BREAKS:
                self._part_scenes()

    def _end_block(self, context: _Context) -> None:
        """End the block that is being gathered, if anything is."""
        breaks, self._breaks = self._breaks, 0
        if self._line.length:
            self._end_piece(context)
            if breaks >= SCENE_BREAKS:
                self._part_scenes()
        else:
            self._blank_lines += breaks
        if self._picture is not None:
            self._settle_picture(is_alone=True)
        self._line.waiting = ""
        self._has_nbsp = self._is_next_cell = False

    def _end_piece(self, context: _Context) -> None:
        line, self._line = self._line, Line()
        text = "".join(line.texts)
        bare = text.strip()
        if _BLANK.fullmatch(bare):
            self._blank_lines += 1
            return
        start = len(text) - len(text.lstrip())
        spans = line.spans(start, start + len(bare))
        self._add(Piece(context.kind_of_piece(), bare, spans, context.level, context.marker))
        context.marker = ""

    def _end_verbatim(self) -> None:
        line, self._line = self._line, Line()
        text = "".join(line.texts)
        if _BLANK.fullmatch(text):
            return
        start = len(text) - len(text.lstrip("\n"))
        bare = text.strip("\n").rstrip()
        spans = line.spans(start, start + len(bare))
        self._add(Piece(BlockKind.PREFORMATTED, bare, spans))

    def _add(self, piece: Piece) -> None:
        if self._blank_lines >= EMPTY_PARAGRAPHS:
            self._part_scenes()
        self._blank_lines = 0
        if piece.kind is BlockKind.PARAGRAPH and piece.level:
            piece = Piece(piece.kind, piece.text, piece.spans)
        self._pieces.append(piece)

    def _part_scenes(self) -> None:
        self._blank_lines = 0
        self._pieces.append(MADE_BREAK)

    # Pictures

    def _take_picture(self, node: Node, parent: _Frame) -> None:
        picture = picture_of(node, self._sources)
        if picture.is_emoji:
            self._text(picture.description, parent)
        elif self._line.length:
            if picture.description:
                self._end_block(parent.context)
                self._add(Piece(BlockKind.IMAGE, picture.description))
        else:
            if self._picture is not None and not (self._picture.parts and picture.parts):
                self._settle_picture(is_alone=False)
            self._picture = picture

    def _settle_picture(self, *, is_alone: bool) -> None:
        picture, self._picture = self._picture, None
        if picture is None:
            return
        if is_alone and picture.parts:
            self._part_scenes()
        elif picture.description:
            self._add(Piece(BlockKind.IMAGE, picture.description))
