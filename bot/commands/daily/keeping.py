"""A daily story is kept: aside while something is missing, in place of what it replaces at last."""

from dataclasses import replace

from bot.commands.daily.allowed import change, check_extras, readers
from bot.commands.daily.telling import buttons, next_times, order_of
from bot.controls import Press, controls
from bot.daily import (
    HISTORY_DAYS,
    MOST_IN_A_SERVER,
    MOST_OF_A_MEMBER,
    PAUSED_BY_HAND,
    UNFINISHED,
    DailyStory,
    What,
)
from bot.delivery.choosing import pool_of
from bot.errors import DeliveryError
from bot.house import House
from bot.replies import answer
from bot.story import Audience
from bot.texts import say


async def keep(interaction: Press, house: House, audience: Audience, daily: DailyStory) -> None:
    """Keep a daily story of which all is known, and say what will happen."""
    there = await readers(interaction, house, daily)
    await check_extras(interaction, daily)
    daily = await _finish(house, daily)
    if daily.server is not None:
        await house.servers.change(daily.server)  # from now on it is set up
    language, locale = audience.language, str(interaction.locale)
    wanted = pool_of(house, daily, there)
    count = await house.library.count(wanted, there)
    lines = [
        say(
            "daily.kept",
            language,
            order=await order_of(house, daily, audience, locale),
            times=next_times(daily, house.now(), language, locale),
        ),
        _pool(daily, count.told, language),
    ]
    view = controls(*buttons(daily, language))
    await answer(interaction, ["\n".join(filter(None, lines))], view, private=True)


async def _finish(house: House, daily: DailyStory) -> DailyStory:
    """Let it run, in place of the one it replaces.

    Raises:
        DeliveryError: There are as many as there may be.
    """
    stories = house.daily_stories
    target = daily.replaces or (0 if daily.paused == UNFINISHED else daily.id)
    before = await stories.find(target) if target else None
    if before is not None:
        kept = before.paused if before.paused in PAUSED_BY_HAND else ""
        is_same = (before.what, before.serial_of) == (daily.what, daily.serial_of)
        ready = replace(
            daily,
            id=before.id,
            made_by=before.made_by,
            replaces=0,
            paused=kept,
            last_day=before.last_day,
            # It may have gone on while this was talked about.
            progress=before.progress if is_same else daily.progress,
        ).scheduled(house.now())
        ready = await change(house, before, ready)
    else:
        await _check_room(house, daily)
        ready = replace(daily, replaces=0, paused="").scheduled(house.now())
        if daily.id:
            ready = await change_draft(house, ready)
        else:
            ready = await stories.add(ready)
    if daily.id and daily.id != ready.id:
        await stories.remove(daily.id)
    return ready


async def _check_room(house: House, daily: DailyStory) -> None:
    most, key = MOST_IN_A_SERVER, "daily.too-many"
    if daily.server is None:
        most, key = MOST_OF_A_MEMBER, "subscribe.too-many"
    if sum(each.paused != UNFINISHED for each in await beside(house, daily)) >= most:
        raise DeliveryError(key, most=most)


def _pool(daily: DailyStory, stories: int, language: str) -> str:
    """Say how long nothing repeats; what a channel was shown is known for 90 days."""
    if daily.is_named:
        return ""
    if not stories:
        return say("daily.pool-empty", language)
    if daily.what is What.SERIAL:
        return say("daily.pool-serial", language, count=stories)
    if stories > HISTORY_DAYS:
        return say("daily.pool-large", language, count=stories, days=HISTORY_DAYS)
    return say("daily.pool", language, count=stories)


async def put_aside(house: House, daily: DailyStory) -> DailyStory:
    """Keep one that is not finished, in place of an earlier one of the same person."""
    stories = house.daily_stories
    if daily.id and daily.paused == UNFINISHED:
        return await change_draft(house, daily)
    for other in await beside(house, daily):
        if other.paused == UNFINISHED and other.made_by == daily.made_by:
            await stories.remove(other.id)
    return await stories.add(
        replace(daily, id=0, paused=UNFINISHED, replaces=daily.id, next_due=None)
    )


async def change_draft(house: House, draft: DailyStory) -> DailyStory:
    """Keep one that is not finished, which nobody else changes and which is never sent.

    Raises:
        DeliveryError: It was removed.
    """
    before = await house.daily_stories.find(draft.id)
    if before is None:
        raise DeliveryError("daily.gone")
    return await change(house, before, draft)


async def beside(house: House, daily: DailyStory) -> list[DailyStory]:
    """List what is set up where ``daily`` is: in its server, or by its member."""
    if daily.server is not None:
        return await house.daily_stories.of_server(daily.server)
    return await house.daily_stories.of_member(daily.member or 0)
