"""/fireside suggest: a member offers a story to the librarians of their server."""

import json
from collections.abc import Sequence
from typing import Any

import discord

from bot import audience as audiences
from bot import credit
from bot.catalogue.submissions import OPEN, WAITING
from bot.catalogue.submitted import SUGGESTED
from bot.catalogue.suggestions import MOST_WAITING
from bot.commands.shelf.bringing import fetched, written
from bot.commands.shelf.forms import NOTE_LENGTH, facts_form, suggest_form, words_form
from bot.commands.shelf.forms import OPEN as OPEN_RATING
from bot.commands.shelf.telling import record_of, tell_librarians
from bot.controls import (
    Handler,
    Press,
    Style,
    button,
    controls,
    form_choices,
    form_values,
)
from bot.errors import NotAllowed, ShelfError
from bot.house import House
from bot.library.base import StoredSubmission
from bot.prose.warnings import ARCHIVE_WARNINGS
from bot.render import isolate
from bot.replies import answer
from bot.story import Audience, Origin, Permission, Rating
from bot.texts import say


async def suggest_story(
    interaction: Press, house: House, file: discord.Attachment | None = None
) -> None:
    """Answer with the form of a suggestion, or read the ``file`` that came with the command."""
    audience = await _member_audience(interaction, house)
    assert audience.server is not None
    await house.suggestions.may_suggest(audience.server, interaction.user.id)
    if file is None:
        name = interaction.user.display_name
        await interaction.response.send_modal(suggest_form(audience.language, name))
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with fetched([file], {}) as (brought,):
        submission = await house.suggestions.suggest(brought, audience, {})
    await _show_draft(interaction, house, audience, submission)


async def _member_audience(interaction: Press, house: House) -> Audience:
    """Give the audience of a member who may suggest stories here.

    Raises:
        NotAllowed: Nobody may here: it is no server of ours, or its admins want none.
    """
    audience = await audiences.of(interaction, house)
    if audience.server is None:
        raise NotAllowed("suggest.only-in-servers")
    if not (await house.servers.settings(audience.server)).suggestions:
        raise NotAllowed("suggest.off")
    return audience


async def _pressed_suggest(interaction: Press, house: House, _: Sequence[str]) -> None:
    await suggest_story(interaction, house)


async def _filled_suggest(interaction: Press, house: House, _: Sequence[str]) -> None:
    """Read what was typed into the form."""
    audience = await _member_audience(interaction, house)
    assert audience.server is not None
    await house.suggestions.may_suggest(audience.server, interaction.user.id)
    told = form_values(interaction)
    facts: dict[str, object] = {"title": told["title"], "authors": [told["credit"]]}
    stated = _rating(interaction)
    if stated is not None:
        facts["rating"] = stated.label
    if warnings := _warnings(interaction):
        facts["warnings"] = warnings
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with written(told["text"], facts) as brought:
        submission = await house.suggestions.suggest(brought, audience, {})
    await _show_draft(interaction, house, audience, submission)


def _rating(interaction: Press) -> Rating | None:
    """Give the rating that was chosen in a form; None when that was left open."""
    chosen = next(iter(form_choices(interaction, "rating")), OPEN_RATING)
    return None if chosen == OPEN_RATING else Rating(int(chosen))


def _warnings(interaction: Press) -> list[str]:
    return [each for each in form_choices(interaction, "warnings") if each in ARCHIVE_WARNINGS]


async def _show_draft(
    interaction: Press, house: House, audience: Audience, submission: StoredSubmission
) -> None:
    content, view = _draft(interaction, audience, submission)
    await answer(interaction, [content], view, private=True)


def _draft(
    interaction: Press, audience: Audience, submission: StoredSubmission
) -> tuple[str, discord.ui.View]:
    """Show a member what they are about to suggest, and what will happen next."""
    language, record = audience.language, record_of(submission)
    assert interaction.guild is not None
    facts = [say("credit.words", language, count=record.words), credit.rating(record, language)]
    lines = [
        say("suggest.draft", language, server=isolate(interaction.guild.name)),
        credit.byline(record, language),
        f"-# {' · '.join(facts)}",
        credit.warnings(record, language),
        "",
        say("suggest.next", language),
    ]
    number = submission.id
    sending = [
        button(say("button.send-own", language), "suggest-own", number, style=Style.primary),
        button(say("button.send-consent", language), "suggest-whose", number, style=Style.primary),
    ]
    more = [
        button(say("button.change-facts", language), "suggest-edit", number),
        button(say("button.discard", language), "suggest-back", number),
    ]
    return "\n".join(lines), controls(sending, more)


async def _own(
    interaction: Press, house: House, values: Sequence[str], state: str = OPEN
) -> StoredSubmission:
    """Give a suggestion of the member who pressed.

    Raises:
        ShelfError: It is not theirs, was sent or decided already, or expired.
    """
    audience = await _member_audience(interaction, house)
    assert audience.server is not None
    found = await house.submissions.find(int(values[0]), audience.server, SUGGESTED, state)
    if found.member != interaction.user.id:
        raise ShelfError("shelf.expired")
    return found


async def _pressed_edit(interaction: Press, house: House, values: Sequence[str]) -> None:
    record = record_of(await _own(interaction, house, values))
    stated = record.rating if record.rating_origin is Origin.STATED else None
    form = facts_form(
        audiences.language_of(interaction),
        int(values[0]),
        title=record.title,
        credit=", ".join(record.authors),
        rating=stated,
        warnings=record.warnings,
    )
    await interaction.response.send_modal(form)


async def _filled_edit(interaction: Press, house: House, values: Sequence[str]) -> None:
    submission = await _own(interaction, house, values)
    told, before = form_values(interaction), record_of(submission)
    others = [each for each in before.warnings if each not in ARCHIVE_WARNINGS]
    changes: dict[str, Any] = {
        "title": " ".join(told["title"].split()) or before.title,
        "title_origin": Origin.STATED,
        "warnings": (*others, *_warnings(interaction)),
    }
    if told["credit"] != ", ".join(before.authors):  # several authors stay several
        changes["authors"] = (" ".join(told["credit"].split()),)
    stated = _rating(interaction)
    if stated is not None:
        changes |= {"rating": stated, "rating_origin": Origin.STATED}
    submission = await house.suggestions.revise(submission, **changes)
    audience = await _member_audience(interaction, house)
    content, view = _draft(interaction, audience, submission)
    await interaction.response.edit_message(content=content, view=view)


async def _pressed_own(interaction: Press, house: House, values: Sequence[str]) -> None:
    submission = await _own(interaction, house, values)
    await _send(interaction, house, submission, Permission.OWN)


async def _pressed_whose(interaction: Press, house: House, values: Sequence[str]) -> None:
    await _own(interaction, house, values)
    language = audiences.language_of(interaction)
    form = words_form(
        say("suggest.whose-title", language),
        "suggest-consent",
        int(values[0]),
        label=say("suggest.whose", language),
        example=say("suggest.whose-example", language),
        length=NOTE_LENGTH,
    )
    await interaction.response.send_modal(form)


async def _filled_whose(interaction: Press, house: House, values: Sequence[str]) -> None:
    submission = await _own(interaction, house, values)
    note = " ".join(form_values(interaction)["words"].split())
    await _send(interaction, house, submission, Permission.CONSENT, note)


async def _send(
    interaction: Press,
    house: House,
    submission: StoredSubmission,
    claim: Permission,
    note: str = "",
) -> None:
    """Put a suggestion into the queue, and say so to the member and to the librarians."""
    audience = await _member_audience(interaction, house)
    language, record = audience.language, record_of(submission)
    await house.suggestions.send(submission, claim, note)
    waiting = await house.suggestions.waiting_of(submission.server, submission.member)
    text = say(
        "suggest.sent",
        language,
        title=isolate(credit.shortened(record.title, 120)),
        count=record.words,
        waiting=waiting,
        most=MOST_WAITING,
    )
    back = button(say("button.take-back", language), "suggest-back", submission.id, "sent")
    await interaction.response.edit_message(content=text, view=controls([back]))
    room = audience.room_language
    # Without its title: the channel for notices may show less than was suggested.
    notice = say("suggest.notice", room, member=interaction.user.mention, count=record.words)
    look = button(say("button.look-at-it", room), "shelf-queue", submission.id - 1, "new")
    await tell_librarians(interaction.client, house, submission.server, notice, controls([look]))


async def _pressed_back(interaction: Press, house: House, values: Sequence[str]) -> None:
    state = WAITING if values[1:] == ["sent"] else OPEN
    submission = await _own(interaction, house, values, state)
    await house.submissions.discard(submission)
    text = say("suggest.taken-back", audiences.language_of(interaction))
    await interaction.response.edit_message(content=text, view=None)


def note_of(submission: StoredSubmission) -> str:
    """Give what a member wrote about who gave the permission."""
    return str(json.loads(submission.facts).get("note", ""))


HANDLERS: dict[str, Handler] = {
    "suggest-form": _pressed_suggest,
    "suggest": _filled_suggest,
    "suggest-edit": _pressed_edit,
    "suggest-change": _filled_edit,
    "suggest-own": _pressed_own,
    "suggest-whose": _pressed_whose,
    "suggest-consent": _filled_whose,
    "suggest-back": _pressed_back,
}
