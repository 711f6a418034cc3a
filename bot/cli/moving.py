"""A library moved from one database to another."""

import click

from bot.cli.wiring import progress_bar, read_settings, run_to_end, stop, with_library
from bot.config import Settings
from bot.errors import ConfigurationError
from bot.library import library_at
from bot.library.base import Library
from bot.library.copying import copy_library
from bot.texts import explain, say


@click.command("migrate-to")
@click.argument("address")
def migrate_to(address: str) -> None:
    """Copy the whole library into an empty one at ADDRESS, and compare all of it."""
    try:
        target = Settings.from_mapping({"DATABASE_URL": address})
    except ConfigurationError as error:
        stop(explain(error))
    run_to_end(_migrate_to(read_settings(), target))


async def _migrate_to(settings: Settings, target: Settings) -> int:
    async def work(source: Library) -> int:
        new = library_at(target.database_url)
        await new.open()
        try:
            with progress_bar(say("cli.moving")) as progress:
                told = await copy_library(source, new, progress)
        finally:
            await new.close()
        rows = sum(content.rows for content in told.values())
        click.echo(say("cli.moved", rows=rows, tables=len(told)))
        return 0

    return await with_library(settings, work)
