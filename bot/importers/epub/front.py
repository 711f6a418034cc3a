"""Pages of a book that are no story: cover, title page, contents, "about"."""

import re
from collections.abc import Sequence

from bot.importers.html.blocks import MADE_BREAK
from bot.importers.html.tree import Node
from bot.importers.pieces import Piece, one_line
from bot.prose.words import count_words, search_key
from bot.story import BlockKind

_FRONT_KINDS = (
    *("cover", "titlepage", "title-page", "halftitlepage", "halftitle", "toc", "landmarks"),
    *("copyright-page", "colophon", "imprint", "imprimatur", "loi", "lot", "page-list", "index"),
    *("other-credits", "seriespage", "ad", "publisher-logo"),
)
_FRONT_TITLES = re.compile(
    r"(?:front |inside )?cover(?: page| image)?|title ?page|half ?title(?: page)?|"
    r"(?:table of )?contents|toc|navigation|copyright(?: page| notice| information)?|"
    r"legal notice|imprint|colophon|landmarks|metadata|update log|newsletter|endpaper|"
    r"about(?: the| this)?(?: author| authors| publisher| book| ebook| edition| us)?|"
    r"also by\b.*|books by\b.*|other (?:books|works|titles)\b.*|"
    r"(?:the )?(?:full )?project gutenberg\b.*|transcriber s notes?"
)
_ABOUT_LIMIT = 3_000  # characters; a longer page called "About" is a chapter
_TITLE_PAGE_WORDS = 25  # beside the title and the authors
_LINK_SHARE = 0.5  # of a page's characters in links into the book: contents
_JACKET = "cbj_"  # classes of the page of facts that Calibre adds


def is_front_page(
    body: Node, pieces: Sequence[Piece], label: str, title: str, authors: Sequence[str]
) -> bool:
    """Tell whether a page is none of the story.

    Args:
        body: The page's body.
        pieces: What stands on it.
        label: What the book's contents call it, or "".
        title: The book's, to know its title page by; "" where that cannot come any more.
        authors: The book's.
    """
    texts = [piece for piece in pieces if _is_text(piece)]
    if not texts or is_added_page(body) or is_contents(body):
        return True
    length = sum(len(piece.text) for piece in texts)
    if length > _ABOUT_LIMIT:
        return False
    first = one_line(texts[0].text) if texts[0].kind is BlockKind.HEADING else ""
    if any(_FRONT_TITLES.fullmatch(search_key(told)) for told in (label, first) if told):
        return True
    return bool(title) and _is_title_page(texts, title, authors)


def is_added_page(body: Node) -> bool:
    """Tell whether a page says in its markup that it is a cover, contents, a jacket."""
    inner = [node for node in body.elements() if node.name not in {"script", "style"}]
    if body.is_kind(*_FRONT_KINDS) or (len(inner) == 1 and inner[0].is_kind(*_FRONT_KINDS)):
        return True
    return any(
        node.has_class(_JACKET) or node.attrs.get("id", "").startswith("calibre_jacket")
        for node in inner
    )


def _is_text(piece: Piece) -> bool:
    return piece is not MADE_BREAK and piece.kind not in {
        BlockKind.IMAGE,
        BlockKind.SCENE_BREAK,
    }


def is_contents(body: Node) -> bool:
    """Tell whether most of a page is links to other pages of the book."""
    links = linked = length = 0
    stack: list[tuple[Node | str, bool]] = [(body, False)]
    while stack:
        item, is_linked = stack.pop()
        if isinstance(item, str):
            told = len("".join(item.split()))
            length += told
            linked += told if is_linked else 0
            continue
        is_link = item.name == "a" and _leads_to_page(item.attrs.get("href", ""))
        links += is_link
        stack.extend((child, is_linked or is_link) for child in item.children)
    return links > 1 and linked >= _LINK_SHARE * length


def _leads_to_page(address: str) -> bool:
    return bool(address) and not address.startswith("#") and "://" not in address


def _is_title_page(texts: Sequence[Piece], title: str, authors: Sequence[str]) -> bool:
    """Tell whether a page says the title and hardly more than who wrote it."""
    key = search_key(title)
    told = search_key(" ".join(piece.text for piece in texts))
    if not key or key not in told:
        return False
    rest = told.replace(key, " ")
    for author in authors:
        rest = rest.replace(search_key(author), " ")
    return count_words(rest) <= _TITLE_PAGE_WORDS and not any(
        count_words(piece.text) > _TITLE_PAGE_WORDS // 2 for piece in texts
    )
