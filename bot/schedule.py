"""When a daily story is due: local clock time and zone to an instant, and nothing else.

One definition answers every question about summer time: a rule is due on a
local day at the first instant whose local clock shows that day and time *or
later*. So a time that is skipped runs at the first minute after the gap, a
time that happens twice runs the first time, and no run is ever early. A local
day that does not exist (Pacific/Apia, 2011-12-30) has no run.

Days are counted by the date the rule was meant for. In America/Nuuk the gap
ends at midnight, so the 23:30 of a Saturday in March runs on Sunday at 00:00
and still is Saturday's: ``occurrence_date`` tells which day a run belongs to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import DeliveryError


class Weekday(IntEnum):
    """A day of the week, numbered as ``date.weekday()`` does."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


EVERY_DAY = frozenset(Weekday)
WORKING_DAYS = frozenset(Weekday) - {Weekday.SATURDAY, Weekday.SUNDAY}

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
# Room at both ends of the calendar, so that no sum with an offset overflows.
_FIRST_INSTANT = datetime.min.replace(tzinfo=UTC) + 9 * _DAY
_LAST_INSTANT = datetime.max.replace(tzinfo=UTC) - 9 * _DAY
_LAST_DATE = date.max - 6 * _DAY


@dataclass(frozen=True, slots=True)
class DailyTime:
    """A clock time on the chosen days of a zone; both dates are included.

    The zone's name is looked up when a time is computed, not here, so that a
    rule stored before its zone left the zone data can still be read and shown.

    Raises:
        DeliveryError: the time does not exist, no day is chosen, or the dates
            are the wrong way round.
    """

    hour: int
    minute: int
    zone: str  # IANA name
    days: frozenset[Weekday] = EVERY_DAY
    from_date: date | None = None
    until_date: date | None = None

    def __post_init__(self) -> None:
        if not (0 <= self.hour <= 23 and 0 <= self.minute <= 59):
            raise DeliveryError("daily.no-such-time", text=f"{self.hour}:{self.minute:02}")
        if not self.days <= EVERY_DAY or not self.days:
            raise DeliveryError("daily.no-days")
        if self.from_date and self.until_date and self.until_date < self.from_date:
            raise DeliveryError(
                "daily.dates-reversed", from_date=self.from_date, until_date=self.until_date
            )


def next_due(rule: DailyTime, after: datetime, *, last: date | None = None) -> datetime | None:
    """Tell when ``rule`` is due next, strictly after ``after``, in UTC; None when never.

    Args:
        rule: The clock time, zone and days.
        after: Aware, in any zone.
        last: The newest local day that is done already: neither it nor a day
            before it comes again, though the clock was set back or the rules
            of the zone have changed since.

    Raises:
        DeliveryError: the zone is not in the zone data.
        ValueError: ``after`` has no zone.
    """
    return next((due for _, due in _occurrences(rule, after, last)), None)


def upcoming(
    rule: DailyTime, after: datetime, count: int, *, last: date | None = None
) -> list[datetime]:
    """Tell the next ``count`` times ``rule`` is due; fewer when it ends before.

    Raises:
        DeliveryError: the zone is not in the zone data.
        ValueError: ``after`` has no zone.
    """
    if count < 1:
        return []
    found: list[datetime] = []
    for _, due in _occurrences(rule, after, last):
        found.append(due)
        if len(found) == count:
            break
    return found


def occurrence_date(rule: DailyTime, due: datetime) -> date:
    """Tell which local day the run at ``due`` belongs to.

    For an instant at which ``rule`` is not due (the zone's rules have changed
    since it was computed) it is the local date of that instant.

    Raises:
        DeliveryError: the zone is not in the zone data.
        ValueError: ``due`` has no zone.
    """
    zone = _zone(rule)
    day = _local(due, zone).date()
    # The day before, for a gap that ends at midnight; two, so that a day that
    # does not exist may lie between. A day after: the date was seen before.
    for back in (0, 1, 2, -1):
        candidate = day - back * _DAY
        if _due_on(candidate, rule, zone) == due:
            return candidate
    return day


def missed(
    rule: DailyTime, since: datetime, now: datetime, grace: timedelta, *, last: date | None = None
) -> tuple[list[datetime], datetime | None]:
    """Part what was due after ``since`` and up to ``now`` into the skipped and one to send.

    The one to send is the newest, if it was due within ``grace`` before
    ``now`` (both ends included); everything else is skipped, oldest first.

    Raises:
        DeliveryError: the zone is not in the zone data.
        ValueError: ``since`` or ``now`` has no zone.
    """
    _require_aware(now)
    skipped: list[datetime] = []
    for _, due in _occurrences(rule, since, last):
        if due > now:
            break
        skipped.append(due)
    if skipped and now - skipped[-1] <= grace:
        return skipped[:-1], skipped[-1]
    return skipped, None


def _occurrences(
    rule: DailyTime, after: datetime, last: date | None
) -> Iterator[tuple[date, datetime]]:
    """Give the days of ``rule`` and when each is due, in order, after ``after``."""
    _require_aware(after)
    zone = _zone(rule)
    after = max(after, _FIRST_INSTANT)
    if after > _LAST_INSTANT:
        return
    # Due times never decrease from day to day, and every day before the local
    # date of `after` was due by then, also where a gap or a repeated hour lies
    # between: its time had been shown, or passed over, by the local clock.
    day = _local(after, zone).date()
    if rule.from_date is not None:
        day = max(day, rule.from_date)
    if last is not None and last >= day:
        day = min(last, _LAST_DATE) + _DAY
    end = _LAST_DATE if rule.until_date is None else min(rule.until_date, _LAST_DATE)
    previous = after
    while day <= end:
        if day.weekday() in rule.days:
            due = _due_on(day, rule, zone)
            if due is not None and due > previous:
                yield day, due
                previous = due
        day += _DAY


def _first_instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Find the first whole minute at which the local clock shows ``day clock`` or later."""
    wanted = datetime.combine(day, clock)
    # PEP 495: fold=0 is the first of two, and in a gap the offset before it,
    # which gives an instant behind the gap; fold=1 then gives one before it.
    due = wanted.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _local(due, zone) == wanted:
        return due
    before = wanted.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while due - before > _SECOND:
        middle = before + (due - before) // _SECOND // 2 * _SECOND
        if _local(middle, zone) >= wanted:
            due = middle
        else:
            before = middle
    # Gaps between offsets with odd seconds end within a minute (Liberia, 1972).
    return due + timedelta(seconds=-_local(due, zone).second % 60)


def _due_on(day: date, rule: DailyTime, zone: ZoneInfo) -> datetime | None:
    """Tell when ``rule`` is due for ``day``; None where the local calendar has no such day."""
    due = _first_instant(day, time(rule.hour, rule.minute), zone)
    if _local(due, zone).date() == day:
        return due
    # Late into another day: behind a gap at the end of this one, or of all of it.
    midnight = _first_instant(day, time(), zone)
    return due if _local(midnight, zone).date() == day else None


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    """Give what the local clock shows at ``instant``, without a zone."""
    _require_aware(instant)
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _require_aware(instant: datetime) -> None:
    if instant.utcoffset() is None:
        raise ValueError(f"{instant!r} has no time zone")


def _zone(rule: DailyTime) -> ZoneInfo:
    try:
        return ZoneInfo(rule.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        # OSError: the name of a folder of the zone data, such as "America".
        raise DeliveryError("daily.unknown-zone", text=rule.zone) from error
