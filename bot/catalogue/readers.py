"""Where files are read: small plain text in a thread, all else in guarded processes.

A plain text of at most `SMALL` bytes is read in a thread of our own: starting a
process costs a hundred times as much, and its readers are ours, take linear
time and hold at most some 50 times its size. What is larger, compressed, marked
up, binary or one of many goes to a worker (`bot.importers.worker`), which may die.
"""

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.catalogue.child import read_bytes
from bot.catalogue.parsing import Parsing, Read, with_text
from bot.errors import FiresideError
from bot.importers.jsonl import Line
from bot.importers.worker import Limits, Worker, WorkerFailed
from bot.prose.aliases import Aliases
from bot.story import Rating
from bot.texts import explain, say

FILES_ASKED = 40  # of a worker at once, so that others get their share
LINES_ASKED = 300
SMALL = 50_000  # bytes of a plain text that is read in a thread
_WORKER = "bot.catalogue.child"
_MARKUP = (b"<", b"{", b"[", b"PK", b"%PDF")  # after white space and a byte order mark
_BLANK = b"\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True, slots=True)
class ToRead:
    """A file to read, and what stands beside it."""

    path: Path
    name: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class MemberRead:
    """A story of an archive: what it is known by there, and what became of it.

    ``read`` is None when its bytes and facts are those that were known.
    """

    path: str
    record: int | None
    size: int
    context: str
    read: Read | None


class Readers:
    """The threads and processes that read for one run; `close` ends them."""

    def __init__(
        self,
        aliases: Aliases,
        aliases_digest: str,
        default_rating: Rating,
        *,
        limits: Limits,
        workers: int,
    ) -> None:
        """Take how stories are read, and how many ``workers`` may run at once."""
        self._parsing = Parsing(aliases, default_rating)
        settings = {
            "aliases": [
                [e.name, e.aliases, e.weak, e.never, e.fandoms, e.replaces] for e in aliases.entries
            ],
            "rejected": aliases.rejected,
            "digest": aliases_digest,
            "default_rating": int(default_rating),
            "inflated": limits.inflated,
        }
        self._limits = limits
        self._workers = [Worker(_WORKER, settings, limits) for _ in range(workers)]
        self._free = list(self._workers)
        self._some_free = asyncio.Semaphore(workers)

    async def close(self) -> None:
        """End every worker."""
        for worker in self._workers:
            await worker.close()

    async def files(self, files: Sequence[ToRead], *, is_bulk: bool) -> list[Read]:
        """Read ``files``, each a story; ``is_bulk``: they are many, so workers pay."""
        reads: list[Read | None] = [None] * len(files)
        if not is_bulk:
            reads = await asyncio.to_thread(lambda: [self._read_here(file) for file in files])
        others = [number for number, read in enumerate(reads) if read is None]
        told = [
            {"path": str(files[n].path), "name": files[n].name, "facts": _plain(files[n].facts)}
            for n in others
        ]
        names = [files[n].name for n in others]
        found = await self._read_in_shares(FILES_ASKED, {"do": "files"}, "files", told, names)
        for number, read in zip(others, found, strict=True):
            reads[number] = read
        return [read for read in reads if read is not None]

    async def lines(
        self, name: str, facts: Mapping[str, object], lines: Sequence[Line]
    ) -> list[Read]:
        """Read lines of JSON of the file ``name``, each a story."""
        whole = [line for line in lines if line.data is not None]
        request = {"do": "lines", "name": name, "facts": _plain(facts)}
        numbers = [line.number for line in whole]
        names = [f"{name}, line {number}" for number in numbers]
        blobs = [line.data or b"" for line in whole]
        found = iter(
            await self._read_in_shares(LINES_ASKED, request, "numbers", numbers, names, blobs)
        )
        return [
            self._parsing.read_line(line, name, facts) if line.data is None else next(found)
            for line in lines
        ]

    async def archive(
        self,
        file: ToRead,
        known: Mapping[str, Sequence[str]],
        blob: bytes = b"",
    ) -> AsyncGenerator[MemberRead | Read]:
        """Read the stories of an archive, in order of their names.

        Gives a `Read` alone when there is one story or none: the file is one
        document, or the archive is refused.

        Args:
            file: The archive.
            known: Digest and context of members that need not be read again.
            blob: Its bytes, when it lies on no disk.
        """
        request: dict[str, Any] = {
            **{"do": "archive", "path": str(file.path), "name": file.name},
            **{"facts": _plain(file.facts), "known": known},
        }
        going = _Going(first=0)
        async with self._worker() as worker:
            while not going.is_over:
                asking = {**request, "from": going.first, "careful": going.is_careful}
                try:
                    async for answers in worker.ask(asking, blob):
                        for read in going.taken(answers):
                            yield read
                    return
                except WorkerFailed as error:
                    refused = going.failed()
                    if refused is not None:
                        name = f"{file.name}/{refused}" if refused else file.name
                        reason = Read("", reason=self._why(error, name))
                        yield MemberRead(refused, None, 0, "", reason) if refused else reason

    def _read_here(self, file: ToRead) -> Read | None:
        """Read a small plain text; None if a worker is to read the file."""
        try:
            if file.path.stat().st_size > SMALL:
                return None
            data = read_bytes(file.path, file.name)
        except FiresideError as error:
            return Read("", reason=explain(error))
        except OSError as error:
            return Read("", reason=say("import.unreadable", why=error.strerror or str(error)))
        if len(data) > SMALL or b"\0" in data or data.lstrip(_BLANK).startswith(_MARKUP):
            return None
        return self._parsing.read_file(data, file.name, file.facts)

    async def _read_in_shares(
        self,
        most: int,
        request: Mapping[str, Any],
        field: str,
        items: Sequence[Any],
        names: Sequence[str],
        blobs: Sequence[bytes] = (),
    ) -> list[Read]:
        """Have ``items`` read by the workers there are, each ``most`` of them at once."""
        shares = [slice(start, start + most) for start in range(0, len(items), most)]
        reading = [
            asyncio.ensure_future(
                self._read_there(request, field, items[own], names[own], blobs[own])
            )
            for own in shares
        ]
        try:
            return [read for reads in await asyncio.gather(*reading) for read in reads]
        finally:
            for share in reading:
                share.cancel()

    async def _read_there(
        self,
        request: Mapping[str, Any],
        field: str,
        items: Sequence[Any],
        names: Sequence[str],
        blobs: Sequence[bytes] = (),
    ) -> list[Read]:
        """Have ``items`` read by a worker; one that ends a worker is refused by its name."""
        reads: list[Read] = []
        is_careful, pieces = False, list[Any]()
        if not items:
            return reads
        async with self._worker() as worker:
            while len(reads) < len(items):
                done = len(reads)
                asking = {**request, field: items[done:], "careful": is_careful}
                try:
                    async for answers in worker.ask(asking, b"\n".join(blobs[done:])):
                        for what, _, value in answers:
                            if what == "piece":
                                pieces += value
                            else:
                                reads.append(_whole(value, pieces))
                                pieces = []
                except WorkerFailed as error:
                    pieces = []
                    # A worker may also be killed for somebody else's fault: the system
                    # had no memory left. So what was read alone is read once more.
                    is_alone = len(items) == done + 1 and error.why != "died"
                    if is_careful or is_alone:
                        reads.append(Read("", reason=self._why(error, names[len(reads)])))
                    is_careful = True  # from here on one by one, to learn which it was
        return reads

    @asynccontextmanager
    async def _worker(self) -> AsyncGenerator[Worker]:
        async with self._some_free:
            worker = self._free.pop()
            try:
                yield worker
            finally:
                self._free.append(worker)

    def _why(self, error: WorkerFailed, name: str) -> str:
        match error.why:
            case "time" | "patience":
                limits = self._limits
                seconds = limits.seconds if error.why == "time" else limits.patience
                return say("import.too-slow", file=name, seconds=round(seconds))
            case "memory" | "output":
                memory = self._limits.memory // 1_000_000
                return say("import.too-hungry", file=name, limit=memory)
            case _:
                return say("import.broke-reader", file=name)


@dataclass(slots=True)
class _Going:
    """How far the reading of an archive came, over the deaths of workers."""

    first: int  # the member that comes next
    at: str = ""  # its path
    line: int = 0  # of it, the last that was read
    is_careful: bool = False
    is_over: bool = False
    pieces: list[Any] = field(default_factory=list[Any])

    def taken(self, answers: Sequence[list[Any]]) -> Iterator[MemberRead | Read]:
        """Take answers; gives the stories they complete."""
        for what, place, value in answers:
            match what:
                case "now":
                    if place != self.first or not self.at:
                        self.line = 0
                    self.first, self.at = int(place), str(value)
                case "piece":
                    self.pieces += value
                case "refused":
                    yield Read("", reason=value)
                case "same":
                    self.first += 1
                    yield MemberRead(read=None, **place)
                case _:
                    read, self.pieces = _whole(value, self.pieces), []
                    if place is None:
                        yield read
                    elif place["record"] is None:
                        self.first += 1
                        yield MemberRead(read=read, **place)
                    elif place["record"] > self.line:  # else read before a worker died
                        self.line = place["record"]
                        yield MemberRead(read=read, **place)

    def failed(self) -> str | None:
        """Note that a worker died; gives the path of the member to refuse, if it is known.

        "" is the archive itself. The first time it is tried once more, member
        by member, to learn which it was.
        """
        self.pieces = []
        if not self.is_careful:
            self.is_careful = True
            return None
        refused, self.at = self.at, ""
        self.first += 1
        self.line = 0
        self.is_over = not refused
        return refused


def processors() -> int:
    """Count the processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _whole(values: list[Any], pieces: list[Any]) -> Read:
    read = Read.from_values(values)
    return with_text(read, pieces) if pieces else read


def _plain(facts: Mapping[str, object]) -> dict[str, Any]:
    """Give facts in values that JSON has: dates become text."""
    return json.loads(json.dumps(facts, default=str))
