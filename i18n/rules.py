"""Put a rule of law into words: what starts it, on which conditions, how it is counted and met."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import time
from typing import NamedTuple

from cases.predicates import PREDICATES
from cases.vocabulary import vocabulary
from i18n.places import spell_term, spell_way
from i18n.texts import Lang, event_name, name_of, pick, say
from law.model import (
    AnyRule,
    Before,
    Cap,
    Clock,
    Gap,
    Guard,
    Immediate,
    Recurring,
    TermReading,
    Values,
    Waiting,
    WayToRead,
    Window,
)
from law.terms import Term, Unit

NameRule = Callable[[str], str]
"""Gives the words for the id of another rule: its title, or a link to it."""


class Line(NamedTuple):
    """One thing that a rule asks for: the name of the attribute, its label and its words."""

    name: str
    label: str
    text: str


def tell_rule(lang: Lang, rule: AnyRule, name_rule: NameRule) -> tuple[Line, ...]:
    """Write what a rule asks for, in the order in which a reader checks it against the text."""
    if isinstance(rule, Window):
        found = _tell_window(lang, rule, name_rule)
    elif isinstance(rule, Guard):
        found = _tell_guard(lang, rule, name_rule)
    else:
        found = _tell_clock(lang, rule, name_rule)
    return tuple(Line(name, say(lang, f"rule.{name}"), text) for name, text in found if text)


def _tell_clock(lang: Lang, rule: Clock, name_rule: NameRule) -> Iterator[tuple[str, str]]:
    if isinstance(rule, Gap):
        yield "why", say(lang, f"law.gap_{rule.why}")
    none = say(lang, "rule_lines.starts_on_none")
    yield "starts_on", _events(lang, rule.starts_on) or none
    if rule.and_on:
        yield "and_on", say(lang, "rule_lines.and_on", events=_names(lang, rule.and_on))
    yield from _tell_matches(lang, rule)
    yield "while_state", _all(lang, (name_of(lang, "flags", flag) for flag in rule.while_state))
    yield "only_with", _events(lang, rule.only_with)
    yield "unless", _any(lang, (_keeps_off(lang, name) for name in rule.unless))
    yield "once", say(lang, "rule_lines.once") if rule.once else ""
    yield "term", tell_count(lang, rule)
    if rule.counts_from:
        event = event_name(lang, rule.counts_from)
        yield "counts_from", say(lang, "rule_lines.counts_from", event=event)
    if rule.delivered_by:
        event = event_name(lang, rule.delivered_by)
        yield "delivered_by", say(lang, "rule_lines.delivered_by", event=event)
    if rule.excludes:
        events = _events(lang, rule.excludes)
        yield "excludes", say(lang, "rule_lines.excludes", events=events)
    yield "reaches_back", say(lang, "rule_lines.reaches_back") if rule.reaches_back else ""
    if isinstance(rule, Waiting) and rule.ends_by_field:
        field = name_of(lang, "fields", rule.ends_by_field)
        yield "ends_by_field", say(lang, "rule_lines.ends_by_field", field=field)
    if isinstance(rule, Waiting) and rule.at_once:
        yield "at_once", say(lang, "rule_lines.at_once")
    if isinstance(rule, Cap):
        yield from _tell_cap(lang, rule, name_rule)
    if isinstance(rule, Gap):
        yield "reading", _tell_ways(lang, rule.reading)
    yield "holder", name_of(lang, "holders", rule.holder.value)
    yield from _tell_end(lang, rule)
    yield "severity", name_of(lang, "severities", rule.severity.value)


def _tell_matches(lang: Lang, rule: Clock) -> Iterator[tuple[str, str]]:
    yield "when", tell_conditions(lang, rule.when)
    yield "unless_when", tell_conditions(lang, rule.unless_when)
    for event, wanted in rule.when_on.items():
        named, conditions = event_name(lang, event), tell_conditions(lang, wanted)
        yield "when_on", say(lang, "rule_lines.when_on", event=named, conditions=conditions)


def _tell_cap(lang: Lang, rule: Cap, name_rule: NameRule) -> Iterator[tuple[str, str]]:
    # A name stands for every rule whose id begins with it.
    whole = [one for one in rule.lengthens if not _begins_with_another(one, rule.lengthens)]
    yield "lengthens", _any(lang, map(name_rule, whole))
    yield "counted_from", say(lang, f"rule_lines.counted_from_{rule.counted_from}")
    if rule.until_field:
        field = name_of(lang, "fields", rule.until_field)
        yield "until_field", say(lang, "rule_lines.until_field", field=field)


def _begins_with_another(rule_id: str, others: Iterable[str]) -> bool:
    return any(rule_id != other and rule_id.startswith(other) for other in others)


def _tell_ways(lang: Lang, ways: Iterable[WayToRead]) -> str:
    """Write each way in which the text can be read, its ground, and the term it gives."""
    told: list[str] = []
    for way in ways:
        words, ground = pick(lang, way.words), pick(lang, way.ground)
        if isinstance(way, TermReading):
            words = say(lang, "rule_lines.way_term", words=words, term=spell_way(lang, way))
        told.append(say(lang, "rule_lines.way", words=words, ground=ground))
    return _any(lang, told)


def _tell_end(lang: Lang, rule: Clock) -> Iterator[tuple[str, str]]:
    """Say what fulfils a clock, what ends it otherwise, and what its end brings about."""
    none = say(lang, "rule_lines.met_by_none")
    yield "met_by", _any(lang, (_whole(lang, event) for event in rule.met_by)) or none
    yield "met_when", tell_conditions(lang, rule.met_when)
    if rule.met_early_since:
        since = event_name(lang, rule.met_early_since)
        yield "met_early_since", say(lang, "rule_lines.met_early_since", event=since)
    yield "same", ", ".join(name_of(lang, "fields", name) for name in rule.same)
    yield "together", say(lang, "rule_lines.together") if rule.together else ""
    yield "alternative_to", _events(lang, rule.alternative_to)
    yield "pauses", say(lang, f"rule_lines.pauses_{rule.pauses}".lower())
    yield "outlives", say(lang, f"rule_lines.outlives_{rule.outlives}".lower())
    raised = getattr(rule, "raises", None)
    if raised:
        yield "raises", say(lang, "rule_lines.raises", event=event_name(lang, raised))
    if isinstance(rule, Waiting) and rule.chain_late:
        yield "chain_late", say(lang, "rule_lines.chain_late")


def _tell_window(lang: Lang, rule: Window, name_rule: NameRule) -> Iterator[tuple[str, str]]:
    yield "bars", _events(lang, rule.bars)
    if rule.hours:
        start, end = (_clock(lang, hour) for hour in (rule.hours.start, rule.hours.end))
        yield "hours", say(lang, "rule_lines.hours", start=start, end=end)
    yield "days_off", say(lang, "rule_lines.days_off") if rule.days_off else ""
    if rule.around_tet:
        tet = rule.around_tet
        text = say(lang, "rule_lines.around_tet", before=tet.before, after=tet.after)
        yield "around_tet", text
    yield "reading", _tell_ways(lang, rule.reading)
    if rule.during:
        yield "during", say(lang, "rule_lines.during", rule=name_rule(rule.during))
    yield "when", tell_conditions(lang, rule.when)
    yield "unless", _any(lang, (_lifts(lang, name) for name in rule.unless))


def _tell_guard(lang: Lang, rule: Guard, name_rule: NameRule) -> Iterator[tuple[str, str]]:
    yield "judges", _events(lang, rule.judges)
    yield "when", tell_conditions(lang, rule.when)
    yield "requires", _events(lang, rule.requires)
    yield "barred_in", _any(lang, (name_of(lang, "flags", flag) for flag in rule.barred_in))
    if rule.after_waiting:
        rules = name_rule(rule.after_waiting)
        yield "after_waiting", say(lang, "rule_lines.after_waiting", rules=rules)
    yield "unless", _any(lang, (_lifts(lang, name) for name in rule.unless))
    yield "voids", say(lang, "rule_lines.voids") if rule.voids else ""


def tell_count(lang: Lang, rule: Clock) -> str:
    """Say how long a clock runs and how that is counted; nothing where its end is a named day."""
    if isinstance(rule, Immediate):
        return say(lang, "rule_lines.counted_at_once")
    if isinstance(rule, Gap):
        return say(lang, "rule_lines.counted_ways" if rule.reading else "rule_lines.counted_gap")
    term: Term | None = getattr(rule, "term", None)
    if term is None:
        return ""
    how = "working_days" if term.unit is Unit.WORKING_DAYS else "days"
    if term.unit is Unit.HOURS:
        how = "hours"
    elif isinstance(rule, Before):
        how = f"back_{how}"
    elif isinstance(rule, Recurring) and how == "days":
        how = "recurring"
    length = spell_term(lang, term.length, term.unit.value)
    return say(lang, f"rule_lines.counted_{how}", term=length)


def tell_conditions(lang: Lang, conditions: dict[str, Values]) -> str:
    """Write plain matches, all of which must hold, with the value that stands for a silent one."""
    return _all(lang, (_condition(lang, name, wanted) for name, wanted in conditions.items()))


def _condition(lang: Lang, name: str, wanted: Values) -> str:
    words = say(lang, "rule_lines.or_value").join(_value(lang, name, value) for value in wanted)
    if not any(isinstance(value, bool) for value in wanted):
        words = say(
            lang, "rule_lines.field", field=name_of(lang, "fields", name), values=words
        )  # fmt: skip
    default = vocabulary().defaults.get(name)
    if not isinstance(default, (str, bool)):
        return words
    silent = _value(lang, name, default)
    return say(lang, "rule_lines.defaulted", condition=words, default=silent)


def _value(lang: Lang, field: str, value: str | bool) -> str:  # noqa: FBT001 - a value of data
    code = str(value).lower() if isinstance(value, bool) else value
    return name_of(lang, "values", f"{field}.{code}")


def _keeps_off(lang: Lang, name: str) -> str:
    """Say what keeps a clock from opening: a predicate then, an event at any time."""
    if name in PREDICATES:
        condition = name_of(lang, "predicates", name)
        return say(lang, "rule_lines.unless_predicate", condition=condition)
    return say(lang, "rule_lines.unless_event", event=_whole(lang, name))


def _lifts(lang: Lang, name: str) -> str:
    if name in PREDICATES:
        condition = name_of(lang, "predicates", name)
        return say(lang, "rule_lines.lifted_predicate", condition=condition)
    return say(lang, "rule_lines.lifted_event", event=event_name(lang, name))


def _whole(lang: Lang, event: str) -> str:
    """Name an event that counts only when it is whole, where it may come in part."""
    named = f"“{event_name(lang, event)}”"
    kind = vocabulary().events.get(event)
    extent = kind.fields.get("extent", ()) if kind else ()
    if "part" in extent:
        return say(lang, "rule_lines.not_in_part", event=named)
    return named


def _clock(lang: Lang, hour: time) -> str:
    return f"{hour:%H} giờ {hour:%M}" if lang == "vi" else f"{hour:%H:%M}"


def _events(lang: Lang, events: Iterable[str]) -> str:
    return _any(lang, (f"“{event_name(lang, event)}”" for event in events))


def _names(lang: Lang, events: Iterable[str]) -> str:
    return "”, “".join(event_name(lang, event) for event in events)


def _any(lang: Lang, parts: Iterable[str]) -> str:
    return say(lang, "rule_lines.or").join(parts)


def _all(lang: Lang, parts: Iterable[str]) -> str:
    return say(lang, "rule_lines.and").join(part for part in parts if part)
