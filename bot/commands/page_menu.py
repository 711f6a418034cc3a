"""What stands behind Chapters and More on a page: chapters, jumps, saving, sending, removing."""

from collections.abc import Sequence
from typing import Any, cast

import discord
from discord import app_commands

from bot import audience as audiences
from bot import credit, notes
from bot.commands.mine import again_button
from bot.commands.rights import rights_buttons
from bot.commands.shelf.allowed import is_librarian
from bot.commands.translations import spoken
from bot.controls import (
    Handler,
    Press,
    Style,
    button,
    choice,
    chosen,
    controls,
    form_values,
    parse_custom_id,
    text_form,
)
from bot.covers import cover
from bot.errors import StoryNotFound
from bot.house import House
from bot.library.base import Page
from bot.pages import (
    NOBODY,
    is_private_copy,
    open_alone,
    page_content,
    page_controls,
    posted,
    send_page,
    with_pause,
)
from bot.render import MESSAGE_LIMIT, escape, isolate, messages, split_messages
from bot.replies import answer, answering, is_direct
from bot.story import Audience, Place
from bot.texts import say

NUMBER_LENGTH = 20  # characters that "-# 10/10" takes below a message
WINDOW = 25  # chapters in one select, Discord's limit for its options
NAME_LENGTH = 120  # characters of a title or a heading
NOTES_LENGTH = 500  # characters of an author's notes around a chapter of a whole story
WHOLE_MOST = 10  # messages of a whole story in a thread or direct messages


def declare(tree: app_commands.CommandTree[Any], house: House) -> None:
    """Declare the entry in the menu of a message: Apps, then Read privately."""

    @tree.context_menu(name=spoken("button.read-privately"))
    @answering(house)
    async def read_privately(interaction: Press, message: discord.Message) -> None:
        place = _place_in(message)
        if place is None:
            raise StoryNotFound("page.not-a-page")
        audience = await audiences.of(interaction, house)
        await open_alone(interaction, house, audience, place)


def _place_in(message: discord.Message) -> Place | None:
    """Give the place of a story that a message of ours shows, from its buttons."""
    found: dict[str, Place] = {}
    for row in message.components:
        for item in row.children if isinstance(row, discord.ActionRow) else ():
            parsed = parse_custom_id(getattr(item, "custom_id", None) or "")
            if parsed is not None and parsed[0] in ("alone", "more", "turn"):
                numbers = [int(value) for value in parsed[1][:3]]
                found.setdefault(parsed[0], Place(*numbers))
    return found.get("alone") or found.get("more") or found.get("turn")


async def _pressed_more(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Answer with the story's full credit and everything that can be done with it here."""
    story, chapter, offset, asker = map(int, values)
    audience = await audiences.of(interaction, house)
    language = audience.language
    card = await house.reading.card(story, audience)
    again = again_button(story, audience)
    if card.is_link_only:
        last = await _last_row(interaction, house, story, language)
        told, view = cover(card, language), controls([again], last)
        await answer(interaction, [told], view, private=True)
        return
    page = await house.reading.page(Place(story, chapter, offset), audience)
    here = (story, chapter, offset)
    is_saved = await house.library.has_saved(interaction.user.id, story)
    label, verb = ("button.unsave", "unsave") if is_saved else ("button.save", "save")
    reading: list[Any] = []
    if page.card.chapters > 1:
        reading.append(button(say("button.chapters", language), "chapters", story, chapter))
    reading.append(button(say("button.jump", language), "jump-form", story))
    reading.append(button(say(label, language), verb, story))
    reading.append(again)
    if any(_all_notes(page)):
        reading.append(button(say("button.notes", language), "notes", *here, 1))
    moving: list[Any] = []
    mine = await audiences.of_member(interaction.user.id, house, language)
    if not is_direct(interaction) and await house.library.card(story, mine) is not None:
        moving.append(button(say("button.in-messages", language), "to-messages", *here))
    if count := await _whole_count(interaction, house, audience, page):
        moving.append(button(say("button.whole", language, count=count), "whole", story))
    if not is_private_copy(interaction) and _may_remove(interaction, asker):
        message = cast("discord.Message", interaction.message)
        moving.append(
            button(
                say("button.remove-page", language),
                "remove-page",
                message.id,
                asker,
                style=Style.danger,
            )
        )
    content = f"{cover(page.card, language)}\n\n{say('page.more', language)}"
    view = controls(reading, moving, await _last_row(interaction, house, story, language))
    await answer(interaction, [content], view, private=True)


def _all_notes(page: Page) -> tuple[notes.Told, notes.Told]:
    """Give what an author says of a story and before a chapter, and what behind that chapter."""
    before = (*notes.of_story(page.card), *notes.said_before(page.chapter))
    return before, notes.said_behind(page.chapter)


async def _pressed_notes(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Answer with all that the author says around a page; a fourth value asks for the rest, too."""
    audience = await audiences.of(interaction, house)
    page = await house.reading.page(Place(*map(int, values[:3])), audience)
    language, is_all = audience.language, len(values) > 3
    before, behind = _all_notes(page) if is_all else notes.around(page)
    if not is_all and notes.opens_with_notes(page):
        before = (*notes.of_story(page.card), *before)
    told = [f"**{say(key, language)}**\n{escape(text)}" for key, text in before]
    # Who is not at the end of the chapter yet may not want to know how it ends.
    hidden = "||" if is_all else ""
    told += [f"**{say(key, language)}**\n{hidden}{escape(text)}{hidden}" for key, text in behind]
    if not told:
        raise StoryNotFound("story.gone")
    lines = "\n\n".join([credit.byline(page.card.record, language), *told])
    await answer(interaction, split_messages(lines)[:WHOLE_MOST], private=True)


async def _last_row(interaction: Press, house: House, story: int, language: str) -> list[Any]:
    """Give what can be said about a story, and for librarians what can be done about it."""
    row = rights_buttons(story, language)
    if await is_librarian(interaction, house):
        row.append(button(say("button.look-after", language), "shelf-story", story))
    return row


async def _whole_count(interaction: Press, house: House, audience: Audience, page: Page) -> int:
    """Count the messages of the whole story where a run of messages may stand; else 0."""
    is_thread = isinstance(interaction.channel, discord.Thread)
    if not (is_thread and audience.is_public) and not is_direct(interaction):
        return 0
    if page.card.record.words * 5 > WHOLE_MOST * MESSAGE_LIMIT:
        return 0  # too long for certain; not worth rendering
    told = await _whole(house, audience, page.card.id)
    return len(told) if len(told) <= WHOLE_MOST else 0


async def _whole(house: House, audience: Audience, story: int) -> list[str]:
    """Write a whole story as a run of messages, credit first, each with its number."""
    telling = await house.reading.telling(story, audience)
    language = audience.room_language
    header = credit.header(telling.card, language)
    source = credit.source(telling.card.record, language)
    room = MESSAGE_LIMIT - NUMBER_LENGTH - len(source) - 2
    told: list[str] = []
    for chapter in telling.chapters:
        heading = isolate(credit.shortened(chapter.title, NAME_LENGTH)) if chapter.title else ""
        said = notes.quoted(notes.said_before(chapter), language, NOTES_LENGTH)[0]
        behind = notes.quoted(notes.said_behind(chapter), language, NOTES_LENGTH)[0]
        parts = [header if not told else "", f"**{heading}**" if heading else "", said]
        lead = "".join(f"{part}\n\n" for part in parts if part)
        tail = f"\n\n{behind}" if behind else ""
        pieces = messages(chapter, limit=room - len(tail), first_limit=room - len(lead) - len(tail))
        told += [f"{lead}{pieces[0]}", *pieces[1:]] if pieces else []
        if pieces:
            told[-1] += tail
    if source and told:
        told[-1] += f"\n\n{source}"
    return [
        f"{piece}\n-# {number}/{len(told)}" if len(told) > 1 else piece
        for number, piece in enumerate(told, 1)
    ]


async def _pressed_whole(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    told = await _whole(house, audience, int(values[0]))
    if not told or len(told) > WHOLE_MOST:
        raise StoryNotFound("story.gone")
    is_thread = isinstance(interaction.channel, discord.Thread)
    told = with_pause(told, audience, is_held=is_thread and audience.is_held)
    stay = await answer(interaction, told, private=not (is_thread and audience.posts))
    await posted(interaction, house, int(values[0]), stay)


async def _pressed_chapters(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Answer with a select of the chapters around the one that is read."""
    story, around = map(int, values[:2])
    audience = await audiences.of(interaction, house)
    card = await house.reading.card(story, audience)
    language = audience.language
    first = min(around, card.chapters - 1) // WINDOW * WINDOW
    titles = await house.library.chapter_titles(story, audience, first, WINDOW)
    options = [
        (
            str(number),
            f"{number + 1}. {title}" if title else say("page.chapter", language, number=number + 1),
            "",
        )
        for number, title in enumerate(titles, first)
    ]
    row: list[Any] = []
    if first:
        row.append(
            button(say("button.earlier-chapters", language), "chapters", story, first - 1, 1)
        )
    if first + WINDOW < card.chapters:
        row.append(
            button(say("button.later-chapters", language), "chapters", story, first + WINDOW, 1)
        )
    last = first + len(titles)
    placeholder = say("page.choose-chapter", language, first=first + 1, last=last)
    view = controls([choice(placeholder, options, "chapter", story)], row)
    content = say(
        "page.chapters", language, title=isolate(credit.shortened(card.record.title, NAME_LENGTH))
    )
    if len(values) > 2:  # a turn of the list itself
        await interaction.response.edit_message(content=content, view=view)
    else:
        await answer(interaction, [content], view, private=True)


async def _pressed_chapter(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    place = Place(int(values[0]), int(chosen(interaction)))
    await send_page(interaction, house, audience, place, private=True)
    await house.members.save_place(interaction.user.id, place)


async def _pressed_jump_form(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    card = await house.reading.card(int(values[0]), audience)
    language = audience.language
    fields = [("page", say("page.jump-page", language), "", "1")]
    if card.chapters > 1:
        label = say("page.jump-chapter", language, chapters=card.chapters)
        fields.insert(0, ("chapter", label, "", "1"))
    form = text_form(say("page.jump-title", language), "jump", (card.id,), texts=fields)
    await interaction.response.send_modal(form)


async def _filled_jump(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    card = await house.reading.card(int(values[0]), audience)
    filled = form_values(interaction)
    chapter = _number(filled.get("chapter", "1"))
    place = (
        await house.library.page_start(card.id, chapter - 1, _number(filled.get("page", "1")))
        if 1 <= chapter <= card.chapters
        else None
    )
    if place is None:
        raise StoryNotFound(
            "page.no-chapter", number=filled.get("chapter", ""), chapters=card.chapters
        )
    await send_page(interaction, house, audience, place, private=True)
    await house.members.save_place(interaction.user.id, place)


def _number(typed: str) -> int:
    digits = typed.strip()
    return int(digits) if digits.isdecimal() and len(digits) < 10 else 0


async def _pressed_save(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    card = await house.reading.card(int(values[0]), audience)
    await house.library.save_story(interaction.user.id, card.id, house.now())
    undo = button(say("button.unsave", audience.language), "unsave", card.id)
    text = say("mine.now-saved", audience.language)
    await answer(interaction, [text], controls([undo]), private=True)


async def _pressed_unsave(interaction: Press, house: House, values: Sequence[str]) -> None:
    await house.library.unsave_story(interaction.user.id, int(values[0]))
    text = say("mine.now-unsaved", audiences.language_of(interaction))
    await answer(interaction, [text], private=True)


async def _pressed_to_messages(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Send the page to the person's direct messages, where it stays."""
    language = audiences.language_of(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    audience = await audiences.of_member(interaction.user.id, house, language)
    page = await house.reading.page(Place(*map(int, values)), audience)
    view = page_controls(page, language, asker=interaction.user.id, private=True)
    try:
        sent = await interaction.user.send(page_content(page, language), view=view)
    except discord.Forbidden:
        raise StoryNotFound("mine.closed") from None
    await house.rights.posted(sent.channel.id, [sent.id], page.card.id)
    await answer(interaction, [say("mine.sent", language)], private=True)


def _may_remove(interaction: Press, asker: int) -> bool:
    if interaction.guild_id is None or interaction.client.get_guild(interaction.guild_id) is None:
        return False
    is_asker = asker not in (NOBODY,) and asker == interaction.user.id
    return is_asker or interaction.permissions.manage_messages


async def _pressed_remove(interaction: Press, house: House, values: Sequence[str]) -> None:
    message, asker = map(int, values)
    language = audiences.language_of(interaction)
    if not _may_remove(interaction, asker) or interaction.channel_id is None:
        raise StoryNotFound("mine.not-yours")
    channel = interaction.client.get_partial_messageable(interaction.channel_id)
    text = say("mine.removed", language)
    try:
        await channel.get_partial_message(message).delete()
    except discord.NotFound:
        text = say("mine.already-removed", language)
    await answer(interaction, [text], private=True)


HANDLERS: dict[str, Handler] = {
    "more": _pressed_more,
    "notes": _pressed_notes,
    "whole": _pressed_whole,
    "chapters": _pressed_chapters,
    "chapter": _pressed_chapter,
    "jump-form": _pressed_jump_form,
    "jump": _filled_jump,
    "save": _pressed_save,
    "unsave": _pressed_unsave,
    "to-messages": _pressed_to_messages,
    "remove-page": _pressed_remove,
}
