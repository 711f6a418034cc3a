"""/fireside-admin check: what is missing, each with the one thing to do, and nothing posted."""

from typing import Any

import discord
import pytest

from bot.story import Rating
from tests.stage import Stage, is_private, labels, messages
from tests.tales import rest_problems


async def checked(s: Stage, *, channel: Any = None) -> str:
    """Check the server as Ada does; gives what she reads."""
    requests = len(s.env.http_requests)
    before = {each.id: len(each.history()) for each in s.guild.channels.values()}
    answer = await s.ada.slash(channel or s.general, "fireside-admin check")
    assert is_private(answer)
    after = {each.id: len(each.history()) for each in s.guild.channels.values()}
    assert after == before, "nothing is posted that others see"
    assert labels(messages(answer)[-1]) == ["Check again", "Settings"]
    assert rest_problems(s, requests) == []
    return "\n".join(s.texts(answer))


async def decide(s: Stage, **changes: Any) -> None:
    await s.client.house.servers.change(s.guild.id, **changes)


async def forbid(s: Stage, channel: Any, target: Any = None, **rights: bool) -> None:
    place: Any = s.client.get_channel(channel.id)
    who = target or place.guild.me
    await place.set_permissions(who, overwrite=discord.PermissionOverwrite(**rights))
    await s.env.settle()


@pytest.fixture
async def ready(seeds: Stage) -> Stage:
    """Give a server in which nothing is missing."""
    s = seeds
    bot = s.guild.me
    assert bot is not None
    await decide(s, story_channels=(s.general.id, s.adult.id), log_channel=s.general.id)
    return s


async def test_where_nothing_is_missing_that_is_said(ready: Stage) -> None:
    told = await checked(ready)
    assert told.startswith("Nothing is missing on this server.")
    assert f"<#{ready.adult.id}>: " in told
    assert "Notices go to" in told
    assert "No command is switched off." in told


async def test_a_server_that_decided_nothing_is_told_what_it_could(seeds: Stage) -> None:
    told = await checked(seeds)
    assert "1 thing wants mending:" in told
    assert "No channel is chosen for notices." in told


@pytest.mark.parametrize(
    ("right", "fix"),
    [
        ("view_channel", "Give me View Channel there"),
        ("send_messages", "Give me Send Messages there"),
        ("read_message_history", "Give me Read Message History there"),
    ],
)
async def test_a_missing_permission_in_a_story_channel_is_named(
    ready: Stage, right: str, fix: str
) -> None:
    s = ready
    await forbid(s, s.adult, **{right: False})
    told = await checked(s)
    assert f"<#{s.adult.id}>" in told
    assert fix in told


async def test_members_who_may_not_use_commands_are_noticed(ready: Stage) -> None:
    s = ready
    place: Any = s.client.get_channel(s.adult.id)
    await forbid(s, s.adult, place.guild.default_role, use_application_commands=False)
    assert "Give @everyone Use Application Commands there." in await checked(s)


async def test_a_story_channel_that_is_gone_is_named(ready: Stage) -> None:
    s = ready
    place: Any = s.client.get_channel(s.adult.id)
    await place.delete()
    await s.env.settle()
    assert "A channel chosen for stories is gone" in await checked(s)


async def test_a_channel_where_nothing_may_be_read_is_named(ready: Stage) -> None:
    s = ready
    s.client.house.settings.stories_dir  # noqa: B018  (the seeds hold nothing below General)
    await decide(s, blocked=("The Fireside Writers",), ceiling=Rating.GENERAL)
    assert f"No story may be shown in <#{s.general.id}>." in await checked(s)


async def test_notices_that_go_nowhere_are_named(ready: Stage) -> None:
    s = ready
    club = s.guild.create_text_channel("club")
    await s.env.settle()
    await decide(s, log_channel=club.id)
    await forbid(s, club, send_messages=False)
    assert f"I may not write in <#{club.id}>. Give me Send Messages there" in await checked(s)
    place: Any = s.client.get_channel(club.id)
    await place.delete()
    await s.env.settle()
    assert "The channel for notices is gone" in await checked(s)


async def test_a_role_of_librarians_that_is_gone_is_named(ready: Stage) -> None:
    await decide(ready, librarian_role=12345)
    assert "The role of the librarians is gone." in await checked(ready)


async def test_a_desk_that_is_gone_is_named(ready: Stage) -> None:
    s = ready
    place: Any = s.client.get_channel(s.general.id)
    message = await place.send("A desk.")
    await decide(s, desk=(s.general.id, message.id))
    assert f"The reading desk stands in <#{s.general.id}>." in await checked(s)
    await message.delete()
    assert f"The reading desk in <#{s.general.id}> is gone" in await checked(s)


async def test_a_daily_story_that_cannot_be_posted_is_named(ready: Stage) -> None:
    s = ready
    club = s.guild.create_text_channel("club")
    await s.env.settle()
    await s.ada.slash(s.general, "daily-story", time="20:00", zone="Berlin", channel=club)
    assert "Works: Every day at 20:00" in await checked(s)
    await forbid(s, club, send_messages=False)
    told = await checked(s)
    assert "Does not work: Every day at 20:00" in told
    assert "Send Messages" in told


async def test_commands_that_are_switched_off_are_named(ready: Stage) -> None:
    s = ready
    known = {each.name: each for each in await s.client.tree.fetch_commands()}
    s.guild.set_command_permissions(known["drabble"], {s.guild.default_role: False})
    s.guild.set_command_permissions(known["tag"], {s.adult: False})
    told = await checked(s)
    assert "Switched off for members: /drabble." in told
    assert f"Switched off in <#{s.adult.id}>: /tag." in told


async def test_a_command_kept_for_a_role_is_not_a_fault(ready: Stage) -> None:
    s = ready
    known = {each.name: each for each in await s.client.tree.fetch_commands()}
    admins = s.guild.roles["Admins"]
    s.guild.set_command_permissions(known["drabble"], {s.guild.default_role: False, admins: True})
    assert "No command is switched off." in await checked(s)


async def test_discord_not_answering_is_no_verdict(ready: Stage) -> None:
    s = ready
    s.env.inject_error("GET", "/applications/*/guilds/*/commands/*/permissions", status=404)
    assert "No command is switched off." in await checked(s)
    await decide(s, desk=(s.general.id, 5))
    s.env.inject_error("GET", "/channels/*/messages/*", status=400)
    assert "could not be looked at" in await checked(s)


async def test_check_again_and_settings_are_one_press_away(ready: Stage) -> None:
    s = ready
    (shown, *_) = messages(await s.ada.slash(s.general, "fireside-admin check"))
    again = await s.ada.click(shown, label="Check again")
    assert "Nothing is missing" in s.texts(again)[0]
    settings = await s.ada.click(shown, label="Settings")
    assert "Fireside on this server" in s.texts(settings)[0]
