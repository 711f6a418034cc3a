"""How an answer reaches a person: in public or privately, once, and errors as sentences.

What can go wrong on the way, in this order:

1. `FiresideError`: expected; its text is shown privately.
2. Discord no longer knows the interaction, or the message is gone: nobody is
   there to tell; logged at debug.
3. Discord refuses or the network fails: logged once; a sentence is tried.
4. Anything else is our bug: logged once with a short reference, which the
   person is given.
"""

import functools
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Concatenate, ParamSpec, TypeGuard

import aiohttp
import discord

from bot.controls import Press
from bot.credit import shortened
from bot.errors import FiresideError, NoStoryFits, StoryNotFound, Written
from bot.house import House
from bot.observe import current_reference
from bot.render import escape
from bot.texts import known_language, say

_log = logging.getLogger(__name__)

TYPED_LENGTH = 80  # characters of what a person typed that an error repeats

# Discord's error codes for something that is no longer there.
_GONE = {10003, 10008, 10015, 10062, 40060, 50027}
NETWORK_ERRORS = (aiohttp.ClientError, OSError, TimeoutError)

_Options = ParamSpec("_Options")
_TOLD = "told"  # what marks an interaction whose failure was answered


def answering(
    house: House,
) -> Callable[
    [Callable[Concatenate[Press, _Options], Awaitable[None]]],
    Callable[Concatenate[Press, _Options], Any],
]:
    """Make a command's body answer for itself when it fails in an expected way.

    What reaches the command tree is a bug or Discord's refusal; a story that is
    not there is neither.
    """

    def answers(
        body: Callable[Concatenate[Press, _Options], Awaitable[None]],
    ) -> Callable[Concatenate[Press, _Options], Any]:
        @functools.wraps(body)
        async def run(
            interaction: Press, /, *options: _Options.args, **named: _Options.kwargs
        ) -> None:
            with house.watch.interaction(_name_of(interaction)) as seen:
                try:
                    await body(interaction, *options, **named)
                except FiresideError as error:
                    seen.outcome = "refused"
                    interaction.command_failed = True  # so nobody builds on its success
                    await fail(interaction, house, error)
                except Exception as error:
                    # Told here, where the log knows the reference; the tree hears of it too.
                    interaction.extras[_TOLD] = True
                    await fail(interaction, house, error)
                    raise

        return run

    return answers


def was_told(interaction: Press) -> bool:
    """Tell whether the failure of a command was answered where it happened."""
    return _TOLD in interaction.extras


def _name_of(interaction: Press) -> str:
    command = interaction.command
    return "/" + command.qualified_name if command is not None else "?"


async def answer(
    interaction: Press,
    messages: Sequence[str],
    view: discord.ui.View | None = None,
    *,
    private: bool,
) -> list[int]:
    """Send ``messages`` in order as the answer; ``view`` goes on the last one.

    Gives the ids of the messages that stay (private ones vanish with the app). In direct
    messages with the bot everything is private already, and a message that is marked so
    as well would be gone when the app restarts.
    """
    private = private and not is_direct(interaction)
    stay: list[int] = []
    for number, content in enumerate(messages):
        last = number + 1 == len(messages)
        shown = view if last and view is not None else discord.utils.MISSING
        if interaction.response.is_done():
            message = await interaction.followup.send(
                content, view=shown, ephemeral=private, wait=True
            )
            ident = message.id
        else:
            send = interaction.response.send_message
            ident = (await send(content, view=shown, ephemeral=private)).message_id
        if not private and ident is not None:
            stay.append(ident)
    return stay


def is_direct(interaction: Press) -> bool:
    """Tell whether this is the person's own direct messages with the bot."""
    return interaction.guild_id is None and not interaction.context.private_channel


async def is_blocked(interaction: Press, house: House) -> bool:
    """Tell whether the operator closed the bot in this server, and say so when it is."""
    if interaction.guild_id not in house.settings.blocked_servers:
        return False
    if interaction.type is discord.InteractionType.autocomplete:
        await interaction.response.autocomplete([])
        return True
    language, contact = known_language(str(interaction.locale)), house.settings.operator_contact
    text = say("error.blocked-server", language)
    if contact:
        text = f"{text} {say('about.contact', language, contact=contact)}"
    try:
        await answer(interaction, [text], private=True)
    except (discord.HTTPException, *NETWORK_ERRORS) as silent:
        _log.debug("A refusal could not be told: %s", silent)
    return True


async def fail(interaction: Press, house: House, error: Exception) -> None:
    """Tell the person what went wrong, and the log what they cannot mend."""
    language = known_language(str(interaction.locale))
    if isinstance(error, FiresideError):
        text = explained(error, language)
        if isinstance(error, NoStoryFits | StoryNotFound) and house.catalogue.is_reading:
            text = f"{text}\n{say('catalogue.still-reading', language)}"
    elif isinstance(error, discord.HTTPException) and error.code in _GONE:
        _log.debug("An answer came too late: %s", error)
        return
    elif isinstance(error, discord.Forbidden):
        text = say("error.forbidden", language)
        _log.warning("Discord forbade an answer: %s", error)
    else:
        reference = current_reference() or secrets.token_hex(4)
        house.watch.failure()
        _log.error("Unexpected failure %s", reference, exc_info=error)
        text = say("error.unexpected", language, reference=reference)
    if interaction.type is discord.InteractionType.autocomplete:
        return
    try:
        await answer(interaction, [text], private=True)
    except (discord.HTTPException, *NETWORK_ERRORS) as silent:
        _log.warning("An error could not be told: %s", silent)


def _is_typed(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and not isinstance(value, Written)


def explained(error: FiresideError, language: str) -> str:
    """Give the sentence of ``error``, with everything a person typed escaped."""
    values = {
        name: escape(shortened(value, TYPED_LENGTH)) if _is_typed(value) else value
        for name, value in error.values.items()
    }
    text = say(error.key, language, **values)
    restricted = error.values.get("restricted")
    if isinstance(error, NoStoryFits) and restricted:
        text = f"{text}\n{say('find.restricted', language, count=restricted)}"
    return text
