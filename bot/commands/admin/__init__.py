"""/fireside-admin: what admins decide for their server."""

from typing import Any

from discord import Permissions, app_commands

from bot.commands.admin import changing, checking, forgetting, placing
from bot.commands.admin.changing import show_settings
from bot.commands.admin.checking import check_server
from bot.commands.shelf import show_library
from bot.controls import Handler, Press
from bot.house import House
from bot.replies import answering

HANDLERS: dict[str, Handler] = {
    **changing.HANDLERS,
    **placing.HANDLERS,
    **checking.HANDLERS,
    **forgetting.HANDLERS,
}


def declare(tree: app_commands.CommandTree[Any], house: House) -> None:
    """Declare the /fireside-admin group; Discord shows it to those who manage the server."""
    group = app_commands.Group(
        name="fireside-admin",
        description="How Fireside behaves on this server",
        default_permissions=Permissions(manage_guild=True),
        guild_only=True,
    )

    @group.command(name="settings")
    @answering(house)
    async def settings(interaction: Press) -> None:
        """Choose where and what Fireside tells on this server"""
        await show_settings(interaction, house)

    @group.command(name="check")
    @answering(house)
    async def check(interaction: Press) -> None:
        """See what is missing on this server, and how to mend it"""
        await check_server(interaction, house)

    @group.command(name="library")
    @answering(house)
    async def library(interaction: Press) -> None:
        """Look after this server's own stories: add some, and decide about suggestions"""
        await show_library(interaction, house)

    tree.add_command(group)


__all__ = ["HANDLERS", "declare"]
