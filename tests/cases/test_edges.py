"""The edges of a verdict: the very instant, the very day, what was told late, what ran already."""

from __future__ import annotations

import pytest

from tests.conftest import MakeCase

START = (
    "request_received 2026-07-06", "enforcement_decision_issued 2026-07-10",
    "decision_validly_notified 2026-07-15 channel=direct",
)  # fmt: skip


def test_a_limit_shows_from_the_very_instant_at_which_it_begins(case: MakeCase) -> None:
    answer = case("request_received 2026-07-06", as_of="2026-07-06T00:00:00+07:00").answer
    assert [row.id for row in answer.limits] == ["decision.on_request"]
    assert answer.upcoming == ()


@pytest.mark.parametrize(
    ("received", "late"),
    [("2026-07-13T23:59:00+07:00", False), ("2026-07-14T00:00:00+07:00", True)],
)
def test_what_was_done_in_time_and_told_after_it_is_reported_late(
    case: MakeCase, received: str, *, late: bool
) -> None:
    """Law 106/2025, Art. 36: five working days from Monday 6 July end on 13 July."""
    row = case(
        "request_received 2026-07-06",
        f"enforcement_decision_issued 2026-07-10 received_at={received}", as_of="2026-07-15",
    ).limit("decision.on_request")  # fmt: skip
    assert (row.state, row.reported_late) == ("met", late)


def test_a_clock_that_begins_during_a_pause_stands_still_from_the_start(case: MakeCase) -> None:
    paused = case(
        *START, "postponed 2026-08-03 ground=46.1.a until=2026-08-20",
        "means_verified 2026-08-04 outcome=without_means", as_of="2026-08-05",
    ).limit("no_means.decision")  # fmt: skip
    assert (paused.state, paused.paused_by) == ("paused", "postponed")


def test_new_information_asks_for_a_verification_once_the_termination_is_revoked(
    case: MakeCase,
) -> None:
    """The decision on lack of means holds again, and with it what runs only under it."""
    found = case(
        *START, "means_verified 2026-07-28 outcome=without_means", "no_means_decided 2026-07-30",
        "terminated 2026-08-03 ground=48.8", "termination_revoked 2026-08-18",
        "new_information_received 2026-08-19", as_of="2026-08-20",
    )  # fmt: skip
    assert found.limit("verification.new_information").state == "open"


def test_a_termination_revoked_brings_no_lack_of_means_that_was_not_there(case: MakeCase) -> None:
    found = case(
        *START, "terminated 2026-08-03 ground=48.8", "termination_revoked 2026-08-18",
        "new_information_received 2026-08-19", as_of="2026-08-20",
    )  # fmt: skip
    assert found.limits("verification.new_information") == []


def test_a_buyer_pays_by_the_day_agreed_and_that_day_is_the_plain_end_too(case: MakeCase) -> None:
    """Decree 152/2026, Art. 65.1: sixty days at most; the parties agreed on fewer."""
    row = case(
        "auction_succeeded 2026-08-03 asset=nhà",
        "buyer_payment_extended 2026-08-10 asset=nhà until=2026-09-15", as_of="2026-08-11",
    ).limit("auction.buyer_payment_extended")  # fmt: skip
    assert (str(row.nominal), str(row.due)) == ("2026-09-15", "2026-09-15")


def test_a_plan_that_is_no_longer_lawful_is_found_behind_one_that_never_was(
    case: MakeCase,
) -> None:
    """Each asset's last plan is judged by itself; 24 November 2026 is a day off."""
    found = case(
        *START, "means_verified 2026-07-28 outcome=with_means",
        "coercion_decided 2026-08-03 measure=seizure",
        "coercion_planned 2026-08-05 at=2026-11-24T08:00 asset=nhà",
        "coercion_planned 2026-08-06 at=2026-11-25T08:00 asset=xe",
        "postponed 2026-08-07 ground=46.1.a until=2026-12-20", as_of="2026-08-10",
    )  # fmt: skip
    assert {plan.fact for plan in found.answer.refused_plans} == {6, 7}


@pytest.mark.parametrize("named", ["", " asset=xe", " person=B"])
def test_nobody_is_postponed_for_not_coming_who_was_not_told_twice(
    case: MakeCase, named: str
) -> None:
    """Law 106/2025, Art. 46.1(i)."""
    found = case(
        *START, f"postponed 2026-08-07 ground=46.1.i{named} until=2026-08-20", as_of="2026-08-07"
    )
    assert ("postponed", "46", "1") in found.irregular()


def test_a_duty_done_on_the_day_of_change_ran_on_it(case: MakeCase) -> None:
    row = case(
        "request_received 2026-03-02", "enforcement_decision_issued 2026-03-04",
        "result_confirmation_requested 2026-06-30", "result_confirmed 2026-07-01",
        as_of="2026-07-02",
    ).limit("result.confirmation")  # fmt: skip
    assert (row.state, row.transition_review) == ("met", True)
    assert {reading.reason for reading in row.readings} == {"old_act", "new_act"}


def test_the_days_of_silence_are_told_with_the_reason(case: MakeCase) -> None:
    found = case(*START[:2], as_of="2026-08-30").answer
    assert {reason.days for reason in found.stuck if reason.reason == "silence"} == {10}
