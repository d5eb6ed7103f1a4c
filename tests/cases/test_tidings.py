"""What one dossier tells another follows from its facts alone, and a denunciation tells nothing."""

from __future__ import annotations

import pytest

from cases.tidings import Tiding, tidings_of
from tests.conftest import Assessed, MakeCase

CASE, JUDGMENT = "NA-1", "admin/HC-1"
RECEIVED = "complaint_received 2026-08-03 object=coercion"
ACCEPTED = "complaint_accepted 2026-08-06"
HALTED = "complaint_halt_ordered 2026-08-07"


def told(found: Assessed) -> dict[str, Tiding]:
    return {tiding.event: tiding for tiding in tidings_of(found.dossier, found.answer)}


def complaint(case: MakeCase, *facts: str, as_of: str, about: str = CASE) -> dict[str, Tiding]:
    return told(case(*facts, as_of=as_of, kind="complaint", about=about))


def test_a_halt_lasts_to_what_the_order_says_and_no_longer_than_the_time_to_resolve(
    case: MakeCase,
) -> None:
    # 30 days from 6 August: Saturday 5 September, so Monday the 7th.
    plain = complaint(case, RECEIVED, ACCEPTED, HALTED, as_of="2026-08-10")
    assert plain["enforcement_halted"].fields["until"] == "2026-09-07"
    short = complaint(case, RECEIVED, ACCEPTED, f"{HALTED} until=2026-08-20", as_of="2026-08-10")
    assert short["enforcement_halted"].fields["until"] == "2026-08-20"
    long = complaint(case, RECEIVED, ACCEPTED, f"{HALTED} until=2026-12-31", as_of="2026-08-10")
    assert long["enforcement_halted"].fields["until"] == "2026-09-07"


@pytest.mark.parametrize(
    "end", ["complaint_halt_lifted", "complaint_resolved", "complaint_terminated"]
)
def test_a_halt_is_lifted_by_its_own_end_and_by_that_of_the_complaint(
    case: MakeCase, end: str
) -> None:
    found = complaint(case, RECEIVED, ACCEPTED, HALTED, f"{end} 2026-08-20", as_of="2026-08-21")
    assert found["enforcement_halt_lifted"].on.isoformat() == "2026-08-20"
    without = complaint(case, RECEIVED, ACCEPTED, f"{end} 2026-08-20", as_of="2026-08-21")
    assert "enforcement_halt_lifted" not in without


def test_the_decision_and_its_effect_are_told_with_their_result(case: MakeCase) -> None:
    decided = (
        "complaint_received 2026-08-03 object=security_measure", ACCEPTED,
        "complaint_resolved 2026-08-11 result=cancelled compensation=true",
    )  # fmt: skip
    found = complaint(case, *decided, as_of="2026-08-12")
    result = {"result": "cancelled", "compensation": True}
    assert found["complaint_decided"].fields.items() >= result.items()
    # Law 106/2025, Art. 105.5: on a security measure at once.
    assert found["complaint_in_effect"].on.isoformat() == "2026-08-11"
    assert found["complaint_in_effect"].fields.items() >= result.items()


def test_a_complaint_about_no_case_and_a_denunciation_tell_nobody(case: MakeCase) -> None:
    alone = case(RECEIVED, as_of="2026-08-10", kind="complaint")
    assert tidings_of(alone.dossier, alone.answer) == ()
    denounced = case(
        "denunciation_received 2026-08-03", as_of="2026-08-10", kind="denunciation", about=CASE
    )
    assert tidings_of(denounced.dossier, denounced.answer) == ()


def test_a_case_tells_its_judgment_when_it_opened_and_ended_whatever_it_is_told(
    case: MakeCase,
) -> None:
    facts = ("request_received 2026-07-06", "enforcement_decision_issued 2026-07-10")
    linked = f"administrative_judgment_linked 2026-07-01 judgment={JUDGMENT}"
    found = told(case(linked, *facts, as_of="2026-07-20", about=JUDGMENT))
    assert {event: tiding.on.isoformat() for event, tiding in found.items()} == {
        "property_case_opened": "2026-07-06"
    }
    ended = told(case(*facts, "closed 2026-07-30", as_of="2026-08-01", about=JUDGMENT))
    assert ended["property_case_ended"].on.isoformat() == "2026-07-30"
