"""The files inside an EPUB, read by name into memory and never written anywhere.

Nothing an archive says of itself is believed: members are counted before its
list is read, and bytes while they inflate.
"""

import io
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote

from bot.errors import ImportFailed
from bot.importers import charset
from bot.importers.html.encoding import find_stated_encoding
from bot.importers.html.tree import TAGS_LIMIT, Node, TooManyTags, declares_hostile_entities, parse

MEMBERS_LIMIT = 5_000
MEMBER_LIMIT = 20_000_000  # bytes of one member, inflated
PARCEL_LIMIT = 50_000_000  # bytes of all members that are read of one book, inflated

_ENTRY_MARK = b"PK\x01\x02"  # before each member in the list at the end
_CHUNK = 65_536  # bytes
_IS_ENCRYPTED = 0x1  # of a member's flags
_READ_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # EPUB OCF 3.3, 4.2
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, OSError),
    ValueError,
)
_LOCKS = ("meta-inf/rights.xml", "meta-inf/license.lcpl", "meta-inf/sinf.xml")
_FONT_METHODS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_DRIVE = re.compile(r"^[A-Za-z]:")


class Parcel:
    """An EPUB's files, by their paths inside it."""

    def __init__(self, data: bytes, file: str) -> None:
        """Open ``data``.

        Raises:
            ImportFailed: It is damaged, locked, or has too many members.
        """
        self.file = file
        self._read = 0
        if data.count(_ENTRY_MARK) > MEMBERS_LIMIT:
            raise ImportFailed("import.book-members", file=file, limit=MEMBERS_LIMIT)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise ImportFailed("import.book-damaged", file=file, part="") from error
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._by_folded: dict[str, str] = {}
        for info in self._zip.infolist():
            # A link is no file of the book; what it names is not looked at.
            is_link = stat.S_ISLNK(info.external_attr >> 16)
            if info.filename and not (info.is_dir() or is_link):
                for name in _names(info):
                    self._members.setdefault(name, info)
                    self._by_folded.setdefault(name.casefold(), name)
        self._refuse_locked()

    def find(self, path: str) -> str | None:
        """Find the member that ``path`` means, whatever its case; None if there is none."""
        return path if path in self._members else self._by_folded.get(path.casefold())

    def names(self) -> Iterator[str]:
        """Give the paths of all members."""
        return iter(self._members)

    def data(self, path: str) -> bytes:
        """Read a member that `find` found.

        Raises:
            ImportFailed: It is damaged, locked, packed in a way no book is, or
                larger than any text.
        """
        info = self._members[path]
        if info.flag_bits & _IS_ENCRYPTED:
            raise ImportFailed("import.book-password", file=self.file)
        if info.compress_type not in _READ_METHODS:
            raise ImportFailed("import.book-damaged", file=self.file, part=f" ({path})")
        chunks: list[bytes] = []
        length = 0
        try:
            with self._zip.open(info) as member:
                while chunk := member.read(_CHUNK):
                    chunks.append(chunk)
                    length += len(chunk)
                    self._read += len(chunk)
                    if length > MEMBER_LIMIT or self._read > PARCEL_LIMIT:
                        raise ImportFailed(
                            "import.book-too-large",
                            file=self.file,
                            part=path,
                            limit=(MEMBER_LIMIT if length > MEMBER_LIMIT else PARCEL_LIMIT)
                            // 1_000_000,
                        )
        except _BROKEN as error:
            raise ImportFailed("import.book-damaged", file=self.file, part=f" ({path})") from error
        return b"".join(chunks)

    def text(self, path: str) -> str:
        """Read a member as text, in the encoding it states or UTF-8."""
        data = self.data(path)
        stated = find_stated_encoding(data)
        return charset.decode(data, stated, file=f"{self.file} ({path})").text

    def tree(self, path: str) -> Node:
        """Parse a member.

        Raises:
            ImportFailed: As `data`; or it declares entities, or has too many tags.
        """
        text = self.text(path)
        if "\0" in text:
            raise ImportFailed("import.book-damaged", file=self.file, part=f" ({path})")
        if declares_hostile_entities(text):
            raise ImportFailed("import.book-entities", file=self.file, part=path)
        try:
            return parse(text)
        except TooManyTags as error:
            raise ImportFailed(
                "import.too-many-tags", file=f"{self.file} ({path})", tags=TAGS_LIMIT
            ) from error

    def _refuse_locked(self) -> None:
        if any(self.find(name) for name in _LOCKS):
            raise ImportFailed("import.book-locked", file=self.file)
        found = self.find("META-INF/encryption.xml")
        if found is None:
            return
        methods = [
            node.attrs.get("algorithm", "")
            for data in self.tree(found).walk()
            if data.name == "encrypteddata"
            for node in data.walk()
            if node.name == "encryptionmethod"
        ]
        # Fonts may be scrambled in a book that anybody may read.
        if any(method not in _FONT_METHODS for method in methods):
            raise ImportFailed("import.book-locked", file=self.file)


def resolve(base: str, address: str) -> tuple[str, str]:
    """Give the path inside the book, and the part of it, that ``address`` in ``base`` means.

    A path cannot leave the book: what leads above it begins at its top.
    """
    path, _, fragment = address.partition("#")
    path = unquote(path.partition("?")[0]).replace("\\", "/")
    if not path:
        return base, unquote(fragment)
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(base), path))
    parts = [part for part in joined.split("/") if part not in ("", ".", "..")]
    return "/".join(parts), unquote(fragment)


def _names(info: zipfile.ZipInfo) -> Iterator[str]:
    """Give what a member may be called: some programs write UTF-8 without saying so."""
    yield _plain(info.filename)
    with suppress(UnicodeError):
        yield _plain(info.filename.encode("cp437").decode("utf-8"))


def _plain(name: str) -> str:
    told = _DRIVE.sub("", name.replace("\\", "/"))
    return "/".join(part for part in told.split("/") if part not in ("", ".", ".."))
