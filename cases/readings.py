"""Read an occurrence in every way that the texts admit, and act on one of them.

Until an agency settles a question, the safer way is acted on: the earliest date for a duty,
the latest for a party's period and for a time that must pass.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from cases.assessment import Reading
from cases.breaches import day_of
from cases.counting import count_rule, count_way, term_of
from cases.timeline import Occurrence, Timeline
from law.calendar import Calendar, Words
from law.corpus import Corpus, Version
from law.errors import CalendarNotKnownError
from law.model import Before, Gap, Immediate, TermReading, WayToRead
from law.readings import (
    PAUSED_TIME,
    RUNNING_ON_CHANGE,
    WORKED_SATURDAY,
    counting_question,
    counting_questions,
    question_of,
)
from law.settlements import Question, Settled, Settlement
from law.terms import Count, Span, Term, count_without_worked_weekends

_UNDATED = {
    "no_such_limit": Words(
        vi="văn bản mới không có thời hạn này", en="the new act has no such limit"
    ),
    "no_number": Words(vi="văn bản mới không ấn định ngày", en="the new act gives no date"),
    "not_at_hand": Words(
        vi="chưa có văn bản mới quy định thời hạn này",
        en="the new text that sets this time is not at hand",
    ),
    "before_in_force": Words(
        vi="theo văn bản mới thì đã hết trước ngày văn bản có hiệu lực, nên không áp dụng được",
        en="under the new act it would have ended before that act was in force, so it cannot apply",
    ),
}
"""Why the new act gives no date to a clock that runs on the day of change."""


class _Way(NamedTuple):
    """One way to read an occurrence: the count it gives, by which wording and term."""

    way: WayToRead
    counted: Count | None
    version: Version
    term: Term | None = None
    undated: str = ""

    @property
    def due(self) -> date | datetime | None:
        return self.counted.due if self.counted else None


class _Asked(NamedTuple):
    """A question that an occurrence meets, its ways, and the one acted on with its reason."""

    question: Question
    ways: tuple[_Way, ...]
    acted: int
    why: str
    settlement: Settlement | None

    @property
    def way(self) -> _Way:
        return self.ways[self.acted]

    @property
    def is_open(self) -> bool:
        """Tell whether either date may still come to rule."""
        question = self.question
        return self.settlement is None and (question.acted is None or question.stays_open)


def read_occurrence(
    occurrence: Occurrence, line: Timeline, corpus: Corpus, calendar: Calendar
) -> None:
    """Count an occurrence in every way that the texts admit, and keep what is acted on."""
    version = occurrence.version
    changes = version.act.number in corpus.changes
    if isinstance(occurrence.rule, Gap):
        _read_gap(occurrence, line, calendar)
        return
    spans = _left_out(occurrence, line)
    start = occurrence.start_at or occurrence.start
    counted = count_rule(version, occurrence.trigger, start, calendar, spans)
    occurrence.counted, occurrence.excluded = counted, spans
    if occurrence.readings:
        _forget(occurrence)
    if counted is None or isinstance(counted.due, datetime):
        return
    changed = changes and _runs_on_the_day_of_change(occurrence, counted.due, corpus)
    one_end = occurrence.is_duty or not counted.added
    if one_end and not changed and not occurrence.stood:
        return
    plain = _Way(_ANY, counted, version, term_of(version))
    first = None
    if changed:
        first = _ask_of_change(occurrence, plain, line.settled, corpus, calendar)
    _act_on(occurrence, plain, first, line, calendar)


def _left_out(occurrence: Occurrence, line: Timeline) -> tuple[Span, ...]:
    """Give the times that are not counted: what a text says, and pauses as they are read."""
    if not occurrence.stood or not stands_still(line.settled):
        return occurrence.left_out
    return (*occurrence.left_out, *occurrence.stood)


_ANY = WayToRead(id="plain", words=Words(vi="", en=""), ground=Words(vi="", en=""))


def _forget(occurrence: Occurrence) -> None:
    occurrence.readings, occurrence.review, occurrence.over_change = (), False, False
    occurrence.first_end = occurrence.last_end = occurrence.term = None
    occurrence.counted_by = occurrence.version


def _read_gap(occurrence: Occurrence, line: Timeline, calendar: Calendar) -> None:
    rule, version = occurrence.rule, occurrence.version
    if not isinstance(rule, Gap) or not rule.reading:
        return
    _forget(occurrence)
    spans = _left_out(occurrence, line)
    occurrence.excluded = spans
    ways = tuple(
        _Way(way, _count_gap(way, occurrence, line, calendar, spans), version, way.term)
        for way in rule.reading
    )
    asked = _choose(question_of(version), ways, occurrence, line.settled)
    if rule.why == "text_not_at_hand" and asked.why == "only":
        asked = asked._replace(why="not_at_hand")
    _act_on(occurrence, asked.way, asked, line, calendar)
    if occurrence.counted is not None and isinstance(occurrence.counted.start, date):
        occurrence.start = occurrence.counted.start


def _count_gap(
    way: TermReading, occurrence: Occurrence, line: Timeline, calendar: Calendar,
    spans: tuple[Span, ...],
) -> Count | None:  # fmt: skip
    if way.term is None:
        return None
    start: date | None = occurrence.trigger.on
    if way.from_end_of:
        start = _end_of_what_it_ended(way, occurrence, line)
    return None if start is None else count_way(way, start, calendar, spans)


def _end_of_what_it_ended(way: TermReading, by: Occurrence, line: Timeline) -> date | None:
    """Give the last effective day of the clock that the trigger ended; the earliest of several."""
    ends = [
        day_of(occurrence.due)
        for occurrence in line.occurrences
        if occurrence.version.id in way.from_end_of
        and occurrence.ended_by == by.trigger.event
        and occurrence.ended_on == by.trigger.on
        and occurrence.due is not None
    ]
    return min(ends, default=None)


def stands_still(settled: Settled) -> bool:
    """Tell whether a clock that pauses stands still, as it does until an agency settles else."""
    one = settled.get(PAUSED_TIME)
    return one is None or one.reading == "stands_still"


def _choose(
    question: Question, ways: tuple[_Way, ...], occurrence: Occurrence, settled: Settled
) -> _Asked:
    """Choose the way that is settled; else the declared or the safer one that gives a date."""
    days = [None if way.counted is None else day_of(way.counted.due) for way in ways]
    dated = [day for day in days if day is not None]
    one = settled.get(question.id)
    named = one.reading if one else question.acted
    if named is not None:
        for number, way in enumerate(ways):
            if way.way.id == named and (days[number] is not None or not dated):
                same = len(dated) == len(ways) and min(dated) == max(dated)
                why = "settled" if one else "same" if same else "declared"
                return _Asked(question, ways, number, why, one)
    if not dated:
        return _Asked(question, ways, 0, "only", None)
    first, last = min(dated), max(dated)
    if first == last:
        why = "same" if len(dated) == len(ways) else "only"
        return _Asked(question, ways, days.index(first), why, None)
    if occurrence.is_duty:
        return _Asked(question, ways, days.index(first), "earlier", None)
    return _Asked(question, ways, days.index(last), "later", None)


def _runs_on_the_day_of_change(occurrence: Occurrence, due: date, corpus: Corpus) -> bool:
    change = corpus.change_after(occurrence.version)
    if change is None or occurrence.kept or occurrence.start >= change.day or due < change.day:
        return False
    return not _ended_before(occurrence, change.day)


def ended_before_change(occurrence: Occurrence, corpus: Corpus) -> bool:
    """Tell whether a clock was over before the day on which its act was replaced."""
    change = corpus.change_after(occurrence.version)
    return change is not None and _ended_before(occurrence, change.day)


def _ended_before(occurrence: Occurrence, day: date) -> bool:
    ended = occurrence.done.on if occurrence.done else occurrence.ended_on
    return ended is not None and ended < day


def _ask_of_change(
    occurrence: Occurrence, old: _Way, settled: Settled, corpus: Corpus, calendar: Calendar
) -> _Asked:
    """Ask whether the old act's term goes on or the new act's takes its place."""
    question, (by_old, by_new) = counting_question(RUNNING_ON_CHANGE)
    new = _under_the_new_act(occurrence, by_new, corpus, calendar)
    asked = _choose(question, (old._replace(way=by_old), new), occurrence, settled)
    occurrence.over_change = True
    occurrence.review = asked.settlement is None
    return asked


def _under_the_new_act(
    occurrence: Occurrence, way: WayToRead, corpus: Corpus, calendar: Calendar
) -> _Way:
    change = corpus.change_after(occurrence.version)
    day = change.day if change else occurrence.start
    rule_id = occurrence.rule.successor or occurrence.version.id
    for version in corpus.by_id.get(rule_id, ()):
        if version.holds_on(day):
            start = occurrence.start_at or occurrence.start
            counted = count_rule(version, occurrence.trigger, start, calendar, occurrence.excluded)
            if counted is None:
                missing = getattr(version.rule, "why", None) == "text_not_at_hand"
                return _Way(way, None, version, undated="not_at_hand" if missing else "no_number")
            if day_of(counted.due) < day:
                return _Way(way, None, version, undated="before_in_force")
            return _Way(way, counted, version, term_of(version))
    return _Way(way, None, occurrence.version, undated="no_such_limit")


def _act_on(
    occurrence: Occurrence,
    plain: _Way,
    first: _Asked | None,
    line: Timeline,
    calendar: Calendar,
) -> None:
    """Keep the way acted on, and every way of every question that the occurrence meets."""
    settled = line.settled
    late, spans = _reads_saturday_as_off(settled), occurrence.excluded
    way = first.way if first else plain
    asked: list[_Asked] = []
    if first is not None and occurrence.is_duty:
        asked.append(first)
    elif first is not None:
        ways = tuple(
            _ended(other, occurrence, calendar, spans) if late else other for other in first.ways
        )
        asked.append(_choose(first.question, ways, occurrence, settled))
        way = first.ways[asked[0].acted]
    if occurrence.stood:
        asked += _ask_of_pauses(occurrence, way, line, calendar, late=late)
    on_saturday = _ended(way, occurrence, calendar, spans)
    if on_saturday is not way:
        question, (working, off) = counting_question(WORKED_SATURDAY)
        ways = (way._replace(way=working), on_saturday._replace(way=off))
        asked.append(_choose(question, ways, occurrence, settled))
    acted = on_saturday if late else way
    occurrence.counted, occurrence.counted_by = acted.counted, acted.version
    occurrence.term = acted.term
    occurrence.readings = tuple(shown for one in asked for shown in _readings_of(one))
    ends = [
        day_of(other.due)
        for one in asked
        for other in one.ways
        if one.is_open and other.due is not None
    ]
    occurrence.first_end, occurrence.last_end = min(ends, default=None), max(ends, default=None)


def _reads_saturday_as_off(settled: Settled) -> bool:
    one = settled.get(WORKED_SATURDAY)
    return one is None or one.reading == "day_off"


def _ended(way: _Way, occurrence: Occurrence, calendar: Calendar, spans: tuple[Span, ...]) -> _Way:
    """Give a way with its end moved off a worked Saturday, where that is another end."""
    backwards = isinstance(occurrence.rule, (Before, Immediate))
    if occurrence.is_duty or backwards or way.counted is None or way.term is None:
        return way
    if isinstance(way.way, TermReading) and not way.way.rolls:
        return way
    try:
        later = count_without_worked_weekends(way.term, way.counted, calendar, spans)
    except CalendarNotKnownError:
        return way
    return way if later is None else way._replace(counted=later)


def _ask_of_pauses(
    occurrence: Occurrence, way: _Way, line: Timeline, calendar: Calendar, *, late: bool
) -> list[_Asked]:
    """Ask whether the pauses took time from the clock, where that gives another date."""
    question = counting_questions()[PAUSED_TIME]
    ways: list[_Way] = []
    always = occurrence.left_out
    for name, spans in (("stands_still", (*always, *occurrence.stood)), ("runs_on", always)):
        counted = _again(way, occurrence, line, calendar, spans)
        end = way._replace(counted=counted)
        if late:
            end = _ended(end, occurrence, calendar, spans)
        ways.append(end._replace(way=question.way(name)))
    if ways[0].due == ways[1].due:
        return []
    return [_choose(question, tuple(ways), occurrence, line.settled)]


def _again(
    way: _Way, occurrence: Occurrence, line: Timeline, calendar: Calendar, spans: tuple[Span, ...]
) -> Count | None:
    if isinstance(way.way, TermReading):
        return _count_gap(way.way, occurrence, line, calendar, spans)
    start = occurrence.start_at or occurrence.start
    return count_rule(way.version, occurrence.trigger, start, calendar, spans)


def show_pause(occurrence: Occurrence, settled: Settled) -> None:
    """Show, while a pause lasts, the date that a clock has if it runs on."""
    question = counting_questions()[PAUSED_TIME]
    version = occurrence.version
    ways = (
        _Way(question.way("stands_still"), None, version),
        _Way(question.way("runs_on"), occurrence.counted, version),
    )
    one = settled.get(PAUSED_TIME)
    if stands_still(settled):
        asked = _Asked(question, ways, 0, "settled" if one else "declared", one)
    else:
        asked = _Asked(question, ways, 1, "settled", one)
    kept = tuple(shown for shown in occurrence.readings if shown.question != PAUSED_TIME)
    occurrence.readings = (*kept, *_readings_of(asked))


class _Shown(NamedTuple):
    """What a shown reading follows from; many dossiers share it, and to make it is slow."""

    question: str
    reason: str
    due: date | datetime | None
    version: Version
    undated: str
    why: str | None = None
    settlement: Settlement | None = None


def _readings_of(asked: _Asked) -> list[Reading]:
    shown: list[Reading] = []
    for number, way in enumerate(asked.ways):
        key = _Shown(asked.question.id, way.way.id, way.due, way.version, way.undated)
        if number == asked.acted:
            key = key._replace(why=asked.why, settlement=asked.settlement)
        shown.append(_reading(key))
    return shown


@lru_cache(maxsize=16384)
def _reading(shown: _Shown) -> Reading:
    one, version = shown.settlement, shown.version
    question = counting_questions().get(shown.question) or question_of(version)
    way, cite = question.way(shown.reason), version.cite
    words = _UNDATED.get(shown.undated, way.words)
    of_an_act = shown.question == RUNNING_ON_CHANGE and shown.undated != "no_such_limit"
    declared = question.why if shown.why == "declared" else None
    return Reading(
        due=shown.due, reason=shown.reason, question=shown.question, vi=words.vi, en=words.en,
        ground_vi=way.ground.vi, ground_en=way.ground.en,
        act=cite.act if of_an_act else None,
        article=cite.article if of_an_act else None,
        clause=cite.clause if of_an_act else None,
        acted=shown.why is not None,
        why=shown.why,
        why_vi=one.reason if one else declared.vi if declared else None,
        why_en=one.reason if one else declared.en if declared else None,
        settled_for=one.office if one else None,
        settled_by=one.by if one else None,
        settled_on=one.on if one else None,
    )  # fmt: skip
