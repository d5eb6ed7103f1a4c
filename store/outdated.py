"""Find dossiers still assessed with another book, and let one recount run at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from sqlalchemy import or_, select

from store.engine import Engine
from store.tables import dossiers

_LOCK = 72_190_455_013
"""The advisory lock that one recount holds; any number will do that nobody else uses."""


class OutdatedRows:
    """The register's dossiers as a recount goes through them."""

    def __init__(self, engine: Engine) -> None:
        """Take the engine."""
        self._engine = engine

    async def among(
        self, ids: Collection[str], book: str, calendar: str, practice: str
    ) -> frozenset[str]:
        """Give those of the ids that are not assessed with this book, calendar and practice."""
        query = select(dossiers.c.id).where(
            dossiers.c.id.in_(sorted(ids)),
            dossiers.c.status != "closed",
            or_(
                dossiers.c.book != book,
                dossiers.c.calendar != calendar,
                dossiers.c.practice != practice,
            ),
        )
        return frozenset(row["id"] for row in await self._engine.fetch(query))

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[bool]:
        """Hold the lock of recounts; False where another holds it. Its holder's end frees it."""
        async with self._engine.connected() as connection:
            told = await connection.execute("select pg_try_advisory_lock(%s)", [_LOCK])
            row = await told.fetchone()
            if row is None or not row[0]:
                yield False
                return
            try:
                yield True
            finally:
                if not connection.closed:
                    await connection.execute("select pg_advisory_unlock(%s)", [_LOCK])
