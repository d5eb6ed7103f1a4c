"""Find why a dossier is stuck, from which instant, and who holds the ball."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from cases.assessment import StuckReason
from cases.stages import BEFORE_CASE, STATUS
from cases.timeline import Timeline
from law.calendar import midnight_after
from law.errors import DataFileError
from law.model import Recurring
from law.sources import read_model

FILE = Path(__file__).parent / "stuck.toml"

REASONS = (
    "limit_passed", "reverification_missed", "postponement_past_end", "other_body_overdue",
    "no_officer", "silence",
)  # fmt: skip
"""Every reason that this module can give, the gravest first."""

TASK_FAILING = "task_failing"
"""The reason that Temporal reports by itself: a workflow task that keeps failing."""


class Norms(BaseModel):
    """Days of silence that a stage may have, and days that a case may be without officer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    silence: dict[str, int]
    no_officer: dict[str, int]


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
) -> Iterator[StuckReason]:
    """List every reason, past and to come, as things stand; a closed dossier has none.

    `following` is the next stage that comes without a fact, with its instant.
    """
    if STATUS[stage] == "closed":
        return
    yield from _passed_limits(line)
    yield from _postponement(line)
    decided = next((f for f in line.facts if f.event == "enforcement_decision_issued"), None)
    if decided is not None and line.officer is None:
        instant = midnight_after(decided.on + timedelta(days=norms.no_officer["days"]))
        yield StuckReason(reason="no_officer", since=instant, holder="head")
    yield from _silence(line, stage, since, following, norms)


def _passed_limits(line: Timeline) -> Iterator[StuckReason]:
    for occurrence in line.live():
        over = occurrence.over_at
        if not occurrence.is_duty or over is None or occurrence.paused_by:
            continue
        missed = isinstance(occurrence.rule, Recurring)
        yield StuckReason(
            reason="reverification_missed" if missed else "limit_passed",
            since=over,
            holder=occurrence.rule.holder.value,
            limit=occurrence.key,
        )


def _postponement(line: Timeline) -> Iterator[StuckReason]:
    for occurrence in line.occurrences:
        over = occurrence.over_at
        period = occurrence.version.id == "postponement.period"
        if period and occurrence.live and over is not None and "postponed" in line.flags:
            yield StuckReason(
                reason="postponement_past_end", since=over, holder="head", limit=occurrence.key
            )


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
            yield StuckReason(reason="silence", since=instant, holder=holder, days=norm)
            return
    if following is not None and (norm := norms.silence.get(following[1])) is not None:
        instant = following[0] + timedelta(days=norm + 1)
        yield StuckReason(reason="silence", since=instant, holder=holder, days=norm)
