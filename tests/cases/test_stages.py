"""The main line of a case: its table, and the diagram that is printed from it."""

from __future__ import annotations

import pytest

from cases.stages import STATUS, TRANSITIONS, Transition, mermaid, next_stage
from tests.conftest import MakeCase


@pytest.mark.parametrize("transition", TRANSITIONS, ids=lambda t: f"{t.event}-{t.target}")
def test_each_row_leads_from_its_stages_and_from_no_other(transition: Transition) -> None:
    row = transition
    values: dict[str, object] = {
        name: "ex_officio" if wanted.startswith("not ") else wanted for name, wanted in row.when
    }
    for stage in STATUS:
        to = next_stage(stage, row.event, values.get)
        others = [t for t in TRANSITIONS if t.event == row.event and t is not row and not t.when]
        if stage in row.sources:
            assert to == row.target
        elif not others:
            assert to == stage


def test_a_row_that_asks_for_more_leads_nowhere_without_it() -> None:
    assert next_stage("verification", "means_verified", lambda _: None) == "verification"
    assert next_stage("coercion", "obligation_performed", {"extent": "part"}.get) == "coercion"
    on_request: dict[str, object] = {"origin": "on_request"}
    assert next_stage("awaiting_request", "judgment_received", on_request.get) == "awaiting_request"
    assert next_stage("awaiting_request", "judgment_received", {"origin": "x"}.get) == "requested"


def test_nothing_leads_out_of_a_closed_stage_but_a_new_request_letter_or_review() -> None:
    for stage, status in STATUS.items():
        leaving = {t.event for t in TRANSITIONS if stage in t.sources}
        if status == "closed":
            assert leaving <= {
                "request_received", "enforcement_decision_issued", "complaint_received",
                "complaint_refusal_challenged", "complaint_review_opened",
                "repeat_denunciation_received",
            }, stage  # fmt: skip


@pytest.mark.parametrize("ended", ["request_refused 2026-07-08", "request_returned 2026-07-08"])
def test_a_new_request_opens_a_case_that_was_refused_or_returned(
    case: MakeCase, ended: str
) -> None:
    first = case("request_received 2026-07-06", ended, as_of="2026-07-20")
    assert first.answer.status == "closed"
    again = case(
        "request_received 2026-07-06", ended, "request_received 2026-07-20", as_of="2026-07-21"
    )
    assert (again.answer.stage, again.answer.status) == ("requested", "open")
    new = again.limits("decision.on_request")[-1]
    assert (str(new.due), new.state) == ("2026-07-27", "open")


def test_the_officer_is_the_dossiers_until_another_is_assigned(case: MakeCase) -> None:
    facts = ("request_received 2026-07-06", "enforcement_decision_issued 2026-07-10")
    assert case(*facts, officer="cv.an", as_of="2026-07-12").answer.officer == "cv.an"
    assert case(*facts, officer=None, as_of="2026-07-12").answer.officer is None
    assigned = "officer_assigned 2026-07-11 officer=cv.binh"
    assert case(*facts, assigned, as_of="2026-07-12").answer.officer == "cv.binh"
    unnamed = case(*facts, "officer_assigned 2026-07-11", officer=None, as_of="2026-07-12")
    assert unnamed.answer.officer == "assigned"
    kept = case(*facts, "officer_assigned 2026-07-11", officer="cv.an", as_of="2026-07-12")
    assert kept.answer.officer == "cv.an"


def test_the_next_stage_that_comes_by_itself_is_told_with_its_instant(case: MakeCase) -> None:
    facts = ("request_received 2026-07-06", "enforcement_decision_issued 2026-07-10")
    quiet = case(*facts, as_of="2026-07-12").answer
    assert (quiet.stage_until, quiet.next_stage) == (None, None)
    period = case(*facts, "decision_validly_notified 2026-07-15 channel=direct", as_of="2026-07-16")
    assert str(period.answer.stage_until) == "2026-07-28 00:00:00+07:00"
    assert period.answer.next_stage == "verification"
    assert str(period.answer.stage_since) == "2026-07-15"


def test_only_a_notice_that_opens_a_voluntary_period_moves_a_case_to_it(case: MakeCase) -> None:
    facts = (
        "judgment_received 2026-07-06", "enforcement_decision_issued 2026-07-06",
        "decision_validly_notified 2026-07-07 at=08:00 channel=direct",
    )  # fmt: skip
    urgent = case(*facts, origin="provisional_measure", as_of="2026-07-08")
    assert urgent.answer.stage == "decided"
    assert case(*facts, origin="ex_officio", as_of="2026-07-08").answer.stage == "voluntary_period"


def test_a_judgment_alone_waits_for_the_creditors_request_and_the_state_acts_by_itself(
    case: MakeCase,
) -> None:
    # Law 106/2025, Arts. 33 and 34.
    received = "judgment_received 2026-07-06"
    assert case(received, as_of="2026-07-07").answer.stage == "awaiting_request"
    assert case(received, origin="ex_officio", as_of="2026-07-07").answer.stage == "requested"


def test_the_diagram_of_a_case_has_every_row_and_one_name_for_the_wide_groups() -> None:
    lines = mermaid().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> awaiting_request"]
    assert "    decided --> assigned: officer_assigned" in lines
    assert "    any_open_stage --> coercion: coercion_decided" in lines
    assert "    postponed --> any_open_stage: resumed" in lines
    assert "    closed --> [*]" in lines
    assert not any("complaint" in line for line in lines)


def test_the_diagram_of_a_complaint_knows_no_stage_of_a_case() -> None:
    named = mermaid({"any_open_stage": "mọi giai đoạn", "complaint_refused": "không"}, "complaint")
    lines = named.splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert lines[1] == '    state "không" as complaint_refused'
    assert lines[2] == "    [*] --> complaint_received"
    assert "    complaint_suspended --> complaint_examined: complaint_resumed" in lines
    assert not any("any_open_stage" in line for line in lines)
