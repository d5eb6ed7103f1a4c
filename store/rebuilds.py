"""Empty the projection for a rebuild, and keep how far the rebuild is; what is on record stays."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import psycopg
from psycopg import sql
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, update

from store.archive_tables import rebuilds
from store.engine import Engine
from store.errors import RegisterAwayError, StoreError, told_plainly
from store.shape import Cursor, shape_of, stated_shape

_TABLES = "select relname from pg_class where relnamespace = 'projection'::regnamespace"
_UNSTARTED = "select count(*) from projection.dossiers where started_at is null"
_COUNTS = """
select count(*)::int, (count(*) filter (where started_at is null))::int from projection.dossiers
"""
_ABSENT = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.InvalidSchemaName,
)
_PATIENCE = "30s"
"""How long the emptying waits for assessments that are being written."""


class RebuildRow(BaseModel):
    """A rebuild: who asked for it, which phase it is in, how many dossiers of how many are done."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    by: str
    started_at: datetime
    phase: str
    done: int
    total: int
    failed: int
    changed_at: datetime
    finished_at: datetime | None = None


class Inspected(NamedTuple):
    """A projection before a rebuild: whether its tables are damaged, how much it holds."""

    damaged: bool
    dossiers: int
    unstarted: int


class UnstartedError(StoreError):
    """Dossiers stand in the projection alone: their workflows are not started yet."""

    def __init__(self, many: int) -> None:
        """Say how many, and that they are started by the worker."""
        super().__init__(
            f"{many} imported dossiers are not started yet, so that only the register has them; "
            "the worker starts them within minutes, then rebuild",
            f"Còn {many} hồ sơ vừa nhập chưa được khởi tạo, chỉ có trong kho dữ liệu; worker sẽ "
            "khởi tạo trong vài phút, sau đó hãy dựng lại",
        )


class RebuildingError(RegisterAwayError):
    """The projection is being rebuilt: what would count over all of it waits."""

    def __init__(self, row: RebuildRow) -> None:
        """Say how far the rebuild is."""
        super().__init__(
            f"the register is being rebuilt: {row.done} of {row.total} dossiers; try again after",
            f"Kho dữ liệu đang được dựng lại: {row.done}/{row.total} hồ sơ; hãy thử lại sau",
        )


class RebuildRows:
    """The record of rebuilds; every method may be repeated."""

    def __init__(self, engine: Engine) -> None:
        """Read and write through the engine's connections."""
        self._engine = engine

    def begin(self, rebuild: str, by: str, total: int, now: datetime) -> None:
        """Empty the projection and note the rebuild, in one transaction; a repeat changes nothing.

        Raises `UnstartedError`, `RegisterAwayError`. An earlier rebuild that did not finish is
        given up. It blocks, for it needs a connection without the short patience of others.
        """
        url = self._engine.url
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with told_plainly(url), psycopg.connect(address, connect_timeout=5) as connection:
            cursor = connection.cursor()
            cursor.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(_PATIENCE)))
            cursor.execute("select from record.rebuilds where id = %s", [rebuild])
            if cursor.fetchone() is not None:
                return
            cursor.execute(
                "update record.rebuilds set phase = 'given_up', finished_at = %s, changed_at = %s "
                "where finished_at is null",
                [now, now],
            )
            _empty(cursor)
            cursor.execute(
                "insert into record.rebuilds values (%s, %s, %s, 'workflows', 0, %s, 0, %s, null)",
                [rebuild, by, now, total, now],
            )

    async def note(self, row: RebuildRow) -> None:
        """Note how far a rebuild is; one that has finished stays so."""
        statement = (
            update(rebuilds)
            .where(rebuilds.c.id == row.id, rebuilds.c.finished_at.is_(None))
            .values(
                row.model_dump(
                    include={"phase", "done", "total", "failed", "changed_at", "finished_at"}
                )
            )
        )
        await self._engine.fetch(statement)

    async def find(self, rebuild: str) -> RebuildRow | None:
        """Give a rebuild by its id."""
        rows = await self._engine.fetch(select(rebuilds).where(rebuilds.c.id == rebuild))
        return RebuildRow.model_validate(rows[0]) if rows else None

    async def under_way(self) -> RebuildRow | None:
        """Give the rebuild that is not finished, if any."""
        rows = await self._engine.fetch(select(rebuilds).where(rebuilds.c.finished_at.is_(None)))
        return RebuildRow.model_validate(rows[0]) if rows else None

    async def refuse_meanwhile(self) -> None:
        """Raise `RebuildingError` while a rebuild is under way."""
        row = await self.under_way()
        if row is not None:
            raise RebuildingError(row)

    def inspect(self) -> Inspected:
        """Look at the projection as it stands; nothing is changed. It blocks."""
        url = self._engine.url
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with told_plainly(url), psycopg.connect(address, connect_timeout=5) as connection:
            cursor = connection.cursor()
            damaged = _is_damaged(cursor)
            try:
                row = cursor.execute(_COUNTS).fetchone() or (0, 0)
            except _ABSENT:
                row = (0, 0)
        return Inspected(damaged, row[0], row[1])


def _is_damaged(cursor: Cursor) -> bool:
    cursor.execute("select to_regnamespace('projection') is null")
    row = cursor.fetchone()
    if row is None or row[0]:
        return True
    cursor.execute("set local search_path = pg_catalog")
    return shape_of(cursor) != stated_shape()


def _empty(cursor: Cursor) -> None:
    """Empty the tables, which keeps what was granted on them; make them anew where damaged."""
    damaged = _is_damaged(cursor)
    _refuse_unstarted(cursor)
    if damaged:
        cursor.execute("drop schema if exists projection cascade")
        cursor.execute("create schema projection")
        cursor.execute(stated_shape().encode())
        return
    names = [row[0] for row in cursor.execute(f"{_TABLES} and relkind = 'r'").fetchall()]
    tables = sql.SQL(", ").join(sql.Identifier("projection", name) for name in names)
    cursor.execute(sql.SQL("truncate {}").format(tables))


def _refuse_unstarted(cursor: Cursor) -> None:
    cursor.execute("savepoint looking")
    try:
        # Nothing is imported between this look and the emptying.
        cursor.execute("lock table projection.dossiers in access exclusive mode")
        row = cursor.execute(_UNSTARTED).fetchone()
    except _ABSENT:
        # So damaged that it tells nothing; what has a workflow comes back.
        cursor.execute("rollback to savepoint looking")
        return
    if row is not None and row[0]:
        raise UnstartedError(int(row[0]))
