"""Compare assessments with two calendars: what is shown is what differs, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.assess import assess
from cases.assessment import Assessment
from cases.comparison import Difference, compare
from cases.dossier import Dossier, read_dossier
from cases.predicates import names_known
from law.calendar import Calendar, DayNote, Words, load_calendar
from law.corpus import the_book
from tests.cases.test_coercion import READY
from tests.cases.test_properties import AS_OF, dossiers
from tests.conftest import fact_from

CALENDAR = load_calendar()
WORDS = Words(vi="Nghỉ mẫu", en="Sample day off")


def _also_off(*days: date) -> Calendar:
    files = []
    for year in CALENDAR.years:
        file = CALENDAR.year(date(year, 1, 1))
        added = tuple(
            DayNote(date=day, name=WORDS, notice="1/TB-MAU") for day in days if day.year == year
        )
        files.append(file.model_copy(update={"off": (*file.off, *added)}))
    return Calendar(tuple(files))


def _both(dossier: Dossier, after: Calendar, as_of: date) -> tuple[Assessment, Assessment]:
    book = the_book(names_known())
    return assess(dossier, book, CALENDAR, as_of), assess(dossier, book, after, as_of)


def _compared(*facts: str, off: date, as_of: str) -> Difference:
    plain = {
        "id": "X-1", "office": "nghe-an/kv1", "officer": "cv.an", "origin": "on_request",
        "facts": [fact_from(text) for text in facts],
    }  # fmt: skip
    return compare(*_both(read_dossier(plain), _also_off(off), date.fromisoformat(as_of)))


NOTIFIED = (
    "request_received 2026-11-02",
    "enforcement_decision_issued 2026-11-05",
    "officer_assigned 2026-11-05 officer=cv.an",
    "decision_validly_notified 2026-11-16 channel=direct",
)


def test_a_voluntary_period_that_would_end_on_the_new_day_off_ends_a_day_later() -> None:
    """Ten days (Law 106/2025, Art. 36.1) from 16 November end on Thursday 26 November."""
    found = _compared(*NOTIFIED, off=date(2026, 11, 26), as_of="2026-11-23")
    (move,) = [move for move in found.moves if move.rule == "voluntary_period"]
    assert (move.due_before, move.due_after) == (date(2026, 11, 26), date(2026, 11, 27))
    assert (move.direction, move.article, move.becomes_overdue) == ("later", "36", False)
    assert {move.direction for move in found.moves} == {"later"}
    assert found.reminders > 0


def test_what_was_overdue_by_a_day_is_so_no_more_and_its_alerts_with_it() -> None:
    """Two working days from the assignment (Decree 152/2026, Art. 12.2)."""
    found = _compared(*NOTIFIED[:3], off=date(2026, 11, 6), as_of="2026-11-10")
    (opening,) = [move for move in found.moves if move.rule == "case_file.opening"]
    assert (opening.due_before, opening.due_after) == (date(2026, 11, 9), date(2026, 11, 10))
    assert (opening.state_before, opening.state_after) == ("breached", "open")
    raised = {alert.rule for alert in found.alerts_raised}
    withdrawn = {alert.rule for alert in found.alerts_withdrawn}
    assert "case_file.opening" in raised & withdrawn


def test_a_day_that_is_worked_after_all_makes_a_duty_overdue() -> None:
    plain = {
        "id": "X-1", "office": "nghe-an/kv1", "origin": "on_request",
        "facts": [fact_from(text) for text in NOTIFIED[:3]],
    }  # fmt: skip
    before, after = _both(read_dossier(plain), _also_off(date(2026, 11, 6)), date(2026, 11, 10))
    (move,) = [move for move in compare(after, before).moves if move.rule == "case_file.opening"]
    assert (move.direction, move.becomes_overdue) == ("earlier", True)


@pytest.mark.parametrize("fallen", [True, False])
def test_a_plan_on_the_new_day_off_falls_and_is_allowed_again_without_it(fallen: bool) -> None:  # noqa: FBT001
    """No coercion on a day off (Law 106/2025, Art. 72.5)."""
    plain = {
        "id": "X-1", "office": "nghe-an/kv1", "officer": "cv.an", "origin": "on_request",
        "facts": [
            fact_from(text)
            for text in (*READY, "coercion_planned 2026-08-05 at=2026-11-25T09:00")
        ],
    }  # fmt: skip
    before, after = _both(
        read_dossier(plain), _also_off(date(2026, 11, 25)), date.fromisoformat("2026-08-05")
    )
    found = compare(before, after) if fallen else compare(after, before)
    plans, others = (
        (found.plans_fallen, found.plans_allowed)
        if fallen
        else (found.plans_allowed, found.plans_fallen)
    )
    assert [(plan.article, plan.clause) for plan in plans] == [("72", "5")]
    assert others == ()


def test_coercion_on_what_becomes_a_day_off_becomes_irregular() -> None:
    carried_out = "coercion_carried_out 2026-11-25 at=09:00"
    found = _compared(*READY, carried_out, off=date(2026, 11, 25), as_of="2026-11-26")
    assert [(i.article, i.clause) for i in found.irregularities_raised] == [("72", "5")]
    assert found.irregularities_gone == ()


@settings(max_examples=60, deadline=None)
@given(dossiers(), st.lists(st.dates(date(2025, 1, 6), date(2027, 12, 24)), max_size=5))
def test_the_moves_are_exactly_what_two_assessments_say_differently(
    dossier: Dossier, added: list[date]
) -> None:
    days = {day for day in added if CALENDAR.is_working(day) and day.weekday() < 5}
    before, after = _both(dossier, _also_off(*sorted(days)), AS_OF)
    found = compare(before, after)
    old, new = (
        {row.occurrence: (row.due, row.state) for row in (*answer.limits, *answer.upcoming)}
        for answer in (before, after)
    )
    expected = {key for key in old | new if old.get(key) != new.get(key)}
    assert {move.occurrence for move in found.moves} == expected
    assert len(found.moves) == len(expected)
    for move in found.moves:
        assert old.get(move.occurrence, (None, None)) == (move.due_before, move.state_before)
        assert new.get(move.occurrence, (None, None)) == (move.due_after, move.state_after)
    refused = [{plan.fact for plan in answer.refused_plans} for answer in (before, after)]
    assert {plan.fact for plan in found.plans_fallen} == refused[1] - refused[0]
    assert {plan.fact for plan in found.plans_allowed} == refused[0] - refused[1]
    keys = [{alert.key for alert in answer.alerts} for answer in (before, after)]
    assert {alert.key for alert in found.alerts_raised} == keys[1] - keys[0]
    assert {alert.key for alert in found.alerts_withdrawn} == keys[0] - keys[1]
    if not days:
        assert found.is_empty


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2026, 7, 2), date(2027, 3, 1)), st.integers(0, 40))
def test_another_day_off_moves_no_forward_date_of_a_case_to_an_earlier_day(
    start: date, later: int
) -> None:
    off = CALENDAR.next_working(start + timedelta(days=later))
    names = ("request_received", "enforcement_decision_issued", "decision_validly_notified")
    facts = [
        fact_from(f"{name} {start + timedelta(days=3 * number)}")
        | ({"channel": "direct"} if "notified" in name else {})
        for number, name in enumerate(names)
    ]
    dossier = read_dossier(
        {"id": "X-1", "office": "nghe-an/kv1", "origin": "on_request", "facts": facts}
    )
    if off.weekday() >= 5:
        return
    before, after = _both(dossier, _also_off(off), start + timedelta(days=60))
    backward = {
        row.occurrence for row in (*before.limits, *before.upcoming) if row.kind == "before"
    }
    for move in compare(before, after).moves:
        assert move.direction != "earlier" or move.occurrence in backward, move
