"""Read what the register shows of dossiers, page by page, to be compared with what they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.sql import ClauseElement

from store.engine import Engine
from store.tables import dossiers, facts, limits

_FACT = ("number", "event", "on", "at", "command_id", "actor", "corrects", "retracts", "reason")


class ShownDossier(BaseModel):
    """A dossier as the register shows it; `facts` are its rows, `due` its limits by occurrence."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    revision: int
    stage: str
    stage_until: datetime | None
    next_stage: str | None
    status: str
    officer: str | None
    book: str
    calendar: str
    dossier: dict[str, Any]
    facts: tuple[dict[str, Any], ...] = ()
    due: dict[str, tuple[str | None, str]] = {}

    def stage_at(self, moment: datetime) -> str:
        """Give the stage at a moment after the assessment."""
        passed = self.stage_until is not None and self.stage_until <= moment
        return self.next_stage if passed and self.next_stage else self.stage


class Sides:
    """What the register shows."""

    def __init__(self, engine: Engine) -> None:
        """Read through the engine's connections."""
        self._engine = engine

    async def page(self, after: str, most: int) -> list[str]:
        """List dossiers whose workflows are started, by id, those after an id."""
        query = (
            select(dossiers.c.id)
            .where(dossiers.c.id > after, dossiers.c.started_at.is_not(None))
            .order_by(dossiers.c.id)
            .limit(most)
        )
        return [row["id"] for row in await self._engine.fetch(query)]

    async def known(self, ids: Sequence[str]) -> set[str]:
        """Give those of the ids that the register has."""
        query = select(dossiers.c.id).where(dossiers.c.id.in_(sorted(ids)))
        return {row["id"] for row in await self._engine.fetch(query)}

    async def read(self, ids: Sequence[str]) -> Mapping[str, ShownDossier]:
        """Read dossiers with their rows."""
        wanted = sorted(ids)
        names = [name for name in ShownDossier.model_fields if name not in ("facts", "due")]
        query = select(*(dossiers.c[name] for name in names)).where(dossiers.c.id.in_(wanted))
        shown = {row["id"]: {**row, "facts": [], "due": {}} for row in await self._fetch(query)}
        query = (
            select(facts.c.dossier, *(facts.c[name] for name in _FACT))
            .where(facts.c.dossier.in_(wanted))
            .order_by(facts.c.dossier, facts.c.number)
        )
        for row in await self._fetch(query):
            if row["dossier"] in shown:
                shown[row.pop("dossier")]["facts"].append(row)
        query = select(
            limits.c.dossier, limits.c.occurrence, limits.c.due, limits.c.receipt_hash
        ).where(limits.c.dossier.in_(wanted))
        for row in await self._fetch(query):
            if row["dossier"] in shown:
                pair = (row["due"], row["receipt_hash"])
                shown[row["dossier"]]["due"][row["occurrence"]] = pair
        return {name: ShownDossier.model_validate(row) for name, row in shown.items()}

    async def _fetch(self, query: ClauseElement) -> list[dict[str, Any]]:
        return await self._engine.fetch(query)
