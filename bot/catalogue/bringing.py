"""Bringing the files of a folder onto a shelf, in their order, whatever they hold."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing

from bot.catalogue.ahead import read_ahead
from bot.catalogue.batches import FileBatch, file_batches, line_batches
from bot.catalogue.containers import Container, Containers, Told
from bot.catalogue.folder import FileOnDisk, Folder
from bot.catalogue.judging import CONTAINER, Item
from bot.catalogue.parsing import Read
from bot.catalogue.readers import Readers, ToRead
from bot.catalogue.reports import FileReport
from bot.catalogue.shelving import Shelving
from bot.errors import FiresideError
from bot.library.base import StoredFile
from bot.texts import explain, say

SMALL_CHANGE = 200  # changed files that are few: read before the bot is ready, most in a thread


class Bringing:
    """One reading of a folder; `stories` and `bytes` count what was read so far."""

    def __init__(
        self,
        folder: Folder,
        known: Mapping[str, StoredFile],
        shelving: Shelving,
        readers: Readers,
        context: Callable[[FileOnDisk], str],
    ) -> None:
        self._folder = folder
        self._known = known
        self._shelving = shelving
        self._readers = readers
        self._context = context
        self._containers = Containers(shelving, readers)
        self._changes = shelving.run.changes
        to_read = list(filter(self._changes.is_to_read, folder.files))
        self._is_bulk = len(to_read) > SMALL_CHANGE
        self._bytes = 0
        self.bytes_to_read = sum(file.size for file in to_read)
        self.stories = 0

    @property
    def bytes(self) -> int:
        """How many bytes of the files were read."""
        return self._bytes + self._containers.bytes

    async def reports(self, *, tells_unchanged: bool) -> AsyncGenerator[list[FileReport]]:
        """Bring all in; gives what became of each story, some at a time.

        Unless ``tells_unchanged``, nothing is told of what stands in
        containers that are as they were.
        """
        containers = {key for key, file in self._known.items() if file.outcome == CONTAINER}
        batches = file_batches(self._folder.files, self._changes, frozenset(containers))
        async with aclosing(batches), aclosing(read_ahead(batches, self._read)) as reading:
            async for batch, reads in reading:
                if batch.container == "known" and not tells_unchanged:
                    await self._touch(batch.files[0])
                    continue
                if not batch.container:
                    reports = await self._keep(batch, reads)
                    self.stories += len(reads)
                    yield reports
                    continue
                async with aclosing(self._open(batch)) as opening:
                    async for reports in opening:
                        self.stories += len(reports)
                        yield reports

    async def _read(self, batch: FileBatch) -> dict[str, Read]:
        reads: dict[str, Read] = {}
        to_read: dict[str, ToRead] = {}
        if batch.container:
            return reads
        for file in filter(self._changes.is_to_read, batch.files):
            if file.leads_outside:
                reads[file.key] = Read("", reason=say("import.link-outside", file=file.name))
                continue
            try:
                to_read[file.key] = ToRead(file.path, file.name, self._folder.facts(file))
            except FiresideError as error:
                reads[file.key] = Read("", reason=explain(error))
        found = await self._readers.files(list(to_read.values()), is_bulk=self._is_bulk)
        return reads | dict(zip(to_read, found, strict=True))

    async def _keep(self, batch: FileBatch, reads: Mapping[str, Read]) -> list[FileReport]:
        library, shelf = self._shelving.library, self._shelving.shelf
        known = await library.known(shelf, [file.key for file in batch.files])
        items: list[tuple[Item, Read | None]] = []
        for file in batch.files:
            before, read = known.get(file.key), reads.get(file.key)
            item = Item.of(file, before, self._context(file))
            if before is not None and before.outcome == CONTAINER:
                await self._shelving.hide_unseen(item.file)
            items.append((item, read))
            self._bytes += file.size if read is not None else 0
        return await self._shelving.keep(items)

    async def _open(self, batch: FileBatch) -> Told:
        """Bring in what stands in the one file of ``batch``."""
        (file,) = batch.files
        library, shelf = self._shelving.library, self._shelving.shelf
        before = (await library.known(shelf, [file.key])).get(file.key)
        context = self._context(file)
        if batch.container == "known":
            await self._touch(file)
            telling = self._containers.unchanged(file)
        else:
            try:
                facts = self._folder.facts(file)
            except FiresideError as error:
                refused = Read("", reason=explain(error))
                yield await self._shelving.keep([(Item.of(file, before, context), refused)])
                return
            container = Container(file, facts, context, before)
            if batch.container == "lines":
                telling = self._containers.lines(container, line_batches(file.path))
            else:
                telling = self._containers.members(container)
        async with aclosing(telling) as told:
            async for reports in told:
                yield reports

    async def _touch(self, file: FileOnDisk) -> None:
        """Write down that a container was touched, though its bytes are the same."""
        before = self._known[file.key]
        if file.key in self._changes.same_bytes:
            touched = Item.of(file, before, before.context).file
            await self._shelving.keep_touched(before, touched)
