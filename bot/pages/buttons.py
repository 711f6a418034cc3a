"""The buttons of a page, whose state is in their custom_id; those that cannot act are left out."""

import discord

from bot.controls import Press, Style, button, controls, parse_custom_id
from bot.covers import turn_button
from bot.library.base import Page
from bot.pages.content import has_more_notes
from bot.reading import Excerpt
from bot.replies import is_direct
from bot.story import Place
from bot.texts import say

ROW_MOST = 5  # buttons of one row: Discord's limit
NOBODY = 0  # the asker of a page that nobody asked for, such as a daily story


def page_controls(
    page: Page, language: str, *, asker: int, private: bool, can_post: bool = False
) -> discord.ui.View:
    """Give the buttons of a page; those that cannot act are left out."""
    row: list[discord.ui.Item[discord.ui.View]] = []
    if page.previous:
        row.append(turn_button(say("button.previous", language), page.previous, asker))
    if page.next:
        row.append(turn_button(say("button.next", language), page.next, asker, Style.primary))
    here = (page.place.story, page.place.chapter, page.place.offset)
    last = [more_button(page.place, asker, language)]
    if has_more_notes(page, language):
        last.insert(0, notes_button(page.place, language))
    if not private:
        row.append(button(say("button.read-privately", language), "alone", *here))
    else:
        # Where there is no room for it, it still stands behind More.
        if page.card.chapters > 1 and len(row) + can_post + len(last) < ROW_MOST:
            row.append(button(say("button.chapters", language), "chapters", here[0], here[1]))
        if can_post:
            row.append(button(say("button.post-here", language), "post", *here))
    return controls([*row, *last])


def notes_button(at: Place, language: str) -> discord.ui.Button[discord.ui.View]:
    """Give the button that shows what an author says around a page."""
    return button(say("button.notes", language), "notes", at.story, at.chapter, at.offset)


def more_button(at: Place, asker: int, language: str) -> discord.ui.Button[discord.ui.View]:
    """Give the button behind which everything else stands that can be done with a story."""
    return button(say("button.more", language), "more", at.story, at.chapter, at.offset, asker)


def excerpt_button(passage: Excerpt, language: str) -> discord.ui.Button[discord.ui.View]:
    """Give the button that opens the story at a passage, privately."""
    at = passage.place
    label = say("button.read-from-here", language)
    return button(label, "alone", at.story, at.chapter, at.offset)


def is_private_copy(interaction: Press) -> bool:
    """Tell whether the message that was pressed is a private copy or in direct messages."""
    message = interaction.message
    return is_direct(interaction) or (message is not None and message.flags.ephemeral)


def what_stays(interaction: Press) -> discord.ui.View | None:
    """Give the buttons an old page keeps when the next one stands below it: Stop, if any."""
    rows = interaction.message.components if interaction.message else []
    kept = [
        discord.ui.Button[discord.ui.View].from_component(item)
        for row in rows
        if isinstance(row, discord.ActionRow)
        for item in row.children
        if isinstance(item, discord.Button)
        and (parsed := parse_custom_id(item.custom_id or "")) is not None
        and parsed[0] == "unsubscribe"
    ]
    return controls(kept) if kept else None
