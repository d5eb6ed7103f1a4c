"""Hold the main line of an enforcement case (việc thi hành án)."""

from __future__ import annotations

from cases.lives.table import ANY_OPEN, Life, Status, Transition

BEFORE_CASE = ("awaiting_request", "requested")
EARLY = (*BEFORE_CASE, "decided", "assigned")
ACTIVE = (
    "decided", "assigned", "voluntary_period", "verification", "with_means", "without_means",
    "no_means", "separate_register", "coercion", "money_in_hand", "paid_out", "performed",
)  # fmt: skip
OPEN = (*BEFORE_CASE, *ACTIVE, "postponed", "suspended")
SEARCHING = (
    "decided", "assigned", "voluntary_period", "verification", "without_means", "with_means",
)  # fmt: skip


STAGES: dict[str, Status] = {
    "awaiting_request": "open",  #: judgment known, no request yet (S00-S02)
    "requested": "open",  #: a request or an ex officio judgment is in (S01, S04)
    "refused": "closed",  #: request refused (S05)
    "decided": "open",  #: enforcement decision issued (S10)
    "assigned": "open",  #: officer assigned (S11)
    "voluntary_period": "open",  #: validly notified, the period runs (S12, S13)
    "verification": "open",  #: means are to be verified (S20)
    "with_means": "open",  #: the debtor has means (S21)
    "without_means": "open",  #: verified without means, decision awaited
    "no_means": "open",  #: decision on lack of means (S22)
    "separate_register": "open",  #: followed in the separate register (S23)
    "coercion": "open",  #: coercion decided (S40)
    "money_in_hand": "open",  #: money collected (S42)
    "paid_out": "open",  #: proceeds paid (S43)
    "performed": "open",  #: the obligation is performed in full
    "postponed": "paused",  #: S30
    "suspended": "paused",  #: temporarily suspended (S31)
    "closed": "closed",  #: S50, S55
    "terminated": "closed",  #: S51
    "request_returned": "closed",  #: S54
    "entrusted": "closed",  #: ended here, another agency goes on (S52)
}
"""Every stage with its status; codes in brackets are those of the lifecycle tables."""

_TRANSITIONS = (
    Transition("judgment_effective", ("awaiting_request",), "awaiting_request"),
    Transition("judgment_received", BEFORE_CASE, "requested", (("origin", "not on_request"),)),
    Transition("entrustment_received", BEFORE_CASE, "requested"),
    Transition("request_received", (*BEFORE_CASE, "refused", "request_returned"), "requested"),
    Transition("request_refused", BEFORE_CASE, "refused"),
    Transition("enforcement_decision_issued", (*BEFORE_CASE, "refused"), "decided"),
    Transition("officer_assigned", ("decided",), "assigned"),
    Transition("decision_validly_notified", ("decided", "assigned"), "voluntary_period"),
    Transition("voluntary_period_expired", ("voluntary_period",), "verification"),
    Transition("means_verified", SEARCHING, "with_means", (("outcome", "with_means"),)),
    Transition("means_verified", SEARCHING, "without_means", (("outcome", "without_means"),)),
    Transition("no_means_decided", ACTIVE, "no_means"),
    Transition("enforcement_continued", ("no_means", "separate_register"), "with_means"),
    Transition("no_means_revoked", ("no_means", "separate_register"), "verification"),
    Transition("moved_to_separate_register", ACTIVE, "separate_register"),
    Transition("request_returned", OPEN, "request_returned"),
    Transition("coercion_decided", ACTIVE, "coercion"),
    Transition("money_collected", ACTIVE, "money_in_hand"),
    Transition("proceeds_paid", ("money_in_hand",), "paid_out"),
    Transition("obligation_performed", ACTIVE, "performed", (("extent", "full"),)),
    Transition("postponed", ACTIVE, "postponed"),
    Transition("temporarily_suspended", (*ACTIVE, "postponed"), "suspended"),
    Transition("terminated", OPEN, "terminated"),
    Transition("entrusted", OPEN, "entrusted"),
    Transition("closed", OPEN, "closed"),
)  # fmt: skip

LIFE = Life(
    first="awaiting_request",
    stages=STAGES,
    transitions=_TRANSITIONS,
    resumptions=(
        ("resumed", "postponed", ANY_OPEN),
        ("resumed", "suspended", ANY_OPEN),
        ("termination_revoked", "terminated", ANY_OPEN),
    ),
    pauses={"postponed": "postponed", "temporarily_suspended": "suspended"},
    resumes={"resumed": ("postponed", "suspended")},
)
