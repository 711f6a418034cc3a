"""What a person does about daily stories of their own: get one, stop it, resume one.

Only the person who presses is ever subscribed, and every post carries Stop.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord

from bot import audience as audiences
from bot.commands.daily.telling import sentence
from bot.controls import Handler, Press, Style, button, controls
from bot.daily import MOST_OF_A_MEMBER, PAUSED_BY_ADMIN, DailyStory
from bot.delivery.checking import problem_of
from bot.delivery.telling import why
from bot.errors import DeliveryError
from bot.house import House
from bot.reading import for_random
from bot.replies import answer
from bot.texts import say


async def _pressed_subscribe(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Send the person who pressed the same every day, in direct messages."""
    model = await house.daily_stories.find(int(values[0]))
    if model is None:
        raise DeliveryError("daily.gone")
    await subscribe(interaction, house, model)


async def subscribe(interaction: Press, house: House, model: DailyStory) -> None:
    """Send the person who pressed what ``model`` sends, in direct messages.

    Raises:
        DeliveryError: They have too many, nothing fits, or their messages are closed.
    """
    language = audiences.language_of(interaction)
    mine = await house.daily_stories.of_member(interaction.user.id)
    twin = next((each for each in mine if _is_same(each, model)), None)
    if twin is not None and not twin.paused:
        await _tell(interaction, say("subscribe.already", language), [_stop(twin, language)])
        return
    if len(mine) >= MOST_OF_A_MEMBER:
        raise DeliveryError("subscribe.too-many", most=MOST_OF_A_MEMBER)
    if interaction.guild_id is not None:
        # Opening direct messages can take longer than the three seconds Discord gives.
        await interaction.response.defer(ephemeral=True, thinking=True)
    audience = audiences.of_member(interaction.user.id, house, language)
    wanted = for_random(model.wanted(house.settings.drabble_max_words), audience)
    if not (await house.library.count(wanted, audience)).visible:
        raise DeliveryError("subscribe.nothing-fits")
    daily = twin or DailyStory(
        id=0,
        rule=model.rule,
        what=model.what,
        made_by=interaction.user.id,
        member=interaction.user.id,
        filter=model.filter,
    )
    if twin is None:
        daily = await house.daily_stories.add(daily)
    else:
        daily = replace(twin, paused="").scheduled(house.now())
        await house.daily_stories.change(daily)
    text = say(
        "subscribe.done",
        language,
        order=sentence(daily, language, str(interaction.locale)),
        first=f"<t:{int(daily.next_due.timestamp())}:F>" if daily.next_due else "–",
    )
    try:
        await interaction.user.send(text, view=controls([_stop(daily, language)]))
    except discord.Forbidden:
        if twin is None:
            await house.daily_stories.remove(daily.id)
        raise DeliveryError("subscribe.closed") from None
    await _tell(interaction, text, [_stop(daily, language)])


def _is_same(daily: DailyStory, model: DailyStory) -> bool:
    return (daily.rule, daily.what, daily.filter) == (model.rule, model.what, model.filter)


def _stop(daily: DailyStory, language: str) -> Any:
    return button(say("button.stop", language), "unsubscribe", daily.id)


async def _tell(interaction: Press, text: str, row: list[Any]) -> None:
    await answer(interaction, [text], controls(row), private=interaction.guild_id is not None)


async def _pressed_unsubscribe(interaction: Press, house: House, values: Sequence[str]) -> None:
    language = audiences.language_of(interaction)
    daily = await house.daily_stories.find(int(values[0]))
    if daily is not None and daily.member != interaction.user.id:
        raise DeliveryError("daily.gone")
    if daily is not None:
        await house.daily_stories.remove(daily.id)
    private = interaction.guild_id is not None
    await answer(interaction, [say("subscribe.stopped", language)], private=private)


async def _pressed_resume(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Let a paused daily story go on; pressed in its server, or by its maker in a message."""
    language = audiences.language_of(interaction)
    daily = await house.daily_stories.find(int(values[0]))
    if daily is None:
        raise DeliveryError("daily.gone")
    await _require_right_to_resume(interaction, daily)
    problem = await problem_of(interaction.client, house, daily)
    if problem:
        daily = replace(daily, paused=problem)
        await house.daily_stories.change(daily)
        again = button(say("button.resume", language), "daily-resume", daily.id)
        text = say("daily.not-resumed", language, why=why(daily, language))
        await _tell(interaction, text, [again])
        return
    daily = replace(daily, paused="").scheduled(house.now())
    await house.daily_stories.change(daily)
    text = say(
        "daily.resumed",
        language,
        order=sentence(daily, language, str(interaction.locale)),
        next=f"<t:{int(daily.next_due.timestamp())}:F>" if daily.next_due else "–",
    )
    pause = button(say("button.pause", language), "daily-pause", daily.id, style=Style.secondary)
    row = [pause] if interaction.guild_id is not None else []
    await answer(interaction, [text], controls(row), private=interaction.guild_id is not None)


async def _require_right_to_resume(interaction: Press, daily: DailyStory) -> None:
    """Let only those go on who may resume it: their own, or one of a server they manage.

    Raises:
        DeliveryError: They may not.
    """
    if daily.server is None:
        if daily.member != interaction.user.id:
            raise DeliveryError("daily.gone")
        return
    if daily.server == interaction.guild_id:
        if not interaction.permissions.manage_guild:
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


HANDLERS: dict[str, Handler] = {
    "subscribe": _pressed_subscribe,
    "unsubscribe": _pressed_unsubscribe,
    "daily-resume": _pressed_resume,
}
