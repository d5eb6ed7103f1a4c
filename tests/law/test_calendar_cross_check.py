"""Compare the calendar files with a published library and with the lunar calendar's dates."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from law.calendar import Calendar

# Mùng 1 Tết at UTC+7; 2030 is 2 February here and 3 February by a UTC+8 calendar.
TET = {
    2009: "01-26", 2010: "02-14", 2011: "02-03", 2012: "01-23", 2013: "02-10", 2014: "01-31",
    2015: "02-19", 2016: "02-08", 2017: "01-28", 2018: "02-16", 2019: "02-05", 2020: "01-25",
    2021: "02-12", 2022: "02-01", 2023: "01-22", 2024: "02-10", 2025: "01-29", 2026: "02-17",
    2027: "02-06", 2028: "01-26", 2029: "02-13", 2030: "02-02",
}  # fmt: skip
GIO_TO = {
    2009: "04-04", 2010: "04-23", 2011: "04-12", 2012: "03-31", 2013: "04-19", 2014: "04-09",
    2015: "04-28", 2016: "04-16", 2017: "04-06", 2018: "04-25", 2019: "04-14", 2020: "04-02",
    2021: "04-21", 2022: "04-10", 2023: "04-29", 2024: "04-18", 2025: "04-07", 2026: "04-26",
    2027: "04-16", 2028: "04-04", 2029: "04-23", 2030: "04-12",
}  # fmt: skip


def _disagreements(calendar: Calendar, first: int, last: int) -> dict[date, bool]:
    """Give each day on which the library differs, with what our calendar says of it."""
    library = holidays.country_holidays("VN", years=range(first, last + 1))
    day, found = date(first, 1, 1), {}
    while day.year <= last:
        if library.is_working_day(day) != calendar.is_working(day):
            found[day] = calendar.is_working(day)
        day += timedelta(1)
    return found


def test_the_library_and_the_notices_disagree_on_exactly_two_days_of_2021_to_2027(
    calendar: Calendar,
) -> None:
    # 12729/VPCP-KGVX of 25/12/2025: Friday 02/01/2026 off, Saturday 10/01/2026 worked.
    assert _disagreements(calendar, 2021, 2027) == {
        date(2026, 1, 2): False,
        date(2026, 1, 10): True,
    }


def test_the_years_before_2021_follow_the_library(calendar: Calendar) -> None:
    assert _disagreements(calendar, 2009, 2020) == {}
    for year in range(2009, 2021):
        assert "holidays 0.109" in calendar.year(date(year, 1, 1)).source


def test_the_estimated_years_differ_only_in_the_day_in_lieu_of_culture_day(
    calendar: Calendar,
) -> None:
    # Labour Code 45/2019/QH14, Art. 111.3 reaches the holidays of Art. 112.1 only.
    assert _disagreements(calendar, 2028, 2030) == {
        date(2029, 11, 26): True,
        date(2030, 11, 25): True,
    }


@pytest.mark.parametrize("year", TET)
def test_tet_falls_on_its_date(calendar: Calendar, year: int) -> None:
    tet = date.fromisoformat(f"{year}-{TET[year]}")
    assert calendar.tet(year) == tet
    library = holidays.country_holidays("VN", years=year, language="en_US")
    assert library.get(tet) == "Lunar New Year"


@pytest.mark.parametrize("year", GIO_TO)
def test_the_hung_kings_day_falls_on_its_date(calendar: Calendar, year: int) -> None:
    note = calendar.note(date.fromisoformat(f"{year}-{GIO_TO[year]}"))
    assert note is not None
    assert note.name.vi == "Giỗ Tổ Hùng Vương"


def test_the_tables_of_lunar_dates_cover_every_year(calendar: Calendar) -> None:
    assert tuple(TET) == tuple(GIO_TO) == calendar.years
