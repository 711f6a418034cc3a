"""The encoding that a page states about itself, for pages in an older one than UTF-8."""

import codecs
import re

_LOOKED_AT = 2_048  # bytes; HTML asks for it in the first 1,024
_STATED = re.compile(
    rb"""<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([\w.:-]{2,40})"""
    rb"""|<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{2,40})""",
    re.IGNORECASE,
)
# A page that says it is Latin 1 is Windows-1252 (WHATWG Encoding Standard, 4.2).
_LATIN = frozenset({"iso8859-1", "ascii", "latin-1"})


def find_stated_encoding(data: bytes) -> str | None:
    """Find the encoding a page in ``data`` states; None if it is UTF-8 or states none we know."""
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    found = _STATED.search(data[:_LOOKED_AT])
    if found is None:
        return None
    stated = (found[1] or found[2]).decode("ascii")
    if not is_encoding(stated):
        return None
    name = codecs.lookup(stated).name
    # A page whose "charset" could be read byte by byte is not in UTF-16 or UTF-32.
    if name.startswith(("utf", "idna", "punycode", "unicode", "raw")):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252" if name in _LATIN else name
    return None


def is_encoding(name: str) -> bool:
    """Tell whether ``name`` is an encoding of text that we know."""
    try:
        codecs.lookup(name)
        b"".decode(name)  # not every codec gives text
    except (LookupError, ValueError):
        return False
    return True
