"""Say whose duties are a person's on a day: their own, and those of whom they stand in for.

Pure: the directory and the day are arguments. An officer has the duties of officers and of the
agency in their dossiers; who heads the agency has those of the head and of the agency; who heads
a room has the same in the room's dossiers, to put them to the head, but for denunciations; who
stands above has those of a superior.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from law.model import Holder
from store.directory import OfficeDirectory, Role
from store.duty import Found

DUTIES_OF: Mapping[Role, tuple[Holder, ...]] = {
    "officer": (Holder.OFFICER, Holder.AGENCY),
    "chief_officer": (Holder.HEAD, Holder.AGENCY),
    "head_of_agency": (Holder.HEAD, Holder.AGENCY),
    "managing_authority": (Holder.SUPERIOR,),
}
"""Whose duties, as the law names who must act, each role has."""

_ROLES_OF_OFFICES: tuple[Role, ...] = ("head_of_agency", "chief_officer", "managing_authority")
_NAMED = (None, "deputy", "delegate")
"""Why somebody is told who is meant by name, and not because nobody else is there."""


class Seat(NamedTuple):
    """Dossiers whose duties of a role are the person's, by their office or their officer.

    Of the role officer, `officer` and no office: all dossiers of that officer; both: those of
    that office alone; an office alone: those that have no officer. `why` and `instead_of`: for
    whom the person stands in, and as what.
    """

    role: Role
    office: str | None = None
    officer: str | None = None
    why: str | None = None
    instead_of: str | None = None


class Replaced(NamedTuple):
    """In a role of the person's, another one acts on that day."""

    role: Role
    by: str
    why: str


def seats_of(
    directory: OfficeDirectory, person: str, offices: Iterable[str], day: date
) -> list[Seat]:
    """List a person's seats at the given offices; the person's own first."""
    seats = [Seat("officer", officer=person)]
    for officer in sorted(directory.people):
        found = directory.find(directory.people[officer].office, "officer", officer, day)
        if officer != person and found.person == person and found.why in _NAMED:
            seats.append(Seat("officer", officer=officer, why=found.why, instead_of=officer))
    for office in sorted({*offices}):
        vacant = directory.find(office, "officer", None, day)
        if vacant.person == person:
            seats.append(Seat("officer", office, None, "fallback", None))
        seats += _of_office(directory, person, office, day)
    return seats


def _of_office(directory: OfficeDirectory, person: str, office: str, day: date) -> Iterable[Seat]:
    taken: set[Holder] = set()
    for role in _ROLES_OF_OFFICES:
        found = directory.find(office, role, None, day)
        stands_in = found.person == person and found.why is not None
        if person not in {found.person, found.instead_of} or taken & {*DUTIES_OF[role]}:
            continue
        # What a chief puts to the head is nobody's because the room has no chief.
        if role == "chief_officer" and stands_in and found.why not in _NAMED:
            continue
        taken.update(DUTIES_OF[role])
        why, instead_of = (found.why, found.instead_of) if stands_in else (None, None)
        yield Seat(role, office, None, why, instead_of)


def left_alone(
    directory: OfficeDirectory, person: str, cases: Iterable[tuple[str, str]], day: date
) -> list[Seat]:
    """List seats for officers whom nobody replaces by name, of the offices of their dossiers.

    `cases`: each office with an officer who has dossiers there.
    """
    seats = []
    for office, officer in sorted({*cases}):
        found = directory.find(office, "officer", officer, day)
        if officer != person and found.person == person and found.why not in _NAMED:
            seats.append(Seat("officer", office, officer, found.why, officer))
    return seats


def officers_without(directory: OfficeDirectory, person: str, day: date) -> list[str]:
    """List people in whose place somebody is told who is not named for it."""
    return [
        officer
        for officer in sorted(directory.people)
        if officer != person and _of_own(directory, officer, day).why not in _NAMED
    ]


def replaced_in(directory: OfficeDirectory, person: str, day: date) -> list[Replaced]:
    """List the roles of a person in which others act on a day, and why."""
    found: dict[Role, Replaced] = {}
    for post in directory.posts_of(person, day):
        if post.role == "officer":
            told = _of_own(directory, person, day)
        else:
            told = directory.find(post.office, post.role, None, day)
        if told.person != person and told.instead_of == person and told.why is not None:
            found.setdefault(post.role, Replaced(post.role, told.person, told.why))
    return list(found.values())


def _of_own(directory: OfficeDirectory, officer: str, day: date) -> Found:
    return directory.find(directory.people[officer].office, "officer", officer, day)
