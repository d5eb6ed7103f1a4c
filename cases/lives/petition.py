"""Hold the life of a petition or feedback (kiến nghị, phản ánh)."""

from __future__ import annotations

from cases.lives.table import Life, Status, Transition

_RECEIVED = ("petition_received",)

STAGES: dict[str, Status] = {
    "petition_received": "open",
    "petition_settled": "closed",  #: answered, or its author guided
    "petition_transferred": "closed",
    "petition_filed": "closed",
}
"""Every stage with its status."""

_TRANSITIONS = (
    Transition("petition_answered", _RECEIVED, "petition_settled"),
    Transition("petition_guided", _RECEIVED, "petition_settled"),
    Transition("petition_transferred", _RECEIVED, "petition_transferred"),
    Transition("petition_filed", _RECEIVED, "petition_filed"),
)

LIFE = Life(
    first="petition_received",
    stages=STAGES,
    transitions=_TRANSITIONS,
)
