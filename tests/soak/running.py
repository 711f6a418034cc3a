"""The soak: days of deliveries, and bots that are killed while they make them.

Each day everything is due at once. Bots are started and killed in rounds, at
any step between two writes, in the middle of a request, or at some moment;
Discord fails, drops, limits and dawdles; the clock jumps past the leases. When
a day had its share of kills a bot may finish it in peace. Discord's clock is
hours away from ours the whole time.
"""

import asyncio
import signal
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import trustme

from bot.catalogue import Catalogue
from bot.config import Settings
from bot.delivery.claims import LEASE
from bot.library import library_at
from bot.library.base import Library
from tests.soak.chaos import Chaos
from tests.soak.ledger import Ledger, count_up
from tests.soak.nursery import Child, Nursery, nursery
from tests.soak.world import World
from tests.wire.channels import NONCES_KNOWN
from tests.wire.clock import Clock
from tests.wire.launching import environment
from tests.wire.stand_in import StandIn
from tests.wire.trust import TOKEN, server_context

FIRST = datetime(2027, 3, 1, 20, 0, tzinfo=UTC)
ROUND = 8.0  # seconds that a round of chaos may take
QUIET = 0.6  # seconds without a request, after which nothing more will happen
PEACE = 60.0  # seconds for what is left of a day once nothing goes wrong any more
_PAST_THE_LEASE = LEASE + timedelta(minutes=1)
_POLL = 0.02  # seconds


@dataclass(frozen=True)
class Plan:
    """How much there shall be at least; the day in which ``seconds`` pass is the last.

    ``address`` is that of the library; "" for an SQLite file.
    """

    deliveries: int
    kills: int
    seed: int
    a_day: int = 50
    seconds: float = float("inf")
    address: str = ""


@dataclass
class Outcome:
    """What happened, and what came of it."""

    ledger: Ledger
    kills: dict[str, int]
    faults: dict[str, int]
    days: int
    seconds: float


async def soak(plan: Plan, folder: Path, tell: Callable[[str], None]) -> Outcome:
    """Run the soak in ``folder``; ``tell`` hears of every day."""
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(_ready(plan, folder))
        begun, days = time.monotonic(), 0
        while True:
            await running.day(days)
            days += 1
            seconds = time.monotonic() - begun
            kills, made = running.chaos.kills.total(), days * plan.a_day
            tell(f"day {days}: {made} deliveries, {kills} kills, {seconds:.0f} seconds")
            if (made >= plan.deliveries and kills >= plan.kills) or seconds > plan.seconds:
                break
        ledger = await count_up(running.world, running.library, running.stand_in, days)
        faults = running.chaos.faults
        return Outcome(ledger, dict(running.chaos.kills), dict(faults), days, seconds)


@asynccontextmanager
async def _ready(plan: Plan, folder: Path) -> AsyncGenerator["_Running"]:
    rng = Random(plan.seed)
    world = World()
    world.write_stories(folder / "stories")
    world.found_servers(3, 6)
    clock = Clock(folder / "clock", FIRST - timedelta(minutes=1))
    apart = timedelta(hours=rng.uniform(-12, 12))
    stand_in = StandIn(TOKEN, *world.servers, now=_DiscordsClock(clock, apart))
    authority = trustme.CA()
    await stand_in.start(server_context(authority))
    certificate = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(certificate))
    told = {"DATABASE_URL": plan.address} if plan.address else {}
    settings = Settings.from_mapping(environment(folder, **told))
    library = library_at(settings.database_url)
    await library.open()
    try:
        await Catalogue(library, settings, now=clock).sync()
        await world.order(library, stand_in, FIRST, rng, plan.a_day)
        async with nursery(folder) as bots:
            yield _Running(plan, rng, world, stand_in, library, clock, bots, certificate, told)
    finally:
        await library.close()
        await stand_in.stop()


class _DiscordsClock:
    """Hours from ours, and never set back."""

    def __init__(self, clock: Clock, apart: timedelta) -> None:
        self._clock, self._apart = clock, apart
        self._latest = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        self._latest = max(self._latest, self._clock() + self._apart)
        return self._latest


@dataclass
class _Running:
    plan: Plan
    rng: Random
    world: World
    stand_in: StandIn
    library: Library
    clock: Clock
    bots: Nursery
    certificate: Path
    environment: dict[str, str]  # of every bot, beside what all have
    chaos: Chaos = field(init=False)
    _alive: list[Child] = field(default_factory=list[Child])

    def __post_init__(self) -> None:
        self.chaos = Chaos(self.rng, self.stand_in)

    async def day(self, number: int) -> None:
        """Let a day be delivered through its share of kills, and then to its end."""
        midnight = FIRST + timedelta(days=number)
        self.clock.set(midnight)
        share = -(-self.plan.kills * self.plan.a_day // self.plan.deliveries)
        before = self.chaos.kills.total()
        while self.chaos.kills.total() - before < share and await self._is_work_left():
            await self._round()
            if self.clock() - midnight > timedelta(hours=4):  # what is later may be left out
                break
        await self._peace()

    async def _is_work_left(self) -> bool:
        soon, far = self.clock() + timedelta(minutes=5), self.clock() + timedelta(hours=6)
        return bool(
            await self.library.due_schedules(soon, 1) or await self.library.open_deliveries(far, 1)
        )

    async def _round(self) -> None:
        """Start one bot or two and kill them somewhere."""
        rng = self.rng
        self._chatter()
        self.chaos.plan_faults()
        way = rng.choice(("step",) * 4 + ("ambush",) * 4 + ("moment", "stall", "stall"))
        ambush = self.chaos.plan_ambush() if way == "ambush" else None
        step = str(rng.randint(1, 60))
        if way == "stall":
            await self._stall(step)
        else:
            self._alive = [await self._start(*(("--dies-at", step) if way == "step" else ()))]
        if rng.random() < 0.25:
            self._alive.append(await self._start())
        if rng.random() < 0.2:
            self._disturb_gateway()
        begun = asyncio.get_running_loop().time()
        if ambush is not None:
            await self._until(lambda: not ambush[1].times or self._is_quiet(begun))
            name = ambush[0] if not ambush[1].times else ""
        elif way == "step":
            await self._until(lambda: not self._alive[0].is_alive or self._is_quiet(begun))
            name = ""
            if not self._alive[0].is_alive:
                self.chaos.kills["between two writes"] += 1
        else:
            await self._until(lambda: False, seconds=rng.uniform(0.2, 1.5))
            name = "at some moment"
        await self._kill(name)
        self.chaos.clear()
        # No request takes minutes on its way: what is under way ends before the clock moves.
        await self._until(lambda: not self.stand_in.under_way)
        self.stand_in.gateway.is_open, self.stand_in.gateway.is_forgetful = True, False
        if rng.random() < 0.7:
            self.clock.move(_PAST_THE_LEASE)
        if rng.random() < 0.1:
            self.clock.move(timedelta(seconds=-30))

    async def _stall(self, step: str) -> None:
        """Let a bot stop for longer than its lease, another take over, and the first go on."""
        begun = asyncio.get_running_loop().time()
        stopped = await self._start("--stops-at", step)
        await self._until(lambda: self._is_quiet(begun))
        await self._until(lambda: not self.stand_in.under_way)
        self.clock.move(_PAST_THE_LEASE)
        self._alive = [stopped, await self._start()]
        await self._until(lambda: False, seconds=self.rng.uniform(0.5, 3))
        await self._until(lambda: not self.stand_in.under_way)
        if self.rng.random() < 0.5:  # so long that Discord has forgotten the nonces, too
            self.clock.move(NONCES_KNOWN + timedelta(seconds=1))
        stopped.send(signal.SIGCONT)
        self.chaos.faults["stopped for longer than a lease"] += 1

    def _disturb_gateway(self) -> None:
        gateway = self.stand_in.gateway
        gateway.is_forgetful = self.rng.random() < 0.5
        gateway.is_open = self.rng.random() < 0.7
        gateway.drop()
        self.chaos.faults["gateway lost"] += 1

    def _chatter(self) -> None:
        """Let members talk, in some channels more than one page of the history holds."""
        for channel in self.rng.sample(self.world.channels, 5):
            for _ in range(self.rng.choice((1, 3, 130))):
                self.stand_in.channels.say(channel.id, "What a story!")

    async def _peace(self) -> None:
        """Let a bot finish the day, without anything going wrong."""
        self._alive = [await self._start()]
        end = time.monotonic() + PEACE
        while await self._is_work_left() and time.monotonic() < end:
            await self._until_quiet()
            if not await self.library.due_schedules(self.clock(), 1):
                await self._to_the_next_try()
        for bot in self._alive:
            bot.send(signal.SIGTERM)
            await bot.ended()

    async def _to_the_next_try(self) -> None:
        """Move the clock past a lease, or so far that something that was put off comes up."""
        for minutes in (6, 11, 21, 41, 81, 161):
            later = timedelta(minutes=minutes)
            if await self.library.open_deliveries(self.clock() + later, 1):
                break
        self.clock.move(later)

    async def _until_quiet(self) -> None:
        begun = asyncio.get_running_loop().time()
        await self._until(lambda: self._is_quiet(begun))

    def _is_quiet(self, since: float) -> bool:
        """Tell whether something was asked for ``since`` then, but not for a while."""
        now = asyncio.get_running_loop().time()
        last = self.stand_in.requests[-1].at if self.stand_in.requests else 0
        return last > since and now - last > QUIET

    async def _start(self, *more: str) -> Child:
        options = (
            *("--port", str(self.stand_in.port), "--certificate", str(self.certificate)),
            *("--clock", str(self.clock.path), "--look", "0.1"),
            *("--seed", str(self.rng.getrandbits(32)), *more),
        )
        own = {"DISCORD_TOKEN": TOKEN, "OPERATOR_CONTACT": "ada"}
        return await self.bots.start(options, self.environment | own)

    async def _kill(self, name: str) -> None:
        """Kill who is alive; ``name`` says in the middle of what, "" when nothing was to do."""
        for bot in self._alive:
            if bot.send(signal.SIGKILL):
                await bot.ended()
                if name:
                    self.chaos.kills[name] += 1

    async def _until(self, question: Callable[[], bool], seconds: float = ROUND) -> None:
        """Wait until ``question`` is true, or a while has passed."""
        end = time.monotonic() + seconds
        while not question() and time.monotonic() < end:  # noqa: ASYNC110 - of many processes
            await asyncio.sleep(_POLL)
