"""Name what a morning's digests need and what they take and give: offices, letters, a book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from activities.delivery import Directory, Person, Proof
from activities.ports import Message

DIGEST = "send_digests"


class DigestOffice(Message):
    """An office as digests see it: whose role gets its digest, and which office is above it.

    `role` is chief_officer for a room or division, head_of_agency for an agency, and
    managing_authority for the one above the agencies, which is told weekly.
    """

    key: str
    name: str
    role: str
    parent: str | None = None


class Attachment(Message):
    """A file that goes with a letter."""

    name: str
    mime: str
    content: bytes


class Letter(Message):
    """A digest ready to go; `brief` is what may be said where no mail can be read."""

    subject: str
    text: str
    html: str
    language: str = "vi"
    brief: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


class DigestRequest(Message):
    """Ask for the digests of a morning; who has had today's gets no second one."""

    now: datetime


class Digested(Message):
    """What became of a morning's digests: sent now, sent before, failed, and out of reach.

    `working_day` is false where nothing was to be sent.
    """

    working_day: bool = True
    sent: int = 0
    had: int = 0
    failed: int = 0
    unreachable: int = 0


class Morning(Protocol):
    """The figures of one morning, taken once for everybody."""

    async def write(self, person: Person, offices: Sequence[str], now: datetime) -> Letter:
        """Write a person's digest of these offices and those below them."""
        ...


class Desk(Protocol):
    """Where digests are written."""

    async def offices(self) -> Sequence[DigestOffice]:
        """List the offices of the directory as it stands now."""
        ...

    async def open(self, offices: Sequence[DigestOffice], now: datetime) -> Morning:
        """Take the figures of this moment, and keep them as those of the day."""
        ...


class DigestBook(Protocol):
    """The record of which digests were sent."""

    async def begin(self, token: str, person: str, now: datetime) -> bool:
        """Record that a digest is about to go out; False where it is known to have gone."""
        ...

    async def confirm(self, token: str, person: str, proof: Proof, now: datetime) -> None:
        """Record the proof."""
        ...

    async def fail(self, token: str, person: str, reason: str, now: datetime) -> None:
        """Record a failed attempt with its reason."""
        ...


class Post(Protocol):
    """A way to send a letter to a person."""

    async def send(self, person: Person, letter: Letter, token: str, now: datetime) -> Proof:
        """Hand the letter over; the same token is the same letter.

        Raises `OSError` when no address takes it for now, `UnreachableError` when none ever will.
        """
        ...


class Found(Message):
    """A person who gets a digest, and the offices it is about; none of them below another."""

    person: Person
    offices: tuple[str, ...]


def find_receivers(
    offices: Sequence[DigestOffice], directory: Directory, now: datetime, *, weekly: bool
) -> list[Found]:
    """Find who gets a digest: each one once, whoever's place they take.

    Nobody in a role means the next role above, who then has the office in a digest of his own;
    an office's figures never fall to a role below. `weekly` tells the managing authority too.
    """
    above = {office.key: office.parent for office in offices}
    people: dict[str, Person] = {}
    told: dict[str, list[str]] = {}
    for office in offices:
        if office.role == _WEEKLY and not weekly:
            continue
        person = directory.addressee(office.key, office.role, None, now)
        stands = person.stands_in
        if stands is not None and stands.why in ("fallback", "unreached"):
            wanted = _RANKS.index(office.role)
            if person.role not in _RANKS[wanted:] or (person.role == _WEEKLY and not weekly):
                continue
        people[person.key] = person
        told.setdefault(person.key, []).append(office.key)
    return [
        Found(person=people[key], offices=tuple(_widest(told[key], above))) for key in sorted(told)
    ]


_WEEKLY = "managing_authority"
_RANKS = ("officer", "chief_officer", "head_of_agency", _WEEKLY)


def _widest(keys: Sequence[str], above: dict[str, str | None]) -> list[str]:
    return [key for key in keys if not any(up in keys for up in _line(key, above))]


def _line(key: str, above: dict[str, str | None]) -> list[str]:
    line: list[str] = []
    place = above.get(key)
    while place is not None and place not in line:
        line.append(place)
        place = above.get(place)
    return line
