"""Climb the ladder: which rung of a due date is present, and when the next one comes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from cases.assessment import AlertDue
from cases.timeline import Occurrence
from law.calendar import ZONE, Calendar
from law.errors import CalendarNotKnownError, DataFileError
from law.model import Immediate
from law.sources import read_model

FILE = Path(__file__).parent / "escalation.toml"


class Rung(BaseModel):
    """One step of the ladder; `offset` in working days from the due date."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    offset: int
    roles: tuple[Literal["officer", "chief_officer", "head_of_agency", "managing_authority"], ...]
    severity: tuple[Literal["routine", "serious", "grave"], ...]
    channel: Literal["notice", "urgent"]


class Ladder(BaseModel):
    """All rungs, and the minutes before office hours in which they fall due."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    office_hours_begin: time
    minutes_before: int
    rung: tuple[Rung, ...]


@lru_cache(maxsize=1)
def the_ladder() -> Ladder:
    """Read the shipped ladder once for a process."""
    return read_model(Ladder, FILE, "cases/escalation.toml", DataFileError)


def morning_of(day: date, dossier: str, ladder: Ladder) -> datetime:
    """Give the dossier's own minute before office hours, spread by a stable hash of its id."""
    begin = datetime.combine(day, ladder.office_hours_begin, ZONE)
    spread = int.from_bytes(hashlib.sha256(dossier.encode()).digest()[:4]) % ladder.minutes_before
    return begin - timedelta(minutes=spread + 1)


def rungs_of(
    occurrence: Occurrence, dossier: str, calendar: Calendar, ladder: Ladder
) -> Iterator[tuple[datetime, Rung]]:
    """List the moments and rungs of one due date, earliest first; a gap has none.

    A duty "ngay" has the one rung 0, at once; a term in hours has rung 0 at once too. A
    party's own period has one notice, rung 0, on the working morning after its end.
    """
    due = occurrence.due
    if due is None:
        return
    opened = occurrence.opens_at
    timed = isinstance(due, datetime)
    day = due.astimezone(ZONE).date() if isinstance(due, datetime) else due
    for rung in ladder.rung:
        if occurrence.rule.severity not in rung.severity:
            continue
        if not occurrence.is_duty:
            if rung.offset == 0:
                yield morning_of(_working_day(day, 1, calendar), dossier, ladder), rung
        elif isinstance(occurrence.rule, Immediate) or timed:
            if rung.offset == 0:
                yield opened, rung
            elif rung.offset > 0 and timed:
                yield morning_of(_working_day(day, rung.offset, calendar), dossier, ladder), rung
        else:
            moment = morning_of(_working_day(day, rung.offset, calendar), dossier, ladder)
            if moment >= opened or rung.offset >= 0:
                yield max(moment, opened), rung


@lru_cache(maxsize=16384)
def _working_day(day: date, offset: int, calendar: Calendar) -> date:
    try:
        if offset > 0:
            return calendar.working_days_after(day, offset)
        if offset < 0:
            return calendar.working_days_before(day, -offset)
        return day if calendar.is_working(day) else calendar.working_days_before(day, 1)
    except CalendarNotKnownError:
        return day + timedelta(days=offset)


def climb(
    occurrence: Occurrence, dossier: str, calendar: Calendar, ladder: Ladder, as_of: datetime
) -> tuple[tuple[AlertDue, ...], datetime | None]:
    """Give the alerts of the present rung, and the moment of the next one."""
    present: list[tuple[datetime, Rung]] = []
    following: datetime | None = None
    for moment, rung in rungs_of(occurrence, dossier, calendar, ladder):
        if moment <= as_of:
            present.append((moment, rung))
        else:
            following = moment if following is None else min(following, moment)
    if not present or occurrence.due is None:
        return (), following
    moment, rung = present[-1]
    if not occurrence.is_duty and as_of - moment > timedelta(days=7):
        return (), following
    missed = tuple(earlier.offset for _, earlier in present[:-1])
    return tuple(
        AlertDue(
            key=f"{dossier}|{occurrence.key}|{rung.offset}|{occurrence.due.isoformat()}|{role}",
            occurrence=occurrence.key,
            rule=occurrence.version.id,
            rung=rung.offset,
            role=role,
            channel=rung.channel,
            severity=occurrence.rule.severity.value,
            due=occurrence.due,
            raised_at=moment,
            missed=missed,
        )
        for role in rung.roles
        if occurrence.is_duty or role == "officer"
    ), following
