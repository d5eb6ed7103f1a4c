"""From the letter to the last decision: a late first level, the superior, the second, the end."""

from __future__ import annotations

from typing import Protocol

import pytest

from tests.conftest import Assessed, MakeCase


class MakeLetter(Protocol):
    def __call__(self, *facts: str, as_of: str) -> Assessed: ...


@pytest.fixture(name="complaint")
def _complaint(case: MakeCase) -> MakeLetter:
    def make(*facts: str, as_of: str) -> Assessed:
        return case(*facts, as_of=as_of, kind="complaint", about="NA-1")

    return make


NEW = (
    "complaint_received 2026-08-03 object=coercion",
    "complaint_accepted 2026-08-05",
    "complaint_explanation_requested 2026-08-07 of=officer",
    "complaint_explanation_given 2026-08-10",
    "complaint_superior_demanded 2026-09-08",
    "complaint_superior_followed_up 2026-09-14",
    "complaint_resolved 2026-09-18 result=kept",
    "complaint_decision_sent 2026-09-21",
    "complaint_resolution_notified 2026-09-22",
    "complaint_received 2026-09-30 instance=second",
    "complaint_accepted 2026-10-05",
    "complaint_explanation_requested 2026-10-06 of=office",
    "complaint_explanation_given 2026-10-12",
    "complaint_resolved 2026-11-10 result=cancelled",
    "complaint_decision_sent 2026-11-16",
    "complaint_decision_published 2026-11-18",
)
OLD = (
    "complaint_received 2026-03-02 object=coercion",
    "complaint_accepted 2026-03-04",
    "complaint_explanation_requested 2026-03-06 of=officer",
    "complaint_explanation_given 2026-03-09",
    "complaint_superior_demanded 2026-04-07",
    "complaint_superior_followed_up 2026-04-09",
    "complaint_resolved 2026-04-14 result=kept",
    "complaint_decision_sent 2026-04-16",
    "complaint_resolution_notified 2026-04-16",
    "complaint_received 2026-04-24 instance=second",
    "complaint_accepted 2026-05-04",
    "complaint_explanation_requested 2026-05-06 of=office",
    "complaint_explanation_given 2026-05-12",
    "complaint_resolved 2026-06-08 result=cancelled",
    "complaint_decision_sent 2026-06-10",
    "complaint_decision_published 2026-06-22",
)


@pytest.mark.parametrize(
    ("facts", "last", "superior_by"),
    [(NEW, "2026-09-04", "152/2026/NĐ-CP"), (OLD, "2026-04-03", "62/2015/NĐ-CP")],
    ids=["new", "old"],
)
def test_a_late_first_level_opens_the_duty_of_the_superior(
    complaint: MakeLetter, facts: tuple[str, ...], last: str, superior_by: str
) -> None:
    """Thirty days from 5 August 2026 end on 4 September, from 4 March on 3 April."""
    until = [fact for fact in facts[:4] if fact.split()[1] <= last]
    on_time = complaint(*until, as_of=last)
    assert on_time.limit("complaint.resolution_coercion").state == "open"
    assert [row.id for row in on_time.answer.limits if row.holder == "superior"] == []
    day_after = f"{last[:-2]}{int(last[-2:]) + 1:02}"
    late = complaint(*until, as_of=day_after)
    duties = {row.id: row for row in late.answer.limits if row.holder == "superior"}
    assert set(duties) == {"complaint.superior_demand", "complaint.superior_measure"}
    assert {(row.state, row.due, row.act) for row in duties.values()} == {
        ("open", None, superior_by)
    }
    (stuck,) = [r for r in late.answer.stuck if r.reason == "limit_passed"]
    assert stuck.holder == "head"


@pytest.mark.parametrize(("facts", "settled"), [(NEW, "2026-11-23"), (OLD, "2026-06-29")],
                         ids=["new", "old"])  # fmt: skip
def test_a_complaint_goes_up_and_ends_with_the_second_decision(
    complaint: MakeLetter, facts: tuple[str, ...], settled: str
) -> None:
    stages: list[str] = []
    for number, fact in enumerate(facts, start=1):
        moment = f"{fact.split()[1]}T09:00:00+07:00"
        stage = complaint(*facts[:number], as_of=moment).answer.stage
        if not stages or stages[-1] != stage:
            stages.append(stage)
    assert stages == [
        "complaint_received", "complaint_examined", "complaint_resolved",
        "second_complaint_received", "second_complaint_examined", "complaint_settled",
    ]  # fmt: skip
    end = complaint(*facts, as_of=settled)
    passed = {row.id: row.state for row in end.answer.limits if row.state in ("late", "breached")}
    assert passed == {"complaint.resolution_coercion": "late"}
    assert end.limit("complaint.superior_demand").state == "met"
    assert end.limit("complaint.superior_follow_up").state == "met"
    second = end.limit("complaint.resolution_coercion_second")
    assert (second.state, second.holder) == ("met", "superior")
    assert (end.answer.status, end.irregular()) == ("closed", [])


def test_the_ladder_tells_the_managing_authority_of_what_a_superior_must_do(
    complaint: MakeLetter,
) -> None:
    """Forty-five days from 5 October end on 19 November; three working days after is the 25th."""
    facts = NEW[:13]
    told = {
        day: [(alert.rung, alert.role) for alert in
              complaint(*facts, as_of=f"{day}T07:30:00+07:00").answer.alerts
              if alert.rule == "complaint.resolution_coercion_second"]
        for day in ("2026-11-13", "2026-11-16", "2026-11-19", "2026-11-20", "2026-11-25")
    }  # fmt: skip
    assert told == {
        "2026-11-13": [],
        "2026-11-16": [(-3, "managing_authority")],
        "2026-11-19": [(0, "managing_authority")],
        "2026-11-20": [(0, "managing_authority")],
        "2026-11-25": [(3, "managing_authority")],
    }
    late = complaint(*facts, as_of="2026-11-25")
    (stuck,) = [r for r in late.answer.stuck if r.reason == "limit_passed"]
    assert (stuck.holder, stuck.limit) == ("superior", "complaint.resolution_coercion_second#11")


def test_an_extension_puts_the_duty_of_the_superior_off(complaint: MakeLetter) -> None:
    """Thirty days from 4 September end on Sunday 4 October; Monday the 5th is the last."""
    facts = (*NEW[:4], "complaint_extended 2026-09-03 ground=complex")
    assert complaint(*facts, as_of="2026-10-05").limits("complaint.superior_demand") == []
    late = complaint(*facts, as_of="2026-10-06")
    assert late.limit("complaint.superior_demand").started.isoformat() == "2026-10-05"
    assert late.shown("complaint.extension_complex") == ("2026-10-05", "breached")


def test_a_suspension_puts_the_duty_of_the_superior_off(complaint: MakeLetter) -> None:
    """Ten days do not count: 14 September is the last."""
    facts = (*NEW[:4], "complaint_suspended 2026-08-12", "complaint_resumed 2026-08-22")
    assert complaint(*facts, as_of="2026-09-14").limits("complaint.superior_demand") == []
    assert complaint(*facts, as_of="2026-09-15").limit("complaint.superior_demand").state == "open"


def test_a_late_second_level_opens_no_duty_of_one_above_it(complaint: MakeLetter) -> None:
    """Decree 152/2026, Art. 74.1, speaks of what is a lower level's to resolve."""
    facts = [fact for fact in NEW[:11] if "superior" not in fact]
    late = complaint(*facts, as_of="2026-12-20")
    assert late.limit("complaint.resolution_coercion_second").state == "breached"
    assert len(late.limits("complaint.superior_demand")) == 1


def test_a_withdrawn_complaint_that_comes_again_is_taken_up_again(complaint: MakeLetter) -> None:
    facts = (
        "complaint_received 2026-08-03 object=coercion", "complaint_accepted 2026-08-05",
        "complaint_explanation_requested 2026-08-06 of=officer",
        "complaint_withdrawn 2026-08-10 scope=whole",
        "complaint_terminated 2026-08-12 ground=withdrawn",
    )  # fmt: skip
    ended = complaint(*facts, as_of="2026-08-13")
    assert (ended.answer.stage, ended.answer.status) == ("complaint_terminated", "closed")
    assert ended.shown("complaint.refiling") == ("2026-09-11", "open")
    again = complaint(
        *facts, "complaint_received 2026-08-20 object=coercion", "complaint_accepted 2026-08-21",
        as_of="2026-08-21",
    )  # fmt: skip
    assert (again.answer.stage, again.answer.status) == ("complaint_examined", "open")
    assert again.limit("complaint.refiling").state == "met"
    running = [r for r in again.limits("complaint.resolution_coercion") if r.state == "open"]
    assert [str(row.due) for row in running] == ["2026-09-21"]


def test_a_part_that_is_withdrawn_ends_no_complaint(complaint: MakeLetter) -> None:
    facts = (
        "complaint_received 2026-08-03 object=coercion", "complaint_accepted 2026-08-05",
        "complaint_withdrawn 2026-08-10 scope=part", "complaint_part_terminated 2026-08-12",
    )  # fmt: skip
    answer = complaint(*facts, as_of="2026-08-13")
    assert answer.answer.stage == "complaint_examined"
    assert answer.limit("complaint.withdrawal").state == "met"
    assert answer.limit("complaint.resolution_coercion").state == "open"
    assert answer.limits("complaint.refiling") == []


@pytest.mark.parametrize(
    ("fact", "stage"),
    [
        ("complaint_transferred 2026-08-06", "complaint_transferred"),
        ("complaint_guided 2026-08-06 ground=not_competent", "complaint_refused"),
        ("complaint_filed 2026-08-06 ground=anonymous", "complaint_filed"),
        ("complaint_supplement_requested 2026-08-06", "complaint_supplement_awaited"),
        ("complaint_refused 2026-08-06 bar=time_bar", "complaint_refused"),
    ],
)
def test_what_is_done_with_a_letter_instead_of_accepting_it(
    complaint: MakeLetter, fact: str, stage: str
) -> None:
    facts = ("complaint_received 2026-08-03 object=coercion", fact)
    answer = complaint(*facts, as_of="2026-08-20")
    assert answer.answer.stage == stage
    assert answer.limit("complaint.acceptance_first").state in ("void", "met")
    assert [r for r in answer.answer.limits if r.state in ("breached", "late")] == []
    again = "complaint_received 2026-09-07 object=coercion"
    later = complaint(*facts, again, as_of="2026-09-07").answer
    if answer.answer.status == "closed":
        assert (later.stage, later.status) == ("complaint_received", "open")


def test_a_letter_passed_to_nobody_is_breached_where_it_lies(complaint: MakeLetter) -> None:
    """Sent over the level, it is to be transferred in five working days all the same."""
    letter = "complaint_received 2026-08-03 object=coercion sent_to=minister over_level=true"
    assert complaint(letter, as_of="2026-08-11").shown("complaint.acceptance_first") == (
        "2026-08-10", "breached",
    )  # fmt: skip
    late = complaint(letter, "complaint_transferred 2026-08-12", as_of="2026-08-12")
    assert late.limit("complaint.processing").state == "late"


def test_a_refusal_that_is_challenged_opens_the_complaint_again(complaint: MakeLetter) -> None:
    facts = (
        "complaint_received 2026-08-03 object=coercion", "complaint_refused 2026-08-07",
        "complaint_refusal_challenged 2026-08-12",
    )  # fmt: skip
    asked = complaint(*facts, as_of="2026-08-20").answer
    assert (asked.stage, asked.status) == ("refusal_challenged", "open")
    assert [(r.reason, r.holder) for r in asked.stuck] == [("limit_passed", "superior")]
    upheld = complaint(*facts, "complaint_refusal_upheld 2026-08-14", as_of="2026-08-14").answer
    assert (upheld.stage, upheld.status) == ("complaint_refused", "closed")
    directed = complaint(*facts, "complaint_lower_level_directed 2026-08-14", as_of="2026-08-14")
    assert (directed.answer.stage, directed.answer.status) == ("complaint_received", "open")


def test_the_minister_opens_a_decision_in_effect_and_closes_it_again(
    complaint: MakeLetter,
) -> None:
    opened = (*NEW, "complaint_review_opened 2026-11-23 ground=new_facts")
    answer = complaint(*opened, as_of="2026-11-23").answer
    assert (answer.stage, answer.status) == ("complaint_under_review", "open")
    decided = complaint(*opened, "complaint_review_decided 2026-12-07", as_of="2026-12-07")
    assert (decided.answer.stage, decided.answer.status) == ("complaint_settled", "closed")
    assert decided.limit("complaint.ministerial_review").state == "met"


def test_the_old_law_settles_a_first_decision_once_the_time_to_complain_is_over(
    complaint: MakeLetter,
) -> None:
    """Fifteen days from 16 April end on 1 May, a day off before a weekend: Monday 4 May."""
    facts = OLD[:9]
    assert complaint(*facts, as_of="2026-05-04").answer.stage == "complaint_resolved"
    answer = complaint(*facts, as_of="2026-05-05")
    assert answer.answer.stage == "complaint_settled"
    readings = answer.limit("complaint.first_effective").readings
    assert {(way.reason, str(way.due), way.acted) for way in readings} == {
        ("when_time_lapsed", "2026-05-04", True), ("not_said", "None", False),
    }  # fmt: skip


def test_a_general_complaint_left_alone_may_go_up_without_an_answer(complaint: MakeLetter) -> None:
    """Law 02/2011, Art. 33: 30 days from the end of the time to resolve, on 4 September."""
    facts = ("complaint_received 2026-08-03 object=general", "complaint_accepted 2026-08-05")
    answer = complaint(*facts, as_of="2026-09-05")
    assert answer.shown("complaint.general_resolution") == ("2026-09-04", "breached")
    assert answer.shown("complaint.general_bar_second") == ("2026-10-05", "open")
    assert answer.limits("complaint.superior_demand") == []
    assert answer.limits("complaint.acceptance_first") == []
