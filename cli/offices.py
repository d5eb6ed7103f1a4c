"""List, show, add and change the offices of the directory: `thads offices …`."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import App, Parameter

from cli.actor import Actor
from cli.clock import read_today
from cli.directory_edit import NOTHING, edit_directory, find_office, refuse_known, replaced
from cli.directory_sheets import split_hours
from cli.directory_view import hours_line, person_rows, print_doubts
from cli.live import find_directory
from cli.output import OK, print_heading, print_json, print_lines, print_table
from cli.reading import Json, Language
from i18n.texts import Lang, name_of, say
from settings import read_settings
from store.directory import DirectoryEntries, OfficeDirectory, OfficeEntry, OfficeKind

Name = Annotated[str | None, Parameter(help="The office's full name.")]
Kind = Annotated[OfficeKind | None, Parameter(help="What kind of office it is.")]
Parent = Annotated[str | None, Parameter(help="The office above; none: it is the top.")]
Hours = Annotated[
    str | None,
    Parameter(help="Working hours: 07:30-11:30,13:30-17:00; none: those of the office above."),
]
_HEADS = {"room": "chief_officer", "agency": "head_of_agency"}


def add_to(app: App) -> None:
    """Add the group `offices`."""
    group = App(name="offices", help="The offices: which there are, below which, in which hours.")
    group.command(list_offices, name="list")
    group.command(show)
    group.command(add)
    group.command(change)
    app.command(group)


def list_offices(*, json: Json = False, lang: Language = "vi") -> int:
    """List every office with its kind, the office above, its head and how many people it has."""
    directory = find_directory(read_settings())
    if json:
        print_json([office.model_dump(mode="json") for office in directory.entries.offices])
        return OK
    names = ("key", "name", "kind", "parent", "head", "people")
    print_table(
        [say(lang, f"offices.{name}") for name in names],
        [_row(directory, office, lang) for office in directory.entries.offices],
    )
    print_doubts(directory, read_today(), lang)
    return OK


def _row(directory: OfficeDirectory, office: OfficeEntry, lang: Lang) -> tuple[str, ...]:
    day = read_today()
    role = _HEADS.get(office.kind, "managing_authority")
    heads = [
        post.person
        for post in directory.entries.posts
        if (post.office, post.role) == (office.key, role) and post.holds(day)
    ]
    count = sum(p.office == office.key and not p.has_left(day) for p in directory.entries.people)
    nothing = say(lang, "people.none")
    return (
        office.key,
        office.name,
        name_of(lang, "offices", office.kind),
        office.parent or nothing,
        ", ".join(heads) or nothing,
        str(count),
    )


def show(office: str, /, *, json: Json = False, lang: Language = "vi") -> int:
    """Show an office: what is above it, its hours, and who is there."""
    directory = find_directory(read_settings())
    entry, day = find_office(directory.entries, office), read_today()
    people = [p for p in directory.entries.people if p.office == office and not p.has_left(day)]
    hours = hours_line(directory.hours(office))
    if json:
        print_json(
            entry.model_dump(mode="json")
            | {"hours_in_force": hours.split(", "), "people": [person.key for person in people]}
        )
        return OK
    print_lines([f"{entry.name} ({entry.key})"], style="bold")
    kind = name_of(lang, "offices", entry.kind)
    above = entry.parent or say(lang, "people.none")
    key = "hours_line" if entry.hours is not None else "hours_inherited"
    print_lines([
        f"{say(lang, 'offices.kind')}: {kind}", say(lang, "offices.above", parent=above),
        say(lang, f"offices.{key}", hours=hours),
    ])  # fmt: skip
    print_heading(say(lang, "offices.people") + f": {len(people)}")
    if people:
        print_table(*person_rows(directory, people, day, lang))
    return OK


async def add(
    office: str,
    /,
    *,
    name: Annotated[str, Parameter(help="The office's full name.")],
    kind: Annotated[OfficeKind, Parameter(help="What kind of office it is.")],
    parent: Parent = None,
    hours: Hours = None,
    actor: Actor = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Add an office; its key is what registers and cases name it by."""

    def edit(before: DirectoryEntries) -> DirectoryEntries:
        refuse_known(office, before.offices)
        new = OfficeEntry(key=office, name=name, kind=kind, **_placed(parent, hours))
        return before.model_copy(update={"offices": (*before.offices, new)})

    return await edit_directory(edit, "thads offices add", actor, json=json, lang=lang)


async def change(
    office: str,
    /,
    *,
    name: Name = None,
    kind: Kind = None,
    parent: Parent = None,
    hours: Hours = None,
    actor: Actor = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Change what is given of an office; the rest stays."""

    def edit(before: DirectoryEntries) -> DirectoryEntries:
        told = {"name": name, "kind": kind}
        update = {key: value for key, value in told.items() if value is not None}
        new = find_office(before, office).model_copy(update=update | _placed(parent, hours))
        return before.model_copy(update={"offices": replaced(before.offices, new)})

    return await edit_directory(edit, "thads offices change", actor, json=json, lang=lang)


def _placed(parent: str | None, hours: str | None) -> dict[str, Any]:
    placed: dict[str, Any] = {}
    if parent is not None:
        placed["parent"] = None if parent == NOTHING else parent
    if hours is not None:
        placed["hours"] = None if hours == NOTHING else split_hours(hours)
    return placed
