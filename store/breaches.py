"""Answer from the breach record, sweep what has passed into it, and attach causes to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from law.model import Severity
from store.breach_rows import (
    EVERY_BREACH,
    NO_CAUSE,
    VERDICTS,
    BreachLine,
    BreachTally,
    CauseLine,
    Key,
    NewCause,
    Sought,
    ToldLine,
)
from store.breach_statements import FIND_PASSED, LOCK_PASSED, RECORD
from store.breach_tables import breach_causes, breaches
from store.engine import Engine, compiled
from store.verdicts import within

_A_BATCH = 1000
_KEY = ("dossier", "occurrence", "due")
_GRAVEST_FIRST = {severity.value: place for place, severity in enumerate(reversed(Severity))}

_TOLD = text("""
select a.dossier, a.occurrence, a.due, a.rung, a.role, a.person, a.sent_at,
  d.channel, d.reference
from unnest(cast(:dossiers as text[]), cast(:occurrences as text[]), cast(:dues as text[]))
  as b(dossier, occurrence, due)
join record.alerts a on a.dossier = b.dossier and a.occurrence = b.occurrence and a.due = b.due
left join lateral (
  select channel, reference from record.deliveries
  where keys @> array[a.key] and state = 'sent' order by at limit 1
) d on true
where a.sent_at is not null
order by a.sent_at, a.key
""")

_ATTACH = text("""
with said as (
  insert into record.breach_causes (dossier, occurrence, due, cause, evidence, note, actor, at)
  select b.dossier, b.occurrence, b.due, :cause, :evidence, :note, :actor, :now
  from record.breaches b
  where b.dossier = :dossier and b.occurrence = :occurrence and b.due = :due
    and b.verdict <> 'void'
  returning *
)
insert into record.audit (at, actor, action, dossier, detail)
select at, actor, 'breach_cause', dossier, jsonb_build_object('occurrence', occurrence,
  'due', due, 'cause', cause, 'evidence', evidence)
from said
returning id
""")


class BreachRows:
    """The breach record's questions and answers."""

    def __init__(self, engine: Engine) -> None:
        """Read and write through the engine's connections."""
        self._engine = engine

    async def record_breaches(self, now: datetime) -> int:
        """Put on record every duty that has passed without an assessment since; give how many.

        Raises RegisterAwayError, RegisterNotPreparedError. Repeating it changes nothing; a
        dossier that is being assessed in that moment is left for the next time.
        """
        passed = [
            row["dossier"] for row in await self._engine.fetch(FIND_PASSED.bindparams(now=now))
        ]
        many = 0
        for start in range(0, len(passed), _A_BATCH):
            async with (
                self._engine.connected() as connection,
                connection.transaction(),
                connection.cursor() as told,
            ):
                batch = passed[start : start + _A_BATCH]
                await told.execute(*compiled(LOCK_PASSED.bindparams(ids=batch)))
                ids = [row[0] for row in await told.fetchall()]
                # This statement sees what was written before the rows were locked.
                await told.execute(*compiled(RECORD.bindparams(now=now, ids=ids)))
                many += told.rowcount
        return many

    async def breaches(
        self, sought: Sought = EVERY_BREACH, *, most: int | None = None, skip: int = 0
    ) -> list[BreachLine]:
        """List breaches, the newest day first, on each day the gravest first."""
        rank = case(_GRAVEST_FIRST, value=breaches.c.severity, else_=len(_GRAVEST_FIRST))
        last = _last_causes()
        query = (
            _joined(select(*breaches.c, last.c.cause, last.c.evidence), last)
            .where(_is_sought(sought, last.c.cause))
            .order_by(
                breaches.c.due_day.desc(), rank, *(breaches.c[n] for n in ("dossier", "occurrence"))
            )
            .limit(most)
            .offset(skip)
        )
        return [BreachLine.model_validate(row) for row in await self._engine.fetch(query)]

    async def tally(self, sought: Sought = EVERY_BREACH) -> BreachTally:
        """Count what `breaches` lists."""
        last = _last_causes()
        bare = last.c.cause.is_(None)
        query = (
            _joined(
                select(breaches.c.verdict, bare.label("bare"), func.count().label("many")), last
            )
            .where(_is_sought(sought, last.c.cause))
            .group_by(breaches.c.verdict, bare)
        )
        rows = await self._engine.fetch(query)
        by_verdict = dict.fromkeys((v for v in VERDICTS if any(r["verdict"] == v for r in rows)), 0)
        for row in rows:
            by_verdict[row["verdict"]] += row["many"]
        return BreachTally(
            rows=sum(by_verdict.values()),
            by_verdict=by_verdict,
            without_cause=sum(row["many"] for row in rows if row["bare"]),
        )

    async def of_case(self, dossier: str, rule: str | None = None) -> list[BreachLine]:
        """List a case's breaches, struck out ones too, in the order of their due days."""
        last = _last_causes()
        query = (
            _joined(select(*breaches.c, last.c.cause, last.c.evidence), last)
            .where(breaches.c.dossier == dossier)
            .order_by(breaches.c.due_day, breaches.c.occurrence, breaches.c.due)
        )
        if rule is not None:
            query = query.where(breaches.c.rule == rule)
        return [BreachLine.model_validate(row) for row in await self._engine.fetch(query)]

    async def causes(self, key: Key) -> list[CauseLine]:
        """List the causes that were stated for a breach, the first one first."""
        query = (
            select(breach_causes)
            .where(*(breach_causes.c[n] == v for n, v in zip(_KEY, key, strict=True)))
            .order_by(breach_causes.c.id)
        )
        return [CauseLine.model_validate(row) for row in await self._engine.fetch(query)]

    async def told(self, keys: Sequence[Key]) -> dict[Key, list[ToldLine]]:
        """Give who was told of each of these limits and when, the first one first."""
        found: dict[Key, list[ToldLine]] = {}
        for start in range(0, len(keys), _A_BATCH):
            dossiers, occurrences, dues = zip(*keys[start : start + _A_BATCH], strict=True)
            asked = _TOLD.bindparams(
                dossiers=list(dossiers), occurrences=list(occurrences), dues=list(dues)
            )
            for row in await self._engine.fetch(asked):
                line = ToldLine.model_validate(row)
                found.setdefault(line.key, []).append(line)
        return found

    async def attach(self, key: Key, new: NewCause, now: datetime) -> bool:
        """Attach a cause, with an entry in the audit; tell whether such a breach stands."""
        values = dict(zip(_KEY, key, strict=True))
        asked = _ATTACH.bindparams(**values, **new.model_dump(), now=now)
        return bool(await self._engine.fetch(asked))


def _last_causes() -> Subquery:
    """Give the latest cause of each breach that has one."""
    key = [breach_causes.c[name] for name in _KEY]
    return (
        select(*key, breach_causes.c.cause, breach_causes.c.evidence)
        .ext(distinct_on(*key))
        .order_by(*key, breach_causes.c.id.desc())
        .subquery()
    )


def _joined(query: Select[Any], last: Subquery) -> Select[Any]:
    same = and_(*(last.c[name] == breaches.c[name] for name in _KEY))
    return query.select_from(breaches).outerjoin(last, same)


def _is_sought(sought: Sought, cause: ColumnElement[str]) -> ColumnElement[bool]:
    said = [within(breaches, sought.office, sought.officer)]
    said += [
        breaches.c[name] == value
        for name in ("rule", "holder", "severity", "dossier")
        if (value := getattr(sought, name)) is not None
    ]
    if sought.verdict is None:
        said.append(breaches.c.verdict != "void")
    else:
        said.append(breaches.c.verdict == sought.verdict)
    if sought.cause is not None:
        said.append(cause.is_(None) if sought.cause == NO_CAUSE else cause == sought.cause)
    if sought.since is not None:
        said.append(breaches.c.due_day >= sought.since)
    if sought.until is not None:
        said.append(breaches.c.due_day <= sought.until)
    return and_(*said)
