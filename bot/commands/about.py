"""/fireside: what this is, and what one can do here."""

from typing import Any

import discord
from discord import app_commands

from bot import __version__
from bot import audience as audiences
from bot.commands.filters import TYPED_LENGTH
from bot.commands.helping import answer_help
from bot.commands.mine import answer_mine, avoid_typed
from bot.commands.options import Choices, offer_names
from bot.commands.privacy import answer_privacy
from bot.commands.shelf import suggest_story
from bot.controls import Press, controls, link
from bot.house import House
from bot.library.base import Filter
from bot.reading import TAG_KINDS
from bot.replies import answer, answering
from bot.story import Audience
from bot.texts import say


def declare(tree: app_commands.CommandTree[Any], house: House) -> None:
    """Declare the /fireside group."""
    group = app_commands.Group(name="fireside", description="What this is, and what you can do")

    @group.command(name="about")
    @answering(house)
    async def about(interaction: Press) -> None:
        """See who runs this bot, and whose stories these are"""
        audience = await audiences.of(interaction, house)
        await answer(
            interaction, [await about_text(house, audience)], _links(house, audience), private=True
        )

    @group.command(name="help")
    @answering(house)
    async def help_(interaction: Press) -> None:
        """See what you can do here, with buttons to try it"""
        await answer_help(interaction, house)

    @group.command(name="mine")
    @app_commands.describe(avoid="A tag, a character or a warning to avoid from now on")
    @answering(house)
    async def mine(
        interaction: Press, avoid: app_commands.Range[str, 1, TYPED_LENGTH] | None = None
    ) -> None:
        """See the stories you read, saved, get every day, and what you avoid"""
        if avoid is None:
            await answer_mine(interaction, house)
        else:
            await avoid_typed(interaction, house, avoid)

    @mine.autocomplete("avoid")
    async def names(interaction: Press, typed: str) -> Choices:
        return await offer_names(interaction, house, typed, TAG_KINDS)

    @group.command(name="privacy")
    @answering(house)
    async def privacy(interaction: Press) -> None:
        """See what is kept of you, get it as a file, or have it forgotten"""
        await answer_privacy(interaction, house)

    @group.command(name="suggest")
    @app_commands.describe(file="The story as a file; without one you are asked for its text")
    @answering(house)
    async def suggest(interaction: Press, file: discord.Attachment | None = None) -> None:
        """Suggest a story to the librarians of this server"""
        await suggest_story(interaction, house, file)

    tree.add_command(group)


async def about_text(house: House, audience: Audience) -> str:
    """Say what Fireside is, how much it holds for this audience, and who runs it."""
    language = audience.language
    count = await house.library.count(Filter(), audience)
    lines = [
        say("about.what", language),
        say("about.stories", language, count=count.told),
        say("about.credit", language),
    ]
    settings = house.settings
    if settings.operator_contact:
        lines.append(say("about.contact", language, contact=settings.operator_contact))
    lines.append(say("about.version", language, version=__version__))
    return "\n".join(lines)


def _links(house: House, audience: Audience) -> Any:
    settings = house.settings
    row = [
        link(say(label, audience.language), address)
        for label, address in (
            ("button.support", settings.support_url),
            ("button.privacy", settings.privacy_url),
        )
        if address
    ]
    return controls(row) if row else None
