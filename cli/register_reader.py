"""Read the cells of one row by column, and gather what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cli.register_cells import CellError, read_amount, read_choice, read_day, read_text
from cli.register_columns import BY_KEY, COLUMNS, heading_of
from cli.register_file import RegisterRow
from cli.register_problems import RowProblem, Value, problem

EARLIEST = date(2009, 7, 1)
"""The first day of the statute book: Law 26/2008/QH12 came into force."""


class RowReader:
    """Reads a row's cells; each problem is told once, and a wrong cell reads as blank."""

    def __init__(self, row: RegisterRow, today: date) -> None:
        """Start with the problems that the file told, and with cells that may not be blank."""
        self.number = row.number
        self.problems: list[RowProblem] = list(row.problems)
        self._cells = row.cells
        self._today = today
        self._told = {told.column for told in row.problems}
        for column in COLUMNS:
            if column.need == "cell" and column.key not in row.cells:
                self.refuse(column.key, "không được để trống", "it cannot be blank")

    def refuse(self, key: str, vi: str, en: str) -> None:
        """Tell a problem of a column; the first one of each column stands."""
        heading = heading_of(key)
        if heading not in self._told:
            self._told.add(heading)
            self.problems.append(problem(self.number, heading, self._cells.get(key), vi, en))

    def is_blank(self, key: str) -> bool:
        """Tell whether a cell is blank and nothing was wrong with it."""
        return key not in self._cells and BY_KEY[key].heading not in self._told

    def text(self, key: str) -> str | None:
        """Read a text."""
        return read_text(self._cells.get(key))

    def day(self, key: str, *, fact: bool = True, ahead: bool = False) -> date | None:
        """Read a day; a fact's lies between 1 July 2009 and today, unless it may lie `ahead`."""
        try:
            day = read_day(self._cells.get(key))
        except CellError as error:
            self.refuse(key, error.vi, error.en)
            return None
        if day is not None and not ahead and day > self._today:
            self.refuse(
                key,
                f"ngày ở tương lai, cho phép đến {self._today:%d/%m/%Y}",
                f"the day lies ahead; allowed is up to {self._today}",
            )
            return None
        if day is not None and fact and day < EARLIEST:
            self.refuse(
                key,
                f"ngày quá xa, cho phép từ {EARLIEST:%d/%m/%Y}",
                f"the day lies too far back; allowed is from {EARLIEST}",
            )
            return None
        return day

    def amount(self, key: str) -> int | None:
        """Read an amount in whole đồng."""
        try:
            return read_amount(self._cells.get(key))
        except CellError as error:
            self.refuse(key, error.vi, error.en)
            return None

    def choice(self, key: str, allowed: Mapping[str, str]) -> str | None:
        """Read a word from a list."""
        try:
            return read_choice(self._cells.get(key), allowed)
        except CellError as error:
            self.refuse(key, error.vi, error.en)
            return None

    def value(self, key: str) -> Value:
        """Give a cell as it stands."""
        return self._cells.get(key)
