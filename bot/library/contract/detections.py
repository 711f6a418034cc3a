"""Who was detected in stories that do not say, and what people decided about it."""

from datetime import datetime
from typing import Protocol

from bot.library.detected import Decision, DetectedName
from bot.story import Audience


class Detections(Protocol):
    """Detected names and decisions about them."""

    async def detected_names(
        self, shelf: int, limit: int, *, undecided: bool = False, spotted: int = 3
    ) -> list[DetectedName]:
        """List the names that were detected on ``shelf``, those of the most stories first.

        ``undecided`` leaves out what was decided for every story. Each comes
        with at most ``spotted`` of its stories, the surest first.
        """
        ...

    async def detected_name(
        self, shelf: int, folded: str, *, story: int | None = None, spotted: int = 3
    ) -> DetectedName | None:
        """Give one name that was detected on ``shelf``, or None; counted in ``story`` alone."""
        ...

    async def name_decisions(self, shelf: int) -> list[Decision]:
        """List what was decided about the names detected on ``shelf``, the latest first."""
        ...

    async def decide_name(self, shelf: int, decision: Decision, at: datetime) -> int:
        """Keep a decision in place of the one before; gives how many stories it changed.

        It holds at once for the stories of the shelf, some at a time, and for
        those that are kept later.
        """
        ...

    async def take_back_name(self, shelf: int, folded: str, story: int | None) -> bool:
        """Forget a decision, as if it had never been made; False when there is none."""
        ...

    async def meant_by(self, folded: str, audience: Audience) -> list[str]:
        """List the characters that go by ``folded`` in visible stories where they were detected."""
        ...
