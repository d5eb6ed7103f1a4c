"""Whose duties a person has on a day, by the directory alone."""

from __future__ import annotations

from datetime import date, timedelta

from samples.people import sample_directory
from store.directory import AbsenceEntry, DelegationEntry, OfficeDirectory, PostEntry
from store.seats import (
    Replaced,
    Seat,
    left_alone,
    officers_without,
    replaced_in,
    seats_of,
)

DAY = date(2026, 10, 9)
WEEK = {"first": DAY - timedelta(days=1), "last": DAY + timedelta(days=5)}
OFFICES = ("nghe-an", "nghe-an/kv1", "nghe-an/kv2")


def directory(
    *,
    absences: tuple[AbsenceEntry, ...] = (),
    delegations: tuple[DelegationEntry, ...] = (),
    without: tuple[str, ...] = (),
) -> OfficeDirectory:
    entries = sample_directory(DAY)
    return OfficeDirectory(
        entries.model_copy(
            update={
                "absences": absences,
                "delegations": delegations,
                "posts": tuple(p for p in entries.posts if p.person not in without),
            }
        )
    )


def leave(person: str, deputy: str | None = None) -> AbsenceEntry:
    return AbsenceEntry(person=person, deputy=deputy, **WEEK)


def roles(found: list[Seat]) -> set[tuple[str, str | None]]:
    return {(seat.role, seat.office) for seat in found}


def test_an_officer_has_what_is_theirs_and_nothing_of_others() -> None:
    assert seats_of(directory(), "cv.an", OFFICES, DAY) == [Seat("officer", officer="cv.an")]


def test_a_head_has_the_duties_of_every_office_below_and_a_chief_those_of_the_room() -> None:
    own = ("officer", None)
    head = seats_of(directory(), "tt.nghe-an", OFFICES, DAY)
    assert roles(head) == {
        own, ("officer", "nghe-an"), *(("head_of_agency", office) for office in OFFICES),
    }  # fmt: skip
    chief = seats_of(directory(), "cvt.kv1", OFFICES, DAY)
    assert roles(chief) == {own, ("officer", "nghe-an/kv1"), ("chief_officer", "nghe-an/kv1")}
    above = seats_of(directory(), "ql.cuc", OFFICES, DAY)
    assert roles(above) == {own, *(("managing_authority", office) for office in OFFICES)}


def test_who_stands_in_has_the_duties_and_so_has_whoever_is_away() -> None:
    for changed, why in (
        ({"absences": (leave("cv.an", "cv.binh"),)}, "deputy"),
        (
            {"delegations": (DelegationEntry(person="cv.an", delegate="cv.binh", **WEEK),)},
            "delegate",
        ),
    ):
        known = directory(**changed)
        assert Seat("officer", None, "cv.an", why, "cv.an") in seats_of(
            known, "cv.binh", OFFICES, DAY
        )
        assert seats_of(known, "cv.an", OFFICES, DAY) == [Seat("officer", officer="cv.an")]
        assert replaced_in(known, "cv.an", DAY) == [Replaced("officer", "cv.binh", why)]
        assert replaced_in(known, "cv.binh", DAY) == []
        later = WEEK["last"] + timedelta(days=1)
        assert seats_of(known, "cv.binh", OFFICES, later) == [Seat("officer", officer="cv.binh")]


def test_a_head_on_leave_keeps_the_duties_and_the_deputy_has_them_too() -> None:
    known = directory(absences=(leave("tt.nghe-an", "ptt.nghe-an"),))
    deputy = seats_of(known, "ptt.nghe-an", ["nghe-an/kv1"], DAY)
    assert Seat("head_of_agency", "nghe-an/kv1", None, "deputy", "tt.nghe-an") in deputy
    own = seats_of(known, "tt.nghe-an", ["nghe-an/kv1"], DAY)
    assert Seat("head_of_agency", "nghe-an/kv1") in own
    assert replaced_in(known, "tt.nghe-an", DAY) == [
        Replaced("head_of_agency", "ptt.nghe-an", "deputy")
    ]


def test_of_an_officer_whom_nobody_replaces_the_chief_has_the_duties_office_by_office() -> None:
    known = directory(absences=(leave("cv.an"),))
    assert officers_without(known, "cvt.kv1", DAY) == ["cv.an"]
    cases = [("nghe-an/kv1", "cv.an"), ("nghe-an/kv2", "cv.an")]
    assert left_alone(known, "cvt.kv1", cases, DAY) == [
        Seat("officer", "nghe-an/kv1", "cv.an", "fallback", "cv.an")
    ]
    assert left_alone(known, "cvt.kv2", cases, DAY) == [
        Seat("officer", "nghe-an/kv2", "cv.an", "fallback", "cv.an")
    ]
    assert officers_without(directory(), "cvt.kv1", DAY) == []


def test_the_head_of_an_agency_whose_room_has_no_chief_has_no_second_seat_there() -> None:
    known = directory(without=("cvt.kv1",))
    seats = seats_of(known, "tt.nghe-an", ["nghe-an/kv1"], DAY)
    assert [seat.role for seat in seats if seat.office == "nghe-an/kv1"] == [
        "officer", "head_of_agency",
    ]  # fmt: skip


def test_of_two_who_hold_a_post_one_has_the_duties_and_the_other_while_that_one_is_away() -> None:
    entries = sample_directory(DAY)
    second = PostEntry(person="ptt.nghe-an", role="head_of_agency", office="nghe-an")
    both = entries.model_copy(
        update={"posts": (*entries.posts, second), "absences": (), "delegations": ()}
    )
    known = OfficeDirectory(both)
    told = [
        person
        for person in ("ptt.nghe-an", "tt.nghe-an")
        if ("head_of_agency", "nghe-an") in roles(seats_of(known, person, ["nghe-an"], DAY))
    ]
    assert len(told) == 1
    away = OfficeDirectory(both.model_copy(update={"absences": (leave(told[0]),)}))
    other = "tt.nghe-an" if told[0] == "ptt.nghe-an" else "ptt.nghe-an"
    assert Seat("head_of_agency", "nghe-an") in seats_of(away, other, ["nghe-an"], DAY)
