"""A pause between two stories of one member that everybody sees."""

from datetime import timedelta

from bot.crowding import FOLLOW_UPS, Crowding
from tests.stage import Clock

ADA, BEN = 1, 2
SECOND = timedelta(seconds=1)


def test_who_posted_is_free_again_after_the_pause_and_others_are_all_the_time(
    clock: Clock,
) -> None:
    crowding = Crowding(30 * SECOND, now=clock)
    assert crowding.free_at(ADA) is None
    crowding.posted(ADA)
    free = clock.at + 30 * SECOND
    assert crowding.free_at(ADA) == free
    assert crowding.free_at(BEN) is None
    clock.at = free - SECOND
    assert crowding.free_at(ADA) == free
    clock.at = free
    assert crowding.free_at(ADA) is None


def test_the_pause_counts_from_the_last_story(clock: Clock) -> None:
    crowding = Crowding(30 * SECOND, now=clock)
    crowding.posted(ADA)
    clock.at += 20 * SECOND
    crowding.posted(ADA)
    assert crowding.free_at(ADA) == clock.at + 30 * SECOND


def test_without_a_pause_everybody_is_always_free(clock: Clock) -> None:
    crowding = Crowding(0 * SECOND, now=clock)
    crowding.posted(ADA)
    assert crowding.free_at(ADA) is None


def test_who_is_free_again_takes_no_memory(clock: Clock) -> None:
    crowding = Crowding(30 * SECOND, now=clock)
    for member in range(500):
        clock.at += SECOND
        crowding.posted(member)
    assert len(crowding._free) <= 31


def test_a_channel_has_a_budget_of_follow_ups_a_minute(clock: Clock) -> None:
    crowding = Crowding(30 * SECOND, now=clock)
    sent = [crowding.may_follow_up(7) for _ in range(FOLLOW_UPS + 5)]
    assert sent == [True] * FOLLOW_UPS + [False] * 5
    assert crowding.may_follow_up(8), "another channel has its own"
    clock.at += 59 * SECOND
    assert not crowding.may_follow_up(7)
    clock.at += SECOND
    assert crowding.may_follow_up(7)
