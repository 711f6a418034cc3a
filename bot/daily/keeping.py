"""Keeps and gives daily stories; how one is written down as JSON."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from bot.daily.standing import UNREADABLE, DailyStory, Length, Order, Progress, What
from bot.errors import DeliveryError
from bot.library.base import Library, StoredSchedule
from bot.library.filters import filter_from_json, filter_to_json
from bot.schedule import EVERY_DAY, DailyTime, Weekday

CANNOT_BE_READ = (DeliveryError, ValueError, KeyError, TypeError)  # a later version wrote it
_TRIES = 5  # somebody else changed it meanwhile; more often than this, it stays


class DailyStories:
    """Keeps and gives daily stories."""

    def __init__(self, library: Library, *, now: Callable[[], datetime]) -> None:
        self._library = library
        self._now = now

    async def add(self, daily: DailyStory) -> DailyStory:
        """Keep a new one, with its next time computed; gives it with its id."""
        ready = daily.scheduled(self._now())
        return replace(ready, id=await self._library.add_schedule(_stored(ready), self._now()))

    async def change(self, before: DailyStory, after: DailyStory) -> DailyStory | None:
        """Change what differs between the two and nothing else; gives it as it is now.

        It may have been sent, or changed by somebody else, since ``before`` was read:
        days that were done stay done, and the rest stays what it became. None when it
        is gone.

        Raises:
            DeliveryError: It cannot be read.
        """
        for _ in range(_TRIES):
            stored = await self._library.schedule(before.id)
            if stored is None:
                return None
            try:
                current = daily_of(stored)
            except CANNOT_BE_READ:
                raise DeliveryError(UNREADABLE) from None
            changed = self._merged(current, before, after)
            if await self._library.change_schedule(stored, _stored(changed)):
                return changed
        return None

    def _merged(self, current: DailyStory, before: DailyStory, after: DailyStory) -> DailyStory:
        changes = {
            field.name: value
            for field in fields(DailyStory)
            if (value := getattr(after, field.name)) != getattr(before, field.name)
        }
        if after.last_day and current.last_day:
            changes["last_day"] = max(after.last_day, current.last_day)
        changed = replace(current, **changes)
        if "next_due" not in changes or changed.next_due is None:
            return changed
        return changed if current == before else changed.scheduled(self._now())

    async def advance(self, ident: int, begun: Progress, reached: Progress) -> bool:
        """Move one on from ``begun`` to ``reached``, and change nothing else.

        False when it is gone, or somebody put it elsewhere meanwhile.
        """
        for _ in range(_TRIES):
            stored = await self._library.schedule(ident)
            if stored is None:
                return False
            daily = daily_of(stored)
            if daily.progress != begun:
                return daily.progress == reached
            content = _stored(replace(daily, progress=reached)).content
            if await self._library.change_content(ident, stored.content, content):
                return True
        return False

    async def remove(self, ident: int) -> bool:
        """Remove one; False when it was gone."""
        return await self._library.remove_schedule(ident)

    async def find(self, ident: int) -> DailyStory | None:
        """Give one by its id."""
        stored = await self._library.schedule(ident)
        return None if stored is None else shown_of(stored)

    async def of_server(self, server: int) -> list[DailyStory]:
        """List those of a server, oldest first."""
        return [shown_of(each) for each in await self._library.schedules_of(server=server)]

    async def of_member(self, member: int) -> list[DailyStory]:
        """List those sent to a member's direct messages, oldest first."""
        return [shown_of(each) for each in await self._library.schedules_of(member=member)]


def daily_of(stored: StoredSchedule) -> DailyStory:
    """Read a daily story as it was kept.

    Raises:
        DeliveryError, ValueError, KeyError: A later version wrote it.
    """
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
        filter=filter_from_json(json.dumps(content.get("filter", {}))),
        order=Order(content.get("order", Order.RANDOM)),
        serial_of=content.get("serial_of", 0),
        length=Length(content.get("length", Length.MEDIUM)),
        progress=progress_from(content.get("progress", {})),
        role=content.get("role"),
        opens_thread=content.get("opens_thread", False),
        language=content.get("language", ""),
        next_due=stored.next_due,
        paused=stored.paused,
        last_day=stored.last_day,
        starts_again=content.get("starts_again", False),
        needs=tuple(content.get("needs", ())),
        replaces=content.get("replaces", 0),
    )


def shown_of(stored: StoredSchedule) -> DailyStory:
    """Read one as `daily_of`; what cannot be read is paused and tells nothing but that."""
    try:
        return daily_of(stored)
    except CANNOT_BE_READ:
        return DailyStory(
            stored.id,
            DailyTime(0, 0, "UTC"),
            What.DRABBLE,
            stored.made_by,
            server=stored.server,
            channel=stored.channel,
            member=stored.member,
            paused=UNREADABLE,
        )


def progress_from(told: dict[str, Any]) -> Progress:
    """Read how far one has come."""
    return Progress(
        story=told.get("story", 0),
        day=_day(told.get("day")),
        chapter=told.get("chapter", 0),
        offset=told.get("offset", 0),
        told=told.get("told", 0),
    )


def progress_to(progress: Progress) -> dict[str, Any]:
    """Write how far one has come; what is 0 is left out."""
    told = {
        "story": progress.story,
        "day": progress.day and progress.day.isoformat(),
        "chapter": progress.chapter,
        "offset": progress.offset,
        "told": progress.told,
    }
    return {key: value for key, value in told.items() if value}


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
    content: dict[str, Any] = {
        "what": daily.what,
        "filter": json.loads(filter_to_json(daily.filter)),
        "order": "" if daily.order is Order.RANDOM else daily.order,
        "serial_of": daily.serial_of,
        "length": daily.length if daily.what is What.SERIAL else "",
        "progress": progress_to(daily.progress),
        "role": daily.role,
        "opens_thread": daily.opens_thread,
        "language": daily.language,
        "starts_again": daily.starts_again,
        "needs": daily.needs,
        "replaces": daily.replaces,
    }
    return StoredSchedule(
        id=daily.id,
        server=daily.server,
        channel=daily.channel,
        member=daily.member,
        made_by=daily.made_by,
        rule=json.dumps(rule),
        content=json.dumps({key: value for key, value in content.items() if value}),
        next_due=daily.next_due,
        paused=daily.paused,
        last_day=daily.last_day,
    )


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
