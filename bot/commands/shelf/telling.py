"""What people hear about a shelf: its librarians in the log channel, members in messages."""

import json

import discord

from bot import audience as audiences
from bot.catalogue.submissions import DECLINED
from bot.controls import Press
from bot.credit import shortened
from bot.delivery.telling import write_to, write_to_log
from bot.house import House
from bot.library.base import StoredSubmission
from bot.library.records import record_from_json
from bot.render import escape, isolate
from bot.replies import answer
from bot.story import Story
from bot.texts import FALLBACK, known_language, say


async def tell_librarians(
    client: discord.Client,
    house: House,
    server: int,
    text: str,
    view: discord.ui.View | None = None,
) -> None:
    """Write ``text`` into the log channel of ``server``, if there is one to write to."""
    await write_to_log(client, house, server, text, view)


async def tell_member(client: discord.Client, house: House, decided: StoredSubmission) -> None:
    """Write to a member what became of their suggestion; they hear later where that fails."""
    guild = client.get_guild(decided.server)
    language = known_language(str(guild.preferred_locale)) if guild else FALLBACK
    text = decision(client, decided, language)
    if await write_to(client, decided.member, text):
        await house.submissions.discard(decided)


async def tell_decisions(interaction: Press, house: House) -> None:
    """Tell somebody who is here what became of their suggestions, where no message reached them."""
    if interaction.response.type is discord.InteractionResponseType.modal:
        return  # a form is no place for it
    for decided in await house.suggestions.untold(interaction.user.id):
        text = decision(interaction.client, decided, audiences.language_of(interaction))
        await answer(interaction, [text], private=True)
        await house.submissions.discard(decided)


def decision(client: discord.Client, decided: StoredSubmission, language: str) -> str:
    """Say what became of a suggestion."""
    guild = client.get_guild(decided.server)
    told = {
        "title": isolate(shortened(record_of(decided).title, 120)),
        "server": isolate(guild.name) if guild else str(decided.server),
    }
    if decided.state != DECLINED:
        return say("suggest.told-accepted", language, **told)
    lines = [say("suggest.told-declined", language, **told)]
    if decided.reason:
        reason = escape(" ".join(decided.reason.split()))
        lines.append(say("suggest.told-reason", language, reason=reason))
    return "\n".join(lines)


def record_of(suggestion: StoredSubmission) -> Story:
    """Give the record of a suggestion, without its text."""
    return record_from_json(json.loads(suggestion.facts)["record"])
