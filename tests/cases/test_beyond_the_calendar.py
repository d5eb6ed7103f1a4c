"""Count on where the calendar's years end: provisionally, and never to an earlier day."""

from __future__ import annotations

from datetime import date

import pytest

from cases.counting import count_rule
from cases.timeline import Trigger
from law.calendar import Calendar
from law.corpus import Corpus
from law.terms import Count, Span


@pytest.fixture(name="until_2026")
def _until_2026(calendar: Calendar) -> Calendar:
    """Give a calendar whose last known year is 2026."""
    return Calendar((calendar.year(date(2026, 1, 1)),))


def _count(book: Corpus, rule: str, start: str, calendar: Calendar, *excluded: Span) -> Count:
    day = date.fromisoformat(start)
    version = book.rule(rule, date(2026, 12, 1))
    trigger = Trigger(version.rule.id, day, None, None, "1")
    counted = count_rule(version, trigger, day, calendar, excluded)
    assert counted is not None
    return counted


def test_working_days_go_on_into_an_unknown_year_over_its_weekends(
    book: Corpus, until_2026: Calendar, calendar: Calendar
) -> None:
    # Law 106/2025, Art. 34.3: five working days. 31/12, then 1, 4, 5, 6 January 2027; the
    # holiday of 1 January is not known without the year's calendar, so it counts until then.
    counted = _count(book, "decision.on_request", "2026-12-30", until_2026)
    assert (counted.due, counted.provisional) == (date(2027, 1, 6), True)
    assert [note.date.day for note in counted.skipped] == [2, 3]
    assert _count(book, "decision.on_request", "2026-12-30", calendar).due == date(2027, 1, 7)


def test_a_term_in_years_keeps_its_plain_end_in_an_unknown_year(
    book: Corpus, until_2026: Calendar
) -> None:
    # Law 106/2025, Art. 34.2: five years; 16 November 2031 is a Sunday.
    counted = _count(book, "request.limitation", "2026-11-16", until_2026)
    assert counted.nominal == counted.due == date(2031, 11, 16)
    assert counted.provisional
    assert counted.skipped == ()


@pytest.mark.parametrize(
    ("rule", "plain", "prolonged"),
    [
        # Art. 36.1: ten days from 20/12, and the ten from 23/12 to 01/01 that did not count.
        ("voluntary_period", "2026-12-30", "2027-01-09"),
        # Art. 34.3: five working days from 20/12: 21 and 22/12, then 4, 5 and 6 January.
        ("decision.on_request", "2026-12-25", "2027-01-06"),
    ],
)
def test_suspended_time_is_not_lost_where_the_calendar_ends(
    book: Corpus, until_2026: Calendar, rule: str, plain: str, prolonged: str
) -> None:
    span = Span(first=date(2026, 12, 22), last=date(2027, 1, 1), ground="postponed")
    assert _count(book, rule, "2026-12-20", until_2026).due == date.fromisoformat(plain)
    counted = _count(book, rule, "2026-12-20", until_2026, span)
    assert counted.due == date.fromisoformat(prolonged)


def test_a_plan_in_an_unknown_year_is_counted_back_from(book: Corpus, until_2026: Calendar) -> None:
    # Law 106/2025, Art. 80.2.a: three working days before; Monday 4 January 2027 less three.
    counted = _count(book, "coercion.seizure_notice", "2027-01-04", until_2026)
    assert counted.due == date(2026, 12, 30)
    assert counted.provisional
