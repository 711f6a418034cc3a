"""What follows when every part of a daily story is out: its thread, its place, its end.

All of it may be done twice after a crash and comes to the same: a thread opened
under a message has that message's id, and a place moves only from where it was.
"""

import logging
from dataclasses import replace

import discord

from bot.daily import FINISHED, DailyStory
from bot.delivery.choosing import Post
from bot.delivery.failing import tell_pause
from bot.delivery.targets import language_there
from bot.delivery.telling import name_of, tell_log_channel
from bot.house import House
from bot.replies import NETWORK_ERRORS
from bot.texts import say

_THREAD_THERE = 160004  # "A thread has already been created for this message"

_log = logging.getLogger(__name__)


async def conclude(
    client: discord.Client,
    house: House,
    daily: DailyStory,
    delivery: int,
    post: Post,
    target: discord.abc.Messageable,
) -> None:
    """Open the thread of ``post``, move ``daily`` on, and pause it at the end of its story."""
    if post.thread:
        await _open_thread(client, house, daily, delivery, post, target)
    if post.reached != post.begun and not await house.daily_stories.advance(
        daily.id, post.begun, post.reached
    ):
        return
    if post.ends and daily.is_named:
        current = await house.daily_stories.find(daily.id)
        if current is not None and not current.paused and current.progress == post.reached:
            paused = await house.daily_stories.change(current, replace(current, paused=FINISHED))
            if paused is not None:
                await tell_pause(client, house, paused)


async def _open_thread(
    client: discord.Client,
    house: House,
    daily: DailyStory,
    delivery: int,
    post: Post,
    target: discord.abc.Messageable,
) -> None:
    """Open a thread to talk in; the story is out, so a failure is told and no more."""
    if not isinstance(target, discord.TextChannel):
        return
    sent = [
        each.messages
        for each in await house.library.deliveries_of(daily.id, 10)
        if each.id == delivery
    ]
    if not sent or not sent[0]:
        return
    try:
        await target.get_partial_message(sent[0][-1]).create_thread(name=post.thread)
    except discord.HTTPException as error:
        if error.code == _THREAD_THERE:
            return
        _log.warning("Daily story %d: no thread could be opened: %s", daily.id, error)
        text = say("daily.no-thread", language_there(client, daily), daily=name_of(client, daily))
        await tell_log_channel(client, house, daily, text)
    except NETWORK_ERRORS as error:
        _log.warning("Daily story %d: no thread could be opened: %s", daily.id, error)
