"""Count a rule's term from what triggered it, under one wording and one reading of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from cases.facts import Fact
from cases.timeline import Occurrence, Trigger
from law.calendar import ZONE, Calendar, WeekendsAlone
from law.corpus import Version
from law.errors import CalendarNotKnownError
from law.model import (
    Before,
    Cap,
    Clock,
    Gap,
    Guard,
    Immediate,
    Rule,
    TermReading,
    Waiting,
    Window,
)
from law.terms import (
    Count,
    Span,
    Term,
    Unit,
    count,
    count_back,
)

_TERMLESS = (Immediate, Gap, Window, Guard)


_ONE_DAY = timedelta(days=1)


def term_of(version: Version) -> Term | None:
    """Give the length that a rule states, where it states one."""
    rule = version.rule
    # Asking a model for a field that it lacks is slow.
    return None if isinstance(rule, _TERMLESS) else rule.term


def spans_named(occurrence: Occurrence, facts: Iterable[Fact]) -> tuple[Span, ...]:
    """List the times that facts name as not counting for an occurrence, the earliest first.

    A fact told later names them too: a right that seemed lost lives on. A fact that names
    another instalment, asset or person than the occurrence is not about it.
    """
    rule, started = occurrence.rule, occurrence.trigger.subject
    named = [
        Span(
            first=date.fromisoformat(str(fact.fields["first"])) - _ONE_DAY,
            last=date.fromisoformat(str(fact.fields["last"])),
            ground=str(fact.fields["ground"]),
            fact=fact.number,
        )
        for fact in facts
        if fact.event in rule.excludes
        and all(
            fact.fields.get(name) in (None, started.fields.get(name) if started else None)
            for name in rule.same
        )
    ]
    return tuple(sorted(named, key=lambda span: (span.first, span.last)))


def count_rule(
    version: Version,
    trigger: Trigger,
    start: date | datetime,
    calendar: Calendar,
    excluded: tuple[Span, ...] = (),
) -> Count | None:
    """Count a wording from a start; "ngay" is due that day, a named end is that end.

    A term in hours whose moment was not reported counts from 00:00, the safer reading for
    a duty. Beyond the last calendar year the plain end stands and working days pass over
    weekends alone; both are provisional.
    """
    rule = version.rule
    if not isinstance(rule, Clock):
        return None
    counted = _count_plain(version, start, calendar, excluded)
    named = named_day(rule, trigger.fact)
    if named is None:
        return counted
    day = start.astimezone(ZONE).date() if isinstance(start, datetime) else start
    if counted is None:
        return Count(start=day, nominal=named, due=named)
    if isinstance(counted.due, datetime) or named > counted.due:
        return counted
    # Of an extension the most that it may be stays in sight.
    nominal = counted.due if isinstance(rule, Cap) else named
    return Count(start=day, nominal=nominal, due=named)


@lru_cache(maxsize=16384)
def _count_plain(
    version: Version, start: date | datetime, calendar: Calendar, excluded: tuple[Span, ...]
) -> Count | None:
    """Count what a wording by itself states; the same for every dossier."""
    rule = version.rule
    day = start.astimezone(ZONE).date() if isinstance(start, datetime) else start
    if isinstance(rule, Immediate) or (isinstance(rule, Waiting) and rule.at_once):
        return Count(start=day, nominal=day, due=day)
    term = term_of(version)
    if term is None:
        return None
    if term.unit is Unit.HOURS and not isinstance(start, datetime):
        start = datetime.combine(start, time.min, ZONE)
    try:
        return _count_either_way(rule, term, start, calendar, excluded)
    except CalendarNotKnownError:
        counted = _count_either_way(rule, term, start, _going_on(calendar), excluded)
        return _end_beyond(term, counted)


def _count_either_way(
    rule: Rule, term: Term, start: date | datetime, calendar: Calendar, excluded: tuple[Span, ...]
) -> Count:
    if isinstance(rule, Before):
        day = start.astimezone(ZONE).date() if isinstance(start, datetime) else start
        return count_back(term, day, calendar)
    return count(term, start, calendar, excluded)


def _end_beyond(term: Term, counted: Count) -> Count:
    """Give the plain end of a term that runs into years without a calendar."""
    if term.unit is Unit.WORKING_DAYS:
        return counted
    return counted.model_copy(update={"due": counted.nominal, "skipped": ()})


@lru_cache(maxsize=8)
def _going_on(calendar: Calendar) -> Calendar:
    return WeekendsAlone(calendar)


def named_day(rule: Clock, fact: Fact | None) -> date | None:
    """Give the day that the starting fact names as the end, where the rule lets one be named."""
    field = None
    if isinstance(rule, Waiting):
        field = rule.ends_by_field
    elif isinstance(rule, Cap):
        field = rule.until_field
    value = fact.fields.get(field) if fact is not None and field is not None else None
    return None if value is None else date.fromisoformat(str(value))


def set_too_late(occurrence: Occurrence) -> bool:
    """Tell whether the starting fact names a day beyond the most that its rule allows."""
    named, due = named_day(occurrence.rule, occurrence.trigger.fact), occurrence.due
    return named is not None and due is not None and not isinstance(due, datetime) and named > due


def count_way(
    way: TermReading, start: date, calendar: Calendar, excluded: tuple[Span, ...] = ()
) -> Count:
    """Count one way to read a gap from the day on which it starts; it states a term."""
    if way.term is None:
        raise ValueError(f"{way.id} gives no date")
    try:
        counted = count(way.term, start, calendar, excluded)
    except CalendarNotKnownError:
        counted = count(way.term, start, _going_on(calendar), excluded)
        return _end_beyond(way.term, counted)
    if way.rolls:
        return counted
    return Count(start=start, nominal=counted.nominal, due=counted.nominal)
