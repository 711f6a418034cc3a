"""The stories in a zip archive, one after the other, never written to a disk.

What the archive says of itself (sizes, counts) proves nothing: bytes are
counted while they inflate, and a member that goes on too long is given up. A
zip that is one document (an EPUB, a Word file) is no archive of stories.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from bot.errors import ImportFailed
from bot.importers.charset import clean
from bot.importers.sidecar import SIDECAR_LIMIT, FactFiles, is_sidecar

MEMBERS_LIMIT = 20_000
MEMBER_LIMIT = 25_000_000  # bytes of one story
MARK = b"PK\x03\x04"
EMPTY_MARK = b"PK\x05\x06"

_DIRECTORY_LIMIT = MEMBERS_LIMIT * 400  # bytes; a name of 350 characters each
_END = struct.Struct("<4s4H2LH")  # the end of the central directory
_END64_PLACE = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_COMMENT_LIMIT = 65_535
_CHUNK = 65_536
_IS_ENCRYPTED = 0x1
_READ_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DOCUMENT_MARKS = (
    "META-INF/container.xml",
    "word/document.xml",
    "xl/workbook.xml",
    "ppt/presentation.xml",
    "mimetype",
)
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, OSError),
    ValueError,  # a place before the beginning of the file
)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an archive that may be a story."""

    path: str  # inside the archive, with "/"
    info: zipfile.ZipInfo


class Archive:
    """An open archive; made by `open_archive`."""

    def __init__(self, opened: zipfile.ZipFile, name: str, most: int) -> None:
        self._zip = opened
        self._most = most
        self._name = name
        self._inflated = 0
        self.members = tuple(_members(opened))
        self._fact_files = self._read_facts()

    def facts(self, member: Member, outside: Mapping[str, object]) -> dict[str, object]:
        """Give what stands beside ``member`` in the archive, over what stands ``outside``.

        Raises:
            ImportFailed: A library.toml that speaks for it cannot be read.
        """
        return {**outside, **self._fact_files.facts_beside(member.path)}

    def open(self, member: Member) -> io.BufferedReader:
        """Open ``member`` for reading; whoever reads counts, see `Counted`.

        Raises:
            ImportFailed: It is locked, a link, packed in a way that is not
                read, or its name leads outside the archive.
        """
        info = member.info
        shown = f"{self._name}/{member.path}"
        if info.flag_bits & _IS_ENCRYPTED:
            raise ImportFailed("import.book-password", file=shown)
        if stat.S_ISLNK(info.external_attr >> 16):
            raise ImportFailed("import.link", file=shown)
        if _leads_outside(info.filename):
            raise ImportFailed("import.leads-outside", file=shown)
        if info.compress_type not in _READ_METHODS:
            raise ImportFailed("import.packed-otherwise", file=shown)
        try:
            return io.BufferedReader(_Counted(self._zip.open(info), self, shown), _CHUNK)
        except _BROKEN as error:
            raise ImportFailed("import.damaged", file=shown) from error

    def count(self, length: int) -> None:
        """Count bytes that were inflated.

        Raises:
            ImportFailed: They are more than any collection of stories.
        """
        self._inflated += length
        if self._inflated > self._most:
            limit = self._most // 1_000_000
            raise ImportFailed("import.bomb", file=self._name, limit=limit)

    def _read_facts(self) -> FactFiles:
        found = FactFiles()
        for info in self._zip.infolist():
            path = PurePosixPath(_clean_name(info.filename))
            if info.is_dir() or not is_sidecar(path.name) or _is_passed_over(path):
                continue
            found.add(path, partial(self._read_facts_in, Member(str(path), info)))
        return found

    def _read_facts_in(self, member: Member) -> bytes:
        with self.open(member) as opened:
            return opened.read(SIDECAR_LIMIT + 1)


class _Counted(io.RawIOBase):
    """A member that inflates, counted against the whole archive; what is damaged is named."""

    def __init__(self, inflating: IO[bytes], archive: Archive, shown: str):
        self._inflating = inflating
        self._archive = archive
        self._shown = shown

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview[int]") -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        try:
            data = self._inflating.read(len(buffer))
        except _BROKEN as error:
            raise ImportFailed("import.damaged", file=self._shown) from error
        buffer[: len(data)] = data
        self._archive.count(len(data))
        return len(data)

    def close(self) -> None:
        self._inflating.close()
        super().close()


def open_archive(source: BinaryIO, name: str, most: int) -> Archive | None:
    """Open a zip of stories; None if the zip is one document, such as an EPUB.

    At most ``most`` bytes are unpacked from it, counted as they come.

    Raises:
        ImportFailed: It is damaged or cut off, or has too many members.
    """
    _check_directory(source, name)
    try:
        opened = zipfile.ZipFile(source)
    except _BROKEN as error:
        raise ImportFailed("import.damaged", file=name) from error
    names = set(opened.namelist())
    if any(mark in names for mark in _DOCUMENT_MARKS):
        return None
    if len(names) > MEMBERS_LIMIT:
        raise ImportFailed("import.too-many-members", file=name, limit=MEMBERS_LIMIT)
    return Archive(opened, name, most)


def _check_directory(source: BinaryIO, name: str) -> None:
    """Refuse an archive whose list of members is too long before that list is read."""
    source.seek(0, io.SEEK_END)
    length = source.tell()
    tail_start = max(0, length - _END.size - _COMMENT_LIMIT)
    source.seek(tail_start)
    tail = source.read()
    at = tail.rfind(EMPTY_MARK)
    if at == -1 or at + _END.size > len(tail):
        raise ImportFailed("import.damaged", file=name)
    size = int(_END.unpack_from(tail, at)[5])
    if size == 0xFFFFFFFF:
        size = _size64(source, tail_start + at, name)
    source.seek(0)
    if size > _DIRECTORY_LIMIT:
        raise ImportFailed("import.too-many-members", file=name, limit=MEMBERS_LIMIT)


def _size64(source: BinaryIO, end: int, name: str) -> int:
    if end < _END64_PLACE.size:
        raise ImportFailed("import.damaged", file=name)
    source.seek(end - _END64_PLACE.size)
    mark, _, place, _ = _END64_PLACE.unpack(source.read(_END64_PLACE.size))
    if mark != b"PK\x06\x07" or place > end:
        raise ImportFailed("import.damaged", file=name)
    source.seek(place)
    data = source.read(_END64.size)
    if len(data) < _END64.size:
        raise ImportFailed("import.damaged", file=name)
    return int(_END64.unpack(data)[8])


def _members(opened: zipfile.ZipFile) -> Iterator[Member]:
    seen: set[str] = set()
    for info in sorted(opened.infolist(), key=lambda info: info.filename):
        path = PurePosixPath(_clean_name(info.filename))
        if info.is_dir() or is_sidecar(path.name) or _is_passed_over(path):
            continue
        told = str(path)
        while told in seen:  # two members of one name are both told of
            told += "'"
        seen.add(told)
        yield Member(told, info)


def _clean_name(name: str) -> str:
    """Give a member's name as a path that can be shown and kept."""
    told = clean(name.replace("\\", "/")).replace("\n", " ")
    return "/".join(part for part in told.split("/") if part not in ("", ".")) or "?"


def _is_passed_over(path: PurePosixPath) -> bool:
    """Tell whether a member is no story anybody meant: hidden, temporary, of macOS."""
    return (
        any(part.startswith(".") and part != ".." for part in path.parts)
        or path.parts[0] == "__MACOSX"
        or path.name.startswith("~$")
        or path.name.endswith("~")
        or path.name == "characters.toml"
    )


def _leads_outside(name: str) -> bool:
    told = name.replace("\\", "/")
    return told.startswith("/") or ".." in told.split("/") or told[1:2] == ":"
