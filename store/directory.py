"""Know the offices and their people: who stands for a role, and with which address."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from cases.errors import FormError, one_of
from law.errors import DataFileError
from law.sources import read_source

Role = Literal["officer", "chief_officer", "head_of_agency", "managing_authority"]
_ABOVE: dict[str, Role] = {
    "officer": "chief_officer",
    "chief_officer": "head_of_agency",
    "head_of_agency": "managing_authority",
}


class DirectoryFileError(DataFileError):
    """The directory file does not read."""

    vi_otherwise = "Không đọc được danh bạ: {en}"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OfficeEntry(_Entry):
    """An office: its key such as nghe-an/kv1, below its agency's, and its name."""

    key: str
    name: str


class PersonEntry(_Entry):
    """Someone in an office with one role."""

    key: str
    name: str
    role: Role
    office: str
    email: str | None = None
    language: Literal["vi", "en"] = "vi"


class DirectoryFile(_Entry):
    """The whole file; `synthetic` marks made-up data."""

    synthetic: bool = False
    office: tuple[OfficeEntry, ...]
    person: tuple[PersonEntry, ...] = ()


class OfficeDirectory:
    """Offices and people by key and by role."""

    def __init__(self, file: DirectoryFile) -> None:
        """Index the file, whose people are all of offices that it names."""
        self.offices = {office.key: office for office in file.office}
        self.people = {person.key: person for person in file.person}

    def check_office(self, office: str) -> None:
        """Refuse an office that the directory does not know."""
        if office not in self.offices:
            raise FormError("office", office, one_of(sorted(self.offices)))

    def check_officer(self, officer: str | None) -> None:
        """Refuse an officer that the directory does not know."""
        if officer is not None and officer not in self.people:
            known = sorted(key for key, p in self.people.items() if p.role == "officer")
            raise FormError("officer", officer, one_of(known))

    def find(self, office: str, role: str, officer: str | None) -> PersonEntry:
        """Give the person in a role for an office; nobody there means the next role above.

        Raises `LookupError` only where the directory holds nobody at all.
        """
        if role == "officer" and officer is not None and officer in self.people:
            return self.people[officer]
        wanted: str | None = _ABOVE["officer"] if role == "officer" else role
        while wanted is not None:
            place = office
            while place:
                for person in self.people.values():
                    if person.role == wanted and person.office == place:
                        return person
                place = place.rpartition("/")[0]
            wanted = _ABOVE.get(wanted)
        for person in self.people.values():
            return person
        raise LookupError(f"the directory holds nobody who could be told about office {office!r}")


def load_directory(path: Path) -> OfficeDirectory:
    """Read a directory file; raise `DirectoryFileError` naming line, field and value."""
    source = read_source(path, path.name, DirectoryFileError)
    file = source.validate(DirectoryFile)
    offices = {office.key for office in file.office}
    for place, person in enumerate(file.person):
        if person.office not in offices:
            known = ", ".join(sorted(offices)) or "-"
            raise source.refuse(
                ("person", place, "office"),
                f"person {person.key!r}: office {person.office!r} is not in the file; "
                f"allowed are: {known}",
                f"Người {person.key!r}: đơn vị {person.office!r} không có trong danh bạ; "
                f"cho phép một trong: {known}",
            )
    return OfficeDirectory(file)
