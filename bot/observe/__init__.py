"""What an operator can see: logs without secrets, figures, and whether the bot is well.

Nothing here holds a token, a member or a word of a story.
"""

from bot.observe.health import ObservingServer
from bot.observe.logs import redact, start_logging
from bot.observe.watching import Watch, current_reference

__all__ = ["ObservingServer", "Watch", "current_reference", "redact", "start_logging"]
