"""A server's own rules, cached until they change."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from bot.errors import NotAllowed
from bot.library.base import Library
from bot.prose.words import with_names, without_names
from bot.story import Rating

ORDINARY_MOST = Rating.MATURE  # Explicit and Not Rated stay behind Discord's own age check
MOST_CHANNELS = 25  # story channels, and channels with a ceiling of their own: one select
MOST_BLOCKED = 100  # names that a server blocks


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What the admins of a server decided; the defaults hold where they decided nothing."""

    ceiling: Rating = Rating.NOT_RATED  # above which nothing is shown, even age-restricted
    ordinary_ceiling: Rating = Rating.TEEN  # in ordinary channels: at most Mature
    # Channels with a ceiling of their own, which takes the place of the two above.
    channel_ceilings: tuple[tuple[int, Rating], ...] = ()
    story_channels: tuple[int, ...] = ()  # where answers may be public; empty: anywhere
    log_channel: int | None = None
    librarian_role: int | None = None  # beside those who manage the server
    suggestions: bool = True  # members may suggest stories
    blocked: tuple[str, ...] = ()  # names of tags of any kind, as they were written
    trusts_estimates: bool = True  # False: a rating that nobody stated counts as Not Rated
    warned_by_chance: bool = False  # random picks in ordinary channels bring the hardest warnings
    desk: tuple[int, int] | None = None  # channel and message of the reading desk
    is_known: bool = False  # False: nobody has set anything up here yet

    def ceiling_in(self, channel: int | None, *, age_restricted: bool) -> Rating:
        """Give the highest rating of a channel (of a thread: its parent)."""
        own = dict(self.channel_ceilings).get(channel) if channel is not None else None
        if age_restricted:
            return min(self.ceiling, self.ceiling if own is None else own)
        return min(self.ceiling, ORDINARY_MOST, self.ordinary_ceiling if own is None else own)

    def with_ceiling_in(self, channel: int, ceiling: Rating | None) -> "ServerSettings":
        """Give a channel a ceiling of its own, or take it away."""
        kept = [each for each in self.channel_ceilings if each[0] != channel]
        if ceiling is not None:
            kept = [*kept, (channel, ceiling)][-MOST_CHANNELS:]
        return replace(self, channel_ceilings=tuple(kept))

    def with_story_channels(self, *, added: set[int], removed: set[int]) -> "ServerSettings":
        """Choose channels for stories, and leave others out; the rest stays."""
        kept = [each for each in self.story_channels if each not in removed | added]
        return replace(self, story_channels=(*kept, *sorted(added))[:MOST_CHANNELS])

    def blocking(self, names: list[str]) -> "ServerSettings":
        """Block names as well; one that is blocked already, however written, stays once.

        Raises:
            NotAllowed: There would be more than a list holds.
        """
        blocked = with_names(self.blocked, names)
        if len(blocked) > MOST_BLOCKED:
            raise NotAllowed("settings.too-many-blocked", most=MOST_BLOCKED)
        return replace(self, blocked=blocked)

    def unblocking(self, names: list[str]) -> "ServerSettings":
        """Block these names no longer."""
        return replace(self, blocked=without_names(self.blocked, names))


class Servers:
    """Gives and changes servers' settings."""

    def __init__(self, library: Library, *, now: Callable[[], datetime]) -> None:
        self._library = library
        self._now = now
        self._cached: dict[int, ServerSettings] = {}
        self._changing = asyncio.Lock()
        self._forgotten = 0  # how often something was forgotten

    async def settings(self, server: int) -> ServerSettings:
        """Give the settings of ``server``."""
        if server in self._cached:
            return self._cached[server]
        before = self._forgotten
        stored = await self._library.server_settings(server)
        settings = ServerSettings() if stored is None else _from_json(stored)
        if before == self._forgotten:  # else it may have been changed while we read it
            self._cached[server] = settings
        return settings

    async def change(self, server: int, **changes: Any) -> ServerSettings:
        """Change some settings of ``server`` and give all of them.

        Raises:
            ValueError: ``ordinary_ceiling`` above Mature: Explicit and Not
                Rated stay in age-restricted channels, whoever asks.
        """
        return await self.adjust(server, lambda settings: replace(settings, **changes))

    async def adjust(
        self, server: int, change: Callable[[ServerSettings], ServerSettings]
    ) -> ServerSettings:
        """Change what the settings of ``server`` are now, and give all of them.

        ``change`` is given what holds at that moment, so of two admins who add
        something at once both are followed.

        Raises:
            ValueError: ``ordinary_ceiling`` above Mature, as with `change`.
        """
        async with self._changing:
            settings = replace(change(await self.settings(server)), is_known=True)
            if settings.ordinary_ceiling > ORDINARY_MOST:
                raise ValueError("an ordinary channel takes Mature at most")
            await self._library.write_server_settings(server, _to_json(settings), self._now())
            self._cached[server] = settings
            return settings

    def forget(self, server: int) -> None:
        """Read the settings of ``server`` anew: what was stored of it is gone, or another."""
        self._forgotten += 1
        self._cached.pop(server, None)

    def forget_all(self) -> None:
        """Read the settings of every server anew."""
        self._forgotten += 1
        self._cached.clear()


def _to_json(settings: ServerSettings) -> str:
    told = asdict(settings)
    del told["is_known"]
    return json.dumps(told)


def _from_json(stored: str) -> ServerSettings:
    """Read settings as they were kept, by whatever version: what it did not know is default."""
    told: dict[str, Any] = json.loads(stored)
    default = ServerSettings()

    def given(name: str) -> Any:
        return told.get(name, getattr(default, name))

    desk = given("desk")
    return ServerSettings(
        ceiling=Rating(given("ceiling")),
        ordinary_ceiling=min(ORDINARY_MOST, Rating(given("ordinary_ceiling"))),
        channel_ceilings=tuple(
            (int(channel), Rating(ceiling)) for channel, ceiling in given("channel_ceilings")
        ),
        story_channels=tuple(given("story_channels")),
        log_channel=given("log_channel"),
        librarian_role=given("librarian_role"),
        suggestions=given("suggestions"),
        blocked=tuple(given("blocked")),
        trusts_estimates=given("trusts_estimates"),
        warned_by_chance=given("warned_by_chance"),
        desk=None if desk is None else (desk[0], desk[1]),
        is_known=True,
    )
