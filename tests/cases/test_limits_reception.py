"""An office's book of citizen reception: each month's day, the schedule, the entries, refusals."""

from __future__ import annotations

from typing import Protocol

import pytest

from tests.conftest import Assessed, MakeCase

LAW, DECREE = "42/2013/QH13", "154/2026/NĐ-CP"


class MakeBook(Protocol):
    def __call__(self, *facts: str, as_of: str) -> Assessed: ...


@pytest.fixture(name="reception")
def _reception(case: MakeCase) -> MakeBook:
    def make(*facts: str, as_of: str) -> Assessed:
        return case(*facts, as_of=as_of, kind="reception", id="reception/nghe-an-2026")

    return make


def _held(day: str, by: str = "head") -> str:
    return f"reception_day_held {day} day={day} by={by}"


OPENED = "reception_book_opened 2026-08-03"
ENTRY = "reception_entry 2026-11-20 entry=7 what=complaint"


# Days off that the rows run into: 24 November 2026; Saturday 22 August is worked.
ROWS = (
    # 10 working days from Friday 20 November: 23, 25-27, 30, 1-4 and 7 December.
    ("citizen_notified", ENTRY, "2026-12-07", LAW),
    # 7: 23, 25, 26, 27, 30, 1, 2 December.
    ("forwarder_informed", "reception_matter_resolved 2026-11-20 entry=7 forwarded=true",
     "2026-12-02", LAW),
    ("board_informs", "reception_forwarder_informed 2026-11-20 entry=7", "2026-11-30", LAW),
    # 3: 23, 25, 26.
    ("refusal_notice", "reception_refused 2026-11-20 entry=8 ground=matter_settled", "2026-11-26",
     DECREE),
    ("refusal_notice", "reception_refused 2026-11-20 entry=8 ground=decree_4_1_h", "2026-11-26",
     DECREE),
    ("new_day", "reception_postponed 2026-11-20 day=2026-11-27", "-", LAW),
    ("conclusion_notice", _held("2026-11-20"), "-", DECREE),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "fact", "due", "act"), ROWS)
def test_a_step_of_the_reception_has_its_time(
    reception: MakeBook, rule: str, fact: str, due: str, act: str
) -> None:
    row = reception(OPENED, fact, as_of="2026-11-20").limit(f"reception.{rule}")
    assert (row.due.isoformat() if row.due else "-", row.state, row.act) == (due, "open", act)


# Counted back from Tuesday 1 December: 30, 27, 26, 25, 23 November, as the 24th is off.
PLANS = (
    ("schedule", "reception_day_planned", "2026-11-23"),
    ("online_notice", "online_reception_planned", "2026-11-23"),
    ("online_test", "online_reception_planned", "2026-11-30"),
)


@pytest.mark.parametrize(("rule", "event", "due"), PLANS)
def test_a_day_of_reception_is_prepared_before_it(
    reception: MakeBook, rule: str, event: str, due: str
) -> None:
    planned = f"{event} 2026-12-01 day=2026-12-01"
    answer = reception(OPENED, planned, as_of="2026-11-20")
    assert answer.shown(f"reception.{rule}") == (due, "open")


def test_each_planned_day_has_a_schedule_of_its_own(reception: MakeBook) -> None:
    answer = reception(
        OPENED, "reception_day_planned 2026-12-01 day=2026-12-01",
        "reception_day_planned 2026-12-15 day=2026-12-15",
        "reception_schedule_posted 2026-11-19 day=2026-12-15", as_of="2026-11-20",
    )  # fmt: skip
    shown = {(str(r.due), r.state) for r in answer.limits("reception.schedule")}
    assert shown == {("2026-11-23", "open"), ("2026-12-08", "met")}


def test_a_postponed_day_needs_no_schedule_but_a_new_day(reception: MakeBook) -> None:
    planned = "reception_day_planned 2026-12-01 day=2026-12-01"
    postponed = "reception_postponed 2026-11-20 day=2026-12-01"
    answer = reception(OPENED, planned, postponed, as_of="2026-11-20")
    assert answer.limits("reception.schedule") == []
    assert answer.limit("reception.new_day").state == "open"
    told = "reception_new_day_announced 2026-11-20 day=2026-12-01 new_day=2026-12-03"
    again = reception(OPENED, planned, postponed, told, as_of="2026-11-20")
    assert again.limit("reception.new_day").state == "met"


def test_the_head_receives_citizens_in_each_month(reception: MakeBook) -> None:
    """Law 42/2013, Art. 18.2: the last day of the month, were it a Saturday as 31 October is."""
    answer = reception(
        OPENED, _held("2026-08-10"), _held("2026-08-31"), _held("2026-10-30"), as_of="2026-11-20"
    )
    rows = [(str(r.due), r.state) for r in answer.limits("reception.head_day")]
    assert rows == [
        ("2026-08-31", "met"), ("2026-09-30", "breached"), ("2026-10-31", "met"),
        ("2026-11-30", "open"),
    ]  # fmt: skip
    assert "limit_passed" in answer.stuck()
    assert "reverification_missed" not in answer.stuck()


def test_what_the_deputy_holds_is_not_the_heads_day(reception: MakeBook) -> None:
    answer = reception(OPENED, _held("2026-08-10", by="deputy"), as_of="2026-09-01")
    rows = [(str(r.due), r.state) for r in answer.limits("reception.head_day")]
    assert rows == [("2026-08-31", "breached"), ("2026-09-30", "open")]


def test_a_month_that_is_over_cannot_be_made_good_in_the_next(reception: MakeBook) -> None:
    answer = reception(OPENED, _held("2026-09-07"), as_of="2026-09-08")
    rows = [(str(r.due), r.state) for r in answer.limits("reception.head_day")]
    assert rows == [("2026-08-31", "breached"), ("2026-09-30", "met")]


def test_a_book_of_a_year_has_no_month_after_december(reception: MakeBook) -> None:
    answer = reception("reception_book_opened 2026-01-01", as_of="2027-06-01")
    dues = [str(row.due) for row in answer.limits("reception.head_day")]
    assert (len(dues), dues[0], dues[-1]) == (12, "2026-01-31", "2026-12-31")


def test_each_entry_is_answered_by_itself(reception: MakeBook) -> None:
    answer = reception(
        OPENED, ENTRY, "reception_entry 2026-11-20 entry=8 what=denunciation",
        "reception_citizen_notified 2026-11-23 entry=8 result=accepted", as_of="2026-12-08",
    )  # fmt: skip
    shown = [r.state for r in answer.limits("reception.citizen_notified")]
    assert shown == ["breached", "met"]


def test_an_entry_is_still_to_be_answered_when_the_book_is_closed(reception: MakeBook) -> None:
    answer = reception(OPENED, ENTRY, "reception_book_closed 2026-11-23", as_of="2026-11-25")
    assert (answer.answer.stage, answer.answer.status) == ("reception_closed", "closed")
    assert answer.limit("reception.citizen_notified").state == "open"
    assert {row.state for row in answer.limits("reception.head_day")} <= {"void", "breached"}


def test_only_two_grounds_of_refusal_need_a_written_notice(reception: MakeBook) -> None:
    refused = "reception_refused 2026-11-20 entry=8 ground=disorder"
    assert reception(OPENED, refused, as_of="2026-11-20").limits("reception.refusal_notice") == []


def test_a_book_that_is_opened_twice_has_each_month_once(reception: MakeBook) -> None:
    answer = reception(OPENED, "reception_book_opened 2026-08-05", as_of="2026-11-20")
    dues = [str(row.due) for row in answer.limits("reception.head_day")]
    assert dues == ["2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30"]
