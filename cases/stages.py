"""Hold the main line of a case as one table, and print it as a Mermaid diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from cases.vocabulary import Kind

Status = Literal["open", "paused", "closed"]

STATUS: dict[str, Status] = {
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
    "complaint_received": "open",  #: K1
    "complaint_examined": "open",  #: accepted, being resolved for the first time (K2)
    "complaint_resolved": "open",  #: first decision, not in effect yet (K6)
    "second_complaint_received": "open",  #: K7
    "second_complaint_examined": "open",  #: K8
    "complaint_suspended": "paused",  #: K4
    "complaint_refused": "closed",  #: not accepted (K3)
    "complaint_terminated": "closed",  #: K5
    "complaint_settled": "closed",  #: the decision is in effect (K9)
    "denunciation_received": "open",  #: T1
    "denunciation_examined": "open",  #: accepted (T2)
    "denunciation_suspended": "paused",  #: T5
    "denunciation_refused": "closed",  #: T3
    "denunciation_transferred": "closed",  #: T4, T8
    "denunciation_terminated": "closed",  #: T6
    "denunciation_concluded": "closed",  #: T7
}
"""Every stage with its status; codes in brackets are those of the lifecycle tables."""

FIRST_STAGE: dict[Kind, str] = {
    "enforcement_case": "awaiting_request",
    "complaint": "complaint_received",
    "denunciation": "denunciation_received",
}
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


_RECEIVED = ("complaint_received", "second_complaint_received")
_EXAMINED = ("complaint_examined", "second_complaint_examined")
_DENOUNCED = ("denunciation_received", "denunciation_examined", "denunciation_suspended")
ANY_OPEN = "any_open_stage"
"""Stands in the diagram for the open stages from `decided` on."""


@dataclass(frozen=True, slots=True)
class Transition:
    """From any of `sources`, `event` leads to `target`; `when` are fields it must have."""

    event: str
    sources: tuple[str, ...]
    target: str
    when: tuple[tuple[str, str], ...] = ()


TRANSITIONS: tuple[Transition, ...] = (
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
    # Complaints: Law 106/2025, Arts. 96-106.
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
    # Denunciations: Law 106/2025, Arts. 108-111; Law 25/2018, Arts. 24, 29.
    Transition("denunciation_accepted", ("denunciation_received",), "denunciation_examined"),
    Transition("denunciation_refused", ("denunciation_received",), "denunciation_refused"),
    Transition("denunciation_transferred", _DENOUNCED, "denunciation_transferred"),
    Transition("denunciation_suspended", ("denunciation_examined",), "denunciation_suspended"),
    Transition("denunciation_terminated", _DENOUNCED, "denunciation_terminated"),
    Transition("denunciation_concluded", ("denunciation_examined",), "denunciation_concluded"),
)  # fmt: skip
RESUMPTIONS = (
    ("resumed", "postponed", ANY_OPEN),
    ("resumed", "suspended", ANY_OPEN),
    ("termination_revoked", "terminated", ANY_OPEN),
    ("complaint_resumed", "complaint_suspended", "complaint_examined"),
    ("denunciation_resumed", "denunciation_suspended", "denunciation_examined"),
)
"""What leads back to the stage before the pause, or before the termination that is revoked."""

_BY_EVENT: dict[str, tuple[Transition, ...]] = {
    event: tuple(t for t in TRANSITIONS if t.event == event)
    for event in {t.event for t in TRANSITIONS}
}


def next_stage(stage: str, event: str, values: dict[str, object]) -> str:
    """Give the stage after `event`, which is `stage` itself where the table has no row."""
    for transition in _BY_EVENT.get(event, ()):
        if stage in transition.sources and all(
            _matches(values.get(name), wanted) for name, wanted in transition.when
        ):
            return transition.target
    return stage


def _matches(value: object, wanted: str) -> bool:
    if wanted.startswith("not "):
        return value != wanted.removeprefix("not ")
    return value == wanted


def stages_of(kind: Kind) -> tuple[str, ...]:
    """List the stages that a dossier of a kind can be in, in the order of `STATUS`."""
    found = {FIRST_STAGE[kind]}
    for _ in STATUS:
        found |= {t.target for t in TRANSITIONS if found.intersection(t.sources)}
    return tuple(stage for stage in STATUS if stage in found)


def mermaid(
    names: Mapping[str, str] = MappingProxyType({}), kind: Kind = "enforcement_case"
) -> str:
    """Print the table of a kind as a Mermaid state diagram; wide groups become one state.

    `names` gives readable words for stages (`decided`), events (`event.postponed`) and values of
    fields (`outcome.with_means`); a code that it lacks is its own name.
    """
    own = stages_of(kind)
    shown = (*own, ANY_OPEN) if "postponed" in own else own
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{names[stage]}" as {stage}' for stage in shown if stage in names]
    lines.append(f"    [*] --> {FIRST_STAGE[kind]}")
    for transition in TRANSITIONS:
        if transition.target not in own:
            continue
        label = names.get(f"event.{transition.event}", transition.event)
        label += "".join(f" ({names.get(f'{n}.{v}', v)})" for n, v in transition.when)
        sources = transition.sources
        if len(sources) >= len(ACTIVE):
            sources = (ANY_OPEN,)
        lines += [
            f"    {source} --> {transition.target}: {label}"
            for source in sources
            if source != transition.target
        ]
    lines += [
        f"    {stage} --> {back}: {names.get(f'event.{event}', event)}"
        for event, stage, back in RESUMPTIONS
        if stage in own
    ]
    lines += [f"    {stage} --> [*]" for stage in own if STATUS[stage] == "closed"]
    return "\n".join(lines)
