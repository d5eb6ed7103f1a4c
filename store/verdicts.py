"""Say in SQL what stands at a moment: rows hold instants, and readers compare them with now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, case, or_, true

from cases.stages import STATUS
from law.model import DUTY_HOLDERS
from store.tables import dossiers, limits


def stage_at(now: datetime) -> ColumnElement[str]:
    """Give the stage, which may have turned since the assessment without a fact."""
    d = dossiers.c
    turned = and_(d.next_stage.is_not(None), d.stage_until <= now)
    return case((turned, d.next_stage), else_=d.stage)


def status_at(now: datetime) -> ColumnElement[str]:
    """Give the status of the stage at that moment."""
    turned = and_(dossiers.c.next_stage.is_not(None), dossiers.c.stage_until <= now)
    of_next = case(STATUS, value=dossiers.c.next_stage, else_=dossiers.c.status)
    return case((turned, of_next), else_=dossiers.c.status)


def state_at(now: datetime) -> ColumnElement[str]:
    """Give a limit's state; what was done, ended or paused stays as assessed."""
    asks = limits.c
    settled = or_(asks.met_on.is_not(None), asks.ended_on.is_not(None), asks.paused_by.is_not(None))
    return case(
        (settled, asks.state),
        (or_(asks.breaches_at.is_(None), asks.breaches_at > now), "open"),
        (asks.holder.not_in(sorted(DUTY_HOLDERS)), "expired"),
        (asks.kind == "immediate", "not_at_once"),
        else_="breached",
    )


def is_overdue_at(now: datetime) -> ColumnElement[bool]:
    """Tell whether a limit is a duty that has passed and is not done."""
    asks = limits.c
    return and_(
        asks.met_on.is_(None),
        asks.ended_on.is_(None),
        asks.paused_by.is_(None),
        asks.breaches_at <= now,
        asks.opens_at <= now,
        asks.holder.in_(sorted(DUTY_HOLDERS)),
    )


def within(table: Table, office: str | None, officer: str | None = None) -> ColumnElement[bool]:
    """Tell whether a row belongs to an office or one below it, and to an officer; None is all."""
    said: list[ColumnElement[bool]] = []
    if office is not None:
        below = table.c.office.startswith(f"{office}/", autoescape=True)
        said.append(or_(table.c.office == office, below))
    if officer is not None:
        said.append(table.c.officer == officer)
    return and_(*said) if said else true()
