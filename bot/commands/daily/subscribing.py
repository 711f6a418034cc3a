"""What a person does about daily stories of their own: get one, stop it.

Only the person who presses is ever subscribed, and every post carries Stop.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord

from bot import audience as audiences
from bot.commands.daily.allowed import change
from bot.commands.daily.telling import order_of, stamp
from bot.controls import Handler, Press, button, controls
from bot.daily import MOST_OF_A_MEMBER, DailyStory, Progress, What
from bot.delivery.choosing import pool_of
from bot.delivery.instalments import part_at
from bot.errors import DeliveryError, StoryNotFound
from bot.house import House
from bot.replies import answer, is_direct
from bot.texts import say

_BEGINNING, _HERE = "start", "here"


async def _pressed_subscribe(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Send the person who pressed the same every day, in direct messages.

    Of a serial they get the story that the post told, from where they choose.
    """
    model = await house.daily_stories.find(int(values[0]))
    if model is None:
        raise DeliveryError("daily.gone")
    if model.what is not What.SERIAL:
        await subscribe(interaction, house, replace(model, progress=Progress()))
        return
    story = int(values[1]) if len(values) > 1 else model.serial_of
    here = model.progress if model.progress.story == story else Progress()
    own = replace(model, serial_of=story, progress=Progress())
    if len(values) < 3 and here.told and await _has_more(interaction, house, own, here):
        language = audiences.language_of(interaction)
        row = [
            button(say(f"button.{key}", language), "subscribe", model.id, story, where)
            for key, where in (("from-beginning", _BEGINNING), ("from-here", _HERE))
        ]
        text = say("subscribe.from-where", language)
        await answer(interaction, [text], controls(row), private=True)
        return
    if values[2:] == [_HERE]:
        own = replace(own, progress=here)
    await subscribe(interaction, house, own)


async def _has_more(interaction: Press, house: House, own: DailyStory, here: Progress) -> bool:
    """Tell whether there is more to come behind the place where the channel is."""
    place = replace(own, progress=here).place
    assert place is not None
    language = audiences.language_of(interaction)
    audience = await audiences.of_member(interaction.user.id, house, language)
    try:
        return await part_at(house, place, own.length, audience) is not None
    except StoryNotFound:
        return False


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
    if not is_direct(interaction):
        # Opening direct messages can take longer than the three seconds Discord gives.
        await interaction.response.defer(ephemeral=True, thinking=True)
    audience = await audiences.of_member(interaction.user.id, house, language)
    wanted = pool_of(house, model, audience)
    if not (await house.library.count(wanted, audience)).visible:
        raise DeliveryError("subscribe.nothing-fits")
    daily = twin or DailyStory(
        id=0,
        rule=model.rule,
        what=model.what,
        made_by=interaction.user.id,
        member=interaction.user.id,
        filter=model.filter,
        order=model.order,
        serial_of=model.serial_of,
        length=model.length,
        progress=model.progress,
        language=language,
    )
    if twin is None:
        daily = await house.daily_stories.add(daily)
    else:
        daily = await change(house, twin, replace(twin, paused="").scheduled(house.now()))
    text = say(
        "subscribe.done",
        language,
        order=await order_of(house, daily, audience, str(interaction.locale)),
        first=stamp(daily),
    )
    row = [_change(daily, language), _stop(daily, language)]
    try:
        await interaction.user.send(text, view=controls(row))
    except discord.Forbidden:
        if twin is None:
            await house.daily_stories.remove(daily.id)
        raise DeliveryError("subscribe.closed") from None
    await _tell(interaction, text, [_stop(daily, language)])


def _is_same(daily: DailyStory, model: DailyStory) -> bool:
    def told(each: DailyStory) -> tuple[object, ...]:
        return each.rule, each.what, each.filter, each.order, each.serial_of

    return told(daily) == told(model)


def _change(daily: DailyStory, language: str) -> Any:
    return button(say("button.change", language), "daily-open", daily.id)


def _stop(daily: DailyStory, language: str) -> Any:
    return button(say("button.stop", language), "unsubscribe", daily.id)


async def _tell(interaction: Press, text: str, row: list[Any]) -> None:
    await answer(interaction, [text], controls(row), private=True)


async def _pressed_unsubscribe(interaction: Press, house: House, values: Sequence[str]) -> None:
    language = audiences.language_of(interaction)
    daily = await house.daily_stories.find(int(values[0]))
    if daily is not None and daily.member != interaction.user.id:
        raise DeliveryError("daily.gone")
    if daily is not None:
        await house.daily_stories.remove(daily.id)
    await answer(interaction, [say("subscribe.stopped", language)], private=True)


HANDLERS: dict[str, Handler] = {
    "subscribe": _pressed_subscribe,
    "unsubscribe": _pressed_unsubscribe,
}
