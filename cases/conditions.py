"""Refuse a rule whose conditions name what no dossier has: it would be silent for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from cases.clocks import PAUSES
from cases.dossier import Origin
from cases.vocabulary import COMMON_TEXTS, Value, vocabulary
from law.checks import Placed
from law.model import Clock, Guard, Waiting, Window

FLAGS = frozenset(
    {"any", "ended", "no_means", "separate_register", "seizing_immovable", *PAUSES.values()}
)
"""What a case can be in, as `while_state` and `barred_in` name it."""

_STATE = ("situation", "outcome")
_Conditions = Mapping[str, Sequence[Value]]


def check_conditions(placed: Placed) -> None:
    """Raise `StatuteFileError` for a state, field or value that the vocabulary does not have."""
    rule = placed.rule
    if isinstance(rule, Clock):
        _check_events(placed, starts_on=rule.starts_on, and_on=rule.and_on, met_by=rule.met_by)
        _check_events(placed, only_with=rule.only_with, alternative_to=rule.alternative_to)
        for field in ("raises", "met_early_since"):
            named: str | None = getattr(rule, field, None)
            _check_events(placed, **{field: (named,) if named else ()})
        _check_names(placed, "while_state", rule.while_state, FLAGS)
        _check_names(placed, "same", rule.same, _fields_of(vocabulary().events))
        _check_matches(placed, "when", rule.when, rule.starts_on)
        _check_matches(placed, "unless_when", rule.unless_when, rule.starts_on)
        _check_matches(placed, "met_when", rule.met_when, rule.met_by)
        if isinstance(rule, Waiting) and rule.ends_by_field is not None:
            dates = _fields_of(rule.starts_on, "date")
            _check_names(placed, "ends_by_field", (rule.ends_by_field,), dates)
    elif isinstance(rule, Window):
        _check_events(placed, bars=rule.bars)
        _check_matches(placed, "when", rule.when, rule.bars)
    elif isinstance(rule, Guard):
        _check_events(placed, judges=rule.judges, requires=rule.requires)
        _check_names(placed, "barred_in", rule.barred_in, FLAGS)
        _check_matches(placed, "when", rule.when, rule.judges)


def _check_events(placed: Placed, **named: Sequence[str]) -> None:
    """A predicate is known too, but no fact; only `unless` may name one."""
    for field, events in named.items():
        for event in events:
            if event not in vocabulary().events:
                raise placed.refuse(
                    field,
                    f"{field} names {event!r}, which is no event; only 'unless' may name a "
                    "predicate",
                    f"{field} nêu {event!r} không phải là sự kiện; chỉ 'unless' được nêu điều kiện "
                    "đặt sẵn",
                )


def _check_names(placed: Placed, field: str, names: Iterable[str], known: Iterable[str]) -> None:
    allowed = sorted(known)
    for name in names:
        if name not in allowed:
            listed = ", ".join(allowed) or "-"
            raise placed.refuse(
                field,
                f"{field} names {name!r}, which nobody knows; allowed is one of: {listed}",
                f"{field} nêu {name!r} không có trong danh mục; cho phép một trong: {listed}",
            )


def _check_matches(
    placed: Placed, field: str, conditions: _Conditions, events: Sequence[str]
) -> None:
    _check_names(placed, field, conditions, _conditions_on(events))
    for name, wanted in conditions.items():
        known = _values_of(name, events)
        for value in wanted:
            if known is not None and value not in known:
                listed = ", ".join(str(item) for item in sorted(known, key=str))
                raise placed.refuse(
                    field,
                    f"{field} asks for {name} = {value!r}, which it never is; allowed is one of: "
                    f"{listed}",
                    f"{field} đòi {name} = {value!r} là giá trị không bao giờ có; cho phép một "
                    f"trong: {listed}",
                )


def _conditions_on(events: Sequence[str]) -> set[str]:
    """List what a condition on facts of these events can ask for."""
    return {"origin", *_STATE, *vocabulary().defaults, *_fields_of(events)}


def _fields_of(events: Iterable[str], kind: str | None = None) -> set[str]:
    found = {
        name
        for event in events
        for name, form in vocabulary().events[event].fields.items()
        if kind is None or (isinstance(form, str) and form.removesuffix("?") == kind)
    }
    return found if kind else found | set(COMMON_TEXTS)


def _values_of(name: str, events: Sequence[str]) -> set[Value] | None:
    """List the values that a field can have; None where it is free."""
    if name == "origin":
        return set(get_args(Origin))
    own = [vocabulary().events[event] for event in events]
    having = [kind for kind in own if name in kind.fields]
    if not having:
        having = [kind for kind in vocabulary().events.values() if name in kind.fields]
    if not having:
        return None
    default = vocabulary().defaults.get(name)
    values: set[Value] = set() if default is None else {default}
    for kind in having:
        form = kind.fields[name]
        if isinstance(form, tuple):
            values |= set(form) - {""}
        elif form.startswith("yes_no"):
            values |= {True, False}
        else:
            return None
    return values
