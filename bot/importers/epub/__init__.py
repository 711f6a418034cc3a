"""An EPUB to its contents: which program made it, and the reader for that.

``parcel`` reads the files in it, ``package`` what the book says of itself,
``front`` tells pages that are no story, ``book`` reads books of no known
maker. zipfile and ElementTree do the rest; nothing is unpacked to a disk.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from bot.importers import fanficfare, fichub
from bot.importers.ao3.download import Download, has_parts, is_download
from bot.importers.contents import Contents
from bot.importers.epub.book import read_book
from bot.importers.epub.front import is_added_page, is_contents
from bot.importers.epub.package import Package, Page, Pages, read_package
from bot.importers.epub.parcel import Parcel
from bot.importers.html.looks import SHEETS_LIMIT, Looks
from bot.importers.html.tree import Node, body_of
from bot.prose.words import fold
from bot.story import Chapter

_FIRST_PAGES = 4  # in which a maker is looked for: a cover and its own page may come first
_SHOWN_MISSING = 3  # names of files that are missing
_SPECIAL_NAMES = {
    "title_page": fanficfare.TITLE_PAGE,
    "toc_page": "fff_tocpage",
    "log_page": "fff_logpage",
    "cover": "fff_coverpage",
}
_CONVERTED_NAME = re.compile(r"_u\d+$")  # Calibre's, where two files had one name


def read_epub(data: bytes, file: str) -> Contents:
    """Read a book.

    Raises:
        ImportFailed: It is locked (DRM), damaged, too large, declares entities
            or names no pages; ``file`` and mostly ``part`` say where.
    """
    parcel = Parcel(data, file)
    package = read_package(parcel)
    looks = _read_looks(parcel, package)
    pages = Pages(parcel, package, _FIRST_PAGES)
    trees = pages.first()
    if any(is_download(tree) for tree in trees):
        layout = "ao3-epub"
        found = _read_ao3(pages, package, looks, any(has_parts(body_of(t)) for t in trees))
    elif any(body_of(tree).has_class(fanficfare.TITLE_PAGE) for tree in trees) or any(
        "fanficfare" in name.lower() for name in package.contributors
    ):
        layout = "fanficfare"
        found = _read_fanficfare(pages, package, looks)
    elif any(fichub.is_introduction(tree) for tree in trees):
        layout = "fichub"
        found = _read_fichub(pages, package, looks)
    else:
        layout = "epub"
        found = read_book(pages, package, looks)
    del trees
    messages = (*found.messages, *_missing(package))
    return replace(found, messages=messages, layout=layout)


def _read_looks(parcel: Parcel, package: Package) -> Looks:
    sheets: list[str] = []
    length = 0
    for path in package.sheets:
        if length < SHEETS_LIMIT:
            sheets.append(parcel.text(path))
            length += len(sheets[-1])
    return Looks.parse(sheets)


def _read_ao3(pages: Pages, package: Package, looks: Looks, is_modern: bool) -> Contents:
    download = Download(looks)
    for _, tree in pages:
        body = body_of(tree)
        # What a library program added (a cover, a jacket) has none of the named parts.
        if has_parts(body) or not is_modern:
            download.take(body)
    found = download.contents()
    # Dates there are those of the last change, subjects have no kinds.
    known = {
        name: fact
        for name, fact in package.facts.items()
        if name in {"title", "authors", "language", "series", "summary", "source"} and fact
    }
    return Contents({**known, **_stated(found.facts)}, found.chapters)


def _read_fanficfare(pages: Pages, package: Package, looks: Looks) -> Contents:
    facts: dict[str, object] = {}
    chapters: list[Chapter] = []
    notes: list[str] = []
    relations: dict[str, list[str]] = {}
    for page, tree in pages:
        kind = _kind_of(page, tree)
        if kind == fanficfare.TITLE_PAGE:
            facts = fanficfare.read_title_page(body_of(tree), package.subjects)
        elif kind not in fanficfare.OTHER_PAGES and not _is_added(tree):
            chapter, found = fanficfare.read_chapter(tree, len(chapters) + 1, looks)
            chapters.append(chapter)
            notes.extend(found.work)
            for name, works in found.relations.items():
                relations.setdefault(name, []).extend(works)
    if not facts:
        facts["tags"] = fanficfare.real_subjects(package.subjects)
        facts = fanficfare.with_categories(facts)
    if notes:
        facts["notes"] = notes
    for name, works in relations.items():
        facts[name] = "; ".join(works)
    merged = {**package.facts, **_stated(facts)}
    return Contents(merged, _named(chapters, str(merged.get("title", ""))))


def _read_fichub(pages: Pages, package: Package, looks: Looks) -> Contents:
    facts: dict[str, object] = {}
    chapters: list[Chapter] = []
    for _, tree in pages:
        if not facts and fichub.is_introduction(tree):
            facts = fichub.read_introduction(tree)
        elif not _is_added(tree):
            chapters.append(fichub.read_chapter(tree, len(chapters) + 1, looks))
    # Every book of theirs says it is in English.
    known = {name: fact for name, fact in package.facts.items() if name != "language"}
    merged = {**known, **_stated(facts)}
    return Contents(merged, _named(chapters, str(merged.get("title", ""))))


def _kind_of(page: Page, tree: Node) -> str:
    """Give which of FanFicFare's pages a page is, by its class, or its name where that is lost."""
    for name in body_of(tree).classes():
        if name.startswith("fff_"):
            return name
    stem = _CONVERTED_NAME.sub("", PurePosixPath(page.path).stem)
    return _SPECIAL_NAMES.get(stem, fanficfare.CHAPTER)


def _is_added(tree: Node) -> bool:
    """Tell whether a page is no text: contents, a cover or a jacket from a library program."""
    body = body_of(tree)
    has_contents = any(node.name == "nav" and node.is_kind("toc") for node in body.walk())
    is_empty = not (body.text().strip() or body.find("img"))
    return has_contents or is_empty or is_added_page(body) or is_contents(body)


def _named(chapters: list[Chapter], title: str) -> tuple[Chapter, ...]:
    """Give the chapters; a lone one that is called like the story needs no title."""
    if len(chapters) == 1 and chapters[0].title and fold(chapters[0].title) == fold(title):
        return (replace(chapters[0], title=None),)
    return tuple(chapters)


def _stated(facts: dict[str, object]) -> dict[str, object]:
    return {name: fact for name, fact in facts.items() if fact not in ("", [], None)}


def _missing(package: Package) -> Iterator[str]:
    if not package.missing:
        return
    shown = ", ".join(package.missing[:_SHOWN_MISSING])
    more = len(package.missing) - _SHOWN_MISSING
    told = f"{shown} and {more} more" if more > 0 else shown
    yield f"The book names pages that are not in it: {told}. The rest was read."
