"""Compare the counting with its plain definition, for random terms."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from law.calendar import Calendar, DayNote, Words, YearFile, load_calendar
from law.terms import Span, Term, Unit, count, count_back

CALENDAR = load_calendar()
DAY = timedelta(1)

days = st.dates(date(2021, 1, 1), date(2026, 6, 30))
# Four years and four years of spans within them still end within the calendar's years.
early_days = st.dates(date(2021, 1, 1), date(2022, 12, 31))
working_days = days.filter(CALENDAR.is_working)
day_units = st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS])
rolling_units = st.sampled_from([Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS])
units = st.sampled_from([unit for unit in Unit if unit not in (Unit.HOURS, Unit.CALENDAR_MONTHS)])
lengths = {Unit.YEARS: 4, Unit.MONTHS: 24, Unit.WEEKS: 100}


@st.composite
def terms(draw: st.DrawFn, kinds: st.SearchStrategy[Unit] = units) -> Term:
    """Draw a term that ends within the calendar's years."""
    unit = draw(kinds)
    return Term(length=draw(st.integers(1, lengths.get(unit, 300))), unit=unit)


@st.composite
def spans_within(draw: st.DrawFn, start: date, end: date) -> tuple[Span, ...]:
    """Draw up to three spans that begin before the end and do not overlap."""
    inside = st.integers(0, (end - start).days - 1)
    cuts = sorted(draw(st.lists(inside, max_size=6, unique=True)))
    return tuple(
        Span(first=start + first * DAY, last=start + last * DAY, ground="x")
        for first, last in zip(cuts[::2], cuts[1::2], strict=False)
    )


def _is_off(day: date) -> bool:
    """Tell it from the files alone, without the calendar's own index."""
    file = CALENDAR.year(day)
    if day.weekday() >= 5:
        return all(note.date != day for note in file.worked)
    return any(note.date == day for note in file.off)


def _due(term: Term, start: date, *spans: Span) -> date:
    due = count(term, start, CALENDAR, spans).due
    assert type(due) is date
    return due


def _nominal(term: Term, start: date, *spans: Span) -> date:
    nominal = count(term, start, CALENDAR, spans).nominal
    assert type(nominal) is date
    return nominal


def _walk(term: Term, start: date, *spans: Span) -> date:
    """Count one day after another: the definition, for days and working days."""
    day, left = start, term.length
    while left:
        day += DAY
        if any(span.first < day <= span.last for span in spans):
            continue
        if term.unit is Unit.DAYS or not _is_off(day):
            left -= 1
    while _is_off(day):
        day += DAY
    return day


@given(terms(), days)
def test_a_term_never_ends_on_a_day_off(term: Term, start: date) -> None:
    assert not _is_off(_due(term, start))


@given(terms(), days)
def test_a_term_ends_after_its_event_and_not_before_its_plain_sum(term: Term, start: date) -> None:
    assert start < _nominal(term, start) <= _due(term, start)


@given(terms(), days, st.integers(0, 60))
def test_a_later_event_never_ends_a_term_earlier(term: Term, start: date, later: int) -> None:
    assert _due(term, start) <= _due(term, start + later * DAY)


@given(st.data(), terms(), days)
def test_a_longer_term_never_ends_earlier(data: st.DataObject, term: Term, start: date) -> None:
    shorter = Term(length=data.draw(st.integers(1, term.length)), unit=term.unit)
    assert _due(shorter, start) <= _due(term, start)


@given(working_days, st.integers(0, 300))
def test_working_days_after_and_before_undo_each_other(day: date, number: int) -> None:
    after = CALENDAR.working_days_after(day, number)
    assert CALENDAR.working_days_before(after, number) == day
    assert CALENDAR.working_days_between(day, after) == number


@given(working_days.filter(lambda day: day > date(2022, 6, 30)), st.integers(0, 300))
def test_working_days_before_and_after_undo_each_other(day: date, number: int) -> None:
    before = CALENDAR.working_days_before(day, number)
    assert CALENDAR.working_days_after(before, number) == day


@given(terms(day_units), days)
def test_the_plain_loop_and_the_engine_agree(term: Term, start: date) -> None:
    assert _due(term, start) == _walk(term, start)


@given(st.dates(date(2026, 8, 1), date(2026, 9, 10)), terms(day_units))
def test_the_plain_loop_and_the_engine_agree_over_the_swap_of_august_2026(
    start: date, term: Term
) -> None:
    assert _due(term, start) == _walk(term, start)


@given(days, st.integers(0, 500))
def test_working_days_between_two_days_are_those_counted_one_by_one(
    first: date, length: int
) -> None:
    plain = sum(not _is_off(first + n * DAY) for n in range(1, length + 1))
    assert CALENDAR.working_days_between(first, first + length * DAY) == plain


@given(st.data(), terms(day_units), days)
def test_the_plain_loop_and_the_engine_agree_with_excluded_spans(
    data: st.DataObject, term: Term, start: date
) -> None:
    spans = data.draw(spans_within(start, _nominal(term, start)))
    assert _due(term, start, *spans) == _walk(term, start, *spans)


@given(terms(day_units), days, st.lists(st.tuples(st.integers(-40, 400), st.integers(0, 40))))
def test_the_plain_loop_and_the_engine_agree_with_spans_anywhere(
    term: Term, start: date, places: list[tuple[int, int]]
) -> None:
    assume(len(places) < 5)
    spans = [
        Span(first=start + at * DAY, last=start + (at + length) * DAY, ground="x")
        for at, length in places
    ]
    assert _due(term, start, *spans) == _walk(term, start, *spans)


@given(st.data(), terms(rolling_units), early_days)
def test_excluded_spans_lengthen_a_term_by_exactly_their_length(
    data: st.DataObject, term: Term, start: date
) -> None:
    plain = _nominal(term, start)
    spans = data.draw(spans_within(start, plain))
    length = sum(((span.last - span.first) for span in spans), timedelta())
    assert _nominal(term, start, *spans) == plain + length


@given(days, st.integers(1, 24))
def test_months_end_on_the_corresponding_date_or_the_months_last_day(
    start: date, length: int
) -> None:
    end = _nominal(Term(length=length, unit=Unit.MONTHS), start)
    assert (end.year - start.year) * 12 + end.month - start.month == length
    assert end.day == min(start.day, monthrange(end.year, end.month)[1])


@given(days, st.integers(1, 4))
def test_years_are_twelve_months_each(start: date, length: int) -> None:
    years = Term(length=length, unit=Unit.YEARS)
    months = Term(length=length * 12, unit=Unit.MONTHS)
    assert _nominal(years, start) == _nominal(months, start)


@given(days, st.integers(1, 100))
def test_weeks_end_on_the_same_weekday(start: date, length: int) -> None:
    end = _nominal(Term(length=length, unit=Unit.WEEKS), start)
    assert end == start + 7 * length * DAY
    assert end.weekday() == start.weekday()


@given(days, terms(st.just(Unit.WORKING_DAYS)))
def test_working_days_counted_on_from_the_latest_day_for_an_act_reach_its_event(
    event: date, term: Term
) -> None:
    assume(event > date(2022, 6, 30))
    latest = count_back(term, event, CALENDAR).due
    assert type(latest) is date
    between = CALENDAR.working_days_between(latest - DAY, event - DAY)
    assert between == term.length


def _weeks_of_five(first: date, last: date, off: set[date]) -> int:
    """Count by whole weeks and days off alone, the shortcut that misses worked Saturdays."""
    weeks, rest = divmod((last - first).days, 7)
    assert rest == 0
    return weeks * 5 - sum(first < day <= last and day.weekday() < 5 for day in off)


def test_the_swap_alone_gives_15_working_days_where_whole_weeks_give_14() -> None:
    # The shortcut's error is one day for each worked Saturday within its weeks.
    off, worked = date(2026, 8, 31), date(2026, 8, 22)
    name = Words(vi="x", en="x")
    swap_alone = Calendar(
        (
            YearFile(
                year=2026,
                status="announced",
                source="the swap of August 2026 without National Day",
                tet=date(2026, 2, 17),
                off=(DayNote(date=off, name=name, notice="9441/TB-BNV"),),
                worked=(DayNote(date=worked, name=name, notice="9441/TB-BNV"),),
            ),
        )
    )
    first, last = date(2026, 8, 17), date(2026, 9, 7)
    assert swap_alone.working_days_between(first, last) == 15
    assert _weeks_of_five(first, last, {off}) == 14


def test_the_same_weeks_of_the_real_calendar_hold_13_and_not_12() -> None:
    # 01/09 and 02/09 are off as well; counted with 17/08 itself they are 14.
    first, last = date(2026, 8, 17), date(2026, 9, 7)
    off = {note.date for note in CALENDAR.year(first).off}
    assert CALENDAR.working_days_between(first, last) == 13
    assert CALENDAR.working_days_between(first - DAY, last) == 14
    assert _weeks_of_five(first, last, off) == 12
