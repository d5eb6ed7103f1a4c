"""What holds for the clocks of every topic of the book, whatever the day they start on.

The topics are read from the book, so that a new one is held to the same without a word here.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.counting import count_rule, term_of
from cases.predicates import names_known
from cases.timeline import Trigger
from law.calendar import ZONE, Calendar, DayNote, Words, load_calendar
from law.corpus import FIRST_DAY, FOLDER, Version, load_corpus
from law.model import Before
from law.terms import Span

DAY = timedelta(days=1)
BOOK = load_corpus(names_known())
CALENDAR = load_calendar()
LAST_DAY = date(CALENDAR.years[-1], 12, 31)
FEW = settings(max_examples=25, deadline=None)


class Place(NamedTuple):
    """Where in the time a wording is in force a clock starts, and at which minute of the day."""

    share: float
    minute: int


places = st.builds(Place, st.floats(0, 1), st.integers(0, 24 * 60 - 1))


def _topics() -> tuple[dict[str, list[Version]], dict[str, list[Version]]]:
    """Give the wordings with a term that count forward and back, by act and topic."""
    forward: dict[str, list[Version]] = defaultdict(list)
    back: dict[str, list[Version]] = defaultdict(list)
    for version in BOOK.versions:
        if term_of(version) is not None:
            kind = back if isinstance(version.rule, Before) else forward
            kind[_name(version)].append(version)
    return forward, back


def _name(version: Version) -> str:
    """Name an act and topic, such as '106-2025 notice'."""
    number, year, _ = version.act.number.split("/")
    return f"{number}-{year} {version.topic}"


FORWARD, BACK = _topics()
forward_topics = pytest.mark.parametrize("topic", sorted(FORWARD))
back_topics = pytest.mark.parametrize("topic", sorted(BACK))


def _start(version: Version, place: Place) -> datetime:
    """Give a moment at which the wording is in force."""
    first = max(version.first, FIRST_DAY)
    last = min(version.last or LAST_DAY, LAST_DAY)
    day = first + round(place.share * (last - first).days) * DAY
    return datetime.combine(day, time(place.minute // 60, place.minute % 60), ZONE)


def _due(
    version: Version, start: datetime, calendar: Calendar = CALENDAR, *excluded: Span
) -> datetime:
    """Count as the engine counts an occurrence; a day stands for its last minute."""
    trigger = Trigger(version.rule.id, start.date(), start, None, "1")
    counted = count_rule(version, trigger, start, calendar, excluded)
    assert counted is not None
    due = counted.due
    return due if isinstance(due, datetime) else datetime.combine(due, time(23, 59), ZONE)


class _WithDayOff(Calendar):
    """The calendar with one more day off, as a later notice would make it."""

    def __init__(self, day: date) -> None:
        vars(self).update(vars(CALENDAR))
        note = DayNote(date=day, name=Words(vi="ngày nghỉ thêm", en="one more day"), notice="x")
        self._off = {**CALENDAR._off, day: note}
        self._worked = {d: n for d, n in CALENDAR._worked.items() if d != day}


def _with_day_off(near: datetime, away: int) -> Calendar:
    return _WithDayOff(min(max(near.date() + away * DAY, FIRST_DAY), LAST_DAY))


@forward_topics
def test_a_later_trigger_never_gives_an_earlier_date(topic: str) -> None:
    @FEW
    @given(places, st.integers(0, 40), st.integers(0, 24 * 60))
    def holds(place: Place, days: int, minutes: int) -> None:
        for version in FORWARD[topic]:
            start = _start(version, place)
            later = start + timedelta(days=days, minutes=minutes)
            assert _due(version, start) <= _due(version, later), version.id

    holds()


@forward_topics
def test_no_date_lies_before_its_trigger(topic: str) -> None:
    @FEW
    @given(places)
    def holds(place: Place) -> None:
        for version in FORWARD[topic]:
            start = _start(version, place)
            assert start < _due(version, start), version.id

    holds()


@forward_topics
def test_one_more_day_off_never_gives_an_earlier_date(topic: str) -> None:
    @FEW
    @given(places, st.integers(-12, 3))
    def holds(place: Place, away: int) -> None:
        for version in FORWARD[topic]:
            start = _start(version, place)
            due = _due(version, start)
            assert due <= _due(version, start, _with_day_off(due, away)), version.id

    holds()


@forward_topics
def test_suspended_time_never_shortens_a_term(topic: str) -> None:
    @FEW
    @given(places, st.lists(st.tuples(st.integers(-20, 400), st.integers(0, 200)), max_size=3))
    def holds(place: Place, taken: list[tuple[int, int]]) -> None:
        for version in FORWARD[topic]:
            start = _start(version, place)
            spans = [
                Span(
                    first=start.date() + at * DAY,
                    last=start.date() + (at + length) * DAY,
                    ground="postponed",
                )
                for at, length in taken
            ]
            assert _due(version, start) <= _due(version, start, CALENDAR, *spans), version.id

    holds()


@back_topics
def test_a_later_plan_never_gives_an_earlier_last_day(topic: str) -> None:
    @FEW
    @given(places, st.integers(0, 40))
    def holds(place: Place, days: int) -> None:
        for version in BACK[topic]:
            planned = _start(version, place)
            assert _due(version, planned) <= _due(version, planned + days * DAY), version.id

    holds()


@back_topics
def test_no_last_day_reaches_the_planned_day(topic: str) -> None:
    @FEW
    @given(places)
    def holds(place: Place) -> None:
        for version in BACK[topic]:
            planned = _start(version, place)
            assert _due(version, planned).date() < planned.date(), version.id

    holds()


@back_topics
def test_one_more_day_off_never_moves_a_last_day_closer_to_the_plan(topic: str) -> None:
    @FEW
    @given(places, st.integers(-12, 3))
    def holds(place: Place, away: int) -> None:
        for version in BACK[topic]:
            planned = _start(version, place)
            with_day_off = _with_day_off(planned, away)
            assert _due(version, planned, with_day_off) <= _due(version, planned), version.id

    holds()


def test_every_topic_folder_is_held_to_these_properties_or_states_no_term() -> None:
    folders = {(path.parent.name, path.name) for path in FOLDER.glob("*/*") if path.is_dir()}
    assert len({_name(version) for version in BOOK.versions}) == len(folders)
    for version in BOOK.versions:
        if _name(version) not in FORWARD.keys() | BACK.keys():
            assert version.rule.kind in ("gap", "immediate", "guard", "window", "waiting")
            assert getattr(version.rule, "term", None) is None
