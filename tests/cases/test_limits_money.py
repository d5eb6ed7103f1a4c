"""Payment, unclaimed things, exhibits, relief, State bodies, prisoners and private offices."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import MakeCase

# Worked out by hand. Days off met here: the Mondays to Wednesdays 31 August to 2 September 2026,
# Tuesday 24 November 2026 and the weekends; Saturday 22 August 2026 is worked.
Row = tuple[tuple[str, ...], str, str, str, str]

_PAYMENT: list[Row] = [
    # Ten days end on Monday 31 August, off: Thursday 3 September.
    (("asset_delivered 2026-08-21 asset=A",), "2026-09-03", "payment.sale_proceeds",
     "2026-09-03", "open"),
    (("asset_delivered 2026-08-21 asset=A",), "2026-09-04", "payment.sale_proceeds",
     "2026-09-03", "breached"),
    (("only_home_sold 2026-08-21",), "2026-08-24", "payment.rent_set_aside", "-", "open"),
    (("advanced_cost_recovered 2026-08-03",), "2026-08-04", "payment.advance_refund",
     "2026-08-03", "not_at_once"),
    (("advanced_cost_recovered 2026-08-03", "advance_refunded 2026-08-03"), "2026-08-04",
     "payment.advance_refund", "2026-08-03", "met"),
    # 10 October and 45 days is 24 November, off.
    (("payment_extended 2026-10-10 ground=many_creditors",), "2026-11-24",
     "payment.extended_many_creditors", "2026-11-25", "open"),
    (("money_collected 2026-10-05 amount_vnd=1000",
      "payment_extended 2026-10-10 ground=complaint_or_protest"), "2026-12-01",
     "payment.proceeds", "2026-10-15", "void"),
    (("payment_extension_ended 2026-11-14 ground=complaint_or_protest",), "2026-11-24",
     "payment.after_extension", "2026-11-25", "open"),
    # Saturday 22 August is worked: it is the first of the two days, Monday the second.
    (("dong_collected_for_foreign_currency 2026-08-21",), "2026-08-24",
     "payment.foreign_currency", "2026-08-24", "open"),
    (("sale_money_received 2026-08-21 asset=A",), "2026-08-24",
     "payment.deposit_before_delivery", "2026-09-03", "open"),
    (("buyer_paid 2026-08-21 asset=A", "asset_delivered 2026-08-28 asset=A"), "2026-09-10",
     "payment.deposit_before_delivery", "2026-09-03", "met"),
    # 3, 4, 7, 8 and 9 September.
    (("paused_with_money_held 2026-08-28",), "2026-09-09", "payment.deposit_on_pause",
     "2026-09-09", "open"),
    (("paused_with_money_held 2026-08-28", "money_deposited 2026-09-10 purpose=pause"),
     "2026-09-11", "payment.deposit_on_pause", "2026-09-09", "late"),
    (("secured_asset_processed 2026-11-23 at=16:30 asset=A",), "2026-11-24T16:00+07:00",
     "payment.bank_surplus", "2026-11-24T16:30:00+07:00", "open"),
    (("entrusted_asset_delivered 2026-08-28 asset=A",), "2026-09-10",
     "payment.entrusted_proceeds", "2026-09-09", "breached"),
]  # fmt: skip

_UNCLAIMED: list[Row] = [
    # 23, 25 and 26 November.
    (("return_ground_arose 2026-11-20 asset=A",), "2026-11-24", "return.notice",
     "2026-11-26", "open"),
    (("return_notice_served 2026-11-09 thing=money asset=A",), "2026-11-25",
     "unclaimed.money_period", "2026-11-25", "open"),
    (("return_notice_served 2026-11-09 thing=money asset=A",), "2026-11-26",
     "unclaimed.money_period", "2026-11-25", "expired"),
    (("return_notice_served 2026-11-09 thing=money asset=A",), "2026-11-26",
     "unclaimed.money_deposit", "-", "open"),
    (("return_notice_served 2026-11-09 thing=money asset=A",
      "money_deposited 2026-11-27 purpose=unclaimed"), "2026-11-30",
     "unclaimed.money_deposit", "-", "met"),
    (("return_notice_served 2026-08-24 thing=papers asset=A",), "2026-11-25",
     "unclaimed.papers_period", "2026-11-25", "open"),
    (("return_notice_served 2026-08-24 thing=papers asset=A",), "2026-11-26",
     "unclaimed.papers_forward", "-", "open"),
    # Five years end on Sunday 6 July 2031, in a year without a calendar: the plain end stands.
    (("judgment_effective 2026-07-06", "return_notice_served 2026-09-03 thing=money"),
     "2026-10-01", "unclaimed.five_years", "2031-07-06", "open"),
    # 20 November 2027 is a Saturday.
    (("return_notice_served 2026-11-20 thing=money collected_after_five_years=true",),
     "2027-11-22", "unclaimed.one_year", "2027-11-22", "open"),
    (("return_notice_served 2026-11-20 thing=money collected_after_five_years=true",),
     "2027-11-23", "unclaimed.forfeiture", "-", "open"),
    (("papers_pickup_notified 2026-08-21 round=first",), "2026-09-03", "papers.pickup",
     "2026-09-03", "open"),
    (("papers_pickup_notified 2026-08-21 round=first",), "2026-09-04", "papers.pickup",
     "2026-09-03", "expired"),
    (("papers_pickup_notified 2026-10-25 abroad=true",), "2026-11-24", "papers.pickup_abroad",
     "2026-11-25", "open"),
    (("papers_pickup_failed_twice 2026-09-21",), "2026-09-22", "papers.forward", "-", "open"),
]  # fmt: skip

_EXHIBITS: list[Row] = [
    (("exhibit_confiscation_decided 2026-08-21",), "2026-08-24", "exhibits.handover",
     "2026-09-03", "open"),
    # One month from 31 July is 31 August, off.
    (("destruction_ordered 2026-07-31 asset=A",), "2026-09-04", "exhibits.destruction_council",
     "2026-09-03", "breached"),
    (("destruction_council_established 2026-08-11 asset=A",), "2026-08-24",
     "exhibits.destruction", "2026-09-03", "open"),
    (("confiscated_cash_received 2026-08-24",), "2026-08-25", "exhibits.confiscated_cash",
     "2026-09-03", "open"),
    # Received before the decision: seven days from the decision.
    (("confiscated_cash_received 2026-07-06", "enforcement_decision_issued 2026-07-10"),
     "2026-07-13", "exhibits.confiscated_cash", "2026-07-17", "open"),
    (("advance_money_collected 2026-07-06",), "2026-08-24", "exhibits.advance_money",
     "2031-07-06", "open"),
    (("advance_money_collected 2026-07-06", "judgment_received 2026-08-10"), "2026-08-24",
     "exhibits.advance_money", "2031-07-06", "void"),
    (("advance_money_collected 2026-07-06",), "2031-07-08", "exhibits.advance_money_forfeiture",
     "-", "open"),
]  # fmt: skip

_RELIEF: list[Row] = [
    (("budget_obligation_first_decided 2026-07-06",), "2026-10-01", "relief.five_years",
     "2031-07-06", "open"),
    (("budget_obligation_first_decided 2026-07-06",), "2026-10-01", "relief.ten_years",
     "2036-07-06", "open"),
    (("relief_decided 2026-11-20",), "2026-12-01", "relief.one_year", "2027-11-22", "open"),
    (("relief_file_submitted 2026-08-21 ground=hardship_or_merit",), "2026-08-22",
     "relief.acceptance", "2026-08-24", "open"),
    (("relief_accepted 2026-08-11",), "2026-08-24", "relief.session", "2026-09-03", "open"),
    (("relief_decided 2026-08-28",), "2026-09-10", "relief.dispatch", "2026-09-09", "breached"),
    (("cost_relief_requested 2026-11-20",), "2026-11-24", "relief.coercion_cost",
     "2026-11-26", "open"),
]  # fmt: skip

_GUARANTEE: list[Row] = [
    (("state_debtor_received_decision 2026-11-14",), "2026-11-24", "guarantee.savings",
     "2026-11-25", "open"),
    (("savings_insufficient 2026-08-28",), "2026-09-01", "guarantee.file", "2026-09-09", "open"),
    (("guarantee_file_completed 2026-08-21",), "2026-08-24", "guarantee.payment",
     "2026-09-03", "open"),
    (("guarantee_file_completed 2026-08-21", "guarantee_funds_sought 2026-08-24"), "2026-09-10",
     "guarantee.payment", "2026-09-03", "void"),
    (("guarantee_funds_granted 2026-11-14",), "2026-11-24", "guarantee.payment_after_grant",
     "2026-11-25", "open"),
    (("guarantee_paid 2026-10-25",), "2026-11-24", "guarantee.report", "2026-11-25", "open"),
    (("guarantee_paid 2026-11-14",), "2026-11-24", "guarantee.fault_council",
     "2026-11-25", "open"),
    (("fault_council_recommended 2026-08-28 person=B",), "2026-09-01",
     "guarantee.reimbursement_decision", "2026-09-09", "open"),
    (("reimbursement_effective 2026-11-14 payment=once person=B",), "2026-11-24",
     "guarantee.reimbursement_payment", "2026-11-25", "open"),
]  # fmt: skip

_PRISONERS: list[Row] = [
    (("prison_collected_money 2026-08-28 enforcement_decision_at_prison=false person=B",),
     "2026-09-01", "prisoners.collection_notice", "2026-09-09", "open"),
    (("prison_collection_notified 2026-08-28 person=B",), "2026-09-10",
     "prisoners.account_reply", "2026-09-09", "breached"),
    # One month from 24 October is 24 November, off.
    (("prison_collected_money 2026-10-24 enforcement_decision_at_prison=true person=B",),
     "2026-11-24", "prisoners.money_transfer", "2026-11-25", "open"),
    (("unidentified_prison_money_received 2026-07-06",), "2026-08-24",
     "prisoners.unidentified_money", "2031-07-06", "open"),
    (("unidentified_prison_money_received 2026-07-06",), "2031-07-08",
     "prisoners.unidentified_forfeiture", "-", "open"),
    (("prisoner_payment_requested 2026-08-28 person=B",), "2026-09-01", "prisoners.money_sent",
     "2026-09-09", "open"),
    (("prison_received_money 2026-08-28 person=B",), "2026-09-01", "prisoners.paid",
     "2026-09-09", "open"),
    (("prisoner_admitted 2026-11-09 person=B",), "2026-11-24", "prisoners.admission_notice",
     "2026-11-25", "open"),
    (("late_prisoner_payment_notified 2026-11-20",), "2027-11-23", "prisoners.late_payment",
     "2027-11-22", "expired"),
    (("late_prisoner_payment_notified 2026-11-20",), "2027-11-23",
     "prisoners.late_payment_forfeiture", "-", "open"),
]  # fmt: skip

_OFFICES: list[Row] = [
    (("office_contract_signed 2026-08-28",), "2026-09-01", "office.decision",
     "2026-09-09", "open"),
    (("office_decision_issued 2026-10-25 requested_by=debtor",), "2026-11-25",
     "office.debtor_period", "2026-11-25", "open"),
    (("office_decision_issued 2026-10-25 requested_by=debtor",), "2026-11-26",
     "office.debtor_period", "2026-11-25", "expired"),
    # 23 and 25 November.
    (("office_contract_liquidated 2026-11-20 ground=d",), "2026-11-24", "office.file_transfer",
     "2026-11-25", "open"),
    (("office_contract_liquidated 2026-11-20 ground=b",), "2026-11-24", "office.revocation",
     "2026-11-25", "open"),
    (("office_contract_liquidated 2026-08-28 ground=a",), "2026-09-01",
     "office.termination_notice", "2026-09-09", "open"),
    (("office_file_received 2026-08-28",), "2026-09-10", "office.agency_decision",
     "2026-09-09", "breached"),
    (("office_security_not_settled 2026-08-28",), "2026-09-01", "office.handover_after_security",
     "2026-09-09", "open"),
    (("office_verification_contracted 2026-11-20",), "2026-11-24",
     "office.verification_decision", "2026-11-26", "open"),
    (("office_service_completed 2026-08-21",), "2026-08-24", "office.service_result",
     "2026-08-24", "open"),
    # 21, 22 and 24 to 28 August, then 3, 4 and 7 September.
    (("jurisdiction_disputed 2026-08-20",), "2026-09-01", "office.jurisdiction_reply",
     "2026-09-07", "open"),
    (("jurisdiction_disputed 2026-08-20", "jurisdiction_inquiry_opened 2026-08-24"),
     "2026-09-10", "office.jurisdiction_reply", "2026-09-07", "void"),
    (("office_payment_completed 2026-11-20",), "2026-11-24", "office.surplus_notice",
     "2026-11-26", "open"),
    (("surplus_notified_to_office 2026-11-20",), "2026-11-24", "office.surplus_request",
     "-", "open"),
    (("surplus_requested_by_office 2026-11-20",), "2026-11-24", "office.surplus_transfer",
     "-", "open"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "as_of", "rule", "due", "state"),
    [*_PAYMENT, *_UNCLAIMED, *_EXHIBITS, *_RELIEF, *_GUARANTEE, *_PRISONERS, *_OFFICES],
)
def test_a_limit_ends_on_the_day_worked_out_by_hand(
    case: MakeCase, facts: tuple[str, ...], as_of: str, rule: str, due: str, state: str
) -> None:
    assert case(*facts, as_of=as_of).shown(rule) == (due, state)


@pytest.mark.parametrize(
    ("fact", "rule"),
    [
        ("return_ground_arose 2026-11-20 set_off=true", "return.notice"),
        (
            "dong_collected_for_foreign_currency 2026-08-21 paid_in_dong_by_agreement=true",
            "payment.foreign_currency",
        ),
        ("destruction_ordered 2026-07-31 at_once=true", "exhibits.destruction_council"),
        ("guarantee_paid 2026-11-14 fault_established=true", "guarantee.fault_council"),
        (
            "reimbursement_effective 2026-11-14 payment=instalments",
            "guarantee.reimbursement_payment",
        ),
        (
            "prison_collected_money 2026-08-28 enforcement_decision_at_prison=true",
            "prisoners.collection_notice",
        ),
        ("office_decision_issued 2026-10-25 requested_by=creditor", "office.debtor_period"),
        (
            "office_contract_liquidated 2026-11-20 ground=d transfer_refused=true",
            "office.file_transfer",
        ),
        ("office_contract_liquidated 2026-11-20 ground=d", "office.revocation"),
        ("office_service_completed 2026-08-21 agreed_otherwise=true", "office.service_result"),
        ("judgment_effective 2026-07-06", "unclaimed.five_years"),
        ("payment_extended 2026-10-10 ground=emergency", "payment.extended_many_creditors"),
        ("enforcement_decision_issued 2026-07-10", "exhibits.handover"),
    ],
)
def test_a_limit_does_not_open_where_the_law_excepts_the_case(
    case: MakeCase, fact: str, rule: str
) -> None:
    assert case(fact, as_of="2026-12-01").limits(rule) == []


@pytest.mark.parametrize(
    ("rule", "started", "done"),
    [
        ("payment.sale_proceeds", "asset_delivered 2026-08-21 asset={}", "proceeds_paid"),
        ("payment.deposit_before_delivery", "buyer_paid 2026-08-21 asset={}", "asset_delivered"),
        ("return.notice", "return_ground_arose 2026-08-21 asset={}", "return_notice_given"),
        ("exhibits.destruction", "destruction_council_established 2026-08-21 asset={}",
         "exhibits_destroyed"),
        ("prisoners.money_sent", "prisoner_payment_requested 2026-08-21 person={}",
         "prisoner_money_sent"),
    ],
)  # fmt: skip
def test_each_asset_and_each_prisoner_has_a_clock_of_its_own(
    case: MakeCase, rule: str, started: str, done: str
) -> None:
    field = "person" if "person" in started else "asset"
    found = case(
        started.format("A"), started.format("B"), f"{done} 2026-08-24 {field}=B",
        as_of="2026-08-24",
    )  # fmt: skip
    assert [row.state for row in found.limits(rule)] == ["open", "met"]


@pytest.mark.parametrize(
    ("event", "rule", "done"),
    [
        ("provisional_measure_changed", "provisional.changed", "enforcement_decision_issued"),
        ("provisional_measure_cancelled", "provisional.cancelled", "terminated"),
    ],
)
def test_a_changed_or_cancelled_provisional_measure_is_decided_on_at_once(
    case: MakeCase, event: str, rule: str, done: str
) -> None:
    extra = " ground=cancelled" if done == "terminated" else ""
    kind: dict[str, Any] = {"origin": "provisional_measure"}
    late = case(f"{event} 2026-08-03", as_of="2026-08-04", **kind)
    assert late.shown(rule) == ("2026-08-03", "not_at_once")
    done_at_once = case(
        f"{event} 2026-08-03", f"{done} 2026-08-03{extra}", as_of="2026-08-04", **kind
    )
    assert done_at_once.shown(rule) == ("2026-08-03", "met")
    assert case(f"{event} 2026-08-03", as_of="2026-08-04").limits(rule) == []


def test_a_termination_is_revoked_five_working_days_after_the_bankruptcy_is_halted(
    case: MakeCase,
) -> None:
    ended = ("enforcement_decision_issued 2026-07-10", "terminated 2026-08-03 ground=bankruptcy")
    found = case(*ended, "bankruptcy_halted 2026-08-28", as_of="2026-09-09")
    assert found.shown("bankruptcy.halt_revocation") == ("2026-09-09", "open")
    done = case(
        *ended, "bankruptcy_halted 2026-08-28", "termination_revoked 2026-09-10",
        as_of="2026-09-11",
    )  # fmt: skip
    assert done.shown("bankruptcy.halt_revocation")[1] == "late"


@pytest.mark.parametrize(
    ("ground", "clause"),
    [
        ("exemption_5y", "1"),
        ("exemption_10y", "1"),
        ("reduction_5y", "2"),
        ("reduction_10y", "2"),
    ],
)
def test_relief_is_not_asked_for_before_its_years_are_over(
    case: MakeCase, ground: str, clause: str
) -> None:
    filed = f"relief_file_submitted 2026-10-05 ground={ground}"
    found = case("budget_obligation_first_decided 2026-07-06", filed, as_of="2026-10-06")
    assert found.irregular() == [("relief_file_submitted", "42", clause)]


def test_relief_for_hardship_has_no_years_to_wait_for(case: MakeCase) -> None:
    filed = "relief_file_submitted 2026-10-05 ground=hardship_or_merit"
    found = case("budget_obligation_first_decided 2026-07-06", filed, as_of="2026-10-06")
    assert found.irregular() == []


def test_relief_is_asked_for_once_a_year(case: MakeCase) -> None:
    filed = "relief_file_submitted {} ground=exemption_5y"
    decided = "relief_decided 2026-11-20"
    early = case(decided, filed.format("2027-11-22"), as_of="2027-11-23")
    assert early.irregular() == [("relief_file_submitted", "42", "4")]
    later = case(decided, filed.format("2027-11-23"), as_of="2027-11-23")
    assert later.irregular() == []


def test_a_relief_file_needs_a_verification_of_the_last_three_months(case: MakeCase) -> None:
    filed = (
        "relief_file_submitted 2026-10-05 ground=hardship_or_merit verified_within_three_months={}"
    )
    old = case(filed.format("false"), as_of="2026-10-06")
    assert old.irregular() == [("relief_file_submitted", "43", "3")]
    assert case(filed.format("true"), as_of="2026-10-06").irregular() == []


def test_money_returned_to_its_owner_is_not_forfeited(case: MakeCase) -> None:
    served = "return_notice_served 2026-11-20 thing=money collected_after_five_years=true"
    found = case(served, "returned_to_party 2026-12-01", as_of="2027-12-01")
    assert found.shown("unclaimed.one_year")[1] == "met"
    assert found.limits("unclaimed.forfeiture") == []
    assert found.limits("unclaimed.money_deposit") == []
