"""Refusals of the cases floor: one sentence that names the field, the value and what is allowed."""

from __future__ import annotations


class DossierError(Exception):
    """Something reported about a dossier cannot be taken as it stands."""

    def __init__(self, field: str, value: object, allowed: str, where: str = "") -> None:
        """Keep the field, its value and what is allowed; nothing has been written."""
        self.field = field
        self.value = value
        self.allowed = allowed
        self.where = where
        place = f"{where}: " if where else ""
        super().__init__(f"{place}{field} is {_shown(value)}; {allowed}")


class FormError(DossierError):
    """The form is wrong: an unknown event, a missing field, a value that is not allowed."""


class FutureError(DossierError):
    """Something done is dated after the day on which it is looked at."""


def _shown(value: object) -> str:
    if value is None:
        return "missing"
    text = f"{value!r}" if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"  # noqa: PLR2004 - one readable line
