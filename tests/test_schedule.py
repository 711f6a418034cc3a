"""When a daily story is due, in every zone there is."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import DeliveryError
from bot.schedule import (
    EVERY_DAY,
    WORKING_DAYS,
    DailyTime,
    Weekday,
    missed,
    next_due,
    occurrence_date,
    upcoming,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SIX_HOURS = timedelta(hours=6)

ZONES = sorted(zoneinfo.available_timezones())
WALK = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))

zone_names = st.sampled_from(ZONES)
clock_times = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
# From the first zones by law to well past the last explicit rule of the zone data.
instants = st.datetimes(
    min_value=datetime(1950, 1, 1),  # noqa: DTZ001 - Hypothesis wants it naive
    max_value=datetime(2060, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
rules = st.builds(
    lambda zone, clock, days: DailyTime(clock.hour, clock.minute, zone, days=frozenset(days)),
    zone=zone_names,
    clock=clock_times,
    days=st.sets(st.sampled_from(Weekday), min_size=1),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shown(instant: datetime, zone: str) -> datetime:
    """Read a clock on the wall of ``zone``."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def due(rule: DailyTime, after: datetime) -> datetime:
    found = next_due(rule, after)
    assert found is not None
    return found


def transitions(zone: str, start: datetime, end: datetime) -> Iterator[datetime]:
    """Give the first minute of each new offset of ``zone``."""
    info = ZoneInfo(zone)
    step = 12 * HOUR
    while start < end:
        if start.astimezone(info).utcoffset() != (start + step).astimezone(info).utcoffset():
            low, high = start, start + step
            while high - low > MINUTE:
                middle = low + (high - low) // MINUTE // 2 * MINUTE
                same = middle.astimezone(info).utcoffset() == low.astimezone(info).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            yield high
        start += step


# Examples: summer time


def test_a_time_on_an_ordinary_day_is_that_local_time() -> None:
    rule = DailyTime(20, 0, "Europe/Berlin")
    assert next_due(rule, utc("2026-01-10 12:00")) == utc("2026-01-10 19:00")
    assert next_due(rule, utc("2026-07-10 12:00")) == utc("2026-07-10 18:00")


def test_next_is_strictly_after() -> None:
    rule = DailyTime(20, 0, "Europe/Berlin")
    assert next_due(rule, utc("2026-01-10 19:00")) == utc("2026-01-11 19:00")
    assert next_due(rule, utc("2026-01-10 18:59:59.999999")) == utc("2026-01-10 19:00")


def test_the_answer_is_in_utc_whatever_zone_was_asked_in() -> None:
    rule = DailyTime(20, 0, "Asia/Tokyo")
    asked = datetime(2026, 1, 10, 9, tzinfo=ZoneInfo("America/New_York"))
    found = due(rule, asked)
    assert found == utc("2026-01-11 11:00")
    assert found.tzinfo is UTC


@pytest.mark.parametrize("minute", [0, 1, 30, 59])
def test_a_time_in_the_spring_gap_runs_at_the_first_minute_after_it(minute: int) -> None:
    rule = DailyTime(2, minute, "Europe/Berlin")
    assert upcoming(rule, utc("2026-03-28 12:00"), 2) == [
        utc("2026-03-29 01:00"),  # 03:00 in Berlin
        utc(f"2026-03-30 00:{minute:02}"),
    ]


def test_a_time_that_happens_twice_runs_once_and_the_first_time() -> None:
    rule = DailyTime(2, 30, "Europe/Berlin")
    assert upcoming(rule, utc("2026-10-24 12:00"), 2) == [
        utc("2026-10-25 00:30"),
        utc("2026-10-26 01:30"),
    ]


def test_asked_within_the_repeated_hour_it_is_tomorrow() -> None:
    rule = DailyTime(2, 30, "Europe/Berlin")
    assert next_due(rule, utc("2026-10-25 01:00")) == utc("2026-10-26 01:30")


def test_half_an_hour_of_summer_time_is_honoured() -> None:
    rule = DailyTime(2, 10, "Australia/Lord_Howe")
    assert due(rule, utc("2026-10-03 12:00")) == utc("2026-10-03 15:30")  # 02:30, after the gap


def test_a_gap_that_ends_at_midnight_still_counts_for_the_day_before() -> None:
    rule = DailyTime(23, 30, "America/Nuuk")
    saturday, sunday = upcoming(rule, utc("2026-03-28 12:00"), 2)
    assert shown(saturday, "America/Nuuk") == datetime(2026, 3, 29)  # noqa: DTZ001
    assert occurrence_date(rule, saturday) == date(2026, 3, 28)
    assert shown(sunday, "America/Nuuk") == datetime(2026, 3, 29, 23, 30)  # noqa: DTZ001
    assert occurrence_date(rule, sunday) == date(2026, 3, 29)


def test_midnight_skipped_runs_at_one_and_belongs_to_its_own_day() -> None:
    rule = DailyTime(0, 0, "Asia/Beirut")
    found = due(rule, utc("2026-03-28 12:00"))
    assert shown(found, "Asia/Beirut") == datetime(2026, 3, 29, 1)  # noqa: DTZ001
    assert occurrence_date(rule, found) == date(2026, 3, 29)


# Examples: days that do not exist, and days that happen twice


@pytest.mark.parametrize(
    ("zone", "missing"),
    [
        ("Pacific/Apia", date(2011, 12, 30)),
        ("Pacific/Fakaofo", date(2011, 12, 30)),
        ("Pacific/Kwajalein", date(1993, 8, 21)),
        ("Kwajalein", date(1993, 8, 21)),
        ("Pacific/Kiritimati", date(1994, 12, 31)),
    ],
)
@pytest.mark.parametrize("clock", [time(0, 0), time(12, 0), time(23, 59)])
def test_a_day_that_does_not_exist_has_no_run(zone: str, missing: date, clock: time) -> None:
    rule = DailyTime(clock.hour, clock.minute, zone)
    before = datetime.combine(missing - 3 * DAY, time(), UTC)
    days = [occurrence_date(rule, found) for found in upcoming(rule, before, 5)]
    assert missing not in days
    assert missing - DAY in days
    assert missing + DAY in days
    assert all(later - earlier in (DAY, 2 * DAY) for earlier, later in pairwise(days))


def test_the_only_weekday_that_does_not_exist_waits_for_the_next_one() -> None:
    rule = DailyTime(20, 0, "Pacific/Apia", days=frozenset({Weekday.FRIDAY}))
    assert [occurrence_date(rule, d) for d in upcoming(rule, utc("2011-12-20 00:00"), 3)] == [
        date(2011, 12, 23),
        date(2012, 1, 6),
        date(2012, 1, 13),
    ]


def test_a_rule_for_a_day_that_does_not_exist_is_never_due() -> None:
    gone = date(2011, 12, 30)
    rule = DailyTime(20, 0, "Pacific/Apia", from_date=gone, until_date=gone)
    assert next_due(rule, utc("2011-01-01 00:00")) is None


def test_a_day_that_happened_twice_runs_once() -> None:
    # Kwajalein moved from +11 to -12 in 1969 and lived 30 September twice.
    rule = DailyTime(12, 0, "Pacific/Kwajalein")
    found = upcoming(rule, utc("1969-09-27 12:00"), 6)
    days = [occurrence_date(rule, each) for each in found]
    assert len(set(days)) == 6
    assert all(later - earlier == DAY for earlier, later in pairwise(days))


def test_a_gap_that_ends_within_a_minute_runs_at_the_next_whole_one() -> None:
    rule = DailyTime(0, 10, "Africa/Monrovia")  # -0:44:30 until 1972-01-07
    found = due(rule, utc("1972-01-06 12:00"))
    assert shown(found, "Africa/Monrovia") == datetime(1972, 1, 7, 0, 45)  # noqa: DTZ001


# Days and dates


def test_chosen_days_are_local_days() -> None:
    rule = DailyTime(1, 0, "Asia/Tokyo", days=frozenset({Weekday.MONDAY}))
    assert next_due(rule, utc("2026-01-01 00:00")) == utc("2026-01-04 16:00")  # Sunday in UTC


def test_working_days_leave_the_weekend_out() -> None:
    rule = DailyTime(9, 0, "Europe/London", days=WORKING_DAYS)
    days = [d.weekday() for d in upcoming(rule, utc("2026-01-01 00:00"), 10)]
    assert days == [3, 4, 0, 1, 2, 3, 4, 0, 1, 2]


def test_both_dates_are_included() -> None:
    rule = DailyTime(
        20, 0, "Europe/Berlin", from_date=date(2026, 12, 1), until_date=date(2026, 12, 31)
    )
    found = upcoming(rule, utc("2026-06-01 00:00"), 100)
    assert len(found) == 31
    assert found[0] == utc("2026-12-01 19:00")
    assert found[-1] == utc("2026-12-31 19:00")
    assert next_due(rule, found[-1]) is None


def test_a_rule_that_is_over_is_never_due() -> None:
    rule = DailyTime(20, 0, "Europe/Berlin", until_date=date(2026, 1, 1))
    assert next_due(rule, utc("2026-01-02 00:00")) is None
    assert upcoming(rule, utc("2026-01-02 00:00"), 3) == []


@pytest.mark.parametrize("count", [0, -1])
def test_none_of_the_next_times_is_an_empty_list(count: int) -> None:
    assert upcoming(DailyTime(8, 0, "UTC"), utc("2026-01-01 00:00"), count) == []


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_ends_of_the_calendar_do_no_harm(zone: str) -> None:
    rule = DailyTime(12, 0, zone)
    assert len(upcoming(rule, datetime.min.replace(tzinfo=UTC), 3)) == 3
    assert next_due(rule, datetime.max.replace(tzinfo=UTC)) is None
    assert upcoming(rule, utc("9999-12-20 00:00"), 100) == sorted(
        upcoming(rule, utc("9999-12-20 00:00"), 100)
    )


# After downtime, and when a clock or a rule changes


def test_what_was_due_within_the_grace_is_sent_once() -> None:
    rule = DailyTime(20, 0, "UTC")
    assert missed(rule, utc("2026-01-10 20:00"), utc("2026-01-11 23:00"), SIX_HOURS) == (
        [],
        utc("2026-01-11 20:00"),
    )


def test_what_is_older_than_the_grace_is_skipped() -> None:
    rule = DailyTime(20, 0, "UTC")
    assert missed(rule, utc("2026-01-10 20:00"), utc("2026-01-12 02:00:01"), SIX_HOURS) == (
        [utc("2026-01-11 20:00")],
        None,
    )


def test_the_end_of_the_grace_still_counts() -> None:
    rule = DailyTime(20, 0, "UTC")
    assert missed(rule, utc("2026-01-10 20:00"), utc("2026-01-12 02:00"), SIX_HOURS) == (
        [],
        utc("2026-01-11 20:00"),
    )


def test_after_long_downtime_only_the_newest_is_sent() -> None:
    rule = DailyTime(20, 0, "UTC")
    skipped, one = missed(rule, utc("2026-01-10 20:00"), utc("2026-01-15 21:00"), SIX_HOURS)
    assert skipped == [utc(f"2026-01-{day} 20:00") for day in (11, 12, 13, 14)]
    assert one == utc("2026-01-15 20:00")


def test_a_grace_of_several_days_still_sends_one() -> None:
    rule = DailyTime(20, 0, "UTC")
    skipped, one = missed(rule, utc("2026-01-10 20:00"), utc("2026-01-13 21:00"), 5 * DAY)
    assert len(skipped) == 2
    assert one == utc("2026-01-13 20:00")


def test_due_this_very_moment_is_sent() -> None:
    rule = DailyTime(20, 0, "UTC")
    now = utc("2026-01-10 20:00")
    assert missed(rule, now - HOUR, now, SIX_HOURS) == ([], now)


def test_nothing_is_missed_when_the_clock_was_set_back() -> None:
    rule = DailyTime(20, 0, "UTC")
    assert missed(rule, utc("2026-01-15 20:00"), utc("2026-01-10 20:00"), SIX_HOURS) == ([], None)


def test_a_day_that_is_done_does_not_come_again_when_the_clock_is_set_back() -> None:
    rule = DailyTime(20, 0, "UTC")
    earlier = utc("2026-01-08 12:00")
    assert next_due(rule, earlier, last=date(2026, 1, 10)) == utc("2026-01-11 20:00")
    assert upcoming(rule, earlier, 1, last=date(2026, 1, 10)) == [utc("2026-01-11 20:00")]
    assert missed(rule, earlier, utc("2026-01-10 21:00"), SIX_HOURS, last=date(2026, 1, 10)) == (
        [],
        None,
    )


def test_a_day_done_long_ago_changes_nothing() -> None:
    rule = DailyTime(20, 0, "UTC")
    after = utc("2026-01-08 12:00")
    assert next_due(rule, after, last=date(2020, 1, 1)) == utc("2026-01-08 20:00")


def test_a_last_day_at_the_end_of_the_calendar_ends_the_rule() -> None:
    assert next_due(DailyTime(20, 0, "UTC"), utc("2026-01-08 12:00"), last=date.max) is None


def test_a_run_computed_by_older_zone_rules_belongs_to_its_local_date() -> None:
    rule = DailyTime(20, 0, "Europe/Berlin")
    assert occurrence_date(rule, utc("2026-01-10 18:00")) == date(2026, 1, 10)


# What is refused


@pytest.mark.parametrize(("hour", "minute"), [(24, 0), (-1, 0), (8, 60), (8, -1)])
def test_a_time_that_does_not_exist_is_refused(hour: int, minute: int) -> None:
    with pytest.raises(DeliveryError) as refusal:
        DailyTime(hour, minute, "UTC")
    assert refusal.value.key == "daily.no-such-time"


def test_no_days_are_refused() -> None:
    with pytest.raises(DeliveryError) as refusal:
        DailyTime(8, 0, "UTC", days=frozenset())
    assert refusal.value.key == "daily.no-days"


def test_dates_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(DeliveryError) as refusal:
        DailyTime(8, 0, "UTC", from_date=date(2026, 2, 1), until_date=date(2026, 1, 1))
    assert refusal.value.key == "daily.dates-reversed"


@pytest.mark.parametrize(
    "zone", ["", "America", "Nope/Zone", "../etc/passwd", "\0", "x" * 5_000, "\ud800"]
)
def test_a_zone_that_is_not_one_is_told_when_it_is_used(zone: str) -> None:
    rule = DailyTime(8, 0, zone)
    with pytest.raises(DeliveryError) as refusal:
        next_due(rule, utc("2026-01-01 00:00"))
    assert refusal.value.key == "daily.unknown-zone"
    assert refusal.value.values == {"text": zone}


def test_an_instant_without_a_zone_is_a_mistake_of_the_program() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    rule = DailyTime(8, 0, "UTC")
    with pytest.raises(ValueError, match="no time zone"):
        next_due(rule, naive)
    with pytest.raises(ValueError, match="no time zone"):
        missed(rule, utc("2026-01-01 00:00"), naive, SIX_HOURS)


# Properties


@settings(deadline=None)
@given(rules, instants)
def test_due_is_later_on_a_chosen_day_and_never_early(rule: DailyTime, after: datetime) -> None:
    found = due(rule, after)
    assert found > after
    day = occurrence_date(rule, found)
    assert day.weekday() in rule.days
    wanted = datetime.combine(day, time(rule.hour, rule.minute))
    now = shown(found, rule.zone)
    assert now >= wanted
    # Late only by a gap: a minute before, the clock was not there yet.
    assert now == wanted or shown(found - MINUTE, rule.zone) < wanted


@settings(deadline=None)
@given(rules, instants)
def test_every_chosen_day_runs_once_and_in_order(rule: DailyTime, after: datetime) -> None:
    found = upcoming(rule, after, 10)
    days = [occurrence_date(rule, each) for each in found]
    assert found == sorted(set(found))
    assert days == sorted(set(days))
    for earlier, later in pairwise(days):
        between = [earlier + n * DAY for n in range(1, (later - earlier).days)]
        left_out = [day for day in between if day.weekday() in rule.days]
        assert not any(day_exists(day, rule.zone) for day in left_out)


@settings(deadline=None)
@given(rules, instants)
def test_asking_one_by_one_gives_the_same_list(rule: DailyTime, after: datetime) -> None:
    one_by_one: list[datetime] = []
    moment = after
    for _ in range(4):
        moment = due(rule, moment)
        one_by_one.append(moment)
    assert one_by_one == upcoming(rule, after, 4)


@settings(deadline=None)
@given(rules, instants, st.timedeltas(timedelta(), 10 * DAY), st.timedeltas(timedelta(), 2 * DAY))
def test_missed_parts_what_was_due_and_loses_none(
    rule: DailyTime, since: datetime, away: timedelta, grace: timedelta
) -> None:
    now = since + away
    skipped, one = missed(rule, since, now, grace)
    everything = [*skipped, one] if one else skipped
    assert everything == [d for d in upcoming(rule, since, 12) if d <= now]
    assert one is None or now - grace <= one <= now
    if one is None and skipped:
        assert skipped[-1] < now - grace


@settings(deadline=None)
@given(rules, instants)
def test_a_day_that_is_done_is_never_due_again(rule: DailyTime, after: datetime) -> None:
    done = occurrence_date(rule, due(rule, after))
    again = next_due(rule, after - 30 * DAY, last=done)
    assert again is not None
    assert occurrence_date(rule, again) > done


def day_exists(day: date, zone: str) -> bool:
    """Whether any quarter of an hour of five days around shows ``day``."""
    start = datetime.combine(day - 2 * DAY, time(), UTC)
    return any(shown(start + n * timedelta(minutes=15), zone).date() == day for n in range(5 * 96))


# Every zone


def test_every_zone_runs_every_local_day_of_two_years_exactly_once() -> None:
    start, end = WALK
    for zone in ZONES:
        rule = DailyTime(2, 30, zone)  # where most gaps and overlaps are
        runs = upcoming(rule, start, (end - start).days)
        day = occurrence_date(rule, runs[0])
        assert shown(start, zone).date() in (day, day - DAY)
        for run in runs:  # no zone skipped a day in these two years
            now, wanted = shown(run, zone), datetime.combine(day, time(2, 30))
            assert now >= wanted, (zone, day)
            assert now == wanted or shown(run - MINUTE, zone) < wanted, (zone, day)
            day += DAY


def test_every_gap_and_overlap_of_two_years_runs_each_day_once_and_never_early() -> None:
    count = 0
    for zone in ZONES:
        for change in transitions(zone, *WALK):
            count += 1
            # What the clock shows, minute by minute, through the change.
            minutes = [change + n * MINUTE for n in range(-26 * 60, 26 * 60)]
            faces = [shown(minute, zone) for minute in minutes]
            old, new = faces[26 * 60 - 1] + MINUTE, faces[26 * 60]
            earlier, later = min(old, new), max(old, new)
            middle = earlier + (later - earlier) // 2
            for face in {earlier, middle, later, later - MINUTE, earlier - MINUTE}:
                check_one_run(zone, face, minutes, faces)
    assert count > 500


def check_one_run(
    zone: str, wanted: datetime, minutes: list[datetime], faces: list[datetime]
) -> None:
    """Compare the run at ``wanted``, a local time, with the clock watched by the minute."""
    rule = DailyTime(wanted.hour, wanted.minute, zone)
    day = wanted.date()
    first = next(n for n, face in enumerate(faces) if face >= wanted)
    runs = [
        found
        for found in upcoming(rule, minutes[0], 4)
        if found <= minutes[-1] and occurrence_date(rule, found) == day
    ]
    assert runs == [minutes[first]], (zone, wanted)
    if wanted in faces:
        assert faces[first] == wanted, (zone, wanted)  # the first of two


def test_days_are_the_seven_of_a_week() -> None:
    assert len(EVERY_DAY) == 7
    assert date(2026, 1, 5).weekday() == Weekday.MONDAY


def test_every_zone_runs_exactly_the_chosen_days_between_the_dates_and_none_early() -> None:
    first, last = date(2026, 2, 10), date(2026, 11, 20)  # over both changes of most zones
    for number, zone in enumerate(ZONES):
        days = frozenset({Weekday(number % 7), Weekday((number + 3) % 7), Weekday.SUNDAY})
        clock = time(number % 4, 30)  # around where most gaps and overlaps are
        rule = DailyTime(clock.hour, clock.minute, zone, days, from_date=first, until_date=last)
        runs = upcoming(rule, WALK[0], 400)
        wanted = [first + n * DAY for n in range((last - first).days + 1)]
        wanted = [day for day in wanted if day.weekday() in days]
        assert [occurrence_date(rule, run) for run in runs] == wanted, zone
        for run, day in zip(runs, wanted, strict=True):
            face = datetime.combine(day, clock)
            now = shown(run, zone)
            assert now >= face, (zone, day)
            assert now == face or shown(run - MINUTE, zone) < face, (zone, day)
