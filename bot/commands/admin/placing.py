"""The reading desk put into a channel, and pinned there where that is allowed."""

from collections.abc import Sequence
from dataclasses import replace

import discord

from bot.commands.admin.allowed import admin_audience, guild_of
from bot.commands.admin.changing import redraw
from bot.commands.admin.panel import draw
from bot.commands.desk import desk_message
from bot.controls import Handler, Press, chosen
from bot.delivery.targets import place_of
from bot.house import House
from bot.replies import NETWORK_ERRORS, answer
from bot.texts import say

# Discord: no longer there, not ours to see.
_GONE = (discord.NotFound, discord.Forbidden)


async def _pressed_place(interaction: Press, house: House, _: Sequence[str]) -> None:
    """Place the desk, pin it, and take the one that stood elsewhere away."""
    audience = await admin_audience(interaction, house)
    if not chosen(interaction):
        await redraw(interaction, house, audience, "desk")
        return
    guild = guild_of(interaction)
    place = await place_of(interaction.client, guild.id, int(chosen(interaction)))
    await interaction.response.defer()
    content, view = desk_message(audience.room_language)
    message = await place.send(content, view=view)
    before = (await house.servers.settings(guild.id)).desk
    await house.servers.adjust(
        guild.id, lambda settings: replace(settings, desk=(place.id, message.id))
    )
    if before is not None:
        await take_away(interaction.client, before)
    content, view = await draw(interaction, house, audience, "desk")
    await interaction.edit_original_response(content=content, view=view)
    if not await _pin(message):
        language = audience.language
        text = say("settings.not-pinned", language, channel=f"<#{place.id}>")
        await answer(interaction, [text], private=True)


async def _pin(message: discord.Message) -> bool:
    try:
        await message.pin()
    except (discord.HTTPException, *NETWORK_ERRORS):
        return False
    return True


async def _pressed_remove(interaction: Press, house: House, _: Sequence[str]) -> None:
    audience = await admin_audience(interaction, house)
    server = guild_of(interaction).id
    before = (await house.servers.settings(server)).desk
    await house.servers.adjust(server, lambda settings: replace(settings, desk=None))
    await redraw(interaction, house, audience, "desk")
    if before is not None:
        await take_away(interaction.client, before)


async def take_away(client: discord.Client, desk: tuple[int, int]) -> None:
    """Delete the message of a reading desk."""
    channel, message = desk
    try:
        await client.get_partial_messageable(channel).get_partial_message(message).delete()
    except (*_GONE, *NETWORK_ERRORS):  # gone, or not ours to remove: its buttons work on
        return


HANDLERS: dict[str, Handler] = {"desk-place": _pressed_place, "desk-remove": _pressed_remove}
