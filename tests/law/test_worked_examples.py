"""Hold the counting to worked examples that others published.

Row numbers are those of the project's list of worked examples. `gold`: published answer and
Civil Code agree. `negative`: the published answer is a mistake that the engine must not make.
`rule`: a special statute counts otherwise; stated is what the Civil Code's counting gives.
`open`: doctrine disagrees; stated is what the engine gives. Rows that choose a statute's
version or an event (31, 32, 34, 36, 51, 53) stand in tests/cases/test_published_cases.py.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from law.calendar import ZONE, Calendar, DayNote, Words, YearFile, midnight_after
from law.terms import Span, count, count_back, parse_term


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _due(term: str, start: str, calendar: Calendar) -> date | datetime:
    return count(parse_term(term), _day(start), calendar).due


def _nominal(term: str, start: str, calendar: Calendar) -> date | datetime:
    return count(parse_term(term), _day(start), calendar).nominal


def _six_day_week(year: int) -> Calendar:
    """Give a year whose only weekly day of rest is Sunday, as the leave examples have it."""
    days = (date(year, 1, 1) + timedelta(n) for n in range(365))
    saturdays = tuple(
        DayNote(date=day, name=Words(vi="thứ Bảy", en="Saturday"), notice="example")
        for day in days
        if day.weekday() == 5
    )
    return Calendar(
        (
            YearFile(
                year=year,
                status="estimated",
                source="example",
                tet=date(year, 2, 1),
                worked=saturdays,
            ),
        )
    )


# --- gold: fixed last days ---------------------------------------------------------------
_NHADAT = "thuviennhadat.vn/phap-luat/han-chot-nop-bao-cao-tai-chinh-quy-1-nam-2025-la-khi-nao"
_TVPL = "thuvienphapluat.vn/phap-luat/ho-tro-phap-luat"


@pytest.mark.parametrize(
    ("last", "published"),
    [
        pytest.param("2025-04-20", "2025-04-21", id=f"row 2, {_NHADAT}-678465.html"),
        pytest.param("2025-05-15", "2025-05-15", id=f"row 2b, {_NHADAT}-678465.html"),
        pytest.param(
            "2024-10-31",
            "2024-10-31",
            id=f"row 4, {_TVPL}/han-chot-nop-to-khai-thue-quy-32024-…-182716.html",
        ),
        pytest.param(
            "2025-08-20",
            "2025-08-20",
            id=f"row 5, {_TVPL}/thoi-han-nop-to-khai-thue-tncn-thang-7-nam-2025-…-225657.html",
        ),
    ],
)
def test_gold_a_last_day_is_the_published_one(
    calendar: Calendar, last: str, published: str
) -> None:
    assert calendar.next_working(_day(last)) == _day(published)


# --- gold: calendar facts ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param("2025-01-25", "2025-02-02", id="row 8, Tết 2025"),
        pytest.param("2025-08-30", "2025-09-02", id="row 8, National Day 2025"),
        pytest.param("2026-02-14", "2026-02-22", id="row 8, Tết 2026"),
    ],
)
def test_gold_no_day_of_an_announced_break_is_worked(
    calendar: Calendar, first: str, last: str
) -> None:
    # Row 8: thuvienphapluat.vn/phap-luat/ho-tro-phap-luat, …-244943.html and its neighbours.
    before = _day(first) - timedelta(1)
    assert calendar.working_days_between(before, _day(last)) == 0
    assert calendar.is_working(before)
    assert calendar.is_working(_day(last) + timedelta(1))


@pytest.mark.parametrize(
    ("off", "worked", "notice"),
    [
        pytest.param(
            "2026-01-02",
            "2026-01-10",
            "12729/VPCP-KGVX",
            id="row 9, cafef 188251230062426223, vietnamnet 2476040",
        ),
        pytest.param("2024-04-29", "2024-05-04", "2450/VPCP-KGVX", id="row 10, baotintuc.vn"),
        pytest.param("2025-05-02", "2025-04-26", "6150/TB-BLĐTBXH", id="row 11, press 2025"),
        pytest.param("2026-08-31", "2026-08-22", "9441/TB-BNV", id="row 11, press 2026"),
    ],
)
def test_gold_a_swapped_day_is_off_and_its_saturday_is_worked(
    calendar: Calendar, off: str, worked: str, notice: str
) -> None:
    assert not calendar.is_working(_day(off))
    assert calendar.is_working(_day(worked))
    for day in (off, worked):
        note = calendar.note(_day(day))
        assert note is not None
        assert notice in note.notice


# --- gold: terms -------------------------------------------------------------------------
def test_gold_row_12_an_appeal_whose_last_day_is_a_sunday_may_be_filed_on_monday(
    calendar: Calendar,
) -> None:
    # thuvienphapluat.vn/hoi-dap-phap-luat; the rule is published, the dates are chosen here.
    assert _nominal("15 days", "2026-11-07", calendar) == _day("2026-11-22")
    assert _due("15 days", "2026-11-07", calendar) == _day("2026-11-23")


def test_gold_row_13_a_term_ends_at_the_last_hour_of_the_next_working_day(
    calendar: Calendar,
) -> None:
    # tuvanluatgiakhanh.com/thoi-han-khang-cao-duoc-tinh-nhu-the-nao; dates are chosen here.
    due = count(parse_term("15 days"), _day("2026-11-09"), calendar).due
    assert due == _day("2026-11-25")
    assert midnight_after(_day("2026-11-25")) == datetime(2026, 11, 26, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("term", "event", "published"),
    [
        pytest.param(
            "30 years",
            "1990-09-10",
            "2020-09-10",
            id=f"row 19, {_TVPL}/het-thoi-hieu-khoi-kien-chia-di-san-thua-ke-…-151334.html",
        ),
        pytest.param("30 days", "2025-06-14", "2025-07-14", id="row 28, sanketoan.vn"),
    ],
)
def test_gold_a_term_ends_on_the_published_day(
    calendar: Calendar, term: str, event: str, published: str
) -> None:
    assert _due(term, event, calendar) == _nominal(term, event, calendar) == _day(published)


@pytest.mark.parametrize(
    ("published", "earlier_event"),
    [
        pytest.param("2022-08-15", "2022-07-02", id="row 29, the expert's result, not the harm"),
        pytest.param("2022-06-20", "2022-06-19", id="row 30, the day the injury was known"),
    ],
)
def test_gold_a_limitation_runs_from_the_event_it_is_given(
    calendar: Calendar, published: str, earlier_event: str
) -> None:
    # thuvienphapluat.vn/phap-luat/quan-an-da-co-thong-bao-…-218068-156227.html
    counted = count(parse_term("3 years"), _day(published), calendar)
    assert counted.start == _day(published)
    assert counted.nominal == _day(published).replace(year=2025)
    assert counted.nominal != count(parse_term("3 years"), _day(earlier_event), calendar).nominal


def test_gold_row_33_verification_runs_from_the_last_effective_day_of_the_voluntary_period(
    calendar: Calendar,
) -> None:
    # thuvienphapluat.vn article 51049, law of 2008: 10 days, then 10 days; dates chosen here.
    voluntary = count(parse_term("10 days"), _day("2023-07-13"), calendar)
    assert voluntary.nominal == _day("2023-07-23")
    assert voluntary.due == _day("2023-07-24")
    assert count(parse_term("10 days"), voluntary.due, calendar).due == _day("2023-08-03")


@pytest.mark.parametrize(
    ("term", "due"),
    [
        pytest.param("15 days", "2023-09-15", id="row 35, complaint before measures"),
        pytest.param("3 working days", "2023-09-07", id="row 35, complaint on a frozen account"),
        pytest.param("10 days", "2023-09-11", id="row 35, complaint on other security"),
        pytest.param("30 days", "2023-10-02", id="row 35, complaint on coercion"),
        pytest.param("5 working days", "2023-09-11", id="row 36, enforcement decision"),
        pytest.param("3 working days", "2023-09-07", id="row 36, notice"),
        pytest.param("30 days", "2023-10-02", id="row 36, transfer of the judgment"),
        pytest.param("15 days", "2023-09-15", id="row 36, transfer of a decision"),
    ],
)
def test_gold_a_term_of_the_old_enforcement_law_counts_in_its_unit(
    calendar: Calendar, term: str, due: str
) -> None:
    # Lengths: thuvienphapluat.vn/hoi-dap-phap-luat/366B-hd-…; tkshcm.edu.vn. Event chosen here:
    # Thursday 31/08/2023, before the days off of National Day (01/09 and 04/09).
    assert _due(term, "2023-08-31", calendar) == _day(due)


def test_gold_row_35_time_of_an_obstacle_does_not_count_towards_a_complaint(
    calendar: Calendar,
) -> None:
    obstacle = Span(first=_day("2023-10-10"), last=_day("2023-10-15"), ground="obstacle")
    counted = count(parse_term("15 days"), _day("2023-10-04"), calendar, (obstacle,))
    assert counted.due == _day("2023-10-24")


def test_gold_row_41_a_pause_of_eleven_months_moves_the_end_by_eleven_months(
    calendar: Calendar,
) -> None:
    # Road-fee circular, example 9: 18 months from 01/01/2016, stopped after one month,
    # resumed on 01/01/2017. That day counts there, so the Code's event is the day before.
    pause = Span(first=_day("2016-01-31"), last=_day("2016-12-31"), ground="stopped")
    start, term = _day("2015-12-31"), parse_term("18 months")
    assert count(term, start, calendar).nominal == _day("2017-06-30")
    assert count(term, start, calendar, (pause,)).nominal == _day("2018-05-31")


@pytest.mark.parametrize(
    ("first", "last", "published"),
    [
        pytest.param("2025-11-04", "2025-11-10", 6, id="row 43"),
        pytest.param("2026-02-04", "2026-02-13", 9, id="row 44"),
    ],
)
def test_gold_leave_counts_every_day_but_the_weekly_rest(
    first: str, last: str, published: int
) -> None:
    # Circular 90/2025/TT-BQP, at thuvienphapluat.vn/phap-luat/…-587492-239535.html
    calendar = _six_day_week(_day(first).year)
    before = _day(first) - timedelta(1)
    assert calendar.working_days_between(before, _day(last)) == published


# --- negative: published mistakes --------------------------------------------------------
@pytest.mark.parametrize(
    ("term", "event", "mistake", "right"),
    [
        pytest.param("1 year", "2022-05-10", "2023-05-11", "2023-05-10", id="row 21, Art. 148.4"),
        pytest.param("1 week", "2024-01-01", "2024-01-07", "2024-01-08", id="row 24, Art. 148.2"),
    ],
)
def test_negative_a_published_mistake_is_not_made(
    calendar: Calendar, term: str, event: str, mistake: str, right: str
) -> None:
    # The page of row 19.
    due = _due(term, event, calendar)
    assert due != _day(mistake)
    assert due == _day(right)


def test_negative_row_47_the_printed_subtotal_of_leave_is_not_reproduced() -> None:
    # Printed "20 days - 3 = 17"; the spans hold 7 + 11 = 18 days with three Sundays.
    calendar = _six_day_week(2025)
    spans = (("2025-09-11", "2025-09-17"), ("2025-09-25", "2025-10-05"))
    plain = sum((_day(last) - _day(first)).days + 1 for first, last in spans)
    counted = sum(
        calendar.working_days_between(_day(first) - timedelta(1), _day(last))
        for first, last in spans
    )
    assert plain == 18
    assert counted != 17
    assert counted == 15


# --- rule: special statutes --------------------------------------------------------------
def test_rule_row_15_a_protest_of_15_days_ends_as_its_own_rule_says(calendar: Calendar) -> None:
    # vienkiemsat.cantho.gov.vn; the start is published, the end is the list's computation.
    assert _due("15 days", "2017-03-15", calendar) == _day("2017-03-30")


@pytest.mark.parametrize(
    ("pronounced", "published"),
    [
        pytest.param("2023-03-20", "2023-04-04", id="row 16, a month of 31 days"),
        pytest.param("2023-04-20", "2023-05-05", id="row 16, a month of 30 days"),
        pytest.param("2023-02-20", "2023-03-07", id="row 16, a month of 28 days"),
    ],
)
def test_rule_fifteen_days_from_the_20th_end_in_the_next_month(
    calendar: Calendar, pronounced: str, published: str
) -> None:
    # evbn.org/thoi-han-khang-cao-co-tinh-ngay-nghi-khong-1661781978
    assert _nominal("15 days", pronounced, calendar) == _day(published)


def test_rule_row_37_five_working_days_and_24_hours_differ_in_their_clock(
    calendar: Calendar,
) -> None:
    # moj.gov.vn ItemID=1159; the dates are chosen here.
    assert _due("5 working days", "2026-11-20", calendar) == _day("2026-11-30")
    friday = datetime(2026, 11, 27, 16, 30, tzinfo=ZONE)
    assert count(parse_term("24 hours"), friday, calendar).due == friday + timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "first", "published", "ours"),
    [
        # 1 month 27 days = 57 days of remand; ours ends on 30 April and rolls past 1 May.
        pytest.param(57, "2018-03-04", "2018-04-29", ("2018-04-30", "2018-05-02"), id="row 38"),
        # 1 month 24 days = 54 days of remand.
        pytest.param(54, "2018-04-11", "2018-06-03", ("2018-06-04", "2018-06-04"), id="row 39"),
    ],
)
def test_rule_remand_counts_its_first_day_and_the_civil_code_does_not(
    calendar: Calendar, days: int, first: str, published: str, ours: tuple[str, str]
) -> None:
    # Joint circular 04/2018/TTLT-VKSNDTC-BCA-BQP, Art. 17: a month is 30 days, no roll.
    assert _day(first) + timedelta(days - 1) == _day(published)
    counted = count(parse_term(f"{days} days"), _day(first), calendar)
    assert (counted.nominal, counted.due) == (_day(ours[0]), _day(ours[1]))


def test_rule_row_40_thirty_days_of_remand_are_no_month_of_the_civil_code(
    calendar: Calendar,
) -> None:
    # The same circular, Art. 14: 01/01-30/01/2018 counts as one month there.
    assert _nominal("1 month", "2017-12-31", calendar) == _day("2018-01-31")


def test_rule_row_49_a_month_does_not_end_at_the_end_of_the_month(calendar: Calendar) -> None:
    # Circular 63, at thuvienphapluat.vn/…-889083-229065.html: the card runs to 31/01/2026.
    assert _nominal("1 month", "2026-01-18", calendar) == _day("2026-02-18")
    assert _due("1 month", "2026-01-18", calendar) == _day("2026-02-23")


# --- open: doctrine disagrees ------------------------------------------------------------
def test_open_row_14_the_day_of_force_decides_a_limitation_by_one_day(
    calendar: Calendar,
) -> None:
    # luatkienviet.com/thoi-hieu-yeu-cau-thi-hanh-an-dan-su; the engine chains on the last day.
    appeal = count(parse_term("15 days"), _day("2023-10-10"), calendar)
    assert appeal.due == _day("2023-10-25")
    chained = count(parse_term("5 years"), appeal.due, calendar)
    assert chained.due == _day("2028-10-25")
    assert chained.provisional
    assert _due("5 years", "2023-10-26", calendar) == _day("2028-10-26")


def test_open_row_17_the_day_of_the_pronouncement_is_not_counted(calendar: Calendar) -> None:
    # tapchitoaan.vn/xac-dinh-thoi-han-khang-cao-khang-nghi-trong-to-tung-dan-su9625.html
    assert _due("15 days", "2023-10-10", calendar) == _day("2023-10-25")
    assert midnight_after(_day("2023-10-25")).date() == _day("2023-10-26")


def test_open_row_26_forty_five_days_before_an_event_leave_the_event_out(
    calendar: Calendar,
) -> None:
    # sanketoan.vn/tin-tuc/cach-tinh-45-ngay-bao-truoc-khi-xin-nghi-viec; the other reading,
    # with 45 full days between the two, is 14/02/2022.
    counted = count_back(parse_term("45 days"), _day("2022-04-01"), calendar)
    assert counted.due == _day("2022-02-15")
