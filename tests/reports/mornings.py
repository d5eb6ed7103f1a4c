"""Make digests of a Monday in November 2026."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from reports.digest import CaseLine, Digest
from reports.figures import Figures, Week

MONDAY = date(2026, 11, 23)
WEEK = Week(MONDAY, date(2026, 11, 29), date(2026, 12, 1))
FIGURES = Figures(
    overdue={"routine": 6, "serious": 4, "grave": 2}, due_today=2, due_week=8,
    stuck={"limit_passed": 3, "silence": 2}, stuck_cases=5, unacknowledged=3, complaints=1,
    open_cases=120,
)  # fmt: skip


def line(number: int, **more: Any) -> CaseLine:
    plain = {
        "dossier": f"NA-{number:03}", "kind": "enforcement_case", "office": "nghe-an/kv1",
        "officer": "cv.an", "rule": "case_file.opening", "title_vi": "Mở hồ sơ",
        "title_en": "Opening the file", "act": "106/2025/QH15", "article": "37", "clause": "1",
        "holder": "officer", "severity": "routine", "due": "2026-11-16",
        "due_day": MONDAY - timedelta(days=7), "days_over": 5,
    }  # fmt: skip
    return CaseLine.model_validate(plain | more)


def ahead(number: int, **more: Any) -> CaseLine:
    return line(number, **({"due": "2026-11-25", "due_day": date(2026, 11, 25), "days_over": 0}
                           | more))  # fmt: skip


def digest(**more: Any) -> Digest:
    plain: dict[str, Any] = {
        "offices": (("nghe-an/kv1", "Phòng THADS khu vực 1"),),
        "week": WEEK,
        "figures": FIGURES,
        "overdue": tuple(line(n) for n in range(12)),
        "due": tuple(ahead(n + 50) for n in range(8)),
        "due_rows": 8,
    }
    return Digest(**(plain | more))
