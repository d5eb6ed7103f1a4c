"""Write a workbook where a command was told to, whole or not at all, and note that it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cases.errors import FormError, Words
from cli.drafts import replace_files
from cli.exports import What, export_of, note_exports
from reports.sheets import Sheet, make_workbook
from settings import Settings

_WORKBOOK = Words(
    vi="cho phép một tệp .xlsx trong thư mục có sẵn và ghi được",
    en="allowed is an .xlsx file in a folder that exists and can be written",
)


def check_workbook(path: Path | None) -> None:
    """Raise `FormError` for a file that no workbook can become, before anything is done."""
    if path is not None and (path.suffix.lower() != ".xlsx" or not path.parent.is_dir()):
        raise FormError("--xlsx", str(path), _WORKBOOK)


async def write_workbook(
    settings: Settings, what: What, path: Path, sheets: Sequence[Sheet], now: datetime
) -> None:
    """Write the sheets, replacing the file whole; `FormError` where it cannot be.

    The audit has it first: who took how many rows of what, and the file's hash.
    """
    check_workbook(path)
    content = make_workbook(sheets, now)
    rows = sum(len(sheet.rows) for sheet in sheets)
    await note_exports(settings, [export_of(what, "xlsx", rows, content)], now)
    try:
        replace_files({path: content}, private=True)
    except OSError as error:
        raise FormError("--xlsx", str(path), _WORKBOOK) from error
