"""How a daily story is told to its admins: its sentence, its next time, its buttons."""

from typing import Any

from bot.controls import Style, button
from bot.daily import DailyStory, What
from bot.delivery.telling import why
from bot.prose.clock import ClockTime
from bot.texts import say
from bot.zones import get_zone


def sentence(daily: DailyStory, language: str, locale: str) -> str:
    """Say when, what and where: "Every day at 20:00, Berlin time, a drabble in #stories"."""
    return say(
        "daily.order" if daily.member is None else "daily.order-mine",
        language,
        time=shown_time(ClockTime(daily.rule.hour, daily.rule.minute)),
        city=get_zone(daily.rule.zone, locale).city,
        what=say(f"daily.what-{daily.what}", language),
        channel=f"<#{daily.channel}>",
    )


def shown_time(clock: ClockTime) -> str:
    """Write a clock time: "20:00"."""
    return f"{clock.hour:02}:{clock.minute:02}"


def stamp(daily: DailyStory) -> str:
    """Write its next time so that every reader sees it in their own zone."""
    if daily.next_due is None:
        return "–"
    return f"<t:{int(daily.next_due.timestamp())}:F>"


def told(daily: DailyStory, language: str, locale: str) -> str:
    """Say all there is to say about it in one line: order, and next time or why not."""
    order = sentence(daily, language, locale)
    if daily.paused:
        return say("daily.told-paused", language, order=order, why=why(daily, language))
    return say("daily.told", language, order=order, next=stamp(daily))


def buttons(daily: DailyStory, language: str) -> list[Any]:
    """Give what an admin can do with it; what cannot be done is left out."""
    pause = (
        button(say("button.resume", language), "daily-resume", daily.id, style=Style.primary)
        if daily.paused
        else button(say("button.pause", language), "daily-pause", daily.id)
    )
    row = [
        button(say("button.edit", language), "daily-form", *form_key(daily.channel or 0, daily.id)),
        pause,
    ]
    if not daily.paused:
        row.append(button(say("button.skip-next", language), "daily-skip", daily.id))
    row.append(button(say("button.show-me-one", language), "daily-show", daily.id))
    row.append(button(say("button.remove", language), "daily-remove", daily.id, style=Style.danger))
    return row


def form_key(channel: int, changes: int = 0) -> tuple[int | str, ...]:
    """Give what the custom_id of a button that opens an empty form carries."""
    return ("-", "-", channel, What.DRABBLE.value, changes)


def set_up_button(language: str, channel: int) -> Any:
    """Give the button that opens the form for a new daily story in ``channel``."""
    return button(
        say("button.set-up-daily", language), "daily-form", *form_key(channel), style=Style.primary
    )
