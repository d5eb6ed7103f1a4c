"""A dossier file: every field that it may have is read, kept and written again."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from cases.dossier import Dossier, read_dossier
from cases.errors import FormError, FutureError
from cases.facts import check_not_future, read_report
from law.calendar import ZONE

FULL: dict[str, Any] = {
    "kind": "enforcement_case",
    "id": "NA-2026-000001",
    "office": "nghe-an/kv1",
    "officer": "cv.an",
    "origin": "on_request",
    "obligations": [
        {"kind": "money", "amount_vnd": 120000000, "text": "trả nợ gốc"},
        {"kind": "house"},
        {"kind": "thing", "amount_vnd": 5000000},
    ],
    "parties": {
        "creditor": [{"name": "Người mẫu 0001", "address": "Số 1 đường Mẫu"}],
        "debtor": [{"name": "Người mẫu 0002"}],
        "related": [],
    },
    "judgment": "12/2026/DS-ST",
    "decision_number": "34/QĐ-THADS",
    "note": "hồ sơ mẫu",
    "untold": ["decision_sent_to_procuracy"],
    "facts": [
        {
            "event": "request_received", "on": "2026-07-06", "number": "12",
            "command_id": "abc", "actor": "cv.an", "received_at": "2026-07-06T08:30:00+07:00",
        },
        {"event": "money_collected", "on": "2026-11-02", "at": "16:30", "amount_vnd": 1},
        {
            "event": "money_collected", "on": "2026-11-03", "amount_vnd": 2,
            "corrects": 2, "reason": "nhập nhầm",
        },
        {"event": "request_received", "on": "2026-07-06", "retracts": 1, "reason": "trùng"},
    ],
}  # fmt: skip


def _read(**change: Any) -> Dossier:
    return read_dossier(FULL | change)


def _refused(**change: Any) -> FormError:
    with pytest.raises(FormError) as refusal:
        _read(**change)
    return refusal.value


def test_every_field_of_a_dossier_is_read() -> None:
    dossier = _read()
    assert (dossier.kind, dossier.id, dossier.office, dossier.officer, dossier.origin) == (
        "enforcement_case", "NA-2026-000001", "nghe-an/kv1", "cv.an", "on_request",
    )  # fmt: skip
    assert (dossier.judgment, dossier.decision_number, dossier.note) == (
        "12/2026/DS-ST", "34/QĐ-THADS", "hồ sơ mẫu",
    )  # fmt: skip
    assert dossier.untold == ("decision_sent_to_procuracy",)
    assert [(o.kind, o.amount_vnd, o.text) for o in dossier.obligations] == [
        ("money", 120000000, "trả nợ gốc"), ("house", None, None), ("thing", 5000000, None),
    ]  # fmt: skip
    assert [(p.role, p.name, p.address) for p in dossier.parties] == [
        ("creditor", "Người mẫu 0001", "Số 1 đường Mẫu"), ("debtor", "Người mẫu 0002", None),
    ]  # fmt: skip


def test_every_field_of_a_fact_is_read() -> None:
    received, collected, corrected, retracted = _read().facts
    assert received.fields == {"number": "12"}
    assert (received.number, received.command_id, received.actor) == (1, "abc", "cv.an")
    assert received.received_at == datetime(2026, 7, 6, 8, 30, tzinfo=ZONE)
    assert (received.at, received.corrects, received.retracts, received.reason) == (None,) * 4
    assert collected.at == datetime(2026, 11, 2, 16, 30, tzinfo=ZONE)
    assert (collected.command_id, collected.actor, collected.received_at) == ("", "", None)
    assert (corrected.number, corrected.corrects, corrected.reason) == (3, 2, "nhập nhầm")
    assert (retracted.retracts, retracted.corrects) == (1, None)


def test_a_dossier_written_and_read_again_is_the_same() -> None:
    dossier = _read()
    written = dossier.as_file()
    assert read_dossier(json.loads(json.dumps(written))) == dossier
    assert written["obligations"] == FULL["obligations"]
    assert written["parties"] == {"creditor": FULL["parties"]["creditor"],
                                  "debtor": FULL["parties"]["debtor"]}  # fmt: skip
    assert {key: written[key] for key in ("judgment", "decision_number", "note", "untold")} == {
        key: FULL[key] for key in ("judgment", "decision_number", "note", "untold")
    }
    assert [fact["fact"] for fact in written["facts"]] == [1, 2, 3, 4]
    assert written["facts"][0]["received_at"] == "2026-07-06T08:30:00+07:00"
    assert written["facts"][1]["at"] == "2026-11-02T16:30:00+07:00"
    assert "actor" not in written["facts"][1]


def test_what_a_dossier_does_not_need_may_be_left_out_or_empty() -> None:
    plain = read_dossier({"id": "A", "office": "nghe-an", "origin": "ex_officio"})
    assert (plain.kind, plain.officer, plain.facts, plain.parties) == (
        "enforcement_case", None, (), (),
    )  # fmt: skip
    assert plain.as_file() == {
        "kind": "enforcement_case", "id": "A", "office": "nghe-an", "officer": None,
        "origin": "ex_officio", "obligations": [], "parties": {}, "facts": [],
    }  # fmt: skip
    empty = _read(officer="", judgment="", note=None)
    assert (empty.officer, empty.judgment, empty.note) == (None, None, None)


@pytest.mark.parametrize(
    ("change", "field", "value", "where"),
    [
        ({"kind": "letter"}, "kind", "letter", ""),
        ({"id": None}, "id", None, ""),
        ({"id": 7}, "id", 7, ""),
        ({"office": None}, "office", None, ""),
        ({"officer": 7}, "officer", 7, ""),
        ({"origin": None}, "origin", None, ""),
        ({"judgment": 7}, "judgment", 7, ""),
        ({"decision_number": "a\x00"}, "decision_number", "a\x00", ""),
        ({"note": ["x"]}, "note", ["x"], ""),
        ({"untold": "x"}, "untold", "x", ""),
        ({"untold": ["danced"]}, "event", "danced", "untold"),
        ({"untold": ["voluntary_period_expired"]}, "event", "voluntary_period_expired", "untold"),
        ({"facts": [7]}, "fact", 7, "facts[1]"),
        ({"obligations": {}}, "obligations", {}, ""),
        ({"obligations": [{"kind": "house"}, 7]}, "obligation", 7, "obligations[2]"),
        ({"obligations": [{"kind": "gold"}]}, "kind", "gold", ""),
        ({"obligations": [{"kind": "money"}]}, "amount_vnd", None, "obligations[1]"),
        ({"obligations": [{"kind": "house", "amount_vnd": 0}]}, "amount_vnd", 0,
         "obligations[1]"),
        ({"obligations": [{"kind": "house", "text": 7}]}, "text", 7, ""),
        ({"parties": []}, "parties", [], ""),
        ({"parties": {"debtor": {}}}, "parties", "debtor", ""),
        ({"parties": {"debtor": ["x"]}}, "name", None, "parties.debtor"),
        ({"parties": {"debtor": [{"name": "  "}]}}, "name", "  ", "parties.debtor"),
        ({"parties": {"debtor": [{"name": "a\x00"}]}}, "name", "a\x00", "parties.debtor"),
        ({"parties": {"debtor": [{"name": "A", "address": 7}]}}, "address", 7, ""),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_its_value_and_place(
    change: dict[str, Any], field: str, value: object, where: str
) -> None:
    refusal = _refused(**change)
    assert (refusal.field, refusal.value, refusal.where) == (field, value, where)
    assert refusal.allowed.vi.strip()
    assert refusal.allowed.en.strip()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"received_at": "2026-07-06T08:30:00"}, "received_at"),
        ({"received_at": "yesterday"}, "received_at"),
        ({"received_at": 7}, "received_at"),
        ({"corrects": 2}, "corrects"),
        ({"corrects": True}, "corrects"),
        ({"corrects": 0}, "corrects"),
        ({"retracts": "1"}, "retracts"),
        ({"reason": 7}, "reason"),
        ({"on": 20260706}, "on"),
        ({"at": 830}, "at"),
        ({"at": "2026-07-06"}, "at"),
        ({"at": "24:00"}, "at"),
    ],
)
def test_a_wrong_field_of_a_fact_is_named(change: dict[str, Any], field: str) -> None:
    first = {"event": "judgment_received", "on": "2026-07-06"}
    second = {"event": "request_received", "on": "2026-07-06"} | change
    refusal = _refused(facts=[first, second])
    assert (refusal.field, refusal.value) == (field, change[field])
    assert refusal.where == ("" if field == "reason" else "facts[2]")


def test_something_else_than_an_object_is_no_dossier() -> None:
    with pytest.raises(FormError) as refusal:
        read_dossier([FULL])
    assert (refusal.value.field, refusal.value.value) == ("dossier", "list")


@pytest.mark.parametrize(
    ("at", "on", "moment"),
    [
        ("8:05", "2026-07-06", "2026-07-06T08:05:00+07:00"),
        ("23:59:58", "2026-07-06", "2026-07-06T23:59:58+07:00"),
        ("2026-07-06T08:30", "2026-07-06", "2026-07-06T08:30:00+07:00"),
        ("2026-07-06 08:30", None, "2026-07-06T08:30:00+07:00"),
        ("2026-07-05T20:30:00+00:00", None, "2026-07-06T03:30:00+07:00"),
        ("2026-07-05T20:30:00+00:00", "2026-07-06", "2026-07-06T03:30:00+07:00"),
    ],
)
def test_a_time_is_one_of_viet_nam_unless_it_says_otherwise(
    at: str, on: str | None, moment: str
) -> None:
    report = read_report({"event": "money_collected", "on": on, "at": at, "amount_vnd": 1})
    assert report.on == date(2026, 7, 6)
    assert report.at == datetime.fromisoformat(moment)


def test_a_fact_of_now_is_accepted_and_one_of_a_minute_later_is_not() -> None:
    now = datetime(2026, 7, 6, 8, 30, tzinfo=ZONE)
    report = read_report({"event": "closed", "at": "2026-07-06T08:30"})
    check_not_future(report, now)
    check_not_future(report, now.astimezone(UTC))
    with pytest.raises(FutureError) as refusal:
        check_not_future(report, now - timedelta(minutes=1), "facts[1]")
    assert (refusal.value.field, refusal.value.where) == ("at", "facts[1]")
    assert "08:29 ngày 06/07/2026" in refusal.value.say("vi")


def test_the_day_of_a_fact_is_a_day_of_viet_nam() -> None:
    """At 17:30 UTC it is tomorrow in Viet Nam already."""
    report = read_report({"event": "closed", "on": "2026-07-07"})
    check_not_future(report, datetime(2026, 7, 6, 17, 30, tzinfo=UTC))
    with pytest.raises(FutureError) as refusal:
        check_not_future(report, datetime(2026, 7, 6, 16, 30, tzinfo=UTC))
    assert (refusal.value.field, refusal.value.value) == ("on", "2026-07-07")
    assert "06/07/2026" in refusal.value.say("vi")
    behind = timezone(timedelta(hours=-8))
    check_not_future(report, datetime(2026, 7, 6, 9, 30, tzinfo=behind))


def test_a_plan_may_lie_ahead() -> None:
    plan = read_report({"event": "coercion_planned", "on": "2026-07-06", "at": "2026-08-01T08:00"})
    check_not_future(plan, datetime(2026, 7, 6, 8, 0, tzinfo=ZONE))


def test_a_fact_retracted_twice_is_gone_once() -> None:
    again = {"event": "request_received", "on": "2026-07-06", "retracts": 1, "reason": "x"}
    dossier = _read(facts=[*FULL["facts"], again])
    assert [(f.number, f.fields["amount_vnd"]) for f in dossier.effective_facts()] == [(2, 2)]


def test_what_was_retracted_is_not_corrected_back() -> None:
    late = {"event": "request_received", "on": "2026-07-08", "corrects": 1, "reason": "x"}
    dossier = _read(facts=[*FULL["facts"], late])
    assert [fact.number for fact in dossier.effective_facts()] == [2]
