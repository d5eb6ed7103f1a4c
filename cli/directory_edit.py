"""Change the directory of the running engine by a command, and show what changed."""

from __future__ import annotations

from typing import TypeVar

from cases.errors import FormError, Words, one_of
from cli.actor import acting
from cli.clock import read_now
from cli.directory_view import changes_as_json, print_changes
from cli.live import reach_register
from cli.output import OK, print_json, print_lines
from i18n.texts import Lang, say
from settings import read_settings
from store.directory import DirectoryEntries, OfficeEntry, PersonEntry
from store.directory_rows import DirectoryRows, Edit
from store.people_checks import refuse_faults

NOTHING = "none"
"""What is typed for "no value of its own": no office above, the hours of the office."""

_E = TypeVar("_E", OfficeEntry, PersonEntry)


async def edit_directory(
    edit: Edit, command: str, actor: str | None, *, json: bool, lang: Lang
) -> int:
    """Make a change that is checked as a whole, write it with who did it, and show it."""
    async with reach_register(read_settings()) as (engine, _):
        changes = await DirectoryRows(engine).change(
            lambda before: refuse_faults(edit(before)), acting(actor), read_now(), command
        )
    if json:
        print_json(changes_as_json(changes))
    elif changes:
        print_changes(changes, lang)
        print_lines([say(lang, "people.changed", n=len(changes))])
    else:
        print_lines([say(lang, "people.unchanged")])
    return OK


def find_person(entries: DirectoryEntries, key: str, field: str = "PERSON") -> PersonEntry:
    """Find a person; raise `FormError` naming who is known."""
    for person in entries.people:
        if person.key == key:
            return person
    raise FormError(field, key, one_of(sorted(person.key for person in entries.people)))


def find_office(entries: DirectoryEntries, key: str, field: str = "OFFICE") -> OfficeEntry:
    """Find an office; raise `FormError` naming which are known."""
    for office in entries.offices:
        if office.key == key:
            return office
    raise FormError(field, key, one_of(sorted(office.key for office in entries.offices)))


def refuse_known(key: str, known: tuple[_E, ...]) -> None:
    """Refuse a key that already stands in the directory."""
    if any(entry.key == key for entry in known):
        raise FormError("KEY", key, Words(
            vi="mã này đã có trong danh bạ; hãy dùng lệnh change, hoặc chọn mã khác",
            en="this key stands in the directory; use the command change, or another key",
        ))  # fmt: skip


def replaced(known: tuple[_E, ...], new: _E) -> tuple[_E, ...]:
    """Give the entries with one of them replaced, by its key."""
    return tuple(new if entry.key == new.key else entry for entry in known)
