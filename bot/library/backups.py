"""A whole library in one file: written while the bot runs, and made into a library again.

The file is gzip over JSON lines: a head (what wrote it, the version of the
tables, which there are and how many rows each has), then the rows of each
table, closed by their count and the sum of their hashes, then a last line that
says that the file is whole. It knows no engine, so either restores it. It gets
its name when it is whole and was read back; a restored library is there whole
or not at all.
"""

import gzip
import json
import os
import tempfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import aclosing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from bot import __version__
from bot.errors import BackupUnusable
from bot.library.base import Batch, Library, Table, Value
from bot.library.copying import Content, Progress, copy_tables, in_order, teller

FORMAT = 1
_AT_ONCE = 500  # rows
_LEVEL = 6  # of compression: text becomes a third; more takes long and gains little


async def write_backup(
    library: Library, file: Path, now: datetime, progress: Progress | None = None
) -> dict[str, Content]:
    """Write all of ``library``, as it is at this moment, to ``file``; gives what is in each table.

    The library need not be open, and is not brought up to date.

    Raises:
        BackupUnusable: ``file`` is there already, or cannot be written.
        LibraryError: The library cannot be read.
    """
    with _named_when_whole(file) as part:
        with _writable(file), gzip.open(part, "wb", _LEVEL) as lines:
            async with library.as_it_is() as (schema, tables):

                def write(*told: object) -> None:
                    with _writable(file):
                        lines.write(b"".join(map(_line, told)))

                order = in_order(await tables.every())
                counts = [await tables.count(table) for table in order]
                tell = teller(progress, 2 * sum(counts))
                listed = [
                    {
                        "name": table.name,
                        "columns": table.columns,
                        "points_at": sorted(table.points_at),
                        "rows": count,
                        "last": await tables.last(table),
                    }
                    for table, count in zip(order, counts, strict=True)
                ]
                write(_HEAD | {"at": f"{now:%FT%T}", "schema": schema, "tables": listed})
                for table in order:
                    content = Content()
                    # Closed at once when there is no room: the library is closed behind it.
                    rows = cast("AsyncGenerator[Batch]", tables.rows(table))
                    async with aclosing(rows):
                        async for batch in rows:
                            write(*([*map(_written, row)] for row in batch))
                            content += batch
                            tell(len(batch))
                    write(_footer(table, content))
                write(_END)
        # A backup that cannot be read is found now, and not when it is needed.
        with Backup(part) as backup:
            told = {table.name: Content() for table in backup.order}
            for table in backup.order:
                async for batch in backup.rows(table):
                    told[table.name] += batch
                    tell(len(batch))
    return told


async def restore_backup(
    file: Path, library: Library, progress: Progress | None = None
) -> dict[str, Content]:
    """Make ``library``, which must not be there yet, from a backup; gives what is in each table.

    Raises:
        BackupUnusable: ``file`` is no whole backup, or of a newer Fireside.
        LibraryNotEmpty: There is a library already.
        LibraryDiffers: What was read back is not what was written; nothing is kept.
    """
    with Backup(file) as backup:
        async with library.anew(backup.schema) as tables:
            return await copy_tables(backup, tables, backup.order, progress)


class Backup:
    """The tables of a backup, as `bot.library.base.Tables`; they are read in their ``order``.

    Raises:
        BackupUnusable: It cannot be read, is damaged or cut short, or is of a newer format.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._telling():
            self._lines = gzip.open(file, "rb")  # noqa: SIM115  closed by __exit__
        try:
            with self._telling():
                self._read_head()
        except BaseException:
            self._lines.close()
            raise

    def _read_head(self) -> None:
        head = cast("dict[str, Any]", json.loads(self._lines.readline()))
        if head["fireside"] != "backup":
            raise ValueError("it is something else")
        if head["format"] > FORMAT:
            raise BackupUnusable("backup.too-new", path=str(self._file), version=head["version"])
        self.schema: dict[str, int] = dict(head["schema"])
        self.order: list[Table] = []
        self._listed: dict[str, tuple[int, int | None]] = {}
        for each in head["tables"]:
            table = Table(each["name"], tuple(each["columns"]), frozenset(each["points_at"]))
            self.order.append(table)
            self._listed[table.name] = each["rows"], each["last"]

    def __enter__(self) -> "Backup":
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()

    async def every(self) -> list[Table]:
        """See `Tables.every`."""
        return self.order

    async def count(self, table: Table) -> int:
        """See `Tables.count`."""
        return self._listed[table.name][0]

    async def last(self, table: Table) -> int | None:
        """See `Tables.last`."""
        return self._listed[table.name][1]

    async def rows(self, table: Table) -> AsyncIterator[Batch]:
        """See `Tables.rows`; what they add up to is compared with what was written."""
        content = Content()
        is_over = False
        while not is_over:
            with self._telling():
                batch, footer = self._read_batch()
                content += batch
                is_over = footer is not None
                if is_over and footer != _footer(table, content):
                    raise ValueError(f"the rows of {table.name} are not those that were written")
                if is_over and table == self.order[-1] and not self._is_whole():
                    raise ValueError("its end is missing")
            if batch:
                yield batch

    def _read_batch(self) -> tuple[Batch, dict[str, Any] | None]:
        """Read some rows, and what closes their table when it comes."""
        batch: Batch = []
        while len(batch) < _AT_ONCE:
            told = json.loads(self._lines.readline())
            if isinstance(told, dict):
                return batch, cast("dict[str, Any]", told)
            batch.append(tuple(map(_read, cast("list[Any]", told))))
        return batch, None

    def _is_whole(self) -> bool:
        # Reading on to the end also has gzip compare its own checksum.
        return json.loads(self._lines.readline()) == _END and not self._lines.read(1)

    async def fill(self, table: Table, batches: AsyncIterator[Batch], last: int | None) -> None:
        """See `Tables.fill`: a backup is only read."""
        raise NotImplementedError

    @contextmanager
    def _telling(self) -> Generator[None]:
        """Turn whatever a damaged or foreign file leads to into one sentence."""
        try:
            yield
        except (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError) as error:
            why = error.strerror if isinstance(error, OSError) else None
            why = why or _WHY.get(type(error)) or str(error)
            raise BackupUnusable("backup.damaged", path=str(self._file), why=why) from error


_HEAD: dict[str, object] = {"fireside": "backup", "format": FORMAT, "version": __version__}
_END = {"whole": True}
_WHY: dict[type[Exception], str] = {
    EOFError: "it is cut short",
    gzip.BadGzipFile: "it is not compressed as one",
    json.JSONDecodeError: "it is cut short or something else",
    KeyError: "it is something else",
    TypeError: "it is something else",
    UnicodeDecodeError: "it is something else",
}


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _footer(table: Table, content: Content) -> dict[str, Any]:
    return {"table": table.name, "rows": content.rows, "digest": f"{content.digest:032x}"}


def _written(value: Value) -> object:
    return {"bytes": b64encode(value).decode()} if isinstance(value, bytes) else value


def _read(value: Any) -> Value:
    return (
        b64decode(cast("dict[str, str]", value)["bytes"])
        if isinstance(value, dict)
        else cast("Value", value)
    )


@contextmanager
def _named_when_whole(file: Path) -> Generator[Path]:
    """Lend a temporary name beside ``file``, which gets its own when nothing went wrong.

    Only its owner may read it: it holds what is kept of members.
    """
    if file.exists():
        raise BackupUnusable("backup.exists", path=str(file))
    with _writable(file):
        handle, name = tempfile.mkstemp(".part", f"{file.name}.", file.parent)
        os.close(handle)
    part = Path(name)
    try:
        yield part
        with _writable(file):
            _flush(part)
            if file.exists():
                raise BackupUnusable("backup.exists", path=str(file))
            part.replace(file)
            _flush(file.parent)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _writable(file: Path) -> Generator[None]:
    """Turn what keeps a backup from being written into one sentence."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise BackupUnusable("backup.unwritable", path=str(file), why=why) from error


def _flush(path: Path) -> None:
    """Have what was written reach the disk; a folder too, where the system can do that."""
    with suppress(PermissionError):  # folders on Windows
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
