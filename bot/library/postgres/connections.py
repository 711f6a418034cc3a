"""The connections of a PostgreSQL library: one held for look-ups, a few for all else.

A question on a held connection costs half of one through a pool, whose every
loan is booked; so one connection is kept for look-ups, and who finds it busy
goes to the pool. Connections that were lost are made anew when somebody asks:
the library is back as soon as the database is.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator, Iterable, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

import asyncpg

from bot.errors import FiresideError, LibraryUnreachable, LibraryUnreadable
from bot.library.both.asking import Asking
from bot.library.postgres.binding import bound
from bot.library.postgres.migrate import migrate
from bot.library.postgres.visible import visible
from bot.story import Audience

POOL_SIZE = 6  # connections beside the held one; a server takes 100 by default
_CONNECT_SECONDS = 10
_LOOK_UP_SECONDS = 30  # after which a look-up has lost its server
_WRITE_SECONDS = 300  # the longest one statement of an import may take

_SESSION = {
    "application_name": "fireside",
    "jit": "off",  # compiling costs more than any question of ours takes
    "timezone": "UTC",
}
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,  # a stand-by that another server was replaced by
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    OSError,  # TimeoutError is one
)

_log = logging.getLogger(__name__)

Record = asyncpg.Record
if TYPE_CHECKING:
    Writer = asyncpg.Connection[Record]
else:  # asyncpg's classes take no parameters when they run
    Writer = asyncpg.Connection


def is_away(error: BaseException) -> bool:
    """Tell whether an error says that the server is not there, and not that we erred."""
    return isinstance(error, _AWAY) or (
        isinstance(error, asyncpg.InterfaceError) and "clos" in str(error)
    )


class Connections(Asking):
    """Opens, closes and hands out the connections."""

    def __init__(self, address: str) -> None:
        self._address = address  # holds the password: never shown
        parts = urlsplit(address)
        self._password = unquote(parts.password or "")
        self.place = f"{parts.hostname or 'localhost'}{parts.path}"
        self._pool: asyncpg.Pool[Record] | None = None
        self._held: Writer | None = None
        self._looking_up = asyncio.Lock()
        self._is_away = False

    async def open(self) -> None:
        """See `bot.library.base.Library.open`."""
        try:
            with self._opening():
                self._held = await self._connect()
                await migrate(self._held, self.place)
                self._pool = await asyncpg.create_pool(
                    self._address,
                    min_size=0,  # made when they are needed; the held one is there
                    max_size=POOL_SIZE,
                    reset=_leave_as_it_is,
                    timeout=_CONNECT_SECONDS,
                    command_timeout=_WRITE_SECONDS,
                    server_settings=_SESSION,
                )
        except FiresideError:
            await self.close()
            raise

    @contextmanager
    def _opening(self) -> Generator[None]:
        """Turn whatever keeps a library from being opened into one sentence."""
        try:
            yield
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
            raise LibraryUnreadable(
                "library.unreadable-server", path=self.place, why=self._why(error)
            ) from None  # the address, password and all, is in the frames of the cause

    async def close(self) -> None:
        """See `bot.library.base.Library.close`."""
        # Taken away first: whoever closes at the same time finds nothing to close.
        held, pool = self._held, self._pool
        self._held = self._pool = None
        if held is not None:
            await end(held)
        if pool is not None:
            await end(pool)

    async def _connect(self, seconds: float | None = _LOOK_UP_SECONDS) -> Writer:
        """Make a connection whose statements may take that long (None: any time)."""
        return await asyncpg.connect(
            self._address,
            timeout=_CONNECT_SECONDS,
            command_timeout=seconds,
            server_settings=_SESSION,
        )

    def _opened(self) -> "asyncpg.Pool[Record]":
        if self._pool is None:
            raise LibraryUnreadable("library.closed")
        return self._pool

    def _why(self, error: BaseException) -> str:
        told = str(error) or type(error).__name__
        return told.replace(self._password, "…") if self._password else told

    def _unreachable(self, error: BaseException) -> LibraryUnreachable:
        why = self._why(error)
        if not self._is_away:
            self._is_away = True
            _log.error("The library at %s cannot be reached: %s", self.place, why)
        key = "library.full" if isinstance(error, asyncpg.DiskFullError) else "library.unreachable"
        return LibraryUnreachable(key, place=self.place, why=why)

    @contextmanager
    def _telling(self) -> Generator[None]:
        """Turn what says that the server is away into the error that tells people so."""
        try:
            yield
        except Exception as error:
            if is_away(error):
                raise self._unreachable(error) from error
            raise
        self._is_there()

    def _is_there(self) -> None:
        if self._is_away:
            self._is_away = False
            _log.info("The library at %s is back.", self.place)

    async def _ask(self, sql: str, values: Mapping[str, Any] | None = None) -> list[Record]:
        """Run one reading statement; once more when its connection turns out to be lost."""
        text, args = bound(sql, values or {})
        with self._telling():
            try:
                return await self._look_up(text, args)
            except Exception as error:
                if isinstance(error.__cause__, OverflowError):
                    return []  # a number above 2**63: no row of ours has it
                if not is_away(error) or isinstance(error, TimeoutError):
                    raise
            return await self._look_up(text, args)

    async def _look_up(self, text: str, args: list[Any]) -> list[Record]:
        pool = self._opened()
        if self._looking_up.locked():
            return await pool.fetch(text, *args, timeout=_LOOK_UP_SECONDS)
        async with self._looking_up:
            if self._held is None or self._held.is_closed():
                self._held = await self._connect()
            return await self._held.fetch(text, *args)

    @asynccontextmanager
    async def _transaction(self) -> AsyncGenerator[Writer]:
        """Lend a connection for one transaction: committed at the end, undone on an exception."""
        pool = self._opened()
        with self._telling():
            async with pool.acquire(timeout=_CONNECT_SECONDS) as writer, writer.transaction():
                yield cast("Writer", writer)

    async def _change(self, sql: str, values: Mapping[str, Any]) -> int:
        """Run one changing statement in its own transaction; gives the rows it changed."""
        async with self._transaction() as writer:
            return await self._run(writer, sql, values)

    async def _run(self, writer: Writer, sql: str, values: Mapping[str, Any]) -> int:
        """Run one changing statement; gives the rows it changed."""
        text, args = bound(sql, values)
        status = await writer.execute(text, *args)  # such as "UPDATE 3"
        return int(status.rsplit(" ", 1)[-1])

    async def _rows(self, writer: Writer, sql: str, values: Mapping[str, Any]) -> list[Record]:
        """Run one statement that gives rows."""
        text, args = bound(sql, values)
        return await writer.fetch(text, *args)

    def _visible(self, audience: Audience) -> tuple[str, dict[str, Any]]:
        return visible(audience)

    @staticmethod
    async def _many(writer: Writer, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run a statement with numbered values (``$1``) for each of ``rows``."""
        await writer.executemany(sql, rows)

    @staticmethod
    async def _fill(
        writer: Writer,
        table: str,
        columns: Iterable[str],
        rows: Iterable[tuple[Any, ...]],
    ) -> None:
        """Add new rows to a table, by far the quickest way there is."""
        await writer.copy_records_to_table(table, columns=list(columns), records=rows)


async def _leave_as_it_is(_: object) -> None:
    """Give a connection back as it is: transactions have ended, nothing else was changed."""


async def end(ending: "Writer | asyncpg.Pool[Record]") -> None:
    """Close a connection, or all of a pool, within a bounded time."""
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            await ending.close()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        ending.terminate()
