"""The main line under Law 106/2025 and Decree 152/2026, day by day."""

from __future__ import annotations

import pytest

from tests.conftest import MakeCase

REQUEST = "request_received 2026-07-06"
DECISION = "enforcement_decision_issued 2026-07-10"
NOTIFIED = "decision_validly_notified 2026-07-15 channel=direct"


def test_the_decision_is_due_five_working_days_after_the_request(case: MakeCase) -> None:
    found = case(REQUEST, as_of="2026-07-13")
    row = found.limit("decision.on_request")
    assert (row.act, row.article, row.clause) == ("106/2025/QH15", "34", "3")
    assert found.shown("decision.on_request") == ("2026-07-13", "open")
    assert case(REQUEST, as_of="2026-07-14").shown("decision.on_request")[1] == "breached"


def test_the_five_days_run_from_the_later_of_request_and_judgment(case: MakeCase) -> None:
    found = case(REQUEST, "judgment_received 2026-07-08", as_of="2026-07-09")
    assert found.shown("decision.on_request") == ("2026-07-15", "open")
    earlier = case("judgment_received 2026-07-01", REQUEST, as_of="2026-07-09")
    assert earlier.shown("decision.on_request") == ("2026-07-13", "open")


@pytest.mark.parametrize(
    ("origin", "rule", "article", "due"),
    [
        ("ex_officio", "decision.ex_officio", "33", "2026-07-13"),
        ("bankruptcy", "decision.bankruptcy", "33", "2026-07-09"),
        ("entrusted", "decision.entrusted", "49", "2026-07-13"),
    ],
)
def test_each_origin_has_its_own_time_for_the_decision(
    case: MakeCase, origin: str, rule: str, article: str, due: str
) -> None:
    found = case("judgment_received 2026-07-06", origin=origin, as_of="2026-07-07")
    assert found.shown(rule) == (due, "open")
    assert found.limit(rule).article == article


def test_a_provisional_measure_is_due_the_same_day_and_never_breached(case: MakeCase) -> None:
    received = "judgment_received 2026-07-06"
    origin = "provisional_measure"
    rule = "decision.provisional_measure"
    assert case(received, origin=origin, as_of="2026-07-06").shown(rule) == ("2026-07-06", "open")
    late = case(received, origin=origin, as_of="2026-07-07")
    assert late.shown(rule) == ("2026-07-06", "not_at_once")
    assert late.limit(rule).kind == "immediate"


def test_a_refusal_takes_the_place_of_the_decision(case: MakeCase) -> None:
    found = case(REQUEST, "request_refused 2026-07-13", as_of="2026-08-20")
    assert found.shown("request.refusal") == ("2026-07-13", "met")
    assert found.shown("decision.on_request") == ("2026-07-13", "void")
    assert found.answer.stage == "refused"
    late = case(REQUEST, "request_refused 2026-07-14", as_of="2026-08-20")
    assert late.shown("request.refusal") == ("2026-07-13", "late")


def test_file_procuracy_and_notice_have_their_working_days(case: MakeCase) -> None:
    found = case(
        REQUEST,
        DECISION,
        "officer_assigned 2026-07-10",
        "case_file_opened 2026-07-14",
        "decision_sent_to_procuracy 2026-07-16",
        as_of="2026-07-16",
    )
    assert found.shown("case_file.opening") == ("2026-07-14", "met")
    assert found.limit("case_file.opening").act == "152/2026/NĐ-CP"
    assert found.shown("procuracy.sending") == ("2026-07-15", "late")
    assert found.shown("notice.to_parties") == ("2026-07-15", "breached")


def test_verification_is_due_nine_days_after_the_last_day_of_the_voluntary_period(
    case: MakeCase,
) -> None:
    """A period that ends on 23 November starts nine days that end on 2 December."""
    facts = (REQUEST, DECISION, "decision_validly_notified 2026-11-13 channel=post")
    during = case(*facts, as_of="2026-11-23")
    assert during.shown("voluntary_period") == ("2026-11-23", "open")
    assert during.limits("verification.first") == []
    assert during.answer.stage == "voluntary_period"
    after = case(*facts, as_of="2026-11-24")
    assert after.shown("voluntary_period") == ("2026-11-23", "expired")
    assert after.shown("verification.first") == ("2026-12-02", "open")
    assert after.answer.stage == "verification"


def test_ten_days_that_end_on_the_culture_day_end_on_the_next_working_day(case: MakeCase) -> None:
    found = case(
        REQUEST, DECISION, "decision_validly_notified 2026-11-14 channel=direct", as_of="2026-11-20"
    )
    row = found.limit("voluntary_period")
    assert (str(row.nominal), str(row.due)) == ("2026-11-24", "2026-11-25")
    assert [day.notice for day in row.receipt.skipped] != [""]


def test_a_verification_during_the_voluntary_period_meets_the_first_one(case: MakeCase) -> None:
    found = case(
        REQUEST, DECISION, NOTIFIED, "means_verified 2026-07-20 outcome=with_means",
        as_of="2026-08-10",
    )  # fmt: skip
    assert found.limit("verification.first").state == "met"
    assert str(found.limit("verification.first").met_on) == "2026-07-20"


def test_who_performs_in_the_period_is_not_verified(case: MakeCase) -> None:
    found = case(REQUEST, DECISION, NOTIFIED, "obligation_performed 2026-07-20", as_of="2026-09-01")
    assert found.shown("voluntary_period") == ("2026-07-27", "met")
    assert found.limits("verification.first") == []
    assert found.answer.stage == "performed"


def test_a_partial_performance_meets_nothing(case: MakeCase) -> None:
    found = case(
        REQUEST, DECISION, NOTIFIED, "obligation_performed 2026-07-20 extent=part",
        as_of="2026-08-01",
    )  # fmt: skip
    assert found.shown("voluntary_period")[1] == "expired"
    assert found.shown("verification.first") == ("2026-08-05", "open")


def test_a_provisional_measure_has_no_voluntary_period_and_is_notified_in_24_hours(
    case: MakeCase,
) -> None:
    found = case(
        "judgment_received 2026-11-27",
        "enforcement_decision_issued 2026-11-27",
        "officer_assigned 2026-11-27 at=16:30",
        "decision_validly_notified 2026-11-28 at=16:00 channel=direct",
        origin="provisional_measure",
        as_of="2026-12-20",
    )
    assert found.limits("voluntary_period") == []
    assert found.shown("notice.provisional_measure") == ("2026-11-28T16:30:00+07:00", "met")


def test_hours_without_a_moment_run_from_midnight_the_safer_reading(case: MakeCase) -> None:
    found = case(
        "judgment_received 2026-11-27", "enforcement_decision_issued 2026-11-27",
        "officer_assigned 2026-11-27", origin="provisional_measure", as_of="2026-11-27",
    )  # fmt: skip
    assert found.shown("notice.provisional_measure")[0] == "2026-11-28T00:00:00+07:00"


def test_proceeds_are_paid_ten_days_after_each_collection(case: MakeCase) -> None:
    found = case(
        REQUEST, DECISION,
        "money_collected 2026-11-02 amount_vnd=1000",
        "money_collected 2026-11-05 amount_vnd=2000",
        "proceeds_paid 2026-11-10",
        as_of="2026-11-20",
    )  # fmt: skip
    first, second = found.limits("payment.proceeds")
    assert (str(first.due), first.state) == ("2026-11-12", "met")
    assert (str(second.due), second.state) == ("2026-11-16", "breached")


def test_the_result_is_confirmed_in_three_working_days_even_after_closure(case: MakeCase) -> None:
    found = case(
        REQUEST, DECISION, "obligation_performed 2026-07-20", "closed 2026-07-22",
        "result_confirmation_requested 2026-08-28", as_of="2026-09-03",
    )  # fmt: skip
    assert found.shown("result.confirmation") == ("2026-09-07", "open")
    assert found.answer.status == "closed"


def test_closing_makes_open_limits_pointless_and_keeps_breaches(case: MakeCase) -> None:
    found = case(
        REQUEST, DECISION, NOTIFIED, "terminated 2026-08-03 ground=48.4", as_of="2026-09-01"
    )
    assert found.shown("verification.first") == ("2026-08-05", "void")
    assert found.shown("procuracy.sending") == ("2026-07-15", "breached")
    assert found.answer.status == "closed"


def test_limitation_runs_five_years_and_a_late_request_is_recorded(case: MakeCase) -> None:
    row = case("judgment_effective 2026-07-02", as_of="2026-07-03").limit("request.limitation")
    assert (str(row.due), row.state, row.kind) == ("2031-07-02", "open", "limitation")
    assert row.provisional
    late = case("judgment_effective 2010-01-05", "request_received 2015-01-06", as_of="2015-01-06")
    assert late.shown("request.limitation") == ("2015-01-05", "expired")
    assert ("request_received", "30", "1") in late.irregular()


def test_a_late_report_of_a_timely_act_is_met(case: MakeCase) -> None:
    found = case(REQUEST, DECISION, "decision_sent_to_procuracy 2026-07-14", as_of="2026-09-01")
    assert found.shown("procuracy.sending") == ("2026-07-15", "met")


def test_a_stage_begins_on_the_day_from_which_it_shows(case: MakeCase) -> None:
    found = case(
        REQUEST, DECISION, "decision_validly_notified 2026-11-14 channel=direct", as_of="2026-11-26"
    )
    assert (found.answer.stage, str(found.answer.stage_since)) == ("verification", "2026-11-26")
    before = case(
        REQUEST, DECISION, "decision_validly_notified 2026-11-14 channel=direct", as_of="2026-11-25"
    )
    assert str(before.answer.stage_until) == "2026-11-26 00:00:00+07:00"


def test_a_limit_that_its_source_could_not_tell_of_is_not_judged(case: MakeCase) -> None:
    """An old register without the column: over when it was read, so nobody knows."""
    told = "received_at=2026-11-23T08:00:00+07:00"
    old = ("request_received 2026-07-06", f"enforcement_decision_issued 2026-07-10 {told}")
    untold = ["decision_sent_to_procuracy"]
    found = case(*old, untold=untold, as_of="2026-11-24")
    assert found.shown("procuracy.sending") == ("2026-07-15", "void")
    assert found.limit("notice.to_parties").state == "breached"
    fresh = ("request_received 2026-11-16", f"enforcement_decision_issued 2026-11-20 {told}")
    assert case(*fresh, untold=untold, as_of="2026-11-24").shown("procuracy.sending") == (
        "2026-11-26", "open",
    )  # fmt: skip


def test_a_limit_over_before_the_engine_knew_its_events_is_not_judged(case: MakeCase) -> None:
    """A case of the days when nobody could report a publication: nobody knows either."""
    before, after = "2026-11-20T08:00:00+07:00", "2026-12-01T08:00:00+07:00"

    def shown(decided: str, received: str) -> tuple[str | None, str]:
        fact = f"no_means_decided {decided} received_at={received}"
        return case(REQUEST, DECISION, fact, as_of="2026-12-04").shown("publication.start")

    assert shown("2026-11-10", before) == ("2026-11-17", "void")
    assert shown("2026-11-20", before) == ("2026-11-30", "breached")
    assert shown("2026-11-10", after) == ("2026-11-17", "breached")


@pytest.mark.parametrize(
    ("done", "state"),
    [
        ("2026-11-28 at=16:30", "met"),
        ("2026-11-28 at=16:31", "late"),
        ("2026-11-28", "met"),  # without its time, by the day
        ("2026-11-29", "late"),
    ],
)
def test_hours_are_judged_by_the_moment_where_it_is_known(
    case: MakeCase, done: str, state: str
) -> None:
    # Law 106/2025, Art. 62.1: 24 hours from Friday 16:30.
    found = case(
        "judgment_received 2026-11-27", "enforcement_decision_issued 2026-11-27",
        "officer_assigned 2026-11-27 at=16:30", f"decision_validly_notified {done} channel=direct",
        origin="provisional_measure", as_of="2026-12-01",
    )  # fmt: skip
    assert found.limit("notice.provisional_measure").state == state


def test_a_partys_act_after_its_period_leaves_the_period_expired(case: MakeCase) -> None:
    # Law 106/2025, Art. 82.2.c: five working days of a party; a duty done so would be late.
    found = case(
        "first_valuation_notice_received 2026-11-03", "revaluation_requested 2026-11-11",
        as_of="2026-11-12",
    )  # fmt: skip
    assert found.shown("valuation.revaluation_request") == ("2026-11-10", "expired")
    assert found.irregular() == []


def test_a_limit_shows_from_the_very_instant_at_which_it_opens(case: MakeCase) -> None:
    facts = (REQUEST, DECISION, NOTIFIED)
    before = case(*facts, as_of="2026-07-27T23:59:59+07:00").answer
    assert "verification.first" in {row.id for row in before.upcoming}
    assert "verification.first" not in {row.id for row in before.limits}
    found = case(*facts, as_of="2026-07-28T00:00:00+07:00")
    assert found.limit("verification.first").state == "open"
    assert found.limit("voluntary_period").state == "expired"
    assert found.answer.stage == "verification"


def test_nothing_starts_in_a_closed_case_but_what_outlives_it(case: MakeCase) -> None:
    found = case(
        REQUEST, DECISION, "closed 2026-07-20", "means_verified 2026-07-21 outcome=with_means",
        "result_confirmation_requested 2026-07-21", as_of="2026-07-22",
    )  # fmt: skip
    assert found.limits("coercion.decision") == []
    assert found.shown("result.confirmation") == ("2026-07-24", "open")


def test_a_clock_that_starts_once_starts_once(case: MakeCase) -> None:
    found = case(
        REQUEST, DECISION, NOTIFIED, "decision_validly_notified 2026-08-20 channel=direct",
        "officer_assigned 2026-07-10", "officer_assigned 2026-07-20 officer=cv.binh",
        as_of="2026-09-30",
    )  # fmt: skip
    for rule in ("voluntary_period", "verification.first", "case_file.opening"):
        assert len(found.limits(rule)) == 1, rule


def test_a_fact_known_only_from_a_release_is_judged_from_its_day_on(case: MakeCase) -> None:
    """`no_means_decided` was reported before; its publication could be told of from 25 November."""

    def shown(received: str) -> str:
        fact = f"no_means_decided 2026-11-10 received_at={received}T08:00:00+07:00"
        return case(REQUEST, DECISION, fact, as_of="2026-12-04").limit("publication.start").state

    assert (shown("2026-11-24"), shown("2026-11-25")) == ("void", "breached")


def test_part_of_the_debt_paid_does_not_fulfil_the_period_of_an_offices_decision(
    case: MakeCase,
) -> None:
    # Law 106/2025, Art. 31: thirty days for the debtor after an enforcement office's decision.
    facts = ("office_decision_issued 2026-11-02 requested_by=debtor",)
    for extent, state in (("part", "open"), ("full", "met")):
        paid = f"obligation_performed 2026-11-10 extent={extent}"
        assert case(*facts, paid, as_of="2026-11-20").limit("office.debtor_period").state == state
