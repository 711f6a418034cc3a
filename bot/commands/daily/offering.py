"""What is offered while somebody types a zone, days or a date."""

from collections.abc import Callable
from datetime import date, timedelta

from babel.dates import format_date
from discord import app_commands

from bot import audience as audiences
from bot.commands.daily.telling import babel_locale, day_name
from bot.controls import Press
from bot.house import House
from bot.prose.days import EVERY, WEEKDAYS, WEEKENDS, parse_day, parse_days
from bot.schedule import Weekday
from bot.texts import say
from bot.zones import find_zones, label

Choices = list[app_commands.Choice[str]]
Offer = Callable[[Press, House, str], Choices]

_DECEMBER = 12


def zones(interaction: Press, house: House, typed: str) -> Choices:
    """Offer time zones by city, country or abbreviation."""
    locale = str(interaction.locale)
    return [
        app_commands.Choice(name=label(zone, house.now(), locale), value=zone.key)
        for zone in find_zones(typed, locale)
    ]


def days(interaction: Press, _: House, typed: str) -> Choices:
    """Offer every day, weekdays, weekends and each day; and what was typed, understood."""
    language, locale = audiences.language_of(interaction), str(interaction.locale)
    known = [
        (say("daily.every-day", language), EVERY),
        (say("daily.on-weekdays", language), WEEKDAYS),
        (say("daily.on-weekends", language), WEEKENDS),
        *((day_name(day, locale), day_name(day, locale)) for day in Weekday),
    ]
    asked = typed.strip().casefold()
    found = [
        app_commands.Choice(name=name, value=value)
        for name, value in known
        if asked in name.casefold() or value.startswith(asked)
    ]
    if not found and (meant := parse_days(typed, locale)):
        names = ", ".join(day_name(Weekday(day), locale) for day in sorted(meant))
        found = [app_commands.Choice(name=names[:100], value=typed[:100])]
    return found


def dates(interaction: Press, house: House, typed: str) -> Choices:
    """Offer the date that was typed, understood; else days that something often begins or ends."""
    locale, today = str(interaction.locale), house.now().date()
    if typed.strip():
        day = parse_day(typed, locale, today)
        offered = [day] if day else []
    else:
        next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        last = next_month - timedelta(days=1)
        december = date(today.year, _DECEMBER, 1)
        ends = (december.replace(day=24), december.replace(day=31))
        common = {today + timedelta(days=1), next_month, last, december, *ends}
        offered = sorted(day for day in common if day > today)
    return [
        app_commands.Choice(
            name=format_date(day, "full", locale=babel_locale(locale)), value=day.isoformat()
        )
        for day in offered
    ]
