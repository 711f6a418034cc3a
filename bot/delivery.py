"""The daily story: who is due, claim, choose, send, confirm.

A day is claimed with one atomic update before anything is sent, and what is
sent is written down before its first byte. So a crash neither sends a day
twice nor forgets it: the next start finds the claim and finishes it, part by
part, looking into the channel where a part may already be out.
"""

import asyncio
import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

import discord

from bot import audience as audiences
from bot.controls import Style, button, controls
from bot.daily import DailyStory, What, daily_of
from bot.errors import DeliveryError, NoStoryFits, StoryNotFound
from bot.house import House
from bot.library.base import StoredDelivery, StoredSchedule
from bot.pages import (
    EXCERPT_LENGTHS,
    NOBODY,
    cover,
    cover_buttons,
    excerpt_button,
    excerpt_content,
    needs_cover,
    page_content,
    page_controls,
    short_messages,
)
from bot.reading import for_random
from bot.replies import NETWORK_ERRORS
from bot.schedule import missed, next_due, occurrence_date
from bot.story import Audience, Place
from bot.texts import FALLBACK, say

LEASE = timedelta(minutes=5)  # how long a claim holds before somebody else may finish it
GRACE = timedelta(hours=6)  # what was due longer ago is skipped
AT_ONCE = 5  # deliveries under way at the same time
DUE_AT_ONCE = 200  # schedules taken up in one turn
DELIVERIES_KNOWN = 200  # earlier deliveries whose messages are told apart
HISTORY_LOOKED_AT = 100  # messages looked through for a part that may be out

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Post:
    """What is sent: contents in order, and buttons for the last message."""

    story: int
    contents: tuple[str, ...]
    buttons: tuple[tuple[str, str, int], ...]  # label, custom_id, style

    def to_json(self) -> str:
        """Write it down as it will be sent."""
        return json.dumps({"contents": self.contents, "buttons": self.buttons})

    @classmethod
    def from_delivery(cls, delivery: StoredDelivery) -> "Post | None":
        """Read what was chosen; None when nothing was chosen yet."""
        told: dict[str, Any] = json.loads(delivery.part)
        if delivery.story is None or "contents" not in told:
            return None
        return cls(
            delivery.story,
            tuple(told["contents"]),
            tuple((label, ident, style) for label, ident, style in told["buttons"]),
        )

    def view(self) -> discord.ui.View:
        """Give the buttons of the last message."""
        return controls(
            [
                discord.ui.Button[discord.ui.View](
                    label=label, custom_id=ident, style=discord.ButtonStyle(style)
                )
                for label, ident, style in self.buttons
            ]
        )


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
            skipped, due = missed(daily.rule, since, now, GRACE, last=daily.last_day)
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
            _log.warning("Daily story %d was due more than 6 hours ago; skipped.", daily.id)
            await self._house.library.finish(delivery, "skipped")
            return
        await self._choose_and_send(daily, delivery)

    async def _finish(self, delivery: StoredDelivery) -> None:
        """Finish a claim that ran out: its process died, or Discord failed for a while."""
        daily = await self._house.daily_stories.find(delivery.schedule)
        if daily is None:
            return
        if self._house.now() - delivery.due > GRACE:
            _log.warning("Daily story %d could not be sent for 6 hours; given up.", daily.id)
            await self._house.library.finish(delivery.id, "failed")
            return
        if daily.paused:  # somebody paused it while it was under way
            await self._house.library.finish(delivery.id, "skipped")
            return
        post = Post.from_delivery(delivery)
        if post is None:
            await self._choose_and_send(daily, delivery.id)
            return
        _, audience = await self._target(daily)
        if await self._house.library.card(post.story, audience) is not None:
            await self._post(daily, delivery.id, post, delivery.messages)
        elif delivery.messages:  # the rest of it may not be shown here any more
            await self._house.library.finish(delivery.id, "failed")
        else:
            await self._choose_and_send(daily, delivery.id)

    async def _choose_and_send(self, daily: DailyStory, delivery: int) -> None:
        try:
            target, audience = await self._target(daily)
            daily = await self._notice_new_round(daily, audience)
            post = await compose(self._house, daily, audience)
        except (NoStoryFits, StoryNotFound):
            await self._pause(daily, delivery, "daily.paused-no-stories")
            return
        except discord.NotFound:
            await self._pause(daily, delivery, "daily.paused-no-channel")
            return
        except discord.Forbidden:
            await self._pause(daily, delivery, _forbidden(daily))
            return
        await self._house.library.choose(delivery, post.story, post.to_json(), _nonce(delivery))
        await self._post(daily, delivery, post, (), target)

    async def _post(
        self,
        daily: DailyStory,
        delivery: int,
        post: Post,
        sent: tuple[int, ...],
        target: discord.abc.Messageable | None = None,
    ) -> None:
        """Send the parts that are missing; ``target`` is None when it was begun before."""
        try:
            was_begun = target is None
            if target is None:
                target, _ = await self._target(daily)
            for number in range(len(sent), len(post.contents)):
                content = post.contents[number]
                message = None
                if was_begun and number == len(sent):
                    message = await self._find_sent(target, content, daily.id)
                if message is None:
                    last = number + 1 == len(post.contents)
                    message = await target.send(
                        content,
                        view=post.view() if last and post.buttons else cast("Any", None),
                        # Discord gives back the first message for a nonce it saw
                        # in the past few minutes instead of posting a second one.
                        nonce=f"{_nonce(delivery)}-{number}",
                    )
                await self._house.library.add_sent_message(delivery, message.id)
        except discord.NotFound:
            await self._pause(daily, delivery, "daily.paused-no-channel")
        except discord.Forbidden:
            await self._pause(daily, delivery, _forbidden(daily))
        except (discord.HTTPException, *NETWORK_ERRORS) as error:
            # The claim stays; when it runs out the missing parts are tried again.
            _log.warning("Daily story %d: %s; trying again in a while.", daily.id, error)
        else:
            await self._house.library.finish(delivery, "sent")
            await self._house.library.remember_shown(daily.room, post.story, self._house.now())

    async def _find_sent(
        self, target: discord.abc.Messageable, content: str, schedule: int
    ) -> discord.Message | None:
        """Find our own message with ``content``: it may be out though we never heard of it.

        Messages of earlier deliveries are known by their ids, and answers to
        commands by what they answer, so neither is taken for it. No clock is
        asked: ours and Discord's may differ.
        """
        assert self._client.user is not None
        earlier = await self._house.library.deliveries_of(schedule, DELIVERIES_KNOWN)
        known = {message for delivery in earlier for message in delivery.messages}
        async for message in target.history(limit=HISTORY_LOOKED_AT):
            is_ours = message.author.id == self._client.user.id
            is_answer = message.interaction_metadata is not None
            is_new = message.id not in known
            if is_ours and is_new and not is_answer and message.content == content:
                return message
        return None

    async def _target(self, daily: DailyStory) -> tuple[discord.abc.Messageable, Audience]:
        """Give where to send and who reads there.

        Raises:
            discord.NotFound, discord.Forbidden: The channel is gone, or not ours to see.
        """
        if daily.member is not None:
            person = discord.Object(daily.member)
            return (
                await self._client.create_dm(person),
                audiences.of_member(daily.member, self._house, FALLBACK),
            )
        assert daily.channel is not None
        channel = self._client.get_channel(daily.channel) or await self._client.fetch_channel(
            daily.channel
        )
        place = cast("discord.TextChannel | discord.Thread", channel)
        return place, await audiences.of_channel(place, self._house)

    async def _notice_new_round(self, daily: DailyStory, audience: Audience) -> DailyStory:
        """Say once in the log channel that a used-up pool starts again."""
        if daily.starts_again or daily.member is not None:
            return daily
        wanted = for_random(daily.wanted(self._house.settings.drabble_max_words), audience)
        library = self._house.library
        if await library.count_unseen(wanted, audience, daily.room):
            return daily
        if not (await library.count(wanted, audience)).visible:
            return daily
        text = say("daily.starts-again", audience.room_language, channel=f"<#{daily.channel}>")
        if not await self._tell_log_channel(daily, text):
            return daily  # said once there is somewhere to say it
        current = await self._house.daily_stories.find(daily.id)
        told = replace(current or daily, starts_again=True)
        await self._house.daily_stories.change(told)
        return told

    async def _pause(self, daily: DailyStory, delivery: int, reason: str) -> None:
        """Pause, keep every setting, and tell whoever made it what to do."""
        await self._house.library.finish(delivery, "failed")
        current = await self._house.daily_stories.find(daily.id)
        if current is None:
            return
        await self._house.daily_stories.change(replace(current, paused=reason))
        _log.warning("Daily story %d is paused: %s", daily.id, reason)
        if daily.member is not None and reason == "daily.paused-messages-closed":
            return  # there is no other way to reach them
        why = say(reason, FALLBACK)
        text = (
            say("daily.paused", FALLBACK, channel=f"<#{daily.channel}>", why=why)
            if daily.member is None
            else say("daily.paused-mine", FALLBACK, why=why)
        )
        await self._tell_log_channel(daily, text)
        view = controls(
            [button(say("button.resume", FALLBACK), "daily-resume", daily.id, style=Style.primary)]
        )
        try:
            person = await self._client.create_dm(discord.Object(daily.made_by))
            await person.send(text, view=view)
        except (discord.HTTPException, *NETWORK_ERRORS) as error:
            _log.info("Nobody could be told that daily story %d is paused: %s", daily.id, error)

    async def _tell_log_channel(self, daily: DailyStory, text: str) -> bool:
        """Write ``text`` into the server's log channel; False where there is none to write to."""
        if daily.server is None:
            return False
        settings = await self._house.servers.settings(daily.server)
        if settings.log_channel is None:
            return False
        channel = self._client.get_partial_messageable(settings.log_channel)
        try:
            await channel.send(text)
        except (discord.HTTPException, *NETWORK_ERRORS) as error:
            _log.info("The log channel of server %d cannot be used: %s", daily.server, error)
            return False
        return True


def _nonce(delivery: int) -> str:
    return f"fs{delivery}"


def _forbidden(daily: DailyStory) -> str:
    return "daily.paused-forbidden" if daily.member is None else "daily.paused-messages-closed"


async def compose(house: House, daily: DailyStory, audience: Audience) -> Post:
    """Choose what ``daily`` sends next to ``audience`` and write it as it will be sent.

    Raises:
        NoStoryFits: There is nothing to send.
    """
    language = audience.room_language
    wanted = daily.wanted(house.settings.drabble_max_words)
    fair = for_random(wanted, audience)
    story = await house.library.random(fair, audience, daily.room, house.rng.random())
    if story is None:
        raise NoStoryFits("daily.paused-no-stories")
    if daily.what is What.EXCERPT:
        contents, row = await _excerpt(house, audience, story)
    else:
        contents, row = await _whole_or_first(house, audience, story)
    if daily.member is None:
        row.append(button(say("button.subscribe", language), "subscribe", daily.id))
    else:
        row.append(button(say("button.stop", language), "unsubscribe", daily.id))
    buttons = tuple(
        (item.label or "", item.custom_id or "", item.style.value)
        for item in row
        if isinstance(item, discord.ui.Button)
    )
    return Post(story, tuple(contents), buttons)


async def _excerpt(house: House, audience: Audience, story: int) -> tuple[list[str], list[Any]]:
    language = audience.room_language
    for limit in EXCERPT_LENGTHS:
        try:
            passage = await house.reading.excerpt([], audience, None, story=story, limit=limit)
        except NoStoryFits:
            break  # too short for a passage: sent whole
        content = excerpt_content(passage, language)
        if content is not None:
            return [content], [excerpt_button(passage, language)]
    return await _whole_or_first(house, audience, story)


async def _whole_or_first(
    house: House, audience: Audience, story: int
) -> tuple[list[str], list[Any]]:
    """Give a story as it opens: its cover, all of it when it is short, or its first page."""
    language, is_mine = audience.room_language, audience.server is None
    telling = await house.reading.telling(story, audience)
    if await needs_cover(house, telling.card):
        row = cover_buttons(telling.card, language, NOBODY, private=is_mine)
        return [cover(telling.card, language)], list(row)
    if whole := short_messages(telling, language):
        return whole, []
    page = await house.reading.page(Place(story), audience)
    view = page_controls(page, language, asker=NOBODY, private=is_mine)
    return [page_content(page, language)], list(view.children)
