"""Write a directory as the workbook from which it can be read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import TypeAlias

import xlsxwriter

from cli.directory_columns import (
    BY_KEY,
    CHANNEL_NAMES,
    KINDS,
    LANGUAGES,
    NOTE_SHEET,
    ROLE_NAMES,
    SHEETS,
    YES_NO,
    word_for,
)
from store.directory import AddressEntry, DirectoryEntries, PersonEntry, PostEntry

Cell: TypeAlias = "str | date | None"
_WIDTH = 22


def render_directory(
    entries: DirectoryEntries,
    created: datetime,
    *,
    title: str | None = None,
    notes: Sequence[str] = (),
) -> bytes:
    """Write a workbook; the same entries give the same bytes. `title` stands on each sheet."""
    held = BytesIO()
    # What a register says is never run as a formula or made a link.
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, plain) as book:
        book.set_properties({"created": created.replace(tzinfo=None), "title": title or ""})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for sheet in SHEETS:
            page = book.add_worksheet(sheet.name)
            page.set_column(0, len(sheet.columns) - 1, _WIDTH)
            top = 0 if title is None else 1
            if title is not None:
                page.write_string(0, 0, title, book.add_format({"bold": True}))
            for place, column in enumerate(sheet.columns):
                page.write_string(top, place, column.heading, bold)
            for number, row in enumerate(_ROWS[sheet.key](entries), start=top + 1):
                for place, column in enumerate(sheet.columns):
                    value = row.get(column.key)
                    if isinstance(value, str):
                        page.write_string(number, place, value)
                    elif value is not None:
                        page.write_datetime(number, place, value, day)
            page.freeze_panes(top + 1, 1)
        if notes:
            page = book.add_worksheet(NOTE_SHEET)
            for number, note in enumerate(notes):
                page.write_string(number, 0, note)
    return held.getvalue()


def _offices(entries: DirectoryEntries) -> Iterator[dict[str, Cell]]:
    for office in entries.offices:
        yield {
            "key": office.key,
            "name": office.name,
            "kind": word_for(KINDS, office.kind),
            "parent": office.parent,
            "hours": _hours(office.hours),
        }


def _people(entries: DirectoryEntries) -> Iterator[dict[str, Cell]]:
    posts = _own_posts(entries)
    for person in entries.people:
        post = posts.get(person.key)
        mail, _ = _split(person)
        yield {
            "key": person.key,
            "name": person.name,
            "office": person.office,
            "role": word_for(ROLE_NAMES, post.role) if post else None,
            "first": post.first if post else None,
            "mail": mail,
            "language": word_for(LANGUAGES, person.language),
            "hours": _hours(person.hours),
            "left_on": person.left_on,
            "synthetic": word_for(YES_NO, "yes") if person.synthetic else None,
        }


def _posts(entries: DirectoryEntries) -> Iterator[dict[str, Cell]]:
    own = _own_posts(entries)
    for post in entries.posts:
        if own.get(post.person) is not post:
            yield {
                "person": post.person,
                "role": word_for(ROLE_NAMES, post.role),
                "office": post.office,
                "first": post.first,
                "last": post.last,
            }


def _addresses(entries: DirectoryEntries) -> Iterator[dict[str, Cell]]:
    for person in entries.people:
        for address in _split(person)[1]:
            channel = word_for(CHANNEL_NAMES, address.channel)
            yield {"person": person.key, "channel": channel, "value": address.value}


def _absences(entries: DirectoryEntries) -> Iterator[dict[str, Cell]]:
    for absence in entries.absences:
        yield absence.model_dump(exclude={"id"})


def _delegations(entries: DirectoryEntries) -> Iterator[dict[str, Cell]]:
    for given in entries.delegations:
        role = word_for(ROLE_NAMES, given.role) if given.role else None
        yield given.model_dump(exclude={"id"}) | {"role": role}


_ROWS = {
    "offices": _offices,
    "people": _people,
    "posts": _posts,
    "addresses": _addresses,
    "absences": _absences,
    "delegations": _delegations,
}
assert _ROWS.keys() == BY_KEY.keys()  # noqa: S101 - two tables of one form


def _own_posts(entries: DirectoryEntries) -> dict[str, PostEntry]:
    """Find the one post that stands with its person: the first that goes on at their office."""
    offices = {person.key: person.office for person in entries.people}
    found: dict[str, list[PostEntry]] = defaultdict(list)
    for post in entries.posts:
        if post.last is None and post.office == offices.get(post.person):
            found[post.person].append(post)
    return {person: posts[0] for person, posts in found.items()}


def _split(person: PersonEntry) -> tuple[str | None, Sequence[AddressEntry]]:
    first = next(iter(person.addresses), None)
    if first is not None and first.channel == "mail":
        return first.value, person.addresses[1:]
    return None, person.addresses


def _hours(hours: Sequence[str] | None) -> str | None:
    return None if hours is None else ", ".join(hours)
