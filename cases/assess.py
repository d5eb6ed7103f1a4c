"""Assess a dossier: from its facts, the law and the calendar to everything that follows."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from cases.assessment import AlertDue, Assessment, Breach, LimitRow, Moment, State
from cases.breaches import PASSED, breach_of, day_of, is_reported_late
from cases.clocks import UNTOLD
from cases.dossier import Dossier
from cases.escalation import Ladder, climb
from cases.facts import end_of
from cases.halts import HALT_PERIOD
from cases.key_cases import amount_of, flag_case
from cases.practice import Practice, read_practice
from cases.receipt import write_receipt
from cases.requests import overdue_answers
from cases.stages import STATUS
from cases.stuck import reasons_of, unarmed
from cases.timeline import Occurrence, Timeline
from cases.walk import Walk
from law.calendar import ZONE, Calendar
from law.corpus import Corpus, Version
from law.model import Clock, Immediate, Limitation


def assess(
    dossier: Dossier,
    corpus: Corpus,
    calendar: Calendar,
    as_of: date | datetime,
    practice: Practice | None = None,
) -> Assessment:
    """Give the stage, limits with receipts, irregularities, plans, stuck reasons and wakes.

    `as_of` is a moment, or a day looked at as a whole (its last instant); `practice` is the
    shipped one where none is given. The same input gives the same answer at any time on any
    machine; nothing here reads a clock.
    """
    now = as_of if isinstance(as_of, datetime) else end_of(as_of)
    practice = practice or read_practice()
    ladder = practice.ladder.at(dossier.office)
    walk = Walk(dossier, corpus, calendar, now).run()
    line = walk.line
    began = line.facts[0].on if line.facts else now.astimezone(ZONE).date()
    shown = [o for o in line.occurrences if not (o.rule.reaches_back and o.moot)]
    ordered = sorted(shown, key=lambda o: (o.opens_at, o.start, o.key))
    rows = _rows(ordered, dossier, corpus, calendar, began, now)
    stage, since = walk.stage_now
    turn = walk.turns[0] if walk.turns else None
    norms = practice.norms
    alerts, wakes, unwatched = _climb_all(ordered, dossier, calendar, ladder, now)
    found = [*reasons_of(line, stage, since, turn, norms, now), *unarmed(stage, unwatched)]
    if STATUS[stage] != "closed":
        found += overdue_answers(line, calendar)
    reasons = sorted(found, key=lambda reason: reason.since)
    flagged = flag_case(line, key=norms.key, complex_=norms.complex, prolonged=norms.prolonged)
    dues = [row.due for row in rows if row.state == "open" and row.due and row.opens_at <= now]
    return Assessment(
        dossier=dossier.id,
        as_of=now,
        stage=stage,
        status=STATUS[stage],
        stage_since=since,
        stage_until=turn[0] if turn else None,
        next_stage=turn[1] if turn else None,
        officer=line.officer,
        next_wake=wakes[0].at if wakes else None,
        next_due=min(dues, key=day_of, default=None),
        limits=tuple(row for row in rows if row.opens_at <= now),
        upcoming=tuple(row for row in rows if row.opens_at > now),
        irregularities=tuple(walk.judgment.irregularities),
        refused_plans=tuple(walk.judgment.refused_plans),
        stuck=tuple(reason for reason in reasons if reason.since <= now),
        stuck_later=tuple(reason for reason in reasons if reason.since > now),
        alerts=alerts,
        wakes=wakes,
        breaches=_breaches(ordered, rows, line, calendar, now),
        book=corpus.hash,
        calendar=calendar.hash,
        practice=practice.hash,
        flags=flagged.at(now),
        prolonged_at=flagged.prolonged_at,
        amount_vnd=amount_of(dossier),
    )


@lru_cache(maxsize=1024)
def _stated_by(version: Version) -> dict[str, Any]:
    """Give what a wording states by itself, the same in each of its rows."""
    rule = version.rule
    if not isinstance(rule, Clock):
        raise TypeError(f"{rule.id} is no clock")
    return {
        "id": version.id,
        "kind": version.rule.kind,
        "title_vi": rule.title.vi,
        "title_en": rule.title.en,
        "holder": rule.holder.value,
        "severity": rule.severity.value,
        "confidence": rule.confidence.value,
    }


def _titled(occurrence: Occurrence) -> dict[str, Any]:
    """Give what the wording states, its titles with the reference of the request it is about."""
    stated, subject = _stated_by(occurrence.version), occurrence.trigger.subject
    if subject is None or (reference := subject.fields.get("request")) is None:
        return stated
    titles = {name: f"{stated[name]} ({reference})" for name in ("title_vi", "title_en")}
    return stated | titles


def _rows(
    occurrences: list[Occurrence],
    dossier: Dossier,
    corpus: Corpus,
    calendar: Calendar,
    began: date,
    now: datetime,
) -> list[LimitRow]:
    rows: list[LimitRow] = []
    previous = ""
    for occurrence in occurrences:
        receipt = write_receipt(occurrence, corpus, calendar, began, previous=previous)
        previous = receipt.hash
        state = state_of(occurrence, now)
        counted, done = occurrence.counted, occurrence.done
        rows.append(
            LimitRow.computed(
                _titled(occurrence)
                | {
                    "act": receipt.act,
                    "article": receipt.article,
                    "clause": receipt.clause,
                    "point": receipt.point,
                    "occurrence": occurrence.key,
                    "starts_on": occurrence.trigger.event,
                    "started": occurrence.start,
                    "nominal": counted.nominal if counted else None,
                    "due": counted.due if counted else None,
                    "state": state,
                    "met_on": done.on if done else None,
                    "met_by_fact": done.number if done else None,
                    "reported_late": state == "met" and is_reported_late(occurrence, dossier),
                    "provisional": bool(counted and counted.provisional),
                    "transition_review": occurrence.review,
                    "readings": occurrence.readings,
                    "paused_by": occurrence.paused_by,
                    "ended_on": occurrence.ended_on,
                    "opens_at": occurrence.opens_at,
                    "breaches_at": _breaches_at(occurrence),
                    "receipt": receipt,
                }
            )
        )
    return rows


def _breaches_at(occurrence: Occurrence) -> datetime | None:
    return occurrence.over_at if occurrence.live and not occurrence.paused_by else None


def state_of(occurrence: Occurrence, now: datetime) -> State:
    """Give the verdict on an occurrence at an instant; done is judged by the day it was done."""
    over = occurrence.over_at
    if occurrence.done is not None:
        return _state_when_done(occurrence)
    if occurrence.ended_by == UNTOLD:
        return "void"
    if occurrence.ended_on is not None:
        due = occurrence.due
        if due is None or day_of(due) >= occurrence.ended_on or not occurrence.is_duty:
            passed = due is not None and day_of(due) < occurrence.ended_on
            return "expired" if passed else "void"
        return "not_at_once" if isinstance(occurrence.rule, Immediate) else "breached"
    if occurrence.paused_by:
        return "paused"
    if over is None or now < over:
        return "open"
    if not occurrence.is_duty:
        return "expired"
    return "not_at_once" if isinstance(occurrence.rule, Immediate) else "breached"


def _state_when_done(occurrence: Occurrence) -> State:
    done, due = occurrence.done, occurrence.due
    if done is None or due is None:
        return "met"
    if isinstance(due, datetime):
        on_time = done.at <= due if done.at is not None else done.on <= day_of(due)
    else:
        on_time = done.on <= due
    if on_time:
        return "met"
    late_right = isinstance(occurrence.rule, Limitation) or not occurrence.is_duty
    return "expired" if late_right else "late"


def _breaches(
    occurrences: list[Occurrence],
    rows: list[LimitRow],
    line: Timeline,
    calendar: Calendar,
    now: datetime,
) -> tuple[Breach, ...]:
    found = (
        breach_of(occurrence, row.state, line.dossier, line.facts, calendar)
        for occurrence, row in zip(occurrences, rows, strict=True)
        if row.opens_at <= now and (row.state in PASSED or row.reported_late)
    )
    return tuple(breach for breach in found if breach is not None)


def _climb_all(
    occurrences: list[Occurrence],
    dossier: Dossier,
    calendar: Calendar,
    ladder: Ladder,
    now: datetime,
) -> tuple[tuple[AlertDue, ...], tuple[Moment, ...], list[Occurrence]]:
    """Give the alerts that are present, the moments to come, and the duties that have neither."""
    received = [fact.received_at for fact in dossier.facts if fact.received_at is not None]
    heard = max(received, default=None)
    alerts: list[AlertDue] = []
    wakes: list[Moment] = []
    unwatched: list[Occurrence] = []
    for occurrence in occurrences:
        if not occurrence.live or occurrence.paused_by or occurrence.counted is None:
            continue
        over = occurrence.over_at
        if occurrence.version.id == HALT_PERIOD and over is not None and over > now:
            wakes.append(Moment(at=over, what="halt_over", key=occurrence.key))
        present, following = climb(occurrence, dossier.id, calendar, ladder, now, heard)
        if occurrence.opens_at <= now:
            alerts += present
        if following is not None:
            wakes.append(Moment(at=following, what="rung", key=occurrence.key))
        elif not present and occurrence.is_duty and occurrence.due is not None:
            unwatched.append(occurrence)
    return tuple(alerts), tuple(sorted(wakes, key=lambda w: (w.at, w.key))), unwatched
