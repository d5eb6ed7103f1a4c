"""Read a workbook's first sheets as grids: values, merged ranges, and where formulas stand.

The values come from calamine. It gives a formula's last result as if it were typed, and an error
as nothing, so both are looked up in the workbook's own XML.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from cli.register_problems import RegisterFileError, Value

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_UNREADABLE = (
    CalamineError, zipfile.BadZipFile, ET.ParseError, KeyError, ValueError, RuntimeError, OSError,
)  # fmt: skip
_XML_MOST = 400_000_000
_ROWS_MOST = 200_000


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
        with CalamineWorkbook.from_path(path) as book:
            visible = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ is SheetTypeEnum.WorkSheet
                and sheet.visible is SheetVisibleEnum.Visible
            ]
            for name in visible:
                yield _read_sheet(book, path, name)
    except _UNREADABLE as error:
        raise RegisterFileError(
            "FILE",
            path.name,
            "không đọc được như một bảng tính .xlsx hoặc .ods; hãy mở và lưu lại tệp",
            f"it does not read as an .xlsx or .ods workbook ({type(error).__name__}); "
            "open it and save it anew",
        ) from error


def _read_sheet(book: CalamineWorkbook, path: Path, name: str) -> Grid:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height > _ROWS_MOST:
        raise RegisterFileError(
            "FILE",
            path.name,
            f"trang {name!r} có hơn {_ROWS_MOST} dòng; hãy chia nhỏ tệp",
            f"the sheet {name!r} has more than {_ROWS_MOST} rows; split the file",
        )
    values: list[list[Value]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]  # type: ignore[arg-type]
    with zipfile.ZipFile(path) as parts:
        if path.suffix.lower() == ".ods":
            formulas, merged = _scan_ods(parts, name)
        else:
            formulas, merged = _scan_xlsx(parts, name), list(sheet.merged_cell_ranges or [])
    return Grid(values, formulas, merged, name=name)


def _scan_xlsx(parts: zipfile.ZipFile, name: str) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    with _opened(parts, _sheet_part(parts, name)) as stream:
        for _, element in ET.iterparse(stream):  # noqa: S314 - expat bounds entities
            if element.tag == f"{_MAIN}c":
                formula = element.find(f"{_MAIN}f") is not None
                place = _CELL.fullmatch(element.get("r", ""))
                if place and (formula or element.get("t") == "e"):
                    found.add((int(place[2]) - 1, _column_number(place[1])))
            elif element.tag == f"{_MAIN}row":
                element.clear()
    return found


def _sheet_part(parts: zipfile.ZipFile, name: str) -> str:
    with _opened(parts, "xl/workbook.xml") as stream:
        sheets = ET.parse(stream).iter(f"{_MAIN}sheet")  # noqa: S314 - as above
        links = {s.get("name"): s.get(_LINK) for s in sheets}
    with _opened(parts, "xl/_rels/workbook.xml.rels") as stream:
        relations = ET.parse(stream).iter(_RELATION)  # noqa: S314 - as above
        target = {r.get("Id"): str(r.get("Target")) for r in relations}[links[name]]
    if target.startswith("/"):
        return target.lstrip("/")
    return str(PurePosixPath("xl") / target)


def _scan_ods(
    parts: zipfile.ZipFile, name: str
) -> tuple[set[tuple[int, int]], list[tuple[tuple[int, int], tuple[int, int]]]]:
    formulas: set[tuple[int, int]] = set()
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = []
    with _opened(parts, "content.xml") as stream:
        tables = ET.parse(stream).iter(f"{_TABLE}table")  # noqa: S314 - as above
        table = {t.get(f"{_TABLE}name"): t for t in tables}[name]
    row = 0
    for line in table.iter(f"{_TABLE}table-row"):
        column = 0
        for cell in line:
            if cell.get(f"{_TABLE}formula") is not None:
                formulas.add((row, column))
            down = int(cell.get(f"{_TABLE}number-rows-spanned", 1))
            across = int(cell.get(f"{_TABLE}number-columns-spanned", 1))
            if down > 1 or across > 1:
                merged.append(((row, column), (row + down - 1, column + across - 1)))
            column += int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        row += int(line.get(f"{_TABLE}number-rows-repeated", 1))
    return formulas, merged


def _opened(parts: zipfile.ZipFile, name: str) -> IO[bytes]:
    if parts.getinfo(name).file_size > _XML_MOST:
        raise zipfile.BadZipFile(f"{name} is too large")
    return parts.open(name)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def range_name(first: tuple[int, int], last: tuple[int, int]) -> str:
    """Name a range as spreadsheets do, such as B8:C9."""
    return f"{_cell_name(first)}:{_cell_name(last)}"


def _cell_name(place: tuple[int, int]) -> str:
    letters, column = "", place[1] + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{place[0] + 1}"
