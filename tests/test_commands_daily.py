"""The daily story as an admin sets it up and a channel receives it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord
import pytest

from tests.dailies import posts
from tests.stage import Stage, is_private, labels, messages, option_value, options, select_id

BERLIN = ZoneInfo("Europe/Berlin")
LOOK = 21  # seconds: a little more than the time between two looks at what is due


@pytest.fixture
def stories(seeds: Stage) -> Any:
    """Give a channel for daily stories."""
    return seeds.guild.create_text_channel("stories")


async def _move_to(stage: Stage, moment: datetime) -> None:
    """Move the clock and let the bot look at it."""
    stage.clock.at = moment.astimezone(UTC)
    await stage.env.advance_time(LOOK)


async def _set_up(seeds: Stage, channel: Any, **more: Any) -> Any:
    return await seeds.ada.slash(
        seeds.general, "daily-story", time="20:00", zone="Berlin", channel=channel, **more
    )


async def test_one_command_sets_up_a_daily_story_and_says_what_will_happen(
    seeds: Stage, stories: Any
) -> None:
    result = await _set_up(seeds, stories)
    assert is_private(result)
    content = messages(result)[0].content
    assert f"Every day at 20:00, Berlin time, a drabble in <#{stories.id}>." in content
    first = datetime(2026, 11, 20, 20, 0, tzinfo=BERLIN)  # the clock stands at 19:00 there
    assert f"Next: Fri, Nov 20, 20:00 (<t:{int(first.timestamp())}:R>), Sat, Nov 21" in content
    assert "no repeat for" in content
    assert labels(messages(result)[0]) == [
        *("Edit", "More settings", "Show me one"),
        *("Pause", "Skip next", "Remove"),
    ]


@pytest.mark.parametrize("time", ["20:00", "20.00", "8pm", "20 Uhr", "20h", "8:00 PM"])
async def test_times_are_understood_as_people_write_them(
    seeds: Stage, stories: Any, time: str
) -> None:
    result = await seeds.ada.slash(
        seeds.general, "daily-story", time=time, zone="Europe/Berlin", channel=stories
    )
    assert "Every day at 20:00, Berlin time" in messages(result)[0].content


async def test_a_bare_8_asks_with_two_buttons_and_nothing_is_lost(
    seeds: Stage, stories: Any
) -> None:
    asked = await seeds.ada.slash(
        seeds.general, "daily-story", time="8", zone="Berlin", channel=stories
    )
    assert is_private(asked)
    assert labels(messages(asked)[0]) == ["08:00", "20:00"]
    result = await seeds.ada.click(messages(asked)[0], label="20:00")
    assert "Every day at 20:00, Berlin time" in messages(result)[0].content


async def test_without_a_zone_it_is_asked_for_and_a_choice_completes_it(
    seeds: Stage, stories: Any
) -> None:
    asked = await seeds.ada.slash(seeds.general, "daily-story", time="20:00", channel=stories)
    message = messages(asked)[0]
    result = await seeds.ada.select(
        message,
        [next(v for v in [option_value(message, label) for label in options(message)])],
        custom_id=select_id(message),
    )
    assert "Every day at 20:00" in messages(result)[0].content


async def test_the_zone_is_found_by_city_and_country_while_typing(seeds: Stage) -> None:
    for typed, key in (
        ("munich", "Europe/Berlin"),
        ("japan", "Asia/Tokyo"),
        ("CET", "Europe/Berlin"),
    ):
        choices = await seeds.ada.autocomplete(seeds.general, "daily-story", "zone", typed)
        assert key in [choice["value"] for choice in choices][:5], typed


async def test_a_missing_permission_is_named_before_anything_is_kept(seeds: Stage) -> None:
    everyone = seeds.guild.default_role
    closed = seeds.guild.create_text_channel(
        "closed", overwrites={everyone: discord.PermissionOverwrite(read_message_history=False)}
    )
    result = await _set_up(seeds, closed)
    assert "Read Message History" in messages(result)[0].content
    assert await seeds.client.house.library.due_schedules(datetime.max.replace(tzinfo=UTC), 9) == []


async def test_members_without_manage_server_cannot_reach_it(seeds: Stage, stories: Any) -> None:
    assert "daily-story" not in seeds.ben.available_commands(seeds.general)
    assert "daily-story" in seeds.ada.available_commands(seeds.general)


async def test_one_post_a_day_over_ten_days_a_restart_and_the_end_of_summer_time(
    seeds: Stage, stories: Any
) -> None:
    # Summer time ends in Berlin on 25 October 2026.
    seeds.clock.at = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
    await _set_up(seeds, stories)
    days = [datetime(2026, 10, 20 + n, 20, 0, tzinfo=BERLIN) for n in range(10)]
    for number, due in enumerate(days):
        await _move_to(seeds, due.astimezone(UTC) - timedelta(minutes=1))
        assert _count(stories) == number, "nothing comes early"
        await _move_to(seeds, due)
        assert _count(stories) == number + 1
        await _move_to(seeds, due.astimezone(UTC) + timedelta(minutes=2))
        assert _count(stories) == number + 1, "nothing comes twice"
        if number == 4:
            await seeds.restart()
            await seeds.env.advance_time(LOOK)
            assert _count(stories) == number + 1
    titles = {text.splitlines()[0] for text in posts(stories)}
    assert len(titles) == 10, "no drabble comes twice while there are others"


def _count(channel: Any) -> int:
    """Count the daily stories in a channel: each begins with its title."""
    return len(posts(channel))


async def test_after_a_night_without_power_an_old_day_is_skipped_and_a_recent_one_sent_once(
    seeds: Stage, stories: Any
) -> None:
    await _set_up(seeds, stories)
    await _move_to(seeds, datetime(2026, 11, 22, 1, 0, tzinfo=BERLIN))  # five hours late
    assert _count(stories) == 1
    await _move_to(seeds, datetime(2026, 11, 23, 5, 0, tzinfo=BERLIN))  # nine hours late
    assert _count(stories) == 1
    await _move_to(seeds, datetime(2026, 11, 23, 20, 0, tzinfo=BERLIN))
    assert _count(stories) == 2


async def test_without_options_it_lists_and_the_buttons_work(seeds: Stage, stories: Any) -> None:
    await _set_up(seeds, stories)
    listed = messages(await seeds.ada.slash(seeds.general, "daily-story"))[0]
    assert "Every day at 20:00, Berlin time" in listed.content
    shown = await seeds.ada.click(listed, label="Show me one")
    assert is_private(shown)
    assert _count(stories) == 0
    await seeds.ada.click(listed, label="Skip next")
    await _move_to(seeds, datetime(2026, 11, 20, 20, 1, tzinfo=BERLIN))
    assert _count(stories) == 0
    await _move_to(seeds, datetime(2026, 11, 21, 20, 1, tzinfo=BERLIN))
    assert _count(stories) == 1
    await seeds.ada.click(listed, label="Pause")
    await _move_to(seeds, datetime(2026, 11, 22, 20, 1, tzinfo=BERLIN))
    assert _count(stories) == 1
    paused = messages(await seeds.ada.slash(seeds.general, "daily-story"))[0]
    assert "**Paused.** An admin paused it." in paused.content
    await seeds.ada.click(paused, label="Resume")
    await _move_to(seeds, datetime(2026, 11, 23, 20, 1, tzinfo=BERLIN))
    assert _count(stories) == 2
    again = messages(await seeds.ada.slash(seeds.general, "daily-story"))[0]
    await seeds.ada.click(again, label="Remove")
    await _move_to(seeds, datetime(2026, 11, 24, 20, 1, tzinfo=BERLIN))
    assert _count(stories) == 2


async def test_edit_opens_a_form_with_what_stands_and_keeps_what_is_filled_in(
    seeds: Stage, stories: Any
) -> None:
    result = await _set_up(seeds, stories)
    form = await seeds.ada.click(messages(result)[0], label="Edit")
    assert form.modal is not None
    assert "20:00" in str(form.modal)
    kept = await seeds.ada.submit_modal(form, {"time": "7am", "zone": "Tokyo", "what": ["excerpt"]})
    content = messages(kept)[0].content
    assert f"Every day at 07:00, Tokyo time, an excerpt in <#{stories.id}>" in content


async def test_a_deleted_channel_pauses_and_keeps_the_settings(seeds: Stage, stories: Any) -> None:
    await _set_up(seeds, stories)
    place = seeds.client.get_channel(stories.id)
    assert isinstance(place, discord.TextChannel)
    await place.delete()
    await _move_to(seeds, datetime(2026, 11, 20, 20, 1, tzinfo=BERLIN))
    listed = messages(await seeds.ada.slash(seeds.general, "daily-story"))[0]
    assert "**Paused.** That channel is gone." in listed.content
    told = seeds.ada.user.dm_channel.history()
    assert any("That channel is gone." in message.content for message in told)


async def test_a_member_gets_their_own_copy_and_can_stop_it(seeds: Stage, stories: Any) -> None:
    await _set_up(seeds, stories)
    await _move_to(seeds, datetime(2026, 11, 20, 20, 1, tzinfo=BERLIN))
    post = stories.history()[-1]
    result = await seeds.ben.click(post, label="Send me one every day")
    assert is_private(result)
    assert "in your direct messages" in messages(result)[-1].content
    inbox = seeds.ben.user.dm_channel
    assert len(inbox.history()) == 1
    await _move_to(seeds, datetime(2026, 11, 21, 20, 1, tzinfo=BERLIN))
    copy = inbox.history()[-1]
    assert _count(inbox) == 1
    assert "Stop" in labels(copy)
    await seeds.ben.user.click(copy, label="Stop")
    await _move_to(seeds, datetime(2026, 11, 22, 20, 1, tzinfo=BERLIN))
    assert _count(inbox) == 1
    assert _count(stories) == 3


async def test_the_first_command_of_an_admin_offers_a_daily_story_once(seeds: Stage) -> None:
    result = await seeds.ada.slash(seeds.general, "drabble")
    offer = messages(result)[-1]
    assert offer.ephemeral
    assert labels(offer) == ["Set up a daily story"]
    form = await seeds.ada.click(offer, label="Set up a daily story")
    kept = await seeds.ada.submit_modal(
        form, {"time": "20:00", "zone": "Berlin", "what": ["drabble"]}
    )
    assert "Every day at 20:00" in messages(kept)[0].content
    second = await seeds.ada.slash(seeds.general, "drabble")
    assert "Set up a daily story" not in labels(messages(second)[-1])


async def test_a_member_is_offered_nothing(seeds: Stage) -> None:
    result = await seeds.ben.slash(seeds.general, "drabble")
    assert "Set up a daily story" not in labels(messages(result)[-1])
