"""A work as the Download button gave it: one page of HTML, or an EPUB made of that page.

Until 2019 the page had no parts with names: what stands before ``#chapters``
is the preface, what stands behind it the afterword; the EPUB of that time had
a file for each. Since then there are ``#preface``, ``#chapters`` and
``#afterword``, which an EPUB repeats in each file that holds a piece of them.
So a work is taken file by file, and each element goes to the part it belongs to.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.importers.ao3.labels import (
    find_address,
    label_of,
    read_byline,
    read_marked,
    read_relations,
    read_tags,
    with_address,
)
from bot.importers.contents import Contents
from bot.importers.headings import site_title
from bot.importers.html.blocks import convert
from bot.importers.html.looks import NO_LOOKS, Looks
from bot.importers.html.tidy import read_plain, tidied
from bot.importers.html.tree import Node, walk_all
from bot.importers.pieces import Piece, chapter_of
from bot.prose.words import fold
from bot.story import Chapter

_PARTS = ("preface", "chapters", "afterword")
_POSTED = "posted originally on"
_INSPIRED = "works inspired by this one"
_DEPTH = 8  # levels below the body at which the parts are looked for
_WORK_LABELS = {"summary": "summary", "notes": "notes"}
_CHAPTER_LABELS = {"chapter summary": "summary", "chapter notes": "notes"}
_END_NOTES = re.compile(r"endnotes\d*")


def is_download(page: Node) -> bool:
    """Tell whether a page, or a file of a book, is one of a downloaded work."""
    for node in page.walk():
        if node.name == "dt" and label_of(node) == "rating":
            return not any(list_.has_class("work") for list_ in page.walk() if list_.name == "dl")
        if node.says(_POSTED) and _address_in(node):
            return True
    return False


def has_parts(body: Node) -> bool:
    """Tell whether a body holds the parts with names that downloads have since 2019."""
    return bool(_holders(body))


@dataclass(slots=True)
class _Draft:
    """A chapter as it is gathered."""

    heading: str = ""
    byline: str = ""
    summary: str = ""
    notes: str = ""
    end_notes: str = ""
    pieces: list[Piece] = field(default_factory=list[Piece])

    def chapter(self, number: int) -> Chapter:
        notes = [self.byline, self.notes]
        return replace(
            chapter_of(site_title(self.heading, number), tidied(self.pieces)),
            summary=self.summary,
            notes="\n\n".join(note for note in notes if note),
            end_notes=self.end_notes,
        )


class Download:
    """A work that is taken file by file: ``take`` each body, then ask for the ``contents``."""

    def __init__(self, looks: Looks = NO_LOOKS) -> None:
        self._looks = looks
        self._preface: list[Node] = []
        self._afterword: list[Node] = []
        self._chapters: list[_Draft] = []

    def take(self, body: Node) -> None:
        """Take what a file holds, in the order of the book."""
        holders = _holders(body)
        is_past_chapters = False
        stack = list(reversed(body.children))
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                if not holders:
                    self._take_text([item])
            elif id(item) in holders:
                stack.extend(reversed(item.children))
            elif not holders:
                self._take_loose(item)
            elif item.attrs.get("id") == "chapters":
                self._take_chapters(item)
                is_past_chapters = True
            else:
                is_after = item.attrs.get("id") == "afterword" or is_past_chapters
                (self._afterword if is_after else self._preface).append(item)

    def contents(self) -> Contents:
        """Give the work as far as it was taken."""
        facts = self._facts()
        drafts = [draft for draft in self._chapters if draft.pieces or draft.heading]
        chapters = tuple(draft.chapter(number) for number, draft in enumerate(drafts, 1))
        return Contents(facts, chapters)

    def _take_loose(self, node: Node) -> None:
        """Take an element of an EPUB from before 2019, whose files are the parts."""
        if is_download(node):
            self._preface.append(node)
        elif node.find_id("endnotes") is not None or (
            any(label.opening() == _INSPIRED for label in node.walk() if label.name == "dt")
            or (node.has_class("message") and node.opening().startswith("please drop by"))
        ):
            self._afterword.append(node)
        else:
            self._take_element(node)

    def _take_chapters(self, part: Node) -> None:
        head = _head_without_class(part)
        for child in part.children:
            if isinstance(child, str):
                self._take_text([child])
            elif child is head:
                self._chapters.append(self._opened(child, next(child.elements())))
            else:
                self._take_element(child)

    def _take_element(self, node: Node) -> None:
        if node.has_class("toc-heading"):
            return
        heading = next(
            (child for child in node.elements() if child.name == "h2" and _is_heading(child)), None
        )
        # Authors may write headings of the same class into their text.
        if heading is not None and not node.has_class("userstuff"):
            self._chapters.append(self._opened(node, heading))
        elif node.name == "h2" and _is_heading(node):
            self._chapters.append(_Draft(heading=node.line()))
        elif self._is_end_notes(node):
            self._last().end_notes = _quotation(node, self._looks)
        else:
            self._take_text(node.children if node.name == "div" else [node])

    def _opened(self, node: Node, heading: Node) -> _Draft:
        marked = read_marked([node], _CHAPTER_LABELS, self._looks)
        draft = _Draft(heading.line(), "", marked.get("summary", ""), marked.get("notes", ""))
        for child in node.elements():
            told = child.line() if child.name != "blockquote" else ""
            if fold(told[:20]).startswith("chapter by"):
                draft.byline = told
        return draft

    def _is_end_notes(self, node: Node) -> bool:
        if _END_NOTES.fullmatch(node.attrs.get("id", "")):
            return True
        first = next(node.elements(), None)
        return first is not None and first.opening() == "chapter end notes"

    def _take_text(self, nodes: Iterable[Node | str]) -> None:
        pieces = convert(nodes, self._looks).pieces
        if pieces:
            self._last().pieces.extend(pieces)

    def _last(self) -> _Draft:
        if not self._chapters:
            self._chapters.append(_Draft())
        return self._chapters[-1]

    def _facts(self) -> dict[str, object]:
        preface = self._preface
        facts: dict[str, object] = dict(read_tags(_lists(preface)))
        title = next((node for node in walk_all(preface) if node.name == "h1"), None)
        if title is not None and title.line():
            facts["title"] = title.line()
        byline = _find_byline(preface)
        if byline is not None:
            facts["authors"] = read_byline(byline)
        source = _find_source(preface)
        if source:
            facts["source"] = source
        marked = read_marked(preface, _WORK_LABELS, self._looks)
        end_notes = next(
            (
                _quotation(node, self._looks)
                for node in walk_all(self._afterword)
                if node.attrs.get("id") == "endnotes"
            ),
            "",
        )
        facts["summary"] = marked.get("summary", "")
        facts["notes"] = [note for note in (marked.get("notes", ""), end_notes) if note]
        for kind, works in read_relations(_lines(preface)).items():
            facts[kind] = "; ".join(works)
        children = [
            with_address(node.line(), node)
            for found in _lists(self._afterword)
            for node in found.elements()
            if node.name == "dd"
        ]
        if children:
            facts["works inspired by this one"] = "; ".join(children)
        return facts


def _head_without_class(part: Node) -> Node | None:
    """Find a chapter's head that a converter took the class from: before the text, with an h2."""
    blocks = [node for node in part.elements() if not node.attrs.get("id")]
    if len(blocks) < 2 or any(_is_heading(node) for node in walk_all(blocks) if node.name == "h2"):
        return None
    first = next(blocks[0].elements(), None)
    is_head = blocks[0].name == blocks[1].name == "div" and first is not None
    return blocks[0] if is_head and first is not None and first.name == "h2" else None


def _is_heading(node: Node) -> bool:
    return node.has_class("heading")


def _quotation(node: Node, looks: Looks) -> str:
    """Give what stands in the quotation below a label, or below the label without one."""
    quotation = node.find("blockquote")
    if quotation is not None:
        return read_plain(quotation.children, looks)
    return read_plain(list(node.elements())[1:], looks)


def _lists(nodes: Sequence[Node]) -> Iterator[Node]:
    """Give the lists of labels, none that stands in another."""
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        if node.name == "dl":
            yield node
        else:
            stack.extend(reversed(list(node.elements())))


def _lines(nodes: Sequence[Node]) -> Iterator[Node]:
    """Give the items of lists outside quotations and tags."""
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        if node.name == "li":
            yield node
        elif node.name not in {"blockquote", "dl"}:
            stack.extend(reversed(list(node.elements())))


def _find_byline(preface: Sequence[Node]) -> Node | None:
    """Find the byline: by its class, else what follows the title and says "by"."""
    is_past_title = False
    for node in walk_all(preface):
        is_past_title = is_past_title or node.name == "h1"
        if node.has_class("byline") or (
            is_past_title
            and node.name in {"div", "p", "h2", "h3"}
            and node.opening().startswith("by ")
        ):
            return node
    return None


def _find_source(preface: Sequence[Node]) -> str:
    for node in walk_all(preface):
        if node.says(_POSTED) and (address := _address_in(node)):
            return address
    return ""


def _address_in(node: Node) -> str:
    for link in node.walk():
        if link.name == "a" and (address := find_address(link.attrs.get("href", ""))):
            return address
    return find_address(node.text())


def _holders(body: Node) -> set[int]:
    """Give the ids of the elements that the named parts stand in; empty without parts."""
    found: set[int] = set()
    stack: list[tuple[Node, tuple[int, ...]]] = [(body, ())]
    while stack:
        node, above = stack.pop()
        if node.attrs.get("id") in _PARTS:
            found.update(above)
        elif len(above) < _DEPTH:
            below = (*above, id(node))
            stack.extend((child, below) for child in node.elements())
    return found
