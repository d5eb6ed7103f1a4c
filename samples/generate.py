"""Make the synthetic sample: 300 cases of three offices, dated back from a day; their directory.

    python -m samples.generate [--today YYYY-MM-DD] [--seed N] [--out DIR]

Nobody in it exists: names are numbered patterns, addresses are "Xã mẫu N".
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeAlias

import xlsxwriter

from cli.register_columns import AMOUNTS, COLUMNS
from cli.register_rows import enforcement_year
from law.calendar import ZONE, Calendar, load_calendar
from samples.people import write_directory
from samples.scenarios import CHANGE, Days, Maker, Words, lives

Row: TypeAlias = dict[str, str | int | date | None]
"""A row by heading."""

SEED = 20261123
TITLE = "DỮ LIỆU MẪU – SYNTHETIC: không có người, địa chỉ, vụ việc nào là thật"
NOTE = "DỮ LIỆU MẪU (SYNTHETIC)"
OFFICES = {
    "nghe-an/kv1": ("cv.an", "cv.binh"),
    "nghe-an/kv2": ("cv.chi", "cv.dung"),
    "nghe-an/kv3": ("cv.giang", "cv.ha"),
}
_DAYS = (
    "decided", "received", "requested", "assigned", "opened", "sent", "notified", "class_day",
    "verified", "verified_first", "ended", "informed", "ground_day", "until", "coerced",
    "collected", "paid",
)  # fmt: skip
_CREATED = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_MOST = 300_000_000_000

#: code, share in a hundred, column of the amount, median and sigma, judgment's kind, what is owed
_KINDS: tuple[tuple[str, float, str, int, float, str, str], ...] = (
    ("CD1", 26, "fee", 0, 0, "HNGĐ-ST", "Nộp án phí sơ thẩm"),
    ("CD2", 12, "refund", 1_200_000, 1.3, "DS-ST", "Hoàn trả tiền tạm ứng án phí"),
    ("CD3", 9, "fee", 6_000_000, 1.2, "DS-ST", "Nộp án phí dân sự có giá ngạch"),
    ("CD4", 10, "fine", 10_000_000, 0.8, "HS-ST", "Nộp tiền phạt và án phí hình sự"),
    ("CD5", 5, "forfeit", 5_000_000, 1.5, "HS-ST", "Nộp lại tiền thu lợi bất chính"),
    ("CD6", 2, "damages", 30_000_000, 2.0, "HS-ST", "Bồi thường cho Nhà nước"),
    ("CD7", 2, "", 0, 0, "HS-ST", "Tiêu hủy vật chứng"),
    ("YC1", 11, "debt", 80_000_000, 1.5, "DS-ST", "Trả nợ tiền vay"),
    ("YC2", 7, "debt", 700_000_000, 1.6, "KDTM-ST", "Trả nợ hợp đồng tín dụng"),
    ("YC3", 6, "alimony", 2_000_000, 0.5, "HNGĐ-ST", "Cấp dưỡng nuôi con 12 tháng"),
    ("YC4", 4, "damages", 60_000_000, 1.2, "HS-ST", "Bồi thường sức khỏe, tài sản"),
    ("YC5", 2, "", 0, 0, "DS-ST", "Giao trả quyền sử dụng đất"),
    ("YC6", 2, "debt", 500_000_000, 1.6, "KDTM-ST", "Thanh toán tiền hàng"),
    ("YC7", 2, "other", 20_000_000, 1.0, "LĐ-ST", "Trả tiền lương và bảo hiểm"),
)


def generate(today: date, seed: int = SEED, calendar: Calendar | None = None) -> list[Row]:
    """Make the 300 rows as of a day, by heading; the same arguments give the same rows."""
    rng = random.Random(seed)  # noqa: S311 - a sample must come out the same again
    make = Maker(rng, calendar or load_calendar(), today)
    cases: list[tuple[Days, dict[str, Any]]] = []
    for number, (life, wanted) in enumerate(lives(), start=1):
        days, words = life(make)
        cases.append((days, _describe(rng, number, wanted, days, words)))
    cases.sort(key=lambda case: (case[1]["office"], case[0]["decided"], case[1]["debtor"]))
    _number(rng, cases)
    rows: list[Row] = []
    for place, (_, cells) in enumerate(cases, start=1):
        cells["place"] = place
        rows.append({column.heading: cells.get(column.key) for column in COLUMNS})
    return rows


def _describe(
    rng: random.Random, number: int, wanted: str, days: Days, words: Words
) -> dict[str, Any]:
    """Give a case its kind, people, office, amounts and words."""
    kinds = [k for k in _KINDS if wanted in ("", {"C": "officio", "Y": "request"}[k[0][0]])]
    kind = rng.choices(kinds, [k[1] for k in kinds])[0]
    code, _, column, median, sigma, judged, content = kind
    on_request = code.startswith("YC")
    office = rng.choice(list(OFFICES))
    judged_on = days["received"].replace(day=1)
    cells: dict[str, Any] = {
        "origin": "Theo yêu cầu" if on_request else "Chủ động",
        "source": "Mới" if days["decided"] >= CHANGE else "Năm trước chuyển sang",
        "judgment": f"{rng.randint(1, 240):02d}/{judged_on.year}/{judged}",
        "judgment_day": judged_on,
        "court": f"Tòa án mẫu khu vực {office[-1]}",
        "received_by": rng.choice(("Trực tiếp", "Bưu chính")),
        "debtor": _debtor(rng, number, code),
        "debtor_address": f"Xã mẫu {rng.randint(1, 24)}",
        "creditor": _creditor(rng, number, code),
        "content": content,
        "code": code,
        "interest": "có" if code in ("YC1", "YC2", "YC6") else "không",
        "officer": rng.choice(OFFICES[office]),
        "office": office,
        "class": "Có điều kiện",
        "status": "Đang thi hành",
        "note": NOTE,
    }
    cells |= {name: day for name, day in days.items() if name in _DAYS}
    cells |= {name: word for name, word in words.items() if word}
    if not on_request:
        del cells["requested"]
    if cells["officer"] == "-":
        del cells["officer"]
    if column:
        cells |= _amounts(rng, code, column, median, sigma)
    _settle(rng, cells)
    return cells


def _debtor(rng: random.Random, number: int, code: str) -> str:
    company = code in ("YC2", "YC6") and rng.random() < 0.6  # noqa: PLR2004 - more than half
    return f"Công ty mẫu {number:03d}" if company else f"Người mẫu {number:04d}"


def _creditor(rng: random.Random, number: int, code: str) -> str:
    if code == "YC2":
        return f"Ngân hàng mẫu {rng.randint(1, 6):02d}"
    return f"Người mẫu {number + 1000:04d}" if code.startswith("YC") else "Ngân sách nhà nước"


def _amounts(
    rng: random.Random, code: str, column: str, median: int, sigma: float
) -> dict[str, int]:
    if code == "CD1":
        return {column: rng.choices((150_000, 200_000, 300_000), (20, 35, 45))[0]}
    amount = rng.lognormvariate(math.log(median), sigma)
    amounts = {column: max(min(round(amount, -3), _MOST), 100_000)}
    if code == "YC3":
        amounts[column] = round(amounts[column], -5) * 12 or 12_000_000
    if code == "CD4":
        amounts |= {column: max(amounts[column], 3_000_000), "fee": 200_000}
    return {name: int(value) for name, value in amounts.items()}


def _settle(rng: random.Random, cells: dict[str, Any]) -> None:
    """Add the amounts up, and say what is collected, done and left."""
    total = sum(cells.get(key, 0) for key in AMOUNTS)
    done = total if cells["status"] == "Xong" else 0
    if "collected" in cells:
        cells["collected_amount"] = max(round(total * rng.uniform(0.2, 1)), 50_000)
        done = min(cells["collected_amount"], total) if "paid" in cells else 0
    cells |= {"total": total, "done": done, "left": total - done}


def _number(rng: random.Random, cases: Sequence[tuple[Days, dict[str, Any]]]) -> None:
    """Number the decisions by office and enforcement year, in the order of their days."""
    last: dict[tuple[str, int], int] = defaultdict(int)
    for days, cells in cases:
        series = (cells["office"], enforcement_year(days["decided"]))
        last[series] += rng.randint(1, 5)
        cells["number"] = f"{last[series]:02d}/QĐ-THADS"
        if "class_day" in days:
            cells["class_number"] = f"{rng.randint(1, 400):02d}/QĐ-THADS"


def write_register(path: Path, today: date, seed: int = SEED) -> None:
    """Make the sample as of a day and write it as a workbook."""
    write_xlsx(generate(today, seed), path)


def write_xlsx(rows: Sequence[Row], path: Path) -> None:
    """Write rows as a workbook, marked as synthetic; the same rows give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        book.set_properties(
            {"title": TITLE, "subject": "SYNTHETIC", "comments": NOTE, "created": _CREATED}
        )
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        amount = book.add_format({"num_format": "#,##0"})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("Sổ thụ lý (mẫu)")
        sheet.write_string(0, 0, TITLE, book.add_format({"bold": True}))
        for place, heading in enumerate(rows[0]):
            sheet.write_string(1, place, heading, bold)
        for number, row in enumerate(rows, start=2):
            for place, value in enumerate(row.values()):
                if isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                elif isinstance(value, int):
                    sheet.write_number(number, place, value, amount)
                elif value is not None:
                    sheet.write_string(number, place, value)
        sheet.freeze_panes(2, 3)
        sheet.autofilter(1, 0, len(rows) + 1, len(rows[0]) - 1)
        sheet.set_column(0, 0, 6)
        sheet.set_column(1, len(rows[0]) - 1, 18)


def write_csv(rows: Sequence[Row], path: Path) -> None:
    """Write rows as CSV in UTF-8 with its mark, days as dd/mm/yyyy."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([TITLE])
        writer.writerow(rows[0])
        for row in rows:
            writer.writerow(
                f"{value:%d/%m/%Y}" if isinstance(value, date) else value for value in row.values()
            )


def main() -> None:
    """Write register.xlsx, register.csv and directory.xlsx."""
    reader = argparse.ArgumentParser(description="Make the synthetic sample register.")
    reader.add_argument("--today", type=date.fromisoformat, help="default: this day")
    reader.add_argument("--seed", type=int, default=SEED)
    reader.add_argument("--out", type=Path, default=Path(__file__).parent)
    given = reader.parse_args()
    today = given.today or datetime.now(ZONE).date()  # noqa: TID251 - an edge, as the command line
    rows = generate(today, given.seed)
    write_xlsx(rows, given.out / "register.xlsx")
    write_csv(rows, given.out / "register.csv")
    write_directory(given.out / "directory.xlsx", today)
    sys.stdout.write(
        f"{len(rows)} rows as of {today}: {given.out / 'register.xlsx'}, .csv; directory.xlsx\n"
    )


if __name__ == "__main__":
    main()
