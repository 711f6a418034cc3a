"""What an EPUB's package says: its facts, the order of its files, and their titles."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.errors import ImportFailed
from bot.importers.epub.parcel import Parcel, resolve
from bot.importers.html.tidy import read_plain
from bot.importers.html.tree import Node, body_of, parse
from bot.importers.pieces import one_line
from bot.prose.words import fold

_CONTAINER = "META-INF/container.xml"
_PAGE_TYPES = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document"})
_PAGE_SUFFIXES = (".xhtml", ".html", ".htm", ".xht")
_NCX_TYPE = "application/x-dtbncx+xml"
_SHEET_TYPE = "text/css"
_SPINE_LIMIT = 5_000  # files in the book's order
_FRONT_REFERENCES = frozenset({"cover", "title-page", "toc", "copyright-page", "colophon", "index"})
_URL_SCHEMES = frozenset({"url", "uri"})
_WEB_ADDRESS = re.compile(r"(?:ur[li]:)?(https?://\S+)", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})-\d{2}-\d{2}(?!\d).*")  # a year alone is no date of ours
_FIRST_YEAR = 1500  # Calibre writes the year 101 for "unknown"
_PUBLIC_DOMAIN = re.compile(r"(?:this work is in the )?(public domain|cc0)\b.*", re.I | re.S)
_CC = re.compile(r"(?:licen[cs]ed under (?:a |the )?)?((?:creative commons|cc[ -]by)\b.*)", re.I)
_CC_ADDRESS = re.compile(r"https?://creativecommons\.org/(licenses|publicdomain)/(\S+)", re.I)


@dataclass(frozen=True, slots=True)
class Page:
    """A file in the book's order."""

    path: str
    is_linear: bool = True
    is_front: bool = False  # the package calls it a cover, a title page, contents …


@dataclass(frozen=True, slots=True)
class Title:
    """An entry of the book's contents: what it is called, and where it begins."""

    text: str
    path: str
    fragment: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """A book, its pages not read yet."""

    facts: dict[str, object]
    title: str
    authors: tuple[str, ...]
    subjects: tuple[str, ...]
    publisher: str
    contributors: tuple[str, ...]
    pages: tuple[Page, ...]
    titles: tuple[Title, ...]
    sheets: tuple[str, ...]  # style sheets
    missing: tuple[str, ...] = ()  # files that are named and not there


class Pages:
    """The pages of a book in order, parsed one at a time, those of the covers left out."""

    def __init__(self, parcel: Parcel, package: Package, at_once: int) -> None:
        """Parse the first ``at_once`` pages now, for `first`."""
        self._parcel = parcel
        self._pages = [page for page in package.pages if not page.is_front]
        self._parsed = {page.path: parcel.tree(page.path) for page in self._pages[:at_once]}

    def first(self) -> list[Node]:
        """Give the pages that were parsed at once."""
        return list(self._parsed.values())

    def __iter__(self) -> Iterator[tuple[Page, Node]]:
        """Give each page once.

        Raises:
            ImportFailed: It cannot be read.
        """
        for page in self._pages:
            yield page, self._parsed.pop(page.path, None) or self._parcel.tree(page.path)


@dataclass(slots=True)
class _Manifest:
    paths: dict[str, str] = field(default_factory=dict[str, str])  # by id
    types: dict[str, str] = field(default_factory=dict[str, str])
    nav: str = ""  # a path
    missing: dict[str, str] = field(default_factory=dict[str, str])  # hrefs by id


def read_package(parcel: Parcel) -> Package:
    """Read a book's package.

    Raises:
        ImportFailed: There is none, or it names no page that is there.
    """
    path = _find_package(parcel)
    root = parcel.tree(path)
    manifest = _read_manifest(root, path, parcel)
    pages, missing = _read_spine(root, path, manifest)
    if not pages:
        raise ImportFailed("import.book-no-order", file=parcel.file)
    metadata = root.find("metadata") or root
    sheets = [
        place
        for ident, place in manifest.paths.items()
        if manifest.types[ident] == _SHEET_TYPE or place.lower().endswith(".css")
    ]
    return Package(
        facts=_read_facts(metadata),
        title=_find_title(metadata),
        authors=tuple(_find_authors(metadata)),
        subjects=tuple(_subjects(metadata)),
        publisher=next((node.line() for node in _named(metadata, "publisher")), ""),
        contributors=tuple(node.line() for node in _named(metadata, "contributor")),
        pages=pages,
        titles=tuple(_read_titles(root, manifest, parcel)),
        sheets=tuple(dict.fromkeys(sheets)),
        missing=missing,
    )


def _find_package(parcel: Parcel) -> str:
    container = parcel.find(_CONTAINER)
    if container is not None:
        for node in parcel.tree(container).walk():
            if node.name == "rootfile":
                found = parcel.find(resolve("", node.attrs.get("full-path", ""))[0])
                if found is not None:
                    return found
    found = next((name for name in parcel.names() if name.lower().endswith(".opf")), None)
    if found is None:
        raise ImportFailed("import.book-no-order", file=parcel.file)
    return found


def _read_manifest(root: Node, path: str, parcel: Parcel) -> _Manifest:
    manifest = _Manifest()
    for node in root.walk():
        if node.name != "item":
            continue
        ident = node.attrs.get("id", "")
        href = node.attrs.get("href", "")
        found = parcel.find(resolve(path, href)[0])
        if found is None:
            manifest.missing[ident] = href
            continue
        manifest.paths[ident] = found
        manifest.types[ident] = node.attrs.get("media-type", "").lower()
        if "nav" in node.attrs.get("properties", "").split():
            manifest.nav = found
    return manifest


def _read_spine(
    root: Node, path: str, manifest: _Manifest
) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    fronts = {
        resolve(path, node.attrs.get("href", ""))[0]
        for node in root.walk()
        if node.name == "reference" and node.attrs.get("type", "").lower() in _FRONT_REFERENCES
    }
    pages: dict[str, Page] = {}
    missing: list[str] = []
    for node in root.walk():
        if node.name != "itemref":
            continue
        ident = node.attrs.get("idref", "")
        found = manifest.paths.get(ident)
        if found is None:
            missing.append(manifest.missing.get(ident) or ident)
        elif len(pages) < _SPINE_LIMIT and _is_page(found, manifest.types[ident]):
            is_front = found in fronts or found == manifest.nav
            pages.setdefault(found, Page(found, node.attrs.get("linear") != "no", is_front))
    return tuple(pages.values()), tuple(dict.fromkeys(missing))


def _is_page(path: str, media_type: str) -> bool:
    return media_type in _PAGE_TYPES or path.lower().endswith(_PAGE_SUFFIXES)


def _read_titles(root: Node, manifest: _Manifest, parcel: Parcel) -> Iterator[Title]:
    """Give the book's contents: of EPUB 3 where it has some, else of EPUB 2."""
    titles: list[Title] = []
    if manifest.nav:
        titles = list(_read_nav(parcel.tree(manifest.nav), manifest.nav, parcel))
    if not titles and (ncx := _find_ncx(root, manifest)):
        titles = list(_read_ncx(parcel.tree(ncx), ncx, parcel))
    yield from titles


def _find_ncx(root: Node, manifest: _Manifest) -> str | None:
    spine = root.find("spine")
    named = manifest.paths.get(spine.attrs.get("toc", "")) if spine is not None else None
    return named or next(
        (
            path
            for ident, path in manifest.paths.items()
            if manifest.types[ident] == _NCX_TYPE or path.lower().endswith(".ncx")
        ),
        None,
    )


def _read_nav(page: Node, base: str, parcel: Parcel) -> Iterator[Title]:
    navs = [node for node in page.walk() if node.name == "nav"]
    nav = next((node for node in navs if node.is_kind("toc")), navs[0] if navs else None)
    if nav is None:
        return
    for link in nav.walk():
        if link.name == "a" and link.attrs.get("href"):
            yield from _title(link.line(), link.attrs["href"], base, parcel)


def _read_ncx(root: Node, base: str, parcel: Parcel) -> Iterator[Title]:
    for point in root.walk():
        if point.name != "navpoint":
            continue
        label = content = None
        for child in point.elements():
            if child.name == "navlabel":
                label = child
            elif child.name == "content":
                content = child
        if label is not None and content is not None:
            yield from _title(label.line(), content.attrs.get("src", ""), base, parcel)


def _title(text: str, address: str, base: str, parcel: Parcel) -> Iterator[Title]:
    path, fragment = resolve(base, address)
    found = parcel.find(path)
    if found is not None:
        yield Title(text, found, fragment)


def _read_facts(metadata: Node) -> dict[str, object]:
    refined = _Refinements(metadata)
    facts: dict[str, object] = {
        "title": _find_title(metadata),
        "authors": list(_find_authors(metadata)),
    }
    language = next((node.line() for node in _named(metadata, "language")), "")
    if fold(language) not in {"und", "mul", "unknown"}:
        facts["language"] = language
    facts["summary"] = next(
        (told for node in _named(metadata, "description") if (told := as_text(node.text()))), ""
    )
    facts["series"] = _series(metadata, refined)
    facts |= _dates(metadata)
    facts["source"] = _source(metadata)
    facts |= _rights(metadata)
    return facts


def _find_title(metadata: Node) -> str:
    refined = _Refinements(metadata)
    titles = [node for node in _named(metadata, "title") if node.line()]
    main = next((node for node in titles if refined(node, "title-type") == "main"), None)
    return (main or titles[0]).line() if titles else ""


def _find_authors(metadata: Node) -> Iterator[str]:
    refined = _Refinements(metadata)
    for node in _named(metadata, "creator"):
        role = node.attrs.get("opf:role") or refined(node, "role") or "aut"
        name = node.line()
        if role.lower() == "aut" and name and fold(name) != "unknown":
            yield name


def as_text(told: str) -> str:
    """Give a description, which may be HTML in itself, as plain text."""
    if "<" not in told and "&" not in told:
        return "\n\n".join(one_line(part) for part in told.split("\n\n") if part.strip())
    return read_plain(body_of(parse(f"<body>{told}</body>")).children)


class _Refinements:
    """The ``<meta>`` that say more of another element, as EPUB 3 has them."""

    def __init__(self, metadata: Node) -> None:
        self._told: dict[tuple[str, str], str] = {}
        for node in metadata.walk():
            of = node.attrs.get("refines", "")
            if node.name == "meta" and of:
                key = (of.removeprefix("#"), node.attrs.get("property", ""))
                self._told.setdefault(key, node.line())

    def __call__(self, node: Node, name: str) -> str:
        """Give what is said of ``node`` under ``name``; "" if nothing is."""
        return self._told.get((node.attrs.get("id", ""), name), "")


def _named(metadata: Node, name: str) -> Iterator[Node]:
    return (node for node in metadata.walk() if node.name == name)


def _metas(metadata: Node) -> Mapping[str, str]:
    """Give the ``<meta name= content=>`` of EPUB 2."""
    return {
        node.attrs["name"].lower(): node.attrs.get("content", "").strip()
        for node in metadata.walk()
        if node.name == "meta" and "name" in node.attrs
    }


def _subjects(metadata: Node) -> Iterator[str]:
    for node in _named(metadata, "subject"):
        # FanFicFare escapes "&" twice.
        for part in node.text().replace("&amp;", "&").split(";"):
            if told := one_line(part):
                yield told


def _series(metadata: Node, refined: _Refinements) -> list[dict[str, str]]:
    found = [
        {"name": node.line(), "part": _part(refined(node, "group-position"))}
        for node in metadata.walk()
        if node.name == "meta"
        and node.attrs.get("property") == "belongs-to-collection"
        and refined(node, "collection-type") in ("", "series")
    ]
    metas = _metas(metadata)
    if not found and metas.get("calibre:series"):
        part = _part(metas.get("calibre:series_index", ""))
        found = [{"name": metas["calibre:series"], "part": part}]
    return [{key: told for key, told in one.items() if told} for one in found if one["name"]]


def _part(told: str) -> str:
    """Give the number in a series; "" for 0, which programs write where none is known."""
    whole, _, rest = told.strip().partition(".")
    number = whole if not rest.strip("0") else f"{whole}.{rest.rstrip('0')}"
    return "" if number.strip("0") == "" else number


def _dates(metadata: Node) -> dict[str, object]:
    facts: dict[str, object] = {}
    for node in _named(metadata, "date"):
        told = node.line()
        found = _DAY.fullmatch(told)
        if found is None or int(found[1]) < _FIRST_YEAR:
            continue
        match node.attrs.get("opf:event", "").lower():
            case "modification":
                facts["updated"] = told
            case "" | "publication" | "original-publication":
                facts.setdefault("published", told)
            case _:
                pass
    return facts


def _source(metadata: Node) -> str:
    """Find where the text came from on the web."""
    for node in _named(metadata, "source"):
        if found := _WEB_ADDRESS.fullmatch(node.line()):
            return found[1]
    for node in _named(metadata, "identifier"):
        scheme = node.attrs.get("opf:scheme", "").lower()
        if (not scheme or scheme in _URL_SCHEMES) and (
            found := _WEB_ADDRESS.fullmatch(node.line())
        ):
            return found[1]
    return ""


def _rights(metadata: Node) -> dict[str, object]:
    """Read a permission from the rights where they plainly state one; else keep their words."""
    for node in _named(metadata, "rights"):
        told = node.line()
        if _PUBLIC_DOMAIN.fullmatch(told):
            return {"permission": "public domain", "permission_note": told}
        if found := _CC.fullmatch(told):
            return {"permission": "licence", "permission_note": found[1]}
        if found := _CC_ADDRESS.search(told):
            kind = "public domain" if found[1].lower() == "publicdomain" else "licence"
            return {"permission": kind, "permission_note": told}
        if told:
            return {"rights": told}
    return {}
