"""Decisions that are revoked, and duties for which the law gives no number."""

from __future__ import annotations

import pytest

from tests.conftest import MakeCase

START = (
    "request_received 2026-07-06", "enforcement_decision_issued 2026-07-10",
    "decision_validly_notified 2026-07-15 channel=direct",
)  # fmt: skip
NO_MEANS = (
    *START,
    "means_verified 2026-07-31 outcome=without_means",
    "no_means_decided 2026-08-03",
)


def test_a_revoked_decision_on_lack_of_means_runs_no_more(case: MakeCase) -> None:
    """Law 106/2025, Art. 52.1: neither the six months nor the two years go on."""
    found = case(*NO_MEANS, "no_means_revoked 2026-08-10", as_of="2026-08-11")
    assert found.answer.stage == "verification"
    assert found.shown("verification.periodic")[1] == "void"
    assert found.shown("no_means.wait")[1] == "void"
    again = case(
        *NO_MEANS, "no_means_revoked 2026-08-10", "means_verified 2026-08-14 outcome=without_means",
        as_of="2026-08-17",
    )  # fmt: skip
    assert [row.state for row in again.limits("no_means.decision")] == ["met", "open"]


def test_a_revoked_termination_leads_back_to_the_stage_before(case: MakeCase) -> None:
    """Law 106/2025, Art. 64.2: once the bankruptcy is halted, enforcement goes on."""
    suspended = (
        *START, "temporarily_suspended 2026-08-03 ground=47.1.a",
        "terminated 2026-08-10 ground=48.8", "bankruptcy_halted 2026-09-14",
    )  # fmt: skip
    ended = case(*suspended, as_of="2026-09-15").answer
    assert (ended.stage, ended.status) == ("terminated", "closed")
    back = case(*suspended, "termination_revoked 2026-09-18", as_of="2026-09-18")
    assert (back.answer.stage, back.answer.status) == ("verification", "open")
    assert back.shown("bankruptcy.halt_revocation") == ("2026-09-21", "met")


def test_what_the_termination_ended_runs_on_without_that_time(case: MakeCase) -> None:
    """Nine days that end on 5 August, stopped from 3 to 18 August, end on 20 August."""
    facts = (*START, "terminated 2026-08-03 ground=48.8")
    assert case(*facts, as_of="2026-08-12").shown("verification.first")[1] == "void"
    row = case(*facts, "termination_revoked 2026-08-18", as_of="2026-08-19").limit(
        "verification.first"
    )
    assert (str(row.due), row.state) == ("2026-08-20", "open")
    assert [(str(s.first), str(s.last), s.ground) for s in row.receipt.excluded] == [
        ("2026-08-03", "2026-08-18", "terminated")
    ]
    assert [(r.reason, str(r.due)) for r in row.readings] == [
        ("stands_still", "2026-08-20"), ("runs_on", "2026-08-05"),
    ]  # fmt: skip


def test_a_lack_of_means_holds_again_once_the_termination_is_revoked(case: MakeCase) -> None:
    found = case(
        *NO_MEANS, "terminated 2026-08-10 ground=48.8", "termination_revoked 2026-08-20",
        as_of="2026-08-21",
    )  # fmt: skip
    assert found.answer.stage == "no_means"
    assert found.shown("verification.periodic") == ("2027-02-15", "open")


def test_a_revocation_of_what_was_not_terminated_moves_nothing(case: MakeCase) -> None:
    found = case(*START, "termination_revoked 2026-07-20", as_of="2026-07-21")
    assert found.answer.stage == "voluntary_period"


@pytest.mark.parametrize(
    ("facts", "gap", "answer"),
    [
        ("protest_replied 2026-11-09 accepted=false number=1", "protest.reconsideration_request",
         "reconsideration_requested 2026-11-16 number=1"),
        ("reconsideration_replied 2026-11-09 kept=true number=1", "protest.disagreement_report",
         "disagreement_reported 2026-11-16 number=1"),
        ("security_end_ground_arose 2026-11-09 measure=exit_ban", "security.exit_ban_lifting",
         "security_measure_ended 2026-11-16 measure=exit_ban"),
    ],
)  # fmt: skip
def test_a_duty_without_a_number_is_a_declared_gap(
    case: MakeCase, facts: str, gap: str, answer: str
) -> None:
    """Law 106/2025, Art. 113.2 and Art. 70.3 (Art. 95.2 does not name the ban)."""
    assert case(facts, as_of="2026-11-16").shown(gap) == ("-", "open")
    assert case(facts, answer, as_of="2026-11-16").shown(gap) == ("-", "met")
    assert case(facts, as_of="2026-11-16").limits("security.end_decision") == []


def test_an_accepted_or_a_dropped_protest_leaves_nothing_to_ask(case: MakeCase) -> None:
    for fact, gap in (
        ("protest_replied 2026-11-09 accepted=true", "protest.reconsideration_request"),
        ("reconsideration_replied 2026-11-09 kept=false", "protest.disagreement_report"),
    ):
        assert case(fact, as_of="2026-11-16").limits(gap) == []
