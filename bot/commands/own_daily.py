"""A person's own daily story, set up from nothing: when, whose clock, what.

Every answer so far travels in the custom_ids of buttons and forms: of whoever
does not finish nothing is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from bot import audience as audiences
from bot.commands.daily.setting_up import zones_meant
from bot.commands.daily.subscribing import subscribe
from bot.commands.daily.telling import shown_time
from bot.controls import Handler, Press, button, choice, chosen, controls, form_values, text_form
from bot.credit import shortened
from bot.daily import DailyStory, What
from bot.errors import DeliveryError
from bot.house import House
from bot.prose.clock import AmbiguousTime, ClockTime, parse_time
from bot.reading import CHOICES
from bot.render import escape
from bot.replies import TYPED_LENGTH, answer, explained
from bot.schedule import DailyTime
from bot.texts import say
from bot.zones import label

NOT_YET = "-"  # stands in a custom_id for what was not said yet
KEPT = 25  # characters of what was typed that a button carries back into the form


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a person said so far; ``zone`` is an IANA key, or "" while unknown."""

    clock: ClockTime | None
    zone: str
    what: What

    def values(self) -> tuple[str, ...]:
        clock = f"{self.clock.hour:02}{self.clock.minute:02}" if self.clock else NOT_YET
        return (clock, self.zone or NOT_YET, self.what.value)


def _wish(values: Sequence[str]) -> _Wish:
    told, zone, what = values
    clock = None if told == NOT_YET else ClockTime(int(told[:2]), int(told[2:]))
    return _Wish(clock, "" if zone == NOT_YET else zone, What(what))


async def _pressed_form(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Open the form, with what was typed before in it."""
    language = audiences.language_of(interaction)
    time, zone, what = [unquote(value) for value in values] if values else ("", "", What.DRABBLE)
    form = text_form(
        say("daily.form-title", language),
        "own-filled",
        (),
        texts=[
            ("time", say("daily.form-time", language), time, "20:00"),
            ("zone", say("daily.form-zone", language), zone, "Berlin"),
        ],
        select=(
            "what",
            say("daily.form-what", language),
            [(w.value, say(f"daily.what-{w}", language), w == what) for w in What],
        ),
    )
    await interaction.response.send_modal(form)


async def _filled_form(interaction: Press, house: House, _: Sequence[str]) -> None:
    filled = form_values(interaction)
    time, zone = filled.get("time", "").strip(), filled.get("zone", "").strip()
    wish = _Wish(None, "", What(filled.get("what") or What.DRABBLE))
    language, locale = audiences.language_of(interaction), str(interaction.locale)
    found = zones_meant(zone, locale)
    again = _again(time, zone, wish.what, language)
    try:
        clock = parse_time(time)
    except DeliveryError as error:
        await answer(interaction, [explained(error, language)], controls([again]), private=True)
        return
    if isinstance(clock, ClockTime):
        wish = replace(wish, clock=clock)
    if len(found) == 1:
        wish = replace(wish, zone=found[0].key)
    elif not found or wish.clock is None:
        # One question at a time; where both are unclear, the form asks again.
        typed = escape(shortened(zone, TYPED_LENGTH))
        key = "daily.which-zone-typed" if found else "daily.no-zone"
        text = say(key, language, typed=typed)
        await answer(interaction, [text], controls([again]), private=True)
        return
    else:
        options = [(z.key, z.name, label(z, house.now(), locale)) for z in found[:CHOICES]]
        pick = choice(say("daily.choose-zone", language), options, "own-zone", *wish.values())
        text = say("daily.which-zone", language)
        await answer(interaction, [text], controls([pick]), private=True)
        return
    if isinstance(clock, AmbiguousTime):
        row = [
            button(shown_time(each), "own-time", *replace(wish, clock=each).values())
            for each in (clock.morning, clock.evening)
        ]
        await answer(interaction, [say("daily.which-half", language)], controls(row), private=True)
        return
    await _keep(interaction, house, wish)


def _again(time: str, zone: str, what: What, language: str) -> Any:
    told = [quote(each[:KEPT], safe="") for each in (time, zone)]
    values = (*told, what.value) if all(len(each) <= KEPT for each in told) else ()
    return button(say("button.try-again", language), "own-form", *values)


async def _keep(interaction: Press, house: House, wish: _Wish) -> None:
    assert wish.clock is not None
    model = DailyStory(
        id=0,
        rule=DailyTime(wish.clock.hour, wish.clock.minute, wish.zone),
        what=wish.what,
        made_by=interaction.user.id,
        member=interaction.user.id,
    )
    await subscribe(interaction, house, model)


async def _pressed_time(interaction: Press, house: House, values: Sequence[str]) -> None:
    await _keep(interaction, house, _wish(values))


async def _pressed_zone(interaction: Press, house: House, values: Sequence[str]) -> None:
    await _keep(interaction, house, replace(_wish(values), zone=chosen(interaction)))


HANDLERS: dict[str, Handler] = {
    "own-form": _pressed_form,
    "own-filled": _filled_form,
    "own-time": _pressed_time,
    "own-zone": _pressed_zone,
}
