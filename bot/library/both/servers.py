"""What a server's admins decided."""

from datetime import datetime

from bot.library.base import Changed
from bot.library.both.asking import Asking
from bot.library.rows import seconds


class Servers(Asking):
    """The part of the contract that keeps servers' settings."""

    async def server_settings(self, server: int) -> str | None:
        """See `Library.server_settings`."""
        rows = await self._ask("SELECT settings FROM server WHERE id = :server", {"server": server})
        return str(rows[0]["settings"]) if rows else None

    async def write_server_settings(self, server: int, settings: str, at: datetime) -> None:
        """See `Library.write_server_settings`."""
        async with self._transaction() as writer:
            await self._run(
                writer,
                "INSERT INTO server (id, settings, changed_at) VALUES (:server, :settings, :at)"
                " ON CONFLICT (id) DO UPDATE SET settings = excluded.settings,"
                " changed_at = excluded.changed_at",
                {"server": server, "settings": settings, "at": seconds(at)},
            )
            await self._tell(writer, Changed.SERVER, server)
