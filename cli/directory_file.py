"""Read a directory from its file: a workbook, or TOML."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from cases.errors import DossierError
from cli.directory_sheets import ReadDirectory, read_sheets
from cli.register_problems import RegisterFileError
from law.errors import DataFileError
from law.sources import Source, read_source
from store.directory import (
    AbsenceEntry,
    AddressEntry,
    DelegationEntry,
    DirectoryEntries,
    OfficeDirectory,
    OfficeEntry,
    OfficeKind,
    PersonEntry,
    PostEntry,
    Role,
)
from store.directory_rows import DirectoryRows
from store.engine import Engine
from store.people_changes import Change
from store.people_checks import Fault, faults

_WORKBOOKS = (".xlsx", ".ods")


class DirectoryFileError(DataFileError):
    """The directory file does not read."""

    vi_otherwise = "Không đọc được danh bạ: {en}"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Office(_Entry):
    key: str
    name: str
    kind: OfficeKind | None = None
    parent: str | None = None
    hours: tuple[str, ...] | None = None


class _Person(_Entry):
    key: str
    name: str
    role: Role | None = None
    office: str
    email: str | None = None
    language: Literal["vi", "en"] = "vi"
    hours: tuple[str, ...] | None = None
    left_on: date | None = None


class _File(_Entry):
    """The TOML form; an office without `parent` is below the office that its key begins with."""

    synthetic: bool = False
    office: tuple[_Office, ...]
    person: tuple[_Person, ...] = ()
    absence: tuple[AbsenceEntry, ...] = ()
    delegation: tuple[DelegationEntry, ...] = ()


def load_directory(path: Path) -> OfficeDirectory:
    """Read a directory file that stands alone; raise `DirectoryFileError` for its first fault."""
    if _is_toml(path):
        return OfficeDirectory(_load_toml(path))
    try:
        read = read_sheets(path, None)
    except RegisterFileError as error:
        raise DirectoryFileError(error.say("en"), error.say("vi"), file=path.name) from error
    if read.problems:
        first = read.problems[0]
        raise DirectoryFileError(first.said("en"), first.said("vi"), file=path.name)
    return OfficeDirectory(read.entries)


def read_directory_file(path: Path, beside: DirectoryEntries) -> ReadDirectory:
    """Read a file that may name who stands in the register; problems are told, not raised.

    Raises `DirectoryFileError` or `RegisterFileError` where the file as a whole is of no use.
    """
    if _is_toml(path):
        return ReadDirectory(entries=_load_toml(path, beside), problems=())
    return read_sheets(path, beside)


def _is_toml(path: Path) -> bool:
    kind = path.suffix.lower()
    if kind != ".toml" and kind not in _WORKBOOKS:
        raise DirectoryFileError(
            "allowed are .xlsx, .ods and .toml; save another kind as .xlsx",
            "cho phép tệp .xlsx, .ods hoặc .toml; tệp khác hãy lưu lại thành .xlsx",
            file=path.name,
        )
    return kind == ".toml"


async def fill_directory(engine: Engine, path: Path, now: datetime, actor: str) -> list[Change]:
    """Take a file into the register's directory if that holds nothing; tell what was written.

    Raises `DirectoryFileError` where it holds nothing and the file does not read.
    """
    rows = DirectoryRows(engine)
    if (await rows.read()).offices:
        return []
    entries = load_directory(path).entries
    return await rows.change(
        lambda before: before if before.offices else entries, actor, now, path.name
    )


def _load_toml(path: Path, beside: DirectoryEntries | None = None) -> DirectoryEntries:
    source = read_source(path, path.name, DirectoryFileError)
    file = source.validate(_File)
    entries = _entries_of(file)
    for fault in faults(entries, beside):
        raise _refused(source, fault)
    return entries


def _entries_of(file: _File) -> DirectoryEntries:
    keys = {office.key for office in file.office}
    return DirectoryEntries(
        offices=tuple(_office(office, keys) for office in file.office),
        people=tuple(
            PersonEntry(
                key=person.key,
                name=person.name,
                office=person.office,
                language=person.language,
                hours=person.hours,
                left_on=person.left_on,
                synthetic=file.synthetic,
                addresses=(AddressEntry(channel="mail", value=person.email),)
                if person.email
                else (),
            )
            for person in file.person
        ),
        posts=tuple(
            PostEntry(person=person.key, role=person.role, office=person.office)
            for person in file.person
            if person.role is not None
        ),
        # Only what the register holds has a number.
        absences=tuple(entry.model_copy(update={"id": None}) for entry in file.absence),
        delegations=tuple(entry.model_copy(update={"id": None}) for entry in file.delegation),
    )


def _office(office: _Office, keys: set[str]) -> OfficeEntry:
    above = office.key.rpartition("/")[0]
    parent = office.parent or (above if above in keys else None)
    return OfficeEntry(
        key=office.key,
        name=office.name,
        kind=office.kind or ("agency" if parent is None else "room"),
        parent=parent,
        hours=office.hours,
    )


def _refused(source: Source, fault: Fault) -> DataFileError:
    table = {"offices": "office", "absences": "absence", "delegations": "delegation"}
    # Posts and addresses stand with their person.
    part = table.get(fault.part, "person")
    field = "email" if fault.part == "addresses" else fault.field
    error = DossierError(field, fault.value, fault.allowed)
    place = fault.place
    return source.refuse((part, place, field), error.say("en"), error.say("vi"))
