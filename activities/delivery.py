"""Name what a delivery needs and what it takes and gives: alerts, people, ways to reach them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, time
from typing import Literal, Protocol

from activities.ports import Message

DELIVER = "deliver_alerts"

Kind = Literal["rung", "moved", "withdrawn", "reminder"]
"""rung: a step of the ladder; moved, withdrawn: what became of a date that the person was told;
reminder: a snooze or an acknowledgement that has run out."""

Span = tuple[time, time]
"""Hours of a working day, from and to, in Viet Nam's time."""


class Address(Message):
    """One way to reach a person: an e-mail address, an apprise URL, a webhook's URL."""

    channel: Literal["mail", "apprise", "webhook"]
    value: str


class StandsIn(Message):
    """Why a person is told in place of who was meant: as deputy, as delegate, or as fallback.

    `unreached`: who was meant could not be reached by any address.
    """

    why: Literal["deputy", "delegate", "fallback", "unreached"]
    role: str
    person: str | None = None


class Person(Message):
    """Someone who can be told: key, name, role and office, addresses in order, working hours."""

    key: str
    name: str
    role: str
    office: str
    addresses: tuple[Address, ...] = ()
    language: str = "vi"
    hours: tuple[Span, ...] = ()
    stands_in: StandsIn | None = None


class PendingAlert(Message):
    """An alert that waits to be sent, with what its message says.

    `person` is given where it goes to one person and not to a role; `was_due` is the date that
    the person was told before; `unreached` lists people who could not be reached about it. It
    was known from `inserted_at` on, later than it was due where an old case was imported. One
    that failed is not tried again before `not_before`, unless something else goes to its person.
    """

    key: str
    dossier: str
    occurrence: str
    kind: Kind = "rung"
    person: str | None = None
    office: str
    officer: str | None
    role: str
    rung: int
    channel: str
    severity: str
    due: str
    was_due: str | None = None
    rule: str
    title_vi: str
    title_en: str
    act: str
    article: str
    clause: str | None
    holder: str
    raised_at: datetime
    inserted_at: datetime | None = None
    missed: tuple[int, ...] = ()
    attempts: int = 0
    not_before: datetime | None = None
    unreached: tuple[str, ...] = ()


class Gathered(Message):
    """All alerts for one person, to be sent as one message.

    Of one date the person hears the present rung alone; `keys` holds the earlier ones too, which
    this message settles. `token` is a stable hash of the person and the keys: a repeated sending
    is one message to whoever honours it (Message-ID, file name, webhook id). `begun` tells that
    it was begun before and may have been taken then.
    """

    person: Person
    alerts: tuple[PendingAlert, ...]
    token: str
    keys: tuple[str, ...] = ()
    begun: bool = False


class Unfinished(Message):
    """A message that was begun and never confirmed: the same token makes the same message."""

    token: str
    person: str
    keys: tuple[str, ...]


class Proof(Message):
    """What shows that a message was handed over: where, and under which id."""

    channel: str
    reference: str


class GatherRequest(Message):
    """Ask for one gathering: as of a moment, else of the moment at which it starts.

    `regardless` of working hours; else what may wait for them does.
    """

    as_of: datetime | None = None
    regardless: bool = False


class DeliverRequest(Message):
    """Ask for the delivery of every alert whose moment has come."""

    now: datetime
    regardless: bool = False


class Delivered(Message):
    """What one delivery did.

    `messages` sent with `alerts` in them; `failed`: messages that will be tried again; `dead`:
    messages given up, whose alerts go to a fallback; `held`: alerts that wait for working hours;
    `busy`: another delivery is at work, so this one did nothing.
    """

    messages: int = 0
    alerts: int = 0
    failed: int = 0
    dead: int = 0
    held: int = 0
    busy: bool = False


class AlertBook(Protocol):
    """The alerts that wait, and the record of what was sent."""

    def alone(self) -> AbstractAsyncContextManager[bool]:
        """Keep other deliveries out until the end; False where one is at work already."""
        ...

    async def note_passed(self, now: datetime) -> None:
        """Put on record which limits have passed by now, whether or not a case has woken."""
        ...

    async def settle(self, now: datetime) -> None:
        """End the messages without an answer of which nothing is left to send, as told."""
        ...

    async def pending(self, now: datetime) -> Sequence[PendingAlert]:
        """List unsent alerts whose moment has come, also those that wait for another attempt."""
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

    async def fail(
        self, gathered: Gathered, reason: str, now: datetime, again_at: datetime
    ) -> None:
        """Record a failed attempt with its reason; the alerts wait until `again_at`."""
        ...

    async def leave_open(
        self, gathered: Gathered, reason: str, now: datetime, again_at: datetime
    ) -> None:
        """Record an attempt whose end nobody knows; the message stays begun until `again_at`."""
        ...

    async def give_up(
        self, gathered: Gathered, reason: str, now: datetime, again_at: datetime
    ) -> None:
        """Record a dead letter with its reason; the alerts go to whoever stands in.

        Where this person was given up before, nobody else could be found either: the alerts
        wait until `again_at`.
        """
        ...


class Directory(Protocol):
    """Who stands for a role in an office at a moment."""

    def addressee(
        self,
        office: str,
        role: str,
        officer: str | None,
        now: datetime,
        unreached: Sequence[str] = (),
    ) -> Person:
        """Give the person, through leave and delegation.

        Nobody in the role, or nobody who can be reached, means the next role above, never
        nobody; `Person.stands_in` then says why.
        """
        ...

    def person(self, key: str) -> Person | None:
        """Give the person of a key, if the directory still knows one."""
        ...

    def hours(self, office: str) -> tuple[Span, ...]:
        """Give an office's working hours."""
        ...


class DirectorySource(Protocol):
    """Where the directory of this moment is read."""

    async def read(self) -> Directory:
        """Read the directory as it stands now."""
        ...


class Channel(Protocol):
    """A way to reach a person."""

    async def send(self, gathered: Gathered, now: datetime) -> Proof:
        """Hand the message over by the first address that takes it.

        A repeated call with the same token is the same message. Raises `OSError` when no
        address takes it for now, `UnansweredError` when one may have taken it, and
        `UnreachableError` when none ever will.
        """
        ...


class UnansweredError(OSError):
    """An address may have taken the message: nobody knows, and only the same one may follow."""


class UnreachableError(OSError):
    """No address of the person takes a message, and trying again will not help."""
