"""Clocks of two assets or two persons: what is said of one does not touch the other."""

from __future__ import annotations

import pytest

from tests.conftest import MakeCase

COLLECTED = "money_collected {} amount_vnd=1000000 asset={}"


def test_a_payment_that_is_extended_leaves_the_other_payment_due(case: MakeCase) -> None:
    """Decree 152/2026, Art. 30.3: ten days hold for the other; 21 November is a Saturday."""
    found = case(
        COLLECTED.format("2026-11-09", "A"), COLLECTED.format("2026-11-11", "B"),
        "payment_extended 2026-11-12 ground=authority_order asset=A", as_of="2026-11-20",
    )  # fmt: skip
    assert [(str(row.due), row.state) for row in found.limits("payment.proceeds")] == [
        ("2026-11-19", "void"), ("2026-11-23", "open"),
    ]  # fmt: skip


def test_an_extension_that_names_nothing_ends_what_named_nothing(case: MakeCase) -> None:
    found = case(
        "money_collected 2026-11-09 amount_vnd=1000000", COLLECTED.format("2026-11-11", "B"),
        "payment_extended 2026-11-12 ground=authority_order", as_of="2026-11-20",
    )  # fmt: skip
    assert [row.state for row in found.limits("payment.proceeds")] == ["void", "open"]


def test_full_performance_ends_what_each_act_asked_for(case: MakeCase) -> None:
    """It need not name the act: nothing is left to be done."""
    found = case(
        "act_decision_notified 2026-11-09 act=act channel=direct",
        "obligation_performed 2026-11-10", as_of="2026-11-11",
    )  # fmt: skip
    assert found.limit("measures.act_period").state in ("met", "void")


def test_heirs_of_one_person_leave_the_other_person_without(case: MakeCase) -> None:
    """Law 106/2025, Art. 48.1: the case is ended for whoever has no heir."""
    found = case(
        "heirs_notice_published 2026-08-03 person=A", "heirs_notice_published 2026-08-03 person=B",
        "heirs_identified 2026-09-04 person=B", as_of="2026-09-07",
    )  # fmt: skip
    rows = found.limits("parties.no_heirs_termination")
    assert [(row.occurrence.rpartition(".")[2], row.state) for row in rows] == [
        ("1", "open"), ("2", "void"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "gap", "as_of"),
    [
        ("return_notice_served 2026-11-02 thing=money asset={}", "unclaimed.money_deposit",
         "2026-11-23"),
        ("unidentified_prison_money_received 2020-11-02 person={}",
         "prisoners.unidentified_forfeiture", "2026-11-23"),
        ("judicial_assistance_file_sent 2026-07-06 person={}", "service.abroad_chasing",
         "2026-11-23"),
        ("judicial_assistance_file_sent 2026-07-06 person={}", "service.abroad_portal",
         "2027-02-01"),
    ],
)  # fmt: skip
def test_each_asset_and_person_has_a_gap_of_its_own(
    case: MakeCase, facts: str, gap: str, as_of: str
) -> None:
    found = case(facts.format("A"), facts.format("B"), as_of=as_of)
    assert [row.state for row in found.limits(gap)] == ["open", "open"]
    assert len({row.occurrence for row in found.answer.limits}) == len(found.answer.limits)


def test_what_is_done_for_one_asset_meets_the_gap_of_that_asset(case: MakeCase) -> None:
    notice = "return_notice_served 2026-11-02 thing=money asset={}"
    found = case(
        notice.format("A"), notice.format("B"),
        "money_deposited 2026-11-20 purpose=unclaimed asset=B", as_of="2026-11-23",
    )  # fmt: skip
    assert [row.state for row in found.limits("unclaimed.money_deposit")] == ["open", "met"]


PLAN = "coercion_planned {} at={}T08:30 asset={}"
DECIDED = (
    "request_received 2026-07-06", "enforcement_decision_issued 2026-07-10",
    "decision_validly_notified 2026-07-15 channel=direct",
    "means_verified 2026-07-28 outcome=with_means",
    "coercion_decided 2026-08-03 measure=seizure",
)  # fmt: skip


def test_a_new_plan_for_one_asset_leaves_the_notice_for_the_other_due(case: MakeCase) -> None:
    """Law 106/2025, Art. 72.7: two working days before each planned coercion."""
    found = case(
        *DECIDED, PLAN.format("2026-11-09", "2026-11-25", "A"),
        PLAN.format("2026-11-09", "2026-11-27", "B"), PLAN.format("2026-11-10", "2026-12-02", "A"),
        as_of="2026-11-16",
    )  # fmt: skip
    assert [(str(row.due), row.state) for row in found.limits("coercion.cost_notice")] == [
        ("2026-11-20", "void"), ("2026-11-25", "open"), ("2026-11-30", "open"),
    ]  # fmt: skip
    one = case(
        *DECIDED, PLAN.format("2026-11-09", "2026-11-25", "A"),
        PLAN.format("2026-11-09", "2026-11-27", "B"),
        "coercion_cost_notified 2026-11-16 asset=B", as_of="2026-11-16",
    )  # fmt: skip
    assert [row.state for row in one.limits("coercion.cost_notice")] == ["open", "met"]


def test_each_plan_that_stands_is_judged_again_by_what_came_after_it(case: MakeCase) -> None:
    found = case(
        *DECIDED, PLAN.format("2026-11-09", "2026-11-25", "A"),
        PLAN.format("2026-11-09", "2026-11-27", "B"), "postponed 2026-11-16 ground=46.1.c",
        as_of="2026-11-17",
    )  # fmt: skip
    assert {plan.fact for plan in found.answer.refused_plans} == {6, 7}
    done = case(
        *DECIDED, PLAN.format("2026-11-09", "2026-11-12", "A"),
        PLAN.format("2026-11-09", "2026-11-27", "B"),
        "coercion_carried_out 2026-11-12 at=08:30 asset=A", "postponed 2026-11-16 ground=46.1.c",
        as_of="2026-11-17",
    )  # fmt: skip
    assert {plan.fact for plan in done.answer.refused_plans} == {7}


def test_a_plan_with_forces_says_which_days_nobody_can_look_up(case: MakeCase) -> None:
    """Decree 152/2026, Art. 42.2: traditional days of policy beneficiaries have no calendar."""
    plan = "coercion_planned 2026-11-09 at=2026-11-25T08:30 with_forces=true"
    found = case(*DECIDED, plan, as_of="2026-11-16")
    row = found.limit("coercion.barred_special_days")
    assert (row.state, row.due, row.kind, row.article) == ("open", None, "gap", "42")
    held = "coercion_carried_out 2026-11-25 at=08:30 with_forces=true"
    assert case(*DECIDED, plan, held, as_of="2026-11-25").shown(row.id)[1] == "met"
    without = case(*DECIDED, plan.replace("true", "false"), as_of="2026-11-16")
    assert without.limits(row.id) == []
