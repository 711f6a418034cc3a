"""What is done with daily stories that are set up: list, pause, skip, show, remove."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import discord

from bot.commands.daily.allowed import admin_audience, change, editable, readers
from bot.commands.daily.setting_up import new_daily, open_form
from bot.commands.daily.telling import buttons, order_of, set_up_button, shown_time, told
from bot.controls import Handler, Press, choice, chosen, controls
from bot.daily import PAUSED_BY_ADMIN, PAUSED_BY_ITSELF, UNFINISHED, DailyStory
from bot.delivery import compose
from bot.errors import NoStoryFits
from bot.house import House
from bot.prose.clock import ClockTime
from bot.render import MESSAGE_LIMIT
from bot.replies import answer
from bot.story import Audience
from bot.texts import say


async def show_list(interaction: Press, house: House) -> None:
    """Answer with what is set up in the server; where there is nothing yet, with the form."""
    audience = await admin_audience(interaction, house)
    language = audience.language
    dailies = await house.daily_stories.of_server(cast("int", interaction.guild_id))
    if not dailies:
        # The shortest way to the first one: nothing to read, nothing to press.
        first = new_daily(interaction, cast("int", interaction.channel_id))
        await open_form(interaction, house, first, audience)
        return
    add = [set_up_button(language, cast("int", interaction.channel_id))]
    if len(dailies) == 1:
        await show_one(interaction, house, dailies[0], audience, extra=add)
        return
    running = sum(each.paused != UNFINISHED for each in dailies)
    lines = [say("daily.list", language, count=running)]
    options: list[tuple[str, str, str]] = []
    for number, daily in enumerate(dailies, 1):
        lines.append(f"{number}. {await told(house, daily, audience, str(interaction.locale))}")
        channel = getattr(interaction.client.get_channel(daily.channel or 0), "name", "?")
        what = say(f"daily.what-{daily.what}", language)
        clock = shown_time(ClockTime(daily.rule.hour, daily.rule.minute))
        options.append((str(daily.id), f"{number}. {clock} #{channel}", what))
    pick = choice(say("daily.choose", language), options, "daily-open")
    while len("\n".join(lines)) > MESSAGE_LIMIT:  # the select still holds them all
        lines.pop()
    await answer(interaction, ["\n".join(lines)], controls([pick], add), private=True)


async def show_one(
    interaction: Press,
    house: House,
    daily: DailyStory,
    audience: Audience,
    *,
    lead: str = "",
    extra: Sequence[Any] = (),
) -> None:
    """Answer with one daily story and its buttons, in place where a press asked for it."""
    content = "\n".join(
        part for part in (lead, await told(house, daily, audience, str(interaction.locale))) if part
    )
    view = controls(*buttons(daily, audience.language), list(extra))
    if interaction.type is discord.InteractionType.component and lead:
        await interaction.response.edit_message(content=content, view=view)
    else:
        await answer(interaction, [content], view, private=True)


async def _pressed_open(interaction: Press, house: House, values: Sequence[str]) -> None:
    ident = int(values[0] if values else chosen(interaction))
    daily, audience = await editable(interaction, house, ident)
    await show_one(interaction, house, daily, audience)


async def _pressed_pause(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    reason = PAUSED_BY_ADMIN if daily.member is None else PAUSED_BY_ITSELF
    daily = await change(house, daily, replace(daily, paused=reason))
    lead = say("daily.now-paused", audience.language)
    await show_one(interaction, house, daily, audience, lead=lead)


async def _pressed_skip(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    daily = await change(house, daily, daily.skipping(house.now()))
    lead = say("daily.skipped", audience.language)
    await show_one(interaction, house, daily, audience, lead=lead)


async def _pressed_show(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    there = await readers(interaction, house, daily)
    # It is seen here, not there, so neither place may show more than it does.
    shown = replace(there, ceiling=min(there.ceiling, audience.ceiling))
    try:
        post = await compose(house, daily, shown)
    except NoStoryFits as error:
        raise NoStoryFits("daily.pool-empty") from error
    await answer(interaction, list(post.contents), private=True)


async def _pressed_remove(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    await house.daily_stories.remove(daily.id)
    order = await order_of(house, daily, audience, str(interaction.locale))
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
