"""Read a directory's workbook: its sheets, their rows, and what is wrong with single cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from cli.bounds import check_size
from cli.directory_columns import (
    BY_KEY,
    CHANNEL_NAMES,
    EVERY_ROLE,
    KINDS,
    LANGUAGES,
    NOTE_SHEET,
    ROLE_NAMES,
    SHEETS,
    YES_NO,
    Sheet,
)
from cli.register_cells import CellError, read_choice, read_day, read_text
from cli.register_columns import fold
from cli.register_problems import RegisterFileError, RowProblem, Value, problem, shown_value
from cli.register_workbook import Grid, range_name, read_workbook
from i18n.texts import Lang
from store.directory import (
    AbsenceEntry,
    AddressEntry,
    DelegationEntry,
    DirectoryEntries,
    OfficeEntry,
    PersonEntry,
    PostEntry,
)
from store.people_checks import Fault, faults

_HEADING_WITHIN = 10
_HEADING_LEAST = 2


class DirectoryProblem(BaseModel):
    """What is wrong with a cell of a sheet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sheet: str
    cell: RowProblem

    def said(self, lang: Lang) -> str:
        """Say it in one line."""
        name = {"vi": "Trang", "en": "Sheet"}[lang]
        said = self.cell.said(lang)
        return f"{name} “{self.sheet}”, {said[:1].lower()}{said[1:]}"


class ReadDirectory(BaseModel):
    """What a file holds, what is wrong with it, and sheets and columns that were not read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entries: DirectoryEntries
    problems: tuple[DirectoryProblem, ...]
    ignored: tuple[str, ...] = ()


class _Row(NamedTuple):
    sheet: Sheet
    number: int
    cells: dict[str, Value]


def read_sheets(path: Path, beside: DirectoryEntries | None) -> ReadDirectory:
    """Read a workbook; `beside` is what its rows may name as well.

    Raises `RegisterFileError` where the file as a whole cannot be used.
    """
    return _Reading(path).run(beside)


class _Reading:
    """One pass over a workbook."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._problems: list[DirectoryProblem] = []
        self._ignored: list[str] = []
        self._rows: dict[str, list[_Row]] = {sheet.key: [] for sheet in SHEETS}
        self._places: dict[tuple[str, int], _Row] = {}
        self._mails: dict[tuple[int, str], _Row] = {}

    def run(self, beside: DirectoryEntries | None) -> ReadDirectory:
        self._open()
        entries = DirectoryEntries(
            offices=tuple(self._offices()),
            people=tuple(self._people()),
            posts=tuple(self._posts()),
            absences=tuple(self._absences()),
            delegations=tuple(self._delegations()),
        )
        # What a cell lacks would only be told a second time by what it leads to.
        if not self._problems:
            for fault in faults(entries, beside):
                self._tell(fault)
        return ReadDirectory(
            entries=entries, problems=tuple(self._problems), ignored=tuple(self._ignored)
        )

    def _open(self) -> None:
        if not self._path.is_file():
            raise RegisterFileError(
                "FILE", self._path.name, "không có tệp này", "there is no such file"
            )
        check_size(self._path)
        names = {fold(text): sheet for sheet in SHEETS for text in (sheet.name, *sheet.aliases)}
        for grid in read_workbook(self._path):
            sheet = names.get(fold(grid.name))
            if sheet is not None:
                self._read_grid(sheet, grid)
            elif fold(grid.name) != fold(NOTE_SHEET):
                self._ignored.append(grid.name)
        if not any(self._rows.values()):
            listed = ", ".join(f"“{sheet.name}”" for sheet in SHEETS)
            raise RegisterFileError(
                "FILE", self._path.name,
                f"không có dòng nào trong các trang: {listed}",
                f"no row stands in any of the sheets: {listed}",
            )  # fmt: skip

    def _read_grid(self, sheet: Sheet, grid: Grid) -> None:
        heading, columns = self._heading(sheet, grid)
        for first, last in grid.merged:
            if last[0] >= heading:
                raise RegisterFileError(
                    "merged cells", f"{sheet.name}!{range_name(first, last)}",
                    "không cho phép ô gộp trong vùng dữ liệu; hãy bỏ gộp ô",
                    "cells of the heading and the rows cannot be merged; unmerge them",
                )  # fmt: skip
        for number, values in enumerate(grid.rows[heading + 1 :], start=heading + 1):
            row = _Row(sheet, number + 1, {
                key: values[place]
                for key, place in columns.items()
                if place < len(values) and read_text(values[place]) is not None
            })  # fmt: skip
            computed = [key for key, at in columns.items() if (number, at) in grid.formulas]
            for key in computed:
                self._refuse(row, key, "ô có công thức; chỉ cho phép giá trị",
                             "the cell holds a formula; allowed are values alone")  # fmt: skip
            if row.cells and not computed:
                self._rows[sheet.key].append(row)

    def _heading(self, sheet: Sheet, grid: Grid) -> tuple[int, dict[str, int]]:
        known = {fold(text): c.key for c in sheet.columns for text in (c.heading, *c.aliases)}
        for number, values in enumerate(grid.rows[:_HEADING_WITHIN]):
            places: dict[str, int] = {}
            for place, value in enumerate(values):
                if (key := known.get(fold(shown_value(value)))) is not None:
                    places.setdefault(key, place)
            if len(places) >= _HEADING_LEAST:
                self._ignored += [
                    f"{sheet.name}: {text}"
                    for value in values
                    if (text := read_text(value)) and fold(text) not in known
                ]
                missing = [c for c in sheet.columns if c.need == "cell" and c.key not in places]
                if not missing:
                    return number, places
                listed = ", ".join(f"“{column.heading}”" for column in missing)
                raise RegisterFileError(
                    "column", f"{sheet.name}: {missing[0].heading}",
                    f"trang “{sheet.name}” thiếu cột bắt buộc: {listed}",
                    f"the sheet “{sheet.name}” lacks columns that must be there: {listed}",
                )  # fmt: skip
        headings = ", ".join(f"“{column.heading}”" for column in sheet.columns)
        raise RegisterFileError(
            "heading", sheet.name,
            f"không thấy dòng tiêu đề trong {_HEADING_WITHIN} dòng đầu; các cột là: {headings}",
            f"no heading row is within the first {_HEADING_WITHIN} rows; columns are: {headings}",
        )  # fmt: skip

    def _offices(self) -> Iterator[OfficeEntry]:
        for place, row in self._each("offices"):
            self._places["offices", place] = row
            kind: Any = self._choice(row, "kind", KINDS)
            yield OfficeEntry(
                key=self._key(row, "key"), name=self._text(row, "name"), kind=kind or "room",
                parent=self._key(row, "parent") or None, hours=self._hours(row),
            )  # fmt: skip

    def _people(self) -> Iterator[PersonEntry]:
        more: dict[str, list[tuple[AddressEntry, _Row]]] = {}
        for _, row in self._each("addresses"):
            channel: Any = self._choice(row, "channel", CHANNEL_NAMES)
            address = AddressEntry(channel=channel or "mail", value=self._text(row, "value"))
            more.setdefault(self._key(row, "person"), []).append((address, row))
        for place, row in self._each("people"):
            self._places["people", place] = row
            key = self._key(row, "key")
            addresses = more.pop(key, [])
            if mail := self._text(row, "mail"):
                addresses.insert(0, (AddressEntry(channel="mail", value=mail), row))
            self._mails.update({(place, address.value): of for address, of in addresses})
            language: Any = self._choice(row, "language", LANGUAGES)
            yield PersonEntry(
                key=key, name=self._text(row, "name"), office=self._key(row, "office"),
                language=language or "vi", hours=self._hours(row),
                left_on=self._day(row, "left_on"),
                synthetic=self._choice(row, "synthetic", YES_NO) == "yes",
                addresses=tuple(address for address, _ in addresses),
            )  # fmt: skip
        for stray in more.values():
            self._refuse(stray[0][1], "person", "người này không có trong trang “Người”",
                         "this person is not in the sheet “Người”")  # fmt: skip

    def _posts(self) -> Iterator[PostEntry]:
        rows = [(row, "key") for _, row in self._each("people") if "role" in row.cells]
        rows += [(row, "person") for _, row in self._each("posts")]
        for place, (row, person) in enumerate(rows):
            self._places["posts", place] = row
            role: Any = self._choice(row, "role", ROLE_NAMES)
            yield PostEntry(
                person=self._key(row, person), role=role or "officer",
                office=self._key(row, "office"), first=self._day(row, "first"),
                last=self._day(row, "last"),
            )  # fmt: skip

    def _absences(self) -> Iterator[AbsenceEntry]:
        for place, row in self._each("absences"):
            self._places["absences", place] = row
            if (days := self._days(row)) is not None:
                yield AbsenceEntry(
                    person=self._key(row, "person"), first=days[0], last=days[1],
                    deputy=self._key(row, "deputy") or None, reason=self._text(row, "reason"),
                    ended_on=self._day(row, "ended_on"),
                )  # fmt: skip

    def _delegations(self) -> Iterator[DelegationEntry]:
        for place, row in self._each("delegations"):
            self._places["delegations", place] = row
            role: Any = self._choice(row, "role", ROLE_NAMES | EVERY_ROLE)
            if (days := self._days(row)) is not None:
                yield DelegationEntry(
                    person=self._key(row, "person"), delegate=self._key(row, "delegate"),
                    role=role or None, first=days[0], last=days[1],
                    reason=self._text(row, "reason"), ended_on=self._day(row, "ended_on"),
                )  # fmt: skip

    def _each(self, key: str) -> Iterator[tuple[int, _Row]]:
        for place, row in enumerate(self._rows[key]):
            for column in BY_KEY[key].columns:
                if column.need == "cell" and column.key not in row.cells:
                    self._refuse(row, column.key, "không được để trống", "it cannot be blank")
            yield place, row

    def _text(self, row: _Row, key: str) -> str:
        return read_text(row.cells.get(key)) or ""

    def _key(self, row: _Row, key: str) -> str:
        return fold(self._text(row, key))

    def _choice(self, row: _Row, key: str, allowed: Mapping[str, str]) -> str | None:
        try:
            return read_choice(row.cells.get(key), allowed)
        except CellError as error:
            self._refuse(row, key, error.vi, error.en)
            return None

    def _day(self, row: _Row, key: str) -> date | None:
        try:
            return read_day(row.cells.get(key))
        except CellError as error:
            self._refuse(row, key, error.vi, error.en)
            return None

    def _days(self, row: _Row) -> tuple[date, date] | None:
        first, last = self._day(row, "first"), self._day(row, "last")
        return None if first is None or last is None else (first, last)

    def _hours(self, row: _Row) -> tuple[str, ...] | None:
        text = self._text(row, "hours")
        return split_hours(text) if text else None

    def _refuse(self, row: _Row, key: str, vi: str, en: str) -> None:
        heading = row.sheet.column(key).heading
        cell = problem(row.number, heading, row.cells.get(key), vi, en)
        told = DirectoryProblem(sheet=row.sheet.name, cell=cell)
        if all(_place(told) != _place(other) for other in self._problems):
            self._problems.append(told)

    def _tell(self, fault: Fault) -> None:
        if fault.part == "addresses":
            row = self._mails[fault.place, str(fault.value)]
            key = "mail" if row.sheet.key == "people" else "value"
        else:
            row, key = self._places[fault.part, fault.place], fault.field
            if row.sheet.key == "people" and key == "person":
                key = "key"
        self._refuse(row, key, fault.allowed.vi, fault.allowed.en)


def split_hours(text: str) -> tuple[str, ...]:
    """Split hours such as "07:30-11:30, 13:30-17:00"; their form is checked with the rest."""
    parts: Iterable[str] = text.replace(";", ",").replace("–", "-").split(",")
    return tuple("-".join(_padded(part.strip())) for part in parts if part.strip())


def _padded(span: str) -> Sequence[str]:
    ends = [end.strip().replace("h", ":") for end in span.split("-")]
    return [f"0{end}" if end[1:2] == ":" else end for end in ends]


def _place(told: DirectoryProblem) -> tuple[str, int, str]:
    return told.sheet, told.cell.row, told.cell.column
