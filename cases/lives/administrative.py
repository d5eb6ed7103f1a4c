"""Hold how an administrative judgment is followed (theo dõi thi hành án hành chính)."""

from __future__ import annotations

from cases.lives.table import Life, Status, Transition

STAGES: dict[str, Status] = {
    "judgment_followed": "open",
    "judgment_performed": "closed",
}
"""Every stage with its status; codes in brackets are those of the lifecycle tables."""

_TRANSITIONS = (
    Transition("administrative_judgment_performed", ("judgment_followed",), "judgment_performed"),
)  # fmt: skip

LIFE = Life(
    first="judgment_followed",
    stages=STAGES,
    transitions=_TRANSITIONS,
)
