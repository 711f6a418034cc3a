"""The labelled facts of a work: tags, series, statistics, byline, related works.

Labels were singular and plural, dates and numbers were written in several
ways over the years; each is read as any of them.
"""

import re
from collections.abc import Iterable, Iterator

from bot.importers.html.looks import NO_LOOKS, Looks
from bot.importers.html.tidy import read_plain
from bot.importers.html.tree import Node
from bot.prose.words import fold

_LABELS = {
    "rating": "rating",
    "archive warning": "warnings",
    "warning": "warnings",
    "category": "categories",
    "categorie": "categories",  # what is left of "categories" without its plural
    "fandom": "fandoms",
    "relationship": "relationships",
    "character": "characters",
    "additional tag": "tags",
    "language": "language",
    "series": "series",
    "serie": "series",
    "collection": "collections",
    "stat": "stats",
}
_TAG_FIELDS = frozenset(
    {"rating", "warnings", "categories", "fandoms", "relationships", "characters", "tags"}
)
# The archive's own names for two warnings, and what it shows.
_WARNING_NAMES = {
    "choose not to use archive warnings": "Creator Chose Not To Use Archive Warnings",
}
_PART_OF = re.compile(r"part\s+(\d[\d,.]*)\s+of\s*$", re.IGNORECASE)
_PART_OF_NAME = re.compile(r"part\s+(\d[\d,.]*)\s+of\s+(.+)", re.IGNORECASE)
_DATE = r"(\d{4}-\d{1,2}-\d{1,2}|\d{1,2} \w{3,9} \d{4}|\w{3,9} \d{1,2}, \d{4})"
_PUBLISHED = re.compile(rf"published:?\s*{_DATE}", re.IGNORECASE)
_REVISED = re.compile(rf"(updated|completed):?\s*{_DATE}", re.IGNORECASE)
_WORDS = re.compile(r"words:?\s*(\d[\d,.\u00a0\u202f']*)", re.IGNORECASE)
_CHAPTERS = re.compile(r"chapters:?\s*(\d[\d,.]*)\s*/\s*(\d[\d,.]*|\?)", re.IGNORECASE)
_ARCHIVED = re.compile(r"(.+?)\s*\[archived by\s*$", re.IGNORECASE | re.DOTALL)
_RELATIONS = (
    (re.compile(r"inspired by\s+(.+)", re.IGNORECASE), "inspired by"),
    (re.compile(r"an? translation of\s+(.+)", re.IGNORECASE), "translation of"),
    (re.compile(r"translation into\s+(.+)", re.IGNORECASE), "translations"),
    (re.compile(r"for\s+(.+?)\.?", re.IGNORECASE), "gift for"),
    (re.compile(r"(in response to .+)", re.IGNORECASE), "prompt"),
)
_WORK_ADDRESS = re.compile(r"(https?://[^/\s]+)?/(?:collections/[^/\s]+/)?works/(\d+)")
ARCHIVE = "https://archiveofourown.org"
_ARCHIVE_SITE = re.compile(
    r"https?://(?:www\.|insecure\.|download\.)?(?:archiveofourown\.(?:org|com|net)|ao3\.org)", re.I
)


def label_of(node: Node) -> str | None:
    """Find the field that a label such as "Archive Warnings:" stands for."""
    told = node.opening().removesuffix(":").strip()
    return _LABELS.get(told.removesuffix("s")) or _LABELS.get(told)


def read_tags(lists: Iterable[Node]) -> dict[str, object]:
    """Read the ``<dl>`` lists of a preface into facts; what has another label is passed over."""
    facts: dict[str, object] = {}
    for label, values in _pairs(lists):
        field = label_of(label)
        if field in _TAG_FIELDS:
            names = [name for value in values for name in _names(value)]
            if field == "warnings":
                names = [_WARNING_NAMES.get(fold(name), name) for name in names]
            if names:
                facts.setdefault(field, names[0] if field == "rating" else names)
        elif field == "language":
            facts.setdefault(field, " ".join(value.line() for value in values))
        elif field == "series":
            parts = [part for value in values for part in _series(value)]
            facts.setdefault(field, parts)
        elif field == "collections":
            facts.setdefault(field, [name for value in values for name in _names(value)])
        elif field == "stats":
            # The pieces of a nested list have nothing between them.
            told = " ".join(piece for value in values for piece in _strings(value))
            facts |= {key: fact for key, fact in read_stats(told).items() if key not in facts}
    return facts


def read_stats(told: str) -> dict[str, object]:
    """Read the line of statistics, such as "Published: 2020-01-02 Words: 450 Chapters: 1/?"."""
    told = " ".join(told.split())
    facts: dict[str, object] = {}
    if published := _PUBLISHED.search(told):
        facts["published"] = published[1]
    revised = _REVISED.search(told)
    if revised:
        facts["updated"] = revised[2]
    if words := _WORDS.search(told):
        facts["words"] = words[1].rstrip(",.'")
    count = _CHAPTERS.search(told)
    if count:
        written, planned = (part.replace(",", "").replace(".", "") for part in count.groups())
        facts["chapters"] = f"{written}/{planned}"
        facts["complete"] = written == planned
    elif revised and revised[1].lower() == "updated":
        facts["complete"] = False
    elif facts:
        # Until 2022 the count stood there only where more than one chapter was planned.
        facts["complete"] = True
    return facts


def read_byline(byline: Node) -> list[str]:
    """Read who wrote a work: linked names, or "Anonymous"."""
    links = [link for link in byline.walk() if link.name == "a" and _is_author(link)]
    if not links:
        told = byline.line()
        told = re.sub(r"^(?:chapter\s+)?by\s+", "", told, flags=re.IGNORECASE)
        return [told] if told else []
    authors: list[str] = []
    before = ""
    for item in _in_order(byline, links):
        if isinstance(item, str):
            before += item
            continue
        archived = _ARCHIVED.fullmatch(before.strip().removeprefix("],").removeprefix("]").strip())
        if archived:
            # Who wrote it, before the archivist who posted it.
            name = re.sub(r"^[,\s]*(?:by\s+)?", "", archived[1], flags=re.IGNORECASE)
            authors.append(name)
        else:
            authors.append(item.line())
        before = ""
    return [author for author in authors if author]


def read_relations(items: Iterable[Node]) -> dict[str, list[str]]:
    """Read lines such as "Inspired by …", "For …." and "A translation of …"."""
    found: dict[str, list[str]] = {}
    for item in items:
        told = item.line()
        for pattern, kind in _RELATIONS:
            match = pattern.fullmatch(told)
            if match:
                found.setdefault(kind, []).append(with_address(match[1], item))
                break
    return found


def with_address(told: str, item: Node) -> str:
    """Give a line about another work with that work's address."""
    link = next((node for node in item.walk() if node.name == "a" and _is_work(node)), None)
    return told if link is None else f"{told} ({link.attrs['href']})"


def find_address(told: str) -> str:
    """Find the address of a work in ``told``; "" where there is none."""
    found = _WORK_ADDRESS.search(told)
    if found is None:
        return ""
    site = found[1] or ARCHIVE
    # Older files have its older addresses; one work has one address.
    return f"{ARCHIVE if _ARCHIVE_SITE.fullmatch(site) else site}/works/{found[2]}"


def one_address(address: str) -> str:
    """Give the address of a work of the Archive without chapter and query; others as they are."""
    found = find_address(address)
    return found if found.startswith(f"{ARCHIVE}/") else address


def read_marked(
    nodes: Iterable[Node], labels: dict[str, str], looks: Looks = NO_LOOKS
) -> dict[str, str]:
    """Read each quotation that stands below a label, such as "Summary", as plain text.

    ``labels`` gives the field for each folded label. Nothing inside a
    quotation is looked at: authors may use the same words there.
    """
    found: dict[str, str] = {}
    stack = list(nodes)[::-1]
    while stack:
        node = stack.pop()
        field = ""
        below: list[Node] = []
        for child in node.elements():
            if child.name == "blockquote":
                if field:
                    found.setdefault(field, read_plain(child.children, looks))
                field = ""
                continue
            told = child.opening().removesuffix(":").strip()
            field = labels.get(told, "")
            if not field:
                below.append(child)
        stack.extend(reversed(below))
    return found


def _pairs(lists: Iterable[Node]) -> Iterator[tuple[Node, list[Node]]]:
    """Give every label with its values, in order."""
    for found in lists:
        label: Node | None = None
        values: list[Node] = []
        for node in found.elements():
            if node.name == "dt":
                if label is not None:
                    yield label, values
                label, values = node, []
            elif node.name == "dd":
                values.append(node)
        if label is not None:
            yield label, values


def _names(value: Node) -> list[str]:
    """Give the linked names, or the text between commas where nothing is linked."""
    links = [node for node in value.walk() if node.name == "a" and not node.has_class("showme")]
    if links:
        return [name for link in links if (name := link.line())]
    return [name for part in value.text().split(",") if (name := " ".join(part.split()))]


def _series(value: Node) -> Iterator[dict[str, str]]:
    links = [node for node in value.walk() if node.name == "a"]
    found = False
    before = ""
    for item in _in_order(value, links):
        if isinstance(item, str):
            before += item
            continue
        part = _PART_OF.search(before)
        before = ""
        # Links to the work before and after stand here as well.
        if part and (name := item.line()):
            found = True
            yield {"name": name, "part": part[1].replace(",", "")}
    if found:
        return
    for line in (link.line() for link in links) if links else value.text().split(","):
        told = " ".join(line.split())
        part = _PART_OF_NAME.fullmatch(told)
        if part:
            yield {"name": part[2], "part": part[1]}
        elif told:
            yield {"name": told}


def _in_order(node: Node, kept: list[Node]) -> Iterator[Node | str]:
    """Give the text below ``node`` in order, the elements in ``kept`` whole."""
    wanted = {id(item) for item in kept}
    stack: list[Node | str] = list(reversed(node.children))
    while stack:
        item = stack.pop()
        if isinstance(item, str) or id(item) in wanted:
            yield item
        else:
            stack.extend(reversed(item.children))


def _strings(node: Node) -> Iterator[str]:
    return (item for item in _in_order(node, []) if isinstance(item, str))


def _is_author(link: Node) -> bool:
    return "author" in link.attrs.get("rel", "").split() or "/users/" in link.attrs.get("href", "")


def _is_work(link: Node) -> bool:
    return link.attrs.get("href", "").startswith(("http://", "https://")) and not _is_author(link)
