"""Ask which cases a handover moves, and what their open duties are to it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)

from cases.handover import Handover
from law.calendar import ZONE
from law.model import DUTY_HOLDERS
from store.tables import dossiers, facts, limits
from store.verdicts import status_at, within


def wanted_cases(handover: Handover, now: datetime) -> Select[Any]:
    """Ask for the officer's cases that live: not closed, or closed with a duty left."""
    assigned = (
        select(facts.c.on, facts.c.at)
        .where(
            facts.c.dossier == dossiers.c.id,
            facts.c.event == "officer_assigned",
            facts.c.effective,
        )
        .order_by(facts.c.on.desc(), facts.c.at.desc().nulls_last(), facts.c.number.desc())
        .limit(1)
        .lateral("assigned")
    )
    asked = cast(literal(handover.from_day), Date)
    return (
        select(
            dossiers.c.id.label("dossier"),
            dossiers.c.kind,
            func.greatest(asked, assigned.c.on).label("on"),
            # An assignment of the same day with its hour stands after a whole day.
            case((assigned.c.on >= asked, assigned.c.at)).label("at"),
        )
        .outerjoin(assigned, true())
        .where(
            within(dossiers, handover.office, handover.from_person),
            or_(
                status_at(now) != "closed",
                exists().where(limits.c.dossier == dossiers.c.id, is_open_duty(now)),
            ),
        )
    )


def is_open_duty(now: datetime) -> ColumnElement[bool]:
    """Tell whether a limit is a duty that began and is neither done, ended nor paused."""
    asks = limits.c
    return and_(
        asks.met_on.is_(None),
        asks.ended_on.is_(None),
        asks.paused_by.is_(None),
        asks.due.is_not(None),
        asks.opens_at <= now,
        asks.holder.in_(sorted(DUTY_HOLDERS)),
    )


def shown_of(handover: Handover, now: datetime) -> list[ColumnElement[Any]]:
    """Show a duty with what the change may do to it."""
    began = datetime.combine(handover.from_day, time.min, ZONE)
    became = case(
        (limits.c.breaches_at <= began, "overdue"),
        (limits.c.breaches_at <= now, "late"),
        (limits.c.due_day <= handover.settling_to, "at_risk"),
        else_="open",
    )
    names = ("occurrence", "rule", "title_vi", "title_en", "act", "article", "clause", "due")
    return [*(limits.c[name] for name in names), cast(became, Text).label("became")]
