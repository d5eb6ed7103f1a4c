"""Count what digests tell of each office, list its cases, and keep each day's figures."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, not_, or_, select, text

from cases.kinds import LETTERS
from law.model import DUTY_HOLDERS, Severity
from store.alerts import AlertRows, Failure
from store.breach_tables import figures
from store.engine import Engine
from store.letter_tables import letter_steps, letters
from store.rebuilds import RebuildRows
from store.records import alerts
from store.replies import is_answered_at
from store.stuck_list import tally_by_office
from store.tables import dossiers, limits
from store.verdicts import is_overdue_at, status_at

_GRAVEST_FIRST = {severity.value: place for place, severity in enumerate(reversed(Severity))}
_LATEST, _EARLIEST = timedelta(days=5), timedelta(days=9)
"""Between which days before today figures count as those of last week."""


class CaseRow(BaseModel):
    """A duty that a digest names: its case, whose it is, and when it is due."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    dossier: str
    kind: str
    office: str
    officer: str | None
    rule: str
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None
    holder: str
    severity: str
    due: str
    due_day: date


_SAVE = text("""
insert into record.figures (office, day, at, figures)
select f.key, :day, :now, f.value from jsonb_each(cast(:figures as jsonb)) f
on conflict do nothing
""")

_BEGIN = text("""
insert into record.deliveries as d (token, person, keys, state, attempts, begun_at, at, kind)
values (:token, :person, '{}', 'begun', 0, :now, :now, 'digest')
on conflict (token) do update set state = 'begun', at = excluded.at
where d.state in ('begun', 'failed')
returning token
""")


class DigestRows:
    """The rows of digests; every method may be repeated."""

    def __init__(self, engine: Engine) -> None:
        """Read and write through the engine's connections."""
        self._engine = engine
        self._deliveries = AlertRows(engine)

    async def figures(
        self, now: datetime, day: date, week_ends: date, near: date
    ) -> dict[str, dict[str, Any]]:
        """Count by exact office, as `reports.figures.Figures` names what is counted.

        Raises `RebuildingError` while not every dossier is there to be counted.
        """
        await RebuildRows(self._engine).refuse_meanwhile()
        found: dict[str, dict[str, Any]] = {}
        is_open = status_at(now) != "closed"
        plain = func.count()
        counted: tuple[tuple[str, Select[Any]], ...] = (
            ("open_cases", select(dossiers.c.office, plain).where(is_open)),
            ("due_week", _of_limits(plain, _falls_due(now, week_ends))),
            ("due_today", _of_limits(plain, _falls_due(now, day))),
            ("complaints", _of_limits(plain, and_(_falls_due(now, near), _is_letter()))),
            ("unacknowledged", _of_limits(plain, _is_unacknowledged(now))),
        )
        for name, query in counted:
            for office, many in await self._counted(query):
                found.setdefault(office, {})[name] = many
        for row in await self._engine.fetch(_letters_waiting()):
            found.setdefault(row["office"], {})["letters"] = row["many"]
        by = _of_limits(plain, is_overdue_at(now)).add_columns(limits.c.severity)
        for office, many, severity in await self._counted(by.group_by(limits.c.severity)):
            found.setdefault(office, {}).setdefault("overdue", {})[severity] = many
        for office, reason, many in await tally_by_office(self._engine, now):
            of_office = found.setdefault(office, {})
            if reason is None:
                of_office["stuck_cases"] = many
            else:
                of_office.setdefault("stuck", {})[reason] = many
        return found

    async def _counted(self, query: Select[Any]) -> list[tuple[Any, ...]]:
        rows = await self._engine.fetch(query.group_by(dossiers.c.office))
        return [tuple(row.values()) for row in rows]

    async def overdue(
        self, offices: Collection[str], now: datetime, *, most: int | None = None
    ) -> list[CaseRow]:
        """List passed duties, the gravest first, then those longest overdue."""
        query = _cases(offices).where(is_overdue_at(now))
        order = (_rank(), limits.c.due_day, dossiers.c.id, limits.c.occurrence)
        return await self._rows(query.order_by(*order).limit(most))

    async def falling_due(
        self,
        offices: Collection[str],
        now: datetime,
        week_ends: date,
        near: date,
        *,
        most: int | None = None,
    ) -> list[CaseRow]:
        """List open duties of the week, and of complaints near their end, the first due first."""
        wanted = or_(_falls_due(now, week_ends), and_(_falls_due(now, near), _is_letter()))
        order = (limits.c.due_day, _rank(), dossiers.c.id, limits.c.occurrence)
        return await self._rows(_cases(offices).where(wanted).order_by(*order).limit(most))

    async def _rows(self, query: Select[Any]) -> list[CaseRow]:
        return [CaseRow.model_validate(row) for row in await self._engine.fetch(query)]

    async def keep(self, day: date, found: Mapping[str, Mapping[str, Any]], now: datetime) -> None:
        """Keep a day's figures by office; those that were kept first stay."""
        plain = json.dumps(found, ensure_ascii=False)
        await self._engine.fetch(_SAVE.bindparams(day=day, now=now, figures=plain))

    async def week_before(self, day: date) -> tuple[date, dict[str, dict[str, Any]]] | None:
        """Give the latest figures that are at least five and at most nine days old, if any are."""
        last = select(func.max(figures.c.day)).where(
            figures.c.day.between(day - _EARLIEST, day - _LATEST)
        )
        query = select(figures.c.office, figures.c.day, figures.c.figures).where(
            figures.c.day == last.scalar_subquery()
        )
        rows = await self._engine.fetch(query)
        if not rows:
            return None
        return rows[0]["day"], {row["office"]: row["figures"] for row in rows}

    async def begin(self, token: str, person: str, now: datetime) -> bool:
        """Record that a digest is about to go out; False where it is known to have gone."""
        asked = _BEGIN.bindparams(token=token, person=person, now=now)
        return bool(await self._engine.fetch(asked))

    async def confirm(
        self, token: str, person: str, channel: str, reference: str, now: datetime
    ) -> None:
        """Record the proof; the first one stays."""
        await self._deliveries.confirm(token, (), person, channel, reference, now)

    async def fail(self, token: str, person: str, reason: str, now: datetime) -> None:
        """Record a failed attempt with its reason."""
        await self._deliveries.fail(token, person, (), Failure(reason, now), now)


def _of_limits(many: ColumnElement[int], wanted: ColumnElement[bool]) -> Select[Any]:
    same = dossiers.c.id == limits.c.dossier
    return select(dossiers.c.office, many).join(limits, same).where(wanted)


def _cases(offices: Sequence[str] | Collection[str]) -> Select[Any]:
    card = ("kind", "office", "officer")
    return (
        select(
            limits.c.dossier,
            *(dossiers.c[name] for name in card),
            *(limits.c[name] for name in CaseRow.model_fields if name not in (*card, "dossier")),
        )
        .join(dossiers, dossiers.c.id == limits.c.dossier)
        .where(dossiers.c.office.in_(sorted(offices)))
    )


def _falls_due(now: datetime, until: date) -> ColumnElement[bool]:
    """Tell whether a limit is a duty that is open and due on or before a day."""
    return and_(
        limits.c.met_on.is_(None),
        limits.c.ended_on.is_(None),
        limits.c.paused_by.is_(None),
        limits.c.breaches_at > now,
        limits.c.opens_at <= now,
        limits.c.due_day <= until,
        limits.c.holder.in_(sorted(DUTY_HOLDERS)),
    )


def _letters_waiting() -> Select[Any]:
    """Count the letters for which nothing runs: no dossier, no decision, no better file."""
    other, step = letters.alias(), letter_steps
    settled = exists().where(
        step.c.letter == letters.c.number, step.c.step.in_(("opened", "decided"))
    )
    replaced = exists().where(other.c.replaces == letters.c.number)
    return (
        select(letters.c.office, func.count().label("many"))
        .where(not_(settled), not_(replaced))
        .group_by(letters.c.office)
    )


def _is_letter() -> ColumnElement[bool]:
    return dossiers.c.kind.in_(LETTERS)


def _is_unacknowledged(now: datetime) -> ColumnElement[bool]:
    """Tell whether a duty has passed, someone was told after its date, and nobody answered."""
    return and_(is_overdue_at(now), _was_told(), not_(is_answered_at(now)))


def _was_told() -> ColumnElement[bool]:
    return exists().where(
        alerts.c.dossier == limits.c.dossier,
        alerts.c.occurrence == limits.c.occurrence,
        alerts.c.due == limits.c.due,
        alerts.c.state == "sent",
        alerts.c.kind == "rung",
        alerts.c.rung > 0,
    )


def _rank() -> ColumnElement[int]:
    return case(_GRAVEST_FIRST, value=limits.c.severity, else_=len(_GRAVEST_FIRST))
