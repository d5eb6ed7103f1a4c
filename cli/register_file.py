"""Read a register file into rows by column: CSV in UTF-8, .xlsx or .ods.

What makes the whole file unusable is raised at once; what is wrong with one row stands with
that row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from cli.bounds import BOOK_MOST, check_area, check_size, read_bounded
from cli.register_cells import looks_like_formula
from cli.register_columns import COLUMNS, fold, heading_of, spellings
from cli.register_problems import RegisterFileError, RowProblem, Value, problem
from cli.register_workbook import Grid, range_name, read_workbook

_HEADING_WITHIN = 10
_HEADING_LEAST = 3
_DELIMITERS = (",", ";")
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_WORKBOOKS = (".xlsx", ".ods")
_LOST = "�"


class RegisterRow(BaseModel):
    """A row: its number as spreadsheets show it, its cells by column key, what is wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int
    cells: dict[str, Value]
    problems: tuple[RowProblem, ...] = ()


class RegisterFile(BaseModel):
    """The rows of a register, its columns' keys, and headings that nothing is read from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: tuple[RegisterRow, ...]


def read_register_file(path: Path) -> RegisterFile:
    """Read a register; raise `RegisterFileError` where the file as a whole cannot be used."""
    grid, row = _grid_with_heading(path, _grids(path))
    columns, ignored = _columns_of(path, grid.rows[row])
    _refuse_merged(grid, row)
    rows = [
        _read_row(grid, number, columns, len(grid.rows[row]))
        for number in range(row + 1, len(grid.rows))
        if any(not _blank(value) for value in grid.rows[number])
    ]
    if not rows:
        raise RegisterFileError(
            "FILE",
            path.name,
            "không có dòng dữ liệu nào dưới tiêu đề",
            "no row is below the heading",
        )
    return RegisterFile(
        name=path.name, columns=tuple(columns), ignored=tuple(ignored), rows=tuple(rows)
    )


def _grids(path: Path) -> Iterable[Grid]:
    check_size(path)
    kind = path.suffix.lower()
    if kind == ".csv":
        return _read_delimited(path)
    if kind in _WORKBOOKS:
        return read_workbook(path)
    raise RegisterFileError(
        "FILE",
        path.name,
        "cho phép tệp .csv (UTF-8), .xlsx, .ods; tệp khác hãy lưu lại thành .xlsx",
        "allowed are .csv (UTF-8), .xlsx and .ods; save another kind as .xlsx",
    )


def _read_delimited(path: Path) -> list[Grid]:
    try:
        raw = read_bounded(str(path), BOOK_MOST)
    except OSError as error:
        reason = error.strerror or "?"
        raise RegisterFileError(
            "FILE", path.name, f"không mở được: {reason}", f"it cannot be opened: {reason}"
        ) from error
    text = _decode(path, raw)
    delimiter = max(_DELIMITERS, key=lambda sign: _headings_within(_split(text, sign)))
    try:
        # Strict, because an open quotation mark would otherwise swallow the rows after it.
        rows: list[list[Value]] = []
        for row in _split(text, delimiter, strict=True):
            check_area(path.name, path.stem, len(rows) + 1, len(row))
            rows.append(list(row))
    except csv.Error as error:
        raise RegisterFileError(
            "FILE",
            path.name,
            f"không đọc được như CSV, có thể thiếu dấu ngoặc kép đóng ({error})",
            f"it does not read as CSV, a closing quotation mark may be missing ({error})",
        ) from error
    return [Grid(rows, delimited=True)]


def _split(text: str, delimiter: str, *, strict: bool = False) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)


def _headings_within(rows: Iterator[list[str]]) -> int:
    try:
        return max((_count_headings(row) for row in islice(rows, _HEADING_WITHIN)), default=0)
    except csv.Error:
        return 0


def _count_headings(row: Sequence[Value]) -> int:
    known = spellings()
    return len({known[name] for value in row if (name := fold(str(value))) in known})


def _decode(path: Path, raw: bytes) -> str:
    mark = _MARKS.get(raw[:2])
    if mark is None and b"\x00" in raw[:4000]:
        mark = "UTF-16"
    if mark is None:
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            row = raw[: error.start].count(b"\n") + 1
            raise RegisterFileError(
                "encoding",
                path.name,
                f"dòng {row} không phải UTF-8 (có thể là TCVN3, VNI hoặc Windows-1258); "
                "hãy lưu lại dạng “CSV UTF-8”",
                f"row {row} is not UTF-8 (TCVN3, VNI or Windows-1258, perhaps); "
                "save it as “CSV UTF-8”",
            ) from error
    raise RegisterFileError(
        "encoding",
        path.name,
        f"dòng 1 là {mark}, chỉ cho phép UTF-8; hãy lưu lại dạng “CSV UTF-8”",
        f"row 1 is {mark}, allowed is UTF-8 alone; save it as “CSV UTF-8”",
    )


def _grid_with_heading(path: Path, grids: Iterable[Grid]) -> tuple[Grid, int]:
    best: tuple[int, Grid, int] | None = None
    for grid in grids:
        for number, row in enumerate(grid.rows[:_HEADING_WITHIN]):
            count = _count_headings(row)
            if count >= _HEADING_LEAST and (best is None or count > best[0]):
                best = (count, grid, number)
    if best is not None:
        return best[1], best[2]
    raise RegisterFileError(
        "heading",
        path.name,
        f"không thấy dòng tiêu đề trong {_HEADING_WITHIN} dòng đầu; "
        "cần các cột như “Số QĐ thi hành án”, “Ngày QĐ thi hành án”",
        f"no heading row is within the first {_HEADING_WITHIN} rows; "
        "it has columns such as “Số QĐ thi hành án”, “Ngày QĐ thi hành án”",
    )


def _columns_of(path: Path, heading: Sequence[Value]) -> tuple[dict[str, int], list[str]]:
    known = spellings()
    columns: dict[str, int] = {}
    ignored: list[str] = []
    for place, value in enumerate(heading):
        if _blank(value):
            continue
        key = known.get(fold(str(value)))
        if key is None:
            ignored.append(" ".join(str(value).split()))
        elif key in columns:
            raise RegisterFileError(
                "column",
                heading_of(key),
                f"tệp {path.name} có hai cột này; chỉ giữ một",
                f"the file {path.name} has it twice; keep one",
            )
        else:
            columns[key] = place
    missing = [c.heading for c in COLUMNS if c.need != "free" and c.key not in columns]
    if missing:
        listed = ", ".join(f"“{name}”" for name in missing)
        raise RegisterFileError(
            "column",
            missing[0],
            f"tệp {path.name} thiếu cột bắt buộc: {listed}",
            f"the file {path.name} lacks columns that must be there: {listed}",
        )
    return columns, ignored


def _refuse_merged(grid: Grid, heading: int) -> None:
    for first, last in grid.merged:
        if last[0] >= heading:
            name = range_name(first, last)
            raise RegisterFileError(
                "merged cells",
                name,
                "không cho phép ô gộp trong vùng dữ liệu; hãy bỏ gộp ô",
                "cells of the heading and the rows cannot be merged; unmerge them",
            )


def _read_row(grid: Grid, number: int, columns: dict[str, int], width: int) -> RegisterRow:
    values = grid.rows[number]
    problems: list[RowProblem] = []
    cells: dict[str, Value] = {}
    for key, place in columns.items():
        value = values[place] if place < len(values) else None
        if (number, place) in grid.formulas or (
            grid.delimited and isinstance(value, str) and looks_like_formula(value)
        ):
            problems.append(_formula(number + 1, heading_of(key), value))
        elif isinstance(value, str) and _LOST in value:
            problems.append(_lost(number + 1, heading_of(key), value))
        elif not _blank(value):
            cells[key] = value
    spilled = [value for value in values[width:] if not _blank(value)]
    if spilled and grid.delimited:
        problems.append(_spilled(number + 1, len(values), width, spilled[0]))
    return RegisterRow(number=number + 1, cells=cells, problems=tuple(problems))


def _formula(row: int, column: str, value: Value) -> RowProblem:
    return problem(
        row, column, value,
        "ô có công thức hoặc lỗi công thức; chỉ cho phép giá trị",
        "the cell holds a formula or a formula's error; allowed are values alone",
    )  # fmt: skip


def _lost(row: int, column: str, value: Value) -> RowProblem:
    return problem(
        row, column, value,
        "ô có ký tự đã hỏng (�) do đổi bảng mã; hãy nhập lại",
        "a character was lost (�) when the encoding changed; type it anew",
    )  # fmt: skip


def _spilled(row: int, cells: int, width: int, value: Value) -> RowProblem:
    return problem(
        row, "—", value,
        f"dòng có {cells} ô, tiêu đề có {width}; đặt ô có dấu phân cách trong ngoặc kép",
        f"the row has {cells} cells, the heading {width}; quote cells that hold the delimiter",
    )  # fmt: skip


def _blank(value: Value) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
