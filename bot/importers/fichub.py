"""What FicHub writes: the introduction of its EPUBs, and the same as one page of HTML.

One free line of its introduction holds what the site the story came from
says, such as "Rated: Fiction T - Language: English - Genre: Humor/Drama".
"""

import re
from collections.abc import Iterator

from bot.importers.contents import Contents
from bot.importers.headings import site_title
from bot.importers.html.looks import NO_LOOKS, Looks
from bot.importers.html.tidy import read_pieces, read_plain
from bot.importers.html.tree import Node, body_of
from bot.importers.pieces import chapter_of
from bot.prose.words import fold
from bot.story import Chapter

_MARK = "exported with the assistance of"
_LINE = re.compile(r"(by|status|published|updated|words|chapters|original source):\s*(.*)", re.I)
_SOURCE = re.compile(r"https?://\S+")
_PART_MARK = re.compile(r"\s+-\s+(?=[A-Z][\w()' /]{1,30}:\s)")
_LABELS = {
    "rated": "rating",
    "rating": "rating",
    "language": "language",
    "genre": "tags",
    "genres": "tags",
    "tags": "tags",
    "additional tags": "tags",
    "character": "characters",
    "characters": "characters",
    "fandom": "fandoms",
    "fandoms": "fandoms",
    "relationship": "relationships",
    "relationships": "relationships",
    "pairing": "relationships",
    "pairings": "relationships",
    "category": "categories",
    "categories": "categories",
    "warnings": "warnings",
    "archive warning": "warnings",
    "archive warnings": "warnings",
}
_PAIR = re.compile(r"\[([^\]\[]{1,300})\]")
_HURT_COMFORT = re.compile(r"hurt/comfort", re.IGNORECASE)
_CHAPTER = re.compile(r"chap_\d+")


def is_introduction(page: Node) -> bool:
    """Tell whether a page names FicHub as what exported it."""
    return any(node.says(_MARK) for node in page.walk()) and "fichub" in fold(page.text()[-600:])


def read_introduction(page: Node) -> dict[str, object]:
    """Read the facts of an introduction."""
    facts: dict[str, object] = {}
    summary: list[Node] = []
    is_past_byline = is_past_summary = False
    for node in body_of(page).elements():
        told = node.line()
        found = _LINE.match(told)
        if node.name == "h1":
            facts.setdefault("title", told)
        elif node.name == "h2" and fold(told).startswith("by "):
            facts.setdefault("authors", [told[3:].strip()])
            is_past_byline = True
        elif found and found[1].lower() == "by" and not is_past_byline:
            facts["authors"] = [found[2]]
            is_past_byline = True
        elif found and found[1].lower() != "by":
            is_past_summary = True
            _take_line(facts, found[1].lower(), found[2])
        elif fold(told).startswith(_MARK):
            break
        elif is_past_summary:
            facts |= {key: fact for key, fact in read_free_line(told).items() if key not in facts}
        elif is_past_byline:
            summary.append(node)
    facts["summary"] = read_plain(summary)
    return facts


def read_free_line(told: str) -> dict[str, object]:
    """Read "Rated: Fiction T - Genre: Humor/Drama - Characters: [A, B] C" into facts."""
    facts: dict[str, object] = {}
    for part in _PART_MARK.split(told):
        label, _, value = part.partition(":")
        found = _LABELS.get(fold(label).replace("(s)", "s"))
        value = value.strip()
        if found is None or not value:
            continue
        if found in {"rating", "language"}:
            facts[found] = value
        elif fold(label).startswith("genre"):
            facts[found] = _genres(value)
        elif found == "characters":
            pairs = [", ".join(pair.split(", ")) for pair in _PAIR.findall(value)]
            facts[found] = _names(value.replace("[", ", ").replace("]", ", "))
            if pairs:
                facts["relationships"] = ["/".join(_names(pair)) for pair in pairs]
        else:
            facts[found] = _names(value)
    return facts


def read_chapter(page: Node, number: int, looks: Looks = NO_LOOKS) -> Chapter:
    """Read the page of chapter ``number``: its first heading is its title."""
    return _chapter(list(body_of(page).children), number, looks)


def read_page(page: Node) -> Contents | None:
    """Read the one page of HTML that FicHub writes; None if it is another page."""
    body = body_of(page)
    parts = [
        node
        for node in body.elements()
        if node.name == "div" and _CHAPTER.fullmatch(node.attrs.get("id", ""))
    ]
    if not parts or not is_introduction(_without(body, parts)):
        return None
    chapters = tuple(
        _chapter([node for node in part.children if not _is_navigation(node)], number, NO_LOOKS)
        for number, part in enumerate(parts, 1)
    )
    return Contents(read_introduction(_without(body, parts)), chapters)


def _chapter(nodes: list[Node | str], number: int, looks: Looks) -> Chapter:
    heading = next((node for node in nodes if isinstance(node, Node)), None)
    title = None
    if heading is not None and heading.name == "h2":
        title = site_title(heading.line(), number)
        nodes = [node for node in nodes if node is not heading]
    return chapter_of(title, read_pieces(nodes, looks))


def _is_navigation(node: Node | str) -> bool:
    return isinstance(node, Node) and node.has_class("chapter_nav")


def _without(body: Node, parts: list[Node]) -> Node:
    left = Node("body")
    chapters = {id(part) for part in parts}
    left.children = [
        child for child in body.children if isinstance(child, Node) and id(child) not in chapters
    ]
    return left


def _take_line(facts: dict[str, object], label: str, value: str) -> None:
    if label == "original source":
        found = _SOURCE.search(value)
        if found:
            facts["source"] = found[0]
    elif value:
        facts[label] = value


def _genres(value: str) -> list[str]:
    kept = _HURT_COMFORT.sub("Hurt\0Comfort", value)
    return [name.strip().replace("\0", "/") for name in re.split(r"[/,]", kept) if name.strip()]


def _names(value: str) -> list[str]:
    return list(_stripped(value))


def _stripped(value: str) -> Iterator[str]:
    for part in value.split(","):
        name = part.strip()
        if name:
            yield name
