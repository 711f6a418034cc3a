"""Bytes to text: which encoding a file is in, and what of it is not text.

The encoding is found by a ladder, surest first: a byte order mark, strict
UTF-8, ISO-2022-JP by its escapes, UTF-16 by where its NULs stand, UTF-8 with a
few broken bytes, an old encoding of another script whose common letters it
holds (``alphabets``), Windows-1252. Whatever is guessed or lost is told in a
message. Detectors by statistics were measured and are not used: they take
English in Windows-1252 for Central European or Macintosh encodings.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass

import regex

from bot.errors import ImportFailed
from bot.importers.alphabets import Guess, guess_encoding

# UTF-32 before UTF-16: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ANY_MARK = tuple(mark for mark, _ in _MARKS)
_BROKEN_SHARE = 0.001  # of all bytes; more and the file is not UTF-8
_WHOLE_PER_BROKEN = 10  # or so many whole characters beyond ASCII for each broken byte
_FOREIGN_SHARE = 0.3  # of all bytes beyond ASCII; more is no text of Western Europe
_HIGH_BYTES = bytes(range(0x80, 0x100))
_NUL_SHARE = 0.6  # of the pairs of bytes in UTF-16 of a Western text
_FEW_NULS_SHARE = 0.01  # of the pairs in other scripts: spaces and line breaks
_FEW_NULS = 4  # at least, where they are few
_CONTROL_BYTES = bytes(set(range(1, 0x20)) - set(b"\t\n\r\f"))
_CONTROLS_SHARE = 0.05  # of the bytes
_SPACE = re.compile("[ \n\u3000]")
_JAPANESE_ESCAPES = (b"\x1b$B", b"\x1b$@")  # to two bytes for a letter
_REPLACEMENT = "\ufffd"

_LINE_BREAK = re.compile("\r\n?|[\v\f\x85\u2028]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\udfff\ufeff]")
# All that `clean` leaves as it is, and finds so in one look: Latin letters, and the dashes,
# quotes and dots of print. The blanks of U+2000 are composed, so they are not among it.
_UNCOMMON = re.compile("[^\t\n -~\xa0-\u02ff\u2010-\u2027]")
_SEPARATOR = re.compile("[\x1c-\x1f]")  # white space to Python: dropping it would join two words
# Normalising sorts a run of combining marks, which takes quadratic time in its
# length. No script needs this many; such runs stay as they came.
_LONG_RUN_OF_MARKS = regex.compile(r"(\p{M}{64,})")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, the encoding it was read in, and what a person should know."""

    text: str
    encoding: str
    messages: tuple[str, ...] = ()
    is_guessed: bool = False  # neither a mark nor the bytes themselves prove it


def decode(data: bytes, encoding: str | None = None, *, file: str = "") -> Decoded:
    """Decode ``data`` by the ladder in this module's docstring, or in the ``encoding`` given.

    Never fails on bytes: what is no character becomes U+FFFD and is told. A
    mark at the start is dropped. Text that holds NULs comes back with them.

    Raises:
        ImportFailed: ``encoding`` is given and is no encoding of text.
    """
    if encoding is not None:
        return _decode_as_stated(data, encoding, file)
    if data.startswith(_ANY_MARK):
        mark, marked = next(each for each in _MARKS if data.startswith(each[0]))
        return _decode_marked(data[len(mark) :], marked)
    if b"\0" in data:
        unmarked = _find_utf16(data)
        if unmarked is not None:
            return unmarked
    if b"\x1b" in data and any(e in data for e in _JAPANESE_ESCAPES) and data.isascii():
        return _decode_guessed(data, Guess("iso2022_jp_2", "ISO-2022-JP"))
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _decode_broken(data)


def clean(text: str) -> str:
    """Drop what is no text from ``text`` and compose it (NFC); no word is touched.

    Every kind of line break becomes a line feed; control characters other than
    that and the tab, byte order marks and lone surrogates go. Joiners and
    variation selectors stay: emoji, Persian and Indian scripts need them.
    """
    if _UNCOMMON.search(text) is None:
        return text
    text = _LINE_BREAK.sub("\n", text).replace("\u2029", "\n\n")
    return _compose(_CONTROL.sub("", _SEPARATOR.sub(" ", text)))


def _compose(text: str) -> str:
    if text.isascii():
        return text
    parts = _LONG_RUN_OF_MARKS.split(text)
    parts[::2] = [unicodedata.normalize("NFC", part) for part in parts[::2]]
    return "".join(parts)


def _decode_as_stated(data: bytes, encoding: str, file: str) -> Decoded:
    try:
        text = data.decode(encoding, errors="replace")
    except (LookupError, ValueError) as error:
        raise ImportFailed("import.unknown-encoding", file=file, encoding=encoding) from error
    lost = text.count(_REPLACEMENT)
    messages = (f"{_count(lost, 'character')} could not be read as {encoding}.",) if lost else ()
    return Decoded(text.removeprefix("\ufeff"), encoding, messages)


def _decode_marked(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, errors="replace")
    lost = text.count(_REPLACEMENT) - _count_stated_replacements(data, encoding)
    if lost <= 0:
        return Decoded(text, encoding)
    if encoding == "utf-8":
        return _decode_broken(data)
    told = f"{_count(lost, 'character')} of this {encoding.upper()} file could not be read."
    return Decoded(text, encoding, (told,))


def _find_utf16(data: bytes) -> Decoded | None:
    pairs = len(data) // 2
    if pairs == 0 or len(data) % 2:
        return None
    low, high = data[0::2].count(0), data[1::2].count(0)
    encoding, nuls, others = ("utf-16-le", high, low) if high > low else ("utf-16-be", low, high)
    if nuls < max(1, pairs * _FEW_NULS_SHARE, 10 * others):
        return None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    # With few NULs it may as well be another text with a hole in it.
    if nuls < pairs * _NUL_SHARE and (
        nuls < _FEW_NULS or _is_utf8_text(data) or _SPACE.search(text) is None
    ):
        return None
    return Decoded(text, encoding)


def _is_utf8_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    # Half the bytes of Cyrillic or Greek in UTF-16 are control characters of ASCII.
    return len(data) - len(data.translate(None, _CONTROL_BYTES)) < len(data) * _CONTROLS_SHARE


def _decode_broken(data: bytes) -> Decoded:
    text = data.decode("utf-8", errors="replace")
    stated = _count_stated_replacements(data, "utf-8")
    broken = text.count(_REPLACEMENT) - stated
    # A file without one whole character beyond ASCII is an older encoding
    # with a few accents, however few they are: those must not be lost.
    whole = len(text) - broken - len(data.translate(None, _HIGH_BYTES))
    if whole > 0 and (
        whole >= broken * _WHOLE_PER_BROKEN
        or (whole > broken and broken < len(data) * _BROKEN_SHARE)
    ):
        told = f"{_count(broken, 'byte')} of this UTF-8 file could not be read and show as “�”."
        return Decoded(text, "utf-8", (told,), is_guessed=True)
    guess = guess_encoding(data)
    return _decode_western(data) if guess is None else _decode_guessed(data, guess)


def _decode_guessed(data: bytes, guess: Guess) -> Decoded:
    text = data.decode(guess.codec, errors="replace")
    messages = [
        f"Not UTF-8: its letters look like {guess.name}, so it was read as that. If they look "
        'wrong, name the encoding in library.toml (encoding = "…").'
    ]
    lost = text.count(_REPLACEMENT)
    if lost:
        messages.append(f"{_count(lost, 'character')} could not be read and show as “�”.")
    return Decoded(text, guess.name, tuple(messages), is_guessed=True)


def _decode_western(data: bytes) -> Decoded:
    text = data.decode("cp1252", errors="replace")
    foreign = len(data) - len(data.translate(None, _HIGH_BYTES))
    messages = ["Not UTF-8: read as Windows-1252. If letters look wrong, save it as UTF-8."]
    if foreign >= len(data) * _FOREIGN_SHARE:
        percent = round(100 * foreign / len(data))
        messages = [
            f"Not UTF-8, and {percent} % of its bytes are beyond ASCII, so it is probably in "
            "another language's old encoding. It was read as Windows-1252 and may be unreadable: "
            'save it as UTF-8, or name the encoding in library.toml (encoding = "…").'
        ]
    lost = text.count(_REPLACEMENT)
    if lost:
        messages.append(f"{_count(lost, 'byte')} could not be read and show as “�”.")
    return Decoded(text, "cp1252", tuple(messages), is_guessed=True)


def _count_stated_replacements(data: bytes, encoding: str) -> int:
    return data.count(_REPLACEMENT.encode(encoding))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
