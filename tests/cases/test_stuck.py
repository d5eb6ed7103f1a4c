"""Stuck: each reason by itself, from which instant, and who holds the ball."""

from __future__ import annotations

from cases.assess import assess
from cases.escalation import Ladder, the_ladder
from cases.practice import Practice, read_practice
from law.calendar import Calendar
from law.corpus import Corpus
from law.model import DUTY_HOLDERS
from tests.conftest import Assessed, MakeCase

START = (
    "request_received 2026-07-06",
    "enforcement_decision_issued 2026-07-10",
    "officer_assigned 2026-07-10",
    "case_file_opened 2026-07-13",
    "decision_sent_to_procuracy 2026-07-13",
    "decision_validly_notified 2026-07-15 channel=direct",
)


def since(found: Assessed, reason: str) -> list[tuple[str, str]]:
    reasons = (*found.answer.stuck, *found.answer.stuck_later)
    return [(r.since.isoformat(), r.holder) for r in reasons if r.reason == reason]


def test_a_healthy_case_is_not_stuck(case: MakeCase) -> None:
    assert case(*START, as_of="2026-07-20").stuck() == set()


def test_a_passed_limit_is_stuck_from_the_midnight_after_it(case: MakeCase) -> None:
    found = case(*START, as_of="2026-08-06")
    assert found.stuck() == {"limit_passed"}
    assert since(found, "limit_passed") == [("2026-08-06T00:00:00+07:00", "officer")]


def test_silence_counts_from_the_last_fact_by_the_stages_norm(case: MakeCase) -> None:
    found = case(*START, "means_verified 2026-07-29 outcome=with_means", as_of="2026-08-28")
    assert found.stuck() == set()
    assert since(found, "silence") == [("2026-08-29T00:00:00+07:00", "officer")]
    assert case(
        *START, "means_verified 2026-07-29 outcome=with_means", as_of="2026-08-29"
    ).stuck() == {"silence"}


def test_the_voluntary_period_is_no_silence(case: MakeCase) -> None:
    found = case(*START, as_of="2026-07-27")
    assert found.stuck() == set()
    assert since(found, "silence") == [("2026-08-18T00:00:00+07:00", "officer")]


def test_a_case_without_officer_is_held_by_the_head(case: MakeCase) -> None:
    found = case(*START[:2], officer=None, as_of="2026-07-12")
    assert since(found, "no_officer") == [("2026-07-12T00:00:00+07:00", "head")]
    assigned = case(*START[:3], officer=None, as_of="2026-07-12")
    assert since(assigned, "no_officer") == []


def test_a_postponement_past_its_end_is_held_by_the_head(case: MakeCase) -> None:
    facts = (*START, "postponed 2026-07-20 ground=46.1.c until=2026-08-31")
    assert case(*facts, as_of="2026-08-31").stuck() == set()
    over = case(*facts, as_of="2026-09-01")
    assert since(over, "postponement_past_end") == [("2026-09-01T00:00:00+07:00", "head")]


def test_a_closed_case_is_never_stuck(case: MakeCase) -> None:
    found = case(*START[:2], "terminated 2026-12-01 ground=48.4", as_of="2026-12-20")
    assert found.answer.stuck == ()
    assert found.answer.stuck_later == ()


def test_each_reason_names_the_limit_that_it_is_about(case: MakeCase) -> None:
    found = case(*START, "postponed 2026-08-03 ground=46.1.c until=2026-08-31", as_of="2026-09-11")
    assert {r.reason: r.limit for r in found.answer.stuck} == {
        "limit_passed": "postponement.resumption#postponement_period_ended.7",
        "postponement_past_end": "postponement.period#7",
    }


def test_a_missed_reverification_is_its_own_reason(case: MakeCase) -> None:
    facts = (*START, "means_verified 2026-07-29 outcome=without_means",
             "no_means_decided 2026-07-30")  # fmt: skip
    found = case(*facts, as_of="2027-02-02")
    (missed,) = [r for r in found.answer.stuck if r.reason == "reverification_missed"]
    # Six months end on Saturday 30 January 2027, so on Monday 1 February.
    assert missed.since.isoformat() == "2027-02-02T00:00:00+07:00"
    assert (missed.holder, missed.limit) == ("officer", "verification.periodic#8")


def test_silence_before_there_is_a_case_or_an_officer_is_held_by_the_head(case: MakeCase) -> None:
    early = case(START[0], as_of="2026-07-20")
    assert since(early, "silence") == [("2026-07-17T00:00:00+07:00", "head")]
    assert since(case(*START[:2], as_of="2026-07-30"), "silence") == [
        ("2026-07-21T00:00:00+07:00", "officer")
    ]
    nobody = case(*START[:2], officer=None, as_of="2026-07-30")
    assert since(nobody, "silence") == [("2026-07-21T00:00:00+07:00", "head")]


def test_a_reason_is_there_from_its_very_instant(case: MakeCase) -> None:
    found = case(*START, as_of="2026-08-06T00:00:00+07:00")
    assert found.stuck() == {"limit_passed"}
    before = case(*START, as_of="2026-08-05T23:59:59+07:00")
    assert before.stuck() == set()
    assert {r.reason for r in before.answer.stuck_later} >= {"limit_passed", "silence"}


def test_a_limit_that_stands_still_or_is_a_partys_own_makes_nothing_stuck(case: MakeCase) -> None:
    paused = case(*START, "postponed 2026-08-03 ground=46.1.c", as_of="2026-12-01")
    assert "limit_passed" not in paused.stuck()
    partys = case("first_valuation_notice_received 2026-11-03", as_of="2026-11-11")
    assert partys.limit("valuation.revaluation_request").state == "expired"
    assert "limit_passed" not in partys.stuck()


def test_any_fact_breaks_the_silence_and_not_a_change_of_stage_alone(case: MakeCase) -> None:
    facts = (*START, "means_verified 2026-07-29 outcome=with_means")
    spoken = case(*facts, "asset_seized 2026-08-20", as_of="2026-08-31")
    assert spoken.answer.stage == "with_means"
    assert since(spoken, "silence") == [("2026-09-20T00:00:00+07:00", "officer")]


def test_another_bodys_overdue_answer_leaves_the_ball_with_that_body(case: MakeCase) -> None:
    asked = (*START, "information_requested 2026-08-03 source=holder")
    found = case(*asked, as_of="2026-09-01")
    (limit,) = [row for row in found.answer.limits if row.holder == "other_body"]
    assert limit.state == "breached"
    (late,) = [r for r in found.answer.stuck if r.reason == "other_body_overdue"]
    assert (late.holder, late.limit, late.since) == (
        "other_body",
        limit.occurrence,
        limit.breaches_at,
    )
    assert limit.occurrence not in {r.limit for r in found.answer.stuck if r is not late}
    answered = case(*asked, "information_provided 2026-08-31", as_of="2026-09-01")
    assert "other_body_overdue" not in answered.stuck()


def test_enforcement_halted_for_a_complaint_is_stuck_after_the_norm_and_not_silent(
    case: MakeCase,
) -> None:
    facts = (*START, "means_verified 2026-07-29 outcome=with_means",
             "enforcement_halted 2026-08-10")  # fmt: skip
    assert since(case(*facts, as_of="2026-08-25"), "coercion_paused") == [
        ("2026-08-26T00:00:00+07:00", "head")
    ]
    assert "silence" not in case(*facts, as_of="2026-12-01").stuck()
    lifted = case(*facts, "enforcement_halt_lifted 2026-08-20", as_of="2026-12-01")
    assert "coercion_paused" not in lifted.stuck()
    assert "silence" in lifted.stuck()


def test_a_long_halt_is_the_superiors_where_the_complaint_is_a_second_one(case: MakeCase) -> None:
    halted = case(
        *START, "enforcement_halted 2026-08-10 instance=second until=2026-09-30", as_of="2026-08-26"
    )
    assert since(halted, "coercion_paused") == [("2026-08-26T00:00:00+07:00", "superior")]


def test_a_halt_is_over_by_itself_after_its_last_day_and_silence_counts_from_there(
    case: MakeCase,
) -> None:
    facts = (*START, "means_verified 2026-07-29 outcome=with_means",
             "enforcement_halted 2026-08-10 until=2026-09-30")  # fmt: skip
    on_its_last_day = case(*facts, as_of="2026-09-30")
    assert "coercion_paused" in on_its_last_day.stuck()
    assert "silence" not in on_its_last_day.stuck()
    after = case(*facts, as_of="2026-10-01")
    assert not {"coercion_paused", "silence"} & set(after.stuck())
    # 30 days with means, counted from 30 September.
    assert "silence" not in case(*facts, as_of="2026-10-30").stuck()
    assert since(case(*facts, as_of="2026-10-31"), "silence") == [
        ("2026-10-31T00:00:00+07:00", "officer")
    ]


def test_a_case_is_looked_at_again_when_a_halt_is_over_by_itself(case: MakeCase) -> None:
    answer = case(*START, "enforcement_halted 2026-08-10 until=2026-08-14", as_of="2026-08-12")
    assert "2026-08-15T00:00:00+07:00" in {w.at.isoformat() for w in answer.answer.wakes}


def test_coercion_is_refused_while_a_complaint_halts_it_and_not_after(case: MakeCase) -> None:
    # Law 106/2025, Art. 101.1(b).
    halt = "enforcement_halted 2026-08-24 until=2026-09-11 complaint=KN-1"
    begun = (*START, "means_verified 2026-07-29 outcome=with_means")
    during = case(*begun, halt, "coercion_decided 2026-09-11 measure=seizure", as_of="2026-09-12")
    assert "halt.no_coercion" in {found.rule for found in during.answer.irregularities}
    after = case(*begun, halt, "coercion_decided 2026-09-12 measure=seizure", as_of="2026-09-12")
    assert "halt.no_coercion" not in {found.rule for found in after.answer.irregularities}
    lifted = "enforcement_halt_lifted 2026-09-07 complaint=KN-1"
    early = case(
        *begun, halt, lifted, "coercion_decided 2026-09-08 measure=seizure", as_of="2026-09-12"
    )
    assert "halt.no_coercion" not in {found.rule for found in early.answer.irregularities}


def test_lifting_the_halt_of_one_complaint_leaves_that_of_another(case: MakeCase) -> None:
    two = (*START, "enforcement_halted 2026-08-03 complaint=KN-1",
           "enforcement_halted 2026-08-05 complaint=KN-2")  # fmt: skip
    one = case(*two, "enforcement_halt_lifted 2026-08-06 complaint=KN-1", as_of="2026-08-30")
    assert since(one, "coercion_paused") == [("2026-08-21T00:00:00+07:00", "head")]
    both = case(*two, "enforcement_halt_lifted 2026-08-06", as_of="2026-08-30")
    assert since(both, "coercion_paused") == []


def test_a_duty_for_which_the_ladder_has_no_rung_is_unarmed_and_the_administrators(
    case: MakeCase, book: Corpus, calendar: Calendar
) -> None:
    found = case(*START, as_of="2026-07-30")
    duties = {
        row.occurrence
        for row in found.answer.limits
        if row.holder in DUTY_HOLDERS and row.due and row.state in ("open", "breached")
    }
    assert duties
    assert "unarmed" not in found.stuck()
    none = Ladder.model_construct(**dict(the_ladder()) | {"rung": ()})
    silent = Practice(ladder=none, norms=read_practice().norms)
    blind = assess(found.dossier, book, calendar, found.answer.as_of, silent)
    unwatched = [r for r in blind.stuck if r.reason == "unarmed"]
    assert {r.limit for r in unwatched} == duties
    assert {r.holder for r in unwatched} == {"administrator"}
    assert blind.alerts == ()


def test_every_reason_about_a_limit_carries_its_severity(case: MakeCase) -> None:
    found = case(*START, "means_verified 2026-07-29 outcome=with_means", as_of="2026-12-01")
    severities = {row.occurrence: row.severity for row in found.answer.limits}
    reasons = (*found.answer.stuck, *found.answer.stuck_later)
    assert {r.severity for r in reasons if r.limit} <= {"grave", "serious", "routine"}
    assert all(r.severity == severities[r.limit] for r in reasons if r.limit in severities)
    assert {r.severity for r in reasons if not r.limit} == {None}
