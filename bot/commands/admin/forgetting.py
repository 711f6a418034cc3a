"""Everything of a server forgotten at once, when its admins want that."""

from collections.abc import Sequence

from bot.commands.admin.allowed import admin_audience, guild_of
from bot.commands.admin.placing import take_away
from bot.controls import Handler, Press, Style, button, controls
from bot.errors import NotAllowed
from bot.house import House
from bot.replies import answer
from bot.retention import forget_server
from bot.story import Audience
from bot.texts import say

# What is named before it goes: the table it is counted in, and the text.
NAMED = (
    ("server", "forgetting.settings"),
    ("schedule", "forgetting.dailies"),
    ("story", "forgetting.stories"),
    ("submission", "forgetting.submissions"),
    ("server_story", "forgetting.decisions"),
    ("collection", "forgetting.collections"),
    ("shown", "forgetting.shown"),
)


async def _manager(interaction: Press, house: House) -> Audience:
    """Give the audience of somebody who manages the server; no role is enough for this.

    Raises:
        NotAllowed: They do not.
    """
    audience = await admin_audience(interaction, house)
    if not interaction.permissions.manage_guild:
        raise NotAllowed("settings.only-admins")
    return audience


async def _pressed_ask(interaction: Press, house: House, _: Sequence[str]) -> None:
    """Name everything that would go, and ask once more."""
    language = (await _manager(interaction, house)).language
    kept = await house.library.count_of_server(guild_of(interaction).id)
    lines = [f"- {say(key, language, count=kept[table])}" for table, key in NAMED if table in kept]
    if not lines:
        await answer(interaction, [say("forgetting.nothing", language)], private=True)
        return
    content = "\n".join(
        [say("forgetting.heading", language), *lines, say("forgetting.warning", language)]
    )
    row = [
        button(say("button.forget-server-sure", language), "server-forget", style=Style.danger),
        button(say("button.back", language), "settings", ""),
    ]
    await interaction.response.edit_message(content=content, view=controls(row))


async def _pressed_forget(interaction: Press, house: House, _: Sequence[str]) -> None:
    language = (await _manager(interaction, house)).language
    server = guild_of(interaction).id
    desk = (await house.servers.settings(server)).desk
    await forget_server(house, server)
    text = say("forgetting.done", language)
    await interaction.response.edit_message(content=text, view=None)
    if desk is not None:
        await take_away(interaction.client, desk)


HANDLERS: dict[str, Handler] = {"server-ask": _pressed_ask, "server-forget": _pressed_forget}
