"""Hold how an administrative judgment is followed: Law 93/2015, Arts. 311-312; Decree 71/2016."""

from __future__ import annotations

from cases.lives.table import Life, Status, Transition

STAGES: dict[str, Status] = {
    "judgment_followed": "open",  #: received, the debtor not told to perform yet
    "judgment_notified": "open",  #: told to perform, the debtor's own receipt not known
    "judgment_voluntary": "open",  #: the voluntary period runs
    "judgment_due_at_once": "open",  #: voter list, provisional measure: no period
    "judgment_unperformed": "open",  #: the period ran out, the creditor may go to the court
    "judgment_request_lapsed": "open",  #: a year went by, nobody asked the court
    "judgment_compelled": "open",  #: the court compels performance
    "judgment_refused": "open",  #: recorded as not performed
    "judgment_performed": "open",  #: performed, not closed yet
    "judgment_stayed": "paused",  #: stayed by the protest authority
    "judgment_closed": "closed",
}
"""Every stage with its status."""

_BEFORE = ("judgment_followed", "judgment_notified")
_DUE = ("judgment_due_at_once", "judgment_unperformed", "judgment_request_lapsed")
_NOT_COMPELLED = (*_BEFORE, "judgment_voluntary", *_DUE)
_UNPERFORMED = (*_NOT_COMPELLED, "judgment_compelled", "judgment_refused")
_AT_ONCE = ((("ruling", "voter_list"),), (("ruling", "provisional_measure"),))

_TRANSITIONS = (
    Transition("voluntary_performance_notified", ("judgment_followed",), "judgment_notified"),
    *(
        Transition("debtor_received_judgment", _BEFORE, "judgment_due_at_once", said)
        for said in _AT_ONCE
    ),
    Transition("debtor_received_judgment", _BEFORE, "judgment_voluntary"),
    # The debtor may have the judgment before the agency knows what it rules.
    *(
        Transition(
            "administrative_judgment_received", ("judgment_voluntary",), "judgment_due_at_once",
            said,
        )
        for said in _AT_ONCE
    ),
    Transition(
        "administrative_voluntary_period_expired", ("judgment_voluntary",), "judgment_unperformed"
    ),
    Transition("compelling_request_lapsed", ("judgment_unperformed",), "judgment_request_lapsed"),
    Transition("compelling_decision_received", _NOT_COMPELLED, "judgment_compelled"),
    Transition(
        "performance_recorded", (*_DUE, "judgment_compelled"), "judgment_refused",
        (("found", "not_performed"),),
    ),
    Transition("administrative_judgment_performed", _UNPERFORMED, "judgment_performed"),
    Transition("cassation_stay_received", _UNPERFORMED, "judgment_stayed"),
    Transition(
        "administrative_file_closed",
        (*_UNPERFORMED, "judgment_performed", "judgment_stayed"),
        "judgment_closed",
    ),
)  # fmt: skip

LIFE = Life(
    first="judgment_followed",
    stages=STAGES,
    transitions=_TRANSITIONS,
    resumptions=(("cassation_stay_ended", "judgment_stayed", "judgment_voluntary"),),
    pauses={"cassation_stay_received": "suspended"},
    resumes={"cassation_stay_ended": ("suspended",)},
)
