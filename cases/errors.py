"""Refusals of the cases floor: one sentence that names the field, the value and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from law.calendar import Words

__all__ = ["A_DAY", "DossierError", "FormError", "FutureError", "Words", "one_of"]

A_DAY = Words(vi="cho phép một ngày như 2026-11-23", en="allowed is a date such as 2026-11-23")
_MOST = 80


class DossierError(Exception):
    """Something reported about a dossier cannot be taken as it stands."""

    def __init__(self, field: str, value: object, allowed: Words, where: str = "") -> None:
        """Keep the field, its value and what is allowed; the error's own text is English."""
        self.field = field
        self.value = value
        self.allowed = allowed
        self.where = where
        super().__init__(self.say("en"))

    def say(self, lang: Literal["vi", "en"]) -> str:
        """Say it in one sentence; a field and a value stand as they were typed."""
        place = f"{self.where}: " if self.where else ""
        missing = self.value is None
        if lang == "vi":
            found = "còn thiếu" if missing else f"là {_shown(self.value)}"
            return f"{place}{self.field} {found}; {self.allowed.vi}"
        found = "missing" if missing else _shown(self.value)
        return f"{place}{self.field} is {found}; {self.allowed.en}"


class FormError(DossierError):
    """The form is wrong: an unknown event, a missing field, a value that is not allowed."""


class FutureError(DossierError):
    """Something done is dated after the day on which it is looked at."""


def one_of(names: Iterable[str]) -> Words:
    """Say that one of these names is allowed."""
    listed = ", ".join(names)
    return Words(vi=f"cho phép một trong: {listed}", en=f"allowed is one of: {listed}")


def _shown(value: object) -> str:
    text = f"{value!r}" if isinstance(value, str) else str(value)
    return text if len(text) <= _MOST else f"{text[: _MOST - 3]}…"
