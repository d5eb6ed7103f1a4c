"""Count a rule's term for one occurrence, and find the other readings that the texts admit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from cases.assessment import Reading
from cases.facts import Fact
from cases.timeline import Occurrence, Trigger
from law.calendar import ZONE, Calendar
from law.corpus import Corpus, Version
from law.errors import CalendarNotKnownError
from law.model import DUTY_HOLDERS, Before, Cap, Clock, Gap, Guard, Immediate, Waiting, Window
from law.terms import (
    Count,
    Span,
    Term,
    Unit,
    both_readings_of_a_worked_saturday,
    count,
    count_back,
)

_TERMLESS = (Immediate, Gap, Window, Guard)


_NO_CALENDAR = Calendar(())
_SAID_NOWHERE = ("postponed", "suspended", "terminated")
"""Pauses of which no text says whether a clock stands still."""
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


def count_occurrence(occurrence: Occurrence, calendar: Calendar) -> Count | None:
    """Count one occurrence under its own wording; a gap has no count."""
    return count_rule(
        occurrence.version,
        occurrence.trigger,
        occurrence.start_at or occurrence.start,
        calendar,
        occurrence.excluded,
    )


def count_rule(
    version: Version,
    trigger: Trigger,
    start: date | datetime,
    calendar: Calendar,
    excluded: tuple[Span, ...] = (),
) -> Count | None:
    """Count a wording from a start; "ngay" is due that day, a named end is that end.

    A term in hours whose moment was not reported counts from 00:00, the safer reading for
    a duty. Beyond the last calendar year the plain end stands and is provisional.
    """
    rule = version.rule
    day = start.astimezone(ZONE).date() if isinstance(start, datetime) else start
    if isinstance(rule, Gap) or not isinstance(rule, Clock):
        return None
    if isinstance(rule, Immediate) or (isinstance(rule, Waiting) and rule.at_once):
        return Count(start=day, nominal=day, due=day)
    named = named_day(rule, trigger.fact)
    term = rule.term
    if term is None:
        return Count(start=day, nominal=named, due=named) if named is not None else None
    if term.unit is Unit.HOURS and not isinstance(start, datetime):
        start = datetime.combine(start, time.min, ZONE)
    try:
        if isinstance(rule, Before):
            return count_back(term, day, calendar)
        counted = count(term, start, calendar, excluded)
    except CalendarNotKnownError:
        counted = _beyond_the_calendar(term, start, excluded)
    if named is None or isinstance(counted.due, datetime) or named > counted.due:
        return counted
    # Of an extension the most that it may be stays in sight.
    nominal = counted.due if isinstance(rule, Cap) else named
    return Count(start=day, nominal=nominal, due=named)


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


def _beyond_the_calendar(term: Term, start: date | datetime, excluded: tuple[Span, ...]) -> Count:
    """Give the plain end of a term whose last day lies in a year without a calendar."""
    try:
        return count(term, start, _NO_CALENDAR, excluded)
    except CalendarNotKnownError as error:
        return Count(start=start, nominal=error.day, due=error.day, provisional=True)


def readings_of(
    occurrence: Occurrence, corpus: Corpus, calendar: Calendar
) -> tuple[tuple[Reading, ...], bool, date | None]:
    """Find the other readings of a due date, whether the change of law asks for a review.

    Gives the readings, the review mark, and the latest day that any of them admits.
    """
    counted = occurrence.counted
    if counted is None or isinstance(counted.due, datetime):
        return (), False, None
    readings: list[Reading] = []
    latest = counted.due
    if occurrence.rule.holder not in DUTY_HOLDERS:
        saturday = both_readings_of_a_worked_saturday(counted, calendar)
        if saturday is not None:
            readings.append(Reading(due=saturday, reason="worked_saturday"))
            latest = max(latest, saturday)
    review = _runs_on_the_day_of_change(occurrence, counted.due, corpus)
    if review:
        reading = _reading_under_new_law(occurrence, corpus, calendar)
        readings.append(Reading(
            due=counted.due, reason="old_act_kept", act=occurrence.version.act.number,
            article=occurrence.rule.cite.article, clause=occurrence.rule.cite.clause,
        ))  # fmt: skip
        readings.append(reading)
        if isinstance(reading.due, date):
            latest = max(latest, reading.due)
    # What a fact names, or a text says, is not open to another reading; what a pause took is.
    named = tuple(span for span in occurrence.excluded if span.ground not in _SAID_NOWHERE)
    if named != occurrence.excluded:
        start = occurrence.start_at or occurrence.start
        plain = count_rule(occurrence.version, occurrence.trigger, start, calendar, named)
        if plain is not None and plain.due != counted.due:
            readings.append(Reading(due=plain.due, reason="clock_ran_on"))
    return tuple(readings), review, latest


def _runs_on_the_day_of_change(occurrence: Occurrence, due: date, corpus: Corpus) -> bool:
    change = corpus.change_after(occurrence.version)
    if change is None or occurrence.kept or occurrence.start >= change[0] or due < change[0]:
        return False
    ended = occurrence.done.on if occurrence.done else occurrence.ended_on
    return ended is None or ended >= change[0]


def _reading_under_new_law(occurrence: Occurrence, corpus: Corpus, calendar: Calendar) -> Reading:
    change = corpus.change_after(occurrence.version)
    day = change[0] if change else occurrence.start
    rule_id = occurrence.rule.successor or occurrence.version.id
    for version in corpus.by_id.get(rule_id, ()):
        if version.holds_on(day):
            counted = count_rule(
                version, occurrence.trigger, occurrence.start_at or occurrence.start, calendar,
                occurrence.excluded,
            )  # fmt: skip
            return Reading(
                due=counted.due if counted else None, reason="new_act", act=version.act.number,
                article=version.rule.cite.article, clause=version.rule.cite.clause,
            )  # fmt: skip
    return Reading(due=None, reason="new_act_has_no_such_limit")
