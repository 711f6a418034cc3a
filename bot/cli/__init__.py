"""The command line: reads argv and the environment, wires the parts, prints.

One file per area of commands; ``wiring`` holds what they share. To add a
command, write it as a ``click.command`` and name it in `COMMANDS`.
"""

import click

from bot import __version__
from bot.cli.backups import backup
from bot.cli.characters import characters
from bot.cli.curating import edit, hide, list_, restore
from bot.cli.doctor import doctor
from bot.cli.exporting import export_
from bot.cli.importing import import_
from bot.cli.live import run, try_
from bot.cli.moving import migrate_to
from bot.cli.rights import decide, reports, takedown
from bot.cli.schedules import schedules
from bot.cli.searching import search
from bot.cli.showing import show

COMMANDS: tuple[click.Command, ...] = (
    run,
    try_,
    import_,
    show,
    export_,
    list_,
    edit,
    hide,
    search,
    characters,
    schedules,
    doctor,
    migrate_to,
    backup,
    restore,
    reports,
    decide,
    takedown,
)


@click.group()
@click.version_option(__version__, prog_name="fireside")
def main() -> None:
    """Fireside: a Discord bot that tells stories."""


for command in COMMANDS:
    main.add_command(command)
