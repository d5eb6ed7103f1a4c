"""Write assessments into the register, one transaction and one exchange for each."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any

import psycopg
from pydantic import TypeAdapter
from sqlalchemy import func, select, union, update

from cases.assessment import AlertDue, Assessment, Breach
from cases.dossier import Dossier
from cases.key_cases import FLAGS, PROLONGED
from cases.kinds import PREFIXES
from store.audit import note_facts
from store.breach_statements import BREACH
from store.engine import Engine
from store.parties import KEEP, masked_values, sealed_rows
from store.party_tables import erasures
from store.raising import RAISE
from store.sealing import Seal, SealError
from store.statements import BY_KEY, LOCK_ALERTS, SPREAD, TAKE
from store.tables import dossiers

Unstarted = tuple[dict[str, Any], dict[str, Any] | None, int]
"""A dossier's file, the answer it was stored with, and its revision."""

_ALERTS = TypeAdapter(tuple[AlertDue, ...])
_BREACHES = TypeAdapter(tuple[Breach, ...])
_FIRST = 1
_STATEMENTS = ("by_key", "take", "spread", "lock_alerts", "raise", "breach")
"""What one writing sends, by the names of its statements, for those who trace."""
_BOOKS = PREFIXES["reception"]
_ELSEWHERE = {"alerts", "breaches", "wakes", "dossier"}
"""What `SPREAD` does not read of an assessment."""


class Register:
    """The register that assessments are written to."""

    def __init__(self, engine: Engine, seal: Seal | None = None) -> None:
        """Write through the engine's connections; without a seal, masked dossiers alone."""
        self._engine = engine
        self._seal = seal

    async def project(
        self,
        dossier: Dossier,
        assessment: Assessment,
        revision: int,
        answer: dict[str, Any] | None = None,
        started: bool = True,  # noqa: FBT001, FBT002 - whether the workflow is known to run
    ) -> None:
        """Replace the dossier's rows unless a higher revision stands; settle its alerts.

        Names of parties are kept apart, sealed, unless they are kept already. Raises
        RegisterAwayError, RegisterNotPreparedError. Repeating it changes nothing.
        """
        values = _values_of(dossier, assessment, revision, answer, started=started)
        named = self._named(dossier)
        async with self._exchange() as cursor:
            await _write(cursor, values)
            await _keep(cursor, named)
            await note_facts(cursor, {dossier.id: revision})

    async def project_many(
        self,
        items: Sequence[tuple[Dossier, Assessment, int, dict[str, Any] | None]],
        *,
        started: bool = False,
    ) -> None:
        """Write a batch of dossiers, all or none; `started` tells whether their workflows are."""
        # One order for all, so that two batches never wait for each other in turn.
        batch = sorted(items, key=lambda item: item[0].id)
        named = [values for dossier, *_ in batch for values in self._named(dossier)]
        async with self._exchange() as cursor:
            for item in batch:
                await _write(cursor, _values_of(*item, started=started))
            await _keep(cursor, named)
            await note_facts(cursor, {dossier.id: revision for dossier, _, revision, _ in batch})

    async def unstarted(self, limit: int) -> list[Unstarted]:
        """List dossiers whose workflow is not known to be started, by id."""
        query = (
            select(dossiers.c.dossier, dossiers.c.answer, dossiers.c.revision)
            .where(dossiers.c.started_at.is_(None))
            .order_by(dossiers.c.id)
            .limit(limit)
        )
        rows = await self._engine.fetch(query)
        return [(row["dossier"], row["answer"], row["revision"]) for row in rows]

    async def reception_offices(self, year: int) -> list[str]:
        """List the offices that kept a book of citizen reception in a year."""
        query = (
            select(dossiers.c.office)
            .where(
                dossiers.c.id.between(_BOOKS, f"{_BOOKS}~"),
                dossiers.c.kind == "reception",
                dossiers.c.id.endswith(f"-{year}"),
            )
            .order_by(dossiers.c.id)
        )
        return [row["office"] for row in await self._engine.fetch(query)]

    async def known(self, ids: Iterable[str]) -> set[str]:
        """Give those of the ids that the register has, or had until they were erased."""
        wanted = sorted(ids)
        query = union(
            select(dossiers.c.id).where(dossiers.c.id.in_(wanted)),
            select(erasures.c.dossier).where(
                erasures.c.dossier.in_(wanted), erasures.c.place.is_(None)
            ),
        )
        return {row["id"] for row in await self._engine.fetch(query)}

    async def mark_started(self, ids: Iterable[str]) -> None:
        """Note that these dossiers' workflows run."""
        # Locked in order: a batch may be writing the same dossiers.
        wanted = (
            select(dossiers.c.id)
            .where(dossiers.c.id.in_(sorted(ids)), dossiers.c.started_at.is_(None))
            .order_by(dossiers.c.id)
            .with_for_update()
            .cte("wanted")
        )
        statement = (
            update(dossiers).where(dossiers.c.id == wanted.c.id).values(started_at=func.now())
        )
        await self._engine.fetch(statement)

    def _named(self, dossier: Dossier) -> list[dict[str, Any]]:
        if not dossier.names_anyone:
            return []
        if self._seal is None:
            raise SealError(
                f"the parties of {dossier.id!r} cannot be kept: there is no key to seal them",
                f"Không lưu được đương sự của {dossier.id!r}: không có khóa để niêm phong",
            )
        return list(sealed_rows(dossier, self._seal))

    @asynccontextmanager
    async def _exchange(self) -> AsyncIterator[psycopg.AsyncCursor[Any]]:
        """Lend a cursor whose statements are sent together and committed."""
        async with (
            self._engine.connected(*_STATEMENTS) as connection,
            connection.pipeline(),
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            await cursor.execute(BY_KEY)
            yield cursor


async def _write(cursor: psycopg.AsyncCursor[Any], values: dict[str, object]) -> None:
    for statement in (TAKE, SPREAD, LOCK_ALERTS, RAISE):
        await cursor.execute(statement, values)
    # Of a dossier seen for the first time nothing is on record that could be struck out.
    if values["breaches"] is not None or values["revision"] != _FIRST:
        await cursor.execute(BREACH, values)


async def _keep(cursor: psycopg.AsyncCursor[Any], named: Iterable[dict[str, Any]]) -> None:
    for values in named:
        await cursor.execute(KEEP, values)


def _alerts_of(assessment: Assessment, revision: int) -> tuple[AlertDue, ...]:
    """Give what is to be raised; of a dossier seen for the first time nothing was missed."""
    if revision > _FIRST:
        return assessment.alerts
    return tuple(alert.model_copy(update={"missed": ()}) for alert in assessment.alerts)


def _values_of(
    dossier: Dossier,
    assessment: Assessment,
    revision: int,
    answer: dict[str, Any] | None,
    *,
    started: bool,
) -> dict[str, object]:
    return {
        "kind": dossier.kind,
        "office": dossier.office,
        "officer": assessment.officer,
        "origin": dossier.origin,
        "stage": assessment.stage,
        "status": assessment.status,
        "stage_since": assessment.stage_since,
        "stage_until": assessment.stage_until,
        "next_stage": assessment.next_stage,
        "next_due": _as_text(assessment.next_due),
        "next_wake": assessment.next_wake,
        "revision": revision,
        "as_of": assessment.as_of,
        "book": assessment.book,
        "calendar": assessment.calendar,
        "practice": assessment.practice,
        "facts_count": len(dossier.facts),
        **masked_values(dossier),
        "answer": None if answer is None else json.dumps(answer, ensure_ascii=False),
        "started": started,
        "flags": list(flags := _lasting(assessment)),
        "key_rank": rank_of(flags),
        "prolonged_at": assessment.prolonged_at,
        "amount_vnd": assessment.amount_vnd,
        "about": dossier.about,
        "standing": _standing(dossier),
        "assessment": assessment.model_dump_json(exclude=_ELSEWHERE),
        "breaches": _BREACHES.dump_json(assessment.breaches).decode()
        if assessment.breaches
        else None,
        "alerts": _ALERTS.dump_json(_alerts_of(assessment, revision)).decode(),
    }


def _lasting(assessment: Assessment) -> tuple[str, ...]:
    """Give the flags that do not depend on time; the instant of the other is kept."""
    return tuple(flag for flag in assessment.flags if flag != PROLONGED)


def rank_of(flags: tuple[str, ...]) -> int:
    """Give a case's place by its lasting flags: 0 key, 1 complex, 2 neither."""
    return min((FLAGS.index(flag) for flag in flags), default=FLAGS.index(PROLONGED))


def _as_text(due: date | datetime | None) -> str | None:
    return None if due is None else due.isoformat()


def _standing(dossier: Dossier) -> list[int]:
    """List the numbers of the records that count now; a correction stands for what it corrects."""
    last = {fact.corrects: fact.number for fact in dossier.facts if fact.corrects is not None}
    return [
        fact.number if fact.corrects is None else last[fact.corrects]
        for fact in dossier.effective_facts()
    ]
