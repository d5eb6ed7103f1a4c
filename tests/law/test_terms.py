"""Count terms as Civil Code 91/2015/QH13, Arts. 147-148 write it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from law.calendar import ZONE, Calendar
from law.errors import CalendarNotKnownError, LawError, TermSyntaxError
from law.terms import (
    Count,
    Span,
    Term,
    Unit,
    add_months,
    count,
    count_back,
    count_without_worked_weekends,
    parse_term,
)


def _count(text: str, start: date | datetime, calendar: Calendar, *spans: Span) -> Count:
    return count(parse_term(text), start, calendar, spans)


@pytest.mark.parametrize(
    ("term", "event", "due"),
    [
        ("1 working day", "2026-11-23", "2026-11-25"),  # 24/11 off
        ("5 working days", "2026-11-20", "2026-11-30"),  # 24/11 off, 28/11 not worked
        ("10 days", "2026-11-14", "2026-11-25"),  # the last day, 24/11, rolls
        ("15 days", "2026-11-23", "2026-12-08"),
        ("3 working days", "2026-08-28", "2026-09-07"),  # 31/08 and 01-02/09 off
        ("30 days", "2026-07-02", "2026-08-03"),  # ends on Saturday 01/08
        ("2 working days", "2025-12-31", "2026-01-06"),  # 02/01 off by a late notice
        ("5 working days", "2024-04-26", "2024-05-07"),  # Saturday 04/05 worked
        ("12 months", "2024-02-29", "2025-02-28"),  # by analogy with Art. 148.3
        ("24 months", "2026-07-04", "2028-07-04"),
    ],
)
def test_a_counting_vector_gives_its_date(
    calendar: Calendar, term: str, event: str, due: str
) -> None:
    assert _count(term, date.fromisoformat(event), calendar).due == date.fromisoformat(due)


def test_hours_run_from_the_moment_and_do_not_roll(calendar: Calendar) -> None:
    moment = datetime(2026, 11, 27, 16, 30, tzinfo=ZONE)
    counted = _count("24 hours", moment, calendar)
    assert counted.due == counted.nominal == datetime(2026, 11, 28, 16, 30, tzinfo=ZONE)


def test_five_working_days_before_an_event_is_the_latest_day_for_the_act(
    calendar: Calendar,
) -> None:
    counted = count_back(parse_term("5 working days"), date(2026, 12, 1), calendar)
    assert counted.due == date(2026, 11, 23)
    assert [note.date for note in counted.skipped] == [
        date(2026, 11, 24), date(2026, 11, 28), date(2026, 11, 29),
    ]  # fmt: skip


def test_the_day_of_the_event_is_not_counted(calendar: Calendar) -> None:
    assert _count("1 day", date(2026, 11, 25), calendar).due == date(2026, 11, 26)


def test_a_term_whose_first_day_is_a_day_off_starts_on_it_all_the_same(
    calendar: Calendar,
) -> None:
    assert _count("3 days", date(2026, 11, 14), calendar).due == date(2026, 11, 17)


def test_a_week_ends_on_the_same_weekday(calendar: Calendar) -> None:
    assert _count("1 week", date(2026, 11, 12), calendar).due == date(2026, 11, 19)


def test_a_month_without_the_date_ends_on_its_last_day(calendar: Calendar) -> None:
    assert _count("1 month", date(2025, 1, 31), calendar).due == date(2025, 2, 28)


def test_a_year_ends_on_the_same_date(calendar: Calendar) -> None:
    assert _count("1 year", date(2025, 3, 5), calendar).due == date(2026, 3, 5)


def test_a_term_that_ends_on_a_day_off_ends_on_the_next_working_day(calendar: Calendar) -> None:
    counted = _count("10 days", date(2026, 2, 6), calendar)
    assert counted.nominal == date(2026, 2, 16)
    assert counted.due == date(2026, 2, 23)
    assert [note.date.day for note in counted.skipped] == [16, 17, 18, 19, 20, 21, 22]
    assert counted.skipped[0].notice == "9441/TB-BNV, 16/10/2025"
    assert counted.skipped[-1].name.vi == "ngày nghỉ hằng tuần"


def test_a_term_that_ends_on_a_worked_saturday_does_not_roll(calendar: Calendar) -> None:
    counted = _count("5 days", date(2026, 8, 17), calendar)
    assert counted.due == counted.nominal == date(2026, 8, 22)
    assert [note.date for note in counted.added] == [date(2026, 8, 22)]


def test_working_days_name_what_was_skipped_and_what_was_added(calendar: Calendar) -> None:
    counted = _count("5 working days", date(2024, 4, 26), calendar)
    assert [note.date.isoformat() for note in counted.skipped] == [
        "2024-04-27", "2024-04-28", "2024-04-29", "2024-04-30", "2024-05-01", "2024-05-05",
    ]  # fmt: skip
    assert [note.date.isoformat() for note in counted.added] == ["2024-05-04"]


def test_a_days_term_that_ends_in_an_estimated_year_is_provisional(calendar: Calendar) -> None:
    assert _count("24 months", date(2026, 7, 4), calendar).provisional
    assert not _count("12 months", date(2026, 7, 6), calendar).provisional


def test_a_moment_is_counted_from_its_day_in_viet_nam(calendar: Calendar) -> None:
    late_evening_in_utc = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    assert _count("1 day", late_evening_in_utc, calendar).start == date(2026, 11, 25)


def test_a_moment_without_a_zone_is_one_of_viet_nam(calendar: Calendar) -> None:
    moment = datetime(2026, 11, 24, 23, 0)  # noqa: DTZ001
    assert _count("1 day", moment, calendar).start == date(2026, 11, 24)
    assert _count("2 hours", moment, calendar).due == datetime(2026, 11, 25, 1, 0, tzinfo=ZONE)


def test_hours_from_a_day_without_a_time_are_refused(calendar: Calendar) -> None:
    with pytest.raises(LawError, match="2026-11-27T16:30"):
        _count("24 hours", date(2026, 11, 27), calendar)


def test_hours_are_not_counted_back(calendar: Calendar) -> None:
    with pytest.raises(LawError, match="cannot be counted back"):
        count_back(parse_term("24 hours"), date(2026, 12, 1), calendar)


@pytest.mark.parametrize(
    ("term", "due"),
    [("3 days", "2026-11-28"), ("1 week", "2026-11-24"), ("1 month", "2026-11-01"),
     ("1 year", "2025-12-01")],
)  # fmt: skip
def test_counting_back_never_rolls(calendar: Calendar, term: str, due: str) -> None:
    counted = count_back(parse_term(term), date(2026, 12, 1), calendar)
    assert counted.due == counted.nominal == date.fromisoformat(due)


def test_a_term_into_an_unknown_year_is_refused(calendar: Calendar) -> None:
    with pytest.raises(CalendarNotKnownError, match=r"2031\.toml"):
        _count("5 years", date(2026, 11, 23), calendar)


def test_an_excluded_span_lengthens_a_term_in_days(calendar: Calendar) -> None:
    span = Span(first=date(2026, 10, 5), last=date(2026, 10, 12), ground="postponed")
    assert _count("10 days", date(2026, 10, 1), calendar, span).nominal == date(2026, 10, 18)


def test_an_excluded_span_lengthens_a_term_in_working_days_by_its_working_days(
    calendar: Calendar,
) -> None:
    span = Span(first=date(2026, 10, 2), last=date(2026, 10, 6), ground="postponed")
    assert _count("3 working days", date(2026, 10, 1), calendar, span).due == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-09-10", "2026-09-20"), ("2026-10-09", "2026-10-16"), ("2026-10-05", "2026-10-05")],
    ids=["before the start", "after the end", "of no length"],
)
@pytest.mark.parametrize("term", ["8 days", "6 working days"])
def test_a_span_that_took_nothing_from_the_term_lengthens_nothing(
    calendar: Calendar, term: str, first: str, last: str
) -> None:
    span = Span(first=date.fromisoformat(first), last=date.fromisoformat(last), ground="x")
    assert _count(term, date(2026, 10, 1), calendar, span).due == date(2026, 10, 9)


def test_two_spans_at_once_lengthen_the_term_once(calendar: Calendar) -> None:
    spans = (
        Span(first=date(2026, 10, 6), last=date(2026, 10, 9), ground="obstacle"),
        Span(first=date(2026, 10, 5), last=date(2026, 10, 7), ground="postponed"),
    )
    assert _count("10 days", date(2026, 10, 1), calendar, *spans).nominal == date(2026, 10, 15)


def test_a_span_that_began_before_the_term_takes_only_what_lies_within(
    calendar: Calendar,
) -> None:
    span = Span(first=date(2026, 9, 1), last=date(2026, 10, 3), ground="obstacle")
    assert _count("10 days", date(2026, 10, 1), calendar, span).nominal == date(2026, 10, 13)


@pytest.mark.parametrize("unit", list(Unit))
def test_each_unit_reads_in_singular_and_plural(unit: Unit) -> None:
    plural = unit.value.replace("_", " ")
    assert parse_term(f"7 {plural}") == Term(length=7, unit=unit)
    assert parse_term(f"1 {plural.removesuffix('s')}") == Term(length=1, unit=unit)
    assert parse_term(f" 7 {unit.value.upper()} ") == Term(length=7, unit=unit)


@pytest.mark.parametrize(
    "text", ["", "5", "days", "0 days", "-1 day", "1.5 days", "5 wrking days", "5 fortnights"]
)
def test_an_unreadable_term_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(TermSyntaxError, match=r"hours, days, working days, weeks, months, years"):
        parse_term(text)


@pytest.mark.parametrize("length", [0, -1])
def test_a_term_of_no_length_is_refused(length: int) -> None:
    with pytest.raises(ValidationError):
        Term(length=length, unit=Unit.DAYS)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-11-23", 2, "2027-01-23"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-12-31", 12, "2027-12-31"),
    ],
)
def test_months_end_on_the_corresponding_date(day: str, months: int, end: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("day", "length", "end"),
    [
        ("2026-01-01", 1, "2026-01-31"),  # a Saturday: what is kept by the month does not roll
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-08-10", 1, "2026-08-31"),  # a day off
        ("2026-11-30", 1, "2026-12-31"),
        ("2026-11-15", 3, "2027-01-31"),
    ],
)
def test_a_calendar_month_ends_on_its_last_day_whatever_day_that_is(
    calendar: Calendar, day: str, length: int, end: str
) -> None:
    term = Term(length=length, unit=Unit.CALENDAR_MONTHS)
    counted = count(term, date.fromisoformat(day), calendar)
    assert (counted.nominal, counted.due) == (date.fromisoformat(end),) * 2


def test_a_calendar_month_is_not_counted_back(calendar: Calendar) -> None:
    with pytest.raises(LawError, match="counted back"):
        count_back(Term(length=1, unit=Unit.CALENDAR_MONTHS), date(2026, 11, 23), calendar)


@pytest.mark.parametrize(
    ("text", "day", "end"),
    [
        ("5 days", "2026-08-17", "2026-08-24"),
        ("5 working days", "2026-08-17", "2026-08-24"),
        ("5 working days", "2026-08-18", "2026-08-25"),
        ("10 working days", "2026-08-19", "2026-09-07"),
    ],
)
def test_a_partys_period_without_the_worked_saturday_ends_later(
    calendar: Calendar, text: str, day: str, end: str
) -> None:
    """22 August 2026 is worked for 31 August, which stays off; 1 and 2 September are off."""
    counted = _count(text, date.fromisoformat(day), calendar)
    later = count_without_worked_weekends(parse_term(text), counted, calendar)
    assert later is not None
    assert (later.due, later.added) == (date.fromisoformat(end), ())
    assert date(2026, 8, 22) in {note.date for note in later.skipped}


def test_a_worked_saturday_that_was_excluded_already_takes_no_second_day(
    calendar: Calendar,
) -> None:
    span = Span(first=date(2026, 8, 20), last=date(2026, 8, 23), ground="postponed")
    term = parse_term("5 working days")
    counted = count(term, date(2026, 8, 18), calendar, (span,))
    assert count_without_worked_weekends(term, counted, calendar, (span,)) is None


@pytest.mark.parametrize(
    ("text", "day"), [("5 days", "2026-08-14"), ("3 working days", "2026-08-14")]
)
def test_a_period_with_no_worked_saturday_in_it_has_one_reading(
    calendar: Calendar, text: str, day: str
) -> None:
    counted = _count(text, date.fromisoformat(day), calendar)
    assert count_without_worked_weekends(parse_term(text), counted, calendar) is None


def test_a_term_in_hours_has_one_reading(calendar: Calendar) -> None:
    moment = datetime(2026, 8, 21, 9, 0, tzinfo=ZONE)
    counted = _count("24 hours", moment, calendar)
    assert counted.due == moment + timedelta(hours=24)
    assert count_without_worked_weekends(parse_term("24 hours"), counted, calendar) is None


def test_days_off_on_or_after_the_event_are_no_part_of_a_count_back(calendar: Calendar) -> None:
    """Two working days before Monday 30 November: Friday and Thursday, over one weekend."""
    counted = count_back(parse_term("2 working days"), date(2026, 11, 30), calendar)
    assert counted.due == date(2026, 11, 26)
    assert [note.date.day for note in counted.skipped] == [28, 29]
    assert counted.provisional is False
    on_a_holiday = count_back(parse_term("1 working day"), date(2026, 11, 24), calendar)
    assert on_a_holiday.due == date(2026, 11, 23)
    assert on_a_holiday.skipped == ()


def test_working_days_counted_back_over_a_worked_saturday_name_it(calendar: Calendar) -> None:
    counted = count_back(parse_term("2 working days"), date(2026, 8, 25), calendar)
    assert counted.due == date(2026, 8, 22)
    assert [note.date for note in counted.added] == [date(2026, 8, 22)]
    assert [note.date.day for note in counted.skipped] == [23]
