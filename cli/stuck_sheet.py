"""Write the list of stuck cases as a workbook to sort and filter; it names no party."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import xlsxwriter

from cases.errors import FormError, Words
from cli.drafts import replace_files
from i18n.places import cite_briefly
from i18n.texts import Lang, name_of, say
from law.calendar import ZONE
from store.rows import StuckLine

COLUMNS = {
    "case": 26, "office": 16, "officer": 12, "stage": 34, "reason": 44, "since": 12,
    "days_stuck": 10, "holder": 18, "title": 44, "due": 12, "place": 30, "flags": 22,
    "amount": 18, "freed_by": 60,
}  # fmt: skip
"""Each column with its width in characters."""

_WORKBOOK = Words(
    vi="cho phép một tệp .xlsx trong thư mục có sẵn và ghi được",
    en="allowed is an .xlsx file in a folder that exists and can be written",
)


def write_sheet(path: Path, found: Sequence[StuckLine], now: datetime, lang: Lang) -> None:
    """Write one row for each reason, replacing the file whole; `FormError` where it cannot be."""
    if path.suffix.lower() != ".xlsx":
        raise FormError("--xlsx", str(path), _WORKBOOK)
    try:
        replace_files({path: _workbook(found, now, lang)})
    except OSError as error:
        raise FormError("--xlsx", str(path), _WORKBOOK) from error


def _workbook(found: Sequence[StuckLine], now: datetime, lang: Lang) -> bytes:
    held = BytesIO()
    # What a register says is never run as a formula or made a link.
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, plain) as book:
        book.set_properties({"created": now.astimezone(ZONE).replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "text_wrap": True})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet(say(lang, "watch.sheet"))
        for place, (name, width) in enumerate(COLUMNS.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, say(lang, f"watch.{name}"), bold)
        for number, line in enumerate(found, start=1):
            for place, value in enumerate(_cells(line, now, lang)):
                if isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                elif value is not None:
                    sheet.write(number, place, value)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(found), 1), len(COLUMNS) - 1)
    return held.getvalue()


def _cells(line: StuckLine, now: datetime, lang: Lang) -> Iterator[str | int | date | None]:
    since = line.since.astimezone(ZONE).date()
    cite = None
    if line.act is not None and line.article is not None:
        cite = cite_briefly(lang, line.act, line.article, line.clause)
    yield line.dossier
    yield line.office
    yield line.officer
    yield name_of(lang, "stages", line.stage)
    yield name_of(lang, "stuck", line.reason)
    yield since
    yield (now.astimezone(ZONE).date() - since).days
    yield name_of(lang, "holders_briefly", line.holder)
    yield line.title_vi if lang == "vi" else line.title_en
    yield _day(line.due)
    yield cite
    yield ", ".join(name_of(lang, "case_flags", flag) for flag in line.flags)
    yield line.amount_vnd
    yield name_of(lang, "stuck_freed_by", line.reason)


def _day(due: str | None) -> date | None:
    if due is None:
        return None
    read = datetime.fromisoformat(due)
    return read.astimezone(ZONE).date() if read.tzinfo else read.date()
