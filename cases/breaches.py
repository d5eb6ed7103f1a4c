"""Say of a passed duty since when, who had it then, and by how many working days it came late."""

from __future__ import annotations

from datetime import date, datetime

from cases.assessment import Breach, State, Verdict
from cases.dossier import Dossier
from cases.facts import Fact
from cases.timeline import Occurrence
from law.calendar import ZONE, Calendar, WeekendsAlone

PASSED = frozenset({"late", "breached", "not_at_once"})
"""The states of a passed duty; one that was done in time is passed where it was reported late."""

_ASSIGNED = "officer_assigned"


def breach_of(
    occurrence: Occurrence, state: State, dossier: Dossier, calendar: Calendar
) -> Breach | None:
    """Give the breach of an occurrence in a state; None for what is no passed duty.

    What was done by the due day is a breach only where nobody said so before the limit passed.
    """
    due, over = occurrence.due, occurrence.over_at
    if not occurrence.is_duty or due is None or over is None:
        return None
    verdict = _verdict(occurrence, state, dossier)
    if verdict is None:
        return None
    day, reported = day_of(due), reported_at(occurrence, dossier)
    until = _settled_on(occurrence, verdict, reported)
    late = None
    if until is not None:
        late = WeekendsAlone(calendar).working_days_between(day, until)
    return Breach.computed(
        {
            "occurrence": occurrence.key,
            "due": due,
            "breached_at": over,
            "verdict": verdict,
            "officer": officer_on(dossier, day),
            "done_on": occurrence.done.on if occurrence.done else None,
            "ended_on": occurrence.ended_on if verdict == "never_done" else None,
            "reported_at": reported,
            "days_late": late,
        }
    )


def _verdict(occurrence: Occurrence, state: State, dossier: Dossier) -> Verdict | None:
    match state:
        case "late":
            return "done_late"
        case "met" if is_reported_late(occurrence, dossier):
            return "reported_late"
        case "breached" | "not_at_once" if occurrence.ended_on is not None:
            return "never_done"
        case "breached":
            return "open"
        case "not_at_once":
            return "not_at_once"
    return None


def is_reported_late(occurrence: Occurrence, dossier: Dossier) -> bool:
    """Tell whether what was done was reported only after its limit had passed.

    A dossier that was taken up after that, such as one of an old register, could not have said
    so earlier.
    """
    done, over = occurrence.done, occurrence.over_at
    if done is None or done.received_at is None or over is None or done.received_at < over:
        return False
    taken_up = dossier.facts[0].received_at
    if taken_up is not None and taken_up >= over:
        return False
    came = reported_at(occurrence, dossier)
    return came is not None and came >= over


def _settled_on(occurrence: Occurrence, verdict: Verdict, reported: datetime | None) -> date | None:
    if verdict == "reported_late" and reported is not None:
        return day_of(reported)
    if verdict == "done_late" and occurrence.done is not None:
        return occurrence.done.on
    return occurrence.ended_on if verdict == "never_done" else None


def reported_at(occurrence: Occurrence, dossier: Dossier) -> datetime | None:
    """Give when it was first reported that the duty was done, as far as that report still holds.

    A correction of something else, such as a document's number, is no later report: what counts
    is the first record of the fact that judged as its present wording does. None where nothing
    was done, or no record says when it came.
    """
    done, due = occurrence.done, occurrence.due
    if done is None or due is None:
        return None
    in_time = _is_in_time(done, due)
    came = [
        record.received_at
        for record in dossier.facts
        if done.number in (record.number, record.corrects)
        and record.event == done.event
        and record.received_at is not None
        and _is_in_time(record, due) is in_time
    ]
    return min(came, default=done.received_at)


def _is_in_time(fact: Fact, due: date | datetime) -> bool:
    if isinstance(due, datetime) and fact.at is not None:
        return fact.at <= due
    return fact.on <= day_of(due)


def officer_on(dossier: Dossier, day: date) -> str | None:
    """Give the officer who had the case at the end of a day."""
    given = [
        str(fact.fields["officer"])
        for fact in dossier.effective_facts()
        if fact.event == _ASSIGNED and fact.on <= day and fact.fields.get("officer")
    ]
    return given[-1] if given else dossier.officer


def day_of(due: date | datetime) -> date:
    """Give the day of a due date in Viet Nam."""
    return due.astimezone(ZONE).date() if isinstance(due, datetime) else due
