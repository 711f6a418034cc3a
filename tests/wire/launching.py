"""The bot as its own process: started, listened to, ended by its process id."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.wire.waiting import Changes

ROOT = Path(__file__).resolve().parents[2]

# As in pyproject.toml: a warning is an error, but for what discord.py brings along.
STRICT = ("-W", "error", "-W", "ignore:'audioop' is deprecated:DeprecationWarning")

# At its end aiohttp leaves TLS connections to the loop, which may be gone before they are.
LEFT_TO_THE_LOOP = ("-W", "ignore:unclosed transport:ResourceWarning")


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Give the environment of a process that sees no settings but ``settings``."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": f"sqlite:///{folder / 'library.db'}",
        "STORIES_DIR": str(folder / "stories"),
        "STORY_PAUSE_SECONDS": "0",  # one member presses much there
        **settings,
    }


@dataclass
class Bot:
    """A running bot, and the lines it printed so far."""

    process: asyncio.subprocess.Process
    changes: Changes
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    _readers: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def printed(self) -> str:
        """Everything it printed."""
        return "\n".join([*self.out, *self.err])

    async def says(self, words: str) -> None:
        """Wait until it printed ``words``.

        Raises:
            AssertionError: It ended before, or never did.
        """

        def is_there() -> bool:
            if self._has_ended and words not in self.printed:
                raise AssertionError(f"ended without saying {words!r}:\n{self.printed}")
            return words in self.printed

        await self.changes.until(is_there, f"the bot to say {words!r}")

    async def is_ready(self) -> None:
        """Wait until it is on Discord and answers."""
        await self.says("Ready as")

    async def ended(self) -> int:
        """Wait until it has ended and everything it printed is read; gives its exit status."""
        await self.changes.until(lambda: self._has_ended, "the bot to end")
        return await self.process.wait()

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, and wait for its exit status."""
        self.process.send_signal(number)
        return await self.ended()

    @property
    def _has_ended(self) -> bool:
        return all(reader.done() for reader in self._readers)

    async def _read(self, stream: asyncio.StreamReader, lines: list[str]) -> None:
        async for line in stream:
            lines.append(line.decode().rstrip("\n"))
            self.changes.tell()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        for stream, lines in ((self.process.stdout, self.out), (self.process.stderr, self.err)):
            reader = asyncio.create_task(self._read(stream, lines))
            reader.add_done_callback(lambda _: self.changes.tell())
            self._readers.append(reader)


@asynccontextmanager
async def bot_process(
    folder: Path, changes: Changes, *options: str, **settings: str
) -> AsyncGenerator[Bot]:
    """Start ``bot_process.py`` in ``folder``; what still runs at the end is killed.

    Args:
        folder: Where it works; its library and its stories are below.
        changes: Told of every line it prints, and of its end.
        options: Of ``bot_process.py``.
        settings: Its environment.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *STRICT,
        *LEFT_TO_THE_LOOP,
        "-m",
        "tests.wire.bot_process",
        *options,
        cwd=folder,
        env=environment(folder, **settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    bot = Bot(process, changes)
    bot._listen()
    try:
        yield bot
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await asyncio.gather(*bot._readers)
