"""Lay the list of stuck cases out as a sheet to sort and filter; it names no party."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from i18n.places import cite_briefly
from i18n.texts import Lang, name_of, say
from law.calendar import ZONE
from reports.sheets import Cell, Sheet
from store.rows import StuckLine

COLUMNS = {
    "case": 26, "office": 16, "officer": 12, "stage": 34, "reason": 44, "since": 12,
    "days_stuck": 10, "holder": 18, "title": 44, "due": 12, "place": 30, "flags": 22,
    "amount": 18, "freed_by": 60,
}  # fmt: skip
"""Each column with its width in characters."""


def sheet_of(found: Sequence[StuckLine], now: datetime, lang: Lang) -> Sheet:
    """Lay out one row for each reason."""
    return Sheet(
        name=say(lang, "watch.sheet"),
        columns=[(say(lang, f"watch.{name}"), width) for name, width in COLUMNS.items()],
        rows=[tuple(_cells(line, now, lang)) for line in found],
    )


def _cells(line: StuckLine, now: datetime, lang: Lang) -> Iterator[Cell]:
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
