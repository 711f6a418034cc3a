"""Who reads where: the one place that decides what may be shown to whom.

From a channel, its server's settings and the person comes an `Audience`, and
every question to the library takes one. The rule (docs/decisions): General
and Teen anywhere; Mature, Explicit and Not Rated only where Discord itself
has made sure of age, that is in age-restricted channels (a thread asks its
parent) or servers. A server may lower its ceiling, or allow Mature in ordinary
channels, in all or in some. The operator's MAX_RATING stands above all.

Whether an answer may be public is decided here as well: where story channels
are chosen, what is asked for elsewhere is seen by one person only.
"""

from dataclasses import replace

import discord

from bot.controls import Press
from bot.house import House
from bot.prose.warnings import all_spellings
from bot.servers import ServerSettings
from bot.story import Audience, Rating
from bot.texts import known_language

# Server levels at which every channel counts as age-restricted.
_ADULT_LEVELS = (discord.NSFWLevel.explicit, discord.NSFWLevel.age_restricted)


def language_of(interaction: Press) -> str:
    """Give the language we speak that is nearest to the person's."""
    return known_language(str(interaction.locale))


async def of(interaction: Press, house: House) -> Audience:
    """Give the audience of the person who typed or pressed, in the place where they did."""
    language = language_of(interaction)
    avoided = await house.members.avoided(interaction.user.id)
    not_again = await house.members.not_again(interaction.user.id)
    guild = interaction.client.get_guild(interaction.guild_id) if interaction.guild_id else None
    if guild is None:  # a direct message, or a server that has not invited the bot
        return Audience(
            ceiling=min(Rating.TEEN, house.settings.max_rating),
            beyond=house.settings.max_rating,
            member=interaction.user.id,
            avoided=avoided,
            not_again=not_again,
            language=language,
            room_language=language,
        )
    settings = await house.servers.settings(guild.id)
    audience = _in_server(
        guild, interaction.channel, settings, house, member=interaction.user.id, language=language
    )
    free_at = house.crowding.free_at(interaction.user.id)
    audience = replace(audience, avoided=avoided, not_again=not_again, free_at=free_at)
    return await _with_decided(audience, guild.id, house)


async def of_channel(channel: discord.abc.GuildChannel | discord.Thread, house: House) -> Audience:
    """Give the audience of everybody in ``channel``: who reads a daily story there."""
    settings = await house.servers.settings(channel.guild.id)
    audience = _in_server(channel.guild, channel, settings, house, member=None, language=None)
    return await _with_decided(audience, channel.guild.id, house)


async def _with_decided(audience: Audience, server: int, house: House) -> Audience:
    """Add what a server decided about single stories."""
    decided = await house.rights.decided(server)
    if not decided:
        return audience
    return replace(
        audience,
        unseen=frozenset(
            story
            for story, told in decided.items()
            if told.is_hidden or (told.rating is not None and told.rating > audience.ceiling)
        ),
        linked=frozenset(story for story, told in decided.items() if told.is_link_only),
    )


async def of_member(member: int, house: House, language: str) -> Audience:
    """Give the audience of a person's direct messages."""
    avoided = await house.members.avoided(member)
    return Audience(
        ceiling=min(Rating.TEEN, house.settings.max_rating),
        beyond=house.settings.max_rating,
        member=member,
        avoided=avoided,
        not_again=await house.members.not_again(member),
        language=language,
        room_language=language,
    )


def is_age_restricted(channel: object, guild: discord.Guild) -> bool:
    """Tell whether Discord lets only adults into ``channel``."""
    if guild.nsfw_level in _ADULT_LEVELS:
        return True
    place = channel.parent if isinstance(channel, discord.Thread) else channel
    # Voice and stage channels, forums and categories have it as well as text channels.
    return bool(getattr(place, "nsfw", False))


def _in_server(
    guild: discord.Guild,
    channel: object,
    settings: ServerSettings,
    house: House,
    *,
    member: int | None,
    language: str | None,
) -> Audience:
    most = house.settings.max_rating
    restricted = is_age_restricted(channel, guild)
    home = home_of(channel)
    own = min(most, settings.ceiling_in(home, age_restricted=restricted))
    room_language = known_language(str(guild.preferred_locale))
    return Audience(
        ceiling=own,
        beyond=max(own, min(most, settings.ceiling)),
        server=guild.id,
        channel=getattr(channel, "id", None),
        member=member,
        blocked=all_spellings(settings.blocked),
        language=language or room_language,
        room_language=room_language,
        age_restricted=restricted,
        is_public=not settings.story_channels or home in settings.story_channels,
        trusts_estimates=settings.trusts_estimates,
        warned_by_chance=settings.warned_by_chance,
    )


def home_of(channel: object) -> int | None:
    """Give the channel whose settings hold in ``channel``: a thread's parent, else itself."""
    if isinstance(channel, discord.Thread):
        return channel.parent_id
    return getattr(channel, "id", None)
