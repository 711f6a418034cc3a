"""Daily stories and their deliveries, claimed once, on every engine."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.daily import DailyStories, DailyStory, Progress, What
from bot.library.base import Library, Shards, StoredDelivery, StoredSchedule
from bot.schedule import DailyTime
from tests.library_contract import DAY, MINUTE, NOON, claim, put, schedule_of, story_of


async def test_a_schedule_comes_back_as_it_was_kept(library: Library) -> None:
    told = [
        schedule_of(server=2**62, channel=2**62 + 1, last_day=NOON.date()),
        schedule_of(server=None, channel=None, member=9, next_due=None, paused="daily.lost"),
    ]
    for schedule in told:
        ident = await library.add_schedule(replace(schedule, id=77), NOON)
        assert await library.schedule(ident) == replace(schedule, id=ident)
    assert await library.schedule(99) is None


async def test_schedules_are_listed_by_where_they_go_oldest_first(library: Library) -> None:
    ours = [await library.add_schedule(schedule_of(server=1), NOON) for _ in range(3)]
    await library.add_schedule(schedule_of(server=2), NOON)
    mine = schedule_of(server=None, channel=None, member=1)
    own = await library.add_schedule(mine, NOON)
    assert [s.id for s in await library.schedules_of(server=1)] == ours
    assert [s.id for s in await library.schedules_of(member=1)] == [own]
    assert await library.schedules_of(server=3) == []
    assert await library.schedules_of() == []


async def test_a_changed_schedule_is_kept(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    changed = replace(
        schedule_of(ident=ident, channel=11, next_due=NOON + DAY), rule="{}", paused="why"
    )
    assert await library.change_schedule(schedule_of(ident=ident), changed)
    assert await library.schedule(ident) == changed
    assert not await library.change_schedule(replace(changed, id=99), changed)


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"next_due": NOON + DAY},
        {"next_due": None},
        {"last_day": NOON.date()},
        {"paused": "daily.lost"},
        {"rule": "{}"},
        {"content": "{}"},
        {"made_by": 0},
        {"channel": 77},
    ],
    ids=str,
)
async def test_a_schedule_that_changed_meanwhile_is_not_changed(
    library: Library, meanwhile: dict[str, Any]
) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    before = schedule_of(ident=ident)
    now = replace(before, **meanwhile)
    assert await library.change_schedule(before, now)
    assert not await library.change_schedule(before, replace(before, paused="daily.other"))
    assert await library.schedule(ident) == now


@pytest.mark.parametrize(
    "edit",
    [
        lambda daily: replace(daily, role=5),
        lambda daily: replace(daily, rule=replace(daily.rule, minute=30)).scheduled(NOON),
        lambda daily: replace(daily, paused="daily.lost"),
    ],
    ids=["a role", "another time", "a pause"],
)
async def test_an_edit_beside_a_claim_gives_no_day_back(
    library: Library, edit: Callable[[DailyStory], DailyStory]
) -> None:
    stories = DailyStories(library, now=lambda: NOON)
    daily = await stories.add(
        replace(DailyStory(0, DailyTime(12, 0, "UTC"), What.STORY, 1), server=2, channel=3)
    )
    daily = await stories.change(daily, replace(daily, next_due=NOON)) or daily
    seen = await stories.find(daily.id)  # by an admin, just before it is claimed
    assert seen is not None
    assert await claim(library, daily.id, NOON, NOON + DAY, NOON + MINUTE)
    assert await stories.advance(daily.id, Progress(), Progress(story=4))
    edited = await stories.change(seen, edit(seen))
    assert edited == await stories.find(daily.id)
    assert edited is not None
    assert edited.last_day == NOON.date()
    assert edited.progress == Progress(story=4)
    assert edited.next_due is not None
    assert edited.next_due.date() == NOON.date() + DAY
    assert (edited.role, edited.rule, edited.paused) == (
        edit(seen).role,
        edit(seen).rule,
        edit(seen).paused,
    )


async def test_a_removed_schedule_takes_its_deliveries_along(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    assert await claim(library, ident, NOON, None, NOON + MINUTE)
    assert await library.remove_schedule(ident)
    assert not await library.remove_schedule(ident)
    assert await library.schedule(ident) is None
    assert await library.deliveries_of(ident, 9) == []
    assert await library.open_deliveries(NOON + DAY, 9) == []


async def test_ids_of_schedules_are_never_used_again(library: Library) -> None:
    first = await library.add_schedule(schedule_of(), NOON)
    await library.remove_schedule(first)
    assert await library.add_schedule(schedule_of(), NOON) > first


async def test_every_schedule_is_listed_oldest_first(library: Library) -> None:
    assert await library.every_schedule() == []
    ours = await library.add_schedule(schedule_of(server=1), NOON)
    own = schedule_of(server=None, channel=None, member=1, paused="daily.lost", next_due=None)
    mine = await library.add_schedule(own, NOON)
    assert [each.id for each in await library.every_schedule()] == [ours, mine]


async def test_content_is_replaced_alone_and_only_when_nobody_changed_it(
    library: Library,
) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    before = await library.schedule(ident)
    assert before is not None
    assert await library.change_content(ident, before.content, '{"what": "story"}')
    assert await library.schedule(ident) == replace(before, content='{"what": "story"}')
    assert not await library.change_content(ident, before.content, "{}")
    assert not await library.change_content(99, before.content, "{}")


async def test_due_schedules_come_longest_due_first(library: Library) -> None:
    late, now, early = [
        await library.add_schedule(schedule_of(next_due=due), NOON)
        for due in (NOON - DAY, NOON, NOON - 2 * DAY)
    ]
    await library.add_schedule(schedule_of(next_due=NOON + MINUTE), NOON)
    await library.add_schedule(schedule_of(next_due=None), NOON)
    await library.add_schedule(schedule_of(next_due=NOON - DAY, paused="daily.lost"), NOON)
    assert [s.id for s in await library.due_schedules(NOON, 9)] == [early, late, now]
    assert [s.id for s in await library.due_schedules(NOON, 2)] == [early, late]
    assert await library.due_schedules(NOON - 3 * DAY, 9) == []


async def test_a_process_is_given_what_its_shards_serve(library: Library) -> None:
    servers = [(number << 22) + 4_711 for number in range(6)]
    places = [schedule_of(server=server, channel=server + 1) for server in servers]
    places += [schedule_of(server=None, channel=None, member=servers[3])]
    ids = [await library.add_schedule(place, NOON) for place in places]

    async def due(*shards: int, count: int = 4) -> list[int]:
        found = await library.due_schedules(NOON, 99, Shards(shards, count))
        return [ids.index(schedule.id) for schedule in found]

    assert await due(0, 1) == [0, 1, 4, 5]
    assert await due(2) == [2]
    assert await due(3) == [3, 6]
    assert await due(0, count=1) == await due() == list(range(7))
    for number in ids:
        assert await claim(library, number)
    left_open = await library.open_deliveries(NOON + DAY, 99, Shards((1, 3), 4))
    assert [ids.index(delivery.schedule) for delivery in left_open] == [1, 3, 5, 6]
    assert len(await library.open_deliveries(NOON + DAY, 99)) == 7
    first = await library.open_deliveries(NOON + DAY, 1, Shards((3,), 4))
    assert [ids.index(delivery.schedule) for delivery in first] == [3]


async def test_a_due_sending_is_claimed_once(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    delivery = await claim(library, ident, NOON, NOON + DAY, NOON + MINUTE)
    assert delivery is not None
    assert await claim(library, ident, NOON, NOON + DAY, NOON + MINUTE) is None
    schedule = await library.schedule(ident)
    assert schedule is not None
    assert schedule.next_due == NOON + DAY
    (claimed,) = await library.deliveries_of(ident, 9)
    assert (claimed.id, claimed.due, claimed.state) == (delivery, NOON, "claimed")
    assert (claimed.story, claimed.messages, claimed.nonce) == (None, (), "")
    assert schedule.last_day == NOON.date()
    assert await claim(library, ident, NOON + DAY, None, NOON + DAY + MINUTE)


async def test_of_many_claims_at_once_one_succeeds(library: Library, other: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    told = await asyncio.gather(
        *(
            claim(asker, ident, NOON, NOON + DAY, NOON + MINUTE)
            for _ in range(10)
            for asker in (library, other)
        )
    )
    assert sum(delivery is not None for delivery in told) == 1
    assert len(await other.deliveries_of(ident, 9)) == 1


@pytest.mark.parametrize(
    "meanwhile",
    [
        schedule_of(next_due=NOON + DAY),
        schedule_of(next_due=None),
        schedule_of(paused="daily.lost"),
    ],
    ids=["another time", "never again", "paused"],
)
async def test_a_schedule_that_changed_meanwhile_is_not_claimed(
    library: Library, meanwhile: StoredSchedule
) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    changed = replace(meanwhile, id=ident)
    assert await library.change_schedule(schedule_of(ident=ident), changed)
    assert await claim(library, ident, NOON, NOON + 2 * DAY, NOON + MINUTE) is None
    assert await library.schedule(ident) == changed
    assert await library.deliveries_of(ident, 9) == []


async def test_a_removed_schedule_is_not_claimed(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    await library.remove_schedule(ident)
    assert await claim(library, ident, NOON, None, NOON + MINUTE) is None


async def test_a_day_that_was_delivered_is_never_claimed_again(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    delivery = await claim(library, ident, NOON, NOON + DAY, NOON + MINUTE)
    assert delivery is not None
    await library.finish(delivery, "sent")
    stored = await library.schedule(ident)
    assert stored is not None
    await library.change_schedule(stored, schedule_of(ident=ident))  # set back to the same moment
    assert await claim(library, ident, NOON, NOON + DAY, NOON + MINUTE) is None
    assert [d.id for d in await library.deliveries_of(ident, 9)] == [delivery]
    schedule = await library.schedule(ident)
    assert schedule is not None
    assert schedule.next_due == NOON + DAY, "it goes on with the next day"


async def test_of_several_missed_times_the_one_that_is_sent_is_claimed(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    delivery = await library.claim(
        ident,
        NOON,
        occurrence=NOON + 2 * DAY,
        day=NOON.date() + 2 * DAY,
        next_due=NOON + 3 * DAY,
        until=NOON + 2 * DAY + MINUTE,
    )
    (told,) = await library.deliveries_of(ident, 9)
    assert (told.id, told.due) == (delivery, NOON + 2 * DAY)


async def test_a_schedule_is_not_due_again_before_its_delivery_is_closed(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    delivery = await claim(library, ident, NOON, NOON + DAY)
    assert delivery is not None
    assert await library.due_schedules(NOON + DAY, 9) == []
    await library.finish(delivery, "sent")
    assert [s.id for s in await library.due_schedules(NOON + DAY, 9)] == [ident]


async def test_moments_in_any_zone_are_the_same_moment(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    due = datetime.fromisoformat("2026-11-20T21:00+09:00")
    assert due == NOON
    assert await claim(library, ident, due, None, NOON + MINUTE)
    (told,) = await library.deliveries_of(ident, 9)
    assert told.due == NOON
    assert told.due.tzinfo == UTC


async def claimed(library: Library, until: datetime = NOON + MINUTE) -> int:
    """Claim a delivery of a new schedule; gives its id."""
    ident = await library.add_schedule(schedule_of(), NOON)
    delivery = await claim(library, ident, until=until)
    assert delivery is not None
    return delivery


async def delivery_of(library: Library, delivery: int) -> StoredDelivery:
    """Give the delivery of the schedule that has only this one."""
    for schedule in await library.schedules_of(server=1):
        for told in await library.deliveries_of(schedule.id, 9):
            if told.id == delivery:
                return told
    raise AssertionError(f"there is no delivery {delivery}")


async def test_what_is_chosen_and_sent_is_written_down_in_order(library: Library) -> None:
    (story,) = await put(library, story_of("Ash"))
    delivery = await claimed(library)
    assert await library.choose(delivery, story, '{"start": 3}', "nonce-1", held=NOON + MINUTE)
    sent = [2**62 + 5, 17, 2**53 + 1, 4]
    for number, message in enumerate(sent):
        assert await library.add_sent_message(delivery, number, message)
    told = await delivery_of(library, delivery)
    assert (told.story, told.part, told.nonce) == (story, '{"start": 3}', "nonce-1")
    assert (told.messages, told.state) == (tuple(sent), "claimed")


async def test_a_finished_delivery_keeps_its_messages_but_not_its_part(library: Library) -> None:
    (story,) = await put(library, story_of("Ash"))
    delivery = await claimed(library)
    await library.choose(delivery, story, '{"start": 3}', "nonce-1", held=NOON + MINUTE)
    await library.add_sent_message(delivery, 0, 7)
    await library.finish(delivery, "sent")
    told = await delivery_of(library, delivery)
    assert (told.story, told.part, told.messages, told.state) == (story, "{}", (7,), "sent")


async def test_a_delivery_knows_the_newest_message_when_it_was_chosen(library: Library) -> None:
    (story,) = await put(library, story_of("Ash"))
    first, second = [await claimed(library) for _ in range(2)]
    for delivery in (first, second):
        await library.choose(delivery, story, "{}", "n", held=NOON + MINUTE)
        for number, message in enumerate((2**62 + delivery, delivery)):
            await library.add_sent_message(delivery, number, message)
    assert (await delivery_of(library, first)).follows is None
    assert (await delivery_of(library, second)).follows == 2**62 + first


async def test_a_message_belongs_to_one_delivery(library: Library) -> None:
    one, two = [await claimed(library) for _ in range(2)]
    assert await library.add_sent_message(one, 0, 7)
    assert not await library.add_sent_message(two, 0, 7)
    assert await library.add_sent_message(one, 0, 7), "twice is once"
    assert await library.add_sent_message(two, 0, 8)
    assert (await delivery_of(library, one)).messages == (7,)
    assert (await delivery_of(library, two)).messages == (8,)


async def test_of_many_deliveries_at_once_one_gets_the_message(
    library: Library, other: Library
) -> None:
    ids = [await claimed(library) for _ in range(10)]
    told = await asyncio.gather(
        *((library, other)[ident % 2].add_sent_message(ident, 0, 7) for ident in ids)
    )
    assert sum(told) == 1


async def test_a_part_that_was_written_down_stays_the_message_it_was(library: Library) -> None:
    delivery = await claimed(library)
    assert await library.add_sent_message(delivery, 0, 7)
    assert await library.add_sent_message(delivery, 0, 8)
    assert (await delivery_of(library, delivery)).messages == (7,)


async def test_messages_written_down_at_once_are_all_kept(library: Library, other: Library) -> None:
    delivery = await claimed(library)
    await asyncio.gather(
        *(
            (library, other)[number % 2].add_sent_message(delivery, number, 100 - number)
            for number in range(20)
        )
    )
    assert (await delivery_of(library, delivery)).messages == tuple(range(100, 80, -1))


async def test_only_claims_that_ran_out_are_taken_over(library: Library) -> None:
    expired, running, done = [
        await claimed(library, NOON + minutes * MINUTE) for minutes in (1, 5, 1)
    ]
    await library.finish(done, "sent")
    await library.add_sent_message(expired, 0, 31)
    assert await library.open_deliveries(NOON + MINUTE, 9) == [], "it holds until then"
    assert await library.take_over(expired, NOON + MINUTE, NOON + DAY) is None
    (told,) = await library.open_deliveries(NOON + 2 * MINUTE, 9)
    taken = await library.take_over(expired, NOON + 2 * MINUTE, NOON + 4 * MINUTE)
    assert taken is not None
    assert taken == told
    assert (taken.id, taken.messages) == (expired, (31,))
    assert await library.open_deliveries(NOON + 3 * MINUTE, 9) == [], "it is ours now"
    assert await library.take_over(expired, NOON + 3 * MINUTE, NOON + DAY) is None
    again = await library.open_deliveries(NOON + DAY, 9)
    assert [d.id for d in again] == [expired, running]
    assert [d.id for d in await library.open_deliveries(NOON + DAY, 1)] == [expired]
    assert await library.take_over(done, NOON + DAY, NOON + 2 * DAY) is None


async def test_of_many_who_take_over_at_once_one_gets_it(library: Library, other: Library) -> None:
    delivery = await claimed(library)
    told = await asyncio.gather(
        *(
            asker.take_over(delivery, NOON + DAY, NOON + 2 * DAY)
            for _ in range(5)
            for asker in (library, other)
        )
    )
    assert sum(taken is not None for taken in told) == 1


async def test_a_delivery_that_is_put_off_comes_up_later_and_knows_how_often(
    library: Library,
) -> None:
    delivery = await claimed(library, NOON + MINUTE)
    assert (await delivery_of(library, delivery)).put_off == 0
    assert await library.put_off(delivery, NOON + MINUTE, NOON + DAY)
    assert not await library.put_off(delivery, NOON + MINUTE, NOON + DAY), "it is held to another"
    assert (await delivery_of(library, delivery)).put_off == 1
    assert await library.open_deliveries(NOON + DAY, 9) == []
    later = NOON + DAY + MINUTE
    assert [each.id for each in await library.open_deliveries(later, 9)] == [delivery]
    taken = await library.take_over(delivery, later, later + MINUTE)
    assert taken is not None
    assert taken.put_off == 1


async def test_a_claim_is_held_for_longer_by_who_has_it(library: Library) -> None:
    delivery = await claimed(library, NOON + MINUTE)
    assert await library.hold(delivery, NOON + MINUTE, NOON + 3 * MINUTE)
    assert await library.hold(delivery, NOON + 3 * MINUTE, NOON + 3 * MINUTE)
    assert await library.open_deliveries(NOON + 2 * MINUTE, 9) == []
    assert await library.take_over(delivery, NOON + DAY, NOON + DAY + MINUTE)
    assert not await library.hold(delivery, NOON + 3 * MINUTE, NOON + 2 * DAY)
    await library.finish(delivery, "sent")
    assert not await library.hold(delivery, NOON + DAY + MINUTE, NOON + 2 * DAY)


async def test_who_lost_a_claim_chooses_nothing(library: Library) -> None:
    ash, oak = await put(library, story_of("Ash"), story_of("Oak"))
    delivery = await claimed(library)
    assert await library.take_over(delivery, NOON + DAY, NOON + 2 * DAY)
    assert await library.choose(delivery, oak, "{}", "n", held=NOON + 2 * DAY)
    assert not await library.choose(delivery, ash, "{}", "n", held=NOON + MINUTE)
    assert (await delivery_of(library, delivery)).story == oak


@pytest.mark.parametrize("state", ["sent", "skipped", "failed"])
async def test_a_finished_delivery_is_not_open(library: Library, state: str) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    delivery = await claim(library, ident, NOON, None, NOON + MINUTE)
    assert delivery is not None
    await library.finish(delivery, state)
    assert await library.open_deliveries(NOON + DAY, 9) == []
    (told,) = await library.deliveries_of(ident, 1)
    assert told.state == state


async def test_deliveries_are_listed_newest_first(library: Library) -> None:
    ident = await library.add_schedule(schedule_of(), NOON)
    for day in range(4):
        await claim(library, ident, NOON + day * DAY, NOON + (day + 1) * DAY, NOON)
    told = await library.deliveries_of(ident, 3)
    assert [d.due for d in told] == [NOON + day * DAY for day in (3, 2, 1)]


async def test_a_delivery_outlives_the_story_it_sent(library: Library) -> None:
    (story,) = await put(library, story_of("Ash"))
    ident = await library.add_schedule(schedule_of(), NOON)
    delivery = await claim(library, ident, NOON, None, NOON + MINUTE)
    assert delivery is not None
    await library.choose(delivery, story, "{}", "n", held=NOON + MINUTE)
    await library.hide_gone(0, ["stories:Ash.txt"], NOON)
    await library.forget_gone(NOON + DAY)
    (told,) = await library.deliveries_of(ident, 9)
    assert told.story is None
