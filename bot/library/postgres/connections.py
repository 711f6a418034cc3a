"""The connections of a PostgreSQL library: for look-ups, for finding, and for all else.

A question that finds stories may take longer, so those have connections of
their own, on which the server ends what takes too long. Connections that were
lost are made anew when somebody asks: the library is back as soon as the
database is.
"""

import logging
from collections.abc import AsyncGenerator, Generator, Iterable, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import asyncpg

from bot.errors import FiresideError, LibraryUnreachable, LibraryUnreadable
from bot.library.both.asking import Asking
from bot.library.postgres.binding import bound
from bot.library.postgres.lanes import CONNECT_SECONDS, Lane, Record, Writer, end
from bot.library.postgres.migrate import keeping, migrate
from bot.library.postgres.visible import visible
from bot.story import Audience

POOL_SIZE = 6  # connections beside the held ones; a server takes 100 by default
FINDERS = 2  # more, of those that find
FINDING_SECONDS = 1.0  # the longest that finding something may take
_LOOK_UP_SECONDS = 30  # after which a look-up has lost its server
_WRITE_SECONDS = 300  # the longest one statement of an import may take

_SESSION = {
    "application_name": "fireside",
    "jit": "off",  # compiling costs more than any question of ours takes
    "timezone": "UTC",
}
# Where a name stands in very many stories another way is the best than where it stands in
# few, so a question is planned for what it asks. And what is asked for often is in memory.
_FINDING = _SESSION | {
    "plan_cache_mode": "force_custom_plan",
    "random_page_cost": "1.1",
    "statement_timeout": str(round(FINDING_SECONDS * 1_000)),
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


class TooLong(Exception):
    """The time for finding something is over."""


def is_away(error: BaseException) -> bool:
    """Tell whether an error says that the server is not there, and not that we erred."""
    return isinstance(error, _AWAY) or (
        isinstance(error, asyncpg.InterfaceError) and "clos" in str(error)
    )


class Connections(Asking):
    """Opens, closes and hands out the connections."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address  # holds the password: never shown
        parts = urlsplit(address)
        self._password = unquote(parts.password or "")
        self.place = f"{parts.hostname or 'localhost'}{parts.path}"
        self._pool: asyncpg.Pool[Record] | None = None
        self._finders: asyncpg.Pool[Record] | None = None
        self._look_ups: Lane | None = None
        self._finding: Lane | None = None
        self._is_away = False

    async def open(self) -> None:
        """See `bot.library.base.Library.open`."""
        try:
            with self._opening():
                first = await self._connect(seconds=None)
                try:
                    await migrate(first, self.place)
                finally:
                    await end(first)
                self._pool = await self._make_pool(POOL_SIZE, _WRITE_SECONDS, _SESSION)
                self._finders = await self._make_pool(FINDERS, _LOOK_UP_SECONDS, _FINDING)
            self._look_ups = Lane(self._connect, self._pool, _LOOK_UP_SECONDS)
            finder = partial(self._connect, session=_FINDING)
            self._finding = Lane(finder, self._finders, _LOOK_UP_SECONDS)
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
        if self._pool is not None:
            await self._notes.written()
        # Taken away first: whoever closes at the same time finds nothing to close.
        lanes, pools = (self._look_ups, self._finding), (self._pool, self._finders)
        self._look_ups = self._finding = self._pool = self._finders = None
        for lane in filter(None, lanes):
            await lane.close()
        for pool in filter(None, pools):
            await end(pool)

    async def _make_pool(
        self, most: int, seconds: float, session: Mapping[str, str]
    ) -> "asyncpg.Pool[Record]":
        return await asyncpg.create_pool(
            self._address,
            min_size=0,  # made when they are needed
            max_size=most,
            reset=_leave_as_it_is,
            timeout=CONNECT_SECONDS,
            command_timeout=seconds,
            server_settings=dict(session),
        )

    async def _connect(
        self,
        seconds: float | None = _LOOK_UP_SECONDS,
        session: Mapping[str, str] = _SESSION,
    ) -> Writer:
        """Make a connection whose statements may take that long (None: any time)."""
        return await asyncpg.connect(
            self._address,
            timeout=CONNECT_SECONDS,
            command_timeout=seconds,
            server_settings=dict(session),
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
        return await self._fetch(self._look_ups, sql, values or {})

    async def _find(self, sql: str, values: Mapping[str, Any]) -> list[Record]:
        """Run one statement that finds stories, which may take longer than a look-up.

        Raises:
            LibraryUnreachable: It took too long.
        """
        try:
            return await self._find_in_time(sql, values)
        except TooLong:
            raise LibraryUnreachable("library.too-long") from None

    async def _find_in_time(self, sql: str, values: Mapping[str, Any]) -> list[Record]:
        """Do as `_find`.

        Raises:
            TooLong: It took too long.
        """
        try:
            return await self._fetch(self._finding, sql, values)
        except asyncpg.QueryCanceledError:
            raise TooLong from None

    async def _fetch(self, lane: Lane | None, sql: str, values: Mapping[str, Any]) -> list[Record]:
        if lane is None:
            raise LibraryUnreadable("library.closed")
        text, args = bound(sql, values)
        with self._telling():
            try:
                return await lane.fetch(text, args)
            except Exception as error:
                if isinstance(error.__cause__, OverflowError):
                    return []  # a number above 2**63: no row of ours has it
                if not is_away(error) or isinstance(error, TimeoutError):
                    raise
            return await lane.fetch(text, args)

    @asynccontextmanager
    async def _transaction(self) -> AsyncGenerator[Writer]:
        """Lend a connection for one transaction: committed at the end, undone on an exception."""
        pool = self._opened()
        with self._telling():
            async with pool.acquire(timeout=CONNECT_SECONDS) as writer, writer.transaction():
                yield cast("Writer", writer)

    @asynccontextmanager
    async def _shelving(self) -> AsyncGenerator[Writer]:
        """Do as `_transaction`, one at a time in all processes: see `Asking._shelving`.

        Two would wait for each other's names and tallies.
        """
        async with self._transaction() as writer:
            await keeping(writer)
            yield writer

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
