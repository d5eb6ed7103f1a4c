"""Write a digest's whole lists as a workbook: figures, what is overdue, what falls due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from i18n.texts import Lang, name_of, say
from reports.digest import TILES, CaseLine, Digest, limit_of, number_of
from reports.figures import Figures
from reports.sheets import Cell, Sheet, make_workbook

_WIDTHS = {
    "case": 26, "kind": 18, "office": 16, "officer": 14, "holder": 18, "limit_title": 50,
    "place": 34, "severity": 22, "due_day": 12, "days_over": 10,
}  # fmt: skip


def write_digest_sheet(digest: Digest, now: datetime, lang: Lang) -> bytes:
    """Give the workbook's bytes; it names no party."""
    return make_workbook(
        [
            _figures(digest, lang),
            _rows("sheet_overdue", digest.overdue, lang),
            _rows("sheet_due", digest.due, lang),
        ],
        now,
    )


def _figures(digest: Digest, lang: Lang) -> Sheet:
    names = (*TILES, "open_cases")
    columns = [(say(lang, "digest.office"), 46)]
    columns += [(say(lang, f"digest.{name}"), 18) for name in names]
    rows = [_counted(part, figures) for part, figures in digest.parts]
    rows.append(_counted(say(lang, "digest.all"), digest.figures))
    return Sheet(say(lang, "digest.sheet_figures"), columns, rows)


def _counted(name: str, figures: Figures) -> list[Cell]:
    return [name, *(number_of(figures, tile) for tile in TILES), figures.open_cases]


def _rows(name: str, lines: Sequence[CaseLine], lang: Lang) -> Sheet:
    columns = [(say(lang, f"digest.{column}"), width) for column, width in _WIDTHS.items()]
    return Sheet(say(lang, f"digest.{name}"), columns, [tuple(_cells(x, lang)) for x in lines])


def _cells(line: CaseLine, lang: Lang) -> Iterator[Cell]:
    title, place = limit_of(line, lang)
    yield line.dossier
    yield name_of(lang, "dossiers", line.kind)
    yield line.office
    yield line.officer
    yield name_of(lang, "holders_briefly", line.holder)
    yield title
    yield place
    yield name_of(lang, "severities_briefly", line.severity)
    yield line.due_day
    yield line.days_over or None
