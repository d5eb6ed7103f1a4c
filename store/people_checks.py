"""Check a directory: keys, names, hours, addresses by their form, and who names whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from cases.errors import FormError, Words, one_of
from store.directory import (
    AddressEntry,
    DirectoryEntries,
    OfficeEntry,
    read_hours,
)

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_OFFICE_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}(/[a-z0-9][a-z0-9._-]{0,63}){0,5}")
_MAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}"
)
_WEB = re.compile(r"https://[A-Za-z0-9.:\[\]-]+(/[!-~]*)?")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[!-~]+")
_MOST = 200

_FORMS = {
    "mail": (_MAIL, Words(
        vi="cho phép một địa chỉ thư điện tử như ten@coquan.gov.vn",
        en="allowed is an e-mail address such as name@office.gov.vn",
    )),
    "webhook": (_WEB, Words(
        vi="cho phép một địa chỉ https://… không có khoảng trắng",
        en="allowed is an address https://… without blanks",
    )),
    "apprise": (_URL, Words(
        vi="cho phép một URL của apprise như zalo://… hoặc tgram://…",
        en="allowed is an apprise URL such as zalo://… or tgram://…",
    )),
}  # fmt: skip
_A_KEY = Words(
    vi="cho phép chữ thường không dấu, chữ số, dấu chấm, gạch ngang, như cv.an",
    en="allowed are small letters without marks, digits, dots and hyphens, such as cv.an",
)
_AN_OFFICE_KEY = Words(
    vi="cho phép chữ thường không dấu, chữ số, gạch ngang, các phần cách nhau bằng /, "
    "như nghe-an/kv1",
    en="allowed are small letters without marks, digits and hyphens, its parts divided by /, "
    "such as nghe-an/kv1",
)
_A_NAME = Words(
    vi=f"cho phép một tên trên một dòng, không quá {_MOST} ký tự",
    en=f"allowed is a name on one line of at most {_MOST} characters",
)
HOURS = Words(
    vi="cho phép các khoảng giờ không chồng nhau như 07:30-11:30, 13:30-17:00",
    en="allowed are spans that do not overlap, such as 07:30-11:30, 13:30-17:00",
)


class Fault(NamedTuple):
    """What cannot be taken: in which part, at which place from 0, which field, and what may."""

    part: str
    place: int
    field: str
    value: object
    allowed: Words


def faults(entries: DirectoryEntries, beside: DirectoryEntries | None = None) -> Iterator[Fault]:
    """Find every fault of `entries`, which may name offices and people that stand `beside`."""
    whole = beside or DirectoryEntries()
    offices = {office.key: office for office in (*whole.offices, *entries.offices)}
    people = {person.key for person in (*whole.people, *entries.people)}
    yield from _offices(entries, offices)
    yield from _people(entries, set(offices))
    yield from _dated(entries, set(offices), people)
    both = {person.key: person for person in (*whole.people, *entries.people)}
    if both and all(person.left_on is not None for person in both.values()):
        yield Fault("people", len(entries.people) - 1, "left_on", None, Words(
            vi="danh bạ phải còn ít nhất một người; hãy thêm người khác trước",
            en="somebody must stay in the directory; add another person first",
        ))  # fmt: skip


def refuse_faults(entries: DirectoryEntries) -> DirectoryEntries:
    """Give the entries back, or raise `FormError` for their first fault."""
    for fault in faults(entries):
        raise FormError(fault.field, fault.value, fault.allowed)
    return entries


def _offices(entries: DirectoryEntries, offices: dict[str, OfficeEntry]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, office in enumerate(entries.offices):
        if not _OFFICE_KEY.fullmatch(office.key):
            yield Fault("offices", place, "key", office.key, _AN_OFFICE_KEY)
        if office.key in seen:
            yield Fault("offices", place, "key", office.key, _ONCE)
        seen.add(office.key)
        if not _is_name(office.name):
            yield Fault("offices", place, "name", office.name, _A_NAME)
        if office.parent is not None and office.parent not in offices:
            allowed = one_of(sorted(key for key in offices if key != office.key))
            yield Fault("offices", place, "parent", office.parent, allowed)
        elif _turns_back(office, offices):
            yield Fault("offices", place, "parent", office.parent, Words(
                vi="đơn vị cấp trên không được là chính đơn vị đó hoặc đơn vị cấp dưới của nó",
                en="an office cannot be above itself, nor below an office below it",
            ))  # fmt: skip
        yield from _hours("offices", place, office.hours)


_ONCE = Words(vi="chỉ được có một lần", en="it may stand once")


def _people(entries: DirectoryEntries, offices: set[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, person in enumerate(entries.people):
        if not _KEY.fullmatch(person.key):
            yield Fault("people", place, "key", person.key, _A_KEY)
        if person.key in seen:
            yield Fault("people", place, "key", person.key, _ONCE)
        seen.add(person.key)
        if not _is_name(person.name):
            yield Fault("people", place, "name", person.name, _A_NAME)
        if person.office not in offices:
            yield Fault("people", place, "office", person.office, one_of(sorted(offices)))
        yield from _hours("people", place, person.hours)
        for address in person.addresses:
            yield from _address(place, address)


def _dated(entries: DirectoryEntries, offices: set[str], people: set[str]) -> Iterator[Fault]:
    for place, post in enumerate(entries.posts):
        yield from _known("posts", place, people, person=post.person)
        yield from _known("posts", place, offices, office=post.office)
        # A post that was given up before its first day stays on record and is never held.
    for place, absence in enumerate(entries.absences):
        yield from _known("absences", place, people, person=absence.person, deputy=absence.deputy)
        yield from _others("absences", place, absence.person, deputy=absence.deputy)
        yield from _order("absences", place, absence.first, absence.last)
    for place, given in enumerate(entries.delegations):
        yield from _known(
            "delegations", place, people, person=given.person, delegate=given.delegate
        )
        yield from _others("delegations", place, given.person, delegate=given.delegate)
        yield from _order("delegations", place, given.first, given.last)


def _known(part: str, place: int, known: set[str], **given: str | None) -> Iterator[Fault]:
    for field, value in given.items():
        if value is not None and value not in known:
            yield Fault(part, place, field, value, one_of(sorted(known)))


def _others(part: str, place: int, person: str, **given: str | None) -> Iterator[Fault]:
    for field, value in given.items():
        if value == person:
            yield Fault(part, place, field, value, Words(
                vi="phải là một người khác", en="it must be another person"
            ))  # fmt: skip


def _order(part: str, place: int, first: date, last: date) -> Iterator[Fault]:
    if last < first:
        yield Fault(part, place, "last", last.isoformat(), Words(
            vi=f"ngày cuối không được trước ngày đầu ({first:%d/%m/%Y})",
            en=f"the last day cannot come before the first ({first})",
        ))  # fmt: skip


def _hours(part: str, place: int, hours: Sequence[str] | None) -> Iterator[Fault]:
    if hours is not None:
        try:
            read_hours(hours)
        except ValueError:
            yield Fault(part, place, "hours", ", ".join(hours), HOURS)


def _address(place: int, address: AddressEntry) -> Iterator[Fault]:
    form, allowed = _FORMS[address.channel]
    if not form.fullmatch(address.value):
        yield Fault("addresses", place, address.channel, address.value, allowed)


def _is_name(text: str) -> bool:
    return bool(text.strip()) and text.isprintable() and len(text) <= _MOST


def _turns_back(office: OfficeEntry, offices: dict[str, OfficeEntry]) -> bool:
    seen = {office.key}
    above = office.parent
    while above is not None and above in offices:
        if above in seen:
            return True
        seen.add(above)
        above = offices[above].parent
    return False
