"""Find dossiers still assessed with another book, and let one recount run at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, or_, select

from store.engine import Engine
from store.tables import dossiers

_LOCK = 7_418_201_109
"""The advisory lock that one recount holds; any number will do that nobody else uses."""


class OutdatedRow(BaseModel):
    """A dossier as its last assessment left it, and the practice that one went by."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    revision: int
    assessed_at: datetime
    dossier: dict[str, Any]
    answer: dict[str, Any] | None
    practice: str


class OutdatedRows:
    """The register's dossiers as a recount goes through them."""

    def __init__(self, engine: Engine) -> None:
        """Take the engine."""
        self._engine = engine

    async def page(
        self, book: str, calendar: str, practice: str, *, after: str = "", most: int
    ) -> list[OutdatedRow]:
        """List dossiers, not closed, assessed with another book, calendar or practice, by id."""
        c = dossiers.c
        query = (
            select(c.id, c.revision, c.assessed_at, c.dossier, c.answer, c.practice)
            .where(
                c.id > after,
                c.started_at.is_not(None),
                *_outdated(book, calendar, practice),
            )
            .order_by(c.id)
            .limit(most)
        )
        return [OutdatedRow.model_validate(row) for row in await self._engine.fetch(query)]

    async def among(
        self, ids: Collection[str], book: str, calendar: str, practice: str
    ) -> frozenset[str]:
        """Give those of the ids that are not assessed with this book, calendar and practice."""
        c = dossiers.c
        query = select(c.id).where(c.id.in_(sorted(ids)), *_outdated(book, calendar, practice))
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


def _outdated(book: str, calendar: str, practice: str) -> tuple[ColumnElement[bool], ...]:
    c = dossiers.c
    other = or_(c.book != book, c.calendar != calendar, c.practice != practice)
    return c.status != "closed", other
