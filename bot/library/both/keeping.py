"""What is kept of a member or of a server: given out, and forgotten.

`MEMBER_FIELDS` and `SERVER_FIELDS` name every column that says who. A new
table that holds one belongs here; docs/privacy.md says the same to people,
and tests hold schema, page and these lists together.
"""

from datetime import datetime
from typing import Any

from bot.library.both.asking import Asking
from bot.library.rows import seconds

# Rows that are about a member alone. In direct messages the room is the member.
MEMBER_FIELDS = (
    ("place", "member"),
    ("saved", "member"),
    ("shown", "room"),
    ("schedule", "member"),
    ("submission_story", "member"),
    ("submission", "member"),
    ("member", "id"),
)
# What others go on using, without who made it, and without what they wrote in it.
MADE_BY_FIELDS = (("schedule", "made_by"), ("report", "member"))
WRITTEN_FIELDS = {"report": "words"}
NOBODY = 0  # stands where somebody was forgotten
# Rows that belong to a server; what hangs on them goes with them.
SHELF_FIELDS = (("file", "shelf"), ("story", "shelf"))
SERVER_FIELDS = (
    ("shown", "server"),
    ("schedule", "server"),
    ("server_story", "server"),
    ("run", "shelf"),
    ("submission", "server"),
    ("name_decision", "shelf"),
    ("collection", "shelf"),
    ("server", "id"),
    ("left_server", "server"),
)
# What the operator still needs of a server that is gone: not which one it was.
FROM_FIELDS = (("report", "server"),)


class Keeping(Asking):
    """The part of the contract that keeps preferences, and forgets members and servers."""

    async def preferences(self, member: int) -> str | None:
        """See `Library.preferences`."""
        rows = await self._ask(
            "SELECT preferences FROM member WHERE id = :member", {"member": member}
        )
        return str(rows[0]["preferences"]) if rows else None

    async def write_preferences(self, member: int, preferences: str | None, at: datetime) -> None:
        """See `Library.write_preferences`."""
        if preferences is None:
            await self._change("DELETE FROM member WHERE id = :member", {"member": member})
            return
        await self._change(
            "INSERT INTO member (id, preferences, changed_at) VALUES (:member, :preferences, :at)"
            " ON CONFLICT (id) DO UPDATE SET preferences = excluded.preferences,"
            " changed_at = excluded.changed_at",
            {"member": member, "preferences": preferences, "at": seconds(at)},
        )

    async def forget_places_of(self, member: int) -> int:
        """See `Library.forget_places_of`."""
        await self._notes.forgotten(("room", member), ("place", member))
        return await self._change("DELETE FROM place WHERE member = :member", {"member": member})

    async def records_of(self, member: int) -> dict[str, list[dict[str, Any]]]:
        """See `Library.records_of`."""
        await self._notes.written(("room", member), ("place", member))
        found: dict[str, list[dict[str, Any]]] = {}
        for table, column in (*MEMBER_FIELDS, *MADE_BY_FIELDS):
            rows = await self._ask(
                f"SELECT * FROM {table} WHERE {column} = :member", {"member": member}
            )
            known = found.setdefault(table, [])
            known += [each for row in rows if (each := dict(row)) not in known]
        return {table: rows for table, rows in found.items() if rows}

    async def forget_member(self, member: int) -> int:
        """See `Library.forget_member`."""
        await self._notes.forgotten(("room", member), ("place", member))
        forgotten = 0
        async with self._transaction() as writer:
            for table, column in MEMBER_FIELDS:
                forgotten += await self._run(
                    writer, f"DELETE FROM {table} WHERE {column} = :member", {"member": member}
                )
            for table, column in MADE_BY_FIELDS:
                written = f", {WRITTEN_FIELDS[table]} = ''" if table in WRITTEN_FIELDS else ""
                forgotten += await self._run(
                    writer,
                    f"UPDATE {table} SET {column} = :nobody{written} WHERE {column} = :member",
                    {"member": member, "nobody": NOBODY},
                )
        return forgotten

    async def stored_servers(self) -> list[int]:
        """See `Library.stored_servers`."""
        told = " UNION ".join(
            f"SELECT {column} AS server FROM {table} WHERE {column} > 0"
            for table, column in (*SERVER_FIELDS, *SHELF_FIELDS, *FROM_FIELDS)
        )
        return [int(row["server"]) for row in await self._ask(f"{told} ORDER BY server")]

    async def note_left(self, server: int, at: datetime) -> None:
        """See `Library.note_left`."""
        await self._change(
            "INSERT INTO left_server (server, at) VALUES (:server, :at)"
            " ON CONFLICT (server) DO NOTHING",
            {"server": server, "at": seconds(at)},
        )

    async def note_joined(self, server: int) -> None:
        """See `Library.note_joined`."""
        await self._change("DELETE FROM left_server WHERE server = :server", {"server": server})

    async def left_servers(self, before: datetime) -> list[int]:
        """See `Library.left_servers`."""
        rows = await self._ask(
            "SELECT server FROM left_server WHERE at <= :before ORDER BY at, server",
            {"before": seconds(before)},
        )
        return [int(row["server"]) for row in rows]

    async def count_of_server(self, server: int) -> dict[str, int]:
        """See `Library.count_of_server`."""
        await self._notes.written(("server", server))
        found: dict[str, int] = {}
        for table, column in (*SERVER_FIELDS, *SHELF_FIELDS, *FROM_FIELDS):
            (row,) = await self._ask(
                f"SELECT COUNT(*) AS number FROM {table} WHERE {column} = :server",
                {"server": server},
            )
            if row["number"]:
                found[table] = int(row["number"])
        return found

    async def forget_server(self, server: int) -> int:
        """See `Library.forget_server`."""
        await self._notes.forgotten(("server", server))
        async with self._shelving() as writer:
            forgotten = await self._empty_shelf(writer, server)
            for table, column in SERVER_FIELDS:
                forgotten += await self._run(
                    writer, f"DELETE FROM {table} WHERE {column} = :server", {"server": server}
                )
            for table, column in FROM_FIELDS:
                forgotten += await self._run(
                    writer,
                    f"UPDATE {table} SET {column} = NULL WHERE {column} = :server",
                    {"server": server},
                )
        return forgotten
