"""Who may change the daily stories of a server."""

from bot import audience as audiences
from bot.controls import Press
from bot.daily import DailyStory
from bot.errors import DeliveryError
from bot.house import House
from bot.story import Audience


async def admin_audience(interaction: Press, house: House) -> Audience:
    """Give the audience of somebody who may manage the server.

    Raises:
        DeliveryError: They may not, or the bot is not in the server.
    """
    audience = await audiences.of(interaction, house)
    if audience.server is None:
        raise DeliveryError("daily.only-in-servers")
    # Who may use the command is Discord's to say (a server can allow it to anybody in
    # its Integrations), and what stands in its private answers was given to them alone.
    message = interaction.message
    given = message is None or message.flags.ephemeral
    if not (given or interaction.permissions.manage_guild):
        raise DeliveryError("daily.only-admins")
    return audience


async def own_daily(interaction: Press, house: House, ident: int) -> DailyStory:
    """Give a daily story of the server where the press came from.

    Raises:
        DeliveryError: It was removed, or belongs to another server.
    """
    daily = await house.daily_stories.find(ident)
    if daily is None or daily.server is None or daily.server != interaction.guild_id:
        raise DeliveryError("daily.gone")
    return daily
