from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cases.assess import assess
from cases.dossier import read_dossier
from cases.predicates import names_known
from i18n.receipts import explain
from i18n.texts import LANGS, Lang
from law.calendar import Calendar
from law.corpus import the_book
from tests.golden import HASH, WHY

Thads = Callable[..., tuple[int, str, str]]
Data = dict[str, Any]

HERE = Path(__file__).parent


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["november", "july"])
def test_the_receipts_of_a_case_across_a_change_read_as_agreed(
    thads: Thads, name: str, lang: Lang
) -> None:
    told = ""
    for limit in WHY:
        code, out, err = thads(
            "why", str(HERE / "dossiers" / f"{name}.json"), limit,
            "--as-of", "2026-11-23", "--lang", lang,
        )  # fmt: skip
        assert (code, err) == (0, "")
        told += out + "\n"
    golden = (HERE / "golden" / f"{name}.{lang}.txt").read_text("utf-8")
    assert HASH.sub("<hash>", told) == golden


LONG = {
    "id": "NA-2025-000009",
    "office": "nghe-an/kv1",
    "origin": "on_request",
    "facts": [
        {"event": "judgment_effective", "on": "2024-01-10"},
        {"event": "request_received", "on": "2025-03-03"},
        {"event": "judgment_received", "on": "2025-03-03"},
        {"event": "enforcement_decision_issued", "on": "2025-03-10"},
        {"event": "decision_validly_notified", "on": "2025-03-14", "channel": "direct"},
        {"event": "means_verified", "on": "2025-04-01", "outcome": "without_means"},
        {"event": "no_means_decided", "on": "2025-04-05"},
        {"event": "new_information_received", "on": "2026-03-02"},
        {"event": "means_verified", "on": "2026-08-10", "outcome": "with_means"},
        {"event": "enforcement_continued", "on": "2026-08-12"},
        {"event": "coercion_decided", "on": "2026-08-20", "measure": "seizure", "immovable": True},
        {"event": "postponement_ground_arose", "on": "2026-08-24"},
        {"event": "postponed", "on": "2026-08-26", "ground": "ốm nặng", "until": "2026-09-10"},
        {"event": "postponement_ground_ended", "on": "2026-09-10"},
        {"event": "resumed", "on": "2026-09-14"},
        {"event": "coercion_planned", "on": "2026-09-15", "at": "2026-10-06T08:00"},
        {"event": "coercion_carried_out", "on": "2026-10-06", "at": "2026-10-06T08:00"},
        {"event": "money_collected", "on": "2026-10-12", "amount_vnd": 1250000},
    ],
}
PROVISIONAL = {
    "id": "NA-2026-000010",
    "office": "nghe-an/kv1",
    "officer": "cv.an",
    "origin": "provisional_measure",
    "facts": [
        {"event": "judgment_received", "on": "2026-11-02"},
        {"event": "enforcement_decision_issued", "on": "2026-11-04", "at": "16:30"},
        {"event": "officer_assigned", "on": "2026-11-05"},
    ],
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("data", [LONG, PROVISIONAL], ids=["long", "provisional"])
def test_every_receipt_of_a_long_case_can_be_told_in_words(
    data: Data, lang: Lang, calendar: Calendar
) -> None:
    dossier = read_dossier(data)
    for day in ("2025-03-04", "2026-03-20", "2026-07-15", "2026-09-01", "2026-11-23"):
        answer = assess(dossier, the_book(names_known()), calendar, date.fromisoformat(day))
        for row in (*answer.limits, *answer.upcoming):
            lines = explain(row.receipt, row, lang)
            assert all(line and "{" not in line and "None" not in line for line in lines), lines
            assert row.receipt.hash in lines[-1]


def test_hours_from_an_event_without_its_time_say_from_when_they_are_counted(
    calendar: Calendar,
) -> None:
    dossier = read_dossier(PROVISIONAL)
    answer = assess(dossier, the_book(names_known()), calendar, date(2026, 11, 5))
    row = next(row for row in answer.limits if row.id == "notice.provisional_measure")
    assert any("00 giờ 00 của ngày bắt đầu" in line for line in explain(row.receipt, row, "vi"))
