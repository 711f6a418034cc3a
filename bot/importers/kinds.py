"""What a file is, told by its first bytes: text, a web page, a book, or something else to name.

A file's name proves nothing: pictures are called ``.txt``, and Word files
``.md``. Marks that are letters of the alphabet count only where a NUL
follows, so that a story may begin "BM" or "PK".
"""

import json
import re
from pathlib import PurePosixPath
from typing import cast

from bot.errors import ImportFailed

_HEAD = 4_096  # bytes looked at, but for the names inside an archive

_PICTURE = "import.picture"
_DOCUMENT = "import.document"
_KINDLE = "import.kindle"
_ARCHIVE = "import.archive"
_MEDIA = "import.media"
_BINARY = "import.not-text"
_PDF = "import.pdf"
_JSON = "import.no-lines"

_CERTAIN_MARKS = (
    (b"\x89PNG\r\n", _PICTURE, "PNG"),
    (b"\xff\xd8\xff", _PICTURE, "JPEG"),
    (b"\x00\x00\x01\x00", _PICTURE, "ICO"),
    (b"\x1f\x8b", _ARCHIVE, "gzip"),
    (b"\xfd7zXZ\x00", _ARCHIVE, "xz"),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE, "Zstandard"),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE, "7z"),
    (b"Rar!\x1a\x07", _ARCHIVE, "RAR"),
    (b"\x1aE\xdf\xa3", _MEDIA, "Matroska"),
    (b"\xea\x44\x52\x4d", _KINDLE, "KFX"),
    (b"SQLite format 3\x00", _BINARY, "SQLite database"),
    (b"\x7fELF", _BINARY, "program"),
    (b"%PDF-", _PDF, "PDF"),
    (b"%!PS", _DOCUMENT, "PostScript"),
    (b"{\\rtf", _DOCUMENT, "RTF"),
)
_MARKS_BEFORE_NULS = (
    (b"GIF87a", _PICTURE, "GIF"),
    (b"GIF89a", _PICTURE, "GIF"),
    (b"BM", _PICTURE, "BMP"),
    (b"II*\x00", _PICTURE, "TIFF"),
    (b"MM\x00*", _PICTURE, "TIFF"),
    (b"8BPS", _PICTURE, "Photoshop"),
    (b"BZh", _ARCHIVE, "bzip2"),
    (b"ID3", _MEDIA, "MP3"),
    (b"OggS", _MEDIA, "Ogg"),
    (b"fLaC", _MEDIA, "FLAC"),
    (b"MZ", _BINARY, "program"),
)
_ZIPPED_DOCUMENTS = (
    (b"word/document.xml", "Word"),
    (b"application/vnd.oasis.opendocument.text", "OpenDocument"),
    (b"xl/workbook.xml", "Excel"),
    (b"ppt/presentation.xml", "PowerPoint"),
    (b"application/vnd.oasis.opendocument", "OpenDocument"),
)
# The list at the end of a zip: a mark, 42 bytes of numbers, the member's name.
_LISTED_NAME = re.compile(rb"PK\x01\x02.{42}(META-INF/container\.xml)", re.DOTALL)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_WEB_PAGE_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,1000}?-->\s*){0,5}"
    r"<(?:!doctype\s+html|html|head|body|title|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_SVG_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!doctype svg[^>]{0,300}>\s*)?<svg\b", re.I
)
_FRAGMENT_START = re.compile(
    r"\s*<(?:p|div|h[1-6]|span|center|section|article)\b[^>]{0,500}>", re.I
)
_FRAGMENT_END = re.compile(r"</(?:p|div|h[1-6]|span|center|section|article)\s*>\s*\Z", re.I)
_TAG = re.compile(r"</?[a-z][a-z0-9]*\b[^<>]*>", re.IGNORECASE)
_PARAGRAPH_TAG = re.compile(r"</p\s*>|<br\s*/?>", re.IGNORECASE)
_PARAGRAPH_TAGS = 3  # in a text without a beginning of HTML, and it is HTML
_TAGS_SAMPLE = 100_000  # characters
_MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_WEB_PAGE_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
_JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
_JSON_LINE_LIMIT = 1_000_000  # characters; a longer first line is not tried

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROLS_SAMPLE = 1_000_000  # characters
_CONTROLS_SHARE = 0.02  # of the text; random bytes have 0.1, a story has none


def is_epub(data: bytes) -> bool:
    """Tell whether ``data`` is an EPUB: a zip that says so, or that has a book's container."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    if data[30:58] == b"mimetypeapplication/epub+zip":
        return True
    # The name may also stand in a book inside the zip: its own list is the last.
    end = data.rfind(b"PK\x05\x06")
    length = int.from_bytes(data[end + 12 : end + 16], "little") if end > 0 else 0
    listed = data[max(0, end - length) : end] if 0 < length < len(data) else data
    return _LISTED_NAME.search(listed) is not None


def is_web_page(text: str, name: str) -> bool:
    """Tell whether ``text`` is HTML, whole or a fragment; a tag or two make none."""
    if _WEB_PAGE_START.match(text):
        return True
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _WEB_PAGE_SUFFIXES:
        return _TAG.search(text) is not None
    # Markdown may hold a tag or two; a text from tag to tag is a web page.
    if _FRAGMENT_START.match(text) and _FRAGMENT_END.search(text[-200:]):
        return True
    breaks = _PARAGRAPH_TAG.finditer(text[:_TAGS_SAMPLE])
    return suffix not in _MARKDOWN_SUFFIXES and sum(1 for _ in breaks) >= _PARAGRAPH_TAGS


def refuse_binary(data: bytes, name: str) -> None:
    """Pass over ``data`` in silence if it may be text.

    Raises:
        ImportFailed: It is a picture, a document of a word processor, an
            archive or something else that is not text.
    """
    found = _find_binary(data)
    if found is not None:
        key, kind = found
        raise ImportFailed(key, file=name, kind=kind)


def refuse_other_text(text: str, name: str) -> None:
    """Pass over ``text`` in silence if it may be plain text, Markdown or HTML.

    Raises:
        ImportFailed: It is a picture in text (SVG) or JSON, or holds NULs or
            so many control characters that it is no text.
    """
    sample = text[:_CONTROLS_SAMPLE]
    if "\0" in text or len(_CONTROLS.findall(sample)) > len(sample) * _CONTROLS_SHARE:
        raise ImportFailed(_BINARY, file=name, kind="binary")
    suffix = PurePosixPath(name).suffix.lower()
    if _SVG_START.match(text):
        raise ImportFailed(_PICTURE, file=name, kind="SVG")
    if _is_json(text, suffix):
        raise ImportFailed(_JSON, file=name)


def _find_binary(data: bytes) -> tuple[str, str] | None:
    head = data[:_HEAD]
    for mark, key, kind in _CERTAIN_MARKS:
        if head.startswith(mark):
            return key, kind
    if b"\0" not in head:
        return None
    for mark, key, kind in _MARKS_BEFORE_NULS:
        if head.startswith(mark):
            return key, kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _name_zip(data)
    if head.startswith(_OLE):
        is_word = "WordDocument".encode("utf-16-le") in data
        return _DOCUMENT, "Word" if is_word else "Office"
    if head.startswith(b"RIFF"):
        return (_PICTURE, "WebP") if head[8:12] == b"WEBP" else (_MEDIA, "RIFF")
    if head[4:8] == b"ftyp":
        is_picture = head[8:12] in {b"heic", b"heix", b"mif1", b"avif"}
        return (_PICTURE, "HEIC/AVIF") if is_picture else (_MEDIA, "MP4")
    if head[60:68] in {b"BOOKMOBI", b"TEXtREAd"}:
        return _KINDLE, "Kindle"
    if head[257:262] == b"ustar":
        return _ARCHIVE, "tar"
    return None


def _name_zip(data: bytes) -> tuple[str, str]:
    for mark, kind in _ZIPPED_DOCUMENTS:
        if mark in data:
            return _DOCUMENT, kind
    return _ARCHIVE, "ZIP"


def _is_json(text: str, suffix: str) -> bool:
    start = text[:_HEAD].lstrip()
    if not start.startswith(("{", "[")):
        return False
    if suffix in _JSON_SUFFIXES:
        return True
    first = text.lstrip()[:_JSON_LINE_LIMIT].split("\n", 1)[0]
    if not first.startswith("{"):
        return False
    try:
        record = cast("object", json.loads(first))
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and bool(cast("dict[str, object]", record))
