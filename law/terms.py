"""Count time as the Civil Code does: Arts. 144-148 of 91/2015/QH13."""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, PositiveInt

from law.calendar import ZONE, Calendar, DayNote, Words
from law.errors import LawError, TermSyntaxError

_ONE_DAY = timedelta(days=1)
_WEEKEND = Words(vi="ngày nghỉ hằng tuần", en="weekly day of rest")


class Unit(StrEnum):
    """The units in which the statutes give a time limit."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    CALENDAR_MONTHS = "calendar_months"  #: to the last day of a month, whatever day that is


_HOURS = Unit.HOURS
"""Looked up once: each look at a member of an enumeration is a call."""


class Term(BaseModel):
    """A length of time with its unit, such as 9 days or 5 working days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    length: PositiveInt
    unit: Unit


class Span(BaseModel):
    """Time that does not count: after the day `first`, up to and including the day `last`.

    `fact`: the number of the fact that names it, where one does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: date
    last: date
    ground: str
    fact: int | None = None


class Count(BaseModel):
    """A counted term: where it starts, ends by the plain sum, and ends in effect.

    `skipped`: days passed over because nobody works on them; `added`: weekend days that
    count because a notice makes them working days; `provisional`: a day looked at lies
    in a year whose days off are not announced yet.
    """

    model_config = ConfigDict(frozen=True)

    start: date | datetime
    nominal: date | datetime
    due: date | datetime
    skipped: tuple[DayNote, ...] = ()
    added: tuple[DayNote, ...] = ()
    provisional: bool = False


_TERM = re.compile(r"\s*(\d+)\s*([a-z_ ]+?)\s*", re.IGNORECASE)
_UNITS = {unit.value.replace("_", " ").removesuffix("s"): unit for unit in Unit}


def parse_term(text: str) -> Term:
    """Read a term such as '5 working days', '1 month' or '24 hours'.

    Raises `TermSyntaxError` naming what is allowed.
    """
    match = _TERM.fullmatch(text)
    if match:
        unit = _UNITS.get(match[2].lower().replace("_", " ").removesuffix("s"))
        if unit and int(match[1]) > 0:
            return Term(length=int(match[1]), unit=unit)
    allowed = ", ".join(unit.value.replace("_", " ") for unit in Unit)
    raise TermSyntaxError(
        f"term {text!r} is not readable; write a whole number above 0 and one of: {allowed}"
    )


def add_months(day: date, count: int) -> date:
    """Give the corresponding date `count` months on, or that month's last day.

    Civil Code Art. 148.3; for years and 29 February the same by analogy (148.4 is silent).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def count(
    term: Term, start: date | datetime, calendar: Calendar, excluded: tuple[Span, ...] = ()
) -> Count:
    """Count `term` forward from the day (or, for hours, the moment) of its event.

    The day of the event never counts (Art. 147.2-3); days run through weekends and only
    the last day rolls forward (148.5); hours run from the moment and do not roll.
    `excluded` spans lengthen the term by what they took from it: days before the start,
    after the nominal end or in two spans at once take nothing more.
    A moment without a zone is one of `ZONE`.

    Raises `LawError` for hours counted from a day, `CalendarNotKnownError` where a day
    that must be looked up lies in a year without a calendar.
    """
    if isinstance(start, datetime) and start.tzinfo is None:
        start = start.replace(tzinfo=ZONE)
    if term.unit is _HOURS:
        return _count_hours(term, start)
    day = start.astimezone(ZONE).date() if isinstance(start, datetime) else start
    return _count_days(term, day, calendar, excluded)


def _count_hours(term: Term, start: date | datetime) -> Count:
    if not isinstance(start, datetime):
        raise LawError(
            f"a term in hours runs from a moment, not from the day {start}; "
            "give the time too, such as 2026-11-27T16:30"
        )
    due = start + timedelta(hours=term.length)
    return Count(start=start, nominal=due, due=due)


@lru_cache(maxsize=65536)
def _count_days(term: Term, day: date, calendar: Calendar, excluded: tuple[Span, ...]) -> Count:
    if term.unit is Unit.WORKING_DAYS:
        end = calendar.working_days_after(day, term.length)
        due = nominal = _lengthened(
            day,
            end,
            excluded,
            lambda end, span: calendar.working_days_after(
                end, calendar.working_days_between(span.first, span.last)
            ),
        )
        looked_from = day
    else:
        nominal = _lengthened(
            day, _plain_end(term, day), excluded, lambda end, span: end + (span.last - span.first)
        )
        rolls = term.unit is not Unit.CALENDAR_MONTHS
        due = calendar.next_working(nominal) if rolls else nominal
        looked_from = nominal - _ONE_DAY if rolls else due
    skipped, added, provisional = _passed(looked_from, due, calendar)
    return Count(
        start=day, nominal=nominal, due=due, skipped=skipped, added=added, provisional=provisional
    )


def _lengthened(
    day: date, end: date, excluded: tuple[Span, ...], prolong: Callable[[date, Span], date]
) -> date:
    """Move `end` on by each part of the spans that lies after `day` and begins before the end."""
    taken_until = day
    for span in sorted(excluded, key=lambda span: span.first):
        first = max(span.first, taken_until)
        if first < end and first < span.last:
            end = prolong(end, span.model_copy(update={"first": first}))
            taken_until = span.last
    return end


def _plain_end(term: Term, day: date) -> date:
    match term.unit:
        case Unit.DAYS:
            return day + timedelta(days=term.length)
        case Unit.WEEKS:
            return day + timedelta(weeks=term.length)
        case Unit.MONTHS:
            return add_months(day, term.length)
        case Unit.YEARS:
            return add_months(day, term.length * 12)
        case Unit.CALENDAR_MONTHS:
            return _last_of_month(add_months(day + _ONE_DAY, term.length - 1))
        case Unit.WORKING_DAYS | Unit.HOURS:
            raise LawError(f"{term.unit} have no plain end")


def _last_of_month(day: date) -> date:
    return day.replace(day=months.monthrange(day.year, day.month)[1])


@lru_cache(maxsize=16384)
def count_back(term: Term, event: date, calendar: Calendar) -> Count:
    """Give the latest day for an act due at least `term` before `event`.

    The event's own day is not counted, whole (working) days are counted back, and the
    result never rolls forward. The Code has no rule for this; the reading is inferred.
    """
    if term.unit in (Unit.HOURS, Unit.CALENDAR_MONTHS):
        raise LawError(f"{term.unit} cannot be counted back from a day; state the term in days")
    if term.unit is Unit.WORKING_DAYS:
        due = calendar.working_days_before(event, term.length)
        skipped, added, provisional = _passed(due - _ONE_DAY, event - _ONE_DAY, calendar)
        return Count(
            start=event, nominal=due, due=due, skipped=skipped, added=added, provisional=provisional
        )
    back = {Unit.DAYS: timedelta(days=term.length), Unit.WEEKS: timedelta(weeks=term.length)}
    due = (
        event - back[term.unit]
        if term.unit in back
        else add_months(event, -term.length * (12 if term.unit is Unit.YEARS else 1))
    )
    return Count(start=event, nominal=due, due=due)


def _passed(
    after: date, until: date, calendar: Calendar
) -> tuple[tuple[DayNote, ...], tuple[DayNote, ...], bool]:
    """Name the days off and the worked weekend days after `after`, up to `until`."""
    skipped: list[DayNote] = []
    added: list[DayNote] = []
    provisional = False
    day = after
    while day < until:
        day += _ONE_DAY
        note = calendar.note(day)
        if not calendar.is_working(day):
            skipped.append(note or DayNote(date=day, name=_WEEKEND, notice=""))
        elif note:
            added.append(note)
        provisional = provisional or calendar.is_provisional(day)
    return tuple(skipped), tuple(added), provisional


def count_without_worked_weekends(
    term: Term, counted: Count, calendar: Calendar, excluded: tuple[Span, ...] = ()
) -> Count | None:
    """Give a party's period counted with no worked weekend day in it, if that ends later.

    The swap of days binds state agencies; Art. 148.5 speaks of "ngày nghỉ cuối tuần".
    A worked day of an `excluded` span was not counted and takes nothing.
    """
    due = counted.due
    owed = sum(
        not any(span.first < note.date <= span.last for span in excluded) for note in counted.added
    )
    if isinstance(due, datetime) or not owed:
        return None
    off = {note.date: note for note in counted.skipped}
    for note in counted.added:
        off[note.date] = DayNote(date=note.date, name=_WEEKEND, notice="")
    while owed:
        due += _ONE_DAY
        if calendar.is_worked_weekend(due):
            off[due] = DayNote(date=due, name=_WEEKEND, notice="")
        elif calendar.is_working(due):
            owed -= 1
        else:
            off[due] = calendar.note(due) or DayNote(date=due, name=_WEEKEND, notice="")
    skipped = tuple(off[day] for day in sorted(off))
    nominal = due if term.unit is Unit.WORKING_DAYS else counted.nominal
    update = {"nominal": nominal, "due": due, "skipped": skipped, "added": ()}
    return counted.model_copy(update=update)
