"""/daily-story: set one up, manage what is set up, and take one into direct messages."""

from typing import Any, cast

import discord
from discord import app_commands

from bot.commands.daily import managing, reading_on, setting_up, subscribing
from bot.commands.daily.managing import show_list
from bot.commands.daily.setting_up import DAILY_STORY, Draft, form_for, go_on, offer_first_daily
from bot.controls import Handler, Press
from bot.daily import What
from bot.house import House
from bot.replies import answering
from bot.texts import say
from bot.zones import find_zones, label

Target = discord.TextChannel | discord.Thread | discord.VoiceChannel | discord.StageChannel

HANDLERS: dict[str, Handler] = {
    **setting_up.HANDLERS,
    **managing.HANDLERS,
    **subscribing.HANDLERS,
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
    )
    @app_commands.choices(
        what=[
            app_commands.Choice(name=say(f"daily.what-{what}"), value=what.value) for what in What
        ]
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def daily_story(
        interaction: Press,
        time: str | None = None,
        zone: str | None = None,
        channel: Target | None = None,
        what: str | None = None,
    ) -> None:
        """Post a story here every day, or see and change what is set up"""
        if time is None and zone is None and channel is None and what is None:
            await show_list(interaction, house)
            return
        place = interaction.channel_id if channel is None else channel.id
        draft = Draft(None, "", cast("int", place), What(what or What.DRABBLE))
        if time is None:
            await interaction.response.send_modal(form_for(draft, interaction, zone=zone or ""))
            return
        await go_on(interaction, house, draft, time=time, zone=zone)

    @daily_story.autocomplete("zone")
    async def zones(interaction: Press, typed: str) -> list[app_commands.Choice[str]]:
        locale = str(interaction.locale)
        return [
            app_commands.Choice(name=label(zone, house.now(), locale), value=zone.key)
            for zone in find_zones(typed, locale)
        ]


__all__ = ["HANDLERS", "declare", "offer_first_daily"]
