"""The rooms of a running Fireside, made once and handed to whoever answers.

Everything here is ready before the first interaction arrives; nothing in it
knows Discord.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.catalogue import Catalogue
from bot.config import Settings
from bot.daily import DailyStories
from bot.library.base import Library
from bot.observe import Watch
from bot.reading import Reading
from bot.servers import Servers


@dataclass(frozen=True, slots=True)
class House:
    """What an answer can need; ``now`` gives an aware moment in UTC."""

    settings: Settings
    library: Library
    catalogue: Catalogue
    reading: Reading
    servers: Servers
    daily_stories: DailyStories
    now: Callable[[], datetime]
    rng: Random
    watch: Watch


def build_house(
    settings: Settings, library: Library, *, now: Callable[[], datetime], rng: Random
) -> House:
    """Wire the rooms around ``library``, which need not be open yet."""
    catalogue = Catalogue(library, settings, now=now)
    return House(
        settings=settings,
        library=library,
        catalogue=catalogue,
        reading=Reading(library, settings, aliases=lambda: catalogue.aliases, rng=rng),
        servers=Servers(library, now=now),
        daily_stories=DailyStories(library, now=now),
        now=now,
        rng=rng,
        watch=Watch(),
    )
