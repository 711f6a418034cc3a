"""Stories as Discord text in pieces that fit: escapes, blocks, pages and messages."""

from bot.render.blocks import PICTURE, Rendered, render_blocks
from bot.render.escaping import escape, isolate, without_controls
from bot.render.pages import PAGINATION_VERSION, messages, paginate, render_page
from bot.render.split import MESSAGE_LIMIT, split_messages

__all__ = [
    "MESSAGE_LIMIT",
    "PAGINATION_VERSION",
    "PICTURE",
    "Rendered",
    "escape",
    "isolate",
    "messages",
    "paginate",
    "render_blocks",
    "render_page",
    "split_messages",
    "without_controls",
]
