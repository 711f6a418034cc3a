"""Markup as a tree of plain nodes, the same whichever parser read it.

XHTML is read as XML first: to an HTML parser ``<title/>`` opens a title that
holds the whole chapter. What is not well-formed is read as HTML, its empty
elements opened and closed before. Entities that a document declares itself
are never followed. Every walk is a loop, so no depth of nesting can exhaust
the stack.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from html.entities import html5
from types import MappingProxyType
from typing import Any, cast
from xml.etree import ElementTree as ET

from justhtml import JustHTML

from bot.prose.words import fold

TAGS_LIMIT = 1_000_000  # of one document; a work of a million words has 200,000

_NO_ATTRS: Mapping[str, str] = MappingProxyType({})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
    | {"track", "wbr", "param"}
)
_PREFIXES = {
    "http://www.w3.org/1999/xhtml": "",
    "http://www.idpf.org/2007/ops": "epub:",
    "http://www.idpf.org/2007/opf": "opf:",
    "http://www.w3.org/XML/1998/namespace": "xml:",
    "http://www.w3.org/1999/xlink": "xlink:",
}
_ELEMENT_PREFIXES = frozenset({"", "dc", "opf", "html", "xhtml", "h", "ncx"})
_OFFICE = "{urn:schemas-microsoft-com"
_IS_XML = re.compile(r"\s*<\?xml\b|[^<]*(?:<![^>]*>[^<]*)*<html\b[^>]*\bxmlns\s*=", re.I)
_LOOKED_AT = 4_000  # characters of the beginning
_OPENING = 200  # characters of an element
_OPENING_NODES = 500
_XML_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,1000}\?>")
_PROLOG = 40_000  # characters in which a doctype is looked for
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^>\[]{0,2000}(?P<subset>\[[^\]]*\]\s*)?>", re.IGNORECASE)
_ENTITY = "<!ENTITY"  # XML knows it in this case only
# One that names a file, or is made of others, which can grow without end.
_HOSTILE_ENTITY = re.compile(
    r"<!ENTITY\s+(?:%|[^\s>]{1,100}\s+(?:SYSTEM|PUBLIC|\"[^\">]{0,2000}[&%](?!\#)|'[^'>]{0,2000}[&%](?!\#)))"
)
_NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_EMPTY_ELEMENT = re.compile(r"<([A-Za-z][\w:.-]*+)([^<>/]*+(?:/(?!>)[^<>/]*+)*+)/>")
_CLOSED_BREAK = re.compile(r"<(br|hr)\b([^<>]*+)>\s*</\1\s*>", re.IGNORECASE)


class TooManyTags(ValueError):
    """A document has more than ``TAGS_LIMIT`` tags."""


class Node:
    """An element: a name in lower case, its attributes, and what stands in it.

    Children are nodes and strings. Names of XHTML and of packages have no
    prefix; the attributes ``epub:type``, ``opf:role``, ``xml:lang`` and
    ``xlink:href`` keep theirs.
    """

    __slots__ = ("attrs", "children", "name")

    def __init__(self, name: str, attrs: Mapping[str, str] = _NO_ATTRS) -> None:
        self.name = name
        self.attrs = attrs
        self.children: list[Node | str] = []

    def elements(self) -> Iterator["Node"]:
        """Give the elements right below."""
        return (child for child in self.children if isinstance(child, Node))

    def walk(self) -> Iterator["Node"]:
        """Give this element and all below it, in the order of the document."""
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(child for child in reversed(node.children) if isinstance(child, Node))

    def find(self, *names: str) -> "Node | None":
        """Find the first element with one of ``names``, this one included."""
        return next((node for node in self.walk() if node.name in names), None)

    def find_id(self, ident: str) -> "Node | None":
        """Find the element with an id."""
        return next((node for node in self.walk() if node.attrs.get("id") == ident), None)

    def text(self) -> str:
        """Give all text below, as it stands."""
        told: list[str] = []
        stack: list[Node | str] = [self]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                told.append(item)
            else:
                stack.extend(reversed(item.children))
        return "".join(told)

    def line(self) -> str:
        """Give all text below on one line."""
        return " ".join(self.text().split())

    def opening(self, most: int = _OPENING) -> str:
        """Give the first characters of the text, folded; looks at a bounded number of nodes."""
        told = ""
        stack: list[Node | str] = [self]
        for _ in range(_OPENING_NODES):
            if not stack or len(told) >= most:
                break
            item = stack.pop()
            if isinstance(item, str):
                told += item[: most + 1]
            else:
                stack.extend(reversed(item.children[:_OPENING_NODES]))
        return fold(told[:most])

    def says(self, phrase: str) -> bool:
        """Tell whether a folded ``phrase`` stands in a text right below, not deeper."""
        return any(
            isinstance(child, str) and phrase in fold(child[:_OPENING]) for child in self.children
        )

    def classes(self) -> list[str]:
        """Give the class names."""
        return self.attrs.get("class", "").split()

    def has_class(self, start: str) -> bool:
        """Tell whether a class name begins with ``start``: converters add numbers."""
        return any(name.startswith(start) for name in self.classes())

    def is_kind(self, *kinds: str) -> bool:
        """Tell whether ``epub:type`` or ``role`` names one of ``kinds`` (without "doc-")."""
        told = f"{self.attrs.get('epub:type', '')} {self.attrs.get('role', '')}".lower()
        return any(kind.removeprefix("doc-") in kinds for kind in told.split())


def walk_all(nodes: Iterable[Node | str]) -> Iterator[Node]:
    """Give every element of several trees, in order."""
    for node in nodes:
        if isinstance(node, Node):
            yield from node.walk()


def parse(text: str) -> Node:
    """Parse a page, a chapter or a file of XML; gives a node that holds all of it.

    Raises:
        TooManyTags: It has more than ``TAGS_LIMIT`` tags.
    """
    if text.count("<") > TAGS_LIMIT:
        raise TooManyTags
    text = text.removeprefix("\ufeff")
    if _IS_XML.match(text[:_LOOKED_AT]) is None:
        return _parse_html(text)
    bare = _without_prolog(text)
    # What declares entities is read as HTML, which knows none.
    if _ENTITY not in text:
        try:
            return _parse_xml(bare)
        except ET.ParseError:
            pass
    opened = _EMPTY_ELEMENT.sub(_open_and_close, bare)
    return _parse_html(_CLOSED_BREAK.sub(r"<\1\2>", opened))


def declares_hostile_entities(text: str) -> bool:
    """Tell whether a document declares entities that name files or are made of others."""
    return _ENTITY in text and _HOSTILE_ENTITY.search(text) is not None


def body_of(page: Node) -> Node:
    """Give the body of a page; all of it where it has none."""
    return page.find("body") or page


def _open_and_close(match: re.Match[str]) -> str:
    name, attrs = match.groups()
    return match[0] if name.lower() in _VOID else f"<{name}{attrs}></{name}>"


def _without_prolog(text: str) -> str:
    """Drop the XML declaration and the doctype: the text is decoded already."""
    declaration = _XML_DECLARATION.match(text)
    start = declaration.end() if declaration else 0
    doctype = _DOCTYPE.search(text, start, start + _PROLOG)
    if doctype is None:
        return text[start:].lstrip()
    return (text[start : doctype.start()] + text[doctype.end() :]).lstrip()


def _parse_xml(text: str) -> Node:
    target = _Builder()
    parser = ET.XMLParser(target=target)
    parser.feed(_NAMED_ENTITY.sub(_character, text))
    parser.close()
    return target.top


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if name in _XML_ENTITIES:
        return match[0]
    return html5.get(f"{name};", match[0])


class _Builder:
    """What ElementTree's parser hands the document to."""

    def __init__(self) -> None:
        self.top = Node("#document")
        self._open = [self.top]
        self._texts: list[str] = []

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        """Open an element."""
        self._end_text()
        told = {_attribute(name): value for name, value in attrs.items()} if attrs else _NO_ATTRS
        space, _, local = tag.rpartition("}")
        # Word's "o:p" is no paragraph.
        name = f"o:{local}" if space.startswith(_OFFICE) else local
        node = Node(name.lower(), told)
        self._open[-1].children.append(node)
        self._open.append(node)

    def end(self, _tag: str) -> None:
        """Close the element opened last."""
        self._end_text()
        self._open.pop()

    def data(self, text: str) -> None:
        """Take some text."""
        self._texts.append(text)

    def close(self) -> None:
        """End the document."""

    def _end_text(self) -> None:
        if self._texts:
            self._open[-1].children.append("".join(self._texts))
            self._texts.clear()


def _element(name: str) -> str:
    """Give an element's name without a prefix that means what it would without."""
    prefix, _, local = name.lower().rpartition(":")
    return local if prefix in _ELEMENT_PREFIXES else f"{prefix}:{local}"


def _attribute(name: str) -> str:
    if not name.startswith("{"):
        return name.lower()
    space, _, local = name[1:].partition("}")
    return (_PREFIXES.get(space, "") + local).lower()


def _parse_html(text: str) -> Node:
    top = Node("#document")
    # The library types what it gives as Any; only four attributes are read here.
    document = cast("Any", JustHTML(text, sanitize=False).root)
    stack: list[tuple[Any, Node]] = [(document, top)]
    while stack:
        source, target = stack.pop()
        children, source.children = source.children or (), []  # theirs goes while ours grows
        for child in children:
            name = cast("str", child.name)
            if name == "#text":
                target.children.append(cast("str", child.data or ""))
            elif name[:1] not in "#!":
                told = cast("dict[str, str | None]", child.attrs)
                attrs = {key: value or "" for key, value in told.items()} if told else _NO_ATTRS
                node = Node(_element(name), attrs)
                target.children.append(node)
                stack.append((child, node))
    return top
