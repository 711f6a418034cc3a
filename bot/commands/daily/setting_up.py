"""Setting one up: asks for what is missing, one question at a time.

What was said so far is kept as a daily story that is not finished, so nothing
is lost when a question stays open or the bot restarts in between. Somebody has
one such at a time; a change to one that runs is kept beside it until it is whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from bot import audience as audiences
from bot.commands.daily.allowed import (
    admin_audience,
    change,
    check_extras,
    editable,
    readers,
)
from bot.commands.daily.forms import daily_form
from bot.commands.daily.telling import (
    buttons,
    next_times,
    order_of,
    set_up_button,
    shown_time,
)
from bot.commands.daily.wishes import Wish, which_told, with_names, with_story, with_wish
from bot.commands.filters import NamesMissed, answer_missed, meant_by_code
from bot.controls import Handler, Press, button, choice, chosen, controls, form_values
from bot.credit import shortened
from bot.daily import (
    HISTORY_DAYS,
    MOST_IN_A_SERVER,
    MOST_OF_A_MEMBER,
    PAUSED_BY_HAND,
    UNFINISHED,
    DailyStory,
    What,
)
from bot.delivery.choosing import pool_of
from bot.errors import DeliveryError, FiresideError
from bot.house import House
from bot.prose.clock import AmbiguousTime, ClockTime, parse_time
from bot.reading import CHOICES, NearTitles
from bot.render import escape
from bot.replies import TYPED_LENGTH, answer, explained
from bot.schedule import DailyTime
from bot.story import Audience
from bot.texts import say
from bot.zones import Zone, find_zones, label

DAILY_STORY = "daily-story"
_OFFER_IT = (
    DAILY_STORY,
    "fireside-admin",
    "fireside help",
)  # the commands that lead there themselves
NO_ZONE = "-"  # stands for "not said yet" in a custom_id
_ZONE, _HALF, _TIME, _STORIES = "zone", "half", "time", "stories"  # what can still be asked
_NO_ZONE_YET = "UTC"  # stands where the zone is still to be asked


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody typed about the time; "" where they left it as it is."""

    time: str = ""
    zone: str = ""


@dataclass(slots=True)
class _Open:
    """What is not clear yet, with what there is to choose from."""

    needs: list[str]
    zones: list[Zone]
    typed_zone: str = ""
    failed: FiresideError | None = None


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
        needs=(_ZONE, _TIME),
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
    found.needs = [need for need in found.needs if need != _STORIES]
    try:
        there = await readers(interaction, house, daily)
        daily, unclear = await with_wish(house, nearest(there, audience), daily, wish)
        if unclear is not None:
            raise unclear
        await check_extras(interaction, daily)
    except FiresideError as error:
        found.failed = error
        found.needs.insert(0, _STORIES)
    if not found.needs:
        await keep(interaction, house, audience, replace(daily, needs=()))
        return
    draft = await _put_aside(house, replace(daily, needs=tuple(found.needs)))
    await _ask(interaction, house, audience, draft, found)


def nearest(there: Audience, asker: Audience) -> Audience:
    """Give who may see what both may: names are looked up here and told there."""
    return replace(there, ceiling=min(there.ceiling, asker.ceiling), language=asker.language)


async def _with_time(
    interaction: Press, house: House, daily: DailyStory, said: Said
) -> tuple[DailyStory, _Open]:
    needs = list(daily.needs)
    rule, zones = daily.rule, list[Zone]()
    if said.zone:
        zones = zones_meant(said.zone, str(interaction.locale))
        needs = [need for need in needs if need != _ZONE]
        if len(zones) == 1:
            rule = replace(rule, zone=zones[0].key)
        else:
            needs.append(_ZONE)
    elif _ZONE in needs and (known := await _zone_here(house, daily)):
        rule = replace(rule, zone=known)
        needs.remove(_ZONE)
    found = _Open(needs, zones, said.zone)
    if said.time:
        found.needs = [need for need in needs if need not in (_TIME, _HALF)]
        try:
            clock = parse_time(said.time)
        except DeliveryError as error:
            found.needs.insert(0, _TIME)
            found.failed = error
        else:
            if isinstance(clock, AmbiguousTime):
                found.needs.append(_HALF)
                clock = clock.morning
            rule = replace(rule, hour=clock.hour, minute=clock.minute)
    return replace(daily, rule=rule), found


async def _zone_here(house: House, daily: DailyStory) -> str:
    """Give the zone of what is set up already: in a server nearly always the same."""
    if daily.server is not None:
        known = await house.daily_stories.of_server(daily.server)
    else:
        known = await house.daily_stories.of_member(daily.member or 0)
    return next((each.rule.zone for each in reversed(known) if each.paused != UNFINISHED), "")


async def _put_aside(house: House, daily: DailyStory) -> DailyStory:
    """Keep one that is not finished, in place of an earlier one of the same person."""
    stories = house.daily_stories
    if daily.id and daily.paused == UNFINISHED:
        return await _change_draft(house, daily)
    if daily.server is not None:
        others = await stories.of_server(daily.server)
    else:
        others = await stories.of_member(daily.member or 0)
    for other in others:
        if other.paused == UNFINISHED and other.made_by == daily.made_by:
            await stories.remove(other.id)
    return await stories.add(
        replace(daily, id=0, paused=UNFINISHED, replaces=daily.id, next_due=None)
    )


async def _change_draft(house: House, draft: DailyStory) -> DailyStory:
    """Keep one that is not finished, which nobody else changes and which is never sent.

    Raises:
        DeliveryError: It was removed.
    """
    before = await house.daily_stories.find(draft.id)
    if before is None:
        raise DeliveryError("daily.gone")
    return await change(house, before, draft)


async def _ask(
    interaction: Press, house: House, audience: Audience, draft: DailyStory, found: _Open
) -> None:
    """Ask the first thing that is still missing."""
    language, locale = audience.language, str(interaction.locale)
    again = button(say("button.go-on", language), "daily-form", draft.id, draft.channel or 0)
    need = draft.needs[0]
    if need == _STORIES:
        await _ask_stories(interaction, audience, draft, found.failed, again)
        return
    if need == _ZONE:
        zones = found.zones or ([] if found.typed_zone else find_zones("", locale))
        typed = escape(shortened(found.typed_zone, TYPED_LENGTH))
        key = "daily.which-zone" if zones else "daily.no-zone"
        options = [(z.key, z.name, label(z, house.now(), locale)) for z in zones[:CHOICES]]
        pick = choice(say("daily.choose-zone", language), options, "daily-zone", draft.id)
        view = controls([pick], [again]) if options else controls([again])
        await answer(interaction, [say(key, language, typed=typed)], view, private=True)
        return
    if need == _HALF:
        hours = (draft.rule.hour, (draft.rule.hour + 12) % 24)
        row: list[Any] = [
            button(shown_time(ClockTime(hour, draft.rule.minute)), "daily-half", draft.id, hour)
            for hour in hours
        ]
        text = say("daily.which-half", language)
        await answer(interaction, [text], controls(row), private=True)
        return
    text = explained(found.failed, language) if found.failed else say("daily.when", language)
    await answer(interaction, [text], controls([again]), private=True)


async def _ask_stories(
    interaction: Press,
    audience: Audience,
    draft: DailyStory,
    failed: FiresideError | None,
    again: Any,
) -> None:
    """Say what was not understood of which stories, with what is near as buttons."""
    language = audience.language
    if isinstance(failed, NamesMissed):
        below = [] if failed.offers else [again]
        await answer_missed(interaction, audience, failed, "daily-names", draft.id, below=below)
    elif isinstance(failed, NearTitles) and failed.cards:
        row = [
            button(card.record.title, "daily-serial", draft.id, card.id) for card in failed.cards
        ]
        await answer(interaction, [explained(failed, language)], controls(row), private=True)
    else:
        text = explained(failed, language) if failed else say("daily.which-stories", language)
        await answer(interaction, [text], controls([again]), private=True)


def zones_meant(typed: str, locale: str) -> list[Zone]:
    """Give the one zone that was picked or plainly named, else all it may mean."""
    found = find_zones(typed, locale)
    exact = [zone for zone in found if zone.key == typed]
    plain = [zone for zone in found if zone.city.casefold() == typed.strip().casefold()]
    return exact[:1] or plain[:1] or found


async def keep(interaction: Press, house: House, audience: Audience, daily: DailyStory) -> None:
    """Keep a daily story of which all is known, and say what will happen."""
    there = await readers(interaction, house, daily)
    await check_extras(interaction, daily)
    daily = await _finish(house, daily)
    if daily.server is not None:
        await house.servers.change(daily.server)  # from now on it is set up
    language, locale = audience.language, str(interaction.locale)
    wanted = pool_of(house, daily, there)
    count = await house.library.count(wanted, there)
    lines = [
        say(
            "daily.kept",
            language,
            order=await order_of(house, daily, audience, locale),
            times=next_times(daily, house.now(), language, locale),
        ),
        _pool(daily, count.told, language),
    ]
    view = controls(*buttons(daily, language))
    await answer(interaction, ["\n".join(filter(None, lines))], view, private=True)


async def _finish(house: House, daily: DailyStory) -> DailyStory:
    """Let it run, in place of the one it replaces.

    Raises:
        DeliveryError: There are as many as there may be.
    """
    stories = house.daily_stories
    target = daily.replaces or (0 if daily.paused == UNFINISHED else daily.id)
    before = await stories.find(target) if target else None
    if before is not None:
        kept = before.paused if before.paused in PAUSED_BY_HAND else ""
        is_same = (before.what, before.serial_of) == (daily.what, daily.serial_of)
        ready = replace(
            daily,
            id=before.id,
            made_by=before.made_by,
            replaces=0,
            paused=kept,
            last_day=before.last_day,
            # It may have gone on while this was talked about.
            progress=before.progress if is_same else daily.progress,
        ).scheduled(house.now())
        ready = await change(house, before, ready)
    else:
        await _check_room(house, daily)
        ready = replace(daily, replaces=0, paused="").scheduled(house.now())
        if daily.id:
            ready = await _change_draft(house, ready)
        else:
            ready = await stories.add(ready)
    if daily.id and daily.id != ready.id:
        await stories.remove(daily.id)
    return ready


async def _check_room(house: House, daily: DailyStory) -> None:
    if daily.server is not None:
        others, most = await house.daily_stories.of_server(daily.server), MOST_IN_A_SERVER
        key = "daily.too-many"
    else:
        others, most = await house.daily_stories.of_member(daily.member or 0), MOST_OF_A_MEMBER
        key = "subscribe.too-many"
    if sum(each.paused != UNFINISHED for each in others) >= most:
        raise DeliveryError(key, most=most)


def _pool(daily: DailyStory, stories: int, language: str) -> str:
    """Say how long nothing repeats; what a channel was shown is known for 90 days."""
    if daily.is_named:
        return ""
    if not stories:
        return say("daily.pool-empty", language)
    if daily.what is What.SERIAL:
        return say("daily.pool-serial", language, count=stories)
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
    if command is not None and command.qualified_name.startswith(_OFFER_IT):
        return
    if (await house.servers.settings(server)).is_known:
        return
    await house.servers.change(server)  # offered once, whatever they answer
    language = audiences.language_of(interaction)
    row = [set_up_button(language, cast("int", interaction.channel_id))]
    await answer(interaction, [say("daily.offer", language)], controls(row), private=True)


async def open_form(
    interaction: Press, house: House, daily: DailyStory, audience: Audience, *, zone: str = ""
) -> None:
    """Open the form for ``daily`` with what is known of it."""
    zone = zone or ("" if _ZONE in daily.needs else daily.rule.zone)
    if not zone:
        zone = await _zone_here(house, daily)
    guild = interaction.guild
    is_there = guild is not None and guild.get_channel_or_thread(daily.channel or 0) is not None
    channel = daily.channel if is_there else interaction.channel_id
    form = await daily_form(
        house,
        replace(daily, channel=None if daily.member is not None else channel),
        audience,
        time="" if _TIME in daily.needs and not daily.id else shown_time(_clock(daily)),
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
        await _change_draft(house, draft)
        await _ask(interaction, house, audience, draft, _Open(list(draft.needs), []))
    else:
        await keep(interaction, house, audience, draft)


async def _pressed_zone(interaction: Press, house: House, values: Sequence[str]) -> None:
    draft, audience = await editable(interaction, house, int(values[0]))
    rule = replace(draft.rule, zone=chosen(interaction))
    await _answered(interaction, house, audience, replace(draft, rule=rule), _ZONE)


async def _pressed_half(interaction: Press, house: House, values: Sequence[str]) -> None:
    draft, audience = await editable(interaction, house, int(values[0]))
    rule = replace(draft.rule, hour=int(values[1]))
    await _answered(interaction, house, audience, replace(draft, rule=rule), _HALF)


async def _pressed_names(interaction: Press, house: House, values: Sequence[str]) -> None:
    draft, audience = await editable(interaction, house, int(values[0]))
    there = await readers(interaction, house, draft)
    meant = await meant_by_code(house, nearest(there, audience), values[1])
    await _answered(interaction, house, audience, with_names(draft, meant), _STORIES)


async def _pressed_serial(interaction: Press, house: House, values: Sequence[str]) -> None:
    draft, audience = await editable(interaction, house, int(values[0]))
    there = await readers(interaction, house, draft)
    card = await house.reading.card(int(values[1]), nearest(there, audience))
    await _answered(interaction, house, audience, with_story(draft, card), _STORIES)


HANDLERS: dict[str, Handler] = {
    "daily-form": _pressed_form,
    "daily-filled": _filled_form,
    "daily-zone": _pressed_zone,
    "daily-half": _pressed_half,
    "daily-names": _pressed_names,
    "daily-serial": _pressed_serial,
}
