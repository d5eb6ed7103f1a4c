"""Hold the life of a complaint (khiếu nại): Law 106/2025, Arts. 96-107."""

from __future__ import annotations

from cases.lives.table import Life, Status, Transition

_RECEIVED = ("complaint_received", "second_complaint_received")
_EXAMINED = ("complaint_examined", "second_complaint_examined")

STAGES: dict[str, Status] = {
    "complaint_received": "open",  #: K1
    "complaint_examined": "open",  #: accepted, being resolved for the first time (K2)
    "complaint_resolved": "open",  #: first decision, not in effect yet (K6)
    "second_complaint_received": "open",  #: K7
    "second_complaint_examined": "open",  #: K8
    "complaint_suspended": "paused",  #: K4
    "complaint_refused": "closed",  #: not accepted (K3)
    "complaint_terminated": "closed",  #: K5
    "complaint_settled": "closed",  #: the decision is in effect (K9)
}
"""Every stage with its status; codes in brackets are those of the lifecycle tables."""

_TRANSITIONS = (
    Transition(
        "complaint_received", ("complaint_resolved",), "second_complaint_received",
        (("instance", "second"),),
    ),
    Transition("complaint_accepted", ("complaint_received",), "complaint_examined"),
    Transition("complaint_accepted", ("second_complaint_received",), "second_complaint_examined"),
    Transition("complaint_refused", _RECEIVED, "complaint_refused"),
    Transition("complaint_suspended", _EXAMINED, "complaint_suspended"),
    Transition("complaint_terminated", (*_EXAMINED, "complaint_suspended"), "complaint_terminated"),
    Transition("complaint_resolved", _EXAMINED, "complaint_resolved"),
    Transition("complaint_decision_effective", ("complaint_resolved",), "complaint_settled"),
)  # fmt: skip

LIFE = Life(
    first="complaint_received",
    stages=STAGES,
    transitions=_TRANSITIONS,
    resumptions=(("complaint_resumed", "complaint_suspended", "complaint_examined"),),
    pauses={"complaint_suspended": "complaint_suspended"},
    resumes={"complaint_resumed": ("complaint_suspended",)},
)
