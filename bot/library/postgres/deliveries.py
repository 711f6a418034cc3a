"""Deliveries under way, as many processes take them over and write them down."""

from datetime import datetime

from bot.library.base import StoredDelivery
from bot.library.both.schedules import DELIVERY_COLUMNS, delivery_of
from bot.library.postgres.connections import Connections
from bot.library.rows import seconds


class Deliveries(Connections):
    """The part of the contract about deliveries that are being sent."""

    async def add_sent_message(self, delivery: int, message: int) -> None:
        """See `Library.add_sent_message`."""
        await self._change(
            "UPDATE delivery SET messages = (messages::jsonb || to_jsonb(:message))::text"
            " WHERE id = :id",
            {"id": delivery, "message": message},
        )

    async def open_deliveries(self, now: datetime, until: datetime) -> list[StoredDelivery]:
        """See `Library.open_deliveries`; what another process is just taking is passed over."""
        async with self._transaction() as writer:
            rows = await self._rows(
                writer,
                "UPDATE delivery SET claimed_until = :until WHERE id IN (SELECT id FROM delivery"
                " WHERE state = 'claimed' AND claimed_until < :now FOR UPDATE SKIP LOCKED)"
                f" RETURNING {DELIVERY_COLUMNS}",
                {"now": seconds(now), "until": seconds(until)},
            )
        return [delivery_of(row) for row in rows]
