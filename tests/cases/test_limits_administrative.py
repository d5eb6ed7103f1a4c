"""Administrative judgments: the notice, the voluntary period, what compels, and its flags.

Days off that the rows run into: 31 August to 2 September and 24 November 2026; Saturday
22 August is worked.
"""

from __future__ import annotations

from typing import Protocol

import pytest

from cases.dossier import read_dossier
from cases.errors import FormError
from tests.conftest import Assessed, MakeCase

LAW, DECREE = "93/2015/QH13", "71/2016/NĐ-CP"


class MakeJudgment(Protocol):
    def __call__(self, *facts: str, as_of: str) -> Assessed: ...


@pytest.fixture(name="judgment")
def _judgment(case: MakeCase) -> MakeJudgment:
    def make(*facts: str, as_of: str) -> Assessed:
        return case(*facts, as_of=as_of, kind="administrative_judgment", id="admin/HC-5")

    return make


def _received(day: str, ruling: str = "decision_annulled") -> str:
    return f"administrative_judgment_received {day} ruling={ruling}"


def _debtor_received(day: str) -> str:
    return f"debtor_received_judgment {day} evidence='biên bản giao nhận số 4'"


def _compelled(ruling: str = "decision_annulled") -> tuple[str, ...]:
    """Tell what came before a decision that compels, received on Friday 28 August 2026."""
    return (
        _received("2026-06-15", ruling), "administrative_judgment_booked 2026-06-15",
        "voluntary_performance_notified 2026-06-16", _debtor_received("2026-06-12"),
        "debtor_report_received 2026-07-14", "compelling_request_received 2026-08-20",
        "compelling_decision_issued 2026-08-25",
    )  # fmt: skip


DECISION = "compelling_decision_received 2026-08-28"
PUBLISHED = "compelling_decision_published 2026-08-28"

# Each row: the rule, what came before, the fact that starts it, the due day, the act.
ROWS = (
    ("transfer", (), "administrative_judgment_effective 2026-08-02 judged=first_instance",
     "2026-09-03", LAW),
    ("transfer_appeal", (), "administrative_judgment_effective 2026-08-02 judged=appeal",
     "2026-09-03", LAW),
    ("booking", (), _received("2026-08-24"), "2026-08-24", DECREE),
    ("voluntary_notice", (), _received("2026-08-24"), "2026-09-03", DECREE),
    ("voluntary_notice_at_once", (), _received("2026-08-24", "voter_list"), "2026-08-24", DECREE),
    ("voluntary_notice_at_once", (), _received("2026-08-24", "provisional_measure"), "2026-08-24",
     DECREE),
    ("voluntary_period", (_received("2026-10-12"),), _debtor_received("2026-10-25"), "2026-11-25",
     LAW),
    ("performance_at_once", (_received("2026-10-12", "voter_list"),),
     _debtor_received("2026-10-14"), "2026-10-14", LAW),
    ("at_once_record", (_received("2026-10-12", "provisional_measure"),),
     _debtor_received("2026-10-14"), "-", DECREE),
    ("compelling_decision", _compelled()[:5], "compelling_request_received 2026-11-19",
     "2026-11-27", LAW),
    ("explanation", (_received("2026-11-02"),), "judgment_explanation_requested 2026-11-09",
     "2026-11-25", LAW),
    ("performance_compelled", _compelled(), DECISION, "2026-08-28", DECREE),
    ("superior_directive", _compelled(), DECISION, "2026-09-07", DECREE),
    ("working_minutes", _compelled(), DECISION, "2026-09-07", DECREE),
    ("publication", _compelled(), DECISION, "2026-09-09", DECREE),
    ("conduct_record", _compelled("conduct_unlawful"), DECISION, "-", DECREE),
    ("sanction_recommendation", _compelled()[:4], DECISION, "-", DECREE),
    ("publication_end", (*_compelled(), DECISION, PUBLISHED), "completion_notified 2026-08-28",
     "2026-09-04", DECREE),
    ("completion_notice", (*_compelled(), DECISION), "administrative_judgment_performed 2026-11-18",
     "2026-11-26", DECREE),
    ("result_report", _compelled()[:4], "administrative_judgment_performed 2026-07-06", "-", LAW),
    ("recommendation_answer", _compelled()[:5], "sanction_recommended 2026-08-20 addressee=debtor",
     "2026-08-26", DECREE),
    ("recommendation_answer_superior", _compelled()[:5],
     "sanction_recommended 2026-08-20 addressee=superior", "2026-08-26", DECREE),
    ("responsibility_directive", (*_compelled(), DECISION),
     "superior_directive_ignored 2026-09-14", "-", DECREE),
    ("unknown_start", (_received("2026-08-24"),), "voluntary_performance_notified 2026-08-27", "-",
     LAW),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "before", "fact", "due", "act"), ROWS)
def test_a_step_of_an_administrative_judgment_has_its_time(
    judgment: MakeJudgment, rule: str, before: tuple[str, ...], fact: str, due: str, act: str
) -> None:
    answer = judgment(*before, fact, as_of=fact.split()[1])
    (row,) = [row for row in answer.limits(f"administrative.{rule}") if row.state == "open"]
    assert (row.due.isoformat() if row.due else "-", row.act) == (due, act)
    assert row.confidence == "secondary"


def test_who_must_act_is_told_of_each_limit(judgment: MakeJudgment) -> None:
    answer = judgment(*_compelled(), DECISION, as_of="2026-08-28")
    holders = {row.id.partition(".")[2]: row.holder for row in answer.answer.limits}
    assert holders == {
        "booking": "agency", "voluntary_notice": "agency", "voluntary_period": "debtor",
        "situation_report": "other_body", "compelling_request": "creditor",
        "compelling_request_lapse": "nobody", "compelling_decision": "other_body",
        "performance_compelled": "other_body", "superior_directive": "other_body",
        "working_minutes": "officer", "publication": "agency",
        "sanction_recommendation": "agency",
    }  # fmt: skip


def test_the_end_of_the_voluntary_period_starts_the_report_and_the_creditors_year(
    judgment: MakeJudgment,
) -> None:
    """30 days end on 24 November, a day off; 3 working days and a year run from the 25th."""
    facts = (_received("2026-10-12"), _debtor_received("2026-10-25"))
    during = judgment(*facts, as_of="2026-11-25")
    assert during.answer.stage == "judgment_voluntary"
    assert during.limits("administrative.situation_report") == []
    after = judgment(*facts, as_of="2026-11-26")
    assert after.answer.stage == "judgment_unperformed"
    assert after.shown("administrative.situation_report") == ("2026-11-30", "open")
    assert after.shown("administrative.compelling_request") == ("2027-11-25", "open")


def test_without_the_debtors_own_receipt_there_is_no_date_and_the_dossier_gets_stuck(
    judgment: MakeJudgment,
) -> None:
    facts = (
        _received("2026-08-24"), "administrative_judgment_booked 2026-08-24",
        "voluntary_performance_notified 2026-08-27",
    )  # fmt: skip
    asked = judgment(*facts, as_of="2026-09-06")
    assert asked.answer.stage == "judgment_notified"
    assert asked.limits("administrative.voluntary_period") == []
    assert asked.shown("administrative.unknown_start") == ("-", "open")
    assert asked.stuck() == set()
    years = judgment(*facts, as_of="2028-08-24")
    (reason,) = [r for r in years.answer.stuck if r.reason == "unknown_start"]
    assert (str(reason.since.date()), reason.holder) == ("2026-09-07", "officer")
    assert reason.limit == "administrative.unknown_start#3"
    assert years.limits("administrative.voluntary_period") == []
    told = judgment(*facts, _debtor_received("2026-08-31"), as_of="2026-09-20")
    assert "unknown_start" not in told.stuck()
    assert told.limit("administrative.unknown_start").state == "met"
    assert told.shown("administrative.voluntary_period") == ("2026-09-30", "open")


def test_nobody_asks_for_the_receipt_any_more_once_the_court_compels(
    judgment: MakeJudgment,
) -> None:
    facts = (_received("2026-06-15"), "voluntary_performance_notified 2026-06-16")
    assert "unknown_start" in judgment(*facts, as_of="2026-08-28").stuck()
    compelled = judgment(*facts, DECISION, as_of="2026-08-28")
    assert compelled.limit("administrative.unknown_start").state == "void"
    assert "unknown_start" not in compelled.stuck()


def test_the_receipt_of_the_debtor_is_told_with_its_evidence_or_refused() -> None:
    bare = {"event": "debtor_received_judgment", "on": "2026-08-24"}
    with pytest.raises(FormError, match="evidence"):
        read_dossier(
            {"kind": "administrative_judgment", "id": "HC-5", "office": "nghe-an", "facts": [bare]}
        )


def test_a_debtor_that_had_the_judgment_before_the_agency_counts_from_its_own_day(
    judgment: MakeJudgment,
) -> None:
    early = _debtor_received("2026-08-03")
    alone = judgment(early, as_of="2026-08-20")
    assert alone.limits("administrative.voluntary_period") == []
    known = judgment(
        early, _received("2026-08-24"), "voluntary_performance_notified 2026-08-25",
        as_of="2026-08-25",
    )  # fmt: skip
    # 30 days after 3 August are 2 September, a day off.
    assert known.shown("administrative.voluntary_period") == ("2026-09-03", "open")
    assert known.limits("administrative.unknown_start") == []
    assert known.answer.stage == "judgment_voluntary"


def test_a_period_that_was_over_before_the_agency_had_the_judgment_is_over(
    judgment: MakeJudgment,
) -> None:
    late = judgment(_debtor_received("2026-06-12"), _received("2026-08-24"), as_of="2026-08-24")
    # 30 days after 12 June are Sunday 12 July, so Monday the 13th.
    assert late.shown("administrative.voluntary_period") == ("2026-07-13", "expired")
    assert late.shown("administrative.situation_report") == ("2026-07-16", "breached")
    assert late.shown("administrative.compelling_request") == ("2027-07-13", "open")
    assert late.answer.stage == "judgment_unperformed"


@pytest.mark.parametrize("ruling", ["voter_list", "provisional_measure"])
@pytest.mark.parametrize("debtor_first", [True, False])
def test_a_voter_list_and_a_provisional_measure_have_no_voluntary_period(
    judgment: MakeJudgment, ruling: str, *, debtor_first: bool
) -> None:
    days = ("2026-08-20", "2026-08-19") if debtor_first else ("2026-08-18", "2026-08-19")
    answer = judgment(_received(days[0], ruling), _debtor_received(days[1]), as_of="2026-08-21")
    assert answer.limits("administrative.voluntary_period") == []
    assert answer.limits("administrative.voluntary_notice") == []
    assert answer.shown("administrative.performance_at_once") == ("2026-08-19", "not_at_once")
    assert answer.answer.stage == "judgment_due_at_once"
    refused = judgment(
        _received(days[0], ruling), _debtor_received(days[1]),
        "performance_recorded 2026-08-21 found=not_performed", as_of="2026-08-21",
    )  # fmt: skip
    assert refused.answer.stage == "judgment_refused"
    assert refused.limit("administrative.at_once_record").state == "met"
    assert refused.limit("administrative.sanction_recommendation").state == "open"


def test_the_judgments_of_the_other_types_have_a_voluntary_period(judgment: MakeJudgment) -> None:
    for ruling in (
        "claim_rejected", "decision_annulled", "dismissal_annulled", "conduct_unlawful",
        "inaction_unlawful",
    ):  # fmt: skip
        facts = (_received("2026-10-12", ruling), _debtor_received("2026-10-25"))
        answer = judgment(*facts, as_of="2026-10-26")
        assert answer.shown("administrative.voluntary_period") == ("2026-11-25", "open")


def test_the_creditors_year_leaves_out_an_obstacle_and_then_lapses(judgment: MakeJudgment) -> None:
    facts = (_received("2026-06-15"), _debtor_received("2026-06-12"))
    lapsed = judgment(*facts, as_of="2027-07-14")
    assert lapsed.shown("administrative.compelling_request") == ("2027-07-13", "expired")
    assert lapsed.answer.stage == "judgment_request_lapsed"
    # Ten days of a flood, both included, do not count: 13 July 2027 becomes 23 July.
    obstacle = (
        "limitation_excluded 2027-07-14 ground=force_majeure first=2026-09-01 last=2026-09-10 "
        "evidence='xác nhận của UBND xã'"
    )
    lives = judgment(*facts, obstacle, as_of="2027-07-14")
    assert lives.shown("administrative.compelling_request") == ("2027-07-23", "open")
    assert lives.answer.stage == "judgment_unperformed"
    asked = judgment(*facts, "compelling_request_received 2027-07-13", as_of="2027-07-14")
    assert asked.shown("administrative.compelling_request") == ("2027-07-13", "met")
    assert asked.answer.stage == "judgment_unperformed"


def test_a_request_after_the_year_is_irregular(judgment: MakeJudgment) -> None:
    answer = judgment(
        _received("2026-06-15"), _debtor_received("2026-06-12"),
        "compelling_request_received 2027-07-14", as_of="2027-07-14",
    )  # fmt: skip
    assert answer.irregular() == [("compelling_request_received", "312", "1")]


def test_a_court_that_refuses_to_compel_owes_no_decision(judgment: MakeJudgment) -> None:
    answer = judgment(
        *_compelled()[:5], "compelling_request_received 2026-11-19",
        "compelling_request_refused 2026-11-20", as_of="2026-12-20",
    )  # fmt: skip
    assert answer.limit("administrative.compelling_decision").state == "void"


def test_the_superiors_three_days_run_from_its_own_receipt_once_that_is_told(
    judgment: MakeJudgment,
) -> None:
    reached = "compelling_decision_reached_superior 2026-09-03"
    answer = judgment(*_compelled(), DECISION, reached, as_of="2026-09-03")
    assert answer.shown("administrative.superior_directive") == ("2026-09-08", "open")


def test_the_debtor_must_act_from_its_own_receipt_of_the_decision(judgment: MakeJudgment) -> None:
    reached = "compelling_decision_reached_debtor 2026-09-03"
    answer = judgment(*_compelled("dismissal_annulled"), DECISION, reached, as_of="2026-09-09")
    assert answer.shown("administrative.performance_compelled") == ("2026-09-03", "not_at_once")
    # 3 working days from 3 September end on the 8th, 3 more on the 11th.
    assert answer.shown("administrative.reinstatement_period") == ("2026-09-08", "expired")
    assert answer.shown("administrative.reinstatement_record") == ("2026-09-11", "open")


@pytest.mark.parametrize("addressee", ["debtor", "superior"])
def test_a_recommendation_is_answered_within_five_days_of_its_receipt(
    judgment: MakeJudgment, addressee: str
) -> None:
    rule = {"debtor": "recommendation_answer", "superior": "recommendation_answer_superior"}
    answer = judgment(
        *_compelled()[:5], f"sanction_recommended 2026-08-20 addressee={addressee}",
        f"sanction_recommendation_delivered 2026-08-24 addressee={addressee}", as_of="2026-08-27",
    )  # fmt: skip
    # 25 to 28 August are four working days; the fifth is 3 September.
    assert answer.shown(f"administrative.{rule[addressee]}") == ("2026-09-03", "open")


def test_an_explanation_is_due_from_the_courts_receipt_once_that_is_told(
    judgment: MakeJudgment,
) -> None:
    answer = judgment(
        _received("2026-10-12"), "judgment_explanation_requested 2026-10-19",
        "explanation_request_delivered 2026-10-22", as_of="2026-10-23",
    )  # fmt: skip
    assert answer.shown("administrative.explanation") == ("2026-11-06", "open")


def test_a_copy_that_the_debtor_gets_later_starts_no_second_period(judgment: MakeJudgment) -> None:
    answer = judgment(
        _received("2026-10-12"), _debtor_received("2026-10-14"), _debtor_received("2026-10-25"),
        as_of="2026-10-26",
    )  # fmt: skip
    assert answer.shown("administrative.voluntary_period") == ("2026-11-13", "open")


def test_a_record_that_it_is_performed_asks_for_no_recommendation(judgment: MakeJudgment) -> None:
    facts = (_received("2026-08-18", "voter_list"), _debtor_received("2026-08-19"))
    told = judgment(*facts, "performance_recorded 2026-08-20 found=performed", as_of="2026-08-20")
    assert told.limits("administrative.sanction_recommendation") == []
    assert told.answer.stage == "judgment_due_at_once"


def test_what_is_to_be_done_against_the_debtor_stands_still_during_a_stay(
    judgment: MakeJudgment,
) -> None:
    """Ten days of a stay move the minutes and the publication; the superior's duty runs on."""
    answer = judgment(
        *_compelled("dismissal_annulled"), DECISION, "cassation_stay_received 2026-09-03",
        "cassation_stay_ended 2026-09-14", as_of="2026-09-14",
    )  # fmt: skip
    shown = {
        row.id.partition(".")[2]: (str(row.due), {str(reading.due) for reading in row.readings})
        for row in answer.answer.limits
        if row.state in ("open", "breached", "not_at_once")
    }
    assert shown["working_minutes"] == ("2026-09-16", {"2026-09-07", "2026-09-16"})
    assert shown["publication"] == ("2026-09-18", {"2026-09-09", "2026-09-18"})
    assert shown["superior_directive"] == ("2026-09-07", set())


def test_a_dismissed_person_not_taken_back_is_recorded_within_three_more_days(
    judgment: MakeJudgment,
) -> None:
    """3 working days from 28 August end on 7 September, 3 more on the 10th."""
    facts = (*_compelled("dismissal_annulled"), DECISION)
    assert judgment(*facts, as_of="2026-09-07").limits("administrative.reinstatement_record") == []
    after = judgment(*facts, as_of="2026-09-08")
    assert after.shown("administrative.reinstatement_record") == ("2026-09-10", "open")
    done = judgment(*facts, "reinstatement_recorded 2026-09-11", as_of="2026-09-11")
    assert done.shown("administrative.reinstatement_record") == ("2026-09-10", "late")
    back = judgment(*facts, "administrative_judgment_performed 2026-09-04", as_of="2026-09-08")
    assert back.limits("administrative.reinstatement_record") == []


def test_two_recommendations_are_answered_each_by_its_own_answer(judgment: MakeJudgment) -> None:
    sent = "sanction_recommended 2026-08-20 addressee=debtor recommendation="
    answered = "sanction_recommendation_answered 2026-08-24 addressee=debtor recommendation=2/KN"
    answer = judgment(*_compelled()[:5], f"{sent}1/KN", f"{sent}2/KN", answered, as_of="2026-08-27")
    rows = answer.limits("administrative.recommendation_answer")
    assert [row.state for row in rows] == ["breached", "met"]
    superior = answered.replace("debtor", "superior")
    other = judgment(*_compelled()[:5], f"{sent}2/KN", superior, as_of="2026-08-27")
    assert other.limit("administrative.recommendation_answer").state == "breached"


FLAGS = (
    ("voluntary_notice", "limit_passed", (_received("2026-08-24"),), "2026-09-04"),
    ("situation_report", "other_body_overdue",
     (_received("2026-06-15"), _debtor_received("2026-06-12")), "2026-07-17"),
    ("superior_directive", "other_body_overdue", (*_compelled(), DECISION), "2026-09-08"),
    ("recommendation_answer", "other_body_overdue",
     (*_compelled()[:5], "sanction_recommended 2026-08-20 addressee=debtor"), "2026-08-27"),
    ("publication_end", "limit_passed",
     (*_compelled(), DECISION, PUBLISHED, "administrative_judgment_performed 2026-08-28",
      "completion_notified 2026-08-28"), "2026-09-05"),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "reason", "facts", "since"), FLAGS)
def test_what_a_supervisor_must_see_is_a_reason_to_be_stuck_from_the_next_day_on(
    judgment: MakeJudgment, rule: str, reason: str, facts: tuple[str, ...], since: str
) -> None:
    def about(as_of: str) -> list[tuple[str, str]]:
        found = judgment(*facts, as_of=as_of).answer.stuck
        key = f"administrative.{rule}#"
        return [(r.reason, str(r.since.date())) for r in found if (r.limit or "").startswith(key)]

    assert about(since) == [(reason, since)]
    before = str(int(since[-2:]) - 1).zfill(2)
    assert about(f"{since[:-2]}{before}") == []


def test_what_is_published_still_after_the_file_is_closed_stays_a_passed_limit(
    judgment: MakeJudgment,
) -> None:
    facts = (
        *_compelled(), DECISION, PUBLISHED, "administrative_judgment_performed 2026-08-28",
        "completion_notified 2026-08-28", "administrative_file_closed 2026-08-28 ground=performed",
    )  # fmt: skip
    closed = judgment(*facts, as_of="2026-09-05")
    assert closed.answer.stage == "judgment_closed"
    assert closed.shown("administrative.publication_end") == ("2026-09-04", "breached")
    assert [b.occurrence.partition("#")[0] for b in closed.answer.breaches] == [
        "administrative.publication_end"
    ]


def test_a_publication_that_ended_before_the_notice_of_completion_has_ended(
    judgment: MakeJudgment,
) -> None:
    answer = judgment(
        *_compelled(), DECISION, PUBLISHED, "administrative_judgment_performed 2026-09-03",
        "compelling_publication_ended 2026-09-03", "completion_notified 2026-09-04",
        as_of="2026-09-04",
    )  # fmt: skip
    assert answer.limit("administrative.publication_end").state == "met"


def test_nothing_is_to_be_taken_down_where_nothing_was_published(judgment: MakeJudgment) -> None:
    answer = judgment(
        *_compelled()[:4], "administrative_judgment_performed 2026-07-06",
        "completion_notified 2026-07-07", as_of="2026-08-01",
    )  # fmt: skip
    assert answer.limits("administrative.publication_end") == []
    assert answer.limits("administrative.completion_notice") == []
    assert answer.answer.stage == "judgment_performed"


def test_a_stay_shows_the_period_both_ways_and_ends_where_it_began(judgment: MakeJudgment) -> None:
    facts = (_received("2026-10-01"), _debtor_received("2026-10-05"))
    stay = "cassation_stay_received 2026-10-12"
    stayed = judgment(*facts, stay, as_of="2026-10-20")
    assert (stayed.answer.stage, stayed.answer.status) == ("judgment_stayed", "paused")
    assert stayed.limit("administrative.voluntary_period").state == "paused"
    over = judgment(*facts, stay, "cassation_stay_ended 2026-10-22", as_of="2026-10-23")
    assert over.answer.stage == "judgment_voluntary"
    row = over.limit("administrative.voluntary_period")
    # 30 days end on 4 November; without the ten days of the stay on Saturday the 14th.
    assert str(row.due) == "2026-11-16"
    assert {str(reading.due) for reading in row.readings} == {"2026-11-04", "2026-11-16"}


def test_the_agencys_own_duties_go_on_during_a_stay(judgment: MakeJudgment) -> None:
    stayed = judgment(
        _received("2026-08-24"), "cassation_stay_received 2026-08-25", as_of="2026-08-26"
    )
    assert stayed.shown("administrative.voluntary_notice") == ("2026-09-03", "open")


def test_an_administrative_judgment_without_an_officer_is_stuck(case: MakeCase) -> None:
    def followed(*facts: str) -> Assessed:
        return case(
            _received("2026-11-16"), *facts, as_of="2026-11-20", kind="administrative_judgment",
            id="admin/HC-6", officer=None,
        )  # fmt: skip

    assert "no_officer" in followed().stuck()
    assert followed().limit("administrative.officer_assignment").state == "open"
    named = followed("officer_assigned 2026-11-17 officer=cv.an")
    assert "no_officer" not in named.stuck()
    assert named.limit("administrative.officer_assignment").state == "met"


def test_a_whole_life_goes_from_receipt_to_closure(judgment: MakeJudgment) -> None:
    told = [*_compelled(), DECISION]
    steps = [
        ("performance_recorded 2026-09-07 found=not_performed", "judgment_refused"),
        ("administrative_judgment_performed 2026-10-12", "judgment_performed"),
        ("completion_notified 2026-10-15", "judgment_performed"),
        ("administrative_file_closed 2026-10-19 ground=performed", "judgment_closed"),
    ]
    assert judgment(*told, as_of="2026-08-28").answer.stage == "judgment_compelled"
    for fact, stage in steps:
        told.append(fact)
        assert judgment(*told, as_of=fact.split()[1]).answer.stage == stage


def test_a_judgment_performed_in_part_is_not_performed(judgment: MakeJudgment) -> None:
    part = "administrative_judgment_partly_performed 2026-09-03"
    answer = judgment(*_compelled(), DECISION, part, as_of="2026-09-04")
    assert answer.answer.stage == "judgment_compelled"
    assert answer.limit("administrative.performance_compelled").state == "not_at_once"


@pytest.mark.parametrize(
    ("fact", "what"),
    [
        ({"event": "administrative_judgment_received", "on": "2026-08-24"}, "ruling"),
        ({"event": "sanction_recommended", "on": "2026-08-24"}, "addressee"),
        ({"event": "property_part_referred", "on": "2026-08-24"}, "case"),
        ({"event": "coercion_decided", "on": "2026-08-24"}, "coercion_decided"),
        ({"event": "administrative_voluntary_period_expired", "on": "2026-08-24"}, "expired"),
    ],
)
def test_what_is_told_badly_of_an_administrative_judgment_is_refused(
    fact: dict[str, str], what: str
) -> None:
    with pytest.raises(FormError, match=what):
        read_dossier(
            {"kind": "administrative_judgment", "id": "HC-5", "office": "nghe-an", "facts": [fact]}
        )
