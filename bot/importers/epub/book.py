"""An EPUB of no known maker to chapters: pages in order, titles from its contents.

An entry of the contents begins a chapter, at a page or inside one. A page
without an entry goes on with the chapter before it where the contents name
most pages (long chapters are cut into several files), and is a chapter of its
own where they do not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from bot.importers.contents import Contents
from bot.importers.epub.front import is_front_page
from bot.importers.epub.package import Package, Pages, Title
from bot.importers.fanficfare import find_information
from bot.importers.html.blocks import MADE_BREAK, convert
from bot.importers.html.looks import Looks
from bot.importers.html.tidy import tidied
from bot.importers.html.tree import body_of
from bot.importers.outline import arrange, sections_of
from bot.importers.pieces import Piece, chapter_of, one_line
from bot.prose.words import search_key
from bot.story import BlockKind, Chapter

_TITLE_LIMIT = 120  # characters of a heading that is a chapter's title
_NUMBER_ALONE = re.compile(r"(?:chapter |part )?(?:\d{1,4}|[ivxlc]{1,7})")
_TITLE_PLACES = 4  # pieces at a chapter's start that may say its title again


@dataclass(slots=True)
class _Part:
    """A chapter as it is gathered; ``is_named``: the book's contents name it."""

    title: str
    pieces: list[Piece] = field(default_factory=list[Piece])
    is_named: bool = False

    def has_text(self) -> bool:
        """Tell whether more stands here than headings and the title once more."""
        _, below = without_title(self.title, self.pieces)
        return any(
            piece is not MADE_BREAK and piece.kind is not BlockKind.HEADING for piece in below
        )


def read_book(pages: Pages, package: Package, looks: Looks) -> Contents:
    """Read the pages of a book.

    Raises:
        ImportFailed: A page cannot be read.
    """
    facts = dict(package.facts)
    if package.subjects:
        facts["tags"] = list(package.subjects)
    if package.publisher:
        facts["publisher"] = package.publisher
    title = package.title
    found, told = _parts(pages, package, looks)
    facts |= {name: fact for name, fact in told.items() if fact}
    parts = _gathered(iter(found), package)
    if len(parts) == 1:
        outline = arrange(sections_of(tidied(parts[0].pieces)), title)
        if len(outline.chapters) > 1:
            return Contents(facts, outline.chapters, outline.title, outline.title_origin)
    chapters = [_chapter(part) for part in parts]
    if len(chapters) == 1 and title and search_key(chapters[0].title or "") == search_key(title):
        chapters = [_chapter(_Part("", parts[0].pieces), known=title)]
    return Contents(facts, tuple(chapters))


def _parts(pages: Pages, package: Package, looks: Looks) -> tuple[list[_Part], dict[str, object]]:
    """Give the story's own pages, cut where the contents say, and the facts before them."""
    facts: dict[str, object] = {}
    kept: list[_Part] = []
    fronts: list[_Part] = []
    for page, tree in pages:
        entries = [entry for entry in package.titles if entry.path == page.path]
        body = body_of(tree)
        wanted = {entry.fragment for entry in entries if entry.fragment}
        converted = convert(body.children, looks, wanted)
        label = entries[0].text if entries else ""
        title = "" if kept else package.title
        is_notes = body.is_kind("footnotes", "endnotes", "rearnotes")
        told = {} if kept else find_information(body, package.subjects)
        facts |= told
        is_front = bool(told) or is_front_page(
            body, converted.pieces, label, title, package.authors
        )
        is_passed_over = is_front or not (page.is_linear or is_notes)
        cut = _cut(converted.pieces, converted.anchors, entries)
        (fronts if is_passed_over else kept).extend(cut)
    # A book that is nothing but its title page still is one.
    return kept or fronts, facts


def _cut(
    pieces: Sequence[Piece], anchors: dict[str, int], entries: Sequence[Title]
) -> Iterator[_Part]:
    """Cut a page at the entries that begin inside it."""
    first = next((place for place, piece in enumerate(pieces) if piece is not MADE_BREAK), 0)
    starts: dict[int, str] = {}
    for entry in entries:
        place = anchors.get(entry.fragment, 0) if entry.fragment else 0
        # Two entries for one place: the last is the deepest, a chapter of a part.
        starts[0 if place <= first else place] = entry.text
    places = sorted({0, *starts})
    for number, place in enumerate(places):
        end = places[number + 1] if number + 1 < len(places) else len(pieces)
        yield _Part(starts.get(place, ""), list(pieces[place:end]), place in starts)


def _gathered(parts: Iterator[_Part], package: Package) -> list[_Part]:
    """Join what belongs to one chapter; headings without text go to the next one."""
    named = {entry.path for entry in package.titles}
    covered = sum(page.path in named for page in package.pages)
    names_most = covered * 2 >= sum(not page.is_front for page in package.pages)
    found: list[_Part] = []
    waiting: list[Piece] = []
    for part in parts:
        begins_with_heading = bool(part.pieces) and part.pieces[0].kind is BlockKind.HEADING
        if not part.has_text():
            told = [piece for piece in part.pieces if piece.kind is BlockKind.HEADING]
            if not told and part.title:
                told = [Piece(BlockKind.HEADING, part.title, level=1)]
            waiting.extend(told)
        elif found and not part.is_named and names_most and not begins_with_heading:
            found[-1].pieces.extend([*waiting, *part.pieces])
            waiting = []
        else:
            part.pieces[:0] = waiting
            part.title = part.title or _heading(part.pieces[len(waiting) :])
            waiting = []
            found.append(part)
    if waiting and found:
        found[-1].pieces.extend(waiting)
    return found or [_Part("", waiting)]


def _heading(pieces: Sequence[Piece]) -> str:
    first = next((piece for piece in pieces if piece is not MADE_BREAK), None)
    if first is None or first.kind is not BlockKind.HEADING:
        return ""
    told = one_line(first.text)
    return told if len(told) <= _TITLE_LIMIT else ""


def _chapter(part: _Part, known: str = "") -> Chapter:
    title, pieces = without_title(part.title or known, tidied(part.pieces))
    return chapter_of(None if known or not title else title, pieces)


def without_title(title: str, pieces: Sequence[Piece]) -> tuple[str, list[Piece]]:
    """Take from the start of a chapter what says its title again; the fuller one stands.

    "Chapter 1" in the contents and "Chapter 1: The Rain" on the page are one
    title; so are "1. The Rain" and two headings, "Chapter 1" and "The Rain".
    """
    key = search_key(title)
    heads = list(takewhile(_may_be_title, pieces[:_TITLE_PLACES]))
    if not key or not heads:
        return title, list(pieces)
    for size in range(len(heads), 0, -1):
        told = [search_key(head.text) for head in heads[:size]]
        # A number above the name may be left out in the contents.
        named = [line for line in told if _NUMBER_ALONE.fullmatch(line) is None]
        if any(_ends_with(key, " ".join(lines)) for lines in (told, named) if lines):
            return title, list(pieces[size:])
    if heads[0].kind is BlockKind.HEADING:
        told = search_key(heads[0].text)
        if f" {key} " in f" {told} ":
            return one_line(heads[0].text), list(pieces[1:])
        if told and f" {told} " in f" {key} ":
            return title, list(pieces[1:])
    return title, list(pieces)


def _may_be_title(piece: Piece) -> bool:
    is_text = piece.kind in {BlockKind.HEADING, BlockKind.PARAGRAPH}
    return is_text and len(piece.text) <= _TITLE_LIMIT


def _ends_with(key: str, told: str) -> bool:
    return bool(told) and f" {key}".endswith(f" {told}")
