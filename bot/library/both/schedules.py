"""Daily stories as they are kept: where to, when, what."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.library.base import ALL_SHARDS, Shards, StoredSchedule
from bot.library.both.asking import Asking, Row
from bot.library.rows import moment, seconds

_COLUMNS = "id, server, channel, member, made_by, rule, content, next_due, paused, last_day"


class Schedules(Asking):
    """The part of the contract that keeps daily stories."""

    async def add_schedule(self, schedule: StoredSchedule, at: datetime) -> int:
        """See `Library.add_schedule`."""
        async with self._transaction() as writer:
            rows = await self._rows(
                writer,
                "INSERT INTO schedule (server, channel, member, made_by, rule, content, next_due,"
                " paused, last_day, made_at) VALUES (:server, :channel, :member, :made_by, :rule,"
                " :content, :next_due, :paused, :last_day, :at) RETURNING id",
                _values(schedule) | {"at": seconds(at)},
            )
            return int(rows[0]["id"])

    async def change_schedule(self, before: StoredSchedule, after: StoredSchedule) -> bool:
        """See `Library.change_schedule`."""
        changed = await self._change(
            "UPDATE schedule SET server = :server, channel = :channel, member = :member,"
            " made_by = :made_by, rule = :rule, content = :content, next_due = :next_due,"
            " paused = :paused, last_day = :last_day WHERE id = :id"
            " AND coalesce(server, 0) = coalesce(:old_server, 0)"
            " AND coalesce(channel, 0) = coalesce(:old_channel, 0)"
            " AND coalesce(member, 0) = coalesce(:old_member, 0)"
            " AND made_by = :old_made_by AND rule = :old_rule AND content = :old_content"
            " AND coalesce(next_due, -1) = coalesce(:old_next_due, -1)"
            " AND paused = :old_paused AND coalesce(last_day, '') = coalesce(:old_last_day, '')",
            _values(replace(after, id=before.id))
            | {f"old_{name}": value for name, value in _values(before).items() if name != "id"},
        )
        return changed > 0

    async def remove_schedule(self, schedule: int) -> bool:
        """See `Library.remove_schedule`."""
        return await self._change("DELETE FROM schedule WHERE id = :id", {"id": schedule}) > 0

    async def schedule(self, schedule: int) -> StoredSchedule | None:
        """See `Library.schedule`."""
        rows = await self._ask(f"SELECT {_COLUMNS} FROM schedule WHERE id = :id", {"id": schedule})
        return _schedule(rows[0]) if rows else None

    async def schedules_of(
        self, *, server: int | None = None, member: int | None = None
    ) -> list[StoredSchedule]:
        """See `Library.schedules_of`."""
        rows = await self._ask(
            f"SELECT {_COLUMNS} FROM schedule WHERE server = :server OR member = :member"
            " ORDER BY id",
            {"server": server, "member": member},
        )
        return [_schedule(row) for row in rows]

    async def every_schedule(self) -> list[StoredSchedule]:
        """See `Library.every_schedule`."""
        rows = await self._ask(f"SELECT {_COLUMNS} FROM schedule ORDER BY id")
        return [_schedule(row) for row in rows]

    async def change_content(self, schedule: int, before: str, content: str) -> bool:
        """See `Library.change_content`."""
        changed = await self._change(
            "UPDATE schedule SET content = :content WHERE id = :id AND content = :before",
            {"id": schedule, "before": before, "content": content},
        )
        return changed > 0

    async def due_schedules(
        self, now: datetime, limit: int, shards: Shards = ALL_SHARDS
    ) -> list[StoredSchedule]:
        """See `Library.due_schedules`."""
        ours, values = of_shards(shards)
        rows = await self._ask(
            f"SELECT {_COLUMNS} FROM schedule WHERE paused = '' AND next_due IS NOT NULL"
            f" AND next_due <= :now AND {ours} AND NOT EXISTS (SELECT 1 FROM delivery"
            " WHERE delivery.schedule = schedule.id AND delivery.state = 'claimed')"
            " ORDER BY next_due, id LIMIT :limit",
            values | {"now": seconds(now), "limit": limit},
        )
        return [_schedule(row) for row in rows]


def of_shards(shards: Shards) -> tuple[str, dict[str, int]]:
    """Give the condition under which a row of ``schedule`` is served by ``shards``."""
    if not shards.ids:
        return "TRUE", {}
    values = {f"shard{number}": shard for number, shard in enumerate(shards.ids)}
    listed = ", ".join(f":{name}" for name in values)
    sql = f"(coalesce(schedule.server, schedule.member) >> 22) % :shards IN ({listed})"
    return sql, values | {"shards": shards.count}


def _values(schedule: StoredSchedule) -> dict[str, Any]:
    return {
        "id": schedule.id,
        "server": schedule.server,
        "channel": schedule.channel,
        "member": schedule.member,
        "made_by": schedule.made_by,
        "rule": schedule.rule,
        "content": schedule.content,
        "next_due": None if schedule.next_due is None else seconds(schedule.next_due),
        "paused": schedule.paused,
        "last_day": schedule.last_day and schedule.last_day.isoformat(),
    }


def _schedule(row: Row) -> StoredSchedule:
    return StoredSchedule(
        id=row["id"],
        server=row["server"],
        channel=row["channel"],
        member=row["member"],
        made_by=row["made_by"],
        rule=row["rule"],
        content=row["content"],
        next_due=moment(row["next_due"]),
        paused=row["paused"],
        last_day=row["last_day"] and date.fromisoformat(row["last_day"]),
    )
