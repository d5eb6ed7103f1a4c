"""Hold the calendar files to their form and to the official days off."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from law.calendar import ZONE, Calendar, load_calendar, midnight_after, read_year
from law.errors import CalendarFileError, CalendarNotKnownError

_HEAD = 'year = 2026\nstatus = "announced"\nsource = "a notice"\ntet = 2026-02-17\n'


def _day(kind: str, day: str) -> str:
    return f'[[{kind}]]\ndate = {day}\nname = {{ vi = "x", en = "x" }}\nnotice = "1/TB"\n'


def _calendar_of(*blocks: str) -> Calendar:
    return Calendar((read_year(_HEAD + "".join(blocks), "2026.toml"),))


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(n) for n in range((date(year + 1, 1, 1) - first).days)]


def test_every_year_from_2009_to_2030_is_there(calendar: Calendar) -> None:
    assert calendar.years == tuple(range(2009, 2031))


def test_only_the_years_with_notices_are_announced(calendar: Calendar) -> None:
    announced = [y for y in calendar.years if calendar.year(date(y, 1, 1)).status == "announced"]
    assert announced == list(range(2021, 2028))


def test_only_years_to_come_without_a_notice_are_provisional(calendar: Calendar) -> None:
    provisional = [y for y in calendar.years if calendar.is_provisional(date(y, 1, 1))]
    assert provisional == [2028, 2029, 2030]


@pytest.mark.parametrize(
    ("year", "count"),
    [(2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 250), (2026, 249), (2027, 249)],
)
def test_a_year_has_its_number_of_working_days(calendar: Calendar, year: int, count: int) -> None:
    assert sum(calendar.is_working(day) for day in _days(year)) == count
    assert calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == count


# The weekdays off and the worked Saturdays of the official notices, month by month.
OFFICIAL = {
    2021: ("01-01 02-10 02-11 02-12 02-15 02-16 04-21 04-30 05-03 09-02 09-03", ""),
    2022: ("01-03 01-31 02-01 02-02 02-03 02-04 04-11 05-02 05-03 09-01 09-02", ""),
    2023: ("01-02 01-20 01-23 01-24 01-25 01-26 05-01 05-02 05-03 09-01 09-04", ""),
    2024: ("01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03", "05-04"),
    2025: ("01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02", "04-26"),
    2026: (
        "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24",
        "01-10 08-22",
    ),
    2027: ("01-01 02-04 02-05 02-08 02-09 02-10 04-16 04-30 05-03 09-02 09-03 11-24", ""),
}


@pytest.mark.parametrize("year", OFFICIAL)
def test_an_announced_year_differs_from_its_weekdays_only_as_announced(
    calendar: Calendar, year: int
) -> None:
    off, worked = (
        {date.fromisoformat(f"{year}-{day}") for day in days.split()} for days in OFFICIAL[year]
    )
    days = _days(year)
    assert {day for day in days if day.weekday() < 5 and not calendar.is_working(day)} == off
    assert {day for day in days if day.weekday() >= 5 and calendar.is_working(day)} == worked


def test_each_swapped_day_names_its_counterpart_and_is_named_by_it(calendar: Calendar) -> None:
    notes = [note for y in calendar.years for note in calendar.year(date(y, 1, 1)).off]
    notes += [note for y in calendar.years for note in calendar.year(date(y, 1, 1)).worked]
    pairs = {note.date: note.swapped_with for note in notes if note.swapped_with}
    assert len(pairs) == 28
    for day, other in pairs.items():
        assert pairs[other] == day
        assert calendar.is_working(day) != calendar.is_working(other)


def test_each_worked_day_is_swapped_with_a_day_off(calendar: Calendar) -> None:
    worked = [note for y in calendar.years for note in calendar.year(date(y, 1, 1)).worked]
    assert len(worked) == 14
    assert all(note.swapped_with for note in worked)


def test_each_day_has_a_name_in_both_languages_and_a_notice(calendar: Calendar) -> None:
    for year in calendar.years:
        file = calendar.year(date(year, 1, 1))
        assert file.source
        for note in (*file.off, *file.worked):
            assert note.name.vi
            assert note.name.en
            assert note.notice


def test_tet_itself_is_a_day_off(calendar: Calendar) -> None:
    for year in calendar.years:
        assert not calendar.is_working(calendar.tet(year))
        assert calendar.note(calendar.tet(year)) is not None


def test_culture_day_is_off_from_2026_on(calendar: Calendar) -> None:
    assert calendar.is_working(date(2025, 11, 24))
    note = calendar.note(date(2026, 11, 24))
    assert note is not None
    assert note.notice == "Nghị quyết 28/2026/QH16, Điều 2"
    assert not calendar.is_working(date(2026, 11, 24))


def test_a_swap_that_was_only_proposed_changes_nothing(calendar: Calendar) -> None:
    assert calendar.is_working(date(2026, 11, 23))
    assert not calendar.is_working(date(2026, 11, 28))


def test_culture_day_on_a_weekend_gives_no_day_in_lieu(calendar: Calendar) -> None:
    assert calendar.is_working(date(2029, 11, 26))
    assert calendar.is_working(date(2030, 11, 25))
    assert "24/11" in calendar.year(date(2029, 11, 26)).source
    assert "24/11" in calendar.year(date(2030, 11, 25)).source


def test_a_holiday_on_a_sunday_is_stated_beside_its_day_in_lieu(calendar: Calendar) -> None:
    sunday, monday = calendar.note(date(2026, 4, 26)), calendar.note(date(2026, 4, 27))
    assert sunday is not None
    assert sunday.name.vi == "Giỗ Tổ Hùng Vương"
    assert monday is not None
    assert monday.name.vi == "Nghỉ bù Giỗ Tổ Hùng Vương"
    assert not calendar.is_working(date(2026, 4, 27))


def test_a_worked_saturday_is_a_worked_weekend_day_and_another_is_not(calendar: Calendar) -> None:
    assert calendar.is_worked_weekend(date(2026, 8, 22))
    assert not calendar.is_worked_weekend(date(2026, 8, 29))


@pytest.mark.parametrize("day", [date(2008, 12, 31), date(2031, 1, 1)])
def test_a_year_without_a_file_is_not_known(calendar: Calendar, day: date) -> None:
    with pytest.raises(CalendarNotKnownError, match=f"{day.year}.toml"):
        calendar.is_working(day)
    with pytest.raises(CalendarNotKnownError):
        calendar.year(day)
    with pytest.raises(CalendarNotKnownError):
        calendar.tet(day.year)
    with pytest.raises(CalendarNotKnownError):
        calendar.is_provisional(day)


def test_counting_past_the_last_year_is_refused(calendar: Calendar) -> None:
    with pytest.raises(CalendarNotKnownError) as refusal:
        calendar.working_days_after(date(2030, 12, 31), 1)
    assert refusal.value.day == date(2031, 1, 1)


def test_counting_back_before_the_first_year_is_refused(calendar: Calendar) -> None:
    with pytest.raises(CalendarNotKnownError):
        calendar.working_days_before(date(2009, 1, 1), 1)


def test_a_day_ends_at_the_next_midnight_in_viet_nam() -> None:
    assert midnight_after(date(2026, 12, 31)) == datetime(2027, 1, 1, tzinfo=ZONE)
    assert midnight_after(date(2026, 12, 31)).utcoffset() == timedelta(hours=7)


def test_a_year_that_differs_in_nothing_reads() -> None:
    assert _calendar_of().is_working(date(2026, 1, 1))


def test_a_day_both_off_and_worked_is_refused() -> None:
    with pytest.raises(CalendarFileError, match=r"2026-01-10 .*both as off and as worked"):
        _calendar_of(_day("off", "2026-01-10"), _day("worked", "2026-01-10"))


@pytest.mark.parametrize("kind", ["off", "worked"])
def test_a_day_stated_twice_is_refused(kind: str) -> None:
    with pytest.raises(CalendarFileError, match=f"{kind} day 2026-01-10 is stated twice"):
        _calendar_of(_day(kind, "2026-01-10"), _day(kind, "2026-01-10"))


@pytest.mark.parametrize("kind", ["off", "worked"])
def test_a_day_outside_its_year_is_refused(kind: str) -> None:
    with pytest.raises(CalendarFileError, match="2027-01-02 lies outside the year 2026"):
        _calendar_of(_day(kind, "2027-01-02"))


def test_a_worked_weekday_is_refused() -> None:
    with pytest.raises(CalendarFileError, match="2026-01-12 is no Saturday or Sunday"):
        _calendar_of(_day("worked", "2026-01-12"))


def test_an_unknown_key_is_refused_by_its_name() -> None:
    with pytest.raises(CalendarFileError, match=r"2026\.toml, line 5: field 'colour'"):
        read_year(_HEAD + 'colour = "red"\n', "2026.toml")


def test_an_unknown_key_of_a_day_is_refused_by_its_place() -> None:
    with pytest.raises(CalendarFileError, match=r"field 'off\.0\.colour'"):
        read_year(_HEAD + _day("off", "2026-01-01") + 'colour = "red"\n', "2026.toml")


def test_a_key_stated_twice_is_refused() -> None:
    with pytest.raises(CalendarFileError, match=r"2026\.toml, line 5: "):
        read_year(_HEAD + "year = 2026\n", "2026.toml")


def test_a_missing_field_is_refused_by_its_name() -> None:
    with pytest.raises(CalendarFileError, match="field 'tet'"):
        read_year('year = 2026\nstatus = "announced"\nsource = "a notice"\n', "2026.toml")


def test_a_status_beyond_the_two_is_refused() -> None:
    with pytest.raises(CalendarFileError, match=r"field 'status' .value 'guessed'"):
        read_year(_HEAD.replace("announced", "guessed"), "2026.toml")


def test_two_files_of_one_year_are_refused() -> None:
    file = read_year(_HEAD, "2026.toml")
    with pytest.raises(CalendarFileError, match="two calendar files state the same year"):
        Calendar((file, file))


def test_a_folder_without_a_calendar_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileError, match="holds no calendar file"):
        load_calendar(tmp_path)


def test_the_hash_is_of_what_the_files_say_and_not_of_their_order(calendar: Calendar) -> None:
    files = tuple(calendar.year(date(year, 1, 1)) for year in calendar.years)
    assert Calendar(files[::-1]).hash == calendar.hash
    assert Calendar(files[:-1]).hash != calendar.hash
