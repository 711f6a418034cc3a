"""Deliveries under way, as SQLite takes them over and writes them down."""

from datetime import datetime

from bot.library.base import StoredDelivery
from bot.library.both.schedules import DELIVERY_COLUMNS, delivery_of
from bot.library.rows import seconds
from bot.library.sqlite.connections import Connections


class Deliveries(Connections):
    """The part of the contract about deliveries that are being sent."""

    async def add_sent_message(self, delivery: int, message: int) -> None:
        """See `Library.add_sent_message`."""
        await self._change(
            "UPDATE delivery SET messages = json_insert(messages, '$[#]', :message) WHERE id = :id",
            {"id": delivery, "message": message},
        )

    async def open_deliveries(self, now: datetime, until: datetime) -> list[StoredDelivery]:
        """See `Library.open_deliveries`."""
        async with self._transaction() as writer:
            rows = await self._rows(
                writer,
                "UPDATE delivery SET claimed_until = :until"
                " WHERE state = 'claimed' AND claimed_until < :now"
                f" RETURNING {DELIVERY_COLUMNS}",
                {"now": seconds(now), "until": seconds(until)},
            )
        return [delivery_of(row) for row in rows]
