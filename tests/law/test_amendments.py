"""Put notices into the calendar: what they change, what they leave, what they contradict."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.amendments import Amendment, amend
from law.calendar import Calendar, DayNote, Words, YearFile, load_calendar
from law.errors import NoticeError
from law.notices import read_notice
from law.terms import Term, Unit, count, count_back

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
TODAY = date(2026, 11, 23)
CALENDAR = load_calendar()
NAME = 'name = { vi = "Nghỉ mẫu", en = "Sample day off" }'
SWAP = (
    f"[[off]]\ndate = 2026-11-30\n{NAME}\nswapped_with = 2026-12-05\n"
    f"[[worked]]\ndate = 2026-12-05\n{NAME}\nswapped_with = 2026-11-30\n"
)


def _head(years: str = "2026", more: str = "", number: str = "1/TB-MAU") -> str:
    about = 'about = { vi = "Thông báo mẫu", en = "Sample notice" }'
    return f'number = "{number}"\nissued = 2026-11-20\n{about}\nyears = [{years}]\n{more}\n'


def _off(day: str, name: str = NAME) -> str:
    return f"[[off]]\ndate = {day}\n{name}\n"


def _amend(text: str, calendar: Calendar = CALENDAR) -> Amendment:
    return amend(calendar, read_notice(text, "n.toml", TODAY), "n.toml")


def _example(name: str, calendar: Calendar) -> Amendment:
    return _amend((EXAMPLES / name).read_text("utf-8"), calendar)


def _year(year: int, calendar: Calendar = CALENDAR) -> YearFile:
    return calendar.year(date(year, 1, 1))


def _with(file: YearFile | None, year: int) -> Calendar:
    """Give the shipped calendar with another file of a year, or without it."""
    others = [_year(known) for known in CALENDAR.years if known != year]
    return Calendar((*others, *([file] if file else [])))


def _without_the_swap_of_august() -> Calendar:
    gone = {date(2026, 8, 22), date(2026, 8, 31)}
    file = _year(2026)
    off, worked = (
        tuple(note for note in notes if note.date not in gone) for notes in (file.off, file.worked)
    )
    return _with(file.model_copy(update={"off": off, "worked": worked}), 2026)


@pytest.mark.parametrize("name", ["notice-2026-swap.toml", "notice-2027-year.toml"])
def test_a_notice_that_the_calendar_has_is_nothing_new(name: str) -> None:
    found = _example(name, CALENDAR)
    assert (found.files, found.changes) == ((), ())
    assert found.after.hash == CALENDAR.hash
    assert len(found.known) >= 4


def test_the_swap_of_august_2026_put_in_gives_the_days_of_the_shipped_calendar() -> None:
    """9441/TB-BNV of 16/10/2025: Monday 31/08 off, Saturday 22/08 worked instead."""
    found = _example("notice-2026-swap.toml", _without_the_swap_of_august())
    assert [(c.day, c.was_working, c.is_working) for c in found.changes] == [
        (date(2026, 8, 22), False, True),
        (date(2026, 8, 31), True, False),
    ]
    assert found.known == (date(2026, 9, 1), date(2026, 9, 2))
    ((_, new),) = found.files
    assert (new.off, new.worked) == (_year(2026).off, _year(2026).worked)
    assert new.status == "announced"
    assert new.source.endswith("hoán đổi 31/8 và 22/8: 9441/TB-BNV, 16/10/2025")


def test_a_notice_that_completes_an_estimated_year_makes_it_announced() -> None:
    """10065/VPCP-KGVX of 02/10/2026: Tết from 4 to 10 February 2027, 2 and 3 September."""
    shipped = _year(2027)
    first = tuple(note for note in shipped.off if note.date != date(2027, 2, 10))
    guess = DayNote(
        date=date(2027, 2, 3), name=Words(vi="Tết Nguyên đán", en="Lunar New Year"), notice="?"
    )
    estimate = shipped.model_copy(
        update={"status": "estimated", "source": "Ước tính", "off": (*first, guess)}
    )
    found = _example("notice-2027-year.toml", _with(estimate, 2027))
    ((old, new),) = found.files
    assert old == estimate
    assert (new.status, new.off, new.tet) == ("announced", shipped.off, date(2027, 2, 6))
    assert "Ước tính" not in new.source
    assert "10065/VPCP-KGVX, 02/10/2026" in new.source
    assert "Bộ luật Lao động 45/2019/QH14, Điều 112.1" in new.source
    assert [(c.day, c.is_working) for c in found.changes] == [
        (date(2027, 2, 3), True),
        (date(2027, 2, 10), False),
    ]
    assert not found.after.is_provisional(date(2027, 2, 10))


def test_a_year_without_a_file_is_added_whole() -> None:
    found = _example("notice-2027-year.toml", _with(None, 2027))
    ((old, new),) = found.files
    assert old is None
    assert (new.status, new.off) == ("announced", _year(2027).off)
    assert {change.was_working for change in found.changes} == {None}


def test_a_notice_that_states_a_part_leaves_the_year_estimated() -> None:
    found = _amend(_head("2028") + _off("2028-12-29"))
    ((_, new),) = found.files
    assert new.status == "estimated"
    assert found.after.is_provisional(date(2028, 12, 29))
    assert not found.after.is_working(date(2028, 12, 29))


def test_estimated_days_are_replaced_and_withdrawn_without_more_ado() -> None:
    tet = 'name = { vi = "Tết Nguyên đán", en = "Lunar New Year" }'
    days = "".join(_off(f"2028-01-{day}", tet) for day in (25, 26, 27, 28, 31))
    found = _amend(_head("2028", "withdrawn = [2028-01-24]") + days)
    assert found.after.is_working(date(2028, 1, 24))
    assert not found.after.is_working(date(2028, 1, 31))
    note = found.after.note(date(2028, 1, 26))
    assert note is not None
    assert note.notice == "1/TB-MAU, 20/11/2026"


def test_a_year_taken_from_a_list_gives_way_to_a_notice() -> None:
    found = _amend(_head("2020", "withdrawn = [2020-01-01]") + _off("2020-03-03"))
    assert found.after.is_working(date(2020, 1, 1))
    assert found.files[0][1].status == "published"


def test_a_day_that_another_notice_states_alike_stays_as_it_is() -> None:
    found = _amend(_head() + _off("2026-09-02"))
    assert found.files == ()
    assert found.known == (date(2026, 9, 2),)


def test_a_notice_that_supersedes_another_changes_its_days_and_no_others() -> None:
    more = 'supersedes = ["9441/TB-BNV"]\nwithdrawn = [2026-08-31, 2026-08-22]'
    found = _amend(_head(more=more) + _off("2026-09-01"))
    assert [change.day for change in found.changes] == [
        date(2026, 8, 22), date(2026, 8, 31), date(2026, 9, 1),
    ]  # fmt: skip
    assert found.after.is_working(date(2026, 8, 31))
    assert not found.after.is_working(date(2026, 8, 22))
    note = found.after.note(date(2026, 9, 1))
    assert note is not None
    assert note.notice == "1/TB-MAU, 20/11/2026"
    again = _amend(_head(more=more) + _off("2026-09-01"), found.after)
    assert again.files == ()


def test_a_swap_may_cross_the_year() -> None:
    day = f"[[off]]\ndate = 2026-12-31\n{NAME}\nswapped_with = 2027-01-09\n"
    day += f"[[worked]]\ndate = 2027-01-09\n{NAME}\nswapped_with = 2026-12-31\n"
    found = _amend(_head("2026, 2027") + day)
    assert [new.year for _, new in found.files] == [2026, 2027]
    assert found.after.is_working(date(2027, 1, 9))


YEAR = (EXAMPLES / "notice-2027-year.toml").read_text("utf-8")
_TET_LAST = "[[off]]\ndate = 2027-02-10\n"


def _estimated_2027() -> Calendar:
    return _with(_year(2027).model_copy(update={"status": "estimated"}), 2027)


REFUSED: dict[str, tuple[str, Calendar, str, str]] = {
    "off where another notice says worked": (
        _head() + _off("2026-08-22"),
        CALENDAR,
        (
            "n.toml: off[1].date is 2026-08-22; that day is worked, swapped with 2026-08-31 by "
            "9441/TB-BNV, 16/10/2025; if this notice amends that one, add "
            'supersedes = ["9441/TB-BNV"], otherwise correct the day'
        ),
        "hãy thêm supersedes",
    ),
    "swapped where it is off already": (
        _head() + SWAP.replace("2026-11-30", "2026-11-24"),
        CALENDAR,
        "that day is off by Nghị quyết 28/2026/QH16, Điều 2",
        "ngày này đã là ngày nghỉ theo Nghị quyết 28/2026/QH16",
    ),
    "worked where another swap has it": (
        _head() + SWAP.replace("2026-12-05", "2026-08-22"),
        CALENDAR,
        "n.toml: worked[1].date is 2026-08-22; that day is worked, swapped with 2026-08-31 by",
        "hoán đổi với 31/08/2026",
    ),
    "withdrawn from an announced year": (
        _head(more="withdrawn = [2026-09-02]"),
        CALENDAR,
        "withdrawn[1] is 2026-09-02; that day is off by 9441/TB-BNV, 16/10/2025; if this notice",
        "nếu thông báo này sửa đổi",
    ),
    "half of a swap withdrawn": (
        _head(more='withdrawn = [2026-08-31]\nsupersedes = ["9441/TB-BNV"]'),
        CALENDAR,
        "n.toml: 2026-08-22: half of a swap, whose other half 2026-08-31 would not stand",
        "một nửa của hoán đổi",
    ),
    "supersedes nothing": (
        _head(more='supersedes = ["441/TB-BNV"]') + SWAP,
        CALENDAR,
        (
            "n.toml: supersedes[1] is '441/TB-BNV'; no day of those years is by that notice; known "
            "there: Bộ luật Lao động 45/2019/QH14, "
        ),
        "không có ngày nào của các năm đó theo văn bản này",
    ),
    "a year that nobody keeps": (
        _head("2031") + _off("2031-01-01"),
        CALENDAR,
        (
            "n.toml: years is 2031; no calendar of 2031 is kept; state every day off of that year, "
            "with completes = 2031 and tet"
        ),
        "chưa có lịch của năm 2031",
    ),
    "a new year without its Tết": (
        YEAR.replace("tet = 2027-02-06\n", ""),
        _with(None, 2027),
        "n.toml: years is 2027; no calendar of 2027 is kept",
        "chưa có lịch của năm 2027",
    ),
    "a year that is not whole": (
        YEAR.replace("date = 2027-11-24", "date = 2027-11-25"),
        _estimated_2027(),
        "n.toml: completes is 2027; 2027-11-24 is a day off by law and is not stated",
        "24/11/2027 là ngày nghỉ theo luật mà chưa nêu",
    ),
    "a year that lacks a day in lieu": (
        YEAR.replace(_TET_LAST, "[[off]]\ndate = 2027-02-13\n"),
        _estimated_2027(),
        "n.toml: completes is 2027; a year has at least 12 weekdays off that are not swapped",
        "mới nêu 11 ngày",
    ),
    "a whole year that says nothing of a known day": (
        YEAR.replace(_TET_LAST, "[[off]]\ndate = 2027-02-11\n"),
        CALENDAR,
        "n.toml: completes is 2027; 2027-02-10 stands as Day in lieu of Lunar New Year by 10065/",
        "lịch đang có ngày 10/02/2027 là Nghỉ bù Tết Nguyên đán",
    ),
    "an estimate left beside what is announced": (
        _head("2028") + _off("2028-01-31", 'name = { vi = "Tết Nguyên đán", en = "x" }'),
        CALENDAR,
        "n.toml: off[1].name is 'Tết Nguyên đán'; 2028-01-24 stands as Lunar New Year by chưa",
        "hoặc ghi vào withdrawn",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_the_calendar_is_refused_in_both_languages(name: str) -> None:
    text, calendar, english, vietnamese = REFUSED[name]
    with pytest.raises(NoticeError) as refused:
        _amend(text, calendar)
    assert english in refused.value.say("en")
    assert vietnamese in refused.value.say("vi")


def test_a_year_before_the_labour_code_of_2019_needs_fewer_days_off() -> None:
    """2011 had four days of Tết and one of National Day: nine weekdays off."""
    file = _year(2011)
    text = _head("2011", f"completes = 2011\ntet = {file.tet}")
    text += "".join(_off(note.date.isoformat()) for note in file.off)
    outcome = _amend(text).files[0][1]
    assert outcome.status == "announced"
    assert len(outcome.off) == len(file.off)


days = st.dates(date(2026, 1, 1), date(2027, 6, 30))
working = st.dates(date(2026, 1, 1), date(2027, 12, 31)).filter(CALENDAR.is_working)
units = st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS, Unit.WEEKS, Unit.MONTHS])


@given(
    st.lists(working.filter(lambda day: day.weekday() < 5), min_size=1, max_size=4, unique=True),
    st.lists(st.tuples(units, st.integers(1, 90), days), min_size=1, max_size=20),
)
def test_another_day_off_never_makes_a_forward_date_earlier_nor_a_backward_one_later(
    added: list[date], terms: list[tuple[Unit, int, date]]
) -> None:
    years = sorted({day.year for day in added})
    blocks = "".join(_off(day.isoformat()) for day in added)
    found = _amend(_head(", ".join(str(year) for year in years)) + blocks)
    assert [change.day for change in found.changes] == sorted(added)
    for unit, length, start in terms:
        term = Term(length=min(length, 9) if unit is Unit.MONTHS else length, unit=unit)
        before, after = count(term, start, CALENDAR).due, count(term, start, found.after).due
        assert type(before) is type(after) is date
        assert before <= after
        late = start + timedelta(days=180)
        back, back_after = (count_back(term, late, c).due for c in (CALENDAR, found.after))
        assert type(back) is type(back_after) is date
        assert back_after <= back
