"""Security measures, coercive measures, their protection, protests: worked by the calendar.

Off are 31 August to 2 September and 24 November 2026; Saturday 22 August 2026 is worked.
"""

from __future__ import annotations

import pytest

from tests.conftest import MakeCase

READY = (
    "request_received 2026-07-06",
    "enforcement_decision_issued 2026-07-10",
    "decision_validly_notified 2026-07-15 channel=direct",
    "means_verified 2026-07-30 outcome=with_means",
    "coercion_decided 2026-08-03 measure=seizure",
)

SECURITY = [
    # 24 hours run through the day off
    (["urgent_record_made 2026-11-23 at=16:30 measure=freeze asset=tk1"],
     "2026-11-24T16:00+07:00", "security.freeze_decision", "2026-11-24T16:30:00+07:00", "open"),
    (
        [
            "urgent_record_made 2026-11-23 at=16:30 measure=freeze asset=tk1",
            "security_measure_applied 2026-11-24 at=16:31 measure=freeze asset=tk1",
        ],
        "2026-11-25", "security.freeze_decision", "2026-11-24T16:30:00+07:00", "late",
    ),
    (
        [
            "urgent_record_made 2026-08-21 at=10:00 measure=custody asset=xe",
            "security_measure_applied 2026-08-22 at=10:00 measure=custody asset=xe",
        ],
        "2026-08-24", "security.custody_decision", "2026-08-22T10:00:00+07:00", "met",
    ),
    (["urgent_record_made 2026-11-23 measure=freeze asset=tk1"],
     "2026-11-24", "security.freeze_execution_on_record", "2026-11-23", "not_at_once"),
    (
        [
            "security_decision_delivered 2026-11-23 measure=freeze asset=tk1",
            "freeze_executed 2026-11-25 asset=tk1",
        ],
        "2026-11-25", "security.freeze_execution", "2026-11-23", "late",
    ),
    # what was frozen on the record needs no second freeze
    (
        [
            "urgent_record_made 2026-11-20 measure=freeze asset=tk1",
            "freeze_executed 2026-11-20 asset=tk1",
            "security_decision_delivered 2026-11-23 measure=freeze asset=tk1",
        ],
        "2026-11-25", "security.freeze_execution", "2026-11-23", "met",
    ),
    (
        [
            "security_measure_applied 2026-11-23 measure=transaction_halt asset=d1",
            "security_decision_delivered 2026-11-25 measure=transaction_halt asset=d1",
        ],
        "2026-11-25", "security.transaction_halt_notice", "2026-11-23", "late",
    ),
    (["security_measure_applied 2026-11-23 measure=exit_ban person=A"],
     "2026-11-23", "security.exit_ban_notice", "2026-11-23", "open"),
    # the tenth day is the worked Saturday
    (
        [
            "security_measure_applied 2026-08-10 measure=freeze asset=tk1",
            "coercion_ground_established 2026-08-12 asset=tk1",
        ],
        "2026-08-24", "security.coercion_to_follow", "2026-08-22", "breached",
    ),
    # 23, 25, 26 November
    (["security_end_ground_arose 2026-11-20 measure=freeze asset=tk1"],
     "2026-11-26", "security.end_decision", "2026-11-26", "open"),
    (
        [
            "freeze_executed 2026-08-31 at=09:00 asset=tk1",
            "freeze_reported 2026-09-03 asset=tk1",
        ],
        "2026-09-03", "security.freeze_report", "2026-09-01T09:00:00+07:00", "late",
    ),
    # from Friday 28 August the next working day is 3 September
    (["security_decision_delivered 2026-08-28 measure=freeze asset_kind=securities asset=ck"],
     "2026-09-03", "security.securities_freeze", "2026-09-03", "open"),
    (
        [
            "office_security_requested 2026-11-23 at=08:00 asset=tk1",
            "security_measure_applied 2026-11-24 at=07:30 measure=freeze asset=tk1",
        ],
        "2026-11-24", "security.for_private_office", "2026-11-24T08:00:00+07:00", "met",
    ),
    (
        [
            "office_security_requested 2026-11-23 at=08:00 asset=tk1",
            "office_security_refused 2026-11-23 at=15:00 asset=tk1",
        ],
        "2026-11-25", "security.for_private_office", "2026-11-24T08:00:00+07:00", "void",
    ),
]  # fmt: skip

MEASURES = [
    # thirty days end on 24 November
    (["third_party_dispute_notified 2026-10-25 asset=d1"],
     "2026-11-26", "measures.dispute_suit", "2026-11-25", "expired"),
    (
        [
            "third_party_dispute_notified 2026-10-25 asset=d1",
            "dispute_suit_filed 2026-11-25 asset=d1",
        ],
        "2026-11-26", "measures.dispute_suit", "2026-11-25", "met",
    ),
    # fifteen days end on the worked Saturday
    (["evasive_transaction_notified 2026-08-07 asset=d1"],
     "2026-08-21", "measures.evasive_transaction", "2026-08-24", "open"),
    (["evasive_transaction_notified 2026-08-10 asset=d1"],
     "2026-08-26", "measures.evasive_transaction_by_officer", "-", "open"),
    (
        [
            "account_deduction_received 2026-11-23 asset=tk1",
            "account_deducted 2026-11-25 asset=tk1",
        ],
        "2026-11-25", "measures.account_deduction", "2026-11-23", "late",
    ),
    (
        [
            "exploitation_demanded 2026-11-14 asset=d1",
            "exploitation_contract_signed 2026-11-25 asset=d1",
        ],
        "2026-11-25", "measures.exploitation_contract", "2026-11-25", "met",
    ),
    # 28 August, 3 and 4 September
    (["coercion_end_ground_arose 2026-08-27 measure=exploitation asset=d1"],
     "2026-09-07", "measures.exploitation_end", "2026-09-04", "breached"),
    # 21, 22 (worked) and 24 August
    (
        [
            "coercion_end_ground_arose 2026-08-20 measure=seizure asset=d1",
            "coercion_ended 2026-08-24 measure=seizure asset=d1",
        ],
        "2026-08-25", "measures.release", "2026-08-24", "met",
    ),
    (["coercion_end_ground_arose 2026-08-20 measure=income_deduction"],
     "2026-08-25", "measures.release", "2026-08-24", "breached"),
    (["extra_asset_seized 2026-11-23 asset=tv"],
     "2026-11-24", "measures.supplementary_seizure", "2026-11-23", "not_at_once"),
    (["removal_demanded 2026-11-09 from=seized_asset asset=d1 person=A"],
     "2026-11-25", "measures.goods_removal", "2026-11-25", "open"),
    # fifteen days end on 31 August
    (["removal_demanded 2026-08-16 from=land_to_hand_over asset=d1 person=A"],
     "2026-09-04", "measures.structure_removal", "2026-09-03", "expired"),
    (["thing_loss_notified 2026-08-17 asset=xe", "damage_suit_filed 2026-09-03 asset=xe"],
     "2026-09-04", "measures.damage_suit", "2026-09-03", "met"),
    # 19, 20, 23, 25, 26 November
    (["act_decision_notified 2026-11-18 act=act person=A"],
     "2026-11-26", "measures.act_period", "2026-11-26", "open"),
    # 20, 21, 22 (worked), 24, 25 August
    (
        [
            "act_decision_notified 2026-08-19 act=hand_over_minor person=A",
            "act_performed 2026-08-25 act=hand_over_minor person=A",
        ],
        "2026-08-26", "measures.minor_period", "2026-08-26", "met",
    ),
    # 28 August, 3, 4, 7, 8 September
    (["act_decision_notified 2026-08-27 act=reinstate_worker person=A"],
     "2026-09-09", "measures.reinstatement_period", "2026-09-08", "expired"),
    (["self_custody_notified 2026-11-14 asset=xe"],
     "2026-11-26", "measures.self_custody", "2026-11-25", "expired"),
    # a pay period that starts on a day off: 3, 4, 7 September
    (["pay_period_started 2026-09-01 person=A", "income_deducted 2026-09-08 person=A"],
     "2026-09-08", "measures.income_deduction", "2026-09-07", "late"),
    (["forced_transfer_decided 2026-11-20 asset=ck", "forced_transfer_sent 2026-11-26 asset=ck"],
     "2026-11-26", "measures.securities_sending", "2026-11-26", "met"),
    # 23, 25, 26, 27, 30 November
    (["forced_transfer_received 2026-11-20 asset=ck"],
     "2026-12-01", "measures.securities_transfer", "2026-11-30", "breached"),
    (["forced_transfer_done 2026-11-23 asset=ck"],
     "2026-11-27", "measures.securities_report", "2026-11-27", "open"),
]  # fmt: skip

PROTECTION = [
    (["protection_requested 2026-11-20", "protection_plan_made 2026-11-26"],
     "2026-11-27", "protection.plan", "2026-11-26", "met"),
    (["coercion_plan_approved 2026-11-23", "coercion_plan_sent 2026-11-23"],
     "2026-11-24", "protection.plan_dispatch", "2026-11-23", "met"),
    # 3, 4, 7 September
    (["police_consulted 2026-08-28", "police_reported_up 2026-09-08"],
     "2026-09-08", "protection.commune_reply", "2026-09-07", "late"),
    (["police_reported_up 2026-11-20"],
     "2026-11-30", "protection.provincial_reply", "2026-11-30", "open"),
    (["coercion_terms_agreed 2026-08-20"],
     "2026-08-25", "protection.plan_draft", "2026-08-24", "breached"),
    (["coercion_plan_drafted 2026-08-24"], "2026-11-24", "protection.plan_approval", "-", "open"),
    # back from 30 November: 27, 26, 25, 23, 20
    (
        [
            *READY, "coercion_planned 2026-11-12 at=2026-11-30T08:00 with_forces=true",
            "protection_plan_received 2026-11-20",
        ],
        "2026-11-21", "protection.plan_delivery", "2026-11-20", "met",
    ),
    ([*READY, "coercion_planned 2026-11-12 at=2026-11-25T08:00 with_forces=true"],
     "2026-11-24", "protection.meeting", "2026-11-23", "breached"),
    # back from 3 September: 28, 27, 26, 25, 24 August
    (
        [
            *READY, "coercion_planned 2026-08-10 at=2026-09-03T08:00 with_forces=true",
            "police_support_requested 2026-08-25",
        ],
        "2026-08-26", "protection.request", "2026-08-24", "late",
    ),
    # back from 26 August: 25, 24, 22 (worked), 21, 20
    (["protected_activity_planned 2026-08-17 at=2026-08-26T08:00 activity=verification"],
     "2026-08-20", "protection.activity_request", "2026-08-20", "open"),
]  # fmt: skip

PROTEST = [
    # fifteen days end on 24 November
    (["decision_received_by_procuracy 2026-11-09 level=local document=coercion"],
     "2026-11-26", "protest.local", "2026-11-25", "expired"),
    (
        [
            "violation_found_by_procuracy 2026-10-25 level=supreme",
            "protest_received 2026-11-20 level=supreme",
        ],
        "2026-11-26", "protest.supreme", "2026-11-25", "met",
    ),
    # 24 November 2027 is off as well
    (["closure_notice_received_by_procuracy 2026-11-24"],
     "2026-12-01", "protest.closed_case", "2027-11-25", "open"),
    # fifteen days end on 31 August
    (["protest_received 2026-08-16 level=local number=5"],
     "2026-09-04", "protest.reply", "2026-09-03", "breached"),
    (
        [
            "recommendation_received 2026-08-16 number=6",
            "protest_replied 2026-09-03 number=6 accepted=false",
        ],
        "2026-09-04", "protest.reply", "2026-09-03", "met",
    ),
    (["protest_replied 2026-11-18 number=5 accepted=true"],
     "2026-11-26", "protest.implementation", "2026-11-26", "open"),
    (["reconsideration_requested 2026-11-14", "reconsideration_replied 2026-11-26"],
     "2026-11-26", "protest.reconsideration", "2026-11-25", "late"),
    # thirty days end on 2 September
    (["disagreement_reported 2026-08-03"],
     "2026-09-03", "protest.superior_reply", "2026-09-03", "open"),
    (["minister_reply_requested 2026-10-25", "minister_replied 2026-11-25"],
     "2026-11-26", "protest.minister_reply", "2026-11-25", "met"),
    # seven days end on 24 November
    (["relief_decision_received_by_procuracy 2026-11-17 level=same"],
     "2026-11-26", "protest.relief_same_level", "2026-11-25", "expired"),
    (
        [
            "relief_decision_received_by_procuracy 2026-11-09 level=superior",
            "relief_protested 2026-11-25 level=superior",
        ],
        "2026-11-26", "protest.relief_superior", "2026-11-25", "met",
    ),
    # seven days end on 31 August
    (["relief_protest_received 2026-08-24"],
     "2026-09-04", "protest.relief_file", "2026-09-03", "breached"),
    (["relief_protest_file_received 2026-11-09"],
     "2026-11-25", "protest.relief_session", "2026-11-25", "open"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "as_of", "rule", "due", "state"), [*SECURITY, *MEASURES, *PROTECTION, *PROTEST]
)
def test_each_limit_ends_on_its_worked_day(
    case: MakeCase, facts: list[str], as_of: str, rule: str, due: str, state: str
) -> None:
    assert case(*facts, as_of=as_of).shown(rule) == (due, state)


def test_a_provisional_measure_alone_asks_for_coercion_at_once(case: MakeCase) -> None:
    fact = "provisional_measure_needs_coercion 2026-11-23 point=c"
    found = case(fact, as_of="2026-11-24", origin="provisional_measure")
    assert found.shown("measures.provisional_coercion") == ("2026-11-23", "not_at_once")
    decided = case(
        fact, "coercion_decided 2026-11-23 measure=seizure",
        as_of="2026-11-24", origin="provisional_measure",
    )  # fmt: skip
    assert decided.shown("measures.provisional_coercion") == ("2026-11-23", "met")
    assert case(fact, as_of="2026-11-24").limits("measures.provisional_coercion") == []


def test_each_asset_has_its_own_clocks(case: MakeCase) -> None:
    found = case(
        "urgent_record_made 2026-11-23 at=08:00 measure=freeze asset=tk1",
        "urgent_record_made 2026-11-23 at=09:00 measure=freeze asset=tk2",
        "security_measure_applied 2026-11-23 at=15:00 measure=freeze asset=tk2",
        as_of="2026-11-25",
    )
    states = [row.state for row in found.limits("security.freeze_decision")]
    assert states == ["breached", "met"]


def test_a_measure_of_another_kind_fulfils_nothing(case: MakeCase) -> None:
    found = case(
        "urgent_record_made 2026-11-23 at=08:00 measure=custody asset=xe",
        "security_measure_applied 2026-11-23 at=09:00 measure=freeze asset=xe",
        as_of="2026-11-25",
    )
    assert found.limit("security.custody_decision").state == "breached"
    assert found.limits("security.freeze_decision") == []


def test_securities_are_frozen_by_their_own_period(case: MakeCase) -> None:
    found = case(
        "security_decision_delivered 2026-08-28 measure=freeze asset_kind=securities asset=ck",
        as_of="2026-08-28",
    )
    assert found.limits("security.freeze_execution") == []


def test_no_coercion_has_to_follow_where_there_was_no_security_measure(case: MakeCase) -> None:
    found = case("coercion_ground_established 2026-08-12 asset=tk1", as_of="2026-08-13")
    assert found.limits("security.coercion_to_follow") == []


def test_a_partys_period_shows_both_readings_of_the_worked_saturday(case: MakeCase) -> None:
    found = case("evasive_transaction_notified 2026-08-07 asset=d1", as_of="2026-08-21")
    row = found.limit("measures.evasive_transaction")
    assert [(r.reason, str(r.due)) for r in row.readings] == [
        ("working_day", "2026-08-22"), ("day_off", "2026-08-24"),
    ]  # fmt: skip


def test_the_officer_has_nothing_to_undo_once_the_creditor_has_sued(case: MakeCase) -> None:
    found = case(
        "evasive_transaction_notified 2026-08-10 asset=d1",
        "transaction_suit_filed 2026-08-20 asset=d1", as_of="2026-09-10",
    )  # fmt: skip
    assert found.shown("measures.evasive_transaction") == ("2026-08-25", "met")
    assert found.limits("measures.evasive_transaction_by_officer") == []


def test_a_seizure_is_released_after_the_case_is_closed(case: MakeCase) -> None:
    found = case(
        *READY, "coercion_end_ground_arose 2026-11-20 measure=seizure asset=d1",
        "closed 2026-11-23", "coercion_ended 2026-11-26 measure=seizure asset=d1",
        as_of="2026-11-27",
    )  # fmt: skip
    assert found.shown("measures.release") == ("2026-11-26", "met")


def test_what_is_done_against_the_debtor_stands_still_while_postponed(case: MakeCase) -> None:
    found = case(
        *READY, "act_decision_notified 2026-11-18 act=act person=A",
        "postponed 2026-11-19 ground=46.1.a", as_of="2026-11-30",
    )  # fmt: skip
    assert found.limit("measures.act_period").state == "paused"


def test_coercion_without_forces_needs_no_police(case: MakeCase) -> None:
    found = case(*READY, "coercion_planned 2026-11-12 at=2026-11-30T08:00", as_of="2026-11-20")
    assert [row.id for row in found.answer.limits if row.id.startswith("protection.")] == []


def test_a_request_for_one_activity_does_not_do_for_another(case: MakeCase) -> None:
    found = case(
        "protected_activity_planned 2026-08-17 at=2026-08-26T08:00 activity=verification",
        "protected_activity_planned 2026-08-17 at=2026-08-27T08:00 activity=survey",
        "police_support_requested 2026-08-19 activity=survey", as_of="2026-08-21",
    )  # fmt: skip
    rows = [(str(r.due), r.state) for r in found.limits("protection.activity_request")]
    assert rows == [("2026-08-20", "breached"), ("2026-08-21", "met")]


def test_a_protest_that_is_not_accepted_is_not_to_be_carried_out(case: MakeCase) -> None:
    found = case("protest_replied 2026-11-18 number=5 accepted=false", as_of="2026-11-26")
    assert found.limits("protest.implementation") == []


def test_a_protest_is_replied_to_after_the_case_is_closed(case: MakeCase) -> None:
    found = case(
        *READY, "closed 2026-08-10", "closure_notice_received_by_procuracy 2026-08-12",
        "protest_received 2026-08-16 level=local number=5", as_of="2026-08-20",
    )  # fmt: skip
    assert found.shown("protest.closed_case") == ("2027-08-12", "met")
    assert found.shown("protest.reply") == ("2026-09-03", "open")
