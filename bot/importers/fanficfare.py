"""What FanFicFare writes: its title page, its chapters, and the same as one page of HTML.

Labels can be renamed by its user, so those we know under any usual name
count. Its "Category" is the fandom; its "Genre" holds an AO3 work's tags and
categories, sorted and joined by commas.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from bot.importers.ao3.labels import read_relations
from bot.importers.contents import Contents
from bot.importers.headings import site_title
from bot.importers.html.blocks import convert
from bot.importers.html.looks import NO_LOOKS, Looks
from bot.importers.html.tidy import read_pieces, read_plain, tidied
from bot.importers.html.tree import Node, body_of
from bot.importers.pieces import chapter_of
from bot.prose.words import fold
from bot.story import Chapter

TITLE_PAGE = "fff_titlepage"
CHAPTER = "fff_chapter"
OTHER_PAGES = ("fff_tocpage", "fff_logpage", "fff_coverpage")

_LABELS = {
    "category": "fandoms",
    "categories": "fandoms",
    "fandom": "fandoms",
    "fandoms": "fandoms",
    "genre": "tags",
    "genres": "tags",
    "tags": "tags",
    "freeform tags": "tags",
    "additional tags": "tags",
    "ao3 categories": "categories",
    "language": "language",
    "characters": "characters",
    "character": "characters",
    "relationships": "relationships",
    "relationship": "relationships",
    "pairings": "relationships",
    "ships": "relationships",
    "status": "status",
    "published": "published",
    "updated": "updated",
    "rating": "rating",
    "rated": "rating",
    "warnings": "warnings",
    "warning": "warnings",
    "words": "words",
    "chapters": "chapters",
    "chapters/total chapters": "chapters",
    "series": "series",
    "additional series": "series",
    "publisher": "publisher",
    "collections": "collections",
    "story url": "source",
    "author": "authors",
    "summary": "summary",
    "description": "summary",
}
_LABELLED = re.compile(r"([A-Z][\w/ ]{2,25}?)\s?:\s+(\S.*)")
_INFORMATION_LIMIT = 8_000  # characters; a longer page is a chapter
_TELLING = frozenset({"rating", "fandoms", "characters", "relationships", "warnings", "status"})
_LISTS = frozenset(
    {"fandoms", "tags", "categories", "characters", "relationships", "warnings", "authors"}
)
_CATEGORIES = frozenset({"f/f", "f/m", "m/m", "gen", "multi", "other"})
_NOISE = re.compile(r"fanfiction|last update.*|in-progress|completed|complete", re.IGNORECASE)
_NOTES = "fff_chapter_notes"
_FOOT_NOTES = "fff_foot_notes"
_NOTE_LABELS = {
    "author's note": "work",
    "author's notes": "work",
    "summary for the chapter": "summary",
    "notes for the chapter": "notes",
}
_SECTION = re.compile(r"section\d{2,6}")


@dataclass(slots=True)
class FoundNotes:
    """What stands around the text of a chapter; ``work`` belongs to the whole story."""

    summary: str = ""
    notes: str = ""
    end_notes: str = ""
    work: list[str] = field(default_factory=list[str])
    relations: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


def read_title_page(page: Node, subjects: Collection[str] = ()) -> dict[str, object]:
    """Read the facts of a title page; ``subjects`` are names that may hold a comma."""
    facts: dict[str, object] = {}
    heading = page.find("h3", "h1")
    if heading is not None:
        facts |= _read_heading(heading)
    for label, value in _entries(page):
        found = _LABELS.get(fold(label).removesuffix(":").strip())
        if found is None:
            continue
        if found == "summary":
            facts.setdefault(found, read_plain(value))
            continue
        told = " ".join("".join(_text(item) for item in value).split())
        if not told:
            continue
        if found in _LISTS:
            names = split_names(told, subjects)
            facts[found] = [*_listed(facts.get(found)), *names]
        elif found == "series":
            facts[found] = [*_listed(facts.get(found)), told]
        elif found == "source":
            facts.setdefault(found, told)
        else:
            facts[found] = told
    return with_categories(facts)


def find_information(page: Node, subjects: Collection[str] = ()) -> dict[str, object]:
    """Find the facts of a page of labelled lines, as other programs write them.

    Empty where it has fewer than three labels we know, or none that only a
    story's page has.
    """
    if len(page.text()) > _INFORMATION_LIMIT:
        return {}
    lines = Node("div")
    for line in _lines(page):
        found = _LABELLED.fullmatch(line)
        if found:
            label = Node("b")
            label.children = [f"{found[1]}:"]
            lines.children += [label, found[2]]
    facts = read_title_page(page, subjects) | read_title_page(lines, subjects)
    known = {name for name in facts if name not in {"title", "source"}}
    return facts if len(known) >= 3 and known & _TELLING else {}


def with_categories(facts: dict[str, object]) -> dict[str, object]:
    """Move AO3's categories from the tags (or "Category") to their own field."""
    categories = _listed(facts.get("categories"))
    for kind in ("tags", "fandoms"):
        names = [str(name) for name in _listed(facts.get(kind))]
        moved = [name for name in names if fold(name) in _CATEGORIES]
        if moved:
            facts[kind] = [name for name in names if fold(name) not in _CATEGORIES]
            categories += moved
    if categories:
        facts["categories"] = categories
    return facts


def real_subjects(subjects: Iterable[str]) -> list[str]:
    """Leave out what FanFicFare puts among the subjects of every book."""
    return [subject for subject in subjects if _NOISE.fullmatch(subject.strip()) is None]


def split_names(told: str, known: Collection[str]) -> list[str]:
    """Split names joined by commas; one in ``known`` that holds a comma stays whole."""
    parts = [part.strip() for part in told.split(",") if part.strip()]
    whole = {fold(name): name for name in known if "," in name}
    most = max((name.count(",") + 1 for name in whole.values()), default=1)
    names: list[str] = []
    place = 0
    while place < len(parts):
        for size in range(min(most, len(parts) - place), 1, -1):
            name = whole.get(fold(", ".join(parts[place : place + size])))
            if name is not None:
                names.append(name)
                place += size
                break
        else:
            names.append(parts[place])
            place += 1
    return names


def read_chapter(page: Node, number: int, looks: Looks = NO_LOOKS) -> tuple[Chapter, FoundNotes]:
    """Read the page of chapter ``number``: its title, and its text without the notes around it."""
    body = body_of(page)
    heading = _chapter_heading(page, body)
    notes = FoundNotes()
    texts = list(_without_notes(body, heading, notes, looks))
    chapter = chapter_of(
        None if heading is None else site_title(heading.line(), number),
        tidied(convert(texts, looks).pieces),
    )
    return (
        replace(chapter, summary=notes.summary, notes=notes.notes, end_notes=notes.end_notes),
        notes,
    )


def read_page(page: Node) -> Contents | None:
    """Read the one page of HTML that FanFicFare writes; None if it is another page."""
    body = body_of(page)
    table = body.find("table")
    if table is None or not table.has_class("full"):
        return None
    parts: list[tuple[str, list[Node | str]]] = []
    for child in body.children:
        title = _section_title(child)
        if title is not None:
            parts.append((title, []))
        elif parts:
            parts[-1][1].append(child)
    if not parts:
        return None
    looks = Looks.parse(node.text() for node in page.walk() if node.name == "style")
    facts = read_title_page(body)
    chapters = tuple(
        chapter_of(site_title(title, number), read_pieces(nodes, looks))
        for number, (title, nodes) in enumerate(parts, 1)
    )
    return Contents(facts, chapters)


def _section_title(child: Node | str) -> str | None:
    if isinstance(child, str) or child.name != "a":
        return None
    heading = child.find("h2")
    if heading is None or _SECTION.fullmatch(child.attrs.get("name", "")) is None:
        return None
    return heading.line()


def _read_heading(heading: Node) -> dict[str, object]:
    """Read "<a>Title</a> by <a>Author</a>, <a>Author</a>"."""
    links = [node for node in heading.walk() if node.name == "a"]
    facts: dict[str, object] = {}
    if links and not links[0].has_class("authorlink"):
        first, *authors = links
        facts["title"] = first.line()
        if first.attrs.get("href", "").startswith("http"):
            facts["source"] = first.attrs["href"]
        if authors:
            facts["authors"] = [link.line() for link in authors]
    return facts


def _entries(page: Node) -> Iterator[tuple[str, list[Node | str]]]:
    """Give each label in bold with what stands behind it, in a line or in a row of a table."""
    for node in page.walk():
        if node.name == "tr":
            cells = [cell for cell in node.elements() if cell.name in {"td", "th"}]
            children = [child for cell in cells for child in cell.children]
        elif node.name in {"div", "body", "p"}:
            children = node.children
        else:
            continue
        label, value = "", list[Node | str]()
        for child in children:
            if isinstance(child, Node) and child.name in {"b", "strong"}:
                told = child.line()
                if told.endswith(":"):
                    if label:
                        yield label, value
                    label, value = told, []
                    continue
            value.append(child)
        if label:
            yield label, value


def _listed(value: object) -> list[object]:
    return list(cast("list[object]", value)) if isinstance(value, list) else []


def _text(item: Node | str) -> str:
    return item if isinstance(item, str) else item.text()


def _lines(page: Node) -> Iterator[str]:
    """Give the lines of a page as they are seen."""
    for piece in read_pieces(page.children):
        yield from (" ".join(line.split()) for line in piece.text.split("\n"))


def _chapter_heading(page: Node, body: Node) -> Node | None:
    for node in body.elements():
        if node.has_class("fff_chapter_title"):
            return node
    first = next((node for node in body.elements()), None)
    if first is not None and first.name in {"h1", "h2", "h3"}:
        return first
    return None


def _without_notes(
    body: Node, heading: Node | None, notes: FoundNotes, looks: Looks
) -> Iterator[Node | str]:
    """Give the text of a chapter, what is labelled as notes put into ``notes``."""
    is_past_text = False
    stack: list[Node | str] = list(reversed(body.children))
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif item is heading:
            continue
        elif item.has_class(_NOTES):
            _take_notes(item.children, notes, item.has_class(_FOOT_NOTES), looks)
        elif item.name == "div" and _holds_notes(item):
            stack.extend(reversed(item.children))
        elif _is_note_label(item) and (quoted := _take_quotation(stack)) is not None:
            _take_notes([item, *quoted], notes, is_past_text, looks)
        else:
            is_past_text = is_past_text or bool(item.opening())
            yield item


def _holds_notes(node: Node) -> bool:
    return any(child.has_class(_NOTES) or _is_note_label(child) for child in node.elements())


def _is_note_label(node: Node) -> bool:
    return node.name == "b" and node.opening().removesuffix(":").strip() in _NOTE_LABELS


def _take_quotation(stack: list[Node | str]) -> Sequence[Node] | None:
    """Take the quotation that comes next from the ``stack``; None if something else does."""
    for place in range(len(stack) - 1, max(-1, len(stack) - 4), -1):
        item = stack[place]
        if isinstance(item, Node):
            if item.name != "blockquote":
                return None
            del stack[place:]
            return [item]
        if item.strip():
            return None
    return None


def _take_notes(
    children: Sequence[Node | str], notes: FoundNotes, is_after: bool, looks: Looks
) -> None:
    kind = "notes"
    for child in children:
        if isinstance(child, str):
            continue
        if _is_note_label(child):
            kind = _NOTE_LABELS[child.opening().removesuffix(":").strip()]
        elif child.name == "ul" or child.attrs.get("id") == "children":
            items = [node for node in child.walk() if node.name == "li"]
            for name, works in read_relations(items).items():
                notes.relations.setdefault(name, []).extend(works)
        else:
            told = read_plain(child.children, looks)
            if not told:
                continue
            if kind == "work":
                notes.work.append(told)
            elif kind == "summary":
                notes.summary = _joined(notes.summary, told)
            elif is_after:
                notes.end_notes = _joined(notes.end_notes, told)
            else:
                notes.notes = _joined(notes.notes, told)


def _joined(first: str, second: str) -> str:
    return f"{first}\n\n{second}" if first else second
