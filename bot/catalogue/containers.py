"""Files that hold several stories: lines of JSON, and archives.

A story in one is known by what stays when the others change: a line by the
digest of its bytes, a member of an archive by its path. What was seen in this
run bears the time of the file as it is now; what does not is gone from it.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

from bot.catalogue.ahead import read_ahead
from bot.catalogue.batches import BATCH, BATCH_BYTES, LineBatch, Present
from bot.catalogue.folder import FileOnDisk
from bot.catalogue.judging import CONTAINER, LINE_MARK, UNDECIDED, Item, as_before
from bot.catalogue.parsing import Read
from bot.catalogue.readers import MemberRead, Readers, ToRead
from bot.catalogue.reports import FileReport
from bot.catalogue.shelving import Shelving
from bot.importers.jsonl import Line
from bot.library.base import WITHIN, StoredFile

_PAGE = 500  # stories of a container looked up at once
_LAST = "\U0010ffff"  # sorts behind every path

Told = AsyncGenerator[list[FileReport]]


@dataclass(frozen=True, slots=True)
class Container:
    """A file of several stories, and what holds for all of them."""

    file: FileOnDisk
    facts: Mapping[str, object]
    context: str
    before: StoredFile | None

    @property
    def item(self) -> Item:
        """The file as one story."""
        return Item.of(self.file, self.before, self.context)

    @property
    def key(self) -> str:
        """The key of the file."""
        return self.file.key

    def part(
        self, name: str, size: int, record: int | None, context: str, digest: str = ""
    ) -> StoredFile:
        """Give a story of it as it will be kept; ``name`` begins with `WITHIN`."""
        source, path = self.key.split(":", 1)
        return StoredFile(
            path=f"{path}{name}",
            source=source,
            size=size,
            modified=self.file.modified,
            digest=digest,
            context=context,
            outcome=UNDECIDED,
            story=None,
            container=path,
            record=record,
        )


class Containers:
    """Brings in the stories of containers."""

    def __init__(self, shelving: Shelving, readers: Readers) -> None:
        self._shelving = shelving
        self._library = shelving.library
        self._shelf = shelving.shelf
        self._readers = readers
        self.bytes = 0  # of containers, read so far

    async def unchanged(self, file: FileOnDisk) -> Told:
        """Tell of the stories in a container that is as it was."""
        after = (-1, "")
        decisions = await self._library.name_decisions(self._shelf)
        while page := await self._library.within(self._shelf, file.key, after, _PAGE):
            after = (page[-1].record or 0, page[-1].path)
            yield [
                as_before(_shown(file, stored), stored, stored.record, decisions=decisions)
                for stored in page
            ]

    # Lines of JSON

    async def lines(self, container: Container, batches: AsyncGenerator[LineBatch]) -> Told:
        """Bring lines of JSON in."""
        present = None
        if container.before is not None:
            present = await asyncio.to_thread(Present.of, container.file.path)

        async def read(batch: LineBatch) -> dict[int, Read]:
            return await self._read_lines(container, batch)

        async with aclosing(batches), aclosing(read_ahead(batches, read)) as reading:
            async for batch, reads in reading:
                yield await self._keep_lines(container, batch, reads, present)
                self.bytes += batch.size
        await self._close(container)

    async def _read_lines(self, container: Container, batch: LineBatch) -> dict[int, Read]:
        known = await self._library.known(self._shelf, _keys(container, batch.lines))
        to_read = [
            line
            for line, key in zip(batch.lines, _keys(container, batch.lines), strict=True)
            if (stored := known.get(key)) is None or stored.context != container.context
        ]
        return await self._read(container, to_read)

    async def _read(self, container: Container, lines: Sequence[Line]) -> dict[int, Read]:
        reads = await self._readers.lines(container.file.name, container.facts, lines)
        return {line.number: read for line, read in zip(lines, reads, strict=True)}

    async def _keep_lines(
        self,
        container: Container,
        batch: LineBatch,
        reads: Mapping[int, Read],
        present: Present | None,
    ) -> list[FileReport]:
        keys = await self._own_keys(container, batch.lines)
        known = await self._library.known(self._shelf, list(keys.values()))
        replaced = {} if present is None else await self._replaced(container, batch, present)
        # A line that stands twice may have been passed over as known by its twin.
        missed = [
            line
            for line in batch.lines
            if line.number not in reads and keys[line.number] not in known
        ]
        reads = {**reads, **await self._read(container, missed)}
        items: list[tuple[Item, Read | None]] = []
        for line in batch.lines:
            key = keys[line.number]
            name = key.removeprefix(container.key)
            part = container.part(name, line.size, line.number, container.context, line.digest)
            before = known.get(key)
            owner = before or replaced.get(line.number)
            item = Item(container.file.shown, part, before, owner)
            items.append((item, reads.get(line.number)))
        return await self._shelving.keep(items)

    async def _own_keys(self, container: Container, lines: Sequence[Line]) -> dict[int, str]:
        """Give each line's key; of the same bytes on two lines, the second gets its number."""
        plain = dict(zip((line.number for line in lines), _keys(container, lines), strict=True))
        known = await self._library.known(self._shelf, list(plain.values()))
        seen: set[str] = set()
        keys: dict[int, str] = {}
        for number, key in plain.items():
            first = known.get(key)
            stands_above = (
                first is not None
                and first.modified == container.file.modified
                and first.record != number
            )
            keys[number] = f"{key}.{number}" if stands_above or key in seen else key
            seen.add(key)
        return keys

    async def _replaced(
        self, container: Container, batch: LineBatch, present: Present
    ) -> dict[int, StoredFile]:
        """Give what stood on these lines and stands nowhere in the file now."""
        last = batch.lines[-1].number
        after = (batch.lines[0].number - 1, _LAST)
        found: dict[int, StoredFile] = {}
        while page := await self._library.within(self._shelf, container.key, after, _PAGE):
            after = (page[-1].record or 0, page[-1].path)
            for stored in page:
                line = stored.record
                if line is not None and line <= last and stored.digest not in present:
                    found[line] = stored
            if after[0] > last:
                break
        return found

    # Archives

    async def members(self, container: Container, blob: bytes = b"") -> Told:
        """Bring the stories of an archive in; its bytes are ``blob`` if there are any."""
        file = container.file
        known = {} if container.before is None else await self._known_members(container)
        to_read = ToRead(file.path, file.name, container.facts)
        batch: list[MemberRead] = []
        size = 0
        async with aclosing(self._readers.archive(to_read, known, blob)) as reading:
            async for read in reading:
                if isinstance(read, Read):
                    # One document in a zip, such as an EPUB; or no archive we can open.
                    yield await self._shelving.keep([(container.item, read)])
                    if not read.reason:
                        await self._shelving.hide_unseen(container.item.file)
                    return
                batch.append(read)
                size += read.size
                if len(batch) == BATCH or size >= BATCH_BYTES:
                    yield await self._keep_members(container, batch)
                    batch, size = [], 0
        yield await self._keep_members(container, batch)
        self.bytes += file.size
        await self._close(container)

    async def _known_members(self, container: Container) -> dict[str, list[str]]:
        known: dict[str, list[str]] = {}
        start = f"{container.item.file.path}{WITHIN}"
        after = (-1, "")
        while page := await self._library.within(self._shelf, container.key, after, _PAGE):
            after = (page[-1].record or 0, page[-1].path)
            known |= {
                stored.path.removeprefix(start): [stored.digest, stored.context]
                for stored in page
                if stored.record is None
            }
        return known

    async def _keep_members(
        self, container: Container, batch: Sequence[MemberRead]
    ) -> list[FileReport]:
        names = [_name_of(member) for member in batch]
        keys = [f"{container.key}{name}" for name in names]
        known = await self._library.known(self._shelf, keys)
        items: list[tuple[Item, Read | None]] = []
        for member, name, key in zip(batch, names, keys, strict=True):
            part = container.part(name, member.size, member.record, member.context)
            shown = f"{container.file.shown}/{member.path}"
            before = known.get(key)
            items.append((Item(shown, part, before, before), member.read))
        return await self._shelving.keep(items)

    async def _close(self, container: Container) -> None:
        """Keep the container itself, last: a run that was killed looks at all of it again."""
        digest = ""
        if container.file.path.name:
            digest = await asyncio.to_thread(digest_of, container.file.path)
        whole = replace(container.item.file, digest=digest, outcome=CONTAINER)
        await self._shelving.hide_unseen(whole)
        await self._shelving.keep_file(whole)


def digest_of(path: Path) -> str:
    """Give the sha256 of a file's bytes; "" when it cannot be read."""
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""


def _keys(container: Container, lines: Sequence[Line]) -> list[str]:
    return [f"{container.key}{LINE_MARK}{line.digest}" for line in lines]


def _name_of(member: MemberRead) -> str:
    name = f"{WITHIN}{member.path}"
    if member.record is None or member.read is None:
        return name
    # The same bytes on two lines of a member are rare enough to be told apart by number.
    return f"{name}{LINE_MARK}{member.read.digest}.{member.record}"


def _shown(file: FileOnDisk, stored: StoredFile) -> str:
    """Give the path of a story in a container as the person gave it."""
    inside = stored.path.split(LINE_MARK, 1)[0].removeprefix(stored.container)
    return f"{file.shown}{inside.replace(WITHIN, '/', 1)}"
