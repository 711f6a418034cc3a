"""The librarians' queue: one suggestion after the other, accepted or declined."""

import io
import json
from collections.abc import Sequence
from typing import Any

import discord

from bot import credit
from bot.catalogue.submissions import WAITING
from bot.catalogue.submitted import SUGGESTED
from bot.catalogue.suggestions import REASON_LENGTH
from bot.commands.shelf.adding import after_adding
from bot.commands.shelf.allowed import librarian_audience
from bot.commands.shelf.forms import words_form
from bot.commands.shelf.suggesting import note_of
from bot.commands.shelf.telling import record_of, tell_member
from bot.controls import Handler, Press, Style, button, controls, form_values
from bot.errors import NotAllowed
from bot.house import House
from bot.library.base import StoredSubmission
from bot.render import MESSAGE_LIMIT, escape, isolate
from bot.replies import answer
from bot.story import Audience, Permission, Rating
from bot.texts import say

OPENING_LENGTH = 900  # characters of the text that are shown at once


async def _pressed_queue(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Show the first suggestion behind the one named, in the message or in a new one."""
    audience = await librarian_audience(interaction, house)
    assert audience.server is not None
    after, where = int(values[0]), values[1]
    found = await house.suggestions.queue(audience.server, after)
    if found is None and after:  # behind the last one it begins again
        found = await house.suggestions.queue(audience.server)
    language = audience.language
    if found is None:
        content = say("suggest.none-waiting", language)
        view = controls([button(say("button.to-shelf", language), "library", "here")])
    else:
        content, view = await _draw(house, audience, found)
    if where == "new":
        await answer(interaction, [content], view, private=True)
    else:
        await interaction.response.edit_message(content=content, view=view)


async def _draw(
    house: House, audience: Audience, found: StoredSubmission
) -> tuple[str, discord.ui.View]:
    language, record, number = audience.language, record_of(found), found.id
    waiting = await house.suggestions.count_waiting(found.server)
    facts = [say("credit.words", language, count=record.words), credit.rating(record, language)]
    lines = [
        say("suggest.place", language, count=waiting),
        credit.byline(record, language),
        f"-# {' · '.join(facts)}",
        credit.warnings(record, language),
        _claim(found, language),
    ]
    estimated = _estimated(found)
    if estimated > (record.rating or Rating.GENERAL):
        label = say(f"rating.{estimated.name.lower().replace('_', '-')}", language)
        lines.append(say("suggest.words-suggest", language, rating=label))
    row: list[Any] = [
        button(say("button.accept", language), "suggest-accept", number, style=Style.success),
        button(say("button.decline", language), "suggest-decline", number, style=Style.danger),
    ]
    if _may_read(audience, found):
        text = " ".join((await house.submissions.text(found)).split())
        lines.append(f"> {escape(credit.shortened(text, OPENING_LENGTH))}")
        if len(text) > OPENING_LENGTH:
            row.append(button(say("button.whole-text", language), "suggest-text", number))
    else:
        lines.append(say("suggest.covered", language))
    if waiting > 1:
        row.append(button(say("button.next-suggestion", language), "shelf-queue", number, "here"))
    content = credit.shortened("\n".join(filter(None, lines)), MESSAGE_LIMIT)
    return content, controls(row, [button(say("button.to-shelf", language), "library", "here")])


def _claim(found: StoredSubmission, language: str) -> str:
    """Say who suggests it, and what they say of who lets us show it."""
    told = {
        "member": f"<@{found.member}>",
        "when": discord.utils.format_dt(found.at, "R"),
    }
    if _permission(found) is Permission.OWN:
        return say("suggest.by-own", language, **told)
    return say("suggest.by-consent", language, note=isolate(note_of(found)), **told)


def _permission(found: StoredSubmission) -> Permission:
    return Permission(json.loads(found.facts)["claim"])


def _estimated(found: StoredSubmission) -> Rating:
    return Rating(json.loads(found.facts)["estimated"])


def _may_read(audience: Audience, found: StoredSubmission) -> bool:
    """Tell whether the text may be shown here: what is stated may be too little."""
    return max(record_of(found).rating or Rating.GENERAL, _estimated(found)) <= audience.ceiling


async def _waiting(
    interaction: Press, house: House, values: Sequence[str]
) -> tuple[Audience, StoredSubmission]:
    audience = await librarian_audience(interaction, house)
    assert audience.server is not None
    found = await house.submissions.find(int(values[0]), audience.server, SUGGESTED, WAITING)
    return audience, found


async def _pressed_text(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Send all of the text as a file."""
    audience, found = await _waiting(interaction, house, values)
    if not _may_read(audience, found):
        raise NotAllowed("suggest.covered")
    data = io.BytesIO((await house.submissions.text(found)).encode())
    title = isolate(credit.shortened(record_of(found).title, 120))
    await interaction.response.send_message(
        say("suggest.file-text", audience.language, title=title),
        file=discord.File(data, f"suggestion-{found.id}.txt"),
        ephemeral=True,
    )


async def _pressed_accept(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience, found = await _waiting(interaction, house, values)
    if _permission(found) is Permission.OWN:
        note = say("suggest.note-own")
    else:
        note = say("suggest.note-consent", note=note_of(found))
    await interaction.response.defer()
    done, shelved = await house.suggestions.accept(found.id, found.server, note)
    house.reading.forget_spellings()
    language = audience.language
    title = isolate(credit.shortened(record_of(done).title, 120))
    text = say("suggest.accepted", language, title=title, member=f"<@{done.member}>")
    await _decided(interaction, house, audience, text, after_adding(shelved, language))
    await tell_member(interaction.client, house, done)


async def _pressed_decline(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience, found = await _waiting(interaction, house, values)
    language = audience.language
    form = words_form(
        say("suggest.decline-title", language),
        "suggest-declined",
        found.id,
        label=say("suggest.decline-reason", language),
        example=say("suggest.decline-example", language),
        length=REASON_LENGTH,
    )
    await interaction.response.send_modal(form)


async def _filled_decline(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience, found = await _waiting(interaction, house, values)
    reason = form_values(interaction)["words"]
    done = await house.suggestions.decline(found.id, found.server, reason)
    text = say("suggest.declined", audience.language, member=f"<@{done.member}>")
    back = button(say("button.to-shelf", audience.language), "library", "here")
    await _decided(interaction, house, audience, text, [back])
    await tell_member(interaction.client, house, done)


async def _decided(
    interaction: Press, house: House, audience: Audience, text: str, row: list[Any]
) -> None:
    """Say what was decided, with a way on to the next one."""
    assert audience.server is not None
    if await house.suggestions.count_waiting(audience.server):
        label = say("button.next-suggestion", audience.language)
        row.append(button(label, "shelf-queue", 0, "here", style=Style.primary))
    if interaction.response.is_done():
        await interaction.edit_original_response(content=text, view=controls(row))
    else:
        await interaction.response.edit_message(content=text, view=controls(row))


HANDLERS: dict[str, Handler] = {
    "shelf-queue": _pressed_queue,
    "suggest-text": _pressed_text,
    "suggest-accept": _pressed_accept,
    "suggest-decline": _pressed_decline,
    "suggest-declined": _filled_decline,
}
