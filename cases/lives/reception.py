"""Hold the life of an office's book of citizen reception (tiếp công dân)."""

from __future__ import annotations

from cases.lives.table import Life, Status, Transition

STAGES: dict[str, Status] = {
    "reception_open": "open",
    "reception_closed": "closed",
}
"""Every stage with its status; codes in brackets are those of the lifecycle tables."""

_TRANSITIONS = (
    Transition("reception_book_closed", ("reception_open",), "reception_closed"),
)  # fmt: skip

LIFE = Life(
    first="reception_open",
    stages=STAGES,
    transitions=_TRANSITIONS,
)
