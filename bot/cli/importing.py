"""Story files onto the operator's shelf, and what became of each."""

import json
import shutil
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.catalogue import Catalogue, FileReport
from bot.catalogue.folder import STANDARD_INPUT
from bot.catalogue.readers import processors
from bot.catalogue.telling import tell as tell_in_words
from bot.cli.wiring import (
    is_new_file,
    read_settings,
    reading_bar,
    run_to_end,
    stop,
    with_library,
)
from bot.config import Settings
from bot.library.base import Library
from bot.observe import start_logging
from bot.texts import say


@click.command("import")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and judge everything, keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per story.")
@click.option("--remove-missing", is_flag=True, help="Also hide the stories whose files are gone.")
@click.option("--undo", is_flag=True, help="Undo the whole last import; takes no PATHS.")
def import_(
    paths: tuple[Path, ...], dry_run: bool, as_json: bool, remove_missing: bool, undo: bool
) -> None:
    """Read story files and folders onto the operator's shelf; "-" is standard input."""
    if undo and (paths or dry_run or remove_missing):
        raise click.UsageError(say("cli.undo-alone"))
    if not undo and not paths:
        raise click.UsageError(say("cli.import-what"))
    settings = read_settings()
    start_logging("warning", settings.log_format)
    if undo:
        run_to_end(_undo(settings, as_json))
    run_to_end(_import(settings, paths, dry_run, as_json, remove_missing))


async def _import(
    settings: Settings,
    paths: tuple[Path, ...],
    dry_run: bool,
    as_json: bool,
    remove_missing: bool,
) -> int:
    def tell(report: FileReport) -> None:
        if as_json:
            click.echo(json.dumps(report.told, ensure_ascii=False))
        elif report.outcome != "unchanged":
            click.echo(_in_full(report) if dry_run else _import_line(report))

    async def work(library: Library) -> int:
        catalogue = Catalogue(
            library, settings, now=lambda: datetime.now(UTC), workers=processors()
        )
        with reading_bar() as progress, _piped(paths) as standard_input:
            report = await catalogue.import_paths(
                paths,
                tell,
                dry_run=dry_run,
                remove_missing=remove_missing,
                progress=progress,
                standard_input=standard_input,
            )
        sums = report.sums.sentences() if dry_run else report.sums.links()
        for sentence in (*sums, report.line()):
            click.echo(sentence, err=as_json)
        if dry_run:
            click.echo(say("cli.nothing-kept"), err=as_json)
        return 1 if report.counts.get("refused") else 0

    if dry_run and is_new_file(settings):
        # Nothing is kept, so there is no reason to leave an empty library behind.
        with tempfile.TemporaryDirectory() as folder:
            elsewhere = replace(settings, database_url=f"sqlite:///{folder}/library.db")
            return await with_library(elsewhere, work)
    return await with_library(settings, work)


@contextmanager
def _piped(paths: Sequence[Path]) -> Generator[Path | None]:
    """Give where standard input lies as a file, when it is asked for, until all is read.

    It may have any size, and a reader may have to look at it twice.
    """
    if STANDARD_INPUT not in map(str, paths):
        yield None
        return
    with tempfile.NamedTemporaryFile(prefix="fireside-") as spooled:
        shutil.copyfileobj(sys.stdin.buffer, spooled)
        spooled.flush()
        yield Path(spooled.name)


async def _undo(settings: Settings, as_json: bool) -> int:
    async def work(library: Library) -> int:
        undone = await Catalogue(library, settings, now=lambda: datetime.now(UTC)).undo()
        if undone is None:
            stop(say("cli.nothing-to-undo"))
        if as_json:
            told = {"what": undone.run.what, "at": undone.run.at.isoformat()}
            told |= {name: getattr(undone, name) for name in ("removed", "restored", "left")}
            click.echo(json.dumps(told, ensure_ascii=False))
            return 0
        at = f"{undone.run.at.astimezone():%Y-%m-%d %H:%M}"
        click.echo(say("cli.undone", what=undone.run.what, at=at))
        click.echo(say("cli.undone-removed", count=len(undone.removed)))
        if undone.restored:
            click.echo(say("cli.undone-restored", count=len(undone.restored)))
        if undone.left:
            numbers = ", ".join(map(str, undone.left))
            click.echo(say("cli.undone-left", count=len(undone.left), numbers=numbers))
        if undone.in_folder:
            click.echo(say("cli.undone-in-folder", count=undone.in_folder))
        return 0

    return await with_library(settings, work)


def _in_full(report: FileReport) -> str:
    """Write down all that is known of a file: a line for each fact, then what to know."""
    told = tell_in_words(report)
    width = max((len(row.label) for row in told.rows), default=0)
    lines = [f"{told.heading}: {told.outcome}"]
    for row in told.rows:
        origin = f" ({row.origin})" if row.origin else ""
        lines.append(f"    {row.label:<{width}}  {row.value}{origin}")
    return "\n".join([*lines, *(f"    {note}" for note in told.notes), ""])


def _import_line(report: FileReport) -> str:
    told = report.told
    if report.outcome == "refused":
        return f"{told['path']}: {say('cli.refused', reason=told['reason'])}"
    line = say(
        "cli.import-line",
        path=told["path"],
        outcome=report.outcome,
        title=told["title"],
        words=told["words"],
        rating=told["rating"],
        origin=told["rating_origin"],
    )
    return "\n".join([line, *(f"    {message}" for message in told["messages"])])
