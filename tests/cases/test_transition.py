"""The change of 1 July 2026: the law is chosen for each step."""

from __future__ import annotations

import pytest

from tests.conftest import MakeCase


def test_the_period_of_the_old_act_starts_a_verification_of_the_new_one(case: MakeCase) -> None:
    """Notified 25 June: ten days end Sunday 5 July, so Monday 6 July; nine days end 15 July."""
    found = case(
        "request_received 2026-06-15", "enforcement_decision_issued 2026-06-18",
        "decision_validly_notified 2026-06-25 channel=direct", as_of="2026-07-10",
    )  # fmt: skip
    period = found.limit("voluntary_period")
    assert (period.act, period.article, str(period.due)) == ("26/2008/QH12", "45", "2026-07-06")
    assert period.transition_review
    assert {(r.act, str(r.due)) for r in period.readings} == {
        ("26/2008/QH12", "2026-07-06"), ("106/2025/QH15", "2026-07-06"),
    }  # fmt: skip
    first = found.limit("verification.first")
    assert (first.act, first.article, str(first.due)) == ("106/2025/QH15", "37", "2026-07-15")
    assert not first.transition_review
    assert first.receipt.why == "goes_on_under_new_act"
    assert (first.receipt.why_article, first.receipt.why_clause) == ("116", "3")


def test_a_verification_that_runs_on_1_july_keeps_its_date_and_shows_both_readings(
    case: MakeCase,
) -> None:
    """The period ended on 26 June: ten days under the old act, nine under the new."""
    found = case(
        "request_received 2026-06-08", "enforcement_decision_issued 2026-06-12",
        "decision_validly_notified 2026-06-16 channel=direct", as_of="2026-07-02",
    )  # fmt: skip
    row = found.limit("verification.first")
    assert (row.act, row.article, str(row.due)) == ("26/2008/QH12", "44", "2026-07-06")
    assert row.transition_review
    assert [(r.reason, str(r.due)) for r in row.readings] == [
        ("old_act", "2026-07-06"), ("new_act", "2026-07-06"),
    ]  # fmt: skip
    assert row.receipt.why == "running_on_the_day_of_change"
    assert (row.receipt.why_article, row.receipt.why_clause) == ("116", "4")


def test_what_was_done_before_the_change_stands_and_is_not_reviewed(case: MakeCase) -> None:
    found = case(
        "request_received 2026-06-08", "enforcement_decision_issued 2026-06-12",
        "decision_sent_to_procuracy 2026-06-16", as_of="2026-07-02",
    )  # fmt: skip
    row = found.limit("procuracy.sending")
    assert (row.state, row.transition_review, row.receipt.why) == ("met", False, "step_of_old_act")


@pytest.mark.parametrize(
    ("requested", "due", "act"),
    [("2026-06-30", "2026-07-07", "26/2008/QH12"), ("2026-07-01", "2026-07-06", "152/2026/NĐ-CP")],
)
def test_the_result_takes_five_working_days_until_30_june_and_three_after(
    case: MakeCase, requested: str, due: str, act: str
) -> None:
    found = case(
        "request_received 2026-03-02", "enforcement_decision_issued 2026-03-04",
        f"result_confirmation_requested {requested}", as_of="2026-07-01",
    )  # fmt: skip
    row = found.limit("result.confirmation")
    assert (str(row.due), row.act) == (due, act)


def test_a_case_lives_from_march_to_december_2026(case: MakeCase) -> None:
    found = case(
        "judgment_effective 2026-02-20",
        "request_received 2026-03-02",
        "enforcement_decision_issued 2026-03-06",
        "officer_assigned 2026-03-06",
        "case_file_opened 2026-03-10",
        "decision_sent_to_procuracy 2026-03-10",
        "decision_notified_to_parties 2026-03-10",
        "decision_validly_notified 2026-03-12 channel=direct",
        "means_verified 2026-03-30 outcome=without_means",
        "no_means_decided 2026-04-02",
        "new_information_received 2026-06-24",
        "means_verified 2026-07-02 outcome=with_means",
        "enforcement_continued 2026-07-03",
        "coercion_decided 2026-07-10 measure=seizure",
        "coercion_planned 2026-07-10 at=2026-07-24T08:00",
        "coercion_cost_notified 2026-07-15",
        "seizure_notified 2026-07-15",
        "coercion_carried_out 2026-07-24 at=08:00",
        "money_collected 2026-11-16 amount_vnd=120000000",
        "proceeds_paid 2026-11-25",
        "obligation_performed 2026-11-25",
        "closed 2026-12-01",
        as_of="2026-12-31",
    )
    by_act = {row.id: row.act for row in found.answer.limits}
    assert by_act["verification.first"] == "26/2008/QH12"
    assert by_act["verification.new_information"] == "62/2015/NĐ-CP"
    assert by_act["coercion.cost_notice"] == "106/2025/QH15"
    assert by_act["payment.proceeds"] == "106/2025/QH15"
    assert found.limit("verification.new_information").transition_review
    assert str(found.limit("verification.new_information").due) == "2026-07-06"
    assert found.limit("payment.proceeds").state == "met"
    assert found.answer.irregularities == ()
    assert found.answer.status == "closed"


def test_the_old_waiting_year_does_not_return_a_request_before_the_new_two(
    case: MakeCase,
) -> None:
    """Decided 1 October 2025: one year under the old decree, two under the new Law."""
    facts = (
        "request_received 2025-08-04", "enforcement_decision_issued 2025-08-06",
        "decision_validly_notified 2025-08-11 channel=direct",
        "means_verified 2025-09-26 outcome=without_means", "no_means_decided 2025-10-01",
        "means_verified 2026-03-25 outcome=without_means",
        "means_verified 2026-09-15 outcome=without_means",
        "means_verified 2027-03-08 outcome=without_means",
        "means_verified 2027-09-01 outcome=without_means",
    )  # fmt: skip
    found = case(*facts, as_of="2027-09-30")
    wait = found.limit("no_means.wait")
    assert (wait.act, str(wait.due)) == ("62/2015/NĐ-CP", "2026-10-01")
    assert [str(r.due) for r in wait.readings] == ["2026-10-01", "2027-10-01"]
    assert found.limits("request.return") == []
    early = case(*facts, "request_returned 2027-09-30", as_of="2027-09-30")
    assert ("request_returned", "38", "4") in early.irregular()
    over = case(*facts, as_of="2027-10-02")
    assert over.limit("request.return").kind == "gap"


def test_under_the_old_decree_a_case_moves_to_the_separate_register(case: MakeCase) -> None:
    """One year, two verifications, no new information: three working days."""
    found = case(
        "request_received 2025-01-06", "enforcement_decision_issued 2025-01-08",
        "decision_validly_notified 2025-01-13 channel=direct",
        "means_verified 2025-02-10 outcome=without_means", "no_means_decided 2025-02-12",
        "means_verified 2025-07-15 outcome=without_means",
        "means_verified 2026-01-07 outcome=without_means", as_of="2026-02-13",
    )  # fmt: skip
    row = found.limit("separate_register.move")
    assert (row.act, row.article, row.clause) == ("62/2015/NĐ-CP", "9", "5")
    assert str(row.due) == "2026-02-24"


def test_after_two_verifications_the_old_act_asks_for_no_more(case: MakeCase) -> None:
    found = case(
        "request_received 2024-01-05", "enforcement_decision_issued 2024-01-08",
        "decision_validly_notified 2024-01-11 channel=direct",
        "means_verified 2024-01-30 outcome=without_means", "no_means_decided 2024-02-01",
        "means_verified 2024-07-15 outcome=without_means",
        "means_verified 2025-01-07 outcome=without_means", as_of="2025-12-01",
    )  # fmt: skip
    assert [row.state for row in found.limits("verification.periodic")] == ["met", "met"]


def test_before_the_texts_at_hand_there_is_a_gap_and_no_number(case: MakeCase) -> None:
    found = case(
        "request_received 2012-03-05", "enforcement_decision_issued 2012-03-07",
        "decision_validly_notified 2012-03-12 channel=direct", as_of="2012-06-01",
    )  # fmt: skip
    row = found.limit("voluntary_period")
    assert (row.kind, row.due, row.state) == ("gap", None, "open")


def test_the_date_of_the_assessment_does_not_change_the_choice_of_law(case: MakeCase) -> None:
    facts = ("request_received 2026-06-30",)
    due = {case(*facts, as_of=day).shown("decision.on_request")[0] for day in
           ("2026-06-30", "2026-07-01", "2026-12-01")}  # fmt: skip
    assert due == {"2026-07-07"}


def test_new_information_keeps_a_case_out_of_the_separate_register(case: MakeCase) -> None:
    """Decree 62/2015, Art. 9.5: only without new information; a verification settles it."""
    facts = (
        "request_received 2025-01-06", "enforcement_decision_issued 2025-01-08",
        "decision_validly_notified 2025-01-13 channel=direct",
        "means_verified 2025-02-10 outcome=without_means", "no_means_decided 2025-02-12",
        "means_verified 2025-07-15 outcome=without_means",
        "means_verified 2026-01-07 outcome=without_means",
        "new_information_received 2026-02-02",
    )  # fmt: skip
    assert case(*facts, as_of="2026-03-02").limits("separate_register.move") == []
    settled = case(
        *facts, "means_verified 2026-02-23 outcome=without_means",
        "means_verified 2026-03-23 outcome=without_means", as_of="2026-03-24",
    )  # fmt: skip
    row = settled.limit("separate_register.move")
    assert (row.started.isoformat(), str(row.due)) == ("2026-02-23", "2026-02-26")


def test_a_running_clocks_readings_say_where_each_stands(case: MakeCase) -> None:
    found = case(
        "request_received 2026-06-08", "enforcement_decision_issued 2026-06-12",
        "decision_validly_notified 2026-06-16 channel=direct", as_of="2026-07-02",
    )  # fmt: skip
    assert [(r.act, r.article, r.clause) for r in found.limit("verification.first").readings] == [
        ("26/2008/QH12", "44", "1"), ("106/2025/QH15", "37", "1"),
    ]  # fmt: skip


def test_a_reverification_that_runs_on_1_july_is_not_doubled(case: MakeCase) -> None:
    """Six months from 2 March under the old act; the new act starts none beside it."""
    facts = (
        "request_received 2026-01-05", "enforcement_decision_issued 2026-01-07",
        "means_verified 2026-02-25 outcome=without_means", "no_means_decided 2026-03-02",
    )  # fmt: skip
    (row,) = case(*facts, as_of="2026-08-03").limits("verification.periodic")
    assert (row.act, str(row.due)) == ("26/2008/QH12", "2026-09-03")


def test_on_the_day_of_change_the_new_act_comes_before_what_is_done_that_day(
    case: MakeCase,
) -> None:
    """Two verifications were enough for the old act; the new one asks again from 1 July."""
    facts = (
        "request_received 2024-01-05", "enforcement_decision_issued 2024-01-08",
        "means_verified 2024-01-30 outcome=without_means", "no_means_decided 2024-02-01",
        "means_verified 2024-07-15 outcome=without_means",
        "means_verified 2025-01-07 outcome=without_means",
        "means_verified 2026-07-01 outcome=without_means",
    )  # fmt: skip
    rows = case(*facts, as_of="2026-07-02").limits("verification.periodic")
    of_the_new_act = {r.starts_on: (str(r.due), r.state) for r in rows if r.act[:3] == "106"}
    # The duty that the day of change brings is met at once, and the next begins that day.
    assert of_the_new_act == {
        "act_replaced": ("2027-01-04", "met"), "means_verified": ("2027-01-04", "open"),
    }  # fmt: skip


def test_a_wait_whose_text_is_not_at_hand_is_held_against_nobody(case: MakeCase) -> None:
    """Decided in 2014: how long was to be waited then is a gap, so the move is not irregular."""
    found = case(
        "judgment_received 2014-01-06", "enforcement_decision_issued 2014-01-08",
        "means_verified 2014-02-10 outcome=without_means", "no_means_decided 2014-02-12",
        "moved_to_separate_register 2026-08-03", origin="ex_officio", as_of="2026-08-04",
    )  # fmt: skip
    assert found.irregular() == []
