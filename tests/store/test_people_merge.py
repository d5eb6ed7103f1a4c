from __future__ import annotations

from datetime import date, timedelta

import pytest

from samples.people import sample_directory
from store.directory import (
    AbsenceEntry,
    AddressEntry,
    DirectoryEntries,
    OfficeDirectory,
    OfficeEntry,
    PersonEntry,
    PostEntry,
)
from store.people_changes import compare
from store.people_checks import faults
from store.people_doubts import Doubt, doubts
from store.people_merge import merge, untouched

DAY = date(2026, 11, 23)
YESTERDAY = DAY - timedelta(days=1)
ROOM = OfficeEntry(key="a/1", name="Phòng 1", parent="a")
AGENCY = OfficeEntry(key="a", name="Cơ quan A", kind="agency")
AN = PersonEntry(key="an", name="An", office="a/1")
BINH = PersonEntry(key="binh", name="Bình", office="a/1")
MADE_UP = PersonEntry(key="mau", name="Mẫu", office="a/1", synthetic=True)
OFFICER = PostEntry(id=1, person="an", role="officer", office="a/1")


def entries(*people: PersonEntry, **rest: object) -> DirectoryEntries:
    return DirectoryEntries(offices=(AGENCY, ROOM), people=people, **rest)


def test_a_file_changes_who_it_names_and_leaves_the_others() -> None:
    before = entries(AN, BINH)
    file = entries(AN.model_copy(update={"name": "An Mới"}))
    after = merge(before, file, DAY)
    assert [person.name for person in after.people] == ["An Mới", "Bình"]
    assert untouched(before, file) == [BINH]


def test_the_same_file_twice_changes_nothing() -> None:
    sample = sample_directory(DAY)
    once = sample.model_copy(
        update={
            name: tuple(
                entry.model_copy(update={"id": number})
                for number, entry in enumerate(getattr(sample, name))
            )
            for name in ("posts", "absences", "delegations")
        }
    )
    assert compare(once, merge(once, sample, DAY + timedelta(days=9))) == []


def test_a_new_role_in_a_file_ends_the_one_before() -> None:
    chief = PostEntry(person="an", role="chief_officer", office="a/1")
    after = merge(entries(AN, posts=(OFFICER,)), entries(AN, posts=(chief,)), DAY)
    assert after.posts == (
        OFFICER.model_copy(update={"last": YESTERDAY}),
        chief.model_copy(update={"first": DAY}),
    )


def test_a_role_that_goes_on_keeps_its_row_and_its_first_day() -> None:
    begun = OFFICER.model_copy(update={"first": date(2020, 1, 1)})
    same = OFFICER.model_copy(update={"id": None})
    assert merge(entries(AN, posts=(begun,)), entries(AN, posts=(same,)), DAY).posts == (begun,)


def test_a_role_held_twice_is_matched_whatever_the_order_and_a_first_day_is_corrected() -> None:
    once = OFFICER.model_copy(update={"first": date(2015, 1, 1), "last": date(2018, 1, 1)})
    again = OFFICER.model_copy(update={"id": 2, "first": date(2020, 1, 1)})
    file = tuple(post.model_copy(update={"id": None}) for post in (again, once))
    before = entries(AN, posts=(once, again))
    assert merge(before, entries(AN, posts=file), DAY).posts == (once, again)
    right = file[0].model_copy(update={"first": date(2021, 1, 1)})
    after = merge(before, entries(AN, posts=(right, file[1])), DAY)
    assert after.posts == (once, again.model_copy(update={"first": date(2021, 1, 1)}))


def test_leave_is_matched_by_person_and_first_day() -> None:
    leave = AbsenceEntry(id=7, person="an", first=DAY, last=DAY)
    longer = AbsenceEntry(person="an", first=DAY, last=DAY + timedelta(days=3), deputy="binh")
    other = AbsenceEntry(person="an", first=DAY + timedelta(days=9), last=DAY + timedelta(days=9))
    after = merge(entries(AN, BINH, absences=(leave,)), entries(absences=(longer, other)), DAY)
    assert after.absences == (longer.model_copy(update={"id": 7}), other)


def test_made_up_people_leave_when_real_ones_come_and_not_before() -> None:
    real = merge(entries(MADE_UP), entries(AN), DAY)
    assert {person.key: person.left_on for person in real.people} == {"mau": DAY, "an": None}
    another = MADE_UP.model_copy(update={"key": "mau2"})
    still = merge(entries(MADE_UP), entries(another), DAY)
    assert all(person.left_on is None for person in still.people)


def test_the_sample_has_no_fault_and_no_doubt() -> None:
    sample = sample_directory(DAY)
    assert list(faults(sample)) == []
    assert doubts(OfficeDirectory(sample), DAY) == []


def test_offices_without_a_head_and_people_without_an_address_are_doubted() -> None:
    chief = PostEntry(person="an", role="chief_officer", office="a/1")
    second = chief.model_copy(update={"person": "binh"})
    found = doubts(OfficeDirectory(entries(AN)), DAY)
    assert found == [
        Doubt("no_head", "a", "head_of_agency"), Doubt("no_authority", "a", "managing_authority"),
        Doubt("no_chief", "a/1", "chief_officer"), Doubt("no_address", "an"),
    ]  # fmt: skip
    both = doubts(OfficeDirectory(entries(AN, BINH, posts=(chief, second))), DAY)
    assert Doubt("several", "a/1", "chief_officer") in both
    assert Doubt("no_chief", "a/1", "chief_officer") not in both
    left = AN.model_copy(update={"left_on": DAY})
    gone = doubts(OfficeDirectory(entries(left, posts=(chief,))), DAY)
    assert Doubt("no_chief", "a/1", "chief_officer") in gone
    assert Doubt("no_address", "an") not in gone


@pytest.mark.parametrize(
    ("value", "channel", "good"),
    [
        ("an@coquan.gov.vn", "mail", True), ("an@localhost", "mail", False),
        ("an@a.vn\nBcc: x@y.vn", "mail", False), ("an@a.vn,b@a.vn", "mail", False),
        ("An <an@a.vn>", "mail", False), ("", "mail", False),
        ("https://hook.vn/x?y=1", "webhook", True), ("https://127.0.0.1:8443/x", "webhook", True),
        ("http://hook.vn/x", "webhook", False), ("https://hook.vn/x y", "webhook", False),
        ("https://", "webhook", False), ("tgram://token/chat", "apprise", True),
        ("tgram token", "apprise", False), ("zalo://x\n", "apprise", False),
    ],
)  # fmt: skip
def test_addresses_are_checked_by_their_form(value: str, channel: str, *, good: bool) -> None:
    address = AddressEntry.model_validate({"channel": channel, "value": value})
    found = [f.field for f in faults(entries(AN.model_copy(update={"addresses": (address,)})))]
    assert found == ([] if good else [channel])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (entries(AN.model_copy(update={"key": "Ân"})), "key"),
        (entries(AN, AN), "key"),
        (entries(AN.model_copy(update={"name": " "})), "name"),
        (entries(AN.model_copy(update={"name": "A\x1b[2J"})), "name"),
        (entries(AN.model_copy(update={"office": "b"})), "office"),
        (entries(AN.model_copy(update={"hours": ("11:00-10:00",)})), "hours"),
        (entries(AN.model_copy(update={"hours": ("08:00-10:00", "09:00-11:00")})), "hours"),
        (entries(AN.model_copy(update={"left_on": DAY})), "left_on"),
        (entries(AN, posts=(PostEntry(person="x", role="officer", office="a"),)), "person"),
        (entries(AN, posts=(PostEntry(person="an", role="officer", office="b"),)), "office"),
        (entries(AN, absences=(AbsenceEntry(person="an", first=DAY, last=YESTERDAY),)), "last"),
        (
            entries(AN, absences=(AbsenceEntry(person="an", first=DAY, last=DAY, deputy="an"),)),
            "deputy",
        ),
    ],
)
def test_a_fault_is_found_and_names_its_field(changed: DirectoryEntries, field: str) -> None:
    assert [fault.field for fault in faults(changed)] == [field]


def test_an_office_below_itself_is_a_fault() -> None:
    circle = DirectoryEntries(
        offices=(AGENCY.model_copy(update={"parent": "a/1"}), ROOM), people=(AN,)
    )
    assert [fault.field for fault in faults(circle)] == ["parent", "parent"]


def test_the_shown_form_of_a_url_holds_no_token_and_tells_two_apart() -> None:
    one, other = (AddressEntry(channel="apprise", value=f"tgram://tok{n}/chat") for n in (1, 2))
    hook = AddressEntry(channel="webhook", value="https://user:pass@hook.vn/secret")
    assert one.shown != other.shown
    assert "tok" not in one.shown
    assert hook.shown.startswith("https://hook.vn…")
