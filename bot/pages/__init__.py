"""A story being read: the page and its buttons, whose state is in their custom_id.

On a public page the asker's presses turn it in place; anybody else's press
opens their own private page at that place, so nobody turns another's page. In
private copies and direct messages Next sends the next page below and takes
the old buttons away, so a reader never scrolls back up and a screen reader
announces it. A press is checked like a command: what may not be shown here
any more is not shown.
"""

from bot.pages.buttons import (
    NOBODY,
    excerpt_button,
    is_private_copy,
    more_button,
    page_controls,
    what_stays,
)
from bot.pages.content import HEADER_ROOM, page_content
from bot.pages.opening import open_alone, open_story, open_story_at, send_page, with_pause
from bot.pages.remembering import posted, remember, room_of
from bot.pages.turning import HANDLERS
from bot.pages.whole import EXCERPT_LENGTHS, MOST_WORDS_WHOLE, excerpt_content, short_messages

__all__ = [
    "EXCERPT_LENGTHS",
    "HANDLERS",
    "HEADER_ROOM",
    "MOST_WORDS_WHOLE",
    "NOBODY",
    "excerpt_button",
    "excerpt_content",
    "is_private_copy",
    "more_button",
    "open_alone",
    "open_story",
    "open_story_at",
    "page_content",
    "page_controls",
    "posted",
    "remember",
    "room_of",
    "send_page",
    "short_messages",
    "what_stays",
    "with_pause",
]
