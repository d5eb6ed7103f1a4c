"""Write a handover as a workbook: each case with its open duties; it names no party."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import xlsxwriter

from cases.errors import FormError, Words
from cli.drafts import replace_files
from cli.view_handover import sheet_rows
from i18n.texts import Lang, say
from law.calendar import ZONE
from store.handovers import HandoverCase

COLUMNS = {
    "case": 26, "state": 14, "on": 12, "reason": 40, "answers": 10, "became": 26, "limit": 44,
    "due": 12, "place": 30,
}  # fmt: skip
"""Each column with its width in characters."""

_WORKBOOK = Words(
    vi="cho phép một tệp .xlsx trong thư mục có sẵn và ghi được",
    en="allowed is an .xlsx file in a folder that exists and can be written",
)


def check_file(path: Path | None) -> None:
    """Raise `FormError` for a file that no workbook can become, before anything is done."""
    if path is not None and (path.suffix.lower() != ".xlsx" or not path.parent.is_dir()):
        raise FormError("--xlsx", str(path), _WORKBOOK)


def write_sheet(path: Path, cases: Sequence[HandoverCase], now: datetime, lang: Lang) -> None:
    """Write the workbook, replacing the file whole; `FormError` where it cannot be."""
    check_file(path)
    try:
        replace_files({path: _workbook(cases, now, lang)})
    except OSError as error:
        raise FormError("--xlsx", str(path), _WORKBOOK) from error


def _workbook(cases: Sequence[HandoverCase], now: datetime, lang: Lang) -> bytes:
    held = BytesIO()
    # What a register says is never run as a formula or made a link.
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, plain) as book:
        book.set_properties({"created": now.astimezone(ZONE).replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "text_wrap": True})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet(say(lang, "handover.sheet"))
        for place, (name, width) in enumerate(COLUMNS.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, say(lang, f"handover.column_{name}"), bold)
        number = 0
        for number, row in enumerate(sheet_rows(cases, lang), start=1):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                elif value is not None:
                    sheet.write(number, place, value)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(number, 1), len(COLUMNS) - 1)
    return held.getvalue()
