"""Say which administrative judgments are followed as the law asks, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

RECEIVED, PERFORMED = "administrative_judgment_received", "administrative_judgment_performed"
CLOSED = "administrative_file_closed"
COUNTED = (
    "voluntary_performance_notified", "compelling_decision_received", "officer_worked_with_debtor",
    "sanction_recommended",
)  # fmt: skip
"""What the statistics count besides: notices, decisions that compel, minutes, recommendations."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Duty(_Row):
    """A duty of the agency's own that has passed and is not done."""

    rule: str
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None = None
    due: date | datetime | None = None


class Event(_Row):
    """Something that was reported, on its day."""

    event: str
    on: date


class Judgment(_Row):
    """An administrative judgment as it stands at a moment.

    `passed`: the agency's own duties that are passed and not done; `reasons`: why it is stuck
    without a time limit, such as a debtor's receipt that nobody asked for.
    """

    dossier: str
    office: str
    officer: str | None = None
    stage: str
    status: str
    passed: tuple[Duty, ...] = ()
    reasons: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def is_followed(self) -> bool:
        """Tell whether the agency has left nothing of its own undone."""
        return not self.passed and not self.reasons

    def first(self, *events: str) -> date | None:
        """Give the first day on which any of these events was reported."""
        return min((told.on for told in self.events if told.event in events), default=None)


class Followed(NamedTuple):
    """How many judgments there are, and the list of those that are not followed in time."""

    judgments: int
    behind: tuple[Judgment, ...]

    @property
    def permille(self) -> int | None:
        """Give the share that is followed in thousandths, rounded down; None where none is.

        Only when every one is followed is it the whole.
        """
        if not self.judgments:
            return None
        return 1000 * (self.judgments - len(self.behind)) // self.judgments


class Flow(NamedTuple):
    """What came in and what came of it from one day to another, both included.

    `carried`: received before and neither performed nor closed by then; `left`: neither
    performed nor closed on the last day; `counted`: how often each of `COUNTED` was reported.
    """

    carried: int
    received: int
    performed: int
    left: int
    counted: dict[str, int]


def follow(judgments: Iterable[Judgment]) -> Followed:
    """List what is not followed in time, what has waited longest first.

    A judgment that is closed counts only while something is undone all the same, such as the
    end of its publication.
    """
    every = [one for one in judgments if one.status != "closed" or not one.is_followed]
    behind = (judgment for judgment in every if not judgment.is_followed)
    return Followed(len(every), tuple(sorted(behind, key=_longest_first)))


def _longest_first(judgment: Judgment) -> tuple[date, str]:
    days = [day_of(duty.due) for duty in judgment.passed if duty.due is not None]
    return min(days, default=date.max), judgment.dossier


def day_of(due: date | datetime) -> date:
    """Give the day of a due date."""
    return due.date() if isinstance(due, datetime) else due


def count_flow(judgments: Iterable[Judgment], since: date, until: date) -> Flow:
    """Count what the statistics of a time ask for (Circular 05/2024, form 12)."""
    every = tuple(judgments)
    received = [(judgment, judgment.first(RECEIVED)) for judgment in every]
    known = [(judgment, day) for judgment, day in received if day is not None and day <= until]
    return Flow(
        carried=sum(day < since and not _ended(judgment, since) for judgment, day in known),
        received=sum(day >= since for _, day in known),
        performed=sum(_within(judgment.first(PERFORMED), since, until) for judgment, _ in known),
        left=sum(not _ended(judgment, until, on_it=True) for judgment, _ in known),
        counted={
            name: sum(
                told.event == name and since <= told.on <= until
                for judgment in every
                for told in judgment.events
            )
            for name in COUNTED
        },
    )


def _within(day: date | None, since: date, until: date) -> bool:
    return day is not None and since <= day <= until


def _ended(judgment: Judgment, day: date, *, on_it: bool = False) -> bool:
    """Tell whether it was performed or closed before a day, or by the end of it."""
    ended = judgment.first(PERFORMED, CLOSED)
    return ended is not None and (ended < day or (on_it and ended == day))
