"""What keeps a daily story honest when things go wrong between claim and post."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import discord
import pytest

from bot.daily import PAUSED_BY_ADMIN, DailyStory, What
from bot.schedule import DailyTime
from bot.story import Rating
from tests.dailies import posts
from tests.stage import Clock, Stage, is_private, labels, messages, settings_for, stage

BERLIN = ZoneInfo("Europe/Berlin")
DUE = datetime(2026, 11, 20, 20, 0, tzinfo=BERLIN)
LEASE = timedelta(minutes=6)
LOOK = 21  # seconds


async def _at(s: Stage, moment: datetime) -> None:
    s.clock.at = moment.astimezone(UTC)
    await s.env.advance_time(LOOK)


async def _daily(s: Stage, channel: Any, what: What = What.DRABBLE, **more: Any) -> DailyStory:
    return await s.client.house.daily_stories.add(
        DailyStory(
            id=0,
            rule=DailyTime(20, 0, "Europe/Berlin"),
            what=what,
            made_by=s.ada.id,
            server=s.guild.id,
            channel=channel.id,
            **more,
        )
    )


async def test_a_server_error_is_tried_again_and_posted_once(seeds: Stage) -> None:
    await _daily(seeds, seeds.general)
    seeds.env.inject_error("POST", f"/channels/{seeds.general.id}/messages", status=503)
    await _at(seeds, DUE)
    assert posts(seeds.general) == []
    await _at(seeds, DUE + LEASE)
    assert len(posts(seeds.general)) == 1
    await _at(seeds, DUE + 2 * LEASE)
    assert len(posts(seeds.general)) == 1


async def test_what_was_paused_meanwhile_is_not_posted(seeds: Stage) -> None:
    daily = await _daily(seeds, seeds.general)
    seeds.env.inject_error("POST", f"/channels/{seeds.general.id}/messages", status=503)
    await _at(seeds, DUE)
    listed = messages(await seeds.ada.slash(seeds.general, "daily-story"))[0]
    await seeds.ada.click(listed, label="Pause")
    await _at(seeds, DUE + LEASE)
    assert posts(seeds.general) == []
    (delivery,) = await seeds.client.house.library.deliveries_of(daily.id, 5)
    assert delivery.state == "skipped"


async def test_what_may_not_be_shown_any_more_is_not_posted(tmp_path: Path, clock: Clock) -> None:
    stories = tmp_path / "stories"
    stories.mkdir()
    text = "The boiler burst. Nobody swore for a whole minute. Then everybody did.\n\n" * 8
    (stories / "boiler.md").write_text(f"---\ntitle: Boiler\nrating: Mature\n---\n\n{text}")
    async with stage(settings_for(tmp_path, stories), clock) as s:
        await _daily(s, s.adult)
        s.env.inject_error("POST", f"/channels/{s.adult.id}/messages", status=503)
        await _at(s, DUE)
        # Meanwhile the channel stops being age-restricted.
        await s.client.house.servers.change(s.guild.id, ceiling=Rating.TEEN)
        await _at(s, DUE + LEASE)
        assert posts(s.adult) == []


async def test_a_row_nobody_can_read_stops_no_other(seeds: Stage) -> None:
    odd = await _daily(seeds, seeds.general)
    await _daily(seeds, seeds.adult)
    stored = await seeds.client.house.library.schedule(odd.id)
    assert stored is not None
    broken = replace(stored, content='{"what": "opera"}')
    await seeds.client.house.library.change_schedule(stored, broken)
    await _at(seeds, DUE)
    assert len(posts(seeds.adult)) == 1
    kept = await seeds.client.house.library.schedule(odd.id)
    assert kept is not None
    assert kept.paused == "daily.paused-unreadable"
    assert kept.content == broken.content, "its settings are kept"


async def test_a_row_nobody_can_read_is_told_listed_and_can_be_removed(seeds: Stage) -> None:
    odd = await _daily(seeds, seeds.general)
    await _daily(seeds, seeds.adult)
    library = seeds.client.house.library
    stored = await library.schedule(odd.id)
    assert stored is not None
    await library.change_schedule(stored, replace(stored, content='{"what": "opera"}'))
    await _at(seeds, DUE)
    (told,) = seeds.ada.user.dm_channel.history()
    assert "Remove it and set it up again." in told.content
    assert labels(told) == [], "there is nothing to resume"
    listed = messages(await seeds.ada.slash(seeds.general, "daily-story"))[0]
    assert "1. A newer version of me wrote it" in listed.content
    opened = await seeds.ada.select(listed, [str(odd.id)], custom_id="fs:daily-open")
    refused = await seeds.ada.click(messages(opened)[0], label="Resume")
    assert "Remove it and set it up again." in messages(refused)[0].content
    await seeds.ada.click(messages(opened)[0], label="Remove")
    (left,) = await seeds.client.house.daily_stories.of_server(seeds.guild.id)
    assert left.channel == seeds.adult.id


async def test_killed_between_post_and_note_it_is_found_in_the_channel(seeds: Stage) -> None:
    daily = await _daily(seeds, seeds.general)
    await _at(seeds, DUE)
    (sent,) = posts(seeds.general)
    # As it stands after a kill: chosen, posted, and never written down.
    library: Any = seeds.client.house.library
    async with library._transaction() as writer:
        await writer.execute(
            "UPDATE delivery SET state = 'claimed', part = ?",
            [json.dumps({"contents": [sent], "buttons": []})],
        )
        await writer.execute("DELETE FROM sent_message")
    for _ in range(3):
        await seeds.ben.send(seeds.general, "What a story!")
    await _at(seeds, DUE + LEASE)
    assert len(posts(seeds.general)) == 1
    (delivery,) = await library.deliveries_of(daily.id, 5)
    assert delivery.state == "sent"


async def test_a_pause_by_an_admin_is_not_undone_from_an_old_message(seeds: Stage) -> None:
    channel = seeds.guild.create_text_channel("stories")
    daily = await _daily(seeds, channel)
    place = seeds.client.get_channel(channel.id)
    assert isinstance(place, discord.TextChannel)
    await place.delete()
    await _at(seeds, DUE)
    told = seeds.ada.user.dm_channel.history()[-1]
    assert labels(told) == ["Resume"]
    kept = await seeds.client.house.daily_stories.find(daily.id)
    assert kept is not None
    await seeds.client.house.daily_stories.change(kept, replace(kept, paused=PAUSED_BY_ADMIN))
    answer = await seeds.ada.user.click(told, label="Resume")
    assert "type /daily-story there" in messages(answer)[0].content
    after = await seeds.client.house.daily_stories.find(daily.id)
    assert after is not None
    assert after.paused == PAUSED_BY_ADMIN


async def test_edit_moves_it_to_another_channel(seeds: Stage) -> None:
    await _daily(seeds, seeds.general)
    other = seeds.guild.create_text_channel("other")
    listed = messages(await seeds.ada.slash(seeds.general, "daily-story"))[0]
    form = await seeds.ada.click(listed, label="Edit")
    kept = await seeds.ada.submit_modal(
        form, {"time": "20:00", "zone": "Berlin", "what": ["drabble"], "channel": [other]}
    )
    assert f"<#{other.id}>" in messages(kept)[0].content
    await _at(seeds, DUE)
    assert posts(seeds.general) == []
    assert len(posts(other)) == 1


async def test_a_copy_in_direct_messages_keeps_its_stop_when_a_page_is_turned(
    tmp_path: Path, clock: Clock
) -> None:
    stories = tmp_path / "stories"
    stories.mkdir()
    text = "\n\n".join(f"It rained on day {n}, and nobody minded it much." for n in range(90))
    (stories / "rain.md").write_text(f"---\ntitle: Rain\nrating: General\n---\n\n{text}")
    async with stage(settings_for(tmp_path, stories), clock) as s:
        await s.client.house.daily_stories.add(
            DailyStory(
                id=0,
                rule=DailyTime(20, 0, "Europe/Berlin"),
                what=What.STORY,
                made_by=s.ben.id,
                member=s.ben.id,
            )
        )
        await _at(s, DUE)
        (post,) = s.ben.user.dm_channel.history()
        assert labels(post) == ["Next", "More", "Stop"]
        await s.ben.user.click(post, label="Next")
        first, second = s.ben.user.dm_channel.history()
        assert labels(first) == ["Stop"]
        assert "Previous" in labels(second)


async def test_an_answer_with_the_same_words_is_not_taken_for_the_daily_story(
    tmp_path: Path, clock: Clock
) -> None:
    stories = tmp_path / "stories"
    stories.mkdir()
    (stories / "rain.md").write_text("---\ntitle: Rain\nrating: General\n---\n\nIt rained.\n")
    async with stage(settings_for(tmp_path, stories), clock) as s:
        await _daily(s, s.general)
        s.env.inject_error("POST", f"/channels/{s.general.id}/messages", status=503)
        await _at(s, DUE)
        await s.ben.slash(s.general, "drabble")
        assert len(posts(s.general)) == 1
        await _at(s, DUE + LEASE)
        assert len(posts(s.general)) == 2


async def test_nothing_is_promised_where_nothing_may_be_sent(tmp_path: Path, clock: Clock) -> None:
    stories = tmp_path / "stories"
    stories.mkdir()
    text = "The boiler burst. Nobody swore for a whole minute. Then everybody did.\n\n" * 8
    (stories / "boiler.md").write_text(f"---\ntitle: Boiler\nrating: Mature\n---\n\n{text}")
    async with stage(settings_for(tmp_path, stories), clock) as s:
        await _daily(s, s.adult)
        await _at(s, DUE)
        post = s.adult.history()[-1]
        answer = await s.ben.click(post, label="Send me one every day")
        assert is_private(answer)
        assert "only General and Teen" in messages(answer)[-1].content
        assert await s.client.house.daily_stories.of_member(s.ben.id) == []


@pytest.mark.parametrize("typed", ["8", "8pm"])
async def test_a_zone_that_is_unclear_is_asked_before_the_half_of_the_day(
    seeds: Stage, typed: str
) -> None:
    asked = await seeds.ada.slash(seeds.general, "daily-story", time=typed, zone="brazil")
    content = messages(asked)[0].content
    assert "Whose clock" in content


async def test_what_was_sent_and_what_failed_is_counted(seeds: Stage) -> None:
    watch = seeds.client.house.watch
    if not watch.can_count:
        pytest.skip("the extra “metrics” is not installed")
    channel = seeds.guild.create_text_channel("stories")
    await _daily(seeds, seeds.general)
    await _daily(seeds, channel)
    place = seeds.client.get_channel(channel.id)
    assert isinstance(place, discord.TextChannel)
    await place.delete()
    await _at(seeds, DUE)
    figures = watch.figures().decode()
    assert 'fireside_deliveries_total{state="sent"} 1.0' in figures
    assert 'fireside_deliveries_total{state="failed"} 1.0' in figures


# The rules of a zone change after a time was computed


async def _computed_by_older_rules(s: Stage, earlier: timedelta) -> DailyStory:
    """Keep a daily story whose next time stands ``earlier`` than its zone says now."""
    daily = await _daily(s, s.general)
    library = s.client.house.library
    stored = await library.schedule(daily.id)
    assert stored is not None
    assert await library.change_schedule(stored, replace(stored, next_due=DUE - earlier))
    return daily


async def test_a_time_that_the_zone_moved_back_is_waited_for(seeds: Stage) -> None:
    daily = await _computed_by_older_rules(seeds, timedelta(minutes=30))
    await _at(seeds, DUE - timedelta(minutes=30))
    await _at(seeds, DUE - timedelta(minutes=1))
    assert posts(seeds.general) == [], "never early"
    found = await seeds.client.house.daily_stories.find(daily.id)
    assert found is not None
    assert found.next_due == DUE
    await _at(seeds, DUE)
    assert len(posts(seeds.general)) == 1
    assert not seeds.ada.user.dm_channel or not seeds.ada.user.dm_channel.history()


async def test_a_time_that_the_zone_moved_forward_is_caught_up_with_the_same_day(
    seeds: Stage,
) -> None:
    await _computed_by_older_rules(seeds, -timedelta(hours=1))
    await _at(seeds, DUE + timedelta(minutes=59))
    assert posts(seeds.general) == []
    await _at(seeds, DUE + timedelta(hours=1))
    assert len(posts(seeds.general)) == 1
    for later in (timedelta(hours=2), timedelta(days=1), timedelta(days=1, hours=1)):
        await _at(seeds, DUE + later)
    assert len(posts(seeds.general)) == 2, "and comes on time from then on"


async def test_a_time_that_the_zone_moved_does_not_bring_a_day_back_that_was_before_it_began(
    seeds: Stage,
) -> None:
    await _at(seeds, DUE + timedelta(minutes=30))
    daily = await _daily(seeds, seeds.general)
    library = seeds.client.house.library
    stored = await library.schedule(daily.id)
    assert stored is not None
    tomorrow = DUE + timedelta(days=1)
    moved = replace(stored, next_due=tomorrow - timedelta(hours=1))
    assert await library.change_schedule(stored, moved)
    await _at(seeds, tomorrow - timedelta(hours=1))
    assert posts(seeds.general) == []
    await _at(seeds, tomorrow)
    assert len(posts(seeds.general)) == 1
