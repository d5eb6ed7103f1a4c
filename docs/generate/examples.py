"""Work out an example for each wording: a day that shows how its end is found, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from cases.counting import count_rule, count_way
from cases.judgment import end_of_window
from cases.timeline import Trigger
from docs.generate.places import calendar
from i18n.dates import spell
from i18n.receipts import count_lines
from i18n.rules import tell_conditions
from i18n.texts import Lang, event_name, name_of, pick, say
from law.calendar import ZONE, midnight_after
from law.corpus import Corpus, Version
from law.model import (
    DUTY_HOLDERS,
    AnyRule,
    Before,
    Cap,
    Clock,
    Gap,
    Guard,
    Immediate,
    Waiting,
    Window,
)
from law.terms import Count, Term, Unit

_ONE_DAY = timedelta(days=1)
_FIRST, _LAST = date(2026, 1, 1), date(2027, 12, 31)
_TWO_YEARS = timedelta(days=730)
_LATE = time(22, 30)
_AFTERNOON = time(16, 30)
_SHOWS_A_NOTICE, _SHOWS_A_DAY_OFF, _ENDS_UNKNOWN = 2, 1, -1
_SATURDAY = 5


def work_out(book: Corpus, version: Version, lang: Lang) -> list[str]:
    """Write the steps of the example of a wording; the same day in both languages."""
    rule = version.rule
    if isinstance(rule, Window):
        return list(_window(book, version, rule, lang))
    if isinstance(rule, Guard):
        return list(_guard(book, version, rule, lang))
    if isinstance(rule, Gap):
        return list(_ways(version, rule, lang)) or [_gap(version, rule, lang)]
    return list(_clock(version, rule, lang))


def _span(version: Version) -> tuple[date, date]:
    """Give the days among which an example is looked for: 2026-2027, or the wording's last."""
    last = min(version.last or _LAST, _LAST)
    first = _FIRST if last >= _FIRST else last - _TWO_YEARS
    return max(version.first, first), last


def _days(version: Version) -> Iterator[date]:
    day, last = _span(version)
    while day <= last:
        if calendar().is_working(day):
            yield day
        day += _ONE_DAY


@lru_cache(maxsize=4096)
def example_of(version: Version) -> tuple[date | datetime, Count] | None:
    """Choose the start of the example: the first day whose count meets a day off by notice.

    Else the first that meets any day off, else the first working day; the count with it.
    """
    rule = version.rule
    best: tuple[int, date | datetime, Count] | None = None
    for day in _days(version):
        start = datetime.combine(day, _AFTERNOON, ZONE) if _in_hours(rule) else day
        counted = count_rule(version, Trigger("", day, None, None, ""), start, calendar())
        if counted is None:
            return None
        worth = _worth(rule, counted)
        if best is None or worth > best[0]:
            best = (worth, start, counted)
        if worth == _SHOWS_A_NOTICE:
            break
    return best and best[1:]


def _in_hours(rule: object) -> bool:
    term: Term | None = getattr(rule, "term", None)
    return term is not None and term.unit is Unit.HOURS


def _worth(rule: AnyRule, counted: Count) -> int:
    if isinstance(rule, Clock) and rule.holder not in DUTY_HOLDERS and counted.added:
        return 0  # which of two ends is right would hide how the one is found
    due = _day(counted.due)
    if due.weekday() >= _SATURDAY and due.year not in calendar().years:
        return _ENDS_UNKNOWN  # the plain end stands, and whether it rolls nobody can tell yet
    if any(note.notice for note in (*counted.skipped, *counted.added)):
        return _SHOWS_A_NOTICE
    return _SHOWS_A_DAY_OFF if counted.skipped else 0


def _clock(version: Version, rule: Clock, lang: Lang) -> Iterator[str]:
    if isinstance(rule, Waiting) and rule.ends_by_field:
        yield from _named_end(version, rule, lang)
        return
    found = example_of(version)
    if found is None:
        return
    start, counted = found
    event = event_name(lang, rule.starts_on[0])
    yield say(lang, f"example.{_opening(rule)}", event=event, day=spell(start, lang))
    for also in rule.and_on:
        earlier = calendar().working_days_before(_day(start), 3)
        yield say(
            lang, "example.also", event=event_name(lang, also), day=spell(earlier, lang)
        )  # fmt: skip
    term: Term | None = getattr(rule, "term", None)
    if term is not None and term.unit is not Unit.HOURS:
        yield _first_day(rule, term, _day(start), lang)
    rolls = term is None or term.unit is not Unit.WORKING_DAYS
    if _at_once(rule):
        yield from _closing(rule, counted, lang)
        return
    yield from count_lines(counted, lang, rolls=rolls)
    yield from _closing(rule, counted, lang)


def _at_once(rule: Clock) -> bool:
    return isinstance(rule, Waiting) and rule.at_once


def _opening(rule: Clock) -> str:
    if isinstance(rule, Immediate) or _at_once(rule):
        return "event_at_once"
    if isinstance(rule, Cap):
        return f"lengthened_{rule.counted_from}"
    if isinstance(rule, Before):
        return "event_planned"
    return "event_moment" if _in_hours(rule) else "event"


def _day(when: date | datetime) -> date:
    return when.date() if isinstance(when, datetime) else when


def _first_day(rule: Clock, term: Term, start: date, lang: Lang) -> str:
    days, back = calendar(), isinstance(rule, Before)
    if term.unit is Unit.WORKING_DAYS:
        first = days.working_days_before(start, 1) if back else days.working_days_after(start, 1)
    else:
        first = start - _ONE_DAY if back else start + _ONE_DAY
    return say(lang, "example.first_back" if back else "example.first", day=spell(first, lang))


def _closing(rule: Clock, counted: Count, lang: Lang) -> Iterator[str]:
    """Say what follows once the end is past, for a duty, a party's period, a waiting time."""
    if isinstance(rule, Immediate):
        yield say(lang, "example.not_at_once")
        return
    if isinstance(rule, Waiting) and rule.at_once:
        begun, day = event_name(lang, rule.raises), spell(_day(counted.due), lang)
        yield say(lang, "example.raised_at_once", event=begun, day=day)
        return
    due = counted.due
    over = due if isinstance(due, datetime) else midnight_after(due)
    key = "example.overdue" if rule.holder in DUTY_HOLDERS else "example.ended"
    yield say(lang, key, day=spell(over, lang))
    raised: str | None = getattr(rule, "raises", None)
    if raised:
        event, last = event_name(lang, raised), spell(_day(due), lang)
        yield say(lang, "example.raised", event=event, day=last)


def _named_end(version: Version, rule: Waiting, lang: Lang) -> Iterator[str]:
    start = next(_days(version))
    end = start + timedelta(days=30)
    while end.weekday() != _SATURDAY:
        end += _ONE_DAY
    event = event_name(lang, rule.starts_on[0])
    yield say(lang, "example.event", event=event, day=spell(start, lang))
    field = name_of(lang, "fields", rule.ends_by_field or "")
    yield say(lang, "example.named_end", field=field, day=spell(end, lang))
    yield from _closing(rule, Count(start=start, nominal=end, due=end), lang)


def _ways(version: Version, rule: Gap, lang: Lang) -> Iterator[str]:
    """Count each way to read a gap whose days run from the starting event."""
    if not any(not way.from_end_of for way in rule.reading):
        return
    start = next(_days(version))
    event = event_name(lang, rule.starts_on[0])
    yield say(lang, "example.event", event=event, day=spell(start, lang))
    for way in rule.reading:
        if way.term is None:
            due = say(lang, "readings.no_date")
            yield say(lang, "example.way", words=pick(lang, way.words), due=due)
        elif not way.from_end_of:
            due = spell(count_way(way, start, calendar()).due, lang)
            yield say(lang, "example.way", words=pick(lang, way.words), due=due)


def _gap(version: Version, rule: Gap, lang: Lang) -> str:
    if not rule.starts_on:
        return say(lang, "example.gap_silent")
    event, day = event_name(lang, rule.starts_on[0]), spell(next(_days(version)), lang)
    if not rule.met_by:
        return say(lang, "example.gap_unasked", event=event, day=day)
    met_by = _either(rule.met_by, lang)
    return say(lang, "example.gap", event=event, day=day, met_by=met_by)


def _either(events: tuple[str, ...], lang: Lang) -> str:
    return say(lang, "rule_lines.or_value").join(f"“{event_name(lang, e)}”" for e in events)


def _window(book: Corpus, version: Version, rule: Window, lang: Lang) -> Iterator[str]:
    event = event_name(lang, rule.bars[-1])
    if rule.during:
        yield from _period(book, version, rule.during, event, lang)
        return
    moment = _barred_moment(version, rule)
    if moment is None:
        return
    note = calendar().note(moment.date()) if rule.hours is None else None
    named = "example.barred_named" if note else "example.barred"
    name = pick(lang, note.name) if note else ""
    yield say(lang, named, event=event, at=spell(moment, lang), name=name)
    end: datetime | None = moment
    while end is not None:
        moment = end
        end = end_of_window(version, moment, calendar(), timed=True)
    yield say(lang, "example.allowed_from", at=spell(moment, lang))
    if calendar().is_provisional(moment.date()):
        yield say(lang, "receipt.provisional")


def _barred_moment(version: Version, rule: Window) -> datetime | None:
    """Find the first moment of the wording that the window bars, on a named day off by day."""
    day, last = _span(version)
    found: list[datetime] = []
    while day <= last:
        moment = datetime.combine(day, _LATE if rule.hours else _AFTERNOON, ZONE)
        if end_of_window(version, moment, calendar(), timed=True) is not None:
            if not rule.days_off or (calendar().note(day) and not calendar().is_working(day)):
                return moment
            found.append(moment)
        day += _ONE_DAY
    return found[0] if found else None


def _period(book: Corpus, version: Version, rule_id: str, event: str, lang: Lang) -> Iterator[str]:
    """Show a period that must be over: on its last day, and on the day after."""
    for wording in book.by_id.get(rule_id, ()):
        rule = wording.rule
        if not wording.holds_on(version.first) or not isinstance(rule, Clock):
            continue
        found = example_of(wording)
        if found is None:
            yield _gap(wording, rule, lang) if isinstance(rule, Gap) else ""
            return
        start, counted = found
        due = _day(counted.due)
        yield say(
            lang, "example.period", event=event_name(lang, rule.starts_on[0]),
            day=spell(start, lang), rule=pick(lang, rule.title), due=spell(due, lang),
        )  # fmt: skip
        if counted.provisional:
            yield say(lang, "receipt.provisional")
        yield say(lang, "example.period_barred", event=event, day=spell(due, lang))
        after = spell(due + _ONE_DAY, lang)
        yield say(lang, "example.period_allowed", event=event, day=after)


def _guard(book: Corpus, version: Version, rule: Guard, lang: Lang) -> Iterator[str]:
    event = event_name(lang, rule.judges[-1])
    if rule.requires:
        required = _either(rule.requires, lang)
        yield say(lang, "example.requires_not", event=event, required=required)
        yield say(lang, "example.requires", event=event)
    for flag in rule.barred_in:
        if flag == "any":
            condition = tell_conditions(lang, rule.when)
            yield say(lang, "example.always", event=event, condition=condition)
            yield say(lang, "example.otherwise", event=event)
        else:
            state = name_of(lang, "flags", flag)
            yield say(lang, "example.in_state", event=event, state=state)
            yield say(lang, "example.out_of_state", event=event)
    if rule.after_waiting:
        yield from _period(book, version, rule.after_waiting, event, lang)
