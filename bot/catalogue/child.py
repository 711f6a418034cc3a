"""What a worker process does for the catalogue: it reads files, lines and archives.

Each answer is ``[what, place, value]``. ``read`` gives a `Read` as values,
``piece`` a part of its text that goes before it, ``now`` says which member of
an archive comes next, ``same`` that a member is as it was, ``refused`` why an
archive is not opened. ``place`` is a number in the request, or what a member
of an archive is known by.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from bot.catalogue.parsing import (
    Parsing,
    Read,
    context_of,
    in_pieces,
    without_text,
)
from bot.errors import FiresideError, ImportFailed
from bot.importers import FILE_LIMIT
from bot.importers.archive import Archive, Member, open_archive
from bot.importers.jsonl import Line, holds_records, lines
from bot.importers.worker.child import Answer, serve
from bot.prose.aliases import AliasEntry, Aliases
from bot.story import Rating
from bot.texts import explain, say

_PIECE = 250_000  # characters of text in one answer
_HEAD = 65_536  # bytes looked at to tell lines of JSON

Told = list[Any]


def main() -> None:
    """Serve the catalogue that started us."""
    serve(_prepare)


def _prepare(settings: dict[str, Any]) -> Answer:
    default_rating = Rating(settings["default_rating"])
    aliases = Aliases(
        (
            AliasEntry(name, tuple(aliases), tuple(weak), tuple(never), tuple(fandoms), replaces)
            for name, aliases, weak, never, fandoms, replaces in settings["aliases"]
        ),
        settings["rejected"],
    )
    parsing = Parsing(aliases, default_rating)

    def answer(request: dict[str, Any], blob: bytes) -> Iterator[Told]:
        match request["do"]:
            case "files":
                yield from _files(parsing, request["files"])
            case "lines":
                yield from _lines(parsing, request, blob)
            case "archive":
                yield from _Archive(parsing, request, settings).answers(blob)
            case _:
                raise ValueError(request["do"])

    return answer


def read_bytes(path: Path, shown: str) -> bytes:
    """Read a whole file.

    Raises:
        ImportFailed: It is larger than a story may be, or cannot be read.
    """
    try:
        with path.open("rb") as opened:
            data = opened.read(FILE_LIMIT + 1)
    except OSError as error:
        raise ImportFailed("import.unreadable", why=error.strerror or str(error)) from error
    if len(data) > FILE_LIMIT:
        raise ImportFailed("import.too-big", file=shown, limit=FILE_LIMIT // 1_000_000)
    return data


def _files(parsing: Parsing, files: list[dict[str, Any]]) -> Iterator[Told]:
    for number, file in enumerate(files):
        try:
            data = read_bytes(Path(file["path"]), file["name"])
        except FiresideError as error:
            yield ["read", number, Read("", reason=explain(error)).values()]
            continue
        yield from _told(number, parsing.read_file(data, file["name"], file["facts"]))


def _lines(parsing: Parsing, request: dict[str, Any], blob: bytes) -> Iterator[Told]:
    for number, data in enumerate(blob.split(b"\n")):
        line = Line(request["numbers"][number], data)
        yield from _told(number, parsing.read_line(line, request["name"], request["facts"]))


def _told(place: object, read: Read) -> Iterator[Told]:
    pieces = in_pieces(read, _PIECE)
    for piece in pieces:
        yield ["piece", place, piece]
    yield ["read", place, (without_text(read) if pieces else read).values()]


class _Archive:
    """Answers about one archive."""

    def __init__(
        self, parsing: Parsing, request: dict[str, Any], settings: Mapping[str, Any]
    ) -> None:
        self._parsing = parsing
        self._name: str = request["name"]
        self._path: str = request["path"]
        self._facts: dict[str, object] = request["facts"]
        self._known: dict[str, list[str]] = request["known"]
        self._first: int = request["from"]
        self._settings = settings

    def answers(self, blob: bytes) -> Iterator[Told]:
        try:
            with io.BytesIO(blob) if blob else Path(self._path).open("rb") as source:
                archive = open_archive(source, self._name, self._settings["inflated"])
                if archive is None:
                    yield from self._document(source)
                else:
                    yield from self._members(archive)
        except FiresideError as error:
            yield ["refused", None, explain(error)]
        except OSError as error:
            yield ["refused", None, say("import.unreadable", why=error.strerror or str(error))]

    def _document(self, source: BinaryIO) -> Iterator[Told]:
        source.seek(0)
        data = source.read(FILE_LIMIT + 1)
        if len(data) > FILE_LIMIT:
            raise ImportFailed("import.too-big", file=self._name, limit=FILE_LIMIT // 1_000_000)
        yield from _told(None, self._parsing.read_file(data, self._name, self._facts))

    def _members(self, archive: Archive) -> Iterator[Told]:
        for number, member in enumerate(archive.members):
            if number < self._first:
                continue
            yield ["now", number, member.path]
            place: dict[str, Any] = {"path": member.path, "record": None, "size": 0, "context": ""}
            place["size"] = min(member.info.file_size, FILE_LIMIT)
            try:
                facts = archive.facts(member, self._facts)
                place["context"] = context_of(
                    facts, self._settings["digest"], Rating(self._settings["default_rating"])
                )
                yield from self._member(archive, member, facts, place)
            except ImportFailed as error:
                if error.key == "import.bomb":
                    raise
                yield ["read", place, Read("", reason=explain(error)).values()]
            except FiresideError as error:
                yield ["read", place, Read("", reason=explain(error)).values()]

    def _member(
        self, archive: Archive, member: Member, facts: dict[str, object], place: dict[str, Any]
    ) -> Iterator[Told]:
        shown = f"{self._name}/{member.path}"
        with archive.open(member) as opened:
            if holds_records(opened.peek(_HEAD), member.path):
                for line in lines(opened):
                    told = place | {"record": line.number, "size": line.size}
                    yield from _told(told, self._parsing.read_line(line, shown, facts))
                return
            data = opened.read(FILE_LIMIT + 1)
        if len(data) > FILE_LIMIT:
            raise ImportFailed("import.too-big", file=shown, limit=FILE_LIMIT // 1_000_000)
        place["size"] = len(data)
        digest = hashlib.sha256(data).hexdigest()
        if self._known.get(member.path) == [digest, place["context"]]:
            yield ["same", place, digest]
            return
        yield from _told(place, self._parsing.read_file(data, shown, facts))


if __name__ == "__main__":
    main()
