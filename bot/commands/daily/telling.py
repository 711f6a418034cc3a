"""How a daily story is told to who may change it: its sentence, its next times, its buttons."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton

from bot import credit
from bot.commands.filters import Meant, told_filters
from bot.controls import Style, button
from bot.daily import UNFINISHED, UNREADABLE, DailyStory
from bot.delivery.telling import why
from bot.house import House
from bot.library.base import Filter, Name
from bot.prose.clock import ClockTime
from bot.reading import TAG_KINDS
from bot.render import isolate
from bot.schedule import EVERY_DAY, WORKING_DAYS, DailyTime, Weekday, upcoming
from bot.story import Audience, Rating, TagKind
from bot.texts import say
from bot.wanted import Wanted
from bot.zones import get_zone

SHOWN_TIMES = 3  # next times in a preview
_TITLE_LENGTH = 80  # characters of a title in a sentence
_WEEKEND = EVERY_DAY - WORKING_DAYS


async def order_of(house: House, daily: DailyStory, audience: Audience, locale: str) -> str:
    """Say when, what and where: "Every day at 20:00, Berlin time, a drabble in #stories"."""
    language = audience.language
    return say(
        "daily.order" if daily.member is None else "daily.order-mine",
        language,
        days=days_told(daily.rule, language, locale),
        time=shown_time(ClockTime(daily.rule.hour, daily.rule.minute)),
        city=get_zone(daily.rule.zone, locale).city,
        dates=_dates_told(daily.rule, language, locale),
        what=await _what_told(house, daily, audience),
        channel=f"<#{daily.channel}>",
    )


def days_told(rule: DailyTime, language: str, locale: str) -> str:
    """Say on which days: "Every day", "On weekdays", "Every Monday and Thursday"."""
    if rule.days == EVERY_DAY:
        return say("daily.every-day", language)
    if rule.days == WORKING_DAYS:
        return say("daily.on-weekdays", language)
    if rule.days == _WEEKEND:
        return say("daily.on-weekends", language)
    names = [day_name(day, locale) for day in sorted(rule.days)]
    return say("daily.on-days", language, days=credit.listed(names, language))


def day_name(day: Weekday, locale: str) -> str:
    """Give the name of a day in the person's language."""
    return str(babel_locale(locale).days["format"]["wide"][int(day)])


def date_told(day: date, locale: str) -> str:
    """Write a date as the person's language does: "1 December 2026"."""
    return format_date(day, "long", locale=babel_locale(locale))


def _dates_told(rule: DailyTime, language: str, locale: str) -> str:
    first = date_told(rule.from_date, locale) if rule.from_date else ""
    last = date_told(rule.until_date, locale) if rule.until_date else ""
    if first and last:
        return say("daily.between", language, first=first, last=last)
    if first or last:
        return say("daily.from" if first else "daily.until", language, day=first or last)
    return ""


async def _what_told(house: House, daily: DailyStory, audience: Audience) -> str:
    language = audience.language
    if daily.is_named:
        card = await house.library.card(daily.serial_of, audience)
        if card is not None:
            title = isolate(credit.shortened(card.record.title, _TITLE_LENGTH))
            return say("daily.what-serial-of", language, title=title)
    what = say(f"daily.what-{daily.what}", language)
    filters = told_filters(await _meant(house, daily.filter, daily.server), language)
    if not filters or daily.is_named:
        return what
    return say("daily.what-with", language, what=what, filters=filters)


async def _meant(house: House, wanted: Filter, server: int | None) -> Meant:
    """Give a kept filter with its names as they are written, for who chose them."""
    who = Audience(ceiling=Rating.NOT_RATED, beyond=Rating.NOT_RATED, server=server)

    async def name(kinds: tuple[TagKind, ...], folded: str) -> Name:
        return await house.library.name_called(kinds, folded, who) or Name(0, kinds[0], folded)

    return Meant(
        Wanted(
            max_rating=wanted.max_rating,
            min_words=wanted.min_words,
            max_words=wanted.max_words,
            language=wanted.language,
            complete=wanted.complete,
            collection=wanted.collection,
        ),
        tuple([await name((kind,), folded) for kind, folded in wanted.names]),
        tuple([await name(TAG_KINDS, folded) for folded in wanted.without_names]),
        await house.library.collection(wanted.collection, who) if wanted.collection else None,
    )


def shown_time(clock: ClockTime) -> str:
    """Write a clock time: "20:00"."""
    return f"{clock.hour:02}:{clock.minute:02}"


def stamp(daily: DailyStory) -> str:
    """Write its next time so that every reader sees it in their own zone."""
    if daily.next_due is None:
        return "–"
    return f"<t:{int(daily.next_due.timestamp())}:F>"


def next_times(daily: DailyStory, now: datetime, language: str, locale: str) -> str:
    """List its next three times on the clock of its zone, and how soon the first comes."""
    if daily.next_due is None:
        return say("daily.never", language)
    times = upcoming(daily.rule, now, SHOWN_TIMES, last=daily.last_day)
    told = [_on_the_clock(each, daily.rule.zone, locale) for each in times]
    told[0] = f"{told[0]} (<t:{int(times[0].timestamp())}:R>)"
    return credit.listed(told, language)


def _on_the_clock(due: datetime, zone: str, locale: str) -> str:
    local = due.astimezone(ZoneInfo(zone))
    day = format_skeleton("MMMEd", local, tzinfo=ZoneInfo(zone), locale=babel_locale(locale))
    return f"{day}, {local:%H:%M}"


async def told(house: House, daily: DailyStory, audience: Audience, locale: str) -> str:
    """Say all there is to say about it: order, and next times or why not."""
    language = audience.language
    if daily.paused == UNREADABLE:
        return why(daily, language)
    order = await order_of(house, daily, audience, locale)
    if daily.paused == UNFINISHED:
        return say("daily.told-unfinished", language, order=order)
    if daily.paused:
        return say("daily.told-paused", language, order=order, why=why(daily, language))
    times = next_times(daily, house.now(), language, locale)
    return say("daily.told", language, order=order, next=times)


def babel_locale(locale: str) -> Locale:
    """Give what Babel knows of a Discord locale such as "en-GB"."""
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def buttons(daily: DailyStory, language: str) -> list[list[Any]]:
    """Give, in rows, what can be done with it; what cannot be done is left out."""
    remove = button(say("button.remove", language), "daily-remove", daily.id, style=Style.danger)
    form = (daily.id, daily.channel or 0)
    if daily.paused == UNFINISHED:
        go_on = button(say("button.go-on", language), "daily-form", *form, style=Style.primary)
        return [[go_on, remove]]
    first = [
        button(say("button.edit", language), "daily-form", *form),
        button(say("button.more-settings", language), "daily-more", daily.id),
        button(say("button.show-me-one", language), "daily-show", daily.id),
    ]
    if daily.paused:
        resume = say("button.resume", language)
        return [first, [button(resume, "daily-resume", daily.id, style=Style.primary), remove]]
    second = [button(say("button.pause", language), "daily-pause", daily.id)]
    if daily.next_due is not None:
        second.append(button(say("button.skip-next", language), "daily-skip", daily.id))
    return [first, [*second, remove]]


def set_up_button(language: str, channel: int) -> Any:
    """Give the button that opens the form for a new daily story in ``channel``."""
    return button(
        say("button.set-up-daily", language), "daily-form", 0, channel, style=Style.primary
    )
