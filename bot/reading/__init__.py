"""What a reader can ask for, answered from the library in plain values.

No Discord and no wording: an answer is a card with its text, a list of cards,
or an error that names what was near.
"""

from collections.abc import Callable
from random import Random

from bot.config import Settings
from bot.library.base import Library
from bot.prose.names import Aliases
from bot.reading.naming import (
    CHARACTER_KINDS,
    CHOICES,
    NEAR,
    PICKED,
    TAG_KINDS,
    Naming,
    NearNames,
    NearTitles,
)
from bot.reading.seen import for_random
from bot.reading.stories import Excerpt, Listing, Stories, Telling

__all__ = [
    "CHARACTER_KINDS",
    "CHOICES",
    "NEAR",
    "PICKED",
    "TAG_KINDS",
    "Excerpt",
    "Listing",
    "NearNames",
    "NearTitles",
    "Reading",
    "Telling",
    "for_random",
]


class Reading(Naming, Stories):
    """Answers readers."""

    def __init__(
        self,
        library: Library,
        settings: Settings,
        *,
        aliases: Callable[[], Aliases],
        rng: Random,
    ) -> None:
        Naming.__init__(self, library, aliases)
        Stories.__init__(self, library, settings, rng)
