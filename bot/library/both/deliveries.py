"""Deliveries: claimed, chosen, sent part by part, finished; each step one transaction.

A claim is ours until its lease runs out. The end of the lease also tells whose
it is: who takes a claim over sets a later end, so whoever held it before finds
that out with the next step.
"""

from datetime import date, datetime
from itertools import groupby

from bot.library.base import ALL_SHARDS, Shards, StoredDelivery
from bot.library.both.asking import Asking, Row
from bot.library.both.schedules import of_shards
from bot.library.rows import moment, seconds

_OURS = "id = :id AND state = 'claimed' AND claimed_until = :held"


class Deliveries(Asking):
    """The part of the contract about deliveries."""

    # Put behind a SELECT: locks its row, or gives none where another process has it.
    # SQLite has one writer at a time, so nobody ever waits for a row.
    _unlocked = ""

    async def claim(
        self,
        schedule: int,
        due: datetime,
        *,
        occurrence: datetime,
        day: date,
        next_due: datetime | None,
        until: datetime,
    ) -> int | None:
        """See `Library.claim`."""
        values = {
            "schedule": schedule,
            "due": seconds(due),
            "occurrence": seconds(occurrence),
            "next_due": None if next_due is None else seconds(next_due),
            "until": seconds(until),
            "day": day.isoformat(),
        }
        rows = await self._in_turn(
            (
                "UPDATE schedule SET next_due = :next_due, last_day = :day"
                " WHERE id = (SELECT id FROM schedule WHERE id = :schedule AND next_due = :due"
                f" AND paused = ''{self._unlocked}) RETURNING id",
                values,
            ),
            (
                "INSERT INTO delivery (schedule, due, state, claimed_until)"
                " VALUES (:schedule, :occurrence, 'claimed', :until)"
                " ON CONFLICT (schedule, due) DO NOTHING RETURNING id",
                values,
            ),
        )
        return int(rows[0]["id"]) if rows else None

    async def choose(
        self, delivery: int, story: int, part: str, nonce: str, *, held: datetime
    ) -> bool:
        """See `Library.choose`."""
        changed = await self._change_for_good(
            "UPDATE delivery SET story = :story, part = :part, nonce = :nonce,"
            " follows = (SELECT max(message) FROM sent_message)"
            f" WHERE {_OURS}",
            {
                "id": delivery,
                "story": story,
                "part": part,
                "nonce": nonce,
                "held": seconds(held),
            },
        )
        return changed > 0

    async def hold(self, delivery: int, held: datetime, until: datetime) -> bool:
        """See `Library.hold`."""
        changed = await self._change(
            f"UPDATE delivery SET claimed_until = :until WHERE {_OURS}",
            {"id": delivery, "held": seconds(held), "until": seconds(until)},
        )
        return changed > 0

    async def put_off(self, delivery: int, held: datetime, until: datetime) -> bool:
        """See `Library.put_off`."""
        changed = await self._change(
            f"UPDATE delivery SET claimed_until = :until, put_off = put_off + 1 WHERE {_OURS}",
            {"id": delivery, "held": seconds(held), "until": seconds(until)},
        )
        return changed > 0

    async def add_sent_message(self, delivery: int, number: int, message: int) -> bool:
        """See `Library.add_sent_message`."""
        values = {"delivery": delivery, "number": number, "message": message}
        if await self._change(
            "INSERT INTO sent_message (message, delivery, number)"
            " VALUES (:message, :delivery, :number) ON CONFLICT DO NOTHING",
            values,
        ):
            return True
        return bool(
            await self._ask(
                "SELECT 1 FROM sent_message WHERE delivery = :delivery AND number = :number",
                {"delivery": delivery, "number": number},
            )
        )

    async def finish(self, delivery: int, state: str) -> None:
        """See `Library.finish`."""
        await self._change(
            "UPDATE delivery SET state = :state, part = '{}' WHERE id = :id",
            {"id": delivery, "state": state},
        )

    async def open_deliveries(
        self, now: datetime, limit: int, shards: Shards = ALL_SHARDS
    ) -> list[StoredDelivery]:
        """See `Library.open_deliveries`."""
        ours, values = of_shards(shards)
        return await self._deliveries(
            "state = 'claimed' AND claimed_until < :now AND EXISTS"
            f" (SELECT 1 FROM schedule WHERE schedule.id = delivery.schedule AND {ours})",
            "claimed_until",
            values | {"now": seconds(now), "limit": limit},
        )

    async def take_over(
        self, delivery: int, now: datetime, until: datetime
    ) -> StoredDelivery | None:
        """See `Library.take_over`."""
        taken = await self._change(
            "UPDATE delivery SET claimed_until = :until"
            " WHERE id = (SELECT id FROM delivery WHERE id = :id AND state = 'claimed'"
            f" AND claimed_until < :now{self._unlocked})",
            {"id": delivery, "now": seconds(now), "until": seconds(until)},
        )
        if not taken:
            return None
        told = await self._deliveries("id = :id", "id", {"id": delivery, "limit": 1})
        return told[0] if told else None  # it went with its schedule meanwhile

    async def forget_deliveries(self, before: datetime) -> int:
        """See `Library.forget_deliveries`."""
        return await self._change(
            "DELETE FROM delivery WHERE due < :before AND state != 'claimed'",
            {"before": seconds(before)},
        )

    async def deliveries_of(self, schedule: int, limit: int) -> list[StoredDelivery]:
        """See `Library.deliveries_of`."""
        return await self._deliveries(
            "schedule = :schedule",
            "due DESC",
            {"schedule": schedule, "limit": limit},
        )

    async def _deliveries(
        self, which: str, order: str, values: dict[str, int]
    ) -> list[StoredDelivery]:
        """Give up to ``limit`` deliveries with their messages."""
        rows = await self._ask(
            "SELECT told.id, told.schedule, told.due, told.story, told.nonce, told.part,"
            " told.state, told.follows, told.put_off, sent.message"
            f" FROM (SELECT * FROM delivery WHERE {which} ORDER BY {order} LIMIT :limit) AS told"
            " LEFT JOIN sent_message AS sent ON sent.delivery = told.id"
            f" ORDER BY told.{order}, told.id, sent.number",
            values,
        )
        return [_delivery([*group]) for _, group in groupby(rows, lambda row: row["id"])]


def _delivery(rows: list[Row]) -> StoredDelivery:
    """Make a delivery of its rows: one for each message, one without when there is none."""
    row = rows[0]
    due = moment(row["due"])
    assert due is not None
    return StoredDelivery(
        id=row["id"],
        schedule=row["schedule"],
        due=due,
        story=row["story"],
        nonce=row["nonce"],
        part=row["part"],
        messages=tuple(each["message"] for each in rows if each["message"] is not None),
        state=row["state"],
        follows=row["follows"],
        put_off=row["put_off"],
    )
