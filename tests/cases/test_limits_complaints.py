"""Complaints and denunciations: time-bars, acceptance, resolution, extension, effect.

Days off that the rows run into: 31 August to 2 September and 24 November 2026; Saturday
22 August is worked.
"""

from __future__ import annotations

from typing import Protocol

import pytest

from cases.dossier import read_dossier
from cases.errors import FormError
from tests.conftest import Assessed, MakeCase

OLD, NEW = "26/2008/QH12", "106/2025/QH15"


class MakeLetter(Protocol):
    def __call__(self, *facts: str, as_of: str) -> Assessed: ...


@pytest.fixture(name="complaint")
def _complaint(case: MakeCase) -> MakeLetter:
    def make(*facts: str, as_of: str) -> Assessed:
        return case(*facts, as_of=as_of, kind="complaint", about="NA-1")

    return make


@pytest.fixture(name="denunciation")
def _denunciation(case: MakeCase) -> MakeLetter:
    def make(*facts: str, as_of: str) -> Assessed:
        return case(*facts, as_of=as_of, kind="denunciation")

    return make


def _received(day: str, contested: str) -> str:
    return f"complaint_received {day} object={contested}"


def _second(day: str) -> str:
    return f"complaint_received {day} instance=second"


def _about(contested: str) -> tuple[str, ...]:
    return (_received("2026-07-06", contested),)


def _twice(contested: str) -> tuple[str, ...]:
    return (
        *_about(contested), "complaint_accepted 2026-07-07", "complaint_resolved 2026-07-09",
        "complaint_resolution_notified 2026-07-10", _second("2026-07-15"),
    )  # fmt: skip


# Law 106/2025: Art. 96 the time-bars, 104 acceptance, 102 resolution; Law 26/2008 has nothing here.
ROWS = (
    ("bar_before_measures", (), "contested_act_known 2026-08-17 object=before_measures",
     "2026-09-03"),
    ("bar_security", (), "contested_act_known 2026-11-14 object=security_measure", "2026-11-25"),
    ("bar_security", (), "contested_act_known 2026-11-14 object=account_freeze", "2026-11-25"),
    ("bar_coercion", (), "contested_act_known 2026-08-01 object=coercion", "2026-09-03"),
    ("bar_coercion", (), "contested_act_known 2026-08-01 object=after_coercion", "2026-09-03"),
    ("bar_second", _about("coercion"), "complaint_resolution_notified 2026-11-09", "2026-11-25"),
    ("acceptance_first", (), _received("2026-08-28", "coercion"), "2026-09-09"),
    ("acceptance_second", _about("coercion"), _second("2026-08-22"), "2026-09-03"),
    ("resolution_before_measures", _about("before_measures"), "complaint_accepted 2026-11-09",
     "2026-11-25"),
    ("resolution_before_measures_second", _twice("before_measures"),
     "complaint_accepted 2026-08-01", "2026-09-03"),
    ("resolution_security", _about("account_freeze"), "complaint_accepted 2026-08-20",
     "2026-08-26"),
    ("resolution_coercion", _about("after_coercion"), "complaint_accepted 2026-10-25",
     "2026-11-25"),
    ("resolution_coercion_second", _twice("coercion"), "complaint_accepted 2026-07-18",
     "2026-09-03"),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "before", "fact", "due"), ROWS)
def test_a_step_of_a_complaint_has_its_time(
    complaint: MakeLetter, rule: str, before: tuple[str, ...], fact: str, due: str
) -> None:
    answer = complaint(*before, fact, as_of=fact.split()[1])
    (row,) = [row for row in answer.limits(f"complaint.{rule}") if row.state == "open"]
    assert (row.due.isoformat() if row.due else "-", row.act) == (due, NEW)


def test_the_second_complaint_is_resolved_by_the_managing_authority(complaint: MakeLetter) -> None:
    answer = complaint(*_twice("coercion"), "complaint_accepted 2026-07-18", as_of="2026-07-20")
    assert answer.answer.stage == "second_complaint_examined"
    holders = {row.id: row.holder for row in answer.answer.limits if row.state == "open"}
    assert holders == {
        "complaint.resolution_coercion_second": "superior",
        "complaint.explanation_request_second": "superior",
    }


ACCEPTED = (*_about("coercion"), "complaint_accepted 2026-10-25")


def test_an_extension_runs_thirty_days_from_the_end_of_the_time_to_resolve(
    complaint: MakeLetter,
) -> None:
    """Art. 102.3: 30 days end on 24 November, a day off; 30 more run from the 25th."""
    extended = "complaint_extended 2026-11-20 ground=complex"
    answer = complaint(*ACCEPTED, extended, as_of="2026-11-26")
    assert answer.shown("complaint.resolution_coercion") == ("2026-11-25", "void")
    assert answer.shown("complaint.extension_complex") == ("2026-12-25", "open")
    assert answer.limits("complaint.extension_remote") == []


def test_a_complex_complaint_before_any_measure_is_extended_by_the_general_clause(
    complaint: MakeLetter,
) -> None:
    """Art. 102.4 names complex matters too; 102.3 is about coercion alone."""
    answer = complaint(
        *_about("before_measures"), "complaint_accepted 2026-11-09",
        "complaint_extended 2026-11-20 ground=complex", as_of="2026-11-26",
    )  # fmt: skip
    assert answer.shown("complaint.extension_remote") == ("2026-12-25", "open")
    assert answer.limits("complaint.extension_complex") == []


def test_extending_again_does_not_go_beyond_thirty_days(complaint: MakeLetter) -> None:
    answer = complaint(
        *ACCEPTED, "complaint_extended 2026-11-20 ground=complex",
        "complaint_extended 2026-12-20 ground=complex", as_of="2026-12-24",
    )  # fmt: skip
    shown = [(str(r.due), r.state) for r in answer.limits("complaint.extension_complex")]
    assert shown == [("2026-12-25", "void"), ("2026-12-25", "open")]


def test_an_extension_after_the_time_ran_out_leaves_it_passed(complaint: MakeLetter) -> None:
    answer = complaint(
        *ACCEPTED, "complaint_extended 2026-11-27 ground=complex", as_of="2026-11-30"
    )
    assert answer.shown("complaint.resolution_coercion") == ("2026-11-25", "breached")
    assert answer.shown("complaint.extension_complex") == ("2026-12-25", "open")


def test_the_day_that_the_decision_sets_holds_where_it_is_earlier(complaint: MakeLetter) -> None:
    extended = "complaint_extended 2026-11-20 ground=complex until=2026-12-10"
    answer = complaint(*ACCEPTED, extended, as_of="2026-11-26")
    assert answer.shown("complaint.extension_complex") == ("2026-12-10", "open")
    assert answer.irregular() == []


def test_an_extension_beyond_the_most_allowed_is_irregular(complaint: MakeLetter) -> None:
    extended = "complaint_extended 2026-11-20 ground=complex until=2026-12-26"
    answer = complaint(*ACCEPTED, extended, as_of="2026-11-26")
    assert answer.shown("complaint.extension_complex") == ("2026-12-25", "open")
    assert answer.irregular() == [("complaint_extended", "102", "3")]


def test_nothing_is_extended_that_does_not_run(complaint: MakeLetter) -> None:
    extended = "complaint_extended 2026-11-20 ground=remote"
    answer = complaint(*_about("coercion"), extended, as_of="2026-11-20")
    assert answer.limits("complaint.extension_remote") == []


SUSPENDED = (
    *_about("coercion"), "complaint_accepted 2026-10-01", "complaint_suspended 2026-10-11",
)  # fmt: skip


def test_a_suspension_stops_the_clock_and_is_not_counted(complaint: MakeLetter) -> None:
    """Art. 105.4: 30 days from 1 October end on 31 October; ten days do not count."""
    answer = complaint(*SUSPENDED, as_of="2026-10-15")
    assert answer.limit("complaint.resolution_coercion").state == "paused"
    assert (answer.answer.stage, answer.answer.status) == ("complaint_suspended", "paused")
    answer = complaint(*SUSPENDED, "complaint_resumed 2026-10-21", as_of="2026-10-22")
    assert answer.shown("complaint.resolution_coercion") == ("2026-11-10", "open")
    assert answer.answer.stage == "complaint_examined"
    assert answer.limit("complaint.resolution_coercion").readings == ()


def test_a_suspension_that_reaches_into_an_extension_lengthens_both(complaint: MakeLetter) -> None:
    """One of 30 days was left on 30 October: it ends on 10 November, 30 more on 10 December."""
    answer = complaint(
        *_about("coercion"), "complaint_accepted 2026-10-01",
        "complaint_extended 2026-10-28 ground=complex", "complaint_suspended 2026-10-30",
        "complaint_resumed 2026-11-09", as_of="2026-11-10",
    )  # fmt: skip
    assert answer.shown("complaint.extension_complex") == ("2026-12-10", "open")


DECIDED = ("complaint_accepted 2026-07-07", "complaint_resolved 2026-07-09")


def test_the_first_decision_takes_effect_when_nobody_complains_again(
    complaint: MakeLetter,
) -> None:
    """Art. 105.5: 15 days from valid notice on 16 July; 31 July is the last."""
    facts = (*_about("coercion"), *DECIDED, "complaint_resolution_notified 2026-07-16")
    assert complaint(*facts, as_of="2026-07-31").answer.stage == "complaint_resolved"
    later = complaint(*facts, as_of="2026-08-01")
    assert (later.answer.stage, later.answer.status) == ("complaint_settled", "closed")
    assert later.shown("complaint.first_effective") == ("2026-07-31", "expired")


def test_a_second_complaint_in_time_keeps_it_from_taking_effect(complaint: MakeLetter) -> None:
    answer = complaint(*_twice("coercion"), as_of="2026-08-20")
    assert answer.answer.stage == "second_complaint_received"
    assert answer.limit("complaint.first_effective").state == "met"
    assert answer.limit("complaint.bar_second").state == "met"


@pytest.mark.parametrize("contested", ["account_freeze", "security_measure"])
def test_a_decision_on_a_security_measure_takes_effect_at_once(
    complaint: MakeLetter, contested: str
) -> None:
    """Art. 105.5, second paragraph; no second complaint is open."""
    facts = (*_about(contested), *DECIDED)
    answer = complaint(*facts, as_of="2026-07-09T12:00+07:00")
    assert answer.answer.stage == "complaint_settled"
    answer = complaint(*facts, "complaint_resolution_notified 2026-07-10", as_of="2026-07-10")
    assert answer.limits("complaint.bar_second") == []
    assert answer.shown("complaint.security_effective")[0] == "2026-07-09"


def test_the_second_decision_takes_effect_at_once(complaint: MakeLetter) -> None:
    """Art. 98.2."""
    facts = (*_twice("coercion"), "complaint_accepted 2026-07-18", "complaint_resolved 2026-08-10")
    answer = complaint(*facts, as_of="2026-08-10T09:00+07:00")
    assert answer.answer.stage == "complaint_settled"
    assert answer.limit("complaint.resolution_coercion_second").state == "met"


def test_a_complaint_after_the_time_bar_is_recorded_and_raised(complaint: MakeLetter) -> None:
    """Art. 97.4: it is not to be accepted."""
    known = "contested_act_known 2026-07-06 object=security_measure"
    answer = complaint(known, _received("2026-07-17", "security_measure"), as_of="2026-07-17")
    assert answer.limit("complaint.bar_security").state == "expired"
    assert answer.irregular() == [("complaint_received", "96", "2")]


def test_time_in_which_nobody_could_complain_is_not_counted(complaint: MakeLetter) -> None:
    """Art. 96.4: three days of an obstacle move the end from 16 to 19 July, a Sunday."""
    known = "contested_act_known 2026-07-06 object=security_measure"
    obstacle = (
        "limitation_excluded 2026-07-17 ground=obstacle first=2026-07-10 last=2026-07-12 "
        "evidence='giấy xác nhận mẫu'"
    )
    received = _received("2026-07-17", "security_measure")
    answer = complaint(known, received, obstacle, as_of="2026-07-17")
    assert answer.shown("complaint.bar_security") == ("2026-07-20", "met")
    assert answer.irregular() == []


def test_the_procuracy_has_the_new_year_to_protest_in_a_case_that_ended_before(
    case: MakeCase,
) -> None:
    """Art. 116.2: for cases ended before, the time to protest is that of the new Law (112.2)."""
    notified = "closure_notice_received_by_procuracy 2026-05-20"
    row = case("closed 2026-05-15", notified, as_of="2026-08-01").limit("protest.closed_case")
    assert (str(row.due), row.act, row.state) == ("2027-05-20", NEW, "open")
    assert (row.receipt.why, row.receipt.why_clause) == ("renewed_for_ended_cases", "2")


@pytest.mark.parametrize(
    ("event", "stage"),
    [
        ("complaint_refused 2026-07-08", "complaint_refused"),
        ("complaint_terminated 2026-07-08 ground=withdrawn", "complaint_received"),
    ],
)
def test_only_what_was_accepted_is_terminated(
    complaint: MakeLetter, event: str, stage: str
) -> None:
    assert complaint(*_about("coercion"), event, as_of="2026-07-08").answer.stage == stage


def test_a_withdrawn_complaint_asks_for_nothing_more(complaint: MakeLetter) -> None:
    ended = "complaint_terminated 2026-11-20 ground=withdrawn"
    answer = complaint(*ACCEPTED, ended, as_of="2026-12-24")
    assert answer.answer.stage == "complaint_terminated"
    assert answer.limit("complaint.resolution_coercion").state == "void"


# Law 25/2018, Arts. 24.1 and 29.3; Law 106/2025, Art. 110.2.
DENUNCIATIONS = (
    ("processing", (), "denunciation_received 2026-08-20", "2026-08-28"),
    ("processing_prolonged", ("denunciation_received 2026-08-20",),
     "denunciation_check_prolonged 2026-08-27", "2026-09-07"),
    ("acceptance_notice", (), "denunciation_accepted 2026-11-20", "2026-11-30"),
    ("resolution", (), "denunciation_accepted 2026-10-25", "2026-11-25"),
    ("resolution_complex", ("denunciation_accepted 2026-10-25",),
     "denunciation_extended 2026-11-20 complexity=complex", "2026-12-24"),
    ("resolution_specially_complex", ("denunciation_accepted 2026-10-25",),
     "denunciation_extended 2026-11-20 complexity=specially_complex", "2027-01-25"),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "before", "fact", "due"), DENUNCIATIONS)
def test_a_step_of_a_denunciation_has_its_time(
    denunciation: MakeLetter, rule: str, before: tuple[str, ...], fact: str, due: str
) -> None:
    answer = denunciation(*before, fact, as_of=fact.split()[1])
    assert answer.shown(f"denunciation.{rule}") == (due, "open")


def test_a_denunciation_that_proves_more_complex_counts_from_its_acceptance_again(
    denunciation: MakeLetter,
) -> None:
    answer = denunciation(
        "denunciation_accepted 2026-10-25", "denunciation_extended 2026-11-20 complexity=complex",
        "denunciation_extended 2026-12-20 complexity=specially_complex", as_of="2026-12-21",
    )  # fmt: skip
    assert answer.shown("denunciation.resolution_complex") == ("2026-12-24", "void")
    assert answer.shown("denunciation.resolution_specially_complex") == ("2027-01-25", "open")


def test_a_suspended_denunciation_runs_on_until_the_text_is_at_hand(
    denunciation: MakeLetter,
) -> None:
    answer = denunciation(
        "denunciation_received 2026-10-19", "denunciation_accepted 2026-10-25",
        "denunciation_suspended 2026-11-02", as_of="2026-11-27",
    )  # fmt: skip
    assert answer.answer.stage == "denunciation_suspended"
    assert answer.shown("denunciation.resolution") == ("2026-11-25", "breached")
    assert answer.shown("denunciation.suspension_effect") == ("-", "open")


# Law 106/2025, Art. 116.1: of a case that ended before 1 July 2026 the old Law goes on to hold.
ENDED = (
    ("complaint", "complaint.bar_account",
     ("contested_act_known 2026-07-20 object=account_freeze case_ended=2026-05-15",),
     "2026-07-23", "140"),
    ("complaint", "complaint.resolution_after_coercion",
     ("complaint_received 2026-07-20 object=after_coercion case_ended=2026-05-15",
      "complaint_accepted 2026-08-03"), "2026-08-18", "146"),
    ("denunciation", "denunciation.resolution",
     ("denunciation_received 2026-07-20 case_ended=2026-06-30", "denunciation_accepted 2026-08-03"),
     "2026-10-02", "157"),
    ("enforcement_case", "protest.reply",
     ("closed 2026-05-20", "protest_received 2026-08-03 level=local"), "2026-08-18", "161"),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "rule", "facts", "due", "article"), ENDED)
def test_a_letter_about_a_case_that_ended_before_the_change_follows_the_old_law(
    case: MakeCase, kind: str, rule: str, facts: tuple[str, ...], due: str, article: str
) -> None:
    row = case(*facts, as_of="2026-08-03", kind=kind).limit(rule)
    assert (str(row.due), row.act, row.article) == (due, OLD, article)
    assert (row.receipt.why, row.receipt.why_article) == ("case_ended_before", "116")
    assert (row.transition_review, row.readings) == (False, ())


@pytest.mark.parametrize(
    ("kind", "rule", "facts"),
    [
        ("complaint", "complaint.bar_security",
         ("contested_act_known 2026-07-20 object=account_freeze case_ended=2026-07-01",)),
        ("denunciation", "denunciation.resolution", ("denunciation_accepted 2026-08-03",)),
        ("enforcement_case", "protest.reply",
         ("closed 2026-07-20", "protest_received 2026-08-03 level=local")),
    ],
)  # fmt: skip
def test_a_letter_about_any_other_case_follows_the_law_of_its_day(
    case: MakeCase, kind: str, rule: str, facts: tuple[str, ...]
) -> None:
    row = case(*facts, as_of="2026-08-03", kind=kind).limit(rule)
    assert row.act == NEW
    assert row.receipt.why != "case_ended_before"


def test_a_clock_of_an_ended_case_that_runs_over_the_change_needs_no_review(
    complaint: MakeLetter,
) -> None:
    known = "contested_act_known 2026-06-20 object=coercion case_ended=2026-05-15"
    row = complaint(known, as_of="2026-07-02").limit("complaint.bar_coercion")
    assert (str(row.due), row.act, row.transition_review) == ("2026-07-20", OLD, False)
    row = complaint(known.replace(" case_ended=2026-05-15", ""), as_of="2026-07-02").limit(
        "complaint.bar_coercion"
    )
    assert (row.act, row.transition_review) == (OLD, True)


def test_a_denunciation_has_no_place_for_who_denounces() -> None:
    """Law 106/2025, Art. 108.2(b): the identity is kept secret."""
    told = {"kind": "denunciation", "id": "TC-1", "office": "nghe-an", "parties": {}}
    with pytest.raises(FormError, match="parties"):
        read_dossier(told)


def test_an_event_of_another_kind_of_dossier_is_refused() -> None:
    fact = {"event": "coercion_decided", "on": "2026-07-06"}
    told = {"kind": "complaint", "id": "KN-1", "office": "nghe-an", "facts": [fact]}
    with pytest.raises(FormError, match="complaint_accepted"):
        read_dossier(told)


def test_a_complaint_reads_back_as_it_was_written() -> None:
    told = {
        "kind": "complaint", "id": "KN-1", "office": "nghe-an", "about": "NA-1",
        "parties": {"complainant": [{"name": "Người mẫu 0001"}]},
        "facts": [{"event": "complaint_received", "on": "2026-07-06", "object": "coercion"}],
    }  # fmt: skip
    dossier = read_dossier(told)
    assert read_dossier(dossier.as_file()) == dossier
