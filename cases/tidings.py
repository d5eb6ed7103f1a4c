"""Tell what one dossier has to tell another: a complaint its case, a case its judgment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel, ConfigDict

from cases.assessment import Assessment
from cases.dossier import Dossier
from cases.facts import Fact
from cases.kinds import kind_of
from cases.vocabulary import Value

_HALT, _LIFT = "complaint_halt_ordered", "complaint_halt_lifted"
_ENDS_A_HALT = frozenset({_LIFT, "complaint_resolved", "complaint_terminated", "complaint_refused"})
_IN_EFFECT = "complaint_settled"
_RESOLUTION = "complaint.resolution"
_RUNNING = frozenset({"open", "paused"})


class Tiding(BaseModel):
    """A fact for another dossier, with a key that stays its own through corrections.

    `target` is the id of that dossier; a tiding that is gone, or says otherwise, is taken back
    or corrected there.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    key: str
    target: str
    event: str
    on: date
    fields: dict[str, Value] = {}


def tidings_of(dossier: Dossier, assessment: Assessment) -> tuple[Tiding, ...]:
    """List what others have to know of a dossier as it stands; of a denunciation nobody is told.

    Who denounces is kept secret (Law 106/2025, Art. 108.2(b)), and that somebody did could tell.
    """
    match dossier.kind:
        case "complaint" if dossier.about and kind_of(dossier.about) == "enforcement_case":
            return tuple(_of_complaint(dossier, dossier.about, assessment))
        case "administrative_judgment":
            return tuple(_of_judgment(dossier))
        case "enforcement_case" if dossier.about:
            return tuple(_of_property_part(dossier, dossier.about, assessment))
        case _:
            return ()


def _of_complaint(dossier: Dossier, case: str, assessment: Assessment) -> Iterator[Tiding]:
    instance = "first"
    halt: Fact | None = None
    for fact in dossier.effective_facts():
        told: dict[str, Value] = {"complaint": dossier.id, "instance": instance}
        match fact.event:
            case "complaint_received":
                instance = str(fact.fields.get("instance") or "first")
                told["instance"] = instance
                yield _tell(fact, case, "complaint_lodged", told | _some(fact, "object"))
            case "complaint_halt_ordered":
                halt = fact
                told |= _last_day(fact, assessment)
                yield _tell(fact, case, "enforcement_halted", told)
            case "complaint_resolved":
                yield _tell(
                    fact, case, "complaint_decided", told | _some(fact, "result", "compensation")
                )
        if halt is not None and fact.event in _ENDS_A_HALT:
            halt = None
            lifted: dict[str, Value] = {"complaint": dossier.id}
            yield _tell(fact, case, "enforcement_halt_lifted", lifted)
    last = _last(dossier, "complaint_resolved")
    if assessment.stage == _IN_EFFECT and assessment.stage_since and last is not None:
        settled: dict[str, Value] = {"complaint": dossier.id, "instance": instance}
        yield Tiding(
            key=f"{last.number}.complaint_in_effect",
            target=case,
            event="complaint_in_effect",
            on=assessment.stage_since,
            fields=settled | _some(last, "result", "compensation"),
        )


def _last_day(halt: Fact, assessment: Assessment) -> dict[str, Value]:
    """Give a halt's last day: what the order says, at most the time to resolve (Art. 101.1(b))."""
    named = halt.fields.get("until")
    ends = [
        str(row.due)[:10]
        for row in assessment.limits
        if row.id.startswith((_RESOLUTION, "complaint.extension")) and row.due is not None
        if row.ended_on is None and row.started <= halt.on
    ]
    latest = max(ends, default=None)
    days = [str(day) for day in (named, latest) if day is not None]
    return {"until": min(days)} if days else {}


def _of_judgment(dossier: Dossier) -> Iterator[Tiding]:
    for fact in dossier.effective_facts():
        case = fact.fields.get("case")
        if fact.event == "property_part_referred" and case:
            told: dict[str, Value] = {"judgment": dossier.id}
            yield _tell(fact, str(case), "administrative_judgment_linked", told)


def _of_property_part(dossier: Dossier, judgment: str, assessment: Assessment) -> Iterator[Tiding]:
    if kind_of(judgment) != "administrative_judgment":
        return
    own = [f for f in dossier.effective_facts() if f.event != "administrative_judgment_linked"]
    days = {
        "property_case_opened": own[0].on if own else None,
        "property_case_ended": assessment.stage_since if assessment.status == "closed" else None,
    }
    for event, day in days.items():
        if day is not None:
            told: dict[str, Value] = {"case": dossier.id}
            yield Tiding(key=event, target=judgment, event=event, on=day, fields=told)


def _tell(fact: Fact, target: str, event: str, fields: dict[str, Value]) -> Tiding:
    return Tiding(
        key=f"{fact.number}.{event}", target=target, event=event, on=fact.on, fields=fields
    )


def _some(fact: Fact, *names: str) -> dict[str, Value]:
    return {name: fact.fields[name] for name in names if name in fact.fields}


def _last(dossier: Dossier, event: str) -> Fact | None:
    return next((f for f in reversed(dossier.effective_facts()) if f.event == event), None)
