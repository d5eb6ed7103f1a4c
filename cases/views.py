"""Show an assessment as plain data: what `--json` prints and other programs read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from cases.assessment import Assessment, LimitRow

_IRREGULARITY = (
    "event", "on", "at", "act", "article", "clause", "reason", "reason_en", "rule", "fact",
)  # fmt: skip
_REFUSED_PLAN = (
    "event", "at", "act", "article", "clause", "reason", "reason_en", "next_lawful", "rule", "fact",
)  # fmt: skip
_STUCK = ("reason", "since", "holder", "limit")
_LIMIT = (
    "id", "kind", "act", "article", "clause", "point", "nominal", "due", "state", "met_on",
    "holder", "provisional", "confidence", "occurrence", "transition_review", "readings",
    "paused_by", "receipt",
)  # fmt: skip


def as_json(assessment: Assessment) -> dict[str, Any]:
    """Give the assessment as JSON types: dates ISO, instants ISO with their offset."""
    return {
        "id": assessment.dossier,
        "as_of": plain(assessment.as_of),
        "stage": assessment.stage,
        "status": assessment.status,
        "stage_since": plain(assessment.stage_since),
        "stage_until": plain(assessment.stage_until),
        "next_stage": assessment.next_stage,
        "next_wake": plain(assessment.next_wake),
        "limits": [limit_as_json(row) for row in assessment.limits],
        "upcoming": [limit_as_json(row) for row in assessment.upcoming],
        "irregularities": [_only(found, _IRREGULARITY) for found in assessment.irregularities],
        "refused_plans": [_only(plan, _REFUSED_PLAN) for plan in assessment.refused_plans],
        "stuck": [_only(reason, _STUCK) for reason in assessment.stuck],
        "flags": list(assessment.flags),
        "prolonged_at": plain(assessment.prolonged_at),
        "amount_vnd": assessment.amount_vnd,
        "book": assessment.book,
        "calendar": assessment.calendar,
    }


def limit_as_json(row: LimitRow) -> dict[str, Any]:
    """Give one time limit; `starts_on` is the day its clock starts, `trigger` the event."""
    shown = _only(row, _LIMIT)
    return {**shown, "starts_on": row.started.isoformat(), "trigger": row.starts_on}


def _only(model: BaseModel, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: plain(getattr(model, name)) for name in names}


def plain(value: object) -> Any:  # noqa: ANN401 - JSON types
    """Give a value as JSON types, models with all their fields."""
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, tuple | list):
        return [plain(entry) for entry in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
