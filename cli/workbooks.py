"""Write a workbook where a command was told to, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cases.errors import FormError, Words
from cli.drafts import replace_files
from reports.sheets import Sheet, make_workbook

_WORKBOOK = Words(
    vi="cho phép một tệp .xlsx trong thư mục có sẵn và ghi được",
    en="allowed is an .xlsx file in a folder that exists and can be written",
)


def check_workbook(path: Path | None) -> None:
    """Raise `FormError` for a file that no workbook can become, before anything is done."""
    if path is not None and (path.suffix.lower() != ".xlsx" or not path.parent.is_dir()):
        raise FormError("--xlsx", str(path), _WORKBOOK)


def write_workbook(path: Path, sheets: Sequence[Sheet], now: datetime) -> None:
    """Write the sheets, replacing the file whole; `FormError` where it cannot be."""
    check_workbook(path)
    try:
        replace_files({path: make_workbook(sheets, now)}, private=True)
    except OSError as error:
        raise FormError("--xlsx", str(path), _WORKBOOK) from error
