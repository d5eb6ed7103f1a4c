"""Hold the life of a petition or feedback (kiến nghị, phản ánh)."""

from __future__ import annotations

from cases.lives.table import Life, Status, Transition

STAGES: dict[str, Status] = {
    "petition_received": "open",
    "petition_settled": "closed",
}
"""Every stage with its status; codes in brackets are those of the lifecycle tables."""

_TRANSITIONS = (
    Transition("petition_answered", ("petition_received",), "petition_settled"),
)  # fmt: skip

LIFE = Life(
    first="petition_received",
    stages=STAGES,
    transitions=_TRANSITIONS,
)
