"""Files and lines in batches: small in stories and in bytes, cut in a thread."""

import asyncio
from array import array
from bisect import bisect_left
from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from bot.catalogue.changes import Changes
from bot.catalogue.folder import FileOnDisk
from bot.importers.archive import EMPTY_MARK, MARK
from bot.importers.jsonl import Line, holds_records, lines

BATCH = 200  # files read and kept together
BATCH_BYTES = 4_000_000  # or so many bytes of files
LINES = 600  # lines of JSON read and kept together
LINES_BYTES = 1_500_000
_HEAD = 65_536  # bytes that tell what a file holds
_BOOK = b"application/epub+zip"  # stands uncompressed at the start of a book

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FileBatch:
    """Files with a story each, or one that holds several: "archive" or "lines".

    "known" is a container that is as it was.
    """

    files: Sequence[FileOnDisk]
    container: str = ""


@dataclass(frozen=True, slots=True)
class LineBatch:
    """Lines that follow one another."""

    lines: Sequence[Line]

    @property
    def size(self) -> int:
        """How many bytes they have."""
        return sum(line.size for line in self.lines)


@dataclass(frozen=True, slots=True)
class Present:
    """Which lines a file holds, in eight bytes for each."""

    digests: "array[int]"

    @classmethod
    def of(cls, path: Path) -> "Present":
        """Read a whole file of lines; slow."""
        with path.open("rb") as source:
            return cls(array("Q", sorted(_short(line.digest) for line in lines(source))))

    def __contains__(self, digest: str) -> bool:
        short = _short(digest)
        at = bisect_left(self.digests, short)
        return at < len(self.digests) and self.digests[at] == short


def file_batches(
    files: Sequence[FileOnDisk], changes: Changes, containers: frozenset[str]
) -> AsyncGenerator[FileBatch]:
    """Part ``files`` in order; ``containers`` are the keys of those that were containers."""
    return _in_thread(_file_batches(files, changes, containers))


def line_batches(path: Path) -> AsyncGenerator[LineBatch]:
    """Part the lines of a file in order."""
    return _in_thread(_line_batches(path))


def kind_of(path: Path) -> str:
    """Tell what the file at ``path`` holds: "archive", "lines", or "" for one story."""
    try:
        with path.open("rb") as opened:
            head = opened.read(_HEAD)
    except OSError:
        return ""  # whoever reads it says why
    if head.startswith((MARK, EMPTY_MARK)):
        # A book that begins as books do needs no look into its list of members.
        return "" if head[38:].startswith(_BOOK) else "archive"
    return "lines" if holds_records(head, path.name) else ""


def _file_batches(
    files: Sequence[FileOnDisk], changes: Changes, containers: frozenset[str]
) -> Generator[FileBatch]:
    batch: list[FileOnDisk] = []
    reading = size = 0
    for file in files:
        is_to_read = changes.is_to_read(file)
        kind = kind_of(file.path) if is_to_read and not file.leads_outside else ""
        if not is_to_read and file.key in containers:
            kind = "known"
        if kind:
            if batch:
                yield FileBatch(batch)
                batch, reading, size = [], 0, 0
            yield FileBatch([file], kind)
            continue
        batch.append(file)
        reading += is_to_read
        size += file.size * is_to_read
        if reading == BATCH or size >= BATCH_BYTES or len(batch) == BATCH * 25:
            yield FileBatch(batch)
            batch, reading, size = [], 0, 0
    if batch:
        yield FileBatch(batch)


def _line_batches(path: Path) -> Generator[LineBatch]:
    with path.open("rb") as source:
        yield from cut(source)


def cut(source: BinaryIO) -> Generator[LineBatch]:
    """Part the lines of ``source`` in order."""
    batch: list[Line] = []
    size = 0
    for line in lines(source):
        batch.append(line)
        size += line.size
        if len(batch) == LINES or size >= LINES_BYTES:
            yield LineBatch(batch)
            batch, size = [], 0
    if batch:
        yield LineBatch(batch)


async def _in_thread(items: Generator[T]) -> AsyncGenerator[T]:
    """Give ``items``, each made in a thread."""
    with closing(items):
        while (found := await asyncio.to_thread(_next, items)) is not None:
            yield found


def _next(items: Iterator[T]) -> T | None:
    return next(items, None)


def _short(digest: str) -> int:
    return int(digest[:16], 16)
