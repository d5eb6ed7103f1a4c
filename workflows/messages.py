"""Define what enters and leaves a workflow."""

from __future__ import annotations

from datetime import datetime

from activities.handover import Progress
from activities.ports import AgendaLine, Answer, Message, NewFact
from cases.assessment import RefusedPlan
from cases.dossier import Dossier
from cases.facts import Fact
from cases.handover import Handover

CASE_PREFIX = "case/"


def workflow_id(dossier: str) -> str:
    """Give the workflow id of an enforcement case."""
    return f"{CASE_PREFIX}{dossier}"


def dossier_id(workflow: str) -> str:
    """Give the dossier id of an enforcement case's workflow."""
    return workflow.removeprefix(CASE_PREFIX)


class CaseState(Message):
    """All that a case remembers; also its start, its continuation and its result.

    `revision` counts assessments; `assessed` the facts that the last one has seen;
    `register_away` says that the last short attempt failed; `most_events` is the history
    length after which the case continues as new, 0 for the server's own suggestion.
    """

    dossier: Dossier
    revision: int = 0
    assessed: int = 0
    answer: Answer | None = None
    register_away: bool = False
    most_events: int = 0


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
    """A case at a glance."""

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


def as_fact(new: NewFact, number: int) -> Fact:
    """Number an incoming fact."""
    return Fact(number=number, **new.model_dump())
