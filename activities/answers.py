"""Shorten an assessment to the answer that enters workflow history."""

from __future__ import annotations

from datetime import date, datetime

from activities.ports import AgendaLine, Answer
from cases.assessment import Assessment, LimitRow, Receipt
from cases.tidings import Tiding

_ASKS = {"open", "breached", "not_at_once", "paused"}


def answer_of(assessment: Assessment, tidings: tuple[Tiding, ...] = ()) -> Answer:
    """Give the stage, the agenda with its working, and the next moment of change."""
    asking = [row for row in assessment.limits if row.state in _ASKS]
    return Answer(
        stage=assessment.stage,
        status=assessment.status,
        stage_until=assessment.stage_until,
        next_stage=assessment.next_stage,
        officer=assessment.officer,
        next_wake=assessment.next_wake,
        next_due_at=min(_ahead(asking, assessment.as_of), default=None),
        stuck=tuple(dict.fromkeys(reason.reason for reason in assessment.stuck)),
        agenda=tuple(_line(row) for row in asking),
        irregularities=len(assessment.irregularities),
        irregular=assessment.irregularities,
        refused_plans=assessment.refused_plans,
        tidings=tidings,
        book=assessment.book,
        calendar=assessment.calendar,
    )


def _ahead(rows: list[LimitRow], now: datetime) -> list[datetime]:
    return [row.breaches_at for row in rows if row.breaches_at and row.breaches_at > now]


def _line(row: LimitRow) -> AgendaLine:
    return AgendaLine(
        id=row.id,
        occurrence=row.occurrence,
        title_vi=row.title_vi,
        title_en=row.title_en,
        act=row.act,
        article=row.article,
        clause=row.clause,
        due=row.due,
        state=row.state,
        holder=row.holder,
        working=working_of(row.receipt),
        receipt=row.receipt.hash,
        confidence=row.confidence,
        signed=row.receipt.signed_by is not None,
    )


def working_of(receipt: Receipt) -> str:
    """Write the count in one short line, such as '9 days from 2026-11-23: 2026-12-02'."""
    if receipt.due is None:
        missing = receipt.gap == "text_not_at_hand"
        return "text not at hand" if missing else "no number in the law"
    text = f"{_day(receipt.trigger_at or receipt.trigger_on)}: {_day(receipt.nominal)}"
    if receipt.length is not None:
        direction = "before" if receipt.backwards else "from"
        text = f"{receipt.length} {receipt.unit} {direction} {text}"
    if receipt.due != receipt.nominal:
        text += f" -> {_day(receipt.due)}"
    if receipt.excluded:
        text += f" (+{len(receipt.excluded)} excluded)"
    return text


def _day(value: date | datetime | None) -> str:
    return value.isoformat() if value else "-"
