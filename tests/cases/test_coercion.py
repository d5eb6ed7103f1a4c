"""Coercion: plans are judged, acts are recorded, notices count backwards."""

from __future__ import annotations

import pytest

from tests.conftest import Assessed, MakeCase

READY = (
    "request_received 2026-07-06",
    "enforcement_decision_issued 2026-07-10",
    "decision_validly_notified 2026-07-15 channel=direct",
    "means_verified 2026-07-30 outcome=with_means",
    "coercion_decided 2026-08-03 measure=seizure",
)


def _plan(found: Assessed) -> tuple[str, str | None, str]:
    (plan,) = found.answer.refused_plans
    lawful = plan.next_lawful.isoformat(timespec="minutes") if plan.next_lawful else "-"
    return plan.article, plan.clause, lawful


@pytest.mark.parametrize(
    ("at", "lawful"),
    [
        ("2026-11-24T22:30", "2026-11-25T06:00+07:00"),
        ("2026-11-24T09:00", "2026-11-25T06:00+07:00"),
        ("2026-11-25T22:00", "2026-11-26T06:00+07:00"),
        ("2026-11-25T05:59", "2026-11-25T06:00+07:00"),
        ("2026-11-28T09:00", "2026-11-30T06:00+07:00"),
        ("2026-08-29T09:00", "2026-09-03T06:00+07:00"),
        ("2026-08-22T09:00", "2026-08-24T06:00+07:00"),
    ],
)
def test_a_plan_at_night_or_on_a_day_off_does_not_stand(
    case: MakeCase, at: str, lawful: str
) -> None:
    found = case(*READY, f"coercion_planned 2026-08-05 at={at}", as_of="2026-08-05")
    assert _plan(found) == ("72", "5", lawful)
    assert found.limits("coercion.cost_notice") == []


@pytest.mark.parametrize("at", ["2026-11-25T06:00", "2026-11-25T21:59", "2026-11-23T08:00"])
def test_a_plan_on_a_working_day_stands(case: MakeCase, at: str) -> None:
    found = case(*READY, f"coercion_planned 2026-08-05 at={at}", as_of="2026-08-05")
    assert found.answer.refused_plans == ()


def test_the_tet_window_bars_coercion_with_forces_alone(case: MakeCase) -> None:
    """Tết 2027 is 6 February, its days off run from 4 to 10 February."""
    plan = "coercion_planned 2026-08-05 at=2027-02-22T09:00"
    with_forces = case(*READY, f"{plan} with_forces=true", as_of="2026-08-05")
    assert _plan(with_forces) == ("42", "2", "2027-02-26T06:00+07:00")
    assert with_forces.answer.refused_plans[0].act == "152/2026/NĐ-CP"
    without = case(*READY, plan, as_of="2026-08-05")
    assert without.answer.refused_plans == ()
    before = case(
        *READY, "coercion_planned 2026-08-05 at=2027-01-20T09:00 with_forces=true",
        as_of="2026-08-05",
    )  # fmt: skip
    assert _plan(before)[0] == "42"


def test_a_plan_may_lie_ahead_by_its_day_as_well(case: MakeCase) -> None:
    found = case(*READY, "coercion_planned 2026-11-24 at=22:30", as_of="2026-08-05")
    assert _plan(found)[:2] == ("72", "5")


def test_notices_count_backwards_in_working_days(case: MakeCase) -> None:
    found = case(*READY, "coercion_planned 2026-11-12 at=2026-11-30T08:00", as_of="2026-11-20")
    assert found.shown("coercion.cost_notice") == ("2026-11-26", "open")
    assert found.shown("coercion.seizure_notice") == ("2026-11-25", "open")
    told = case(
        *READY, "coercion_planned 2026-11-12 at=2026-11-30T08:00",
        "coercion_cost_notified 2026-11-26", "seizure_notified 2026-11-26", as_of="2026-11-27",
    )  # fmt: skip
    assert told.shown("coercion.cost_notice")[1] == "met"
    assert told.shown("coercion.seizure_notice")[1] == "late"


def test_only_the_seizure_of_an_immovable_needs_the_longer_notice(case: MakeCase) -> None:
    facts = (*READY[:4], "coercion_decided 2026-08-03 measure=account_deduction")
    found = case(*facts, "coercion_planned 2026-11-12 at=2026-11-30T08:00", as_of="2026-11-20")
    assert found.limits("coercion.seizure_notice") == []


def test_a_new_plan_takes_the_old_ones_place(case: MakeCase) -> None:
    found = case(
        *READY, "coercion_planned 2026-11-12 at=2026-11-30T08:00",
        "coercion_planned 2026-11-13 at=2026-12-10T08:00", as_of="2026-11-20",
    )  # fmt: skip
    rows = [(str(r.due), r.state) for r in found.limits("coercion.cost_notice")]
    assert rows == [("2026-11-26", "void"), ("2026-12-08", "open")]


def test_a_plan_falls_when_the_case_is_postponed(case: MakeCase) -> None:
    found = case(
        *READY, "coercion_planned 2026-11-12 at=2026-11-30T08:00",
        "postponed 2026-11-16 ground=46.1.c until=2026-12-31", as_of="2026-11-20",
    )  # fmt: skip
    assert _plan(found) == ("46", "1", "-")
    assert found.limit("coercion.cost_notice").state == "void"


def test_coercion_in_the_voluntary_period_is_recorded_and_irregular(case: MakeCase) -> None:
    found = case(
        *READY[:3], "coercion_decided 2026-07-20 measure=seizure",
        "coercion_carried_out 2026-07-22 at=09:00", as_of="2026-07-23",
    )  # fmt: skip
    assert ("coercion_carried_out", "72", "1") in found.irregular()
    assert found.answer.stage == "coercion"


def test_urgent_coercion_in_the_voluntary_period_is_lawful(case: MakeCase) -> None:
    found = case(
        *READY[:3], "coercion_decided 2026-07-20 measure=seizure urgent=true",
        "coercion_carried_out 2026-07-22 at=09:00", as_of="2026-07-23",
    )  # fmt: skip
    assert found.irregular() == []


def test_coercion_at_night_and_without_decision_is_irregular_twice(case: MakeCase) -> None:
    found = case(*READY[:4], "coercion_carried_out 2026-08-10 at=23:15", as_of="2026-08-11")
    assert ("coercion_carried_out", "72", "5") in found.irregular()
    assert ("coercion_carried_out", "72", "4") in found.irregular()


def test_a_partys_period_that_ends_on_a_worked_saturday_shows_both_readings(
    case: MakeCase,
) -> None:
    """22 August 2026 is worked for 31 August; coercion waits for the later reading."""
    facts = (*READY[:2], "decision_validly_notified 2026-08-12 channel=direct")
    found = case(*facts, as_of="2026-08-20")
    row = found.limit("voluntary_period")
    assert str(row.due) == "2026-08-24"
    assert [(r.reason, str(r.due), r.acted) for r in row.readings] == [
        ("working_day", "2026-08-22", False), ("day_off", "2026-08-24", True),
    ]  # fmt: skip
    seized = case(*facts, "coercion_decided 2026-08-24 measure=seizure", as_of="2026-08-24")
    assert ("coercion_decided", "72", "1") in seized.irregular()


def test_the_law_gives_no_number_for_the_decision_on_coercion(case: MakeCase) -> None:
    found = case(*READY[:4], as_of="2026-12-01")
    gap = found.limit("coercion.decision")
    assert (gap.kind, gap.due, gap.state) == ("gap", None, "open")


def test_a_plan_without_forces_waits_for_no_end_of_the_tet_window(case: MakeCase) -> None:
    """22 February 2027 lies within 15 days of Tết; at 22:30 only the night bars it."""
    plan = "coercion_planned 2026-08-05 at=2027-02-22T22:30"
    alone = case(*READY, plan, as_of="2026-08-05")
    assert _plan(alone) == ("72", "5", "2027-02-23T06:00+07:00")
    with_forces = case(*READY, f"{plan} with_forces=true", as_of="2026-08-05")
    assert {
        p.next_lawful.isoformat() for p in with_forces.answer.refused_plans if p.next_lawful
    } == {"2027-02-26T06:00:00+07:00"}


def test_coercion_at_night_is_recorded_with_the_rule_that_it_broke(case: MakeCase) -> None:
    night = case(*READY, "coercion_carried_out 2026-08-20 at=22:00", as_of="2026-08-21")
    assert night.irregular() == [("coercion_carried_out", "72", "5")]
    (told,) = night.answer.irregularities
    assert (told.rule, told.fact, str(told.on), told.act) == (
        "coercion.barred_hours", 6, "2026-08-20", "106/2025/QH15",
    )  # fmt: skip


def test_a_postponement_bars_coercion_until_the_case_is_resumed(case: MakeCase) -> None:
    paused = (*READY[:4], "postponed 2026-08-03 ground=46.1.c")
    barred = case(*paused, "coercion_decided 2026-08-10 measure=seizure", as_of="2026-08-11")
    assert [event for event, _, _ in barred.irregular()] == ["coercion_decided"]
    free = case(
        *paused, "resumed 2026-08-07", "coercion_decided 2026-08-10 measure=seizure",
        as_of="2026-08-11",
    )  # fmt: skip
    assert free.irregular() == []


@pytest.mark.parametrize(
    "stage",
    [
        ("coercion_decided 2026-08-03 measure=seizure",),
        ("money_collected 2026-08-03 amount_vnd=1",),
        ("money_collected 2026-08-03 amount_vnd=1", "proceeds_paid 2026-08-05"),
        ("obligation_performed 2026-08-03",),
    ],
    ids=["decided", "money in hand", "paid out", "performed"],
)
def test_a_verification_asks_for_no_coercion_where_it_is_under_way(
    case: MakeCase, stage: tuple[str, ...]
) -> None:
    again = "means_verified 2026-08-20 outcome=with_means"
    found = case(*READY[:3], *stage, again, as_of="2026-08-21")
    assert found.limits("coercion.decision") == []
    assert case(*READY[:3], again, as_of="2026-08-21").limit("coercion.decision").kind == "gap"


def test_urgent_coercion_needs_no_notice_beforehand(case: MakeCase) -> None:
    urgent = (*READY[:4], "coercion_decided 2026-08-03 measure=seizure urgent=true")
    plan = "coercion_planned 2026-08-05 at=2026-08-20T08:00"
    found = case(*urgent, plan, as_of="2026-08-06")
    assert found.limits("coercion.cost_notice") == []
    assert found.limits("coercion.seizure_notice") == []
    plain = case(*READY, plan, as_of="2026-08-06")
    assert plain.limit("coercion.cost_notice").occurrence == "coercion.cost_notice#6"


@pytest.mark.parametrize(
    "decided",
    [
        ("coercion_decided 2026-08-03 measure=seizure immovable=false",),
        ("coercion_decided 2026-08-03 measure=seizure immovable=true",
         "coercion_decided 2026-08-04 measure=account_deduction"),
    ],
    ids=["a movable", "another measure since"],
)  # fmt: skip
def test_the_longer_notice_is_for_the_seizure_of_an_immovable_that_is_decided_now(
    case: MakeCase, decided: tuple[str, ...]
) -> None:
    # Law 106/2025, Art. 80.2.a.
    found = case(
        *READY[:4], *decided, "coercion_planned 2026-08-05 at=2026-08-20T08:00", as_of="2026-08-06"
    )
    assert found.limits("coercion.seizure_notice") == []
    assert found.limit("coercion.cost_notice").state == "open"


def test_a_suspension_bars_coercion_until_the_case_is_resumed(case: MakeCase) -> None:
    paused = (*READY[:4], "temporarily_suspended 2026-08-03 ground=47.1")
    decided = "coercion_decided 2026-08-10 measure=seizure"
    barred = case(*paused, decided, as_of="2026-08-11")
    assert [event for event, _, _ in barred.irregular()] == ["coercion_decided"]
    free = case(*paused, "resumed 2026-08-07", decided, as_of="2026-08-11")
    assert free.irregular() == []


@pytest.mark.parametrize(
    ("day", "irregular"), [("2026-07-15", True), ("2026-07-27", True), ("2026-07-28", False)]
)
def test_the_voluntary_period_bars_coercion_from_its_first_day_to_its_last(
    case: MakeCase, day: str, *, irregular: bool
) -> None:
    # Law 106/2025, Arts. 36.1, 72.1: notified on 15 July, the tenth day is a Saturday.
    found = case(*READY[:3], f"coercion_decided {day} measure=seizure", as_of=day)
    assert bool(found.irregular()) is irregular


def test_every_irregular_act_is_recorded_and_not_the_last_alone(case: MakeCase) -> None:
    found = case(
        *READY[:3], "coercion_decided 2026-07-16 measure=seizure",
        "coercion_decided 2026-07-17 measure=account_deduction", as_of="2026-07-18",
    )  # fmt: skip
    assert [(told.fact, told.rule) for told in found.answer.irregularities] == [
        (4, "coercion.voluntary_period"), (5, "coercion.voluntary_period"),
    ]  # fmt: skip


def test_part_of_the_debt_paid_leaves_coercion_to_be_decided(case: MakeCase) -> None:
    # Law 106/2025, Art. 72.1: whoever has means and does not perform is coerced.
    part = case(*READY[:4], "obligation_performed 2026-08-03 extent=part", as_of="2026-08-04")
    assert part.limit("coercion.decision").state == "open"
    full = case(*READY[:4], "obligation_performed 2026-08-03 extent=full", as_of="2026-08-04")
    assert full.limit("coercion.decision").state == "void"
