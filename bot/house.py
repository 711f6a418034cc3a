"""The rooms of a running Fireside, made once and handed to whoever answers.

Everything here is ready before the first interaction arrives; nothing in it
knows Discord.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.cast import Cast
from bot.catalogue import Catalogue
from bot.catalogue.editing import Editing
from bot.catalogue.submissions import Submissions
from bot.catalogue.suggestions import Suggestions
from bot.config import Settings
from bot.crowding import Crowding
from bot.daily import DailyStories
from bot.library.base import Changed, Library
from bot.members import Members
from bot.observe import Watch
from bot.reading import Reading
from bot.rights import Rights
from bot.servers import Servers


@dataclass(frozen=True, slots=True)
class House:
    """What an answer can need; ``now`` gives an aware moment in UTC."""

    settings: Settings
    library: Library
    catalogue: Catalogue
    editing: Editing
    cast: Cast
    reading: Reading
    servers: Servers
    members: Members
    daily_stories: DailyStories
    rights: Rights
    submissions: Submissions
    suggestions: Suggestions
    crowding: Crowding
    now: Callable[[], datetime]
    rng: Random
    watch: Watch


def build_house(
    settings: Settings, library: Library, *, now: Callable[[], datetime], rng: Random
) -> House:
    """Wire the rooms around ``library``, which need not be open yet."""
    catalogue = Catalogue(library, settings, now=now)
    reading = Reading(library, settings, aliases=lambda: catalogue.aliases, rng=rng)
    servers = Servers(library, now=now)
    submissions = Submissions(library, settings, aliases=lambda: catalogue.aliases, now=now)

    def forget(changed: Changed, ident: int) -> None:
        """Forget what another process of this bot changed."""
        if changed is Changed.SERVER:
            servers.forget(ident)
        if changed is Changed.EVERYTHING:
            servers.forget_all()
        if changed in (Changed.SHELF, Changed.EVERYTHING):
            reading.forget_spellings()

    library.listen(forget)
    return House(
        settings=settings,
        library=library,
        catalogue=catalogue,
        editing=Editing(library, settings, aliases=lambda: catalogue.aliases, now=now),
        cast=Cast(library, aliases=lambda: catalogue.aliases, now=now),
        reading=reading,
        servers=servers,
        members=Members(library, now=now),
        daily_stories=DailyStories(library, now=now),
        rights=Rights(library, now=now),
        submissions=submissions,
        suggestions=Suggestions(library, settings, submissions, now=now),
        crowding=Crowding(settings.story_pause, now=now),
        now=now,
        rng=rng,
        watch=Watch(),
    )
