"""Count the register for those who watch the engine: numbers without names, offices or dossiers.

Each statement reads an index or the open rows alone, so that a register that holds years of
closed dossiers is counted as fast as a young one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import TextClause, text

from law.model import DUTY_HOLDERS
from store.engine import Engine
from store.findings import UNARMED, FindingRows
from store.stuck_list import tally_stuck

_DUTIES = "', '".join(sorted(DUTY_HOLDERS))
_ASKS = "l.met_on is null and l.ended_on is null and l.paused_by is null"

_OPEN = """
select d.kind, count(*) as many,
  count(*) filter (where d.started_at is null) as unstarted,
  count(*) filter (where d.started_at is not null and
    (d.book <> :book or d.calendar <> :calendar or d.practice <> :practice)) as outdated
from projection.dossiers d where d.status <> 'closed' group by d.kind
"""
_LIMITS = f"""
select count(*) as many from projection.limits l where {_ASKS} and l.breaches_at is not null
"""  # noqa: S608 - every name is one of ours
_OVERDUE = f"""
select l.severity, l.kind, count(*) as many from projection.limits l
where {_ASKS} and l.breaches_at <= :now and l.opens_at <= :now and l.holder in ('{_DUTIES}')
group by l.severity, l.kind
"""  # noqa: S608 - every name is one of ours
_NEVER_ARMED = f"""
select count(*) as many from ({UNARMED.replace("l.dossier = any(:ids)", "true")}) found
"""  # noqa: S608 - every name is one of ours
_WAITING = f"""
select a.severity, count(*) as many, min(greatest(a.raised_at, a.inserted_at)) as oldest,
  min(greatest(a.raised_at, a.inserted_at)) filter (where a.severity = 'grave'
    and a.kind = 'rung' and a.rung > 0 and a.holder in ('{_DUTIES}')) as urgent
from record.alerts a where a.state = 'raised' and a.raised_at <= :now group by a.severity
"""  # noqa: S608 - every name is one of ours
# An old case that is imported brings alerts that were due before anybody knew of them.
_DELIVERIES = """
select v.state, v.kind, count(*) as many,
  count(*) filter (where v.state = 'dead' and v.at > :now - interval '1 day') as dead_today
from record.deliveries v where v.state <> 'sent' group by v.state, v.kind
"""
_SIZE = "select pg_database_size(current_database()) as bytes"
_VERSION = "select version_num from public.register_version"


class Editions(NamedTuple):
    """The hashes by which a worker assesses now."""

    book: str
    calendar: str
    practice: str


class Counted(BaseModel):
    """What the register counts at a moment; `overdue` is by severity and kind of rule.

    `oldest` and `urgent`: since when the alert has waited that waits longest, of all and of those
    that keep no hours. `deliveries`: not sent, by state and kind. Sizes are in bytes.
    """

    model_config = ConfigDict(frozen=True)

    dossiers: Mapping[str, int]
    unstarted: int
    outdated: int
    limits: int
    overdue: Mapping[tuple[str, str], int]
    unarmed: int
    stuck: Mapping[str, int]
    waiting: Mapping[str, int]
    oldest: datetime | None
    urgent: datetime | None
    deliveries: Mapping[tuple[str, str], int]
    dead_today: int
    findings: Mapping[str, int]
    size: int


async def count_register(engine: Engine, now: datetime, editions: Editions) -> Counted:
    """Count what stands at a moment, one short statement after another.

    Raises RegisterAwayError, also when a statement takes longer than the engine gives it.
    """

    async def ask(statement: str, **values: object) -> list[dict[str, Any]]:
        return await engine.fetch(_text(statement, **values))

    opened = await ask(_OPEN, **editions._asdict())
    overdue = await ask(_OVERDUE, now=now)
    waiting = await ask(_WAITING, now=now)
    deliveries = await ask(_DELIVERIES, now=now)
    stuck = await tally_stuck(engine, now)
    return Counted(
        dossiers={row["kind"]: row["many"] for row in opened},
        unstarted=sum(row["unstarted"] for row in opened),
        outdated=sum(row["outdated"] for row in opened),
        limits=(await ask(_LIMITS))[0]["many"],
        overdue={(row["severity"], row["kind"]): row["many"] for row in overdue},
        unarmed=(await ask(_NEVER_ARMED, now=now))[0]["many"],
        stuck=stuck.by_reason,
        waiting={row["severity"]: row["many"] for row in waiting},
        oldest=min((row["oldest"] for row in waiting), default=None),
        urgent=min((row["urgent"] for row in waiting if row["urgent"]), default=None),
        deliveries={(row["state"], row["kind"]): row["many"] for row in deliveries},
        dead_today=sum(row["dead_today"] for row in deliveries),
        findings=await FindingRows(engine).tally(),
        size=(await ask(_SIZE))[0]["bytes"],
    )


async def version_of(engine: Engine) -> str:
    """Give the migration that the register is at; raises RegisterNotPreparedError before any."""
    return str((await engine.fetch(_text(_VERSION)))[0]["version_num"])


def _text(statement: str, **values: object) -> TextClause:
    return text(statement.replace("::", "\\:\\:")).bindparams(**values)
