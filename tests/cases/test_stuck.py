"""Stuck: each reason by itself, from which instant, and who holds the ball."""

from __future__ import annotations

from tests.conftest import Assessed, MakeCase

START = (
    "request_received 2026-07-06",
    "enforcement_decision_issued 2026-07-10",
    "officer_assigned 2026-07-10",
    "case_file_opened 2026-07-13",
    "decision_sent_to_procuracy 2026-07-13",
    "decision_validly_notified 2026-07-15 channel=direct",
)


def since(found: Assessed, reason: str) -> list[tuple[str, str]]:
    reasons = (*found.answer.stuck, *found.answer.stuck_later)
    return [(r.since.isoformat(), r.holder) for r in reasons if r.reason == reason]


def test_a_healthy_case_is_not_stuck(case: MakeCase) -> None:
    assert case(*START, as_of="2026-07-20").stuck() == set()


def test_a_passed_limit_is_stuck_from_the_midnight_after_it(case: MakeCase) -> None:
    found = case(*START, as_of="2026-08-06")
    assert found.stuck() == {"limit_passed"}
    assert since(found, "limit_passed") == [("2026-08-06T00:00:00+07:00", "officer")]


def test_silence_counts_from_the_last_fact_by_the_stages_norm(case: MakeCase) -> None:
    found = case(*START, "means_verified 2026-07-29 outcome=with_means", as_of="2026-08-28")
    assert found.stuck() == set()
    assert since(found, "silence") == [("2026-08-29T00:00:00+07:00", "officer")]
    assert case(
        *START, "means_verified 2026-07-29 outcome=with_means", as_of="2026-08-29"
    ).stuck() == {"silence"}


def test_the_voluntary_period_is_no_silence(case: MakeCase) -> None:
    found = case(*START, as_of="2026-07-27")
    assert found.stuck() == set()
    assert since(found, "silence") == [("2026-08-18T00:00:00+07:00", "officer")]


def test_a_case_without_officer_is_held_by_the_head(case: MakeCase) -> None:
    found = case(*START[:2], officer=None, as_of="2026-07-12")
    assert since(found, "no_officer") == [("2026-07-12T00:00:00+07:00", "head")]
    assigned = case(*START[:3], officer=None, as_of="2026-07-12")
    assert since(assigned, "no_officer") == []


def test_a_postponement_past_its_end_is_held_by_the_head(case: MakeCase) -> None:
    facts = (*START, "postponed 2026-07-20 ground=46.1.c until=2026-08-31")
    assert case(*facts, as_of="2026-08-31").stuck() == set()
    over = case(*facts, as_of="2026-09-01")
    assert since(over, "postponement_past_end") == [("2026-09-01T00:00:00+07:00", "head")]


def test_a_closed_case_is_never_stuck(case: MakeCase) -> None:
    found = case(*START[:2], "terminated 2026-12-01 ground=48.4", as_of="2026-12-20")
    assert found.answer.stuck == ()
    assert found.answer.stuck_later == ()
