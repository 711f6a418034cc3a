"""The slash commands, one file per area: each body asks, then sends.

`declare` puts every command on a tree; `HANDLERS` answers every button.
"""

from typing import Any

from discord import app_commands

from bot import pages
from bot.commands import (
    about,
    admin,
    daily,
    desk,
    find,
    mine,
    own_daily,
    page_menu,
    privacy,
    read,
    rights,
    shelf,
)
from bot.controls import Handler
from bot.house import House

HANDLERS: dict[str, Handler] = {
    **pages.HANDLERS,
    **read.HANDLERS,
    **find.HANDLERS,
    **mine.HANDLERS,
    **page_menu.HANDLERS,
    **rights.HANDLERS,
    **privacy.HANDLERS,
    **daily.HANDLERS,
    **admin.HANDLERS,
    **desk.HANDLERS,
    **own_daily.HANDLERS,
    **shelf.HANDLERS,
}


def declare(tree: app_commands.CommandTree[Any], house: House) -> None:
    """Declare every command on ``tree``; needs no connection."""
    for area in (read, mine, page_menu, find, daily, about, admin):
        area.declare(tree, house)
    for command in tree.get_commands():
        # What is for servers only says so itself; the rest is used anywhere.
        if getattr(command, "guild_only", False):
            command.allowed_installs = app_commands.AppInstallationType(guild=True, user=False)
            command.allowed_contexts = app_commands.AppCommandContext(guild=True)
        else:
            command.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
            command.allowed_contexts = app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            )
