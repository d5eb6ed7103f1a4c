"""Note which law each worker goes by, and which it refused, in the record that is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from store.audit import Audit
from store.engine import Engine
from store.records import audit

REPEATED = timedelta(hours=1)
"""How often a worker repeats a refusal that stands; one not repeated is of a worker that went."""

_FORGOTTEN = 2 * REPEATED
_ACTIONS = ("law_taken", "law_refused")


class LawNote(BaseModel):
    """What a worker said of its law: the edition it goes by, and why not another.

    `host`: the machine; `book` and `calendar`: hashes of the edition in use; the other fields
    only of a refusal: `file` from its folder, `line` where there is one, the whole sentences.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    host: str
    book: str
    calendar: str
    statutes: str
    calendars: str
    file: str | None = None
    line: int | None = None
    vi: str | None = None
    en: str | None = None


class Journal:
    """The notes of all workers on one register."""

    def __init__(self, engine: Engine) -> None:
        """Write and read through the engine's connections."""
        self._engine = engine

    async def note(
        self, action: Literal["law_taken", "law_refused"], note: LawNote, now: datetime
    ) -> None:
        """Write a note; raises RegisterAwayError, RegisterNotPreparedError."""
        detail = note.model_dump(exclude_none=True)
        await Audit(self._engine).note(action, f"worker@{note.host}", now, detail=detail)

    async def refusals(self, now: datetime) -> list[LawNote]:
        """List the refusals that stand: each worker's last note, if it is one and not old."""
        query = (
            select(audit.c.actor, audit.c.action, audit.c.detail)
            .where(
                audit.c.dossier.is_(None),
                audit.c.action.in_(_ACTIONS),
                audit.c.at > now - _FORGOTTEN,
            )
            .order_by(audit.c.id)
        )
        last = {row["actor"]: row for row in await self._engine.fetch(query)}
        return [
            LawNote.model_validate(row["detail"])
            for row in last.values()
            if row["action"] == "law_refused"
        ]
