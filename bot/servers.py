"""A server's own rules, cached until they change."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from bot.library.base import Library
from bot.story import Rating

ORDINARY_MOST = Rating.MATURE  # Explicit and Not Rated stay behind Discord's own age check


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What the admins of a server decided; the defaults hold where they decided nothing."""

    ceiling: Rating = Rating.NOT_RATED  # above which nothing is shown, even age-restricted
    ordinary_ceiling: Rating = Rating.TEEN  # in ordinary channels: at most Mature
    log_channel: int | None = None
    blocked: tuple[str, ...] = ()  # folded names of tags of any kind
    is_known: bool = False  # False: nobody has set anything up here yet


class Servers:
    """Gives and changes servers' settings."""

    def __init__(self, library: Library, *, now: Callable[[], datetime]) -> None:
        self._library = library
        self._now = now
        self._cached: dict[int, ServerSettings] = {}
        self._changing = asyncio.Lock()

    async def settings(self, server: int) -> ServerSettings:
        """Give the settings of ``server``."""
        if server not in self._cached:
            stored = await self._library.server_settings(server)
            self._cached[server] = ServerSettings() if stored is None else _from_json(stored)
        return self._cached[server]

    async def change(self, server: int, **changes: Any) -> ServerSettings:
        """Change some settings of ``server`` and give all of them.

        Raises:
            ValueError: ``ordinary_ceiling`` above Mature: Explicit and Not
                Rated stay in age-restricted channels, whoever asks.
        """
        async with self._changing:  # two admins at once: both changes are kept
            settings = replace(await self.settings(server), is_known=True, **changes)
            if settings.ordinary_ceiling > ORDINARY_MOST:
                raise ValueError("an ordinary channel takes Mature at most")
            await self._library.write_server_settings(server, _to_json(settings), self._now())
            self._cached[server] = settings
            return settings


def _to_json(settings: ServerSettings) -> str:
    told = asdict(settings)
    del told["is_known"]
    return json.dumps(told)


def _from_json(stored: str) -> ServerSettings:
    told: dict[str, Any] = json.loads(stored)
    default = ServerSettings()
    return ServerSettings(
        ceiling=Rating(told.get("ceiling", default.ceiling)),
        ordinary_ceiling=min(
            ORDINARY_MOST, Rating(told.get("ordinary_ceiling", default.ordinary_ceiling))
        ),
        log_channel=told.get("log_channel"),
        blocked=tuple(told.get("blocked", ())),
        is_known=True,
    )
