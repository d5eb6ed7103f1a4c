"""Intake, notices, verification, publication, postponement, entrustment, change of parties."""

from __future__ import annotations

import pytest

from tests.conftest import MakeCase

PROVISIONAL = "provisional_measure"
NO_MEANS = ("means_verified 2026-07-10 outcome=without_means", "no_means_decided 2026-07-13")
PUBLISHED = (*NO_MEANS, "no_means_published 2026-07-16")

# Days off that the rows run into: 31 August to 2 September, 24 November; 22 August is worked.
ROWS = (
    ("judgment.transfer", "transfer_term_not_provided 2026-08-07", "2026-08-22"),
    ("judgment.reply", "correction_requested 2026-08-01", "2026-09-03"),
    ("judgment.reply_complex", "correction_requested 2026-10-10 complex=true", "2026-11-25"),
    ("request.limitation_of_instalment", "instalment_due 2026-11-24 instalment=1", "2031-11-24"),
    ("request.supplement_notice", "incomplete_request_received 2026-11-23", "2026-11-25"),
    ("request.late_decision", "late_request_received 2026-11-23", "-"),
    ("request.state_creditor", "state_claim_took_effect 2026-07-03", "2027-07-05"),
    ("officer.change", "officer_change_requested 2026-08-28", "2026-09-07"),
    ("entrustment.decision", "entrustment_ground_found 2026-08-20", "2026-08-26"),
    ("verification.again", "party_verification_received 2026-08-28 differs=true", "2026-09-09"),
    # Law 26/2008, Art. 44.5: five working days over 27 April, 30 April and 1 May 2026.
    ("verification.again", "party_verification_received 2026-04-24 differs=true", "2026-05-06"),
    ("verification.again_on_protest", "verification_protested 2026-11-23", "2026-12-01"),
    ("information.reply", "information_requested 2026-11-20 source=holder", "2026-11-26"),
    ("information.account", "information_requested 2026-11-20 source=account", "2026-11-20"),
    ("information.registry", "information_requested 2026-08-20 source=registry", "2026-08-24"),
    ("information.prison", "information_requested 2026-08-28 source=prison", "2026-09-07"),
    (
        "information.delegated_registered",
        "verification_delegation_received 2026-08-01 about=registered", "2026-09-03",
    ),
    (
        "information.delegated_difficult",
        "verification_delegation_received 2026-10-10 about=registered difficult=true",
        "2026-11-25",
    ),
    (
        "information.delegated_other",
        "verification_delegation_received 2026-08-07 about=other", "2026-08-22",
    ),
    (
        "information.delegated_account",
        "verification_delegation_received 2026-11-20 about=account", "2026-11-20",
    ),
    ("publication.start", "no_means_decided 2026-11-20", "2026-11-30"),
    ("publication.commune", "commune_told_to_end_posting 2026-11-23", "2026-11-26"),
    ("service.posting", "notice_posted 2026-11-17", "2026-11-25"),
    ("service.abroad_silence", "judicial_assistance_file_sent 2026-08-24", "2026-11-25"),
    ("service.abroad_expiry", "judicial_assistance_file_sent 2026-07-06", "2027-01-06"),
    ("service.prison", "prison_received_document 2026-08-28", "2026-09-09"),
    (
        "postponement.on_protester_request",
        "protester_postponement_requested 2026-11-20 timing=in_time", "2026-11-20",
    ),
    (
        "postponement.on_late_protester_request",
        "protester_postponement_requested 2026-11-20 timing=late", "-",
    ),
    (
        "postponement.performed_notice",
        "protester_postponement_requested 2026-11-20 timing=in_time performed=part",
        "2026-11-20",
    ),
    ("postponement.protester_period", "protester_request_dated 2026-08-24", "2026-11-25"),
    ("suspension.notice", "protester_suspension_received 2026-11-20", "2026-11-30"),
    (
        "suspension.performed_notice",
        "protester_suspension_received 2026-11-20 performed=full", "2026-11-20",
    ),
    ("notice.freeze_to_holder", "security_measure_applied 2026-11-20 measure=freeze", "2026-11-20"),
    ("procuracy.freeze_record", "urgent_record_made 2026-11-20 measure=freeze", "2026-11-20"),
    ("procuracy.custody_record", "urgent_record_made 2026-11-20 measure=custody", "2026-11-20"),
    (
        "procuracy.custody_record", "security_measure_applied 2026-11-20 measure=custody",
        "2026-11-20",
    ),
    ("notice.of_document", "document_issued 2026-11-20 document=hoãn kind=notice", "2026-11-26"),
    (
        "procuracy.sending_of_document",
        "document_issued 2026-08-20 document=hoãn kind=urgent_decision", "2026-08-24",
    ),
    ("service.media", "media_notice_first 2026-11-20", "2026-11-21"),
    ("parties.transfer", "transferee_identified 2026-08-12 person=B", "2026-08-22"),
    ("parties.transfer_by_agreement", "transfer_agreement_received 2026-11-14", "2026-11-25"),
    ("parties.heirs_notice", "heirs_notice_published 2026-08-01", "2026-09-03"),
    ("parties.estate_holder", "estate_holder_notified 2026-08-01 asset=nhà", "2026-09-03"),
    ("parties.heirs_perform", "heirs_told_to_perform 2026-10-25", "2026-11-25"),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "fact", "due"), ROWS, ids=[row[0] for row in ROWS])
def test_a_fact_starts_its_limit(case: MakeCase, rule: str, fact: str, due: str) -> None:
    assert case(fact, as_of=fact.split()[1]).shown(rule) == (due, "open")


AFTER = (
    ("publication.update", "debtor_information_changed 2026-11-20", "2026-11-26"),
    ("publication.end", "enforcement_continued 2026-08-28", "2026-09-07"),
    ("publication.end", "no_means_revoked 2026-08-28", "2026-09-07"),
    ("publication.end_on_performance", "obligation_performed 2026-08-20", "2026-08-24"),
    ("publication.end_on_termination", "terminated 2026-11-20 ground=48.4", "2026-11-26"),
)


@pytest.mark.parametrize(("rule", "fact", "due"), AFTER)
def test_what_was_published_is_kept_right(case: MakeCase, rule: str, fact: str, due: str) -> None:
    day = fact.split()[1]
    assert case(*PUBLISHED, fact, as_of=day).shown(rule) == (due, "open")
    assert case(*NO_MEANS, fact, as_of=day).limits(rule) == []


MET = (
    ("judgment.transfer", "transfer_term_not_provided 2026-08-07", "judgment_received"),
    ("judgment.reply", "correction_requested 2026-08-07", "judgment_reply_received"),
    ("judgment.reply_complex", "correction_requested 2026-08-07 complex=true",
     "judgment_reply_received"),
    ("request.supplement_notice", "incomplete_request_received 2026-08-13",
     "request_supplement_notified"),
    ("request.late_decision", "late_request_received 2026-08-13", "late_request_decided"),
    ("officer.change", "officer_change_requested 2026-08-13", "officer_change_decided"),
    ("entrustment.decision", "entrustment_ground_found 2026-08-13", "entrusted"),
    ("verification.again_on_protest", "verification_protested 2026-08-13",
     "means_verified outcome=with_means"),
    ("publication.start", "no_means_decided 2026-08-13", "no_means_published"),
    ("publication.commune", "commune_told_to_end_posting 2026-08-13", "commune_posting_removed"),
    ("service.media", "media_notice_first 2026-08-13", "media_notice_second"),
    ("service.prison", "prison_received_document 2026-08-13 person=A",
     "document_delivered_to_prisoner person=A"),
    ("postponement.on_late_protester_request",
     "protester_postponement_requested 2026-08-13 timing=late", "postponed ground=46.2"),
    ("suspension.notice", "protester_suspension_received 2026-08-13", "temporarily_suspended"),
    ("parties.transfer", "transferee_identified 2026-08-13 person=B", "transfer_decided person=B"),
    ("parties.transfer_by_agreement", "transfer_agreement_received 2026-08-13",
     "transfer_decided"),
    ("parties.heirs_notice", "heirs_notice_published 2026-08-13", "heirs_identified"),
    ("parties.estate_holder", "estate_holder_notified 2026-08-13", "asset_handed_over_by_holder"),
    ("parties.heirs_perform", "heirs_told_to_perform 2026-08-13", "obligation_performed"),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "fact", "answer"), MET, ids=[row[0] for row in MET])
def test_the_answer_of_the_next_day_meets_the_limit(
    case: MakeCase, rule: str, fact: str, answer: str
) -> None:
    event, _, fields = answer.partition(" ")
    found = case(fact, f"{event} 2026-08-14 {fields}", as_of="2026-08-17")
    assert found.shown(rule)[1] == "met"


IMMEDIATE = (
    ("information.provisional_measure", "information_requested 2026-11-20 source=holder"),
    ("information.provisional_measure", "information_requested 2026-11-20 source=prison"),
    (
        "information.delegated_provisional",
        "verification_delegation_received 2026-11-20 about=registered",
    ),
    ("decision.entrusted_provisional", "entrustment_received 2026-11-20"),
)


@pytest.mark.parametrize(("rule", "fact"), IMMEDIATE)
def test_a_provisional_measure_is_served_at_once(case: MakeCase, rule: str, fact: str) -> None:
    found = case(fact, as_of="2026-11-20", origin=PROVISIONAL)
    assert found.shown(rule) == ("2026-11-20", "open")
    later = case(fact, as_of="2026-11-23", origin=PROVISIONAL)
    assert later.shown(rule) == ("2026-11-20", "not_at_once")
    assert case(fact, as_of="2026-11-20").limits(rule) == []


def test_a_provisional_measure_is_entrusted_in_twenty_four_hours(case: MakeCase) -> None:
    fact = "entrustment_ground_found 2026-08-21 at=10:00"
    found = case(fact, as_of="2026-08-21T12:00:00+07:00", origin=PROVISIONAL)
    assert found.shown("entrustment.decision_provisional") == ("2026-08-22T10:00:00+07:00", "open")
    assert found.limits("entrustment.decision") == []


def test_a_judgment_under_a_condition_waits_for_the_information(case: MakeCase) -> None:
    facts = ("request_received 2026-08-03", "condition_awaited 2026-08-03")
    waiting = case(*facts, as_of="2026-08-20")
    assert waiting.shown("decision.on_request") == ("2026-08-10", "void")
    known = case(*facts, "condition_information_received 2026-11-20", as_of="2026-11-23")
    assert known.shown("decision.conditional") == ("2026-11-30", "open")
    decided = case(
        *facts, "condition_information_received 2026-11-20",
        "enforcement_decision_issued 2026-12-01", as_of="2026-12-01",
    )  # fmt: skip
    assert decided.shown("decision.conditional") == ("2026-11-30", "late")


def test_each_instalment_is_asked_for_by_itself(case: MakeCase) -> None:
    found = case(
        "instalment_due 2026-08-03 instalment=1", "instalment_due 2026-11-03 instalment=2",
        "instalment_request_received 2026-11-05 instalment=2", as_of="2026-11-23",
    )  # fmt: skip
    assert [(row.started.isoformat(), row.state)
            for row in found.limits("request.limitation_of_instalment")] == [
        ("2026-08-03", "open"), ("2026-11-03", "met"),
    ]  # fmt: skip


def test_a_public_creditor_silent_for_a_year_is_to_be_directed(case: MakeCase) -> None:
    fact = "state_claim_took_effect 2026-07-03"
    silent = case(fact, as_of="2027-07-06")
    assert silent.shown("request.state_creditor_direction") == ("-", "open")
    asked = case(fact, "request_received 2026-09-07", as_of="2027-07-06")
    assert asked.shown("request.state_creditor")[1] == "met"
    assert asked.limits("request.state_creditor_direction") == []


def test_a_later_judgment_is_forwarded_though_the_case_has_left(case: MakeCase) -> None:
    facts = ("entrusted 2026-08-10", "later_judgment_received 2026-11-20")
    found = case(*facts, as_of="2026-11-23")
    assert found.shown("entrustment.later_judgment") == ("2026-11-26", "open")
    sent = case(*facts, "later_judgment_forwarded 2026-11-27", as_of="2026-11-27")
    assert sent.shown("entrustment.later_judgment")[1] == "late"


def test_a_result_that_agrees_asks_for_no_second_verification(case: MakeCase) -> None:
    found = case("party_verification_received 2026-08-28 differs=false", as_of="2026-08-28")
    assert found.limits("verification.again") == []


def test_each_holder_of_information_has_a_clock_of_its_own(case: MakeCase) -> None:
    found = case(
        "information_requested 2026-11-20 source=holder holder=A",
        "information_requested 2026-11-20 source=holder holder=B",
        "information_provided 2026-11-23 holder=B", as_of="2026-11-27",
    )  # fmt: skip
    assert [row.state for row in found.limits("information.reply")] == ["breached", "met"]


def test_a_refusal_is_told_within_three_working_days(case: MakeCase) -> None:
    fact = "information_requested 2026-08-28 source=registry holder=A"
    assert case(fact, as_of="2026-09-07").limits("information.refusal") == []
    refused = case(fact, "information_refused 2026-09-08 holder=A", as_of="2026-09-08")
    assert refused.shown("information.refusal") == ("2026-09-07", "late")


def test_a_publication_ended_before_termination_is_not_ended_again(case: MakeCase) -> None:
    found = case(
        *PUBLISHED, "enforcement_continued 2026-08-03", "publication_ended 2026-08-05",
        "terminated 2026-11-20 ground=48.4", as_of="2026-11-23",
    )  # fmt: skip
    assert found.shown("publication.end") == ("2026-08-06", "met")
    assert found.shown("publication.end_on_termination")[1] == "met"


def test_a_posting_is_taken_down_only_after_seven_days(case: MakeCase) -> None:
    early = case("notice_posted 2026-08-03", "notice_taken_down 2026-08-10", as_of="2026-08-10")
    assert ("notice_taken_down", "17", "3") in early.irregular()
    regular = case("notice_posted 2026-08-03", "notice_taken_down 2026-08-11", as_of="2026-08-11")
    assert regular.irregular() == []


def test_judicial_assistance_without_result_is_chased_then_published(case: MakeCase) -> None:
    chased = case("judicial_assistance_file_sent 2026-08-24", as_of="2026-11-26")
    assert chased.shown("service.abroad_chasing") == ("-", "open")
    expired = case("judicial_assistance_file_sent 2026-07-06", as_of="2027-01-07")
    assert expired.shown("service.abroad_portal") == ("-", "open")
    answered = case(
        "judicial_assistance_file_sent 2026-07-06",
        "judicial_assistance_result_received 2026-09-07", as_of="2027-01-07",
    )  # fmt: skip
    assert answered.shown("service.abroad_expiry")[1] == "met"
    assert answered.limits("service.abroad_portal") == []


def test_each_prisoner_is_served_by_himself(case: MakeCase) -> None:
    found = case(
        "prison_received_document 2026-08-28 person=A",
        "prison_received_document 2026-08-28 person=B",
        "document_delivered_to_prisoner 2026-09-07 person=B", as_of="2026-09-10",
    )  # fmt: skip
    assert [row.state for row in found.limits("service.prison")] == ["breached", "met"]


def test_a_judgment_performed_in_full_is_not_postponed(case: MakeCase) -> None:
    fact = "protester_postponement_requested 2026-11-20 timing=in_time performed=full"
    found = case(fact, as_of="2026-11-23")
    assert found.limits("postponement.on_protester_request") == []
    assert found.shown("postponement.performed_notice") == ("2026-11-20", "not_at_once")


def test_three_months_on_the_request_start_the_time_to_resume(case: MakeCase) -> None:
    """Three months from 24 August end on 24 November, a day off: on the 25th."""
    facts = (
        "request_received 2026-07-06", "enforcement_decision_issued 2026-07-10",
        "protester_request_dated 2026-08-24",
        "protester_postponement_requested 2026-08-26 timing=in_time",
        "postponed 2026-08-26 ground=46.2",
    )  # fmt: skip
    found = case(*facts, as_of="2026-11-26")
    assert found.shown("postponement.on_protester_request") == ("2026-08-26", "met")
    assert found.shown("postponement.resumption") == ("2026-12-02", "open")


def test_a_foreign_award_is_resumed_in_five_working_days(case: MakeCase) -> None:
    facts = ("enforcement_decision_issued 2026-07-10", "temporarily_suspended 2026-08-03")
    found = case(*facts, "foreign_award_suspension_ended 2026-08-28", as_of="2026-08-28")
    assert found.shown("suspension.foreign_award_resumption") == ("2026-09-09", "open")
    resumed = case(
        *facts, "foreign_award_suspension_ended 2026-08-28", "resumed 2026-09-09",
        as_of="2026-09-10",
    )  # fmt: skip
    assert resumed.shown("suspension.foreign_award_resumption")[1] == "met"


def test_a_creditor_without_heirs_ends_the_enforcement(case: MakeCase) -> None:
    """Thirty days from 1 August end on 31 August, a day off: on 3 September."""
    facts = ("enforcement_decision_issued 2026-07-10", "heirs_notice_published 2026-08-01 person=A")
    found = case(*facts, as_of="2026-09-04")
    assert found.shown("parties.heirs_notice") == ("2026-09-03", "expired")
    assert found.shown("parties.no_heirs_termination") == ("2026-09-10", "open")
    known = case(*facts, "heirs_identified 2026-08-20 person=A", as_of="2026-09-04")
    assert known.limits("parties.no_heirs_termination") == []


def test_each_document_is_served_and_sent_by_itself(case: MakeCase) -> None:
    found = case(
        "document_issued 2026-08-20 document=hoãn number=15 kind=decision",
        "document_issued 2026-08-20 document=hoãn number=16 kind=decision",
        "decision_sent_to_procuracy 2026-08-21",
        "decision_sent_to_procuracy 2026-08-24 document=hoãn number=16",
        "decision_notified_to_parties 2026-08-25 document=hoãn number=15",
        as_of="2026-08-25",
    )
    assert [row.state for row in found.limits("procuracy.sending_of_document")] == [
        "breached", "met",
    ]  # fmt: skip
    assert [row.state for row in found.limits("notice.of_document")] == ["late", "breached"]


def test_a_document_kept_back_against_dissipation_is_not_notified(case: MakeCase) -> None:
    fact = "document_issued 2026-08-20 document=x kind=urgent_decision"
    assert case(fact, as_of="2026-08-25").limits("notice.of_document") == []
    decision = "document_issued 2026-08-20 document=enforcement_decision kind=decision"
    assert case(decision, as_of="2026-08-25").limits("notice.of_document") == []
    assert case(decision, as_of="2026-08-25").limits("procuracy.sending_of_document") == []


def test_the_freeze_of_each_account_is_told_and_sent_by_itself(case: MakeCase) -> None:
    found = case(
        "urgent_record_made 2026-11-20 measure=freeze asset=A",
        "urgent_record_made 2026-11-20 measure=freeze asset=B",
        "decision_sent_to_procuracy 2026-11-20 document=freeze asset=B",
        "security_measure_applied 2026-11-20 measure=freeze asset=A",
        "security_decision_delivered 2026-11-23 measure=freeze asset=A",
        as_of="2026-11-23",
    )
    assert [row.state for row in found.limits("procuracy.freeze_record")] == ["not_at_once", "met"]
    assert found.shown("notice.freeze_to_holder") == ("2026-11-20", "late")


def test_an_enforcement_decision_sent_is_no_record_of_custody_sent(case: MakeCase) -> None:
    fact = "security_measure_applied 2026-11-20 measure=custody asset=A"
    other = case(fact, "decision_sent_to_procuracy 2026-11-20", as_of="2026-11-20")
    assert other.shown("procuracy.custody_record")[1] == "open"
    sent = case(
        fact, "decision_sent_to_procuracy 2026-11-20 document=custody asset=A", as_of="2026-11-20"
    )
    assert sent.shown("procuracy.custody_record")[1] == "met"


def test_the_time_of_those_who_hold_the_estate_runs_out(case: MakeCase) -> None:
    found = case("estate_holder_notified 2026-08-01 asset=xe", as_of="2026-09-04")
    assert found.shown("parties.estate_holder") == ("2026-09-03", "expired")
