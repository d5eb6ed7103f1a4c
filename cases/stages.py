"""Hold the stages of every kind of dossier, and print a kind's table as a Mermaid diagram."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from cases.kinds import Kind
from cases.lives import administrative, complaint, denunciation, enforcement, petition, reception
from cases.lives.enforcement import ACTIVE, BEFORE_CASE
from cases.lives.table import ANY_OPEN, Life, Status, Transition

__all__ = [
    "ANY_OPEN", "BEFORE_CASE", "FIRST_STAGE", "LIVES", "PAUSES", "RESUMES", "RESUMPTIONS",
    "STATUS", "TRANSITIONS", "Life", "Status", "Transition", "mermaid", "next_stage", "stages_of",
]  # fmt: skip

LIVES: dict[Kind, Life] = {
    "enforcement_case": enforcement.LIFE,
    "complaint": complaint.LIFE,
    "denunciation": denunciation.LIFE,
    "petition": petition.LIFE,
    "administrative_judgment": administrative.LIFE,
    "reception": reception.LIFE,
}
STATUS: dict[str, Status] = {
    stage: status for life in LIVES.values() for stage, status in life.stages.items()
}
"""Every stage of every kind with its status; no two kinds share one."""
FIRST_STAGE: dict[Kind, str] = {kind: life.first for kind, life in LIVES.items()}
TRANSITIONS: tuple[Transition, ...] = tuple(t for life in LIVES.values() for t in life.transitions)
RESUMPTIONS = tuple(r for life in LIVES.values() for r in life.resumptions)
"""What leads back to the stage before the pause, or before the termination that is revoked."""
PAUSES: dict[str, str] = {
    event: state for life in LIVES.values() for event, state in life.pauses.items()
}
"""The state that each event brings in which clocks may stand still."""
RESUMES: dict[str, tuple[str, ...]] = {
    event: states for life in LIVES.values() for event, states in life.resumes.items()
}
"""The states that each event ends."""

_BY_EVENT: dict[str, tuple[Transition, ...]] = {
    event: tuple(t for t in TRANSITIONS if t.event == event)
    for event in {t.event for t in TRANSITIONS}
}


def next_stage(stage: str, event: str, value: Callable[[str], object]) -> str:
    """Give the stage after `event`, which is `stage` itself where the table has no row.

    `value` looks up what a row asks for by name.
    """
    for transition in _BY_EVENT.get(event, ()):
        if stage in transition.sources and all(
            _matches(value(name), wanted) for name, wanted in transition.when
        ):
            return transition.target
    return stage


def _matches(value: object, wanted: str) -> bool:
    if wanted.startswith("not "):
        return value != wanted.removeprefix("not ")
    return value == wanted


def stages_of(kind: Kind) -> tuple[str, ...]:
    """List the stages that a dossier of a kind can be in, in the order of its table."""
    return tuple(LIVES[kind].stages)


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
    life = LIVES[kind]
    for transition in life.transitions:
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
        for event, stage, back in life.resumptions
    ]
    lines += [f"    {stage} --> [*]" for stage in own if STATUS[stage] == "closed"]
    return "\n".join(lines)
