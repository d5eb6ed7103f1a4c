"""Write small registers for tests: a good row, and files around changed copies of it."""

from __future__ import annotations

import csv
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from cli.directory_file import load_directory
from cli.register_columns import COLUMNS, TEMPLATE, heading_of
from cli.register_facts import untold_by
from cli.register_file import read_register_file
from cli.register_rows import BuiltRegister, build_dossiers
from law.calendar import ZONE
from store.directory import OfficeDirectory

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)

GOOD: dict[str, Any] = {
    "number": "36/QĐ-THADS", "decided": date(2026, 10, 5), "origin": "Theo yêu cầu",
    "source": "Mới", "judgment": "07/2026/DS-ST", "judgment_day": date(2026, 8, 20),
    "court": "Tòa án mẫu khu vực 1", "received": date(2026, 9, 28),
    "requested": date(2026, 9, 30), "debtor": "Người mẫu 0001", "debtor_address": "Xã mẫu 3",
    "creditor": "Người mẫu 0002", "content": "Trả nợ tiền vay", "code": "YC1",
    "debt": 50_000_000, "total": 50_000_000, "officer": "cv.an", "assigned": date(2026, 10, 5),
    "office": "nghe-an/kv1", "notified": date(2026, 10, 8), "channel": "Trực tiếp",
    "class": "Có điều kiện", "verified": date(2026, 10, 22), "status": "Đang thi hành",
}  # fmt: skip


def directory() -> OfficeDirectory:
    return load_directory(ROOT / "samples" / "directory.xlsx")


def row(**changes: Any) -> dict[str, Any]:
    """Give the good row with changes; None leaves a cell blank."""
    return {**GOOD, **changes}


def keys_of(*rows: dict[str, Any]) -> list[str]:
    wanted = {column.key for column in TEMPLATE} | {key for found in rows for key in found}
    return [column.key for column in COLUMNS if column.key in wanted]


def table(*rows: dict[str, Any], without: tuple[str, ...] = ()) -> list[list[Any]]:
    keys = [key for key in keys_of(*rows) if key not in without]
    return [
        [heading_of(key) for key in keys],
        *([found.get(key) for key in keys] for found in rows),
    ]


def write_csv(path: Path, lines: list[list[Any]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(
            [f"{v:%d/%m/%Y}" if isinstance(v, date) else v for v in line] for line in lines
        )
    return path


def write_xlsx(
    path: Path,
    lines: list[list[Any]],
    *,
    formulas: dict[str, str] | None = None,
    merged: tuple[str, ...] = (),
) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sổ")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, line in enumerate(lines):
            for place, value in enumerate(line):
                if isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                elif value is not None:
                    sheet.write(number, place, value)
        for cell, formula in (formulas or {}).items():
            sheet.write_formula(cell, formula, None, 5)
        for cells in merged:
            sheet.merge_range(cells, "gộp")
    return path


def build(path: Path, now: datetime = NOW) -> BuiltRegister:
    file = read_register_file(path)
    return build_dossiers(file.rows, directory(), now, untold_by(file.columns))


_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="Sổ">{rows}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)


def write_ods(path: Path, lines: list[list[Any]], marks: dict[tuple[int, int], str]) -> Path:
    """Write texts as OpenDocument; `marks` are attributes of cells by (row, column)."""
    rows = ""
    for number, line in enumerate(lines):
        cells = ""
        for place, value in enumerate(line):
            shown = f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "")
            mark = marks.get((number, place), "")
            cells += (
                f'<table:table-cell office:value-type="string" {mark}>'
                f"<text:p>{escape(shown)}</text:p></table:table-cell>"
            )
        rows += f"<table:table-row>{cells}</table:table-row>"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("META-INF/manifest.xml", "<manifest/>")
        parts.writestr("content.xml", _ODS.format(rows=rows))
    return path
