"""Time of an emergency, an obstacle or force majeure: it does not count into a limitation."""

from __future__ import annotations

import pytest

from cases.dossier import read_dossier
from cases.errors import FormError
from cases.vocabulary import vocabulary
from i18n.receipts import explain
from law.corpus import Corpus
from law.model import Clock
from tests.conftest import MakeCase

EFFECTIVE = "judgment_effective 2020-11-02"
NOT_COUNTED = (
    "limitation_excluded {on} ground={ground} first={first} last={last} evidence=giấy-xác-nhận"
)


def excluded(on: str, first: str, last: str, ground: str = "obstacle", more: str = "") -> str:
    return f"{NOT_COUNTED.format(on=on, ground=ground, first=first, last=last)} {more}".strip()


def test_the_days_of_an_obstacle_lengthen_the_limitation(case: MakeCase) -> None:
    """Law 106/2025, Art. 34.2: five years from 3 July 2026, and the 31 days of March 2029."""
    fact = excluded("2029-05-02", "2029-03-01", "2029-03-31")
    found = case("judgment_effective 2026-07-03", fact, as_of="2029-05-02")
    row = found.limit("request.limitation")
    assert (str(row.due), row.state) == ("2031-08-03", "open")
    (span,) = row.receipt.excluded
    assert (str(span.first), str(span.last), span.ground, span.fact) == (
        "2029-02-28", "2029-03-31", "obstacle", 2,
    )  # fmt: skip
    assert row.readings == ()


def test_the_old_law_excludes_the_time_of_an_obstacle_as_well(case: MakeCase) -> None:
    """Law 26/2008, Art. 30.3: 2 November 2025 is a Sunday; ten days more end on 12 November."""
    plain = case(EFFECTIVE, as_of="2025-06-01")
    assert plain.shown("request.limitation") == ("2025-11-03", "open")
    fact = excluded("2025-06-01", "2025-05-01", "2025-05-10", "force_majeure")
    assert case(EFFECTIVE, fact, as_of="2025-06-01").shown("request.limitation") == (
        "2025-11-12", "open",
    )  # fmt: skip


def test_a_limitation_that_had_run_out_lives_on_once_the_head_accepts(case: MakeCase) -> None:
    """Decree 152/2026, Art. 10.2: the head decides on the late request after the limitation."""
    over = case(EFFECTIVE, "late_request_received 2025-11-20", as_of="2025-11-20")
    assert over.shown("request.limitation") == ("2025-11-03", "expired")
    fact = excluded("2025-11-24", "2025-10-20", "2025-11-18")
    revived = case(EFFECTIVE, fact, as_of="2025-11-24")
    assert revived.shown("request.limitation") == ("2025-12-02", "open")
    again = case(EFFECTIVE, fact, as_of="2025-12-03")
    assert again.shown("request.limitation") == ("2025-12-02", "expired")


def test_a_request_booked_before_its_acceptance_is_no_longer_late(case: MakeCase) -> None:
    facts = (EFFECTIVE, "request_received 2025-11-20")
    assert ("request_received", "30", "1") in case(*facts, as_of="2025-11-25").irregular()
    found = case(*facts, excluded("2025-11-24", "2025-10-20", "2025-11-18"), as_of="2025-11-25")
    assert found.shown("request.limitation") == ("2025-12-02", "met")
    assert found.irregular() == []


def test_time_after_the_limitation_brings_nothing_back(case: MakeCase) -> None:
    """An obstacle that began once the right was lost took no day of it."""
    found = case(EFFECTIVE, excluded("2026-02-02", "2025-12-01", "2026-01-31"), as_of="2026-02-02")
    assert found.shown("request.limitation") == ("2025-11-03", "expired")


def test_two_obstacles_at_once_take_each_day_once(case: MakeCase) -> None:
    found = case(
        EFFECTIVE, excluded("2025-06-01", "2025-05-01", "2025-05-10"),
        excluded("2025-06-01", "2025-05-06", "2025-05-20", "emergency"), as_of="2025-06-01",
    )  # fmt: skip
    assert found.shown("request.limitation") == ("2025-11-24", "open")


def test_each_instalment_has_its_own_time_not_counted(case: MakeCase) -> None:
    """Decree 152/2026, Art. 10.1: the limitation runs for each instalment."""
    facts = ("instalment_due 2026-08-03 instalment=1", "instalment_due 2026-11-03 instalment=2")
    dues = []
    for more in ("", "instalment=2"):
        fact = excluded("2029-05-02", "2029-03-01", "2029-03-31", more=more)
        rows = case(*facts, fact, as_of="2029-05-02").limits("request.limitation_of_instalment")
        dues.append([str(row.due) for row in rows])
    assert dues == [["2031-09-03", "2031-12-04"], ["2031-08-03", "2031-12-04"]]


def test_the_receipt_says_which_fact_took_which_days(case: MakeCase) -> None:
    found = case(EFFECTIVE, excluded("2025-06-01", "2025-05-01", "2025-05-10"), as_of="2025-06-01")
    row = found.limit("request.limitation")
    assert (
        "Không tính thời gian có trở ngại khách quan (sự kiện số 2): "
        "từ Thứ Năm, 01/05/2025 đến hết Thứ Bảy, 10/05/2025."
    ) in explain(row.receipt, row, "vi")
    assert (
        "Time not counted (objective obstacle, fact 2): "
        "from Thursday, 1 May 2025 to the end of Saturday, 10 May 2025."
    ) in explain(row.receipt, row, "en")


def test_a_running_limitation_keeps_its_days_under_the_new_law_too(case: MakeCase) -> None:
    """What the obstacle took is taken from the date under either wording (Art. 116.3-116.4)."""
    found = case(
        "judgment_effective 2022-03-10", excluded("2026-08-03", "2026-06-01", "2026-06-10"),
        as_of="2026-08-03",
    )  # fmt: skip
    row = found.limit("request.limitation")
    assert str(row.due) == "2027-03-22"
    assert {(r.reason, str(r.due)) for r in row.readings} == {
        ("old_act", "2027-03-22"), ("new_act", "2027-03-22"),
    }  # fmt: skip


def test_a_time_that_ends_before_it_begins_is_refused() -> None:
    fact = {
        "event": "limitation_excluded", "on": "2026-08-03", "ground": "obstacle",
        "first": "2026-06-10", "last": "2026-06-01", "evidence": "giấy xác nhận",
    }  # fmt: skip
    plain = {"id": "X-1", "office": "nghe-an/kv1", "origin": "on_request", "facts": [fact]}
    with pytest.raises(FormError) as refused:
        read_dossier(plain)
    assert "'first'" in refused.value.say("vi")
    assert refused.value.field == "last"


def test_every_event_that_excludes_time_names_its_days_and_its_ground(book: Corpus) -> None:
    named = {e for v in book.versions if isinstance(v.rule, Clock) for e in v.rule.excludes}
    assert named
    for event in named:
        fields = vocabulary().kind(event).fields
        assert (fields["first"], fields["last"]) == ("date", "date")
        assert "ground" in fields
