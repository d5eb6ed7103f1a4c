"""The stuck list: flagged cases first, by flag and amount, and what the check found among it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.stuck import the_norms
from store.engine import Engine
from store.findings import FindingRow, FindingRows
from store.reading import Reading
from store.register import Register
from store.rows import Wanted
from tests.store.dossiers import NOTIFIED, Assessor, build, moment

LATER = moment("2026-12-01T08:00:00")
KEY = the_norms().key.amount_vnd or 0


def _flagged(flag: str) -> tuple[dict[str, str], ...]:
    return (*NOTIFIED, {"event": "case_flagged", "on": "2026-10-08", "flag": flag})


async def _fill(register: Register, assessed: Assessor) -> None:
    for name, facts, amount in (
        ("PLAIN", NOTIFIED, 10_000_000),
        ("OLD", _flagged("prolonged"), 20_000_000),
        ("COMPLEX", _flagged("complex"), 30_000_000),
        ("KEY", NOTIFIED, KEY),
    ):
        dossier = build(facts, id=name, amount_vnd=amount)
        await register.project(dossier, assessed(dossier), 1)


def _once(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))


async def test_key_cases_come_first_then_complex_and_prolonged_ones(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    await _fill(register, assessed)
    found = await reading.stuck(LATER)
    assert _once([row.dossier for row in found]) == ["KEY", "COMPLEX", "OLD", "PLAIN"]
    assert {row.dossier: row.flags for row in found} == {
        "KEY": ("key",), "COMPLEX": ("complex",), "OLD": ("prolonged",), "PLAIN": (),
    }  # fmt: skip
    of_one = [row for row in found if row.dossier == "PLAIN"]
    order = ("grave", "serious", "routine", None)
    shown = [(order.index(row.severity), row.since) for row in of_one]
    assert shown == sorted(shown)


async def test_a_case_becomes_prolonged_at_its_instant_without_a_write(
    register: Register, reading: Reading, assessed: Assessor
) -> None:
    await _fill(register, assessed)
    dossier = build(id="PLAIN", amount_vnd=10_000_000)
    instant = assessed(dossier).prolonged_at
    assert instant is not None
    before = await reading.stuck(instant - timedelta(microseconds=1), Wanted(flag="prolonged"))
    assert _once([row.dossier for row in before]) == ["OLD"]
    since = await reading.stuck(instant, Wanted(flag="prolonged"))
    assert {row.dossier for row in since} == {"KEY", "COMPLEX", "OLD", "PLAIN"}
    assert {row.flags for row in since if row.dossier == "KEY"} == {("key", "prolonged")}


@pytest.mark.parametrize(
    ("wanted", "cases"),
    [
        (Wanted(flag="key"), {"KEY"}),
        (Wanted(flag="complex"), {"COMPLEX"}),
        (Wanted(flag="prolonged"), {"OLD"}),
        (Wanted(amount_from=30_000_000), {"COMPLEX", "KEY"}),
        (Wanted(amount_to=19_999_999), {"PLAIN"}),
        (Wanted(amount_from=20_000_000, amount_to=30_000_000), {"OLD", "COMPLEX"}),
        (Wanted(flag="key", amount_to=5), set()),
    ],
)
async def test_flags_and_amounts_narrow_the_list_its_pages_and_its_counts(
    register: Register, reading: Reading, assessed: Assessor, wanted: Wanted, cases: set[str]
) -> None:
    await _fill(register, assessed)
    whole = await reading.stuck(LATER, wanted)
    assert {row.dossier for row in whole} == cases
    pages = [await reading.stuck(LATER, wanted, most=2, skip=at) for at in range(0, 30, 2)]
    assert [row for page in pages for row in page] == whole
    tally = await reading.stuck_tally(LATER, wanted)
    assert (tally.rows, tally.cases) == (len(whole), len(cases))


def _finding(dossier: str, reason: str, **more: object) -> FindingRow:
    plain = {
        "dossier": dossier, "reason": reason, "occurrence": "", "holder": "administrator",
        "since": LATER - timedelta(days=1), "severity": "grave", "detail": {},
    }  # fmt: skip
    return FindingRow.model_validate(plain | more)


async def test_findings_stand_among_the_reasons_with_the_card_of_their_case(
    register: Register, reading: Reading, assessed: Assessor, engine: Engine
) -> None:
    await _fill(register, assessed)
    rows = FindingRows(engine)
    file = await reading.stuck(LATER)
    elsewhere = {"office": "nghe-an/kv2", "stage": "coercion"}
    await rows.raise_found(
        [
            _finding("KEY", "not_running"),
            _finding("PLAIN", "unacknowledged", occurrence="voluntary_period#5"),
            _finding("GONE", "not_registered", detail=elsewhere),
        ],
        LATER,
    )
    found = await reading.stuck(LATER)
    assert len(found) == len(file) + 3
    assert (found[0].dossier, found[0].reason, found[0].flags) == ("KEY", "not_running", ("key",))
    (gone,) = [row for row in found if row.dossier == "GONE"]
    assert (gone.office, gone.stage, gone.officer) == ("nghe-an/kv2", "coercion", None)
    (limit,) = [row for row in found if row.reason == "unacknowledged"]
    assert (limit.rule, limit.office) == ("voluntary_period", "nghe-an/kv1")
    only = await reading.stuck(LATER, Wanted(office="nghe-an/kv2"))
    assert [row.dossier for row in only] == ["GONE"]
    assert [r.dossier for r in await reading.stuck(LATER, Wanted(stage="coercion"))] == ["GONE"]
    assert await reading.stuck(LATER, Wanted(reason="not_running")) == found[:1]
    before = await reading.stuck(LATER - timedelta(days=1, microseconds=1))
    assert {row.reason for row in before}.isdisjoint({"not_running", "not_registered"})


async def test_a_case_that_is_stuck_and_has_findings_is_counted_once(
    register: Register, reading: Reading, assessed: Assessor, engine: Engine
) -> None:
    await _fill(register, assessed)
    alone = await reading.stuck_tally(LATER)
    again = [
        _finding("KEY", "not_running"),
        _finding("KEY", "differs"),
        _finding("GONE", "differs"),
    ]
    await FindingRows(engine).raise_found(again, LATER)
    tally = await reading.stuck_tally(LATER)
    assert (tally.rows, tally.cases) == (alone.rows + 3, alone.cases + 1)
    assert tally.by_reason == alone.by_reason | {"not_running": 1, "differs": 2}
    one = await reading.stuck_tally(LATER, Wanted(reason="differs"))
    assert (one.rows, one.cases) == (2, 2)


async def test_a_finding_about_a_limit_that_asks_for_nothing_any_more_is_not_listed(
    register: Register, reading: Reading, assessed: Assessor, engine: Engine
) -> None:
    dossier = build(id="DONE")
    await register.project(dossier, assessed(dossier), 1)
    found = [_finding("DONE", "unacknowledged", occurrence="case_file.opening#4")]
    await FindingRows(engine).raise_found(found, LATER)
    assert [r.reason for r in await reading.stuck(LATER, Wanted(reason="unacknowledged"))]
    done = build((*NOTIFIED, {"event": "case_file_opened", "on": "2026-10-09"}), id="DONE")
    await register.project(done, assessed(done, moment("2026-10-10T08:00:00")), 2)
    assert await reading.stuck(LATER, Wanted(reason="unacknowledged")) == []
