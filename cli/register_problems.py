"""Say what is wrong with a register: with one of its cells, or with the file as a whole."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict

from cases.errors import FormError, Words
from i18n.texts import Lang

Value: TypeAlias = str | int | float | bool | date | datetime | None
"""What a cell holds; None and blank texts are nothing."""

_VALUE_MOST = 80


class RowProblem(BaseModel):
    """A reason why a row is refused: its row in the file, the column, what stands there.

    `reason` is Vietnamese. Nothing of a refused row is written.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    row: int
    column: str
    value: str
    reason: str
    reason_en: str

    def said(self, lang: Lang) -> str:
        """Say it in one line."""
        shown = f"“{self.value}”" if self.value else {"vi": "(trống)", "en": "(blank)"}[lang]
        if lang == "vi":
            return f"Dòng {self.row}, cột “{self.column}”: {shown}; {self.reason}"
        return f"Row {self.row}, column “{self.column}”: {shown}; {self.reason_en}"


class RegisterFileError(FormError):
    """The file as a whole cannot be used; nothing of it is written."""

    def __init__(self, field: str, value: object, vi: str, en: str) -> None:
        """Keep the sentence in both languages; the error's own text is the English one."""
        super().__init__(field, value, Words(vi=vi, en=en))


def problem(row: int, column: str, value: Value, vi: str, en: str) -> RowProblem:
    """Make a problem; a long value is cut."""
    shown = shown_value(value)
    if len(shown) > _VALUE_MOST:
        shown = f"{shown[: _VALUE_MOST - 1]}…"
    return RowProblem(row=row, column=column, value=shown, reason=vi, reason_en=en)


def shown_value(value: Value) -> str:
    """Write a cell's value as people read it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
