"""From nothing to the first daily story without leaving Discord, and who may not do that.

Every step is one that a person takes: they see a button, and press it.
"""

from datetime import UTC, datetime
from typing import Any

import discord
import pytest

from tests.stage import Stage, is_private, labels, messages, option_value, select_id
from tests.tales import rest_problems


async def section(s: Stage, who: Any, panel: Any, label: str) -> Any:
    """Choose what to change in the settings; gives their message."""
    value = option_value(panel, label)
    return messages(await who.select(panel, [value], custom_id=select_id(panel)))[-1]


async def settings(s: Stage, who: Any) -> Any:
    return messages(await who.slash(s.general, "fireside-admin settings"))[-1]


async def test_from_help_to_the_first_daily_story_by_pressing_buttons(seeds: Stage) -> None:
    s = seeds
    helped = messages(await s.ada.slash(s.general, "fireside help"))[-1]
    panel = messages(await s.ada.click(helped, label="Settings"))[-1]
    told = await section(s, s.ada, panel, "Where stories are told")
    told = messages(await s.ada.select(told, [s.general], custom_id="fs:set:channels"))[-1]
    assert f"Stories are told in <#{s.general.id}>" in told.content
    back = messages(await s.ada.click(told, label="Back"))[-1]
    form = await s.ada.click(back, label="Daily stories")
    kept = await s.ada.submit_modal(
        form, {"time": "8 pm", "zone": "Berlin", "what": ["drabble"], "channel": [s.general]}
    )
    assert is_private(kept)
    assert "Every day at 20:00, Berlin time" in s.texts(kept)[-1]
    checked = messages(await s.ada.click(helped, label="Check"))[-1]
    assert "Works: Every day at 20:00" in checked.content
    assert s.general.history() == [], "so far nobody else saw anything"
    s.clock.at = datetime(2026, 11, 20, 19, 1, tzinfo=UTC)
    await s.env.advance_time(21)
    posted = s.general.history()
    assert "** by The Fireside Writers" in posted[0].content
    assert "Send me one every day" in labels(posted[-1])
    assert rest_problems(s) == []


async def test_a_member_without_rights_is_offered_none_of_it_and_can_do_none_of_it(
    seeds: Stage,
) -> None:
    s = seeds
    offered = {name.split()[0] for name in s.ben.available_commands(s.general)}
    assert {"drabble", "fireside"} <= offered
    assert not {"daily-story", "fireside-admin"} & offered
    helped = messages(await s.ben.slash(s.general, "fireside help"))[-1]
    assert not {"Settings", "Check", "Set up a daily story"} & set(labels(helped))
    assert await s.client.house.library.server_settings(s.guild.id) is None


async def test_two_admins_who_change_things_at_once_are_both_followed(seeds: Stage) -> None:
    s = seeds
    admins = s.guild.create_role("More admins", permissions=discord.Permissions(manage_guild=True))
    eve = s.guild.add_member(s.env.create_user("eve"), roles=[admins])
    await s.env.settle()
    adas = await section(s, s.ada, await settings(s, s.ada), "Blocked tags and warnings")
    eves = await section(s, eve, await settings(s, eve), "Blocked tags and warnings")
    ident = "fs:set:warnings"
    await s.ada.select(adas, ["Underage Sex"], custom_id=ident)
    await eve.select(eves, ["Rape/Non-Con"], custom_id=ident)  # hers still shows nothing chosen
    known = await s.client.house.servers.settings(s.guild.id)
    assert known.blocked == ("Rape/Non-Con", "Underage Sex")


@pytest.mark.parametrize(
    "label", ["Where stories are told", "Ratings, here and in single channels", "The reading desk"]
)
async def test_settings_that_are_open_go_on_after_a_restart(label: str, seeds: Stage) -> None:
    s = seeds
    panel = await settings(s, s.ada)
    await s.restart()
    told = await section(s, s.ada, panel, label)
    assert "Back" in labels(told)
