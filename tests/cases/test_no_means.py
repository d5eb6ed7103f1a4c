"""Lack of means: decision, re-verification, new information, two years and what follows."""

from __future__ import annotations

import pytest

from tests.conftest import MakeCase

START = (
    "request_received 2026-07-06",
    "enforcement_decision_issued 2026-07-10",
    "decision_validly_notified 2026-07-15 channel=direct",
    "means_verified 2026-08-03 outcome=without_means",
)
DECIDED = (*START, "no_means_decided 2026-08-05")


def test_the_decision_is_due_five_working_days_after_the_verification(case: MakeCase) -> None:
    found = case(*START, as_of="2026-08-10")
    assert found.shown("no_means.decision") == ("2026-08-10", "open")
    row = found.limit("no_means.decision")
    assert (row.article, row.clause) == ("38", "1")


def test_means_are_verified_again_every_six_months(case: MakeCase) -> None:
    first = case(*DECIDED, as_of="2026-08-06")
    assert first.shown("verification.periodic") == ("2027-02-11", "open")
    again = case(*DECIDED, "means_verified 2026-12-01 outcome=without_means", as_of="2026-12-02")
    periods = [(str(r.due), r.state) for r in again.limits("verification.periodic")]
    assert periods == [("2027-02-11", "met"), ("2027-06-01", "open")]


@pytest.mark.parametrize("situation", ["imprisoned_2y", "address_unknown"])
def test_a_prisoner_or_an_unknown_address_is_verified_every_year(
    case: MakeCase, situation: str
) -> None:
    found = case(
        *START[:3],
        f"means_verified 2026-08-03 outcome=without_means situation={situation}",
        "no_means_decided 2026-08-05",
        as_of="2026-08-06",
    )
    assert found.limits("verification.periodic") == []
    assert found.shown("verification.periodic_yearly") == ("2027-08-05", "open")


def test_the_period_follows_the_debtors_situation(case: MakeCase) -> None:
    found = case(
        *DECIDED,
        "means_verified 2026-11-02 outcome=without_means situation=imprisoned_2y",
        as_of="2026-11-03",
    )
    assert found.shown("verification.periodic")[1] == "met"
    assert found.shown("verification.periodic_yearly") == ("2027-11-02", "open")


def test_a_missed_re_verification_is_stuck_under_its_own_reason(case: MakeCase) -> None:
    found = case(*DECIDED, as_of="2027-02-12")
    assert found.shown("verification.periodic")[1] == "breached"
    assert "reverification_missed" in found.stuck()


def test_new_information_is_verified_in_ten_days_and_continuation_has_no_number(
    case: MakeCase,
) -> None:
    found = case(
        *DECIDED, "new_information_received 2026-09-21",
        "means_verified 2026-09-28 outcome=with_means", as_of="2026-09-29",
    )  # fmt: skip
    assert found.shown("verification.new_information") == ("2026-10-01", "met")
    gap = found.limit("enforcement.continuation")
    assert (gap.kind, gap.due, gap.state) == ("gap", None, "open")
    after = case(
        *DECIDED, "new_information_received 2026-09-21",
        "means_verified 2026-09-28 outcome=with_means", "enforcement_continued 2026-09-30",
        as_of="2026-10-15",
    )  # fmt: skip
    assert after.answer.stage == "with_means"
    assert after.limit("no_means.wait").state == "void"


def test_after_two_years_a_request_is_returned_and_no_number_is_given_for_it(
    case: MakeCase,
) -> None:
    kept_up = tuple(
        f"means_verified {day} outcome=without_means"
        for day in ("2027-01-05", "2027-06-01", "2027-11-01", "2028-04-03")
    )
    waiting = case(*DECIDED, *kept_up, as_of="2028-08-07")
    assert waiting.shown("no_means.wait") == ("2028-08-07", "open")
    assert waiting.limits("request.return") == []
    over = case(*DECIDED, *kept_up, as_of="2028-08-08")
    assert over.shown("no_means.wait")[1] == "expired"
    gap = over.limit("request.return")
    assert (gap.kind, gap.due, gap.article, gap.clause) == ("gap", None, "38", "4")
    returned = case(*DECIDED, *kept_up, "request_returned 2028-08-10", as_of="2028-08-11")
    assert returned.answer.stage == "request_returned"
    assert returned.irregular() == []


def test_an_ex_officio_case_goes_to_the_separate_register_instead(case: MakeCase) -> None:
    facts = ("judgment_received 2026-07-06", *DECIDED[1:])
    found = case(*facts, origin="ex_officio", as_of="2028-08-08")
    assert found.limits("request.return") == []
    assert found.limit("separate_register.move").act == "152/2026/NĐ-CP"


def test_returning_a_request_too_early_is_an_irregularity_with_its_article(case: MakeCase) -> None:
    found = case(*DECIDED, "request_returned 2027-08-05", as_of="2027-08-06")
    assert ("request_returned", "38", "4") in found.irregular()


def test_an_on_request_case_does_not_belong_in_the_separate_register(case: MakeCase) -> None:
    found = case(*DECIDED, "moved_to_separate_register 2028-09-01", as_of="2028-09-02")
    assert ("moved_to_separate_register", "22", "1") in found.irregular()
    assert found.answer.stage == "separate_register"


def test_a_returned_request_can_come_again_without_limitation(case: MakeCase) -> None:
    found = case(
        "judgment_effective 2026-07-01", *DECIDED, "request_returned 2028-08-10",
        "request_received 2033-05-04", as_of="2033-05-05",
    )  # fmt: skip
    assert found.answer.stage == "requested"
    assert [r.state for r in found.limits("decision.on_request")] == ["met", "open"]


def test_what_the_old_act_asked_no_more_is_verified_again_under_the_new_one(
    case: MakeCase,
) -> None:
    """Two verifications ended the duty of Law 26/2008; Law 106/2025 knows no such end."""
    facts = (
        "request_received 2024-01-05", "enforcement_decision_issued 2024-01-08",
        "decision_validly_notified 2024-01-11 channel=direct",
        "means_verified 2024-01-30 outcome=without_means", "no_means_decided 2024-02-01",
        "means_verified 2024-07-15 outcome=without_means",
        "means_verified 2025-01-07 outcome=without_means",
    )  # fmt: skip
    before = case(*facts, as_of="2026-06-30")
    assert {row.state for row in before.limits("verification.periodic")} == {"met"}
    after = case(*facts, as_of="2026-07-01")
    row = after.limits("verification.periodic")[-1]
    assert (row.act, str(row.started), str(row.due)) == (
        "106/2025/QH15", "2026-07-01", "2027-01-04",
    )  # fmt: skip
    assert (row.state, row.transition_review) == ("open", False)


def test_a_period_that_runs_on_the_day_of_change_is_not_started_twice(case: MakeCase) -> None:
    found = case(
        "request_received 2026-01-05", "enforcement_decision_issued 2026-01-07",
        "decision_validly_notified 2026-01-12 channel=direct",
        "means_verified 2026-01-30 outcome=without_means", "no_means_decided 2026-02-02",
        as_of="2026-07-02",
    )  # fmt: skip
    row = found.limit("verification.periodic")
    assert (row.act, str(row.due), row.transition_review) == ("26/2008/QH12", "2026-08-03", True)


def test_the_separate_register_ends_the_periodic_verification_but_not_new_information(
    case: MakeCase,
) -> None:
    kept_up = tuple(
        f"means_verified {day} outcome=without_means"
        for day in ("2027-01-05", "2027-06-01", "2027-11-01", "2028-04-03")
    )
    found = case(
        "judgment_received 2026-07-06", *DECIDED[1:], *kept_up,
        "moved_to_separate_register 2028-08-10", "new_information_received 2029-03-01",
        origin="ex_officio", as_of="2029-03-02",
    )  # fmt: skip
    assert found.limits("verification.periodic")[-1].state == "void"
    assert found.shown("verification.new_information") == ("2029-03-12", "open")
    assert found.irregular() == []


def test_one_verification_answers_every_piece_of_new_information(case: MakeCase) -> None:
    found = case(
        *DECIDED, "new_information_received 2026-09-21", "new_information_received 2026-09-23",
        "means_verified 2026-09-28 outcome=without_means", as_of="2026-10-20",
    )  # fmt: skip
    rows = [(str(r.due), r.state) for r in found.limits("verification.new_information")]
    assert rows == [("2026-10-01", "met"), ("2026-10-05", "met")]


def test_a_gap_that_stands_open_is_not_opened_again(case: MakeCase) -> None:
    found = case(
        *START[:3], "means_verified 2026-08-03 outcome=with_means",
        "means_verified 2026-08-10 outcome=with_means", as_of="2026-08-11",
    )  # fmt: skip
    assert len(found.limits("coercion.decision")) == 1


def test_a_verification_after_the_day_of_change_meets_the_renewed_duty(case: MakeCase) -> None:
    found = case(
        "request_received 2024-01-05", "enforcement_decision_issued 2024-01-08",
        "decision_validly_notified 2024-01-11 channel=direct",
        "means_verified 2024-01-30 outcome=without_means", "no_means_decided 2024-02-01",
        "means_verified 2024-07-15 outcome=without_means",
        "means_verified 2025-01-07 outcome=without_means",
        "means_verified 2026-09-07 outcome=without_means", as_of="2026-09-08",
    )  # fmt: skip
    rows = [(str(r.due), r.state) for r in found.limits("verification.periodic")][-2:]
    assert rows == [("2027-01-04", "met"), ("2027-03-08", "open")]


def test_a_case_in_the_separate_register_is_not_verified_again(case: MakeCase) -> None:
    # Decree 152/2026, Art. 22.1; Law 106/2025, Art. 38.3.
    facts = (*DECIDED, "moved_to_separate_register 2028-08-10")
    verified = "means_verified 2028-08-20 outcome=without_means"
    moved = case(*facts, verified, origin="ex_officio", as_of="2028-08-21")
    assert [r for r in moved.limits("verification.periodic") if r.state == "open"] == []
    kept = case(*DECIDED, verified, origin="ex_officio", as_of="2028-08-21")
    assert len([r for r in kept.limits("verification.periodic") if r.state == "open"]) == 1
