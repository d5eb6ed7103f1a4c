"""Hold the life of a denunciation (tố cáo): Law 106/2025, Arts. 108-111; Law 25/2018."""

from __future__ import annotations

from cases.lives.table import Life, Status, Transition

_OPEN = ("denunciation_received", "denunciation_examined", "denunciation_suspended")

STAGES: dict[str, Status] = {
    "denunciation_received": "open",  #: T1
    "denunciation_examined": "open",  #: accepted (T2)
    "denunciation_suspended": "paused",  #: T5
    "denunciation_refused": "closed",  #: T3
    "denunciation_transferred": "closed",  #: T4, T8
    "denunciation_terminated": "closed",  #: T6
    "denunciation_concluded": "closed",  #: T7
}
"""Every stage with its status; codes in brackets are those of the lifecycle tables."""

_TRANSITIONS = (
    Transition("denunciation_accepted", ("denunciation_received",), "denunciation_examined"),
    Transition("denunciation_refused", ("denunciation_received",), "denunciation_refused"),
    Transition("denunciation_transferred", _OPEN, "denunciation_transferred"),
    Transition("denunciation_suspended", ("denunciation_examined",), "denunciation_suspended"),
    Transition("denunciation_terminated", _OPEN, "denunciation_terminated"),
    Transition("denunciation_concluded", ("denunciation_examined",), "denunciation_concluded"),
)  # fmt: skip

LIFE = Life(
    first="denunciation_received",
    stages=STAGES,
    transitions=_TRANSITIONS,
    resumptions=(("denunciation_resumed", "denunciation_suspended", "denunciation_examined"),),
    pauses={"denunciation_suspended": "denunciation_suspended"},
    resumes={"denunciation_resumed": ("denunciation_suspended",)},
)
