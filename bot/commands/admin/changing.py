"""What changes a server's settings: each press is one change, followed at once.

A change is made to what holds at that moment, not to what the message showed,
so of two admins who change something at once both are followed.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.commands.admin.allowed import admin_audience, guild_of
from bot.commands.admin.panel import AS_THE_SERVER, SECTIONS, draw
from bot.commands.daily.managing import show_list
from bot.commands.naming import code_of, name_meant, name_pressed
from bot.controls import (
    Handler,
    Press,
    all_chosen,
    chosen,
    chosen_before,
    form_values,
    text_form,
)
from bot.errors import StoryNotFound
from bot.house import House
from bot.prose.words import fold
from bot.replies import answer
from bot.servers import ServerSettings
from bot.story import Audience, Rating
from bot.texts import say

Change = Callable[[ServerSettings], ServerSettings]


async def show_settings(interaction: Press, house: House) -> None:
    """Answer with the panel."""
    audience = await admin_audience(interaction, house)
    content, view = await draw(interaction, house, audience)
    await answer(interaction, [content], view, private=True)


async def redraw(
    interaction: Press, house: House, audience: Audience, section: str, *, channel: int = 0
) -> None:
    """Draw the panel anew in its place."""
    content, view = await draw(interaction, house, audience, section, channel=channel)
    await interaction.response.edit_message(content=content, view=view)


async def _pressed_settings(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Show a section: one that was chosen, or the one a button names."""
    audience = await admin_audience(interaction, house)
    section = values[0] if values else chosen(interaction)
    picked = chosen(interaction) if values == ["ratings"] else ""
    channel = int(picked) if picked.isdecimal() else 0
    await redraw(
        interaction, house, audience, section if section in SECTIONS else "", channel=channel
    )


async def _pressed_open(interaction: Press, house: House, _: Sequence[str]) -> None:
    await show_settings(interaction, house)


async def _pressed_daily(interaction: Press, house: House, _: Sequence[str]) -> None:
    await show_list(interaction, house)


def _story_channels(press: Press, _: Sequence[str]) -> Change:
    now = {int(value) for value in all_chosen(press)}
    before = {int(value) for value in chosen_before(press)}
    guild = guild_of(press)

    def change(settings: ServerSettings) -> ServerSettings:
        gone = {each for each in settings.story_channels if guild.get_channel(each) is None}
        return settings.with_story_channels(added=now - before, removed=(before - now) | gone)

    return change


def _warnings(press: Press, _: Sequence[str]) -> Change:
    now, before = set(all_chosen(press)), chosen_before(press)
    return lambda settings: settings.unblocking(sorted(before - now)).blocking(sorted(now - before))


def _ceiling(press: Press, _: Sequence[str]) -> Change:
    return _field("ceiling", Rating(int(chosen(press))))


def _ordinary(press: Press, _: Sequence[str]) -> Change:
    return _field("ordinary_ceiling", Rating(int(chosen(press))))


def _own_ceiling(press: Press, values: Sequence[str]) -> Change:
    told = chosen(press)
    own = None if told == AS_THE_SERVER else Rating(int(told))
    return lambda settings: settings.with_ceiling_in(int(values[0]), own)


def _unblock(press: Press, _: Sequence[str]) -> Change:
    code = chosen(press)
    return lambda settings: settings.unblocking(
        [name for name in settings.blocked if code in (code_of(name), fold(name))]
    )


def _log(press: Press, _: Sequence[str]) -> Change:
    return _field("log_channel", int(chosen(press)) if chosen(press) else None)


def _role(press: Press, _: Sequence[str]) -> Change:
    return _field("librarian_role", int(chosen(press)) if chosen(press) else None)


def _trust(_: Press, values: Sequence[str]) -> Change:
    return _field("trusts_estimates", values[0] == "1")


def _chance(_: Press, values: Sequence[str]) -> Change:
    return _field("warned_by_chance", values[0] == "1")


def _suggestions(_: Press, values: Sequence[str]) -> Change:
    return _field("suggestions", values[0] == "1")


def _field(name: str, value: Any) -> Change:
    return lambda settings: replace(settings, **{name: value})


# What is changed: the section whose controls it is among, and how the change is read.
_CHANGES: dict[str, tuple[str, Callable[[Press, Sequence[str]], Change]]] = {
    "channels": ("channels", _story_channels),
    "ceiling": ("ratings", _ceiling),
    "ordinary": ("ratings", _ordinary),
    "own": ("ratings", _own_ceiling),
    "warnings": ("tags", _warnings),
    "unblock": ("tags", _unblock),
    "trust": ("certainty", _trust),
    "chance": ("certainty", _chance),
    "role": ("people", _role),
    "suggestions": ("people", _suggestions),
    "log": ("log", _log),
}


async def _pressed_set(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await admin_audience(interaction, house)
    what, *more = values
    if what not in _CHANGES:
        raise StoryNotFound("error.old-button")
    section, read = _CHANGES[what]
    await house.servers.adjust(guild_of(interaction).id, read(interaction, more))
    channel = int(more[0]) if what == "own" else 0
    await redraw(interaction, house, audience, section, channel=channel)


async def _pressed_block_form(interaction: Press, house: House, _: Sequence[str]) -> None:
    language = (await admin_audience(interaction, house)).language
    form = text_form(
        say("settings.block-title", language),
        "block-typed",
        (),
        texts=[("name", say("settings.block-name", language), "", "")],
    )
    await interaction.response.send_modal(form)


async def _filled_block(interaction: Press, house: House, _: Sequence[str]) -> None:
    audience = await admin_audience(interaction, house)
    typed = form_values(interaction).get("name", "")
    name = await name_meant(interaction, house, audience, typed, "block")
    if name is not None:
        await _block(interaction, house, audience, name)


async def _pressed_block(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await admin_audience(interaction, house)
    await _block(interaction, house, audience, await name_pressed(house, audience, values))


async def _block(interaction: Press, house: House, audience: Audience, name: str) -> None:
    server = guild_of(interaction).id
    await house.servers.adjust(server, lambda settings: settings.blocking([name]))
    await redraw(interaction, house, audience, "tags")


HANDLERS: dict[str, Handler] = {
    "settings": _pressed_settings,
    "settings-open": _pressed_open,
    "settings-daily": _pressed_daily,
    "set": _pressed_set,
    "block-form": _pressed_block_form,
    "block-typed": _filled_block,
    "block": _pressed_block,
}
