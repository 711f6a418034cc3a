"""Servers: their settings, and when the bot left them."""

from datetime import datetime
from typing import Protocol


class Servers(Protocol):
    """What is kept of servers."""

    async def server_settings(self, server: int) -> str | None:
        """Give a server's settings as JSON; None when it never had any."""
        ...

    async def write_server_settings(self, server: int, settings: str, at: datetime) -> None:
        """Keep a server's settings."""
        ...

    async def stored_servers(self) -> list[int]:
        """List the servers of which anything is kept."""
        ...

    async def note_left(self, server: int, at: datetime) -> None:
        """Write down when the bot left ``server``; the first time counts."""
        ...

    async def note_joined(self, server: int) -> None:
        """Take back that the bot left ``server``."""
        ...

    async def left_servers(self, before: datetime) -> list[int]:
        """List the servers that were left at or before ``before``, the longest gone first."""
        ...

    async def count_of_server(self, server: int) -> dict[str, int]:
        """Count the rows that are about ``server`` by table; tables without one are left out."""
        ...

    async def forget_server(self, server: int) -> int:
        """Delete everything of ``server``, its shelf included; gives how many rows.

        What hangs on its stories and daily stories goes with them.
        """
        ...
