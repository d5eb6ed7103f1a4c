"""Look through a sheet's XML as it streams: how far it reaches, its formulas, merged ranges.

No tree is built, so that a sheet that is too large costs nothing but the look.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from cli.bounds import READING_SECONDS, check_area, too_large

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_CHUNK = 1 << 20

Place = tuple[int, int]


@dataclass
class Scan:
    """What a sheet holds beside its values; places are (row, column), both from 0."""

    formulas: set[Place] = field(default_factory=set)
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    rows: int = 0
    columns: int = 0


class _Look:
    """One pass over one sheet, which ends where the sheet is more than is read."""

    def __init__(self, name: str, sheet: str) -> None:
        self.found = Scan()
        self._name = name
        self._sheet = sheet

    def run(self, stream: IO[bytes]) -> None:
        """Look at all of it; raise `RegisterFileError`, `expat.ExpatError` for what is no XML."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.StartDoctypeDeclHandler = _refuse_doctype
        until = time.monotonic() + READING_SECONDS
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            if time.monotonic() > until:
                raise too_large(
                    self._name,
                    f"đọc trang {self._sheet!r} quá {READING_SECONDS:g} giây; hãy chia nhỏ tệp",
                    f"the sheet {self._sheet!r} takes longer than {READING_SECONDS:g} s to read; "
                    "split the file",
                )
        parser.Parse(b"", True)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """See an element begin."""
        raise NotImplementedError

    def end(self, tag: str) -> None:
        """See an element end."""

    def reach(self, rows: int, columns: int) -> None:
        """Note that something stands in the last of so many rows and columns."""
        found = self.found
        if rows > found.rows or columns > found.columns:
            found.rows = max(found.rows, rows)
            found.columns = max(found.columns, columns)
            check_area(self._name, self._sheet, found.rows, found.columns)


class _Excel(_Look):
    """Of .xlsx: cells carry their place, or follow the one before."""

    _row = -1
    _column = -1
    _is_error = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{_MAIN}row":
            given = attributes.get("r", "")
            self._row = int(given) - 1 if given.isdecimal() else self._row + 1
            self._column = -1
            # Rows without a cell are kept by whoever reads the sheet next.
            self.reach(self._row + 1, 0)
        elif tag == f"{_MAIN}c":
            place = _CELL.fullmatch(attributes.get("r", ""))
            if place:
                self._row, self._column = int(place[2]) - 1, _column_number(place[1])
            else:
                self._column += 1
            self._is_error = attributes.get("t") == "e"
            if self._is_error:
                self.found.formulas.add((self._row, self._column))
        elif tag in (f"{_MAIN}v", f"{_MAIN}is", f"{_MAIN}f"):
            self.reach(self._row + 1, self._column + 1)
            if tag == f"{_MAIN}f":
                self.found.formulas.add((self._row, self._column))


class _OpenDocument(_Look):
    """Of .ods: cells and rows follow one another, and say how often they repeat themselves."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "")
        self.tables: dict[str, Scan] = {}
        self._deep = self._row = self._column = 0
        self._times = 1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{_TABLE}table":
            self._deep += 1
            if self._deep == 1:
                self._begin(attributes[f"{_TABLE}name"])
        elif self._deep != 1:
            return
        elif tag == f"{_TABLE}table-row":
            self._column = 0
            self._times = _count(attributes, "number-rows-repeated")
        elif tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            self._see_cell(attributes)

    def end(self, tag: str) -> None:
        if tag == f"{_TABLE}table":
            self._deep -= 1
        elif tag == f"{_TABLE}table-row" and self._deep == 1:
            self._row += self._times

    def _begin(self, sheet: str) -> None:
        if sheet in self.tables:
            raise ValueError("two tables have one name")
        self.found = self.tables[sheet] = Scan()
        self._sheet, self._row = sheet, 0

    def _see_cell(self, attributes: dict[str, str]) -> None:
        row, column = self._row, self._column
        many = _count(attributes, "number-columns-repeated")
        self._column += many
        formula = f"{_TABLE}formula" in attributes
        if formula:
            self.found.formulas.add((row, column))
        if formula or f"{_OFFICE}value-type" in attributes:
            self.reach(row + self._times, column + many)
        down = _count(attributes, "number-rows-spanned")
        across = _count(attributes, "number-columns-spanned")
        if down > 1 or across > 1:
            self.found.merged.append(((row, column), (row + down - 1, column + across - 1)))


def scan_excel(stream: IO[bytes], name: str, sheet: str) -> Scan:
    """Look through a sheet of the workbook `name`; raise `RegisterFileError` if it is too large."""
    look = _Excel(name, sheet)
    look.run(stream)
    return look.found


def scan_open_document(stream: IO[bytes], name: str) -> dict[str, Scan]:
    """Look through every table of an OpenDocument workbook's content, as `scan_excel` does."""
    look = _OpenDocument(name)
    look.run(stream)
    return look.tables


def _count(attributes: dict[str, str], which: str) -> int:
    return int(attributes.get(f"{_TABLE}{which}", 1))


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _refuse_doctype(*_: object) -> None:
    raise expat.ExpatError("a document type is declared, which no workbook has")
