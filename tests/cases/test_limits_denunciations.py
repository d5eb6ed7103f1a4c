"""Denunciations and petitions: every limit with a date counted by hand, and the life of each.

Days off that the rows run into: 16-20 February, 27 and 30 April, 1 May, 31 August to 2 September
and 24 November 2026; Saturday 22 August is worked.
"""

from __future__ import annotations

from typing import Protocol

import pytest

from cases.dossier import read_dossier
from cases.errors import FormError
from cases.facts import read_report
from cases.vocabulary import vocabulary
from tests.conftest import Assessed, MakeCase

OLD, NEW = "26/2008/QH12", "106/2025/QH15"
LAW, CIRCULAR, DECREE = "25/2018/QH14", "13/2021/TT-BTP", "152/2026/NĐ-CP"


class MakeLetter(Protocol):
    def __call__(self, *facts: str, as_of: str) -> Assessed: ...


@pytest.fixture(name="denunciation")
def _denunciation(case: MakeCase) -> MakeLetter:
    def make(*facts: str, as_of: str) -> Assessed:
        return case(*facts, as_of=as_of, kind="denunciation")

    return make


@pytest.fixture(name="petition")
def _petition(case: MakeCase) -> MakeLetter:
    def make(*facts: str, as_of: str) -> Assessed:
        return case(*facts, as_of=as_of, kind="petition")

    return make


# Each row: rule, what came before, the fact that starts it, the last day, and the act.
ROWS = (
    # Thursday 20 August + 5 working days: 21, 22 (worked), 24, 25, 26.
    ("transfer", (), "denunciation_received 2026-08-20 competence=other_office", "2026-08-26", LAW),
    # 20 days from 13 August are 2 September, a day off.
    ("forwarder", (), "denunciation_received 2026-08-13 forwarded=true", "2026-09-03", LAW),
    # Friday 20 November + 7: 23, 25, 26, 27, 30, 1, 2 December (the 24th is off).
    ("publication", (), "denunciation_concluded 2026-11-20", "2026-12-02", LAW),
    ("sanction_publication", (), "denunciation_sanction_decided 2026-11-20", "2026-12-02", LAW),
    # 20 days from 4 November are 24 November, a day off.
    ("repeat_review", (), "repeat_denunciation_received 2026-11-04 ground=resolution_unlawful",
     "2026-11-25", LAW),
    # 5 working days from Friday 20 November: 23, 25, 26, 27, 30.
    ("delay_request", (), "repeat_denunciation_received 2026-11-20 ground=overdue", "2026-11-30",
     LAW),
    ("delay_report", (), "denunciation_report_requested 2026-11-20", "2026-11-30", LAW),
    # What the circular said until 30 June 2026: 10 days from 17 April are 27 April, a day off.
    ("team_announcement", (), "denunciation_team_set_up 2026-04-17", "2026-04-28", CIRCULAR),
    # 5 working days from Thursday 23 April: 24, 28, 29, 4, 5 May.
    ("team_report", (), "denunciation_verification_ended 2026-04-23", "2026-05-05", CIRCULAR),
    ("decision_sent", (), "denunciation_suspended 2026-04-23", "2026-05-05", CIRCULAR),
    ("decision_sent", (), "denunciation_terminated 2026-04-23", "2026-05-05", CIRCULAR),
    ("conclusion_sent", (), "denunciation_concluded 2026-04-23", "2026-05-05", CIRCULAR),
    # And 7: 6 and 7 May too.
    ("handling", (), "denunciation_concluded 2026-04-23", "2026-05-07", CIRCULAR),
    # 15 days from 15 April are 30 April; 1 May is off too, then comes a weekend.
    ("contest", (), "denunciation_conclusion_received 2026-04-15", "2026-05-04", CIRCULAR),
    # 3 working days from Thursday 23 April: 24, 28, 29.
    ("conclusion_to_procuracy", (), "denunciation_concluded 2026-04-23", "2026-04-29",
     "11/2016/TTLT-BTP-TANDTC-VKSNDTC"),
    # From 1 July 2026 the old number is watched: 10 days from 21 August are 31 August, a day off.
    ("team_announcement", (), "denunciation_team_set_up 2026-08-21", "2026-09-03", DECREE),
    ("team_report", (), "denunciation_verification_ended 2026-11-20", "2026-11-30", DECREE),
    ("decision_sent", (), "denunciation_terminated 2026-11-20", "2026-11-30", DECREE),
    ("conclusion_sent", (), "denunciation_concluded 2026-11-20", "2026-11-30", DECREE),
    ("handling", (), "denunciation_concluded 2026-11-20", "2026-12-02", DECREE),
    # 15 days from 9 November are 24 November, a day off.
    ("contest", (), "denunciation_conclusion_received 2026-11-09", "2026-11-25", DECREE),
    # No number: each stands without a date.
    ("contest_answer", (), "denunciation_conclusion_contested 2026-05-05", "-", CIRCULAR),
    ("contest_answer", (), "denunciation_conclusion_contested 2026-11-20", "-", DECREE),
    ("termination_after_withdrawal", (), "denunciation_withdrawn 2026-11-20 extent=whole", "-",
     LAW),
    ("disagreement_answer", (), "denunciation_disagreement_received 2026-11-20", "-", DECREE),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "before", "fact", "due", "act"), ROWS)
def test_a_step_of_a_denunciation_has_its_time(
    denunciation: MakeLetter, rule: str, before: tuple[str, ...], fact: str, due: str, act: str
) -> None:
    answer = denunciation(*before, fact, as_of=fact.split()[1])
    row = answer.limit(f"denunciation.{rule}")
    assert (row.due.isoformat() if row.due else "-", row.state, row.act) == (due, "open", act)


PETITIONS = (
    ("petition_received 2026-04-23", "2026-05-05", CIRCULAR),
    ("petition_received 2026-11-20", "2026-11-30", DECREE),
)


@pytest.mark.parametrize(("fact", "due", "act"), PETITIONS)
def test_a_petition_has_five_working_days(
    petition: MakeLetter, fact: str, due: str, act: str
) -> None:
    row = petition(fact, as_of=fact.split()[1]).limit("petition.handling")
    assert (str(row.due), row.state, row.act) == (due, "open", act)


@pytest.mark.parametrize(
    ("event", "stage"),
    [
        ("petition_answered 2026-11-25 jointly=true", "petition_settled"),
        ("petition_guided 2026-11-25", "petition_settled"),
        ("petition_transferred 2026-11-25", "petition_transferred"),
        ("petition_filed 2026-11-25 ground=sent_to_many", "petition_filed"),
    ],
)
def test_each_way_to_handle_a_petition_ends_it(
    petition: MakeLetter, event: str, stage: str
) -> None:
    answer = petition("petition_received 2026-11-20", event, as_of="2026-12-24")
    assert (answer.answer.stage, answer.answer.status) == (stage, "closed")
    assert answer.limit("petition.handling").state == "met"
    assert answer.limit("reception.unprocessed_letter").state == "met"


def test_a_letter_that_nobody_handles_for_45_days_is_grave(petition: MakeLetter) -> None:
    """Decree 154/2026, Art. 41.3(b): 45 days from 10 October are 24 November, a day off."""
    row = petition("petition_received 2026-10-10", as_of="2026-11-25").limit(
        "reception.unprocessed_letter"
    )
    assert (str(row.due), row.state, row.severity) == ("2026-11-25", "open", "grave")


def test_a_number_that_is_watched_meanwhile_says_so(denunciation: MakeLetter) -> None:
    row = denunciation("denunciation_concluded 2026-11-20", as_of="2026-11-20").limit(
        "denunciation.handling"
    )
    ways = {(reading.reason, str(reading.due), reading.acted) for reading in row.readings}
    assert ways == {("as_before", "2026-12-02", True), ("no_number", "None", False)}
    assert {reading.why for reading in row.readings if reading.acted} == {"not_at_hand"}


def test_what_another_body_must_resolve_is_not_to_be_accepted_here(
    denunciation: MakeLetter,
) -> None:
    answer = denunciation(
        "denunciation_received 2026-08-20 competence=other_body",
        "denunciation_transferred 2026-08-24", as_of="2026-08-25",
    )  # fmt: skip
    assert answer.limits("denunciation.processing") == []
    assert answer.limit("denunciation.transfer").state == "met"
    assert answer.answer.stage == "denunciation_transferred"


def test_a_refusal_is_told_the_same_day(denunciation: MakeLetter) -> None:
    facts = ("denunciation_received 2026-11-16", "denunciation_refused 2026-11-20")
    assert denunciation(*facts, as_of="2026-11-20").shown("denunciation.refusal_notice") == (
        "2026-11-20", "open",
    )  # fmt: skip
    late = denunciation(*facts, as_of="2026-11-21")
    assert late.limit("denunciation.refusal_notice").state == "not_at_once"


ACCEPTED = ("denunciation_received 2026-03-02", "denunciation_accepted 2026-03-10")


def test_under_the_old_law_a_suspension_and_the_experts_time_are_not_counted(
    denunciation: MakeLetter,
) -> None:
    """60 days from 10 March are 9 May, a Saturday; ten days of each move it on by twenty."""
    plain = denunciation(*ACCEPTED, as_of="2026-03-11")
    assert plain.shown("denunciation.resolution") == ("2026-05-11", "open")
    stopped = denunciation(*ACCEPTED, "denunciation_suspended 2026-03-20", as_of="2026-03-25")
    assert stopped.limit("denunciation.resolution").state == "paused"
    assert stopped.answer.status == "paused"
    resumed = denunciation(
        *ACCEPTED, "denunciation_suspended 2026-03-20", "denunciation_resumed 2026-03-30",
        "denunciation_expert_time 2026-04-15 ground=expert_examination first=2026-04-01 "
        "last=2026-04-10", as_of="2026-04-16",
    )  # fmt: skip
    assert resumed.shown("denunciation.resolution") == ("2026-05-29", "open")
    assert resumed.answer.stage == "denunciation_examined"


def test_under_the_old_law_a_complex_denunciation_takes_ninety_days(
    denunciation: MakeLetter,
) -> None:
    """90 days from 10 March are 8 June."""
    extended = "denunciation_extended 2026-05-04 complexity=complex"
    answer = denunciation(*ACCEPTED, extended, as_of="2026-05-05")
    row = answer.limit("denunciation.resolution_complex")
    assert (str(row.due), row.state, row.act) == ("2026-06-08", "open", OLD)


TAKEN = ("denunciation_received 2026-10-19", "denunciation_accepted 2026-10-25")


def test_a_denunciation_that_runs_over_opens_the_duty_of_the_superior(
    denunciation: MakeLetter,
) -> None:
    """Decree 152/2026, Art. 76.2: 30 days from 25 October are 24 November, a day off."""
    assert denunciation(*TAKEN, as_of="2026-11-25").limits("denunciation.superior_direction") == []
    over = denunciation(*TAKEN, as_of="2026-11-26").limit("denunciation.superior_direction")
    assert (over.state, over.holder, over.act, over.article) == ("open", "superior", DECREE, "76")
    directed = denunciation(*TAKEN, "denunciation_directed 2026-11-27", as_of="2026-11-28")
    assert directed.limit("denunciation.superior_direction").state == "met"
    concluded = denunciation(*TAKEN, "denunciation_concluded 2026-11-27", as_of="2026-11-28")
    assert concluded.limit("denunciation.superior_direction").state == "void"


def test_the_superiors_duty_of_the_old_law_stands_in_the_circular(
    denunciation: MakeLetter,
) -> None:
    """Circular 13/2021, Art. 17.1: 60 days from 10 March are 9 May, a Saturday."""
    over = denunciation(*ACCEPTED, as_of="2026-05-12").limit("denunciation.superior_direction")
    assert (over.holder, over.act, over.article) == ("superior", CIRCULAR, "17")


def test_a_letter_of_an_ended_case_keeps_the_circular_and_the_old_time(
    denunciation: MakeLetter,
) -> None:
    """Law 106/2025, Art. 116.1: 60 days from 3 August; the conclusion's 7 days by the circular."""
    answer = denunciation(
        "denunciation_received 2026-07-20 case_ended=2026-06-30",
        "denunciation_accepted 2026-08-03", "denunciation_suspended 2026-08-10",
        "denunciation_resumed 2026-08-20", "denunciation_concluded 2026-10-05",
        as_of="2026-10-05",
    )  # fmt: skip
    assert answer.shown("denunciation.resolution") == ("2026-10-12", "met")
    handling = answer.limit("denunciation.handling")
    assert (str(handling.due), handling.act) == ("2026-10-14", CIRCULAR)
    assert answer.limits("denunciation.suspension_effect") == []


def test_an_extended_denunciation_is_overdue_at_the_end_of_the_extension(
    denunciation: MakeLetter,
) -> None:
    """60 days from 25 October are 24 December."""
    extended = "denunciation_extended 2026-11-20 complexity=complex criterion_a=true"
    on_time = denunciation(*TAKEN, extended, as_of="2026-12-24")
    assert on_time.limits("denunciation.superior_direction") == []
    over = denunciation(*TAKEN, extended, as_of="2026-12-25")
    assert over.limit("denunciation.superior_direction").state == "open"


def test_specially_complex_is_what_names_two_criteria(denunciation: MakeLetter) -> None:
    """Decree 31/2019, Art. 3.3."""
    extended = "denunciation_extended 2026-11-20 complexity=specially_complex criterion_a=true"
    one = denunciation(*TAKEN, extended, as_of="2026-11-21")
    assert one.irregular() == [("denunciation_extended", "3", "3")]
    assert one.shown("denunciation.resolution_specially_complex") == ("2027-01-25", "open")
    two = denunciation(*TAKEN, f"{extended} criterion_dd=true", as_of="2026-11-21")
    assert two.irregular() == []
    denied = denunciation(*TAKEN, f"{extended} criterion_dd=false", as_of="2026-11-21")
    assert denied.irregular() == [("denunciation_extended", "3", "3")]


@pytest.mark.parametrize("ground", ["signs_of_violation", "threat_or_bribe", "slander"])
def test_a_withdrawn_denunciation_goes_on_for_three_reasons(
    denunciation: MakeLetter, ground: str
) -> None:
    """Law 25/2018, Art. 33."""
    withdrawn = f"denunciation_withdrawn 2026-11-02 extent=whole goes_on_for={ground}"
    ended = "denunciation_terminated 2026-11-05 ground=all_withdrawn"
    answer = denunciation(*TAKEN, withdrawn, ended, as_of="2026-11-06")
    assert answer.irregular() == [("denunciation_terminated", "33", None)]
    assert answer.limits("denunciation.termination_after_withdrawal") == []


def test_a_denunciation_withdrawn_in_full_is_ended(denunciation: MakeLetter) -> None:
    withdrawn = "denunciation_withdrawn 2026-11-02 extent=whole"
    ended = "denunciation_terminated 2026-11-05 ground=all_withdrawn"
    answer = denunciation(*TAKEN, withdrawn, ended, as_of="2026-11-06")
    assert answer.irregular() == []
    assert answer.answer.stage == "denunciation_terminated"
    assert answer.limit("denunciation.termination_after_withdrawal").state == "met"
    assert answer.limit("denunciation.resolution").state == "void"
    assert answer.shown("denunciation.decision_sent") == ("2026-11-12", "open")


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        (("denunciation_received 2026-10-19 form=anonymous", "denunciation_accepted 2026-10-25"),
         ("25", "1")),
        (("denunciation_received 2026-10-19",
          "denunciation_accepted 2026-10-25 from_complaint=without_evidence"), ("29", "1")),
        (("denunciation_received 2026-10-19",
          "denunciation_accepted 2026-10-25 from_complaint=with_evidence"), None),
    ],
)  # fmt: skip
def test_what_may_not_be_accepted_is_recorded_and_raised(
    denunciation: MakeLetter, facts: tuple[str, ...], place: tuple[str, str] | None
) -> None:
    answer = denunciation(*facts, as_of="2026-10-26")
    assert answer.irregular() == ([("denunciation_accepted", *place)] if place else [])
    assert answer.answer.stage == "denunciation_examined"


DONE = (*TAKEN, "denunciation_concluded 2026-11-20", "denunciation_handled 2026-11-26")
AGAIN = "repeat_denunciation_received 2026-12-07 ground=resolution_unlawful"


def test_the_whole_line_from_receipt_to_publication(denunciation: MakeLetter) -> None:
    facts = (
        "denunciation_received 2026-10-19", "denunciation_accepted 2026-10-26",
        "denunciation_acceptance_notified 2026-10-28", "denunciation_team_set_up 2026-10-28",
        "denunciation_team_announced 2026-10-30", "denunciation_verification_ended 2026-11-12",
        "denunciation_verification_reported 2026-11-16", "denunciation_concluded 2026-11-20",
        "denunciation_conclusion_sent 2026-11-23", "denunciation_handled 2026-11-26",
        "denunciation_conclusion_published 2026-11-27",
    )  # fmt: skip
    stages = {
        3: "denunciation_examined", 4: "denunciation_verifying", 7: "denunciation_reported",
        8: "denunciation_concluded", 10: "denunciation_handled",
    }  # fmt: skip
    for told, stage in stages.items():
        day = facts[told - 1].split()[1]
        assert denunciation(*facts[:told], as_of=day).answer.stage == stage
    answer = denunciation(*facts, as_of="2026-12-24")
    assert answer.answer.status == "closed"
    assert {row.state for row in answer.answer.limits} == {"met"}
    assert answer.irregular() == []


def test_what_is_resolved_again_has_the_same_time_again(denunciation: MakeLetter) -> None:
    """Law 25/2018, Art. 37.3: 30 days from 28 December are 27 January."""
    resolve = "repeat_denunciation_examined 2026-12-24 repeat_outcome=resolve_again"
    review = denunciation(*DONE, AGAIN, as_of="2026-12-08")
    assert (review.answer.stage, review.answer.status) == ("denunciation_repeat_review", "open")
    assert review.shown("denunciation.repeat_review") == ("2026-12-28", "open")
    again = denunciation(
        *DONE, AGAIN, resolve, "denunciation_accepted 2026-12-28", as_of="2026-12-29"
    )
    assert again.answer.stage == "denunciation_resolving_again"
    shown = [(str(r.due), r.state) for r in again.limits("denunciation.resolution")]
    assert shown == [("2026-11-25", "met"), ("2027-01-27", "open")]
    assert again.irregular() == []


def test_what_was_rightly_resolved_is_replied_to_and_not_examined_again(
    denunciation: MakeLetter,
) -> None:
    """Decree 152/2026, Art. 76.1."""
    final = "repeat_denunciation_examined 2026-12-24 repeat_outcome=resolved_lawfully"
    letter = "denunciation_disagreement_received 2026-12-28"
    answer = denunciation(*DONE, AGAIN, final, letter, as_of="2026-12-29")
    assert (answer.answer.stage, answer.answer.status) == ("denunciation_final", "closed")
    assert answer.limit("denunciation.disagreement_answer").state == "open"
    taken = denunciation(
        *DONE, AGAIN, final, letter, "denunciation_accepted 2026-12-29", as_of="2026-12-30"
    )
    assert taken.irregular() == [("denunciation_accepted", "76", "1")]
    assert taken.answer.stage == "denunciation_final"


@pytest.mark.parametrize(
    ("event", "stage"),
    [
        ("denunciation_filed 2026-10-22 ground=sent_to_many", "denunciation_filed"),
        ("denunciation_passed_to_inspection 2026-10-22", "denunciation_transferred"),
        ("denunciation_sent_to_criminal_bodies 2026-10-22", "denunciation_criminal"),
        ("denunciation_refused 2026-10-22 ground=conditions_missing", "denunciation_refused"),
    ],
)
def test_each_way_to_handle_a_denunciation_ends_it(
    denunciation: MakeLetter, event: str, stage: str
) -> None:
    answer = denunciation("denunciation_received 2026-10-19", event, as_of="2026-12-24")
    assert (answer.answer.stage, answer.answer.status) == (stage, "closed")
    assert answer.limit("denunciation.processing").state == "met"


@pytest.mark.parametrize(
    "text", ["note", "person", "recipient", "evidence", "request", "asset", "denouncer"]
)
@pytest.mark.parametrize("event", ["denunciation_received", "officer_assigned"])
def test_no_fact_of_a_denunciation_can_name_who_denounces(event: str, text: str) -> None:
    """Law 106/2025, Art. 108.2(b)."""
    fact = {"event": event, "on": "2026-10-19", text: "Người mẫu 0001"}
    with pytest.raises(FormError, match=text):
        read_report(fact, dossier="denunciation")
    told = {"kind": "denunciation", "id": "TC-1", "office": "nghe-an", "facts": [fact]}
    with pytest.raises(FormError, match=text):
        read_dossier(told)


def test_no_event_of_a_denunciation_has_a_field_of_free_text() -> None:
    for kind in vocabulary().events.values():
        if kind.kinds == ("denunciation",):
            free = {n for n, t in kind.fields.items() if isinstance(t, str) and "text" in t}
            assert free == set(), kind.name
