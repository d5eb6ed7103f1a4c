"""Define the rows of the breach record, as people are shown them."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

Key = tuple[str, str, str]
"""A breach's dossier, occurrence and due date."""

VERDICTS = ("open", "not_at_once", "done_late", "reported_late", "never_done", "void")
UNDONE = ("open", "not_at_once")
CAUSES = ("force_majeure", "objective_obstacle", "other_body", "workload", "other")
NO_CAUSE = "none"


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class BreachLine(_Row):
    """A passed limit as it is on record, with its latest cause.

    `why` says what struck a void one out, `now_due` where its date has moved to; `days_late` is
    None while it is not done: readers count to the day on which they look.
    """

    dossier: str
    occurrence: str
    due: str
    due_day: date
    rule: str
    kind: str
    act: str
    article: str
    clause: str | None
    title_vi: str
    title_en: str
    holder: str
    severity: str
    office: str
    officer: str | None
    breached_at: datetime
    verdict: str
    why: str | None
    now_due: str | None
    done_on: date | None
    ended_on: date | None
    reported_at: datetime | None
    days_late: int | None
    first_recorded_at: datetime
    changed_at: datetime
    cause: str | None = None
    evidence: str | None = None

    @property
    def key(self) -> Key:
        """Give what names this breach."""
        return self.dossier, self.occurrence, self.due


class CauseLine(_Row):
    """A cause that someone stated, with its evidence; the latest is the one that holds."""

    cause: str
    evidence: str | None
    note: str | None
    actor: str
    at: datetime


class ToldLine(_Row):
    """Who was told of a limit: on which rung, in which role, when, and by which way."""

    dossier: str
    occurrence: str
    due: str
    rung: int
    role: str
    person: str | None
    sent_at: datetime
    channel: str | None
    reference: str | None

    @property
    def key(self) -> Key:
        """Give the breach it is about."""
        return self.dossier, self.occurrence, self.due


class Sought(NamedTuple):
    """Which breaches are asked for; None is all, and of verdicts all that stand.

    `since` and `until` are due days; `cause` may be "none".
    """

    office: str | None = None
    officer: str | None = None
    rule: str | None = None
    holder: str | None = None
    severity: str | None = None
    verdict: str | None = None
    cause: str | None = None
    since: date | None = None
    until: date | None = None
    dossier: str | None = None


EVERY_BREACH = Sought()


class BreachTally(_Row):
    """How many breaches were asked for, by verdict, and how many have no cause on record."""

    rows: int
    by_verdict: dict[str, int]
    without_cause: int


class NewCause(_Row):
    """A cause to be attached: which, by which evidence, and who says so."""

    cause: str
    evidence: str | None = None
    note: str | None = None
    actor: str
