"""Starts bots quickly: one process that has everything imported and forks for each.

What runs is ``tests.wire.bot_process``, the shipped bot; only the seconds of
its imports are spent once. It reads one JSON object per line: argv, env, the
folder to work in and the file to log to; and answers each with a process id.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from tests.wire.launching import LEFT_TO_THE_LOOP, STRICT, environment

_POLL = 0.01  # seconds; who dies elsewhere tells nobody here


@dataclass(frozen=True)
class Child:
    """A bot that was started."""

    pid: int

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended yet."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def send(self, number: signal.Signals) -> bool:
        """Send it a signal; False when it had ended."""
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True

    async def ended(self) -> None:
        """Wait until it has ended."""
        while self.is_alive:  # noqa: ASYNC110 - a grandchild tells nobody of its end
            await asyncio.sleep(_POLL)


class Nursery:
    """Starts bots in ``folder``."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self._process = process
        self._folder = folder

    async def start(self, options: Sequence[str], settings: Mapping[str, str]) -> Child:
        """Start a bot with ``options`` of ``bot_process`` and ``settings`` as its environment."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        told = {
            "argv": [*options],
            "env": environment(self._folder, **settings),
            "folder": str(self._folder),
        }
        self._process.stdin.write(json.dumps(told).encode() + b"\n")
        return Child(int(await self._process.stdout.readline()))


@asynccontextmanager
async def nursery(folder: Path) -> AsyncGenerator[Nursery]:
    """Open a nursery; it ends with the ``async with``, its bots do not."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *STRICT,
        *LEFT_TO_THE_LOOP,
        "-m",
        "tests.soak.nursery",
        env=environment(folder),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Nursery(process, folder)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


def main() -> None:
    """Fork a bot for every line that comes in."""
    from tests.wire import bot_process  # imports all of the bot

    with suppress(AttributeError):  # where there is none, nobody needs to be buried either
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        told = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(told, bot_process.main)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _become(told: Any, bot: Any) -> NoReturn:
    """Run the bot in this process, which is a copy."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(told["folder"])
    os.environ.clear()
    os.environ.update(told["env"])
    sys.argv = ["bot_process", *told["argv"]]
    log = os.open("bot.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for new, old in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(new, old)
    status = 1
    try:
        bot()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
