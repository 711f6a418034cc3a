"""A daily story as a value: where to, when, what; and how it is kept.

One `DailyStory` is one standing order. Its next time is always computed from
the local clock and zone by ``schedule``; what is stored is only the result.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from bot.library.base import Filter, Library, StoredSchedule
from bot.schedule import EVERY_DAY, DailyTime, Weekday, next_due, occurrence_date
from bot.story import TagKind

MOST_IN_A_SERVER = 20  # daily stories of one server, so that nobody floods it
MOST_OF_A_MEMBER = 10
HISTORY_DAYS = 90  # how long it is known what a room was shown
PAUSED_BY_ADMIN = "daily.paused-by-admin"


class What(StrEnum):
    """What a daily story sends."""

    DRABBLE = "drabble"
    STORY = "story"
    EXCERPT = "excerpt"


@dataclass(frozen=True, slots=True)
class DailyStory:
    """One standing order; ``id`` 0 is not kept yet.

    ``server`` and ``channel`` say where to, or ``member`` in direct messages.
    ``paused`` holds the key of the reason, "" while it runs.
    """

    id: int
    rule: DailyTime
    what: What
    made_by: int
    server: int | None = None
    channel: int | None = None
    member: int | None = None
    names: tuple[tuple[TagKind, str], ...] = ()  # what its stories must carry, folded
    next_due: datetime | None = None
    paused: str = ""
    last_day: date | None = None
    starts_again: bool = False  # the pool was used up once, and that was said

    @property
    def room(self) -> int:
        """Whose history of what was shown counts."""
        room = self.channel if self.member is None else self.member
        assert room is not None
        return room

    def wanted(self, drabble_max_words: int) -> Filter:
        """Give the filter its stories must fit."""
        most = drabble_max_words if self.what is What.DRABBLE else None
        return Filter(names=self.names, max_words=most, with_text=True)

    def scheduled(self, now: datetime) -> "DailyStory":
        """Give it with its next time after ``now``; a day that was done is not done again."""
        return replace(self, next_due=next_due(self.rule, now, last=self.last_day))

    def skipping(self, now: datetime) -> "DailyStory":
        """Give it with its next time left out."""
        if self.next_due is None:
            return self
        day = occurrence_date(self.rule, self.next_due)
        return replace(self, last_day=day).scheduled(now)


class DailyStories:
    """Keeps and gives daily stories."""

    def __init__(self, library: Library, *, now: Callable[[], datetime]) -> None:
        self._library = library
        self._now = now

    async def add(self, daily: DailyStory) -> DailyStory:
        """Keep a new one, with its next time computed; gives it with its id."""
        ready = daily.scheduled(self._now())
        return replace(ready, id=await self._library.add_schedule(_stored(ready), self._now()))

    async def change(self, daily: DailyStory) -> bool:
        """Keep a changed one as it is; False when it is gone."""
        return await self._library.change_schedule(_stored(daily))

    async def remove(self, ident: int) -> bool:
        """Remove one; False when it was gone."""
        return await self._library.remove_schedule(ident)

    async def find(self, ident: int) -> DailyStory | None:
        """Give one by its id."""
        stored = await self._library.schedule(ident)
        return None if stored is None else daily_of(stored)

    async def of_server(self, server: int) -> list[DailyStory]:
        """List those of a server, oldest first."""
        return [daily_of(each) for each in await self._library.schedules_of(server=server)]

    async def of_member(self, member: int) -> list[DailyStory]:
        """List those sent to a member's direct messages, oldest first."""
        return [daily_of(each) for each in await self._library.schedules_of(member=member)]


def daily_of(stored: StoredSchedule) -> DailyStory:
    """Read a daily story as it was kept."""
    rule: dict[str, Any] = json.loads(stored.rule)
    content: dict[str, Any] = json.loads(stored.content)
    return DailyStory(
        id=stored.id,
        rule=DailyTime(
            hour=rule["hour"],
            minute=rule["minute"],
            zone=rule["zone"],
            days=frozenset(Weekday(day) for day in rule["days"]) if "days" in rule else EVERY_DAY,
            from_date=_day(rule.get("from")),
            until_date=_day(rule.get("until")),
        ),
        what=What(content["what"]),
        made_by=stored.made_by,
        server=stored.server,
        channel=stored.channel,
        member=stored.member,
        names=tuple((TagKind(kind), folded) for kind, folded in content.get("names", ())),
        next_due=stored.next_due,
        paused=stored.paused,
        last_day=stored.last_day,
        starts_again=content.get("starts_again", False),
    )


def _stored(daily: DailyStory) -> StoredSchedule:
    rule: dict[str, Any] = {
        "hour": daily.rule.hour,
        "minute": daily.rule.minute,
        "zone": daily.rule.zone,
    }
    if daily.rule.days != EVERY_DAY:
        rule["days"] = sorted(daily.rule.days)
    if daily.rule.from_date:
        rule["from"] = daily.rule.from_date.isoformat()
    if daily.rule.until_date:
        rule["until"] = daily.rule.until_date.isoformat()
    content: dict[str, Any] = {"what": daily.what}
    if daily.names:
        content["names"] = daily.names
    if daily.starts_again:
        content["starts_again"] = True
    return StoredSchedule(
        id=daily.id,
        server=daily.server,
        channel=daily.channel,
        member=daily.member,
        made_by=daily.made_by,
        rule=json.dumps(rule),
        content=json.dumps(content),
        next_due=daily.next_due,
        paused=daily.paused,
        last_day=daily.last_day,
    )


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
