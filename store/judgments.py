"""List the administrative judgments that are followed, with what is undone and what was told."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, select

from law.model import Holder
from store.engine import Engine
from store.tables import dossiers, facts, limits, stuck
from store.verdicts import is_overdue_at, stage_at, status_at, within

KIND = "administrative_judgment"
OWN = (Holder.OFFICER, Holder.HEAD, Holder.AGENCY)
"""Whose duties are the agency's own; those of the debtor, its superior and the court are not."""
REASONS = ("unknown_start", "no_officer")
"""Why one is stuck by the agency's own doing without a time limit."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class PassedDuty(_Row):
    """A duty of the agency's own that has passed and is not done."""

    rule: str
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None
    due: date | datetime | None


class Told(_Row):
    """An event that counts, and its day."""

    event: str
    on: date


class JudgmentLine(_Row):
    """An administrative judgment as it stands, with every event that counts."""

    dossier: str
    office: str
    officer: str | None
    stage: str
    status: str
    passed: tuple[PassedDuty, ...]
    reasons: tuple[str, ...]
    events: tuple[Told, ...]


async def judgments(
    engine: Engine, now: datetime, *, office: str | None = None, officer: str | None = None
) -> list[JudgmentLine]:
    """List every administrative judgment by id, closed ones too.

    Raises RegisterAwayError or RegisterNotPreparedError when the database cannot answer.
    """
    wanted = (dossiers.c.kind == KIND, within(dossiers, office, officer))
    query = (
        select(
            dossiers.c.id.label("dossier"),
            dossiers.c.office,
            dossiers.c.officer,
            stage_at(now).label("stage"),
            status_at(now).label("status"),
        )
        .where(*wanted)
        .order_by(dossiers.c.id)
    )
    rows = await engine.fetch(query)
    own = select(dossiers.c.id).where(*wanted)
    passed = await _by_dossier(
        engine,
        select(limits)
        .where(
            limits.c.dossier.in_(own),
            is_overdue_at(now),
            limits.c.holder.in_([holder.value for holder in OWN]),
        )
        .order_by(limits.c.place),
    )
    reasons = await _by_dossier(
        engine,
        select(stuck)
        .where(stuck.c.dossier.in_(own), stuck.c.reason.in_(REASONS), stuck.c.since <= now)
        .order_by(stuck.c.place),
    )
    events = await _by_dossier(
        engine,
        select(facts.c.dossier, facts.c.event, facts.c.on)
        .where(facts.c.dossier.in_(own), facts.c.effective)
        .order_by(facts.c.on, facts.c.number),
    )
    return [
        JudgmentLine.model_validate(
            row
            | {
                "passed": passed[row["dossier"]],
                "reasons": [found["reason"] for found in reasons[row["dossier"]]],
                "events": events[row["dossier"]],
            }
        )
        for row in rows
    ]


async def _by_dossier(engine: Engine, query: Select[Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in await engine.fetch(query):
        found[row["dossier"]].append(row)
    return found
