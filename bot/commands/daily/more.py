"""More settings of a daily story: days and dates, order, length, a role, a thread.

One private message that shows what holds; every choice is kept at once and
redraws it. Which stories it tells is said on a page of its own (``which``).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord

from bot.commands.daily.allowed import change, check_extras, editable
from bot.commands.daily.managing import show_one
from bot.commands.daily.telling import day_name, told
from bot.commands.daily.wishes import Wish, with_dates
from bot.controls import (
    Handler,
    Press,
    Style,
    all_chosen,
    button,
    choice,
    chosen,
    controls,
    form_values,
    role,
    several,
    text_form,
)
from bot.daily import DailyStory, Length, Order, Progress, What
from bot.house import House
from bot.schedule import EVERY_DAY, Weekday
from bot.story import Audience
from bot.texts import say


async def _draw(
    interaction: Press, house: House, daily: DailyStory, audience: Audience
) -> tuple[str, discord.ui.View]:
    language, locale = audience.language, str(interaction.locale)
    rows: list[list[Any]] = [[_days(daily, language, locale)]]
    if not daily.is_named:
        rows.append([_choice("order", Order, daily.order, daily, language)])
    if daily.what is What.SERIAL:
        rows.append([_choice("length", Length, daily.length, daily, language)])
    if daily.member is None:
        rows.append([role(say("daily.more-role", language), daily.role, "daily-role", daily.id)])
    row = [button(say("button.dates", language), "daily-dates-form", daily.id)]
    if not daily.is_named:
        row.append(button(say("button.which-stories", language), "daily-stories", daily.id))
    elif daily.progress.told:
        row.append(button(say("button.from-beginning", language), "daily-again", daily.id))
    if not daily.is_named:
        label = "button.any-stories" if daily.filter.complete else "button.finished-only"
        row.append(button(say(label, language), "daily-complete", daily.id))
    if daily.member is None:
        label = "button.no-thread" if daily.opens_thread else "button.open-thread"
        row.append(button(say(label, language), "daily-thread", daily.id))
    row.append(button(say("button.done", language), "daily-done", daily.id, style=Style.primary))
    content = f"{await told(house, daily, audience, locale)}\n{_sentences(daily, language)}"
    return content.strip(), controls(*rows, row)


def _sentences(daily: DailyStory, language: str) -> str:
    """Say what the sentence of its order does not."""
    lines: list[str] = []
    if not daily.is_named:
        lines.append(say(f"daily.order-{daily.order}", language))
    if daily.what is What.SERIAL:
        lines.append(say(f"daily.length-{daily.length}", language))
    if daily.role is not None:
        lines.append(say("daily.mentions", language, role=f"<@&{daily.role}>"))
    if daily.opens_thread:
        lines.append(say("daily.threads", language))
    return "\n".join(f"- {line}" for line in lines)


def _days(daily: DailyStory, language: str, locale: str) -> Any:
    chosen_days = daily.rule.days if daily.rule.days != EVERY_DAY else frozenset[Weekday]()
    options = [(str(int(day)), day_name(day, locale), day in chosen_days) for day in Weekday]
    return several(say("daily.more-days", language), options, "daily-days", daily.id)


def _choice(
    name: str, kinds: type[Order] | type[Length], now: str, daily: DailyStory, language: str
) -> Any:
    options = [(kind.value, say(f"daily.{name}-{kind}", language), "") for kind in kinds]
    return choice(say(f"daily.{name}-{now}", language), options, f"daily-{name}", daily.id)


async def _redraw(interaction: Press, house: House, daily: DailyStory, audience: Audience) -> None:
    content, view = await _draw(interaction, house, daily, audience)
    await interaction.response.edit_message(content=content, view=view)


async def keep_change(
    interaction: Press, house: House, daily: DailyStory, changed: DailyStory, audience: Audience
) -> None:
    """Keep what ``changed`` differs in from ``daily``, and show it."""
    await check_extras(interaction, changed)
    await _redraw(interaction, house, await change(house, daily, changed), audience)


async def _pressed_more(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    await _redraw(interaction, house, daily, audience)


async def _pressed_done(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    lead = say("daily.set", audience.language)
    await show_one(interaction, house, daily, audience, lead=lead)


async def _pressed_days(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    days = frozenset(Weekday(int(day)) for day in all_chosen(interaction)) or EVERY_DAY
    changed = replace(daily, rule=replace(daily.rule, days=days)).scheduled(house.now())
    await keep_change(interaction, house, daily, changed, audience)


async def _pressed_order(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    order = Order(chosen(interaction))
    # An order that begins anew begins with its first story; a serial goes on where it is.
    progress = daily.progress if daily.what is What.SERIAL else Progress()
    changed = replace(daily, order=order, progress=progress)
    await keep_change(interaction, house, daily, changed, audience)


async def _pressed_length(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    changed = replace(daily, length=Length(chosen(interaction)))
    await keep_change(interaction, house, daily, changed, audience)


async def _pressed_role(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    picked = chosen(interaction)
    changed = replace(daily, role=int(picked) if picked else None)
    await keep_change(interaction, house, daily, changed, audience)


async def _pressed_thread(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    changed = replace(daily, opens_thread=not daily.opens_thread)
    await keep_change(interaction, house, daily, changed, audience)


async def _pressed_complete(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    complete = None if daily.filter.complete else True
    changed = replace(daily, filter=replace(daily.filter, complete=complete))
    await keep_change(interaction, house, daily, changed, audience)


async def _pressed_again(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    await keep_change(interaction, house, daily, replace(daily, progress=Progress()), audience)


# Dates


async def _pressed_dates_form(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    language, rule = audience.language, daily.rule
    form = text_form(
        say("daily.dates-title", language),
        "daily-dates",
        (daily.id,),
        texts=[
            (
                name,
                say(f"daily.form-{name}", language),
                day.isoformat() if day else "",
                say(f"daily.form-{name}-example", language),
            )
            for name, day in (("first", rule.from_date), ("last", rule.until_date))
        ],
        optional=["first", "last"],
    )
    await interaction.response.send_modal(form)


async def _filled_dates(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    filled = form_values(interaction)
    wish = Wish(
        from_date=filled.get("first", "").strip() or "-",
        until_date=filled.get("last", "").strip() or "-",
        locale=str(interaction.locale),
        now=house.now(),
    )
    changed = replace(daily, rule=with_dates(daily.rule, wish)).scheduled(house.now())
    await keep_change(interaction, house, daily, changed, audience)


HANDLERS: dict[str, Handler] = {
    "daily-more": _pressed_more,
    "daily-done": _pressed_done,
    "daily-days": _pressed_days,
    "daily-order": _pressed_order,
    "daily-length": _pressed_length,
    "daily-role": _pressed_role,
    "daily-thread": _pressed_thread,
    "daily-complete": _pressed_complete,
    "daily-again": _pressed_again,
    "daily-dates-form": _pressed_dates_form,
    "daily-dates": _filled_dates,
}
