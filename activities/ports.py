"""Name what activities need and what they take and give; knows no adapter and no law book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from cases.assessment import Assessment, Due, Irregularity, RefusedPlan
from cases.dossier import Dossier
from cases.vocabulary import Value

ASSESS = "assess"
"""Assess a dossier and write the register; as a local activity first, then as a normal one."""
DELIVER = "deliver_alerts"
TASK_QUEUE = "thads"


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
    was done against a rule (absent in answers of before it was told, which have the number alone).
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


class Person(Message):
    """Someone who can be told: key, name, roles with their offices, and addresses."""

    key: str
    name: str
    role: str
    office: str
    email: str | None = None
    language: str = "vi"


class PendingAlert(Message):
    """An alert that waits to be sent, with what its message says."""

    key: str
    dossier: str
    office: str
    officer: str | None
    role: str
    rung: int
    severity: str
    due: str
    rule: str
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None
    holder: str
    raised_at: datetime
    missed: tuple[int, ...] = ()


class Gathered(Message):
    """All alerts for one person, to be sent as one message.

    `token` is a stable hash of the person and the alerts' keys: a repeated sending is one
    message to whoever honours it (Message-ID, file name).
    """

    person: Person
    alerts: tuple[PendingAlert, ...]
    token: str


class Unfinished(Message):
    """A message that was begun and never confirmed: the same token makes the same message."""

    token: str
    person: str
    keys: tuple[str, ...]


class Proof(Message):
    """What shows that a message was handed over: where, and under which id."""

    channel: str
    reference: str


class DeliverRequest(Message):
    """Ask for the delivery of every alert whose moment has come."""

    now: datetime


class Delivered(Message):
    """What one delivery did."""

    messages: int = 0
    alerts: int = 0
    failed: int = 0


class Register(Protocol):
    """The register that assessments are written to; one transaction a dossier."""

    async def project(
        self,
        dossier: Dossier,
        assessment: Assessment,
        revision: int,
        answer: dict[str, Any] | None = None,
    ) -> None:
        """Replace the dossier's rows unless a higher revision stands; insert new alerts."""
        ...


class AlertBook(Protocol):
    """The alerts that wait, and the record of what was sent."""

    async def pending(self, now: datetime) -> Sequence[PendingAlert]:
        """List unsent alerts whose moment has come."""
        ...

    async def unfinished(self) -> Sequence[Unfinished]:
        """List messages that were begun and neither confirmed nor failed."""
        ...

    async def begin(self, gathered: Gathered, now: datetime) -> None:
        """Record that a message is about to go out, before it does; repeats change nothing."""
        ...

    async def confirm(self, gathered: Gathered, proof: Proof, now: datetime) -> None:
        """Record the proof and mark the alerts as sent to this person."""
        ...

    async def fail(self, gathered: Gathered, reason: str, now: datetime) -> None:
        """Record a failed attempt with its reason; the alerts stay pending."""
        ...


class Directory(Protocol):
    """Who stands for a role in an office."""

    def addressee(self, office: str, role: str, officer: str | None) -> Person:
        """Give the person; nobody in the role means the next role above, never nobody."""
        ...

    def person(self, key: str) -> Person | None:
        """Give the person of a key, if the directory still knows one."""
        ...


class Channel(Protocol):
    """A way to reach a person."""

    async def send(self, gathered: Gathered, now: datetime) -> Proof:
        """Hand the message over; a repeated call with the same token is the same message."""
        ...
