"""Look for what leaves a rung of the ladder without its person, or a person unheard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from store.directory import OfficeDirectory

Kind = Literal["no_chief", "no_head", "no_authority", "several", "no_address"]


class Doubt(NamedTuple):
    """What deserves a second look: its kind, the office or person, and the role."""

    kind: Kind
    key: str
    role: str = ""


def doubts(directory: OfficeDirectory, day: date) -> list[Doubt]:
    """List what deserves a second look on a day; nobody is left untold because of it."""
    held = Counter(_held(directory, day))
    found: list[Doubt] = []
    for office in directory.entries.offices:
        if office.kind == "room" and not held[office.key, "chief_officer"]:
            found.append(Doubt("no_chief", office.key, "chief_officer"))
        if office.kind == "agency" and not held[office.key, "head_of_agency"]:
            found.append(Doubt("no_head", office.key, "head_of_agency"))
        if office.parent is None and not held[office.key, "managing_authority"]:
            found.append(Doubt("no_authority", office.key, "managing_authority"))
    found += [
        Doubt("several", office, role)
        for (office, role), count in held.items()
        if count > 1 and role != "officer"
    ]
    found += [
        Doubt("no_address", person.key)
        for person in directory.entries.people
        if not person.addresses and not person.has_left(day)
    ]
    return found


def _held(directory: OfficeDirectory, day: date) -> Iterator[tuple[str, str]]:
    for post in directory.entries.posts:
        person = directory.people.get(post.person)
        if post.holds(day) and person is not None and not person.has_left(day):
            yield post.office, post.role
