"""Setting one up: asks for what is missing, one question at a time.

Every answer so far travels in the custom_ids of the buttons and forms, so
nothing is lost when the bot restarts in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import discord

from bot import audience as audiences
from bot.commands.daily.allowed import admin_audience, own_daily
from bot.commands.daily.telling import buttons, sentence, set_up_button, shown_time, stamp
from bot.controls import (
    FIELD_LENGTH,
    Handler,
    Press,
    button,
    choice,
    chosen,
    controls,
    form_values,
    text_form,
)
from bot.credit import shortened
from bot.daily import HISTORY_DAYS, MOST_IN_A_SERVER, DailyStory, What
from bot.delivery.targets import place_of
from bot.errors import DeliveryError
from bot.house import House
from bot.prose.clock import AmbiguousTime, ClockTime, parse_time
from bot.reading import CHOICES, for_random
from bot.render import escape
from bot.replies import TYPED_LENGTH, answer
from bot.schedule import DailyTime
from bot.story import Audience
from bot.texts import say
from bot.zones import Zone, find_zones, get_zone, label

DAILY_STORY = "daily-story"
_OFFER_IT = {DAILY_STORY, "fireside-admin"}  # the commands that lead there themselves
NO_ZONE = "-"  # stands for "not said yet" in a custom_id


@dataclass(frozen=True, slots=True)
class Draft:
    """A daily story that is being set up; ``changes`` is the id of the one it edits, or 0."""

    clock: ClockTime | None
    zone: str  # an IANA key, or "" while unknown
    channel: int
    what: What
    changes: int = 0


async def go_on(
    interaction: Press,
    house: House,
    draft: Draft,
    *,
    time: str | None = None,
    zone: str | None = None,
) -> None:
    """Take in what was said, ask for what is missing, and keep it once all is there."""
    audience = await admin_audience(interaction, house)
    language, locale = audience.language, str(interaction.locale)
    found: list[Zone] = []
    if zone:
        found = zones_meant(zone, locale)
        draft = replace(draft, zone=found[0].key if len(found) == 1 else "")
    elif not draft.zone:
        found = find_zones("", locale)
    if time:
        clock = parse_time(time)
        if isinstance(clock, AmbiguousTime) and (draft.zone or not zone):
            row = [
                button(shown_time(each), "daily-time", *_values(replace(draft, clock=each)))
                for each in (clock.morning, clock.evening)
            ]
            text = say("daily.which-half", language)
            await answer(interaction, [text], controls(row), private=True)
            return
        if isinstance(clock, ClockTime):
            draft = replace(draft, clock=clock)
    if not draft.zone:
        # Nothing is asked twice: whatever was said so far travels in the custom_id.
        typed = escape(shortened(zone or "", TYPED_LENGTH))
        key = "daily.which-zone" if found else "daily.no-zone"
        options = [(z.key, z.name, label(z, house.now(), locale)) for z in found[:CHOICES]]
        again = button(say("button.try-again", language), "daily-form", *_values(draft))
        pick = choice(say("daily.choose-zone", language), options, "daily-zone", *_values(draft))
        view = controls([pick]) if options and draft.clock else controls([again])
        await answer(interaction, [say(key, language, typed=typed)], view, private=True)
        return
    if draft.clock is None:
        await _ask_in_form(interaction, draft, language)
        return
    await _keep(interaction, house, audience, draft)


async def _ask_in_form(interaction: Press, draft: Draft, language: str) -> None:
    row = [button(say("button.try-again", language), "daily-form", *_values(draft))]
    text = say("daily.when", language)
    await answer(interaction, [text], controls(row), private=True)


def zones_meant(typed: str, locale: str) -> list[Zone]:
    """Give the one zone that was picked or plainly named, else all it may mean."""
    found = find_zones(typed, locale)
    exact = [zone for zone in found if zone.key == typed]
    plain = [zone for zone in found if zone.city.casefold() == typed.strip().casefold()]
    return exact[:1] or plain[:1] or found


async def _keep(interaction: Press, house: House, audience: Audience, draft: Draft) -> None:
    """Check the channel, keep the daily story, and say what will happen."""
    assert draft.clock is not None
    guild = cast("discord.Guild", interaction.guild)
    channel = await place_of(interaction.client, guild.id, draft.channel)
    rule = DailyTime(draft.clock.hour, draft.clock.minute, draft.zone)
    if draft.changes:
        before = await own_daily(interaction, house, draft.changes)
        daily = replace(
            before, rule=rule, channel=draft.channel, what=draft.what, paused=""
        ).scheduled(house.now())
        await house.daily_stories.change(daily)
    else:
        if len(await house.daily_stories.of_server(guild.id)) >= MOST_IN_A_SERVER:
            raise DeliveryError("daily.too-many", most=MOST_IN_A_SERVER)
        daily = await house.daily_stories.add(
            DailyStory(
                id=0,
                rule=rule,
                what=draft.what,
                made_by=interaction.user.id,
                server=guild.id,
                channel=draft.channel,
            )
        )
    await house.servers.change(guild.id)  # from now on it is set up
    there = await audiences.of_channel(channel, house)
    wanted = for_random(daily.wanted(house.settings.drabble_max_words), there)
    count = await house.library.count(wanted, there)
    language = audience.language
    lines = [
        say(
            "daily.kept",
            language,
            order=sentence(daily, language, str(interaction.locale)),
            first=stamp(daily),
        ),
        _pool(count.visible, language),
    ]
    await answer(interaction, ["\n".join(lines)], controls(buttons(daily, language)), private=True)


def _pool(stories: int, language: str) -> str:
    """Say how long nothing repeats; what a channel was shown is known for 90 days."""
    if not stories:
        return say("daily.pool-empty", language)
    if stories > HISTORY_DAYS:
        return say("daily.pool-large", language, count=stories, days=HISTORY_DAYS)
    return say("daily.pool", language, count=stories)


async def offer_first_daily(interaction: Press, house: House) -> None:
    """Offer a daily story, once, to somebody who manages a server that has nothing set up."""
    server = interaction.guild_id
    if server is None or interaction.client.get_guild(server) is None:
        return
    if not interaction.permissions.manage_guild or not interaction.response.is_done():
        return
    command = interaction.command
    if command is not None and command.qualified_name.split()[0] in _OFFER_IT:
        return
    if (await house.servers.settings(server)).is_known:
        return
    await house.servers.change(server)  # offered once, whatever they answer
    language = audiences.language_of(interaction)
    row = [set_up_button(language, cast("int", interaction.channel_id))]
    await answer(interaction, [say("daily.offer", language)], controls(row), private=True)


def form_for(draft: Draft, interaction: Press, *, zone: str = "") -> discord.ui.Modal:
    language = audiences.language_of(interaction)
    known = zone or (get_zone(draft.zone, str(interaction.locale)).key if draft.zone else "")
    return text_form(
        say("daily.form-title", language),
        "daily-filled",
        (draft.changes, draft.channel),
        texts=[
            (
                "time",
                say("daily.form-time", language),
                shown_time(draft.clock) if draft.clock else "",
                "20:00",
            ),
            ("zone", say("daily.form-zone", language), known[:FIELD_LENGTH], "Berlin"),
        ],
        channel=("channel", say("daily.form-channel", language), draft.channel),
        select=(
            "what",
            say("daily.form-what", language),
            [(w.value, say(f"daily.what-{w}", language), w is draft.what) for w in What],
        ),
    )


def _values(draft: Draft) -> tuple[int | str, ...]:
    clock = draft.clock
    told = f"{clock.hour:02}{clock.minute:02}" if clock else "-"
    return (told, draft.zone or NO_ZONE, draft.channel, draft.what.value, draft.changes)


def _draft(values: Sequence[str]) -> Draft:
    told, zone, channel, what, changes = values
    clock = None if told == "-" else ClockTime(int(told[:2]), int(told[2:]))
    return Draft(clock, "" if zone == NO_ZONE else zone, int(channel), What(what), int(changes))


async def _pressed_time(interaction: Press, house: House, values: Sequence[str]) -> None:
    await go_on(interaction, house, _draft(values))


async def _pressed_zone(interaction: Press, house: House, values: Sequence[str]) -> None:
    await go_on(interaction, house, replace(_draft(values), zone=chosen(interaction)))


async def _pressed_form(interaction: Press, house: House, values: Sequence[str]) -> None:
    await admin_audience(interaction, house)
    draft = _draft(values)
    if draft.changes and draft.clock is None:
        daily = await own_daily(interaction, house, draft.changes)
        clock = ClockTime(daily.rule.hour, daily.rule.minute)
        channel = daily.channel or draft.channel
        draft = Draft(clock, daily.rule.zone, channel, daily.what, daily.id)
    await interaction.response.send_modal(form_for(draft, interaction))


async def _filled_form(interaction: Press, house: House, values: Sequence[str]) -> None:
    ident, channel = map(int, values)
    filled = form_values(interaction)
    where = filled.get("channel", "")
    channel = int(where) if where.isdecimal() else channel
    draft = Draft(None, "", channel, What(filled.get("what") or What.DRABBLE), ident)
    await go_on(interaction, house, draft, time=filled.get("time", ""), zone=filled.get("zone", ""))


HANDLERS: dict[str, Handler] = {
    "daily-time": _pressed_time,
    "daily-zone": _pressed_zone,
    "daily-form": _pressed_form,
    "daily-filled": _filled_form,
}
