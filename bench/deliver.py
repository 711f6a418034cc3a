"""Daily stories due in the same minute: how fast they go out, and what commands feel of it.

The bot runs as its own process against a Discord on loopback that lets in fifty
requests a second and five messages in five seconds and channel, and refuses the
rest. Meanwhile a member types /drabble again and again.
"""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from bench.measure import percentile
from bench.report import Outcome, at_most, none_of, table
from bot.daily import DailyStories, DailyStory, What
from bot.library import library_at
from bot.schedule import DailyTime
from tests.wire import payloads
from tests.wire.clock import Clock
from tests.wire.launching import Bot, bot_process
from tests.wire.limits import GLOBAL_REQUESTS
from tests.wire.payloads import Channel, Server
from tests.wire.stand_in import StandIn
from tests.wire.trust import TOKEN, server_context

DUE = datetime(2027, 3, 1, 20, 0, tzinfo=UTC)
STORIES = 60  # of one message each
A_CHANNEL = 2  # daily stories of one channel
CHANNELS = 100  # of a server
APART = 0.1  # seconds between two commands
MINIMUM, SLOWER = 1.15, 2.0  # the aims: times the physical minimum, times the idle p99


def measure(quick: bool) -> Outcome:
    """Drain 10,000 (quick: 500) daily stories."""
    count = 500 if quick else 10_000
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(_drain(count, Path(folder)))
    least = count / GLOBAL_REQUESTS
    rows = [
        ["posted", f"{found['posted']:,}", f"{found['posted'] / count:.3f} of those due"],
        ["seconds", f"{found['seconds']:.1f}", f"{found['seconds'] / least:.3f} of the minimum"],
        [
            "refused with 429",
            f"{found['refused']:.0f}",
            f"{found['refused'] / found['posted']:.3f} of those posted",
        ],
        ["most in a second", f"{found['busiest']:.0f}", f"of {GLOBAL_REQUESTS}"],
        ["/drabble idle, p50 ms", f"{found['idle50']:.1f}", "1.00"],
        ["/drabble idle, p99 ms", f"{found['idle99']:.1f}", "1.00"],
        [
            "/drabble meanwhile, p50 ms",
            f"{found['busy50']:.1f}",
            f"{found['busy50'] / found['idle50']:.2f} of idle",
        ],
        [
            "/drabble meanwhile, p99 ms",
            f"{found['busy99']:.1f}",
            f"{found['busy99'] / found['idle99']:.2f} of idle",
        ],
    ]
    aims = (
        at_most("drained, times the physical minimum", found["seconds"] / least, MINIMUM),
        none_of("answers with 429", int(found["refused"])),
        none_of("daily stories lost", int(count - found["arrived"])),
        none_of("daily stories posted twice", int(found["posted"] - found["arrived"])),
        at_most("p99 of /drabble meanwhile, times idle", found["busy99"] / found["idle99"], SLOWER),
    )
    return Outcome(
        "deliver: daily stories due in the same minute",
        "One process of the bot, the stand-in in the process of the bench, both on loopback.",
        table(["what", "found", "ratio"], rows),
        aims,
        ("discord.py", "aiohttp", "aiosqlite"),
    )


async def _drain(count: int, folder: Path) -> dict[str, float]:
    _write_stories(folder / "stories")
    servers = _servers(count // A_CHANNEL)
    clock = Clock(folder / "clock", DUE - timedelta(minutes=5))
    stand_in = StandIn(TOKEN, *servers, now=clock)
    channels = [channel for told in servers for channel in told.channels]
    async with _started(folder, stand_in, clock) as bot:
        await bot.is_ready()
        await _keep(folder, channels[: count // A_CHANNEL])
        idle = await _typed(stand_in, channels[-1], lambda: False, 300)
        clock.set(DUE)
        posts = stand_in.messages

        def is_drained() -> bool:
            return sum(len(told) for told in posts.values()) >= count + len(stand_in.interactions)

        busy = await _typed(stand_in, channels[-1], is_drained, 100_000)
        await asyncio.sleep(2)  # for what would come twice
    asked = [each for each in stand_in.asked("POST", "/channels/*/messages") if each.status == 200]
    own = [m for told in posts.values() for m in told if "interaction_metadata" not in m]
    arrived = len({(m["channel_id"], m["nonce"]) for m in own})
    return {
        "posted": len(own),
        "arrived": arrived,
        "seconds": max(each.at for each in asked) - min(each.at for each in asked),
        "refused": len(stand_in.provoked),
        "busiest": stand_in.limits.busiest,
        "idle50": percentile(idle, 0.5),
        "idle99": percentile(idle, 0.99),
        "busy50": percentile(busy, 0.5),
        "busy99": percentile(busy, 0.99),
    }


def _servers(channels: int) -> list[Server]:
    needed = channels // CHANNELS + 1
    names = [f"room-{number}" for number in range(CHANNELS)]
    first = 1_300_000_000_000_000_000
    return [payloads.server(first + (n << 22), f"House {n}", *names) for n in range(needed)]


@asynccontextmanager
async def _started(folder: Path, stand_in: StandIn, clock: Clock) -> AsyncGenerator[Bot]:
    authority = trustme.CA()
    certificate = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(certificate))
    await stand_in.start(server_context(authority))
    options = ("--port", str(stand_in.port), "--certificate", str(certificate))
    try:
        async with bot_process(
            folder,
            stand_in.changes,
            *(*options, "--clock", str(clock.path), "--look", "0.5"),
            DISCORD_TOKEN=TOKEN,
            OPERATOR_CONTACT="ada@example.org",
        ) as bot:
            yield bot
    finally:
        await stand_in.stop()


def _write_stories(folder: Path) -> None:
    folder.mkdir()
    for number in range(STORIES):
        sentence = f"The lamp of house {number} was lit, and somebody came to tell of it. "
        told = f"---\ntitle: Lamp {number}\nrating: General\n---\n\n{sentence * 20}\n"
        (folder / f"lamp-{number}.md").write_text(told, "utf-8")


async def _keep(folder: Path, channels: list[Channel]) -> None:
    library = library_at(f"sqlite:///{folder / 'library.db'}")
    await library.open()
    try:
        stories = DailyStories(library, now=lambda: DUE - timedelta(hours=1))
        rule = DailyTime(DUE.hour, DUE.minute, "UTC")
        for channel in channels:
            order = DailyStory(
                0,
                rule,
                What.DRABBLE,
                payloads.OWNER,
                server=channel.server,
                channel=channel.id,
            )
            for _ in range(A_CHANNEL):
                await stories.add(order)
    finally:
        await library.close()


async def _typed(
    stand_in: StandIn, where: Channel, is_over: Callable[[], bool], most: int
) -> list[float]:
    """Type /drabble until it is over; gives the milliseconds that each answer took."""
    taken: list[float] = []
    while len(taken) < most and not is_over():
        asked = await stand_in.slash(where, "drabble", by=payloads.READER + len(taken))
        taken.append((asked.answered - asked.asked) * 1000)
        await asyncio.sleep(APART)
    return taken
