"""/fireside help says what one can do here, now: by place, by rights, by what there is."""

from pathlib import Path
from typing import Any

import discord
import pytest

from tests.stage import Clock, Stage, is_private, labels, messages, settings_for, stage
from tests.tales import rest_problems, write_tale

READ = ["A drabble", "A story", "An excerpt", "Browse tags", "Find a story"]
OWN = ["Continue", "What is mine", "Send me one every day"]
MANAGE = ["Set up a daily story", "Settings", "Check"]


async def asked(s: Stage, who: Any = None, channel: Any = None) -> Any:
    """Ask for help; gives the one message."""
    answer = await (who or s.ben).slash(channel or s.general, "fireside help")
    assert is_private(answer)
    (message,) = messages(answer)
    assert rest_problems(s) == []
    return message


async def test_a_member_is_told_what_members_can_do(seeds: Stage) -> None:
    shown = await asked(seeds)
    assert labels(shown) == [*READ, *OWN, "Suggest a story"]
    assert "`/fireside suggest`" in shown.content
    assert "is told to everybody" in shown.content
    for admins in ("You manage this server", "fireside-admin", "daily-story"):
        assert admins not in shown.content


async def test_who_manages_the_server_is_told_what_is_missing_first(seeds: Stage) -> None:
    s = seeds
    shown = await asked(s, s.ada)
    assert labels(shown) == [*READ, *OWN, "Suggest a story", *MANAGE, "This server's own stories"]
    assert "No daily story is set up yet" in shown.content
    assert "No channels are chosen" in shown.content
    form = await s.ada.click(shown, label="Set up a daily story")
    await s.ada.submit_modal(form, {"time": "20:00", "zone": "Berlin", "what": ["drabble"]})
    await s.client.house.servers.change(s.guild.id, story_channels=(s.general.id,))
    shown = await asked(s, s.ada)
    assert "No daily story" not in shown.content
    assert "No channels" not in shown.content


async def test_a_librarian_is_told_of_the_shelf_and_not_of_the_settings(seeds: Stage) -> None:
    s = seeds
    role = s.guild.create_role("Readers")
    lia = s.guild.add_member(s.env.create_user("lia"), roles=[role])
    await s.env.settle()
    await s.client.house.servers.change(s.guild.id, librarian_role=role.id)
    shown = await asked(s, lia)
    assert "`/fireside-admin library`" in shown.content
    assert "You manage this server" not in shown.content
    assert labels(shown)[-1] == "This server's own stories"
    assert "library" not in (await asked(s)).content


async def test_where_members_may_suggest_nothing_help_says_nothing_of_it(seeds: Stage) -> None:
    await seeds.client.house.servers.change(seeds.guild.id, suggestions=False)
    shown = await asked(seeds)
    assert "suggest" not in shown.content.lower()
    assert labels(shown) == [*READ, *OWN]


async def test_outside_of_the_channels_for_stories_it_names_those_one_may_see(
    seeds: Stage,
) -> None:
    s = seeds
    guild = s.client.get_guild(s.guild.id)
    assert guild is not None
    hidden = discord.PermissionOverwrite(view_channel=False)
    seen = discord.PermissionOverwrite(view_channel=True)
    secret = await guild.create_text_channel(
        "secret", overwrites={guild.default_role: hidden, guild.me: seen}
    )
    await s.env.settle()
    chosen = (s.adult.id, secret.id)
    await s.client.house.servers.change(s.guild.id, story_channels=chosen)
    shown = await asked(s)
    assert f"Stories are told to everybody in <#{s.adult.id}>." in shown.content
    assert str(secret.id) not in shown.content
    assert "is told to everybody;" in (await asked(s, channel=s.adult)).content


async def test_in_direct_messages_it_speaks_of_no_server(seeds: Stage) -> None:
    (shown,) = messages(await seeds.ben.user.slash("fireside help"))
    assert "between us" in shown.content
    assert labels(shown) == [*READ, *OWN]


async def test_where_the_bot_is_no_member_it_says_so(seeds: Stage) -> None:
    s = seeds
    guild = s.client.get_guild(s.guild.id)
    assert guild is not None
    s.client._connection._remove_guild(guild)
    shown = await asked(s, s.ada)
    assert "I am no member of this server" in shown.content
    assert labels(shown) == [*READ, *OWN[:2]]


async def test_without_a_story_there_is_no_button_to_read_one(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "stories"
    folder.mkdir()
    async with stage(settings_for(tmp_path, folder), clock) as s:
        shown = await asked(s)
        assert "There is no story here yet." in shown.content
        assert labels(shown) == [*OWN, "Suggest a story"]
        write_tale(folder, "Harsh Road", rating="Explicit")
        await s.client.house.catalogue.sync()
        assert "1 story is for age-restricted channels" in (await asked(s)).content
        assert labels(await asked(s, channel=s.adult))[:5] == READ


@pytest.mark.parametrize("label", [*READ, *OWN, "Suggest a story", *MANAGE])
async def test_every_button_does_something_at_once(label: str, seeds: Stage) -> None:
    shown = await asked(seeds, seeds.ada)
    answer = await seeds.ada.click(shown, label=label)
    told = seeds.texts(answer)
    assert all(message.id != shown.id for message in messages(answer)), "help stays where it is"
    assert told or answer.modal is not None
    assert "I do not know this button" not in str(told)
