"""Count what stands in each office, and add it up for an office with those below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from law.calendar import Calendar, WeekendsAlone

NEAR_END = 5
"""Working days before its end from which a complaint is shown."""


class Figures(BaseModel):
    """What stands in an office at a moment.

    `overdue`: duties passed and not done, by severity; `due_week`: duties still open whose last
    day falls in this week, `due_today` those of them due today; `stuck`: cases by reason, a case
    once for each of its reasons; `stuck_cases`: cases that are stuck at all; `unacknowledged`:
    overdue duties told on a rung after the due date and answered by nobody; `complaints`: open
    duties about complaints, denunciations and petitions near their end; `letters`: letters of
    the book for which no dossier runs and nothing is decided; `open_cases`: dossiers not closed.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    overdue: dict[str, int] = {}
    due_today: int = 0
    due_week: int = 0
    stuck: dict[str, int] = {}
    stuck_cases: int = 0
    unacknowledged: int = 0
    complaints: int = 0
    letters: int = 0
    open_cases: int = 0

    @property
    def overdue_duties(self) -> int:
        """Give how many duties are overdue, of whatever severity."""
        return sum(self.overdue.values())

    @property
    def is_quiet(self) -> bool:
        """Tell whether nothing asks for anybody's attention."""
        return not any(
            (self.overdue_duties, self.due_week, self.stuck_cases, self.unacknowledged,
             self.complaints, self.letters)
        )  # fmt: skip


class Week(NamedTuple):
    """The days that a digest looks ahead: to the Sunday of its week, and to a complaint's end."""

    day: date
    ends: date
    near: date


def week_of(day: date, calendar: Calendar) -> Week:
    """Give the week of a digest: from its day to the Sunday, worked Saturdays among them."""
    ends = day + timedelta(days=6 - day.weekday())
    return Week(day, ends, WeekendsAlone(calendar).working_days_after(day, NEAR_END))


def add_up(parts: Iterable[Figures]) -> Figures:
    """Add figures of several offices."""
    overdue: Counter[str] = Counter()
    stuck: Counter[str] = Counter()
    plain: Counter[str] = Counter()
    for part in parts:
        overdue.update(part.overdue)
        stuck.update(part.stuck)
        plain.update({name: getattr(part, name) for name in _PLAIN})
    return Figures(overdue=dict(overdue), stuck=dict(stuck), **plain)


_PLAIN = ("due_today", "due_week", "stuck_cases", "unacknowledged", "complaints", "letters",
    "open_cases",
)  # fmt: skip


def covers(top: str, office: str, above: Mapping[str, str | None]) -> bool:
    """Tell whether an office is another or lies below it.

    One that the directory has no more is below the office that its key begins with.
    """
    seen: set[str] = set()
    place: str | None = office
    while place is not None and place not in seen:
        if place == top:
            return True
        seen.add(place)
        place = above[place] if place in above else place.rpartition("/")[0] or None
    return False


def of_offices(
    found: Mapping[str, Figures], tops: Iterable[str], above: Mapping[str, str | None]
) -> Figures:
    """Add up what is found for offices and those below them."""
    wanted = tuple(tops)
    return add_up(
        figures
        for office, figures in found.items()
        if any(covers(top, office, above) for top in wanted)
    )
