from __future__ import annotations

from datetime import date, datetime, timedelta
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.calendar import ZONE
from samples.people import sample_directory
from store.directory import (
    ROLES,
    AbsenceEntry,
    AddressEntry,
    DelegationEntry,
    DirectoryEntries,
    OfficeDirectory,
    OfficeEntry,
    PersonEntry,
    PostEntry,
    Role,
)
from store.duty import Found

DAY = date(2026, 11, 23)
WEEK = timedelta(days=7)
_OFFICES = {"cuc": None, "na": "cuc", "na/kv1": "na", "na/kv2": "na", "other": None}
MAIL = (AddressEntry(channel="mail", value="x@x.invalid"),)
_NAMES = [f"p{number}" for number in range(6)]


def directory(
    *posts: tuple[str, Role, str], more: tuple[str, ...] = (), **rest: object
) -> OfficeDirectory:
    people = {person: office for person, _, office in posts} | dict.fromkeys(more, "na/kv1")
    left = rest.pop("left", {})
    assert isinstance(left, dict)
    return OfficeDirectory(
        DirectoryEntries(
            offices=tuple(
                OfficeEntry(key=key, name=key, parent=parent) for key, parent in _OFFICES.items()
            ),
            people=tuple(
                PersonEntry(key=key, name=key, office=office, left_on=left.get(key), addresses=MAIL)
                for key, office in people.items()
            ),
            posts=tuple(PostEntry(person=p, role=role, office=office) for p, role, office in posts),
            **rest,
        )
    )


POSTS: tuple[tuple[str, Role, str], ...] = (
    ("an", "officer", "na/kv1"),
    ("binh", "officer", "na/kv1"),
    ("cvt", "chief_officer", "na/kv1"),
    ("tt", "head_of_agency", "na"),
    ("ql", "managing_authority", "cuc"),
)


def away(person: str, deputy: str | None = None, days: int = 0) -> AbsenceEntry:
    return AbsenceEntry(person=person, first=DAY, last=DAY + timedelta(days=days), deputy=deputy)


def acting(person: str, delegate: str, role: Role | None = None) -> DelegationEntry:
    return DelegationEntry(person=person, delegate=delegate, role=role, first=DAY, last=DAY)


def test_the_officer_of_the_case_is_told_while_there() -> None:
    found = directory(*POSTS).find("na/kv1", "officer", "an", DAY)
    assert found == Found("an")


def test_a_role_is_looked_for_at_the_office_and_then_above_it() -> None:
    known = directory(*POSTS)
    assert known.find("na/kv1", "chief_officer", "an", DAY) == Found("cvt")
    assert known.find("na/kv1", "head_of_agency", "an", DAY) == Found("tt")
    assert known.find("na/kv1", "managing_authority", None, DAY) == Found("ql")


def test_nobody_in_a_role_means_the_role_above_and_it_is_said() -> None:
    known = directory(*POSTS)
    assert known.find("na/kv2", "chief_officer", None, DAY) == Found("tt", "fallback")
    assert known.find("na/kv1", "officer", None, DAY) == Found("cvt", "fallback")
    assert known.find("na/kv1", "officer", "stranger", DAY) == Found("cvt", "fallback")


def test_an_unknown_office_is_below_the_office_that_its_key_begins_with() -> None:
    assert directory(*POSTS).find("na/kv9/x", "head_of_agency", None, DAY) == Found("tt")


def test_a_deputy_stands_in_on_the_days_of_the_leave_and_on_no_other() -> None:
    known = directory(*POSTS, absences=(away("an", "binh", days=2),))
    before, last, after = DAY - timedelta(days=1), DAY + timedelta(days=2), DAY + timedelta(days=3)
    assert known.find("na/kv1", "officer", "an", before) == Found("an")
    assert known.find("na/kv1", "officer", "an", DAY) == Found("binh", "deputy", "an")
    assert known.find("na/kv1", "officer", "an", last) == Found("binh", "deputy", "an")
    assert known.find("na/kv1", "officer", "an", after) == Found("an")


def test_the_day_is_that_of_viet_nam() -> None:
    known = directory(*POSTS, absences=(away("an", "binh"),))
    moment = datetime(2026, 11, 23, 0, 30, tzinfo=ZONE)
    assert known.find("na/kv1", "officer", "an", moment).person == "binh"
    assert known.find("na/kv1", "officer", "an", moment - timedelta(hours=1)).person == "an"


def test_a_leave_that_was_ended_no_longer_holds() -> None:
    ended = away("an", "binh", days=9).model_copy(update={"ended_on": DAY + timedelta(days=1)})
    known = directory(*POSTS, absences=(ended,))
    assert known.find("na/kv1", "officer", "an", DAY).person == "binh"
    assert known.find("na/kv1", "officer", "an", DAY + timedelta(days=1)).person == "an"


def test_a_deputy_who_is_away_has_a_deputy_and_a_circle_of_deputies_ends_above() -> None:
    chain = directory(*POSTS, more=("chi",), absences=(away("an", "binh"), away("binh", "chi")))
    assert chain.find("na/kv1", "officer", "an", DAY) == Found("chi", "deputy", "an")
    circle = directory(*POSTS, absences=(away("an", "binh"), away("binh", "an")))
    assert circle.find("na/kv1", "officer", "an", DAY) == Found("cvt", "fallback", "an")


def test_leave_without_a_deputy_and_departure_mean_the_role_above() -> None:
    known = directory(*POSTS, absences=(away("an"),))
    assert known.find("na/kv1", "officer", "an", DAY) == Found("cvt", "fallback", "an")
    left = directory(*POSTS, left={"an": DAY, "cvt": DAY})
    assert left.find("na/kv1", "officer", "an", DAY - timedelta(days=1)) == Found("an")
    assert left.find("na/kv1", "officer", "an", DAY) == Found("tt", "fallback", "an")


def test_a_delegate_is_told_for_the_role_that_was_delegated() -> None:
    known = directory(*POSTS, more=("pho",), delegations=(acting("tt", "pho", "head_of_agency"),))
    assert known.find("na/kv1", "head_of_agency", None, DAY) == Found("pho", "delegate", "tt")
    after = DAY + timedelta(days=1)
    assert known.find("na/kv1", "head_of_agency", None, after) == Found("tt")
    other = directory(*POSTS, more=("pho",), delegations=(acting("tt", "pho", "officer"),))
    assert other.find("na/kv1", "head_of_agency", None, DAY) == Found("tt")


def test_who_delegated_is_told_where_the_delegate_is_away() -> None:
    known = directory(*POSTS, delegations=(acting("an", "binh"),), absences=(away("binh"),))
    assert known.find("na/kv1", "officer", "an", DAY) == Found("an")


def test_who_cannot_be_reached_is_passed_over_and_it_is_said() -> None:
    known = directory(*POSTS)
    found = known.find("na/kv1", "officer", "an", DAY, ("an",))
    assert found == Found("cvt", "unreached", "an")
    found = known.find("na/kv1", "officer", "an", DAY, ("an", "cvt", "tt"))
    assert found == Found("ql", "unreached", "an")


def test_who_has_no_address_is_passed_over_and_it_is_said() -> None:
    entries = directory(*POSTS).entries
    people = tuple(
        person.model_copy(update={"addresses": ()}) if person.key == "an" else person
        for person in entries.people
    )
    known = OfficeDirectory(entries.model_copy(update={"people": people}))
    assert known.find("na/kv1", "officer", "an", DAY) == Found("cvt", "unreached", "an")


def test_where_nobody_can_be_reached_who_was_meant_is_tried_again() -> None:
    everybody = [person for person, _, _ in POSTS]
    assert directory(*POSTS).find("na/kv1", "officer", "binh", DAY, everybody) == Found("binh")


def test_someone_on_leave_is_better_than_nobody() -> None:
    known = directory(("an", "officer", "na/kv1"), absences=(away("an"),))
    assert known.find("na/kv1", "chief_officer", None, DAY).person == "an"


def test_of_two_in_a_role_the_one_who_is_there_is_told_and_else_the_newest() -> None:
    entries = directory(*POSTS, more=("moi",)).entries
    new = PostEntry(person="moi", role="chief_officer", office="na/kv1", first=DAY - WEEK)
    both = entries.model_copy(update={"posts": (*entries.posts, new)})
    assert OfficeDirectory(both).find("na/kv1", "chief_officer", None, DAY).person == "moi"
    gone = both.model_copy(update={"absences": (away("moi", "binh"),)})
    assert OfficeDirectory(gone).find("na/kv1", "chief_officer", None, DAY) == Found("cvt")


def test_only_a_directory_without_anybody_left_gives_nobody() -> None:
    with pytest.raises(LookupError, match="nobody who could be told"):
        directory(*POSTS, left={person: DAY for person, _, _ in POSTS}).find(
            "na/kv1", "officer", "an", DAY
        )


def test_hours_are_the_persons_then_the_offices_then_those_above() -> None:
    entries = directory(*POSTS).entries
    offices = tuple(
        office.model_copy(update={"hours": ("08:00-12:00",)}) if office.key == "na" else office
        for office in entries.offices
    )
    people = tuple(
        person.model_copy(update={"hours": ("09:00-10:00", "10:00-11:00")})
        if person.key == "an"
        else person
        for person in entries.people
    )
    known = OfficeDirectory(entries.model_copy(update={"offices": offices, "people": people}))

    def shown(person: str) -> list[str]:
        hours = known.hours_of(known.people[person])
        return [f"{begin:%H:%M}-{end:%H:%M}" for begin, end in hours]

    assert shown("an") == ["09:00-10:00", "10:00-11:00"]
    assert shown("binh") == ["08:00-12:00"]
    assert shown("ql") == ["07:30-11:30", "13:30-17:00"]


_person = st.sampled_from(_NAMES)
_day = st.integers(-3, 3).map(lambda days: DAY + timedelta(days=days))
_role = st.sampled_from(ROLES)
_office = st.sampled_from(list(_OFFICES))


@st.composite
def _entries(draw: st.DrawFn) -> DirectoryEntries:
    offices = list(_OFFICES)
    parents = st.none() | st.sampled_from(offices)
    spell = st.tuples(_person, _person, _day, st.integers(0, 4), st.none() | _day)
    names = draw(st.lists(_person, min_size=1, max_size=6, unique=True))
    return DirectoryEntries(
        # Even a tree that runs in a circle, which the checks refuse, is walked to an end.
        offices=tuple(OfficeEntry(key=o, name=o, parent=draw(parents)) for o in offices),
        people=tuple(
            PersonEntry(
                key=p, name=p, office=draw(_office), left_on=draw(st.none() | _day),
                addresses=draw(st.sampled_from([MAIL, MAIL, ()])),
            )
            for p in names
        ),
        posts=tuple(
            PostEntry(person=p, role=role, office=office, first=first, last=last)
            for p, role, office, first, last in draw(
                st.lists(
                    st.tuples(_person, _role, _office, st.none() | _day, st.none() | _day),
                    max_size=8,
                )
            )
        ),
        absences=tuple(
            AbsenceEntry(
                person=p, deputy=draw(st.sampled_from([None, q])), first=first,
                last=first + timedelta(days=length), ended_on=ended,
            )
            for p, q, first, length, ended in draw(st.lists(spell, max_size=6))
        ),
        delegations=tuple(
            DelegationEntry(
                person=p, delegate=q, role=draw(st.none() | _role), first=first,
                last=first + timedelta(days=length), ended_on=ended,
            )
            for p, q, first, length, ended in draw(st.lists(spell, max_size=6))
        ),
    )  # fmt: skip


@given(
    entries=_entries(),
    office=st.sampled_from([*_OFFICES, "na/kv9", "x"]),
    role=_role,
    officer=st.none() | _person | st.just("stranger"),
    unreached=st.lists(_person, max_size=4),
)
def test_somebody_is_always_told_and_rightly_and_it_is_said_why(
    entries: DirectoryEntries, office: str, role: Role, officer: str | None, unreached: list[str]
) -> None:
    known = OfficeDirectory(entries)
    staying = {person.key for person in entries.people if not person.has_left(DAY)}
    if not staying:
        with pytest.raises(LookupError):
            known.find(office, role, officer, DAY, unreached)
        return
    found = known.find(office, role, officer, DAY, unreached)
    deaf = {person.key for person in entries.people if not person.reachable} | set(unreached)
    absent = {absence.person for absence in entries.absences if absence.holds(DAY)}
    assert found.person in staying
    if candidates := staying - absent - deaf:
        assert found.person in candidates
    elif reachable := staying - deaf:
        assert found.person in reachable
    line = known._duty.line(office)
    meant = {officer} if role == "officer" else {
        post.person
        for post in entries.posts
        if post.role == role and post.office in line and post.holds(DAY)
    }  # fmt: skip
    assert (found.why is None) == (found.person in meant)
    assert (found.why is None) <= (found.instead_of is None)
    if found.why == "unreached":
        assert found.instead_of in deaf
    # Asked again, from what is remembered, the answer is the same.
    assert known.find(office, role, officer, DAY, unreached) == found


@given(entries=_entries(), officer=_person)
def test_an_officer_who_is_there_and_delegates_nothing_is_told(
    entries: DirectoryEntries, officer: str
) -> None:
    known = OfficeDirectory(entries)
    person = known.people.get(officer)
    absent = {absence.person for absence in entries.absences if absence.holds(DAY)}
    delegating = {given.person for given in entries.delegations if given.holds(DAY)}
    there = person is not None and person.reachable and not person.has_left(DAY)
    if there and officer not in absent | delegating:
        assert known.find("na/kv1", "officer", officer, DAY) == Found(officer)


def test_a_burst_asks_five_thousand_times_within_a_moment() -> None:
    known = OfficeDirectory(sample_directory(DAY))
    now = datetime(2026, 11, 23, 7, 0, tzinfo=ZONE)
    begun = perf_counter()
    for number in range(5000):
        known.find("nghe-an/kv2", "officer", "cv.dung", now, (f"nobody {number}",))
    assert perf_counter() - begun < 1.5


def test_a_burst_in_a_large_directory_without_any_head_is_no_slower() -> None:
    offices = tuple(OfficeEntry(key=f"a/{n}", name="x", parent="a") for n in range(300))
    top = OfficeEntry(key="a", name="x", kind="agency")
    people = tuple(
        PersonEntry(
            key=f"p{n}",
            name="x",
            office=f"a/{n % 300}",
            left_on=DAY if n % 2 else None,
            addresses=MAIL,
        )
        for n in range(5000)
    )
    known = OfficeDirectory(DirectoryEntries(offices=(top, *offices), people=people))
    begun = perf_counter()
    for number in range(5000):
        found = known.find(f"a/{number % 300}", "officer", f"p{number}", DAY)
        assert (found.why is None) == (number % 2 == 0)
    assert perf_counter() - begun < 3
