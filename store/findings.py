"""Keep what no file tells, each finding once while it stands, and ask the register for a check.

A finding is raised once, confirmed by each check that finds it again, and cleared by the first
one that does not; what was cleared stays on record.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import TextClause, func, select, text

from law.model import DUTY_HOLDERS
from store.engine import Engine
from store.finding_rows import findings
from store.rebuilds import RebuildRows
from store.tables import dossiers

_DUTIES = "', '".join(sorted(DUTY_HOLDERS))


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class FindingRow(_Row):
    """A finding; `occurrence` is empty where it is about no limit, `detail` holds codes alone."""

    dossier: str
    reason: str
    occurrence: str
    holder: str
    since: datetime
    severity: str | None
    detail: dict[str, str]
    found_at: datetime | None = None


class OpenRow(_Row):
    """A case that was started and is not closed, as its last assessment left it.

    `next_due_at`: the nearest breach that lay ahead then.
    """

    id: str
    office: str
    officer: str | None
    stage: str
    next_wake: datetime | None
    next_due_at: datetime | None
    assessed_at: datetime
    started_at: datetime
    revision: int


_OPEN = """
select d.id, d.office, d.officer, d.stage, d.next_wake, d.assessed_at, d.started_at, d.revision,
  (select min(l.breaches_at) from projection.limits l
   where l.dossier = d.id and not l.upcoming and l.met_on is null and l.ended_on is null
     and l.paused_by is null and l.breaches_at > d.assessed_at) as next_due_at
from projection.dossiers d
where d.status <> 'closed' and d.started_at is not null
  and d.started_at <= :now and d.id > :after
order by d.id limit :most
"""

UNARMED = f"""
select l.dossier, 'unarmed' as reason, l.occurrence, 'administrator' as holder,
  l.opens_at as since, l.severity, jsonb_build_object('rule', l.rule, 'due', l.due) as detail
from projection.limits l join projection.dossiers d on d.id = l.dossier
where l.dossier = any(:ids) and d.next_wake is null and d.status <> 'closed'
  and l.met_on is null and l.ended_on is null and l.paused_by is null
  and l.due is not null and l.opens_at <= :now and l.holder in ('{_DUTIES}')
  and not exists (select from record.alerts a
    where a.dossier = l.dossier and a.occurrence = l.occurrence and a.due = l.due
      and a.state <> 'withdrawn')
  and not exists (select from projection.stuck s
    where s.dossier = l.dossier and s.occurrence = l.occurrence and s.reason = 'unarmed')
"""  # noqa: S608 - every name is one of ours
"""Duties that run, that were never alerted, in cases that nothing will wake."""

_UNACKNOWLEDGED = """
with steps as (
  select a.dossier, a.occurrence, a.due, a.rung, min(a.raised_at) as raised_at,
    min(a.sent_at) as sent_at, min(a.holder) as holder, min(a.severity) as severity
  from record.alerts a
  where a.dossier = any(:ids) and a.kind = 'rung' and a.state <> 'withdrawn'
    and a.raised_at <= :now
  group by a.dossier, a.occurrence, a.due, a.rung
),
told as (
  select distinct on (dossier, occurrence, due) * from steps
  where sent_at is not null order by dossier, occurrence, due, sent_at, rung
),
later as (
  select t.*, s.raised_at as passed_at,
    row_number() over (partition by t.dossier, t.occurrence, t.due order by s.rung) as nth
  from told t join steps s on (s.dossier, s.occurrence, s.due) = (t.dossier, t.occurrence, t.due)
  where s.rung > t.rung and s.raised_at > t.sent_at
)
select later.dossier, 'unacknowledged' as reason, later.occurrence, later.holder,
  later.passed_at as since, later.severity,
  jsonb_build_object('due', later.due, 'rung', later.rung::text) as detail
from later join projection.limits l on l.dossier = later.dossier
  and l.occurrence = later.occurrence and l.due = later.due
where later.nth = :rungs and l.met_on is null and l.ended_on is null and l.paused_by is null
  and not exists (select from record.acknowledgements k
    where k.dossier = later.dossier and k.occurrence = later.occurrence and k.due = later.due
      and k.until > :now
      and not exists (select from record.acknowledgements r where r.about = k.id))
"""
"""Limits that still ask for something, `rungs` rungs after the first alert that went out."""

_UNDELIVERED = """
select a.dossier, 'undelivered' as reason, a.occurrence, 'administrator' as holder,
  min(v.at) as since, min(a.severity) as severity,
  jsonb_build_object('person', min(v.person)) as detail
from record.deliveries v join record.alerts a on a.key = any(v.keys)
where v.state = 'dead' and v.at <= :now and a.sent_at is null and a.state <> 'withdrawn'
group by a.dossier, a.occurrence
"""

_RAISE = """
with new as (
  insert into record.findings as f (dossier, reason, occurrence, holder, since, severity, detail,
    found_at, confirmed_at)
  select n.dossier, n.reason, n.occurrence, n.holder, n.since, n.severity, n.detail, :now, :now
  from jsonb_to_recordset(cast(:found as jsonb)) as n(dossier text, reason text,
    occurrence text, holder text, since timestamptz, severity text, detail jsonb)
  order by n.dossier, n.reason, n.occurrence
  on conflict (dossier, reason, occurrence) where cleared_at is null do update set
    confirmed_at = greatest(f.confirmed_at, excluded.confirmed_at), holder = excluded.holder,
    severity = excluded.severity, detail = excluded.detail
  returning found_at = confirmed_at and xmax = 0 as fresh
)
select count(*) filter (where fresh) as raised from new
"""

_CLEAR = """
with gone as (
  update record.findings set cleared_at = :now
  where cleared_at is null and confirmed_at < :now
  returning 1
)
select count(*) as cleared from gone
"""


class FindingRows:
    """The findings, and what the register itself knows of its cases."""

    def __init__(self, engine: Engine) -> None:
        """Read and write through the engine's connections."""
        self._engine = engine

    async def open_rows(self, now: datetime, after: str, most: int) -> list[OpenRow]:
        """List enforcement cases that were started by `now` and are not closed, by id.

        Raises `RebuildingError` while not every dossier is there.
        """
        await RebuildRows(self._engine).refuse_meanwhile()
        rows = await self._engine.fetch(_text(_OPEN, now=now, after=after, most=most))
        return [OpenRow.model_validate(row) for row in rows]

    async def known(self, ids: Collection[str]) -> set[str]:
        """Give those of the ids that the register has; raise `RebuildingError` meanwhile."""
        await RebuildRows(self._engine).refuse_meanwhile()
        query = select(dossiers.c.id).where(dossiers.c.id.in_(sorted(ids)))
        return {row["id"] for row in await self._engine.fetch(query)}

    async def unarmed(self, now: datetime, ids: Sequence[str]) -> list[FindingRow]:
        """Find duties that run while nothing will wake their case, and nobody was alerted."""
        return await self._find(_text(UNARMED, now=now, ids=list(ids)))

    async def unacknowledged(
        self, now: datetime, ids: Sequence[str], rungs: int
    ) -> list[FindingRow]:
        """Find alerts that nobody acknowledged until the ladder had gone on by some rungs."""
        return await self._find(_text(_UNACKNOWLEDGED, now=now, ids=list(ids), rungs=rungs))

    async def undelivered(self, now: datetime) -> list[FindingRow]:
        """Find alerts whose delivery was given up and that reached nobody."""
        return await self._find(_text(_UNDELIVERED, now=now))

    async def standing(self, most: int | None = None) -> list[FindingRow]:
        """List the findings that are not cleared, by case; None is all."""
        f = findings.c
        order = (f.dossier, f.reason, f.occurrence)
        return await self._find(
            select(findings).where(f.cleared_at.is_(None)).order_by(*order).limit(most)
        )

    async def doubtful(self, reasons: Collection[str], most: int) -> list[str]:
        """Name cases that have findings of these reasons which are not cleared."""
        f = findings.c
        query = (
            select(f.dossier)
            .where(f.cleared_at.is_(None), f.reason.in_(sorted(reasons)))
            .distinct()
            .order_by(f.dossier)
            .limit(most)
        )
        return [row["dossier"] for row in await self._engine.fetch(query)]

    async def tally(self) -> dict[str, int]:
        """Count the findings that are not cleared, by reason."""
        f = findings.c
        query = (
            select(f.reason, func.count().label("many"))
            .where(f.cleared_at.is_(None))
            .group_by(f.reason)
            .order_by(f.reason)
        )
        return {row["reason"]: row["many"] for row in await self._engine.fetch(query)}

    async def raise_found(self, found: Sequence[BaseModel], now: datetime) -> int:
        """Record findings, each once while it stands; tell how many did not stand already."""
        if not found:
            return 0
        plain = json.dumps([row.model_dump(mode="json") for row in found], ensure_ascii=False)
        raised: int = (await self._engine.fetch(_text(_RAISE, now=now, found=plain)))[0]["raised"]
        return raised

    async def clear_before(self, now: datetime) -> int:
        """Clear what stands and was last found before `now`; tell how many."""
        cleared: int = (await self._engine.fetch(_text(_CLEAR, now=now)))[0]["cleared"]
        return cleared

    async def _find(self, query: Any) -> list[FindingRow]:  # noqa: ANN401 - any statement
        return [FindingRow.model_validate(row) for row in await self._engine.fetch(query)]


def _text(statement: str, **values: object) -> TextClause:
    return text(statement.replace("::", "\\:\\:")).bindparams(**values)
