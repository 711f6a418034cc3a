"""/daily-story: set one up, manage what is set up, and take one into direct messages."""

from typing import Any, cast

import discord
from discord import app_commands

from bot.commands.daily import (
    managing,
    more,
    offering,
    reading_on,
    resuming,
    setting_up,
    subscribing,
    which,
)
from bot.commands.daily.allowed import admin_audience
from bot.commands.daily.first import DAILY_STORY, offer_first_daily
from bot.commands.daily.managing import show_list
from bot.commands.daily.setting_up import Said, new_daily, open_form, set_up
from bot.commands.daily.wishes import Wish
from bot.commands.filters import Typed, with_filters
from bot.commands.options import offer_titles
from bot.commands.translations import named_choice
from bot.controls import Handler, Press
from bot.daily import Length, Order, What
from bot.house import House
from bot.replies import answering

Target = discord.TextChannel | discord.Thread | discord.VoiceChannel | discord.StageChannel

HANDLERS: dict[str, Handler] = {
    **setting_up.HANDLERS,
    **managing.HANDLERS,
    **more.HANDLERS,
    **which.HANDLERS,
    **subscribing.HANDLERS,
    **resuming.HANDLERS,
    **reading_on.HANDLERS,
}


def declare(tree: app_commands.CommandTree[Any], house: House) -> None:
    """Declare /daily-story; Discord shows it to those who manage the server."""

    @tree.command(name=DAILY_STORY)
    @answering(house)
    @app_commands.describe(
        time="When? 20:00 or 8pm; leave everything empty to see what is set up",
        zone="Whose clock? A city, a country or a zone",
        channel="Where? This channel if you leave it empty",
        what="What? A drabble if you leave it empty",
        story="Which long story, for instalments? Leave empty for any, one after the other",
        days="On which days? Every day if you leave it empty",
        from_date="The first day, such as 1 December",
        until_date="The last day, such as 31 December",
        order="Which story comes next? Any if you leave it empty",
        instalment="How long is an instalment?",
        role="Mention this role with every post",
        thread="Open a thread under every post, to talk in",
    )
    @app_commands.rename(from_date="from", until_date="until")
    @app_commands.choices(
        what=_choices("what", What),
        order=_choices("order", Order),
        instalment=_choices("length", Length),
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    @with_filters(house)
    async def daily_story(
        interaction: Press,
        typed: Typed,
        time: str | None = None,
        zone: str | None = None,
        channel: Target | None = None,
        what: str | None = None,
        story: str | None = None,
        days: str | None = None,
        from_date: str | None = None,
        until_date: str | None = None,
        order: str | None = None,
        instalment: str | None = None,
        role: discord.Role | None = None,
        thread: bool | None = None,
    ) -> None:
        """Post a story here every day, or see and change what is set up"""
        wish = Wish(
            story=story or "",
            typed=typed,
            days=days or "",
            from_date=from_date or "",
            until_date=until_date or "",
            order=Order(order) if order else None,
            length=Length(instalment) if instalment else None,
            role=role.id if role else None,
            opens_thread=thread,
            locale=str(interaction.locale),
            now=house.now(),
        )
        nothing = Wish(locale=wish.locale, now=wish.now)
        if wish == nothing and not (time or zone or channel or what):
            await show_list(interaction, house)
            return
        audience = await admin_audience(interaction, house)
        place = interaction.channel_id if channel is None else channel.id
        daily = new_daily(interaction, cast("int", place), What(what) if what else None)
        if time is None and wish == nothing:
            await open_form(interaction, house, daily, audience, zone=zone or "")
            return
        await set_up(interaction, house, audience, daily, Said(time or "", zone or ""), wish)

    offers = {
        "zone": offering.zones,
        "days": offering.days,
        "from_date": offering.dates,
        "until_date": offering.dates,
    }
    for option, offer in offers.items():
        daily_story.autocomplete(option)(_with_house(house, offer))

    @daily_story.autocomplete("story")
    async def titles(interaction: Press, typed: str) -> list[app_commands.Choice[str]]:
        return await offer_titles(interaction, house, typed)


def _choices(area: str, kinds: Any) -> list[app_commands.Choice[str]]:
    return [named_choice(f"daily.{area}-{kind}", kind.value) for kind in kinds]


def _with_house(house: House, offer: offering.Offer) -> Any:
    async def choices(interaction: Press, typed: str) -> list[app_commands.Choice[str]]:
        return offer(interaction, house, typed)

    return choices


__all__ = ["HANDLERS", "declare", "offer_first_daily"]
