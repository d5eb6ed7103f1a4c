"""Find why a dossier is stuck, from which instant, and who holds the ball."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cases.assessment import StuckReason
from cases.facts import Fact
from cases.halts import halts_on, last_day
from cases.key_cases import Age, Size
from cases.stages import BEFORE_CASE, STATUS
from cases.subjects import of_months
from cases.timeline import Occurrence, Timeline
from law.calendar import ZONE, midnight_after
from law.errors import DataFileError
from law.model import Holder, Recurring
from law.sources import read_model

FILE = Path(__file__).parent / "stuck.toml"

REASONS = (
    "limit_passed", "other_body_overdue", "reverification_missed", "postponement_past_end",
    "coercion_paused", "unknown_start", "unarmed", "no_officer", "silence",
)  # fmt: skip
"""Every reason that follows from the file itself, the gravest first."""

TASK_FAILING = "task_failing"
"""The reason that Temporal reports by itself: a workflow task that keeps failing."""

FINDINGS = (
    "unacknowledged", "undelivered", "not_running", "not_woken", "not_registered", TASK_FAILING,
    "activity_retrying", "differs",
)  # fmt: skip
"""Every reason that the file does not tell, and that the nightly check finds."""

EVERY_REASON = (*REASONS, *FINDINGS)

ADMINISTRATOR = "administrator"
"""Holds the ball where the fault is the engine's own."""


UNKNOWN_START = "administrative.unknown_start"
"""The gap that stands open until the debtor's own receipt of the judgment is told."""

_BEGUN = frozenset({"enforcement_decision_issued", "administrative_judgment_received"})
"""From these on a dossier must have an officer."""


class _Norm(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Days(_Norm):
    """A number of days."""

    days: int = Field(ge=0)


class Minutes(_Norm):
    """A number of minutes."""

    minutes: int = Field(ge=1)


class Rungs(_Norm):
    """A number of rungs of the ladder."""

    rungs: int = Field(ge=1)


class Attempts(_Norm):
    """A number of attempts."""

    attempts: int = Field(ge=2)


class Norms(_Norm):
    """When a case counts as stuck, and which cases are shown first; the file says it of each."""

    silence: dict[str, int]
    no_officer: Days
    coercion_paused: Days
    unknown_start: Days
    unacknowledged: Rungs
    not_woken: Minutes
    activity_retrying: Attempts
    differs: Minutes
    severity: dict[str, Literal["grave", "serious", "routine"]]
    key: Size
    complex: Size
    prolonged: Age


@lru_cache(maxsize=1)
def the_norms() -> Norms:
    """Read the shipped norms once for a process."""
    return read_model(Norms, FILE, "cases/stuck.toml", DataFileError)


def reasons_of(
    line: Timeline,
    stage: str,
    since: date | None,
    following: tuple[datetime, str] | None,
    norms: Norms,
    now: datetime,
) -> Iterator[StuckReason]:
    """List every reason, past and to come, as things stand; a closed dossier has none.

    `following` is the next stage that comes without a fact, with its instant.
    """
    if STATUS[stage] == "closed":
        return
    yield from _passed_limits(line)
    yield from _postponement(line)
    yield from _unknown_start(line, norms)
    decided = next((f for f in line.facts if f.event in _BEGUN), None)
    if decided is not None and line.officer is None:
        instant = midnight_after(decided.on + timedelta(days=norms.no_officer.days))
        yield _of_no_limit("no_officer", instant, "head", norms)
    for halt in halts_on(line.facts, now.astimezone(ZONE).date())[:1]:
        yield from _halt(halt, norms)
    ends = [last_day(halt) for halt in halts_on(line.facts, date.min)]
    if None not in ends:
        quiet = max((day for day in (*ends, since) if day is not None), default=None)
        yield from _silence(line, stage, quiet, following, norms)


def unarmed(stage: str, occurrences: Iterable[Occurrence]) -> Iterator[StuckReason]:
    """Say of each duty for which the ladder has no rung, present or to come, that none watches it.

    `occurrences` are those duties alone; whoever climbs the ladder knows them.
    """
    for occurrence in occurrences if STATUS[stage] != "closed" else ():
        yield _about(occurrence, "unarmed", occurrence.opens_at, ADMINISTRATOR)


def _about(occurrence: Occurrence, reason: str, since: datetime, holder: str) -> StuckReason:
    return StuckReason(
        reason=reason,
        since=since,
        holder=holder,
        limit=occurrence.key,
        severity=occurrence.rule.severity.value,
    )


def _of_no_limit(
    reason: str, since: datetime, holder: str, norms: Norms, days: int | None = None
) -> StuckReason:
    severity = norms.severity.get(reason)
    return StuckReason(reason=reason, since=since, holder=holder, days=days, severity=severity)


def _passed_limits(line: Timeline) -> Iterator[StuckReason]:
    for occurrence in line.live():
        over = occurrence.over_at
        if not occurrence.is_duty or over is None or occurrence.paused_by:
            continue
        holder = occurrence.rule.holder
        if holder is Holder.OTHER_BODY:
            reason = "other_body_overdue"
        elif isinstance(occurrence.rule, Recurring) and not of_months(occurrence.rule):
            reason = "reverification_missed"
        else:
            reason = "limit_passed"
        yield _about(occurrence, reason, over, holder.value)


def _postponement(line: Timeline) -> Iterator[StuckReason]:
    for occurrence in line.occurrences:
        over = occurrence.over_at
        period = occurrence.version.id == "postponement.period"
        if period and occurrence.live and over is not None and "postponed" in line.flags:
            yield _about(occurrence, "postponement_past_end", over, "head")


def _unknown_start(line: Timeline, norms: Norms) -> Iterator[StuckReason]:
    """Say that nobody asked when the debtor received an administrative judgment."""
    for occurrence in line.live() if line.dossier.kind == "administrative_judgment" else ():
        if occurrence.version.id == UNKNOWN_START:
            last = occurrence.start + timedelta(days=norms.unknown_start.days)
            yield _about(occurrence, "unknown_start", midnight_after(last), Holder.OFFICER.value)


def _halt(halt: Fact, norms: Norms) -> Iterator[StuckReason]:
    """Say that a complaint halts the case; a second one is the managing authority's to resolve.

    Not of a halt that is over by itself before then.
    """
    last = halt.on + timedelta(days=norms.coercion_paused.days)
    until = last_day(halt)
    if until is None or until > last:
        second = halt.field("instance") == "second"
        holder = Holder.SUPERIOR.value if second else Holder.HEAD.value
        yield _of_no_limit("coercion_paused", midnight_after(last), holder, norms)


def _silence(
    line: Timeline,
    stage: str,
    since: date | None,
    following: tuple[datetime, str] | None,
    norms: Norms,
) -> Iterator[StuckReason]:
    heard = max((day for day in (line.last_on, since) if day), default=None)
    if heard is None:
        return
    norm = norms.silence.get(stage)
    holder = "officer" if line.officer and stage not in BEFORE_CASE else "head"
    if norm is not None:
        instant = midnight_after(heard + timedelta(days=norm))
        if following is None or following[0] > instant:
            yield _of_no_limit("silence", instant, holder, norms, norm)
            return
    if following is not None and (norm := norms.silence.get(following[1])) is not None:
        instant = following[0] + timedelta(days=norm + 1)
        yield _of_no_limit("silence", instant, holder, norms, norm)
