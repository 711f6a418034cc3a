"""/search, /character and /tag: which stories there are, privately, and a way into each."""

from dataclasses import replace
from typing import Any

from discord import app_commands

from bot import audience as audiences
from bot.commands.filters import NamesMissed, Typed, answer_missed, meant, with_filters
from bot.commands.find import cloud, lists, searching
from bot.commands.find.cloud import answer_cloud
from bot.commands.find.lists import answer_list
from bot.commands.options import Choices, offer_characters, offer_tags
from bot.controls import Handler, Press
from bot.house import House
from bot.replies import answering


def declare(tree: app_commands.CommandTree[Any], house: House) -> None:
    """Declare the finding commands."""
    searching.declare(tree, house)

    @tree.command(name="character")
    @app_commands.describe(name="Who? A nickname will do")
    @answering(house)
    @with_filters(house, leave_out=["character"])
    async def character(interaction: Press, typed: Typed, name: str) -> None:
        """See who somebody is, and the stories they are in"""
        await _listed(interaction, house, replace(typed, character=name))

    @tree.command(name="tag")
    @app_commands.describe(
        name="A tag, fandom, relationship or author; leave empty for the most used"
    )
    @answering(house)
    @with_filters(house, leave_out=["tag"])
    async def tag(interaction: Press, typed: Typed, name: str | None = None) -> None:
        """List the stories with a tag, of a fandom, a relationship or an author"""
        if name is None and typed == Typed():
            await answer_cloud(interaction, house)
        else:
            await _listed(interaction, house, replace(typed, tag=name))

    @character.autocomplete("name")
    async def characters(interaction: Press, typed: str) -> Choices:
        return await offer_characters(interaction, house, typed)

    @tag.autocomplete("name")
    async def tags(interaction: Press, typed: str) -> Choices:
        return await offer_tags(interaction, house, typed)


async def _listed(interaction: Press, house: House, typed: Typed) -> None:
    audience = await audiences.of(interaction, house)
    try:
        understood = await meant(house, audience, typed)
    except NamesMissed as missed:
        await answer_missed(interaction, audience, missed, "list")
        return
    await answer_list(interaction, house, audience, understood)


HANDLERS: dict[str, Handler] = {**lists.HANDLERS, **cloud.HANDLERS, **searching.HANDLERS}
