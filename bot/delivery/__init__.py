"""The daily story: who is due, claim, choose, send, confirm.

A day is claimed with one atomic update before anything is sent, and what is
sent is written down before its first byte. So a crash neither sends a day
twice nor forgets it: the next start finds the claim and finishes it, part by
part, looking into the channel where a part may already be out.

Rooms (channels, or a person's direct messages) are served side by side, and
each of them one delivery after the other: a slow room delays nobody else, and
two stories never mix in one room. Nothing is claimed before its room is free
for it, so a claim never grows old in our own queue.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.daily import CANNOT_BE_READ, UNREADABLE, DailyStory, daily_of, shown_of
from bot.delivery.choosing import Post, compose
from bot.delivery.claims import LEASE, Claim, ClaimLost, finish
from bot.delivery.concluding import conclude
from bot.delivery.failing import failing, leave_out, tell_pause
from bot.delivery.pace import with_time
from bot.delivery.sending import find_sent, nonce, send_parts
from bot.delivery.targets import mentionable, target_of
from bot.delivery.telling import notice_new_round
from bot.errors import LibraryUnreachable
from bot.house import House
from bot.library.base import Shards, StoredDelivery, StoredSchedule
from bot.schedule import missed, next_due, occurrence_date

__all__ = ["AT_ONCE", "LEASE", "Deliveries", "compose"]

AT_ONCE = 100  # rooms served at the same time; nearly all of them wait for Discord
# Deliveries that are claimed and chosen at the same time, which is work of our own: what
# people ask for meanwhile waits for so many steps of it, and not for those of every room.
CHOOSING = 3
TAKEN_UP = 200  # schedules looked up in one go
LONGEST = 120  # seconds a delivery may take; then its claim is left to run out
# How much earlier a run may be once the rules of its zone have changed. Two runs are further
# apart than this.
_MOVED = timedelta(hours=12)
CLOSING = 5  # seconds that deliveries under way have to end when we stop

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Due:
    """Something to send: a schedule that is due, or a delivery that was left open."""

    schedule: int
    delivery: int | None = None


class Deliveries:
    """Sends what is due."""

    def __init__(self, client: discord.Client, house: House) -> None:
        self._client = client
        self._house = house
        # What a room is like, Discord tells only the process whose shard it is on.
        settings = house.settings
        self._shards = Shards(settings.shard_ids, settings.shard_count or 1)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._choosing = asyncio.Semaphore(CHOOSING)
        self._waiting: dict[int, deque[_Due]] = {}  # by room; a room in here is being served
        self._known: set[_Due] = set()  # waiting or under way
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closing = False

    async def send_due(self) -> None:
        """Take up what is due now and what was left open, until nothing is left to take up."""
        seen: set[_Due] = set()
        while not self._is_closing:
            seen |= self._known
            found = [each for each in await self._look() if each[0] not in seen]
            if not found:
                return
            for due, room in found:
                seen.add(due)
                await self._take_up(due, room)

    async def _look(self) -> list[tuple[_Due, int]]:
        """List what is to be sent now, with its room; claims that ran out come first."""
        now, library = self._house.now(), self._house.library
        limit = len(self._known) + TAKEN_UP
        found: list[tuple[_Due, int]] = []
        for delivery in await library.open_deliveries(now, limit, self._shards):
            stored = await library.schedule(delivery.schedule)
            if stored is not None:
                found.append((_Due(stored.id, delivery.id), _room(stored)))
        due = await library.due_schedules(now, limit, self._shards)
        return [*found, *((_Due(stored.id), _room(stored)) for stored in due)]

    async def _take_up(self, due: _Due, room: int) -> None:
        """Let ``due`` wait for its room, which is served as soon as there is a slot."""
        self._known.add(due)
        if room in self._waiting:
            self._waiting[room].append(due)
            return
        self._waiting[room] = deque([due])
        await self._slots.acquire()
        task = asyncio.create_task(self._serve(room))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, room: int) -> None:
        """Send what waits for ``room``, one after the other."""
        waiting = self._waiting[room]
        try:
            with with_time():
                while waiting and not self._is_closing:
                    due = waiting[0]
                    await self._guarded(due)
                    waiting.popleft()
                    self._known.discard(due)
        finally:
            self._known.difference_update(waiting)
            del self._waiting[room]
            self._slots.release()

    async def _guarded(self, due: _Due) -> None:
        try:
            await (self._begin(due.schedule) if due.delivery is None else self._finish(due))
        except ClaimLost:
            _log.warning("Daily story %d: somebody else sends it.", due.schedule)
        except LibraryUnreachable as error:  # its claim runs out, and what is missing is sent then
            _log.warning("Daily story %d: %s; trying again in a while.", due.schedule, error)
        except Exception:  # one broken delivery never stops the others
            _log.exception("A daily story could not be sent.")

    async def close(self) -> None:
        """Take nothing up any more, and let what is under way come to its end."""
        self._is_closing = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=CLOSING)
            for task in late:
                task.cancel()

    # One delivery

    async def _begin(self, schedule: int) -> None:
        """Claim what is due of ``schedule``, choose and send it."""
        async with self._choosing:
            claimed = await self._claim(schedule)
        if claimed is None:
            return
        daily, claim, too_late = claimed
        if too_late is not None:
            await finish(self._house, claim.id, "skipped")
            await leave_out(self._client, self._house, daily, too_late)
            return
        await self._guarding(daily, claim, lambda: self._choose_and_send(daily, claim))

    async def _claim(self, schedule: int) -> tuple[DailyStory, Claim, datetime | None] | None:
        """Claim what is due of ``schedule``; gives the time that is too late to be sent, too."""
        now, library = self._house.now(), self._house.library
        stored = await library.schedule(schedule)
        if stored is None or stored.paused or stored.next_due is None or stored.next_due > now:
            return None  # it changed while it waited
        try:
            daily = daily_of(stored)
            skipped, due = self._due(daily, stored.next_due, now)
        except CANNOT_BE_READ:
            # A row of a later version, or a zone that left the zone data: it must not
            # come up again every few seconds, and its settings are kept.
            _log.exception("Daily story %d cannot be read; it is paused.", stored.id)
            paused = replace(stored, paused=UNREADABLE)
            if await library.change_schedule(stored, paused):
                await tell_pause(self._client, self._house, shown_of(paused))
            return None
        if due is None and not skipped:  # as the zone's rules are now, it comes later
            later = replace(stored, next_due=next_due(daily.rule, now, last=daily.last_day))
            await library.change_schedule(stored, later)
            return None
        newest = due or skipped[-1]
        day = occurrence_date(daily.rule, newest)
        until = now + LEASE
        delivery = await library.claim(
            daily.id,
            stored.next_due,
            occurrence=newest,
            day=day,
            next_due=next_due(daily.rule, now, last=day),
            until=until,
        )
        if delivery is None:  # another process has it, or it changed meanwhile
            return None
        if daily.server in self._house.settings.blocked_servers:
            await finish(self._house, delivery, "skipped")
            return None
        return daily, Claim(library, delivery, until), newest if due is None else None

    def _due(
        self, daily: DailyStory, expected: datetime, now: datetime
    ) -> tuple[list[datetime], datetime | None]:
        """Give what is skipped and what is sent now, as `missed` does, of what was ``expected``."""
        grace, last = self._house.settings.catch_up, daily.last_day
        since = expected - timedelta(seconds=1)
        skipped, due = missed(daily.rule, since, now, grace, last=last)
        if due is None and not skipped:  # the zone's rules changed since the time was computed
            skipped, due = missed(daily.rule, expected - _MOVED, now, grace, last=last)
        return skipped, due

    async def _finish(self, due: _Due) -> None:
        """Finish a claim that ran out: its process died, or Discord failed for a while."""
        assert due.delivery is not None
        now, library = self._house.now(), self._house.library
        daily = await self._house.daily_stories.find(due.schedule)
        if daily is None:
            return
        delivery = await library.take_over(due.delivery, now, now + LEASE)
        if delivery is None:  # somebody else did
            return
        # Somebody paused it while it was under way, or the operator closed the server.
        if daily.paused or daily.server in self._house.settings.blocked_servers:
            await finish(self._house, delivery.id, "skipped")
            return
        claim = Claim(library, delivery.id, now + LEASE, delivery.put_off)
        await self._guarding(daily, claim, lambda: self._go_on(daily, claim, delivery))

    async def _guarding(
        self, daily: DailyStory, claim: Claim, work: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        async with failing(self._client, self._house, daily, claim), asyncio.timeout(LONGEST):
            with with_time(lambda: claim.may_send(self._house.now())):
                await work()

    async def _go_on(self, daily: DailyStory, claim: Claim, delivery: StoredDelivery) -> None:
        """Send what is missing of a delivery that somebody claimed.

        What has begun is told to its end, however late; what has not is left out
        when it would come too late.
        """
        is_late = self._house.now() - delivery.due > self._house.settings.catch_up
        sent: tuple[int, ...] = ()
        if post := Post.from_delivery(delivery):  # else nothing was chosen, so nothing was sent
            target, audience = await target_of(self._client, self._house, daily)
            sent = await find_sent(self._client, self._house, delivery, post, target)
            if len(sent) == len(post.contents):
                await self._confirm(daily, claim, post, target)
                return
            if (sent or not is_late) and await self._house.library.card(post.story, audience):
                await send_parts(self._house, claim, post, target, sent)
                await self._confirm(daily, claim, post, target)
                return
        if sent:  # the rest of it may not be shown here any more
            await finish(self._house, claim.id, "failed")
        elif is_late:
            await finish(self._house, claim.id, "failed")
            await leave_out(self._client, self._house, daily, delivery.due)
        else:
            await self._choose_and_send(daily, claim)

    async def _choose_and_send(self, daily: DailyStory, claim: Claim) -> None:
        target, audience = await target_of(self._client, self._house, daily)
        daily = await notice_new_round(self._client, self._house, daily, audience)
        role = mentionable(target, daily)
        async with self._choosing:
            post = await compose(self._house, daily, audience, role=role)
            await claim.choose(post.story, post.to_json(), nonce(claim.id))
        await send_parts(self._house, claim, post, target, ())
        await self._confirm(daily, claim, post, target)

    async def _confirm(
        self, daily: DailyStory, claim: Claim, post: Post, target: discord.abc.Messageable
    ) -> None:
        await conclude(self._client, self._house, daily, claim.id, post, target)
        await self._house.library.remember_shown(
            daily.room, post.story, self._house.now(), server=daily.server
        )
        await finish(self._house, claim.id, "sent")


def _room(stored: StoredSchedule) -> int:
    room = stored.channel if stored.member is None else stored.member
    assert room is not None
    return room
