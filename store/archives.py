"""Keep the record of archives: which run of which dossier lies in which file, with its hash."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import and_, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from store.archive_tables import archives
from store.engine import Engine
from store.tables import dossiers as projected


class ArchiveRow(BaseModel):
    """One archived run; `has_state` tells whether its file ends the dossier's story."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    dossier: str
    run: str
    workflow: str
    status: str
    file: str
    sha256: str
    bytes: int
    events: int
    has_state: bool
    closed_at: datetime
    archived_at: datetime
    erased_at: datetime | None = None


class ArchiveTally(BaseModel):
    """What is archived: runs, dossiers, bytes, and the latest moment of it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    runs: int
    dossiers: int
    bytes: int
    latest: datetime | None


_ERASE = text("""
update record.archives set erased_at = :now, file = :file, sha256 = :sha256, bytes = :bytes,
  events = 0, has_state = :has_state
where dossier = :dossier and run = :run and erased_at is null
""")


class ArchiveRows:
    """The rows of archives; every method may be repeated."""

    def __init__(self, engine: Engine) -> None:
        """Read and write through the engine's connections."""
        self._engine = engine

    async def add(self, row: ArchiveRow) -> bool:
        """Note an archive; False where its run is archived already, and nothing changes."""
        statement = (
            insert(archives)
            .values(row.model_dump())
            .on_conflict_do_nothing()
            .returning(archives.c.run)
        )
        return bool(await self._engine.fetch(statement))

    async def archived(self, runs: Collection[str]) -> set[str]:
        """Give those of the runs that are archived."""
        query = select(archives.c.run).where(archives.c.run.in_(sorted(runs)))
        return {row["run"] for row in await self._engine.fetch(query)}

    async def known(self, dossiers: Collection[str]) -> set[str]:
        """Give those of the dossiers that have an archive."""
        column = archives.c.dossier
        query = select(column).distinct().where(column.in_(sorted(dossiers)))
        return {row["dossier"] for row in await self._engine.fetch(query)}

    async def of(self, dossier: str) -> list[ArchiveRow]:
        """List a dossier's archives, the oldest first."""
        query = (
            select(archives)
            .where(archives.c.dossier == dossier)
            .order_by(archives.c.closed_at, archives.c.run)
        )
        return [ArchiveRow.model_validate(row) for row in await self._engine.fetch(query)]

    async def page(self, after: tuple[str, str], most: int) -> list[ArchiveRow]:
        """List archives by dossier and run, those after one."""
        place = tuple_(archives.c.dossier, archives.c.run)
        query = (
            select(archives)
            .where(place > after)
            .order_by(archives.c.dossier, archives.c.run)
            .limit(most)
        )
        return [ArchiveRow.model_validate(row) for row in await self._engine.fetch(query)]

    async def unprojected(self, after: str, most: int) -> list[str]:
        """List dossiers, by id, that are archived and that the register does not show."""
        query = (
            select(archives.c.dossier)
            .distinct()
            .outerjoin(projected, projected.c.id == archives.c.dossier)
            .where(and_(archives.c.has_state, projected.c.id.is_(None), archives.c.dossier > after))
            .order_by(archives.c.dossier)
            .limit(most)
        )
        return [row["dossier"] for row in await self._engine.fetch(query)]

    async def tally(self) -> ArchiveTally:
        """Count what is archived."""
        query = select(
            func.count().label("runs"),
            func.count(archives.c.dossier.distinct()).label("dossiers"),
            func.coalesce(func.sum(archives.c.bytes), 0).label("bytes"),
            func.max(archives.c.archived_at).label("latest"),
        )
        return ArchiveTally.model_validate((await self._engine.fetch(query))[0])

    async def facts_known(self, dossier: str) -> int:
        """Give how many facts the register has of a dossier; 0 where it has none."""
        query = select(projected.c.facts_count).where(projected.c.id == dossier)
        rows = await self._engine.fetch(query)
        return int(rows[0]["facts_count"]) if rows else 0

    async def move(self, row: ArchiveRow, file: str, sha256: str, size: int) -> bool:
        """Note that another file has taken a file's place; False where it had gone meanwhile."""
        statement = (
            update(archives)
            .where(archives.c.dossier == row.dossier, archives.c.run == row.run)
            .where(archives.c.file == row.file)
            .values(file=file, sha256=sha256, bytes=size)
            .returning(archives.c.run)
        )
        return bool(await self._engine.fetch(statement))

    async def erase(self, row: ArchiveRow, now: datetime) -> None:
        """Note what an erasure left of an archive: `row` names the file that took its place."""
        await self._engine.fetch(
            _ERASE.bindparams(
                now=now,
                **row.model_dump(
                    include={"dossier", "run", "file", "sha256", "bytes", "has_state"}
                ),
            )
        )
