"""What people hear about a daily story beside the story: its maker, and the log channel."""

import logging
from dataclasses import replace

import discord

from bot.daily import UNREADABLE, DailyStory, Order
from bot.delivery.choosing import pool_of
from bot.delivery.targets import language_there
from bot.house import House
from bot.render import isolate
from bot.replies import NETWORK_ERRORS
from bot.story import Audience
from bot.texts import has_text, say

_log = logging.getLogger(__name__)


def why(daily: DailyStory, language: str) -> str:
    """Say why ``daily`` is paused and what to do."""
    key = daily.paused if has_text(daily.paused) else UNREADABLE
    return say(key, language, channel=f"<#{daily.channel}>")


def name_of(client: discord.Client, daily: DailyStory) -> str:
    """Name a daily story to somebody who may have several: its channel and its server."""
    language = language_there(client, daily)
    if daily.server is None:
        return say("daily.yours", language)
    guild = client.get_guild(daily.server)
    if guild is None:
        return say("daily.in-channel", language, channel=f"<#{daily.channel}>")
    return say(
        "daily.in-server",
        language,
        channel=f"<#{daily.channel}>",
        server=isolate(guild.name),
    )


async def tell_maker(
    client: discord.Client, daily: DailyStory, text: str, view: discord.ui.View | None = None
) -> bool:
    """Write ``text`` to whoever made ``daily``; False where that is not possible."""
    return await write_to(client, daily.made_by, text, view)


async def write_to(
    client: discord.Client, member: int, text: str, view: discord.ui.View | None = None
) -> bool:
    """Write ``text`` into the direct messages of ``member``; False where that is not possible."""
    try:
        person = await client.create_dm(discord.Object(member))
        await _send(person, text, view)
    except (discord.HTTPException, *NETWORK_ERRORS) as error:
        _log.info("Somebody could not be written to: %s", error)
        return False
    return True


async def tell_log_channel(
    client: discord.Client,
    house: House,
    daily: DailyStory,
    text: str,
    view: discord.ui.View | None = None,
) -> bool:
    """Write ``text`` into the server's log channel; False where there is none to write to."""
    return daily.server is not None and await write_to_log(client, house, daily.server, text, view)


async def write_to_log(
    client: discord.Client,
    house: House,
    server: int,
    text: str,
    view: discord.ui.View | None = None,
) -> bool:
    """Write ``text`` into the log channel of ``server``; False where there is none to write to."""
    settings = await house.servers.settings(server)
    if settings.log_channel is None:
        return False
    try:
        await _send(client.get_partial_messageable(settings.log_channel), text, view)
    except (discord.HTTPException, *NETWORK_ERRORS) as error:
        _log.info("The log channel of server %d cannot be used: %s", server, error)
        return False
    return True


async def _send(place: discord.abc.Messageable, text: str, view: discord.ui.View | None) -> None:
    if view is None:
        await place.send(text)
    else:
        await place.send(text, view=view)


async def notice_new_round(
    client: discord.Client, house: House, daily: DailyStory, audience: Audience
) -> DailyStory:
    """Say once in the log channel that a used-up pool starts again."""
    if (
        daily.starts_again
        or daily.member is not None
        or not await _is_used_up(house, daily, audience)
    ):
        return daily
    text = say("daily.starts-again", audience.room_language, channel=f"<#{daily.channel}>")
    if not await tell_log_channel(client, house, daily, text):
        return daily  # said once there is somewhere to say it
    told = replace(daily, starts_again=True)
    return await house.daily_stories.change(daily, told) or told


async def _is_used_up(house: House, daily: DailyStory, audience: Audience) -> bool:
    """Tell whether every story that fits was told, and there are some."""
    if daily.place is not None:
        return False
    wanted = pool_of(house, daily, audience)
    library = house.library
    if daily.order is Order.RANDOM:
        if await library.count_unseen(wanted, audience, daily.room):
            return False
    else:
        at, by_date = daily.progress, daily.order is Order.DATE
        after = (at.day, at.story)
        if not at.story or await library.following(wanted, audience, by_date=by_date, after=after):
            return False
    return bool((await library.count(wanted, audience)).visible)
