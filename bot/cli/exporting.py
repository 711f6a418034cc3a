"""Stories written out as files that are read again as the same stories."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.catalogue import Catalogue
from bot.catalogue.exporting import Exported, export, file_stem
from bot.cli.wiring import read_settings, run_to_end, stop, with_library
from bot.config import Settings
from bot.library.base import OPERATOR_SHELF, Library
from bot.library.records import story_of
from bot.prose.names import Aliases
from bot.story import Origin, Story
from bot.texts import say

_AT_ONCE = 200  # stories read from the library together


@click.command("export")
@click.argument("story", type=int, nargs=-1)
@click.option("--all", "is_all", is_flag=True, help="Every story of your shelf that is shown.")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder the files go to; one story may go to standard output.",
)
def export_(story: tuple[int, ...], is_all: bool, folder: Path | None) -> None:
    """Write stories as Markdown files that import to the same."""
    if bool(story) == is_all:
        raise click.UsageError(say("cli.export-what"))
    if folder is None and (is_all or len(set(story)) > 1):
        raise click.UsageError(say("cli.export-where"))
    settings = read_settings()
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            stop(say("cli.export-failed", path=str(folder), why=error.strerror or str(error)))
    run_to_end(_export(settings, tuple(dict.fromkeys(story)), folder))


async def _export(settings: Settings, stories: tuple[int, ...], folder: Path | None) -> int:
    async def work(library: Library) -> int:
        catalogue = Catalogue(library, settings, now=lambda: datetime.now(UTC))
        await catalogue.read_aliases()
        given: set[str] = set()
        refused = 0
        async for number, story, walls in _kept(library, stories):
            # A name that says something would be taken for the title.
            is_derived = story.title_origin is Origin.DERIVED
            stem = str(number) if is_derived else file_stem(story.title)
            if stem.casefold() in given:
                stem = f"{stem} {number}"
            given.add(stem.casefold())
            done = _exported(story, stem, walls, catalogue.aliases, settings)
            if done.lost:
                what = ", ".join(done.lost)
                told = say("cli.export-lost", story=str(number), title=story.title, what=what)
                click.echo(told, err=True)
            if folder is None:
                click.echo(done.text, nl=False)
            else:
                refused += not _put(folder / f"{stem}.md", done.text)
        if folder is not None:
            click.echo(say("cli.exported", count=len(given) - refused, path=str(folder)))
        return 1 if refused else 0

    return await with_library(settings, work)


def _exported(
    story: Story, stem: str, walls: frozenset[int], aliases: Aliases, settings: Settings
) -> Exported:
    rating = settings.default_rating
    return export(story, stem, walls=walls, aliases=aliases, default_rating=rating)


async def _kept(
    library: Library, stories: tuple[int, ...]
) -> AsyncIterator[tuple[int, Story, frozenset[int]]]:
    """Give the stories with these numbers, or all; an unknown number ends it before any."""
    if not stories:
        after = 0
        while page := await library.on_shelf(OPERATOR_SHELF, after, _AT_ONCE, hidden=False):
            after = page[-1].id
            stories += tuple(each.id for each in page)
    for number in stories:
        if await library.shelved(number) is None:
            stop(say("cli.no-story", story=str(number)))
    for number in stories:
        written = await library.written(number)
        if written is not None:
            walls = frozenset(at for at, told in enumerate(written.chapters) if told[5])
            yield number, story_of(written), walls


def _put(path: Path, text: str) -> bool:
    """Write a new file; one that is there stays as it is, and that is told."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        click.echo(say("cli.export-exists", path=str(path)), err=True)
        return False
    except OSError as error:
        stop(say("cli.export-failed", path=str(path), why=error.strerror or str(error)))
    return True
