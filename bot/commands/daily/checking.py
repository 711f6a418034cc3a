"""A look at every daily story of a server: what works, what does not, and the one thing to do.

For ``/fireside-admin check``. Every permission is tried without posting
anything that others would see.
"""

from dataclasses import dataclass, replace
from typing import cast

import discord

from bot.commands.daily.telling import order_of, stamp
from bot.controls import Press
from bot.daily import PAUSED_BY_HAND, UNFINISHED, UNREADABLE, DailyStory
from bot.delivery.checking import problem_of, shortfall_of
from bot.delivery.telling import why
from bot.house import House
from bot.replies import NETWORK_ERRORS, explained
from bot.story import Audience, Rating
from bot.texts import known_language, say


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at one daily story found: a line for an admin, and whether all is well."""

    daily: int
    line: str
    is_good: bool


async def check_daily(interaction: Press, house: House) -> list[Checked]:
    """Check every daily story of the server where ``interaction`` came from, oldest first."""
    server = cast("int", interaction.guild_id)
    locale = str(interaction.locale)
    return await check_server(interaction.client, house, server, locale)


async def check_server(
    client: discord.Client, house: House, server: int, locale: str
) -> list[Checked]:
    """Check every daily story of ``server``, oldest first, told to somebody of ``locale``."""
    dailies = await house.daily_stories.of_server(server)
    return [await _checked(client, house, daily, locale) for daily in dailies]


async def _checked(client: discord.Client, house: House, daily: DailyStory, locale: str) -> Checked:
    language = known_language(locale)
    # Who asks is not known here, so a title is named only where everybody may read it.
    who = Audience(ceiling=Rating.TEEN, server=daily.server, language=language)
    order = await order_of(house, daily, who, locale)

    def found(is_good: bool, text: str) -> Checked:
        return Checked(daily.id, text, is_good)

    if daily.paused == UNREADABLE:
        return found(False, why(daily, language))
    if daily.paused == UNFINISHED:
        return found(True, say("daily.told-unfinished", language, order=order))
    try:
        problem = await problem_of(client, house, daily)
        lacking = None if problem else await shortfall_of(client, daily)
    except (discord.HTTPException, *NETWORK_ERRORS):
        return found(False, say("daily.check-unclear", language, order=order))
    if problem:
        told = why(replace(daily, paused=problem), language)
        if daily.paused:
            told = f"{told} {say('daily.then-resume', language)}"
        return found(False, say("daily.check-broken", language, order=order, why=told))
    if daily.paused in PAUSED_BY_HAND:
        return found(True, say("daily.check-paused", language, order=order))
    if daily.paused:
        return found(False, say("daily.check-mended", language, order=order))
    if daily.next_due is None:
        return found(True, say("daily.check-over", language, order=order))
    if lacking is not None:
        told = explained(lacking, language)
        return found(False, say("daily.check-lacking", language, order=order, why=told))
    return found(True, say("daily.check-good", language, order=order, next=stamp(daily)))
