"""A shelf to fill: a catalogue with its folder, its library and its clock."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.catalogue import Catalogue
from bot.catalogue.reports import FileReport, ShelfReport
from bot.importers.worker import Limits
from bot.library import library_at
from bot.library.base import Filter, Library
from tests.library_contract import EVERYONE, chapters_in
from tests.stage import Clock, settings_for

COUNTED = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def words_of(number: int) -> str:
    """Write a text that no other number has."""
    spelt = " ".join(COUNTED[int(digit)] for digit in str(number))
    return f"The lamp burned for {spelt} nights. Nobody came to put it out."


class Shelf:
    """A catalogue with its folder, its library and its clock."""

    def __init__(self, folder: Path, library: Library, catalogue: Catalogue, clock: Clock) -> None:
        self.folder = folder
        self.library = library
        self.catalogue = catalogue
        self.clock = clock

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def fill(self, count: int) -> list[Path]:
        return [self.write(f"tale {n:03}.txt", words_of(n)) for n in range(count)]

    async def sync(self, *, remove_missing: bool = False) -> ShelfReport:
        return await self.catalogue.sync(remove_missing=remove_missing)

    async def imported(
        self, *paths: Path, dry_run: bool = False, remove_missing: bool = False
    ) -> tuple[ShelfReport, list[FileReport]]:
        told: list[FileReport] = []
        report = await self.catalogue.import_paths(
            paths, told.append, dry_run=dry_run, remove_missing=remove_missing
        )
        return report, told

    async def ids(self) -> dict[str, int]:
        """Give the visible stories: first line of the text to id."""
        cards = await self.library.listing(Filter(), EVERYONE, 0, 1_000)
        return {
            (await chapters_in(self.library, card.id))[0].text.strip(): card.id for card in cards
        }

    async def texts(self) -> set[str]:
        return set(await self.ids())


@asynccontextmanager
async def shelf_at(
    tmp_path: Path, clock: Clock, limits: Limits | None = None
) -> AsyncGenerator[Shelf]:
    """Give a shelf with an empty folder."""
    folder = tmp_path / "stories"
    folder.mkdir()
    settings = settings_for(tmp_path, folder)
    library = library_at(settings.database_url)
    await library.open()
    try:
        yield Shelf(folder, library, Catalogue(library, settings, now=clock, limits=limits), clock)
    finally:
        await library.close()


def touched(path: Path, seconds: int = 5) -> None:
    """Make ``path`` look as if it had been written later."""
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + seconds * 10**9))


def replaced_in_secret(path: Path, text: str) -> None:
    """Put other bytes into ``path`` that its size and time do not show."""
    stat = path.stat()
    assert len(text.encode()) == stat.st_size
    path.write_text(text, "utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
