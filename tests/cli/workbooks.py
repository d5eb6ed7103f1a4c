"""Write small workbooks of several sheets for tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter


def write_book(
    path: Path,
    sheets: dict[str, list[list[Any]]],
    formulas: dict[tuple[str, str], str] | None = None,
) -> Path:
    """Write sheets of rows; `formulas` stand at (sheet, cell)."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(number, place, value, day)
                    elif value is not None:
                        sheet.write(number, place, value)
        for (name, cell), formula in (formulas or {}).items():
            book.get_worksheet_by_name(name).write_formula(cell, formula, None, "5")
    return path
