"""Resume: a paused daily story goes on, once what stopped it is really gone.

Pressed in the server, in its log channel, or by whoever set it up in the
message that told of the pause.
"""

from collections.abc import Sequence
from dataclasses import replace

import discord

from bot import audience as audiences
from bot.commands.allowed import decides_here
from bot.commands.daily.allowed import asker, change
from bot.commands.daily.telling import next_times, order_of
from bot.controls import Handler, Press, Style, button, controls
from bot.daily import PAUSED_BY_ADMIN, UNFINISHED, DailyStory
from bot.delivery.checking import problem_of
from bot.delivery.telling import why
from bot.errors import DeliveryError
from bot.house import House
from bot.replies import answer
from bot.texts import say

CLOSED = "daily.messages-closed"


async def _pressed_resume(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily = await house.daily_stories.find(int(values[0]))
    if daily is None or daily.paused == UNFINISHED:
        raise DeliveryError("daily.gone")
    await _require_right(interaction, daily)
    problem = await problem_of(interaction.client, house, daily)
    if problem:
        await _refuse(interaction, house, daily, problem)
        return
    ready = replace(daily, paused="").scheduled(house.now())
    language, locale = audiences.language_of(interaction), str(interaction.locale)
    who = await asker(interaction, house, ready)
    text = say(
        "daily.resumed",
        language,
        order=await order_of(house, ready, who, locale),
        times=next_times(ready, house.now(), language, locale),
    )
    if ready.member is not None:
        await _resume_own(interaction, house, daily, ready, text)
        return
    await change(house, daily, ready)
    pause = button(say("button.pause", language), "daily-pause", ready.id, style=Style.secondary)
    row = [pause] if interaction.guild_id is not None else []
    await answer(interaction, [text], controls(row), private=True)


async def _refuse(interaction: Press, house: House, daily: DailyStory, problem: str) -> None:
    """Say what is still in the way; the button stays, for when that is done."""
    language = audiences.language_of(interaction)
    daily = await change(house, daily, replace(daily, paused=problem))
    again = button(say("button.resume", language), "daily-resume", daily.id)
    text = say("daily.not-resumed", language, why=why(daily, language))
    await answer(interaction, [text], controls([again]), private=True)


async def _resume_own(
    interaction: Press, house: House, daily: DailyStory, ready: DailyStory, text: str
) -> None:
    """Let somebody's own go on: whether their messages are open shows when one is written."""
    language = audiences.language_of(interaction)
    is_here = interaction.guild_id is None
    await interaction.response.defer(ephemeral=not is_here, thinking=not is_here)
    stop = button(say("button.stop", language), "unsubscribe", ready.id)
    edit = button(say("button.change", language), "daily-open", ready.id)
    try:
        await interaction.user.send(text, view=controls([edit, stop]))
    except discord.Forbidden:
        await _refuse(interaction, house, daily, CLOSED)
        return
    await change(house, daily, ready)
    if is_here:
        await interaction.edit_original_response(view=None)
    else:
        await answer(interaction, [text], private=True)


async def _require_right(interaction: Press, daily: DailyStory) -> None:
    """Let only those go on who may resume it: their own, or one of a server they manage.

    Raises:
        DeliveryError: They may not.
    """
    if daily.server is None:
        if daily.member != interaction.user.id:
            raise DeliveryError("daily.gone")
        return
    if daily.server == interaction.guild_id:
        if not decides_here(interaction):
            raise DeliveryError("daily.only-admins")
        return
    # Pressed in direct messages: whether they still manage the server is asked now.
    if daily.made_by != interaction.user.id or daily.paused == PAUSED_BY_ADMIN:
        raise DeliveryError("daily.resume-there")
    guild = interaction.client.get_guild(daily.server)
    if guild is None:
        raise DeliveryError("daily.not-in-server")
    try:
        member = await guild.fetch_member(interaction.user.id)
    except discord.HTTPException:
        raise DeliveryError("daily.resume-there") from None
    if not member.guild_permissions.manage_guild:
        raise DeliveryError("daily.only-admins")


HANDLERS: dict[str, Handler] = {"daily-resume": _pressed_resume}
