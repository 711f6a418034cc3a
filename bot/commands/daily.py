"""/daily-story: set one up, and what its admins do with it afterwards.

Setting one up asks for what is missing, one question at a time; every answer
so far travels in the custom_ids of the buttons, so nothing is lost when the
bot restarts in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import discord
from discord import app_commands

from bot import audience as audiences
from bot.controls import (
    Handler,
    Press,
    Style,
    button,
    choice,
    chosen,
    controls,
    form_values,
    text_form,
)
from bot.daily import MOST_IN_A_SERVER, DailyStory, What
from bot.delivery import compose
from bot.errors import DeliveryError, NoStoryFits
from bot.house import House
from bot.prose.clock import AmbiguousTime, ClockTime, parse_time
from bot.replies import answer
from bot.schedule import DailyTime
from bot.story import Audience
from bot.texts import say
from bot.zones import Zone, find_zones, get_zone, label

DAILY_STORY = "daily-story"
NO_ZONE = "-"  # stands for "not said yet" in a custom_id
LISTED = 10  # daily stories shown in one list

Target = discord.TextChannel | discord.Thread | discord.VoiceChannel | discord.StageChannel


@dataclass(frozen=True, slots=True)
class Draft:
    """A daily story that is being set up; ``changes`` is the id of the one it edits, or 0."""

    clock: ClockTime | None
    zone: str  # an IANA key, or "" while unknown
    channel: int
    what: What
    changes: int = 0


def declare(tree: app_commands.CommandTree[Any], house: House) -> None:
    """Declare /daily-story; Discord shows it to those who manage the server."""

    @tree.command(name=DAILY_STORY)
    @app_commands.describe(
        time="When? 20:00 or 8pm; leave everything empty to see what is set up",
        zone="Whose clock? A city, a country or a zone",
        channel="Where? This channel if you leave it empty",
        what="What? A drabble if you leave it empty",
    )
    @app_commands.choices(
        what=[
            app_commands.Choice(name=say(f"daily.what-{what}"), value=what.value) for what in What
        ]
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def daily_story(
        interaction: Press,
        time: str | None = None,
        zone: str | None = None,
        channel: Target | None = None,
        what: str | None = None,
    ) -> None:
        """Post a story here every day, or see and change what is set up"""
        if time is None and zone is None and channel is None and what is None:
            await _show_list(interaction, house)
            return
        place = interaction.channel_id if channel is None else channel.id
        draft = Draft(None, "", cast("int", place), What(what or What.DRABBLE))
        if time is None:
            await interaction.response.send_modal(_form(draft, interaction, zone=zone or ""))
            return
        await _go_on(interaction, house, draft, time=time, zone=zone)

    @daily_story.autocomplete("zone")
    async def zones(interaction: Press, typed: str) -> list[app_commands.Choice[str]]:
        locale = str(interaction.locale)
        return [
            app_commands.Choice(name=label(zone, house.now(), locale), value=zone.key)
            for zone in find_zones(typed, locale)
        ]


async def _go_on(
    interaction: Press,
    house: House,
    draft: Draft,
    *,
    time: str | None = None,
    zone: str | None = None,
) -> None:
    """Take in what was said, ask for what is missing, and keep it once all is there."""
    audience = await _admin_audience(interaction, house)
    language, locale = audience.language, str(interaction.locale)
    if zone:
        found = _zones_meant(zone, locale)
        if len(found) == 1:
            draft = replace(draft, zone=found[0].key)
    else:
        found = [] if draft.zone else find_zones("", locale)
    if time:
        clock = parse_time(time)
        if isinstance(clock, AmbiguousTime):
            row = [
                button(_shown(each), "daily-time", *_values(replace(draft, clock=each)))
                for each in (clock.morning, clock.evening)
            ]
            await answer(
                interaction, [say("daily.which-half", language)], controls(row), private=True
            )
            return
        draft = replace(draft, clock=clock)
    if not draft.zone:
        options = [(z.key, z.name, label(z, house.now(), locale)) for z in found[:25]]
        key = "daily.which-zone" if found else "daily.no-zone"
        view = (
            controls(
                [choice(say("daily.choose-zone", language), options, "daily-zone", *_values(draft))]
            )
            if options
            else controls(
                [
                    button(
                        say("button.try-again", language),
                        "daily-form",
                        draft.changes,
                        draft.channel,
                    )
                ]
            )
        )
        await answer(interaction, [say(key, language, typed=zone or "")], view, private=True)
        return
    assert draft.clock is not None
    await _keep(interaction, house, audience, draft)


def _zones_meant(typed: str, locale: str) -> list[Zone]:
    """Give the one zone that was picked or plainly named, else all it may mean."""
    found = find_zones(typed, locale)
    exact = [zone for zone in found if zone.key == typed]
    plain = [zone for zone in found if zone.city.casefold() == typed.strip().casefold()]
    return exact[:1] or plain[:1] or found


async def _keep(interaction: Press, house: House, audience: Audience, draft: Draft) -> None:
    """Check the channel, keep the daily story, and say what will happen."""
    assert draft.clock is not None
    guild = cast("discord.Guild", interaction.guild)
    channel = _postable(guild, draft.channel)
    rule = DailyTime(draft.clock.hour, draft.clock.minute, draft.zone)
    if draft.changes:
        before = await _own(interaction, house, draft.changes)
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
    count = await house.library.count(daily.wanted(house.settings.drabble_max_words), there)
    language = audience.language
    lines = [
        say(
            "daily.kept",
            language,
            order=sentence(daily, language, str(interaction.locale)),
            first=_stamp(daily),
        ),
        say("daily.pool", language, count=count.visible)
        if count.visible
        else say("daily.pool-empty", language),
    ]
    await answer(interaction, ["\n".join(lines)], controls(_buttons(daily, language)), private=True)


def _postable(guild: discord.Guild, ident: int) -> Any:
    """Give the channel when everything a daily story needs is allowed there.

    Raises:
        DeliveryError: It is gone, or a permission is missing; says which.
    """
    channel = guild.get_channel_or_thread(ident)
    if channel is None or not hasattr(channel, "send"):
        raise DeliveryError("daily.no-channel")
    allowed = channel.permissions_for(guild.me)
    sends = (
        allowed.send_messages_in_threads
        if isinstance(channel, discord.Thread)
        else allowed.send_messages
    )
    for key, given in (
        ("view", allowed.view_channel),
        ("send", sends),
        ("history", allowed.read_message_history),
    ):
        if not given:
            raise DeliveryError(f"daily.may-not-{key}", channel=f"<#{ident}>")
    return channel


def sentence(daily: DailyStory, language: str, locale: str) -> str:
    """Say when, what and where: "Every day at 20:00, Berlin time, a drabble in #stories"."""
    return say(
        "daily.order" if daily.member is None else "daily.order-mine",
        language,
        time=_shown(ClockTime(daily.rule.hour, daily.rule.minute)),
        city=get_zone(daily.rule.zone, locale).city,
        what=say(f"daily.what-{daily.what}", language),
        channel=f"<#{daily.channel}>",
    )


def _shown(clock: ClockTime) -> str:
    return f"{clock.hour:02}:{clock.minute:02}"


def _stamp(daily: DailyStory) -> str:
    """Write its next time so that every reader sees it in their own zone."""
    if daily.next_due is None:
        return "–"
    return f"<t:{int(daily.next_due.timestamp())}:F>"


async def _show_list(interaction: Press, house: House) -> None:
    audience = await _admin_audience(interaction, house)
    language = audience.language
    dailies = await house.daily_stories.of_server(cast("int", interaction.guild_id))
    if not dailies:
        row = [set_up_button(language, cast("int", interaction.channel_id))]
        await answer(interaction, [say("daily.none", language)], controls(row), private=True)
        return
    if len(dailies) == 1:
        await _show_one(interaction, house, dailies[0], language)
        return
    lines = [say("daily.list", language, count=len(dailies))]
    options: list[tuple[str, str, str]] = []
    for number, daily in enumerate(dailies[:LISTED], 1):
        lines.append(f"{number}. {_told(daily, language, str(interaction.locale))}")
        channel = getattr(interaction.client.get_channel(daily.channel or 0), "name", "?")
        what = say(f"daily.what-{daily.what}", language)
        clock = _shown(ClockTime(daily.rule.hour, daily.rule.minute))
        options.append((str(daily.id), f"{clock} #{channel}", what))
    pick = choice(say("daily.choose", language), options, "daily-open")
    row = [set_up_button(language, cast("int", interaction.channel_id))]
    await answer(interaction, ["\n".join(lines)], controls([pick], row), private=True)


async def _show_one(
    interaction: Press, house: House, daily: DailyStory, language: str, *, lead: str = ""
) -> None:
    """Answer with one daily story and its buttons, in place where a press asked for it."""
    content = "\n".join(
        part for part in (lead, _told(daily, language, str(interaction.locale))) if part
    )
    view = controls(_buttons(daily, language))
    if interaction.type is discord.InteractionType.component and lead:
        await interaction.response.edit_message(content=content, view=view)
    else:
        await answer(interaction, [content], view, private=True)


def _told(daily: DailyStory, language: str, locale: str) -> str:
    order = sentence(daily, language, locale)
    if daily.paused:
        return say("daily.told-paused", language, order=order, why=say(daily.paused, language))
    return say("daily.told", language, order=order, next=_stamp(daily))


def _buttons(daily: DailyStory, language: str) -> list[Any]:
    pause = (
        button(say("button.resume", language), "daily-resume", daily.id, style=Style.primary)
        if daily.paused
        else button(say("button.pause", language), "daily-pause", daily.id)
    )
    row = [button(say("button.edit", language), "daily-form", daily.id, daily.channel or 0), pause]
    if not daily.paused:
        row.append(button(say("button.skip-next", language), "daily-skip", daily.id))
    row.append(button(say("button.show-me-one", language), "daily-show", daily.id))
    row.append(button(say("button.remove", language), "daily-remove", daily.id, style=Style.danger))
    return row


def set_up_button(language: str, channel: int) -> Any:
    """Give the button that opens the form for a new daily story in ``channel``."""
    return button(
        say("button.set-up-daily", language), "daily-form", 0, channel, style=Style.primary
    )


async def offer_first_daily(interaction: Press, house: House) -> None:
    """Offer a daily story, once, to somebody who manages a server that has nothing set up."""
    server = interaction.guild_id
    if server is None or interaction.client.get_guild(server) is None:
        return
    if not interaction.permissions.manage_guild or not interaction.response.is_done():
        return
    command = interaction.command
    if command is not None and command.name == DAILY_STORY:
        return
    if (await house.servers.settings(server)).is_known:
        return
    await house.servers.change(server)  # offered once, whatever they answer
    language = audiences.language_of(interaction)
    row = [set_up_button(language, cast("int", interaction.channel_id))]
    await answer(interaction, [say("daily.offer", language)], controls(row), private=True)


def _form(draft: Draft, interaction: Press, *, zone: str = "") -> discord.ui.Modal:
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
                _shown(draft.clock) if draft.clock else "",
                "20:00",
            ),
            ("zone", say("daily.form-zone", language), known, "Berlin"),
        ],
        select=(
            "what",
            say("daily.form-what", language),
            [(w.value, say(f"daily.what-{w}", language), w is draft.what) for w in What],
        ),
    )


async def _admin_audience(interaction: Press, house: House) -> Audience:
    """Give the audience of somebody who may manage the server.

    Raises:
        DeliveryError: They may not, or the bot is not in the server.
    """
    audience = await audiences.of(interaction, house)
    if audience.server is None:
        raise DeliveryError("daily.only-in-servers")
    if interaction.type is not discord.InteractionType.application_command and not (
        interaction.permissions.manage_guild
    ):
        # Who may use the command is Discord's to say; a button is ours to guard.
        raise DeliveryError("daily.only-admins")
    return audience


async def _own(interaction: Press, house: House, ident: int) -> DailyStory:
    """Give a daily story of the server where the press came from.

    Raises:
        DeliveryError: It was removed, or belongs to another server.
    """
    daily = await house.daily_stories.find(ident)
    if daily is None or daily.server is None or daily.server != interaction.guild_id:
        raise DeliveryError("daily.gone")
    return daily


def _values(draft: Draft) -> tuple[int | str, ...]:
    clock = draft.clock
    told = f"{clock.hour:02}{clock.minute:02}" if clock else "-"
    return (told, draft.zone or NO_ZONE, draft.channel, draft.what.value, draft.changes)


def _draft(values: Sequence[str]) -> Draft:
    told, zone, channel, what, changes = values
    clock = None if told == "-" else ClockTime(int(told[:2]), int(told[2:]))
    return Draft(clock, "" if zone == NO_ZONE else zone, int(channel), What(what), int(changes))


async def _pressed_time(interaction: Press, house: House, values: Sequence[str]) -> None:
    await _go_on(interaction, house, _draft(values))


async def _pressed_zone(interaction: Press, house: House, values: Sequence[str]) -> None:
    await _go_on(interaction, house, replace(_draft(values), zone=chosen(interaction)))


async def _pressed_form(interaction: Press, house: House, values: Sequence[str]) -> None:
    await _admin_audience(interaction, house)
    ident, channel = map(int, values)
    draft = Draft(None, "", channel, What.DRABBLE)
    if ident:
        daily = await _own(interaction, house, ident)
        clock = ClockTime(daily.rule.hour, daily.rule.minute)
        draft = Draft(clock, daily.rule.zone, daily.channel or channel, daily.what, ident)
    await interaction.response.send_modal(_form(draft, interaction))


async def _filled_form(interaction: Press, house: House, values: Sequence[str]) -> None:
    ident, channel = map(int, values)
    filled = form_values(interaction)
    draft = Draft(None, "", channel, What(filled.get("what") or What.DRABBLE), ident)
    await _go_on(
        interaction, house, draft, time=filled.get("time", ""), zone=filled.get("zone", "")
    )


async def _pressed_open(interaction: Press, house: House, _: Sequence[str]) -> None:
    audience = await _admin_audience(interaction, house)
    daily = await _own(interaction, house, int(chosen(interaction)))
    await _show_one(interaction, house, daily, audience.language)


async def _pressed_pause(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await _admin_audience(interaction, house)
    daily = replace(await _own(interaction, house, int(values[0])), paused="daily.paused-by-admin")
    await house.daily_stories.change(daily)
    lead = say("daily.now-paused", audience.language)
    await _show_one(interaction, house, daily, audience.language, lead=lead)


async def _pressed_skip(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await _admin_audience(interaction, house)
    daily = (await _own(interaction, house, int(values[0]))).skipping(house.now())
    await house.daily_stories.change(daily)
    lead = say("daily.skipped", audience.language)
    await _show_one(interaction, house, daily, audience.language, lead=lead)


async def _pressed_show(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await _admin_audience(interaction, house)
    daily = await _own(interaction, house, int(values[0]))
    channel = _postable(cast("discord.Guild", interaction.guild), daily.channel or 0)
    there = await audiences.of_channel(channel, house)
    # It is seen here, not there, so neither place may show more than it does.
    shown = replace(there, ceiling=min(there.ceiling, audience.ceiling))
    try:
        post = await compose(house, daily, shown)
    except NoStoryFits as error:
        raise NoStoryFits("daily.pool-empty") from error
    await answer(interaction, list(post.contents), private=True)


async def _pressed_remove(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await _admin_audience(interaction, house)
    daily = await _own(interaction, house, int(values[0]))
    await house.daily_stories.remove(daily.id)
    order = sentence(daily, audience.language, str(interaction.locale))
    await interaction.response.edit_message(
        content=say("daily.removed", audience.language, order=order), view=None
    )


HANDLERS: dict[str, Handler] = {
    "daily-time": _pressed_time,
    "daily-zone": _pressed_zone,
    "daily-form": _pressed_form,
    "daily-filled": _filled_form,
    "daily-open": _pressed_open,
    "daily-pause": _pressed_pause,
    "daily-skip": _pressed_skip,
    "daily-show": _pressed_show,
    "daily-remove": _pressed_remove,
}
