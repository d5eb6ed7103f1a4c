"""Write rows as a workbook to sort and filter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import NamedTuple

import xlsxwriter

from law.calendar import ZONE

Cell = str | int | date | None


class Sheet(NamedTuple):
    """One sheet: its name, its columns with their widths in characters, and its rows."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Cell]]


def make_workbook(sheets: Sequence[Sheet], now: datetime) -> bytes:
    """Give the workbook's bytes; days are real dates, and no text is run as a formula."""
    held = BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, plain) as book:
        book.set_properties({"created": now.astimezone(ZONE).replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "text_wrap": True})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for place, (heading, width) in enumerate(sheet.columns):
                page.set_column(place, place, width)
                page.write_string(0, place, heading, bold)
            for number, row in enumerate(sheet.rows, start=1):
                for place, value in enumerate(row):
                    if isinstance(value, date):
                        page.write_datetime(number, place, value, day)
                    elif value is not None:
                        page.write(number, place, value)
            page.freeze_panes(1, 1)
            page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
    return held.getvalue()
