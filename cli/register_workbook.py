"""Read a workbook's first sheets as grids: values, merged ranges, and where formulas stand.

The values come from calamine. It gives a formula's last result as if it were typed, and an error
as nothing, so both are looked up in the workbook's own XML.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO
from xml.etree import ElementTree as ET
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from cli.bounds import check_area, check_package
from cli.register_problems import RegisterFileError, Value
from cli.workbook_scan import Scan, scan_excel, scan_open_document

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_UNREADABLE = (
    CalamineError, zipfile.BadZipFile, ET.ParseError, KeyError, ValueError, RuntimeError, OSError,
    expat.ExpatError, zlib.error,
)  # fmt: skip


@dataclass(slots=True)
class Grid:
    """A sheet: rows of values; places are (row, column), both from 0.

    `merged` holds the first and the last place of each range; `delimited` tells that the values
    were typed as text and would be run by a spreadsheet that opens them; `name` is the sheet's.
    """

    rows: list[list[Value]]
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    delimited: bool = False
    name: str = ""


def read_workbook(path: Path) -> Iterator[Grid]:
    """Read the visible sheets in their order; raise `RegisterFileError` for what is no workbook."""
    try:
        check_package(path)
        found = _look_through(path)
        with CalamineWorkbook.from_path(path) as book:
            visible = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ is SheetTypeEnum.WorkSheet
                and sheet.visible is SheetVisibleEnum.Visible
            ]
            for name in visible:
                yield _read_sheet(book, path, name, found[name])
    except _UNREADABLE as error:
        raise RegisterFileError(
            "FILE",
            path.name,
            "không đọc được như một bảng tính .xlsx hoặc .ods; hãy mở và lưu lại tệp",
            f"it does not read as an .xlsx or .ods workbook ({type(error).__name__}); "
            "open it and save it anew",
        ) from error


def _read_sheet(book: CalamineWorkbook, path: Path, name: str, found: Scan) -> Grid:
    sheet = book.get_sheet_by_name(name)
    check_area(path.name, name, sheet.total_height, sheet.total_width)
    values: list[list[Value]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]  # type: ignore[arg-type]
    merged = found.merged or list(sheet.merged_cell_ranges or [])
    return Grid(values, found.formulas, merged, name=name)


def _look_through(path: Path) -> dict[str, Scan]:
    """Look at each sheet before calamine, which makes room for all cells up to the last."""
    with zipfile.ZipFile(path) as parts:
        if path.suffix.lower() == ".ods":
            with parts.open("content.xml") as stream:
                return scan_open_document(stream, path.name)
        found = {}
        for name, part in _sheet_parts(parts).items():
            if part in parts.namelist():
                with parts.open(part) as stream:
                    found[name] = scan_excel(stream, path.name, name)
        return found


def _sheet_parts(parts: zipfile.ZipFile) -> dict[str, str]:
    with parts.open("xl/workbook.xml") as stream:
        links = _pairs(stream, f"{_MAIN}sheet", "name", _LINK)
    with parts.open("xl/_rels/workbook.xml.rels") as stream:
        targets = _pairs(stream, _RELATION, "Id", "Target")
    return {name: _part_of(targets[link]) for name, link in links.items()}


def _pairs(stream: IO[bytes], tag: str, key: str, value: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in ET.parse(stream).iter(tag):  # noqa: S314 - expat bounds entities
        name = element.attrib[key]
        if name in found:
            # Whoever reads it next might take the other one.
            raise ValueError("two entries have one name")
        found[name] = element.attrib[value]
    return found


def _part_of(target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return str(PurePosixPath("xl") / target)


def range_name(first: tuple[int, int], last: tuple[int, int]) -> str:
    """Name a range as spreadsheets do, such as B8:C9."""
    return f"{_cell_name(first)}:{_cell_name(last)}"


def _cell_name(place: tuple[int, int]) -> str:
    letters, column = "", place[1] + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{place[0] + 1}"
