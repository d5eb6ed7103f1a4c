"""Key, complex and prolonged cases: by criterion, by a mark, and from which instant."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cases.assessment import Assessment
from cases.stuck import the_norms
from law.calendar import ZONE
from tests.conftest import MakeCase

START = ("request_received 2026-07-06", "enforcement_decision_issued 2026-07-10")
LEAST = the_norms().key.amount_vnd or 0


def owed(*amounts: int) -> list[dict[str, object]]:
    return [{"kind": "money", "amount_vnd": amount} for amount in amounts]


def test_an_amount_at_the_threshold_makes_a_case_key_and_one_below_does_not(
    case: MakeCase,
) -> None:
    for amounts, flags in (((LEAST,), ("key",)), ((LEAST - 1, 1), ("key",)), ((LEAST - 1,), ())):
        found = case(*START, as_of="2026-07-20", obligations=owed(*amounts)).answer
        assert (found.flags, found.amount_vnd) == (flags, sum(amounts))
    assert case(*START, as_of="2026-07-20").answer.amount_vnd is None


def test_many_parties_or_many_assets_make_a_case_complex(case: MakeCase) -> None:
    parties, assets = the_norms().complex.parties or 0, the_norms().complex.assets or 0
    creditors = [{"name": f"Người mẫu {n}"} for n in range(parties - 1)]
    debtor = {"debtor": [{"name": "Người mẫu"}]}
    many = {"creditor": creditors, **debtor}
    assert case(*START, as_of="2026-07-20", parties=many).answer.flags == ("complex",)
    fewer = {"creditor": creditors[1:], **debtor}
    assert case(*START, as_of="2026-07-20", parties=fewer).answer.flags == ()
    seized = [f"asset_seized 2026-07-1{n} asset=nhà-{n}" for n in range(assets)]
    assert case(*START, *seized, as_of="2026-07-20").answer.flags == ("complex",)
    again = [*seized[1:], "asset_seized 2026-07-19 asset=nhà-1"]
    assert case(*START, *again, as_of="2026-07-20").answer.flags == ()


def test_a_case_is_prolonged_from_an_instant_that_is_known_from_the_start(case: MakeCase) -> None:
    young = case(*START, as_of="2026-07-20").answer
    days = the_norms().prolonged.days_open or 0
    since = datetime(2026, 7, 11, tzinfo=ZONE) + timedelta(days=days)
    assert (young.prolonged_at, young.flags) == (since, ())
    old = case(*START, as_of=since.isoformat()).answer
    assert (old.prolonged_at, old.flags) == (since, ("prolonged",))
    assert case(START[0], as_of="2026-07-20").answer.prolonged_at is None


@pytest.mark.parametrize("flag", ["key", "complex", "prolonged"])
def test_what_somebody_said_last_counts_more_than_a_criterion(case: MakeCase, flag: str) -> None:
    said = f"case_flagged 2026-07-15 flag={flag}"
    taken_back = f"case_unflagged 2026-07-17 flag={flag}"
    assert case(*START, said, as_of="2026-07-20").answer.flags == (flag,)
    assert case(*START, said, taken_back, as_of="2026-07-20").answer.flags == ()
    others = "case_unflagged 2026-07-17 flag=" + ("key" if flag != "key" else "complex")
    assert case(*START, said, others, as_of="2026-07-20").answer.flags == (flag,)
    old = case(*START, taken_back, as_of="2030-07-20", obligations=owed(LEAST)).answer
    assert flag not in old.flags


def test_a_mark_of_prolonged_holds_from_the_moment_it_was_made(case: MakeCase) -> None:
    found = case(*START, "case_flagged 2026-07-15 flag=prolonged", as_of="2026-07-20").answer
    assert found.prolonged_at == datetime(2026, 7, 15, tzinfo=ZONE)


def test_a_mark_breaks_no_silence(case: MakeCase) -> None:
    quiet = case(*START, as_of="2026-07-22").answer
    marked = case(*START, "case_flagged 2026-07-20 flag=key", as_of="2026-07-22").answer
    assert [r for r in quiet.stuck if r.reason == "silence"]
    assert marked.stuck == quiet.stuck


def test_an_answer_of_before_flags_were_told_still_reads(case: MakeCase) -> None:
    plain = case(*START, as_of="2026-07-22").answer.model_dump(mode="json")
    for name in ("flags", "prolonged_at", "amount_vnd"):
        del plain[name]
    for reason in plain["stuck"]:
        del reason["severity"]
    assert Assessment.model_validate(plain).flags == ()
