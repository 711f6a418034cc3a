"""The settings of a server as its admins see them: what they mean, and what changes them.

One private message: sentences that say what holds now, and below them the
controls of one section. Every change redraws the message, so what it did is
read at once.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord

from bot import audience as audiences
from bot.commands.naming import code_of
from bot.controls import (
    Press,
    Style,
    button,
    channels,
    choice,
    controls,
    role,
    several,
)
from bot.credit import listed, shortened
from bot.house import House
from bot.library.base import Filter
from bot.prose.warnings import ARCHIVE_WARNINGS
from bot.prose.words import fold
from bot.render import MESSAGE_LIMIT, isolate
from bot.servers import MOST_CHANNELS, ORDINARY_MOST, ServerSettings
from bot.story import Audience, Rating
from bot.texts import say

SECTIONS = ("channels", "ratings", "tags", "certainty", "people", "log", "desk", "data")
MOST_UNBLOCKED = 25  # blocked names in the select that takes them off: Discord's limit
NAMES_LENGTH = 500  # characters of the blocked names in the sentences
AS_THE_SERVER = "-"  # chosen where a channel has no ceiling of its own


async def draw(
    interaction: Press, house: House, audience: Audience, section: str = "", *, channel: int = 0
) -> tuple[str, discord.ui.View]:
    """Give the panel with the controls of ``section``; "" is the way in.

    ``channel`` is the one whose own ceiling is being chosen.
    """
    guild, language = interaction.guild, audience.language
    assert guild is not None
    settings = await house.servers.settings(guild.id)
    # The newest rules, not those that held when the press was judged.
    audience = replace(await audiences.of(interaction, house), language=language)
    lines = await _sentences(house, guild, settings, audience)
    told = "\n".join(f"- {line}" for line in lines)
    head = say("settings.heading", language)
    lead = say(f"settings.about-{section}" if section else "settings.about", language)
    content = f"{head}\n{lead}\n{told}"
    rows = _section(guild, settings, section, language, channel) if section else _way_in(language)
    return shortened(content, MESSAGE_LIMIT), controls(*rows)


async def _sentences(
    house: House, guild: discord.Guild, settings: ServerSettings, audience: Audience
) -> list[str]:
    """Say in sentences what holds in this server now."""
    language = audience.language
    most = house.settings.max_rating
    ordinary = min(most, settings.ceiling_in(None, age_restricted=False))
    restricted = min(most, settings.ceiling_in(None, age_restricted=True))
    lines = [
        say(
            "settings.channels-some",
            language,
            channels=_channels(settings.story_channels, language),
        )
        if settings.story_channels
        else say("settings.channels-any", language),
        say(
            "settings.ratings",
            language,
            ordinary=_up_to(ordinary, language),
            restricted=_up_to(restricted, language),
        ),
    ]
    for ident, own in settings.channel_ceilings:
        place = guild.get_channel(ident)
        if place is not None:
            limited = audiences.is_age_restricted(place, guild)
            shown = min(most, settings.ceiling_in(ident, age_restricted=limited))
            key = "settings.rating-in" if shown >= own else "settings.rating-in-limited"
            lines.append(
                say(
                    key,
                    language,
                    channel=f"<#{ident}>",
                    ratings=_up_to(shown, language),
                    asked=_up_to(own, language),
                )
            )
    count = await house.library.count(Filter(), audience)
    lines += [
        say("settings.readable", language, count=count.told),
        say("settings.trusting" if settings.trusts_estimates else "settings.strict", language),
        say("settings.by-chance" if settings.warned_by_chance else "settings.careful", language),
    ]
    if settings.blocked:
        told = isolate(shortened(listed(settings.blocked, language), NAMES_LENGTH))
        lines.append(say("settings.blocked", language, names=told))
    if settings.librarian_role is not None:
        lines.append(say("settings.librarians", language, role=f"<@&{settings.librarian_role}>"))
    else:
        lines.append(say("settings.no-librarians", language))
    lines.append(
        say("settings.suggestions" if settings.suggestions else "settings.no-suggestions", language)
    )
    if settings.log_channel is not None:
        lines.append(say("settings.log", language, channel=f"<#{settings.log_channel}>"))
    else:
        lines.append(say("settings.no-log", language))
    if settings.desk is not None:
        channel, message = settings.desk
        address = f"https://discord.com/channels/{guild.id}/{channel}/{message}"
        lines.append(say("settings.desk", language, address=address))
    if dailies := await house.daily_stories.of_server(guild.id):
        lines.append(say("settings.dailies", language, count=len(dailies)))
    else:
        lines.append(say("settings.no-dailies", language))
    return lines


def _up_to(rating: Rating, language: str) -> str:
    return say(f"settings.up-to-{rating.key}", language)


def _channels(idents: Sequence[int], language: str) -> str:
    return listed([f"<#{ident}>" for ident in idents], language)


def _way_in(language: str) -> list[list[Any]]:
    options = [(each, say(f"settings.to-{each}", language), "") for each in SECTIONS]
    return [
        [choice(say("settings.choose", language), options, "settings")],
        [
            button(say("button.daily-stories", language), "settings-daily", style=Style.primary),
            button(say("button.check", language), "check"),
        ],
    ]


def _section(
    guild: discord.Guild, settings: ServerSettings, section: str, language: str, channel: int
) -> list[list[Any]]:
    rows = _SECTIONS[section](guild, settings, language, channel)
    return [*rows, [button(say("button.back", language), "settings", "")]]


def _channels_section(
    guild: discord.Guild, settings: ServerSettings, language: str, _: int
) -> list[list[Any]]:
    known = [ident for ident in settings.story_channels if guild.get_channel(ident)]
    pick = channels(
        say("settings.pick-channels", language), known, "set", "channels", most=MOST_CHANNELS
    )
    return [[pick]]


def _ratings_section(
    _: discord.Guild, settings: ServerSettings, language: str, channel: int
) -> list[list[Any]]:
    def rated(key: str, what: str, highest: Rating, now: Rating) -> Any:
        options = [
            (str(int(each)), say(key, language, ratings=_up_to(each, language)), each is now)
            for each in Rating
            if each <= highest
        ]
        return _one_of(options, "set", what)

    rows = [
        [rated("settings.pick-restricted", "ceiling", Rating.NOT_RATED, settings.ceiling)],
        [rated("settings.pick-ordinary", "ordinary", ORDINARY_MOST, settings.ordinary_ceiling)],
        [
            channels(
                say("settings.pick-own", language),
                [channel] if channel else [],
                "settings",
                "ratings",
            )
        ],
    ]
    if channel:
        own = dict(settings.channel_ceilings).get(channel)
        options = [(AS_THE_SERVER, say("settings.as-the-server", language), own is None)] + [
            (
                str(int(each)),
                say("settings.pick-here", language, ratings=_up_to(each, language)),
                each is own,
            )
            for each in Rating
        ]
        rows.append([_one_of(options, "set", "own", channel)])
    return rows


def _one_of(
    options: Sequence[tuple[str, str, bool]], verb: str, *values: int | str
) -> discord.ui.Select[discord.ui.View]:
    """Make a select of one in which what holds now is chosen already."""
    shown = next((label for _, label, is_chosen in options if is_chosen), options[0][1])
    select = choice(shown, [(value, label, "") for value, label, _ in options], verb, *values)
    for option, (_, _, is_chosen) in zip(select.options, options, strict=True):
        option.default = is_chosen
    return select


def _tags_section(
    _: discord.Guild, settings: ServerSettings, language: str, __: int
) -> list[list[Any]]:
    blocked = {fold(name) for name in settings.blocked}
    warnings = [(name, name, fold(name) in blocked) for name in ARCHIVE_WARNINGS]
    rows: list[list[Any]] = [
        [several(say("settings.pick-warnings", language), warnings, "set", "warnings")],
    ]
    others = [name for name in settings.blocked if name not in ARCHIVE_WARNINGS]
    if others:
        options = [(code_of(name), name, "") for name in others[:MOST_UNBLOCKED]]
        rows.append([choice(say("settings.pick-unblock", language), options, "set", "unblock")])
    rows.append([button(say("button.block", language), "block-form", style=Style.primary)])
    return rows


def _certainty_section(
    _: discord.Guild, settings: ServerSettings, language: str, __: int
) -> list[list[Any]]:
    trust = "button.distrust" if settings.trusts_estimates else "button.trust"
    chance = "button.careful" if settings.warned_by_chance else "button.by-chance"
    return [
        [button(say(trust, language), "set", "trust", int(not settings.trusts_estimates))],
        [button(say(chance, language), "set", "chance", int(not settings.warned_by_chance))],
    ]


def _people_section(
    guild: discord.Guild, settings: ServerSettings, language: str, _: int
) -> list[list[Any]]:
    known = settings.librarian_role
    if known is not None and guild.get_role(known) is None:
        known = None
    ask = "button.no-suggestions" if settings.suggestions else "button.suggestions"
    return [
        [role(say("settings.pick-role", language), known, "set", "role")],
        [button(say(ask, language), "set", "suggestions", int(not settings.suggestions))],
    ]


def _log_section(
    guild: discord.Guild, settings: ServerSettings, language: str, _: int
) -> list[list[Any]]:
    known = settings.log_channel
    there = known is not None and guild.get_channel_or_thread(known) is not None
    pick = channels(
        say("settings.pick-log", language),
        [known] if known is not None and there else [],
        "set",
        "log",
        with_threads=True,
    )
    return [[pick]]


def _desk_section(
    guild: discord.Guild, settings: ServerSettings, language: str, _: int
) -> list[list[Any]]:
    pick = channels(say("settings.pick-desk", language), [], "desk-place", with_threads=True)
    rows: list[list[Any]] = [[pick]]
    if settings.desk is not None:
        rows.append([button(say("button.remove-desk", language), "desk-remove")])
    return rows


def _data_section(_: discord.Guild, __: ServerSettings, language: str, ___: int) -> list[list[Any]]:
    return [[button(say("button.forget-server", language), "server-ask", style=Style.danger)]]


_SECTIONS = {
    "channels": _channels_section,
    "ratings": _ratings_section,
    "tags": _tags_section,
    "certainty": _certainty_section,
    "people": _people_section,
    "log": _log_section,
    "desk": _desk_section,
    "data": _data_section,
}
