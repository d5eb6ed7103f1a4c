"""Define what enters and leaves a workflow."""

from __future__ import annotations

from datetime import datetime

from activities.handover import Progress
from activities.ports import AgendaLine, Answer, Message, NewFact
from cases.assessment import RefusedPlan
from cases.dossier import Dossier
from cases.facts import Fact
from cases.handover import Handover
from cases.kinds import kind_of
from cases.tidings import Tiding

CASE_PREFIX = "case/"


def workflow_id(dossier: str) -> str:
    """Give the workflow id of a dossier; the id of anything but a case tells its kind itself."""
    return f"{CASE_PREFIX}{dossier}" if kind_of(dossier) == "enforcement_case" else dossier


def dossier_id(workflow: str) -> str:
    """Give the id of the dossier that a workflow keeps."""
    return workflow.removeprefix(CASE_PREFIX)


class ToldTiding(Message):
    """What another dossier was told, and its number there; or why it does not stand there.

    `revision` is that of the assessment after which it was last tried.
    """

    tiding: Tiding
    number: int | None = None
    problem_vi: str = ""
    problem_en: str = ""
    revision: int = 0


class CaseState(Message):
    """All that a dossier remembers; also its start, its continuation and its result.

    `revision` counts assessments; `assessed` the facts that the last one has seen;
    `register_away` says that the last short attempt failed; `most_events` is the history
    length after which the case continues as new, 0 for the server's own suggestion; `told` what
    other dossiers were told.
    """

    dossier: Dossier
    revision: int = 0
    assessed: int = 0
    answer: Answer | None = None
    register_away: bool = False
    most_events: int = 0
    told: tuple[ToldTiding, ...] = ()


class HandoverState(Message):
    """What a handover knows: what is asked, and how far it is; None before the cases are listed.

    `most_events` is the history length after which it continues as new, 0 for the server's own
    suggestion.
    """

    handover: Handover
    progress: Progress | None = None
    most_events: int = 0


class ReportCommand(Message):
    """Report one or several facts at once."""

    facts: tuple[NewFact, ...]


class Reported(Message):
    """What became of a report: the facts' numbers, and the agenda that follows from them.

    `repeated`: the numbers that were reported before under the same command id;
    `assessed` is False while the register is away: recorded, not yet assessed.
    """

    numbers: tuple[int, ...]
    repeated: tuple[int, ...] = ()
    assessed: bool = True
    stage: str = ""
    status: str = ""
    agenda: tuple[AgendaLine, ...] = ()
    refused_plans: tuple[RefusedPlan, ...] = ()
    irregularities: int = 0


class Card(Message):
    """A dossier at a glance; `about` and `told` are the other dossiers it has to do with."""

    id: str
    office: str
    officer: str | None
    stage: str
    status: str
    next_wake: datetime | None
    stuck: tuple[str, ...]
    facts: int
    revision: int
    assessed: bool
    about: str | None = None
    told: tuple[ToldTiding, ...] = ()


def as_fact(new: NewFact, number: int) -> Fact:
    """Number an incoming fact."""
    return Fact(number=number, **new.model_dump())


def card_of(state: CaseState) -> Card:
    """Give a dossier's card."""
    answer, dossier = state.answer, state.dossier
    return Card(
        id=dossier.id,
        office=dossier.office,
        officer=answer.officer if answer else dossier.officer,
        stage=answer.stage if answer else "",
        status=answer.status if answer else "",
        next_wake=answer.next_wake if answer else None,
        stuck=answer.stuck if answer else (),
        facts=len(dossier.facts),
        revision=state.revision,
        assessed=answer is not None and state.assessed == len(dossier.facts),
        about=dossier.about,
        told=state.told,
    )
