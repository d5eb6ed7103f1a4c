"""Find the names in a statute book that nothing answers to, and that would never be noticed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from cases.dossier import Origin
from cases.predicates import PREDICATES
from cases.timeline import FLAGS
from cases.vocabulary import COMMON_TEXTS, FieldType, vocabulary
from law.corpus import Corpus, Version
from law.model import AnyRule, Cap, Clock, Event, Guard, Waiting, Window

_MADE_BY_THE_WALK = frozenset({"act_replaced", "separate_register_ripe"})
"""Derived events that no rule raises."""

_STATE = ("situation", "outcome")
"""What a condition may ask of the dossier's state where the fact does not say it."""

_Kind = FieldType | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name or value in a rule's key that means nothing there, with what would."""

    version: Version
    key: str
    name: str
    allowed: tuple[str, ...]


def unknown_names(corpus: Corpus) -> tuple[UnknownName, ...]:
    """List every flag, field, value, rule and event that a rule names and that cannot be."""
    raised = frozenset(getattr(version.rule, "raises", None) or "" for version in corpus.versions)
    return tuple(
        UnknownName(version, key, str(name), tuple(sorted(allowed)))
        for version in corpus.versions
        for key, name, allowed in _unknown(version, corpus, raised | _MADE_BY_THE_WALK)
    )


_Found = Iterator[tuple[str, object, Iterable[str]]]


def _unknown(version: Version, corpus: Corpus, raised: frozenset[str]) -> _Found:
    yield from names_amiss(version.rule)
    if isinstance(version.rule, Clock):
        yield from _not_coming(version.rule, raised)
    yield from _not_rules(version, corpus)


def names_amiss(rule: AnyRule) -> _Found:
    """List what a rule by itself names wrongly: the key, what it names, and what would do.

    Of a condition on a value the key is that of the rule and the field, as `when.origin`.
    """
    if isinstance(rule, Clock):
        yield from _not_in("while_state", rule.while_state, FLAGS)
        yield from _not_reported(rule, "met_by", "only_with")
        yield from _not_in("delivered_by", filter(None, [rule.delivered_by]), _reported())
        yield from _not_fields(rule)
        yield from _conditions(rule.starts_on, when=rule.when, unless_when=rule.unless_when)
        yield from _conditions(rule.met_by, met_when=rule.met_when)
        yield from _not_in("when_on", rule.when_on, rule.starts_on)
        for event, wanted in rule.when_on.items():
            yield from _conditions((event,), when_on=wanted)
    elif isinstance(rule, Window):
        yield from _not_reported(rule, "bars")
        yield from _conditions(rule.bars, when=rule.when)
    elif isinstance(rule, Guard):
        yield from _not_in("barred_in", rule.barred_in, FLAGS)
        yield from _not_in("requires", rule.requires, vocabulary().events)
        yield from _not_reported(rule, "judges")
        yield from _conditions(rule.judges, when=rule.when)


def _not_in(key: str, names: Iterable[str], allowed: Iterable[str]) -> _Found:
    for name in names:
        if name not in (known := frozenset(allowed)):
            yield key, name, known


def _not_reported(rule: Clock | Window | Guard, *keys: str) -> _Found:
    """Only a fact fulfils a clock, or is judged; the engine's own events and predicates are not."""
    for key in keys:
        yield from _not_in(key, getattr(rule, key), _reported())


@lru_cache(maxsize=1)
def _reported() -> frozenset[str]:
    return frozenset(kind.name for kind in vocabulary().events.values() if not kind.derived)


@lru_cache(maxsize=1)
def _everywhere() -> dict[str, set[_Kind]]:
    return _fields_of(vocabulary().events)


def _not_coming(rule: Clock, raised: frozenset[str]) -> _Found:
    """A derived event comes only where a rule, or the walk itself, raises it."""
    events = vocabulary().events
    coming = [name for name, kind in events.items() if not kind.derived or name in raised]
    for key in ("starts_on", "and_on", "alternative_to"):
        yield from _not_in(key, getattr(rule, key), coming)
    yield from _not_in("unless", rule.unless, [*coming, *PREDICATES])
    derived = [name for name, kind in events.items() if kind.derived]
    yield from _not_in("raises", filter(None, [getattr(rule, "raises", None)]), derived)


def _not_fields(rule: Clock) -> _Found:
    if rule.same:
        yield from _not_in("same", rule.same, _fields_of((*rule.starts_on, *rule.met_by)))
    if isinstance(rule, Waiting) and rule.ends_by_field is not None:
        dates = [name for name, kinds in _fields_of(rule.starts_on).items() if kinds & _DATES]
        yield from _not_in("ends_by_field", [rule.ends_by_field], dates)
    if isinstance(rule, Cap) and rule.until_field is not None:
        dates = [name for name, kinds in _fields_of(rule.starts_on).items() if kinds & _DATES]
        yield from _not_in("until_field", [rule.until_field], dates)


_DATES: frozenset[_Kind] = frozenset({"date", "date?"})


def _fields_of(events: Iterable[str]) -> dict[str, set[_Kind]]:
    known = vocabulary().events
    fields: dict[str, set[_Kind]] = {name: {"text?"} for name in COMMON_TEXTS}
    for event in events:
        for name, kind in known[event].fields.items() if event in known else ():
            fields.setdefault(name, set()).add(kind)
    return fields


@lru_cache(maxsize=512)
def _remembered(events: tuple[str, ...]) -> set[str]:
    """Name what earlier events of such dossiers said of the whole."""
    known = vocabulary().events
    kinds = {kind for event in events if event in known for kind in known[event].kinds}
    return {
        name for event in known.values() if kinds & set(event.kinds) for name in event.remembers
    }


def _conditions(
    events: tuple[Event, ...], **conditions: dict[str, tuple[str | bool, ...]]
) -> _Found:
    """Look at the names of a match, and at the values that its field can have at all."""
    if not any(conditions.values()):
        return
    fields = _fields_of(events)
    for name in (*_STATE, *vocabulary().defaults, *_remembered(events)):
        fields.setdefault(name, _everywhere().get(name, {"text"}))
    for key, wanted in conditions.items():
        for name, values in wanted.items():
            if name == "origin":
                yield from _not_in(f"{key}.{name}", map(str, values), get_args(Origin))
            elif name not in fields:
                yield key, name, ("origin", *fields)
            else:
                yield from _not_values(f"{key}.{name}", values, fields[name])


def _not_values(key: str, values: Iterable[str | bool], kinds: set[_Kind]) -> _Found:
    named = {value for kind in kinds if isinstance(kind, tuple) for value in kind if value}
    free = any(isinstance(kind, str) and kind.startswith("text") for kind in kinds)
    yes_no = any(isinstance(kind, str) and kind.startswith("yes_no") for kind in kinds)
    for value in values:
        known = yes_no if isinstance(value, bool) else free or value in named
        if not known:
            yield key, value, [*named, *(("true", "false") if yes_no else ())]


def _not_rules(version: Version, corpus: Corpus) -> _Found:
    """A period that bars or must run out holds on every day of the rule that names it."""
    rule = version.rule
    for key in ("during", "after_waiting"):
        named: str | None = getattr(rule, key, None)
        if named is not None and not _holds_throughout(corpus.by_id.get(named, ()), version):
            yield key, named, _clocks_on(corpus, version)
    if isinstance(rule, Cap):
        yield from _not_in("lengthens", rule.lengthens, _clocks_on(corpus, version))
    if rule.successor is not None and not any(
        version.last is not None and later.first > version.last
        for later in corpus.by_id.get(rule.successor, ())
    ):
        yield "successor", rule.successor, ()


def _holds_throughout(wordings: tuple[Version, ...], version: Version) -> bool:
    day = version.first
    for wording in wordings:
        if wording.holds_on(day) and isinstance(wording.rule, Clock):
            if wording.last is None or (version.last is not None and version.last <= wording.last):
                return True
            day = wording.last.fromordinal(wording.last.toordinal() + 1)
    return False


def _clocks_on(corpus: Corpus, version: Version) -> list[str]:
    return [v.id for v in corpus.rules_on(version.first) if isinstance(v.rule, Clock)]
