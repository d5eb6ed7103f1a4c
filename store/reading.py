"""Answer people's questions from the register, as things stand at the moment they give.

Offices are keys such as nghe-an/kv1; an office stands for itself and those below it. Every
method raises RegisterAwayError or RegisterNotPreparedError when the database cannot answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from store.engine import Engine
from store.records import alerts
from store.rows import (
    EVERY_ONE,
    AlertLine,
    Card,
    Counts,
    FactLine,
    IrregularityLine,
    LimitLine,
    StuckLine,
    StuckTally,
    Wanted,
)
from store.stuck_list import list_stuck, tally_stuck
from store.tables import dossiers, facts, irregularities, limits, refused_plans, stuck
from store.verdicts import (
    is_overdue_at,
    stage_at,
    state_at,
    status_at,
    within,
)


class Reading:
    """The register's questions and answers."""

    def __init__(self, engine: Engine) -> None:
        """Read through the engine's connections."""
        self._engine = engine

    async def card(self, dossier: str, now: datetime) -> Card | None:
        """Give a dossier's card, or None where the register does not know it."""
        found = await self._cards(dossiers.c.id == dossier, now, 1)
        return found[0] if found else None

    async def title(self, dossier: str) -> str | None:
        """Give what a dossier is called in lists, where it has a title."""
        query = select(dossiers.c.dossier["title"].astext.label("title")).where(
            dossiers.c.id == dossier
        )
        rows = await self._engine.fetch(query)
        return rows[0]["title"] if rows else None

    async def cards(
        self,
        now: datetime,
        *,
        office: str | None = None,
        officer: str | None = None,
        after: str = "",
        most: int = 200,
    ) -> list[Card]:
        """List cards by id, `most` of them, those `after` an id: one page after another."""
        wanted = and_(within(dossiers, office, officer), dossiers.c.id > after)
        return await self._cards(wanted, now, most)

    async def unclosed(self, *, after: str = "", most: int = 500) -> list[dict[str, Any]]:
        """List the files of dossiers not closed, by id, `most` of those `after` an id."""
        query = (
            select(dossiers.c.dossier)
            .where(dossiers.c.status != "closed", dossiers.c.id > after)
            .order_by(dossiers.c.id)
            .limit(most)
        )
        return [row["dossier"] for row in await self._engine.fetch(query)]

    async def count_unclosed(self) -> int:
        """Count the dossiers not closed: those that a new book or calendar assesses again."""
        query = select(func.count().label("many")).where(dossiers.c.status != "closed")
        many: int = (await self._engine.fetch(query))[0]["many"]
        return many

    async def facts(self, dossier: str) -> list[FactLine]:
        """List every record of a dossier's facts, by number."""
        query = select(facts).where(facts.c.dossier == dossier).order_by(facts.c.number)
        return [FactLine.model_validate(row) for row in await self._engine.fetch(query)]

    async def limits(self, dossier: str, now: datetime) -> list[LimitLine]:
        """List a dossier's limits in the order of its receipts, upcoming ones too."""
        query = (
            select(
                *(c for c in limits.c if c.name not in ("state", "upcoming", "place")),
                state_at(now).label("state"),
                (limits.c.opens_at > now).label("upcoming"),
            )
            .where(limits.c.dossier == dossier)
            .order_by(limits.c.place)
        )
        return [LimitLine.model_validate(row) for row in await self._engine.fetch(query)]

    async def irregularities(self, dossier: str) -> list[IrregularityLine]:
        """List what happened in a dossier against a rule."""
        query = (
            select(irregularities)
            .where(irregularities.c.dossier == dossier)
            .order_by(irregularities.c.place)
        )
        return [IrregularityLine.model_validate(row) for row in await self._engine.fetch(query)]

    async def refused_plans(self, dossier: str) -> list[IrregularityLine]:
        """List a dossier's plans that do not stand, each with its next lawful moment."""
        query = (
            select(refused_plans)
            .where(refused_plans.c.dossier == dossier)
            .order_by(refused_plans.c.place)
        )
        return [IrregularityLine.model_validate(row) for row in await self._engine.fetch(query)]

    async def stuck(
        self, now: datetime, wanted: Wanted = EVERY_ONE, *, most: int | None = None, skip: int = 0
    ) -> list[StuckLine]:
        """List why dossiers are stuck: flagged cases first, then the gravest, then the longest.

        `most` rows after the first `skip`; None is all.
        """
        return await list_stuck(self._engine, now, wanted, most=most, skip=skip)

    async def stuck_tally(self, now: datetime, wanted: Wanted = EVERY_ONE) -> StuckTally:
        """Count what `stuck` lists: rows, cases, and cases by reason."""
        return await tally_stuck(self._engine, now, wanted)

    async def alerts(
        self,
        *,
        office: str | None = None,
        officer: str | None = None,
        dossier: str | None = None,
        states: Sequence[str] = ("raised", "sent"),
        most: int = 500,
    ) -> list[AlertLine]:
        """List alerts in the given states (raised, sent, withdrawn), the latest first."""
        query = (
            select(alerts)
            .where(within(alerts, office, officer), alerts.c.state.in_(list(states)))
            .order_by(alerts.c.raised_at.desc(), alerts.c.key)
            .limit(most)
        )
        if dossier is not None:
            query = query.where(alerts.c.dossier == dossier)
        return [AlertLine.model_validate(row) for row in await self._engine.fetch(query)]

    async def counts(
        self, now: datetime, *, office: str | None = None, officer: str | None = None
    ) -> Counts:
        """Count dossiers by stage, limits by state, stuck ones by reason, and waiting alerts."""
        ours = within(dossiers, office, officer)
        stages = await self._tally(select(stage_at(now)).where(ours))
        states = await self._tally(
            select(state_at(now))
            .join(dossiers, dossiers.c.id == limits.c.dossier)
            .where(ours, limits.c.opens_at <= now)
        )
        held = (
            select(stuck.c.reason)
            .join(dossiers, dossiers.c.id == stuck.c.dossier)
            .where(ours, stuck.c.since <= now, status_at(now) != "closed")
        )
        whole = held.with_only_columns(func.count(stuck.c.dossier.distinct()).label("many"))
        waiting = select(func.count().label("many")).where(
            within(alerts, office, officer), alerts.c.state == "raised", alerts.c.raised_at <= now
        )
        return Counts(
            dossiers=sum(stages.values()),
            stages=stages,
            states=states,
            reasons=await self._tally(held),
            stuck_dossiers=(await self._engine.fetch(whole))[0]["many"],
            alerts_waiting=(await self._engine.fetch(waiting))[0]["many"],
        )

    async def _cards(self, wanted: ColumnElement[bool], now: datetime, most: int) -> list[Card]:
        derived = ("stage", "status", "search", "dossier", "answer")
        query = (
            select(
                *(c for c in dossiers.c if c.name not in derived),
                stage_at(now).label("stage"),
                status_at(now).label("status"),
            )
            .where(wanted)
            .order_by(dossiers.c.id)
            .limit(most)
        )
        rows = await self._engine.fetch(query)
        # Asked apart, each once for the whole page: a subquery for each card may scan for each.
        ids = [row["id"] for row in rows]
        passed = await self._engine.fetch(
            select(limits.c.dossier, func.count().label("many"))
            .where(limits.c.dossier.in_(ids), is_overdue_at(now))
            .group_by(limits.c.dossier)
        )
        reasons = await self._engine.fetch(
            select(stuck.c.dossier, func.array_agg(stuck.c.reason.distinct()).label("reasons"))
            .where(stuck.c.dossier.in_(ids), stuck.c.since <= now)
            .group_by(stuck.c.dossier)
        )
        overdue = {row["dossier"]: row["many"] for row in passed}
        held = {row["dossier"]: row["reasons"] for row in reasons}
        return [
            Card.model_validate(
                row | {"overdue": overdue.get(row["id"], 0), "stuck": held.get(row["id"], ())}
            )
            for row in rows
        ]

    async def _tally(self, values: Select[Any]) -> dict[str, int]:
        counted = values.subquery()
        (value,) = counted.c
        query = (
            select(value.label("value"), func.count().label("many")).group_by(value).order_by(value)
        )
        return {row["value"]: row["many"] for row in await self._engine.fetch(query)}
