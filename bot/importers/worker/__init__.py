"""A guarded process that parses what strangers wrote; what goes wrong there costs one file.

The idea: a file may be a bomb, or find a bug of a parser that never comes back
or takes the interpreter with it. So it is read in a child process with limits
on memory, time and output, which writes no file and is told no secret: its
environment is empty. When it dies or hangs it is killed, and the next question
starts a new one.
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bot
from bot.importers.worker.child import OUT_OF_MEMORY
from bot.importers.worker.frames import HEAD, pack, unpack

# Exit statuses: ended by its own alarm clocks, see `child`.
_WORKED, _PASSED = -27, -14  # SIGPROF, SIGALRM
_GRACE = 5.0  # seconds behind the worker's own alarm
_BUFFER = 1_000_000  # bytes read ahead from a worker
_HOME = str(Path(bot.__file__).absolute().parents[1])  # where our own code is imported from
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from importlib import import_module; import_module(sys.argv[2]).main()"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use."""

    memory: int = 300_000_000  # bytes of address space; an interpreter begins with 50 million
    seconds: float = 60.0  # of a processor, for one answer
    patience: float = 900.0  # seconds that may pass meanwhile: the machine may be busy otherwise
    frame: int = 100_000_000  # bytes of one frame of answers
    inflated: int = 2_000_000_000  # bytes that all of one archive unpacks to


class WorkerFailed(Exception):
    """A worker died or had to be ended; ``why`` is a key.

    "time" (of a processor), "patience" (time that passed), "memory", "output" or "died".
    """

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class Worker:
    """One child process that answers requests, started by the first one."""

    def __init__(self, module: str, settings: Mapping[str, Any], limits: Limits) -> None:
        """Take the ``module`` whose ``main`` calls `child.serve`, and what it is told at first."""
        self._module = module
        self._settings = settings
        self._limits = limits
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """The process now running, if any."""
        return None if self._process is None else self._process.pid

    async def ask(self, request: Mapping[str, Any], blob: bytes = b"") -> AsyncGenerator[list[Any]]:
        """Send ``request``; gives the answers to it, some at a time, in order.

        Raises:
            WorkerFailed: It died, or used more than it may; answers given
                before hold. The next question starts another process.
        """
        process = await self._running()
        is_whole = False
        try:
            while not is_whole:
                is_whole, answers = await self._frame(process, request, blob)
                request, blob = {}, b""
                yield answers
        finally:
            if not is_whole:
                await self.close()

    async def _frame(
        self, process: Process, request: Mapping[str, Any], blob: bytes
    ) -> tuple[bool, list[Any]]:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            async with asyncio.timeout(self._limits.patience + _GRACE):
                if request:
                    process.stdin.write(pack(request, blob))
                    await process.stdin.drain()
                length, _ = HEAD.unpack(await process.stdout.readexactly(HEAD.size))
                if length > self._limits.frame:
                    raise WorkerFailed("output")
                return unpack(await process.stdout.readexactly(length))
        except TimeoutError:
            raise WorkerFailed("patience") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            status = await process.wait()
            why = {_WORKED: "time", _PASSED: "patience", OUT_OF_MEMORY: "memory"}
            raise WorkerFailed(why.get(status, "died")) from None

    async def _running(self) -> Process:
        if self._process is None:
            # -I: no settings, no site of the user, nothing of the working folder.
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-B", "-X", "utf8", "-c", _START),
                *(_HOME, self._module),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env={},
                limit=_BUFFER,
            )
            assert self._process.stdin is not None
            limits = self._limits
            told = {"memory": limits.memory, "seconds": [limits.seconds, limits.patience]}
            self._process.stdin.write(pack({**self._settings, **told}))
        return self._process

    async def close(self) -> None:
        """End the process, whatever it is doing; safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        # Also when we are cancelled: a child that nobody waits for stays as a zombie.
        await asyncio.shield(process.wait())
