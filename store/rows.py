"""Define the rows that people are shown; every verdict in them holds at the moment asked for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from cases.assessment import Reading, Receipt, State


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Card(_Row):
    """A dossier in short; `stage` and `status` hold now, `next_due` is a day or a moment.

    `overdue` counts its passed duties; `stuck` holds the reasons in force.
    """

    id: str
    kind: str
    office: str
    officer: str | None
    origin: str | None
    stage: str
    status: str
    stage_since: date | None
    stage_until: datetime | None
    next_stage: str | None
    next_due: str | None
    next_wake: datetime | None
    revision: int
    assessed_at: datetime
    book: str
    calendar: str
    facts_count: int
    started_at: datetime | None
    about: str | None
    overdue: int
    stuck: tuple[str, ...]


class FactLine(_Row):
    """One record of the dossier's facts; `effective` tells whether it counts now."""

    number: int
    event: str
    on: date
    at: datetime | None
    fields: dict[str, Any]
    command_id: str | None
    actor: str | None
    received_at: datetime | None
    corrects: int | None
    retracts: int | None
    reason: str | None
    effective: bool


class LimitLine(_Row):
    """One time limit; `state` and `upcoming` hold now, `due` is a day or a moment."""

    dossier: str
    occurrence: str
    rule: str
    kind: str
    act: str
    article: str
    clause: str | None
    point: str | None
    title_vi: str
    title_en: str
    starts_on: str
    holder: str
    severity: str
    started: date
    nominal: str | None
    due: str | None
    due_day: date | None
    state: State
    met_on: date | None
    met_by_fact: int | None
    reported_late: bool
    opens_at: datetime
    breaches_at: datetime | None
    ended_on: date | None
    paused_by: str | None
    provisional: bool
    confidence: str
    transition_review: bool
    readings: tuple[Reading, ...]
    receipt: Receipt
    receipt_hash: str
    upcoming: bool


class IrregularityLine(_Row):
    """Something that happened against a rule, or a plan that does not stand.

    `next_lawful` is given for a plan, where a lawful moment was found.
    """

    event: str
    fact: int
    on: date | None = None
    at: datetime | None
    rule: str
    act: str
    article: str
    clause: str | None
    reason: str
    reason_en: str
    next_lawful: datetime | None = None


class StuckLine(_Row):
    """One reason why a dossier is stuck, who holds the ball, and the limit it is about.

    `flags` hold now; `amount_vnd` is what is owed, in whole đồng.
    """

    dossier: str
    office: str
    officer: str | None
    stage: str
    reason: str
    since: datetime
    holder: str
    days: int | None
    occurrence: str | None
    rule: str | None
    title_vi: str | None
    title_en: str | None
    act: str | None
    article: str | None
    clause: str | None
    severity: str | None
    due: str | None
    flags: tuple[str, ...] = ()
    amount_vnd: int | None = None


class Wanted(NamedTuple):
    """Which rows of the stuck list are asked for; None is all.

    `flag`: key, complex or prolonged; amounts in whole đồng, both ends included.
    """

    office: str | None = None
    officer: str | None = None
    stage: str | None = None
    reason: str | None = None
    flag: str | None = None
    amount_from: int | None = None
    amount_to: int | None = None


EVERY_ONE = Wanted()


class StuckTally(_Row):
    """How much is stuck: rows of the list, cases, and cases for each reason."""

    rows: int
    cases: int
    by_reason: dict[str, int]


class AlertLine(_Row):
    """One alert as the record has it."""

    key: str
    dossier: str
    occurrence: str
    rule: str
    rung: int
    role: str
    channel: str
    severity: str
    due: str
    raised_at: datetime
    missed: tuple[int, ...]
    state: str
    office: str
    officer: str | None
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None
    sent_at: datetime | None
    withdrawn_at: datetime | None
    kind: str = "rung"
    person: str | None = None
    was_due: str | None = None


class FoundLine(_Row):
    """A dossier that a search found; `parties` are the names by role, None for one erased."""

    id: str
    office: str
    officer: str | None
    stage: str
    parties: dict[str, tuple[str | None, ...]]


class Counts(_Row):
    """How many dossiers, limits and alerts there are, as things stand now.

    `stages`, `states` and `reasons` count by stage, by state of a limit that began, and by
    reason for being stuck (a dossier counts once for each of its reasons).
    """

    dossiers: int
    stages: dict[str, int]
    states: dict[str, int]
    reasons: dict[str, int]
    stuck_dossiers: int
    alerts_waiting: int
