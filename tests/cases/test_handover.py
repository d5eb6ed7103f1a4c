"""A change of officer in a case: no clock that the law does not have, and those that it has."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from cases.handover import CaseToMove, Handover, facts_of
from law.calendar import ZONE
from tests.conftest import MakeCase

OPENED = (
    "request_received 2026-07-06", "enforcement_decision_issued 2026-07-08",
    "officer_assigned 2026-07-09 officer=cv.an", "case_file_opened 2026-07-10",
)  # fmt: skip
CHANGED = (
    "officer_assigned 2026-08-28 officer=cv.binh",
    "document_issued 2026-08-28 document=officer_change kind=decision number=12/QĐ",
)
HANDOVER = Handover(
    from_person="cv.an", to_person="cv.binh", from_day=date(2026, 8, 28), actor="tt.nghe-an",
    decision="12/QĐ", asked_at=datetime(2026, 8, 28, 9, tzinfo=ZONE),
    settling_to=date(2026, 9, 8),
)  # fmt: skip


@pytest.mark.parametrize("rule", ["notice.of_document", "procuracy.sending_of_document"])
def test_the_decision_on_another_officer_is_told_within_three_working_days(
    case: MakeCase, rule: str
) -> None:
    """Issued on Friday 28 August 2026: Saturday 22 August was worked for Monday 31 August, which is
    off, as are 1 and 2 September; three working days end on Monday 7 September."""
    found = case(*OPENED, *CHANGED, as_of="2026-08-28")
    assert found.answer.officer == "cv.binh"
    assert found.shown(rule) == ("2026-09-07", "open")
    assert found.limit(rule).article == "35"


def test_both_clocks_end_when_the_decision_is_notified_and_sent(case: MakeCase) -> None:
    done = (
        "decision_notified_to_parties 2026-09-03 document=officer_change number=12/QĐ",
        "decision_sent_to_procuracy 2026-09-04 document=officer_change number=12/QĐ",
    )
    found = case(*OPENED, *CHANGED, *done, as_of="2026-09-10")
    assert found.shown("notice.of_document")[1] == "met"
    assert found.shown("procuracy.sending_of_document")[1] == "met"


def test_a_change_opens_neither_the_case_file_again_nor_the_clock_of_a_partys_request(
    case: MakeCase,
) -> None:
    found = case(*OPENED, *CHANGED, as_of="2026-08-28")
    assert len(found.limits("case_file.opening")) == 1
    assert found.limits("officer.change") == []


def test_the_facts_of_a_change_have_ids_that_stay_and_differ_by_case() -> None:
    first = CaseToMove(dossier="NA-1", kind="enforcement_case", on=date(2026, 8, 28))
    other = first.model_copy(update={"dossier": "NA-2"})
    assert facts_of(HANDOVER, first) == facts_of(HANDOVER, first)
    ids = [fact.command_id for case in (first, other) for fact in facts_of(HANDOVER, case)]
    assert len(set(ids)) == 4
    later = HANDOVER.model_copy(update={"from_day": date(2026, 8, 29)})
    assert not set(ids) & {fact.command_id for fact in facts_of(later, first)}


def test_who_asks_again_later_asks_for_the_same_facts() -> None:
    case = CaseToMove(dossier="NA-1", kind="enforcement_case", on=date(2026, 8, 28))
    again = HANDOVER.model_copy(update={"asked_at": datetime(2026, 9, 1, 9, tzinfo=ZONE)})
    assert facts_of(again, case) == facts_of(HANDOVER, case)
    assert again.id == HANDOVER.id


def test_a_dossier_of_another_kind_has_the_assignment_alone() -> None:
    case = CaseToMove(dossier="KN-1", kind="complaint", on=date(2026, 8, 28))
    assert [fact.event for fact in facts_of(HANDOVER, case)] == ["officer_assigned"]
