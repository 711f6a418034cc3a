"""The daily story: who is due, claim, choose, send, confirm.

A day is claimed with one atomic update before anything is sent, and what is
sent is written down before its first byte. So a crash neither sends a day
twice nor forgets it: the next start finds the claim and finishes it, part by
part, looking into the channel where a part may already be out.
"""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.daily import DailyStory, daily_of
from bot.delivery.choosing import Post, compose
from bot.delivery.failing import failing, leave_out
from bot.delivery.sending import nonce, send_parts
from bot.delivery.targets import target_of
from bot.delivery.telling import notice_new_round
from bot.errors import DeliveryError
from bot.house import House
from bot.library.base import StoredDelivery, StoredSchedule
from bot.schedule import missed, next_due, occurrence_date

__all__ = ["LEASE", "Deliveries", "compose"]

LEASE = timedelta(minutes=5)  # how long a claim holds before somebody else may finish it
AT_ONCE = 5  # deliveries under way at the same time
DUE_AT_ONCE = 200  # schedules taken up in one turn

_log = logging.getLogger(__name__)


class Deliveries:
    """Sends what is due."""

    def __init__(self, client: discord.Client, house: House) -> None:
        self._client = client
        self._house = house
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def send_due(self) -> None:
        """Finish claims that were left open, then send everything due now."""
        now = self._house.now()
        library = self._house.library
        left_open = await library.open_deliveries(now, now + LEASE)
        due = await library.due_schedules(now, DUE_AT_ONCE)
        await asyncio.gather(
            *(self._guarded(self._finish(delivery)) for delivery in left_open),
            *(self._guarded(self._send(schedule, now)) for schedule in due),
        )

    async def _guarded(self, work: Any) -> None:
        async with self._slots:
            try:
                await work
            except Exception:  # one broken delivery never stops the others
                _log.exception("A daily story could not be sent.")

    async def _send(self, stored: StoredSchedule, now: datetime) -> None:
        try:
            daily = daily_of(stored)
            assert daily.next_due is not None
            since = daily.next_due - timedelta(seconds=1)
            skipped, due = missed(
                daily.rule, since, now, self._house.settings.catch_up, last=daily.last_day
            )
        except (DeliveryError, ValueError, KeyError):
            # A row of a later version, or a zone that left the zone data: it must not
            # come up again every few seconds, and its settings are kept.
            _log.exception("Daily story %d cannot be read; it is paused.", stored.id)
            await self._house.library.change_schedule(
                replace(stored, paused="daily.paused-unreadable")
            )
            return
        newest = due or (skipped[-1] if skipped else daily.next_due)
        day = occurrence_date(daily.rule, newest)
        delivery = await self._house.library.claim(
            daily.id,
            daily.next_due,
            day=day,
            next_due=next_due(daily.rule, now, last=day),
            until=now + LEASE,
        )
        if delivery is None:  # another process has it, or it changed meanwhile
            return
        if due is None:
            await self._house.library.finish(delivery, "skipped")
            await leave_out(self._client, self._house, daily, newest)
            return
        await self._choose_and_send(daily, delivery)

    async def _finish(self, delivery: StoredDelivery) -> None:
        """Finish a claim that ran out: its process died, or Discord failed for a while."""
        daily = await self._house.daily_stories.find(delivery.schedule)
        if daily is None:
            return
        if self._house.now() - delivery.due > self._house.settings.catch_up:
            await self._house.library.finish(delivery.id, "failed")
            await leave_out(self._client, self._house, daily, delivery.due)
            return
        if daily.paused:  # somebody paused it while it was under way
            await self._house.library.finish(delivery.id, "skipped")
            return
        post = Post.from_delivery(delivery)
        if post is None:
            await self._choose_and_send(daily, delivery.id)
            return
        async with failing(self._client, self._house, daily, delivery.id):
            target, audience = await target_of(self._client, self._house, daily)
            if await self._house.library.card(post.story, audience) is not None:
                await self._post(
                    daily, delivery.id, post, target, sent=delivery.messages, was_begun=True
                )
            elif delivery.messages:  # the rest of it may not be shown here any more
                await self._house.library.finish(delivery.id, "failed")
            else:
                await self._choose_and_send(daily, delivery.id)

    async def _choose_and_send(self, daily: DailyStory, delivery: int) -> None:
        async with failing(self._client, self._house, daily, delivery):
            target, audience = await target_of(self._client, self._house, daily)
            daily = await notice_new_round(self._client, self._house, daily, audience)
            post = await compose(self._house, daily, audience)
            await self._house.library.choose(delivery, post.story, post.to_json(), nonce(delivery))
            await self._post(daily, delivery, post, target, sent=(), was_begun=False)

    async def _post(
        self,
        daily: DailyStory,
        delivery: int,
        post: Post,
        target: discord.abc.Messageable,
        *,
        sent: tuple[int, ...],
        was_begun: bool,
    ) -> None:
        await send_parts(
            self._client, self._house, daily, delivery, post, target, sent=sent, was_begun=was_begun
        )
        await self._house.library.finish(delivery, "sent")
        await self._house.library.remember_shown(daily.room, post.story, self._house.now())
