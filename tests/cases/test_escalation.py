"""The ladder: which rung is present, for whom, and when the next one comes."""

from __future__ import annotations

from datetime import datetime

import pytest

from cases.escalation import morning_of, the_ladder
from law.calendar import ZONE, Calendar
from tests.conftest import Assessed, MakeCase

REQUEST = "request_received 2026-07-06"


def told(found: Assessed, rule: str) -> list[tuple[int, str]]:
    return sorted((a.rung, a.role) for a in found.answer.alerts if a.rule == rule)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-07-07", []),
        ("2026-07-08", [(-3, "officer")]),
        ("2026-07-09", [(-3, "officer")]),
        ("2026-07-10", [(-1, "officer")]),
        ("2026-07-13", [(0, "chief_officer"), (0, "officer")]),
        ("2026-07-14", [(1, "chief_officer")]),
        ("2026-07-16", [(3, "head_of_agency")]),
        ("2026-09-16", [(3, "head_of_agency")]),
    ],
)
def test_the_present_rung_is_raised_and_no_other(
    case: MakeCase, as_of: str, expected: list[tuple[int, str]]
) -> None:
    """Due Monday 13 July: three working days before is Wednesday 8 July."""
    assert told(case(REQUEST, as_of=as_of), "decision.on_request") == expected


def test_rungs_that_passed_unseen_are_named(case: MakeCase) -> None:
    (alert,) = [a for a in case(REQUEST, as_of="2026-07-16").answer.alerts
                if a.rule == "decision.on_request"]  # fmt: skip
    assert alert.missed == (-3, -1, 0, 1)


def test_a_routine_limit_has_no_early_reminder(case: MakeCase) -> None:
    found = case(REQUEST, "enforcement_decision_issued 2026-07-10", as_of="2026-07-10")
    assert told(found, "procuracy.sending") == []


def test_the_next_wake_is_the_next_rung_in_the_half_hour_before_office_hours(
    case: MakeCase,
) -> None:
    wake = case(REQUEST, as_of="2026-07-08").answer.next_wake
    assert wake is not None
    assert wake.date().isoformat() == "2026-07-10"
    assert "07:00" <= f"{wake:%H:%M}" < "07:30"


def test_wakes_of_many_dossiers_are_spread_over_the_half_hour() -> None:
    day = datetime(2026, 7, 10, tzinfo=ZONE).date()
    minutes = {morning_of(day, f"NA-{n}", the_ladder()).minute for n in range(500)}
    assert len(minutes) == the_ladder().minutes_before


def test_what_is_done_is_not_alerted(case: MakeCase) -> None:
    found = case(REQUEST, "enforcement_decision_issued 2026-07-10", as_of="2026-07-16")
    assert told(found, "decision.on_request") == []


def test_a_partys_period_gives_one_notice_at_its_end(case: MakeCase) -> None:
    facts = (REQUEST, "enforcement_decision_issued 2026-07-10",
             "decision_validly_notified 2026-07-15 channel=direct")  # fmt: skip
    assert told(case(*facts, as_of="2026-07-27"), "voluntary_period") == []
    assert told(case(*facts, as_of="2026-07-28"), "voluntary_period") == [(0, "officer")]


def test_a_duty_at_once_has_one_rung_and_it_is_at_once(case: MakeCase) -> None:
    received = "judgment_received 2026-07-06"
    for day in ("2026-07-06", "2026-07-10"):
        found = case(received, origin="provisional_measure", as_of=day)
        assert told(found, "decision.provisional_measure") == [
            (0, "chief_officer"), (0, "officer"),
        ]  # fmt: skip


def test_a_paused_limit_is_silent(case: MakeCase) -> None:
    found = case(
        REQUEST, "enforcement_decision_issued 2026-07-10",
        "decision_validly_notified 2026-07-15 channel=direct",
        "postponed 2026-07-29 ground=46.1.c", as_of="2026-08-20",
    )  # fmt: skip
    assert told(found, "verification.first") == []


def test_a_moved_date_has_another_key(case: MakeCase, calendar: Calendar) -> None:
    one = {a.key for a in case(REQUEST, as_of="2026-07-10").answer.alerts}
    two = {a.key for a in case("request_received 2026-07-03", as_of="2026-07-09").answer.alerts}
    assert not one & two
