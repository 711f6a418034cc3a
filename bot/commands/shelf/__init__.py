"""A server's own shelf: its librarians add stories, its members suggest some."""

from bot.commands.shelf import (
    adding,
    collecting,
    deciding,
    naming,
    panel,
    reports,
    suggesting,
    tending,
)
from bot.commands.shelf.panel import show_library
from bot.commands.shelf.suggesting import suggest_story
from bot.commands.shelf.telling import tell_decisions
from bot.controls import Handler

HANDLERS: dict[str, Handler] = {
    **panel.HANDLERS,
    **adding.HANDLERS,
    **suggesting.HANDLERS,
    **deciding.HANDLERS,
    **naming.HANDLERS,
    **tending.HANDLERS,
    **collecting.HANDLERS,
    **reports.HANDLERS,
}

__all__ = ["HANDLERS", "show_library", "suggest_story", "tell_decisions"]
