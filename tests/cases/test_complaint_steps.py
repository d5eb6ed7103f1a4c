"""Steps of a complaint that a circular or the Complaints Law counts, each with a day by hand.

Days off that the rows run into: 16 to 20 February, 27 and 30 April, 1 May, 31 August to
2 September and 24 November 2026; Saturday 22 August is worked.
"""

from __future__ import annotations

from typing import Protocol

import pytest

from i18n.receipts import explain
from tests.conftest import Assessed, MakeCase

CIRCULAR, DECREE = "13/2021/TT-BTP", "152/2026/NĐ-CP"
OLD_LAW, NEW_LAW, OLD_DECREE = "26/2008/QH12", "106/2025/QH15", "62/2015/NĐ-CP"
GENERAL, GENERAL_DECREE = "02/2011/QH13", "155/2026/NĐ-CP"


class MakeLetter(Protocol):
    def __call__(self, *facts: str, as_of: str) -> Assessed: ...


@pytest.fixture(name="complaint")
def _complaint(case: MakeCase) -> MakeLetter:
    def make(*facts: str, as_of: str) -> Assessed:
        return case(*facts, as_of=as_of, kind="complaint", about="NA-1")

    return make


def _letter(day: str, *, about: str = "coercion", second: bool = False, more: str = "") -> str:
    return f"complaint_received {day} object={about}{' instance=second' * second} {more}".strip()


ACCEPTED = "complaint_accepted 2026-03-04"
FIRST = (_letter("2026-03-02"), ACCEPTED)
SECOND = (_letter("2026-03-02", second=True), ACCEPTED)

# Circular 13/2021 and Decree 62/2015, in force to 30 June 2026.
BEFORE = (
    ("processing", (_letter("2026-04-23"),), "complaint_transferred 2026-05-04", "2026-05-05",
     CIRCULAR),
    ("processing", (_letter("2026-04-23"),), "complaint_filed 2026-05-04 ground=anonymous",
     "2026-05-05", CIRCULAR),
    ("processing_second", (_letter("2026-04-20", second=True),),
     "complaint_supplement_requested 2026-04-27", "2026-04-28", CIRCULAR),
    ("guidance", (_letter("2026-02-12"),), "complaint_guided 2026-02-25", "2026-02-26",
     OLD_DECREE),
    ("acceptance_second", (), _letter("2026-04-20", second=True), "2026-05-04", CIRCULAR),
    ("acceptance_supplemented",
     (_letter("2026-04-20"), "complaint_supplement_requested 2026-04-21"),
     "complaint_supplemented 2026-04-24", "2026-05-06", OLD_LAW),
    ("explanation_request", (_letter("2026-04-20"),), "complaint_accepted 2026-04-24",
     "2026-04-29", CIRCULAR),
    ("explanation_request_second", (_letter("2026-04-20", second=True),),
     "complaint_accepted 2026-04-24", "2026-04-29", CIRCULAR),
    ("explanation_officer", FIRST, "complaint_explanation_requested 2026-04-29 of=officer",
     "2026-05-05", CIRCULAR),
    ("explanation_office", FIRST, "complaint_explanation_requested 2026-04-29 of=office",
     "2026-05-08", CIRCULAR),
    ("decision_when_clear", FIRST, "complaint_explanation_given 2026-05-05 clear=true",
     "2026-05-05", CIRCULAR),
    ("decision_when_clear_second", SECOND, "complaint_explanation_given 2026-05-05 clear=true",
     "2026-05-05", CIRCULAR),
    ("withdrawal", FIRST, "complaint_withdrawn 2026-04-25 scope=whole", "2026-05-04", CIRCULAR),
    ("withdrawal_second", SECOND, "complaint_withdrawn 2026-04-25 scope=part", "2026-05-04",
     CIRCULAR),
    ("refiling", FIRST, "complaint_terminated 2026-03-31 ground=withdrawn", "2026-05-04",
     CIRCULAR),
    ("decision_sent", FIRST, "complaint_resolved 2026-04-28", "2026-05-05", CIRCULAR),
    ("decision_sent_second", SECOND, "complaint_resolved 2026-04-24", "2026-05-08", CIRCULAR),
    ("decision_to_procuracy", SECOND, "complaint_resolved 2026-04-24", "2026-05-04", CIRCULAR),
    ("publication", SECOND, "complaint_resolved 2026-04-15", "2026-05-04", CIRCULAR),
    ("refusal_review", (_letter("2026-04-20"), "complaint_refused 2026-04-21"),
     "complaint_refusal_challenged 2026-04-24", "2026-05-06", CIRCULAR),
    ("acceptance_directed",
     (_letter("2026-04-20"), "complaint_refused 2026-04-21",
      "complaint_refusal_challenged 2026-04-24"),
     "complaint_lower_level_directed 2026-05-04", "-", CIRCULAR),
    ("filing_kept", (_letter("2026-05-04"),), "complaint_filed 2026-05-05", "2027-05-05",
     CIRCULAR),
    ("first_effective", (*FIRST, "complaint_resolved 2026-04-10"),
     "complaint_resolution_notified 2026-04-15", "2026-05-04", OLD_LAW),
    ("second_effective", SECOND, "complaint_resolved 2026-04-24", "2026-04-24", OLD_LAW),
    ("superior_follow_up", FIRST, "complaint_superior_demanded 2026-04-10", "-", OLD_DECREE),
    ("halt", FIRST, "complaint_halt_ordered 2026-03-05 until=2026-03-20", "2026-03-20", OLD_LAW),
    ("ministerial_review",
     (*SECOND, "complaint_resolved 2026-04-10"), "complaint_review_opened 2026-04-20", "-",
     OLD_LAW),
)  # fmt: skip

NOW = ("complaint_accepted 2026-07-07",)
FIRST_NOW = (_letter("2026-07-06"), *NOW)
SECOND_NOW = (_letter("2026-07-06", second=True), *NOW)

# Decree 152/2026, Art. 74.2: its circular is not at hand, the old number is watched.
SINCE = (
    ("processing", (_letter("2026-08-20"),), "complaint_transferred 2026-08-25", "2026-08-26",
     DECREE),
    ("processing_second", (_letter("2026-08-20", second=True),),
     "complaint_transferred 2026-08-25", "2026-08-26", DECREE),
    ("guidance", (_letter("2026-08-27"),), "complaint_guided 2026-09-07", "2026-09-08", DECREE),
    ("acceptance_supplemented",
     (_letter("2026-08-17"), "complaint_supplement_requested 2026-08-18"),
     "complaint_supplemented 2026-08-20", "2026-08-26", NEW_LAW),
    ("acceptance_supplemented_second",
     (_letter("2026-08-17", second=True), "complaint_supplement_requested 2026-08-18"),
     "complaint_supplemented 2026-08-22", "2026-09-03", NEW_LAW),
    ("explanation_request", (_letter("2026-11-16"),), "complaint_accepted 2026-11-20",
     "2026-11-25", DECREE),
    ("explanation_request_second", (_letter("2026-11-16", second=True),),
     "complaint_accepted 2026-11-20", "2026-11-25", DECREE),
    ("explanation_officer", FIRST_NOW, "complaint_explanation_requested 2026-08-28 of=officer",
     "2026-09-04", DECREE),
    ("explanation_office", FIRST_NOW, "complaint_explanation_requested 2026-08-28 of=office",
     "2026-09-09", DECREE),
    ("decision_when_clear", FIRST_NOW, "complaint_explanation_given 2026-07-13 clear=true", "-",
     DECREE),
    ("decision_when_clear_second", SECOND_NOW,
     "complaint_explanation_given 2026-07-13 clear=true", "-", DECREE),
    ("withdrawal", FIRST_NOW, "complaint_withdrawn 2026-08-26 scope=whole", "2026-09-03", DECREE),
    ("withdrawal_second", SECOND_NOW, "complaint_withdrawn 2026-11-19 scope=whole", "2026-11-25",
     DECREE),
    ("refiling", FIRST_NOW, "complaint_terminated 2026-10-25 ground=withdrawn", "2026-11-25",
     NEW_LAW),
    ("decision_sent", FIRST_NOW, "complaint_resolved 2026-11-20", "2026-11-26", DECREE),
    ("decision_sent_second", SECOND_NOW, "complaint_resolved 2026-11-20", "2026-12-02", DECREE),
    ("publication", SECOND_NOW, "complaint_resolved 2026-11-09", "2026-11-25", DECREE),
    ("refusal_review", (_letter("2026-08-10"), "complaint_refused 2026-08-12"),
     "complaint_refusal_challenged 2026-08-20", "2026-08-26", DECREE),
    ("acceptance_directed",
     (_letter("2026-08-10"), "complaint_refused 2026-08-12",
      "complaint_refusal_challenged 2026-08-20"),
     "complaint_lower_level_directed 2026-08-24", "-", DECREE),
    ("filing_kept", (_letter("2026-11-19"),), "complaint_filed 2026-11-20", "2027-11-22", DECREE),
    ("superior_follow_up", FIRST_NOW, "complaint_superior_demanded 2026-08-10", "-", DECREE),
    ("passing_on", (), _letter("2026-08-20", more="sent_to=regional_room"), "-", NEW_LAW),
    ("halt", FIRST_NOW, "complaint_halt_ordered 2026-07-08 until=2026-07-31", "2026-07-31",
     NEW_LAW),
    ("ministerial_review", (*SECOND_NOW, "complaint_resolved 2026-07-20"),
     "complaint_review_opened 2026-08-03", "-", NEW_LAW),
)  # fmt: skip


def _general(day: str, *, second: bool = False, remote: bool = False) -> str:
    return _letter(day, about="general", second=second, more="remote=true" * remote)


def _examined(day: str, *, second: bool = False, remote: bool = False) -> tuple[str, ...]:
    letter = _general("2026-09-07", second=second, remote=remote)
    return letter, f"complaint_accepted {day}"


EXTENDED = "complaint_extended 2026-10-28 ground=complex"

# Law 02/2011 and Decree 155/2026: what is no enforcement.
OTHER = (
    ("bar", (), "contested_act_known 2026-08-26 object=general", "2026-11-25", GENERAL),
    ("acceptance", (), _general("2026-04-20"), "2026-05-04", GENERAL),
    ("acceptance_second", (), _general("2026-04-20", second=True), "2026-05-04", GENERAL),
    ("acceptance", (), _general("2026-08-20"), "2026-08-28", GENERAL_DECREE),
    ("acceptance_second", (), _general("2026-08-20", second=True), "2026-08-28", GENERAL_DECREE),
    ("resolution", *_examined("2026-10-25"), "2026-11-25", GENERAL),
    ("resolution_remote", *_examined("2026-10-10", remote=True), "2026-11-25", GENERAL),
    ("resolution_second", *_examined("2026-10-10", second=True), "2026-11-25", GENERAL),
    ("resolution_remote_second", *_examined("2026-09-25", second=True, remote=True),
     "2026-11-25", GENERAL),
    ("extension", _examined("2026-10-10"), EXTENDED, "2026-11-25", GENERAL),
    ("extension_remote", _examined("2026-09-25", remote=True), EXTENDED, "2026-11-25", GENERAL),
    ("extension_second", _examined("2026-09-25", second=True), EXTENDED, "2026-11-25", GENERAL),
    ("extension_remote_second", _examined("2026-09-15", second=True, remote=True), EXTENDED,
     "2026-11-25", GENERAL),
    ("bar_second", (*_examined("2026-10-01"), "complaint_resolved 2026-10-20"),
     "complaint_resolution_notified 2026-10-25", "2026-11-25", GENERAL),
    ("bar_second_remote", (*_examined("2026-09-15", remote=True), "complaint_resolved 2026-10-05"),
     "complaint_resolution_notified 2026-10-10", "2026-11-25", GENERAL),
    ("decision_sent", _examined("2026-11-01"), "complaint_resolved 2026-11-20", "2026-11-26",
     GENERAL),
    ("decision_sent_second", _examined("2026-11-01", second=True),
     "complaint_resolved 2026-11-17", "2026-11-25", GENERAL),
    ("effective", _examined("2026-10-01"), "complaint_resolved 2026-10-25", "2026-11-25",
     GENERAL),
    ("effective_remote", _examined("2026-09-15", remote=True), "complaint_resolved 2026-10-10",
     "2026-11-25", GENERAL),
    ("effective_second", _examined("2026-10-01", second=True), "complaint_resolved 2026-10-25",
     "2026-11-25", GENERAL),
    ("dialogue_notice", _examined("2026-11-01"), "complaint_dialogue_planned 2026-11-27 at=08:00",
     "2026-11-22", GENERAL_DECREE),
    ("interlocutory_notice", _examined("2026-11-01"),
     "complaint_suspended 2026-11-20 ground=emergency", "2026-11-26", GENERAL_DECREE),
)  # fmt: skip

ROWS = (
    *((f"complaint.{rule}", *rest) for rule, *rest in (*BEFORE, *SINCE)),
    *((f"complaint.general_{rule}", *rest) for rule, *rest in OTHER),
)


@pytest.mark.parametrize(("rule", "before", "fact", "due", "act"), ROWS)
def test_a_step_has_the_time_of_its_act(
    complaint: MakeLetter, rule: str, before: tuple[str, ...] | str, fact: str, due: str, act: str
) -> None:
    earlier = (before,) if isinstance(before, str) else before
    as_of = "2026-11-20" if "planned" in fact else fact.split()[1]
    row = complaint(*earlier, fact, as_of=as_of).limit(rule)
    assert (row.due.isoformat() if row.due else "-", row.act) == (due, act)


@pytest.mark.parametrize(
    ("facts", "rule", "due"),
    [
        ((_letter("2026-04-20", more="against=head"),), "acceptance_first_of_head",
         "2026-04-28"),
        ((_letter("2026-04-20", more="against=head"), "complaint_accepted 2026-04-24"),
         "resolution_coercion_of_head", "2026-05-25"),
        ((_letter("2026-04-20", about="before_measures", more="against=head"),
          "complaint_accepted 2026-04-24"), "resolution_before_measures_of_head", "2026-05-11"),
        ((_letter("2026-04-20", about="account_freeze", more="against=head"),
          "complaint_accepted 2026-04-24"), "resolution_security_of_head", "2026-05-06"),
        ((_letter("2026-04-20", about="after_coercion", more="against=head"),
          "complaint_accepted 2026-04-24"), "resolution_after_coercion_of_head", "2026-05-11"),
    ],
)  # fmt: skip
def test_a_complaint_against_the_head_went_up_one_level_under_the_old_law(
    complaint: MakeLetter, facts: tuple[str, ...], rule: str, due: str
) -> None:
    """Law 26/2008, Art. 142.2(b) and 142.3(a)."""
    answer = complaint(*facts, as_of=facts[-1].split()[1])
    row = answer.limit(f"complaint.{rule}")
    assert (str(row.due), row.act, row.holder) == (due, OLD_LAW, "superior")
    assert answer.limits(f"complaint.{rule.removesuffix('_of_head')}") == []


def test_the_head_resolves_a_complaint_against_himself_under_the_new_law(
    complaint: MakeLetter,
) -> None:
    """Law 106/2025, Art. 98.1: of his own decisions and acts, too."""
    answer = complaint(_letter("2026-08-20", more="against=head"), as_of="2026-08-20")
    assert answer.limit("complaint.acceptance_first").holder == "head"


@pytest.mark.parametrize(
    ("about", "rule", "due"),
    [
        ("coercion", "resolution_coercion_bailiff", "2026-11-25"),
        ("before_measures", "resolution_before_measures_bailiff", "2026-11-09"),
        ("security_measure", "resolution_security_bailiff", "2026-10-30"),
    ],
)
def test_a_complaint_against_a_bailiff_is_the_bailiff_offices(
    complaint: MakeLetter, about: str, rule: str, due: str
) -> None:
    """Law 106/2025, Art. 98.1, second paragraph."""
    letter = _letter("2026-10-20", about=about, more="against=bailiff")
    answer = complaint(letter, as_of="2026-10-20")
    assert answer.shown("complaint.acceptance_first_bailiff") == ("2026-10-27", "open")
    row = complaint(letter, "complaint_accepted 2026-10-25", as_of="2026-10-25").limit(
        f"complaint.{rule}"
    )
    assert (str(row.due), row.holder) == (due, "other_body")


def test_the_receipt_tells_that_the_number_is_of_a_circular_no_longer_in_force(
    complaint: MakeLetter,
) -> None:
    row = complaint(*FIRST_NOW, as_of="2026-07-08").limit("complaint.explanation_request")
    told = "\n".join(explain(row.receipt, row, "vi"))
    assert "02 ngày làm việc như Thông tư 13/2021" in told
    assert "Cách hiểu khác: không có ngày" in told
    assert "Chưa có văn bản hiện hành; tạm theo dõi theo thời hạn của văn bản trước" in told
    assert row.confidence == "inferred"


def test_what_is_watched_by_an_old_number_is_alerted_like_any_duty(complaint: MakeLetter) -> None:
    answer = complaint(*FIRST_NOW, as_of="2026-07-14")
    assert answer.shown("complaint.explanation_request") == ("2026-07-09", "breached")
    told = {a.role for a in answer.answer.alerts if a.rule == "complaint.explanation_request"}
    assert told == {"head_of_agency"}


def test_a_step_running_on_the_day_of_change_keeps_the_date_of_the_circular(
    complaint: MakeLetter,
) -> None:
    """Two working days from Tuesday 30 June end on 2 July, past the circular's last day."""
    facts = (_letter("2026-06-29"), "complaint_accepted 2026-06-30")
    row = complaint(*facts, as_of="2026-07-01").limit("complaint.explanation_request")
    assert (str(row.due), row.act, row.transition_review) == ("2026-07-02", CIRCULAR, True)
    assert "chưa có văn bản mới quy định thời hạn này" in {reading.vi for reading in row.readings}


def test_a_letter_about_a_case_that_ended_before_keeps_the_circular_and_the_decree(
    complaint: MakeLetter,
) -> None:
    """Law 106/2025, Art. 116.1: with the old Law go the acts that guided it."""
    answer = complaint(
        _letter("2026-08-03", about="account_freeze", more="case_ended=2026-05-01"),
        "complaint_accepted 2026-08-05", "complaint_resolved 2026-08-07", as_of="2026-08-10",
    )  # fmt: skip
    (sent,) = answer.limits("complaint.decision_sent")
    assert (str(sent.due), sent.act) == ("2026-08-12", CIRCULAR)
    assert (sent.receipt.why, sent.receipt.why_article) == ("case_ended_before", "116")
    effective = answer.limit("complaint.security_effective")
    assert (effective.act, effective.receipt.why) == (OLD_DECREE, "case_ended_before")


def test_a_second_complaint_is_extended_by_the_superior(complaint: MakeLetter) -> None:
    """Thirty days from the end of 45, on Monday 23 November: 23 December."""
    letter = _letter("2026-10-05", second=True)
    answer = complaint(
        letter, "complaint_accepted 2026-10-09", "complaint_extended 2026-11-16 ground=complex",
        as_of="2026-11-20",
    )  # fmt: skip
    row = answer.limit("complaint.extension_complex_second")
    assert (str(row.due), row.holder) == ("2026-12-23", "superior")
    assert answer.limits("complaint.extension_complex") == []
