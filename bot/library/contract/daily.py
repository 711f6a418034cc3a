"""Daily stories: when they are due, who claimed a delivery, and what was sent of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredSchedule:
    """A daily story as kept: where to, when, what. ``rule`` and ``content`` are JSON.

    Exactly one of ``channel`` (with ``server``) and ``member`` says where to.
    """

    id: int
    server: int | None
    channel: int | None
    member: int | None
    made_by: int
    rule: str
    content: str
    next_due: datetime | None  # None: never again
    paused: str = ""  # "" while running, else the key of the reason
    last_day: date | None = None  # the newest local day that was claimed or skipped


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    """One due sending of a schedule: chosen and written down before anything is sent."""

    id: int
    schedule: int
    due: datetime
    story: int | None
    nonce: str
    part: str  # JSON: what of the story, such as an excerpt's range
    messages: tuple[int, ...]  # ids of what was sent, in order
    state: str  # "claimed", "sent", "skipped" or "failed"
    follows: int | None = None  # the newest message of any delivery when it was chosen
    put_off: int = 0  # how often, because Discord failed


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards of one process of several: whose servers and members it serves; all by default.

    Discord says which shard a server is on: its id, shifted right by 22, modulo
    the number of shards. Members are shared out in the same way.
    """

    ids: tuple[int, ...] = ()  # none: all
    count: int = 1


ALL_SHARDS = Shards()


class Daily(Protocol):
    """Daily stories and their deliveries."""

    async def add_schedule(self, schedule: StoredSchedule, at: datetime) -> int:
        """Keep a new schedule (its ``id`` is ignored); gives its id."""
        ...

    async def change_schedule(self, before: StoredSchedule, after: StoredSchedule) -> bool:
        """Put ``after`` in the place of ``before``.

        False when it is gone, or not as it was any more: it may have been claimed
        meanwhile, and a time that is set back would be sent twice.
        """
        ...

    async def remove_schedule(self, schedule: int) -> bool:
        """Remove a schedule with its deliveries; False when it was gone."""
        ...

    async def schedule(self, schedule: int) -> StoredSchedule | None:
        """Give one schedule."""
        ...

    async def schedules_of(
        self, *, server: int | None = None, member: int | None = None
    ) -> list[StoredSchedule]:
        """List the schedules of a server, or of a member's direct messages, oldest first."""
        ...

    async def every_schedule(self) -> list[StoredSchedule]:
        """List all schedules, oldest first."""
        ...

    async def change_content(self, schedule: int, before: str, content: str) -> bool:
        """Replace what a schedule sends and nothing else.

        False when it is gone, or its content is not ``before`` any more.
        """
        ...

    async def due_schedules(
        self, now: datetime, limit: int, shards: Shards = ALL_SHARDS
    ) -> list[StoredSchedule]:
        """List running schedules of ``shards`` due at or before ``now``, the longest due first.

        One that still has a claimed delivery comes up when that is closed.
        """
        ...

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
        """Claim one due sending with one atomic update; gives the delivery's id.

        ``due`` must be the schedule's next time as stored; ``occurrence`` is
        the time that is sent, a later one when some were missed, and ``day``
        the local day it belongs to, which becomes the schedule's last one.

        None when somebody else claimed it, or the schedule changed meanwhile.
        The schedule's next time is set in the same transaction, so neither a
        crash nor a second process can send a day twice. The claim holds until
        ``until``; from then on `take_over` gives it to whoever asks.
        """
        ...

    async def choose(
        self, delivery: int, story: int, part: str, nonce: str, *, held: datetime
    ) -> bool:
        """Write down for good what a claimed delivery sends, before its first byte is sent.

        ``part`` is JSON; `finish` empties it. False when the claim, held to
        ``held``, is not ours any more.
        """
        ...

    async def hold(self, delivery: int, held: datetime, until: datetime) -> bool:
        """Hold a claim, held to ``held``, to ``until`` instead; False when it is not ours any more.

        ``until`` is never before ``held``.
        """
        ...

    async def put_off(self, delivery: int, held: datetime, until: datetime) -> bool:
        """Count that a delivery failed for now, and leave it alone to ``until``.

        False when it is not ours any more.
        """
        ...

    async def add_sent_message(self, delivery: int, number: int, message: int) -> bool:
        """Write down that ``message`` is part ``number`` (from 0) of a delivery.

        False when it belongs to another delivery; twice is once.
        """
        ...

    async def finish(self, delivery: int, state: str) -> None:
        """Close a delivery as "sent", "skipped" or "failed"."""
        ...

    async def open_deliveries(
        self, now: datetime, limit: int, shards: Shards = ALL_SHARDS
    ) -> list[StoredDelivery]:
        """List deliveries of ``shards`` whose claim ran out before ``now``, the earliest first."""
        ...

    async def take_over(
        self, delivery: int, now: datetime, until: datetime
    ) -> StoredDelivery | None:
        """Claim a delivery whose claim ran out before ``now``; it is ours to ``until``.

        None when it is closed, somebody else took it, or its claim still holds.
        """
        ...

    async def forget_deliveries(self, before: datetime) -> int:
        """Delete closed deliveries due before ``before``; gives how many."""
        ...

    async def deliveries_of(self, schedule: int, limit: int) -> list[StoredDelivery]:
        """List the latest deliveries of a schedule, newest first."""
        ...
