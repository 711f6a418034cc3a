"""A work as its page on the site shows it, saved from a browser.

Whole works and single chapters are saved so; a page that shows only part of a
work is read with a word about it. Pages of the site without the text of a
work (the question about adult content, lists, errors) hold no story.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from bot.errors import ImportFailed
from bot.importers.ao3.labels import (
    ARCHIVE,
    find_address,
    read_byline,
    read_relations,
    read_tags,
    with_address,
)
from bot.importers.contents import Contents
from bot.importers.headings import site_title
from bot.importers.html.looks import Looks
from bot.importers.html.tidy import read_pieces, read_plain
from bot.importers.html.tree import Node
from bot.importers.pieces import chapter_of
from bot.story import Chapter

_WORK_LINK = re.compile(r"/works/(\d+)(?:[/?#]|\Z)")
_DOWNLOAD_LINK = re.compile(r"/downloads/(\d+)/")
_CHAPTER_NUMBER = re.compile(r"chapter-(\d+)")


def is_page_of_site(page: Node) -> bool:
    """Tell whether a page was made by the archive's site, with a work or without."""
    has_skin = is_site = False
    for node in page.walk():
        ident = node.attrs.get("id")
        has_skin = has_skin or ident == "workskin"
        if node.name == "dl" and node.has_class("work") and node.has_class("meta"):
            return True
        is_site = is_site or (ident == "outer" and node.has_class("wrapper"))
        if is_site and node.name == "ol" and node.has_class("work") and node.has_class("index"):
            return True
        if is_site and node.name == "p" and node.has_class("caution"):
            return True
    return has_skin


def read_work_page(page: Node, address: str, file: str) -> Contents:
    """Read a saved page; ``address`` is where the browser says it came from, or "".

    Raises:
        ImportFailed: The page holds no text of a work.
    """
    looks = Looks.parse(node.text() for node in page.walk() if node.name == "style")
    part = page.find_id("chapters")
    chapters: list[Chapter] = []
    numbers: list[int] = []
    if part is not None:
        for node in _chapters(part):
            found = _CHAPTER_NUMBER.fullmatch(node.attrs.get("id", ""))
            numbers.append(int(found[1]) if found else len(numbers) + 1)
            chapters.append(_chapter(node, numbers[-1], looks))
    if not any(chapter.blocks for chapter in chapters):
        raise ImportFailed("import.ao3-page", file=file)
    facts = _facts(page, part, looks)
    source = find_address(address) or _find_source(page)
    if source:
        facts["source"] = source
    return Contents(facts, tuple(chapters), messages=tuple(_missing(facts, numbers)))


def _chapters(part: Node) -> Iterator[Node]:
    whole = [
        node
        for node in part.elements()
        if node.has_class("chapter") and _CHAPTER_NUMBER.fullmatch(node.attrs.get("id", ""))
    ]
    yield from whole or [part]


def _chapter(node: Node, number: int, looks: Looks) -> Chapter:
    title = summary = notes = end_notes = byline = ""
    texts: list[Node | str] = []
    stack = list(reversed(list(node.elements())))
    while stack:
        item = stack.pop()
        if item.name == "div" and item.has_class("userstuff"):
            texts.extend(child for child in item.children if not _is_landmark(child))
        elif item.name == "h3" and item.has_class("title"):
            title = item.line()
        elif item.has_class("byline"):
            byline = item.line()
        elif item.has_class("summary"):
            summary = _quotation(item, looks)
        elif item.has_class("notes") and (item.has_class("end") or texts):
            end_notes = _quotation(item, looks)
        elif item.has_class("notes"):
            notes = _quotation(item, looks)
        else:
            stack.extend(reversed(list(item.elements())))
    return replace(
        chapter_of(site_title(title, number), read_pieces(texts, looks)),
        summary=summary,
        notes="\n\n".join(note for note in (byline, notes) if note),
        end_notes=end_notes,
    )


def _is_landmark(child: Node | str) -> bool:
    return isinstance(child, Node) and child.name == "h3" and child.has_class("landmark")


def _quotation(node: Node, looks: Looks) -> str:
    found = node.find("blockquote")
    return "" if found is None else read_plain(found.children, looks)


def _facts(page: Node, part: Node | None, looks: Looks) -> dict[str, object]:
    lists = [node for node in page.walk() if node.name == "dl" and node.has_class("work")]
    facts: dict[str, object] = dict(read_tags(lists[:1]))
    skin = page.find_id("workskin") or page
    notes: list[str] = []
    stack = list(reversed(list(skin.elements())))
    while stack:
        node = stack.pop()
        if node is part:
            continue
        if node.name == "h2" and node.has_class("title"):
            facts.setdefault("title", node.line())
        elif node.has_class("byline"):
            facts.setdefault("authors", read_byline(node))
        elif node.has_class("summary"):
            facts.setdefault("summary", _quotation(node, looks))
        elif node.has_class("notes"):
            items = [item for item in node.walk() if item.name == "li"]
            for kind, works in read_relations(items).items():
                facts[kind] = "; ".join(works)
            notes.append(_quotation(node, looks))
        elif node.has_class("children"):
            works = [with_address(item.line(), item) for item in node.walk() if item.name == "li"]
            facts["works inspired by this one"] = "; ".join(works)
        else:
            stack.extend(reversed(list(node.elements())))
    facts["notes"] = [note for note in notes if note]
    return facts


def _find_source(page: Node) -> str:
    """Find the work's address in the links of its page: that of its download says it surest."""
    whole: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    for node in page.walk():
        for name in ("href", "action"):
            address = node.attrs.get(name, "")
            if download := _DOWNLOAD_LINK.search(address):
                numbers[download[1]] += 1_000
            elif work := _WORK_LINK.search(address):
                numbers[work[1]] += 1
                if address.startswith("http"):
                    whole[find_address(address)] += 1
    if not numbers:
        return ""
    number = numbers.most_common(1)[0][0]
    found = next((told for told, _ in whole.most_common() if told.endswith(f"/{number}")), "")
    return found or f"{ARCHIVE}/works/{number}"


def _missing(facts: dict[str, object], numbers: list[int]) -> Iterator[str]:
    written = str(facts.get("chapters", "")).partition("/")[0]
    if not written.isdigit() or int(written) <= len(numbers):
        return
    told = f"chapter {numbers[0]}" if len(numbers) == 1 else f"{len(numbers)} chapters"
    yield (
        f"The page shows {told} of {int(written)}. For the rest choose Entire Work before "
        "saving it, or Download."
    )
