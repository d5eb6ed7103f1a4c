"""Tell what a fact is about: the asset, measure or person that a clock was started for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from cases.facts import Fact
from cases.timeline import Occurrence, Trigger
from cases.vocabulary import Value
from law.model import Clock, Rule
from law.terms import Term, Unit

_WHAT = ("asset", "person")
"""What any fact may be about, whether a rule asks for it or not."""


def about_what(fact: Fact) -> tuple[Value | None, ...]:
    """Give the asset and the person that a fact names, or nothing for each."""
    return tuple(fact.fields.get(name) for name in _WHAT)


def nearest_first(fact: Fact, occurrences: list[Occurrence]) -> list[Occurrence]:
    """Put what is about the asset or person that a fact names before the rest, each in order."""
    fields = fact.fields
    if "asset" not in fields and "person" not in fields:
        return occurrences
    named = [name for name in _WHAT if name in fields]
    return sorted(
        occurrences,
        key=lambda occurrence: any(
            subject.fields.get(name) != fact.fields[name]
            for name in named
            if (subject := occurrence.trigger.subject) is not None
        ),
    )


def about_the_same(fact: Fact, occurrence: Occurrence) -> bool:
    """Tell whether a fact is about the same asset, measure or person as what started a clock."""
    return names_the_same(fact, occurrence.trigger.subject, occurrence.rule)


def names_the_same(fact: Fact, started: Fact | None, rule: Clock) -> bool:
    """Tell whether a fact agrees with what starts a clock in each field that the rule names.

    A request to another body is told apart by its reference alone.
    """
    if started is None or not rule.same:
        return True
    if "request" in rule.same and "request" in started.fields:
        return fact.fields.get("request") == started.fields["request"]
    return all(fact.fields.get(name) == started.fields.get(name) for name in rule.same)


def delivered_on(trigger: Trigger, rule: Clock, facts: Iterable[Fact]) -> date:
    """Give the day on which whoever must act received what starts a clock; until told, its own."""
    received = (
        fact.on
        for fact in facts
        if fact.event == rule.delivered_by and names_the_same(fact, trigger.subject, rule)
    )
    return next(received, trigger.on)


def of_months(rule: Rule) -> bool:
    """Tell whether a rule asks for something in each month by itself."""
    # Not by getattr: of a rule without a term, a model takes long to say that it has none.
    term: Term | None = rule.__dict__.get("term")
    return term is not None and term.unit is Unit.CALENDAR_MONTHS


def in_its_month(fact: Fact, occurrence: Occurrence) -> bool:
    """Tell whether a fact is of the very month that an occurrence is about, where it is of one."""
    if not of_months(occurrence.rule):
        return True
    due, derived = occurrence.due, occurrence.trigger.fact is None
    first = occurrence.start + timedelta(days=1) if derived else occurrence.start
    return isinstance(due, date) and first <= fact.on <= due


def about_one(trigger: Trigger, occurrence: Occurrence) -> bool:
    """Tell whether a trigger starts anew what runs already; another asset's clock is another."""
    subject, earlier = trigger.subject, occurrence.trigger.subject
    return (
        subject is None
        or earlier is None
        or all(
            subject.fields.get(name) == earlier.fields.get(name)
            for name in (*occurrence.rule.same, *_WHAT)
        )
    )


def about_no_other(fact: Fact, started: Fact | None, rule: Clock) -> bool:
    """Tell whether a fact names no other asset, measure or person than what starts a clock."""
    return started is None or (
        all(fact.fields.get(name) in (None, started.fields.get(name)) for name in rule.same)
        and all(
            fact.fields.get(name) == started.fields[name]
            for name in _WHAT
            if name in fact.fields and name in started.fields
        )
    )


def ends(trigger: Trigger, occurrence: Occurrence) -> bool:
    """Tell whether an event that makes a rule pointless is about this running of it.

    Who decides the other way does so about this very thing; what makes all of it pointless,
    such as full performance, need not name each.
    """
    fact = trigger.subject
    if fact is None:
        return True
    if trigger.event not in occurrence.rule.unless and not about_the_same(fact, occurrence):
        return False
    return about_no_other(fact, occurrence.trigger.subject, occurrence.rule)
