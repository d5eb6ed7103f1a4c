"""Corrections supersede a fact and keep both; what a fact triggered keeps its identity."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from cases.dossier import Dossier, read_dossier
from cases.errors import DossierError, FormError, FutureError
from cases.facts import effective

BASE: dict[str, Any] = {
    "id": "X-1", "office": "nghe-an/kv1", "officer": None, "origin": "on_request",
    "facts": [
        {"event": "request_received", "on": "2026-07-06"},
        {"event": "enforcement_decision_issued", "on": "2026-07-13"},
    ],
}  # fmt: skip


def assert_said_in_vietnamese(error: DossierError) -> None:
    said = error.say("vi")
    assert error.say("en") == str(error)
    assert f"{error.field} là " in said or f"{error.field} còn thiếu; " in said
    assert said.startswith(f"{error.where}: " if error.where else error.field)
    assert not re.search(r"\b(is|are|allowed|such as|needs?|missing)\b", said)
    assert "\n" not in said


def with_facts(*facts: dict[str, Any]) -> Dossier:
    return read_dossier(BASE | {"facts": [*BASE["facts"], *facts]})


def test_a_correction_takes_the_place_and_the_number_of_its_fact() -> None:
    dossier = with_facts(
        {"event": "enforcement_decision_issued", "on": "2026-07-10", "corrects": 2, "reason": "x"}
    )
    counting = [(f.number, str(f.on)) for f in effective(dossier.facts)]
    assert counting == [(1, "2026-07-06"), (2, "2026-07-10")]
    assert len(dossier.facts) == 3


def test_a_correction_may_be_corrected_and_taken_back() -> None:
    dossier = with_facts(
        {"event": "enforcement_decision_issued", "on": "2026-07-10", "corrects": 2, "reason": "x"},
        {"event": "enforcement_decision_issued", "on": "2026-07-09", "corrects": 2, "reason": "y"},
    )
    assert [str(f.on) for f in effective(dossier.facts)] == ["2026-07-06", "2026-07-09"]
    gone = with_facts(
        {"event": "enforcement_decision_issued", "on": "2026-07-13", "retracts": 2, "reason": "z"}
    )
    assert [f.number for f in effective(gone.facts)] == [1]


def test_facts_are_ordered_by_day_time_then_number() -> None:
    dossier = with_facts(
        {"event": "coercion_carried_out", "on": "2026-07-20", "at": "14:00"},
        {"event": "coercion_carried_out", "on": "2026-07-20", "at": "08:00"},
        {"event": "officer_assigned", "on": "2026-07-08"},
    )
    assert [f.number for f in effective(dossier.facts)] == [1, 5, 2, 4, 3]


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ({"event": "danced", "on": "2026-07-06"}, "event is 'danced'; allowed is one of"),
        ({"event": "voluntary_period_expired", "on": "2026-07-06"}, "event is"),
        ({"event": "closed", "on": "06/07/2026"}, "on is '06/07/2026'; allowed is a date"),
        ({"event": "closed"}, "on is missing"),
        ({"event": "money_collected", "on": "2026-07-06", "amount_vnd": -1}, "amount_vnd is -1"),
        ({"event": "money_collected", "on": "2026-07-06", "amount_vnd": 1.5}, "amount_vnd is 1.5"),
        ({"event": "money_collected", "on": "2026-07-06", "amount_vnd": True}, "amount_vnd is"),
        ({"event": "money_collected", "on": "2026-07-06"}, "amount_vnd is missing"),
        ({"event": "means_verified", "on": "2026-07-06"}, "outcome is missing"),
        ({"event": "closed", "on": "2026-07-06", "colour": "red"}, "field is 'colour'"),
        ({"event": "coercion_planned", "on": "2026-07-06"}, "at is missing"),
        ({"event": "closed", "on": "2026-07-06", "at": "25:00"}, "at is '25:00'"),
        ({"event": "closed", "on": "2026-07-06", "at": "2026-07-07T08:00"}, "must lie on the day"),
        ({"event": "closed", "on": "2026-07-06", "corrects": 9}, "corrects is 9"),
        ({"event": "postponed", "on": "2026-07-06", "ground": "x", "until": "soon"}, "until is"),
        ({"event": "closed", "on": "2026-07-06", "note": "a\x00b"}, "note is"),
    ],
)
def test_a_malformed_fact_is_refused_in_one_sentence(fact: dict[str, Any], words: str) -> None:
    with pytest.raises(FormError, match=r"facts\[3\]") as refused:
        with_facts(fact)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert_said_in_vietnamese(refused.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "a b"}, "id is 'a b'; allowed are 1 to 64 of"),
        ({"id": "x" * 65}, "id is"),
        ({"origin": "by_whim"}, "origin is 'by_whim'; allowed is one of: on_request"),
        ({"office": "Nghệ An"}, "office is 'Nghệ An'"),
        ({"officer": "An!"}, "officer is 'An!'"),
        ({"obligations": [{"kind": "money", "amount_vnd": -120000000}]}, "amount_vnd is"),
        ({"obligations": [{"kind": "money", "amount_vnd": 0.5}]}, "amount_vnd is 0.5"),
        ({"parties": {"judge": []}}, "parties is 'judge'"),
        ({"parties": {"debtor": [{"name": ""}]}}, "name is ''"),
        ({"colour": "red"}, "field is 'colour'"),
        ({"facts": "none"}, "facts is 'none'"),
    ],
)
def test_a_malformed_dossier_is_refused_in_one_sentence(change: dict[str, Any], words: str) -> None:
    with pytest.raises(FormError) as refused:
        read_dossier(BASE | change)
    assert words in str(refused.value)
    assert_said_in_vietnamese(refused.value)


def test_what_is_done_cannot_lie_ahead_but_plans_may() -> None:
    ahead = {"event": "coercion_planned", "on": "2026-08-20", "at": "08:00"}
    until = {"event": "postponed", "on": "2026-07-14", "ground": "x", "until": "2027-01-01"}
    plain = BASE | {"facts": [*BASE["facts"], ahead, until]}
    assert read_dossier(plain, as_of=date(2026, 7, 14)).facts[2].at is not None
    with pytest.raises(FutureError, match="cannot be dated after 2026-07-13") as refused:
        read_dossier(plain, as_of=date(2026, 7, 13))
    assert refused.value.say("vi") == (
        "facts[4]: on là '2026-07-14'; việc đã làm không thể ghi ngày sau 13/07/2026"
    )
