"""Setting one up: asks for what is missing, one question at a time.

What was said so far is kept as a daily story that is not finished, so nothing
is lost when a question stays open or the bot restarts in between. Somebody has
one such at a time; a change to one that runs is kept beside it until it is whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import audience as audiences
from bot.commands.daily.allowed import admin_audience, check_extras, editable, nearest, readers
from bot.commands.daily.asking import HALF, STORIES, TIME, ZONE, Missing, ask
from bot.commands.daily.forms import daily_form
from bot.commands.daily.keeping import beside, change_draft, keep, put_aside
from bot.commands.daily.telling import shown_time
from bot.commands.daily.wishes import Wish, which_told, with_names, with_story, with_wish
from bot.commands.filters import meant_by_code
from bot.controls import Handler, Press, chosen, form_values
from bot.daily import UNFINISHED, DailyStory, What
from bot.errors import DeliveryError, FiresideError
from bot.house import House
from bot.prose.clock import AmbiguousTime, ClockTime, parse_time
from bot.schedule import DailyTime
from bot.story import Audience
from bot.zones import Zone, find_zones

_NO_ZONE_YET = "UTC"  # stands where the zone is still to be asked


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody typed about the time; "" where they left it as it is."""

    time: str = ""
    zone: str = ""


def new_daily(interaction: Press, channel: int, what: What | None = None) -> DailyStory:
    """Begin one of which nothing is known but where it goes, and who wants it."""
    is_own = interaction.guild_id is None
    return DailyStory(
        id=0,
        rule=DailyTime(20, 0, _NO_ZONE_YET),
        what=what or What.DRABBLE,
        made_by=interaction.user.id,
        server=interaction.guild_id,
        channel=None if is_own else channel,
        member=interaction.user.id if is_own else None,
        language=audiences.language_of(interaction) if is_own else "",
        paused=UNFINISHED,
        needs=(ZONE, TIME),
    )


async def set_up(
    interaction: Press,
    house: House,
    audience: Audience,
    daily: DailyStory,
    said: Said,
    wish: Wish,
) -> None:
    """Take in what was said about ``daily``, ask for what is missing, and keep it at last."""
    daily, found = await _with_time(interaction, house, daily, said)
    found.needs = [need for need in found.needs if need != STORIES]
    try:
        there = await readers(interaction, house, daily)
        daily, unclear = await with_wish(house, nearest(there, audience), daily, wish)
        if unclear is not None:
            raise unclear
        await check_extras(interaction, daily)
    except FiresideError as error:
        found.failed = error
        found.needs.insert(0, STORIES)
    if not found.needs:
        await keep(interaction, house, audience, replace(daily, needs=()))
        return
    draft = await put_aside(house, replace(daily, needs=tuple(found.needs)))
    await ask(interaction, house, audience, draft, found)


async def _with_time(
    interaction: Press, house: House, daily: DailyStory, said: Said
) -> tuple[DailyStory, Missing]:
    needs = list(daily.needs)
    rule, zones = daily.rule, list[Zone]()
    if said.zone:
        zones = zones_meant(said.zone, str(interaction.locale))
        needs = [need for need in needs if need != ZONE]
        if len(zones) == 1:
            rule = replace(rule, zone=zones[0].key)
        else:
            needs.append(ZONE)
    elif ZONE in needs and (known := await _zone_here(house, daily)):
        rule = replace(rule, zone=known)
        needs.remove(ZONE)
    found = Missing(needs, zones, said.zone)
    if said.time:
        found.needs = [need for need in needs if need not in (TIME, HALF)]
        try:
            clock = parse_time(said.time)
        except DeliveryError as error:
            found.needs.insert(0, TIME)
            found.failed = error
        else:
            if isinstance(clock, AmbiguousTime):
                found.needs.append(HALF)
                clock = clock.morning
            rule = replace(rule, hour=clock.hour, minute=clock.minute)
    return replace(daily, rule=rule), found


async def _zone_here(house: House, daily: DailyStory) -> str:
    """Give the zone of what is set up already: in a server nearly always the same."""
    known = await beside(house, daily)
    return next((each.rule.zone for each in reversed(known) if each.paused != UNFINISHED), "")


def zones_meant(typed: str, locale: str) -> list[Zone]:
    """Give the one zone that was picked or plainly named, else all it may mean."""
    found = find_zones(typed, locale)
    exact = [zone for zone in found if zone.key == typed]
    plain = [zone for zone in found if zone.city.casefold() == typed.strip().casefold()]
    return exact[:1] or plain[:1] or found


async def open_form(
    interaction: Press, house: House, daily: DailyStory, audience: Audience, *, zone: str = ""
) -> None:
    """Open the form for ``daily`` with what is known of it."""
    zone = zone or ("" if ZONE in daily.needs else daily.rule.zone)
    if not zone:
        zone = await _zone_here(house, daily)
    guild = interaction.guild
    is_there = guild is not None and guild.get_channel_or_thread(daily.channel or 0) is not None
    channel = daily.channel if is_there else interaction.channel_id
    form = await daily_form(
        house,
        replace(daily, channel=None if daily.member is not None else channel),
        audience,
        time="" if TIME in daily.needs and not daily.id else shown_time(_clock(daily)),
        zone=zone,
    )
    await interaction.response.send_modal(form)


def _clock(daily: DailyStory) -> ClockTime:
    return ClockTime(daily.rule.hour, daily.rule.minute)


async def _found(
    interaction: Press, house: House, ident: int, channel: int
) -> tuple[DailyStory, Audience]:
    """Give what a form is about: a daily story that is there, or a new one for ``channel``."""
    if ident:
        return await editable(interaction, house, ident)
    if interaction.guild_id is None:
        language = audiences.language_of(interaction)
        audience = await audiences.of_member(interaction.user.id, house, language)
    else:
        audience = await admin_audience(interaction, house)
    return new_daily(interaction, channel), audience


async def _pressed_form(interaction: Press, house: House, values: Sequence[str]) -> None:
    ident, channel = map(int, values)
    daily, audience = await _found(interaction, house, ident, channel)
    await open_form(interaction, house, daily, audience)


async def _filled_form(interaction: Press, house: House, values: Sequence[str]) -> None:
    ident, channel = map(int, values)
    daily, audience = await _found(interaction, house, ident, channel)
    filled = form_values(interaction)
    which: str | None = filled.get("which", "").strip()
    if which == await which_told(house, daily, audience):
        which = None
    where = filled.get("channel", "")
    if daily.member is None and where.isdecimal():
        daily = replace(daily, channel=int(where))
    daily = replace(daily, what=What(filled.get("what") or daily.what))
    said = Said(filled.get("time", "").strip(), filled.get("zone", "").strip())
    await set_up(interaction, house, audience, daily, said, Wish(which=which))


async def _answered(
    interaction: Press, house: House, audience: Audience, draft: DailyStory, need: str
) -> None:
    """Go on with the next question after ``need`` was answered, or keep it."""
    draft = replace(draft, needs=tuple(each for each in draft.needs if each != need))
    if draft.needs:
        await change_draft(house, draft)
        await ask(interaction, house, audience, draft, Missing(list(draft.needs), []))
    else:
        await keep(interaction, house, audience, draft)


async def _pressed_zone(interaction: Press, house: House, values: Sequence[str]) -> None:
    draft, audience = await editable(interaction, house, int(values[0]))
    rule = replace(draft.rule, zone=chosen(interaction))
    await _answered(interaction, house, audience, replace(draft, rule=rule), ZONE)


async def _pressed_half(interaction: Press, house: House, values: Sequence[str]) -> None:
    draft, audience = await editable(interaction, house, int(values[0]))
    rule = replace(draft.rule, hour=int(values[1]))
    await _answered(interaction, house, audience, replace(draft, rule=rule), HALF)


async def _pressed_names(interaction: Press, house: House, values: Sequence[str]) -> None:
    draft, audience = await editable(interaction, house, int(values[0]))
    there = await readers(interaction, house, draft)
    meant = await meant_by_code(house, nearest(there, audience), values[1])
    await _answered(interaction, house, audience, with_names(draft, meant), STORIES)


async def _pressed_serial(interaction: Press, house: House, values: Sequence[str]) -> None:
    draft, audience = await editable(interaction, house, int(values[0]))
    there = await readers(interaction, house, draft)
    card = await house.reading.card(int(values[1]), nearest(there, audience))
    await _answered(interaction, house, audience, with_story(draft, card), STORIES)


HANDLERS: dict[str, Handler] = {
    "daily-form": _pressed_form,
    "daily-filled": _filled_form,
    "daily-zone": _pressed_zone,
    "daily-half": _pressed_half,
    "daily-names": _pressed_names,
    "daily-serial": _pressed_serial,
}
