"""Count complaints, denunciations, petitions and followed judgments of a time, and name the late.

Shares are of whole numbers. In time is a share of what had to be done: what was resolved, and
what is open past its date. Nothing to be done is no share at all, and not the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from cases.facts import end_of
from cases.stuck import UNKNOWN_START, the_norms
from law.calendar import Calendar
from law.model import Holder
from reports.matters import (
    DossierRow,
    Matter,
    Rules,
    SetLimit,
    day_of,
    followed_from,
    matters_of,
)

OWN = frozenset({Holder.OFFICER, Holder.HEAD, Holder.AGENCY})
"""Whose duties are the agency's own in an administrative judgment; others' are not counted."""

Late = Literal["resolved_late", "open_late", "done_late", "undone"]


class Period(NamedTuple):
    """The days counted, both included, and the moment at which what is open is looked at."""

    first: date
    last: date
    moment: datetime

    @classmethod
    def until(cls, first: date, last: date, now: datetime) -> Period:
        """Look at what is open at the end of the last day, or now where that is not over."""
        return cls(first, last, min(now, end_of(last)))


class Share(NamedTuple):
    """A part of a whole, in whole numbers."""

    part: int
    whole: int

    @property
    def permille(self) -> int | None:
        """Give the share in thousandths, rounded down: only the whole is 1000; None of nothing."""
        return 1000 * self.part // self.whole if self.whole else None


class Count(NamedTuple):
    """What came of the matters of one kind, about one thing, at one level.

    `carried` over and `received` are together what is closed and what is open; see `closed`.
    """

    carried: int = 0
    received: int = 0
    accepted: int = 0
    refused: int = 0
    transferred: int = 0
    guided: int = 0
    filed: int = 0
    resolved_in_time: int = 0
    resolved_late: int = 0
    terminated: int = 0
    open_in_time: int = 0
    open_late: int = 0
    over_level: int = 0

    def plus(self, other: Count) -> Count:
        """Add another count."""
        return Count(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def not_accepted(self) -> int:
        """Give how many were turned away, in whichever way."""
        return self.refused + self.transferred + self.guided + self.filed

    @property
    def closed(self) -> int:
        """Give how many ended."""
        resolved = self.resolved_in_time + self.resolved_late
        return self.not_accepted + resolved + self.terminated

    @property
    def open(self) -> int:
        """Give how many had not ended."""
        return self.open_in_time + self.open_late

    @property
    def in_time(self) -> Share:
        """Give the share resolved in time, of what was resolved or is open past its date."""
        done = self.resolved_in_time
        return Share(done, done + self.resolved_late + self.open_late)


class LateRow(NamedTuple):
    """What was not done in time: which dossier's limit, by how many working days, whose it is."""

    dossier: DossierRow
    about: str
    level: str
    verdict: Late
    limit: SetLimit
    days: int


Row = tuple[str, str, str]
"""Kind, what it is about, level."""


class Indicators(NamedTuple):
    """What is counted of a time, with the list of what was not done in time."""

    period: Period
    rows: dict[Row, Count]
    late: tuple[LateRow, ...]
    followed: Share
    behind: tuple[LateRow, ...]

    def of_kind(self, kind: str) -> Count:
        """Give the total of a kind."""
        return _sum(count for (of, _, _), count in self.rows.items() if of == kind)

    @property
    def total(self) -> Count:
        """Give the total of all letters."""
        return _sum(self.rows.values())


def _sum(counts: Iterable[Count]) -> Count:
    total = Count()
    for count in counts:
        total = total.plus(count)
    return total


def is_in_scope(matter: Matter, period: Period) -> bool:
    """Tell whether a matter was open at some time of the period."""
    ended_before = matter.ended is not None and matter.ended < period.first
    return matter.received <= period.last and not ended_before


def count(
    dossiers: Iterable[DossierRow], rules: Rules, period: Period, calendar: Calendar
) -> Indicators:
    """Count letters and followed judgments of a period; late days are working days."""
    rows: dict[Row, Count] = {}
    late: list[LateRow] = []
    behind: list[LateRow] = []
    followed = 0
    for dossier in dossiers:
        for matter in matters_of(dossier):
            if is_in_scope(matter, period):
                row = (dossier.kind, matter.about, matter.level)
                named = _late_row(matter, rules, period, calendar)
                late += named
                counted = _count_one(matter, period, is_late=bool(named))
                rows[row] = rows.get(row, Count()).plus(counted)
        if dossier.kind == "administrative_judgment" and _is_followed_in(dossier, period):
            followed += 1
            behind += list(_behind(dossier, period, calendar))[:1]
    return Indicators(
        period,
        dict(sorted(rows.items())),
        tuple(sorted(late, key=_worst_first)),
        Share(followed - len(behind), followed),
        tuple(sorted(behind, key=_worst_first)),
    )


def _count_one(matter: Matter, period: Period, *, is_late: bool) -> Count:
    came = matter.received >= period.first
    accepted = matter.accepted is not None and period.first <= matter.accepted <= period.last
    return Count(
        carried=int(not came),
        received=int(came),
        accepted=int(accepted),
        over_level=int(came and matter.over_level),
        **{_became(matter, period, is_late=is_late): 1},
    )


def _became(matter: Matter, period: Period, *, is_late: bool) -> str:
    if matter.is_open_on(period.last):
        return "open_late" if is_late else "open_in_time"
    if matter.outcome == "resolved":
        return "resolved_late" if is_late else "resolved_in_time"
    return str(matter.outcome)


def _late_row(matter: Matter, rules: Rules, period: Period, calendar: Calendar) -> list[LateRow]:
    """Give the limit that was passed first, where the matter is resolved late or open past it."""
    verdict: Late = "open_late" if matter.is_open_on(period.last) else "resolved_late"
    if verdict == "open_late":
        passed = [
            limit for limit in matter.limits
            if limit.rule in rules.handling and limit.is_undone(period.moment)
        ]  # fmt: skip
    elif matter.outcome == "resolved":
        passed = [limit for limit in matter.limits if _was_late(limit, matter, rules)]
    else:
        passed = []
    if not passed:
        return []
    limit = min(passed, key=lambda one: (one.due_day or date.max, one.rule))
    until = matter.ended if verdict == "resolved_late" else None
    days = _days(limit, until or day_of(period.moment), calendar)
    return [LateRow(matter.dossier, matter.about, matter.level, verdict, limit, days)]


def _was_late(limit: SetLimit, matter: Matter, rules: Rules) -> bool:
    if limit.rule not in rules.resolving:
        return False
    if limit.met_by_fact == matter.ended_by:
        return limit.state == "late"
    # An extension that came after the date had passed does not make it kept.
    return limit.met_on is None and limit.ended_on is not None and limit.state == "breached"


def _is_followed_in(dossier: DossierRow, period: Period) -> bool:
    span = followed_from(dossier)
    if span is None:
        return False
    first, last = span
    return first <= period.last and (last is None or last >= period.first)


def _behind(dossier: DossierRow, period: Period, calendar: Calendar) -> Iterator[LateRow]:
    """Give the agency's own duties that are undone past their date, or were done late."""
    for limit in sorted(dossier.limits, key=lambda one: (one.due_day or date.max, one.rule)):
        if limit.holder not in OWN:
            continue
        met = limit.met_on
        if (asked_by := _to_be_asked_by(limit, period)) is not None:
            days = calendar.working_days_between(asked_by, day_of(period.moment))
            yield LateRow(dossier, "", "only", "undone", limit, days)
        elif limit.is_undone(period.moment):
            days = _days(limit, day_of(period.moment), calendar)
            yield LateRow(dossier, "", "only", "undone", limit, days)
        elif limit.state == "late" and met and period.first <= met <= period.last:
            yield LateRow(dossier, "", "only", "done_late", limit, _days(limit, met, calendar))


def _to_be_asked_by(limit: SetLimit, period: Period) -> date | None:
    """Give the day by which the debtor's receipt should have been asked for, where it is past.

    The law gives no day; it is the one from which the stuck list shows it.
    """
    if limit.rule != UNKNOWN_START or limit.met_on is not None or limit.ended_on is not None:
        return None
    last = limit.started + timedelta(days=the_norms().unknown_start.days)
    return last if last < day_of(period.moment) else None


def _days(limit: SetLimit, until: date, calendar: Calendar) -> int:
    due = limit.due_day
    return 0 if due is None else calendar.working_days_between(due, until)


def _worst_first(row: LateRow) -> tuple[bool, int, str]:
    return row.verdict in ("resolved_late", "done_late"), -row.days, row.dossier.id
