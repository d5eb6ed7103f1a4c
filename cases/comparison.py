"""Compare two assessments of one dossier: which dates move, which plans and alerts change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from cases.assessment import AlertDue, Assessment, Due, Irregularity, LimitRow, RefusedPlan, State
from law.calendar import midnight_after

Direction = Literal["earlier", "later", "same", "appears", "falls_away"]
_Found = TypeVar("_Found", Irregularity, RefusedPlan, AlertDue)


class _Compared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Move(_Compared):
    """A time limit that is not as it was: its due date moves, or what became of it.

    `same`: the date stands and the state changes. A limit that is in one of the assessments
    alone appears or falls away.
    """

    dossier: str
    occurrence: str
    rule: str
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None
    point: str | None
    direction: Direction
    due_before: Due | None
    due_after: Due | None
    state_before: State | None
    state_after: State | None
    becomes_overdue: bool


class Difference(_Compared):
    """What differs between two assessments of a dossier.

    `settled`: dates that were provisional and are not; `unsettled`: the other way round.
    `plans_fallen` stood before; `plans_allowed` stand now; `reminders` counts the next rungs
    of the ladder that come at another moment.
    """

    dossier: str
    moves: tuple[Move, ...]
    settled: int
    unsettled: int
    plans_fallen: tuple[RefusedPlan, ...]
    plans_allowed: tuple[RefusedPlan, ...]
    irregularities_raised: tuple[Irregularity, ...]
    irregularities_gone: tuple[Irregularity, ...]
    alerts_raised: tuple[AlertDue, ...]
    alerts_withdrawn: tuple[AlertDue, ...]
    reminders: int

    @property
    def is_empty(self) -> bool:
        """Tell whether the two assessments say the same."""
        return not any(value for name, value in self if name != "dossier")


def compare(before: Assessment, after: Assessment) -> Difference:
    """Compare two assessments of one dossier as of one moment."""
    old = {row.occurrence: row for row in (*before.limits, *before.upcoming)}
    new = {row.occurrence: row for row in (*after.limits, *after.upcoming)}
    both = [(old[key], new[key]) for key in old if key in new]
    changed: list[tuple[LimitRow | None, LimitRow | None]] = []
    changed += [(row, new.get(key)) for key, row in old.items()]
    changed += [(None, row) for key, row in new.items() if key not in old]
    wakes_before, wakes_after = (
        {(wake.what, wake.key): wake.at for wake in answer.wakes} for answer in (before, after)
    )
    return Difference(
        dossier=after.dossier,
        moves=tuple(
            _move(after.dossier, was, becomes)
            for was, becomes in changed
            if _standing(was) != _standing(becomes)
        ),
        settled=sum(was.provisional and not becomes.provisional for was, becomes in both),
        unsettled=sum(becomes.provisional and not was.provisional for was, becomes in both),
        plans_fallen=_only_in(after.refused_plans, before.refused_plans, _plan),
        plans_allowed=_only_in(before.refused_plans, after.refused_plans, _plan),
        irregularities_raised=_only_in(after.irregularities, before.irregularities, _against),
        irregularities_gone=_only_in(before.irregularities, after.irregularities, _against),
        alerts_raised=_only_in(after.alerts, before.alerts, _alert),
        alerts_withdrawn=_only_in(before.alerts, after.alerts, _alert),
        reminders=sum(
            wakes_before.get(key) != wakes_after.get(key) for key in wakes_before | wakes_after
        ),
    )


def _standing(row: LimitRow | None) -> tuple[Due | None, State] | None:
    return None if row is None else (row.due, row.state)


def _move(dossier: str, was: LimitRow | None, becomes: LimitRow | None) -> Move:
    shown = becomes or was
    if shown is None:
        raise ValueError("a limit that is in neither assessment cannot move")
    return Move(
        dossier=dossier,
        occurrence=shown.occurrence,
        rule=shown.id,
        title_vi=shown.title_vi,
        title_en=shown.title_en,
        act=shown.act,
        article=shown.article,
        clause=shown.clause,
        point=shown.point,
        direction=_direction(was, becomes),
        due_before=was.due if was else None,
        due_after=becomes.due if becomes else None,
        state_before=was.state if was else None,
        state_after=becomes.state if becomes else None,
        becomes_overdue=_is_overdue(becomes) and not _is_overdue(was),
    )


def _is_overdue(row: LimitRow | None) -> bool:
    return row is not None and row.state == "breached"


def _direction(was: LimitRow | None, becomes: LimitRow | None) -> Direction:
    if was is None:
        return "appears"
    if becomes is None:
        return "falls_away"
    if was.due == becomes.due:
        return "same"
    if was.due is None or becomes.due is None:
        return "appears" if was.due is None else "falls_away"
    return "later" if _end(becomes.due) > _end(was.due) else "earlier"


def _end(due: date | datetime) -> datetime:
    return due if isinstance(due, datetime) else midnight_after(due)


def _only_in(
    found: Iterable[_Found], others: Iterable[_Found], key: Callable[[_Found], object]
) -> tuple[_Found, ...]:
    known = {key(other) for other in others}
    return tuple(one for one in found if key(one) not in known)


def _plan(plan: RefusedPlan) -> object:
    return plan.fact


def _against(found: Irregularity) -> object:
    return found.fact, found.rule


def _alert(alert: AlertDue) -> object:
    return alert.key
