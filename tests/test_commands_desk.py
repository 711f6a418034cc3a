"""The reading desk: placed by an admin, read at by everybody, each alone."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord
import pytest

from tests.stage import Stage, is_private, labels, messages, option_value, options
from tests.tales import rest_problems
from tests.test_commands_admin import Panel, open_panel


async def place_desk(s: Stage, channel: Any) -> Panel:
    panel = await open_panel(s)
    await panel.to("desk")
    await panel.pick("fs:desk-place", [channel])
    return panel


def desks(channel: Any) -> list[Any]:
    """Give the desks that stand in a channel; a pin leaves a message of Discord's own."""
    return [each for each in channel.history() if "**The reading desk**" in each.content]


@pytest.fixture
async def desk(seeds: Stage) -> Any:
    """Give the message of a desk in #general."""
    s = seeds
    await place_desk(s, s.general)
    return desks(s.general)[0]


async def test_an_admin_places_the_desk_and_it_is_pinned(seeds: Stage) -> None:
    s = seeds
    place: Any = s.client.get_channel(s.general.id)
    await place.set_permissions(
        place.guild.me, overwrite=discord.PermissionOverwrite(pin_messages=True)
    )
    requests = len(s.env.http_requests)
    await place_desk(s, s.general)
    (message,) = desks(s.general)
    assert labels(message) == ["A drabble", "Find a story", "Continue", "Send me one every day"]
    assert [each.id for each in s.general.pinned_messages()] == [message.id]
    address = f"https://discord.com/channels/{s.guild.id}/{s.general.id}/{message.id}"
    assert address in str((await open_panel(s)).text)
    assert rest_problems(s, requests) == []


async def test_where_pinning_is_not_allowed_the_desk_stands_and_says_so(seeds: Stage) -> None:
    s = seeds
    place: Any = s.client.get_channel(s.general.id)
    await place.set_permissions(
        place.guild.me,
        overwrite=discord.PermissionOverwrite(pin_messages=False, manage_messages=False),
    )
    panel = await open_panel(s)
    await panel.to("desk")
    answer = await s.ada.select(
        panel.message, [s.general], custom_id=panel.custom_id("fs:desk-place")
    )
    assert "Give me Pin Messages" in s.texts(answer)[-1]
    assert len(desks(s.general)) == 1
    assert s.general.pinned_messages() == []


async def test_where_the_bot_may_not_write_the_desk_is_refused_with_the_fix(seeds: Stage) -> None:
    s = seeds
    place: Any = s.client.get_channel(s.general.id)
    await place.set_permissions(
        place.guild.me, overwrite=discord.PermissionOverwrite(send_messages=False)
    )
    panel = await open_panel(s)
    await panel.to("desk")
    answer = await panel.pick("fs:desk-place", [s.general])
    assert is_private(answer)
    assert "Give me Send Messages there" in s.texts(answer)[-1]
    assert (await s.client.house.servers.settings(s.guild.id)).desk is None


async def test_a_desk_moves_and_is_taken_away(seeds: Stage) -> None:
    s = seeds
    await place_desk(s, s.general)
    await place_desk(s, s.adult)
    assert desks(s.general) == []
    assert len(desks(s.adult)) == 1
    panel = await open_panel(s)
    await panel.to("desk")
    await panel.click("Remove the reading desk")
    assert desks(s.adult) == []
    assert (await s.client.house.servers.settings(s.guild.id)).desk is None
    assert "reading desk stands" not in panel.text


async def test_a_drabble_at_the_desk_is_seen_by_one_person_and_so_is_the_next(
    seeds: Stage, desk: Any
) -> None:
    s = seeds
    answer = await s.ben.click(desk, label="A drabble")
    assert is_private(answer)
    assert labels(messages(answer)[-1]) == ["Post here", "Another drabble", "More"]
    again = await s.ben.click(messages(answer)[-1], label="Another drabble")
    assert is_private(again)


async def test_a_drabble_from_the_desk_can_be_posted(seeds: Stage, desk: Any) -> None:
    s = seeds
    answer = await s.ben.click(desk, label="A drabble")
    posted = await s.ben.click(messages(answer)[-1], label="Post here")
    assert not is_private(posted)


async def test_finding_at_the_desk_goes_through_a_form_to_a_private_list(
    seeds: Stage, desk: Any
) -> None:
    s = seeds
    form = await s.ben.click(desk, label="Find a story")
    answer = await s.ben.submit_modal(form, {"words": "lamp"})
    assert is_private(answer)
    (shown,) = messages(answer)
    title = next(each for each in options(shown) if "Lamp" in each)
    opened = await s.ben.select(shown, [option_value(shown, title)], custom_id="fs:open")
    assert is_private(opened)
    assert title in s.texts(opened)[0]
    assert rest_problems(s) == []


async def test_what_is_not_found_at_the_desk_is_said(seeds: Stage, desk: Any) -> None:
    s = seeds
    for typed in ("qqqqxxxx", "   "):
        form = await s.ben.click(desk, label="Find a story")
        answer = await s.ben.submit_modal(form, {"words": typed})
        assert is_private(answer)
        assert "I found nothing for" in s.texts(answer)[0]


async def test_continue_at_the_desk_opens_what_was_read(seeds: Stage, desk: Any) -> None:
    s = seeds
    nothing = await s.ben.click(desk, label="Continue")
    assert is_private(nothing)
    page = await s.ben.slash(s.general, "story", title="The Lamp at Sable Point")
    shown = messages(page)[-1]
    if "Read" in labels(shown):
        await s.ben.click(shown, label="Read")
        shown = s.general.history()[-1]
    await s.ben.click(shown, label="Next")
    answer = await s.ben.click(desk, label="Continue")
    assert is_private(answer)
    assert "The Lamp at Sable Point" in s.texts(answer)[0]


async def test_the_desk_works_after_a_restart(seeds: Stage, desk: Any) -> None:
    s = seeds
    await s.restart()
    assert is_private(await s.cid.click(desk, label="A drabble"))


async def fill_daily(s: Stage, desk: Any, **given: Any) -> Any:
    form = await s.ben.click(desk, label="Send me one every day")
    return await s.ben.submit_modal(form, {"what": ["drabble"], **given})


async def test_a_daily_story_of_ones_own_is_set_up_at_the_desk(seeds: Stage, desk: Any) -> None:
    s = seeds
    answer = await fill_daily(s, desk, time="20:00", zone="Berlin")
    assert is_private(answer)
    assert (
        "Every day at 20:00, Berlin time, a drabble in your direct messages"
        in (s.texts(answer)[-1])
    )
    s.clock.at = datetime(2026, 11, 20, 20, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    await s.env.advance_time(21)
    sent = s.ben.user.dm_channel.history()
    assert "Stop" in labels(sent[-1])
    assert len(sent) > 1, "the confirmation, and the first drabble"
    assert "by The Fireside Writers" in sent[1].content
    assert rest_problems(s) == []


async def test_an_hour_of_either_half_of_the_day_is_asked_about(seeds: Stage, desk: Any) -> None:
    s = seeds
    answer = await fill_daily(s, desk, time="8", zone="Berlin")
    (asked,) = messages(answer)
    assert labels(asked) == ["08:00", "20:00"]
    done = await s.ben.click(asked, label="20:00")
    assert "Every day at 20:00, Berlin time" in s.texts(done)[-1]


async def test_a_city_of_several_clocks_is_asked_about(seeds: Stage, desk: Any) -> None:
    s = seeds
    answer = await fill_daily(s, desk, time="20:00", zone="Brazil")
    (asked,) = messages(answer)
    assert len(options(asked)) > 1
    picked = options(asked)[0]
    done = await s.ben.select(asked, [option_value(asked, picked)])
    assert "Every day at 20:00" in s.texts(done)[-1]


@pytest.mark.parametrize(
    ("time", "zone", "told"),
    [
        ("25:00", "Berlin", "25:00"),
        ("soon", "Berlin", "can't read"),
        ("20:00", "Nowhereville-on-Sea", "I know no time zone"),
        ("8", "Brazil", "may be several time zones"),
    ],
)
async def test_what_cannot_be_understood_is_said_and_nothing_typed_is_lost(
    time: str, zone: str, told: str, seeds: Stage, desk: Any
) -> None:
    s = seeds
    answer = await fill_daily(s, desk, time=time, zone=zone, what=["excerpt"])
    assert is_private(answer)
    assert told in s.texts(answer)[0]
    form = await s.ben.click(messages(answer)[-1], label="Try again")
    assert form.modal is not None
    assert time in str(form.modal)
    assert zone in str(form.modal)
    assert await s.client.house.daily_stories.of_member(s.ben.id) == []


async def test_a_place_is_remembered_a_day_later_at_the_desk(seeds: Stage, desk: Any) -> None:
    s = seeds
    page = await s.ben.slash(s.general, "story", title="The Lamp at Sable Point")
    shown = messages(page)[-1]
    if "Read" in labels(shown):
        await s.ben.click(shown, label="Read")
        shown = s.general.history()[-1]
    await s.ben.click(shown, label="Next")
    s.clock.at += timedelta(days=2)
    answer = await s.ben.click(desk, label="Continue")
    assert "Last time:" in s.texts(answer)[0]
