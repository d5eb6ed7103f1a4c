"""The breach record: permanent, judged by the day it was done, kept right through corrections."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import psycopg
import pytest

from cases.dossier import Dossier
from cases.facts import Fact
from store.alerts import AlertRows
from store.breach_rows import BreachLine, NewCause, Sought
from store.breaches import BreachRows
from store.engine import Engine
from store.register import Register
from tests.store.dossiers import NOTIFIED, NOW, Assessor, build, moment

ID = "NA-2026-000001"
FILE, PAPER = "case_file.opening", "procuracy.sending"
LATER = moment("2026-10-14T08:00:00")
"""Both are due on 8 October 2026, a Thursday."""


@pytest.fixture(name="rows")
def _rows(engine: Engine) -> BreachRows:
    return BreachRows(engine)


def told(dossier: Dossier, event: str, on: str, at: str, **more: Any) -> Dossier:
    fact = Fact(
        number=len(dossier.facts) + 1,
        event=event,
        on=date.fromisoformat(on),
        received_at=moment(at),
        **more,
    )
    return dossier.with_facts((*dossier.facts, fact))


async def one(rows: BreachRows, rule: str) -> BreachLine:
    (line,) = await rows.of_case(ID, rule)
    return line


async def test_a_passed_limit_is_on_record_with_what_it_was_and_who_had_it(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    dossier = build()
    for revision in (1, 1, 2):
        await register.project(dossier, assessed(dossier), revision)
    line = await one(rows, FILE)
    assert (line.verdict, line.due, line.days_late) == ("open", "2026-10-08", None)
    assert (line.officer, line.office, line.holder) == ("cv.an", "nghe-an/kv1", "officer")
    assert line.breached_at == moment("2026-10-09T00:00:00")
    assert (line.article, line.title_vi != "") == (line.article, True)
    assert len(await rows.of_case(ID)) == 2


async def test_a_dossier_in_time_has_none(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    dossier = build(NOTIFIED[:3])
    await register.project(dossier, assessed(dossier, moment("2026-10-06T08:00:00")), 1)
    await register.project(dossier, assessed(dossier, moment("2026-10-06T08:00:00")), 2)
    assert await rows.of_case(ID) == []


async def test_done_late_counts_the_working_days_to_the_day_it_was_done(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    done = told(dossier, "case_file_opened", "2026-10-12", "2026-10-13T09:00:00")
    await register.project(done, assessed(done, LATER), 2)
    line = await one(rows, FILE)
    assert (line.verdict, line.done_on, line.days_late) == ("done_late", date(2026, 10, 12), 2)
    assert line.first_recorded_at == NOW
    assert line.changed_at == LATER


async def test_proof_that_comes_late_turns_a_breach_into_a_late_report(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    assert (await one(rows, FILE)).verdict == "open"
    done = told(dossier, "case_file_opened", "2026-10-08", "2026-10-13T09:00:00")
    await register.project(done, assessed(done, LATER), 2)
    line = await one(rows, FILE)
    assert (line.verdict, line.done_on) == ("reported_late", date(2026, 10, 8))
    assert (line.reported_at, line.days_late) == (moment("2026-10-13T09:00:00"), 3)


async def test_a_correction_of_something_else_is_no_late_report(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    dossier = told(build(), "case_file_opened", "2026-10-08", "2026-10-08T09:00:00")
    dossier = told(
        dossier, "case_file_opened", "2026-10-07", "2026-10-13T09:00:00", corrects=6, reason="x"
    )
    answer = assessed(dossier, LATER)
    await register.project(dossier, answer, 1)
    assert await rows.of_case(ID, FILE) == []
    assert [row.reported_late for row in answer.limits if row.id == FILE] == [False]


async def test_an_old_case_that_is_taken_up_later_has_reported_nothing_late(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    dossier = told(build(), "case_file_opened", "2026-10-08", "2026-10-13T09:00:00")
    taken_up = moment("2026-10-13T09:00:00")
    old = dossier.with_facts(
        tuple(fact.model_copy(update={"received_at": taken_up}) for fact in dossier.facts)
    )
    await register.project(old, assessed(old, LATER), 1)
    assert {line.rule for line in await rows.of_case(ID)} == {PAPER}
    late = told(old, "decision_sent_to_procuracy", "2026-10-09", "2026-10-14T07:00:00")
    await register.project(late, assessed(late, LATER), 2)
    assert (await one(rows, PAPER)).verdict == "done_late"


async def test_a_correction_that_makes_it_in_time_is_a_late_report(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    dossier = told(build(), "case_file_opened", "2026-10-09", "2026-10-09T07:00:00")
    await register.project(dossier, assessed(dossier), 1)
    assert (await one(rows, FILE)).verdict == "done_late"
    dossier = told(
        dossier, "case_file_opened", "2026-10-08", "2026-10-13T09:00:00", corrects=6, reason="x"
    )
    await register.project(dossier, assessed(dossier, LATER), 2)
    line = await one(rows, FILE)
    assert (line.verdict, line.days_late) == ("reported_late", 3)


async def test_a_moved_date_strikes_the_old_breach_out_and_says_where_it_went(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    moved = build((NOTIFIED[0], NOTIFIED[1], {**NOTIFIED[2], "on": "2026-10-02"},
                   {**NOTIFIED[3], "on": "2026-10-05"}, NOTIFIED[4]))  # fmt: skip
    await register.project(moved, assessed(moved), 2)
    old, new = sorted(await rows.of_case(ID, FILE), key=lambda line: line.due, reverse=True)
    assert (old.due, old.verdict, old.why, old.now_due) == (
        "2026-10-08", "void", "moved", "2026-10-07",
    )  # fmt: skip
    assert (new.due, new.verdict) == ("2026-10-07", "open")
    await register.project(dossier, assessed(dossier), 3)
    states = {line.due: (line.verdict, line.why) for line in await rows.of_case(ID, FILE)}
    assert states == {"2026-10-08": ("open", None), "2026-10-07": ("void", "moved")}


async def test_a_limit_that_is_gone_or_done_in_time_after_all_is_struck_out(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    done = told(dossier, "case_file_opened", "2026-10-08", "2026-10-08T09:00:00")
    await register.project(done, assessed(done), 2)
    assert (await one(rows, FILE)).why == "done_in_time"
    gone = build(NOTIFIED[:2])
    await register.project(gone, assessed(gone), 3)
    assert (await one(rows, PAPER)).why == "removed"
    stands = await rows.breaches()
    assert {line.rule for line in stands} & {FILE, PAPER} == set()


async def test_a_duty_that_fell_away_after_it_had_passed_was_never_done(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    dossier = build()
    ended = told(dossier, "terminated", "2026-10-13", "2026-10-13T09:00:00", fields={"number": "1"})
    answer = assessed(ended, LATER)
    assert {row.state for row in answer.limits if row.id == FILE} == {"breached"}
    await register.project(ended, answer, 1)
    line = await one(rows, FILE)
    assert (line.verdict, line.ended_on, line.days_late) == ("never_done", date(2026, 10, 13), 3)


async def test_an_older_look_does_not_strike_out_what_a_later_one_saw(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    await register.project(dossier, assessed(dossier, moment("2026-10-08T10:00:00")), 2)
    assert {line.verdict for line in await rows.of_case(ID)} == {"open"}


async def test_a_lower_revision_changes_nothing_on_record(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 5)
    before = await rows.of_case(ID)
    gone = build(NOTIFIED[:2])
    await register.project(gone, assessed(gone, LATER), 4)
    assert await rows.of_case(ID) == before


async def test_what_passes_without_an_assessment_is_swept_into_the_record_once(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    noon = moment("2026-10-08T12:00:00")
    many = [build(id=f"NA-{number:04}") for number in range(30)]
    await register.project_many([(case, assessed(case, noon), 1, None) for case in many])
    assert await rows.record_breaches(noon) == 0
    midnight = moment("2026-10-09T00:00:00")
    assert await rows.record_breaches(midnight) == 60
    assert await rows.record_breaches(midnight) == 0
    line = (await rows.of_case("NA-0007", FILE))[0]
    assert (line.verdict, line.officer, line.first_recorded_at) == ("open", "cv.an", midnight)
    # The assessment that follows finds its own row there and says the same.
    await register.project(many[7], assessed(many[7]), 2)
    assert await rows.of_case("NA-0007", FILE) == [line]


async def test_sweeping_and_assessing_at_once_leave_nothing_wrong(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    noon = moment("2026-10-08T12:00:00")
    cases = [build(id=f"NA-{number:04}") for number in range(20)]
    await register.project_many([(case, assessed(case, noon), 1, None) for case in cases])
    done = [told(case, "case_file_opened", "2026-10-08", "2026-10-08T15:00:00") for case in cases]
    late = moment("2026-10-09T08:00:00")
    await asyncio.gather(
        *(register.project(case, assessed(case, late), 2) for case in done),
        *(rows.record_breaches(late) for _ in range(6)),
    )
    await rows.record_breaches(late)
    found = await rows.breaches()
    assert {line.rule for line in found} == {PAPER}
    assert len(found) == 20


async def test_a_party_whose_own_period_ran_out_has_breached_nothing(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    dossier = build()
    december = moment("2026-12-01T08:00:00")
    await register.project(dossier, assessed(dossier, december), 1)
    assert await rows.record_breaches(december) == 0
    holders = {line.holder for line in await rows.breaches()}
    assert holders
    assert holders <= {"officer", "head", "agency", "other_body", "superior"}


async def test_causes_are_added_and_the_latest_holds(
    register: Register, rows: BreachRows, assessed: Assessor, database: str
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    key = (await one(rows, FILE)).key
    flood = NewCause(cause="force_majeure", evidence="12/BB-UBND", actor="cvt.kv1")
    assert await rows.attach(key, flood, NOW)
    assert (await rows.tally(Sought(cause="none"))).rows == 1
    other = NewCause(cause="workload", note="x", actor="tt.nghe-an")
    assert await rows.attach(key, other, LATER)
    assert [line.cause for line in await rows.causes(key)] == ["force_majeure", "workload"]
    assert (await one(rows, FILE)).cause == "workload"
    assert not await rows.attach((ID, "nothing#1", "2026-10-08"), flood, NOW)
    async with await psycopg.AsyncConnection.connect(database) as connection:
        told = await connection.execute(
            "select actor, action, dossier, detail ->> 'evidence' from record.audit "
            "where action = 'breach_cause' order by id"
        )
        assert await told.fetchall() == [
            ("cvt.kv1", "breach_cause", ID, "12/BB-UBND"),
            ("tt.nghe-an", "breach_cause", ID, None),
        ]


async def test_who_was_told_and_when_comes_with_its_proof(
    register: Register, rows: BreachRows, alert_rows: AlertRows, assessed: Assessor
) -> None:
    dossier = build()
    await register.project(dossier, assessed(dossier), 1)
    keys = [row.key for row in await alert_rows.pending_rows(NOW)]
    await alert_rows.begin("t1", "cvt.kv1", keys, NOW)
    line = await one(rows, FILE)
    assert await rows.told([line.key]) == {}
    await alert_rows.confirm("t1", keys, "cvt.kv1", "mail", "<1@x>", LATER)
    (heard,) = (await rows.told([line.key]))[line.key]
    assert (heard.rung, heard.role, heard.person) == (1, "chief_officer", "cvt.kv1")
    assert (heard.sent_at, heard.channel, heard.reference) == (LATER, "mail", "<1@x>")


async def test_what_is_asked_for_is_listed_and_counted(
    register: Register, rows: BreachRows, assessed: Assessor
) -> None:
    first = build(id="NA-1")
    second = build(id="NA-2", office="nghe-an/kv2", officer="cv.chi", facts=tuple(
        {**fact, "officer": "cv.chi"} if "officer" in fact else fact for fact in NOTIFIED
    ))  # fmt: skip
    second = told(second, "case_file_opened", "2026-10-09", "2026-10-09T07:00:00")
    await register.project(first, assessed(first), 1)
    await register.project(second, assessed(second), 1)
    tally = await rows.tally()
    assert tally.by_verdict == {"open": 3, "done_late": 1}
    assert (tally.rows, tally.without_cause) == (4, 4)
    for sought, many in (
        (Sought(office="nghe-an"), 4),
        (Sought(office="nghe-an/kv2"), 2),
        (Sought(officer="cv.an"), 2),
        (Sought(verdict="done_late"), 1),
        (Sought(verdict="void"), 0),
        (Sought(rule=PAPER), 2),
        (Sought(cause="none", dossier="NA-1"), 2),
        (Sought(cause="workload"), 0),
        (Sought(since=date(2026, 10, 9)), 0),
        (Sought(until=date(2026, 10, 8)), 4),
    ):
        assert len(await rows.breaches(sought)) == many, sought
        assert (await rows.tally(sought)).rows == many, sought
    whole = await rows.breaches()
    paged = [line for skip in range(4) for line in await rows.breaches(most=1, skip=skip)]
    assert paged == whole


@pytest.mark.parametrize("table", ["breaches", "breach_causes", "figures"])
async def test_nothing_is_taken_out_of_the_breach_record(database: str, table: str) -> None:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        with pytest.raises(psycopg.errors.RaiseException, match="is a record"):
            await connection.execute(f"delete from record.{table}".encode())
