"""Fit the register's rows, the directory and the channels to what activities ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import lru_cache, partial

from activities.delivery import (
    Address,
    Directory,
    Gathered,
    PendingAlert,
    Person,
    Proof,
    Span,
    StandsIn,
    UnansweredError,
    Unfinished,
    UnreachableError,
)
from channels.compose import Desk, compose, no_link
from channels.errors import NoAnswerError, RefusedForGoodError
from channels.reader import InPlace, Reader
from channels.ways import Way, Ways
from law.calendar import ZONE, Calendar, load_calendar
from store.alerts import AlertRows, Failure
from store.breaches import BreachRows
from store.directory import OfficeDirectory, PersonEntry
from store.directory_rows import DirectoryRows
from store.spans import span


class AlertPost:
    """The alert book over the register's rows."""

    def __init__(self, rows: AlertRows, breaches: BreachRows | None = None) -> None:
        """Take the rows, and the record of passed limits if one is kept."""
        self._rows = rows
        self._breaches = breaches

    def alone(self) -> AbstractAsyncContextManager[bool]:
        """Keep other deliveries out until the end."""
        return self._rows.alone()

    async def note_passed(self, now: datetime) -> None:
        """Put on record which limits have passed by now."""
        if self._breaches is not None:
            await self._breaches.record_breaches(now)

    async def settle(self, now: datetime) -> None:
        """End the messages without an answer of which nothing is left to send."""
        await self._rows.settle_begun(now)

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
        await self._rows.begin(gathered.token, gathered.person.key, gathered.keys, now)

    async def confirm(self, gathered: Gathered, proof: Proof, now: datetime) -> None:
        """Record the proof and mark the alerts as sent."""
        await self._rows.confirm(
            gathered.token,
            gathered.keys,
            gathered.person.key,
            proof.channel,
            proof.reference,
            now,
        )

    async def fail(
        self, gathered: Gathered, reason: str, now: datetime, again_at: datetime
    ) -> None:
        """Record a failed attempt."""
        await self._fail(gathered, Failure(reason, again_at), now)

    async def leave_open(
        self, gathered: Gathered, reason: str, now: datetime, again_at: datetime
    ) -> None:
        """Record an attempt whose end nobody knows."""
        await self._fail(gathered, Failure(reason, again_at, "begun"), now)

    async def give_up(
        self, gathered: Gathered, reason: str, now: datetime, again_at: datetime
    ) -> None:
        """Record a dead letter."""
        await self._fail(gathered, Failure(reason, again_at, "dead"), now)

    async def _fail(self, gathered: Gathered, failure: Failure, now: datetime) -> None:
        person = gathered.person.key
        await self._rows.fail(gathered.token, person, gathered.keys, failure, now)


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
        self._last: OfficePeople | None = None

    async def read(self) -> Directory:
        """Read the directory as it stands now."""
        self._last = OfficePeople(await self._rows.read())
        return self._last

    def called(self, key: str) -> str | None:
        """Give the name of a person's key, by the directory that was read last."""
        person = self._last.person(key) if self._last else None
        return person.name if person else None


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


@lru_cache(maxsize=1)
def _shipped_calendar() -> Calendar:
    return load_calendar()


class LetterChannel:
    """Write a gathering as a letter and send it by the ways out."""

    def __init__(
        self,
        ways: Ways | Way,
        *,
        calendar: Callable[[], Calendar] = _shipped_calendar,
        link: Callable[[str, str], str | None] | None = None,
        name: Callable[[str], str | None] | None = None,
    ) -> None:
        """Take the ways out, or a lone one for mail, and where the words are looked up.

        `calendar` gives the calendar of the moment; `link` the address at which a person, by
        key, acknowledges an alert, by key; `name` the name of a person's key.
        """
        self._ways = ways if isinstance(ways, Ways) else Ways(ways)
        self._calendar = calendar
        self._link = link
        self._name = name

    async def send(self, gathered: Gathered, now: datetime) -> Proof:
        """Send one letter; raise `OSError` when no address takes it, for good or for now."""
        person = gathered.person
        local = now.astimezone(ZONE)
        letter = compose(
            self._reader(person), gathered.alerts, gathered.token, local, self._desk(person)
        )
        urgent = any(alert.channel == "urgent" for alert in gathered.alerts)
        try:
            with span("message"):
                taken = await self._ways.send_letter(person.addresses, letter, local, urgent=urgent)
        except RefusedForGoodError as error:
            raise UnreachableError(f"person {person.key!r}: {error}") from error
        except NoAnswerError as error:
            raise UnansweredError(str(error)) from error
        return Proof(channel=taken.channel, reference=taken.reference)

    def _reader(self, person: Person) -> Reader:
        meant = person.stands_in
        place = None
        if meant is not None:
            name = self._called(meant.person) if meant.person else None
            place = InPlace(why=meant.why, role=meant.role, name=name)
        return Reader(
            key=person.key,
            name=person.name,
            role=person.role,
            office=person.office,
            language=person.language,
            in_place=place,
        )

    def _desk(self, person: Person) -> Desk:
        link = self._link
        found = no_link if link is None else partial(link, person.key)
        return Desk(calendar=self._calendar(), link=found, name=self._called)

    def _called(self, key: str) -> str:
        return (self._name(key) if self._name else None) or key
