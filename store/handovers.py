"""Keep handovers: which cases go, what became of each, and which limits became late by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select

from cases.assessment import read_due
from cases.handover import Became, CaseToMove, Handover
from law.calendar import ZONE
from law.errors import SpokenError
from law.model import DUTY_HOLDERS
from store.audit import Action, Entry, note_in
from store.engine import Engine
from store.handover_queries import is_open_duty, shown_of, wanted_cases
from store.handover_statements import (
    CLOSE,
    FAIL,
    LOCK,
    MOVE_ANSWERS,
    MOVE_UNSENT,
    OFFICER,
    OPEN,
    PLAN,
    SETTLE,
    TELL,
    TRY_AGAIN,
)
from store.rebuilds import RebuildRows
from store.records import acknowledgements, handover_cases, handovers
from store.replies import is_standing_at
from store.tables import dossiers, limits


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class MovedLimit(_Row):
    """A duty that a case had open at the change, and what the change may do to it."""

    occurrence: str
    rule: str
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None
    due: str
    became: Became

    @property
    def due_at(self) -> date | datetime | None:
        """Give the due day, or the moment of a term in hours."""
        due = read_due(self.due)
        return due if isinstance(due, date) else None

    @property
    def due_day(self) -> date | None:
        """Give the day on which it is due."""
        due = self.due_at
        return due.astimezone(ZONE).date() if isinstance(due, datetime) else due


class HandoverCase(_Row):
    """One case of a handover; a failed one has its reason in both languages.

    `limits` are its open duties at the change; `opened` the occurrences that the change opened;
    `answers` the acknowledgements and snoozes that moved with it.
    """

    dossier: str
    state: str = "planned"
    on: date
    reason_vi: str | None = None
    reason_en: str | None = None
    moved_at: datetime | None = None
    limits: tuple[MovedLimit, ...] = ()
    opened: tuple[str, ...] = ()
    answers: int = 0


class HandoverRow(_Row):
    """A handover as it was asked for; `ended_at` once every case was tried."""

    id: str
    from_person: str
    to_person: str
    from_day: date
    office: str | None
    decision: str | None
    actor: str
    asked_at: datetime
    ended_at: datetime | None


class HandoverRows:
    """The record of handovers; every method may be repeated."""

    def __init__(self, engine: Engine) -> None:
        """Read and write through the engine's connections."""
        self._engine = engine

    async def preview(self, handover: Handover, now: datetime) -> list[HandoverCase]:
        """List what a handover would move, as things stand; nothing is written."""
        wanted = wanted_cases(handover, now).subquery()
        cases = await self._engine.fetch(select(wanted).order_by(wanted.c.dossier))
        open_limits = await self._engine.fetch(
            select(limits.c.dossier, *shown_of(handover, now))
            .join(wanted, wanted.c.dossier == limits.c.dossier)
            .where(is_open_duty(now))
            .order_by(limits.c.dossier, limits.c.breaches_at, limits.c.occurrence)
        )
        held = await self._engine.fetch(
            select(acknowledgements.c.dossier, func.count().label("many"))
            .join(wanted, wanted.c.dossier == acknowledgements.c.dossier)
            .where(acknowledgements.c.person == handover.from_person, is_standing_at(now))
            .group_by(acknowledgements.c.dossier)
        )
        by_case: dict[str, list[dict[str, Any]]] = {}
        for row in open_limits:
            by_case.setdefault(row["dossier"], []).append(row)
        answers = {row["dossier"]: row["many"] for row in held}
        return [
            HandoverCase.model_validate(
                row
                | {
                    "limits": by_case.get(row["dossier"], ()),
                    "answers": answers.get(row["dossier"], 0),
                }
            )
            for row in cases
        ]

    async def plan(self, handover: Handover, now: datetime) -> Mapping[str, int]:
        """List the officer's cases as to be moved, and those that failed anew; count by state.

        Raises `RebuildingError` while the register may lack some of them.
        """
        await RebuildRows(self._engine).refuse_meanwhile()
        asked = _values(handover, now)
        cases = [
            {**asked, "dossier": row["dossier"], "on": row["on"], "at": row["at"]}
            for row in await self._engine.fetch(wanted_cases(handover, now))
        ]
        async with (
            self._engine.connected() as connection,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            await cursor.execute(OPEN, asked)
            begun = cursor.rowcount
            await cursor.execute(TRY_AGAIN, asked)
            if cases:
                await cursor.executemany(PLAN, cases)
            if begun:
                await note_in(cursor, [_noted("handover_begun", asked, cases=len(cases))])
        return await self.count(handover.id)

    async def waiting(self, handover: str, most: int) -> Sequence[CaseToMove]:
        """List cases that wait to be moved, by id."""
        query = (
            select(handover_cases, dossiers.c.kind)
            .join(dossiers, dossiers.c.id == handover_cases.c.dossier)
            .where(handover_cases.c.handover == handover, handover_cases.c.state == "planned")
            .order_by(handover_cases.c.dossier)
            .limit(most)
        )
        return [CaseToMove.model_validate(row) for row in await self._engine.fetch(query)]

    async def settle(
        self, handover: Handover, dossier: str, opened: Sequence[str], now: datetime
    ) -> bool:
        """Note a case as moved, and move what FROM answered; False where the officer is another."""
        query = (
            select(*shown_of(handover, now))
            .where(
                limits.c.dossier == dossier,
                limits.c.occurrence.not_in(list(opened)),
                is_open_duty(now),
            )
            .order_by(limits.c.breaches_at, limits.c.occurrence)
        )
        held = [MovedLimit.model_validate(row) for row in await self._engine.fetch(query)]
        values = _values(handover, now) | {
            "dossier": dossier,
            "limits": Jsonb([limit.model_dump() for limit in held]),
            "opened": Jsonb(list(opened)),
            "duty_holders": sorted(DUTY_HOLDERS),
        }
        async with self._engine.connected() as connection, connection.transaction():
            # Held against projections and answers, so that no reminder is left with who leaves.
            await connection.execute(LOCK, values)
            row = await (await connection.execute(OFFICER, values)).fetchone()
            if row is None or row[0] != handover.to_person:
                return False
            moved = await connection.execute(MOVE_ANSWERS, values)
            await connection.execute(MOVE_UNSENT, values)
            await connection.execute(TELL, values)
            settled = await connection.execute(SETTLE, values | {"answers": moved.rowcount})
            if settled.rowcount:
                await note_in(connection, [_noted("handed_over", values, opened=list(opened))])
        return True

    async def fail(self, handover: str, dossier: str, reason: SpokenError, now: datetime) -> None:
        """Note why a case was not moved; one that was moved stays so."""
        values = {
            "id": handover, "dossier": dossier, "now": now,
            "vi": reason.say("vi"), "en": reason.say("en"),
        }  # fmt: skip
        async with self._engine.connected() as connection:
            await connection.execute(FAIL, values)

    async def count(self, handover: str) -> Mapping[str, int]:
        """Count a handover's cases by state."""
        query = (
            select(handover_cases.c.state, func.count().label("many"))
            .where(handover_cases.c.handover == handover)
            .group_by(handover_cases.c.state)
        )
        return {row["state"]: row["many"] for row in await self._engine.fetch(query)}

    async def close(self, handover: Handover, now: datetime) -> None:
        """Note that every case was tried."""
        counted = await self.count(handover.id)
        values = _values(handover, now)
        async with self._engine.connected() as connection, connection.transaction():
            closed = await connection.execute(CLOSE, values)
            if closed.rowcount:
                await note_in(connection, [_noted("handover_ended", values, **counted)])

    async def find(self, handover: str) -> HandoverRow | None:
        """Give a handover as it was asked for, or None."""
        query = select(handovers).where(handovers.c.id == handover)
        found = await self._engine.fetch(query)
        return HandoverRow.model_validate(found[0]) if found else None

    async def cases(self, handover: str) -> list[HandoverCase]:
        """List the cases of a handover with what became of each, by id."""
        query = (
            select(handover_cases)
            .where(handover_cases.c.handover == handover)
            .order_by(handover_cases.c.dossier)
        )
        return [HandoverCase.model_validate(row) for row in await self._engine.fetch(query)]


def _values(handover: Handover, now: datetime) -> dict[str, Any]:
    return handover.model_dump() | {"id": handover.id, "now": now}


def _noted(action: Action, values: Mapping[str, Any], **more: object) -> Entry:
    detail = {
        "handover": values["id"], "from": values["from_person"], "to": values["to_person"],
        "from_day": values["from_day"].isoformat(), "decision": values["decision"], **more,
    }  # fmt: skip
    return Entry(
        action=action, actor=values["actor"], at=values["now"], dossier=values.get("dossier"),
        detail=detail,
    )  # fmt: skip
