"""Notice through VNeID, and what two valid notices allow."""

from __future__ import annotations

import pytest

from tests.conftest import MakeCase

REQUEST, DECISION = "request_received 2026-07-06", "enforcement_decision_issued 2026-07-10"
NOT_ANNOUNCED, NOT_SO_SERVED = (
    "decision_validly_notified", "115", "2"), ("decision_validly_notified", "16", "1")  # fmt: skip
COME = "collection_notice_served {} asset=xe-máy"
NOBODY = "collection_failed {} asset=xe-máy"


def test_the_enforcement_decision_served_through_vneid_starts_no_voluntary_period(
    case: MakeCase,
) -> None:
    """Decree 152/2026, Art. 16.1.b: it is served by hand, by post or through an office."""
    found = case(
        REQUEST, DECISION, "decision_validly_notified 2026-07-13 channel=vneid", as_of="2026-08-03"
    )
    assert found.limits("voluntary_period") == []
    assert found.answer.stage == "decided"
    assert set(found.irregular()) == {NOT_ANNOUNCED, NOT_SO_SERVED}
    assert found.shown("notice.to_parties") == ("2026-07-15", "breached")


def test_the_period_runs_from_the_notice_that_counts(case: MakeCase) -> None:
    found = case(
        REQUEST, DECISION, "decision_validly_notified 2026-07-13 channel=vneid",
        "decision_validly_notified 2026-07-15 channel=direct", as_of="2026-07-20",
    )  # fmt: skip
    assert found.shown("voluntary_period") == ("2026-07-27", "open")
    assert found.shown("notice.to_parties") == ("2026-07-15", "met")


def test_a_coercion_that_rests_on_a_notice_without_effect_is_irregular(case: MakeCase) -> None:
    facts = (REQUEST, DECISION, "decision_validly_notified 2026-07-13 channel=vneid")
    found = case(*facts, "coercion_decided 2026-08-03 measure=seizure", as_of="2026-08-03")
    assert ("coercion_decided", "72", "1") in found.irregular()


@pytest.mark.parametrize(
    ("event", "rule"),
    [
        ("return_notice_served 2026-11-09 thing=money", "unclaimed.money_period"),
        ("act_decision_notified 2026-11-09 act=act", "measures.act_period"),
        ("papers_pickup_notified 2026-11-09", "papers.pickup"),
    ],
)
def test_no_period_runs_from_vneid_before_the_ministry_announced_it(
    case: MakeCase, event: str, rule: str
) -> None:
    """Decree 152/2026, Art. 115.2: from the day of the announcement on the portal, unknown yet."""
    assert len(case(f"{event} channel=post", as_of="2026-11-10").limits(rule)) == 1
    found = case(f"{event} channel=vneid", as_of="2026-11-10")
    assert found.limits(rule) == []
    assert (event.split(maxsplit=1)[0], "115", "2") in found.irregular()


def test_under_the_old_law_the_channel_is_not_judged(case: MakeCase) -> None:
    found = case(
        "request_received 2026-04-01", "enforcement_decision_issued 2026-04-03",
        "decision_validly_notified 2026-04-07 channel=vneid", as_of="2026-04-08",
    )  # fmt: skip
    assert len(found.limits("voluntary_period")) == 1
    assert found.irregular() == []


def test_nobody_coming_on_the_second_valid_notice_is_a_ground_to_postpone(case: MakeCase) -> None:
    """Law 106/2025, Art. 46.1.i: five working days from 20 November, over the 24th, off."""
    first = (COME.format("2026-10-05"), NOBODY.format("2026-10-20"))
    assert case(*first, as_of="2026-10-21").limits("postponement.not_collected") == []
    second = (*first, COME.format("2026-11-02"), NOBODY.format("2026-11-20"))
    found = case(*second, as_of="2026-11-23")
    assert found.shown("postponement.not_collected") == ("2026-11-30", "open")
    postponed = case(*second, "postponed 2026-11-27 ground=46.1.i", as_of="2026-11-27")
    assert postponed.shown("postponement.not_collected") == ("2026-11-30", "met")
    assert postponed.irregular() == []
    came = case(*second, "collection_made 2026-11-23 asset=xe-máy", as_of="2026-11-23")
    assert came.shown("postponement.not_collected")[1] == "void"


def test_the_notices_of_another_asset_do_not_count(case: MakeCase) -> None:
    facts = (
        COME.format("2026-10-05"), "collection_notice_served 2026-11-02 asset=nhà",
        NOBODY.format("2026-11-20"),
    )  # fmt: skip
    found = case(*facts, as_of="2026-11-23")
    assert found.limits("postponement.not_collected") == []
    postponed = case(*facts, "postponed 2026-11-23 ground=46.1.i", as_of="2026-11-23")
    assert ("postponed", "46", "1") in postponed.irregular()


def test_a_notice_without_effect_does_not_count_as_one_of_the_two(case: MakeCase) -> None:
    found = case(
        COME.format("2026-10-05"), NOBODY.format("2026-10-20"),
        f"{COME.format('2026-11-02')} channel=vneid", NOBODY.format("2026-11-20"),
        as_of="2026-11-23",
    )  # fmt: skip
    assert found.limits("postponement.not_collected") == []
