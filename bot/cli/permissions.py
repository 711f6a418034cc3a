"""Whether every daily story could be posted now, asked of Discord; nothing is posted.

A client of its own is on Discord for as long as that takes. It hears what the
bot hears and answers nothing, so a bot that runs meanwhile is not disturbed.
Whether somebody's direct messages are open shows only when one is written, so
what people get there is left out.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

import aiohttp
import discord
from discord.http import Route

from bot.client import rest_base
from bot.config import Settings
from bot.daily import CANNOT_BE_READ, DailyStory, daily_of
from bot.delivery.checking import problem_of, shortfall_of
from bot.house import House, build_house
from bot.library.base import Library
from bot.replies import NETWORK_ERRORS
from bot.texts import FALLBACK, explain, say

_CLOSING = 5  # seconds


@dataclass(frozen=True, slots=True)
class Asked:
    """What Discord said of a daily story: why it cannot come, or what it would lack; "" if not."""

    daily: int
    server: int | None
    channel: int | None
    broken: str = ""
    lacking: str = ""


def create_client(
    settings: Settings, connector: aiohttp.BaseConnector | None = None
) -> discord.AutoShardedClient:
    """Make a client that knows servers and channels, and answers nothing.

    Args:
        settings: Where Discord is reached.
        connector: Used for everything that goes to Discord; made inside the running loop.
    """
    if settings.discord_api_url:
        Route.BASE = rest_base(settings.discord_api_url)
    return discord.AutoShardedClient(
        intents=discord.Intents(guilds=True),
        connector=connector,
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
    )


async def ask(settings: Settings, library: Library, now: datetime) -> AsyncGenerator[Asked]:
    """Ask for every daily story that runs in a server.

    Raises:
        discord.DiscordException, NETWORK_ERRORS: Discord could not be reached, or does not
            know the token.
    """
    house = build_house(settings, library, now=lambda: now, rng=Random())
    async with _on_discord(settings) as client:
        for stored in await library.every_schedule():
            if stored.paused or stored.server in (None, *settings.blocked_servers):
                continue
            try:
                daily = daily_of(stored)
            except CANNOT_BE_READ:
                continue  # told as unreadable, whatever Discord says
            yield await _asked(client, house, daily)


@asynccontextmanager
async def _on_discord(settings: Settings) -> AsyncGenerator[discord.Client]:
    """Give a client that knows all its servers."""
    async with create_client(settings) as client:
        await client.login(settings.discord_token)
        connection = asyncio.create_task(client.connect())
        ready = asyncio.create_task(client.wait_until_ready())
        try:
            await asyncio.wait({connection, ready}, return_when=asyncio.FIRST_COMPLETED)
            if connection.done():
                await connection
            yield client
        finally:
            ready.cancel()
            await client.close()
            await asyncio.wait({connection}, timeout=_CLOSING)


async def _asked(client: discord.Client, house: House, daily: DailyStory) -> Asked:
    asked = Asked(daily.id, daily.server, daily.channel)
    try:
        if problem := await problem_of(client, house, daily):
            return replace(asked, broken=say(problem, FALLBACK, channel=f"channel {daily.channel}"))
        lacking = await shortfall_of(client, daily)
    except (discord.HTTPException, *NETWORK_ERRORS) as error:
        return replace(asked, broken=say("doctor.unclear", why=str(error)))
    return replace(asked, lacking=explain(lacking) if lacking else "")
