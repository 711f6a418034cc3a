"""Would a daily story be sent, if it were due now? Looks at everything, posts nothing."""

import discord

from bot import audience as audiences
from bot.daily import FINISHED, DailyStory
from bot.delivery.choosing import pool_of
from bot.delivery.instalments import part_at
from bot.delivery.targets import check_role_and_threads, language_there, place_of
from bot.errors import DeliveryError, StoryNotFound
from bot.house import House
from bot.story import Audience


async def problem_of(client: discord.Client, house: House, daily: DailyStory) -> str:
    """Give the key of the text that says what stands in the way of ``daily``; "" when nothing.

    Whether a person's direct messages are open can only be seen by writing one.

    Raises:
        discord.HTTPException: Discord could not say.
    """
    try:
        audience = await _audience(client, house, daily)
    except DeliveryError as error:
        return error.key
    if daily.place is not None:
        try:
            part = await part_at(house, daily.place, daily.length, audience)
        except StoryNotFound:
            part = None
            if daily.is_named:
                return "daily.paused-story-gone"
        if part is not None:
            return ""
        if daily.is_named:
            return FINISHED
    count = await house.library.count(pool_of(house, daily, audience), audience)
    return "" if count.visible else "daily.paused-no-stories"


async def shortfall_of(client: discord.Client, daily: DailyStory) -> DeliveryError | None:
    """Give what a post of ``daily`` would lack, its role or its thread; None when nothing.

    It comes nevertheless, so this is asked where nothing stands in its way.

    Raises:
        DeliveryError, discord.HTTPException: It cannot come at all, or Discord could not say.
    """
    if daily.member is not None or (daily.role is None and not daily.opens_thread):
        return None
    try:
        check_role_and_threads(await place_of(client, daily.server, daily.channel), daily)
    except DeliveryError as error:
        return error
    return None


async def _audience(client: discord.Client, house: House, daily: DailyStory) -> Audience:
    if daily.member is not None:
        return await audiences.of_member(daily.member, house, language_there(client, daily))
    place = await place_of(client, daily.server, daily.channel)
    return await audiences.of_channel(place, house)
