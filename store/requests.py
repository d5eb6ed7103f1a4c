"""Find the cases in which something is asked of another body, with what a reminder needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, and_, exists, or_, select

from cases.dossier import Dossier, read_dossier
from cases.requests import SENT, AnswerLimit
from law.model import Holder
from store.engine import Engine
from store.tables import dossiers, facts, limits
from store.verdicts import status_at, within


class AskingCase(BaseModel):
    """A case that asks another body: where it belongs, its file, the other bodies' limits."""

    model_config = ConfigDict(frozen=True)

    id: str
    office: str
    officer: str | None
    dossier: Dossier
    limits: tuple[AnswerLimit, ...]


async def asking_cases(
    engine: Engine,
    now: datetime,
    asked: Sequence[str],
    *,
    office: str | None = None,
    officer: str | None = None,
    dossier: str | None = None,
) -> list[AskingCase]:
    """List the cases not closed with a request to another body; `asked`: events that are one.

    Raises RegisterAwayError or RegisterNotPreparedError when the database cannot answer.
    """
    wanted = [status_at(now) != "closed", within(dossiers, office, officer), _asks(asked)]
    if dossier is not None:
        wanted.append(dossiers.c.id == dossier)
    query = (
        select(dossiers.c.id, dossiers.c.office, dossiers.c.officer, dossiers.c.dossier)
        .where(*wanted)
        .order_by(dossiers.c.id)
    )
    rows = await engine.fetch(query)
    by_case = await _limits(engine, [row["id"] for row in rows], now)
    return [
        AskingCase(
            id=row["id"],
            office=row["office"],
            officer=row["officer"],
            dossier=read_dossier(row["dossier"], masked=True),
            limits=tuple(by_case.get(row["id"], ())),
        )
        for row in rows
    ]


def _asks(asked: Sequence[str]) -> ColumnElement[bool]:
    sent = and_(facts.c.dossier == dossiers.c.id, facts.c.event == SENT, facts.c.effective)
    running = and_(
        limits.c.dossier == dossiers.c.id,
        limits.c.holder == Holder.OTHER_BODY.value,
        limits.c.starts_on.in_(list(asked)),
        limits.c.met_on.is_(None),
        limits.c.ended_on.is_(None),
    )
    return or_(exists().where(sent), exists().where(running))


async def _limits(
    engine: Engine, cases: Sequence[str], now: datetime
) -> dict[str, list[AnswerLimit]]:
    query = (
        select(limits)
        .where(
            limits.c.dossier.in_(list(cases)),
            limits.c.holder == Holder.OTHER_BODY.value,
            limits.c.opens_at <= now,
        )
        .order_by(limits.c.dossier, limits.c.place)
    )
    found: dict[str, list[AnswerLimit]] = {}
    for row in await engine.fetch(query):
        limit = _limit(row)
        if limit is not None:
            found.setdefault(row["dossier"], []).append(limit)
    return found


def _limit(row: dict[str, Any]) -> AnswerLimit | None:
    receipt = row["receipt"]
    if receipt.get("trigger_fact") is None:
        return None
    running = row["met_on"] is None and row["ended_on"] is None
    more = {"text": receipt["text"], "trigger_fact": receipt["trigger_fact"], "running": running}
    return AnswerLimit.model_validate(row | more)
