"""Tell the one life of twenty-five facts that every benchmark lives through."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from activities.ports import NewFact
from cases.dossier import Dossier, read_dossier
from cases.facts import read_report
from law.calendar import ZONE

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
"""When every fact is said to have come in; a fixed moment, so that every run counts the same."""

_LIFE = """
    request_received 2026-02-02
    enforcement_decision_issued 2026-02-05
    officer_assigned 2026-02-06 officer=cv.an
    case_file_opened 2026-02-09
    decision_sent_to_procuracy 2026-02-09
    decision_notified_to_parties 2026-02-10 channel=direct
    decision_validly_notified 2026-02-11 channel=direct
    means_verified 2026-03-05 outcome=without_means
    no_means_decided 2026-03-09
    means_verified 2026-07-30 outcome=without_means
    new_information_received 2026-08-03
    means_verified 2026-08-07 outcome=with_means
    enforcement_continued 2026-08-10
    postponement_ground_arose 2026-08-17
    postponed 2026-08-19 ground=illness until=2026-09-30
    postponement_ground_ended 2026-09-18
    resumed 2026-09-22
    coercion_decided 2026-09-28 measure=seizure
    coercion_cost_notified 2026-09-30
    seizure_notified 2026-10-01
    coercion_planned 2026-10-15T08:30
    coercion_carried_out 2026-10-15T08:30 with_forces=yes
    money_collected 2026-10-20 amount_vnd=85000000
    proceeds_paid 2026-10-28 amount_vnd=85000000
    closed 2026-10-30
"""
"""Across the change of law on 1 July, without means and with them, postponed, coerced, paid."""


def _told(line: str) -> dict[str, Any]:
    event, when, *rest = line.split()
    day, timed, _ = when.partition("T")
    plain: dict[str, Any] = {"event": event, "on": day}
    if timed:
        plain["at"] = when
    for word in rest:
        name, _, value = word.partition("=")
        plain[name] = int(value) if value.isdigit() else value == "yes" or value
    return plain


FACTS: tuple[dict[str, Any], ...] = tuple(map(_told, _LIFE.strip().splitlines()))
"""The facts as a dossier file has them, in the order in which they are reported."""


def open_dossier(case: str, facts: int = 0) -> Dossier:
    """Give the case with its first facts, none by default; `len(FACTS)` is the whole life."""
    return read_dossier(
        {
            "id": case,
            "office": "nghe-an/kv1",
            "origin": "on_request",
            "obligations": [{"kind": "money", "amount_vnd": 85_000_000, "text": "Trả nợ vay"}],
            "parties": {
                "creditor": [{"name": "Người mẫu 1001", "address": "Xã mẫu 1"}],
                "debtor": [{"name": "Người mẫu 0001", "address": "Xã mẫu 2"}],
            },
            "judgment": "12/2026/DS-ST",
            "decision_number": "31/QĐ-THADS",
            "facts": [
                {**fact, "actor": "cv.an", "received_at": NOW.isoformat(), "command_id": f"{n}"}
                for n, fact in enumerate(FACTS[:facts], start=1)
            ],
        }
    )


def new_fact(number: int) -> NewFact:
    """Give a fact of the life, counted from 1, as an officer sends it in."""
    told = read_report(FACTS[number - 1])
    return NewFact(
        **told.model_dump(), command_id=f"{number}", actor="cv.an", received_at=NOW
    )
