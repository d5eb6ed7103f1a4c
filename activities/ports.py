"""Name what activities need and what they take and give; knows no adapter and no law book."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from cases.assessment import Assessment, Due, Irregularity, RefusedPlan
from cases.dossier import Dossier
from cases.tidings import Tiding
from cases.vocabulary import Value

ASSESS = "assess"
"""Assess a dossier and write the register; as a local activity first, then as a normal one."""
TELL = "tell_dossier"
"""Tell another dossier a fact; it may be away, or unknown."""
TASK_QUEUE = "thads"
"""Where dossiers and all other workflows live, and what they ask for at once is done."""
URGENT_QUEUE = "thads-urgent"
"""Where alerts go out."""
BULK_QUEUE = "thads-bulk"
"""Where digests, checks and handovers are done, which nobody waits for."""


class Message(BaseModel):
    """What travels through Temporal: frozen, and open to fields of a newer release."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class AssessRequest(Message):
    """Ask for one assessment of a dossier at a moment, as the revision it will be stored under."""

    dossier: Dossier
    revision: int
    as_of: datetime


class AgendaLine(Message):
    """One time limit in short, with its working; the receipt's hash pins the whole.

    `confidence` tells how its text was read (absent in answers of before it was told),
    `signed` whether a lawyer has signed it.
    """

    id: str
    occurrence: str
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None = None
    due: Due | None = None
    state: str
    holder: str
    working: str
    receipt: str
    confidence: str | None = None
    signed: bool = False


class Answer(Message):
    """The compact answer of an assessment; this is what enters workflow history.

    `stuck`: reasons in force; `agenda`: the limits that still ask for something, or were
    passed; `next_wake`: the instant at which the dossier must be assessed again;
    `next_due_at`: the instant at which the nearest open limit is breached; `irregular`: what
    was done against a rule (absent in answers of before it was told, which have the number alone);
    `tidings`: what other dossiers have to know; `names_kept`: the dossier came with names of
    parties, which the register keeps from here on, so that the dossier need hold them no more.
    """

    stage: str
    status: str
    stage_until: datetime | None = None
    next_stage: str | None = None
    officer: str | None = None
    next_wake: datetime | None = None
    next_due_at: datetime | None = None
    stuck: tuple[str, ...] = ()
    agenda: tuple[AgendaLine, ...] = ()
    irregularities: int = 0
    irregular: tuple[Irregularity, ...] = ()
    refused_plans: tuple[RefusedPlan, ...] = ()
    tidings: tuple[Tiding, ...] = ()
    names_kept: bool = False
    book: str
    calendar: str


class NewFact(Message):
    """A fact on its way in; the workflow numbers it."""

    event: str
    on: date
    at: datetime | None = None
    fields: dict[str, Value] = {}
    command_id: str
    actor: str
    received_at: datetime
    corrects: int | None = None
    retracts: int | None = None
    reason: str | None = None


class TellRequest(Message):
    """Ask to report one fact to another dossier."""

    target: str
    fact: NewFact


class Told(Message):
    """What became of a tiding: the fact's number there, or why it does not stand there."""

    number: int | None = None
    problem_vi: str = ""
    problem_en: str = ""


class Siblings(Protocol):
    """The other dossiers; what is told to one that is closed is kept there too."""

    async def tell(self, target: str, fact: NewFact) -> Told:
        """Report a fact; raise what Temporal raises while it is away."""
        ...


class Register(Protocol):
    """The register that assessments are written to; one transaction a dossier."""

    async def project(
        self,
        dossier: Dossier,
        assessment: Assessment,
        revision: int,
        answer: dict[str, Any] | None = None,
    ) -> None:
        """Replace the dossier's rows unless a higher revision stands; insert new alerts.

        Names of parties, where the dossier holds any, are kept apart.
        """
        ...
