"""What each letter comes to: who is competent, what is proposed by which article, which dossier."""

from __future__ import annotations

from typing import Any

import pytest

from cases.competence import Earlier, FirstComplaint, Known
from cases.grounds import FIRST_OF, the_intake
from cases.intake import Examined, examine, faults_in, letter_number
from cases.letters import Letter
from i18n.places import act_name
from tests.cases.letter_files import COMPLAINT, DENUNCIATION, NOW, PETITION, SENDER, letter

AGENCY = Known(office="nghe-an", level="agency", agency="nghe-an", managing="cuc")
ROOM = Known(office="nghe-an/kv1", level="room", agency="nghe-an", managing="cuc")
TOP = Known(office="cuc", level="managing_authority", managing="cuc")
SECOND = {**COMPLAINT, "instance": "second", "first": "complaint/KN-1", "notified_on": None}


def examined(given: Letter, known: Known = AGENCY) -> tuple[Examined, ...]:
    return examine(given, "nghe-an-2026-0007", known, NOW)


def one(given: Letter, known: Known = AGENCY) -> Examined:
    (found,) = examined(given, known)
    return found


def proposed(found: Examined) -> tuple[str, str]:
    """Give the decision and the place of its text."""
    cite = found.proposal.cite
    parts = (cite.act, cite.article, cite.clause, cite.point)
    return found.proposal.decision, " ".join(part for part in parts if part)


def test_a_letter_in_order_is_proposed_for_acceptance_with_a_dossier_of_its_own() -> None:
    found = one(letter())
    assert proposed(found) == ("accept", "106/2025/QH15 104")
    assert found.draft is not None
    dossier = found.draft.dossier
    assert dossier is not None
    assert (dossier.id, dossier.office) == ("complaint/nghe-an-2026-0007", "nghe-an")
    assert (dossier.letter, dossier.title) == ("nghe-an-2026-0007", COMPLAINT["title"])
    assert [p.name for p in dossier.parties] == [SENDER["name"]]
    assert [(f.event, f.on.isoformat()) for f in dossier.facts] == [
        ("contested_act_known", "2026-11-05"), ("complaint_received", "2026-11-20"),
    ]  # fmt: skip
    assert dossier.facts[1].fields["object"] == "coercion"
    assert "time_bar" in found.notes


def test_a_denunciations_dossier_tells_neither_title_nor_party_nor_text() -> None:
    found = one(letter(DENUNCIATION))
    assert proposed(found) == ("accept", "106/2025/QH15 110 1")
    assert found.draft is not None
    assert found.draft.dossier is not None
    assert set(found.draft.dossier.as_file()) == {"kind", "id", "office", "officer", "letter",
                                                  "facts"}  # fmt: skip
    assert found.draft.dossier.id == "denunciation/nghe-an-2026-0007"


def test_a_mixed_letter_is_split_and_nothing_in_it_tells_who_denounces() -> None:
    found = examined(letter(COMPLAINT, DENUNCIATION, PETITION))
    assert [one.draft.of for one in found if one.draft] == [
        "complaint/nghe-an-2026-0007-1",
        "denunciation/nghe-an-2026-0007-2",
        "petition/nghe-an-2026-0007-3",
    ]
    for part in found:
        assert "split" in part.notes
        assert part.draft is not None
        assert part.draft.dossier is not None
        assert part.draft.dossier.parties == ()
        assert part.draft.dossier.title is None


@pytest.mark.parametrize(
    ("people", "appointed", "decision"),
    [
        (4, None, ("accept", "106/2025/QH15 104")),
        (5, None, ("ask", "152/2026/NĐ-CP 77 1")),
        (5, {"number": 2, "appointment_signed": False}, ("ask", "152/2026/NĐ-CP 77 1")),
        (5, {"number": 2, "appointment_signed": True}, ("accept", "106/2025/QH15 104")),
        (10, {"number": 3, "appointment_signed": True}, ("ask", "152/2026/NĐ-CP 77 2 a")),
        (11, {"number": 3, "appointment_signed": True}, ("accept", "106/2025/QH15 104")),
        (11, {"number": 5, "appointment_signed": True}, ("accept", "106/2025/QH15 104")),
        (11, {"number": 6, "appointment_signed": True}, ("ask", "152/2026/NĐ-CP 77 2 b")),
    ],
)
def test_many_people_appoint_representatives(
    people: int, appointed: dict[str, Any] | None, decision: tuple[str, str]
) -> None:
    assert proposed(one(letter(signatories=people, representatives=appointed))) == decision


@pytest.mark.parametrize(
    ("more", "decision"),
    [
        ({"sender": {**SENDER, "id_number": ""}}, ("ask", "106/2025/QH15 103 1")),
        ({"sender": {**SENDER, "address": ""}}, ("file", "13/2021/TT-BTP 8 4 b")),
        ({"sender": {**SENDER, "signed": False}}, ("file", "13/2021/TT-BTP 8 4 b")),
        ({"language": "en"}, ("file", "13/2021/TT-BTP 8 4 c")),
        ({"language": "en", "translated": True}, ("accept", "106/2025/QH15 104")),
        ({"legible": False}, ("file", "13/2021/TT-BTP 8 4 e")),
        ({"sender": {**SENDER, "capacity": False}}, ("refuse", "106/2025/QH15 97 2")),
        (
            {"sender": {**SENDER, "capacity": False},
             "representative": {"name": "Người mẫu", "proof": True}},
            ("accept", "106/2025/QH15 104"),
        ),
        (
            {"representative": {"name": "Người mẫu", "proof": False}},
            ("refuse", "106/2025/QH15 97 3"),
        ),
    ],
)  # fmt: skip
def test_the_form_of_a_complaint_decides(more: dict[str, Any], decision: tuple[str, str]) -> None:
    assert proposed(one(letter(**more))) == decision


@pytest.mark.parametrize(
    ("noted", "decision"),
    [
        ("handled_before", ("file", "13/2021/TT-BTP 8 4 a")),
        ("false_name", ("file", "13/2021/TT-BTP 8 4 b")),
        ("hostile", ("file", "13/2021/TT-BTP 8 4 d")),
        ("insulting", ("file", "13/2021/TT-BTP 8 4 đ")),
        ("unclear", ("file", "13/2021/TT-BTP 8 4 h")),
        ("no_direct_effect", ("refuse", "106/2025/QH15 97 1")),
        ("already_final", ("refuse", "106/2025/QH15 97 5")),
        ("internal", ("refuse", "106/2025/QH15 97 6")),
        ("handled_as_denunciation", ("refuse", "106/2025/QH15 97 7")),
        ("terminated_before", ("refuse", "106/2025/QH15 97 7")),
    ],
)
def test_what_the_reader_notes_of_a_complaint_decides(
    noted: str, decision: tuple[str, str]
) -> None:
    assert proposed(one(letter({**COMPLAINT, "noted": [noted]}))) == decision


@pytest.mark.parametrize(
    ("noted", "decision"),
    [
        ("false_name", ("file", "13/2021/TT-BTP 16 3 g")),
        ("crime_signs", ("transfer", "106/2025/QH15 110 3")),
        ("no_conditions", ("refuse", "25/2018/QH14 29 1")),
        ("unclear", ("file", "13/2021/TT-BTP 16 3 i")),
    ],
)
def test_what_the_reader_notes_of_a_denunciation_decides(
    noted: str, decision: tuple[str, str]
) -> None:
    assert proposed(one(letter({**DENUNCIATION, "noted": [noted]}))) == decision


def test_a_room_books_a_complaint_and_the_provincial_head_gets_the_dossier() -> None:
    found = one(letter(office="nghe-an/kv1", sent_to="regional_room"), ROOM)
    assert proposed(found)[0] == "accept"
    assert "pass_to_head" in found.notes
    assert not found.over_level
    assert found.draft is not None
    assert found.draft.dossier is not None
    assert found.draft.dossier.office == "nghe-an"


def test_a_first_complaint_sent_above_is_over_level_and_goes_to_who_is_competent() -> None:
    about = {**COMPLAINT, "about": "NA-1"}
    top = TOP.model_copy(update={"cases": {"NA-1": "nghe-an"}})
    found = one(letter(about, office="cuc", sent_to="managing_authority"), top)
    assert found.over_level
    assert proposed(found) == ("transfer", "13/2021/TT-BTP 8 2")
    assert found.competent == "nghe-an"
    assert found.draft is not None
    assert found.draft.dossier is not None
    assert found.draft.dossier.office == "cuc", "the clock of the transfer is the receiver's"


@pytest.mark.parametrize(
    ("first", "over"),
    [
        (FirstComplaint(stage="complaint_examined", overdue=True), False),
        (FirstComplaint(stage="complaint_refused"), False),
        (FirstComplaint(stage="complaint_examined"), True),
    ],
)
def test_whoever_goes_above_a_late_or_refusing_level_is_not_over_level(
    first: FirstComplaint, *, over: bool
) -> None:
    again = {**COMPLAINT, "first": "complaint/KN-1"}
    top = TOP.model_copy(update={"firsts": {"complaint/KN-1": first}})
    found = one(letter(again, office="cuc", sent_to="minister"), top)
    assert found.over_level is over
    assert ("over_level" in found.notes) is over


def test_a_case_of_another_agency_is_transferred_and_said() -> None:
    about = {**COMPLAINT, "about": "HT-1"}
    found = one(letter(about), AGENCY.model_copy(update={"cases": {"HT-1": "ha-tinh"}}))
    assert proposed(found) == ("transfer", "13/2021/TT-BTP 8 2")
    assert found.competent == "ha-tinh"
    assert "other_agency" in found.notes
    assert not found.over_level


def test_sent_to_several_is_filed_by_who_is_not_competent_alone() -> None:
    both = ["managing_authority"]
    assert proposed(one(letter(also_sent_to=both)))[0] == "accept"
    against = {**DENUNCIATION, "against": "head"}
    assert proposed(one(letter(against, also_sent_to=both))) == ("file", "13/2021/TT-BTP 16 3 h")
    assert proposed(one(letter(against))) == ("transfer", "25/2018/QH14 24 2")
    assert proposed(one(letter(against, office="cuc"), TOP))[0] == "accept"


@pytest.mark.parametrize(
    ("first", "decision", "opens"),
    [
        ({"stage": "complaint_resolved"}, ("accept", "106/2025/QH15 104"), True),
        ({"stage": "complaint_examined"}, ("guide", "106/2025/QH15 98 2"), False),
        (
            {"stage": "complaint_examined", "overdue": True},
            ("transfer", "152/2026/NĐ-CP 74 1"), False,
        ),
        ({"stage": "complaint_refused"}, ("guide", "13/2021/TT-BTP 8 5"), True),
        ({"stage": "complaint_settled"}, ("refuse", "106/2025/QH15 97 5"), False),
        ({"stage": "complaint_terminated"}, ("refuse", "106/2025/QH15 97 7"), False),
        ({"stage": "second_complaint_examined"}, ("file", "13/2021/TT-BTP 8 4 a"), False),
    ],
)  # fmt: skip
def test_a_second_complaint_meets_the_first_as_it_stands(
    first: dict[str, Any], decision: tuple[str, str], *, opens: bool
) -> None:
    known = TOP.model_copy(update={"firsts": {"complaint/KN-1": FirstComplaint(**first)}})
    found = one(letter(SECOND, office="cuc", sent_to="managing_authority"), known)
    assert proposed(found) == decision
    assert (found.draft is not None) is opens
    if found.draft is not None:
        assert found.draft.of == "complaint/KN-1"
        assert found.draft.dossier is None
        assert found.draft.report is not None
        told = (found.draft.report.event, found.draft.report.fields.get("instance"))
        assert told in (("complaint_received", "second"), ("complaint_refusal_challenged", None))
        assert (told[1] is None) is (first["stage"] == "complaint_refused")


def test_a_duplicate_is_filed_once_the_earlier_one_is_decided_and_joined_before() -> None:
    for decided, decision, note in ((True, "file", False), (False, "accept", True)):
        earlier = (Earlier(letter="nghe-an-2026-0003", decided=decided),)
        found = one(letter(), AGENCY.model_copy(update={"earlier": {1: earlier}}))
        assert proposed(found)[0] == decision
        assert ("duplicate_open" in found.notes) is note
        assert found.earlier == ("nghe-an-2026-0003",)


def test_what_nobody_knows_is_a_fault_and_not_a_guess() -> None:
    about = letter({**COMPLAINT, "about": "NA-0"}, SECOND)
    known = AGENCY.model_copy(update={"cases": {"NA-0": None}, "firsts": {"complaint/KN-1": None}})
    assert [fault.field for fault in faults_in(about, known)] == [
        "contents[1].about", "contents[2].first",
    ]  # fmt: skip


def test_time_that_is_claimed_is_left_to_who_decides() -> None:
    span = {"first": "2026-11-01", "last": "2026-11-03"}
    found = one(letter({**COMPLAINT, "excluded": span}))
    assert "excluded_claimed" in found.notes
    assert found.draft is not None
    assert found.draft.dossier is not None
    assert "limitation_excluded" not in [f.event for f in found.draft.dossier.facts]


def test_a_letter_that_does_not_say_when_the_act_became_known_is_said_so() -> None:
    found = one(letter({**COMPLAINT, "notified_on": None}))
    assert "time_bar_unknown" in found.notes


def test_a_petition_is_answered_and_one_of_before_the_law_is_said() -> None:
    found = one(letter(PETITION, received_on="2026-06-30"))
    assert proposed(found) == ("accept", "13/2021/TT-BTP 28 1")
    assert "before_the_law" in found.notes
    assert "old_circular" not in found.notes


def test_every_ground_of_filing_and_of_not_accepting_stands_in_the_table() -> None:
    table = the_intake().ground
    filed = {g.cite.point for g in table if g.cite.article == "8" and g.decision == "file"}
    refused = {g.cite.clause for g in table if g.cite.article == "97"}
    assert filed == {"a", "b", "c", "d", "đ", "e", "g", "h"}
    assert refused == {"1", "2", "3", "5", "6", "7"}, "the dossier judges the time-bar of clause 4"
    assert {g.decision for g in table} == set(FIRST_OF)
    assert len({(g.id, kind) for g in table for kind in g.kinds}) == sum(
        len(g.kinds) for g in table
    )
    assert act_name("vi", "106/2025/QH15") == "Luật THADS 2025"


def test_numbers_tell_office_year_and_place() -> None:
    assert letter_number("nghe-an/kv1", 2026, 7) == "nghe-an.kv1-2026-0007"
