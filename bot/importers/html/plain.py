"""A page of no known layout, read as a story: what its head says, and its headings."""

import re
from collections.abc import Sequence

from bot.importers.contents import Contents
from bot.importers.html.blocks import convert
from bot.importers.html.looks import Looks
from bot.importers.html.tidy import tidied
from bot.importers.html.tree import Node, body_of
from bot.importers.outline import arrange, sections_of
from bot.importers.pieces import Piece, one_line
from bot.prose.words import fold
from bot.story import BlockKind

_AUTHORS = frozenset({"author", "dc.creator", "dcterms.creator", "citation_author", "byl"})
_ONE_FACT = {
    "description": "summary",
    "dc.description": "summary",
    "dcterms.description": "summary",
    "keywords": "tags",
    "dc.subject": "tags",
    "language": "language",
    "dc.language": "language",
    "dcterms.language": "language",
    "date": "published",
    "dc.date": "published",
    "dcterms.date": "published",
    "article:published_time": "published",
    "article:modified_time": "updated",
    "rating": "rating",
}
_SAYS_NOTHING = frozenset(
    {"untitled", "untitled document", "document", "new page", "new document", "index", "home"}
    | {"microsoft word", "title", "page", "unknown"}
)
_BYLINE = re.compile(r"(?:written\s+|a story\s+)?by:?\s+(\S.{0,78}[^.!?,;:…\s]\.?)", re.IGNORECASE)
_MAIN_SHARE = 0.4  # of a page's text that its main part holds at least
_BYLINE_PLACES = 3  # pieces in which a byline is looked for


def read_plain_page(page: Node, address: str) -> Contents:
    """Read any page; ``address`` is where the browser says it came from, or ""."""
    looks = Looks.parse(node.text() for node in page.walk() if node.name == "style")
    facts = _facts(page)
    if address:
        facts.setdefault("source", address)
    pieces = tidied(convert(_main_part(body_of(page)).children, looks).pieces)
    pieces, author = _without_byline(pieces)
    if author:
        facts.setdefault("authors", [author])
    title = _title(page, pieces)
    outline = arrange(sections_of(pieces), title)
    return Contents(facts, outline.chapters, outline.title, outline.title_origin)


def find_title(page: Node) -> str:
    """Find what a page's ``<title>`` says; "" where it says nothing."""
    found = page.find("title")
    told = "" if found is None else one_line(found.text())
    return "" if fold(told) in _SAYS_NOTHING else told


def _facts(page: Node) -> dict[str, object]:
    facts: dict[str, object] = {}
    authors: list[str] = []
    for node in page.walk():
        if node.name == "html" and (node.attrs.get("lang") or node.attrs.get("xml:lang")):
            facts["language"] = node.attrs.get("lang") or node.attrs["xml:lang"]
        elif node.name == "meta":
            name = (node.attrs.get("name") or node.attrs.get("property") or "").strip().lower()
            told = node.attrs.get("content", "").strip()
            if name in _AUTHORS and told:
                authors.append(told)
            elif name in _ONE_FACT and told:
                facts.setdefault(_ONE_FACT[name], told)
            elif name == "og:url":
                facts.setdefault("source", _web_address(told))
        elif node.name == "link" and "canonical" in node.attrs.get("rel", "").lower().split():
            facts["source"] = _web_address(node.attrs.get("href", ""))
    if authors:
        facts["authors"] = authors
    if not facts.get("source"):
        facts.pop("source", None)
    return facts


def _web_address(told: str) -> str:
    told = f"https:{told}" if told.startswith("//") else told
    return told if told.lower().startswith(("http://", "https://")) else ""


def _title(page: Node, pieces: Sequence[Piece]) -> str:
    """Give what ``<title>`` says, or the first heading where that is a part of it."""
    told = find_title(page)
    first = next((piece for piece in pieces if piece.kind is not BlockKind.IMAGE), None)
    if told and first is not None and first.kind is BlockKind.HEADING:
        heading = one_line(first.text)
        if fold(heading) in fold(told):
            return heading
    return told


def _without_byline(pieces: list[Piece]) -> tuple[list[Piece], str]:
    """Take "by Ann" from right below the first heading."""
    for place, piece in enumerate(pieces[:_BYLINE_PLACES]):
        is_below_title = place > 0 and pieces[place - 1].kind is BlockKind.HEADING
        found = _BYLINE.fullmatch(one_line(piece.text)) if is_below_title else None
        if found and len(pieces) > place + 1:
            return [*pieces[:place], *pieces[place + 1 :]], found[1]
    return pieces, ""


def _main_part(body: Node) -> Node:
    """Find the part of a page that holds the text, where the page marks it."""
    marked = [
        node
        for node in body.walk()
        if node.name in {"main", "article"}
        or node.attrs.get("role") == "main"
        or node.attrs.get("id") == "storytext"
    ]
    if not marked or sum(node.name == "article" for node in marked) > 1:
        return body
    inner = marked[-1]
    return inner if len(inner.text()) >= _MAIN_SHARE * len(body.text()) else body
