"""/fireside privacy as a member uses it, and what goes by itself."""

from datetime import timedelta

from bot.retention import forget_what_is_old
from bot.story import Place
from tests.stage import Stage, is_private, labels, messages


async def test_somebody_sees_what_is_kept_of_them_and_has_it_forgotten(seeds: Stage) -> None:
    s = seeds
    first = await s.ben.slash(s.general, "fireside privacy")
    assert is_private(first)
    assert "- nothing yet" in s.texts(first)[0]
    library = s.client.house.library
    await library.save_place(s.ben.user.id, Place(1), s.clock())
    await library.save_story(s.ben.user.id, 2, s.clock())
    shown = await s.ben.slash(s.general, "fireside privacy")
    assert "- your place in 1 story" in s.texts(shown)[0]
    assert "- 1 saved story" in s.texts(shown)[0]
    (message,) = messages(shown)
    filed = messages(await s.ben.click(message, label="Send me the file"))[-1]
    assert "Everything that is kept of you." in filed.content
    asked = messages(await s.ben.click(message, label="Forget everything about me"))[-1]
    assert await library.has_places(s.ben.user.id), "nothing goes before they are sure"
    await s.ben.click(asked, label="Yes, forget everything")
    assert not await library.has_places(s.ben.user.id)
    assert not await library.has_saved(s.ben.user.id, 2)


async def test_places_are_not_kept_once_somebody_turned_them_off(seeds: Stage) -> None:
    s = seeds
    (message,) = messages(await s.ben.slash(s.general, "fireside privacy"))
    await s.ben.click(message, label="Do not keep my places")
    await s.client.house.members.save_place(s.ben.user.id, Place(1))
    assert not await s.client.house.library.has_places(s.ben.user.id)
    (again,) = messages(await s.ben.slash(s.general, "fireside privacy"))
    assert "Keep my places" in labels(again)


async def test_what_is_kept_of_a_server_goes_30_days_after_the_bot_left(seeds: Stage) -> None:
    s = seeds
    house = s.client.house
    await house.servers.change(s.guild.id, log_channel=5)
    guild = s.client.get_guild(s.guild.id)
    assert guild is not None
    await s.client.on_guild_remove(guild)
    s.clock.at += timedelta(days=30) - timedelta(seconds=1)
    await forget_what_is_old(house)
    assert (await house.servers.settings(s.guild.id)).log_channel == 5
    s.clock.at += timedelta(seconds=2)
    await forget_what_is_old(house)
    assert not (await house.servers.settings(s.guild.id)).is_known


async def test_a_server_that_has_the_bot_back_keeps_its_settings(seeds: Stage) -> None:
    s = seeds
    house, guild = s.client.house, s.client.get_guild(s.guild.id)
    assert guild is not None
    await house.servers.change(s.guild.id, log_channel=5)
    await s.client.on_guild_remove(guild)
    await s.client.on_guild_join(guild)
    s.clock.at += timedelta(days=60)
    await forget_what_is_old(house)
    assert (await house.servers.settings(s.guild.id)).log_channel == 5
