"""Waiting times that began before the law in force, where it says that they count."""

from __future__ import annotations

import pytest

from tests.conftest import MakeCase

ADVANCE = "advance_money_collected 2021-09-06"


def test_money_taken_before_the_law_is_forfeitable_five_years_after_it_was_taken(
    case: MakeCase,
) -> None:
    """Law 106/2025, Art. 57.4, second paragraph."""
    waiting = case(ADVANCE, as_of="2026-09-07")
    row = waiting.limit("exhibits.advance_money")
    assert (str(row.due), row.state, row.act) == ("2026-09-07", "open", "106/2025/QH15")
    assert str(row.opens_at.date()) == "2026-07-01"
    assert (row.receipt.why, row.receipt.why_article) == ("goes_on_under_new_act", "116")
    assert waiting.limits("exhibits.advance_money_forfeiture") == []
    over = case(ADVANCE, as_of="2026-09-08")
    assert over.shown("exhibits.advance_money_forfeiture") == ("-", "open")


def test_five_years_that_were_over_count_from_the_day_of_the_law(case: MakeCase) -> None:
    """Money taken in 2019: nothing under the old law, to be dealt with once the new one holds."""
    old = "advance_money_collected 2019-03-04"
    before = case(old, as_of="2026-06-30")
    assert before.limits("exhibits.advance_money") == []
    after = case(old, as_of="2026-07-03")
    assert after.shown("exhibits.advance_money") == ("2024-03-04", "expired")
    (gap,) = after.limits("exhibits.advance_money_forfeiture")
    assert str(gap.started) == "2026-07-01"


def test_a_judgment_that_came_before_the_law_leaves_nothing_to_wait_for(case: MakeCase) -> None:
    found = case(ADVANCE, "judgment_received 2023-05-08", as_of="2026-11-23")
    assert found.limits("exhibits.advance_money") == []
    assert found.limits("exhibits.advance_money_forfeiture") == []


def test_unidentified_prison_money_counts_from_the_day_it_came(case: MakeCase) -> None:
    """Decree 152/2026, Art. 34.4, third paragraph."""
    fact = "unidentified_prison_money_received 2021-08-10 person=A"
    found = case(fact, as_of="2026-08-11")
    assert found.shown("prisoners.unidentified_money") == ("2026-08-10", "expired")
    assert found.shown("prisoners.unidentified_forfeiture") == ("-", "open")
    known = case(fact, "prison_money_identified 2022-01-05 person=A", as_of="2026-08-11")
    assert known.limits("prisoners.unidentified_money") == []


@pytest.mark.parametrize(
    ("first", "filed", "ground", "barred"),
    [
        ("2021-06-01", "2026-11-20", "exemption_5y", False),
        ("2022-06-01", "2026-11-20", "exemption_5y", True),
        ("2015-06-01", "2026-11-20", "reduction_10y", False),
        ("2018-06-01", "2026-11-20", "exemption_10y", True),
    ],
)
def test_relief_counts_from_the_first_decision_under_the_old_law(
    case: MakeCase, first: str, filed: str, ground: str, *, barred: bool
) -> None:
    """Law 106/2025, Art. 42.5 with Art. 116.3."""
    found = case(
        f"budget_obligation_first_decided {first}",
        f"relief_file_submitted {filed} ground={ground} verified_within_three_months=true",
        as_of=filed,
    )
    assert bool(found.irregular()) is barred


def test_unclaimed_money_is_kept_five_years_from_the_old_judgment(case: MakeCase) -> None:
    """Law 106/2025, Art. 59.1, last paragraph, with Art. 116.3."""
    found = case(
        "judgment_effective 2021-08-10", "return_notice_served 2026-07-20 thing=money",
        as_of="2026-08-11",
    )  # fmt: skip
    assert found.shown("unclaimed.five_years") == ("2026-08-10", "expired")
    assert found.shown("unclaimed.forfeiture") == ("-", "open")


def test_a_rule_that_does_not_reach_back_starts_on_nothing_old(case: MakeCase) -> None:
    found = case("relief_decided 2026-03-02 outcome=part", as_of="2026-11-23")
    assert found.limits("relief.one_year") == []
