"""Lay a handover out as a sheet: each case with its open duties; it names no party."""

from __future__ import annotations

from collections.abc import Sequence

from cli.view_handover import sheet_rows
from i18n.texts import Lang, say
from reports.sheets import Sheet
from store.handovers import HandoverCase

COLUMNS = {
    "case": 26, "state": 14, "on": 12, "reason": 40, "answers": 10, "became": 26, "limit": 44,
    "due": 12, "place": 30,
}  # fmt: skip
"""Each column with its width in characters."""


def sheet_of(cases: Sequence[HandoverCase], lang: Lang) -> Sheet:
    """Lay out each case with its open duties."""
    return Sheet(
        name=say(lang, "handover.sheet"),
        columns=[(say(lang, f"handover.column_{name}"), width) for name, width in COLUMNS.items()],
        rows=[tuple(row) for row in sheet_rows(cases, lang)],
    )
