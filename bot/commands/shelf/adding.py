"""What a librarian adds: brought, reported, and put onto the shelf by one press."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.catalogue.submissions import OPEN, Shelved
from bot.catalogue.submitted import ADDED, Brought
from bot.commands.shelf.allowed import librarian_audience
from bot.commands.shelf.bringing import fetched, permission_facts, written
from bot.commands.shelf.brought import draw_report
from bot.commands.shelf.forms import AS_THE_FILE, add_form, paste_form
from bot.commands.shelf.panel import listed_titles
from bot.commands.shelf.telling import tell_librarians
from bot.controls import (
    Handler,
    Press,
    Style,
    button,
    controls,
    form_choices,
    form_values,
    uploaded,
)
from bot.errors import ShelfError
from bot.house import House
from bot.replies import answer
from bot.story import Audience
from bot.texts import say


async def _pressed_add(interaction: Press, house: House, _: Sequence[str]) -> None:
    audience = await librarian_audience(interaction, house)
    await interaction.response.send_modal(add_form(audience.language))


async def _pressed_paste(interaction: Press, house: House, _: Sequence[str]) -> None:
    audience = await librarian_audience(interaction, house)
    await interaction.response.send_modal(paste_form(audience.language))


async def _filled_add(interaction: Press, house: House, _: Sequence[str]) -> None:
    audience = await librarian_audience(interaction, house)
    facts = _permission(interaction)
    files = uploaded(interaction, "files")
    if not files:
        raise ShelfError("shelf.nothing-brought")
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with fetched(files, facts) as brought:
        await _report(interaction, house, audience, brought)


async def _filled_paste(interaction: Press, house: House, _: Sequence[str]) -> None:
    audience = await librarian_audience(interaction, house)
    told = form_values(interaction)
    facts = _permission(interaction) | {"title": told["title"]}
    if told.get("author", "").strip():
        facts["authors"] = [told["author"].strip()]
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with written(told["text"], facts) as brought:
        await _report(interaction, house, audience, [brought])


def _permission(interaction: Press) -> dict[str, object]:
    chosen = form_choices(interaction, "permission") or [AS_THE_FILE]
    return permission_facts(chosen[0], form_values(interaction).get("note") or "")


async def _report(
    interaction: Press, house: House, audience: Audience, brought: Sequence[Brought]
) -> None:
    submission = await house.submissions.read(brought, audience)
    content, view = await draw_report(house, submission, 0, audience.language)
    await answer(interaction, [content], view, private=True)


async def _pressed_report(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Turn the report."""
    audience = await librarian_audience(interaction, house)
    submission = await house.submissions.find(int(values[0]), _server(audience), ADDED, OPEN)
    content, view = await draw_report(house, submission, int(values[1]), audience.language)
    await interaction.response.edit_message(content=content, view=view)


async def _pressed_confirm(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await librarian_audience(interaction, house)
    server, language = _server(audience), audience.language
    await house.submissions.find(int(values[0]), server, ADDED, OPEN)
    await interaction.response.defer()
    shelved = await house.submissions.confirm(int(values[0]), server)
    house.reading.forget_spellings()
    titles = kept_titles(shelved.told, shelved.stories)
    if titles:
        told = {"count": len(titles), "titles": listed_titles(titles, language)}
        content = say("shelf.added", language, **told)
    else:
        content = say("shelf.added-none", language)
    await interaction.edit_original_response(
        content=content, view=controls(after_adding(shelved, language))
    )
    if titles:
        # Without titles: the channel for notices may show less than was added.
        room, who = audience.room_language, interaction.user.mention
        text = say("shelf.notice-added", room, member=who, count=len(titles))
        await tell_librarians(interaction.client, house, server, text)


def kept_titles(told: Sequence[Mapping[str, Any]], stories: Sequence[int]) -> list[str]:
    """Give the titles of what went onto the shelf."""
    return [each["title"] for each in told if each["story"] in stories]


def after_adding(shelved: Shelved, language: str) -> list[Any]:
    """Give the buttons below what was put onto the shelf."""
    row = [button(say("button.to-shelf", language), "library", "here")]
    if shelved.stories:
        label = say("button.undo-added", language)
        row.insert(0, button(label, "shelf-undo", shelved.run, style=Style.danger))
    return row


async def _pressed_discard(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await librarian_audience(interaction, house)
    found = await house.submissions.find(int(values[0]), _server(audience), ADDED, OPEN)
    await house.submissions.discard(found)
    language = audience.language
    back = button(say("button.to-shelf", language), "library", "here")
    text = say("shelf.discarded", language)
    await interaction.response.edit_message(content=text, view=controls([back]))


async def _pressed_undo(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await librarian_audience(interaction, house)
    undone = await house.submissions.undo(_server(audience), int(values[0]))
    house.reading.forget_spellings()
    language = audience.language
    lines = [say("shelf.undone", language, count=len(undone.removed) + len(undone.restored))]
    if undone.left:
        lines.append(say("shelf.undone-left", language, count=len(undone.left)))
    back = button(say("button.to-shelf", language), "library", "here")
    await interaction.response.edit_message(content="\n".join(lines), view=controls([back]))


def _server(audience: Audience) -> int:
    assert audience.server is not None
    return audience.server


HANDLERS: dict[str, Handler] = {
    "shelf-add-form": _pressed_add,
    "shelf-add": _filled_add,
    "shelf-paste-form": _pressed_paste,
    "shelf-paste": _filled_paste,
    "shelf-report": _pressed_report,
    "shelf-confirm": _pressed_confirm,
    "shelf-discard": _pressed_discard,
    "shelf-undo": _pressed_undo,
}
