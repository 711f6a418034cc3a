"""A web page saved with all it needs in one file (MHTML): the page itself, unpacked.

Browsers on phones save pages so. The file is a mail of several parts, flat in
practice; the first part that is HTML is the page (RFC 2557).
"""

import binascii
import quopri
import re
from dataclasses import dataclass

_HEAD_LIMIT = 8_192  # bytes of headers, of the file and of each part
_START = re.compile(rb"(?:From|MIME-Version|Snapshot-Content-Location|Subject|Date):", re.I)
_MULTIPART = re.compile(rb"^content-type:\s*multipart/related\b", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = re.compile(rb"""\bboundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))""", re.I)
_FOLDED = re.compile(rb"\r?\n[ \t]+")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_TYPE = re.compile(rb"^content-type:\s*(text/html|application/xhtml\+xml)\b", re.I | re.M)
_CHARSET = re.compile(
    rb"""^content-type:[^\r\n]*\bcharset\s*=\s*["']?([\w.:-]{2,40})""", re.I | re.M
)
_ENCODING = re.compile(rb"^content-transfer-encoding:\s*([\w-]+)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(rb"^(?:snapshot-)?content-location:\s*(https?://\S{1,2000})", re.I | re.M)


@dataclass(frozen=True, slots=True)
class SavedPage:
    """The page in such a file; ``address`` is where it came from, or ""."""

    data: bytes
    charset: str | None
    address: str


def find_saved_page(data: bytes) -> SavedPage | None:
    """Find the page in ``data``; None if that is no MHTML or holds no page."""
    if _START.match(data[:_HEAD_LIMIT].lstrip()) is None:
        return None
    head, _ = _parted(data)
    boundary = _BOUNDARY.search(head) if _MULTIPART.search(head) else None
    if boundary is None:
        return None
    mark = b"--" + (boundary[1] or boundary[2])
    start = data.find(mark)
    while start >= 0:
        end = data.find(b"\n" + mark, start + len(mark))
        part = data[start + len(mark) : end if end >= 0 else len(data)]
        inner, body = _parted(part)
        if _TYPE.search(inner):
            charset = _CHARSET.search(inner)
            address = _ADDRESS.search(inner) or _ADDRESS.search(head)
            return SavedPage(
                _decoded(body, inner),
                charset[1].decode("ascii", "replace") if charset else None,
                address[1].decode("ascii", "replace") if address else "",
            )
        start = end + 1 if end >= 0 else -1
    return None


def _parted(data: bytes) -> tuple[bytes, bytes]:
    """Part headers, each on a line of its own, from what follows them."""
    blank = _BLANK_LINE.search(data.lstrip(b"\r\n"), 0, _HEAD_LIMIT)
    bare = data.lstrip(b"\r\n")
    if blank is None:
        return b"", bare
    return _FOLDED.sub(b" ", bare[: blank.start()]), bare[blank.end() :]


def _decoded(body: bytes, head: bytes) -> bytes:
    encoding = _ENCODING.search(head)
    match encoding[1].lower() if encoding else b"":
        case b"quoted-printable":
            return quopri.decodestring(body)
        case b"base64":
            try:
                return binascii.a2b_base64(body)
            except binascii.Error:
                return b""
        case _:
            return body
