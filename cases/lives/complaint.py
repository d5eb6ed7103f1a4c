"""Hold the life of a complaint (khiếu nại): Law 106/2025, Arts. 96-107."""

from __future__ import annotations

from cases.lives.table import Life, Status, Transition

_RECEIVED = ("complaint_received", "second_complaint_received")
_WAITING = (*_RECEIVED, "complaint_supplement_awaited")
_EXAMINED = ("complaint_examined", "second_complaint_examined")
_TURNED_AWAY = (
    "complaint_refused", "complaint_transferred", "complaint_filed", "complaint_terminated",
)  # fmt: skip
_SECOND = (("instance", "second"),)
_FIRST = (("instance", "not second"),)

STAGES: dict[str, Status] = {
    "complaint_received": "open",  #: K1
    "complaint_supplement_awaited": "open",
    "complaint_examined": "open",  #: accepted, first level (K2)
    "complaint_resolved": "open",  #: first decision, not yet in effect (K6)
    "second_complaint_received": "open",  #: K7
    "second_complaint_examined": "open",  #: K8
    "complaint_suspended": "paused",  #: K4
    "complaint_refused": "closed",  #: not accepted, or answered with guidance (K3)
    "refusal_challenged": "open",  #: the superior looks at the refusal
    "complaint_transferred": "closed",
    "complaint_filed": "closed",  #: lưu đơn
    "complaint_terminated": "closed",  #: K5
    "complaint_settled": "closed",  #: the decision is in effect (K9)
    "complaint_under_review": "open",  #: by the Minister (K10)
}
"""Every stage with its status; codes in brackets are those of the lifecycle tables."""

_TRANSITIONS = (
    Transition(
        "complaint_received", ("complaint_resolved", *_TURNED_AWAY), "second_complaint_received",
        _SECOND,
    ),
    Transition("complaint_received", _TURNED_AWAY, "complaint_received", _FIRST),
    Transition("complaint_supplement_requested", _RECEIVED, "complaint_supplement_awaited"),
    Transition(
        "complaint_supplemented", ("complaint_supplement_awaited",), "second_complaint_received",
        _SECOND,
    ),
    Transition(
        "complaint_supplemented", ("complaint_supplement_awaited",), "complaint_received", _FIRST
    ),
    Transition("complaint_accepted", _WAITING, "second_complaint_examined", _SECOND),
    Transition("complaint_accepted", _WAITING, "complaint_examined", _FIRST),
    Transition("complaint_refused", _WAITING, "complaint_refused"),
    Transition("complaint_guided", _WAITING, "complaint_refused"),
    Transition("complaint_transferred", _WAITING, "complaint_transferred"),
    Transition("complaint_filed", _WAITING, "complaint_filed"),
    Transition("complaint_refusal_challenged", ("complaint_refused",), "refusal_challenged"),
    Transition("complaint_refusal_upheld", ("refusal_challenged",), "complaint_refused"),
    Transition("complaint_lower_level_directed", ("refusal_challenged",), "complaint_received"),
    Transition("complaint_suspended", _EXAMINED, "complaint_suspended"),
    Transition("complaint_terminated", (*_EXAMINED, "complaint_suspended"), "complaint_terminated"),
    Transition("complaint_resolved", _EXAMINED, "complaint_resolved"),
    Transition("complaint_decision_effective", ("complaint_resolved",), "complaint_settled"),
    Transition("complaint_review_opened", ("complaint_settled",), "complaint_under_review"),
    Transition("complaint_review_decided", ("complaint_under_review",), "complaint_settled"),
)  # fmt: skip

LIFE = Life(
    first="complaint_received",
    stages=STAGES,
    transitions=_TRANSITIONS,
    resumptions=(("complaint_resumed", "complaint_suspended", "complaint_examined"),),
    pauses={"complaint_suspended": "complaint_suspended"},
    resumes={"complaint_resumed": ("complaint_suspended",)},
)
