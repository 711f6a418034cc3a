"""Who reads where: the one place that decides, asked with real channels."""

from typing import Any, cast

import discord
import pytest

from bot import audience as audiences
from bot.story import Rating
from tests.stage import Clock, Stage, is_private, labels, messages, settings_for, stage

G, T, M, E, N = Rating


def channel_of(s: Stage, handle: Any) -> Any:
    return s.client.get_channel(handle.id)


async def ceiling_in(s: Stage, handle: Any) -> tuple[Rating, Rating]:
    found = await audiences.of_channel(channel_of(s, handle), s.client.house)
    return found.ceiling, found.beyond


async def test_an_ordinary_channel_takes_teen_and_knows_what_lies_beyond(seeds: Stage) -> None:
    assert await ceiling_in(seeds, seeds.general) == (T, N)


async def test_an_age_restricted_channel_takes_everything(seeds: Stage) -> None:
    found = await audiences.of_channel(channel_of(seeds, seeds.adult), seeds.client.house)
    assert (found.ceiling, found.beyond, found.age_restricted) == (N, N, True)


@pytest.mark.parametrize("restricted", [True, False])
async def test_a_thread_asks_its_parent(restricted: bool, seeds: Stage) -> None:
    home = seeds.adult if restricted else seeds.general
    await channel_of(seeds, home).create_thread(
        name="aside", type=discord.ChannelType.public_thread
    )
    await seeds.env.settle()
    (thread,) = home.threads
    found = await audiences.of_channel(channel_of(seeds, thread), seeds.client.house)
    assert found.age_restricted is restricted
    assert found.ceiling == (N if restricted else T)


async def test_a_thread_of_a_channel_we_cannot_see_counts_as_ordinary(seeds: Stage) -> None:
    await channel_of(seeds, seeds.adult).create_thread(
        name="aside", type=discord.ChannelType.public_thread
    )
    await seeds.env.settle()
    (thread,) = seeds.adult.threads
    found = channel_of(seeds, thread)
    guild = cast("discord.Guild", seeds.client.get_guild(seeds.guild.id))
    parent = cast("Any", guild.get_channel(seeds.adult.id))
    guild._remove_channel(parent)
    assert not audiences.is_age_restricted(found, guild)


@pytest.mark.parametrize(
    ("level", "restricted"),
    [
        (discord.NSFWLevel.default, False),
        (discord.NSFWLevel.safe, False),
        (discord.NSFWLevel.explicit, True),
        (discord.NSFWLevel.age_restricted, True),
    ],
)
async def test_a_servers_own_age_level_counts_for_every_channel(
    level: discord.NSFWLevel, restricted: bool, seeds: Stage
) -> None:
    guild = cast("discord.Guild", seeds.client.get_guild(seeds.guild.id))
    guild.nsfw_level = level
    assert audiences.is_age_restricted(channel_of(seeds, seeds.general), guild) is restricted
    assert await ceiling_in(seeds, seeds.general) == (N if restricted else T, N)


async def test_a_channel_made_ordinary_again_is_ordinary_at_once(seeds: Stage) -> None:
    place = channel_of(seeds, seeds.adult)
    place.nsfw = False
    assert await ceiling_in(seeds, seeds.adult) == (T, N)


async def test_voice_channels_are_asked_like_text_channels(seeds: Stage) -> None:
    voice = seeds.guild.create_voice_channel("Story hour")
    await seeds.env.settle()
    place = channel_of(seeds, voice)
    assert await ceiling_in(seeds, voice) == (T, N)
    place.nsfw = True
    assert await ceiling_in(seeds, voice) == (N, N)


@pytest.mark.parametrize("rating", [E, N])
async def test_no_server_can_open_ordinary_channels_beyond_mature(
    rating: Rating, seeds: Stage
) -> None:
    with pytest.raises(ValueError, match="Mature"):
        await seeds.client.house.servers.change(seeds.guild.id, ordinary_ceiling=rating)
    assert await ceiling_in(seeds, seeds.general) == (T, N)


async def test_settings_of_one_server_leave_another_alone(seeds: Stage) -> None:
    other = seeds.env.create_guild("Elsewhere")
    place = other.create_text_channel("general")
    await seeds.env.settle()
    await seeds.client.house.servers.change(seeds.guild.id, ceiling=G)
    assert await ceiling_in(seeds, seeds.general) == (G, G)
    assert await ceiling_in(seeds, place) == (T, N)


async def test_settings_outlive_a_restart(seeds: Stage) -> None:
    await seeds.client.house.servers.change(seeds.guild.id, ordinary_ceiling=M)
    await seeds.restart()
    assert await ceiling_in(seeds, seeds.general) == (M, N)


@pytest.mark.parametrize(
    ("highest", "ceiling"), [("general", G), ("teen", T), ("mature", T), ("not rated", T)]
)
async def test_direct_messages_take_teen_at_most(
    highest: str, ceiling: Rating, tmp_path: Any, clock: Clock
) -> None:
    async with stage(settings_for(tmp_path, MAX_RATING=highest), clock) as s:
        found = await audiences.of_member(s.ben.id, s.client.house, "en")
    assert found.ceiling == ceiling
    assert found.server is None
    assert found.member == s.ben.id


async def test_blocked_tags_of_a_server_are_held_back_there_and_not_counted(seeds: Stage) -> None:
    s = seeds
    before = s.texts(await s.ben.slash(s.general, "tag", name="Ghosts"))[0]
    assert "**Ghosts**" in before
    await s.client.house.servers.change(s.guild.id, blocked=("Ghosts",))
    answer = await s.ben.slash(s.general, "tag", name="Ghosts")
    assert is_private(answer)
    assert "**Ghosts**" not in s.texts(answer)[0]
    assert "age-restricted" not in s.texts(answer)[0]
    elsewhere = await s.ben.user.slash("tag", name="Ghosts")
    assert "**Ghosts**" in s.texts(elsewhere)[0]


async def test_a_server_that_did_not_invite_the_bot_is_read_like_direct_messages(
    seeds: Stage,
) -> None:
    s = seeds
    guild = cast("discord.Guild", s.client.get_guild(s.guild.id))
    s.client._connection._remove_guild(guild)
    answer = await s.ben.slash(s.adult, "fireside help")
    assert "are read in age-restricted channels" in s.texts(answer)[0]


async def thread_in(s: Stage, home: Any) -> Any:
    await channel_of(s, home).create_thread(name="aside", type=discord.ChannelType.public_thread)
    await s.env.settle()
    return home.threads[-1]


async def test_a_channels_own_ceiling_holds_there_and_in_its_threads(seeds: Stage) -> None:
    s = seeds
    aside = await thread_in(s, s.adult)
    for channel, ceiling in ((s.general, M), (s.adult, G)):
        await s.client.house.servers.adjust(
            s.guild.id, lambda settings, c=channel, r=ceiling: settings.with_ceiling_in(c.id, r)
        )
    assert await ceiling_in(s, s.general) == (M, N)
    assert await ceiling_in(s, s.adult) == (G, N)
    assert await ceiling_in(s, aside) == (G, N)


async def test_answers_may_be_public_anywhere_until_story_channels_are_chosen(
    seeds: Stage,
) -> None:
    s = seeds
    aside, far = await thread_in(s, s.general), await thread_in(s, s.adult)
    places = (s.general, aside, s.adult, far)

    async def public() -> list[bool]:
        house = s.client.house
        found = [await audiences.of_channel(channel_of(s, each), house) for each in places]
        return [each.is_public for each in found]

    assert await public() == [True, True, True, True]
    await s.client.house.servers.change(s.guild.id, story_channels=(s.general.id,))
    assert await public() == [True, True, False, False]


async def test_outside_the_story_channels_every_answer_is_for_one_person(seeds: Stage) -> None:
    s = seeds
    await s.client.house.servers.change(s.guild.id, story_channels=(s.general.id,))
    for command in ("drabble", "story", "excerpt"):
        there = await s.ben.slash(s.general, command)
        elsewhere = await s.ben.slash(s.adult, command)
        assert (is_private(there), is_private(elsewhere)) == (False, True), command
        assert "Post here" not in labels(messages(elsewhere)[-1])


async def test_a_servers_word_on_chance_and_estimates_reaches_its_readers(seeds: Stage) -> None:
    s = seeds
    found = await audiences.of_channel(channel_of(s, s.general), s.client.house)
    assert (found.trusts_estimates, found.warned_by_chance) == (True, False)
    await s.client.house.servers.change(s.guild.id, trusts_estimates=False, warned_by_chance=True)
    found = await audiences.of_channel(channel_of(s, s.general), s.client.house)
    assert (found.trusts_estimates, found.warned_by_chance) == (False, True)
