"""Know the offices and their people: who there is, with which address, in which hours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from hashlib import sha256
from typing import Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict

from cases.errors import FormError, one_of
from law.calendar import ZONE
from store.duty import Duty, Found

Role = Literal["officer", "chief_officer", "head_of_agency", "managing_authority"]
ROLES: tuple[Role, ...] = get_args(Role)
"""From the lowest to the highest; nobody in one means the next."""

OfficeKind = Literal["managing_authority", "agency", "room", "division"]
AddressChannel = Literal["mail", "apprise", "webhook"]
Span: TypeAlias = tuple[time, time]

DEFAULT_HOURS = ("07:30-11:30", "13:30-17:00")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OfficeEntry(_Entry):
    """An office: its key such as nghe-an/kv1, its kind, the office above it, its hours.

    `hours` such as 07:30-11:30; None means those of the office above.
    """

    key: str
    name: str
    kind: OfficeKind = "room"
    parent: str | None = None
    hours: tuple[str, ...] | None = None


class AddressEntry(_Entry):
    """One way to reach a person."""

    channel: AddressChannel
    value: str

    @property
    def shown(self) -> str:
        """Give what others may read: an e-mail address whole, of a URL a mark to tell it by."""
        if self.channel == "mail":
            return self.value
        scheme, _, rest = self.value.partition("://")
        # A chat's token may stand anywhere in its URL; a webhook's host is no secret.
        place = rest.partition("/")[0].rpartition("@")[2] if self.channel == "webhook" else ""
        return f"{scheme}://{place}…{sha256(self.value.encode()).hexdigest()[:4]}"


class PersonEntry(_Entry):
    """Someone of an office; `left_on` is the first day on which they are no longer there.

    `hours`: None means those of the office. `synthetic` marks a made-up person.
    """

    key: str
    name: str
    office: str
    language: Literal["vi", "en"] = "vi"
    hours: tuple[str, ...] | None = None
    left_on: date | None = None
    synthetic: bool = False
    addresses: tuple[AddressEntry, ...] = ()

    @property
    def reachable(self) -> bool:
        """Tell whether there is any way to reach the person."""
        return bool(self.addresses)

    def has_left(self, day: date) -> bool:
        """Tell whether the person is no longer there on a day."""
        return self.left_on is not None and self.left_on <= day


class _Kept(_Entry):
    """What has a row of its own; `id` is None until it is written."""

    id: int | None = None
    person: str


class PostEntry(_Kept):
    """A role of a person at an office, both days included; no first day: since ever."""

    role: Role
    office: str
    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether it is held on a day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class _Spell(_Kept):
    first: date
    last: date
    reason: str = ""
    ended_on: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether it is in force on a day; from `ended_on` it no longer is."""
        return self.first <= day <= self.last and (self.ended_on is None or day < self.ended_on)


class AbsenceEntry(_Spell):
    """A leave, both days included, and who stands in as deputy."""

    deputy: str | None = None


class DelegationEntry(_Spell):
    """A delegation to another person, of one role or of all, both days included."""

    delegate: str
    role: Role | None = None


class DirectoryEntries(_Entry):
    """Everything that a directory holds."""

    offices: tuple[OfficeEntry, ...] = ()
    people: tuple[PersonEntry, ...] = ()
    posts: tuple[PostEntry, ...] = ()
    absences: tuple[AbsenceEntry, ...] = ()
    delegations: tuple[DelegationEntry, ...] = ()


def read_hours(texts: Iterable[str]) -> tuple[Span, ...]:
    """Read hours such as 07:30-11:30, in order and apart; raise `ValueError` for others."""
    spans: list[Span] = []
    for text in texts:
        found = _SPAN.fullmatch(text)
        if found is None:
            raise ValueError(text)
        begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
        if end <= begin or (spans and begin < spans[-1][1]):
            raise ValueError(text)
        spans.append((begin, end))
    if not spans:
        raise ValueError("-")
    return tuple(spans)


class OfficeDirectory:
    """Offices and people by key, and who is told on a day."""

    def __init__(self, entries: DirectoryEntries) -> None:
        """Index the entries once."""
        self.entries = entries
        self.offices = {office.key: office for office in entries.offices}
        self.people = {person.key: person for person in entries.people}
        self._posts: dict[str, list[PostEntry]] = {}
        for post in entries.posts:
            self._posts.setdefault(post.person, []).append(post)
        self._duty = Duty(
            offices={office.key: office.parent for office in entries.offices},
            people=entries.people,
            posts=entries.posts,
            absences=entries.absences,
            delegations=entries.delegations,
        )

    @property
    def officers(self) -> list[str]:
        """Give the keys of everyone who is or was an officer."""
        return sorted({post.person for post in self.entries.posts if post.role == "officer"})

    def check_office(self, office: str) -> None:
        """Refuse an office that the directory does not know."""
        if office not in self.offices:
            raise FormError("office", office, one_of(sorted(self.offices)))

    def check_officer(self, officer: str | None) -> None:
        """Refuse an officer that the directory does not know; one who left is known."""
        if officer is not None and officer not in self.people:
            raise FormError("officer", officer, one_of(self.officers))

    def find(
        self,
        office: str,
        role: str,
        officer: str | None,
        when: date | datetime,
        unreached: Sequence[str] = (),
    ) -> Found:
        """Find who is told, and why it is not who was meant.

        Raises `LookupError` only where nobody is left in the whole directory.
        """
        day = when.astimezone(ZONE).date() if isinstance(when, datetime) else when
        return self._duty.find(office, role, officer, day, unreached)

    def posts_of(self, person: str, day: date | None = None) -> list[PostEntry]:
        """List the posts that a person holds on a day, or those without an end; highest first."""
        held = [
            post
            for post in self._posts.get(person, ())
            if (post.last is None if day is None else post.holds(day))
        ]
        return sorted(held, key=lambda post: -ROLES.index(post.role))

    def hours(self, office: str) -> tuple[Span, ...]:
        """Give an office's working hours: its own, or those of the office above."""
        for place in self._duty.line(office):
            if (own := self.offices[place].hours) is not None:
                return read_hours(own)
        return read_hours(DEFAULT_HOURS)

    def hours_of(self, person: PersonEntry) -> tuple[Span, ...]:
        """Give a person's working hours: their own, or those of the office."""
        return self.hours(person.office) if person.hours is None else read_hours(person.hours)
