"""Hold the life of a denunciation (tố cáo): Law 106/2025, Arts. 108-111; Law 25/2018."""

from __future__ import annotations

from cases.lives.table import Life, Status, Transition

_RECEIVED = ("denunciation_received", "denunciation_repeat_review")
_RESOLVED = (
    "denunciation_examined", "denunciation_verifying", "denunciation_reported",
    "denunciation_resolving_again",
)  # fmt: skip
_OPEN = (*_RECEIVED, *_RESOLVED, "denunciation_suspended")
_DONE = ("denunciation_concluded", "denunciation_handled", "denunciation_terminated")

STAGES: dict[str, Status] = {
    "denunciation_received": "open",  #: T0
    "denunciation_examined": "open",  #: accepted (T1)
    "denunciation_verifying": "open",  #: a team verifies (T6)
    "denunciation_reported": "open",  #: the team reported, the conclusion is awaited
    "denunciation_suspended": "paused",  #: T7
    "denunciation_refused": "closed",  #: T2
    "denunciation_transferred": "closed",  #: T3
    "denunciation_filed": "closed",  #: T4
    "denunciation_criminal": "closed",  #: sent to the criminal bodies (T5)
    "denunciation_terminated": "closed",  #: T8
    "denunciation_concluded": "open",  #: to be acted on and published (T9)
    "denunciation_handled": "closed",  #: T10
    "denunciation_repeat_review": "open",  #: the superior examines a repeated one (T11)
    "denunciation_resolving_again": "open",  #: T12
    "denunciation_final": "closed",  #: rightly resolved before, nothing is examined again
}
"""Every stage with its status; codes in brackets are those of the lifecycle tables."""

_TRANSITIONS = (
    Transition("denunciation_accepted", ("denunciation_received",), "denunciation_examined"),
    Transition("denunciation_refused", ("denunciation_received",), "denunciation_refused"),
    Transition("denunciation_filed", ("denunciation_received",), "denunciation_filed"),
    Transition("denunciation_transferred", _OPEN, "denunciation_transferred"),
    Transition(
        "denunciation_passed_to_inspection", ("denunciation_received",), "denunciation_transferred"
    ),
    Transition("denunciation_sent_to_criminal_bodies", _OPEN, "denunciation_criminal"),
    Transition("denunciation_team_set_up", ("denunciation_examined",), "denunciation_verifying"),
    Transition(
        "denunciation_verification_reported", ("denunciation_verifying",), "denunciation_reported"
    ),
    Transition("denunciation_suspended", _RESOLVED, "denunciation_suspended"),
    Transition("denunciation_terminated", _OPEN, "denunciation_terminated"),
    Transition("denunciation_concluded", _RESOLVED, "denunciation_concluded"),
    Transition("denunciation_handled", ("denunciation_concluded",), "denunciation_handled"),
    Transition(
        "repeat_denunciation_received", _DONE, "denunciation_repeat_review",
        (("ground", "resolution_unlawful"),),
    ),
    Transition(
        "repeat_denunciation_examined", ("denunciation_repeat_review",),
        "denunciation_resolving_again", (("repeat_outcome", "resolve_again"),),
    ),
    Transition(
        "repeat_denunciation_examined", ("denunciation_repeat_review",), "denunciation_final",
        (("repeat_outcome", "resolved_lawfully"),),
    ),
)  # fmt: skip

LIFE = Life(
    first="denunciation_received",
    stages=STAGES,
    transitions=_TRANSITIONS,
    resumptions=(("denunciation_resumed", "denunciation_suspended", "denunciation_examined"),),
    pauses={"denunciation_suspended": "denunciation_suspended"},
    resumes={"denunciation_resumed": ("denunciation_suspended",)},
)
