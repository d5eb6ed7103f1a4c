"""The clocks of an asset, from its seizure to its delivery, each with a worked example.

31 August to 2 September and 24 November 2026 are days off, Saturday 22 August is worked.
"""

from __future__ import annotations

import pytest

from law.corpus import Corpus
from tests.conftest import MakeCase

TOPICS = frozenset(
    {"valuation", "preemption", "auction", "sale", "delivery", "common_property"}
)  # fmt: skip

EX_OFFICIO = "sale.securities_request_at_once"

EXAMPLES: tuple[tuple[str, tuple[str, ...], str, str, str], ...] = (
    ("sale.entrusted_asset_decision", ("asset_entrustment_received 2026-08-26",
      "entrusted_asset_decision_issued 2026-09-07"), "2026-09-08", "2026-09-07", "met"),
    ("common_property.agreement", ("common_property_notified 2026-08-03",),
     "2026-09-04", "2026-09-03", "expired"),
    ("common_property.court_request", ("common_property_notified 2026-08-03",),
     "2026-09-04", "-", "open"),
    ("valuation.contract", ("asset_seized 2026-08-17 kind=movable",),
     "2026-08-20", "2026-08-22", "open"),
    ("valuation.contract", ("asset_seized 2026-08-17", "price_agreed 2026-08-20"),
     "2026-08-24", "2026-08-22", "met"),
    ("valuation.contract", ("asset_seized 2026-08-17", "valuation_contract_signed 2026-08-24"),
     "2026-08-24", "2026-08-22", "late"),
    ("valuation.result_notice", ("valuation_result_received 2026-11-20",),
     "2026-11-27", "2026-11-26", "breached"),
    ("valuation.revaluation_request", ("first_valuation_notice_received 2026-11-18",),
     "2026-11-27", "2026-11-26", "expired"),
    ("valuation.revaluation_request_direct_sale",
     ("first_valuation_notice_received 2026-08-26 direct_sale=true",),
     "2026-08-27", "2026-09-07", "open"),
    ("valuation.revaluation_advance", ("revaluation_requested 2026-11-23",
      "revaluation_advance_paid 2026-11-23"), "2026-11-25", "2026-11-23", "met"),
    ("valuation.revaluation", ("revaluation_ground_found 2026-11-19 ground=party_request",
      "revaluation_done 2026-11-30"), "2026-11-30", "2026-11-27", "late"),
    ("valuation.price_change", ("price_change_claimed 2026-08-28",
      "price_change_valuation_started 2026-09-09"), "2026-09-10", "2026-09-09", "met"),
    ("valuation.price_change_demand", ("price_change_valued 2026-08-20",),
     "2026-08-26", "2026-08-26", "open"),
    ("valuation.price_change_payment", ("price_change_demand_received 2026-07-24",),
     "2026-08-25", "2026-08-24", "expired"),
    ("preemption.notice", ("valuation_result_received 2026-08-26 preemption=true",),
     "2026-09-08", "2026-09-07", "breached"),
    ("preemption.notice", ("revaluation_done 2026-08-26 preemption=true",
      "preemption_notified 2026-09-03"), "2026-09-08", "2026-09-07", "met"),
    ("preemption.immovable", ("preemption_validly_notified 2026-08-17 asset_kind=immovable",),
     "2026-09-03", "2026-09-03", "open"),
    ("preemption.movable", ("preemption_validly_notified 2026-11-18 asset_kind=movable",),
     "2026-11-27", "2026-11-26", "expired"),
    ("preemption.payment", ("preemption_validly_notified 2026-08-17 asset_kind=immovable",),
     "2026-09-04", "2026-09-10", "open"),
    ("preemption.payment", ("preemption_validly_notified 2026-08-17 asset_kind=immovable",
      "preemption_paid 2026-08-25"), "2026-09-04", "2026-09-10", "met"),
    ("preemption.later_sale",
     ("auction_scheduled 2026-11-12 at=2026-11-27T09:00 preemption=true later_sale=true",),
     "2026-11-20", "2026-11-23", "open"),
    ("auction.contract", ("first_valuation_notice_received 2026-11-11",),
     "2026-11-27", "2026-11-26", "breached"),
    ("auction.contract", ("first_valuation_notice_received 2026-11-11",
      "auction_contract_signed 2026-11-26 asset_kind=movable"),
     "2026-11-27", "2026-11-26", "met"),
    ("auction.contract_after_revaluation", ("revaluation_done 2026-08-26",),
     "2026-09-07", "2026-09-07", "open"),
    ("auction.centre", ("revaluation_done 2026-08-26", "auction_centre_engaged 2026-09-14"),
     "2026-09-15", "2026-09-14", "met"),
    ("auction.centre", ("first_valuation_notice_received 2026-11-11",),
     "2026-11-27", "2026-12-03", "open"),
    ("auction.movable", ("auction_contract_signed 2026-07-24 asset_kind=movable",
      "auction_failed_reported 2026-08-24"), "2026-08-24", "2026-08-24", "met"),
    ("auction.immovable", ("auction_contract_signed 2026-10-14 asset_kind=immovable",),
     "2026-12-01", "2026-11-30", "breached"),
    ("auction.price_reduction", ("auction_failed_reported 2026-11-20",
      "price_reduced 2026-11-30"), "2026-12-01", "2026-11-30", "met"),
    ("auction.redemption", ("auction_scheduled 2026-11-12 at=2026-11-25T09:00",
      "asset_redeemed 2026-11-23"), "2026-11-24", "2026-11-23", "met"),
    ("auction.failure_notice", ("auction_failed_reported 2026-11-23",),
     "2026-11-25", "2026-11-26", "open"),
    ("auction.buyer_payment", ("auction_succeeded 2026-08-03",),
     "2026-09-04", "2026-09-03", "expired"),
    ("auction.buyer_payment_extended", ("auction_succeeded 2026-08-03",
      "buyer_payment_extended 2026-08-28 until=2026-10-02", "buyer_paid 2026-10-01"),
     "2026-10-02", "2026-10-02", "met"),
    ("sale.direct", ("valuation_result_received 2026-08-17 direct_sale=true",
      "direct_sale_held 2026-08-22"), "2026-08-24", "2026-08-22", "met"),
    ("sale.direct_notice", ("direct_sale_planned 2026-11-20 at=2026-11-25T09:00",
      "direct_sale_announced 2026-11-24"), "2026-11-24", "2026-11-23", "late"),
    ("sale.unclaimed_collection", ("property_return_notified 2026-10-29",),
     "2026-12-01", "2026-11-30", "expired"),
    ("sale.unclaimed", ("property_return_notified 2026-10-29",), "2026-12-01", "-", "open"),
    ("sale.unclaimed_perishable_collection",
     ("property_return_notified 2026-11-18 perishable=true", "returned_to_party 2026-11-26"),
     "2026-11-27", "2026-11-26", "met"),
    ("sale.unclaimed_perishable", ("property_return_notified 2026-11-18 perishable=true",),
     "2026-11-27", "-", "open"),
    ("sale.gold", ("asset_seized 2026-08-21 kind=gold_bars_or_rings",),
     "2026-09-04", "2026-09-03", "breached"),
    ("sale.securities_agreement", ("securities_seizure_notified 2026-08-26",),
     "2026-09-08", "2026-09-07", "expired"),
    ("sale.securities_request", ("securities_seizure_notified 2026-08-26",
      "securities_agreement_notified 2026-09-03"), "2026-09-04", "-", "open"),
    ("sale.securities_transfer", ("securities_request_received 2026-11-19",),
     "2026-11-30", "2026-11-27", "breached"),
    ("sale.securities", ("securities_transferred 2026-08-28", "securities_sold 2026-09-04"),
     "2026-09-04", "2026-09-04", "met"),
    ("sale.taking_notice", ("creditor_offered_to_take 2026-11-20",),
     "2026-11-26", "2026-11-26", "open"),
    ("sale.taking_redemption", ("taking_notice_received 2026-11-18",),
     "2026-11-27", "2026-11-26", "expired"),
    ("sale.taking_demand", ("taking_notice_received 2026-11-18",), "2026-11-27", "-", "open"),
    ("sale.taking_payment", ("payment_notice_received_by_creditor 2026-11-19",
      "creditor_paid_for_asset 2026-11-27"), "2026-11-27", "2026-11-27", "met"),
    ("delivery.by_agreement", ("asset_taking_agreed 2026-08-26", "asset_delivered 2026-09-08"),
     "2026-09-08", "2026-09-07", "late"),
    ("delivery.direct_sale", ("direct_sale_held 2026-08-27",),
     "2026-09-04", "2026-09-04", "open"),
    ("delivery.paid", ("buyer_paid 2026-09-25",), "2026-11-26", "2026-11-25", "breached"),
    ("delivery.paid", ("creditor_paid_for_asset 2026-09-25", "asset_delivered 2026-11-25"),
     "2026-11-26", "2026-11-25", "met"),
    ("delivery.title_file", ("asset_delivered 2026-08-21",),
     "2026-09-03", "2026-09-03", "open"),
    ("delivery.certificate_revocation", ("certificate_revocation_received 2026-11-09",),
     "2026-11-26", "2026-11-25", "breached"),
)  # fmt: skip

TWO_ASSETS: tuple[tuple[str, str, str, str], ...] = (
    ("sale.entrusted_asset_decision", "asset_entrustment_received",
     "entrusted_asset_decision_issued", ""),
    ("common_property.agreement", "common_property_notified", "common_property_settled", ""),
    ("valuation.contract", "asset_seized", "valuation_contract_signed", ""),
    ("valuation.result_notice", "valuation_result_received", "valuation_result_notified", ""),
    ("valuation.revaluation_request", "first_valuation_notice_received",
     "revaluation_requested", ""),
    ("valuation.revaluation", "revaluation_ground_found", "revaluation_done", ""),
    ("valuation.price_change", "price_change_claimed", "price_change_valued", ""),
    ("preemption.notice", "valuation_result_received", "preemption_notified", "preemption=true"),
    ("auction.contract_after_revaluation", "revaluation_done", "auction_centre_engaged", ""),
    ("auction.movable", "auction_contract_signed", "auction_succeeded", "asset_kind=movable"),
    ("auction.price_reduction", "auction_failed_reported", "price_reduced", ""),
    ("auction.failure_notice", "auction_failed_reported", "auction_failure_notified", ""),
    ("auction.buyer_payment", "auction_succeeded", "buyer_paid", ""),
    ("sale.direct", "valuation_result_received", "direct_sale_held", "direct_sale=true"),
    ("sale.gold", "asset_seized", "gold_sold", "kind=gold_bars_or_rings"),
    ("sale.securities", "securities_transferred", "securities_sold", ""),
    ("sale.taking_redemption", "taking_notice_received", "asset_redeemed", ""),
    ("delivery.direct_sale", "direct_sale_held", "asset_delivered", ""),
    ("delivery.paid", "buyer_paid", "asset_delivered", ""),
    ("delivery.title_file", "asset_delivered", "title_file_supplied", ""),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "as_of", "due", "state"), EXAMPLES)
def test_the_clocks_of_an_asset_end_as_worked_out_by_hand(
    case: MakeCase, rule: str, facts: tuple[str, ...], as_of: str, due: str, state: str
) -> None:
    assert case(*facts, as_of=as_of).shown(rule) == (due, state)


def test_every_clock_of_an_asset_has_a_worked_example(book: Corpus) -> None:
    clocks = {
        version.id
        for version in book.versions
        if version.topic in TOPICS and version.rule.kind not in ("guard", "window")
    }
    assert clocks == {example[0] for example in EXAMPLES} | {EX_OFFICIO}


def test_securities_seized_ex_officio_are_asked_for_at_once(case: MakeCase) -> None:
    """Decree 152/2026, Art. 57.1.b, last paragraph; a case on request waits for the agreement."""
    fact = "securities_seizure_decided 2026-11-20 asset=SEC1"
    asked = "securities_transfer_requested 2026-11-20 asset=SEC1"
    late = case(fact, as_of="2026-11-23", origin="ex_officio")
    assert late.shown(EX_OFFICIO) == ("2026-11-20", "not_at_once")
    done = case(fact, asked, as_of="2026-11-23", origin="ex_officio")
    assert done.shown(EX_OFFICIO) == ("2026-11-20", "met")
    assert case(fact, as_of="2026-11-23").limits(EX_OFFICIO) == []


def test_an_extension_ends_with_sixty_days_whatever_was_agreed(case: MakeCase) -> None:
    """Decree 152/2026, Art. 65.1: 60 days from 3 August end on 2 October 2026."""
    rule, sold = "auction.buyer_payment_extended", "auction_succeeded 2026-08-03 asset=A"
    facts = (sold, "buyer_payment_extended 2026-08-28 until={} asset=A", "buyer_paid {} asset=A")
    found = case(sold, facts[1].format("2026-10-03"), as_of="2026-10-03")
    row = found.limit(rule)
    assert (str(row.started), str(row.due), row.state) == ("2026-08-03", "2026-10-02", "expired")
    assert (row.receipt.length, row.receipt.unit) == (60, "days")
    assert found.irregular() == [("buyer_payment_extended", "65", "1")]
    kept = case(sold, facts[1].format("2026-10-02"), as_of="2026-10-02")
    assert (kept.shown(rule), kept.irregular()) == (("2026-10-02", "open"), [])
    earlier = case(sold, facts[1].format("2026-09-15"), as_of="2026-09-16").limit(rule)
    assert (str(earlier.due), earlier.receipt.length) == ("2026-09-15", None)


def test_the_sixty_days_are_those_of_the_assets_own_auction(case: MakeCase) -> None:
    found = case(
        "auction_succeeded 2026-08-03 asset=A", "auction_succeeded 2026-08-20 asset=B",
        "buyer_payment_extended 2026-08-28 until=2026-12-01 asset=A", as_of="2026-08-31",
    )  # fmt: skip
    assert found.shown("auction.buyer_payment_extended") == ("2026-10-02", "open")


@pytest.mark.parametrize(("rule", "start", "end", "fields"), TWO_ASSETS)
def test_two_assets_have_clocks_of_their_own(
    case: MakeCase, rule: str, start: str, end: str, fields: str
) -> None:
    """What is done about the second asset leaves the first one's clock open."""
    done = f"{end} 2026-11-18 asset=land"
    found = case(
        f"{start} 2026-11-17 asset=car {fields}",
        f"{start} 2026-11-17 asset=land {fields}",
        done + (" asset_kind=movable" if end == "auction_contract_signed" else ""),
        as_of="2026-11-18",
    )
    assert [row.state for row in found.limits(rule)] == ["open", "met"]


def test_a_new_time_of_one_auction_leaves_the_other_assets_auction_alone(case: MakeCase) -> None:
    found = case(
        "auction_scheduled 2026-11-10 at=2026-11-30T09:00 asset=car",
        "auction_scheduled 2026-11-10 at=2026-12-01T09:00 asset=land",
        "auction_scheduled 2026-11-11 at=2026-12-10T09:00 asset=car",
        as_of="2026-11-12",
    )
    rows = [(str(row.due), row.state) for row in found.limits("auction.redemption")]
    assert rows == [("2026-11-27", "void"), ("2026-11-30", "open"), ("2026-12-09", "open")]


@pytest.mark.parametrize(
    "kind", ["perishable", "small_value", "gold_bars_or_rings", "securities", "digital", "special"]
)
def test_an_asset_priced_in_another_way_needs_no_valuation_contract(
    case: MakeCase, kind: str
) -> None:
    found = case(f"asset_seized 2026-08-17 kind={kind}", as_of="2026-08-20")
    assert found.limits("valuation.contract") == []


def test_a_request_for_a_revaluation_keeps_the_auction_contract_waiting(case: MakeCase) -> None:
    found = case(
        "first_valuation_notice_received 2026-11-11", "revaluation_requested 2026-11-16",
        as_of="2026-11-27",
    )  # fmt: skip
    assert found.shown("valuation.revaluation_request") == ("2026-11-18", "met")
    assert found.limits("auction.contract") == []


def test_an_asset_sold_directly_needs_no_auction_contract(case: MakeCase) -> None:
    found = case(
        "first_valuation_notice_received 2026-11-11 direct_sale=true",
        "revaluation_done 2026-11-12 direct_sale=true", as_of="2026-11-27",
    )  # fmt: skip
    assert found.limits("auction.contract") == []
    assert found.limits("auction.contract_after_revaluation") == []


def test_no_notice_of_preemption_is_due_where_nobody_has_the_right(case: MakeCase) -> None:
    found = case(
        "valuation_result_received 2026-08-26",
        "auction_scheduled 2026-08-28 at=2026-09-10T09:00 later_sale=true", as_of="2026-09-08",
    )  # fmt: skip
    assert found.limits("preemption.notice") == []
    assert found.limits("preemption.later_sale") == []


def test_an_agreed_extension_takes_the_place_of_the_buyers_thirty_days(case: MakeCase) -> None:
    found = case(
        "auction_succeeded 2026-08-03", "buyer_payment_extended 2026-08-28 until=2026-10-02",
        as_of="2026-09-10",
    )  # fmt: skip
    assert found.shown("auction.buyer_payment") == ("2026-09-03", "met")
    assert found.shown("auction.buyer_payment_extended") == ("2026-10-02", "open")


def test_a_case_begun_ex_officio_does_not_wait_for_an_agreement_on_securities(
    case: MakeCase,
) -> None:
    found = case(
        "securities_seizure_notified 2026-08-26", as_of="2026-09-10", origin="ex_officio"
    )  # fmt: skip
    assert found.limits("sale.securities_agreement") == []


@pytest.mark.parametrize("event", ["auction_paused", "auction_stopped"])
def test_an_auction_halted_after_the_winner_is_announced_is_irregular(
    case: MakeCase, event: str
) -> None:
    late = case(f"{event} 2026-11-20 winner_announced=true", as_of="2026-11-23")
    assert late.irregular() == [(event, "84", "3")]
    in_time = case(f"{event} 2026-11-20 winner_announced=false", as_of="2026-11-23")
    assert in_time.irregular() == []


def test_an_asset_without_a_title_needs_no_file(case: MakeCase) -> None:
    found = case("asset_delivered 2026-08-21 registrable=false", as_of="2026-09-03")
    assert found.limits("delivery.title_file") == []


def test_the_asset_is_delivered_even_after_the_case_is_closed(case: MakeCase) -> None:
    found = case(
        "request_received 2026-07-06", "enforcement_decision_issued 2026-07-10",
        "buyer_paid 2026-09-25", "closed 2026-09-28", as_of="2026-09-30",
    )  # fmt: skip
    assert found.shown("delivery.paid") == ("2026-11-25", "open")


def test_preparing_a_sale_stands_still_while_the_case_is_postponed(case: MakeCase) -> None:
    found = case(
        "request_received 2026-07-06", "enforcement_decision_issued 2026-07-10",
        "auction_contract_signed 2026-10-14 asset_kind=immovable",
        "postponed 2026-10-20 ground=46.1.c until=2026-12-31", as_of="2026-10-21",
    )  # fmt: skip
    assert found.limit("auction.immovable").state == "paused"


def test_a_contract_for_one_asset_leaves_the_duty_for_another_open(case: MakeCase) -> None:
    found = case(
        "first_valuation_notice_received 2026-11-11 asset=car",
        "first_valuation_notice_received 2026-11-11 asset=land",
        "auction_contract_signed 2026-11-20 asset=land asset_kind=movable",
        as_of="2026-11-27",
    )
    assert [(str(r.due), r.state) for r in found.limits("auction.contract")] == [
        ("2026-11-26", "breached"),
        ("2026-11-26", "met"),
    ]
    rows = found.limits("auction.centre")
    assert [str(r.due) for r in rows] == ["2026-12-03"]


def test_a_payment_for_one_asset_leaves_the_time_for_another_running(case: MakeCase) -> None:
    found = case(
        "preemption_validly_notified 2026-08-17 asset_kind=immovable asset=car",
        "preemption_validly_notified 2026-08-17 asset_kind=immovable asset=land",
        "preemption_paid 2026-08-25 asset=land",
        as_of="2026-09-04",
    )
    assert [r.state for r in found.limits("preemption.payment")] == ["open", "met"]


def test_a_period_that_was_used_does_not_hide_the_end_of_another_assets_period(
    case: MakeCase,
) -> None:
    # Law 106/2025, Arts. 82.2.c and 83.2.a: who asks stops the contract for that asset alone.
    found = case(
        "first_valuation_notice_received 2026-11-03 asset=A",
        "first_valuation_notice_received 2026-11-04 asset=B",
        "revaluation_requested 2026-11-05 asset=A", as_of="2026-11-12",
    )  # fmt: skip
    (contract,) = found.limits("auction.contract")
    assert (contract.started.isoformat(), str(contract.due)) == ("2026-11-11", "2026-11-18")
    assert str(found.answer.next_due) == "2026-11-18"
