"""Engines and transactions.

SQLite: WAL, every commit on disk (`synchronous=FULL`), one connection that writes and others that only read.
PostgreSQL: bounded waits everywhere, since a frozen process would otherwise hold its cases for ever.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from store.codec import Codec
from store.crypto import Cipher
from telemetry.counters import count

T = TypeVar("T")

DatabaseTrouble = (DBAPIError, NoConnectionLeft, OSError, TimeoutError)
"""Something went wrong in the database itself: locked, gone, a bound exceeded, no connection left.

The last two come unwrapped: the driver leaves what the system says of a connection as it is.
"""

POSTGRESQL_BOUNDS: Mapping[str, str] = {
    "idle_in_transaction_session_timeout": "5s",
    "lock_timeout": "2s",
    "statement_timeout": "10s",
}

CONNECT_SECONDS = 10
COMMAND_SECONDS = 15
"""Longer than the server's own bounds: this one is for a server that says nothing at all."""

SQLITE_BUSY_MS = 5000


@dataclass(frozen=True, slots=True)
class Tx:
    """A transaction in which the store's functions work."""

    connection: AsyncConnection
    cipher: Cipher
    codec: Codec

    @property
    def is_postgresql(self) -> bool:
        return self.connection.dialect.name == "postgresql"

    def insert(self, table: Table) -> Any:
        """An insert that can say what follows a conflict; both dialects spell it alike."""
        return postgresql.insert(table) if self.is_postgresql else sqlite.insert(table)


class Database:
    """The database of one process. `url`: `sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`.

    `bounds`: how long a PostgreSQL session may wait or stand idle.
    """

    def __init__(
        self, url: str, cipher: Cipher, codec: Codec, *, bounds: Mapping[str, str] = POSTGRESQL_BOUNDS
    ) -> None:
        self._url = make_url(url)
        self._cipher = cipher
        self._codec = codec
        self._turn = asyncio.Lock()
        if self.is_sqlite:
            self._writer = sqlite_engine(self._url, read_only=False)
            self._reader = sqlite_engine(self._url, read_only=True)
        else:
            self._writer = self._reader = postgresql_engine(self._url, bounds)

    @property
    def is_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """A transaction that commits at the end, or changes nothing if the body raises.

        SQLite has one writer; those who wait for it wait here, in turn, and not inside the pool's time-out.
        """
        count("database.transactions")
        if self.is_sqlite:
            async with self._turn, self._writer.begin() as connection:
                yield Tx(connection, self._cipher, self._codec)
        else:
            async with self._writer.begin() as connection:
                yield Tx(connection, self._cipher, self._codec)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A connection for reading. On SQLite it cannot write."""
        async with self._reader.connect() as connection:
            yield Tx(connection, self._cipher, self._codec)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Work that needs a plain connection, in one transaction: migrations."""
        async with self._writer.begin() as connection:
            return await connection.run_sync(work)

    async def is_reachable(self) -> bool:
        try:
            async with self.read() as tx:
                await tx.connection.execute(text("SELECT 1"))
        except DatabaseTrouble:
            return False
        return True

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()


def is_away(error: BaseException) -> bool:
    """The database cannot be reached: what failed for a set would fail for each of its items, one time-out
    after the other."""
    if isinstance(error, DBAPIError):
        busy = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
        return busy or error.connection_invalidated
    return isinstance(error, DatabaseTrouble)


def sqlite_engine(url: URL, *, read_only: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,  # they hold what must not stand in an exception's text
        pool_size=4 if read_only else 1,
        max_overflow=0,
        connect_args={"isolation_level": None, "timeout": SQLITE_BUSY_MS / 1000},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        # Take the write lock at once: a transaction that upgrades half-way can be refused.
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    @event.listens_for(engine.sync_engine, "handle_error")
    def keep_connection(context: ExceptionContext) -> None:
        # A cancelled wait does a local connection no harm: it is rolled back. Thrown away, it would hold the
        # write lock for as long as anybody keeps the exception.
        if isinstance(context.original_exception, asyncio.CancelledError):
            context.is_disconnect = False

    return engine


def postgresql_engine(url: URL, bounds: Mapping[str, str]) -> AsyncEngine:
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        connect_args={
            "server_settings": dict(bounds),
            "timeout": CONNECT_SECONDS,
            "command_timeout": COMMAND_SECONDS,
        },
    )
