"""Fit the register's rows, the directory and the channels to what activities ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from activities.delivery import (
    Address,
    Directory,
    Gathered,
    PendingAlert,
    Person,
    Proof,
    Span,
    StandsIn,
    Unfinished,
)
from channels.compose import compose
from channels.mail import Mail
from channels.outbox import Outbox
from law.calendar import ZONE
from store.alerts import AlertRows
from store.directory import OfficeDirectory, PersonEntry
from store.directory_rows import DirectoryRows


class AlertPost:
    """The alert book over the register's rows."""

    def __init__(self, rows: AlertRows) -> None:
        """Take the rows."""
        self._rows = rows

    async def pending(self, now: datetime) -> Sequence[PendingAlert]:
        """List unsent alerts whose moment has come."""
        rows = await self._rows.pending_rows(now)
        return [PendingAlert.model_validate(row.model_dump()) for row in rows]

    async def unfinished(self) -> Sequence[Unfinished]:
        """List messages that were begun and neither confirmed nor failed."""
        return [
            Unfinished(token=row.token, person=row.person, keys=row.keys)
            for row in await self._rows.begun()
        ]

    async def begin(self, gathered: Gathered, now: datetime) -> None:
        """Record that a message is about to go out."""
        await self._rows.begin(gathered.token, gathered.person.key, _keys(gathered), now)

    async def confirm(self, gathered: Gathered, proof: Proof, now: datetime) -> None:
        """Record the proof and mark the alerts as sent."""
        await self._rows.confirm(
            gathered.token,
            _keys(gathered),
            gathered.person.key,
            proof.channel,
            proof.reference,
            now,
        )

    async def fail(self, gathered: Gathered, reason: str, now: datetime) -> None:
        """Record a failed attempt."""
        await self._rows.fail(gathered.token, gathered.person.key, _keys(gathered), reason, now)


def _keys(gathered: Gathered) -> list[str]:
    return [alert.key for alert in gathered.alerts]


class OfficePeople:
    """The directory as deliveries ask for it."""

    def __init__(self, directory: OfficeDirectory) -> None:
        """Take the directory."""
        self._directory = directory
        self._people: dict[str, Person] = {}

    def addressee(
        self,
        office: str,
        role: str,
        officer: str | None,
        now: datetime,
        unreached: Sequence[str] = (),
    ) -> Person:
        """Give the person in a role, or who stands in, with why."""
        found = self._directory.find(office, role, officer, now, unreached)
        person = self._of(found.person)
        if found.why is None:
            return person
        stands_in = StandsIn(why=found.why, role=role, person=found.instead_of)
        return person.model_copy(update={"stands_in": stands_in})

    def person(self, key: str, now: datetime | None = None) -> Person | None:
        """Give the person of a key; of a moment given, only one who has not left by then."""
        entry = self._directory.people.get(key)
        if entry is None or (now is not None and entry.has_left(now.astimezone(ZONE).date())):
            return None
        return self._of(key)

    def hours(self, office: str) -> tuple[Span, ...]:
        """Give the office's working hours."""
        return self._directory.hours(office)

    def _of(self, key: str) -> Person:
        known = self._people.get(key)
        if known is None:
            known = self._people[key] = _person(self._directory, self._directory.people[key])
        return known


class RegisterPeople:
    """The directory of the register."""

    def __init__(self, rows: DirectoryRows) -> None:
        """Take the rows."""
        self._rows = rows

    async def read(self) -> Directory:
        """Read the directory as it stands now."""
        return OfficePeople(await self._rows.read())


def _person(directory: OfficeDirectory, entry: PersonEntry) -> Person:
    """Make the person, with the highest role; one without a role has an empty one."""
    posts = directory.posts_of(entry.key)
    return Person(
        key=entry.key,
        name=entry.name,
        role=posts[0].role if posts else "",
        office=entry.office,
        addresses=tuple(Address(channel=a.channel, value=a.value) for a in entry.addresses),
        language=entry.language,
        hours=directory.hours_of(entry),
    )


class LetterChannel:
    """Write a gathering as a letter and hand it to the mail server or the outbox."""

    def __init__(self, way_out: Mail | Outbox) -> None:
        """Take the way out."""
        self._way_out = way_out

    async def send(self, gathered: Gathered, now: datetime) -> Proof:
        """Send one letter; raise `OSError` when it is not taken."""
        person = gathered.person
        address = next((a.value for a in person.addresses if a.channel == "mail"), None)
        if address is None:
            raise OSError(f"person {person.key!r} has no e-mail address in the directory")
        local = now.astimezone(ZONE)
        letter = compose(
            person.name, address, person.language, gathered.alerts, gathered.token, local
        )
        return Proof(channel=self._way_out.name, reference=await self._way_out.send(letter, local))
