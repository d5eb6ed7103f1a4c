"""Read the ladder a second time: from its file, by plain steps, with none of the engine's code.

What it takes from the engine are the limits that an assessment gives for a case's facts, each
time that facts were told, and the calendar's word on which day is worked.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cases.assessment import LimitRow
from tests.simulation.people import People

LADDER = tomllib.loads((Path(__file__).parents[2] / "cases" / "escalation.toml").read_text("utf-8"))
VN = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = timedelta(days=1)
FAR = 60 * DAY
"""No rung that comes within the week is of a date so far ahead."""
DUTIES = ("officer", "head", "agency", "other_body", "superior")


class Look(NamedTuple):
    """What is known of a case from a moment on: its officer and its limits, future ones too."""

    at: datetime
    officer: str | None
    limits: tuple[LimitRow, ...]


class Line(NamedTuple):
    """One line that a person must receive; `was` is the date that one who hears of it knew."""

    at: datetime
    person: str
    case: str
    occurrence: str
    due: str
    kind: str
    rung: int = 0
    missed: tuple[int, ...] = ()
    was: str = ""


class _Alert(NamedTuple):
    occurrence: str
    due: str
    rung: int
    role: str


class _Step(NamedTuple):
    at: datetime
    rung: int
    roles: tuple[str, ...]


def schedule(first: date, days: int = 7) -> list[datetime]:
    """List the gatherings: every ten minutes from five in the morning to ten before eight."""
    midnight = datetime.combine(first, time.min, VN)
    minutes = range(5 * 60, 20 * 60, 10)
    return [midnight + day * DAY + timedelta(minutes=m) for day in range(days) for m in minutes]


class SecondReading:
    """What must be received about one case; between the ends of `away` nothing is looked at."""

    def __init__(
        self,
        case: str,
        office: str,
        people: People,
        is_working: Callable[[date], bool],
        away: tuple[datetime, datetime] | None = None,
    ) -> None:
        self.case, self.office, self.people = case, office, people
        self.is_working, self.away = is_working, away
        self.officer: str | None = None
        self.asking: dict[str, LimitRow] = {}
        self.steps: dict[str, list[_Step]] = {}
        self.known: dict[tuple[str, str], datetime] = {}
        self.raised: set[tuple[str, str, int]] = set()
        self.waiting: dict[_Alert, tuple[int, ...]] = {}
        self.sent: set[_Alert] = set()
        self.told: dict[tuple[str, str], str] = {}
        self.notices: dict[tuple[str, str], tuple[str, str, str]] = {}

    def lines(self, looks: Sequence[Look], gatherings: Sequence[datetime]) -> Iterator[Line]:
        """Give the lines in the order of the gatherings."""
        taken = {self._seen_at(look.at): look for look in looks}
        begins, gathered = list(taken), set(gatherings)
        for begin, end in zip(begins, [*begins[1:], gatherings[-1] + DAY], strict=True):
            self._take(taken[begin])
            self._climb(begin, first=begin == begins[0], new=True)
            rungs = {self._seen_at(step.at) for steps in self.steps.values() for step in steps}
            moments = sorted(at for at in rungs | gathered if begin <= at < end)
            for at in moments:
                if at in rungs and at > begin:
                    self._climb(at)
                if at in gathered and (self.waiting or self.notices):
                    yield from self._gather(at)

    def _take(self, look: Look) -> None:
        """Drop what nobody asks for any more; tell whoever heard of a date what became of it."""
        self.officer = look.officer
        ours = {row.occurrence: row for row in look.limits if row.due is not None}
        self.asking = {key: row for key, row in ours.items() if _asks(row)}
        near = {key: row for key, row in self.asking.items() if _day(row) < look.at.date() + FAR}
        self.steps = {key: self._steps(row) for key, row in near.items()}
        dates = {(row.occurrence, _due(row)) for row in self.asking.values()}
        # What came before facts that were told while nobody looked is not named as missed.
        anew = self._seen_at(look.at) != look.at
        self.known = {d: look.at if anew else self.known.get(d, look.at) for d in dates}
        self.waiting = {a: missed for a, missed in self.waiting.items() if a[:2] in dates}
        self.notices = {}
        for (occurrence, person), last in self.told.items():
            row = self.asking.get(occurrence)
            if last and occurrence not in ours:
                self.notices[occurrence, person] = ("withdrawn", last, "")
            elif row is not None and _due(row) != last:
                self.notices[occurrence, person] = ("moved", _due(row), last)

    def _climb(self, now: datetime, *, first: bool = False, new: bool = False) -> None:
        """Raise the present rung of each date, and name those before it that nobody raised."""
        for occurrence, steps in self.steps.items():
            row = self.asking[occurrence]
            here = [step for step in steps if self._seen_at(step.at) <= now]
            if not here or not (new or self._seen_at(here[-1].at) == now):
                continue
            present, due = here[-1], _due(row)
            if row.holder not in DUTIES and now - present.at > 7 * DAY:
                continue
            missed = tuple(
                step.rung
                for step in here
                if not first
                and self.known[occurrence, due] < step.at < present.at
                and (occurrence, due, step.rung) not in self.raised
            )
            self.raised.add((occurrence, due, present.rung))
            for role in present.roles:
                alert = _Alert(occurrence, due, present.rung, role)
                if alert not in self.sent:
                    self.waiting.setdefault(alert, missed)

    def _gather(self, now: datetime) -> Iterator[Line]:
        """Send what may go: to each person the highest rung of a date, and what became of it."""
        found: dict[tuple[str, str, str], list[_Alert]] = defaultdict(list)
        for alert in self.waiting:
            row = self.asking[alert.occurrence]
            person = self.people.who(alert.role, self.office, self.officer, now.date())
            at_once = row.severity == "grave" and _is_duty(row)
            if self._may_go(now, person, alert.due, at_once=at_once):
                found[person, alert.occurrence, alert.due].append(alert)
        for (person, occurrence, due), alerts in found.items():
            missed = {rung for alert in alerts for rung in self.waiting.pop(alert)}
            top = max(alert.rung for alert in alerts)
            missed |= {alert.rung for alert in alerts} - {top}
            self.sent.update(alerts)
            self.told[occurrence, person] = due
            names = (person, self.case, occurrence, due)
            yield Line(now, *names, "rung", top, tuple(sorted(missed)))
        for (occurrence, person), (kind, due, was) in list(self.notices.items()):
            if self._may_go(now, person, due, at_once=False):
                del self.notices[occurrence, person]
                self.told[occurrence, person] = "" if kind == "withdrawn" else due
                yield Line(now, person, self.case, occurrence, due, kind, was=was)

    def _seen_at(self, moment: datetime) -> datetime:
        away = self.away
        return away[1] if away and away[0] <= moment < away[1] else moment

    def _steps(self, row: LimitRow) -> list[_Step]:
        """List when which rung of a limit comes, and whom it is for."""
        rungs: dict[int, dict[str, Any]] = {}
        for rung in LADDER["rung"]:
            named = any(row.id.startswith(begin) for begin in rung.get("rules", ()))
            general = "rules" not in rung and rung["offset"] not in rungs
            whose = rung.get("holders", ())
            if bool(whose) != (row.holder == "superior") or (whose and row.holder not in whose):
                continue
            if row.severity in rung.get("severity", [row.severity]) and (named or general):
                rungs[rung["offset"]] = rung
        found = []
        for offset, rung in sorted(rungs.items()):
            at = self._morning(_day(row), offset)
            roles = tuple(rung["roles"])
            if not _is_duty(row):
                if offset != 0:
                    continue
                at, roles = self._morning(_day(row), 1), ("officer",)
            elif row.kind == "immediate" or isinstance(row.due, datetime):
                if offset < 0 or (offset > 0 and row.kind == "immediate"):
                    continue
                at = row.opens_at if offset == 0 else at
            elif offset < 0 and at < row.opens_at:
                continue
            found.append(_Step(max(at, row.opens_at), offset, roles))
        return found

    def _morning(self, day: date, offset: int) -> datetime:
        """Give the case's own minute before office hours, some working days from a day."""
        left = abs(offset) or int(not self.is_working(day))
        while left:
            day += DAY if offset > 0 else -DAY
            left -= self.is_working(day)
        own = int.from_bytes(hashlib.sha256(self.case.encode()).digest()[:4])
        early = timedelta(minutes=own % LADDER["minutes_before"] + 1)
        return datetime.combine(day, LADDER["office_hours_begin"], VN) - early

    def _may_go(self, now: datetime, person: str, due: str, *, at_once: bool) -> bool:
        """Tell whether it may go: in their hours, or to warn in time, or of a grave breach."""
        opens = self._next_hours(now, person)
        day_after = datetime.fromisoformat(due) + DAY
        breach = datetime.fromisoformat(due) if "T" in due else day_after.replace(tzinfo=VN)
        return opens == now or (at_once if breach <= now else opens >= breach)

    def _next_hours(self, now: datetime, person: str) -> datetime:
        day = now.date()
        while True:
            for begin, end in self.people.hours(person):
                if self.is_working(day) and now < datetime.combine(day, end, VN):
                    return max(now, datetime.combine(day, begin, VN))
            day += DAY


def _asks(row: LimitRow) -> bool:
    return row.met_on is None and row.ended_on is None and row.paused_by is None


def _is_duty(row: LimitRow) -> bool:
    return row.holder in DUTIES


def _due(row: LimitRow) -> str:
    return row.due.isoformat() if row.due else ""


def _day(row: LimitRow) -> date:
    assert row.due is not None
    return row.due.astimezone(VN).date() if isinstance(row.due, datetime) else row.due
