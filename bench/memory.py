"""Memory and start: what Fireside holds and when it is ready, beside a bare discord.py client.

Every client is a process of its own that talks to a Discord on loopback. The
library was opened before and nothing changed since, as at every start but the
first.
"""

import asyncio
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import trustme

from bench import find_library
from bench.measure import Spread, spread
from bench.memory_client import BARE, FIRESIDE, IMPORTS
from bench.report import Outcome, at_most, shown, table
from tests.wire import payloads
from tests.wire.launching import environment
from tests.wire.payloads import Channel, Json, Server
from tests.wire.stand_in import StandIn
from tests.wire.trust import TOKEN, server_context

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
ROUNDS = 3
CHANNELS, ROLES = 30, 20  # of a server
MB, KB = 1e6, 1e3
MOST_ABOVE, MOST_A_SERVER, MOST_LATER = 35.0, 40.0, 1.0  # MB, KB, seconds
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Start:
    """What one start of a client took and holds."""

    ready: float  # seconds from the process to being ready
    cpu: float  # seconds until then
    held: float  # bytes then
    used: float  # bytes after it answered; as ``held`` where nothing was asked
    idle: float  # share of a core while nothing happens; 0 where it was not waited for


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of client, so many stories, so many servers."""

    kind: str
    stories: int
    servers: int


Found = dict[Case, list[Start]]


def measure(quick: bool) -> Outcome:
    """Start every kind of client in turn, with every library and number of servers."""
    sizes = (0, 40, 10_000) if quick else (0, 40, 100_000, 1_000_000)
    few, many = (100, 300) if quick else (1_000, 10_000)
    rounds, seconds = (2, 2.0) if quick else (ROUNDS, 20.0)
    large = find_library.libraries([size for size in sizes if size > 40])
    with tempfile.TemporaryDirectory() as folder:
        bench = _Bench(Path(folder), large, seconds)
        found = asyncio.run(_measured(bench, sizes, (0, few), many, rounds))
    most = sizes[-1]
    here = _Told(found)
    above = here.above(most, 0)
    aims = (
        at_most(
            f"MB above the bare client with our imports, {most:,} stories, after answering",
            above.median,
            MOST_ABOVE,
            ".1f",
        ),
        at_most(
            f"KB for each server, at {few:,}",
            here.a_server(Case(FIRESIDE, most, few)),
            MOST_A_SERVER,
            ".1f",
        ),
        *(
            at_most(
                f"seconds later than the bare client, {size:,} stories, {servers:,} servers",
                here.later(size, servers).median,
                MOST_LATER,
            )
            for size in sizes
            for servers in (0, few)
        ),
    )
    return Outcome(
        title="Memory, and the time to be ready",
        about=_about(rounds, seconds),
        body=_body(here, sizes, (0, few), many),
        aims=aims,
        packages=("discord.py", "aiohttp", "aiosqlite"),
    )


async def _measured(
    bench: "_Bench", sizes: Sequence[int], servers: Sequence[int], many: int, rounds: int
) -> Found:
    cases = [
        Case(kind, size, count)
        for count in servers
        for kind, each in ((BARE, (0,)), (IMPORTS, (0,)), (FIRESIDE, sizes))
        for size in each
    ]
    found: Found = {case: [] for case in cases}
    async with bench.discord():
        for size in sizes:
            await bench.prepare(size)
        for number in range(rounds):
            for case in cases[:: -1 if number % 2 else 1]:
                found[case].append(await bench.start(case, rests=not number, answers=True))
        for case in (Case(BARE, 0, many), Case(FIRESIDE, sizes[-1], many)):
            found[case] = [await bench.start(case, rests=True, answers=True)]
    return found


# One start


class _Bench:
    def __init__(self, folder: Path, large: dict[int, Path], seconds: float) -> None:
        self._folder = folder
        self._large = large
        self._seconds = seconds
        self._rest_at = {0, max(large)}
        self._certificate = folder / "authority.pem"

    @asynccontextmanager
    async def discord(self) -> AsyncGenerator[None]:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self._certificate))
        self._stand_in = StandIn(TOKEN)
        self._stand_in.gateway._describe = described
        self._stand_in.limits.is_on = False
        await self._stand_in.start(server_context(authority))
        try:
            yield
        finally:
            await self._stand_in.stop()

    async def prepare(self, size: int) -> None:
        """Make the folder of a library that was opened before."""
        folder = self._folder / str(size)
        await asyncio.to_thread(self._lay_out, folder, size)
        _say(f"opening a library of {size:,} for the first time")
        await self.start(Case(FIRESIDE, size, 0))

    def _lay_out(self, folder: Path, size: int) -> None:
        folder.mkdir()
        if size == 0:
            (folder / "stories").mkdir()
        else:
            shutil.copytree(SEEDS, folder / "stories")
        if size in self._large:
            shutil.copyfile(self._large[size], folder / "library.db")

    async def start(self, case: Case, *, rests: bool = False, answers: bool = False) -> Start:
        """Start a client, ask it some things, let it rest, end it."""
        folder = self._folder / str(case.stories)
        self._stand_in.servers = [HOME, *servers(case.servers)]
        self._stand_in.gateway.sessions.clear()
        begun = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bench.memory_client", case.kind),
            *("--port", str(self._stand_in.port), "--certificate", str(self._certificate)),
            cwd=folder,
            env=environment(folder, DISCORD_TOKEN=TOKEN, OPERATOR_CONTACT="ada@example.org"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            await _ready(process, case.servers + 1)
            ready = time.monotonic() - begun
            cpu, held = _cpu(process.pid), _resident(process.pid)
            if answers and case.kind == FIRESIDE:
                await self._ask()
            used = _resident(process.pid)
            idle = await self._idle(process.pid) if rests and case.stories in self._rest_at else 0.0
        finally:
            process.send_signal(signal.SIGTERM)
            await process.communicate()
        _say(f"{case.kind}, {case.stories:,} stories, {case.servers:,} servers: {ready:.1f} s")
        return Start(ready, cpu, held, used, idle)

    async def _idle(self, pid: int) -> float:
        begun = _cpu(pid)
        await asyncio.sleep(self._seconds)
        return (_cpu(pid) - begun) / self._seconds

    async def _ask(self) -> None:
        """Have it answer what members ask, so that its caches fill."""
        where = HOME.channels[0]
        words = ("the lamp", "harbour", "and so it was said again", "not all which")
        for number in range(30):
            for ask in (
                self._stand_in.slash(where, "drabble"),
                self._stand_in.slash(where, "excerpt"),
                self._stand_in.complete(where, "story", "title", "aeiou"[number % 5]),
                self._stand_in.complete(where, "character", "name", "brst"[number % 4]),
                self._stand_in.slash(where, "search", words=words[number % 4]),
            ):
                with suppress(AssertionError):  # late on a busy machine; that is no matter here
                    await ask


async def _ready(process: asyncio.subprocess.Process, count: int) -> None:
    assert process.stdout is not None
    told: list[str] = []
    async for line in process.stdout:
        told.append(line.decode())
        if "Ready as" in told[-1]:
            if f" in {count} servers" not in told[-1]:
                raise RuntimeError(f"not every server arrived: {told[-1]}")
            return
    raise RuntimeError("".join(told))


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _resident(pid: int) -> float:
    told = Path(f"/proc/{pid}/status").read_text("ascii")
    found = re.search(r"VmRSS:\s*([0-9]+) kB", told)
    assert found is not None
    return int(found.group(1)) * 1024


# Servers


HOME = payloads.server(1_200_000_000_000_000_000, "Home", "general")  # where somebody types


def servers(count: int) -> list[Server]:
    """Make ``count`` servers."""
    names = [f"room-{number}" for number in range(CHANNELS)]
    first = 1_300_000_000_000_000_000
    return [payloads.server(first + (n << 22), f"House {n}", *names) for n in range(count)]


def described(told: Server) -> Json:
    """Write a server with its channels and roles."""
    whole = payloads.guild_create(told, [_channel(each) for each in told.channels], [])
    everyone = whole["roles"][0]
    whole["roles"] += [
        everyone | {"id": str(told.id + 100 + n), "name": f"role {n}", "position": n + 1}
        for n in range(ROLES - 1)
    ]
    return whole


def _channel(told: Channel) -> Json:
    return payloads.channel(told) | {"topic": f"What {told.name} is about.", "last_message_id": "1"}


# Telling


class _Told:
    """What was found, as the tables and aims need it."""

    def __init__(self, found: Found) -> None:
        self.found = found

    def of(self, case: Case, figure: str) -> Spread:
        """Give one figure of every start of a case."""
        return spread(getattr(start, figure) for start in self.found[case])

    def above(self, stories: int, count: int) -> Spread:
        """Give the MB above the bare client with our imports, round by round, after answering."""
        bare = self.found[Case(IMPORTS, 0, count)]
        ours = self.found[Case(FIRESIDE, stories, count)]
        return spread((one.used - other.held) / MB for one, other in zip(ours, bare, strict=True))

    def later(self, stories: int, count: int) -> Spread:
        """Give the seconds later than the bare client that it is ready, round by round."""
        bare = self.found[Case(IMPORTS, 0, count)]
        ours = self.found[Case(FIRESIDE, stories, count)]
        return spread(one.ready - other.ready for one, other in zip(ours, bare, strict=True))

    def a_server(self, case: Case) -> float:
        """Give the KB that each server adds."""
        none = Case(case.kind, case.stories, 0)
        added = self.of(case, "held").median - self.of(none, "held").median
        return added / case.servers / KB


def _body(told: _Told, sizes: Sequence[int], counts: Sequence[int], many: int) -> str:
    rows = [
        _row(told, Case(kind, 0, count), name, count)
        for count in counts
        for kind, name in ((BARE, "bare"), (IMPORTS, "bare, our imports"))
    ]
    rows += [
        _row(told, Case(FIRESIDE, size, count), f"Fireside, {size:,} stories", count)
        for count in counts
        for size in sizes
    ]
    first = table(
        [
            "client",
            "servers",
            "MB when ready",
            "MB after answering",
            "times bare, our imports",
            "seconds to ready",
            "later than bare, our imports",
        ],
        rows,
    )
    grown = [
        _grown(told, Case(kind, size, count))
        for kind, size in ((BARE, 0), (FIRESIDE, sizes[-1]))
        for count in (*counts, many)
    ]
    second = table(
        [
            "client",
            "servers",
            "MB when ready",
            "KB a server",
            "times bare",
            "CPU seconds to ready",
            "idle, % of a core",
        ],
        grown,
    )
    return f"## Stories\n\n{first}\n\n## Servers\n\n{second}"


def _row(told: _Told, case: Case, name: str, count: int) -> list[str]:
    floor = Case(IMPORTS, 0, count)
    later = told.of(case, "ready").median - told.of(floor, "ready").median
    if case.kind == FIRESIDE:
        later = told.later(case.stories, count).median
    return [
        name,
        f"{count:,}",
        f"{told.of(case, 'held').median / MB:.1f}",
        f"{told.of(case, 'used').median / MB:.1f}",
        f"{told.of(case, 'used').median / told.of(floor, 'held').median:.2f}",
        shown(told.of(case, "ready"), 1),
        f"{later:+.1f}",
    ]


def _grown(told: _Told, case: Case) -> list[str]:
    held = told.of(case, "held").median
    return [
        "bare" if case.kind == BARE else f"Fireside, {case.stories:,} stories",
        f"{case.servers:,}",
        f"{held / MB:.1f}",
        f"{told.a_server(case):.1f}" if case.servers else "",
        f"{held / told.of(Case(BARE, 0, case.servers), 'held').median:.2f}",
        f"{told.of(case, 'cpu').median:.1f}",
        f"{100 * told.of(case, 'idle').high:.1f}",
    ]


def _about(rounds: int, seconds: float) -> str:
    return (
        f"Every client is a process of its own; {rounds} starts of each in turn (one with the most"
        f" servers), medians. A server has {CHANNELS} channels and {ROLES} roles; one more with one"
        " channel is where somebody types: 60 commands, 60 completions and 30 searches, after which"
        f" memory is read again, then {seconds:g} seconds of rest. MB are 1,000,000 bytes of"
        " resident memory (VmRSS)."
    )


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
