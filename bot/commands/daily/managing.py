"""What an admin does with daily stories that are set up: list, pause, skip, show, remove."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import discord

from bot import audience as audiences
from bot.commands.daily.allowed import admin_audience, own_daily
from bot.commands.daily.telling import buttons, sentence, set_up_button, shown_time, told
from bot.controls import Handler, Press, choice, chosen, controls
from bot.daily import PAUSED_BY_ADMIN, DailyStory
from bot.delivery import compose
from bot.delivery.targets import place_of
from bot.errors import NoStoryFits
from bot.house import House
from bot.pages import MESSAGE_LIMIT
from bot.prose.clock import ClockTime
from bot.replies import answer
from bot.texts import say


async def show_list(interaction: Press, house: House) -> None:
    audience = await admin_audience(interaction, house)
    language = audience.language
    dailies = await house.daily_stories.of_server(cast("int", interaction.guild_id))
    if not dailies:
        row = [set_up_button(language, cast("int", interaction.channel_id))]
        await answer(interaction, [say("daily.none", language)], controls(row), private=True)
        return
    if len(dailies) == 1:
        await _show_one(interaction, house, dailies[0], language)
        return
    lines = [say("daily.list", language, count=len(dailies))]
    options: list[tuple[str, str, str]] = []
    for number, daily in enumerate(dailies, 1):
        lines.append(f"{number}. {told(daily, language, str(interaction.locale))}")
        channel = getattr(interaction.client.get_channel(daily.channel or 0), "name", "?")
        what = say(f"daily.what-{daily.what}", language)
        clock = shown_time(ClockTime(daily.rule.hour, daily.rule.minute))
        options.append((str(daily.id), f"{clock} #{channel}", what))
    pick = choice(say("daily.choose", language), options, "daily-open")
    row = [set_up_button(language, cast("int", interaction.channel_id))]
    while len("\n".join(lines)) > MESSAGE_LIMIT:  # the select still holds them all
        lines.pop()
    await answer(interaction, ["\n".join(lines)], controls([pick], row), private=True)


async def _show_one(
    interaction: Press, house: House, daily: DailyStory, language: str, *, lead: str = ""
) -> None:
    """Answer with one daily story and its buttons, in place where a press asked for it."""
    content = "\n".join(
        part for part in (lead, told(daily, language, str(interaction.locale))) if part
    )
    view = controls(buttons(daily, language))
    if interaction.type is discord.InteractionType.component and lead:
        await interaction.response.edit_message(content=content, view=view)
    else:
        await answer(interaction, [content], view, private=True)


async def _pressed_open(interaction: Press, house: House, _: Sequence[str]) -> None:
    audience = await admin_audience(interaction, house)
    daily = await own_daily(interaction, house, int(chosen(interaction)))
    await _show_one(interaction, house, daily, audience.language)


async def _pressed_pause(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await admin_audience(interaction, house)
    daily = replace(await own_daily(interaction, house, int(values[0])), paused=PAUSED_BY_ADMIN)
    await house.daily_stories.change(daily)
    lead = say("daily.now-paused", audience.language)
    await _show_one(interaction, house, daily, audience.language, lead=lead)


async def _pressed_skip(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await admin_audience(interaction, house)
    daily = (await own_daily(interaction, house, int(values[0]))).skipping(house.now())
    await house.daily_stories.change(daily)
    lead = say("daily.skipped", audience.language)
    await _show_one(interaction, house, daily, audience.language, lead=lead)


async def _pressed_show(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await admin_audience(interaction, house)
    daily = await own_daily(interaction, house, int(values[0]))
    channel = await place_of(interaction.client, daily.server, daily.channel)
    there = await audiences.of_channel(channel, house)
    # It is seen here, not there, so neither place may show more than it does.
    shown = replace(there, ceiling=min(there.ceiling, audience.ceiling))
    try:
        post = await compose(house, daily, shown)
    except NoStoryFits as error:
        raise NoStoryFits("daily.pool-empty") from error
    await answer(interaction, list(post.contents), private=True)


async def _pressed_remove(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await admin_audience(interaction, house)
    daily = await own_daily(interaction, house, int(values[0]))
    await house.daily_stories.remove(daily.id)
    order = sentence(daily, audience.language, str(interaction.locale))
    await interaction.response.edit_message(
        content=say("daily.removed", audience.language, order=order), view=None
    )


HANDLERS: dict[str, Handler] = {
    "daily-open": _pressed_open,
    "daily-pause": _pressed_pause,
    "daily-skip": _pressed_skip,
    "daily-show": _pressed_show,
    "daily-remove": _pressed_remove,
}
