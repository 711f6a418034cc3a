"""What is a member's own: the story they read, what they saved, what they avoid."""

from typing import Any

from discord import app_commands

from bot.commands.mine import avoiding, continuing, own, refusing
from bot.commands.mine.avoiding import avoid_typed
from bot.commands.mine.continuing import continue_reading
from bot.commands.mine.own import answer_mine
from bot.commands.mine.refusing import again_button
from bot.controls import Handler
from bot.house import House

HANDLERS: dict[str, Handler] = {
    **continuing.HANDLERS,
    **own.HANDLERS,
    **avoiding.HANDLERS,
    **refusing.HANDLERS,
}


def declare(tree: app_commands.CommandTree[Any], house: House) -> None:
    """Declare /continue; /fireside mine is declared with its group."""
    continuing.declare(tree, house)


__all__ = ["HANDLERS", "again_button", "answer_mine", "avoid_typed", "continue_reading", "declare"]
