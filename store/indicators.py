"""Read what indicators are counted from: letters and followed judgments, their facts and limits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from law.model import DUTY_HOLDERS
from store.engine import Engine
from store.tables import dossiers, facts, limits
from store.verdicts import within

_CASE, _JUDGMENT = "enforcement_case", "administrative_judgment"
_CARD = ("id", "kind", "office", "officer")
_LIMIT = (
    "dossier", "rule", "title_vi", "title_en", "act", "article", "clause", "holder", "started",
    "due", "met_on", "met_by_fact", "state", "ended_on", "paused_by",
)  # fmt: skip


class IndicatorRows:
    """The register's rows behind the indicators; they name no party and nobody who denounces."""

    def __init__(self, engine: Engine) -> None:
        """Read through the engine's connections."""
        self._engine = engine

    async def dossiers(
        self, kinds: Collection[str], events: Collection[str], office: str | None
    ) -> list[dict[str, Any]]:
        """List dossiers of these kinds, not cases, with their facts that count, in their order.

        Of letters the facts of these events, of followed judgments every one. Raises
        RegisterAwayError or RegisterNotPreparedError when the database cannot answer.
        """
        wanted = and_(_of_kinds(kinds), within(dossiers, office))
        cards = await self._engine.fetch(
            select(*(dossiers.c[name] for name in _CARD)).where(wanted).order_by(dossiers.c.id)
        )
        # A correction has the number of what it corrects, as in an assessment.
        number = func.coalesce(facts.c.corrects, facts.c.number).label("number")
        told_of = or_(facts.c.event.in_(sorted(events)), dossiers.c.kind == _JUDGMENT)
        told = await self._engine.fetch(
            select(facts.c.dossier, number, facts.c.event, facts.c.on, facts.c.fields)
            .join(dossiers, dossiers.c.id == facts.c.dossier)
            .where(wanted, facts.c.effective, told_of)
            .order_by(facts.c.dossier, facts.c.on, facts.c.at.nulls_first(), number)
        )
        held: dict[str, list[dict[str, Any]]] = {}
        for row in told:
            held.setdefault(row["dossier"], []).append(row)
        return [card | {"facts": held.get(card["id"], [])} for card in cards]

    async def limits(
        self, ids: Sequence[str], rules: Collection[str], judgments: Sequence[str]
    ) -> dict[str, list[dict[str, Any]]]:
        """Give the limits of these rules of dossiers, and of judgments those of every rule."""
        wanted = or_(
            and_(limits.c.dossier.in_(ids), limits.c.rule.in_(sorted(rules))),
            limits.c.dossier.in_(judgments),
        )
        query = (
            select(*(limits.c[name] for name in _LIMIT))
            .where(wanted, limits.c.holder.in_(sorted(DUTY_HOLDERS)))
            .order_by(limits.c.dossier, limits.c.place)
        )
        found: dict[str, list[dict[str, Any]]] = {}
        for row in await self._engine.fetch(query):
            found.setdefault(row["dossier"], []).append(row)
        return found


def _of_kinds(kinds: Collection[str]) -> ColumnElement[bool]:
    # The index of dossiers that are no cases needs its own condition said.
    return and_(dossiers.c.kind.in_(sorted(kinds)), dossiers.c.kind != _CASE)
