"""The offer of a first daily story, to somebody who manages a server that has nothing set up."""

from typing import cast

from bot import audience as audiences
from bot.commands.daily.telling import set_up_button
from bot.controls import Press, controls
from bot.house import House
from bot.replies import answer
from bot.texts import say

DAILY_STORY = "daily-story"
# The commands that lead there themselves.
_OFFER_IT = (DAILY_STORY, "fireside-admin", "fireside help")


async def offer_first_daily(interaction: Press, house: House) -> None:
    """Offer a daily story, once, to somebody who manages a server that has nothing set up."""
    server = interaction.guild_id
    if server is None or interaction.client.get_guild(server) is None:
        return
    if not interaction.permissions.manage_guild or not interaction.response.is_done():
        return
    command = interaction.command
    if command is not None and command.qualified_name.startswith(_OFFER_IT):
        return
    if (await house.servers.settings(server)).is_known:
        return
    await house.servers.change(server)  # offered once, whatever they answer
    language = audiences.language_of(interaction)
    row = [set_up_button(language, cast("int", interaction.channel_id))]
    await answer(interaction, [say("daily.offer", language)], controls(row), private=True)
