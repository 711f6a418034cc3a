"""More settings of a daily story: days and dates, order, length, filters, a role, a thread.

One private message that shows what holds; every choice is kept at once and
redraws it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord

from bot.commands.daily.allowed import change, check_extras, editable, readers
from bot.commands.daily.managing import show_one
from bot.commands.daily.setting_up import nearest
from bot.commands.daily.telling import day_name, told
from bot.commands.daily.wishes import Wish, names_typed, which_told, with_dates, with_names
from bot.commands.filters import (
    NamesMissed,
    Typed,
    answer_missed,
    meant,
    meant_by_code,
)
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
from bot.story import Audience, Rating
from bot.texts import say

_ANY = "-"  # chosen where no rating is the limit of one's own


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
        row.append(button(say("button.which-stories", language), "daily-which-form", daily.id))
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


async def _change(
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
    await _change(interaction, house, daily, changed, audience)


async def _pressed_order(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    order = Order(chosen(interaction))
    # An order that begins anew begins with its first story; a serial goes on where it is.
    progress = daily.progress if daily.what is What.SERIAL else Progress()
    changed = replace(daily, order=order, progress=progress)
    await _change(interaction, house, daily, changed, audience)


async def _pressed_length(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    changed = replace(daily, length=Length(chosen(interaction)))
    await _change(interaction, house, daily, changed, audience)


async def _pressed_role(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    picked = chosen(interaction)
    changed = replace(daily, role=int(picked) if picked else None)
    await _change(interaction, house, daily, changed, audience)


async def _pressed_thread(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    changed = replace(daily, opens_thread=not daily.opens_thread)
    await _change(interaction, house, daily, changed, audience)


async def _pressed_complete(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    complete = None if daily.filter.complete else True
    changed = replace(daily, filter=replace(daily.filter, complete=complete))
    await _change(interaction, house, daily, changed, audience)


async def _pressed_again(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    await _change(interaction, house, daily, replace(daily, progress=Progress()), audience)


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
    await _change(interaction, house, daily, changed, audience)


# Which stories


async def _pressed_which_form(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    language, wanted = audience.language, daily.filter
    limit = wanted.max_rating
    ratings = [
        (str(int(rating)), say(f"rating.{rating.key}", language), rating is limit)
        for rating in Rating
    ]
    form = text_form(
        say("daily.which-title", language),
        "daily-which",
        (daily.id,),
        texts=[
            (
                "with",
                say("daily.form-with", language),
                await which_told(house, replace(daily, what=What.STORY), audience),
                say("daily.form-which-example", language),
            ),
            (
                "without",
                say("daily.form-without", language),
                ", ".join(wanted.without_names),
                "",
            ),
            ("length", say("daily.form-words", language), _words(daily), "500-2000"),
            ("language", say("daily.form-language", language), wanted.language, ""),
        ],
        optional=["with", "without", "length", "language"],
        select=(
            "rating",
            say("daily.form-rating", language),
            [(_ANY, say("daily.any-rating", language), limit is None), *ratings],
        ),
    )
    await interaction.response.send_modal(form)


def _words(daily: DailyStory) -> str:
    """Write the limits of length as they are typed."""
    least, most = daily.filter.min_words, daily.filter.max_words
    if least is not None and most is not None:
        return f"{least}-{most}"
    if most is not None:
        return f"under {most}"
    return f"over {least}" if least is not None else ""


async def _filled_which(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    filled = {name: value.strip() for name, value in form_values(interaction).items()}
    there = nearest(await readers(interaction, house, daily), audience)
    rating = filled.get("rating", _ANY)
    typed = Typed(
        length=filled.get("length") or None,
        language=filled.get("language") or None,
        rating=int(rating) if rating.isdecimal() else None,
        complete=daily.filter.complete,
    )
    try:
        found = await meant(house, there, typed)
        within = daily.filter.collection  # the form has no field for it
        found = replace(found, wanted=replace(found.wanted, collection=within))
        wanted, unwanted = filled.get("with", ""), filled.get("without", "")
        found = await names_typed(house, there, found, wanted, unwanted)
    except NamesMissed as missed:
        await answer_missed(interaction, audience, missed, "daily-filter", daily.id)
        return
    await _change(interaction, house, daily, with_names(daily, found), audience)


async def _pressed_filter(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Take a name that was near what was typed."""
    daily, audience = await editable(interaction, house, int(values[0]))
    there = nearest(await readers(interaction, house, daily), audience)
    found = await meant_by_code(house, there, values[1])
    await _change(interaction, house, daily, with_names(daily, found), audience)


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
    "daily-which-form": _pressed_which_form,
    "daily-which": _filled_which,
    "daily-filter": _pressed_filter,
}
