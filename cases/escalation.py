"""Climb the ladder: which rung of a due date is present, and when the next one comes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr

from cases.assessment import AlertDue
from cases.timeline import Occurrence
from law.calendar import ZONE, Calendar
from law.errors import CalendarNotKnownError, DataFileError
from law.model import Holder, Immediate
from law.sources import misfit, read_model

FILE = Path(__file__).parent / "escalation.toml"


Role = Literal["officer", "chief_officer", "head_of_agency", "managing_authority"]
Severity = Literal["routine", "serious", "grave"]
SEVERITIES: tuple[Severity, ...] = ("grave", "serious", "routine")
"""The gravest first: limitation and liberty of a party stand above what is routine."""


class Rung(BaseModel):
    """One step of the ladder; `offset` in working days from the due date.

    `rules` limits it to rules whose id begins so; where two rungs of one offset would fit a
    rule, the one that names it stands. `holders` limits it to what those must do; a rung that
    names none is for everybody but the superior, who climbs no ladder of those below.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    offset: int = Field(ge=-20, le=60)
    roles: tuple[Role, ...] = Field(min_length=1)
    severity: tuple[Severity, ...] = Field(default=SEVERITIES, min_length=1)
    channel: Literal["notice", "urgent"]
    rules: tuple[str, ...] = ()
    holders: tuple[Holder, ...] = ()

    def fits(self, rule: str, severity: str, holder: Holder = Holder.OFFICER) -> bool:
        """Tell whether the step is one for this rule, and for whoever must act by it."""
        whose = holder in self.holders if self.holders else holder is not Holder.SUPERIOR
        return whose and severity in self.severity and (
            not self.rules or rule.startswith(self.rules)
        )  # fmt: skip


Rungs = tuple[Rung, ...]


def _check_rungs(rungs: Rungs) -> Rungs:
    """Refuse a ladder that would leave a limit of some severity without an alarm."""
    of_superiors = any(Holder.SUPERIOR in rung.holders for rung in rungs)
    for severity, holder in product(
        SEVERITIES, (Holder.OFFICER, Holder.SUPERIOR) if of_superiors else (Holder.OFFICER,)
    ):
        general = [rung for rung in rungs if rung.fits("", severity, holder)]
        offsets = [rung.offset for rung in general]
        if 0 not in offsets or max(offsets) <= 0:
            raise misfit(
                f"a {severity} limit needs a rung at offset 0 and one after it, for every rule",
                f"thời hạn mức {severity} phải có bậc offset 0 và ít nhất một bậc sau đó, "
                "áp dụng cho mọi quy định",
            )
        twice = {offset for offset in offsets if offsets.count(offset) > 1}
        if twice:
            raise misfit(
                f"a {severity} limit has two rungs at offset {min(twice)}; keep one",
                f"thời hạn mức {severity} có hai bậc ở offset {min(twice)}; chỉ giữ một",
            )
    return rungs


class OfficeLadder(BaseModel):
    """The rungs of one office and those below it, in place of the general ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = Field(min_length=1)
    office_hours_begin: time | None = None
    rung: Annotated[Rungs, AfterValidator(_check_rungs)]


class Ladder(BaseModel):
    """All rungs, and the minutes before office hours in which they fall due."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    office_hours_begin: time
    minutes_before: int = Field(ge=1, le=120)
    rung: Annotated[Rungs, AfterValidator(_check_rungs)]
    office: tuple[OfficeLadder, ...] = ()

    _at: dict[str, Ladder] = PrivateAttr(default_factory=dict)
    _steps: dict[tuple[str, str, Holder], list[Rung]] = PrivateAttr(default_factory=dict)

    def at(self, office: str) -> Ladder:
        """Give the ladder of an office: its own, else that of the nearest one above it."""
        found = self._at.get(office)
        if found is None:
            found = self._at[office] = self._find(office)
        return found

    def _find(self, office: str) -> Ladder:
        own = [o for o in self.office if f"{office}/".startswith(f"{o.key}/")]
        if not own:
            return self
        nearest = max(own, key=lambda o: len(o.key))
        rungs = nearest.rung
        if not any(Holder.SUPERIOR in rung.holders for rung in rungs):
            rungs += tuple(rung for rung in self.rung if Holder.SUPERIOR in rung.holders)
        return Ladder(
            office_hours_begin=nearest.office_hours_begin or self.office_hours_begin,
            minutes_before=self.minutes_before,
            rung=rungs,
        )

    def steps(self, rule: str, severity: str, holder: Holder = Holder.OFFICER) -> list[Rung]:
        """List the rungs of a rule, one for each offset, the earliest first.

        A ladder that names no superior takes the shipped rungs for what one must do.
        """
        steps = self._steps.get((rule, severity, holder))
        if steps is None:
            found: dict[int, Rung] = {}
            for rung in self.rung:
                fits = rung.fits(rule, severity, holder)
                if fits and (rung.offset not in found or rung.rules):
                    found[rung.offset] = rung
            steps = [found[offset] for offset in sorted(found)]
            if not steps and holder is Holder.SUPERIOR and self is not the_ladder():
                steps = the_ladder().steps(rule, severity, holder)
            self._steps[rule, severity, holder] = steps
        return steps


@lru_cache(maxsize=8)
def read_ladder(path: Path = FILE) -> Ladder:
    """Read a ladder; raise `DataFileError` naming file, line, field and value."""
    name = f"cases/{path.name}" if path == FILE else path.name
    return read_model(Ladder, path, name, DataFileError)


def the_ladder() -> Ladder:
    """Give the shipped ladder."""
    return read_ladder()


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
    for rung in ladder.steps(
        occurrence.version.id, occurrence.rule.severity.value, occurrence.rule.holder
    ):
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
    occurrence: Occurrence,
    dossier: str,
    calendar: Calendar,
    ladder: Ladder,
    as_of: datetime,
    heard: datetime | None = None,
) -> tuple[tuple[AlertDue, ...], datetime | None]:
    """Give the alerts of the present rung, and the moment of the next one.

    `heard` is when the dossier last told something: what was due before that was not missed,
    for until then there was no such date, or the rung was raised.
    """
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
    missed = tuple(earlier.offset for at, earlier in present[:-1] if heard is None or at > heard)
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
