"""A library written into one file, and made from it again."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.wiring import progress_bar, read_settings, run_to_end
from bot.config import Settings
from bot.library import library_at
from bot.library.backups import restore_backup, write_backup
from bot.texts import say


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default=Path())
def backup(file: Path) -> None:
    """Write the whole library into FILE while the bot runs; into a folder, with the date as name.

    Without FILE it is written into this folder.
    """
    now = datetime.now(UTC)
    if file.is_dir():
        file /= f"fireside-{now:%Y-%m-%d-%H%M%S}.jsonl.gz"
    run_to_end(_backup(read_settings(), file, now))


async def _backup(settings: Settings, file: Path, now: datetime) -> int:
    with progress_bar(say("backup.writing")) as progress:
        told = await write_backup(library_at(settings.database_url), file, now, progress)
    rows = sum(content.rows for content in told.values())
    size = f"{await asyncio.to_thread(_size, file) / 1e6:.1f}"
    click.echo(say("backup.written", path=str(file), rows=rows, tables=len(told), size=size))
    return 0


def _size(file: Path) -> int:
    return file.stat().st_size


async def restore_library(settings: Settings, file: Path) -> int:
    """Make the library from a backup, and compare all of it."""
    with progress_bar(say("backup.restoring")) as progress:
        told = await restore_backup(file, library_at(settings.database_url), progress)
    rows = sum(content.rows for content in told.values())
    click.echo(say("backup.restored", rows=rows, tables=len(told)))
    return 0
