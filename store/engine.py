"""Lend connections to the register's database, with short patience and no round trip to spare.

Statements are SQLAlchemy's, the connections psycopg's own: its pipelines send a transaction in
one exchange, and SQLAlchemy's asynchronous engine has none.
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from sqlalchemy import URL, Dialect, make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import ArgumentError
from sqlalchemy.sql import ClauseElement

from store.errors import DatabaseAddressError, told_plainly
from store.spans import span

CONNECT_SECONDS = 1.0
"""How long a new connection, or a free one, is waited for."""

_DRIVER_SECONDS = 2
"""The driver's own bound on a new connection, which is never below this."""

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
_DRIVER = "postgresql+psycopg"
_NAMES = ("postgres", "postgresql", _DRIVER)
_DIALECT: Dialect = PGDialect_psycopg(paramstyle="pyformat")  # type: ignore[no-untyped-call]


def read_address(address: str) -> URL:
    """Read an address such as postgresql://user@127.0.0.1:54329/thads.

    Raises DatabaseAddressError, which does not repeat a password.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in _NAMES or not url.database:
        raise DatabaseAddressError(
            "the database's address cannot be read; allowed is "
            "postgresql://user:password@host:port/database"
        )
    return url.set(drivername=_DRIVER)


def compiled(statement: ClauseElement) -> tuple[bytes, Mapping[str, Any]]:
    """Give a statement of SQLAlchemy's as the driver takes it: its text and its values."""
    made = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    return made.string.encode(), made.params


class Engine:
    """The connections of one process to the database; at most `connections` are open at once."""

    def __init__(self, url: URL, settings: Mapping[str, str], connections: int) -> None:
        """Keep the address; nothing is connected yet."""
        self.url = url
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._idle: list[Connection] = []
        self._room = asyncio.Semaphore(connections)

    @asynccontextmanager
    async def connected(self, *statements: str) -> AsyncIterator[Connection]:
        """Lend a connection that commits by itself; failures are told plainly.

        `statements` are the names of what will be sent, for those who trace.
        Raises RegisterAwayError, RegisterNotPreparedError.
        """
        with span("register", statements), told_plainly(self.url):
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._room.acquire()
            try:
                connection = self._find_idle() or await self._connect()
                try:
                    yield connection
                except BaseException:
                    # What was cut short may still have answers on the way, which the next
                    # statement would take for its own (tried: a list that came back empty).
                    await connection.close()
                    raise
                await self._take_back(connection)
            finally:
                self._room.release()

    async def fetch(self, statement: ClauseElement) -> list[dict[str, Any]]:
        """Run a statement of SQLAlchemy's and give its rows by name."""
        words, values = compiled(statement)
        async with (
            self.connected(_verb(words)) as connection,
            connection.cursor(row_factory=dict_row) as told,
        ):
            await told.execute(words, values)
            return await told.fetchall() if told.description else []

    async def dispose(self) -> None:
        """Close what is idle; what is lent is closed by its end or kept for the next."""
        while self._idle:
            await self._idle.pop().close()

    def _find_idle(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            # An idle server says nothing but that it goes: what can be read means it went.
            glance = select.poll()
            glance.register(connection.fileno(), select.POLLIN)
            if not glance.poll(0):
                return connection
            connection.pgconn.finish()
        return None

    async def _connect(self) -> Connection:
        connecting = asyncio.create_task(
            psycopg.AsyncConnection.connect(
                self._address,
                autocommit=True,
                application_name="thads",
                options=self._options,
                connect_timeout=_DRIVER_SECONDS,
            )
        )
        # Broken off, the driver leaves what it has half made open; it ends by itself instead.
        try:
            done, _ = await asyncio.wait({connecting}, timeout=CONNECT_SECONDS)
        except BaseException:
            connecting.add_done_callback(_close_late)
            raise
        if not done:
            connecting.add_done_callback(_close_late)
            raise TimeoutError
        return connecting.result()

    async def _take_back(self, connection: Connection) -> None:
        if connection.pgconn.transaction_status == TransactionStatus.IDLE:
            self._idle.append(connection)
        else:
            await connection.close()


def _verb(statement: bytes) -> str:
    """Give the word that a statement begins with; the rest may be long and names columns alone."""
    return statement.split(None, 1)[0].decode().lower()


def open_engine(
    address: str, *, statement_seconds: float | None = 1.0, connections: int = 10
) -> Engine:
    """Make the engine of a process; raises DatabaseAddressError.

    `statement_seconds` is the most that one statement may take; None means no bound.
    """
    settings = {
        "timezone": "UTC",
        "default_transaction_isolation": r"read\ committed",
        "jit": "off",
    }
    if statement_seconds is not None:
        settings["statement_timeout"] = str(round(statement_seconds * 1000))
    return Engine(read_address(address), settings, connections)


def _close_late(connecting: asyncio.Task[Connection]) -> None:
    """Close a connection that nobody waits for any more."""
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().pgconn.finish()
