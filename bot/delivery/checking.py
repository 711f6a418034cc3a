"""Would a daily story be sent, if it were due now? Looks at everything, posts nothing."""

import discord

from bot import audience as audiences
from bot.daily import DailyStory
from bot.delivery.targets import place_of
from bot.errors import DeliveryError
from bot.house import House
from bot.reading import for_random
from bot.texts import FALLBACK


async def problem_of(client: discord.Client, house: House, daily: DailyStory) -> str:
    """Give the key of the text that says what stands in the way of ``daily``; "" when nothing.

    Whether a person's direct messages are open can only be seen by writing one.

    Raises:
        discord.HTTPException: Discord could not say.
    """
    if daily.member is not None:
        audience = audiences.of_member(daily.member, house, FALLBACK)
    else:
        try:
            place = await place_of(client, daily.server, daily.channel)
        except DeliveryError as error:
            return error.key
        audience = await audiences.of_channel(place, house)
    wanted = for_random(daily.wanted(house.settings.drabble_max_words), audience)
    count = await house.library.count(wanted, audience)
    return "" if count.visible else "daily.paused-no-stories"
