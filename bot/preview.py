"""`try`: the real bot in a page on this machine that looks like Discord.

simcord plays Discord's part: the client, its commands and its library are the
ones that go live. Everything is thrown away at the end.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import discord
import simcord

from bot.catalogue import Progress
from bot.client import StoryClient, create_client
from bot.commands.helping import reading_buttons
from bot.config import Settings
from bot.controls import controls
from bot.texts import say

LANGUAGE = "en"


class PortTaken(Exception):
    """The port that was asked for cannot be served."""


async def serve(
    settings: Settings,
    *,
    restricted: bool,
    port: int | None,
    tell: Callable[[str], None],
    progress: Progress | None = None,
) -> None:
    """Serve the page until it is cancelled; ``tell`` is given its address, once."""
    with TemporaryDirectory(prefix="fireside-try-") as folder:
        database = Path(folder) / "library.db"
        local = replace(settings, database_url=f"sqlite:///{database}", discord_token="")
        client = create_client(local, progress=progress)
        try:
            async with simcord.run(client, shard_count=1, check_errors=False) as env:
                await _serve_channel(env, client, restricted=restricted, port=port, tell=tell)
        finally:
            await client.close()


async def _serve_channel(
    env: simcord.Env,
    client: StoryClient,
    *,
    restricted: bool,
    port: int | None,
    tell: Callable[[str], None],
) -> None:
    assert client.user is not None
    await client.user.edit(username="Fireside")
    guild = env.create_guild("Fireside")
    channel = guild.create_text_channel("after-dark" if restricted else "general")
    await env.settle()
    if restricted:
        mark_age_restricted(client, guild.id, channel.id)
    rights = discord.Permissions(manage_guild=True, manage_messages=True)
    admins = guild.create_role("Admins", permissions=rights)
    admin = guild.add_member(env.create_user("Ada (admin)"), roles=[admins])
    member = guild.add_member(env.create_user("Ben (member)"))
    await env.settle()
    place = cast("discord.TextChannel", client.get_channel(channel.id))
    await place.send(say("try.welcome", LANGUAGE), view=controls(reading_buttons(LANGUAGE)))
    page = env.preview(channel, viewers=[member, admin], layout="channel", port=port)
    try:
        await page.__aenter__()
    except (OSError, simcord.SetupError) as error:
        if port is None:
            raise
        raise PortTaken from error
    try:
        tell(page.url)
        await page.wait_closed()
    finally:
        await page.close()


def mark_age_restricted(client: discord.Client, guild: int, channel: int) -> None:
    """Make a channel of simcord's age-restricted, which simcord itself does not know.

    The client is handed what Discord would send, so it stays the shipped client.
    """
    place = cast("discord.TextChannel", client.get_channel(channel))
    payload: dict[str, Any] = {
        "id": str(channel),
        "guild_id": str(guild),
        "type": 0,
        "name": place.name,
        "position": place.position,
        "nsfw": True,
        "permission_overwrites": [
            {"id": str(o.id), "type": o.type, "allow": str(o.allow), "deny": str(o.deny)}
            for o in place._overwrites  # pyright: ignore[reportPrivateUsage]
        ],
    }
    client._connection.parse_channel_update(cast("Any", payload))  # pyright: ignore[reportPrivateUsage]
