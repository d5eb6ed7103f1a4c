"""Receipts: every date explains itself, and a date changed afterwards shows."""

from __future__ import annotations

from cases.receipt import first_broken_link, hash_of
from tests.conftest import MakeCase

FACTS = (
    "request_received 2026-07-06 evidence='phiếu nhận 12'",
    "enforcement_decision_issued 2026-07-10",
    "decision_validly_notified 2026-11-14 channel=direct",
)


def test_a_receipt_states_trigger_text_term_days_and_hashes(case: MakeCase) -> None:
    found = case(*FACTS, as_of="2026-11-20")
    receipt = found.limit("decision.on_request").receipt
    assert (receipt.trigger_event, str(receipt.trigger_on)) == ("request_received", "2026-07-06")
    assert receipt.evidence == "phiếu nhận 12"
    assert "05 ngày làm việc" in receipt.text
    assert (receipt.length, receipt.unit) == (5, "working_days")
    assert [str(day.date) for day in receipt.skipped] == ["2026-07-11", "2026-07-12"]
    assert receipt.book == found.answer.book
    assert receipt.calendar == found.answer.calendar


def test_the_culture_day_is_named_with_its_resolution(case: MakeCase) -> None:
    receipt = case(*FACTS, as_of="2026-11-20").limit("voluntary_period").receipt
    (day,) = receipt.skipped
    assert (str(day.date), day.en) == ("2026-11-24", "Viet Nam Culture Day")
    assert "28/2026/QH16" in day.notice


def test_receipts_of_a_dossier_are_chained(case: MakeCase) -> None:
    found = case(*FACTS, as_of="2026-11-20")
    receipts = [row.receipt for row in (*found.answer.limits, *found.answer.upcoming)]
    assert len(receipts) > 3
    assert first_broken_link(receipts) is None


def test_a_receipt_changed_afterwards_breaks_the_chain(case: MakeCase) -> None:
    found = case(*FACTS, as_of="2026-11-20")
    receipts = [row.receipt for row in (*found.answer.limits, *found.answer.upcoming)]
    forged = receipts[1].model_copy(update={"due": receipts[0].due})
    assert first_broken_link([receipts[0], forged, *receipts[2:]]) == forged
    rehashed = forged.model_copy(update={"hash": hash_of(forged)})
    assert first_broken_link([receipts[0], rehashed, *receipts[2:]]) == receipts[2]


def test_the_same_facts_give_the_same_receipts(case: MakeCase) -> None:
    one = case(*FACTS, as_of="2026-11-20").answer
    two = case(*FACTS, as_of="2026-11-20").answer
    assert [r.receipt.hash for r in one.limits] == [r.receipt.hash for r in two.limits]
