"""Build dossiers and assess them, for tests of the register."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cases.assess import assess
from cases.assessment import Assessment
from cases.dossier import Dossier, read_dossier
from law.calendar import Calendar
from law.corpus import Corpus

NOTIFIED = (
    {"event": "judgment_effective", "on": "2026-09-01"},
    {"event": "request_received", "on": "2026-10-01"},
    {"event": "enforcement_decision_issued", "on": "2026-10-05", "number": "12/QĐ-CTHADS"},
    {"event": "officer_assigned", "on": "2026-10-06", "officer": "cv.an"},
    {"event": "decision_validly_notified", "on": "2026-10-08", "channel": "direct"},
)
"""A case up to its voluntary period, which ends on 18 October 2026 or the working day after."""

NOTIFIED_EARLIER = (
    *NOTIFIED[:2],
    {**NOTIFIED[2], "on": "2026-10-02"},
    {**NOTIFIED[3], "on": "2026-10-05"},
    NOTIFIED[4],
)
"""The same case with its decision and assignment earlier: its dates move by a day."""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text + "+07:00")


NOW = moment("2026-10-09T08:00:00")


def build(
    facts: tuple[dict[str, Any], ...] = NOTIFIED,
    *,
    id: str = "NA-2026-000001",  # noqa: A002 - the dossier's own word
    office: str = "nghe-an/kv1",
    officer: str = "cv.an",
    debtor: str = "Nguyễn Văn A",
    amount_vnd: int = 50_000_000,
) -> Dossier:
    return read_dossier(
        {
            "id": id,
            "office": office,
            "officer": officer,
            "origin": "on_request",
            "obligations": [{"kind": "money", "amount_vnd": amount_vnd}],
            "parties": {"creditor": [{"name": "Đỗ Thị Bưởi"}], "debtor": [{"name": debtor}]},
            "judgment": "05/2026/DS-ST",
            "facts": list(facts),
        }
    )


class Assessor:
    """The law and the calendar at hand."""

    def __init__(self, corpus: Corpus, calendar: Calendar) -> None:
        self.corpus = corpus
        self.calendar = calendar

    def __call__(self, dossier: Dossier, now: datetime = NOW) -> Assessment:
        return assess(dossier, self.corpus, self.calendar, now)
