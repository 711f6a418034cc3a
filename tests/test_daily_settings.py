"""Every setting of a daily story, through the command and through its buttons."""

from datetime import datetime
from typing import Any

import pytest

from bot.daily import UNFINISHED, DailyStory, Length, Order, What
from bot.library.base import OPERATOR_SHELF
from bot.schedule import WORKING_DAYS, Weekday
from bot.story import Audience, Rating, TagKind
from tests.dailies import BERLIN, DUE, deny, inbox, keep_daily, keep_own, kept, move_to, posts
from tests.stage import (
    Stage,
    is_private,
    labels,
    messages,
    option_value,
    options,
    select_id,
)


async def stored(s: Stage) -> list[DailyStory]:
    return await s.client.house.daily_stories.of_server(s.guild.id)


async def the_one(s: Stage) -> DailyStory:
    (daily,) = await stored(s)
    return daily


async def order(s: Stage, **options: Any) -> Any:
    """Type /daily-story for 20:00 in Berlin."""
    return await s.ada.slash(
        s.general, "daily-story", **{"time": "20:00", "zone": "Berlin"} | options
    )


def said(result: Any) -> str:
    return messages(result)[-1].content


# From nothing to the first one


async def test_without_any_the_command_opens_the_form_and_that_is_all_it_takes(
    seeds: Stage,
) -> None:
    form = await seeds.ada.slash(seeds.general, "daily-story")
    assert form.modal is not None
    done = await seeds.ada.submit_modal(
        form,
        {"time": "8pm", "zone": "Berlin", "what": ["drabble"], "channel": [seeds.general]},
    )
    assert is_private(done)
    assert said(done).startswith("Every day at 20:00, Berlin time, a drabble in <#")
    await move_to(seeds, DUE)
    assert len(posts(seeds.general)) == 1


async def test_the_second_one_knows_the_zone_of_the_first(seeds: Stage) -> None:
    await order(seeds)
    done = await seeds.ada.slash(seeds.general, "daily-story", time="7am", what="excerpt")
    assert said(done).startswith("Every day at 07:00, Berlin time, an excerpt in <#")


# What stays open


async def test_what_was_said_is_kept_while_something_is_asked_and_after_a_restart(
    seeds: Stage,
) -> None:
    asked = await order(seeds, time="8", days="weekdays", what="excerpt")
    assert labels(messages(asked)[0]) == ["08:00", "20:00"]
    await seeds.restart()
    done = await seeds.ada.click(messages(asked)[0], label="20:00")
    assert said(done).startswith("On weekdays at 20:00, Berlin time, an excerpt in <#")
    daily = await the_one(seeds)
    assert daily.rule.days == WORKING_DAYS
    assert not daily.paused


async def test_an_open_question_does_not_post_and_stands_in_the_list(seeds: Stage) -> None:
    await order(seeds, time="8")
    await move_to(seeds, DUE)
    assert posts(seeds.general) == []
    listed = messages(await seeds.ada.slash(seeds.general, "daily-story"))[0]
    assert "Not finished yet" in listed.content
    assert labels(listed) == ["Go on", "Remove", "Set up a daily story"]
    form = await seeds.ada.click(listed, label="Go on")
    done = await seeds.ada.submit_modal(
        form, {"time": "21:00", "zone": "Berlin", "what": ["drabble"], "channel": [seeds.general]}
    )
    assert said(done).startswith("Every day at 21:00")
    assert len(await stored(seeds)) == 1


async def test_asking_again_takes_the_place_of_what_was_left_open(seeds: Stage) -> None:
    await order(seeds, time="8")
    await order(seeds, time="9")
    (daily,) = await stored(seeds)
    assert daily.rule.hour == 9
    assert daily.paused == UNFINISHED


async def test_a_zone_that_is_not_clear_is_chosen_from_a_list(seeds: Stage) -> None:
    asked = await order(seeds, zone="brazil", days="Mon, Thu")
    assert "Whose clock is that?" in said(asked)
    message = messages(asked)[0]
    value = option_value(message, next(name for name in options(message) if "Paulo" in name))
    done = await seeds.ada.select(message, [value], custom_id=select_id(message))
    assert said(done).startswith("Every Monday and Thursday at 20:00")
    assert (await the_one(seeds)).rule.zone == "America/Sao_Paulo"


@pytest.mark.parametrize(
    ("option", "typed", "told"),
    [
        ("time", "half past never", "I can't read “half past never” as a time"),
        ("days", "blursday", "I can't read “blursday” as days"),
        ("from", "soon", "I can't read “soon” as a date"),
        ("length", "huge", "I can't read “huge” as a length"),
        ("zone", "Narnia", "I know no time zone “Narnia”"),
    ],
)
async def test_what_cannot_be_read_is_told_and_nothing_else_is_lost(
    seeds: Stage, option: str, typed: str, told: str
) -> None:
    refused = await order(seeds, **{"what": "excerpt", "until": "31 Dec", option: typed})
    assert is_private(refused)
    assert told in said(refused)
    assert "Go on" in labels(messages(refused)[-1])
    daily = await the_one(seeds)
    assert daily.paused == UNFINISHED
    assert daily.what is What.EXCERPT


async def test_a_change_that_is_not_clear_leaves_the_running_one_as_it_is(seeds: Stage) -> None:
    done = await order(seeds)
    before = await the_one(seeds)
    form = await seeds.ada.click(messages(done)[0], label="Edit")
    filled = {"time": "8", "zone": "Tokyo", "what": ["excerpt"], "channel": [seeds.general]}
    asked = await seeds.ada.submit_modal(form, filled)
    running, draft = await stored(seeds)
    assert running == before
    assert draft.replaces == before.id
    done = await seeds.ada.click(messages(asked)[0], label="08:00")
    assert said(done).startswith("Every day at 08:00, Tokyo time, an excerpt")
    (after,) = await stored(seeds)
    assert after.id == before.id


# An event


async def test_a_drabble_every_day_of_december(seeds: Stage) -> None:
    done = await order(seeds, **{"from": "1 Dec", "until": "2026-12-31", "length": "drabble"})
    assert "from December 1, 2026 until December 31, 2026" in said(done)
    assert "Next: Tue, Dec 1, 20:00" in said(done)
    await move_to(seeds, datetime(2026, 11, 30, 20, 0, tzinfo=BERLIN))
    assert posts(seeds.general) == []
    for day in (1, 2, 31):
        await move_to(seeds, datetime(2026, 12, day, 20, 0, tzinfo=BERLIN))
    assert len(posts(seeds.general)) == 3
    await move_to(seeds, datetime(2027, 1, 1, 20, 0, tzinfo=BERLIN))
    assert len(posts(seeds.general)) == 3
    listed = messages(await seeds.ada.slash(seeds.general, "daily-story"))[0]
    assert "never: its last day is over" in listed.content
    assert "Skip next" not in labels(listed)


async def test_dates_the_wrong_way_round_are_told(seeds: Stage) -> None:
    refused = await order(seeds, **{"from": "2026-12-31", "until": "2026-12-01"})
    assert "is before the first" in said(refused)


# Which stories


async def test_filters_are_kept_told_and_followed(seeds: Stage) -> None:
    done = await order(seeds, what="story", character="Sherlock Holmes", rating=int(Rating.TEEN))
    assert "a story (Sherlock Holmes, at most Teen) in <#" in said(done)
    daily = await the_one(seeds)
    assert daily.filter.names == ((TagKind.CHARACTER, "sherlock holmes"),)
    for day in range(3):
        await move_to(seeds, DUE.replace(day=20 + day))
    assert all("Holmes" in text.split("\n\n")[0] for text in posts(seeds.general))


async def test_a_name_that_is_nearly_right_is_offered_and_a_press_completes_it(
    seeds: Stage,
) -> None:
    asked = await order(seeds, character="Sherlok Holms", days="Mon")
    assert "Sherlock Holmes" in labels(messages(asked)[0])
    done = await seeds.ada.click(messages(asked)[0], label="Sherlock Holmes")
    assert said(done).startswith("Every Monday at 20:00, Berlin time, a drabble (Sherlock Holmes)")


async def test_the_field_of_the_form_takes_names_and_can_be_emptied(seeds: Stage) -> None:
    done = await order(seeds, character="Sherlock Holmes")
    form = await seeds.ada.click(messages(done)[0], label="Edit")
    assert "Sherlock Holmes" in str(form.modal)
    filled = {"time": "20:00", "zone": "Berlin", "what": ["drabble"], "channel": [seeds.general]}
    done = await seeds.ada.submit_modal(
        form, filled | {"which": "Sherlock Holmes, Dr. John Watson"}
    )
    assert len((await the_one(seeds)).filter.names) == 2
    form = await seeds.ada.click(messages(done)[0], label="Edit")
    await seeds.ada.submit_modal(form, filled | {"which": ""})
    assert (await the_one(seeds)).filter.names == ()


async def test_two_names_that_are_nearly_right_are_completed_with_one_press(seeds: Stage) -> None:
    done = await order(seeds)
    form = await seeds.ada.click(messages(done)[0], label="Edit")
    filled = {"time": "20:00", "zone": "Berlin", "what": ["drabble"], "channel": [seeds.general]}
    asked = await seeds.ada.submit_modal(form, filled | {"which": "Sherlok Holms, Jon Watsn"})
    both = next(each for each in labels(messages(asked)[0]) if each.startswith("Sherlock Holmes, "))
    await seeds.ada.click(messages(asked)[0], label=both)
    assert len((await the_one(seeds)).filter.names) == 2


async def test_where_one_of_two_names_is_like_nothing_both_are_told_and_the_form_opens_again(
    seeds: Stage,
) -> None:
    done = await order(seeds)
    form = await seeds.ada.click(messages(done)[0], label="Edit")
    filled = {"time": "20:00", "zone": "Berlin", "what": ["drabble"], "channel": [seeds.general]}
    asked = await seeds.ada.submit_modal(form, filled | {"which": "Sherlok Holms, qqqqqqxxxx"})
    told = messages(asked)[0]
    assert "Sherlok Holms" in told.content
    assert "qqqqqqxxxx" in told.content
    assert labels(told) == ["Go on"]


async def test_which_stories_can_be_said_in_full_under_more_settings(seeds: Stage) -> None:
    await order(seeds)
    more = await open_more(seeds)
    form = await seeds.ada.click(more, label="Which stories")
    changed = await seeds.ada.submit_modal(
        form,
        {
            "with": "Sherlock Holmes",
            "without": "Mrs. Hudson",
            "length": "under 400",
            "language": "en",
            "rating": [str(int(Rating.GENERAL))],
        },
    )
    told = said(changed) if changed.response else (await open_more(seeds)).content
    daily = await the_one(seeds)
    assert daily.filter.names == ((TagKind.CHARACTER, "sherlock holmes"),)
    assert daily.filter.without_names
    assert daily.filter.max_words == 400
    assert daily.filter.language == "en"
    assert daily.filter.max_rating is Rating.GENERAL
    assert "without" in told
    await seeds.ada.click(await open_more(seeds), label="Only finished ones")
    assert (await the_one(seeds)).filter.complete is True
    await seeds.ada.click(await open_more(seeds), label="Unfinished ones too")
    assert (await the_one(seeds)).filter.complete is None


async def test_a_daily_story_draws_from_a_collection_also_once_it_was_edited(
    seeds: Stage,
) -> None:
    library = seeds.client.house.library
    everyone = Audience(ceiling=Rating.NOT_RATED, beyond=Rating.NOT_RATED)
    found = [await library.find_titles(name, everyone, 1) for name in ("dust", "notices")]
    titles = {cards[0].record.title: cards[0].id for cards in found}
    await library.collect(OPERATOR_SHELF, "For December", list(titles.values()))
    done = await order(seeds, what="story", order="added", collection="For December")
    assert "For December" in said(done)
    page = await seeds.ada.click(await open_more(seeds), label="Which stories")
    form = await seeds.ada.click(page.response, label="Tags, length, rating")
    await seeds.ada.submit_modal(
        form, {"with": "", "without": "", "length": "", "language": "", "rating": ["-"]}
    )
    for day in range(4):
        await move_to(seeds, DUE.replace(day=20 + day))
    told = [next(title for title in titles if title in post) for post in posts(seeds.general)]
    assert told == [*titles, *titles] or told == [*reversed(titles)] * 2


async def test_a_collection_is_chosen_from_a_list_and_left_again(seeds: Stage) -> None:
    library = seeds.client.house.library
    everyone = Audience(ceiling=Rating.NOT_RATED, beyond=Rating.NOT_RATED)
    (card,) = await library.find_titles("dust", everyone, 1)
    await library.collect(OPERATOR_SHELF, "For December", [card.id])
    await order(seeds, what="story")
    page = (await seeds.ada.click(await open_more(seeds), label="Which stories")).response
    assert options(page) == ["From all stories", "For December"]
    value = option_value(page, "For December")
    chosen = (await seeds.ada.select(page, [value], custom_id=select_id(page))).response
    assert "(in the collection For December)" in chosen.content.replace("\u2068", "").replace(
        "\u2069", ""
    )
    back = (await seeds.ada.click(chosen, label="Back")).response
    assert "Done" in labels(back)
    await move_to(seeds, DUE)
    assert card.record.title in posts(seeds.general)[0]
    page = (await seeds.ada.click(back, label="Which stories")).response
    value = option_value(page, "From all stories")
    await seeds.ada.select(page, [value], custom_id=select_id(page))
    assert (await the_one(seeds)).filter.collection == 0


@pytest.mark.parametrize("rating", [Rating.MATURE, Rating.EXPLICIT])
async def test_a_collection_that_may_not_be_read_there_is_not_offered_and_not_taken(
    seeds: Stage, rating: Rating
) -> None:
    library = seeds.client.house.library
    everyone = Audience(ceiling=Rating.NOT_RATED, beyond=Rating.NOT_RATED)
    (card,) = await library.find_titles("dust", everyone, 1)
    shown = await library.collect(OPERATOR_SHELF, "For all", [card.id])
    await order(seeds, what="story")
    page = (await seeds.ada.click(await open_more(seeds), label="Which stories")).response
    await seeds.client.house.rights.raise_rating(seeds.guild.id, card.id, rating)
    refused = await seeds.ada.select(page, [str(shown)], custom_id=select_id(page))
    assert "No story here has that any more" in said(refused)
    assert (await the_one(seeds)).filter.collection == 0
    form = await seeds.ada.click(await open_more(seeds), label="Which stories")
    assert form.modal is not None, "where there is none to choose from, the form opens at once"


# A serial


async def test_a_long_story_is_named_by_its_title(seeds: Stage) -> None:
    done = await order(seeds, what="serial", story="The Lamp at Sable Point", instalment="short")
    assert "“The Lamp at Sable Point” in instalments in <#" in said(done)
    daily = await the_one(seeds)
    assert daily.is_named
    assert daily.length is Length.SHORT
    await move_to(seeds, DUE)
    assert "Instalment 1" in posts(seeds.general)[0]
    more = await open_more(seeds)
    assert "From the beginning" in labels(more)
    await seeds.ada.click(more, label="From the beginning")
    assert (await the_one(seeds)).progress.told == 0


async def test_a_story_alone_means_a_serial(seeds: Stage) -> None:
    await order(seeds, story="The Lamp at Sable Point")
    assert (await the_one(seeds)).what is What.SERIAL


async def test_a_title_that_is_nearly_right_is_offered(seeds: Stage) -> None:
    asked = await order(seeds, story="Lamp at Sable Pont")
    assert labels(messages(asked)[0])
    label = next(each for each in labels(messages(asked)[0]) if "Sable" in each)
    done = await seeds.ada.click(messages(asked)[0], label=label)
    assert "in instalments" in said(done)


# More settings


async def open_more(s: Stage) -> Any:
    """Open More settings of the only daily story; gives its message."""
    listed = messages(await s.ada.slash(s.general, "daily-story"))[0]
    return (await s.ada.click(listed, label="More settings")).response


async def test_days_order_and_role_are_chosen_from_lists(seeds: Stage) -> None:
    await order(seeds)
    readers = seeds.guild.create_role("Readers", mentionable=True)
    message = await open_more(seeds)
    daily = await the_one(seeds)
    chosen = [str(int(Weekday.MONDAY)), str(int(Weekday.FRIDAY))]
    result = await seeds.ada.select(message, chosen, custom_id=f"fs:daily-days:{daily.id}")
    assert "Every Monday and Friday at 20:00" in result.response.content
    result = await seeds.ada.select(
        message, [Order.ADDED.value], custom_id=f"fs:daily-order:{daily.id}"
    )
    assert "In the order in which they were added" in result.response.content
    result = await seeds.ada.select(message, [readers], custom_id=f"fs:daily-role:{daily.id}")
    assert f"Mentions <@&{readers.id}>." in result.response.content
    daily = await kept(seeds, daily)
    assert daily.rule.days == {Weekday.MONDAY, Weekday.FRIDAY}
    assert daily.order is Order.ADDED
    assert daily.role == readers.id
    await move_to(seeds, DUE)  # a Friday
    assert seeds.general.history()[0].content.startswith(f"<@&{readers.id}>")


async def test_dates_are_filled_into_a_form_and_taken_out_again(seeds: Stage) -> None:
    await order(seeds)
    form = await seeds.ada.click(await open_more(seeds), label="First and last day")
    await seeds.ada.submit_modal(form, {"first": "1 December", "last": "24.12.2026"})
    daily = await the_one(seeds)
    assert str(daily.rule.from_date) == "2026-12-01"
    assert str(daily.rule.until_date) == "2026-12-24"
    assert daily.next_due == datetime(2026, 12, 1, 20, 0, tzinfo=BERLIN)
    form = await seeds.ada.click(await open_more(seeds), label="First and last day")
    await seeds.ada.submit_modal(form, {"first": "", "last": ""})
    daily = await the_one(seeds)
    assert daily.rule.from_date is None
    assert daily.next_due == DUE


async def test_a_role_that_the_admin_may_not_mention_is_refused(seeds: Stage) -> None:
    quiet = seeds.guild.create_role("Quiet")
    await deny(seeds, seeds.general, mention_everyone=False)
    refused = await order(seeds, role=quiet)
    assert f"You may not mention <@&{quiet.id}>" in said(refused)
    everyone = await order(seeds, role=seeds.guild.default_role)
    assert "Choose a role other than @everyone." in said(everyone)
    assert all(each.paused == UNFINISHED for each in await stored(seeds))


async def test_a_role_that_only_the_bot_may_not_mention_names_the_permission(
    seeds: Stage,
) -> None:
    quiet = seeds.guild.create_role("Quiet")
    may = seeds.guild.create_role("May")
    seeds.env.backend.add_member_role(seeds.guild.id, seeds.ada.id, may.id)
    await deny(seeds, seeds.general, but=may, mention_everyone=False)
    refused = await order(seeds, role=quiet)
    assert "or give me Mention Everyone" in said(refused)


async def test_threads_are_refused_where_they_cannot_be_opened(seeds: Stage) -> None:
    await deny(seeds, seeds.general, create_public_threads=False)
    refused = await order(seeds, thread=True)
    assert "Give me Create Public Threads there." in said(refused)
    await deny(seeds, seeds.general)
    done = await seeds.ada.click(
        messages(await seeds.ada.slash(seeds.general, "daily-story"))[0], label="Go on"
    )
    assert done.modal is not None


# Somebody's own


async def test_somebody_changes_their_own_in_direct_messages(seeds: Stage) -> None:
    await keep_daily(seeds, seeds.general)
    await move_to(seeds, DUE)
    await seeds.ben.click(seeds.general.history()[-1], label="Send me one every day")
    (own,) = await seeds.client.house.daily_stories.of_member(seeds.ben.id)
    note = inbox(seeds.ben)[-1]
    assert labels(note) == ["Change", "Stop"]
    opened = await seeds.ben.user.click(note, label="Change")
    assert "in your direct messages" in said(opened)
    form = await seeds.ben.user.click(messages(opened)[0], label="Edit")
    done = await seeds.ben.user.submit_modal(
        form, {"time": "7am", "zone": "Tokyo", "what": ["excerpt"]}
    )
    assert said(done).startswith("Every day at 07:00, Tokyo time, an excerpt in your direct")
    paused = await seeds.ben.user.click(messages(done)[0], label="Pause")
    assert "You paused it." in paused.response.content
    assert (await kept(seeds, own)).paused
    await seeds.ben.user.click(paused.response, label="Resume")
    assert not (await kept(seeds, own)).paused


async def test_nobody_changes_somebody_elses_own(seeds: Stage) -> None:
    await keep_own(seeds, seeds.ben)
    (own,) = await seeds.client.house.daily_stories.of_member(seeds.ben.id)
    await move_to(seeds, DUE)
    house = seeds.client.house
    assert (await house.daily_stories.of_member(seeds.cid.id)) == []
    assert own.made_by == seeds.ben.id


async def test_a_reader_takes_the_serial_along_from_here_or_from_the_beginning(
    seeds: Stage,
) -> None:
    await order(seeds, story="The Lamp at Sable Point", instalment="short")
    await move_to(seeds, DUE)
    await move_to(seeds, DUE.replace(day=21))
    post = seeds.general.history()[-1]
    asked = await seeds.ben.click(post, label="Send me this every day")
    assert labels(messages(asked)[0]) == ["From the beginning", "Go on from here"]
    await seeds.ben.click(messages(asked)[0], label="Go on from here")
    (bens,) = await seeds.client.house.daily_stories.of_member(seeds.ben.id)
    assert bens.progress == (await the_one(seeds)).progress
    asked = await seeds.cid.click(post, label="Send me this every day")
    await seeds.cid.click(messages(asked)[0], label="From the beginning")
    (cids,) = await seeds.client.house.daily_stories.of_member(seeds.cid.id)
    assert cids.progress.told == 0
    await move_to(seeds, DUE.replace(day=22))
    assert "Instalment 3" in posts(seeds.ben.user.dm_channel)[0]
    assert "Instalment 1" in posts(seeds.cid.user.dm_channel)[0]
