"""Postponement and suspension: their own clocks, and what they do to others."""

from __future__ import annotations

from tests.conftest import MakeCase

START = (
    "request_received 2026-07-06",
    "enforcement_decision_issued 2026-07-10",
    "decision_validly_notified 2026-07-15 channel=direct",
)


def test_a_ground_for_postponement_is_decided_in_five_working_days(case: MakeCase) -> None:
    found = case(*START, "postponement_ground_arose 2026-11-20", as_of="2026-11-23")
    assert found.shown("postponement.decision") == ("2026-11-30", "open")
    row = found.limit("postponement.decision")
    assert (row.article, row.clause) == ("46", "1")


def test_the_end_of_a_postponement_starts_the_time_to_resume(case: MakeCase) -> None:
    facts = (*START, "postponed 2026-08-03 ground=46.1.c until=2026-09-30")
    during = case(*facts, as_of="2026-09-30")
    assert (during.answer.stage, during.answer.status) == ("postponed", "paused")
    assert during.shown("postponement.period") == ("2026-09-30", "open")
    after = case(*facts, as_of="2026-10-01")
    assert after.shown("postponement.resumption") == ("2026-10-07", "open")
    assert "postponement_past_end" in after.stuck()
    resumed = case(*facts, "resumed 2026-10-05", as_of="2026-10-06")
    assert resumed.shown("postponement.resumption")[1] == "met"
    assert resumed.answer.stage == "verification"
    assert "postponement_past_end" not in resumed.stuck()


def test_a_ground_that_ends_starts_the_same_time(case: MakeCase) -> None:
    found = case(
        *START, "postponed 2026-08-03 ground=46.1.a", "postponement_ground_ended 2026-09-14",
        as_of="2026-09-15",
    )  # fmt: skip
    assert found.shown("postponement.resumption") == ("2026-09-21", "open")
    assert found.limits("postponement.period") == []


def test_what_is_to_be_done_against_the_debtor_stands_still_and_runs_on(case: MakeCase) -> None:
    """Nine days that end on 5 August, stopped from 3 to 13 August, end on 15 August, a Saturday."""
    paused = case(*START, "postponed 2026-08-03 ground=46.1.c", as_of="2026-08-10")
    row = paused.limit("verification.first")
    assert (row.state, row.paused_by, row.breaches_at) == ("paused", "postponed", None)
    resumed = case(
        *START, "postponed 2026-08-03 ground=46.1.c", "resumed 2026-08-13", as_of="2026-08-14"
    )
    row = resumed.limit("verification.first")
    assert (str(row.nominal), str(row.due), row.state) == ("2026-08-15", "2026-08-17", "open")
    assert [(e.first.isoformat(), e.last.isoformat()) for e in row.receipt.excluded] == [
        ("2026-08-03", "2026-08-13")
    ]
    assert [(r.reason, str(r.due), r.acted) for r in row.readings] == [
        ("stands_still", "2026-08-17", True), ("runs_on", "2026-08-05", False),
    ]  # fmt: skip


def test_a_limit_that_was_breached_before_the_pause_stays_breached(case: MakeCase) -> None:
    found = case(*START, "postponed 2026-08-10 ground=46.1.c", as_of="2026-08-12")
    assert found.shown("verification.first") == ("2026-08-05", "breached")


def test_the_voluntary_period_that_stood_still_ends_later(case: MakeCase) -> None:
    found = case(
        *START, "postponed 2026-07-20 ground=46.1.c", "resumed 2026-07-30", as_of="2026-08-01"
    )
    assert found.shown("voluntary_period") == ("2026-08-04", "open")
    over = case(
        *START, "postponed 2026-07-20 ground=46.1.c", "resumed 2026-07-30", as_of="2026-08-05"
    )
    assert over.shown("verification.first") == ("2026-08-13", "open")


def test_a_temporary_suspension_has_its_decision_and_its_end(case: MakeCase) -> None:
    found = case(
        *START, "suspension_ground_arose 2026-08-03", "temporarily_suspended 2026-08-10",
        "suspension_end_received 2026-08-27", as_of="2026-08-28",
    )  # fmt: skip
    assert found.shown("suspension.decision") == ("2026-08-10", "met")
    assert found.shown("suspension.resumption") == ("2026-09-08", "open")
    assert found.answer.stage == "suspended"


def test_a_ground_for_termination_is_decided_in_five_working_days(case: MakeCase) -> None:
    found = case(*START, "termination_ground_arose 2026-08-26", as_of="2026-08-27")
    assert found.shown("termination.decision") == ("2026-09-07", "open")


def test_the_agencys_own_duties_run_on_while_postponed(case: MakeCase) -> None:
    found = case(*START[:2], "postponed 2026-07-13 ground=46.1.c", as_of="2026-07-20")
    assert found.shown("procuracy.sending") == ("2026-07-15", "breached")
