"""The forms of daily stories: at most five fields each, filled with what stands."""

import discord

from bot.commands.daily.wishes import which_told
from bot.controls import text_form
from bot.daily import DailyStory, What
from bot.house import House
from bot.story import Audience
from bot.texts import say


async def daily_form(
    house: House, daily: DailyStory, audience: Audience, *, time: str, zone: str
) -> discord.ui.Modal:
    """Make the form that sets one up or changes it: when, whose clock, which, what, where."""
    language = audience.language
    which = await which_told(house, daily, audience)
    return text_form(
        say("daily.form-title", language),
        "daily-filled",
        (daily.id, daily.channel or 0),
        texts=[
            ("time", say("daily.form-time", language), time, "20:00"),
            ("zone", say("daily.form-zone", language), zone, "Berlin"),
            (
                "which",
                say("daily.form-which", language),
                which,
                say("daily.form-which-example", language),
            ),
        ],
        optional=["which"],
        channel=None
        if daily.channel is None
        else ("channel", say("daily.form-channel", language), daily.channel),
        select=(
            "what",
            say("daily.form-what", language),
            [(w.value, say(f"daily.what-{w}", language), w is daily.what) for w in What],
        ),
    )
