"""Show the directory: people, what changed in it, what deserves a second look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from cli.output import print_heading, print_lines, print_table
from i18n.dates import short
from i18n.texts import Lang, name_of, say
from store.directory import (
    AbsenceEntry,
    AddressEntry,
    DelegationEntry,
    OfficeDirectory,
    PersonEntry,
    PostEntry,
    Span,
)
from store.people_changes import Change
from store.people_doubts import doubts

_MOST_NAMED = 20


def person_rows(
    directory: OfficeDirectory, people: Iterable[PersonEntry], day: date, lang: Lang
) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Show people with office, roles, first address, and whether they are there on a day."""
    names = ("key", "name", "office", "role", "address", "today")
    return [say(lang, f"people.{name}") for name in names], [
        (
            person.key,
            person.name,
            person.office,
            roles_line(directory, person, day, lang),
            person.addresses[0].shown if person.addresses else say(lang, "people.none"),
            presence(directory, person, day, lang),
        )
        for person in people
    ]


def roles_line(directory: OfficeDirectory, person: PersonEntry, day: date, lang: Lang) -> str:
    """Name the roles that a person holds on a day, with the office where it is another."""
    held = [
        name_of(lang, "roles", post.role)
        + (f" ({post.office})" if post.office != person.office else "")
        for post in directory.posts_of(person.key, day)
    ]
    return ", ".join(held) or say(lang, "people.none")


def presence(directory: OfficeDirectory, person: PersonEntry, day: date, lang: Lang) -> str:
    """Say whether a person is there on a day, away or gone."""
    if person.left_on is not None and person.has_left(day):
        return say(lang, "people.gone", day=short(person.left_on, lang))
    for absence in directory.entries.absences:
        if absence.person == person.key and absence.holds(day):
            last = short(absence.last, lang)
            if absence.deputy is None:
                return say(lang, "people.away", last=last)
            return say(lang, "people.away_deputy", last=last, deputy=absence.deputy)
    if person.left_on is not None:
        return say(lang, "people.going", day=short(person.left_on, lang))
    return say(lang, "people.there")


def print_person(directory: OfficeDirectory, person: PersonEntry, day: date, lang: Lang) -> None:
    """Print everything about a person; addresses without what opens a way in."""
    print_lines([f"{person.name} ({person.key})"], style="bold")
    print_lines(
        [
            say(lang, "people.office_line", office=office_line(directory, person.office)),
            say(lang, "people.language", language=person.language),
            say(lang, "people.hours_line", hours=hours_line(directory.hours_of(person))),
            f"{say(lang, 'people.today')}: {presence(directory, person, day, lang)}",
        ]
    )
    for heading, lines in (
        ("addresses", [address_line(address) for address in person.addresses]),
        ("posts", [_post(p, lang) for p in directory.entries.posts if p.person == person.key]),
        (
            "absences",
            [_absence(a, lang) for a in directory.entries.absences if a.person == person.key],
        ),
        (
            "delegations",
            [
                _delegation(d, lang)
                for d in directory.entries.delegations
                if person.key in (d.person, d.delegate)
            ],
        ),
    ):
        if lines:
            print_heading(say(lang, f"people.{heading}"))
            print_lines(f"- {line}" for line in lines)


def address_line(address: AddressEntry) -> str:
    """Name an address with its channel."""
    return f"{address.channel}: {address.shown}"


def hours_line(hours: Sequence[Span]) -> str:
    """Write working hours as they are typed."""
    return ", ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in hours)


def office_line(directory: OfficeDirectory, office: str) -> str:
    """Name an office with its key."""
    entry = directory.offices.get(office)
    return office if entry is None else f"{entry.name} ({office})"


def _days(first: date | None, last: date | None, lang: Lang) -> str:
    if first is not None and last is not None:
        if last < first:
            return say(lang, "people.days_never")
        return say(lang, "people.days", first=short(first, lang), last=short(last, lang))
    if first is not None:
        return say(lang, "people.days_open", first=short(first, lang))
    if last is not None:
        return say(lang, "people.days_until", last=short(last, lang))
    return say(lang, "people.days_always")


def _post(post: PostEntry, lang: Lang) -> str:
    role, days = name_of(lang, "roles", post.role), _days(post.first, post.last, lang)
    return say(lang, "people.post", role=role, office=post.office, days=days)


def _absence(absence: AbsenceEntry, lang: Lang) -> str:
    key = "people.absence_alone" if absence.deputy is None else "people.absence"
    return say(lang, key, deputy=absence.deputy, **_spell(absence, lang))


def _delegation(given: DelegationEntry, lang: Lang) -> str:
    role = name_of(lang, "roles", given.role) if given.role else say(lang, "people.every_role")
    return say(
        lang, "people.delegation",
        person=given.person, delegate=given.delegate, role=role, **_spell(given, lang),
    )  # fmt: skip


def _spell(entry: AbsenceEntry | DelegationEntry, lang: Lang) -> dict[str, str]:
    ended = entry.ended_on
    return {
        "days": _days(entry.first, entry.last, lang),
        "reason": entry.reason or say(lang, "people.no_reason"),
        "ended": "" if ended is None else say(lang, "people.ended", day=short(ended, lang)),
    }


def print_changes(changes: Sequence[Change], lang: Lang) -> None:
    """Print each field that is new or differs."""
    names = ("what", "which", "field", "before", "after")
    rows = [row for change in changes for row in change_rows(change.masked(), lang)]
    print_table([say(lang, f"people.{name}") for name in names], rows)


def changes_as_json(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Give changes as JSON, without what opens a way in."""
    return [change.masked().model_dump(mode="json", exclude={"id"}) for change in changes]


def change_rows(change: Change, lang: Lang) -> Iterator[Sequence[str]]:
    """Give a row for each field of a change that is new or differs."""
    what = name_of(lang, "people_parts", change.part)
    for field in change.differing:
        old, new = (change.before or {}).get(field), change.after.get(field)
        if old in (None, [], False, "") and new in (None, [], False, ""):
            continue
        if field not in ("key", "person"):
            named = name_of(lang, "people_fields", field)
            yield what, change.key, named, _cell(field, old, lang), _cell(field, new, lang)


def _cell(field: str, value: Any, lang: Lang) -> str:  # noqa: ANN401 - any field's plain value
    if value is None or value in ([], False, ""):
        return say(lang, "people.none")
    if field == "role":
        return name_of(lang, "roles", value)
    if field == "kind":
        return name_of(lang, "offices", value)
    if field == "addresses":
        return "; ".join(f"{one['channel']}: {one['value']}" for one in value)
    if field in ("first", "last", "left_on", "ended_on"):
        return short(date.fromisoformat(value), lang)
    if isinstance(value, list):
        return ", ".join(value)
    return {"vi": "có", "en": "yes"}[lang] if value is True else str(value)


def doubt_lines(directory: OfficeDirectory, day: date, lang: Lang) -> list[str]:
    """Say what leaves a rung without its person, or a person unheard."""
    return [
        say(lang, f"people_doubts.{found.kind}", which=found.key,
            role=name_of(lang, "roles", found.role))
        for found in doubts(directory, day)
    ]  # fmt: skip


def print_doubts(directory: OfficeDirectory, day: date, lang: Lang) -> None:
    """Print what deserves a second look, if anything does."""
    if lines := doubt_lines(directory, day, lang):
        print_heading(say(lang, "people.doubts"))
        print_lines(f"- {line}" for line in lines)


def named(people: Iterable[PersonEntry]) -> str:
    """Name people by key, the first ones where they are many."""
    keys = [person.key for person in people]
    more = "" if len(keys) <= _MOST_NAMED else ", …"
    return ", ".join(keys[:_MOST_NAMED]) + more
