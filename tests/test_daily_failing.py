"""A daily story that cannot be sent pauses, says why and what to do, and goes on after that."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import discord
import pytest

from bot.commands.daily.checking import check_server
from bot.daily import PAUSED_BY_ADMIN
from bot.delivery.claims import WAITS
from bot.library.base import Filter
from bot.schedule import DailyTime
from bot.story import TagKind
from bot.texts import say
from tests.dailies import (
    DUE,
    change_thread,
    delete,
    deny,
    inbox,
    keep_daily,
    keep_own,
    kept,
    move_to,
    posts,
    thread_in,
)
from tests.stage import Clock, Stage, is_private, labels, messages, settings_for, stage

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("permission", "named"),
    [
        ("view_channel", "View Channel"),
        ("send_messages", "Send Messages"),
        ("read_message_history", "Read Message History"),
    ],
)
async def test_a_permission_taken_away_is_named_to_the_admin_and_resume_works_once_it_is_back(
    seeds: Stage, permission: str, named: str
) -> None:
    channel = seeds.guild.create_text_channel("stories")
    daily = await keep_daily(seeds, channel)
    await deny(seeds, channel, **{permission: False})
    await move_to(seeds, DUE)
    assert posts(channel) == []
    told = inbox(seeds.ada)[-1]
    assert f"Give me {named} there." in told.content
    assert "its settings are kept" in told.content
    assert labels(told) == ["Resume"]
    refused = await seeds.ada.user.click(told, label="Resume")
    assert f"Give me {named} there." in messages(refused)[0].content
    assert labels(messages(refused)[0]) == ["Resume"]
    assert (await kept(seeds, daily)).paused
    await deny(seeds, channel)
    again = await seeds.ada.user.click(messages(refused)[0], label="Resume")
    assert messages(again)[0].content.startswith("It goes on.")
    await move_to(seeds, DUE + DAY)
    assert len(posts(channel)) == 1


async def test_nothing_is_asked_of_discord_where_a_permission_is_missing(seeds: Stage) -> None:
    channel = seeds.guild.create_text_channel("stories")
    await keep_daily(seeds, channel)
    await deny(seeds, channel, send_messages=False)
    await move_to(seeds, DUE)
    tried = [r for r in seeds.env.http_requests if f"/channels/{channel.id}" in r.path]
    assert tried == []


async def test_the_log_channel_hears_of_it_with_a_button_that_only_admins_can_use(
    seeds: Stage,
) -> None:
    channel = seeds.guild.create_text_channel("stories")
    log = seeds.guild.create_text_channel("log")
    await seeds.client.house.servers.change(seeds.guild.id, log_channel=log.id)
    daily = await keep_daily(seeds, channel)
    await deny(seeds, channel, send_messages=False)
    await move_to(seeds, DUE)
    told = log.history()[-1]
    assert f"The daily story in <#{channel.id}> (Reading Room) is paused" in told.content
    await deny(seeds, channel)
    refused = await seeds.ben.click(told, label="Resume")
    assert is_private(refused)
    assert "Only people who manage this server" in messages(refused)[0].content
    assert (await kept(seeds, daily)).paused
    resumed = await seeds.ada.click(told, label="Resume")
    assert is_private(resumed)
    assert not (await kept(seeds, daily)).paused


async def test_a_deleted_channel_pauses_until_another_one_is_chosen(seeds: Stage) -> None:
    channel = seeds.guild.create_text_channel("stories")
    daily = await keep_daily(seeds, channel)
    await delete(seeds, channel)
    await move_to(seeds, DUE)
    told = inbox(seeds.ada)[-1]
    assert "That channel is gone." in told.content
    refused = await seeds.ada.user.click(told, label="Resume")
    assert "cannot go on yet" in messages(refused)[0].content
    listed = messages(await seeds.ada.slash(seeds.general, "daily-story"))[0]
    form = await seeds.ada.click(listed, label="Edit")
    await seeds.ada.submit_modal(
        form,
        {"time": "20:00", "zone": "Berlin", "what": ["drabble"], "channel": [seeds.general]},
    )
    assert not (await kept(seeds, daily)).paused
    await move_to(seeds, DUE + DAY)
    assert len(posts(seeds.general)) == 1


async def test_a_locked_thread_pauses_until_it_is_unlocked(seeds: Stage) -> None:
    thread = await thread_in(seeds, seeds.general)
    await keep_daily(seeds, thread)
    await change_thread(seeds, thread, locked=True)
    await move_to(seeds, DUE)
    assert posts(thread) == []
    told = inbox(seeds.ada)[-1]
    assert "is locked. Unlock it" in told.content
    await change_thread(seeds, thread, locked=False)
    resumed = await seeds.ada.user.click(told, label="Resume")
    assert messages(resumed)[0].content.startswith("It goes on.")
    await move_to(seeds, DUE + DAY)
    assert len(posts(thread)) == 1


async def test_an_archived_thread_is_opened_again_where_that_is_allowed(seeds: Stage) -> None:
    everything = seeds.guild.create_role("Bot", permissions=discord.Permissions.all())
    assert seeds.client.user is not None
    seeds.env.backend.add_member_role(seeds.guild.id, seeds.client.user.id, everything.id)
    thread = await thread_in(seeds, seeds.general)
    await keep_daily(seeds, thread)
    await change_thread(seeds, thread, archived=True)
    await move_to(seeds, DUE)
    assert len(posts(thread)) == 1
    state = seeds.env.backend.get_channel(thread.id).thread_metadata
    assert state is not None
    assert not state.archived


async def test_an_archived_thread_that_may_not_be_opened_pauses(seeds: Stage) -> None:
    thread = await thread_in(seeds, seeds.general)
    await keep_daily(seeds, thread)
    await change_thread(seeds, thread, archived=True)
    seeds.env.inject_error("PATCH", f"/channels/{thread.id}", status=403, code=50001)
    await move_to(seeds, DUE)
    assert posts(thread) == []
    assert "is closed, and I may not open it again" in inbox(seeds.ada)[-1].content


async def test_a_thread_that_discord_calls_locked_or_archived_while_sending_pauses(
    seeds: Stage,
) -> None:
    thread = await thread_in(seeds, seeds.general)
    daily = await keep_daily(seeds, thread)
    path = f"/channels/{thread.id}/messages"
    seeds.env.inject_error("POST", path, status=400, code=160005)
    await move_to(seeds, DUE)
    assert (await kept(seeds, daily)).paused == "daily.thread-locked"


async def test_closed_direct_messages_pause_without_a_word_and_resume_tries_them(
    seeds: Stage,
) -> None:
    daily = await keep_own(seeds, seeds.ben)
    box = seeds.ben.user.dm_channel
    path = f"/channels/{box.id}/messages"
    seeds.env.inject_error("POST", path, status=403, code=50007, times=1)
    await move_to(seeds, DUE)
    assert (await kept(seeds, daily)).paused == "daily.messages-closed"
    await move_to(seeds, DUE + DAY)
    assert inbox(seeds.ben) == []


async def test_where_no_story_fits_it_says_so_and_goes_on_once_one_does(seeds: Stage) -> None:
    daily = await keep_daily(
        seeds, seeds.general, filter=Filter(names=((TagKind.FREEFORM, "none"),))
    )
    await move_to(seeds, DUE)
    assert "No story fits any more." in inbox(seeds.ada)[-1].content
    refused = await seeds.ada.user.click(inbox(seeds.ada)[-1], label="Resume")
    assert "No story fits any more." in messages(refused)[0].content
    assert (await kept(seeds, daily)).paused == "daily.paused-no-stories"


async def test_a_message_that_discord_refuses_costs_that_day_only_and_is_told(
    seeds: Stage,
) -> None:
    daily = await keep_daily(seeds, seeds.general)
    path = f"/channels/{seeds.general.id}/messages"
    seeds.env.inject_error("POST", path, status=400, code=200000, message="Blocked by AutoMod")
    await move_to(seeds, DUE)
    assert not (await kept(seeds, daily)).paused
    assert "Discord refused it (Blocked by AutoMod)" in inbox(seeds.ada)[-1].content
    await move_to(seeds, DUE + timedelta(minutes=10))
    assert posts(seeds.general) == []
    await move_to(seeds, DUE + DAY)
    assert len(posts(seeds.general)) == 1


async def test_a_day_that_would_come_too_late_is_left_out_and_told_in_the_log_channel(
    seeds: Stage,
) -> None:
    log = seeds.guild.create_text_channel("log")
    await seeds.client.house.servers.change(seeds.guild.id, log_channel=log.id)
    await keep_daily(seeds, seeds.general)
    await move_to(seeds, DUE + timedelta(hours=7))
    assert posts(seeds.general) == []
    (told,) = [each.content for each in log.history()]
    assert f"was due <t:{int(DUE.timestamp())}:F> was left out" in told
    assert "within 6 hours" in told
    assert f"Next: <t:{int((DUE + DAY).timestamp())}:F>" in told
    assert inbox(seeds.ada) == []


async def test_a_day_that_discord_failed_for_too_long_is_left_out_and_told(seeds: Stage) -> None:
    await keep_daily(seeds, seeds.general)
    path = f"/channels/{seeds.general.id}/messages"
    seeds.env.inject_error("POST", path, status=503, times=None)
    await move_to(seeds, DUE)
    await move_to(seeds, DUE + timedelta(hours=6, minutes=6))
    assert posts(seeds.general) == []
    assert "was left out" in inbox(seeds.ada)[-1].content


async def test_a_pause_by_an_admin_stays_in_the_list_with_its_reason(seeds: Stage) -> None:
    daily = await keep_daily(seeds, seeds.general, paused=PAUSED_BY_ADMIN)
    listed = messages(await seeds.ada.slash(seeds.general, "daily-story"))[0]
    assert "**Paused.** An admin paused it." in listed.content
    await seeds.ada.click(listed, label="Resume")
    assert not (await kept(seeds, daily)).paused


# The check


async def lines(s: Stage) -> list[str]:
    """Give what the check of the server says."""
    house = s.client.house
    return [found.line for found in await check_server(s.client, house, s.guild.id, "en-GB")]


async def test_the_check_says_what_works_and_names_the_fix_of_what_does_not(seeds: Stage) -> None:
    closed = seeds.guild.create_text_channel("closed")
    gone = seeds.guild.create_text_channel("gone")
    for channel in (seeds.general, closed, gone):
        await keep_daily(seeds, channel)
    await deny(seeds, closed, send_messages=False)
    await delete(seeds, gone)
    good, forbidden, missing = await lines(seeds)
    assert good.startswith("Works: Every day at 20:00, Berlin time, a drabble in <#")
    assert forbidden.startswith("Does not work:")
    assert f"I may not write in <#{closed.id}>. Give me Send Messages there." in forbidden
    assert "That channel is gone." in missing


async def test_the_check_posts_and_changes_nothing(seeds: Stage) -> None:
    thread = await thread_in(seeds, seeds.general, archived=True)
    await keep_daily(seeds, seeds.general)
    await keep_daily(seeds, thread)
    before = len(seeds.env.http_requests)
    assert all(line.startswith("Works") for line in await lines(seeds))
    assert {each.method for each in seeds.env.http_requests[before:]} <= {"GET"}


async def test_the_check_tells_a_mended_pause_from_one_that_still_has_its_cause(
    seeds: Stage,
) -> None:
    channel = seeds.guild.create_text_channel("stories")
    await keep_daily(seeds, channel)
    await deny(seeds, channel, send_messages=False)
    await move_to(seeds, DUE)
    (broken,) = await lines(seeds)
    assert broken.endswith("Give me Send Messages there. Then press Resume.")
    await deny(seeds, channel)
    (mended,) = await lines(seeds)
    assert "what stopped it is mended" in mended


async def test_the_check_names_what_an_admin_paused_and_what_is_over(seeds: Stage) -> None:
    await keep_daily(seeds, seeds.general, paused=PAUSED_BY_ADMIN)
    over = DailyTime(20, 0, "Europe/Berlin", until_date=date(2026, 11, 1))
    await keep_daily(seeds, seeds.general, rule=over)
    paused, ended = await lines(seeds)
    assert paused.startswith("Paused by an admin")
    assert ended.startswith("Over:")


async def test_the_check_says_when_discord_does_not_answer(seeds: Stage) -> None:
    thread = await thread_in(seeds, seeds.general, archived=True)
    await keep_daily(seeds, thread)
    seeds.env.inject_error("GET", f"/channels/{thread.id}", status=503)
    (line,) = await lines(seeds)
    assert line.startswith("Could not be checked")


async def test_the_check_names_a_role_and_threads_that_a_post_would_lack(seeds: Stage) -> None:
    readers = seeds.guild.create_role("Readers", mentionable=True)
    daily = await keep_daily(seeds, seeds.general, role=readers.id, opens_thread=True)
    assert (await lines(seeds))[0].startswith("Works: ")
    await deny(seeds, seeds.general, create_public_threads=False)
    (line,) = await lines(seeds)
    assert line.startswith("Works, but not all of it: Every day at 20:00")
    assert "Give me Create Public Threads there." in line
    await deny(seeds, seeds.general)
    house = seeds.client.house
    assert await house.daily_stories.change(daily, replace(daily, role=12345))
    (line,) = await lines(seeds)
    assert line.endswith("The role it mentions is gone. Choose another one under More settings.")


def _tried(s: Stage, channel: object) -> int:
    path = f"/channels/{getattr(channel, 'id', 0)}/messages"
    return sum(each.method == "POST" and each.path == path for each in s.env.http_requests)


async def _fail_as_often_as_it_is_tried(s: Stage, channel: object) -> datetime:
    """Let every try fail; gives the moment of the last one."""
    moment = DUE
    await move_to(s, moment)
    for number, wait in enumerate(WAITS, 1):
        assert _tried(s, channel) == number
        await move_to(s, moment + wait - timedelta(seconds=1))
        assert _tried(s, channel) == number, "too early"
        moment += wait + timedelta(seconds=1)
        await move_to(s, moment)
    assert _tried(s, channel) == len(WAITS) + 1
    return moment


async def test_while_discord_fails_it_is_tried_less_and_less_and_then_it_pauses(
    seeds: Stage,
) -> None:
    channel = seeds.guild.create_text_channel("stories")
    daily = await keep_daily(seeds, channel)
    seeds.env.inject_error("POST", f"/channels/{channel.id}/messages", status=503, times=None)
    await _fail_as_often_as_it_is_tried(seeds, channel)
    told = inbox(seeds.ada)[-1]
    assert "Discord did not take it, seven times in five hours." in told.content
    assert "its settings are kept" in told.content
    assert labels(told) == ["Resume"]
    assert (await kept(seeds, daily)).paused == "daily.paused-failing"
    seeds.env.backend.faults.clear()
    resumed = await seeds.ada.user.click(told, label="Resume")
    assert messages(resumed)[0].content.startswith("It goes on.")
    await move_to(seeds, DUE + DAY)
    assert len(posts(channel)) == 1


async def test_while_nobody_can_be_told_it_does_not_pause(seeds: Stage) -> None:
    daily = await keep_daily(seeds, seeds.general)
    seeds.env.inject_error("POST", "/channels/*/messages", status=503, times=None)
    last = await _fail_as_often_as_it_is_tried(seeds, seeds.general)
    assert not (await kept(seeds, daily)).paused
    seeds.env.backend.faults.clear()
    await move_to(seeds, last + WAITS[-1] + timedelta(seconds=1))
    assert not (await kept(seeds, daily)).paused
    assert "was left out" in inbox(seeds.ada)[-1].content
    await move_to(seeds, DUE + DAY)
    assert len(posts(seeds.general)) == 1


async def test_admins_are_told_in_the_language_of_their_server(
    tmp_path: Path, clock: Clock
) -> None:
    async with stage(settings_for(tmp_path), clock, locale="de") as s:
        channel = s.guild.create_text_channel("stories")
        log = s.guild.create_text_channel("log")
        await s.client.house.servers.change(s.guild.id, log_channel=log.id)
        await keep_daily(s, channel)
        await deny(s, channel, send_messages=False)
        await move_to(s, DUE)
        for told in (inbox(s.ada)[-1], log.history()[-1]):
            where = say("daily.in-server", "de", channel=channel.mention, server="Reading Room")
            reason = say("daily.may-not-send", "de", channel=channel.mention)
            then = say("daily.then-resume", "de")
            expected = say("daily.paused", "de", daily=where, why=f"{reason} {then}")
            assert told.content == expected
            assert expected != say("daily.paused", daily=where, why=f"{reason} {then}")
            assert labels(told) == [say("button.resume", "de")]


async def test_somebodys_own_speaks_the_language_they_set_it_up_in(
    tmp_path: Path, clock: Clock
) -> None:
    async with stage(settings_for(tmp_path), clock) as s:
        await keep_own(s, s.ben, language="de")
        await move_to(s, DUE)
        assert say("button.stop", "de") in labels(inbox(s.ben)[-1])
        assert say("button.stop", "de") != say("button.stop")
