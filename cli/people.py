"""List, show, add and change the people of the directory, and say who is told: `thads people …`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from cases.errors import FormError, Words, one_of
from cli import people_away, people_file, people_history
from cli.actor import Actor
from cli.clock import read_today
from cli.directory_edit import (
    NOTHING,
    edit_directory,
    find_office,
    find_person,
    refuse_known,
    replaced,
)
from cli.directory_sheets import split_hours
from cli.directory_view import address_line, person_rows, print_person
from cli.live import find_directory
from cli.output import OK, print_json, print_lines, print_table
from cli.reading import Json, Language, read_day
from i18n.dates import short
from i18n.texts import Lang, capital, name_of, say
from settings import read_settings
from store.directory import (
    AddressEntry,
    DirectoryEntries,
    OfficeDirectory,
    PersonEntry,
    PostEntry,
    Role,
)
from store.duty import Found
from store.people_merge import end_posts, with_post

Office = Annotated[str | None, Parameter(help="Their office: nghe-an/kv1.")]
OneRole = Annotated[Role | None, Parameter(help="The role that they hold at that office.")]
Since = Annotated[str | None, Parameter(name="--from", help="From which day; default: today.")]
Addresses = Annotated[
    list[str] | None,
    Parameter(
        name="--address", negative="",
        help="How to reach them, may be given again, in order: an e-mail address, an apprise URL, "
        "or https://… for a webhook.",
    ),
]  # fmt: skip
Tongue = Annotated[Literal["vi", "en"] | None, Parameter(help="The language they are told in.")]
Hours = Annotated[
    str | None,
    Parameter(help="Their own hours: 07:30-11:30,13:30-17:00; none: those of the office."),
]


def add_to(app: App) -> None:
    """Add the group `people`."""
    group = App(name="people", help="The people: roles, addresses, leave, delegation.")
    group.command(list_people, name="list")
    group.command(show)
    group.command(who)
    group.command(add)
    group.command(change)
    people_away.add_to(group)
    people_file.add_to(group)
    people_history.add_to(group)
    app.command(group)


def list_people(
    *,
    office: Annotated[str | None, Parameter(help="An office and those below it.")] = None,
    gone: Annotated[bool, Parameter(negative="", help="Those who left as well.")] = False,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """List people with their roles, and whether they are there today."""
    directory, day = find_directory(read_settings()), read_today()
    if office is not None:
        directory.check_office(office)
    found = [
        person
        for person in directory.entries.people
        if (gone or not person.has_left(day))
        and (office is None or f"{person.office}/".startswith(f"{office}/"))
    ]
    if json:
        print_json([_as_json(directory, person, day) for person in found])
    elif found:
        print_table(*person_rows(directory, found, day, lang))
    else:
        print_lines([say(lang, "people.nobody")])
    return OK


def show(person: str, /, *, json: Json = False, lang: Language = "vi") -> int:
    """Show a person: office, hours, addresses, roles, leave and delegations."""
    directory, day = find_directory(read_settings()), read_today()
    entry = find_person(directory.entries, person)
    if json:
        print_json(_as_json(directory, entry, day))
    else:
        print_person(directory, entry, day, lang)
    return OK


def _as_json(directory: OfficeDirectory, person: PersonEntry, day: date) -> dict[str, Any]:
    entries = directory.entries

    def own(kind: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - posts, leave or delegations
        return [e.model_dump(mode="json", exclude={"id"}) for e in kind if e.person == person.key]

    return person.model_dump(mode="json") | {
        "addresses": [{"channel": a.channel, "value": a.shown} for a in person.addresses],
        "roles": [post.role for post in directory.posts_of(person.key, day)],
        "posts": own(entries.posts),
        "absences": own(entries.absences),
        "delegations": own(entries.delegations),
    }


def who(
    *,
    office: Annotated[str, Parameter(help="The office of the case: nghe-an/kv1.")],
    role: Annotated[Role, Parameter(help="The role that is to be told.")],
    officer: Annotated[str | None, Parameter(help="The officer of the case.")] = None,
    on: Annotated[str | None, Parameter(name="--on", help="On which day; default: today.")] = None,
    unreached: Annotated[
        list[str] | None, Parameter(negative="", help="Someone who could not be reached.")
    ] = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Say who would be told on a day, and why it is not who was meant."""
    directory = find_directory(read_settings())
    day = read_today() if on is None else read_day("--on", on)
    directory.check_office(office)
    directory.check_officer(officer)
    found = directory.find(office, role, officer, day, unreached or ())
    person = directory.people[found.person]
    if json:
        print_json({
            "on": day.isoformat(), "office": office, "role": role, "officer": officer,
            "person": found.person, "why": found.why, "instead_of": found.instead_of,
            "addresses": [{"channel": a.channel, "value": a.shown} for a in person.addresses],
        })  # fmt: skip
        return OK
    shown = "; ".join(address_line(address) for address in person.addresses)
    reached = say(lang, "people.reached_by", addresses=shown)
    print_lines([
        say(lang, "people.who", day=short(day, lang), name=person.name, person=person.key,
            office=person.office),
        reached if shown else say(lang, "people.reached_by_none"),
        _why(directory, found, office, role, lang),
    ])  # fmt: skip
    return OK


def _why(directory: OfficeDirectory, found: Found, office: str, role: str, lang: Lang) -> str:
    named = name_of(lang, "roles", role)
    if found.why is None:
        key = "people.why_meant" if role == "officer" else "people.why_holder"
        return say(lang, key, role=named)
    if found.instead_of is None:
        key = "no_officer" if role == "officer" else "nobody"
        return say(lang, f"people.why_fallback_{key}", role=named, office=office)
    instead = f"{directory.people[found.instead_of].name} ({found.instead_of})"
    return capital(say(lang, f"people.why_{found.why}", instead=instead))


async def add(
    person: str,
    /,
    *,
    name: Annotated[str, Parameter(help="Their full name.")],
    office: Annotated[str, Parameter(help="Their office: nghe-an/kv1.")],
    role: OneRole = None,
    since: Since = None,
    address: Addresses = None,
    language: Tongue = None,
    hours: Hours = None,
    actor: Actor = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Add a person; their key is what registers and cases name them by."""
    first = read_today() if since is None else read_day("--from", since)

    def edit(before: DirectoryEntries) -> DirectoryEntries:
        refuse_known(person, before.people)
        find_office(before, office, "--office")
        new = PersonEntry(key=person, name=name, office=office, **_told(address, language, hours))
        after = before.model_copy(update={"people": (*before.people, new)})
        if role is None:
            return after
        post = PostEntry(person=person, role=role, office=office, first=first)
        return with_post(after, post, first)

    return await edit_directory(edit, "thads people add", actor, json=json, lang=lang)


async def change(
    person: str,
    /,
    *,
    name: Annotated[str | None, Parameter(help="Their full name.")] = None,
    office: Office = None,
    role: Annotated[
        Role | Literal["none"] | None, Parameter(help="The role from now on; none: no role.")
    ] = None,
    beside: Annotated[
        bool, Parameter(negative="", help="The role comes beside the others, which go on.")
    ] = False,
    since: Since = None,
    address: Addresses = None,
    language: Tongue = None,
    hours: Hours = None,
    actor: Actor = None,
    json: Json = False,
    lang: Language = "vi",
) -> int:
    """Change what is given of a person; the rest stays, and what was stays on record.

    Another office takes the role along; another role ends the one before.
    """
    first = read_today() if since is None else read_day("--from", since)

    def edit(before: DirectoryEntries) -> DirectoryEntries:
        old = find_person(before, person)
        update = _told(address, language, hours)
        update |= {"name": name} if name is not None else {}
        if office is not None:
            find_office(before, office, "--office")
            # A role beside the others does not move the person.
            update |= {} if beside else {"office": office}
        new = old.model_copy(update=update)
        after = before.model_copy(update={"people": replaced(before.people, new)})
        return _with_role(after, person, role, office or old.office, first, beside=beside)

    return await edit_directory(edit, "thads people change", actor, json=json, lang=lang)


def _with_role(
    entries: DirectoryEntries,
    person: str,
    role: Role | Literal["none"] | None,
    office: str,
    first: date,
    *,
    beside: bool,
) -> DirectoryEntries:
    if role == "none":
        return end_posts(entries, person, first)
    if role is None:
        held = [p for p in entries.posts if p.person == person and p.holds(first)]
        if beside:
            raise FormError("--role", None, one_of(("officer", "chief_officer", "head_of_agency")))
        if len(held) != 1 or held[0].office == office:
            return entries
        role = held[0].role
    post = PostEntry(person=person, role=role, office=office, first=first)
    return with_post(entries, post, first, beside=beside)


def _told(address: list[str] | None, language: str | None, hours: str | None) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if address is not None:
        told["addresses"] = tuple(_address(text) for text in address if text != NOTHING)
    if language is not None:
        told["language"] = language
    if hours is not None:
        told["hours"] = None if hours == NOTHING else split_hours(hours)
    return told


def _address(text: str) -> AddressEntry:
    scheme, sign, _ = text.partition("://")
    if not sign:
        return AddressEntry(channel="mail", value=text)
    if scheme == "http":
        raise FormError("--address", text, Words(
            vi="webhook phải là https://…, vì nội dung có thông tin về việc thi hành án",
            en="a webhook must be https://…, because it carries what cases say",
        ))  # fmt: skip
    return AddressEntry(channel="webhook" if scheme == "https" else "apprise", value=text)
